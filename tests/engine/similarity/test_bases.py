"""Bases: the built-in one, and ONNX files from image to vector as their publishers give them."""

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
from engine.places import BUILT_IN_BASE
from engine.similarity.bases import (
    BaseDetails,
    add_base,
    bases_folder,
    built_in_base,
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


def test_the_built_in_base_says_what_it_is() -> None:
    base = built_in_base()
    assert (base.name, base.input_size, base.dimensions, base.resize) == ("MobileNetV2 1.0", 224, 1280, "crop")
    assert (base.scaling, base.licence, base.file) == ("-1 to 1", "Apache-2.0", BUILT_IN_BASE)
    assert "ImageNet" in base.source
    assert chosen_base() == base
    assert known_bases() == [base]


@pytest.mark.parametrize("side", [32, None])
@pytest.mark.parametrize(("output", "rank"), [("image_embeds", 2), ("last_hidden_state", 3), ("feature_maps", 4)])
def test_a_published_network_gives_what_its_own_pipeline_does(
    tmp_path: Path, output: str, rank: int, side: int | None
) -> None:
    base = add_base(published(tmp_path / "net.onnx", output=output, rank=rank, side=side), BaseDetails(input_size=32))

    expected = maps(PICTURES, *IMAGENET)
    expected = expected[:, :, 0, 0] if rank == 3 else expected.mean(axis=(2, 3))
    np.testing.assert_allclose(base.open()(PICTURES), expected, atol=1e-4)
    assert (base.name, base.dimensions, base.licence) == ("net", 7, "not told")
    assert base.scaling == (
        "mean 0.485, 0.456, 0.406; deviation 0.229, 0.224, 0.225 (ImageNet's, as nothing else is told)"
    )


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


def exported(file: Path, given: list[Any], outputs: dict[str, list[Any]]) -> Path:
    """A network with the input and outputs of a publisher's file: tokens are a first one, which is their mean, and the
    patches; a vector is that first one.
    """
    nodes = [
        helper.make_node("Conv", ["pixel_values", "w"], ["maps"], strides=[4, 4]),
        helper.make_node("Reshape", ["maps", "flat"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["patches"], perm=[0, 2, 1]),
        helper.make_node("ReduceMean", ["patches"], ["mean"], axes=[1], keepdims=1),
    ]
    for name, shape in outputs.items():
        last = ("Concat", ["mean", "patches"], {"axis": 1}) if len(shape) == 3 else ("Flatten", ["mean"], {"axis": 1})
        nodes.append(helper.make_node(last[0], last[1], [name], **last[2]))
    graph = helper.make_graph(
        nodes,
        "main_graph",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, given)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(WEIGHTS, "w"), numpy_helper.from_array(np.array([0, 7, -1]), "flat")],
    )
    file.parent.mkdir(parents=True)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=7), str(file))
    return file


