"""A Keras network to SavedModel or LiteRT, in a process of its own.

A process of its own, because Keras has one backend in the whole life of a process and these need TensorFlow's, and
because a converter that crashes must not take the application with it.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.jobs import processes
from engine.jobs.job import Cancel
from engine.language import _
from engine.models.keras_file import check_keras_file

_TINY = 1e-38  # below it a float32 probability is 0, and has no logarithm


def convert(
    network: Path, target: str, out: Path, *, temperature: float, calibration: NDArray[np.uint8] | None, cancel: Cancel
) -> None:
    """Write the network in the file `network` to `out`; `target` is one of `_WRITERS`.

    `calibration` uint8 (n, height, width, channels) are the images that show an int8 network its ranges. The
    temperature goes into the network, but not into an int8 one, whose 256 steps it would make coarser.

    Raises:
        ModelError: TensorFlow cannot say this network in that form.
        JobCancelled: within a moment of being cancelled.
    """
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "calibration.npy"
        if calibration is not None:
            np.save(images, calibration, allow_pickle=False)
        request = {
            "network": str(network.absolute()),
            "target": target,
            "out": str(out.absolute()),
            "temperature": temperature,
            "calibration": str(images),
        }
        words = processes.command("convert", json.dumps(request))
        done = processes.run(words, processes.environment() | {"KERAS_BACKEND": "tensorflow"}, cancel=cancel)
    if done.status != 0:
        raise ModelError(_("TensorFlow cannot write this network so: {why}").format(why=done.reason))


def main(arguments: list[str]) -> None:
    """The process that `convert` starts."""
    warnings.simplefilter("ignore")
    import keras

    request = json.loads(arguments[0])
    check_keras_file(Path(request["network"]))
    network = keras.saving.load_model(request["network"], compile=False, safe_mode=True)
    _WRITERS[request["target"]](network, request)


def _saved_model(network: Any, request: dict[str, Any]) -> None:
    import tensorflow as tf

    module = tf.Module()
    module.network = network
    signature = tf.function(
        lambda images: {"probabilities": _calibrated(network(images, training=False), request["temperature"])},
        input_signature=[tf.TensorSpec((None, *network.inputs[0].shape[1:]), tf.uint8, name="images")],
        autograph=False,  # which would leave a file of generated code in the folder for temporary files
    )
    tf.saved_model.save(module, request["out"], signatures={"serving_default": signature})


def _litert(network: Any, request: dict[str, Any]) -> None:
    import tensorflow as tf

    temperature = request["temperature"]
    converter = _converter(lambda images: _calibrated(network(images, training=False), temperature), network, tf.uint8)
    Path(request["out"]).write_bytes(converter.convert())


def _int8(network: Any, request: dict[str, Any]) -> None:
    """Weights and steps between layers in 8 bits; images come in as they are, probabilities leave as 256ths."""
    import keras
    import tensorflow as tf

    images = np.load(request["calibration"], allow_pickle=False)
    # The same network on floats: TensorFlow measures the ranges of floats only.
    floats = keras.models.clone_model(network, input_tensors=keras.Input(network.inputs[0].shape[1:], dtype="float32"))
    floats.set_weights(network.get_weights())
    converter = _converter(lambda pixels: floats(pixels, training=False), floats, tf.float32)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[np.newaxis].astype(np.float32)] for image in images)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8
    Path(request["out"]).write_bytes(converter.convert())


_WRITERS = {"savedmodel": _saved_model, "litert": _litert, "litert-int8": _int8}


def _converter(function: Any, network: Any, kind: Any) -> Any:
    """Return a converter for one image at a time, as phones and cameras have them; the weights are frozen into the
    graph.
    """
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    signature = [tf.TensorSpec((1, *network.inputs[0].shape[1:]), kind, name="images")]
    concrete = tf.function(function, signature, autograph=False).get_concrete_function()
    return tf.lite.TFLiteConverter.from_concrete_functions([convert_variables_to_constants_v2(concrete)], network)


def _calibrated(probabilities: Any, temperature: float) -> Any:
    import tensorflow as tf

    if temperature == 1:
        return probabilities
    return tf.nn.softmax(tf.math.log(tf.maximum(probabilities, _TINY)) / temperature)
