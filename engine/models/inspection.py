"""Inspection of a file that is said to be a model, without running anything in it."""

from __future__ import annotations

import hashlib
import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from engine.errors import ModelError
from engine.files import open_regular, reason_of
from engine.imaging.decode import Mode
from engine.imaging.resize import Method
from engine.jobs.result import Result, omitted
from engine.language import _, marked
from engine.models.bundle import ModelInfo, read_info
from engine.models.onnx_scan import Port, Scan, scan
from engine.suggestions import did_you_mean_beside

LARGEST_SIDE = 4096  # pixels
MOST_CLASSES = 100_000
_FLOAT, _UINT8 = 1, 2  # numbers of types in onnx.proto
_KINDS = {_FLOAT: "float32", _UINT8: "uint8"}

_PICKLE = marked("{path} is a Python pickle, which runs code when it is opened; it is never opened here.")
_SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (4, b"TFL3", "LiteRT", marked("{path} is a LiteRT model, for phones; Pigeonhole uses its own model.onnx.")),
    (
        0,
        b"\x89HDF\r\n\x1a\n",
        "HDF5",
        marked("{path} is an HDF5 file, as older Keras wrote models and weights; Pigeonhole uses its own model.onnx."),
    ),
    (0, b"GGUF", "GGUF", marked("{path} is a language model (GGUF); Pigeonhole uses its own model.onnx.")),
    (0, b"\x80\x02", "pickle", _PICKLE),
    (0, b"\x80\x03", "pickle", _PICKLE),
    (0, b"\x80\x04", "pickle", _PICKLE),
    (0, b"\x80\x05", "pickle", _PICKLE),
    (0, b"<?xml", "XML", marked("{path} is an XML file, such as OpenVINO's; Pigeonhole uses its own model.onnx.")),
    (
        8,
        b'{"',
        "safetensors",
        marked("{path} is weights in safetensors, without a network; Pigeonhole uses its own model.onnx."),
    ),
)


_ONE_INPUT = marked("{path} cannot be used: expected a network with one input, found {ports}: {names}.")
_OUTPUTS = {
    1: marked("{path} cannot be used: expected a network with one output, found {ports}: {names}."),
    2: marked("{path} cannot be used: expected a network with 2 outputs, found {ports}: {names}."),
}


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
        raise ModelError(_("There is no model at {path}.").format(path=path) + did_you_mean_beside(path))
    file, size, digest = str(path), path.stat().st_size, _digest(path)
    other = _other_kind(path)
    if other is not None:
        kind, sentence = other
        refusal = _(sentence).format(path=path.name)
        return ModelDescription(file=file, bytes=size, sha256=digest, kind=kind, usable=False, why=refusal)
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
    def unusable(kind: str, sentence: str) -> ModelDescription:
        return ModelDescription(file=str(path), kind=kind, usable=False, why=sentence.format(path=path))

    if (path / "model.onnx").is_file():
        return describe(path / "model.onnx")
    if (path / "saved_model.pb").is_file():
        return unusable("SavedModel", _("{path} is a TensorFlow SavedModel; Pigeonhole uses its own model.onnx."))
    if (path / "model.json").is_file():
        return unusable("export", _("{path} is an exported model; run the predict.py in it."))
    raise ModelError(_("{path} is a folder without a model; name a model.onnx or a run folder.").format(path=path))


def _other_kind(path: Path) -> tuple[str, str] | None:
    """Return the name of a kind of file that is not ONNX, by its first bytes, and its sentence; None for others."""
    try:
        with open_regular(path) as file:
            head = file.read(64)
    except IsADirectoryError:
        raise ModelError(_("Expected a model file, found the folder {path}.").format(path=path)) from None
    except FileNotFoundError:
        raise ModelError(_("There is no model at {path}.").format(path=path)) from None
    except OSError as error:
        raise ModelError(_("The model {path} cannot be read: {why}.").format(path=path, why=reason_of(error))) from None
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    found = (known for known in _SIGNATURES if head[known[0] :].startswith(known[1]))
    return next(((name, words) for *_where, name, words in found), None)


def _check_kind(path: Path) -> None:
    kind = _other_kind(path)
    if kind is not None:
        raise ModelError(_(kind[1]).format(path=path))


def _zip_kind(path: Path) -> tuple[str, str]:
    try:
        with open_regular(path) as opened, zipfile.ZipFile(opened) as file:
            names = {name.rpartition("/")[2] for name in file.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError):
        names = set()
    if {"config.json", "metadata.json"} <= names:
        return "Keras", marked("{path} is a Keras model; train further with it in Keras, or export its run as ONNX.")
    if "data.pkl" in names:
        return "PyTorch", marked(
            "{path} is a PyTorch file, which runs code when it is opened; it is never opened here."
        )
    return "zip", marked("{path} is a zip archive and not an ONNX model.")


def _check_info(path: Path, info: ModelInfo) -> None:
    """Raise ModelError for facts that no model of ours has."""
    sides = 0 < info.width <= LARGEST_SIDE and 0 < info.height <= LARGEST_SIDE
    classes = 0 < len(info.classes) <= MOST_CLASSES and len(set(info.classes)) == len(info.classes)
    words = info.channels in get_args(Mode) and info.resize in get_args(Method)
    if not sides:
        raise ModelError(
            _("{path} says that it takes images of {width} × {height} pixels; it is damaged.").format(
                path=path, width=info.width, height=info.height
            )
        )
    if not classes or not words or not (math.isfinite(info.temperature) and info.temperature > 0):
        raise ModelError(_("{path} is damaged: what it says of its classes and input is impossible.").format(path=path))
    if info.novelty is not None and not (math.isfinite(info.novelty.limit) and info.novelty.limit > 0):
        raise ModelError(
            _("{path} is damaged: it has no limit above 0 from which on pictures are unlike its own.").format(path=path)
        )


def _check_ports(path: Path, info: ModelInfo, found: Scan) -> None:
    """Raise ModelError for a network that does not take images and give the probability of each class, and where it
    says so their novelty.
    """
    outputs = 1 if info.novelty is None else 2
    for sentence, ports, number in (
        (_ONE_INPUT, found.inputs, 1),
        (_OUTPUTS[outputs], found.outputs, outputs),
    ):
        if len(ports) != number:
            names = ", ".join(port.name[:40] for port in ports[:5]) or _("none")
            raise ModelError(_(sentence).format(path=path, ports=len(ports), names=names))
    depth = 3 if info.channels == "rgb" else 1
    expected: list[tuple[str, int, tuple[int, ...]]] = [
        (_("input"), _UINT8, (info.height, info.width, depth)),
        (_("output"), _FLOAT, (len(info.classes),)),
        (_("second output"), _FLOAT, ()),
    ]
    for (what, kind, shape), port in zip(expected, (*found.inputs, *found.outputs), strict=False):
        if port.kind != kind or port.shape is None or port.shape[0:1] != (None,) or port.shape[1:] != shape:
            raise ModelError(
                _(
                    "{path} is damaged: what it says of its {what} does not fit its network; expected {kind} of (any "
                    "number, {shape}), found {found}."
                ).format(
                    path=path,
                    what=what,
                    kind=_KINDS[kind],
                    shape=", ".join(map(str, shape)),
                    found=_described_port(port),
                )
            )


def _described_port(port: Port) -> str:
    sizes = ", ".join(_("any number") if size is None else str(size) for size in (port.shape or ())[:8])
    return _("{kind} of ({sizes})").format(kind=_KINDS.get(port.kind) or _("another kind"), sizes=sizes)


def _digest(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
