"""Several model files as one: the mean of their probabilities, and of their novelty where they tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.files import read_regular
from engine.models.bundle import FORMAT_VERSION, ModelInfo, Novelty
from engine.models.inspection import check_model
from engine.models.own_models import is_own, remember


def write_mean(models: Sequence[Path], orders: Sequence[Sequence[int]], info: ModelInfo, path: Path) -> None:
    """Write to `path` the mean of `models`, which take the same images; `orders` puts the classes of each into those
    of `info`. The limit of their novelty is then 1, whatever it is in each.

    Raises:
        ModelError: one of them is damaged or hostile.
        OSError: a file cannot be read or written.
    """
    import onnx
    from onnx import compose, helper

    nodes, initialisers, outputs, opset = [], [], [], 0
    novelties, telling = [], []
    for number, (model, order) in enumerate(zip(models, orders, strict=True)):
        own = check_model(model).novelty  # before the ONNX library opens it, which would follow weights out of the file
        proto = compose.add_prefix(onnx.load_model_from_string(read_regular(model)), f"member{number}/")
        graph = proto.graph
        opset = max([opset, *(o.version for o in proto.opset_import if o.domain in {"", "ai.onnx"})])
        ordered = f"member{number}/ordered"
        indices = helper.make_tensor(f"{ordered}/order", onnx.TensorProto.INT64, [len(order)], list(order))
        nodes += [
            helper.make_node("Identity", ["images"], [graph.input[0].name]),
            *graph.node,
            helper.make_node("Gather", [graph.output[0].name, indices.name], [ordered], axis=1),
        ]
        initialisers += [*graph.initializer, indices]
        outputs.append(ordered)
        if own is not None:
            limit = helper.make_tensor(f"member{number}/limit", onnx.TensorProto.FLOAT, [], [own.limit])
            nodes.append(helper.make_node("Div", [graph.output[1].name, limit.name], [f"member{number}/of limit"]))
            initialisers.append(limit)
            novelties.append(f"member{number}/of limit")
            telling.append(own)
    nodes.append(helper.make_node("Mean", outputs, ["probabilities"]))
    channels = 3 if info.channels == "rgb" else 1
    input_info = helper.make_tensor_value_info(
        "images", onnx.TensorProto.UINT8, [None, info.height, info.width, channels]
    )
    given = helper.make_tensor_value_info("probabilities", onnx.TensorProto.FLOAT, [None, len(info.classes)])
    gives = [given]
    if telling:
        nodes.append(helper.make_node("Mean", novelties, ["novelty"]))
        gives.append(helper.make_tensor_value_info("novelty", onnx.TensorProto.FLOAT, [None]))
    novelty = Novelty(1.0, max(n.share for n in telling), min(n.images for n in telling)) if telling else None
    graph = helper.make_graph(nodes, "ensemble", [input_info], gives, initialisers)
    whole = helper.make_model(graph, producer_name="Pigeonhole", opset_imports=[helper.make_opsetid("", opset)])
    whole.ir_version = 8  # of opset 17: what ONNX Runtime reads since 2022
    helper.set_model_props(whole, replace(info, format_version=FORMAT_VERSION, novelty=novelty).to_metadata())
    onnx.save(whole, str(path))
    if all(is_own(model) for model in models):
        remember(path)
