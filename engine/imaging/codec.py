"""A file's bytes to upright 8-bit RGB or grey pixels, in this process. Loads without numpy.

Only for `decoder_process`, and for files that we wrote ourselves: whatever comes from a person goes through `decode`,
because decoders crash, hang and ask for gigabytes.
"""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import IO, TYPE_CHECKING, Literal, cast

from PIL import Image, UnidentifiedImageError

from engine.errors import ImageProblem
from engine.files import NotAFile, open_regular
from engine.imaging.limits import PIXELS
from engine.imaging.signatures import FORMATS, SIGNATURE_BYTES, PictureFormat, format_of
from engine.language import _, marked
from engine.problems import FILE_GONE, Problem, ProblemKind, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.imaging.ranges import PixelRange
    from engine.imaging.rendering import Deep

Mode = Literal["rgb", "grey"]
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)

TOO_MUCH_MEMORY = Problem(ProblemKind.TOO_LARGE, marked("there is not enough memory to decode it"))

_UNANNOUNCED = tuple(
    known.pillow for known in FORMATS if not known.signatures
)  # tried when the first bytes tell nothing

_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION_TAG = 0x0112
_BITS_TAG, _PHOTOMETRIC_TAG = 258, 262
_DRAFTED = frozenset({"JPEG", "MPO"})
_READ_AT_ONCE = 4 * 2**20  # bytes
_SIXTEEN_BIT = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})


def decode_here(
    data: bytes | Path,
    *,
    mode: Mode = "rgb",
    background: Colour = WHITE,
    at_least: int | None = None,
    pixel_range: PixelRange | None = None,
) -> Image.Image:
    """Do what `decode.decode` says, in this process and without its limits."""
    with _opened(data, pixel_range) as image:
        _load(image, at_least)
        return _convert(_upright(image), mode, background, pixel_range)


def measure_here(data: bytes | Path, pixel_range: PixelRange | None = None) -> tuple[tuple[int, int], bool]:
    """Do what `decode.measure` says, in this process and without its limits; and whether the picture is one flat colour
    although its file holds more than 8 bits.
    """
    with _opened(data, pixel_range) as image:
        full, deep = image.size, is_deep(image) or image.format is None
        _load(image, at_least=64)
        shown = _convert(_upright(image), "rgb", WHITE, pixel_range)
        flat = deep and all(low == high for low, high in cast("list[tuple[int, int]]", shown.getextrema()))
        if image.format not in _DRAFTED:
            return shown.size, flat
        return ((full[1], full[0]) if _orientation(image) >= 5 else full), flat


def is_deep(image: Image.Image) -> bool:
    """Return whether an image that was opened, and not loaded yet, has more than 8 bits: by its mode, or by how the
    file's pixels are packed, since Pillow opens 16-bit colours as 8-bit ones.
    """
    return image.mode in _SIXTEEN_BIT or image.mode in {"I", "F"} or has_deep_colours(image)


def has_deep_colours(image: Image.Image) -> bool:
    """Return whether an image that was opened, and not loaded yet, has colours of more than 8 bits each."""
    tiles = getattr(image, "tile", None)
    packed = tiles[0].args if tiles else ""
    words = packed if isinstance(packed, str) else str(packed[0]) if isinstance(packed, tuple) and packed else ""
    return ";16" in words and not image.mode.startswith(("I", "F"))


@contextmanager
def _opened(data: bytes | Path, pixel_range: PixelRange | None = None) -> Iterator[Image.Image]:
    """The open image; whatever fails while it is used becomes an `ImageProblem`.

    What Pillow does not open, and deep colours for which there is a range, come as pixels that are rendered already.
    """
    _ignore_warnings()
    head = b""
    try:
        with _stream(data) as stream:
            head = stream.read(SIGNATURE_BYTES)
            page = 1 if pixel_range is None else pixel_range.page or 1
            with open_picture(stream, head, page) as found:
                if not isinstance(found, Image.Image):
                    yield _rendered(found, pixel_range)
                elif pixel_range is not None and has_deep_colours(found):
                    yield _deep_colours(stream, found, pixel_range)
                else:
                    yield found
    except ImageProblem:
        raise
    except Exception as error:  # hostile files make decoders raise anything
        raise ImageProblem(*_reason(error, head)) from error


