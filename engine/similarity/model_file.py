"""A base and a classifier on its features as one model file, like that of any other run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.files import read_regular
from engine.models.atomic import replacing
from engine.models.bundle import ModelInfo
from engine.models.own_models import is_own, remember
from engine.places import BUILT_IN_BASE
from engine.similarity.bases import Base
from engine.similarity.classifier import Classifier, Floats, Projection
from engine.similarity.graph_steps import ROOTS, UNIT_ROOTS, append_steps
from engine.similarity.novelty import TrainingSpace, append


def write_model(
    base: Base,
    projection: Projection,
    classifier: Classifier,
    info: ModelInfo,
    path: Path,
    space: TrainingSpace | None = None,
) -> None:
    """Write to `path` a model from pictures to the classifier's probabilities, in the order of its classes, and where
    `info` has its limit to their novelty: how far they lie from `space`.

    Projection, weights and temperature become one product: the file is the base, which was looked through when it was
    read, and a matrix (features, classes).

    Raises:
        OSError: the place cannot be written.
    """
    import onnx
    from onnx import helper

    proto = onnx.load_model_from_string(read_regular(base.file))
    graph, given = proto.graph, proto.graph.output[0].name
    weights, offsets = on_roots(projection, classifier)
    roots, steps_to_roots = ("unit roots", UNIT_ROOTS) if projection.scale is None else ("roots", ROOTS)
    steps = (
        *steps_to_roots,
        ("MatMul", (roots, "weights"), "weighed"),
        ("Add", ("weighed", "offsets"), "logits"),
    )
    logits = append_steps(graph, "classifier/", given, len(weights), {"weights": weights, "offsets": offsets}, steps)
    graph.node.append(helper.make_node("Softmax", [logits], ["probabilities"], name="probabilities", axis=1))
    del graph.output[:]
    graph.output.append(
        helper.make_tensor_value_info("probabilities", onnx.TensorProto.FLOAT, [None, len(info.classes)])
    )
    if space is not None:
        append(graph, given, space)
    images = [None, info.height, info.width, 3]
    graph.input[0].CopyFrom(helper.make_tensor_value_info(graph.input[0].name, onnx.TensorProto.UINT8, images))
    del proto.metadata_props[:]
    helper.set_model_props(proto, info.to_metadata())
    proto.producer_name = "Pigeonhole"
    with replacing(path) as temporary:
        onnx.save(proto, str(temporary))
    if base.file == BUILT_IN_BASE or is_own(base.file):
        remember(path)


def on_roots(projection: Projection, classifier: Classifier) -> tuple[Floats, Floats]:
    """Return weights (d, classes) and offsets (classes,) that give the classifier's logits, divided by its temperature,
    from the square roots of features: at unit length where the projection has no scale, else as they are.
    """
    weights = (projection.axes @ classifier.weights) / np.float32(classifier.temperature)
    offsets = classifier.offsets / np.float32(classifier.temperature) - projection.mean @ weights
    weights /= np.float32(projection.scale or 1)
    return weights.astype(np.float32), offsets.astype(np.float32)
