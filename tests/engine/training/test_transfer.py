"""A base with real weights: its head on cached features first, then the whole or its upper part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from engine.errors import RunError
from engine.events import BatchEnded, EpochEnded, Event, Log, Progress, RunStarted
from engine.jobs import memory
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.training import fit, trainer
from engine.training.data.augment import Augmentation
from engine.training.data.base_features import VIEWS, features, split_above_base
from engine.training.data.batches import Batches
from engine.training.data.loading import TrainingData, at_once
from engine.training.data.shared import Shared
from engine.training.frozen import FrozenImage
from engine.training.kfold import train_folds
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.recipes.registry import recipe
from engine.training.results import write
from engine.training.runs import checkpoint
from engine.training.runs.records import (
    CHECKPOINT,
    CHECKPOINT_STATE,
    RECORD,
    RunRecord,
    find_run,
    history,
    list_runs,
    read_record,
)
from engine.training.trainer import train
from tests.engine.training.conftest import build_project
from tests.engine.training.test_bases import SMALL_WEIGHTS

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("untraced")]

COUNTS = {name: {Split.TRAINING: 4, Split.VALIDATION: 4} for name in ("bright", "dark")}
TRAINED = CHECKED = 8  # images of both classes
FAST = {"image_size": 32, "epochs": 3, "head_epochs": 2, "batch_size": 8}
UPPER = 0.1  # of the base below, which is its last layer with weights


def build_base(options: TrainOptions) -> keras.Model:
    """The kinds of layers of MobileNetV2, one of each; always the same weights."""
    layers = keras.layers
    keras.utils.set_random_seed(3)
    image = keras.Input((options.image_size, options.image_size, 3))
    x = layers.Conv2D(8, 3, strides=4, use_bias=False)(image)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.DepthwiseConv2D(3)(x)  # a sixth of the multiplications
    return keras.Model(image, layers.Dropout(0.2)(x), name="base")


@pytest.fixture
def small_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.recipes.bases.base", build_base)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("project"), COUNTS)


def run(
    folder: Path, emit: Callable[[Event], None] = lambda event: None, *, export: bool = False, **options: Any
) -> dict[str, Any]:
    params = TrainParams(str(folder), "transfer", {**FAST, **options}, export=export)
    return train(params, emit=emit, cancel=Cancel())


def made(folder: Path, name: str) -> RunRecord:
    return find_run(folder, name, with_model=False)


def test_features_of_the_base_are_those_that_the_head_gets_in_the_whole(shared_data: Path) -> None:
    options = TrainOptions(image_size=32, weights=str(shared_data / SMALL_WEIGHTS), rotation=10)
    model = recipe("transfer").build(options, 2)
    lower, upper = split_above_base(model)
    images = np.random.default_rng(0).integers(0, 256, (10, 32, 32, 3), np.uint8)
    events: list[Event] = []
    found = features(
        *(lower, TrainingData(images, np.arange(10), np.arange(6), np.arange(6, 10)), Augmentation(options), 1),
        emit=events.append,
        cancel=Cancel(),
    )
    expected = keras.ops.convert_to_numpy(model(images, training=False))
    given = keras.ops.convert_to_numpy(upper(found.values, training=False))
    np.testing.assert_allclose(given[found.validation], expected[6:], atol=1e-5)
    np.testing.assert_allclose(given[found.training[:6]], expected[:6], atol=1e-5)
    assert found.labels[found.training].tolist() == list(range(6)) * VIEWS
    assert np.abs(given[found.training[6:12]] - expected[:6]).max() > 1e-6  # another view
    assert events[-1] == Progress("Looking at the pictures", 4 + 6 * VIEWS, 4 + 6 * VIEWS)


def test_large_pictures_go_through_a_network_few_at_a_time(
    small_base: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TensorFlow keeps what the largest batch ever took: 160 pictures of 224 px at once would be 4 GB to the end."""
    assert [at_once(size) for size in (16, 32, 64, 96, 224, 512)] == [128, 128, 128, 87, 16, 3]
    monkeypatch.setattr("engine.training.data.loading._PIXELS_AT_ONCE", 3 * 32 * 32)
    seen: dict[str, set[int]] = {"features": set(), "validation": set(), "proof": set()}
    makes, proves, predicts = Batches.make, write.self_test, keras.Model.predict_on_batch

    def make(self: Batches, number: int) -> Any:
        found = makes(self, number)
        seen["validation" if self.epoch == 0 and found[0].ndim == 4 else "rest"] |= {len(found[0])}
        return found

    def prove(model: Any, predictor: Any, chunks: Iterable[np.ndarray]) -> Any:
        some = list(chunks)
        seen["proof"] |= {len(c) for c in some}
        return proves(model, predictor, some)

    def predict(self: keras.Model, images: np.ndarray) -> Any:
        seen["features"] |= {len(images)}
        return predicts(self, images)

    seen["rest"] = set()
    monkeypatch.setattr(Batches, "make", make)
    monkeypatch.setattr(write, "self_test", prove)
    monkeypatch.setattr(keras.Model, "predict_on_batch", predict)
    run(folder, epochs=2, head_epochs=1, batch_size=2, export=True)
    assert seen == {"features": {3, 2}, "validation": {3, 2}, "proof": {3, 2}, "rest": {2, 8}}


