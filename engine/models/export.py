"""Keras to ONNX. The only place beside training that loads Keras and TensorFlow, and only when it is called."""

from __future__ import annotations

import gc
import json
import math
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.events import Log
from engine.jobs import memory, processes
from engine.jobs.job import Cancel, Emit
from engine.language import _
from engine.models.atomic import replacing
from engine.models.bundle import ModelInfo
from engine.models.keras_file import check_keras_file
from engine.models.own_models import remember
from engine.models.predictor import Predictor

if TYPE_CHECKING:
    import keras

LARGEST_DIFFERENCE = 1e-4
_OPSET = 17
_MEMORY = "memory to write the model"
# What TensorFlow and tf2onnx hold at their peak: so many copies of the weights, and what goes with any network. As
# measured (docs/benchmarks.md): 23 copies of VGG16, of others 20 and fewer, all but it with the rest. The copies vary.
_COPIES, _BESIDE = 30, 2**27
# Thresholds of `gc`. By the usual ones InceptionV3 took 63 copies and no less time; by 700 for the first VGG16 took 29,
# as few large weights make few objects.
_OFTEN = (100, 2, 2)


def to_onnx(model: keras.Model, info: ModelInfo, path: Path) -> None:
    """Write a network as a model file: uint8 images (n, height, width, channels) in, probabilities (n, classes) out.

    The network scales its input itself. `model.export(format="onnx")` of Keras is not used: it traces layers that are
    active in training only, and what it writes then fails in ONNX Runtime.

    Raises:
        ModelError: the network holds something that ONNX cannot say, or there is not enough memory for it.
        OSError: the place cannot be written.
    """
    import keras

    needed, free = memory_to_write(model), memory.available()
    if free is not None and needed > free:  # the system would end this process, or another one
        raise ModelError(
            _(
                "Writing this network as ONNX takes about {needed:.0f} GB of memory, and {free:.0f} GB are free; close "
                "other programs, or choose a smaller network."
            ).format(needed=needed / 2**30, free=free / 2**30)
        )
    if keras.backend.backend() == "tensorflow":
        _convert(model, info, path)
    else:
        _convert_in_tensorflow(model, info, path)
    remember(path)


def memory_to_write(model: keras.Model) -> int:
    """Return about how many bytes of memory `to_onnx` takes."""
    weights = np.dtype(np.float32).itemsize * sum(math.prod(w.shape) for w in model.weights)
    return int(_COPIES * weights + _BESIDE)


def check_can_be_written(model: keras.Model, emit: Emit) -> None:
    """Warn before a training whose model file there would be no memory for as it is now.

    Raises:
        ModelError: `to_onnx` would refuse to write it whatever else ends meanwhile, or a limit would end this process.
    """
    needed, machine, free = memory_to_write(model), memory.allowed(), memory.available()
    most = memory.limit() if free is None else machine  # macOS says nothing of what is free, and swaps: only limits end
    if most is not None and needed > most:
        raise ModelError(
            _(
                "Writing this network as ONNX takes about {needed:.0f} GB of memory, and Pigeonhole may have "
                "{most:.0f} GB here; choose a smaller network."
            ).format(needed=needed / 2**30, most=most / 2**30)
        )
    if needed <= (machine if free is None else free):
        return
    if free is None:
        sentence = _(
            "When the training ends, writing this network as ONNX will take about {needed:.0f} GB of memory, and this "
            "machine has {most:.0f} GB, so that it may take long; a smaller network takes less."
        ).format(needed=needed / 2**30, most=machine / 2**30)
    else:
        sentence = _(
            "When the training ends, writing this network as ONNX will take about {needed:.0f} GB of memory, and "
            "{free:.0f} GB are free now; close other programs until then, or choose a smaller network."
        ).format(needed=needed / 2**30, free=free / 2**30)
    emit(Log(sentence, "warning", about=_MEMORY))


def _convert_in_tensorflow(model: keras.Model, info: ModelInfo, path: Path) -> None:
    """The same in a process of its own: Keras has one backend for the whole life of a process."""
    with tempfile.TemporaryDirectory() as folder:
        network = Path(folder) / "model.keras"
        model.save(network)
        words = processes.command("to-onnx", str(network), json.dumps(asdict(info)), str(path.absolute()))
        done = processes.run(words, processes.environment() | {"KERAS_BACKEND": "tensorflow"}, cancel=Cancel())
    if done.status != 0:
        raise ModelError(_("The network cannot be written as ONNX by TensorFlow: {why}").format(why=done.reason))


