"""TIFF files that Pillow does not open: any number of bands, 16-bit and 64-bit fractions. Read within bounds."""

from __future__ import annotations

import math
import zlib
from typing import IO, Any

import numpy as np
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from engine.errors import ImageProblem
from engine.imaging.limits import PIXELS
from engine.imaging.rendering import Deep, Values
from engine.language import _, plural
from engine.problems import ProblemKind

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _BANDS, _ROWS, _PLANAR = 256, 257, 258, 259, 262, 277, 278, 284
_OFFSETS, _COUNTS, _PREDICTOR, _TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_COUNTS, _FORMAT = (
    *(273, 279, 317, 322, 323, 324, 325, 339),
)
NO_DATA = 42113
_PLAIN, _DEFLATE = 1, (8, 32946)
_COMPRESSIONS = {
    2: "CCITT",
    3: "CCITT",
    4: "CCITT",
    5: "LZW",
    6: "JPEG",
    7: "JPEG",
    32773: "PackBits",
    34925: "LZMA",
    50000: "Zstandard",
    50001: "WebP",
}
_KINDS = {1: "u", 2: "i", 3: "f"}
_LARGEST = 2**30  # bytes of all bands


def read(stream: IO[bytes], page: int = 1) -> Deep:
    """The picture with this number in the file; of a file with one this one.

    Raises:
        ImageProblem: it is of a kind that is not read, or the file has several and not that one; the text says which.
        OSError, ValueError: it is damaged.
    """
    tags = _tags(stream, page)
    order = "<" if tags.prefix == b"II" else ">"
    width, height, bands = _one(tags, _WIDTH, 0), _one(tags, _HEIGHT, 0), _one(tags, _BANDS, 1)
    bits, formats = tags.get(_BITS, (1,)), tags.get(_FORMAT, (1,))
    what = plural("{count} band of {bits} bits", "{count} bands of {bits} bits", bands).format(bits=bits[0])
    kind = f"{order}{_KINDS.get(formats[0], '?')}{bits[0] // 8}"
    if len(set(bits)) != 1 or len(set(formats)) != 1 or formats[0] not in _KINDS or not _is_kind(kind):
        detail = _("{what} in this TIFF file; save it with 8, 16 or 32 bits").format(what=what)
        raise ImageProblem(ProblemKind.UNSUPPORTED, detail)
    dtype = np.dtype(kind)
    if not 0 < width * height <= PIXELS or bands <= 0 or width * height * bands * dtype.itemsize > _LARGEST:
        raise ImageProblem(
            ProblemKind.TOO_LARGE, _("{width} × {height} pixels, {what}").format(width=width, height=height, what=what)
        )
    compression = _one(tags, _COMPRESSION, _PLAIN)
    predictor = _one(tags, _PREDICTOR, 1)
    if compression not in (_PLAIN, *_DEFLATE) or predictor not in (1, 2) or (predictor == 2 and dtype.kind == "f"):
        name = _COMPRESSIONS.get(compression, _("compression {number}").format(number=compression))
        how = name if compression not in (_PLAIN, *_DEFLATE) else _("predictor {number}").format(number=predictor)
        sentence = _("{what} with {how} in this TIFF file; save it uncompressed, or with Deflate")
        detail = sentence.format(what=what, how=how)
        raise ImageProblem(ProblemKind.UNSUPPORTED, detail)
    values = _pieces(stream, tags, (height, width, bands), dtype, compression, predictor)
    top = {1: 255.0, 2: 65535.0}.get(dtype.itemsize) if dtype.kind == "u" else None
    return Deep(values[:, :, 0] if bands == 1 else values, top, no_data_of(tags), _one(tags, _PHOTOMETRIC, 1) == 0)


def no_data_of(tags: Any) -> float | None:
    """The value that GDAL, which most programs for maps use, writes where there is none."""
    try:
        text = tags.get(NO_DATA)
        found = float((text[0] if isinstance(text, tuple) else text).strip("\0 "))
    except (AttributeError, TypeError, ValueError, IndexError):
        return None
    return found if math.isfinite(found) else None


def _tags(stream: IO[bytes], page: int) -> ImageFileDirectory_v2:
    stream.seek(0)
    head = stream.read(8)
    if head[2] == 43 or head[3] == 43:  # the form for files over 4 GB
        head += stream.read(8)
    tags = ImageFileDirectory_v2(head)
    stream.seek(tags.next)
    tags.load(stream)
    if page == 1 or not tags.next:
        return tags
    for number in range(2, page + 1):
        if not tags.next:
            sentence = _("page {page} was chosen to be shown, but this file has {pages} pages")
            raise ImageProblem(ProblemKind.UNSUPPORTED, sentence.format(page=page, pages=number - 1))
        stream.seek(tags.next)
        tags.load(stream)
    return tags


def _one(tags: ImageFileDirectory_v2, tag: int, default: int) -> int:
    found = tags.get(tag, default)
    return int(found[0] if isinstance(found, tuple) else found)


def _is_kind(kind: str) -> bool:
    try:
        return np.dtype(kind).itemsize in (1, 2, 4, 8)
    except TypeError:
        return False


def _pieces(
    stream: IO[bytes],
    tags: ImageFileDirectory_v2,
    shape: tuple[int, int, int],
    dtype: np.dtype[Any],
    compression: int,
    predictor: int,
) -> Values:
    """Strips or tiles put together, height × width × bands."""
    height, width, bands = shape
    tiled = _TILE_OFFSETS in tags
    wide = _one(tags, _TILE_WIDTH, width) if tiled else width
    high = _one(tags, _TILE_HEIGHT, height) if tiled else min(_one(tags, _ROWS, height), height)
    offsets = tags[_TILE_OFFSETS] if tiled else tags[_OFFSETS]
    counts = tags[_TILE_COUNTS] if tiled else tags[_COUNTS]
    if not (0 < wide <= width + 4096 and 0 < high <= height + 4096):
        raise ValueError("its tiles are larger than the picture")
    apart = _one(tags, _PLANAR, 1) == 2
    together = 1 if apart else bands
    across, down = -(-width // wide), -(-height // high)
    values = np.zeros(shape, dtype)
    if len(offsets) != len(counts) or len(offsets) < across * down * (bands if apart else 1):
        raise EOFError("pieces are missing")
    for number in range(across * down * (bands if apart else 1)):
        plane, place = divmod(number, across * down)
        top, left = place // across * high, place % across * wide
        rows = high if tiled else min(high, height - top)
        size = rows * wide * together * dtype.itemsize
        stream.seek(int(offsets[number]))
        data = stream.read(min(int(counts[number]), size + 2**20))
        if compression != _PLAIN:
            data = zlib.decompressobj().decompress(data, size)
        if len(data) < size:
            raise EOFError("a piece ends too early")
        piece = np.frombuffer(data, dtype, rows * wide * together).reshape(rows, wide, together)
        if predictor == 2:
            piece = np.cumsum(piece, axis=1, dtype=dtype)
        target = values[top : top + rows, left : left + wide]
        target[:, :, plane if apart else slice(None)] = (
            piece[: target.shape[0], : target.shape[1], 0] if apart else piece[: target.shape[0], : target.shape[1]]
        )
    return values
