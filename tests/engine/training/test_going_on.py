"""Trainings that are given more, that are refused before they begin, and what runs say of themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.cli.training_commands import _trained
from engine.errors import JobCancelled, ModelError, RunError, UsageError
from engine.events import BatchEnded, EpochEnded, Event, Log, Progress, RunStarted
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.training import fit, network, trainer
from engine.training.kfold import GO_ON, train_folds
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.recipes import bases
from engine.training.runs import checkpoint
from engine.training.runs.checkpoint import Checkpoint
from engine.training.runs.notes_and_trash import discard
from engine.training.runs.records import CHECKPOINT, RECORD, RunRecord, find_run, history, list_runs, read_record
from engine.training.trainer import train
from tests.engine.training.conftest import MakeProject, import_pictures, network_of, remove_and_add_anew
from tests.engine.training.test_trainer import build_small

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("untraced")]

COUNTS = {name: {Split.TRAINING: 12, Split.VALIDATION: 4, Split.TEST: 2} for name in ("bright", "dark")}
FAST = {"image_size": 24, "batch_size": 8, "epochs": 2, "optimizer": "sgd"}  # the steps that are traced soonest
STILL = {"epochs": 30, "early_stop": 2, "learning_rate": 1e-7}  # nothing gains


@pytest.fixture(autouse=True, scope="module")
def small_network() -> Iterator[None]:
    with network_of("fashion-cnn", build_small) as patch:
        patch.setattr(network, "MOST_STEPS", 1)
        yield


@pytest.fixture
def folder(make_project: MakeProject) -> Path:
    return make_project(COUNTS)


def quiet(event: Event) -> None:
    """Nobody listens."""


def run(folder: Path, emit: Callable[[Event], None] = quiet, *, export: bool = False, **options: Any) -> dict[str, Any]:
    resume = options.pop("resume", None)
    overrides = options if resume else {**FAST, **options}
    params = TrainParams(str(folder), "fashion-cnn", overrides, resume, export=export)
    return train(params, emit=emit, cancel=Cancel())


def made(folder: Path, name: str) -> RunRecord:
    return find_run(folder, name, with_model=False)


def weights(folder: Path, name: str) -> list[np.ndarray]:
    """Of the last epoch, with the optimiser's."""
    kept = Checkpoint(made(folder, name).folder / CHECKPOINT).load()
    assert kept is not None
    return [np.asarray(v) for v in (*kept[0].weights, *kept[0].optimizer.variables)]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A validation loss that never gains after the first epoch."""
    record = fit.Schedule.record
    monkeypatch.setattr(fit.Schedule, "record", lambda self, o, epoch, loss, accuracy: record(self, o, epoch, 1.0, 0.5))


def test_a_run_that_stopped_early_trains_on_when_it_is_given_more_epochs(folder: Path, still: None) -> None:
    first, events = run(folder, **STILL), []
    assert first["epochs"] == 3
    with pytest.raises(UsageError, match="has trained 3 epochs already, and 3 were asked for"):
        run(folder, resume=first["run"], epochs=3)
    again = run(folder, events.append, resume=first["run"], epochs=40)
    assert (again["epochs"], again["state"]) == (5, "finished"), "two more without a gain"
    assert [e.epoch for e in events if isinstance(e, EpochEnded)] == [4, 5]
    assert any(isinstance(e, Log) and e.message.startswith("2 epochs had brought no gain") for e in events)
    assert run(folder, resume=first["run"], epochs="40")["epochs"] == 7, "the same number is asked for once more"
    assert run(folder, resume=first["run"], epochs=8)["epochs"] == 8


def test_a_run_that_is_given_more_and_is_killed_at_once_goes_on_as_if_it_had_not_been(
    folder: Path, still: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [run(folder, **STILL)["run"] for _ in range(2)]
    whole = run(folder, resume=names[0], epochs=40)

    def die(*_: object) -> None:
        raise KeyboardInterrupt  # as a kill: nothing is saved, and nothing said

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint.Checkpoint, "save", die)
        with pytest.raises(KeyboardInterrupt):
            run(folder, resume=names[1], epochs=40)
    assert made(folder, names[1]).state == "interrupted"
    again = run(folder, resume=names[1])
    assert again["epochs"] == whole["epochs"] == 5
    for one, other in zip(weights(folder, names[0]), weights(folder, names[1]), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_training_on_everything_never_calls_its_figures_those_of_validation(folder: Path) -> None:
    events: list[Event] = []
    result = run(folder, events.append, train_on_everything=True, export=True)
    found = find_run(folder, result["run"])
    record = read_record(found.folder)
    assert (result["validation_accuracy"], result["validation_loss"]) == (None, None)
    assert (record["validation_accuracy"], record["validation_loss"]) == (None, None)
    assert (record["validated_on"], found.validated_on) == ("training", "training")
    started = next(e for e in events if isinstance(e, RunStarted))
    assert (started.training_images, started.validation_images) == (32, 0)
    assert found.best_epoch == len(history(found)) == 2
    assert _trained(result).startswith(f"{found.name}: trained on everything after 2 epochs")


def test_a_run_says_what_computed_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = run(folder)["run"]
    record = read_record(made(folder, name).folder)
    assert record["backend"] == "tensorflow"
    assert record["versions"]["tensorflow"]
    assert record["options"]["backend"] == "auto"
    assert record["validated_on"] == "validation"
    assert main(["runs", str(folder), "--compare", name, name]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["backend", *["tensorflow", record["versions"]["tensorflow"]] * 2] in lines
    assert ["device", "CPU", "CPU"] in lines


def refuse_to_read(*_: object, **__: object) -> None:
    raise AssertionError("an image was read")


def test_what_cannot_be_trained_is_told_before_an_image_is_read_and_leaves_no_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    larger = run(folder, image_size=32, export=True)["run"]
    monkeypatch.setattr(trainer, "load_images", refuse_to_read)
    with pytest.raises(UsageError, match="There is no GPU"):
        run(folder, device="gpu")
    with pytest.raises(UsageError, match="cannot be started from: its network"):
        run(folder, start_from=larger)
    assert [r.name for r in list_runs(folder)] == [larger]


def test_weights_that_are_missing_are_told_before_an_image_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def base(options: TrainOptions) -> Any:
        raise ModelError("The ImageNet weights of MobileNetV2 are not on this machine.")

    monkeypatch.setattr(bases, "base", base)
    monkeypatch.setattr(trainer, "load_images", refuse_to_read)
    with pytest.raises(ModelError, match="weights of MobileNetV2 are not on this machine"):
        train(TrainParams(str(folder), "transfer", {"image_size": 32}), emit=quiet, cancel=Cancel())
    assert list((folder / "runs").iterdir()) == []


def test_a_resume_that_cannot_begin_leaves_the_run_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = run(folder)["run"]
    before = (folder / "runs" / name / RECORD).read_bytes()
    kept = folder / "runs" / name / CHECKPOINT / "epoch-00002.keras"
    kept.write_bytes(b"")
    monkeypatch.setattr(trainer, "load_images", refuse_to_read)
    with pytest.raises(RunError, match="cannot be read"):
        run(folder, resume=name, epochs=3)
    assert (folder / "runs" / name / RECORD).read_bytes() == before


def test_a_run_is_resumed_and_repeated_after_its_source_was_removed_and_added_anew(folder: Path) -> None:
    name = run(folder)["run"]
    before = [row.seconds for row in history(made(folder, name))]
    remove_and_add_anew(folder)
    resumed = run(folder, resume=name, epochs=3)
    assert (resumed["epochs"], len(before)) == (3, 2)
    again = train(TrainParams(str(folder), repeat=name, export=False), emit=quiet, cancel=Cancel())
    courses = [[(e.loss, e.validation_loss) for e in history(made(folder, n))] for n in (name, again["run"])]
    assert courses[0] == courses[1]


def folded(folder: Path, emit: Callable[[Event], None] = quiet, **options: Any) -> dict[str, Any]:
    cancel = options.pop("cancel", Cancel())
    params = TrainParams(str(folder), "fashion-cnn", {**FAST, **options}, folds=3, export=False)
    return train_folds(params, emit=emit, cancel=cancel)


def test_a_training_of_folds_that_was_stopped_goes_on_where_it_was(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of pictures that are changed at random; some are not in every fold, and one cannot be read."""
    with Project.open(folder) as project:
        ids = [r.id for r in query.labelled_images(project) if r.split is Split.TRAINING]
        edits.set_flag(project, ids[::4], Flag.UNSEEN)
        edits.set_grouping(project, {image: f"group {place // 4}" for place, image in enumerate(ids) if place % 4 < 2})
    (folder.parent / "pictures" / "bright" / "training-5.png").write_bytes(b"")
    cancel, events = Cancel(), list[Event]()
    whole = folded(folder, events.append, rotation=30)
    assert sizes_read(events) == [32], "the pictures of all folds, once"
    events.clear()

    def stop(event: Event) -> None:
        events.append(event)
        started = [e for e in events if isinstance(e, RunStarted)]
        if isinstance(event, BatchEnded) and len(started) == 2 and event.epoch == 2:
            cancel.set()

    with pytest.raises(JobCancelled) as stopped:
        folded(folder, stop, cancel=cancel, rotation=30)
    assert len(stopped.value.result["runs"]) == 1  # type: ignore[arg-type]
    assert isinstance(events[-1], Log)
    assert events[-1].message == f"Stopped in fold 2 of 3; {GO_ON}."
    assert [e.fold for e in events if isinstance(e, RunStarted)] == [1, 2]
    runs = {r.name for r in list_runs(folder)}
    events.clear()
    result = folded(folder, events.append, rotation=30)
    assert sizes_read(events) == [32]
    assert [(e.fold, e.first_epoch) for e in events if isinstance(e, RunStarted)] == [(2, 2), (3, 1)]
    assert result["runs"][0] == stopped.value.result["runs"][0]  # type: ignore[index]
    assert set(result["runs"][:2]) <= runs
    for one, other in zip(whole["runs"], result["runs"], strict=True):
        courses = [[(e.loss, e.validation_loss) for e in history(made(folder, name))] for name in (one, other)]
        assert np.array(courses[0]) == pytest.approx(np.array(courses[1]), abs=1e-5)
    assert result["state"] == "finished"
    assert not any(run.has_model for run in list_runs(folder)), "also the one that went on leaves no model file"
    assert sorted(r.fold for r in list_runs(folder) if r.fold) == sorted(2 * [(1, 3), (2, 3), (3, 3)])
    capsys.readouterr()
    assert main(["runs", str(folder)]) == 0
    assert capsys.readouterr().out.count("fold 2 of 3") == 2

    events.clear()
    with pytest.raises(RuntimeError, match="begins anew"):
        folded(folder, begun, rotation=30)  # both are complete
    discard(folder, result["runs"][2])
    with pytest.raises(RuntimeError, match="begins anew"):  # two are there, but none with a model
        train_folds(
            TrainParams(str(folder), "fashion-cnn", FAST | {"rotation": 30}, folds=3), emit=begun, cancel=Cancel()
        )


