"""A base and a classifier on its features as one model file, like that of any other run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engine.files import read_regular
from engine.models.atomic import replacing
from engine.models.bundle import ModelInfo
from engine.models.own_models import is_own, remember
from engine.similarity.bases import IN_THE_BOX, Base
from engine.similarity.classifier import Classifier, Floats, Projection

_SMALLEST = 1e-12  # length of features that are all 0


def write_model(base: Base, projection: Projection, classifier: Classifier, info: ModelInfo, path: Path) -> None:
    """Write to `path` a model from pictures to the classifier's probabilities, in the order of its classes.

    Projection, weights and temperature become one product: the file is the base, which was looked through when it was
    read, and a matrix (features, classes).

    Raises:
        OSError: the place cannot be written.
    """
    import onnx
    from onnx import helper, numpy_helper

    proto = onnx.load_model_from_string(read_regular(base.file))
    graph, given = proto.graph, proto.graph.output[0].name
    weights, offsets = on_unit_roots(projection, classifier)
    names = {"smallest": np.float32(_SMALLEST), "weights": weights, "offsets": offsets}
    prefix = "classifier/"
    graph.initializer.extend(numpy_helper.from_array(np.asarray(v), prefix + name) for name, v in names.items())
    steps: tuple[tuple[str, list[str], str, dict[str, Any]], ...] = (
        ("Sign", [given], "sign", {}),
        ("Abs", [given], "size", {}),
        ("Sqrt", [prefix + "size"], "size of roots", {}),
        ("Mul", [prefix + "sign", prefix + "size of roots"], "roots", {}),
        ("ReduceL2", [prefix + "roots"], "length", {"axes": [1], "keepdims": 1}),
        ("Max", [prefix + "length", prefix + "smallest"], "divisor", {}),
        ("Div", [prefix + "roots", prefix + "divisor"], "unit roots", {}),
        ("MatMul", [prefix + "unit roots", prefix + "weights"], "weighed", {}),
        ("Add", [prefix + "weighed", prefix + "offsets"], "logits", {}),
    )
    for kind, inputs, output, attributes in steps:
        graph.node.append(helper.make_node(kind, inputs, [prefix + output], name=prefix + output, **attributes))
    graph.node.append(helper.make_node("Softmax", [prefix + "logits"], ["probabilities"], name="probabilities", axis=1))
    del graph.output[:]
    graph.output.append(
        helper.make_tensor_value_info("probabilities", onnx.TensorProto.FLOAT, [None, len(info.classes)])
    )
    images = [None, info.height, info.width, 3]
    graph.input[0].CopyFrom(helper.make_tensor_value_info(graph.input[0].name, onnx.TensorProto.UINT8, images))
    del proto.metadata_props[:]
    helper.set_model_props(proto, info.to_metadata())
    proto.producer_name = "Pigeonhole"
    with replacing(path) as temporary:
        onnx.save(proto, str(temporary))
    if base.file == IN_THE_BOX or is_own(base.file):
        remember(path)


def on_unit_roots(projection: Projection, classifier: Classifier) -> tuple[Floats, Floats]:
    """Return weights (d, classes) and offsets (classes,) that give the classifier's logits, divided by its temperature,
    from the square roots of features at unit length.
    """
    weights = (projection.axes @ classifier.weights) / np.float32(classifier.temperature)
    offsets = classifier.offsets / np.float32(classifier.temperature) - projection.mean @ weights
    return weights.astype(np.float32), offsets.astype(np.float32)
