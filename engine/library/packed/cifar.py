"""The binary batches of CIFAR-10 and CIFAR-100: a byte (or two) for the class, then 32 × 32 red, green, blue; and the
larger pictures of STL-10, whose labels are files of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from engine.errors import SourceError
from engine.files import open_regular, read_regular, reason_of
from engine.language import _
from engine.library.packed.parts import CHUNK_BYTES, Part, Pixels, arranged, check_count, label_names

_VALUES = 3 * 32 * 32
_STL_VALUES = 3 * 96 * 96
_LARGEST_NAMES = 2**20  # bytes
_NAMES = {1: "batches.meta.txt", 2: "fine_label_names.txt"}


def read(file: Path) -> Part:
    """The pictures in a batch; their classes are named by the text file beside it, if there is one.

    Raises:
        SourceError: it cannot be read, or its size is not that of a batch.
    """
    try:
        size = file.stat().st_size
        bytes_before = next((n for n in (1, 2) if size and size % (_VALUES + n) == 0), None)
        if bytes_before is None:
            raise SourceError(
                _("{file} is no binary batch of CIFAR: its {size:,} bytes are no whole number of pictures.").format(
                    file=file.name, size=size
                )
            )
        record = _VALUES + bytes_before
        check_count(size // record, file.name)
        labels = _column(file, record, bytes_before - 1)
        names = _names(file.with_name(_NAMES[bytes_before]))
    except OSError as error:
        raise SourceError(_("{file} cannot be read: {why}.").format(file=file, why=reason_of(error))) from error
    folder = "test" if file.name.lower().startswith("test") else "train"
    texts = label_names(labels, names, len(labels), file.name)
    return Part(folder, len(labels), texts, _reader(file, record))


def read_stl(file: Path) -> Part:
    """The pictures of STL-10, 96 × 96 by columns, with the labels beside them; these count from 1.

    Raises:
        SourceError: it cannot be read, or its size is not that of such pictures or of their labels.
    """
    split = file.name.partition("_")[0].lower()
    labels = file.with_name(f"{split}_y.bin")
    try:
        size = file.stat().st_size
        if not size or size % _STL_VALUES:
            raise SourceError(
                _("{file} is no file of STL-10: its {size:,} bytes are no whole number of pictures.").format(
                    file=file.name, size=size
                )
            )
        count = size // _STL_VALUES
        check_count(count, file.name)
        numbers = np.frombuffer(read_regular(labels, most=_LARGEST_NAMES), np.uint8) if labels.is_file() else None
        names = _names(file.with_name("class_names.txt"))
    except OSError as error:
        raise SourceError(_("{file} cannot be read: {why}.").format(file=file, why=reason_of(error))) from error
    texts = None if numbers is None else label_names(numbers, names and ["", *names], count, labels.name)

    def chunks() -> Iterator[Pixels]:
        with open_regular(file) as stream:
            while data := stream.read(CHUNK_BYTES // _STL_VALUES * _STL_VALUES):
                yield np.frombuffer(data, np.uint8).reshape(-1, 3, 96, 96).transpose(0, 3, 2, 1)

    return Part({"train": "train", "test": "test"}.get(split, ""), count, texts, chunks)


def _column(file: Path, record: int, place: int) -> Pixels:
    """One byte of each record, without holding the others."""
    with open_regular(file) as stream:
        pieces = iter(lambda: stream.read(CHUNK_BYTES // record * record), b"")
        return np.concatenate([np.frombuffer(piece, np.uint8)[place::record] for piece in pieces])


def _reader(file: Path, record: int) -> Callable[[], Iterator[Pixels]]:
    def chunks() -> Iterator[Pixels]:
        with open_regular(file) as stream:
            while data := stream.read(CHUNK_BYTES // record * record):
                yield arranged(np.frombuffer(data, np.uint8).reshape(-1, record)[:, record - _VALUES :])

    return chunks


def _names(file: Path) -> list[str] | None:
    if not file.is_file():
        return None
    text = read_regular(file, most=_LARGEST_NAMES).decode("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if line.strip()]
