"""Options that change how a run goes, each on a run of a small network in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.errors import JobCancelled, RunError, UsageError
from engine.events import BatchEnded, EpochEnded, Event, Log, RunStarted
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.predictions import Predictions
from engine.training import fit, network
from engine.training.data.batches import Batches
from engine.training.kfold import train_folds
from engine.training.plan import TrainParams
from engine.training.runs.checkpoint import Checkpoint
from engine.training.runs.records import (
    CHECKPOINT,
    PREDICTIONS,
    RECORD,
    RunRecord,
    find_run,
    history,
    list_runs,
    read_record,
    read_split,
)
from engine.training.trainer import train
from tests.engine.training.conftest import build_project, network_of
from tests.engine.training.test_trainer import build_small

pytestmark = pytest.mark.usefixtures("untraced")

FAST = {"image_size": 24, "batch_size": 8, "epochs": 1, "optimizer": "sgd"}  # the steps that are traced soonest
COUNTS = {name: {Split.TRAINING: 16, Split.VALIDATION: 4, Split.TEST: 2} for name in ("bright", "dark")}


@pytest.fixture(autouse=True, scope="module")
def small_network() -> Iterator[None]:
    with network_of("fashion-cnn", build_small) as patch:
        patch.setattr(network, "MOST_STEPS", 1)
        patch.setattr("engine.jobs.throttle.SECONDS_BETWEEN_EVENTS", 0.0)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("project"), COUNTS)


def run(
    folder: Path, emit: Callable[[Event], None] = lambda event: None, *, export: bool = False, **options: Any
) -> dict[str, Any]:
    params = TrainParams(str(folder), "fashion-cnn", {**FAST, **options}, export=export)
    return train(params, emit=emit, cancel=Cancel())


def made(folder: Path, result: dict[str, Any]) -> RunRecord:
    return find_run(folder, result["run"], with_model=False)


def last_network(folder: Path, result: dict[str, Any]) -> keras.Model:
    """As its last epoch left it, with its optimiser."""
    return keras.saving.load_model(Checkpoint(made(folder, result).folder / CHECKPOINT).best)


def test_every_option_of_loss_and_optimiser_reaches_the_network(folder: Path) -> None:
    result = run(folder, optimizer="adamw", weight_decay=0.02, label_smoothing=0.1, cutmix=0.5, l2=0.01, erasing=0.5)
    model = last_network(folder, result)
    assert isinstance(model.optimizer, keras.optimizers.AdamW)
    assert model.optimizer.weight_decay == pytest.approx(0.02)
    assert isinstance(model.loss, keras.losses.CategoricalCrossentropy)
    assert model.loss.label_smoothing == pytest.approx(0.1)
    penalised = [layer.kernel_regularizer for layer in model.layers if hasattr(layer, "kernel_regularizer")]
    assert [None if p is None else pytest.approx(float(p.l2)) for p in penalised] == [pytest.approx(0.01), None]
    record = read_record(made(folder, result).folder)
    assert (record["options"]["label_smoothing"], record["options"]["l2"]) == (0.1, 0.01)


def test_gradient_descent_has_its_momentum(folder: Path) -> None:
    model = last_network(folder, run(folder, optimizer="sgd", momentum=0.9))
    assert isinstance(model.optimizer, keras.optimizers.SGD)
    assert model.optimizer.momentum == pytest.approx(0.9)


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three times as many training images of one class as of the other."""
    counts = {"bright": {Split.TRAINING: 24, Split.VALIDATION: 4}, "dark": {Split.TRAINING: 8, Split.VALIDATION: 4}}
    return build_project(tmp_path_factory.mktemp("uneven"), counts)


