"""The training job on small real projects, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import DataError, JobCancelled, RunError, UsageError
from engine.events import BatchEnded, EpochEnded, Event, Log, ProblemFound, RunStarted
from engine.jobs.job import Cancel
from engine.library.project import Project
from engine.library.records import Split
from engine.models.bundle import read_info
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.review.evaluate import EvaluateParams, evaluate
from engine.training import fit, network
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.results import write
from engine.training.runs import checkpoint
from engine.training.runs.records import (
    MODEL,
    PREDICTIONS,
    RunRecord,
    find_run,
    history,
    list_runs,
    read_record,
    read_split,
)
from engine.training.trainer import train
from tests.engine.training.conftest import MakeProject, build_project, network_of

# Keras 3.15 with NumPy 2.4, wherever it reads a TensorFlow variable.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]

untraced = pytest.mark.usefixtures("untraced")

TRAINING, VALIDATION, TEST = Split.TRAINING, Split.VALIDATION, Split.TEST
FAST = {"image_size": 24, "batch_size": 8, "epochs": 3, "shift": 0.05}
COUNTS = {"bright": {TRAINING: 20, VALIDATION: 6, TEST: 4}, "dark": {TRAINING: 20, VALIDATION: 6, TEST: 3}}


def build_small(options: TrainOptions, classes: int) -> Any:
    """The kinds of layers of `fashion-cnn`, one of each: TensorFlow takes most of a test's time to trace them."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((options.image_size, options.image_size, 1), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, strides=4, activation="relu"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(classes, activation="softmax"),
        ]
    )


@pytest.fixture(autouse=True, scope="module")
def look_after_every_step() -> Iterator[None]:
    """A small network, and not a whole epoch at one go, as small ones would have it."""
    with network_of("fashion-cnn", build_small) as patch:
        patch.setattr(network, "MOST_STEPS", 1)
        patch.setattr("engine.jobs.throttle.SECONDS_BETWEEN_EVENTS", 0.0)
        yield


def run(
    folder: Path, emit: Callable[[Event], None] = lambda event: None, *, export: bool = False, **options: Any
) -> dict[str, Any]:
    resume = options.pop("resume", None)
    overrides = options if resume else {**FAST, **options}
    params = TrainParams(str(folder), "fashion-cnn", overrides, resume, export=export)
    return train(params, emit=emit, cancel=Cancel())


def course(folder: Path, name: str) -> list[EpochEnded]:
    """The history without what the clock says."""
    rows = history(find_run(folder, name, with_model=False))
    return [replace(row, seconds=0.0, images_per_second=0.0) for row in rows]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[Event]]:
    folder, events = build_project(tmp_path_factory.mktemp("project"), COUNTS), []
    return folder, run(folder, events.append, export=True), events


def test_a_run_tells_how_it_goes(finished: tuple[Path, dict[str, Any], list[Event]]) -> None:
    _, result, events = finished
    started = next(e for e in events if isinstance(e, RunStarted))
    assert (started.run, started.recipe, started.device) == (result["run"], "fashion-cnn", "CPU")
    assert (started.training_images, started.validation_images, started.batches_per_epoch) == (40, 12, 5)
    assert started.parameters == result["parameters"] > 0
    batches = [(e.epoch, e.batch) for e in events if isinstance(e, BatchEnded)]
    assert batches == [(epoch, batch) for epoch in (1, 2, 3) for batch in range(1, 6)]
    assert [e.epoch for e in events if isinstance(e, EpochEnded)] == [1, 2, 3]


