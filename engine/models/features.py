"""Features of a network: the input of its last weighted layer, as an output of its own.

Where several networks are one, as columns or as the mean of several runs, it is that of each, side by side.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.files import read_regular
from engine.language import _

_WEIGHTED = frozenset({"MatMul", "Gemm"})
_JOINED = "pigeonhole_features"


def load_onnx(path: Path) -> Any:
    """Return what the ONNX library reads from the model at `path`.

    Raises:
        ModelError: it cannot be read.
    """
    import onnx

    try:
        return onnx.load_model_from_string(read_regular(path))
    except Exception as error:  # protobuf's own classes
        raise ModelError(_("{path} is damaged or is not an ONNX model.").format(path=path)) from error


def feature_model(path: Path) -> bytes:
    """The model at `path` as an ONNX file whose one output are the features (n, ...) of each image.

    Raises:
        ModelError: it cannot be read, or has no layer with weights that ends in the classes.
    """
    import onnx

    model = load_onnx(path)
    features = features_of_graph(model.graph, path)
    del model.graph.output[:]
    model.graph.output.append(onnx.ValueInfoProto(name=features))
    data: bytes = model.SerializeToString()
    return data


def features_of_graph(graph: Any, path: Path) -> str:
    """The name of the features in the graph of the model at `path`; where it is several, what joins them is added.

    Raises:
        ModelError: it has no layer with weights that ends in the classes.
    """
    names = _features(graph)
    if not names:
        raise ModelError(
            _("{path} has no features: no layer with weights was found before its probabilities.").format(path=path)
        )
    return _side_by_side(graph, names)


def _side_by_side(graph: Any, names: list[str]) -> str:
    """The name of all of them as one, (n, values)."""
    from onnx.helper import make_node

    if len(names) == 1:
        return names[0]
    flat = [f"{_JOINED}/{number}" for number in range(len(names))]
    graph.node.extend(make_node("Flatten", [name], [to], name=to) for name, to in zip(names, flat, strict=True))
    graph.node.append(make_node("Concat", flat, [_JOINED], name=_JOINED, axis=1))
    return _JOINED


def _features(graph: Any) -> list[str]:
    """The names of what goes into the last weighted layers, found backwards from the output; in their order."""
    constant = {tensor.name for tensor in graph.initializer}
    constant |= {name for node in graph.node if node.op_type == "Constant" for name in node.output}
    makers = {name: node for node in graph.node for name in node.output}
    found: dict[str, None] = {}  # a set that keeps the order
    ahead, seen = [graph.output[0].name], set()
    while ahead:
        name = ahead.pop()
        if name in seen or name not in makers or makers[name].op_type == "Shape":
            continue
        seen.add(name)
        node = makers[name]
        computed = [given for given in node.input if given and given not in constant]
        if node.op_type in _WEIGHTED and computed:
            found[str(computed[0])] = None
        else:
            ahead += reversed(computed)
    return list(found)
