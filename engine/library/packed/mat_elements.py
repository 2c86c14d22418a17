"""Looking through a MATLAB file of version 5 to 7 before SciPy reads it.

SciPy follows cells in cells by recursion in C, which ends the process at some ten thousand, goes by the numbers of
values that a header says, and unpacks whatever was packed. So all of these are checked first.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_HEADER = 128  # bytes
_MATRIX, _PACKED = 14, 15  # kinds of elements
_CELL, _STRUCT, _OBJECT, _SPARSE, _FUNCTION = 1, 2, 3, 5, 16  # classes of matrices; those from `_FUNCTION` on are code
_DEEPEST = 32
_MOST_AXES = 32


class _Element(NamedTuple):
    kind: int
    start: int
    end: int
    next: int


def check_elements(data: bytes, most: int) -> None:
    """Raise ValueError where a file unpacks to more than `most` bytes, nests deeper than 32 cells, says that it holds
    more values than it does, or is damaged. Files of other versions, in which nothing is nested, pass.
    """
    if len(data) < _HEADER or 0 in data[:4]:  # version 4
        return
    if data[125 if data[126:127] == b"I" else 124] != 1:  # 7.3, which SciPy does not read
        return
    order = "<" if data[126:128] == b"IM" else ">"
    place, left = _HEADER, most
    while place < len(data):
        kind, size = struct.unpack_from(f"{order}II", _whole(data, place, 8))
        content = _whole(data, place + 8, size)
        place += 8 + size
        if kind == _PACKED:
            content = zlib.decompressobj().decompress(content, left + 1)
            left -= len(content)
            if left < 0:
                raise ValueError(f"it unpacks to more than {most / 2**20:,.0f} MB")
            (element, *_) = _elements(content, 0, len(content), order)
            kind, content = element.kind, content[element.start : element.end]
        if kind != _MATRIX:
            raise ValueError("it holds something else than arrays")
        _check_matrix(content, order)


def _check_matrix(data: bytes, order: str) -> None:
    """Look at an array and all arrays in it, which are where SciPy will look for them."""
    waiting = [(0, len(data), 0)]
    while waiting:
        start, end, depth = waiting.pop()
        if depth > _DEEPEST:
            raise ValueError(f"it nests arrays deeper than {_DEEPEST}")
        if start == end:  # an empty one
            continue
        found = list(_elements(data, start, end, order))
        inside = [element for element in found if element.kind == _MATRIX]
        own = [element for element in found if element.kind != _MATRIX]
        if found != [*own, *inside] or len(own) < 3 or own[0].next - start != 16:
            raise ValueError("an array is damaged")
        kind = struct.unpack_from(f"{order}I", data, own[0].start)[0] & 0xFF
        axes = (own[1].end - own[1].start) // 4
        if kind >= _FUNCTION or axes > _MOST_AXES:
            raise ValueError("it holds functions or objects")
        shape = struct.unpack_from(f"{order}{axes}i", data, own[1].start)
        values = math.prod(shape)
        if min(shape, default=0) < 0 or (kind != _SPARSE and values > max(1, end - start)):
            raise ValueError("it says that it holds more values than it does")
        if len(inside) != _held(data, order, kind, values, own) or len(own) < _FEWEST.get(kind, 4):
            raise ValueError("an array is damaged")
        waiting += [(element.start, element.end, depth + 1) for element in inside]


_FEWEST = {_CELL: 3, _STRUCT: 5, _OBJECT: 6, _SPARSE: 6}  # elements of an array, but for arrays in it


def _held(data: bytes, order: str, kind: int, values: int, own: list[_Element]) -> int:
    """Return how many arrays an array holds: one for each cell, one for each field of each record."""
    if kind == _CELL:
        return values
    if kind not in (_STRUCT, _OBJECT) or len(own) < _FEWEST[kind]:
        return 0
    length, names = own[-2], own[-1]
    if length.end - length.start != 4:
        raise ValueError("an array is damaged")
    (each,) = struct.unpack_from(f"{order}i", data, length.start)
    return values * ((names.end - names.start) // each) if each > 0 else 0


def _elements(data: bytes, start: int, end: int, order: str) -> Iterator[_Element]:
    """The elements one behind the other: kind and size, or both in the half of 8 bytes, and their content."""
    while start < end:
        if start + 8 > end:
            raise ValueError("it ends too early")
        kind, size = struct.unpack_from(f"{order}II", data, start)
        if small := kind >> 16:
            found = _Element(kind & 0xFFFF, start + 4, start + 4 + small, start + 8)
        else:
            # Arrays are read to the end of what is in them, all others are filled up to 8 bytes.
            filled = 0 if kind == _MATRIX else -size % 8
            found = _Element(kind, start + 8, start + 8 + size, start + 8 + size + filled)
        if small > 4 or found.end > end:
            raise ValueError("it ends too early")
        yield found
        start = found.next


def _whole(data: bytes, start: int, size: int) -> bytes:
    found = data[start : start + size]
    if len(found) < size:
        raise ValueError("it ends too early")
    return found
