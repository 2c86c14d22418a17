"""Values of more than 8 bits are read as they are, upright, and as `decode` sees them scaled."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.imaging.decode import decode_array
from engine.imaging.depth import deep_values

GREY = (np.arange(6 * 4) * 2731).reshape(4, 6).astype(np.uint16)
COLOUR = (np.arange(6 * 4 * 3) * 907).reshape(4, 6, 3).astype(np.uint16)


@pytest.mark.parametrize("suffix", [".png", ".tiff", ".pgm"])
def test_sixteen_bits_of_grey(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"grey{suffix}"
    file.write_bytes(cv2.imencode(suffix, GREY)[1].tobytes())
    found = deep_values(file)
    assert found is not None
    assert (found == GREY).all()
    assert np.abs(decode_array(file)[:, :, 0].astype(int) - np.rint(GREY / 257)).max() <= 1


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bits_of_each_colour(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"colour{suffix}"
    file.write_bytes(cv2.imencode(suffix, COLOUR[:, :, ::-1])[1].tobytes())
    found = deep_values(file)
    assert found is not None
    assert (found == COLOUR).all()


def test_transparency_comes_last(tmp_path: Path) -> None:
    values = np.dstack([COLOUR, np.full((4, 6), 65535, np.uint16)])
    file = tmp_path / "clear.png"
    file.write_bytes(cv2.imencode(".png", values[:, :, [2, 1, 0, 3]])[1].tobytes())
    found = deep_values(file)
    assert found is not None
    assert (found == values).all()


def test_floating_point(tmp_path: Path) -> None:
    file = tmp_path / "float.tiff"
    Image.fromarray(GREY.astype(np.float32) / 7).save(file)
    found = deep_values(file)
    assert found is not None
    assert np.allclose(found, GREY / 7)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_as_decode_turns_it(tmp_path: Path, orientation: int) -> None:
    file = tmp_path / "turned.tiff"
    Image.fromarray(GREY).save(file, tiffinfo={0x0112: orientation})
    found = deep_values(file)
    assert found is not None
    eight = decode_array(file)[:, :, 0].astype(int)
    assert eight.shape == found.shape
    assert np.abs(eight - np.rint(found / 257)).max() <= 1


def test_eight_bits_and_what_is_no_picture_have_none(tmp_path: Path) -> None:
    file = tmp_path / "plain.png"
    Image.new("RGB", (4, 4)).save(file)
    assert deep_values(file) is None
    file.write_bytes(b"no picture")
    assert deep_values(file) is None
    assert deep_values(tmp_path / "gone.png") is None


def test_a_form_that_no_picture_is_read_from_is_not_opened_for_its_depth_either(tmp_path: Path) -> None:
    file = tmp_path / "values.spi"
    Image.fromarray(GREY.astype(np.float32)).save(
        file, "SPIDER"
    )  # Pillow would open it, as it would what starts Ghostscript
    assert deep_values(file) is None
