"""Putting a calibration temperature into a model file: into its network and into what it says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.language import _
from engine.models.features import load_onnx
from engine.models.inspection import check_model
from engine.models.own_models import changing

_PREFIX = "pigeonhole_temperature"
_TINY = 1e-38  # below it a float32 probability is 0, and has no logarithm


def set_temperature(path: Path, temperature: float) -> None:
    """Divide the logits of the model at `path` by `temperature`, in place of what it divided them by before.

    The network's probabilities p go through softmax(log p / T) inside the file, so that every program that runs it
    gets calibrated ones. Which class is the most probable stays as it was. The file changes at one stroke.

    Raises:
        ModelError: it is not a model of ours, or damaged.
        OSError: the place cannot be written.
    """
    import onnx

    info = check_model(path)  # before the ONNX library opens it, which would follow weights out of the file
    if not temperature > 0:
        raise ModelError(_("A temperature is above 0, found {temperature}.").format(temperature=temperature))
    model = load_onnx(path)
    _remove(model.graph)
    if temperature != 1:
        _append(model.graph, temperature)
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, replace(info, temperature=temperature).to_metadata())
    with changing(path) as temporary:
        onnx.save(model, str(temporary))


def _append(graph: Any, temperature: float) -> None:
    """The last four nodes; the output keeps its name."""
    from onnx import TensorProto, helper

    output = graph.output[0].name
    raw = f"{_PREFIX}_raw"
    for node in graph.node:
        node.output[:] = [raw if name == output else name for name in node.output]
        node.input[:] = [raw if name == output else name for name in node.input]
    graph.initializer.append(helper.make_tensor(f"{_PREFIX}_tiny", TensorProto.FLOAT, [], [_TINY]))
    graph.initializer.append(helper.make_tensor(f"{_PREFIX}_value", TensorProto.FLOAT, [], [temperature]))
    steps = [
        ("Max", [raw, f"{_PREFIX}_tiny"], f"{_PREFIX}_positive", {}),
        ("Log", [f"{_PREFIX}_positive"], f"{_PREFIX}_logs", {}),
        ("Div", [f"{_PREFIX}_logs", f"{_PREFIX}_value"], f"{_PREFIX}_divided", {}),
        ("Softmax", [f"{_PREFIX}_divided"], output, {"axis": -1}),
    ]
    for kind, inputs, result, options in steps:
        graph.node.append(helper.make_node(kind, inputs, [result], name=f"{_PREFIX}_{kind}", **options))


def _remove(graph: Any) -> None:
    """Take out what `_append` put in, if it is there."""
    ours = [node for node in graph.node if node.name.startswith(_PREFIX)]
    if not ours:
        return
    output, raw = graph.output[0].name, f"{_PREFIX}_raw"
    for node in ours:
        graph.node.remove(node)
    for tensor in [t for t in graph.initializer if t.name.startswith(_PREFIX)]:
        graph.initializer.remove(tensor)
    for node in graph.node:
        node.output[:] = [output if name == raw else name for name in node.output]
        node.input[:] = [output if name == raw else name for name in node.input]
