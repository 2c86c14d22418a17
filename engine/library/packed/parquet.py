"""Parquet files with pictures in a column, as Hugging Face keeps them: `image` {bytes, path} and `label`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from engine.errors import SourceError
from engine.files import open_regular
from engine.imaging.signatures import IMAGE_SUFFIXES, format_of
from engine.language import _
from engine.libraries import in_a_package
from engine.library.packed.members import Limits
from engine.library.packed.parts import Part, check_count, unreadable
from engine.library.packed.split_words import split_folder
from engine.records import parse

_IMAGES = ("image", "img", "images", "picture", "bytes", "data")
_LABELS = ("label", "labels", "class", "target", "fine_label", "category", "dx")
_AT_ONCE = 64  # pictures


def read(file: Path) -> Part:
    """The pictures in the file.

    Raises:
        SourceError: pyarrow is not installed, the file is damaged, or no column holds pictures.
    """
    with _opened(file) as opened:
        schema, rows = opened.schema_arrow, opened.metadata.num_rows
        column = _image_column(schema)
        if column is None:
            raise SourceError(
                _(
                    "{file} has the columns {names}; expected one of them to hold the bytes of picture files, such as "
                    "image."
                ).format(file=file.name, names=", ".join(schema.names[:8]))
            )
        check_count(rows, file.name)
        groups = [opened.metadata.row_group(n) for n in range(opened.metadata.num_row_groups)]
        Limits(file, file.stat().st_size).announced(sum(max(0, group.total_byte_size) for group in groups))
        name = column.partition(".")[0]
        label = next((label for label in _LABELS if label in schema.names), None)
        labels = None if label is None else _labels(opened, schema, label)
        return Part(split_folder(file.stem), rows, labels, _reader(file, column), _suffixes(opened, name, rows))


def _image_column(schema: Any) -> str | None:
    """The path of the column with the bytes, such as `image.bytes`."""
    for name in sorted(schema.names, key=lambda name: name not in _IMAGES):
        kind = schema.field(name).type
        text = str(kind)
        if text.startswith("struct<") and any(kind.field(n).name == "bytes" for n in range(kind.num_fields)):
            return f"{name}.bytes"
        if name in _IMAGES and text in ("binary", "large_binary"):
            return str(name)
    return None


def _labels(opened: Any, schema: Any, column: str) -> list[str]:
    names = _class_names(schema, column)
    values = opened.read(columns=[column]).column(column).to_pylist()
    return [_label(value, names) for value in values]


def _label(value: object, names: list[str]) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return "" if value < 0 else names[value] if value < len(names) else str(value)
    return "" if value is None else str(value)


def _class_names(schema: Any, column: str) -> list[str]:
    """The names that the library `datasets` writes into the file."""
    try:
        told = parse((schema.metadata or {})[b"huggingface"])
        names = told["info"]["features"][column]["names"]
        return [str(name) for name in names]
    except (KeyError, TypeError, ValueError):
        return []


def _suffixes(opened: Any, name: str, rows: int) -> list[str]:
    """As the file says that its pictures were called, else as the first of them begins."""
    first = b""
    for batch in opened.iter_batches(batch_size=1, columns=[name]):
        first = _bytes(batch.column(0)[0].as_py()) if batch.num_rows else b""
        break
    known = format_of(first)
    usual = known.suffixes[0] if known is not None and known.suffixes else ".jpg"
    field = opened.schema_arrow.field(name).type
    if not str(field).startswith("struct<") or all(field.field(n).name != "path" for n in range(field.num_fields)):
        return [usual] * rows
    paths = [value and value.get("path") for value in opened.read(columns=[f"{name}.path"]).column(name).to_pylist()]
    found = [PurePosixPath(str(path)).suffix.lower() if path else "" for path in paths]
    return [suffix if suffix in IMAGE_SUFFIXES else usual for suffix in found]


def _reader(file: Path, column: str) -> Callable[[], Iterator[list[bytes]]]:
    def chunks() -> Iterator[list[bytes]]:
        with _opened(file) as opened:
            for batch in opened.iter_batches(batch_size=_AT_ONCE, columns=[column]):
                yield [_bytes(value) for value in batch.column(0).to_pylist()]

    return chunks


def _bytes(value: object) -> bytes:
    """An empty file becomes a Problem, so that nothing is passed over in silence."""
    found = value.get("bytes") if isinstance(value, dict) else value
    return found if isinstance(found, bytes) else b""


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    try:
        parquet = import_module("pyarrow.parquet")
    except ImportError:
        package = in_a_package("pyarrow")
        sentence = (
            _("{file} is a Parquet file, which needs the package pyarrow.") + f" {package}"
            if package
            else _(
                "{file} is a Parquet file, which needs the package pyarrow; install it (pip install pyarrow, or "
                "pigeonhole-images[parquet]) and try again."
            )
        )
        raise SourceError(sentence.format(file=file.name)) from None
    try:
        with open_regular(file) as stream:
            yield parquet.ParquetFile(stream)
    except SourceError:
        raise
    except Exception as error:  # damaged files make pyarrow raise anything
        raise unreadable(file, "Parquet", error) from error
