"""What a network sees before it decides: the input of its last weighted layer, as an output of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import ModelError

_WEIGHTED = frozenset({"MatMul", "Gemm"})


def feature_model(path: Path) -> bytes:
    """The model at `path` as an ONNX file whose one output are the features (n, ...) of each image.

    Raises:
        ModelError: it cannot be read, or has no layer with weights that ends in the classes.
    """
    import onnx

    try:
        model = onnx.load(str(path))
    except Exception as error:  # protobuf's own classes
        raise ModelError(f"{path} is damaged or is not an ONNX model.") from error
    name = _features(model.graph)
    if name is None:
        raise ModelError(f"{path} has no features: no layer with weights was found before its probabilities.")
    del model.graph.output[:]
    model.graph.output.append(onnx.ValueInfoProto(name=name))
    data: bytes = model.SerializeToString()
    return data


def _features(graph: Any) -> str | None:
    """The name of what goes into the last weighted layer, found backwards from the output."""
    constant = {tensor.name for tensor in graph.initializer}
    constant |= {name for node in graph.node if node.op_type == "Constant" for name in node.output}
    makers = {name: node for node in graph.node for name in node.output}
    name: str = graph.output[0].name
    while name in makers:
        node = makers[name]
        computed = [given for given in node.input if given and given not in constant]
        if not computed:
            return None
        if node.op_type in _WEIGHTED:
            return str(computed[0])
        name = computed[0]
    return None
