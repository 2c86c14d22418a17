"""What a network is made of, told before anything is trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import UsageError
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.training.plan import TrainParams
from engine.training.summary import summarise
from tests.engine.training import notebooks
from tests.engine.training.conftest import build_project

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    counts = {str(number): {Split.TRAINING: 5} for number in range(10)}
    return build_project(tmp_path_factory.mktemp("project"), counts)


def told(folder: Path, recipe: str, **overrides: Any) -> dict[str, Any]:
    return summarise(TrainParams(str(folder), recipe, overrides), emit=lambda event: None, cancel=Cancel())


def test_the_layers_are_those_that_keras_tells_of_the_notebooks_network(folder: Path) -> None:
    found, expected = told(folder, "fashion-cnn"), notebooks.fashion_cnn()
    own = found["layers"][1:]  # the first scales
    assert [layer["kind"] for layer in own] == [type(layer).__name__ for layer in expected.layers]
    assert [layer["shape"] for layer in own] == [list(layer.output.shape[1:]) for layer in expected.layers]
    assert [layer["parameters"] for layer in own] == [layer.count_params() for layer in expected.layers]
    assert found["parameters"] == expected.count_params() == 102_730
    assert found["trainable"] == sum(int(w.size) for w in _arrays(expected)) == 102_154
    assert (found["classes"], found["shape"], found["steps"]) == (10, [28, 28, 1], 1)
    assert found["operations"] == 32 * 9 * 26**2 + 64 * 32 * 9 * 11**2 + 128 * 64 * 9 * 3**2 + 128 * 64 + 64 * 10
    assert not list((folder / "runs").iterdir())


def _arrays(network: Any) -> list[Any]:
    return [w.numpy() for w in network.trainable_weights]


def test_a_base_is_one_layer_with_its_own_inside_it_and_needs_no_weights(folder: Path) -> None:
    found = told(folder, "transfer", image_size=96)
    (base,) = [layer for layer in found["layers"] if layer["depth"] == 0 and layer["kind"] == "Functional"]
    inside = [layer for layer in found["layers"] if layer["depth"] == 1]
    assert base["parameters"] == sum(layer["parameters"] for layer in inside) == 2_257_984
    assert base["shape"] == [3, 3, 1280]
    assert found["parameters"] == 2_257_984 + 1280 * 10 + 10
    assert "features that MobileNetV2 computes once" in found["why"]
    frozen = told(folder, "transfer", image_size=96, freeze_base=True)
    whole = told(folder, "transfer", image_size=96, fine_tune_share=1)
    assert frozen["trainable"] == 1280 * 10 + 10 < found["trainable"] < whole["trainable"] < found["parameters"]


def test_options_that_the_recipe_cannot_have_are_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="needs images of at least"):
        told(folder, "cats-and-dogs-cnn", image_size=16)
    with pytest.raises(UsageError, match=r"no weights file at nowhere\.h5"):
        told(folder, "transfer", weights="nowhere.h5")
