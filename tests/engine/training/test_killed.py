"""Training in the child process, and what is left when one of the two processes is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.events import BatchEnded, EpochEnded, Event, Failed, Log, RunStarted
from engine.jobs.child import Child
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.training.kfold import train_folds
from engine.training.plan import TrainParams
from engine.training.runs.checkpoint import Checkpoint
from engine.training.runs.records import CHECKPOINT, find_run, history, list_runs
from engine.training.trainer import train
from tests.engine.training.conftest import MakeProject

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]

COUNTS = {name: {Split.TRAINING: 20, Split.VALIDATION: 6} for name in ("bright", "dark")}
RECIPE = "fashion-strided-cnn"  # which TensorFlow traces soonest
OVERRIDES = {"image_size": 24, "batch_size": 8, "epochs": 5000}


def course(folder: Path, name: str) -> list[EpochEnded]:
    rows = history(find_run(folder, name, with_model=False))
    return [replace(row, seconds=0.0, images_per_second=0.0, epochs=0) for row in rows]


def weights(folder: Path, name: str) -> list[np.ndarray]:
    """Of the last epoch, with the optimiser's."""
    kept = Checkpoint(find_run(folder, name, with_model=False).folder / CHECKPOINT).load()
    assert kept is not None
    model, _ = kept
    return [np.asarray(v) for v in (*model.weights, *model.optimizer.variables)]


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """One for both tests: TensorFlow takes longer to load than these trainings."""
    made = Child(warm=True)
    yield made
    made.close()


def test_a_training_in_the_child_is_cancelled_at_once(make_project: MakeProject, child: Child) -> None:
    folder, cancel, events = make_project(COUNTS), Cancel(), []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, BatchEnded):
            cancel.set()

    outcome = child.run("train", TrainParams(str(folder), RECIPE, OVERRIDES), emit=emit, cancel=cancel)
    assert outcome.result["state"] == "stopped"  # type: ignore[attr-defined]
    assert sum(isinstance(e, EpochEnded) for e in events) < 50


def test_a_killed_training_is_one_clear_failure_and_is_resumed_as_if_nothing_had_been(
    make_project: MakeProject, child: Child
) -> None:
    folder = make_project(COUNTS)
    with Project.open(folder, read_only=True) as project:
        before = query.labelled_images(project)
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, BatchEnded) and event.epoch == 4:  # trained, and not yet validated or kept
            os.kill(child.pid, signal.SIGKILL)

    outcome = child.run("train", TrainParams(str(folder), RECIPE, OVERRIDES), emit=emit, cancel=Cancel())
    assert events[-1] is outcome
    assert isinstance(outcome, Failed)
    assert outcome.message == (
        "The training process ended unexpectedly (it was killed, often for lack of memory); "
        "the last complete epoch is kept and the run can be resumed."
    )
    with Project.open(folder) as project:  # not locked, and as it was
        assert query.labelled_images(project) == before
    (killed,) = list_runs(folder)
    assert (killed.state, killed.has_model) == ("interrupted", False)

    epochs = max(5, killed.epochs + 2)
    resume = TrainParams(str(folder), overrides={"epochs": epochs}, resume=killed.name, export=False)
    resumed: list[Event] = []
    result = train(resume, emit=resumed.append, cancel=Cancel())
    assert (result["state"], result["epochs"]) == ("finished", epochs)
    assert next(e for e in resumed if isinstance(e, RunStarted)).first_epoch > 3
    anew = TrainParams(str(folder), RECIPE, {**OVERRIDES, "epochs": epochs}, export=False)
    whole = train(anew, emit=lambda event: None, cancel=Cancel())
    assert course(folder, result["run"]) == course(folder, whole["run"])
    for one, other in zip(weights(folder, result["run"]), weights(folder, whole["run"]), strict=True):
        np.testing.assert_array_equal(one, other)  # bit for bit


def kill(folder: Path, child: Child, when: Callable[[Event], bool], params: TrainParams, job: str = "train") -> Failed:
    """How a training in the child ends that is killed at that event."""

    def emit(event: Event) -> None:
        if when(event):
            os.kill(child.pid, signal.SIGKILL)

    outcome = child.run(job, params, emit=emit, cancel=Cancel())
    assert isinstance(outcome, Failed)
    return outcome


def test_a_training_that_is_killed_before_its_run_began_leaves_and_promises_none(
    make_project: MakeProject, child: Child
) -> None:
    folder = make_project(COUNTS)
    params = TrainParams(str(folder), "quick", {"image_size": 32, "batch_size": 8, "epochs": 20})
    outcome = kill(folder, child, lambda event: isinstance(event, Log), params)  # why Quick is so: before any image
    assert outcome.message.endswith("; no run had begun, and the project is as it was.")
    assert list_runs(folder) == []


def test_folds_that_were_killed_are_gone_on_with(make_project: MakeProject, child: Child) -> None:
    folder, fold = make_project(COUNTS), []

    def in_second(event: Event) -> bool:
        if isinstance(event, RunStarted):
            fold.append(event.fold)
        return isinstance(event, EpochEnded) and fold == [1, 2]

    overrides = {"image_size": 16, "batch_size": 8, "epochs": 4}
    params = TrainParams(str(folder), RECIPE, overrides, folds=2, export=False)
    outcome = kill(folder, child, in_second, params, "train_folds")
    assert "what was trained up to fold 2 of 2 is kept; train again with the same" in outcome.message
    assert [r.state for r in list_runs(folder)] == ["interrupted", "finished"]
    events: list[Event] = []
    result = train_folds(params, emit=events.append, cancel=Cancel())
    started = [e for e in events if isinstance(e, RunStarted)]
    assert [(e.fold, e.first_epoch > 1) for e in started] == [(2, True)]
    assert sorted(result["runs"]) == sorted(r.name for r in list_runs(folder))


def test_the_training_saves_and_ends_when_its_window_is_killed(make_project: MakeProject) -> None:
    folder = make_project(COUNTS)
    script = f"""
from engine.events import EpochEnded
from engine.jobs.child import Child
from engine.jobs.job import Cancel
from engine.training.plan import TrainParams
child = Child()
print(child.pid, flush=True)
params = TrainParams({str(folder)!r}, {RECIPE!r}, {OVERRIDES!r})
child.run("train", params, emit=lambda e: isinstance(e, EpochEnded) and print(e.epoch, flush=True), cancel=Cancel())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert parent.stdout.readline() == "1\n"
        parent.kill()
    child.wait(timeout=15)
    (kept,) = list_runs(folder)
    assert (kept.state, kept.has_model) == ("stopped", True)
    assert kept.epochs == len(history(kept)) >= 1
