"""One resize, three ways to fit."""

import numpy as np
import pytest
from PIL import Image

from engine.imaging.pixels import load
from engine.imaging.resize import fit, resize


@pytest.fixture
def wide() -> Image.Image:
    """60 × 20: red, white and blue thirds."""
    image = Image.new("RGB", (60, 20), "white")
    image.paste("red", (0, 0, 20, 20))
    image.paste("blue", (40, 0, 60, 20))
    return image


@pytest.mark.parametrize("method", ["stretch", "crop", "letterbox"])
@pytest.mark.parametrize("size", [(20, 20), (7, 31), (100, 3), (1, 1)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_result_has_exactly_the_size_and_mode(wide, method, size, mode):
    result = resize(wide.convert(mode), size, method=method)

    assert (result.size, result.mode) == (size, mode)


def test_stretch_shows_everything(wide):
    result = resize(wide, (30, 30))

    assert [result.getpixel((x, 15)) for x in (3, 15, 27)] == [(255, 0, 0), (255, 255, 255), (0, 0, 255)]


def test_crop_shows_the_middle_alone(wide):
    result = resize(wide, (20, 20), method="crop")

    assert result.getcolors() == [(400, (255, 255, 255))]


def test_letterbox_shows_everything_within_borders(wide):
    result = resize(wide, (30, 30), method="letterbox", background=(0, 255, 0))

    assert result.getpixel((15, 0)) == (0, 255, 0)
    assert result.getpixel((15, 29)) == (0, 255, 0)
    assert [result.getpixel((x, 15)) for x in (3, 15, 27)] == [(255, 0, 0), (255, 255, 255), (0, 0, 255)]


def test_an_unknown_method_is_refused(wide):
    with pytest.raises(ValueError, match="expected stretch, crop or letterbox, found 'squeeze'"):
        resize(wide, (8, 8), method="squeeze")


@pytest.mark.parametrize(("size", "into"), [((4000, 1), (64, 64)), ((1, 4000), (64, 64)), ((3, 3), (64, 10))])
def test_extreme_shapes_keep_at_least_one_pixel(size, into):
    width, height = fit(size, into)

    assert 1 <= width <= into[0]
    assert 1 <= height <= into[1]


def test_shrinking_averages_and_does_not_skip():
    stripes = np.tile(np.array([0, 255], np.uint8), (64, 32))

    result = np.asarray(resize(Image.fromarray(stripes), (8, 8)))

    assert np.abs(result.astype(int) - 128).max() < 25


@pytest.mark.parametrize(("channels", "depth"), [("rgb", 3), ("grey", 1)])
def test_loaded_pixels_have_height_width_and_channels(tmp_path, wide, channels, depth):
    wide.save(tmp_path / "x.png")

    pixels = load(tmp_path / "x.png", size=(12, 9), channels=channels)

    assert (pixels.shape, pixels.dtype) == ((9, 12, depth), np.uint8)


def test_a_drafted_photograph_looks_like_a_whole_one(tmp_path):
    """Decoding large JPEGs smaller is for speed and must not change what a network sees."""
    y, x = np.mgrid[0:1200, 0:1600]
    smooth = np.stack([x * 255 // 1600, y * 255 // 1200, (x + y) * 255 // 2800], axis=2).astype(np.uint8)
    Image.fromarray(smooth).save(tmp_path / "x.jpg", quality=95)
    Image.fromarray(smooth).save(tmp_path / "x.png")

    drafted, whole = (load(tmp_path / name, size=(64, 64)).astype(int) for name in ("x.jpg", "x.png"))

    assert np.abs(drafted - whole).max() <= 6
