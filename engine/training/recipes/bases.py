"""Pretrained networks under a recipe, through `keras.applications`: what each wants to see, and where its weights are.

The networks are made of layers that also export: a `Normalization` becomes the equal `Rescaling` (its constants would
be captured tensors, which ONNX has not), a convolution with a group for each channel the equal `DepthwiseConv2D`
(TensorFlow compiles the former by XLA on a processor, which is slow and leaves a function call that ONNX has not).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.errors import JobCancelled, ModelError, UsageError
from engine.files import check_regular
from engine.language import _
from engine.places import expanded
from engine.training.options import TrainOptions
from engine.training.recipes.recipe import input_shape

if TYPE_CHECKING:
    import keras

    from engine.training.recipes.recipe import Recipe

# Options that mean something only on a pretrained base.
OF_A_BASE = frozenset(
    {"base", "pretrained", "weights", "freeze_base", "head_epochs", "fine_tune_share", "fine_tune_rate"}
)

# Of ImageNet's colours from 0 to 1, as all publish them.
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


# What Caffe takes from blue, green and red.
_CAFFE = (103.939, 116.779, 123.68)


@dataclass(frozen=True, slots=True)
class KerasNetwork:
    """Facts of a network of `keras.applications`.

    `colours` is what it wants: "-1..1", "standard" (mean 0, deviation 1), "caffe" (blue first, mean 0), "0..255" (it
    scales itself). `size` is the side of the pictures that it was trained on, and `smallest` that which it takes, in
    px. `megabytes` is its download, weights without the classifier.
    """

    size: int
    megabytes: int
    colours: str
    licence: str
    smallest: int = 32


# All of `keras.applications`, from small to large. The licences of the weights stand in docs/bases.md.
BASES = {
    "MobileNetV3Small": KerasNetwork(224, 4, "0..255", "Apache-2.0"),
    "MobileNetV2": KerasNetwork(224, 9, "-1..1", "Apache-2.0"),
    "MobileNetV3Large": KerasNetwork(224, 12, "0..255", "Apache-2.0"),
    "MobileNet": KerasNetwork(224, 13, "-1..1", "Apache-2.0"),
    "EfficientNetB0": KerasNetwork(224, 16, "0..255", "Apache-2.0"),
    "NASNetMobile": KerasNetwork(224, 17, "-1..1", "Apache-2.0"),
    "EfficientNetV2B0": KerasNetwork(224, 24, "0..255", "Apache-2.0"),
    "EfficientNetB1": KerasNetwork(240, 26, "0..255", "Apache-2.0"),
    "EfficientNetV2B1": KerasNetwork(240, 28, "0..255", "Apache-2.0"),
    "DenseNet121": KerasNetwork(224, 28, "standard", "BSD-3-Clause"),
    "EfficientNetB2": KerasNetwork(260, 31, "0..255", "Apache-2.0"),
    "EfficientNetV2B2": KerasNetwork(260, 35, "0..255", "Apache-2.0"),
    "EfficientNetB3": KerasNetwork(300, 43, "0..255", "Apache-2.0"),
    "DenseNet169": KerasNetwork(224, 51, "standard", "BSD-3-Clause"),
    "EfficientNetV2B3": KerasNetwork(300, 52, "0..255", "Apache-2.0"),
    "VGG16": KerasNetwork(224, 59, "caffe", "CC-BY-4.0"),
    "EfficientNetB4": KerasNetwork(380, 71, "0..255", "Apache-2.0"),
    "DenseNet201": KerasNetwork(224, 73, "standard", "BSD-3-Clause"),
    "VGG19": KerasNetwork(224, 80, "caffe", "CC-BY-4.0"),
    "EfficientNetV2S": KerasNetwork(384, 81, "0..255", "Apache-2.0"),
    "Xception": KerasNetwork(299, 83, "-1..1", "MIT", 71),
    "InceptionV3": KerasNetwork(299, 87, "-1..1", "Apache-2.0", 75),
    "ResNet50V2": KerasNetwork(224, 94, "-1..1", "BSD-3-Clause"),
    "ResNet50": KerasNetwork(224, 94, "caffe", "MIT"),
    "ConvNeXtTiny": KerasNetwork(224, 111, "0..255", "MIT"),
    "EfficientNetB5": KerasNetwork(456, 114, "0..255", "Apache-2.0"),
    "EfficientNetB6": KerasNetwork(528, 164, "0..255", "Apache-2.0"),
    "ResNet101V2": KerasNetwork(224, 171, "-1..1", "BSD-3-Clause"),
    "ResNet101": KerasNetwork(224, 171, "caffe", "MIT"),
    "ConvNeXtSmall": KerasNetwork(224, 198, "0..255", "MIT"),
    "EfficientNetV2M": KerasNetwork(480, 213, "0..255", "Apache-2.0"),
    "InceptionResNetV2": KerasNetwork(299, 217, "-1..1", "Apache-2.0", 75),
    "ResNet152V2": KerasNetwork(224, 233, "-1..1", "BSD-3-Clause"),
    "ResNet152": KerasNetwork(224, 233, "caffe", "MIT"),
    "EfficientNetB7": KerasNetwork(600, 256, "0..255", "Apache-2.0"),
    "NASNetLarge": KerasNetwork(331, 340, "-1..1", "Apache-2.0"),
    "ConvNeXtBase": KerasNetwork(224, 350, "0..255", "MIT"),
    "EfficientNetV2L": KerasNetwork(480, 471, "0..255", "Apache-2.0"),
    "ConvNeXtLarge": KerasNetwork(224, 785, "0..255", "MIT"),
    "ConvNeXtXLarge": KerasNetwork(224, 1393, "0..255", "MIT"),
}


def weights_folders() -> tuple[Path, Path]:
    """Return where the weights of bases are: our own folder, then that of other programs with Keras, which is only
    read.
    """
    return expanded(os.environ["KERAS_HOME"]) / "models", expanded("~/.keras/models")


def has_base(recipe: Recipe) -> bool:
    """Return whether the recipe's network stands on a pretrained one."""
    return recipe.check is check