@contextmanager
def open_picture(stream: IO[bytes], head: bytes, page: int = 1) -> Iterator[Image.Image | Deep]:
    """Open a picture with the reader that its first bytes `head` ask for: as Pillow's image, not loaded yet, or as the
    numbers of a file that Pillow does not open, such as a TIFF file with 13 bands. Of files with several pages the one
    with this number is opened; files with one have no other.

    Raises:
        ImageProblem: it is too large, has several pages and not that one, or is of a kind that nothing here reads; the
            text says which.
    """
    known = format_of(head)
    name, numbers = _pillow_name(known), "" if known is None else known.deep_reader
    if numbers and name is None:
        yield resolve_name(numbers)(stream, page)
        return
    try:
        image = Image.open(stream, formats=(name,) if name else _UNANNOUNCED)
    except UnidentifiedImageError:
        if not numbers:
            raise
        try:
            deep: Deep = resolve_name(numbers)(stream, page)
        except (ValueError, KeyError, TypeError, OverflowError, struct.error, zlib.error) as error:
            raise UnidentifiedImageError(str(error)) from None
        yield deep
        return
    with image:
        if page > 1 and has_pages(image):
            _turn_to(image, page)
        if image.width * image.height > PIXELS:
            raise ImageProblem(ProblemKind.TOO_LARGE, _megapixels(image.size))
        yield image


def has_pages(image: Image.Image) -> bool:
    """Return whether it is one of the pages of a TIFF file; of animations the first picture is shown always."""
    return image.format == "TIFF" and getattr(image, "n_frames", 1) > 1


def _turn_to(image: Image.Image, page: int) -> None:
    try:
        image.seek(page - 1)
    except EOFError:
        pages = getattr(image, "n_frames", 1)
        detail = _("page {page} was chosen to be shown, but this file has {pages} pages").format(page=page, pages=pages)
        raise ImageProblem(ProblemKind.UNSUPPORTED, detail) from None


def _rendered(deep: Deep, pixel_range: PixelRange | None) -> Image.Image:
    from engine.imaging.rendering import rendered

    return rendered(deep, pixel_range)


def _deep_colours(stream: IO[bytes], image: Image.Image, pixel_range: PixelRange) -> Image.Image:
    """Read the pixels with OpenCV, which keeps the 16 bits of each colour; as Pillow does it where OpenCV cannot read
    the file.
    """
    from engine.imaging.rendering import Deep, deep_colours

    place = stream.tell()
    stream.seek(0)
    values = deep_colours(stream.read(), image.tell() + 1)
    stream.seek(place)
    if values is None or values.shape[:2] != (image.height, image.width):
        return image
    found = _rendered(Deep(values if values.ndim == 2 else values[:, :, :3]), pixel_range)
    found.info["exif"] = image.getexif().tobytes()
    return found


def _pillow_name(known: PictureFormat | None) -> str | None:
    """Return the name by which Pillow opens a format; None where it does not, or the package for it is missing."""
    if known is None or not known.pillow or (known.plugin and not _loaded(known.plugin)):
        return None
    return known.pillow


@cache
def _loaded(plugin: str) -> bool:
    """Load a plugin of Pillow with the first file that needs it: it takes its time, and few people have any."""
    try:
        resolve_name(plugin)()
    except (ImportError, OSError):
        return False
    return True


def _stream(data: bytes | Path) -> AbstractContextManager[IO[bytes]]:
    if isinstance(data, bytes):
        if not data:
            raise ImageProblem(ProblemKind.EMPTY)
        return io.BytesIO(data)
    with ExitStack() as opened:
        file = opened.enter_context(open_regular(data))
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise ImageProblem(ProblemKind.EMPTY)
        if size > _READ_AT_ONCE:
            opened.pop_all()
            return file
        # Pillow reads in small pieces; of a small picture those take as long as decoding it.
        return io.BytesIO(file.read())


def _load(image: Image.Image, at_least: int | None) -> None:
    if at_least is not None and image.format in _DRAFTED:
        image.draft(image.mode, (at_least, at_least))
    image.load()


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # damaged metadata does not make the pixels unusable
        return 1


def _upright(image: Image.Image) -> Image.Image:
    method = _TRANSPOSE.get(_orientation(image))
    return image if method is None else image.transpose(method)


