"""Where a pretrained base is cut into a lower and an upper part."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from engine.training.fine_tuning import freeze_lower, parts
from engine.training.network import multiplications, set_trainable
from engine.training.options import TrainOptions
from engine.training.recipes import bases
from tests.engine.training.test_bases import little

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


def base_named(name: str) -> keras.Model:
    """Blocks that add, blocks whose addition is no layer, and separable convolutions beside a way past them."""
    if name == "ConvNeXt":
        return bases.plain(little(name))
    return bases.base(TrainOptions(image_size=96, base=name, pretrained="none"))


@pytest.mark.parametrize("name", ["MobileNetV2", "ConvNeXt", "Xception"])
def test_a_base_is_cut_between_blocks_by_its_share_of_the_work(name: str) -> None:
    base = base_named(name)
    whole, before = multiplications(base), 1.0
    for share in (0.6, 0.3):
        found = parts(base, share)
        assert found is not None
        lower, upper = found
        assert share <= multiplications(upper) / whole < before
        before = multiplications(upper) / whole
        assert multiplications(lower) + multiplications(upper) == whole
    pixels = np.random.default_rng(0).normal(0, 1, (2, *base.input_shape[1:])).astype(np.float32)
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(upper(lower(pixels, training=False), training=False)),
        keras.ops.convert_to_numpy(base(pixels, training=False)),
    )


@pytest.mark.parametrize("name", ["MobileNetV2", "ConvNeXt"])
def test_what_trains_of_the_base_is_what_the_upper_part_alone_would_train(name: str) -> None:
    """In the same order: the optimiser's state, kept with the whole, was made by training the upper part."""
    base = base_named(name)
    set_trainable(base, True, averages=False)
    everything = len(base.trainable_variables)
    freeze_lower(base, 0.4)
    found = parts(base, 0.4)
    assert found is not None
    lower, upper = found
    assert lower.trainable_variables == []
    assert [id(v) for v in base.trainable_variables] == [id(v) for v in upper.trainable_variables]
    assert 0 < len(base.trainable_variables) < everything


def test_the_whole_base_has_no_part_below_it() -> None:
    base = base_named("MobileNetV2")
    assert parts(base, 1.0) is None
    freeze_lower(base, 1.0)
    assert all(leaf.trainable for leaf in bases.leaves(base))