DYNAMIC = ["batch_size", "num_channels", "height", "width"]
# Inputs, outputs and `preprocessor_config.json` as the publishers' files have them, but for the sizes.
PUBLISHED: dict[str, tuple[list[Any], dict[str, list[Any]], dict[str, Any], str]] = {
    "dinov2-small": (
        DYNAMIC,
        {"last_hidden_state": ["batch_size", "sequence_length", 7]},
        {
            "crop_size": {"height": 32, "width": 32},
            "do_center_crop": True,
            "do_convert_rgb": True,
            "do_normalize": True,
            "do_rescale": True,
            "do_resize": True,
            "image_mean": [0.485, 0.456, 0.406],
            "image_processor_type": "BitImageProcessor",
            "image_std": [0.229, 0.224, 0.225],
            "resample": 3,
            "rescale_factor": 0.00392156862745098,
            "size": {"shortest_edge": 256},
        },
        "crop",
    ),
    "siglip-base": (
        DYNAMIC,
        {"last_hidden_state": ["batch_size", "sequence_length", 7], "pooler_output": ["batch_size", 7]},
        {
            "do_normalize": True,
            "do_rescale": True,
            "do_resize": True,
            "image_mean": [0.5, 0.5, 0.5],
            "image_processor_type": "SiglipImageProcessor",
            "image_std": [0.5, 0.5, 0.5],
            "resample": 3,
            "rescale_factor": 0.00392156862745098,
            "size": {"height": 32, "width": 32},
        },
        "stretch",
    ),
    "mobileclip_s0": (
        ["batch_size", 3, 32, 32],
        {"image_embeds": ["batch_size", 7]},
        {
            "crop_size": {"height": 32, "width": 32},
            "do_center_crop": True,
            "do_normalize": False,
            "do_rescale": True,
            "do_resize": True,
            "image_mean": [0.48145466, 0.4578275, 0.40821073],
            "image_std": [0.26862954, 0.26130258, 0.27577711],
            "image_processor_type": "CLIPImageProcessor",
            "resample": 2,
            "rescale_factor": 0.00392156862745098,
            "size": {"shortest_edge": 32},
        },
        "crop",
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_publishers_file_is_a_base_with_what_stands_beside_it(tmp_path: Path, name: str) -> None:
    given, outputs, config, resize = PUBLISHED[name]
    file = exported(tmp_path / name / "onnx" / "vision_model.onnx", given, outputs)
    (tmp_path / name / "preprocessor_config.json").write_text(json.dumps(config))

    base = add_base(file)

    assert (base.name, base.input_size, base.dimensions, base.resize) == (name, 32, 7, resize)
    mean = np.array(config["image_mean"]) if config["do_normalize"] else np.zeros(3)
    deviation = np.array(config["image_std"]) if config["do_normalize"] else np.ones(3)
    expected = maps(PICTURES, mean, deviation).mean(axis=(2, 3))
    np.testing.assert_allclose(base.open()(PICTURES), expected, atol=1e-4)
    assert "told" not in base.scaling


@pytest.mark.parametrize("name", PUBLISHED)
def test_without_the_file_beside_it_the_size_is_asked_for_and_the_scaling_is_shown_and_can_be_changed(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given, outputs, _, _ = PUBLISHED[name]
    file = exported(tmp_path / name / "onnx" / "vision_model.onnx", given, outputs)
    if given == DYNAMIC:
        assert main(["bases", "add", str(file)]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert "say the input size, such as 224" in error
    assert main(["bases", "add", str(file), "--size", "32"]) == 0
    assert "deviation 0.229, 0.224, 0.225 (ImageNet's, as nothing else is told)" in capsys.readouterr().out

    assert main(["bases", "add", str(file), "--size", "32", "--scaling", "-1..1", "--resize", "stretch"]) == 0

    base = named_base(name)
    assert (base.scaling, base.resize) == ("mean 0.5, 0.5, 0.5; deviation 0.5, 0.5, 0.5", "stretch")
    half = np.full(3, 0.5)
    np.testing.assert_allclose(base.open()(PICTURES), maps(PICTURES, half, half).mean(axis=(2, 3)), atol=1e-4)


def test_colours_from_0_to_255_are_scaled_as_the_file_beside_says(tmp_path: Path) -> None:
    file = published(tmp_path / "net.onnx")
    config = {"size": 32, "do_rescale": False, "image_mean": [127.5] * 3, "image_std": [127.5] * 3}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(config))
    half = np.full(3, 0.5)
    np.testing.assert_allclose(add_base(file).open()(PICTURES), maps(PICTURES, half, half).mean(axis=(2, 3)), atol=1e-3)


@pytest.mark.parametrize(
    "config",
    [
        "[]",
        "{",
        '{"size": {"height": -3, "width": 1e9}, "image_mean": "x", "image_std": [0, 0, 0], "rescale_factor": 0}',
        '{"size": {"shortest_edge": true}, "image_std": [1e-300, 1, 1], "image_mean": [1e300, 0, 0]}',
        '{"rescale_factor": "1", "do_normalize": 7, "do_rescale": null, "crop_size": [[]]}',
    ],
)
def test_nonsense_beside_a_network_is_passed_over(tmp_path: Path, config: str) -> None:
    file = published(tmp_path / "net.onnx")
    (tmp_path / "preprocessor_config.json").write_text(config)
    assert np.isfinite(add_base(file).open()(PICTURES)).all()


def grows_with_what_it_sees(model: Any) -> None:
    """A tensor of 17 GB for a bright picture: nothing that can be seen from outside."""
    graph = model.graph
    graph.node[-1].output[0] = "raw"
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.array([2**32 // 3], np.int64), "factor"),
            numpy_helper.from_array(np.array([1], np.int64), "one"),
        ]
    )
    graph.node.extend(
        [
            helper.make_node("ReduceMax", ["pixel_values"], ["brightest"], keepdims=0),
            helper.make_node("Cast", ["brightest"], ["whole"], to=TensorProto.INT64),
            helper.make_node("Reshape", ["whole", "one"], ["size"]),
            helper.make_node("Mul", ["size", "factor"], ["large"]),
            helper.make_node("ConstantOfShape", ["large"], ["huge"]),
            helper.make_node("ReduceSum", ["huge"], ["sum"], keepdims=0),
            helper.make_node("Add", ["raw", "sum"], [graph.output[0].name]),
        ]
    )


def test_a_network_that_takes_all_memory_is_stopped_and_no_base(tmp_path: Path) -> None:
    changed(grows_with_what_it_sees)(tmp_path / "net.onnx")
    with pytest.raises(ModelError, match=r"memory|cannot be used") as found:
        add_base(tmp_path / "net.onnx")
    assert "\n" not in str(found.value)
    assert list(bases_folder().glob("*")) == []


def test_what_a_person_says_goes_before_what_the_files_say(tmp_path: Path) -> None:
    file = published(tmp_path / "net.onnx", side=None)
    (tmp_path / "preprocessor_config.json").write_text('{"size": 64, "image_mean": [9, 9, 9], "image_std": [1, 1, 1]}')
    base = add_base(file, BaseDetails("mine", 32, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "MIT"))
    assert (base.name, base.input_size, base.licence) == ("mine", 32, "MIT")
    assert base.scaling == "mean 0, 0, 0; deviation 1, 1, 1"


def test_a_base_is_remembered_for_the_machine_and_the_box_takes_the_place_of_one_that_is_gone(tmp_path: Path) -> None:
    base = add_base(published(tmp_path / "net.onnx"))
    assert chosen_base() == built_in_base()
    choose_base(base)
    assert chosen_base() == base
    assert named_base("NET") == named_base(base.key[:8]) == base

    base.file.unlink()
    assert chosen_base() == built_in_base()
    choose_base(built_in_base())
    assert chosen_base() == built_in_base()


@pytest.mark.parametrize("content", [b"", b"{", b'{"file": "../../x.onnx"}', b'{"file": 3}', b'{"file": "no.onnx"}'])
def test_a_damaged_choice_is_the_built_in_base(tmp_path: Path, content: bytes, empty_home: Path) -> None:
    add_base(published(tmp_path / "net.onnx"))
    (empty_home / "data" / "base.json").write_bytes(content)
    assert chosen_base() == built_in_base()


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
    assert known_bases() == [built_in_base()]
    assert chosen_base() == built_in_base()


@pytest.mark.parametrize(
    "facts", [BaseDetails(input_size=5), BaseDetails(input_size=64), BaseDetails(deviation=(0.0, 1.0, 1.0))]
)
def test_facts_that_cannot_be_are_wrong_usage(tmp_path: Path, facts: BaseDetails) -> None:
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
    (line,) = [line for line in out.splitlines() if line.strip().startswith("ResNet50V2 ")]
    assert line.split() == ["ResNet50V2", "224", "px", "94", "MB", "BSD-3-Clause"]
    assert [b["chosen"] for b in said("choose", "MobileNetV2")["bases"]] == [True, False]


@pytest.mark.parametrize(
    "arguments",
    [
        ["choose"],
        ["list", "x"],
        ["choose", "Nonsense"],
        ["add"],
        ["--size", "5"],
        ["add", "x.onnx", "--mean", "1"],
        ["add", "x.onnx", "--scaling", "clip", "--mean", "0,0,0"],
    ],
)
def test_wrong_usage_of_the_command_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bases", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
