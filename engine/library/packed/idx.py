"""IDX files, plain or `.gz`, as MNIST and Fashion-MNIST come: `train-images-idx3-ubyte.gz` and its labels."""

from __future__ import annotations

import gzip
import math
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from engine.errors import SourceError
from engine.files import open_regular, reason_of
from engine.language import _, plural
from engine.library.packed.members import Limits
from engine.library.packed.parts import CHUNK_BYTES, Part, Pixels, check_labels, label_names, picture_shape

_IMAGES = re.compile(r"(.*?)[-_.]?images[-_.]idx3[-_.]ubyte(\.gz)?", re.I)
_FOLDERS = {"train": "train", "t10k": "test", "test": "test", "val": "validation", "valid": "validation"}
_BYTES = 8  # the code of unsigned bytes


def read(file: Path) -> Part:
    """The pictures in an IDX file, with the labels beside it if there are any.

    Raises:
        SourceError: it or the labels are damaged, or of another kind.
    """
    match = _IMAGES.fullmatch(file.name)
    prefix = match.group(1) if match else ""
    count, height, width = shape = _dimensions(file, 3)
    picture_shape(shape, file.name)
    labels = _labels_beside(file)
    names = None
    if labels is not None:
        found = _dimensions(labels, 1)
        check_labels(found, 1, count, labels.name)
        with _open(labels) as stream:
            stream.seek(8)
            names = label_names(np.frombuffer(stream.read(count), np.uint8), None, count, labels.name)
    folder = _FOLDERS.get(re.split(r"[^a-z0-9]+", prefix.lower())[-1], "")
    return Part(folder, count, names, _reader(file, count, height, width))


def _reader(file: Path, count: int, height: int, width: int) -> Callable[[], Iterator[Pixels]]:
    def chunks() -> Iterator[Pixels]:
        at_once = max(1, CHUNK_BYTES // max(1, height * width))
        with _open(file) as stream:
            stream.seek(16)
            for start in range(0, count, at_once):
                n = min(at_once, count - start)
                data = stream.read(n * height * width)
                if len(data) < n * height * width:
                    raise _cut(file)
                yield np.frombuffer(data, np.uint8).reshape(n, height, width)

    return chunks


def _labels_beside(file: Path) -> Path | None:
    wanted = file.name.lower().removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    return next((f for f in sorted(file.parent.iterdir()) if f.name.lower().removesuffix(".gz") == wanted), None)


def _cut(file: Path) -> SourceError:
    return SourceError(_("{file} ends before its last picture; copy or download it again.").format(file=file.name))


def _dimensions(file: Path, expected: int) -> tuple[int, ...]:
    """As its head says, once the file can be large enough for that."""
    begin = 4 + 4 * expected
    with _open(file) as stream:
        head = stream.read(begin)
    if len(head) < begin or head[:2] != b"\0\0" or head[2] != _BYTES or head[3] != expected:
        sentence = plural(
            "{file} is no IDX file of bytes in {count} dimension.",
            "{file} is no IDX file of bytes in {count} dimensions.",
            expected,
        )
        raise SourceError(sentence.format(file=file.name))
    shape = struct.unpack(f">{expected}I", head[4:])
    size = file.stat().st_size
    if _is_zipped(file):
        Limits(file, size).announced(math.prod(shape))
    elif size < begin + math.prod(shape):
        raise _cut(file)
    return shape


def _is_zipped(file: Path) -> bool:
    with open_regular(file) as plain:
        return plain.read(2) == b"\x1f\x8b"


@contextmanager
def _open(file: Path) -> Iterator[IO[bytes]]:
    try:
        zipped = _is_zipped(file)
        with open_regular(file) as plain:
            if not zipped:
                yield plain
                return
            with gzip.GzipFile(fileobj=plain) as stream:
                yield stream  # type: ignore[misc]
    except (OSError, EOFError, zlib.error) as error:
        why = reason_of(error) if isinstance(error, OSError) else str(error).lower()
        raise SourceError(_("{file} cannot be read: {why}.").format(file=file.name, why=why.rstrip("."))) from error
