"""Features on a cluster are those of the local engine; what was computed is kept. Ray itself is an extra."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from itertools import count
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.batch import ray_features
from engine.batch.ray_features import RayFeatureParams, features_on_ray
from engine.cli.main import main
from engine.errors import EngineError, JobCancelled, ProjectError, UsageError
from engine.events import Event, FeaturesReady, ProblemFound
from engine.jobs.job import Cancel
from engine.similarity.bases import built_in_base
from engine.similarity.feature_job import FeatureParams, Work, compute_features, store_of
from engine.similarity.feature_store import store_folder
from tests.engine.similarity.conftest import MakeProject, make_project
from tests.engine.similarity.test_feature_job import images_of, known

__all__ = ["make_project"]
TASK = 8  # images
RAY = importlib.util.find_spec("ray") is not None and importlib.util.find_spec("pyarrow") is not None
needs_ray = pytest.mark.skipif(not RAY, reason="Ray is not installed (extra `cluster`)")
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"
)


def on_ray(folder: Path, *, emit: Any = lambda event: None, cancel: Cancel | None = None) -> Any:
    return features_on_ray(RayFeatureParams(str(folder), workers=2), emit=emit, cancel=cancel or Cancel())


def rows(folder: Path) -> np.ndarray:
    mask, found = store_of(built_in_base()).read(images_of(folder))
    assert mask.all()
    return found


class Answer:
    """What a task of the stand-in below gives, or why it failed."""

    def __init__(self, work: Any, arguments: tuple[Any, ...]) -> None:
        self.work, self.arguments = work, arguments


class StandIn(ModuleType):
    """Has of Ray what a job on a cluster uses; tasks run in this process, the newest first."""

    def __init__(self) -> None:
        super().__init__("ray")
        self.tasks: list[int] = []  # images of each
        self.most = 0  # tasks under way at once
        self.fails: Exception | None = None
        self.cancels: Cancel | None = None  # with the second answer
        self.starts = 9  # workers: there is no room for more
        self.workers: list[int] = []  # that have looked at images
        self.is_up = False
        context = SimpleNamespace(execution_options=SimpleNamespace(), enable_progress_bars=True)
        self.data = SimpleNamespace(DataContext=SimpleNamespace(get_current=lambda: context))

    def init(self, **_options: Any) -> None:
        self.is_up = True

    def shutdown(self) -> None:
        self.is_up = False

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 2.0}

    def put(self, what: Any) -> Any:
        return what

    def remote(self, **_options: Any) -> Any:
        def actor(cls: Any) -> Any:
            numbers = count()

            def made(*arguments: Any) -> Any:
                worker, number = cls(*arguments), next(numbers)

                def look(images: Any) -> Any:
                    self.workers.append(number)
                    return worker.look(images)

                ready = Answer(worker.is_ready if number < self.starts else None, ())
                return SimpleNamespace(
                    look=SimpleNamespace(remote=lambda images: Answer(look, (images,))),
                    is_ready=SimpleNamespace(remote=lambda: ready),
                )

            return SimpleNamespace(remote=made)

        return actor

    def wait(self, answers: list[Answer], timeout: float) -> tuple[list[Answer], list[Answer]]:
        assert self.is_up
        assert timeout <= 1, "a cancel is seen within a second"
        self.most = max(self.most, len([answer for answer in answers if answer.arguments]))
        started = [answer for answer in answers if answer.work is not None and not answer.arguments]
        able = [*(answer for answer in answers if answer.arguments), *started]
        return able[-1:], [answer for answer in answers if answer is not able[-1]]

    def get(self, answer: Answer) -> Any:
        if self.fails is not None:
            raise self.fails
        if answer.arguments:
            self.tasks.append(len(answer.arguments[0]))
        if self.cancels is not None and len(self.tasks) == 2:
            self.cancels.set()
        return answer.work(*answer.arguments)


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    found = StandIn()
    monkeypatch.setattr(ray_features, "IMAGES_PER_TASK", TASK)
    monkeypatch.setitem(sys.modules, "ray", found)
    monkeypatch.setitem(sys.modules, "ray.data", ModuleType("ray.data"))
    return found


def test_what_workers_find_is_what_the_local_engine_finds_in_any_order_of_answers(
    make_project: MakeProject, ray: StandIn
) -> None:
    folder = make_project(2 * TASK + 10)
    compute_features(FeatureParams(str(folder)), emit=lambda event: None, cancel=Cancel())
    local = rows(folder)
    shutil.rmtree(store_folder())
    Path(images_of(folder)[3].file).write_bytes(b"no picture any more")
    events: list[Event] = []

    result = on_ray(folder, emit=events.append)

    images = len(local)
    counts = result["images"], result["ready"], result["computed"], result["problems"]
    assert counts == (images, images - 1, images - 1, 1)
    assert sorted(ray.tasks) == [2, TASK, TASK, TASK]
    assert not ray.is_up
    assert [type(event) for event in events].count(ProblemFound) == 1
    assert events[-1] == FeaturesReady(images - 1, images, built_in_base().key)
    mask, found = store_of(built_in_base()).read(images_of(folder))
    assert mask.tolist() == [place != 3 for place in range(images)]
    np.testing.assert_allclose(found, np.delete(local, 3, axis=0), atol=1e-3, rtol=1e-3)


def test_what_was_computed_before_a_cancel_or_a_failure_is_kept_and_not_computed_again(
    make_project: MakeProject, ray: StandIn
) -> None:
    folder, ray.cancels = make_project(6 * TASK), Cancel()

    with pytest.raises(JobCancelled):
        on_ray(folder, cancel=ray.cancels)
    kept = sum(known(folder))
    assert kept == 2 * TASK
    assert ray.most <= 4, "two tasks for each worker are held, however many images wait"
    ray.fails = RuntimeError("first line\nthe machine is gone")
    with pytest.raises(EngineError, match="Ray could not finish: the machine is gone"):
        on_ray(folder)
    assert sum(known(folder)) == kept
    assert not ray.is_up
    ray.fails = None
    assert on_ray(folder)["computed"] == 6 * TASK - kept
    assert all(known(folder))


def test_where_the_cluster_has_no_room_for_a_worker_the_others_do_all(make_project: MakeProject, ray: StandIn) -> None:
    """Images that wait for a worker which never starts would never be looked at."""
    ray.starts = 1
    folder = make_project(6 * TASK)
    assert on_ray(folder)["computed"] == 6 * TASK
    assert ray.workers == [0] * 6


def test_what_fails_here_is_not_said_of_the_cluster(
    make_project: MakeProject, ray: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ProjectError("the features cannot be kept")

    monkeypatch.setattr(Work, "take", broken)
    with pytest.raises(ProjectError, match=r"^the features cannot be kept$"):
        on_ray(make_project(TASK))


def test_without_ray_or_with_an_address_for_nothing_it_is_said_what_to_do(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_project(1)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"pip install 'pigeonhole-images\[cluster\]'"):
        on_ray(folder)
    assert main(["features", str(folder), "--engine", "ray"]) == 2
    for words in (["features", str(folder)], ["classify", "model.onnx", str(folder), "--out", "o.csv"]):
        assert main([*words, "--address", "10.0.0.1:6379"]) == 2
        assert "give --engine ray" in capsys.readouterr().err
    assert not any(known(folder))


@needs_ray
def test_a_cluster_of_two_workers_gives_the_features_of_the_local_engine(make_project: MakeProject) -> None:
    folder = make_project(150)
    compute_features(FeatureParams(str(folder)), emit=lambda event: None, cancel=Cancel())
    local = rows(folder)
    shutil.rmtree(store_folder())

    result = on_ray(folder)

    assert (result["ready"], result["computed"], result["problems"]) == (150, 150, 0)
    np.testing.assert_allclose(rows(folder), local, atol=1e-3, rtol=1e-3)
    assert on_ray(folder)["computed"] == 0, "nothing is computed twice"
