"""Fixtures that the tests of several packages of the engine share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.own_models import remember


@pytest.fixture
def write_model() -> Callable[..., Path]:
    """Writes a real `model.onnx` that tells pictures by their brightness: class i of k is best at grey i / (k - 1)."""
    return _write_model


def _write_model(
    path: Path, classes: tuple[str, ...] = ("dark", "light"), side: int = 8, channels: str = "rgb"
) -> Path:
    from onnx import TensorProto, helper, numpy_helper, save

    depth, k = (3 if channels == "rgb" else 1), len(classes)
    centres = np.linspace(0, 255, k, dtype=np.float32)
    # -(x - c)^2 = -x^2 + 2cx - c^2; the first term is the same for all classes and falls out of the softmax.
    weights = np.stack([2 * centres / depth] * depth) / 4000
    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats"], ["means"], axes=[1, 2], keepdims=0),
        helper.make_node("Gemm", ["means", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, [None, side, side, depth])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, k])],
        [
            numpy_helper.from_array(weights.astype(np.float32), "weights"),
            numpy_helper.from_array((-(centres**2) / 4000).astype(np.float32), "bias"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    info = ModelInfo(FORMAT_VERSION, classes, side, side, channels, "stretch", "brightness", "by-hand", 1.0)
    helper.set_model_props(model, info.to_metadata())
    path.parent.mkdir(parents=True, exist_ok=True)
    save(model, path)
    remember(path)
    return path