def check(options: TrainOptions) -> None:
    """Raise UsageError where the base cannot be used with these options; loads nothing."""
    base = BASES[options.base]
    if options.channels != "rgb":
        raise UsageError(_("{base} was trained on colours; set channels to rgb.").format(base=options.base))
    if options.image_size < base.smallest:
        raise UsageError(
            _("{base} needs images of at least {smallest} px, found image_size {size}.").format(
                base=options.base, smallest=base.smallest, size=options.image_size
            )
        )
    if options.weights and not Path(options.weights).is_file():
        raise UsageError(_("There is no weights file at {weights}.").format(weights=options.weights))


def scaling(options: TrainOptions) -> keras.Layer:
    """Return the layer from uint8 colours to the base's scaling."""
    import numpy as np
    from keras import Input, Sequential, layers

    colours = BASES[options.base].colours
    if colours == "-1..1":
        return layers.Rescaling(1 / 127.5, offset=-1.0)
    if colours == "standard":
        scale = [1 / (255 * d) for d in _DEVIATION]
        return layers.Rescaling(scale, offset=[-m / d for m, d in zip(_MEAN, _DEVIATION, strict=True)])
    if colours == "caffe":
        # Red and blue change places by a convolution of ones and zeros: ONNX files of ours have no other way to.
        turned = layers.Conv2D(3, 1, use_bias=False, trainable=False)
        size = input_shape(options)
        made = Sequential([Input(size), layers.Rescaling(1.0, offset=[-m for m in reversed(_CAFFE)]), turned])
        turned.set_weights([np.eye(3, dtype=np.float32)[::-1].reshape(1, 1, 3, 3)])
        return made
    return layers.Rescaling(1.0)  # only to floats


def is_built_in(options: TrainOptions) -> bool:
    """Return whether the base's weights come with the program, so that nothing is downloaded and no file is to be
    named.
    """
    return options.base == "MobileNetV2" and options.pretrained == "imagenet" and not options.weights


def base(options: TrainOptions, pooling: Literal["avg"] | None = None) -> keras.Model:
    """The base without its classifier: float colours (n, size, size, 3) to feature maps, or to one vector (n, d) of
    their means, after which ConvNeXt has a layer more.

    Raises:
        ModelError: its weights are not on this machine and cannot be downloaded, or the file does not fit.
        JobCancelled: during a download, within the block of `downloads.reported`.
    """
    import keras

    make = getattr(keras.applications, options.base)
    shape = input_shape(options)
    if options.pretrained == "none":
        return plain(make(include_top=False, weights=None, input_shape=shape, pooling=pooling))
    if options.weights:
        return _from_file(make, options, pooling)
    if is_built_in(options):
        return _from_the_box(make(include_top=False, weights=None, input_shape=shape, pooling=pooling))
    try:
        return plain(make(include_top=False, weights="imagenet", input_shape=shape, pooling=pooling))
    except JobCancelled:
        raise
    except Exception as error:  # Keras raises a bare one where a download fails
        raise ModelError(_missing(options.base, str(error))) from None


