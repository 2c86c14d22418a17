"""Inspection of a file that is said to be a model, without running anything in it."""

from __future__ import annotations

import hashlib
import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from engine.errors import ModelError
from engine.files import did_you_mean, open_regular, reason_of
from engine.imaging.decode import Mode
from engine.imaging.resize import Method
from engine.jobs.result import Result, omitted
from engine.models.bundle import ModelInfo, read_info
from engine.models.onnx_scan import Port, Scan, scan

LARGEST_SIDE = 4096  # pixels
MOST_CLASSES = 100_000
_FLOAT, _UINT8 = 1, 2  # numbers of types in onnx.proto
_KINDS = {_FLOAT: "float32", _UINT8: "uint8"}

_NOT_OURS = "Pigeonhole uses its own model.onnx"
_SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (4, b"TFL3", "LiteRT", f"a LiteRT model, for phones; {_NOT_OURS}"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5", f"an HDF5 file, as older Keras wrote models and weights; {_NOT_OURS}"),
    (0, b"GGUF", "GGUF", f"a language model (GGUF); {_NOT_OURS}"),
    (0, b"\x80\x02", "pickle", "a Python pickle, which runs code when it is opened; it is never opened here"),
    (0, b"\x80\x03", "pickle", "a Python pickle, which runs code when it is opened; it is never opened here"),
    (0, b"\x80\x04", "pickle", "a Python pickle, which runs code when it is opened; it is never opened here"),
    (0, b"\x80\x05", "pickle", "a Python pickle, which runs code when it is opened; it is never opened here"),
    (0, b"<?xml", "XML", f"an XML file, such as OpenVINO's; {_NOT_OURS}"),
    (8, b'{"', "safetensors", f"weights in safetensors, without a network; {_NOT_OURS}"),
)


def check_model(path: Path) -> ModelInfo:
    """Return what the model at `path` says of itself, once it is certain that it may be opened.

    Raises:
        ModelError: one sentence on why not: broken, cut, another kind of file, hostile, or with facts that cannot be.
    """
    _check_kind(path)
    info = read_info(path)
    _check_info(path, info)
    _check_ports(path, info, scan(path))
    return info


def check_onnx(path: Path) -> Scan:
    """Return the structure of any ONNX file, whoever made it, once it is certain that it may be opened.

    Raises:
        ModelError: one sentence on why not: broken, cut, another kind of file, or hostile.
    """
    _check_kind(path)
    return scan(path)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ModelDescription(Result):
    """Facts of a model, found without opening it. `why` says why it is not `usable` here.

    `bytes` and `sha256` are those of a file; `producer`, `opset`, `parameters` and `operators` (how many of each) are
    those of an ONNX model, and `info` is what a usable one says of itself.
    """

    file: str
    bytes: int | None = omitted()
    sha256: str | None = omitted()
    kind: str
    producer: str | None = omitted()
    opset: int | None = omitted()
    parameters: int | None = omitted()
    operators: dict[str, int] | None = omitted()  # noqa: RUF009  # it is a field
    usable: bool
    why: str | None = omitted()
    info: ModelInfo | None = omitted()  # noqa: RUF009


def describe(path: Path) -> ModelDescription:
    """Describe a model file, or a folder that holds a model, without opening the model.

    Raises:
        ModelError: there is no such file, or it is no model at all.
    """
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise ModelError(f"There is no model at {path}.{did_you_mean(path)}")
    file, size, digest = str(path), path.stat().st_size, _digest(path)
    other = _other_kind(path)
    if other is not None:
        kind, words = other
        return ModelDescription(
            file=file, bytes=size, sha256=digest, kind=kind, usable=False, why=f"{path.name} is {words}."
        )
    found = scan(path)
    info, why = None, None
    try:
        info = check_model(path)
    except ModelError as error:
        why = str(error)
    return ModelDescription(
        file=file,
        bytes=size,
        sha256=digest,
        kind="ONNX",
        producer=found.producer,
        opset=found.opset,
        parameters=found.parameters,
        operators=dict(found.operators.most_common()),
        usable=info is not None,
        why=why,
        info=info,
    )


