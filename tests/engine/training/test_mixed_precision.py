"""Mixed precision, which is for graphics cards, at work on a processor that is taken for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import pytest
from keras.optimizers import LossScaleOptimizer

from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.export import LARGEST_DIFFERENCE
from engine.training import network
from engine.training.options import with_overrides
from engine.training.recipes.bases import leaves
from engine.training.recipes.registry import recipe
from engine.training.runs.checkpoint import Checkpoint
from engine.training.runs.records import CHECKPOINT, KERAS_MODEL, MODEL, find_run
from engine.training.trainer import TrainParams, train
from tests.engine.training.conftest import build_project
from tests.engine.training.test_transfer import build_base

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

COUNTS = {name: {Split.TRAINING: 12, Split.VALIDATION: 4} for name in ("bright", "dark")}
SMALL = {"image_size": 32, "batch_size": 8, "rotation": 0, "mixed_precision": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("project"), COUNTS)


def trained(folder: Path, name: str, **options: Any) -> dict[str, Any]:
    params = TrainParams(str(folder), name, {**SMALL, **options})
    return train(params, emit=lambda event: None, cancel=Cancel())


def policies(model: keras.Model) -> set[str]:
    return {layer.dtype_policy.name for layer in leaves(model) if layer.weights}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("quick", {"epochs": 1}),
        ("accurate", {"epochs": 1, "image_size": 40}),  # of two columns
        ("transfer", {"epochs": 2, "head_epochs": 1, "channels": "rgb"}),
    ],
)
def test_a_run_in_mixed_precision_leaves_a_model_in_full_precision_that_agrees_with_its_file(
    name: str, options: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "device_kind", lambda wanted: "gpu")
    monkeypatch.setattr("engine.training.recipes.bases.base", build_base)
    result = trained(folder, name, **options)
    run = find_run(folder, result["run"])
    last = keras.saving.load_model(Checkpoint(run.folder / CHECKPOINT).best)
    assert policies(last) == {"mixed_float16", "float32"}  # the probabilities stay in full precision
    assert last.layers[-1].dtype_policy.name == "float32"
    assert isinstance(last.optimizer, LossScaleOptimizer)
    assert policies(keras.saving.load_model(run.folder / KERAS_MODEL)) == {"float32"}
    assert (run.folder / MODEL).is_file()
    assert result["state"] == "finished"
    assert 0 <= result["difference"] <= LARGEST_DIFFERENCE


def test_a_processor_trains_in_full_precision_whatever_was_asked() -> None:
    quick = recipe("quick")
    assert policies(network.build(quick, with_overrides(quick.options, SMALL), 2)) == {"float32"}
