from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from engine import language
from engine.errors import UsageError
from engine.events import Cancelled, EpochEnded, Event, Failed, Log, Outcome, Progress, RunStarted, Succeeded
from engine.jobs import registry
from engine.jobs.child import Child, _ReportedResult
from engine.jobs.job import Cancel
from engine.library.project import Project
from engine.training.frozen import FrozenSplit
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.runs.folder import RunFolder

HERE = Path(__file__).parent
JOB = "jobs_for_tests:act"


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    monkeypatch.syspath_prepend(str(HERE))
    made = Child()
    yield made
    made.close()


def params(behaviour: str, **values: object) -> object:
    from jobs_for_tests import Params

    return Params(behaviour, **values)


def run(child: Child, behaviour: str, **values: object) -> tuple[list[Event], Outcome]:
    events: list[Event] = []
    outcome = child.run(JOB, params(behaviour, **values), emit=events.append, cancel=Cancel())
    return events, outcome


def test_events_arrive_in_order_and_end_with_the_one_outcome(child: Child) -> None:
    events, outcome = run(child, "count", names=("a", "\udcff"))
    assert events[:-1] == [Progress("Counting", n, 3) for n in (1, 2, 3)]
    assert events[-1] is outcome
    assert isinstance(outcome, Succeeded)
    assert outcome.result["names"] == ["a", "\udcff"]
    assert outcome.result["pid"] == child.pid != os.getpid()


def test_a_child_speaks_the_language_of_its_supervisor_as_it_is_at_each_job(child: Child) -> None:
    try:
        for code, said in (("ko", "학습"), ("en", "training")):
            language.use(code)
            outcome = run(child, "speak")[1]
            assert isinstance(outcome, Succeeded)
            assert outcome.result["said"] == said
    finally:
        language.use("en")


def test_one_child_runs_several_jobs(child: Child) -> None:
    first, second = run(child, "count")[1], run(child, "count")[1]
    assert isinstance(first, Succeeded)
    assert first == second


def test_a_training_that_cannot_be_prepared_harms_no_job(child: Child, tmp_path: Path) -> None:
    child.prepare(TrainParams(str(tmp_path / "gone.pigeonhole"), "quick"))
    events, outcome = run(child, "count")
    assert isinstance(outcome, Succeeded)
    assert events[-1] is outcome


def test_what_a_library_prints_does_not_garble_the_events(child: Child) -> None:
    events, outcome = run(child, "print")
    assert events == [Succeeded({})]
    assert outcome == Succeeded({})


def test_an_error_of_the_engine_arrives_as_its_sentence(child: Child) -> None:
    assert run(child, "refuse")[1] == Failed("Two classes are needed, found one.")


def test_an_unknown_job_is_said_to_be_unknown(child: Child) -> None:
    outcome = child.run("trian", params("count"), emit=lambda event: None, cancel=Cancel())
    assert isinstance(outcome, Failed)
    assert "'trian'" in outcome.message


def test_cancel_reaches_the_job_while_it_runs(child: Child) -> None:
    cancel, events = Cancel(), []

    def emit(event: Event) -> None:
        events.append(event)
        if event == Log("waiting"):
            cancel.set()

    outcome = child.run(JOB, params("wait"), emit=emit, cancel=cancel)
    assert outcome == Cancelled({"saved": True})
    assert events == [Log("waiting"), outcome]


def test_a_job_that_still_loads_its_libraries_is_cancelled_at_once(child: Child) -> None:
    cancel = Cancel()
    cancel.set()
    started = time.monotonic()
    assert child.run(JOB, params("load"), emit=lambda event: None, cancel=cancel) == Cancelled()
    assert time.monotonic() - started < 30, "it was not waited for"
    assert isinstance(run(child, "count")[1], Succeeded)


def test_a_pause_and_its_end_reach_the_job(child: Child) -> None:
    cancel, events = Cancel(), []

    def emit(event: Event) -> None:
        events.append(event)
        if event == Log("ready"):
            cancel.pause()
        if event == Log("paused"):
            cancel.go_on()

    assert child.run(JOB, params("pause"), emit=emit, cancel=cancel) == Succeeded({"paused": False})
    assert events[:2] == [Log("ready"), Log("paused")]


