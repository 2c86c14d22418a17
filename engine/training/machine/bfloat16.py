"""Mixed precision on a processor: products of numbers with half as many bits, added up in 32. Loads Keras.

oneDNN multiplies bfloat16 (8 bits of exponent, 8 of precision) where the processor has instructions for it. TensorFlow
converts what goes into matrix products and convolutions; weights, normalisation, probabilities and loss keep their 32
bits, so that network and checkpoints are the same as without, and no loss is scaled (Kalamkar et al., "A Study of
BFLOAT16 for Deep Learning Training", 2019). The figures are in docs/benchmarks.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import keras

from engine.training.machine.device import device_kind, multiplies_bfloat16
from engine.training.options import TrainOptions

_OPTION = "auto_mixed_precision_onednn_bfloat16"
# By itself TensorFlow converts sums and means between two convolutions too. Keras' normalisation is made of these: its
# variances would be off by a hundredth, other than in validation, and an accuracy of 98 % fell to 96.
_EXEMPT = "TF_AUTO_MIXED_PRECISION_GRAPH_REWRITE_INFERLIST_REMOVE"
_ARITHMETIC = "Add,AddN,AddV2,Mean,Mul,RealDiv,Rsqrt,Square,SquaredDifference,Sub,Sum"


@contextmanager
def in_bfloat16(options: TrainOptions) -> Iterator[None]:
    """The block in which TensorFlow computes so, where the options want it and the processor is made for it."""
    is_on = options.mixed_precision and keras.backend.backend() == "tensorflow"
    if not is_on or device_kind(options.device) != "cpu" or not multiplies_bfloat16():
        yield
        return
    from tensorflow.config import optimizer

    was_on, exempt = optimizer.get_experimental_options().get(_OPTION, False), os.environ.get(_EXEMPT)
    os.environ[_EXEMPT] = exempt or _ARITHMETIC  # read when a function is made, which is at its first call
    optimizer.set_experimental_options({_OPTION: True})
    try:
        yield
    finally:
        optimizer.set_experimental_options({_OPTION: was_on})
        if exempt is None:
            del os.environ[_EXEMPT]