def test_the_head_trains_on_features_and_then_the_whole_at_its_own_rate(small_base: None, folder: Path) -> None:
    events: list[Event] = []
    result = run(folder, events.append, fine_tune_rate=1e-5)
    found = made(folder, result["run"])
    assert result["state"] == "finished"
    epochs = [e for e in events if isinstance(e, EpochEnded)]
    assert [e.epoch for e in epochs] == [1, 2, 3]
    assert epochs[2].learning_rate <= 1e-5
    assert any(isinstance(e, Log) and e.message.startswith("The base trains too from here on") for e in events)
    kept = keras.saving.load_model(found.folder / CHECKPOINT / "epoch-00003.keras")
    base = kept.layers[1]
    assert base.trainable
    averages = [layer for layer in base.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert not any(layer.trainable for layer in averages)


def kernel(folder: Path, name: str) -> np.ndarray:
    """Of the last layer after the first epoch."""
    kept = keras.saving.load_model(made(folder, name).folder / CHECKPOINT / "epoch-00001.keras")
    return np.asarray(kept.layers[-1].kernel)


def test_the_last_layer_begins_as_a_regression_unless_an_earlier_run_knows_all_classes(
    small_base: None, tmp_path: Path
) -> None:
    """Of a regression the weights of a feature add up to 0 over all classes."""
    more = {name: {Split.TRAINING: 12, Split.VALIDATION: 4} for name in COUNTS}  # steps enough to get far
    folder, still = build_project(tmp_path, more), {"epochs": 1, "head_epochs": 1, "learning_rate": 1e-7}
    far = run(folder, export=True, **still | {"learning_rate": 0.05})["run"]
    np.testing.assert_allclose(kernel(folder, far).sum(axis=1), 0, atol=1e-4)
    after = run(folder, **still, start_from=far)["run"]
    np.testing.assert_allclose(kernel(folder, after), kernel(folder, far), atol=1e-4)
    with Project.open(folder) as project:
        edits.rename_class(project, next(c.id for c in query.classes(project) if c.name == "dark"), "night")
    anew = kernel(folder, run(folder, **still, start_from=far)["run"])
    np.testing.assert_allclose(anew.sum(axis=1), 0, atol=1e-4)
    assert np.abs(anew - kernel(folder, far)).max() > 1e-2


def test_a_frozen_base_keeps_every_weight(small_base: None, folder: Path) -> None:
    result = run(folder, freeze_base=True, head_epochs=1, epochs=2, export=True)
    kept = keras.saving.load_model(find_run(folder, result["run"]).folder / "model.keras")
    fresh = build_base(TrainOptions(image_size=32))
    for one, other in zip(kept.layers[1].get_weights(), fresh.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("head_epochs", [0, 1])
def test_a_frozen_base_is_asked_once_and_not_said_to_train(
    head_epochs: int, small_base: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is told of its first epochs, all of them train on what it says of each picture in its views."""
    asked: list[int] = []
    trained: set[int] = set()
    predicts, makes = keras.Model.predict_on_batch, Batches.make

    def predict(self: keras.Model, images: np.ndarray) -> Any:
        asked.append(len(images))
        return predicts(self, images)

    def make(self: Batches, number: int) -> Any:
        found = makes(self, number)
        trained.add(found[0].ndim)
        return found

    monkeypatch.setattr(keras.Model, "predict_on_batch", predict)
    monkeypatch.setattr(Batches, "make", make)
    events: list[Event] = []
    options = {"head_epochs": head_epochs, "schedule": "constant", "learning_rate": 1e-3}
    run(folder, events.append, freeze_base=True, epochs=4, export=True, **options)
    assert sum(asked) == CHECKED + VIEWS * TRAINED + CHECKED  # the last to prove the model
    assert trained == {2}
    assert [e.learning_rate for e in events if isinstance(e, EpochEnded)] == [1e-3] * 4
    said = " ".join(e.message for e in events if isinstance(e, Log))
    assert "All epochs train on features" in said
    assert "train too" not in said
    assert "trains too" not in said


def test_mixed_pictures_go_through_a_frozen_base_after_its_first_epochs(small_base: None, folder: Path) -> None:
    """They are others each time; the base is not said to train."""
    events: list[Event] = []
    mixed = {"freeze_base": True, "cutmix": 1.0, "head_epochs": 1, "epochs": 2, "fine_tune_rate": 1e-5}
    result = run(folder, events.append, export=True, **mixed)
    said = " ".join(e.message for e in events if isinstance(e, Log))
    assert "then the pictures are mixed too, while the base stays as it is" in said
    assert "Pictures are mixed from here on, at a rate of 1e-05; the base stays as it is." in said
    assert "train too" not in said
    assert "trains too" not in said
    kept = keras.saving.load_model(find_run(folder, result["run"]).folder / "model.keras")
    for one, other in zip(
        kept.layers[1].get_weights(), build_base(TrainOptions(image_size=32)).get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_training_above_a_frozen_base_stops_early_too(
    small_base: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = lambda self, step, batches: setattr(self.model.optimizer, "learning_rate", 0.0)  # noqa: E731
    monkeypatch.setattr(fit.Fit, "set_rate", still)
    result = run(folder, freeze_base=True, epochs=30, early_stop=2)
    assert result["epochs"] == 3


def test_a_rate_that_was_too_high_is_named_as_it_is_called_in_fine_tuning(
    small_base: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = fit.Fit.set_rate

    def explode(self: fit.Fit, step: int, batches: int) -> None:
        sets(self, step, batches)
        if self.state.epoch == 2:
            self.model.optimizer.learning_rate = float("nan")

    monkeypatch.setattr(fit.Fit, "set_rate", explode)
    with pytest.raises(RunError, match=r"in epoch 3; choose a fine-tuning rate lower than 2e-05\."):
        run(folder, fine_tune_rate=2e-5)


def test_pictures_are_counted_once_an_epoch_in_however_many_views_they_are_shown(
    small_base: None, folder: Path
) -> None:
    events: list[Event] = []
    result = run(folder, events.append, epochs=2, head_epochs=1, batch_size=4)
    started = next(e for e in events if isinstance(e, RunStarted))
    assert (started.training_images, started.images_per_epoch) == (TRAINED, TRAINED)
    assert started.batches_per_epoch == VIEWS * TRAINED // 4  # of the head
    batches = {e.epoch: e.batches for e in events if isinstance(e, BatchEnded)}
    assert batches == {1: VIEWS * TRAINED // 4, 2: TRAINED // 4}
    state = json.loads((made(folder, result["run"]).folder / CHECKPOINT / CHECKPOINT_STATE).read_text("utf-8"))
    assert state["images"] == 2 * TRAINED


def test_features_need_no_more_memory_than_there_is_and_are_the_same(small_base: None) -> None:
    options = TrainOptions(image_size=32, rotation=30)
    model = recipe("transfer").build(options, 2)
    lower, _ = split_above_base(model)
    images = np.random.default_rng(0).integers(0, 256, (10, 32, 32, 3), np.uint8)
    data = (TrainingData(images, np.arange(10), np.arange(6), np.arange(6, 10)), Augmentation(options), 1)
    whole = features(lower, *data, emit=lambda event: None, cancel=Cancel())
    predicts = lower.predict_on_batch

    def predict(some: np.ndarray) -> Any:
        if len(some) > 1:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return predicts(some)

    lower.predict_on_batch = predict
    events: list[Event] = []
    found = features(lower, *data, emit=events.append, cancel=Cancel())
    np.testing.assert_allclose(found.values, whole.values, atol=1e-5)
    told = [e.message for e in events if isinstance(e, Log)]
    assert [words.split("look at ")[1].split(" images")[0] for words in told] == ["4", "2"]


def by_place(base: keras.Model) -> list[list[np.ndarray]]:
    """The weights of each layer; names differ from one building to the next."""
    return [layer.get_weights() for layer in base.layers]


@pytest.mark.parametrize("kept", ["maps", "nothing"])
def test_fine_tuning_the_upper_part_leaves_every_weight_below_it(
    kept: str, small_base: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the maps between the two parts are computed once, or there is no room for them."""
    if kept == "nothing":
        monkeypatch.setattr("engine.training.data.base_features._SHARE_OF_MEMORY", 0.0)
    seen: list[int] = []
    predicts = keras.Model.predict_on_batch

    def predict(self: keras.Model, images: np.ndarray) -> Any:
        seen.extend([len(images)] if images.dtype == np.uint8 else [])
        return predicts(self, images)

    monkeypatch.setattr(keras.Model, "predict_on_batch", predict)
    events: list[Event] = []
    result = run(folder, events.append, fine_tune_share=UPPER, epochs=5, export=True)
    assert sum(seen) == CHECKED + VIEWS * TRAINED + CHECKED  # in both stages together; the last to prove the model
    said = "The upper part of the base trains too from here on"
    assert any(isinstance(e, Log) and e.message.startswith(said) for e in events)
    latest = keras.saving.load_model(find_run(folder, result["run"]).folder / CHECKPOINT / "epoch-00005.keras")
    _, convolution, average, *_, depthwise, _ = by_place(latest.layers[1])
    _, first, averages, *_, last, _ = by_place(build_base(TrainOptions(image_size=32)))
    for one, other in zip(convolution + average, first + averages, strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(depthwise, last, strict=True):
        assert not np.array_equal(one, other)


def test_folds_read_pictures_and_compute_features_once_and_learn_what_each_alone_would(
    small_base: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three of two stages each, on maps of the lower part and on features of the whole base."""
    read: list[Path] = []
    looked_at: list[int] = []
    reads, predicts = trainer.load_images, keras.Model.predict_on_batch

    def load(files: list[Path], *rest: Any, **how: Any) -> Any:
        read.extend(files)
        return reads(files, *rest, **how)

    def predict(self: keras.Model, images: np.ndarray) -> Any:
        looked_at.append(len(images))
        return predicts(self, images)

    options = {**FAST, "fine_tune_share": UPPER, "rotation": 30}
    params = TrainParams(str(folder), "transfer", options, folds=3, export=False)
    monkeypatch.setattr(trainer, "load_images", load)
    monkeypatch.setattr(keras.Model, "predict_on_batch", predict)
    found = train_folds(params, emit=lambda event: None, cancel=Cancel())
    images = TRAINED + CHECKED
    assert len(read) == len(set(read)) == images
    assert sum(looked_at) == 2 * VIEWS * images + images  # maps, then features; the last for the predictions
    alone = train(replace(params, fold=2), emit=lambda event: None, cancel=Cancel())
    assert len(read) == 2 * images
    for one, other in zip(*(history(made(folder, run)) for run in (found["runs"][1], alone["run"])), strict=True):
        assert (one.loss, one.validation_loss) == pytest.approx((other.loss, other.validation_loss), abs=1e-4)


def test_maps_and_features_that_folds_share_take_an_eighth_of_the_memory_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    images = [FrozenImage(n, 1, f"{n}.png", Path(f"{n}.png"), n % 2, Split.TRAINING) for n in range(6)]
    pixels = np.arange(6 * 48, dtype=np.uint8).reshape(6, 4, 4, 3)
    data = TrainingData(pixels, np.arange(6) % 2, np.arange(4), np.arange(4, 6))
    lower = keras.Sequential([keras.Input((4, 4, 3), dtype="uint8"), keras.layers.Flatten()])
    upper = keras.Sequential([keras.Input((48,)), keras.layers.Dense(2)])
    maps, both = 4 * 6 * 48, 4 * 6 * (48 + 2)
    for most, kept in ((maps - 1, 0), (maps, maps), (both - 1, maps), (both, both)):
        monkeypatch.setattr(memory, "allowed", lambda most=most: 8 * most)
        shared, how = Shared(), {"emit": lambda event: None, "cancel": Cancel()}
        shared.read(images, images, "small", lambda files, emit: (pixels, []), lambda event: None)
        found = features(lower, data, Augmentation(TrainOptions()), 1, shared=shared, **how)
        features(upper, found, Augmentation(TrainOptions()), 1, shared=shared, **how)
        assert shared.size == kept


def test_each_epoch_sees_one_view_of_each_picture() -> None:
    maps = np.arange(12, dtype=np.float32).reshape(12, 1, 1, 1)  # four pictures in three views
    options = TrainOptions(rotation=90, cutmix=1.0)  # for pixels, which these are not
    labels = np.tile(np.arange(4), 3)
    with Batches(
        *(maps, labels, np.arange(4)),
        **{"batch_size": 3, "seed": 1, "augmentation": Augmentation(options), "options": options, "classes": 4},
        views=3,
        step=4,
    ) as batches:

        def epoch(number: int) -> list[int]:
            batches.begin(number)
            return [int(v) for i in range(len(batches)) for v in batches[i][0].ravel()]

        drawn = [epoch(number) for number in range(1, 17)]
        assert batches.size == 4
        assert epoch(3) == drawn[2]
    assert all(sorted(value % 4 for value in values) == [0, 1, 2, 3] for values in drawn)
    assert {value for values in drawn for value in values} == set(range(12))


def test_a_run_from_before_there_were_parts_trains_its_whole_base_when_resumed(small_base: None, folder: Path) -> None:
    early = run(folder, epochs=3, fine_tune_share=1)
    file = made(folder, early["run"]).folder / RECORD
    record = json.loads(file.read_text("utf-8"))
    del record["options"]["fine_tune_share"]
    file.write_text(json.dumps(record), "utf-8")
    params = TrainParams(str(folder), resume=early["run"], overrides={"epochs": 4}, export=False)
    train(params, emit=lambda event: None, cancel=Cancel())
    assert read_record(file.parent)["options"]["fine_tune_share"] == 1.0
    latest = keras.saving.load_model(file.parent / CHECKPOINT / "epoch-00004.keras")
    fresh = build_base(TrainOptions(image_size=32))
    assert not np.array_equal(by_place(latest.layers[1])[1][0], by_place(fresh)[1][0])


def last_weights(folder: Path, name: str) -> list[np.ndarray]:
    """With the optimiser's."""
    found = checkpoint.Checkpoint(made(folder, name).folder / CHECKPOINT).load()
    assert found is not None
    return [np.asarray(v) for v in (*found[0].weights, *found[0].optimizer.variables)]


@pytest.mark.parametrize("share", [1.0, UPPER])
def test_a_run_that_failed_in_either_stage_goes_on_as_if_it_had_not(
    share: float, small_base: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def course(name: str) -> list[EpochEnded]:
        rows = history(find_run(folder, name, with_model=False))
        return [replace(row, seconds=0.0, images_per_second=0.0) for row in rows]

    events: list[Event] = []

    def go_on(name: str) -> None:
        train(TrainParams(str(folder), resume=name, export=False), emit=events.append, cancel=Cancel())

    unbroken, before = run(folder, epochs=4, fine_tune_share=share)["run"], {r.name for r in list_runs(folder)}
    save = checkpoint.Checkpoint.save

    def save_and_fail(self: checkpoint.Checkpoint, model: Any, state: Any) -> None:
        save(self, model, state)
        if state.epoch < 4:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint.Checkpoint, "save", save_and_fail)
        with pytest.raises(RunError, match="no space left"):
            run(folder, epochs=4, fine_tune_share=share)
        (name,) = {r.name for r in list_runs(folder)} - before
        for _ in range(2):
            with pytest.raises(RunError, match="no space left"):
                go_on(name)
    go_on(name)
    assert [e.first_epoch for e in events if isinstance(e, RunStarted)] == [2, 3, 4]
    assert course(name) == course(unbroken)
    for one, other in zip(last_weights(folder, name), last_weights(folder, unbroken), strict=True):
        np.testing.assert_array_equal(one, other)  # bit for bit
