"""MATLAB's `.mat` files (version 4 to 7) as SVHN comes: `X` (height × width × 3 × pictures) and `y`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from engine.errors import SourceError
from engine.files import open_regular
from engine.language import _
from engine.library.packed.members import Limits
from engine.library.packed.npz import array_role
from engine.library.packed.parts import (
    Array,
    EightBits,
    Part,
    Pixels,
    arranged,
    check_labels,
    label_names,
    picture_shape,
    unreadable,
)
from engine.library.packed.split_words import split_folder

_LARGEST = 2**31  # bytes: scipy reads an array as a whole
_ITEM_BYTES = {
    "int8": 1,
    "uint8": 1,
    "logical": 1,
    "int16": 2,
    "uint16": 2,
    "char": 2,
    "int32": 4,
    "uint32": 4,
    "single": 4,
}
_NUMBERS = frozenset(_ITEM_BYTES) - {"char"} | {"double", "int64", "uint64"}


def read(file: Path) -> list[Part]:
    """The pictures in the file.

    Raises:
        SourceError: it is damaged, of version 7.3, or holds no arrays that look like pictures.
    """
    import scipy.io as matlab

    with _explained(file), open_regular(file) as stream:
        shapes = {name: (shape, kind) for name, shape, kind in matlab.whosmat(stream)}
    limits = Limits(file, file.stat().st_size)
    parts = []
    for name, (shape, kind) in shapes.items():
        role = array_role(name)
        if role is None or role[0] != "images" or kind not in _NUMBERS:
            continue
        size = math.prod(shape) * _ITEM_BYTES.get(kind, 8)
        limits.announced(size)
        if size > _LARGEST:
            raise SourceError(
                _("{name} in {file} is larger than 2 GB; save it as .npz.").format(name=name, file=file.name)
            )
        match = next((other for other in shapes if array_role(other) == ("labels", role[1])), None)
        order = _order(shape, None if match is None else shapes[match][0])
        count = tuple(shape[axis] for axis in order)
        picture_shape(count, _("{name} in {file}").format(name=name, file=file.name))
        labels = None if match is None else _labels(file, match, shapes[match], count[0])
        parts.append(Part(role[1] or split_folder(file.stem), count[0], labels, _Reader(file, name, order)))
    if not parts:
        raise SourceError(
            _("{file} holds {shapes}; expected arrays called X and y, data and labels, or images and labels.").format(
                file=file.name, shapes=", ".join(list(shapes)[:8]) or _("no arrays")
            )
        )
    return parts


def _order(shape: tuple[int, ...], labels: tuple[int, ...] | None) -> tuple[int, ...]:
    """The axes with the pictures first: where as many labels say so, or as SVHN has them last."""
    axes = tuple(range(len(shape)))
    last_first = (axes[-1], *axes[:-1])
    if labels is not None and shape[0] != shape[-1]:
        return last_first if shape[-1] in (max(labels), math.prod(labels)) else axes
    return last_first if len(shape) == 4 and shape[2] in (1, 3) else axes


def _labels(file: Path, name: str, found: tuple[tuple[int, ...], str], count: int) -> list[str]:
    what = _("{name} in {file}").format(name=name, file=file.name)
    shape, kind = found
    check_labels(shape, _ITEM_BYTES.get(kind, 8), count, what)
    if kind not in _NUMBERS | {"char"}:  # not to be read: SciPy follows cells in cells until the process ends
        raise SourceError(_("{what}: expected labels as numbers or texts, found cells.").format(what=what))
    labels = _load(file, name)
    return label_names(labels, None, count, what)


class _Reader:
    """Gives the pictures of one array, some at a time."""

    def __init__(self, file: Path, name: str, order: tuple[int, ...]) -> None:
        self._file, self._name, self._order = file, name, order

    def __call__(self) -> Iterator[Pixels]:
        values, bits = _load(self._file, self._name).transpose(self._order), EightBits()
        for start in range(0, len(values), 1000):
            yield bits(arranged(values[start : start + 1000]))


def _load(file: Path, name: str) -> Array:
    """One array; functions and objects of MATLAB are never run."""
    import scipy.io as matlab

    with _explained(file), open_regular(file) as stream:
        found: Array = np.asarray(matlab.loadmat(stream, variable_names=[name])[name])
    return found


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except NotImplementedError:
        raise SourceError(
            _("{file} is a MATLAB file of version 7.3, which is not read here; save it with -v7, or as .npz.").format(
                file=file.name
            )
        ) from None
    except SourceError:
        raise
    except Exception as error:  # damaged files make scipy raise anything
        raise unreadable(file, _("a MATLAB file"), error) from error
