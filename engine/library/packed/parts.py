"""What an array file holds, and how arrays become 8-bit pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import SourceError
from engine.imaging.limits import PIXELS
from engine.language import _

Array = npt.NDArray[Any]
Pixels = npt.NDArray[np.uint8]
CHUNK_BYTES = 32 * 2**20
MOST_PICTURES = 2_000_000  # each becomes a file
_MOST_LABEL_BYTES = 2**30


@dataclass(frozen=True, slots=True)
class Part:
    """Pictures of one split. `folder` is "train", "validation", "test" or ""; `labels` one class name a picture, ""
    where it has none.

    `chunks` reads the pictures some at a time: uint8 (n, h, w) or (n, h, w, 3 or 4); or the bytes of picture files, if
    `suffixes` says what each of these is called. `notes` are sentences to show.
    """

    folder: str
    count: int
    labels: Sequence[str] | None
    chunks: Callable[[], Iterator[Pixels | list[bytes]]]
    suffixes: Sequence[str] | None = None
    notes: tuple[str, ...] = ()


def upright(part: Part, file: Path) -> Part:
    """The part with its pictures upright: those of EMNIST are stored with rows and columns exchanged."""
    if not file.name.lower().startswith("emnist"):
        return part

    def chunks() -> Iterator[Pixels | list[bytes]]:
        for chunk in part.chunks():
            yield chunk if isinstance(chunk, list) else np.ascontiguousarray(chunk.swapaxes(1, 2))

    note = _("EMNIST stores its pictures with rows and columns exchanged; they are turned upright.")
    return replace(part, chunks=chunks, notes=(*part.notes, note))


def picture_shape(shape: tuple[int, ...], what: str) -> tuple[int, ...]:
    """The shape of one picture, such as (28, 28) or (32, 32, 3), in an array of `shape` (n, ...).

    Raises:
        SourceError: pictures cannot have that shape, or there are too many.
    """
    found = _one_of(shape[1:])
    if found is None or shape[0] < 0:
        raise SourceError(
            _("{what} has the shape {shape}; expected pictures × height × width, with 1, 3 or 4 channels.").format(
                what=what, shape=" × ".join(map(str, shape))
            )
        )
    if math.prod(found[:2]) > PIXELS:
        raise SourceError(
            _("{what} holds pictures of {width:,} × {height:,} pixels; the limit is {limit} megapixels.").format(
                what=what, width=found[1], height=found[0], limit=PIXELS // 10**6
            )
        )
    check_count(shape[0], what)
    return found


def check_count(count: int, what: str) -> None:
    """Raise SourceError where there are more pictures than are written as files of their own."""
    if count > MOST_PICTURES:
        raise SourceError(
            _("{what} holds {count:,} pictures; at most {most:,} are imported from arrays at once.").format(
                what=what, count=count, most=MOST_PICTURES
            )
        )


def _one_of(shape: tuple[int, ...]) -> tuple[int, ...] | None:
    if any(side <= 0 for side in shape):
        return None
    match shape:
        case (height, width):
            return height, width
        case (height, width, 1 | 3 | 4 as depth):
            return (height, width) if depth == 1 else (height, width, depth)
        case (1 | 3 as depth, height, width):
            return (height, width) if depth == 1 else (height, width, depth)
        case (pixels,) if math.isqrt(pixels) ** 2 == pixels:
            return math.isqrt(pixels), math.isqrt(pixels)
        case (values,) if values % 3 == 0 and math.isqrt(values // 3) ** 2 == values // 3:
            return math.isqrt(values // 3), math.isqrt(values // 3), 3
    return None


def check_labels(shape: tuple[int, ...], item_bytes: int, count: int, what: str) -> None:
    """Raise SourceError where labels of that shape, which were not read yet, are not those of `count` pictures."""
    if math.prod(shape[:1]) != count and math.prod(shape) != count:
        raise _other_count(math.prod(shape), count, what)
    if math.prod(shape) * item_bytes > _MOST_LABEL_BYTES:
        raise SourceError(
            _("{what} takes over 1 GB, which no labels do; expected a number or a name for each picture.").format(
                what=what
            )
        )


def _other_count(found: int, count: int, what: str) -> SourceError:
    return SourceError(
        _("{what}: expected a label for each of {count:,} pictures, found {found:,} labels.").format(
            what=what, count=count, found=found
        )
    )


def arranged(chunk: Array) -> Array:
    """A chunk as (n, h, w) or (n, h, w, channels); planes and flat rows are brought into that order."""
    count = len(chunk)
    shape = picture_shape(chunk.shape, _("The array"))
    if chunk.ndim == 2 and len(shape) == 3:  # rows of red, then green, then blue, as in CIFAR
        return chunk.reshape(count, 3, *shape[:2]).transpose(0, 2, 3, 1)
    if chunk.ndim == 4 and chunk.shape[-1] not in (1, 3, 4):
        chunk = chunk.transpose(0, 2, 3, 1)
    return chunk.reshape(count, *shape)


_TOPS = {"b": (1.0,), "f": (1.0, 255.0, 65535.0), "i": (255.0, 1023.0, 4095.0, 16383.0, 65535.0)}
_FEW_LEVELS = 32  # whole numbers below this are levels of a scale of their own, such as 0 to 16


class EightBits:
    """Turns chunks of one array into 8 bits, all by the range that the first chunk shows."""

    def __init__(self) -> None:
        self._range: tuple[float, float] | None = None

    def __call__(self, chunk: Array) -> Pixels:
        if chunk.dtype == np.uint8 and self._range is None and chunk.size and chunk.max() >= _FEW_LEVELS:
            self._range = 0.0, 255.0
        if self._range is None:
            self._range = _range(chunk)
        low, high = self._range
        if chunk.dtype == np.uint8 and self._range == (0.0, 255.0):
            return chunk
        scaled = np.nan_to_num((chunk.astype(np.float32) - low) * (255.0 / (high - low)))
        pixels: Pixels = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
        return pixels


def _range(chunk: Array) -> tuple[float, float]:
    """From black to white: 0 to the next usual top, or what is used where that says more."""
    finite = chunk[np.isfinite(chunk)] if chunk.dtype.kind == "f" else chunk
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    kind = "i" if chunk.dtype.kind == "u" else chunk.dtype.kind
    if low < 0:
        return (-1.0, 1.0) if kind == "f" and low >= -1 and high <= 1 else (low, max(high, low + 1))
    if kind == "i" and 0 < high < _FEW_LEVELS:
        return 0.0, high
    return 0.0, next((top for top in _TOPS[kind] if high <= top), high)


def label_names(labels: Array, names: Sequence[str] | None, count: int, what: str) -> list[str]:
    """A class name for each picture: from numbers (by `names`, if there are any), one-hot rows or texts; "" for rows of
    yes and no with several classes or none, as ChestMNIST has them.

    Raises:
        SourceError: they are not as many as the pictures, or of another kind.
    """
    if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind in "biuf":
        several = np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) != 1)
        found = label_names(labels.argmax(axis=1), names, count, what)
        return ["" if left_out else name for left_out, name in zip(np.broadcast_to(several, count), found, strict=True)]
    labels = labels.reshape(-1)
    if len(labels) != count:
        raise _other_count(len(labels), count, what)
    if labels.dtype.kind == "f" and np.all(np.isfinite(labels)) and np.all(labels == np.rint(labels)):
        labels = labels.astype(np.int64)
    if labels.dtype.kind in "bui":
        return [_named(int(number), names) for number in labels]
    if labels.dtype.kind in "US":
        return [text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text) for text in labels.tolist()]
    raise SourceError(
        _("{what}: expected labels as whole numbers, one-hot rows or texts, found {dtype}.").format(
            what=what, dtype=labels.dtype
        )
    )


def _named(number: int, names: Sequence[str] | None) -> str:
    return names[number] if names is not None and 0 <= number < len(names) else str(number)


def unreadable(file: Path, form: str, error: Exception) -> SourceError:
    """Return what is said of a file that a library cannot read: its own first line, or the kind of its error."""
    why = str(error).strip().splitlines()
    return SourceError(
        _("{file} cannot be read as {form}: {why}.").format(
            file=file.name, form=form, why=why[0].rstrip(".") if why else type(error).__name__
        )
    )