def test_another_backend_gets_a_new_process_and_the_same_one_does_not(child: Child) -> None:
    first = child.pid
    assert run(child, "backend", overrides={"backend": "jax"})[1] == Succeeded({"backend": "jax"})
    second = child.pid
    assert second != first
    assert told_backend(child) == Succeeded({"backend": "jax"})
    assert run(child, "backend", overrides={"backend": "jax"})[1] == Succeeded({"backend": "jax"})
    assert child.pid == second
    assert run(child, "backend", overrides={"backend": "tensorflow"})[1] == Succeeded({"backend": "tensorflow"})
    assert not any(psutil.pid_exists(pid) for pid in (first, second))


def told_backend(child: Child) -> Outcome:
    """What a job hears that leaves the backend as it is."""
    from jobs_for_tests import NoTraining

    return child.run("jobs_for_tests:tell_backend", NoTraining(), emit=lambda event: None, cancel=Cancel())


def test_a_training_that_leaves_the_backend_open_does_not_get_that_of_the_one_before(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert run(child, "backend", overrides={"backend": "jax"})[1] == Succeeded({"backend": "jax"})
    assert run(child, "backend", overrides={})[1] == Succeeded({"backend": "tensorflow"})
    assert run(child, "backend", overrides={"backend": "jax"})[1] == Succeeded({"backend": "jax"})
    assert run(child, "backend", overrides={"backend": "auto"})[1] == Succeeded({"backend": "tensorflow"})


def test_a_run_that_is_taken_up_gets_a_process_with_its_own_backend(
    child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though nothing in the params names it; neither torch nor jax needs to be here."""
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    with Project.create(tmp_path / "some") as project:
        made = RunFolder.create(project.runs_folder, "quick", TrainOptions(backend="torch"), FrozenSplit((), (), ()))
        with made.writing():
            made.update(state="stopped")
        place = str(project.folder)
    file = str(made.folder / "run.json")
    before = child.pid
    for values in ({"resume": made.name}, {"repeat": made.name}, {"repeat": file}):
        assert run(child, "backend", project=place, **values)[1] == Succeeded({"backend": "torch"})
        assert child.pid != before
        before = child.pid
        assert run(child, "backend", project=place)[1] == Succeeded({"backend": "tensorflow"})
    chosen = {"repeat": made.name, "overrides": {"backend": "jax"}}
    assert run(child, "backend", project=place, **chosen)[1] == Succeeded({"backend": "jax"})
    assert run(child, "backend", project=place, resume="nowhere")[1] == Succeeded({"backend": "tensorflow"})


STARTED = RunStarted("r1", "quick", "CPU", 9, 4, 100, 20, 12345)
EPOCH = EpochEnded(1, 9, 0.5, 0.75, 0.4, 0.8, 0.001, 1.0, 100.0, best=True)
NOTHING = "no run had begun, and the project is as it was"
KEPT = "the last complete epoch is kept and the run can be resumed"


@pytest.mark.parametrize(
    ("job", "values", "events", "expected"),
    [
        ("train", {}, [], NOTHING),
        ("train", {}, [Progress("Loading images", 5, 9)], NOTHING),
        ("train", {"resume": "r1"}, [Progress("Loading images", 5, 9)], "the run r1 is as it was"),
        ("train", {}, [STARTED], "no epoch was complete yet; the run can be resumed, and begins anew"),
        ("train", {}, [STARTED, EPOCH], KEPT),
        ("train", {"resume": "r1"}, [replace(STARTED, first_epoch=4)], KEPT),
        ("train_folds", {"folds": 5}, [], NOTHING),
        (
            "train_folds",
            {"folds": 5},
            [replace(STARTED, fold=n) for n in (1, 2)],
            "up to fold 2 of 5 is kept; train again",
        ),
        ("ensemble", {}, [], "the runs it was to be made of are as they were"),
        ("leakage", {}, [], "the project is as it was"),
    ],
)
def test_what_is_left_of_a_job_that_was_killed_is_told_as_it_is(
    job: str, values: dict[str, object], events: list[Event], expected: str
) -> None:
    watch = _ReportedResult(job, SimpleNamespace(**values))
    for event in events:
        watch.see(event)
    assert expected in watch.left()


@pytest.mark.parametrize("behaviour", ["count", "refuse", "die"])
def test_however_a_job_ends_its_process_is_gone_with_the_child(child: Child, behaviour: str) -> None:
    """With it the memory of a graphics card; also that of a process that was started anew meanwhile."""
    pids = {child.pid}
    run(child, behaviour)
    run(child, "count")
    pids.add(child.pid)
    child.close()
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_a_killed_child_is_one_clear_failure_and_the_next_job_gets_a_new_one(child: Child) -> None:
    before = child.pid
    events, outcome = run(child, "die")
    assert events == [outcome]
    assert isinstance(outcome, Failed)
    assert outcome.message.startswith("The process of this job ended unexpectedly (it was killed")
    assert "last words" in outcome.details
    assert isinstance(run(child, "count")[1], Succeeded)
    assert child.pid != before


def test_closing_lets_a_running_job_save_and_leaves_no_process(child: Child, tmp_path: Path) -> None:
    marker, started, outcomes = tmp_path / "marker", threading.Event(), []

    def work() -> None:
        def emit(event: Event) -> None:
            started.set()

        outcomes.append(child.run(JOB, params("wait", marker=str(marker)), emit=emit, cancel=Cancel()))

    worker = threading.Thread(target=work)
    worker.start()
    assert started.wait(20)
    child.close()
    worker.join(10)
    assert marker.read_text() == "saved"
    assert not psutil.pid_exists(child.pid)
    assert len(outcomes) == 1


def test_a_child_that_is_left_saves_and_ends_by_itself(child: Child, tmp_path: Path) -> None:
    marker, started, outcomes = tmp_path / "marker", threading.Event(), []

    def work() -> None:
        emit = lambda _: started.set()  # noqa: E731
        outcomes.append(child.run(JOB, params("wait", marker=str(marker)), emit=emit, cancel=Cancel()))

    worker = threading.Thread(target=work)
    worker.start()
    assert started.wait(20)
    process = psutil.Process(child.pid)
    child.leave()
    worker.join(2)
    child.close()
    assert outcomes == [Cancelled()], "nobody waits for it"
    process.wait(10)
    assert marker.read_text() == "saved"


def test_a_child_that_is_left_just_after_its_job_has_ended_ends_too(child: Child) -> None:
    run(child, "count")
    process = psutil.Process(child.pid)
    child.leave()
    child.close()
    process.wait(10)


def test_a_child_that_is_left_is_given_back_to_the_system_once_it_has_ended(tmp_path: Path) -> None:
    """Else a program that goes on keeps its number and its pipes, and warns of them at its own end."""
    script = f"""
import sys; sys.path.insert(0, {str(HERE)!r})
import contextlib, threading
import psutil
from jobs_for_tests import Params
from engine.jobs.child import Child
from engine.jobs.job import Cancel
child, begun = Child(), threading.Event()
act = Params("wait", marker={str(tmp_path / "marker")!r})
run = lambda: child.run({JOB!r}, act, emit=lambda _: begun.set(), cancel=Cancel())
worker = threading.Thread(target=run)
worker.start()
assert begun.wait(20)
process = psutil.Process(child.pid)
child.leave()
worker.join()
child.close()
with contextlib.suppress(psutil.NoSuchProcess):
    while process.status() != psutil.STATUS_ZOMBIE:
        threading.Event().wait(0.02)
"""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[2])])}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "default", "-c", script], capture_output=True, text=True, env=env
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_child_saves_and_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    script = f"""
import sys; sys.path.insert(0, {str(HERE)!r})
from jobs_for_tests import Params
from engine.jobs.child import Child
from engine.jobs.job import Cancel
child = Child()
print(child.pid, flush=True)
child.run({JOB!r}, Params("wait", marker={str(marker)!r}), emit=lambda e: print(e, flush=True), cancel=Cancel())
"""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[2])])}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert "waiting" in parent.stdout.readline()
        parent.kill()
    child.wait(timeout=10)
    assert marker.read_text() == "saved"


def test_a_closed_child_starts_nothing_more(child: Child) -> None:
    child.close()
    assert run(child, "count")[1] == Cancelled()
    assert not psutil.pid_exists(child.pid)


@pytest.mark.parametrize("name", registry.JOBS)
def test_the_child_can_read_the_params_of_every_job(name: str) -> None:
    with pytest.raises(UsageError, match="does not know nonsense"):
        registry.params_of(registry.job(name), {"nonsense": 1})
