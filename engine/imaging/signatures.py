"""Formats of files by their first bytes, whatever their names say; and the names that pictures have."""

from __future__ import annotations

SIGNATURE_BYTES = 132

# What a scan lists as images. Some of these (JPEG XL) cannot be decoded: listed, so that their owner hears why.
IMAGE_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("jpg", "jpeg", "jpe", "jfif", "png", "apng", "bmp", "dib", "gif", "tif", "tiff", "webp", "avif", "ico"),
        *("ppm", "pgm", "pbm", "pnm", "jp2", "j2k", "jpx", "tga", "pcx", "qoi", "heic", "heif", "jxl", "dcm"),
    )
)

# Formats that Pillow reads for us: (offset, bytes, Pillow's name).
_READABLE: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF8", "GIF"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
    (0, b"MM\0+", "TIFF"),
    (8, b"WEBP", "WEBP"),
    (0, b"BM", "BMP"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG2000"),
    (0, b"8BPS", "PSD"),
    (0, b"DDS ", "DDS"),
    (0, b"qoif", "QOI"),
    (0, b"icns", "ICNS"),
    (0, b"\x59\xa6\x6a\x95", "SUN"),
    (0, b"\x01\xda", "SGI"),
)

# Known for what they are, but not opened by Pillow; HEIC and DICOM are read with a library of their own.
# (offset, bytes, name as a person knows it)
_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyphei", "HEIC"),
    (4, b"ftyphev", "HEIC"),
    (4, b"ftypmif1", "HEIF"),
    (4, b"ftypmsf1", "HEIF"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"%PDF", "PDF"),
    (0, b"%!PS", "PostScript"),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript"),
    (0, b"<svg", "SVG"),
    (0, b"\x76\x2f\x31\x01", "OpenEXR"),
    (4, b"ftyp", "MP4"),
    (0, b"PK\x03\x04", "ZIP"),
    (128, b"DICM", "DICOM"),
)

_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)  # bytes


def readable_format(head: bytes) -> str | None:
    """Pillow's name of the format that `head`, the first bytes of a file, announces; None when none is known."""
    return _match(head, _READABLE)


def foreign_format(head: bytes) -> str | None:
    """Return the name of a format that Pillow does not open, such as "HEIC"; None when `head` tells nothing."""
    return _match(head, _FOREIGN)


def is_picture(head: bytes) -> bool:
    """Return whether `head` begins a picture, asked of files whose name says nothing of what they are.

    Stricter than `readable_format`: two letters may begin any text, and a PSD or an icon is no picture by itself.
    """
    match readable_format(head):
        case "BMP":
            return int.from_bytes(head[14:18], "little") in _BMP_HEADERS
        case "WEBP":
            return head.startswith(b"RIFF")
        case None:
            return foreign_format(head) in ("HEIC", "HEIF", "JPEG XL", "DICOM")
        case name:
            return name in ("JPEG", "PNG", "GIF", "TIFF", "AVIF", "JPEG2000", "QOI")


def _match(head: bytes, table: tuple[tuple[int, bytes, str], ...]) -> str | None:
    for offset, magic, name in table:
        if head.startswith(magic, offset):
            return name
    return None