def test_rare_classes_weigh_more_in_the_loss_of_training_alone(uneven: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights: dict[int, set[float]] = {0: set(), 1: set()}
    makes = Batches.make

    def make(self: Batches, number: int) -> Any:
        found = makes(self, number)
        if self.epoch:
            for label, weight in zip(found[1], found[2], strict=True):
                weights[int(label)].add(round(float(weight), 5))
        else:
            assert len(found) == 2, "validation counts each image alike"
        return found

    alike = {"optimizer": "sgd", "learning_rate": 1e-7, "batch_size": 32}  # of one step, from the same weights
    plain = history(made(uneven, run(uneven, **alike)))[0]
    with monkeypatch.context() as patch:
        patch.setattr(Batches, "make", make)
        weighted = history(made(uneven, run(uneven, imbalance="class-weights", **alike)))[0]
    assert weights == {0: {round(32 / (2 * 24), 5)}, 1: {32 / (2 * 8)}}
    assert abs(weighted.loss - plain.loss) > 1e-3
    assert weighted.validation_loss == pytest.approx(plain.validation_loss, abs=1e-4)


@pytest.mark.parametrize(("imbalance", "images"), [("none", 32), ("oversample", 48), ("undersample", 16)])
def test_what_an_epoch_shows_is_told_before_it_begins(imbalance: str, images: int, uneven: Path) -> None:
    """The window reckons the rate and the time left of the first epoch by it."""
    events: list[Event] = []
    run(uneven, events.append, imbalance=imbalance)
    started = next(e for e in events if isinstance(e, RunStarted))
    assert (started.training_images, started.images_per_epoch) == (32, images)
    seen = [e for e in events if isinstance(e, BatchEnded)]
    assert {e.batches for e in seen} == {started.batches_per_epoch} == {images // 8}


def test_the_rate_follows_the_schedule_over_the_whole_run(folder: Path) -> None:
    result = run(folder, schedule="cosine", epochs=2, learning_rate=0.01)
    first, last = history(made(folder, result))
    assert first.learning_rate == pytest.approx(0.005)
    assert last.learning_rate == pytest.approx(0)


ONEDNN = "Compute received an exception:Status:1, message: could not create a primitive. in file mkl_maxpooling_op.cc"


@pytest.mark.parametrize(
    "error",
    [
        tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor"),
        tf.errors.AbortedError(None, None, ONEDNN),
    ],
    ids=["TensorFlow", "oneDNN"],
)
def test_too_little_memory_halves_the_batch_says_so_and_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    original, events = fit.Watch.on_train_batch_end, []

    def exhausted(self: fit.Watch, batch: int, logs: Any = None) -> None:
        if self._fit.options.batch_size > 4 and (self._epoch, batch) == (2, 1):
            raise error
        original(self, batch, logs)

    monkeypatch.setattr(fit.Watch, "on_train_batch_end", exhausted)
    result = run(folder, events.append, epochs=2)
    assert (result["epochs"], result["state"]) == (2, "finished")
    told = [e.message for e in events if isinstance(e, Log)]
    assert "The device has too little memory; training goes on with batches of 4." in told
    assert [e.batches for e in events if isinstance(e, BatchEnded) and e.epoch == 2][-1] == 8
    assert [e.epoch for e in events if isinstance(e, EpochEnded)] == [1, 2]
    assert read_record(made(folder, result).folder)["options"]["batch_size"] == 4


def test_too_little_memory_in_validation_makes_its_batches_smaller_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are larger than those of training, which have room: no batch there is halved, and no epoch begins again."""
    events: list[Event] = []
    evaluates = keras.Model.evaluate

    def evaluate(self: keras.Model, images: Batches, **more: Any) -> Any:
        if images.batch_size > 2:
            raise MemoryError
        return evaluates(self, images, **more)

    monkeypatch.setattr(keras.Model, "evaluate", evaluate)
    result = run(folder, events.append, epochs=2)
    assert read_record(made(folder, result).folder)["options"]["batch_size"] == 8
    told = [e.message for e in events if isinstance(e, Log) and e.level == "warning"]
    assert told == [
        "The device has too little memory to look at 8 images at once; from here on it is 4.",
        "The device has too little memory to look at 4 images at once; from here on it is 2.",
    ]
    assert [(e.epoch, e.batch) for e in events if isinstance(e, BatchEnded)] == [
        (epoch, batch) for epoch in (1, 2) for batch in (1, 2, 3, 4)
    ]
    monkeypatch.undo()
    found, whole = (history(made(folder, one)) for one in (result, run(folder, epochs=2)))
    for one, other in zip(found, whole, strict=True):
        assert (one.loss, one.validation_accuracy) == (other.loss, other.validation_accuracy)
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-5)


def test_too_little_memory_for_one_image_is_told_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(self: fit.Fit, *_: object) -> None:
        raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate")

    monkeypatch.setattr(fit.Fit, "_stage", exhausted)
    with pytest.raises(RunError, match="too little memory for a single image; choose a smaller image size"):
        run(folder, batch_size=2)


def test_a_paused_training_stands_still_until_it_goes_on_or_is_cancelled(folder: Path) -> None:
    cancel, paused, events = Cancel(), threading.Event(), []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, BatchEnded) and event.batch == 2 and not paused.is_set():
            cancel.pause()
            paused.set()

    def work() -> None:
        params = TrainParams(str(folder), "fashion-cnn", FAST, export=False)
        ended.append(train(params, emit=emit, cancel=cancel))

    ended: list[dict[str, Any]] = []
    worker = threading.Thread(target=work)
    worker.start()
    assert paused.wait(60)
    worker.join(0.3)
    assert worker.is_alive()
    seen = len(events)
    assert sum(isinstance(e, BatchEnded) for e in events) == 2
    cancel.go_on()
    worker.join(60)
    assert ended[0]["state"] == "finished"
    assert len(events) > seen


def test_cancelling_ends_a_pause() -> None:
    cancel = Cancel()
    cancel.pause()
    assert cancel.is_paused()
    cancel.set()
    cancel.wait_while_paused()
    with pytest.raises(JobCancelled):
        cancel.check()
    cancel.pause()
    assert not cancel.is_paused()


def test_a_run_starts_from_the_weights_of_another(folder: Path) -> None:
    first = run(folder, export=True)
    second = run(folder, start_from=first["run"], optimizer="sgd", learning_rate=1e-7)
    for one, other in zip(
        last_network(folder, first).trainable_weights, last_network(folder, second).trainable_weights, strict=True
    ):
        np.testing.assert_allclose(one.numpy(), other.numpy(), atol=1e-4)
    with pytest.raises(UsageError, match=r"cannot be started from: its network is another one"):
        run(folder, start_from=first["run"], image_size=32)
    events: list[Event] = []
    file = made(folder, first).folder / RECORD
    file.write_text(file.read_text("utf-8").replace('"name": "dark"', '"name": "night"'), "utf-8")
    run(folder, events.append, start_from=first["run"])
    assert any(isinstance(e, Log) and "does not know dark: for this the last layer" in e.message for e in events)
    with pytest.raises(RunError, match="there is no run"):
        run(folder, start_from="nowhere")


def test_a_run_is_repeated_from_its_record_with_the_same_history(folder: Path, tmp_path: Path) -> None:
    first = run(folder, seed=5, shift=0.1)
    record = made(folder, first).folder / "run.json"
    for repeat in (first["run"], str(record)):
        again = train(TrainParams(str(folder), repeat=repeat, export=False), emit=lambda event: None, cancel=Cancel())
        assert again["run"] != first["run"]
        rows = [history(made(folder, r))[0] for r in (first, again)]
        assert rows[0].loss == rows[1].loss
        assert rows[0].validation_loss == rows[1].validation_loss
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RunError, match=r"is not the run\.json of a run"):
        train(TrainParams(str(folder), repeat=str(tmp_path / "run.json")), emit=lambda e: None, cancel=Cancel())


def test_training_on_everything_leaves_nothing_but_test_images_to_measure_on(folder: Path) -> None:
    found = find_run(folder, run(folder, train_on_everything=True, epochs=2, export=True)["run"])
    assert {row.split for row in read_split(found)} == {Split.TRAINING, Split.TEST}
    assert found.best_epoch == 2
    assert set(Predictions.load(found.folder / PREDICTIONS).splits.tolist()) == {"test"}


def test_folds_validate_on_every_image_once_and_test_on_the_same_ones(folder: Path) -> None:
    before, events = {r.name for r in list_runs(folder)}, []
    params = TrainParams(str(folder), "fashion-cnn", FAST, folds=2, export=False)
    result = train_folds(params, emit=events.append, cancel=Cancel())
    runs = [find_run(folder, name, with_model=False) for name in result["runs"]]
    assert {r.name for r in list_runs(folder)} - before == set(result["runs"])
    validated = [{row.image_id for row in read_split(r) if row.split is Split.VALIDATION} for r in runs]
    tested = [{row.image_id for row in read_split(r) if row.split is Split.TEST} for r in runs]
    assert len(validated[0] | validated[1]) == 40
    assert not validated[0] & validated[1]
    assert tested[0] == tested[1]
    assert len(tested[0]) == 4
    assert result["validation_accuracy"] == pytest.approx(np.mean([r.validation_accuracy for r in runs]))
    assert [read_record(r.folder)["fold"] for r in runs] == [{"number": n, "of": 2} for n in (1, 2)]
    with pytest.raises(UsageError, match="number of folds is 2 to 20, found 1"):
        train_folds(TrainParams(str(folder), folds=1), emit=events.append, cancel=Cancel())


def test_a_backend_that_is_not_there_is_told_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.machine.backend.installed", lambda name: False)
    with pytest.raises(UsageError, match="The backend jax is not installed"):
        run(folder, backend="jax")
    monkeypatch.setattr("engine.training.machine.backend.installed", lambda name: True)
    with pytest.raises(UsageError, match="Keras already runs on tensorflow in this process"):
        run(folder, backend="jax")


def test_a_gpu_that_is_not_there_is_told_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keras.distribution.list_devices", lambda kind=None: [])
    with pytest.raises(UsageError, match="There is no GPU that tensorflow can use"):
        run(folder, device="gpu")
