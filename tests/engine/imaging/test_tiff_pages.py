"""How many pages a TIFF file has, whatever it says."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from engine.imaging.tiff_pages import tiff_pages

BIG = b"II+\0\x08\0\0\0"


@pytest.mark.parametrize(
    "data",
    [
        BIG + struct.pack("<Q", 2**64 - 1),
        BIG + struct.pack("<QQ", 16, 2**63),
        BIG + struct.pack("<QQQ", 16, 0, 16),
        b"II*\0" + struct.pack("<I", 2**32 - 1),
    ],
)
def test_directories_at_places_that_no_file_has_are_no_pages(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.tif"
    file.write_bytes(data)
    assert tiff_pages(file) <= 1