def _convert(image: Image.Image, mode: Mode, background: Colour, pixel_range: PixelRange | None) -> Image.Image:
    target = "RGB" if mode == "rgb" else "L"
    if image.mode in _SIXTEEN_BIT or image.mode in {"I", "F"}:
        image = _rendered(deep_of(image), pixel_range)
    if image.mode == "LAB":
        image = _lab_to_rgb(image)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (*background, 255))
        image = Image.alpha_composite(ground, layer).convert("RGB")
    elif image.mode not in {"RGB", "L", "1"}:
        image = image.convert("RGB")
    result = image.convert(target) if image.mode != target else image.copy()
    result.info.clear()  # the orientation in it is done with; nobody must apply it again
    return result


def deep_of(image: Image.Image) -> Deep:
    """The numbers of a loaded image of one deep channel."""
    import numpy as np

    from engine.imaging.raw_tiff import no_data_of
    from engine.imaging.rendering import Deep

    tags = getattr(image, "tag_v2", None) or {}
    sixteen = image.mode in _SIXTEEN_BIT
    top = _declared_maximum(image) if sixteen else None
    return Deep(np.asarray(image), top, no_data_of(tags), sixteen and tags.get(_PHOTOMETRIC_TAG) == 0)


def _declared_maximum(image: Image.Image) -> float:
    """Microscopes write 12 bits into 16; their TIFF files say so."""
    tags = getattr(image, "tag_v2", None)  # not an instance check: importing the TIFF plugin takes its time
    bits = tags.get(_BITS_TAG) if tags else None
    if isinstance(bits, tuple) and len(bits) == 1 and 8 < bits[0] < 16:
        return float((1 << bits[0]) - 1)
    return 65535.0


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    converted = ImageCms.applyTransform(image, transform)
    if converted is None:
        raise ImageProblem(ProblemKind.DAMAGED, marked("its LAB colours cannot be converted"))
    return converted


def _ignore_warnings() -> None:
    """Pillow warns about damaged metadata and large sizes; both are settled here, by a reason or by going on.

    `warnings.catch_warnings` would be neater but is not safe in threads.
    """
    if _RULE not in warnings.filters:
        warnings.filterwarnings("ignore", module=_PILLOW)


_PILLOW = r"PIL\."
warnings.filterwarnings("ignore", module=_PILLOW)
_RULE = warnings.filters[0]


def _megapixels(size: tuple[int, int]) -> str:
    sentence = _("{width} × {height} pixels (limit {limit} megapixels)")
    return sentence.format(width=size[0], height=size[1], limit=PIXELS // 1_000_000)


def _reason(error: Exception, head: bytes) -> Problem:
    """Return what an error says of a picture; `head` are its first bytes. Pillow tells some kinds only by its words."""
    kind = ProblemKind
    if isinstance(error, Image.DecompressionBombError):
        return Problem(kind.TOO_LARGE, _("over the limit of {limit} megapixels").format(limit=PIXELS // 1_000_000))
    if isinstance(error, MemoryError):
        return TOO_MUCH_MEMORY
    if isinstance(error, NotAFile | IsADirectoryError):
        return Problem(kind.NOT_A_FILE)
    if isinstance(error, FileNotFoundError):
        return FILE_GONE
    if isinstance(error, PermissionError):
        return Problem(kind.UNREADABLE, marked("permission denied"))
    if isinstance(error, OSError) and error.errno is not None:
        return unreadable(error)
    known = format_of(head)
    name = _pillow_name(known)
    if isinstance(error, UnidentifiedImageError):
        if name is not None:
            return Problem(
                kind.DAMAGED, _("it begins like a {name} file, but its header cannot be read").format(name=name)
            )
        if known is not None:
            return Problem(
                kind.UNSUPPORTED,
                _("{name} files cannot be read here; convert it to JPEG or PNG").format(name=known.name),
            )
        return Problem(kind.NOT_AN_IMAGE)
    text = str(error).strip().rstrip(".")
    if isinstance(error, EOFError | struct.error) or "truncated" in text.lower():
        return Problem(
            kind.TRUNCATED, _("the {name} data ends before the picture does").format(name=name or _("image"))
        )
    if text.lower().startswith(("unsupported", "unimplemented", "unknown")):
        return Problem(
            kind.UNSUPPORTED,
            _("this kind of {name} file cannot be read here ({why})").format(name=name or _("image"), why=text),
        )
    return Problem(
        kind.DAMAGED,
        _("the {name} data cannot be decoded ({why})").format(
            name=name or _("image"), why=text or type(error).__name__
        ),
    )