def test_progress_never_counts_beyond_the_epoch(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST_STEPS", 32)
    folder, events = make_project(COUNTS), []
    run(folder, events.append, epochs=2)
    assert [(e.epoch, e.batch) for e in events if isinstance(e, BatchEnded)] == [(1, 5), (2, 5)]


def test_a_step_is_traced_once_so_that_the_first_batch_comes_early(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TensorFlow traces it again where it makes variables, as an optimiser does that is not built before."""
    import keras

    traced: list[keras.Model] = []
    step = keras.Model.train_step

    def trace(self: keras.Model, data: Any) -> Any:
        traced.append(self)
        return step(self, data)

    monkeypatch.setattr(keras.Model, "train_step", trace)
    run(make_project(COUNTS), epochs=2)
    assert len(traced) == 1


def test_a_finished_run_leaves_the_whole_folder(finished: tuple[Path, dict[str, Any], list[Event]]) -> None:
    folder, result, events = finished
    run = find_run(folder, None)
    assert {path.name for path in run.folder.iterdir()} == {
        "run.json",
        "run.lock",
        "split.csv",
        "history.csv",
        "checkpoint",
        "model.keras",
        "model.onnx",
        "predictions.npz",
        "report.json",
    }
    assert (run.name, run.state, run.epochs, run.error) == (result["run"], "finished", 3, None)
    assert history(run) == [e for e in events if isinstance(e, EpochEnded)]
    best = history(run)[run.best_epoch - 1]  # type: ignore[operator]
    assert (best.validation_accuracy, best.validation_loss) == (run.validation_accuracy, run.validation_loss)
    assert best.validation_accuracy == max(e.validation_accuracy for e in history(run))
    record = read_record(run.folder)
    assert record["device"] == "CPU"
    assert record["versions"]["keras"]
    assert record["proved_on"] == 12
    assert len(record["dataset"]["fingerprint"]) == 64
    assert 0 <= record["difference"] <= 1e-4


def test_the_model_and_its_predictions_are_those_of_the_best_epoch(
    finished: tuple[Path, dict[str, Any], list[Event]],
) -> None:
    folder, result, _ = finished
    run = find_run(folder, None)
    info = read_info(run.folder / MODEL)
    assert (info.classes, info.width, info.channels, info.run) == (("bright", "dark"), 24, "grey", run.name)
    found = Predictions.load(run.folder / PREDICTIONS)
    rows = {row.image_id: row for row in read_split(run)}
    assert sorted(found.image_ids.tolist()) == sorted(i for i, row in rows.items() if row.split is not TRAINING)
    assert [rows[i].split.value for i in found.image_ids.tolist()] == found.splits.tolist()
    assert [rows[i].class_name for i in found.image_ids.tolist()] == [found.classes[x] for x in found.labels]
    files = [folder.parent / "pictures" / rows[i].path for i in found.image_ids.tolist()]
    np.testing.assert_allclose(Predictor(run.folder / MODEL).predict_files(files)[0], found.probabilities, atol=1e-6)
    held_out = found.splits == "validation"
    correct = found.probabilities.argmax(1) == found.labels
    assert correct[held_out].mean() == pytest.approx(result["validation_accuracy"])
    report = json.loads((run.folder / "report.json").read_text())
    assert report["test"] == {"images": 7, "accuracy": pytest.approx(correct[~held_out].mean())}


@untraced
def test_a_trained_network_tells_what_is_unlike_its_training_images(make_project: MakeProject) -> None:
    folder = make_project({name: {TRAINING: 20, VALIDATION: 12} for name in ("bright", "dark")})
    result = run(folder, epochs=1, export=True)
    predictor = Predictor(find_run(folder, result["run"]).folder / MODEL)
    assert predictor.info.novelty is not None
    assert predictor.info.novelty.images == 24
    random = np.random.default_rng(9)
    like = np.clip(random.normal(40, 25, (200, 24, 24, 1)), 0, 255).astype(np.uint8)
    told = predictor.answer(like).novelty
    assert told is not None
    assert np.quantile(told, 0.5) < 1 < np.quantile(told, 0.5) + 10 * told.std(), "the limit is that of such pictures"
    everything = run(folder, epochs=1, train_on_everything=True, export=True)
    assert read_info(find_run(folder, everything["run"]).folder / MODEL).novelty is None, "nothing was held out"


@untraced
def test_the_same_seed_gives_the_same_history_and_another_does_not(make_project: MakeProject) -> None:
    folder = make_project(COUNTS)
    names = [run(folder, epochs=2, seed=seed)["run"] for seed in (1, 1, 2)]
    first, again, other = (course(folder, name) for name in names)
    assert first == again
    assert first != other


@untraced
def test_cancelling_ends_within_a_batch_and_keeps_the_best_epoch(make_project: MakeProject) -> None:
    folder, cancel, events = make_project(COUNTS), Cancel(), []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, BatchEnded) and (event.epoch, event.batch) == (2, 2):
            cancel.set()

    with pytest.raises(JobCancelled) as stopped:
        train(TrainParams(str(folder), overrides={**FAST, "epochs": 50}), emit=emit, cancel=cancel)
    assert [(e.epoch, e.batch) for e in events if isinstance(e, BatchEnded)][-1] == (2, 2)
    result, kept = stopped.value.result, find_run(folder, None)
    assert (result["run"], result["state"], result["epochs"]) == (kept.name, "stopped", 1)
    assert (kept.state, kept.has_model, kept.can_resume) == ("stopped", True, True)
    assert len(Predictions.load(kept.folder / PREDICTIONS).image_ids) == 19


def stopped_in_a_hurry(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, **options: Any
) -> tuple[RunRecord, list[Event]]:
    """A run stopped in its second epoch, whose proof ends after its first images, `at_once`, and what was told."""
    monkeypatch.setattr(write, "PATIENCE", 0.0)
    monkeypatch.setattr("engine.training.data.loading._MOST_AT_ONCE", at_once)
    cancel, events = Cancel(), []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, BatchEnded) and event.epoch == 2:
            cancel.set()

    with pytest.raises(JobCancelled):
        train(TrainParams(str(folder), overrides={**FAST, **options}), emit=emit, cancel=cancel)
    return find_run(folder, None), events


@untraced
def test_a_stopped_run_on_everything_promises_no_predictions_of_validation_images(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, events = stopped_in_a_hurry(make_project(COUNTS), monkeypatch, 1, train_on_everything=True)
    assert read_record(kept.folder)["proved_on"] == 1
    (told,) = [e.message for e in events if isinstance(e, Log) and e.message.startswith("As you stopped")]
    assert "network on 1 of " in told
    assert "validation" not in told, "there are none"
    assert "predicted" not in told


@untraced
def test_a_stopped_run_says_on_how_many_images_its_model_was_proved_where_all_would_take_long(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(COUNTS)
    kept, events = stopped_in_a_hurry(folder, monkeypatch, 4)
    assert read_record(kept.folder)["proved_on"] == 4
    assert json.loads((kept.folder / "report.json").read_text())["proved_on"] == 4
    assert any(isinstance(e, Log) and "the network on 4 of 12 validation images" in e.message for e in events)
    held_out = [row for row in read_split(kept) if row.split is VALIDATION]
    found = Predictions.load(kept.folder / PREDICTIONS)
    assert found.image_ids.tolist() == [row.image_id for row in held_out][::3]
    files = [folder.parent / "pictures" / row.path for row in held_out][::3]
    np.testing.assert_allclose(Predictor(kept.folder / MODEL).predict_files(files)[0], found.probabilities, atol=1e-6)
    scores = evaluate(EvaluateParams(str(folder), kept.name, "validation"), emit=events.append, cancel=Cancel())
    assert scores["images"] == 12  # the others were predicted now


@untraced
def test_cancelling_also_ends_validation_within_a_batch(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project({"a": {TRAINING: 8, VALIDATION: 200}, "b": {TRAINING: 8, VALIDATION: 200}})
    cancel, seen, original = Cancel(), [], fit.Watch.on_test_batch_end

    def watch(self: fit.Watch, batch: int, logs: Any = None) -> None:
        seen.append(batch)
        cancel.set()
        original(self, batch, logs)

    monkeypatch.setattr(fit.Watch, "on_test_batch_end", watch)
    with pytest.raises(JobCancelled):
        train(TrainParams(str(folder), overrides=FAST), emit=lambda event: None, cancel=cancel)
    assert seen == [0]


@untraced
def test_cancelling_before_the_first_epoch_leaves_a_run_without_a_model(make_project: MakeProject) -> None:
    folder, cancel = make_project(COUNTS), Cancel()

    def emit(event: Event) -> None:
        if isinstance(event, BatchEnded):
            cancel.set()

    with pytest.raises(JobCancelled):
        train(TrainParams(str(folder), overrides=FAST), emit=emit, cancel=cancel)
    (kept,) = list_runs(folder)
    assert (kept.state, kept.epochs, kept.has_model, kept.validation_accuracy) == ("stopped", 0, False, None)
    assert run(folder, resume=kept.name)["epochs"] == 3


def test_cancelling_while_images_load_leaves_nothing(make_project: MakeProject) -> None:
    folder, cancel = make_project(COUNTS), Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        train(TrainParams(str(folder), overrides=FAST), emit=lambda event: None, cancel=cancel)
    assert list_runs(folder) == []


def test_a_resumed_run_goes_on_as_if_it_had_never_stopped(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(COUNTS)
    whole = run(folder, epochs=4, plateau=1)["run"]
    save = checkpoint.Checkpoint.save

    def save_and_fail(self: checkpoint.Checkpoint, model: Any, state: checkpoint.State) -> None:
        save(self, model, state)
        if state.epoch == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.Checkpoint, "save", save_and_fail)
    with pytest.raises(RunError, match=r"cannot be written to .*no space left on device"):
        run(folder, epochs=4, plateau=1)
    monkeypatch.undo()
    failed = list_runs(folder)[0] if list_runs(folder)[0].name != whole else list_runs(folder)[1]
    assert failed.state == "failed"
    events: list[Event] = []
    assert run(folder, events.append, resume=failed.name)["epochs"] == 4
    assert next(e for e in events if isinstance(e, RunStarted)).first_epoch == 3
    assert course(folder, failed.name) == course(folder, whole)
    assert find_run(folder, failed.name, with_model=False).state == "finished"


@untraced
def test_a_disk_without_room_for_one_epoch_leaves_the_project_as_it_was(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.Checkpoint, "save", full)
    folder = make_project(COUNTS)
    with pytest.raises(RunError, match=r"no space left on device.*make room there"):
        run(folder, epochs=2)
    assert list_runs(folder) == []
    assert list((folder / "runs").iterdir()) == []


@untraced
def test_a_finished_run_can_be_given_more_epochs_and_nothing_else(make_project: MakeProject) -> None:
    folder = make_project(COUNTS)
    name = run(folder, epochs=1)["run"]
    with pytest.raises(RunError, match="is finished"):
        run(folder, resume=name)
    with pytest.raises(UsageError, match="image_size cannot change when a run is resumed"):
        run(folder, resume=name, image_size=32)
    assert run(folder, resume=name, epochs=2)["epochs"] == 2


@untraced
def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_good_epoch(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, original = make_project(COUNTS), fit.Fit.set_rate

    def explode(self: fit.Fit, step: int, batches: int) -> None:
        original(self, step, batches)
        if step >= 5:
            self.model.optimizer.learning_rate = float("nan")

    monkeypatch.setattr(fit.Fit, "set_rate", explode)
    with pytest.raises(
        RunError, match=r"no longer a finite number in epoch 2; choose a learning rate lower than 0\.001"
    ):
        run(folder, export=True)
    kept = find_run(folder, None)
    assert (kept.state, kept.epochs, kept.has_model) == ("failed", 1, True)
    assert "finite" in (kept.error or "")
    assert np.isfinite(Predictions.load(kept.folder / PREDICTIONS).probabilities).all()


@untraced
def test_a_model_that_fails_its_self_test_fails_the_run(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.models.export.LARGEST_DIFFERENCE", -1.0)
    folder = make_project(COUNTS)
    with pytest.raises(Exception, match="failed its self-test"):
        run(folder, epochs=1, export=True)
    (kept,) = list_runs(folder)
    assert (kept.state, kept.has_model) == ("failed", False)
    assert "self-test" in (kept.error or "")


def test_training_stops_early_and_lowers_the_rate_as_its_options_say(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        fit.Fit, "set_rate", lambda self, step, batches: setattr(self.model.optimizer, "learning_rate", 0.0)
    )
    folder, events = make_project({name: {TRAINING: 4, VALIDATION: 4} for name in ("a", "b")}), []
    result = run(folder, events.append, epochs=60, early_stop=3, plateau=2, optimizer="sgd")
    assert result["epochs"] < 60
    told = [e.message for e in events if isinstance(e, Log)]
    assert "Stopped: 3 epochs without a lower validation loss." in told
    assert any("learning rate lowered to 0.0005" in message for message in told)


@untraced
def test_images_that_are_gone_are_told_and_left_out(make_project: MakeProject) -> None:
    folder, events = make_project(COUNTS), []
    pictures = folder.parent / "pictures"
    (pictures / "dark" / "training-0.png").unlink()
    (pictures / "dark" / "validation-1.png").write_bytes(b"")
    (pictures / "dark" / "test-1.png").unlink()
    result = run(folder, events.append, epochs=1, export=True)
    started = next(e for e in events if isinstance(e, RunStarted))
    assert (started.training_images, started.validation_images) == (39, 11)
    assert len([e for e in events if isinstance(e, ProblemFound)]) == 3
    trained = find_run(folder, result["run"])
    assert len(Predictions.load(trained.folder / PREDICTIONS).image_ids) == 11 + 6
    with Project.open(folder) as project:
        planned = freeze(project, TrainOptions(), lambda event: None).checked_with()
    assert trained.checked_with == planned, "one that cannot be read makes no other check images"


def test_a_folder_that_is_gone_is_told_in_a_sentence_and_leaves_no_run(make_project: MakeProject) -> None:
    folder = make_project(COUNTS)
    (folder.parent / "pictures").rename(folder.parent / "elsewhere")
    with pytest.raises(DataError, match="None of the 52 images can be read"):
        run(folder)
    assert list_runs(folder) == []


def test_a_class_whose_images_are_all_gone_is_one_class_too_few(make_project: MakeProject) -> None:
    folder = make_project(COUNTS)
    for file in (folder.parent / "pictures" / "dark").iterdir():
        file.write_bytes(b"")
    with pytest.raises(DataError, match="at least two classes, found only “bright”"):
        run(folder)


def test_images_too_small_for_the_network_are_refused_before_anything_is_read(make_project: MakeProject) -> None:
    with pytest.raises(UsageError, match="at least 22 px, found image_size 16"):
        run(make_project(COUNTS), image_size=16)


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(make_project: MakeProject) -> None:
    folder = make_project(COUNTS)
    (folder / "runs").rmdir()
    (folder / "runs").write_text("not a folder")
    with pytest.raises(RunError, match="No run can be written to"):
        run(folder)
