"""Runs of earlier versions go on, and are done again, as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.events import Event
from engine.library.project import Project
from engine.library.records import Split
from engine.training import frozen as split
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams, make_plan
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import RECORD, find_run
from engine.training.schedule import Schedule
from tests.engine.training.conftest import MakeProject

COUNTS = {Split.TRAINING: 2, Split.VALIDATION: 1}
DECAYING = TrainOptions(image_size=30, learning_rate=0.001, decay=0.01)


def quiet(event: Event) -> None:
    """Nobody listens."""


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project({"a": COUNTS, "b": COUNTS})


def written(folder: Path, version: int, **options: Any) -> str:
    """The name of an interrupted run whose `run.json` says so; an option that is None is not in it."""
    with Project.open(folder, read_only=True) as project:
        frozen = split.freeze(project, DECAYING, quiet)
        run = RunFolder.create(project.runs_folder, "traffic-sign-cnn", DECAYING, frozen)
    said = {key: value for key, value in {**run.record["options"], **options}.items() if value is not None}
    with run.writing():
        run.update(state="interrupted", format_version=version, options=said)
    return run.name


def ways(folder: Path, name: str) -> list[TrainParams]:
    """All that read the options of an earlier run to train with them."""
    file = str(folder / "runs" / name / RECORD)
    return [TrainParams(str(folder), resume=name), *(TrainParams(str(folder), repeat=r) for r in (name, file))]


@pytest.mark.parametrize("schedule", ["constant", None])
def test_a_decay_that_fell_under_the_constant_schedule_still_falls(project: Path, schedule: str | None) -> None:
    name = written(project, 1, schedule=schedule)
    with Project.open(project, read_only=True) as opened:
        found = [make_plan(opened, params, None, quiet).options for params in ways(project, name)]
    assert {(options.schedule, options.decay) for options in found} == {("inverse-time", 0.01)}
    for step in (0, 1, 100, 25_740):
        rates = [Schedule(options.learning_rate).rate_at(options, step, 30_000) for options in found]
        assert rates == pytest.approx([0.001 / (1 + 0.01 * step)] * 3)
    assert find_run(project, name, with_model=False).options["schedule"] == "inverse-time", "the window shows it so"


def test_a_run_of_now_stays_constant_whatever_its_decay(project: Path) -> None:
    name = written(project, 2)
    with Project.open(project, read_only=True) as opened:
        found = [make_plan(opened, params, None, quiet).options for params in ways(project, name)]
    assert {options.schedule for options in found} == {"constant"}
    assert {Schedule(0.001).rate_at(options, 25_740, 30_000) for options in found} == {0.001}


@pytest.mark.parametrize("options", [{"decay": 0.0}, {"schedule": "cosine"}, {"decay": None}])
def test_other_runs_of_the_first_version_are_read_as_they_are(project: Path, options: dict[str, Any]) -> None:
    name = written(project, 1, **options)
    record = json.loads((project / "runs" / name / RECORD).read_text("utf-8"))
    assert find_run(project, name, with_model=False).options == record["options"]


def test_an_ensemble_of_runs_on_everything_was_measured_on_test_images(project: Path) -> None:
    """Its options are those of its first run; its only figure, then kept as one of validation, is of the test split."""
    name = written(project, 1, train_on_everything=True)
    file = project / "runs" / name / RECORD
    record = json.loads(file.read_text("utf-8")) | {"recipe": "ensemble", "members": ["a", "b"]}
    del record["validated_on"]
    file.write_text(json.dumps(record | {"validation_accuracy": 0.9}), "utf-8")
    run = find_run(project, name, with_model=False)
    assert (run.validated_on, run.validation_accuracy) == ("test", None)
