"""NumPy's `.npz`, and `.npy` files that belong together: `x_train`/`y_train`/`x_test`/`y_test`,
`train_images`/`train_labels`, `images`/`labels` and the like.

Nothing is unpickled. Pictures are read some at a time, so that a file may be larger than the memory.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from engine.errors import SourceError
from engine.files import open_regular
from engine.language import _
from engine.library.packed.members import Limits, zip_archive
from engine.library.packed.parts import (
    CHUNK_BYTES,
    Array,
    EightBits,
    Part,
    Pixels,
    arranged,
    check_labels,
    label_names,
    picture_shape,
)

_IMAGES, _LABELS = ("x", "images", "image", "data", "imgs"), ("y", "labels", "label", "targets", "target")
_SPLITS = {"train": "train", "training": "train", "test": "test", "testing": "test"} | dict.fromkeys(
    ("val", "valid", "validation", "dev"), "validation"
)
_LARGEST_HEADER = 2**16  # bytes
_LARGEST_WHOLE = 2**31  # bytes of an array that is read at once
_NAMES = ("class_names", "classes", "label_names", "names")


@dataclass(frozen=True, slots=True)
class _Array:
    """An array in a file: its name, what people call it, and its bytes from the header on."""

    key: str
    what: str
    opened: Callable[[], AbstractContextManager[IO[bytes]]]


def read(file: Path) -> list[Part]:
    """The pictures in a `.npz` file.

    Raises:
        SourceError: it is damaged, holds Python objects, or no arrays that look like pictures and labels.
    """
    with _opened(file) as archive:
        keys = {name.removesuffix(".npy"): name for name in archive.namelist() if name.endswith(".npy")}
    arrays = [_Array(key, f"{key} in {file.name}", partial(_member, file, name)) for key, name in keys.items()]
    return _parts(arrays, Limits(file, file.stat().st_size), file.name)


def read_files(files: Sequence[Path]) -> list[Part]:
    """The pictures in the `.npz` files of one folder; files of one array without a name belong together as `.npy` files
    do (Kuzushiji-MNIST: `kmnist-train-imgs.npz` and `kmnist-train-labels.npz`). Raises what `read` raises.
    """
    unnamed = []
    for file in files:
        with _opened(file) as archive:
            if archive.namelist() == ["arr_0.npy"]:
                unnamed.append(_Array(file.stem, file.name, partial(_member, file, "arr_0.npy")))
    if len(unnamed) < len(files) or len(files) == 1:
        return [part for file in files for part in read(file)]
    limits = Limits(files[0], sum(file.stat().st_size for file in files))
    return _parts(unnamed, limits, _folder_of(files))


def _folder_of(files: Sequence[Path]) -> str:
    return _("The folder {folder}").format(folder=files[0].parent.name)


def read_npy(files: Sequence[Path]) -> list[Part]:
    """The pictures in `.npy` files of one folder, with the labels beside them.

    Raises:
        SourceError: as `read`.
    """
    arrays = [_Array(file.stem, file.name, partial(_plain, file)) for file in files]
    limits = Limits(files[0], sum(file.stat().st_size for file in files))
    return _parts(
        arrays,
        limits,
        files[0].name if len(files) == 1 else _folder_of(files),
    )


def _parts(arrays: list[_Array], limits: Limits, where: str) -> list[Part]:
    names = next((array for key in _NAMES for array in arrays if array.key == key), None)
    texts = None if names is None else _texts(names)
    parts = []
    for array in arrays:
        role = array_role(array.key)
        if role is None or role[0] != "images":
            continue
        shape, fortran, dtype = _header(array)
        _check_pictures(shape, dtype, fortran, array.what)
        limits.announced(math.prod(shape) * dtype.itemsize)
        match = next((other for other in arrays if array_role(other.key) == ("labels", role[1])), None)
        labels = match and _labels(match, texts, shape[0])
        several = (labels or []).count("")
        note = _("{what}: {several:,} pictures have several labels, or none, and get no class.").format(
            what=array.what, several=several
        )
        parts.append(Part(role[1], shape[0], labels or None, _reader(array), notes=(note,) if several else ()))
    if not parts and (by_class := _by_class(arrays, limits)):
        return by_class
    if not parts:
        raise SourceError(
            _(
                "{where} holds {arrays}; expected arrays called x_train, y_train, x_test and y_test, or images and "
                "labels."
            ).format(where=where, arrays=", ".join(array.key for array in arrays[:8]) or _("no arrays"))
        )
    return parts


def _by_class(arrays: list[_Array], limits: Limits) -> list[Part]:
    """The arrays of pictures alone, each of which is called like its class, as Quick, Draw! has them."""
    parts = []
    for array in arrays:
        shape, fortran, dtype = _header(array)
        if len(shape) < 2 or dtype.kind not in "buif":
            return []
        _check_pictures(shape, dtype, fortran, array.what)
        limits.announced(math.prod(shape) * dtype.itemsize)
        name = re.sub(r"^full_numpy_bitmap_", "", array.key)
        parts.append(Part("", shape[0], [name] * shape[0], _reader(array), notes=(_("Each file is a class."),)))
    return parts if len(parts) > 1 else []


def array_role(key: str) -> tuple[str, str] | None:
    """What an array called `key` holds, "images" or "labels", and the folder of its split."""
    words = [word for word in re.split(r"[^a-z]+", key.lower()) if word]
    split = next((_SPLITS[word] for word in words if word in _SPLITS), "")
    rest = [word for word in words if word not in _SPLITS]
    if len(rest) > 1 and split:  # the name of the set before it
        rest = rest[-1:]
    if len(rest) != 1:
        return None
    kind = "images" if rest[0] in _IMAGES else "labels" if rest[0] in _LABELS else None
    return None if kind is None else (kind, split)


def _check_pictures(shape: tuple[int, ...], dtype: np.dtype[np.generic], fortran: bool, what: str) -> None:
    picture_shape(shape, what)
    if dtype.kind not in "buif":
        raise SourceError(_("{what}: expected numbers, found {dtype}.").format(what=what, dtype=dtype))
    if fortran and math.prod(shape) * dtype.itemsize > _LARGEST_WHOLE:
        raise SourceError(
            _("{what} is larger than 2 GB and in Fortran's order; save it in C's order.").format(what=what)
        )


def _texts(array: _Array) -> list[str]:
    names = _small(array)
    return label_names(names, None, names.size, array.what)


def _labels(array: _Array, texts: list[str] | None, count: int) -> list[str]:
    shape, _, dtype = _header(array)
    check_labels(shape, dtype.itemsize, count, array.what)
    return label_names(_small(array), texts, count, array.what)


def _header(array: _Array) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    with array.opened() as stream:
        return _read_header(stream)


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    version = npy.read_magic(stream)
    head = stream.read(2 if version == (1, 0) else 4)
    size = int.from_bytes(head, "little")
    if size > _LARGEST_HEADER:  # NumPy reads all of it before it looks at its length
        raise ValueError("its header is too long")
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read(io.BytesIO(head + stream.read(size)))
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which are never loaded; save it again with plain arrays")
    return shape, fortran, dtype


def _small(array: _Array) -> Array:
    """All of an array, of bounded size; nothing is unpickled."""
    with array.opened() as stream:
        shape, fortran, dtype = _read_header(stream)
        size = math.prod(shape) * dtype.itemsize
        if not 0 <= size <= _LARGEST_WHOLE:
            raise ValueError("one of its arrays is too large")
        data = stream.read(size)
        if len(data) < size:
            raise EOFError("the data end too early")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")


def _reader(array: _Array) -> Callable[[], Iterator[Pixels]]:
    def chunks() -> Iterator[Pixels]:
        with array.opened() as stream:
            shape, fortran, dtype = _read_header(stream)
            bits = EightBits()
            if fortran:  # cannot be read by the picture
                yield bits(arranged(_small(array)))
                return
            one = dtype.itemsize * math.prod(shape[1:])
            at_once = max(1, CHUNK_BYTES // max(1, one))
            for start in range(0, shape[0], at_once):
                count = min(at_once, shape[0] - start)
                data = stream.read(count * one)
                if len(data) < count * one:
                    raise EOFError("the data end before the last picture")
                yield bits(arranged(np.frombuffer(data, dtype).reshape(count, *shape[1:])))

    return chunks


@contextmanager
def _member(file: Path, name: str) -> Iterator[IO[bytes]]:
    with _opened(file) as archive, archive.open(name) as stream:
        yield stream


@contextmanager
def _plain(file: Path) -> Iterator[IO[bytes]]:
    with _explained(file), open_regular(file) as stream:
        yield stream


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    with _explained(file), open_regular(file) as plain, zip_archive(plain) as archive:
        yield archive


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """Whatever numpy and zipfile say about a damaged file becomes one sentence about it."""
    try:
        yield
    except SourceError:
        raise
    except Exception as error:  # damaged files make zipfile and numpy raise anything
        why = getattr(error, "strerror", None) or str(error).rstrip(".") or type(error).__name__
        raise SourceError(_("{file} cannot be read as arrays: {why}.").format(file=file.name, why=why)) from error