def _convert(model: keras.Model, info: ModelInfo, path: Path) -> None:
    import onnx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of tf2onnx about NumPy and protobuf, of no use to anybody here
        import tensorflow as tf
        import tf2onnx

        channels = 3 if info.channels == "rgb" else 1
        signature = [tf.TensorSpec((None, info.height, info.width, channels), tf.uint8, name="images")]
        function = tf.function(lambda images: model(images, training=False), signature, autograph=False)
        try:
            with _only_new_garbage():
                proto = tf2onnx.convert.from_function(
                    function, input_signature=signature, opset=_OPSET, custom_op_handlers={"Erfc": (_erfc, [])}
                )[0]
        except Exception as error:  # whatever tf2onnx stumbles over, the person learns that the export did not work
            raise ModelError(
                _("The network cannot be written as ONNX: {name}: {why}").format(name=type(error).__name__, why=error)
            ) from error
    _keep_zeros_around(proto.graph)
    onnx.helper.set_model_props(proto, info.to_metadata())
    proto.producer_name = "Pigeonhole"
    with replacing(path) as temporary:
        onnx.save(proto, str(temporary))


@contextmanager
def _only_new_garbage() -> Iterator[None]:
    """The block in which Python looks for garbage among new objects alone, but often, and once more at its end.

    tf2onnx copies the network for each of its optimisations, and the copies hold themselves. Among TensorFlow's
    millions of objects Python does not look for them often enough: those of InceptionResNetV2 took 20 GB, and the last
    of InceptionV3 kept 1.8 GB until long after.
    """
    gc.freeze()
    gc.collect()  # all objects are looked at once they are a quarter more: of the new ones, from here on
    thresholds, looks = gc.get_threshold(), gc.isenabled()
    gc.set_threshold(*_OFTEN)
    gc.enable()
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        if not looks:
            gc.disable()
        gc.collect()
        gc.unfreeze()


def _keep_zeros_around(graph: Any) -> None:
    """Let zeros around maps count where a maximum is taken of them, as in ResNet50V2.

    ONNX Runtime makes `Pad` and `MaxPool` one, whose edges count as minus infinity: where all that a window covers is
    negative, its maximum is then another (microsoft/onnxruntime issue 24737). A maximum with the lowest number changes
    no value and keeps the two apart.
    """
    from onnx import helper, numpy_helper

    made = {name: node for node in graph.node for name in node.output}
    padded = [n for n in graph.node if n.op_type == "MaxPool" and n.input[0] in made]
    for node in [n for n in padded if made[n.input[0]].op_type == "Pad"]:
        name = f"{node.name}/zeros_kept"
        lowest = numpy_helper.from_array(np.array(np.finfo(np.float32).min, np.float32), f"{name}/lowest")
        graph.initializer.append(lowest)
        clipped = helper.make_node("Max", [node.input[0], lowest.name], [name], name)
        graph.node.insert(list(graph.node).index(node), clipped)
        node.input[0] = name


def _erfc(graph: Any, node: Any, name: str, _: object) -> None:
    """Keras' exact GELU needs erfc, which ONNX has not: 1 - erf."""
    node.type, node.domain = "Erf", ""
    one = graph.make_const(f"{name}/one", np.array(1, np.float32)).output[0]
    graph.insert_new_node_on_output("Sub", node.output[0], name=f"{name}/from_one", inputs=[one, node.output[0]])


def self_test(
    model: keras.Model, predictor: Predictor, chunks: Iterable[NDArray[np.uint8]]
) -> tuple[float, NDArray[np.float32]]:
    """Put the same uint8 images through the network and through the model file made of it.

    Returns:
        The largest absolute difference of any probability, and the model file's probabilities (n, classes).

    Raises:
        ModelError: they differ by more than 1e-4, or one of them gives something else than numbers.
    """
    largest, found = 0.0, []
    for images in chunks:
        expected = np.asarray(model.predict_on_batch(images))
        probabilities = predictor.predict(images)
        found.append(probabilities)
        difference = np.abs(expected - probabilities)
        largest = max(largest, float(difference.max()) if np.isfinite(difference).all() else float("inf"))
    if largest > LARGEST_DIFFERENCE:
        raise ModelError(
            _(
                "The model file failed its self-test: its probabilities differ from the trained network's by "
                "{difference:.2g}, allowed are {allowed:g}."
            ).format(difference=largest, allowed=LARGEST_DIFFERENCE)
        )
    return largest, np.concatenate(found) if found else np.empty((0, len(predictor.info.classes)), np.float32)


def main(arguments: list[str]) -> None:
    """The process that `_convert_in_tensorflow` starts."""
    import keras

    network, info, path = arguments
    values = json.loads(info)
    check_keras_file(Path(network))
    model = keras.saving.load_model(network, compile=False, safe_mode=True)
    _convert(model, ModelInfo(**{**values, "classes": tuple(values["classes"])}), Path(path))
