"""What is computed from features, as nodes of an ONNX graph. The operators mean the same in every version since 13."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 1e-12  # length of features that are all 0

Step = tuple[str, tuple[str, ...], str]  # operator, names of what goes in, name of what comes out

# Square roots of the same sign, of "features" (n, d)
ROOTS: tuple[Step, ...] = (
    ("Sign", ("features",), "sign"),
    ("Abs", ("features",), "size"),
    ("Sqrt", ("size",), "size of roots"),
    ("Mul", ("sign", "size of roots"), "roots"),
)
# `classifier.unit_roots`
UNIT_ROOTS: tuple[Step, ...] = (
    *ROOTS,
    ("Mul", ("roots", "roots"), "squares of roots"),
    ("MatMul", ("squares of roots", "one of each feature, in a column"), "square of length"),
    ("Sqrt", ("square of length",), "length"),
    ("Max", ("length", "smallest"), "divisor"),
    ("Div", ("roots", "divisor"), "unit roots"),
)


def append_steps(
    graph: Any,
    prefix: str,
    given: str,
    wide: int,
    constants: Mapping[str, NDArray[Any] | np.generic],
    steps: Sequence[Step],
) -> str:
    """Append `steps` to a graph, from "features", which is what has the name `given` there, as (n, wide); return the
    name of what the last of them gives. All names get the `prefix`; what `UNIT_ROOTS` need is among the constants.
    """
    from onnx import helper, numpy_helper

    column = {"smallest": np.float32(_SMALLEST), "one of each feature, in a column": np.ones((wide, 1), np.float32)}
    used = {name for _, inputs, _ in steps for name in inputs}
    everything = {name: value for name, value in {**column, **constants}.items() if name in used}
    graph.initializer.extend(numpy_helper.from_array(np.asarray(v), prefix + name) for name, v in everything.items())
    graph.node.append(helper.make_node("Flatten", [given], [f"{prefix}features"], name=f"{prefix}features", axis=1))
    for kind, inputs, output in steps:
        names = [prefix + name for name in inputs]
        graph.node.append(helper.make_node(kind, names, [prefix + output], name=prefix + output))
    return prefix + steps[-1][2]
