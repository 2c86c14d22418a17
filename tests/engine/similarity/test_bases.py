"""Bases: the one in the box, and ONNX files from image to vector as their publishers give them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.cli.main import main
from engine.errors import ModelError, UsageError
from engine.similarity.bases import (
    IN_THE_BOX,
    Facts,
    add_base,
    base_in_the_box,
    bases_folder,
    choose_base,
    chosen_base,
    known_bases,
    named_base,
    read_base,
)

IMAGENET = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
WEIGHTS = np.random.default_rng(0).normal(size=(7, 3, 4, 4)).astype(np.float32)
PICTURES = np.random.default_rng(1).integers(0, 256, (3, 32, 32, 3), np.uint8)


def published(file: Path, *, output: str = "pooler_output", rank: int = 2, side: int | None = 32) -> Path:
    """A network of one convolution: float pictures, channels first; its output is pooled, patches or maps."""
    nodes = [helper.make_node("Conv", ["pixel_values", "w"], ["maps"], strides=[4, 4])]
    shape: list[Any] = ["n", 7]
    if rank == 2:
        nodes.append(helper.make_node("GlobalAveragePool", ["maps"], ["pooled"]))
        nodes.append(helper.make_node("Flatten", ["pooled"], [output]))
    elif rank == 3:
        nodes.append(helper.make_node("Reshape", ["maps", "patches"], ["rows"]))
        nodes.append(helper.make_node("Transpose", ["rows"], [output], perm=[0, 2, 1]))
        shape = ["n", None, 7]
    else:
        nodes.append(helper.make_node("Identity", ["maps"], [output]))
        shape = ["n", 7, None, None]
    graph = helper.make_graph(
        nodes,
        "published",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["n", 3, side, side])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(WEIGHTS, "w"), numpy_helper.from_array(np.array([0, 7, -1]), "patches")],
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(file))
    return file


def maps(pictures: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """What the convolution gives (n, 7, rows, columns), in NumPy."""
    scaled = (pictures / 255 - mean) / deviation
    n, height, width, _ = pictures.shape
    patches = scaled.reshape(n, height // 4, 4, width // 4, 4, 3)
    return np.einsum("nryxzc,kcyz->nkrx", patches, WEIGHTS)


def test_the_base_in_the_box_says_what_it_is() -> None:
    base = base_in_the_box()
    assert (base.name, base.input_size, base.dimensions, base.resize) == ("MobileNetV2 1.0", 224, 1280, "crop")
    assert (base.scaling, base.licence, base.file) == ("-1 to 1", "Apache-2.0", IN_THE_BOX)
    assert "ImageNet" in base.source
    assert chosen_base() == base
    assert known_bases() == [base]


@pytest.mark.parametrize("side", [32, None])
@pytest.mark.parametrize(("output", "rank"), [("image_embeds", 2), ("last_hidden_state", 3), ("feature_maps", 4)])
def test_a_published_network_gives_what_its_own_pipeline_does(
    tmp_path: Path, output: str, rank: int, side: int | None
) -> None:
    base = add_base(published(tmp_path / "net.onnx", output=output, rank=rank, side=side), Facts(input_size=32))

    expected = maps(PICTURES, *IMAGENET)
    expected = expected[:, :, 0, 0] if rank == 3 else expected.mean(axis=(2, 3))
    np.testing.assert_allclose(base.open()(PICTURES), expected, atol=1e-4)
    assert (base.name, base.dimensions, base.licence) == ("net", 7, "not told")
    assert base.scaling == "mean 0.485, 0.456, 0.406; deviation 0.229, 0.224, 0.225"


def test_the_publishers_files_tell_size_scaling_licence_and_name(tmp_path: Path) -> None:
    file = published(tmp_path / "siglip-tiny" / "onnx" / "vision_model.onnx", side=None)
    config = {
        "size": {"height": 32, "width": 32},
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
        "do_normalize": True,
    }
    (tmp_path / "siglip-tiny" / "preprocessor_config.json").write_text(json.dumps(config))
    (tmp_path / "siglip-tiny" / "README.md").write_text("---\ntags:\n- vision\nlicense: apache-2.0\n---\n# SigLIP\n")

    base = add_base(file)

    assert (base.name, base.input_size, base.licence) == ("siglip-tiny", 32, "apache-2.0")
    half = np.full(3, 0.5)
    np.testing.assert_allclose(base.open()(PICTURES), maps(PICTURES, half, half).mean(axis=(2, 3)), atol=1e-4)


def test_colours_that_are_not_normalised_are_only_scaled(tmp_path: Path) -> None:
    """As MobileCLIP wants them."""
    file = published(tmp_path / "net.onnx")
    (tmp_path / "preprocessor_config.json").write_text('{"crop_size": {"height": 32}, "do_normalize": false}')
    expected = maps(PICTURES, np.zeros(3), np.ones(3)).mean(axis=(2, 3))
    np.testing.assert_allclose(add_base(file).open()(PICTURES), expected, atol=1e-4)


def test_what_a_person_says_goes_before_what_the_files_say(tmp_path: Path) -> None:
    file = published(tmp_path / "net.onnx", side=None)
    (tmp_path / "preprocessor_config.json").write_text('{"size": 64, "image_mean": [9, 9, 9], "image_std": [1, 1, 1]}')
    base = add_base(file, Facts("mine", 32, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "MIT"))
    assert (base.name, base.input_size, base.licence) == ("mine", 32, "MIT")
    assert base.scaling == "mean 0, 0, 0; deviation 1, 1, 1"


def test_a_base_is_remembered_for_the_machine_and_the_box_takes_the_place_of_one_that_is_gone(tmp_path: Path) -> None:
    base = add_base(published(tmp_path / "net.onnx"))
    assert chosen_base() == base_in_the_box()
    choose_base(base)
    assert chosen_base() == base
    assert named_base("NET") == named_base(base.key[:8]) == base

    base.file.unlink()
    assert chosen_base() == base_in_the_box()
    choose_base(base_in_the_box())
    assert chosen_base() == base_in_the_box()


@pytest.mark.parametrize("content", [b"", b"{", b'{"file": "../../x.onnx"}', b'{"file": 3}', b'{"file": "no.onnx"}'])
def test_a_damaged_choice_is_the_base_in_the_box(tmp_path: Path, content: bytes, empty_home: Path) -> None:
    add_base(published(tmp_path / "net.onnx"))
    (empty_home / "data" / "base.json").write_bytes(content)
    assert chosen_base() == base_in_the_box()


def changed(change: Callable[[Any], None]) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        model = onnx.load(published(file))
        change(model)
        file.write_bytes(model.SerializeToString())

    return write


def outside(model: Any) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")


def loop(model: Any) -> None:
    model.graph.node.append(helper.make_node("Loop", ["", ""], ["x"]))


def not_square(model: Any) -> None:
    for place, size in ((2, 32), (3, 64)):
        model.graph.input[0].type.tensor_type.shape.dim[place].dim_value = size


def constant(model: Any) -> None:
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(np.zeros_like(WEIGHTS), "w"))


def not_numbers(model: Any) -> None:
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(np.full_like(WEIGHTS, np.nan), "w"))


def two_inputs(model: Any) -> None:
    model.graph.input.append(helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", 64]))


def declared(model: Any) -> None:
    model.graph.initializer.append(TensorProto(name="big", data_type=1, dims=[2**40]))


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pickle": (lambda file: file.write_bytes(pickle.dumps([1], 4)), "Python pickle"),
    "nonsense": (lambda file: file.write_bytes(b"nonsense" * 100), "damaged or is not an ONNX model"),
    "empty": (lambda file: file.write_bytes(b""), "damaged or is not"),
    "a folder": (lambda file: file.mkdir(), "found the folder"),
    "weights outside": (changed(outside), "keeps weights in another file"),
    "a loop": (changed(loop), "holds Loop"),
    "a tensor that is not there": (changed(declared), "does not hold them"),
    "oblong pictures": (changed(not_square), "not squares"),
    "two inputs": (changed(two_inputs), "its picture part"),
    "the same for all": (changed(constant), "same vector for different pictures"),
    "no numbers": (changed(not_numbers), "does not give a vector of numbers"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_base_is_refused_in_one_sentence_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    write, words = HOSTILE[name]
    write(tmp_path / "net.onnx")
    with pytest.raises(ModelError, match=words) as found:
        add_base(tmp_path / "net.onnx")
    assert "\n" not in str(found.value)
    assert list(bases_folder().glob("*")) == []


def test_a_hostile_file_in_the_folder_of_bases_is_passed_over(tmp_path: Path) -> None:
    base = add_base(published(tmp_path / "net.onnx"))
    choose_base(base)
    changed(loop)(base.file)
    assert known_bases() == [base_in_the_box()]
    assert chosen_base() == base_in_the_box()


@pytest.mark.parametrize("facts", [Facts(input_size=5), Facts(input_size=64), Facts(deviation=(0.0, 1.0, 1.0))])
def test_facts_that_cannot_be_are_wrong_usage(tmp_path: Path, facts: Facts) -> None:
    with pytest.raises(UsageError):
        add_base(published(tmp_path / "net.onnx"), facts)


def test_a_published_file_is_no_base_before_it_is_added(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="bases add"):
        read_base(published(tmp_path / "net.onnx"))


def test_the_command_lists_adds_and_chooses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = published(tmp_path / "net.onnx")

    def said(*arguments: str) -> dict[str, Any]:
        assert main(["bases", *arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    assert [(b["name"], b["chosen"]) for b in said()["bases"]] == [("MobileNetV2 1.0", True)]
    added = said("add", str(file), "--name", "Mine", "--licence", "MIT", "--mean", "0.5,0.5,0.5")
    assert [(b["name"], b["chosen"]) for b in added["bases"]] == [("MobileNetV2 1.0", True), ("Mine", False)]
    assert [b["chosen"] for b in said("choose", "mine")["bases"]] == [False, True]
    assert main(["bases"]) == 0
    out = capsys.readouterr().out
    assert "* Mine" in out
    assert "MIT" in out
    assert "32 px" in out
    assert "Of Keras, downloaded when chosen: EfficientNetV2B0" in out
    assert [b["chosen"] for b in said("choose", "MobileNetV2")["bases"]] == [True, False]


@pytest.mark.parametrize(
    "arguments",
    [["choose"], ["list", "x"], ["choose", "Nonsense"], ["add"], ["--size", "5"], ["add", "x.onnx", "--mean", "1"]],
)
def test_wrong_usage_of_the_command_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bases", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
