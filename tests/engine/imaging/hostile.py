"""Pictures that are made to harm whatever decodes them, and decoders that do."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

# Python runs a `sitecustomize` on its path in every process. This one gives Pillow a decoder of "QOI" that does what
# the file says: as a decoder with a fault would, for one file among good ones.
FAULTY = """
import ctypes, io, os, sys, time
from PIL import Image, ImageFile

if sys.argv[-1:] == ["decode"]:
    time.sleep(float(os.environ.get("SECONDS_TO_START", "0")))

class Faulty(ImageFile.ImageFile):
    format = "QOI"

    def _open(self):
        what = self.fp.read()[4:].strip()
        if what == b"crash":
            ctypes.string_at(0)
        elif what == b"sleep":
            time.sleep(1000)
        elif what == b"spin":
            while True:
                pass
        elif what == b"eat":
            held = []
            while True:
                held.append(bytearray(64 * 2**20))
        elif what == b"crash slowly":  # as where a busy system has closed its files and not ended it yet
            os.closerange(0, 10)
            time.sleep(2)
            ctypes.string_at(0)
        elif what == b"lie":
            for descriptor in range(3, 10):
                try:
                    os.write(descriptor, b"p" + b"\\xff" * 400)
                except OSError:
                    pass
            os._exit(0)
        raise SyntaxError("no such fault")

Image.register_open("QOI", Faulty, lambda prefix: prefix[:4] == b"qoif")
"""
FAULTS = ("crash", "sleep", "spin", "eat", "lie")


def faulty_decoder(folder: Path) -> dict[str, str]:
    """The environment of a process whose decoders are faulty."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(FAULTY)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def fault(file: Path, what: str) -> Path:
    """A file over which the faulty decoder does `what`."""
    file.write_bytes(b"qoif" + what.encode())
    return file


def progressive_jpeg(file: Path, *, scans: int, side: int = 4000) -> Path:
    """A small JPEG whose last scan, of a few bytes, comes thousands of times; each goes over all pixels."""
    file.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    Image.new("RGB", (side, side), "grey").save(stream, "JPEG", progressive=True, quality=20)
    data = stream.getvalue()
    last = data.rindex(b"\xff\xda")
    file.write_bytes(data[:last] + data[last:-2] * scans + b"\xff\xd9")
    return file


def packed_zeros(size: int, times: int) -> bytes:
    """What zlib makes of `times` blocks of so many zeros, of which one is packed here."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packer.compress(bytes(size)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = (size * times % 65521) << 16 | 1  # Adler-32 of zeros
    return b"\x78\xda" + block * times + packer.flush() + struct.pack(">I", check)


def png_bomb(file: Path, *, side: int = 13_000) -> Path:
    """A PNG of half a megabyte and 169 million pixels of four bytes, just under the limit of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packed = packed_zeros((1 + 4 * side) * 100, side // 100)
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b""))
    return file


def tiff(file: Path, tags: list[tuple[int, int, int, int]], *, then: int = 0, behind: bytes = b"") -> Path:
    """A TIFF of one directory with these entries (tag, type, count, value); `then`: where the next directory is."""
    entries = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    file.write_bytes(b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + struct.pack("<I", then) + behind)
    return file


def tiff_bomb(file: Path) -> Path:
    """A TIFF of some kilobytes whose one deflated strip unpacks to 160 million pixels of floating point."""
    side = 12_600
    strip = packed_zeros(4 * side * 100, side // 100)
    at = 8 + 2 + 12 * 10 + 4
    tags = [
        *((256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 32), (259, 3, 1, 8), (262, 3, 1, 1)),
        *((273, 4, 1, at), (277, 3, 1, 1), (278, 4, 1, side), (279, 4, 1, len(strip)), (339, 3, 1, 3)),
    ]
    return tiff(file, tags, behind=strip)


def looping_tiff(file: Path) -> Path:
    """A TIFF whose directory is followed by itself, and whose EXIF and sub-directories are itself, too."""
    tags = [
        *((256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1)),
        *((273, 4, 1, 8), (278, 4, 1, 8), (279, 4, 1, 64), (330, 4, 1, 8), (34665, 4, 1, 8), (34853, 4, 1, 8)),
    ]
    return tiff(file, tags, then=8, behind=bytes(64))


def deep_tiff(file: Path, *, directories: int = 100_000) -> Path:
    """A TIFF with a chain of directories, each followed by the next."""
    tags = [(256, 8), (257, 8), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 8), (279, 64)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    data = bytearray(b"II*\0\x08\0\0\0")
    for _ in range(directories):
        data += struct.pack("<H", len(tags)) + entries + struct.pack("<I", len(data) + 2 + len(entries) + 4)
    file.write_bytes(bytes(data))
    return file


def tiff_of_a_huge_tag(file: Path) -> Path:
    """A TIFF whose description claims four gigabytes."""
    tags = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (262, 3, 1, 1), (270, 2, 0xFFFFFFF0, 8), (273, 4, 1, 8)]
    return tiff(file, tags, behind=bytes(64))


def generated(folder: Path) -> list[Path]:
    """One of each."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        progressive_jpeg(folder / "scans.jpg", scans=5000),
        png_bomb(folder / "bomb.png"),
        tiff_bomb(folder / "bomb.tif"),
        looping_tiff(folder / "loop.tif"),
        deep_tiff(folder / "deep.tif"),
        tiff_of_a_huge_tag(folder / "tag.tif"),
    ]


def good(folder: Path, count: int) -> list[Path]:
    """Small pictures that nothing is wrong with."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"good{number:03}.png" for number in range(count)]
    for number, file in enumerate(files):
        Image.fromarray(np.full((8, 8, 3), number % 256, np.uint8)).save(file)
    return files
