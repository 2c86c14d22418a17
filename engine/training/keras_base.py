"""A base of `keras.applications` as an ONNX file, made once: pictures as bytes to the vector that the network pools.

Loads Keras.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from engine.errors import ModelError, UsageError
from engine.events import Log
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _
from engine.models.atomic import replacing
from engine.models.bundle import ModelInfo
from engine.models.export import to_onnx
from engine.models.own_models import remember
from engine.similarity.bases import LARGEST_SIDE, bases_folder, read_base
from engine.training.options import TrainOptions
from engine.training.recipes import bases, downloads

_SAID = {
    "-1..1": "-1 to 1",
    "standard": "mean 0.485, 0.456, 0.406; deviation 0.229, 0.224, 0.225",
    "caffe": "blue, green, red less 103.939, 116.779, 123.68",
    "0..255": "0 to 255",
}
# Of the largest value. Features are kept as float16, which rounds by half as much; what float32 rounds in hundreds of
# layers of weights by chance comes to 4e-4 with EfficientNetB6.
LARGEST_DIFFERENCE_OF_FEATURES = 1e-3


@dataclass(frozen=True, slots=True)
class KerasBaseParams:
    """The name of one of `BASES`; its weights in a file, or "" for those that Keras downloads; the side of its pictures
    in pixels, or None for that which it was trained on.
    """

    name: str
    weights: str = ""
    input_size: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MadeBase(Result):
    name: str
    file: str


def make_base(params: KerasBaseParams, *, emit: Emit, cancel: Cancel) -> MadeBase:
    """Make the base and keep it for this machine. A job; downloads the weights where no file is named, and says so.

    Raises:
        UsageError: no base has the name, or it does not take pictures of that size.
        ModelError: the weights cannot be had or do not fit, or the file does not give what Keras does.
        JobCancelled: during the download.
    """
    if params.name not in bases.BASES:
        raise UsageError(
            _("There is no base {name} of Keras; known are {bases}.").format(
                name=params.name, bases=", ".join(bases.BASES)
            )
        )
    size = params.input_size or bases.BASES[params.name].size
    if size > LARGEST_SIDE:
        raise UsageError(
            _("The input size of a base is at most {largest} px, found {size}.").format(largest=LARGEST_SIDE, size=size)
        )
    options = TrainOptions(image_size=size, base=params.name, weights=params.weights)
    bases.check(options)
    with downloads.reported(emit, cancel):
        network = bases.base(options, pooling="avg")
    cancel.check()
    emit(Log(_("Writing {name} as an ONNX file.").format(name=params.name)))
    model = keras.Sequential([keras.Input((size, size, 3), dtype="uint8"), bases.scaling(options), network])
    file = bases_folder() / f"{params.name}.onnx"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as temporary:
            to_onnx(model, ModelInfo(1, (), size, size, "rgb", "crop", "", "", 1.0), temporary)
            _describe(temporary, options, int(model.output_shape[-1]))
            _compare(temporary, model, size)
    except OSError as error:
        raise ModelError(
            _("The base cannot be kept in {folder}: {why}.").format(folder=file.parent, why=reason_of(error))
        ) from None
    remember(file)
    return MadeBase(read_base(file).name, str(file))


def _describe(file: Any, options: TrainOptions, dimensions: int) -> None:
    """Put into the file what a base says of itself, in the place of what a model says."""
    import onnx

    model = onnx.load(str(file))
    del model.metadata_props[:]
    name = model.graph.output[0].name
    del model.graph.output[:]
    model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", dimensions]))
    width = re.search(r"mobilenet_v2\D*_(\d\.\d+)_\d+", options.weights)
    facts = {
        "name": f"{options.base} {width[1]}" if width and options.base == "MobileNetV2" else options.base,
        "input_size": str(options.image_size),
        "resize": "crop",
        "scaling": _SAID[bases.BASES[options.base].colours],
        "licence": bases.BASES[options.base].licence,
        "source": "keras.applications, ImageNet" if not options.weights else "keras.applications, weights of a file",
    }
    onnx.helper.set_model_props(model, facts)
    onnx.save(model, str(file))
    remember(file)


def _compare(file: Any, model: keras.Model, size: int) -> None:
    """Raise ModelError where the file does not give the features that Keras gives."""
    pictures = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), np.uint8)
    expected = keras.ops.convert_to_numpy(model(pictures, training=False))
    found = read_base(file).open()(pictures)
    off = float(np.abs(found - expected).max() / max(float(np.abs(expected).max()), np.finfo(np.float32).tiny))
    if not off <= LARGEST_DIFFERENCE_OF_FEATURES:
        raise ModelError(
            _("The base's ONNX file gives other features than Keras (by {off:.2g}); it is not kept.").format(off=off)
        )