def _folder(path: Path) -> ModelDescription:
    def unusable(kind: str, why: str) -> ModelDescription:
        return ModelDescription(file=str(path), kind=kind, usable=False, why=why)

    if (path / "model.onnx").is_file():
        return describe(path / "model.onnx")
    if (path / "saved_model.pb").is_file():
        return unusable("SavedModel", f"{path} is a TensorFlow SavedModel; {_NOT_OURS}.")
    if (path / "model.json").is_file():
        return unusable("export", f"{path} is an exported model; run the predict.py in it.")
    raise ModelError(f"{path} is a folder without a model; name a model.onnx or a run folder.")


def _other_kind(path: Path) -> tuple[str, str] | None:
    """Return name and description of a kind of file that is not ONNX, by its first bytes; None for others."""
    try:
        with open_regular(path) as file:
            head = file.read(64)
    except IsADirectoryError:
        raise ModelError(f"Expected a model file, found the folder {path}.") from None
    except FileNotFoundError:
        raise ModelError(f"There is no model at {path}.") from None
    except OSError as error:
        raise ModelError(f"The model {path} cannot be read: {reason_of(error)}.") from None
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    found = (known for known in _SIGNATURES if head[known[0] :].startswith(known[1]))
    return next(((name, words) for _, _, name, words in found), None)


def _check_kind(path: Path) -> None:
    kind = _other_kind(path)
    if kind is not None:
        raise ModelError(f"{path} is {kind[1]}.")


def _zip_kind(path: Path) -> tuple[str, str]:
    try:
        with open_regular(path) as opened, zipfile.ZipFile(opened) as file:
            names = {name.rpartition("/")[2] for name in file.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError):
        names = set()
    if {"config.json", "metadata.json"} <= names:
        return "Keras", "a Keras model; train further with it in Keras, or export its run as ONNX"
    if "data.pkl" in names:
        return "PyTorch", "a PyTorch file, which runs code when it is opened; it is never opened here"
    return "zip", "a zip archive and not an ONNX model"


def _check_info(path: Path, info: ModelInfo) -> None:
    """Raise ModelError for facts that no model of ours has."""
    sides = 0 < info.width <= LARGEST_SIDE and 0 < info.height <= LARGEST_SIDE
    classes = 0 < len(info.classes) <= MOST_CLASSES and len(set(info.classes)) == len(info.classes)
    words = info.channels in get_args(Mode) and info.resize in get_args(Method)
    if not sides:
        raise ModelError(f"{path} says that it takes images of {info.width} × {info.height} pixels; it is damaged.")
    if not classes or not words or not (math.isfinite(info.temperature) and info.temperature > 0):
        raise ModelError(f"{path} is damaged: what it says of its classes and input is impossible.")
    if info.novelty is not None and not (math.isfinite(info.novelty.limit) and info.novelty.limit > 0):
        raise ModelError(f"{path} is damaged: it has no limit above 0 from which on pictures are unlike its own.")


def _check_ports(path: Path, info: ModelInfo, found: Scan) -> None:
    """Raise ModelError for a network that does not take images and give the probability of each class, and where it
    says so their novelty.
    """
    outputs = 1 if info.novelty is None else 2
    for what, ports, number in (("input", found.inputs, 1), ("output", found.outputs, outputs)):
        if len(ports) != number:
            names = ", ".join(port.name[:40] for port in ports[:5]) or "none"
            number_words = f"one {what}" if number == 1 else f"{number} {what}s"
            raise ModelError(
                f"{path} cannot be used: expected a network with {number_words}, found {len(ports)}: {names}."
            )
    depth = 3 if info.channels == "rgb" else 1
    expected: list[tuple[str, int, tuple[int, ...]]] = [
        ("input", _UINT8, (info.height, info.width, depth)),
        ("output", _FLOAT, (len(info.classes),)),
        ("second output", _FLOAT, ()),
    ]
    for (what, kind, shape), port in zip(expected, (*found.inputs, *found.outputs), strict=False):
        if port.kind != kind or port.shape is None or port.shape[0:1] != (None,) or port.shape[1:] != shape:
            raise ModelError(
                f"{path} is damaged: what it says of its {what} does not fit its network; expected "
                f"{_KINDS[kind]} of (any number, {', '.join(map(str, shape))}), found {_described_port(port)}."
            )


def _described_port(port: Port) -> str:
    sizes = ", ".join("any number" if size is None else str(size) for size in (port.shape or ())[:8])
    return f"{_KINDS.get(port.kind, 'another kind')} of ({sizes})"


def _digest(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
