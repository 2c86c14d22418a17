"""A model file from a stranger gives one clear sentence; nothing outside of it is read, no memory is filled."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.batch.ensemble import Ensemble
from engine.errors import ModelError
from engine.models.bundle import ModelInfo, read_info
from engine.models.inspection import check_model, describe
from engine.models.mean_model import write_mean
from engine.models.predictor import Predictor
from engine.models.temperature import set_temperature
from tests.engine.hostile_json import changed
from tests.long_forms import examples

onnx = pytest.importorskip("onnx")

NUMBERS = ("format_version", "classes", "width", "height", "temperature")
METADATA = {
    "format_version": 1,
    "classes": ["dark", "light"],
    "width": 8,
    "height": 8,
    "channels": "rgb",
    "resize": "stretch",
    "recipe": "brightness",
    "run": "by-hand",
    "temperature": 1.0,
}


@pytest.fixture
def good(tmp_path: Path, write_model: Any) -> Path:
    return write_model(tmp_path / "good.onnx")


def altered(good: Path, change: Any) -> Path:
    model = onnx.load(good)
    change(model)
    path = good.with_name("altered.onnx")
    path.write_bytes(model.SerializeToString())
    return path


def refused(path: Path, words: str) -> None:
    """Classification, and all else that predicts, refuses it in one sentence, at once."""
    for opening in (lambda: Ensemble([path]), lambda: Predictor(path)):
        with pytest.raises(ModelError, match=words) as found:
            opening()
        assert "\n" not in str(found.value)
        assert len(str(found.value)) < 400


def test_a_good_model_passes_and_tells_what_it_is(good: Path) -> None:
    assert check_model(good) == read_info(good)
    facts = describe(good)
    assert facts["usable"] is True
    assert facts["kind"] == "ONNX"
    assert facts["operators"] == {"Cast": 1, "ReduceMean": 1, "Gemm": 1, "Softmax": 1}
    assert facts["parameters"] == 3 * 2 + 2
    assert facts["info"]["classes"] == ("dark", "light")
    assert len(facts["sha256"]) == 64


def test_weights_outside_of_the_file_are_never_opened(good: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(1000))

    def point_outside(model: Any) -> None:
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in {"location": "../../../../etc/passwd", "offset": "0", "length": "24"}.items():
            tensor.external_data.add(key=key, value=value)

    path = altered(good, point_outside)
    refused(path, "keeps weights in another file")
    before = path.read_bytes()
    for changing in (
        lambda: set_temperature(path, 2.0),
        lambda: write_mean([good, path], [[0, 1]] * 2, read_info(good), tmp_path / "mean.onnx"),
    ):
        with pytest.raises(ModelError, match="keeps weights in another file"):
            changing()
    assert path.read_bytes() == before
    assert not (tmp_path / "mean.onnx").exists()


def test_weights_outside_are_found_in_constants_and_inner_networks_too(good: Path) -> None:
    def outside() -> Any:
        tensor = onnx.TensorProto(name="x", dims=[1], data_type=1, data_location=onnx.TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="/etc/passwd")
        return tensor

    def constant(model: Any) -> None:
        model.graph.node.append(onnx.helper.make_node("Constant", [], ["c"], value=outside()))

    def inner(model: Any) -> None:
        graph = onnx.helper.make_graph([], "inner", [], [], [outside()])
        model.graph.node.append(onnx.helper.make_node("If", ["x"], ["y"], then_branch=graph, else_branch=graph))

    for change in (constant, inner):
        refused(altered(good, change), "keeps weights in another file")


def test_a_tensor_that_is_declared_and_not_there_is_refused(good: Path) -> None:
    def inflate(model: Any) -> None:
        del model.graph.initializer[0].dims[:]
        model.graph.initializer[0].dims.extend([1 << 20, 1 << 20])

    refused(altered(good, inflate), "declares a tensor of 1,099,511,627,776 elements")

    def negative(model: Any) -> None:
        model.graph.initializer[0].dims[0] = -3

    refused(altered(good, negative), "negative size")


@pytest.mark.parametrize("operator", ["ConstantOfShape", "Expand", "Tile"])
def test_a_tensor_that_a_few_bytes_would_make_is_refused(good: Path, operator: str) -> None:
    def bomb(model: Any) -> None:
        shape = onnx.numpy_helper.from_array(np.array([1 << 16, 1 << 16, 1 << 8], np.int64), "shape")
        model.graph.initializer.append(shape)
        inputs = ["shape"] if operator == "ConstantOfShape" else ["bias", "shape"]
        model.graph.node.append(onnx.helper.make_node(operator, inputs, ["huge"]))

    refused(altered(good, bomb), "more than 2,147,483,648 elements")


def test_a_bomb_in_a_constant_or_an_attribute_is_refused(good: Path) -> None:
    def constant(model: Any) -> None:
        model.graph.node.append(onnx.helper.make_node("Constant", [], ["s"], value_ints=[1 << 40]))
        model.graph.node.append(onnx.helper.make_node("ConstantOfShape", ["s"], ["huge"]))

    def attribute(model: Any) -> None:
        model.graph.node.append(onnx.helper.make_node("RandomNormal", [], ["huge"], shape=[1 << 20, 1 << 20]))

    for change in (constant, attribute):
        refused(altered(good, change), "more than 2,147,483,648 elements")


@pytest.mark.parametrize(
    "lie",
    [
        {"width": 1_000_000, "height": 1_000_000},
        {"width": 0},
        {"width": -8},
        {"classes": ()},
        {"classes": ("same", "same")},
        {"channels": "cmyk"},
        {"resize": "explode"},
        {"temperature": float("nan")},
        {"temperature": 0.0},
        {"classes": ("only", "three", "here")},
    ],
)
def test_facts_that_cannot_be_are_refused(good: Path, lie: dict[str, Any]) -> None:
    info: ModelInfo = replace(read_info(good), **lie)

    def tell(model: Any) -> None:
        del model.metadata_props[:]
        onnx.helper.set_model_props(model, info.to_metadata())

    refused(altered(good, tell), "damaged")


def loop(model: Any) -> None:
    body = onnx.helper.make_graph([], "body", [], [])
    model.graph.node.append(onnx.helper.make_node("Loop", ["", "", "images"], ["again"], body=body))


def choice(model: Any) -> None:
    branch = onnx.helper.make_graph([], "branch", [], [])
    model.graph.node.append(onnx.helper.make_node("If", ["images"], ["one"], then_branch=branch, else_branch=branch))


def functions(model: Any) -> None:
    """Each calls the one before twice: 2^40 calls of the last."""
    for number in range(40):
        calls = [onnx.helper.make_node(f"f{number - 1}", ["x"], ["y"], domain="own") for _ in range(2)]
        opset = [onnx.helper.make_opsetid("own", 1)]
        model.functions.append(onnx.helper.make_function("own", f"f{number}", ["x"], ["y"], calls, opset))


def sparse(model: Any) -> None:
    values = onnx.helper.make_tensor("sparse", onnx.TensorProto.FLOAT, [1], [1.0])
    places = onnx.helper.make_tensor("places", onnx.TensorProto.INT64, [1], [0])
    model.graph.sparse_initializer.append(onnx.helper.make_sparse_tensor(values, places, [1 << 40]))


def sparse_constant(model: Any) -> None:
    values = onnx.helper.make_tensor("sparse", onnx.TensorProto.FLOAT, [1], [1.0])
    places = onnx.helper.make_tensor("places", onnx.TensorProto.INT64, [1], [0])
    tensor = onnx.helper.make_sparse_tensor(values, places, [1 << 40])
    model.graph.node.append(onnx.helper.make_node("Constant", [], ["c"], sparse_value=tensor))


def many_dimensions(model: Any) -> None:
    model.graph.initializer[0].dims.extend([2**62] * 100_000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (loop, "holds Loop, with which a network may run for ever"),
        (choice, "holds If"),
        (functions, "functions of its own, which may call each other without end"),
        (sparse, "sparse weights"),
        (sparse_constant, "sparse weights"),
        (many_dimensions, "over 32 dimensions"),
    ],
)
def test_a_network_that_may_run_for_ever_or_fill_the_memory_is_refused(good: Path, change: Any, words: str) -> None:
    refused(altered(good, change), words)


def port(name: str, kind: str, shape: list[int | None]) -> Any:
    return onnx.helper.make_tensor_value_info(name, getattr(onnx.TensorProto, kind), shape)


@pytest.mark.parametrize(
    ("inputs", "outputs", "words"),
    [
        ([port("a", "UINT8", [None, 8, 8, 3])] * 2, None, "one input, found 2: a, a"),
        ([], None, "one input, found 0: none"),
        (None, [port("a", "FLOAT", [None, 2])] * 3, "one output, found 3"),
        ([port("a", "FLOAT", [None, 8, 8, 3])], None, r"expected uint8 of \(any number, 8, 8, 3\), found float32"),
        ([port("a", "UINT8", [None, 8, 8])], None, "what it says of its input does not fit"),
        ([port("a", "UINT8", [None, 3, 8, 8])], None, r"found uint8 of \(any number, 3, 8, 8\)"),
        ([port("a", "UINT8", [1, 8, 8, 3])], None, r"found uint8 of \(1, 8, 8, 3\)"),
        (None, [port("a", "FLOAT", [None])], r"expected float32 of \(any number, 2\)"),
        (None, [port("a", "FLOAT", [None, 2, 1])], "what it says of its output does not fit"),
        (None, [port("a", "INT64", [None, 2])], "found another kind"),
        (None, [port("a", "FLOAT", [None, 3])], r"found float32 of \(any number, 3\)"),
    ],
)
def test_other_inputs_and_outputs_are_told_before_the_first_picture(
    good: Path, inputs: list[Any] | None, outputs: list[Any] | None, words: str
) -> None:
    def change(model: Any) -> None:
        for ports, others in ((model.graph.input, inputs), (model.graph.output, outputs)):
            if others is not None:
                del ports[:]
                ports.extend(others)

    refused(altered(good, change), words)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("classes", "[" * 100_000),
        ("classes", '{"a": 1}'),
        ("classes", "[1, 2]"),
        ("classes", '["a", "\\ud800"]'),
        ("classes", '["a", "\\u0000"]'),
        ("classes", "[" + '"x",' * 5_000_000 + '"x"]'),
        ("format_version", "9" * 5000),
        ("width", "8.5"),
        ("width", "1e400"),
        ("width", "true"),
        ("temperature", "NaN"),
        ("temperature", '"hot"'),
        ("run", "a\0b"),
        ("channels", ""),
        ("resize", "x" * 100_000),
    ],
)
def test_metadata_that_nobody_would_write_is_refused(good: Path, name: str, text: str) -> None:
    def tell(model: Any) -> None:
        for entry in model.metadata_props:
            if entry.key == f"pigeonhole.{name}":
                entry.value = text

    refused(altered(good, tell), "damaged")


def test_a_file_of_a_million_parts_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "parts.onnx"
    path.write_bytes(b"\x72\x00" * 10_000_000)  # empty pairs of metadata
    refused(path, "damaged")


@examples(50)
@given(data=st.data())
def test_metadata_with_other_values_is_read_or_refused(good: Path, data: st.DataObject) -> None:
    values = json.loads(data.draw(changed(METADATA)))
    model = onnx.load(good)
    del model.metadata_props[:]
    for name, value in values.items() if isinstance(values, dict) else ():
        text = json.dumps(value)
        model.metadata_props.add(key=f"pigeonhole.{name}", value=text if name in NUMBERS else text.strip('"'))
    path = good.with_name("changed.onnx")
    path.write_bytes(model.SerializeToString())
    try:
        info = check_model(path)
    except ModelError as error:
        assert "\n" not in str(error)  # noqa: PT017
        assert len(str(error)) < 500  # noqa: PT017
    else:
        "".join(info.classes).encode()  # no half of a character is among them


def test_every_cut_of_a_model_is_refused(good: Path, tmp_path: Path) -> None:
    data = good.read_bytes()
    for length in range(0, len(data), 37):
        (tmp_path / "cut.onnx").write_bytes(data[:length])
        refused(tmp_path / "cut.onnx", "cut.onnx")


def test_bytes_changed_at_random_never_end_the_program(good: Path, tmp_path: Path) -> None:
    data, random = good.read_bytes(), np.random.default_rng(0)
    for _ in range(300):
        changed = bytearray(data)
        for place in random.integers(0, len(data), 4):
            changed[place] = random.integers(0, 256)
        (tmp_path / "changed.onnx").write_bytes(changed)
        try:
            check_model(tmp_path / "changed.onnx")
        except ModelError as error:
            assert "\n" not in str(error)  # noqa: PT017


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("code of the model has run",)


def test_other_kinds_of_files_are_named_and_no_code_of_them_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.onnx").write_bytes(pickle.dumps(Evil()))
    (tmp_path / "b.onnx").write_bytes(b"\x1c\0\0\0TFL3" + bytes(100))
    (tmp_path / "c.onnx").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    for name, members in {
        "d.onnx": ("config.json", "metadata.json"),
        "e.onnx": ("x/data.pkl",),
        "f.onnx": ("a",),
    }.items():
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            for member in members:
                file.writestr(member, "x")
    kinds = {"a": "pickle", "b": "LiteRT", "c": "HDF5", "d": "Keras", "e": "PyTorch", "f": "zip"}
    for name, kind in kinds.items():
        refused(tmp_path / f"{name}.onnx", " is a")
        assert describe(tmp_path / f"{name}.onnx")["kind"] == kind
        assert describe(tmp_path / f"{name}.onnx")["usable"] is False
    assert "has run" not in capsys.readouterr().out


def test_a_foreign_onnx_model_is_described_and_not_used(good: Path) -> None:
    path = altered(good, lambda model: model.metadata_props.pop() and model.ClearField("metadata_props"))
    facts = describe(path)
    assert facts["usable"] is False
    assert "not made by Pigeonhole" in facts["why"]
    assert facts["operators"]["Gemm"] == 1


def test_folders_and_missing_files_are_told_apart(tmp_path: Path, good: Path) -> None:
    with pytest.raises(ModelError, match="There is no model at"):
        describe(tmp_path / "nothing")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ModelError, match="folder without a model"):
        describe(tmp_path / "folder")
    (tmp_path / "folder" / "saved_model.pb").write_bytes(b"")
    assert describe(tmp_path / "folder")["kind"] == "SavedModel"
    good.rename(tmp_path / "folder" / "model.onnx")
    assert describe(tmp_path / "folder")["usable"] is True


def test_looking_at_a_file_loads_neither_numpy_nor_onnx(good: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from engine.models.inspection import describe\n"
        "assert describe(Path(sys.argv[1]))['usable']\n"
        "assert not {'numpy', 'onnx', 'onnxruntime'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(good)], check=True)
