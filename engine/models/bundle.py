"""Metadata of a `model.onnx`. Reads only the file's outer layer: no ONNX library is loaded for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import ModelError
from engine.files import open_regular, reason_of
from engine.imaging.ranges import PixelRange, from_text
from engine.language import _
from engine.records import RecordError, build, parse

FORMAT_VERSION = 2  # since 2 a network may have a second output, `novelty`
_METADATA_FIELD = 14  # ModelProto.metadata_props in onnx.proto
_BYTES_WIRE, _VARINT_WIRE = 2, 0
_LONGEST_METADATA = 16 * 2**20
_MOST_PARTS = 10_000  # of the outer layer; an ordinary file has some twenty
_IN_JSON = ("format_version", "classes", "width", "height", "temperature", "novelty")  # the others are plain text


@dataclass(frozen=True, slots=True)
class Novelty:
    """The `limit` of the output `novelty`, above which a picture is unlike anything the model was trained on.

    So large a `share` (0 to 1) of the check images is above it too; there were so many `images` of them.
    """

    limit: float
    share: float
    images: int


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The facts that are needed to use a model beside its weights.

    `classes` in the order of the outputs; `width`, `height` in pixels; `channels` "rgb" or "grey"; `resize` as in
    `imaging.resize`; `temperature` divides the logits (1.0: not calibrated);
    `pixel_range` is what `PixelRange.to_text` wrote, "" where it learnt from no deep pictures; `novelty` None where the
    network does not tell how unlike its training images a picture is.
    """

    format_version: int
    classes: tuple[str, ...]
    width: int
    height: int
    channels: str
    resize: str
    recipe: str
    run: str
    temperature: float
    pixel_range: str = ""
    novelty: Novelty | None = None

    @property
    def deep_range(self) -> PixelRange | None:
        """The range by which the deep pictures were scaled that it learnt from; None where there were none."""
        return from_text(self.pixel_range)

    def to_metadata(self) -> dict[str, str]:
        """The `metadata_props` of the ONNX file."""
        found = {"pigeonhole.pixel_range": self.pixel_range} if self.pixel_range else {}
        if self.novelty is not None:
            found["pigeonhole.novelty"] = json.dumps(asdict(self.novelty))
        return found | {
            "pigeonhole.format_version": str(self.format_version),
            "pigeonhole.classes": json.dumps(self.classes),
            "pigeonhole.width": str(self.width),
            "pigeonhole.height": str(self.height),
            "pigeonhole.channels": self.channels,
            "pigeonhole.resize": self.resize,
            "pigeonhole.recipe": self.recipe,
            "pigeonhole.run": self.run,
            "pigeonhole.temperature": repr(self.temperature),
        }


def read_info(path: Path) -> ModelInfo:
    """Return what the model file at `path` says of itself.

    Raises:
        ModelError: missing, cut short, not ONNX, not one of Pigeonhole's, or of a newer version.
    """
    return _info(path, read_metadata(path))


def read_metadata(path: Path) -> dict[str, str]:
    """Return all pairs of the model file's `metadata_props`.

    Raises:
        ModelError: missing, cut short or not ONNX.
    """
    try:
        with open_regular(path) as file:
            return dict(pair for field in protobuf_fields(file) if (pair := field.metadata(file)) is not None)
    except FileNotFoundError:
        raise ModelError(_("There is no model at {path}.").format(path=path)) from None
    except IsADirectoryError:
        raise ModelError(_("Expected a model file, found the folder {path}.").format(path=path)) from None
    except OSError as error:
        raise ModelError(_("The model {path} cannot be read: {why}.").format(path=path, why=reason_of(error))) from None
    except ValueError:
        raise ModelError(_("{path} is damaged or is not an ONNX model.").format(path=path)) from None


def _info(path: Path, metadata: dict[str, str]) -> ModelInfo:
    if "pigeonhole.format_version" not in metadata:
        raise ModelError(
            _("{path} was not made by Pigeonhole: it does not name its classes and input.").format(path=path)
        )
    try:
        version = build(int, parse(metadata["pigeonhole.format_version"]))
        if version > FORMAT_VERSION:
            raise ModelError(
                _("{path} was made by a newer Pigeonhole (format {version}); update to open it.").format(
                    path=path, version=version
                )
            )
        given = {key.removeprefix("pigeonhole."): text for key, text in metadata.items()}
        info = build(ModelInfo, given | {name: parse(given[name]) for name in _IN_JSON if name in given})
        for text in (*info.classes, info.recipe, info.run):
            text.encode()  # half of a character has no UTF-8, and cannot be shown or written
    except (RecordError, UnicodeEncodeError) as error:
        reason = error if isinstance(error, RecordError) else _("expected text, found half of a character")
        raise ModelError(
            _("{path} is damaged: in what it says of its classes and input, {why}.").format(path=path, why=reason)
        ) from None
    return info


@dataclass(frozen=True, slots=True)
class ProtobufField:
    """A field of the outer layer: its number and where in the file it begins, its content begins, and it ends."""

    number: int
    start: int
    content: int
    end: int

    def metadata(self, file: BinaryIO) -> tuple[str, str] | None:
        """The pair that it holds, if it is one of `metadata_props`."""
        if self.number != _METADATA_FIELD or self.end - self.content > _LONGEST_METADATA:
            return None
        file.seek(self.content)
        return _pair(file.read(self.end - self.content))


def protobuf_fields(file: BinaryIO) -> Iterator[ProtobufField]:
    """The fields of the file, in order; their content, the weights above all, is not read.

    Raises ValueError where the bytes are no protobuf message or end too early.
    """
    start, size = 0, file.seek(0, 2)
    if size == 0:
        raise ValueError("empty")
    number = 0
    while start < size:
        number += 1
        if number > _MOST_PARTS:
            raise ValueError("too many parts")
        file.seek(start)
        key = _varint(file)
        field, wire = key >> 3, key & 7
        if wire == _VARINT_WIRE:
            _varint(file)
            content = end = file.tell()
        elif wire != _BYTES_WIRE or field == 0:
            raise ValueError(f"unexpected wire type {wire}")
        else:
            length = _varint(file)
            content, end = file.tell(), file.tell() + length
        if end > size:
            raise ValueError("cut short")
        yield ProtobufField(field, start, content, end)
        start = end


def metadata_bytes(key: str, value: str) -> bytes:
    """A pair as it stands in `metadata_props`."""
    parts = [text.encode("utf-8", "surrogatepass") for text in (key, value)]
    message = b"".join(bytes([number << 3 | _BYTES_WIRE]) + _as_varint(len(p)) + p for number, p in enumerate(parts, 1))
    return bytes([_METADATA_FIELD << 3 | _BYTES_WIRE]) + _as_varint(len(message)) + message


def _pair(message: bytes) -> tuple[str, str]:
    """A StringStringEntryProto: field 1 the key, field 2 the value."""
    from io import BytesIO

    file = BytesIO(message)
    parts = {1: "", 2: ""}
    while file.tell() < len(message):
        field = _varint(file) >> 3
        parts[field] = file.read(_varint(file)).decode("utf-8", "surrogatepass")
    return parts[1], parts[2]


def _varint(file: BinaryIO) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            raise ValueError("cut short")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    raise ValueError("not a varint")


def _as_varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
