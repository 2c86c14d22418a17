"""Mixed precision on a processor: products of numbers with half as many bits, added up in 32. Loads Keras.

oneDNN multiplies bfloat16 (8 bits of exponent, 8 of precision) where the processor has instructions for it. TensorFlow
converts what goes into matrix products and convolutions; weights, batch normalisation, probabilities and loss keep
their 32 bits, so that network and checkpoints are the same as without, and no loss is scaled (Kalamkar et al., "A
Study of BFLOAT16 for Deep Learning Training", 2019). The figures are in docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from engine.training.machine.device import device_kind
from engine.training.machine.hardware import multiplies_bfloat16
from engine.training.options import TrainOptions

_OPTION = "auto_mixed_precision_onednn_bfloat16"


@contextmanager
def in_bfloat16(options: TrainOptions) -> Iterator[None]:
    """The block in which TensorFlow computes so, where the options want it and the processor is made for it."""
    wanted = options.mixed_precision and keras.backend.backend() == "tensorflow"
    if not wanted or device_kind(options.device) != "cpu" or not multiplies_bfloat16():
        yield
        return
    from tensorflow.config import optimizer

    before = optimizer.get_experimental_options().get(_OPTION, False)
    optimizer.set_experimental_options({_OPTION: True})
    try:
        yield
    finally:
        optimizer.set_experimental_options({_OPTION: before})