def _from_the_box(network: keras.Model) -> keras.Model:
    """MobileNetV2 with the weights of the built-in ONNX file, which have Keras' names there."""
    import onnx
    from onnx import numpy_helper

    from engine.places import BUILT_IN_BASE

    stored = {w.name: numpy_helper.to_array(w) for w in onnx.load(str(BUILT_IN_BASE)).graph.initializer}
    for layer in network.layers:
        if layer.weights:
            names = [f"{layer.name}/{weight.name.replace('depthwise_kernel', 'kernel')}" for weight in layer.weights]
            values = [stored[name] for name in names]
            # Channels stand first in ONNX, of a depthwise convolution those that come in.
            if len(values) == 1:
                depthwise = values[0].shape[1] == 1 and values[0].shape[2] > 1
                values = [values[0].transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0))]
            layer.set_weights(values)
    return network


def _from_file(make: Any, options: TrainOptions, pooling: Literal["avg"] | None) -> keras.Model:
    width = re.search(r"mobilenet_v2\D*_(\d\.\d+)_\d+", Path(options.weights).name)  # its weights come in six widths
    more = {"alpha": float(width[1])} if width and options.base == "MobileNetV2" else {}
    network = make(include_top=False, weights=None, input_shape=input_shape(options), pooling=pooling, **more)
    try:
        check_regular(options.weights)
        network.load_weights(options.weights)
    except Exception as error:  # h5py, Keras and the file system each have their own
        reason = str(error).split("\n")[0]
        raise ModelError(
            _("{weights} does not hold the weights of {base} without its classifier: {why}").format(
                weights=options.weights, base=options.base, why=reason
            )
        ) from None
    # With its own ImageNet weights Keras puts a second scaling into EfficientNet, which is not among these.
    factors = tuple(d**-0.5 for d in _DEVIATION) if re.fullmatch(r"EfficientNetB\d", options.base) else (1.0, 1.0, 1.0)
    return plain(network, factors)


def _missing(name: str, reason: str) -> str:
    """Return what to do without the weights, in the window and on the command line; `reason` is what Keras said, which
    names the file where a download failed.
    """
    cache = weights_folders()[0]
    why = reason.split(" -- ")[-1].strip().split("\n")[0].rstrip(".")
    why = re.sub(r"^\[Errno -?\d+\] ", "", why)  # a number that tells a person nothing
    link = re.search(r"https?://\S+", reason)
    if link is None:
        return _(
            "The ImageNet weights of {name} in {cache} cannot be read ({why}); delete their file, so that it is "
            "downloaded anew, or name another under “Weights file” (--weights FILE)."
        ).format(name=name, cache=cache, why=why)
    return _(
        "The ImageNet weights of {name} are not on this machine and cannot be downloaded ({why}); get {link} and name "
        "it under “Weights file” (--weights FILE) or put it into {cache}, or train from scratch with “Pretrained” at "
        "“None” (--pretrained none)."
    ).format(name=name, why=why, link=link.group().rstrip(":"), cache=cache)


def plain(network: keras.Model, factors: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> keras.Model:
    """The same network of layers that also export; `factors` multiplies what its `Normalization` gives, by channel."""
    import keras
    import numpy as np
    from keras import layers

    def same(layer: keras.Layer) -> keras.Layer:
        if isinstance(layer, layers.Normalization):
            scale = np.asarray(factors) / np.sqrt(np.asarray(layer.variance).ravel())
            offset = -np.asarray(layer.mean).ravel() * scale
            return layers.Rescaling(scale.tolist(), offset=offset.tolist(), name=layer.name)
        if _one_group_each(layer):
            names = ("name", "kernel_size", "strides", "padding", "dilation_rate", "activation", "use_bias")
            config = layer.get_config()
            return layers.DepthwiseConv2D(**{name: config[name] for name in names})
        return layer.__class__.from_config(layer.get_config())

    if not any(isinstance(x, layers.Normalization) or _one_group_each(x) for x in leaves(network)):
        return network
    changed = keras.models.clone_model(network, clone_function=same, call_function=None, recursive=True)
    for old, new in zip(leaves(network), leaves(changed), strict=True):
        if isinstance(old, layers.Normalization):
            continue
        weights = old.get_weights()
        if _one_group_each(old):
            weights[0] = weights[0].transpose(0, 1, 3, 2)  # (h, w, 1, channels) to (h, w, channels, 1)
        new.set_weights(weights)
    return changed


def leaves(layer: keras.Layer) -> list[keras.Layer]:
    """The layers inside, those of nested networks too."""
    inner = getattr(layer, "layers", None)
    return [leaf for child in inner for leaf in leaves(child)] if inner else [layer]


def _one_group_each(layer: keras.Layer) -> bool:
    from keras import layers

    groups = layer.groups if type(layer) is layers.Conv2D else 1
    return bool(groups > 1 and groups == layer.filters)
