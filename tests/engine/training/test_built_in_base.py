"""`transfer` starts from the built-in base: Keras' own weights, without a download and without a file to name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelError
from engine.events import Event, Log
from engine.jobs.job import Cancel
from engine.similarity.bases import choose_base, chosen_base, known_bases, read_base
from engine.training.keras_base import KerasBaseParams, make_base
from engine.training.options import TrainOptions
from engine.training.recipes import bases
from engine.training.recipes.registry import recipe
from tests.engine.training.test_bases import SMALL_WEIGHTS

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]

WEIGHTS = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*arguments: object, **_: object) -> None:
        raise AssertionError(f"tried to download {arguments}")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", refuse)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("size", [96, 224])
def test_the_built_in_weights_are_those_that_keras_publishes(shared_data: Path, size: int) -> None:
    found = bases.base(TrainOptions(image_size=size, base="MobileNetV2"))
    expected = bases.base(TrainOptions(image_size=size, base="MobileNetV2", weights=str(shared_data / WEIGHTS)))

    assert [w.shape for w in found.get_weights()] == [w.shape for w in expected.get_weights()]
    for one, other in zip(found.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_transfer_needs_neither_network_nor_file() -> None:
    options = recipe("transfer").options
    assert bases.is_built_in(options)
    model = recipe("transfer").build(options, 2)
    first = next(layer for layer in bases.leaves(model) if layer.name == "Conv1")
    assert np.abs(first.get_weights()[0]).max() > 0.3


@pytest.mark.parametrize("change", [{"base": "Xception"}, {"pretrained": "none"}, {"weights": "w.h5"}])
def test_all_else_is_as_it_was(change: dict[str, str]) -> None:
    assert not bases.is_built_in(TrainOptions(**{"base": "MobileNetV2", **change}))


def test_a_base_of_keras_becomes_a_file_that_can_be_chosen(shared_data: Path) -> None:
    events: list[Event] = []
    weights = str(shared_data / SMALL_WEIGHTS)

    made = make_base(KerasBaseParams("MobileNetV2", weights, 96), emit=events.append, cancel=Cancel())

    base = read_base(Path(made["file"]))
    assert (base.name, base.input_size, base.dimensions) == ("MobileNetV2 0.35", 96, 1280)
    assert (base.scaling, base.licence) == ("-1 to 1", "Apache-2.0")
    assert base in known_bases()
    assert [type(event) for event in events] == [Log]
    pictures = np.random.default_rng(1).integers(0, 256, (3, 96, 96, 3), np.uint8)
    options = TrainOptions(image_size=96, base="MobileNetV2", weights=weights)
    maps = bases.base(options).predict(pictures / 127.5 - 1.0, verbose=0)
    np.testing.assert_allclose(base.open()(pictures), maps.mean(axis=(1, 2)), atol=1e-4)
    choose_base(base)
    assert chosen_base() == base


def test_weights_that_do_not_fit_leave_no_base(shared_data: Path) -> None:
    params = KerasBaseParams("Xception", str(shared_data / WEIGHTS), 96)
    with pytest.raises(ModelError, match="does not hold the weights of Xception"):
        make_base(params, emit=lambda _: None, cancel=Cancel())
    assert len(known_bases()) == 1