def sizes_read(events: Sequence[Event]) -> list[int]:
    """How many pictures were read, each time that some were."""
    return [e.total for e in events if isinstance(e, Progress) and e.phase == "Loading images" and e.done == e.total]


def begun(event: Event) -> None:
    """Far enough to see that the first fold is trained."""
    if isinstance(event, RunStarted) and event.fold == 1:
        raise RuntimeError("begins anew")


@pytest.mark.parametrize("change", ["options", "labels", "class"])
def test_folds_of_another_kind_are_not_taken_for_a_part_of_these(change: str, folder: Path) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, RunStarted) and event.fold == 2:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        folded(folder, stop, epochs=1)
    options = {"epochs": 1}
    if change == "options":
        options["batch_size"] = 4
    elif change == "class":  # a new one moves no image of the others to another fold
        (folder.parent / "pictures" / "grey").mkdir()
        for number in range(6):
            Image.new("L", (24, 24), 100 + number).save(folder.parent / f"pictures/grey/training-{number}.png")
        import_pictures(folder.parent)
    else:
        with Project.open(folder) as project:
            image = next(r for r in query.labelled_images(project) if r.split is Split.TRAINING)
            edits.set_label(project, [image.id], query.classes(project)[1].id)
    with pytest.raises(RuntimeError, match="begins anew"):
        folded(folder, begun, **options)


def test_weights_are_fetched_before_images_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that both are told, in the order in which they happen."""
    events: list[Event] = []

    def base(options: TrainOptions) -> Any:
        import keras

        events.append(Progress("Downloading weights (kB)", 1, 1))
        image = keras.Input((options.image_size, options.image_size, 3))
        return keras.Model(image, keras.layers.Conv2D(2, 3, strides=8)(image))

    monkeypatch.setattr(bases, "base", base)
    params = TrainParams(str(folder), "transfer", {"image_size": 32, "epochs": 1, "head_epochs": 1}, export=False)
    train(params, emit=events.append, cancel=Cancel())
    phases = [e.phase for e in events if isinstance(e, Progress)]
    assert phases[:2] == ["Downloading weights (kB)", "Loading images"]
    assert json.loads((folder / "runs" / list_runs(folder)[0].name / RECORD).read_text())["state"] == "finished"
