"""Make `mobilenet_v2.onnx`, the built-in base, from Keras' own weights file.

    uv run python -m resources.bases.make mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5

The network is that of `keras.applications.MobileNetV2(include_top=False, pooling="avg")` for colours as bytes: uint8
(n, height, width, 3) to float32 (n, 1280). Weights keep Keras' names, values and batch normalisation (ONNX Runtime
folds it when it loads the file), so that training starts from the same file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

TARGET = Path(__file__).with_name("mobilenet_v2.onnx")
# Sandler et al. 2018, MobileNetV2, table 2: expansion, channels, repeats, stride of the first.
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
EPSILON = 1e-3
SAME, AFTER = [1, 1, 1, 1], [0, 0, 1, 1]  # Keras pads even sides after the picture alone where it strides


class Network:
    """Collects nodes and weights; each method adds a layer and returns the name of its output."""

    def __init__(self, weights: dict[str, dict[str, NDArray[Any]]]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def convolution(self, given: str, layer: str, normalisation: str, *, stride: int, active: bool) -> str:
        """A convolution without bias, batch normalisation, and ReLU up to 6 where `active`."""
        weights = self.weights[layer]
        depthwise = "depthwise_kernel" in weights
        kernel = weights["depthwise_kernel" if depthwise else "kernel"]
        side = kernel.shape[0]
        laid = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)  # channels first
        pads = [0] * 4 if side == 1 else SAME if stride == 1 else AFTER
        groups = kernel.shape[2] if depthwise else 1
        name = self.constant(f"{layer}/kernel", laid)
        out = self.node("Conv", [given, name], layer, strides=[stride] * 2, pads=pads, group=groups)
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        names = [self.constant(f"{normalisation}/{part}", self.weights[normalisation][part]) for part in parts]
        out = self.node("BatchNormalization", [out, *names], normalisation, epsilon=EPSILON)
        return self.node("Clip", [out, "zero", "six"], f"{normalisation}/relu") if active else out


def read_weights(file: Path) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the weights of a file of Keras 2, by layer and name."""
    import h5py

    found: dict[str, dict[str, NDArray[Any]]] = {}
    with h5py.File(file) as opened:
        for layer, group in opened.items():
            names = [str(name) for name in group.attrs.get("weight_names", [])]
            names = [name.removeprefix("b'").removesuffix("'") for name in names]
            if names:
                found[layer] = {name.rpartition("/")[2].removesuffix(":0"): np.asarray(group[name]) for name in names}
    return found


def make(weights: dict[str, dict[str, NDArray[Any]]]) -> onnx.ModelProto:
    """Return the network with these weights."""
    from onnx import TensorProto, helper

    net = Network(weights)
    for name, value in (("scale", 1 / 127.5), ("one", 1.0), ("zero", 0.0), ("six", 6.0)):
        net.constant(name, np.array(value, np.float32))
    out = net.node("Cast", ["images"], "float", to=TensorProto.FLOAT)
    out = net.node("Sub", [net.node("Mul", [out, "scale"], "scaled"), "one"], "from -1 to 1")
    out = net.node("Transpose", [out], "channels first", perm=[0, 3, 1, 2])
    out = net.convolution(out, "Conv1", "bn_Conv1", stride=2, active=True)
    number, channels = 0, 32
    for expansion, wanted, repeats, first_stride in STAGES:
        for repeat in range(repeats):
            prefix = f"block_{number}_" if number else "expanded_conv_"
            stride, given = first_stride if repeat == 0 else 1, out
            if expansion > 1:
                out = net.convolution(out, f"{prefix}expand", f"{prefix}expand_BN", stride=1, active=True)
            out = net.convolution(out, f"{prefix}depthwise", f"{prefix}depthwise_BN", stride=stride, active=True)
            out = net.convolution(out, f"{prefix}project", f"{prefix}project_BN", stride=1, active=False)
            if stride == 1 and channels == wanted:
                out = net.node("Add", [given, out], f"{prefix}add")
            number, channels = number + 1, wanted
    out = net.convolution(out, "Conv_1", "Conv_1_bn", stride=1, active=True)
    out = net.node("Flatten", [net.node("GlobalAveragePool", [out], "pooled")], "features", axis=1)
    images = helper.make_tensor_value_info("images", TensorProto.UINT8, ["n", "height", "width", 3])
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 1280])
    graph = helper.make_graph(net.nodes, "MobileNetV2", [images], [features], net.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    helper.set_model_props(
        model,
        {
            "name": "MobileNetV2 1.0",
            "input_size": "224",
            "resize": "crop",
            "licence": "Apache-2.0",
            "source": "keras.applications, ImageNet, without its classifier; see NOTICE",
        },
    )
    return model


if __name__ == "__main__":
    import onnx

    model = make(read_weights(Path(sys.argv[1])))
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(TARGET))
