"""Formats of files: how each is told by its first bytes, what its files are called, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

SIGNATURE_BYTES = 132

_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)  # bytes


class PictureFormat(NamedTuple):
    """A format of files, by the `name` that a person reads.

    `signatures` are bytes with the place at which they stand in such a file: one of them tells the format. Where there
    are none, Pillow tries the format on files that announce nothing. `suffixes` are those that a scan lists, also where
    nothing here reads them, so that their owner hears why.

    `pillow` is Pillow's name of the format, "" where Pillow does not open it; `plugin` the `module:function` of another
    package that lets Pillow read it. `deep_reader` is the `module:function` that makes a `rendering.Deep` of a stream
    which Pillow does not open, and the number of a page. `is_picture` is asked whether the first bytes tell a picture
    where the file's name has no suffix: two letters may begin any text, and a PSD or an icon is no picture by itself.
    """

    name: str
    pillow: str = ""
    signatures: tuple[tuple[int, bytes], ...] = ()
    suffixes: tuple[str, ...] = ()
    plugin: str = ""
    deep_reader: str = ""
    is_picture: Callable[[bytes], bool] | None = None


def _always(_: bytes) -> bool:
    return True


_TIFF = ((0, b"II*\0"), (0, b"MM\0*"), (0, b"II+\0"), (0, b"MM\0+"))
_JPEG_2000 = ((0, b"\0\0\0\x0cjP  \r\n\x87\n"), (0, b"\xff\x4f\xff\x51"))
_HEIF = "pillow_heif:register_heif_opener"

# The first that fits is taken. Formats for which Pillow starts other programs (EPS, WMF) are never read.
FORMATS = (
    PictureFormat("JPEG", "JPEG", ((0, b"\xff\xd8\xff"),), (".jpg", ".jpeg", ".jpe", ".jfif"), is_picture=_always),
    PictureFormat("PNG", "PNG", ((0, b"\x89PNG\r\n\x1a\n"),), (".png", ".apng"), is_picture=_always),
    PictureFormat("GIF", "GIF", ((0, b"GIF8"),), (".gif",), is_picture=_always),
    PictureFormat(
        "TIFF", "TIFF", _TIFF, (".tif", ".tiff"), deep_reader="engine.imaging.raw_tiff:read", is_picture=_always
    ),
    PictureFormat("WEBP", "WEBP", ((8, b"WEBP"),), (".webp",), is_picture=lambda head: head.startswith(b"RIFF")),
    PictureFormat(
        "BMP",
        "BMP",
        ((0, b"BM"),),
        (".bmp",),
        is_picture=lambda head: int.from_bytes(head[14:18], "little") in _BMP_HEADERS,
    ),
    PictureFormat("AVIF", "AVIF", ((4, b"ftypavif"), (4, b"ftypavis")), (".avif",), is_picture=_always),
    PictureFormat("JPEG2000", "JPEG2000", _JPEG_2000, (".jp2", ".j2k", ".jpx"), is_picture=_always),
    PictureFormat("PSD", "PSD", ((0, b"8BPS"),)),
    PictureFormat("DDS", "DDS", ((0, b"DDS "),)),
    PictureFormat("QOI", "QOI", ((0, b"qoif"),), (".qoi",), is_picture=_always),
    PictureFormat("ICNS", "ICNS", ((0, b"icns"),)),
    PictureFormat("SUN", "SUN", ((0, b"\x59\xa6\x6a\x95"),)),
    PictureFormat("SGI", "SGI", ((0, b"\x01\xda"),)),
    PictureFormat("HEIC", "HEIF", ((4, b"ftyphei"), (4, b"ftyphev")), (".heic",), _HEIF, is_picture=_always),
    PictureFormat("HEIF", "HEIF", ((4, b"ftypmif1"), (4, b"ftypmsf1")), (".heif",), _HEIF, is_picture=_always),
    PictureFormat("JPEG XL", "", ((0, b"\0\0\0\x0cJXL \r\n\x87\n"), (0, b"\xff\x0a")), (".jxl",), is_picture=_always),
    PictureFormat("PDF", "", ((0, b"%PDF"),)),
    PictureFormat("PostScript", "", ((0, b"%!PS"), (0, b"\xc5\xd0\xd3\xc6"))),
    PictureFormat("SVG", "", ((0, b"<svg"),)),
    PictureFormat("OpenEXR", "", ((0, b"\x76\x2f\x31\x01"),)),
    PictureFormat("MP4", "", ((4, b"ftyp"),)),
    PictureFormat("ZIP", "", ((0, b"PK\x03\x04"),)),
    PictureFormat(
        "DICOM", "", ((128, b"DICM"),), (".dcm",), deep_reader="engine.imaging.dicom:read", is_picture=_always
    ),
    PictureFormat("PPM", "PPM", suffixes=(".ppm", ".pgm", ".pbm", ".pnm")),
    PictureFormat("ICO", "ICO", suffixes=(".ico",)),
    PictureFormat("CUR", "CUR"),
    PictureFormat("PCX", "PCX", suffixes=(".pcx",)),
    PictureFormat("XBM", "XBM"),
    PictureFormat("XPM", "XPM"),
    PictureFormat("DIB", "DIB", suffixes=(".dib",)),
    PictureFormat("TGA", "TGA", suffixes=(".tga",)),
)
IMAGE_SUFFIXES = frozenset(suffix for known in FORMATS for suffix in known.suffixes)


def format_of(head: bytes) -> PictureFormat | None:
    """Return the format that `head`, the first bytes of a file, announces, whatever its name says; None: none known."""
    return next((known for known in FORMATS if any(head.startswith(b, at) for at, b in known.signatures)), None)


def is_picture(head: bytes) -> bool:
    """Return whether `head` begins a picture, asked of files whose name says nothing of what they are."""
    known = format_of(head)
    return known is not None and known.is_picture is not None and known.is_picture(head)
