"""One decode for every kind of picture; what cannot be used says why."""

import io
import os
import re
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.errors import ImageProblem
from engine.imaging.codec import decode_here
from engine.imaging.decode import decode, decode_array, measure


def corners(image):
    return image.getpixel((2, 2)), image.getpixel((image.width - 3, image.height - 3))


RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "webp", "tif"])
def test_every_exif_orientation_comes_out_upright(save, arrow, orientation, suffix):
    from PIL import ImageOps

    turned = arrow
    for method, values in {
        Image.Transpose.FLIP_LEFT_RIGHT: (2,),
        Image.Transpose.ROTATE_180: (3,),
        Image.Transpose.FLIP_TOP_BOTTOM: (4,),
        Image.Transpose.TRANSPOSE: (5,),
        Image.Transpose.ROTATE_90: (6,),
        Image.Transpose.TRANSVERSE: (7,),
        Image.Transpose.ROTATE_270: (8,),
    }.items():
        if orientation in values:
            turned = arrow.transpose(method)
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = save(turned, f"turned.{suffix}", exif=exif, **({"lossless": True} if suffix == "webp" else {}))

    image = decode(file)

    assert image.size == (40, 30)
    assert corners(image) == (RED, BLUE)
    assert measure(file) == (40, 30)
    assert ImageOps.exif_transpose(image).size == (40, 30), "the orientation must not be applied twice"


def test_a_drafted_jpeg_is_smaller_but_upright_and_measured_whole(save, arrow):
    exif = Image.Exif()
    exif[0x0112] = 6
    file = save(arrow.resize((1600, 1200)).transpose(Image.Transpose.ROTATE_90), "photo.jpg", exif=exif)

    image = decode(file, at_least=100)

    assert image.size == (200, 150)
    assert decode(file).size == (1600, 1200)
    assert measure(file) == (1600, 1200)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "LAB", "I", "I;16", "F"])
def test_every_mode_of_pixels_becomes_rgb_or_grey(save, mode):
    names = {"LA": "x.png", "CMYK": "x.jpg", "YCbCr": "x.jpg", "P": "x.gif", "RGBA": "x.png", "1": "x.png"}
    image = Image.new("F", (8, 6), 200).convert(mode) if mode in {"I", "F"} else _filled(mode)
    file = save(image, names.get(mode, "x.tif"))

    assert decode(file).mode == "RGB"
    assert decode(file, mode="grey").mode == "L"
    assert decode_array(file).shape == (6, 8, 3)
    assert decode_array(file, mode="grey").shape == (6, 8, 1)


def _filled(mode):
    if mode == "LAB":
        from PIL import ImageCms

        lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
        return ImageCms.applyTransform(Image.new("RGB", (8, 6), (200, 100, 50)), lab)
    if mode == "I;16":
        return Image.fromarray(np.full((6, 8), 51400, np.uint16))
    return Image.new("RGB", (8, 6), (200, 200, 200)).convert(mode)


def test_sixteen_bits_are_scaled_alike_in_every_file(save):
    ramp = np.array([[0, 257, 25700, 65535]], np.uint16)
    dark = np.array([[0, 257, 514, 771]], np.uint16)

    assert decode_array(save(Image.fromarray(ramp)), mode="grey").ravel().tolist() == [0, 1, 100, 255]
    assert decode_array(save(Image.fromarray(dark)), mode="grey").ravel().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.0, 0.5, 1.0], [0, 128, 255]), ([0.0, 128.0, 255.0], [0, 128, 255]), ([-1.0, 0.0, 1.0], [0, 128, 255])],
)
def test_floating_point_pixels_are_scaled_by_the_range_they_use(save, values, expected):
    file = save(Image.fromarray(np.array([values], np.float32)), "x.tif")

    assert decode_array(file, mode="grey").ravel().tolist() == expected


def test_transparency_is_laid_on_the_chosen_background(save):
    file = save(Image.new("RGBA", (4, 4), (255, 0, 0, 0)))

    assert decode(file).getpixel((0, 0)) == (255, 255, 255)
    assert decode(file, background=(0, 0, 0)).getpixel((0, 0)) == (0, 0, 0)
    assert decode(file, mode="grey").getpixel((0, 0)) == 255


def test_a_transparent_palette_colour_shows_the_background(save):
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    file = save(image, "x.png", transparency=0)

    assert decode(file, background=(0, 0, 255)).getpixel((1, 1)) == (0, 0, 255)


def test_the_first_frame_of_an_animation_is_taken(save):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "green", "blue")]
    file = save(frames[0], "x.gif", save_all=True, append_images=frames[1:], duration=50)

    assert decode(file).getpixel((0, 0)) == RED


def test_the_content_counts_and_not_the_suffix(save, tmp_path):
    bmp = save(Image.new("RGB", (4, 4), "red"), "x.bmp")
    renamed = bmp.rename(tmp_path / "x.jpg")

    assert decode(renamed).getpixel((0, 0)) == RED


def test_names_of_any_script_and_bytes_are_read(save, tmp_path):
    file = save(Image.new("RGB", (4, 4), "red"), "사진 — ñ 😀.png")
    odd = file.rename(tmp_path / os.fsdecode(b"\xff\xfe odd.png"))

    assert decode(odd).size == (4, 4)


def test_bytes_are_decoded_like_files(save, arrow):
    file = save(arrow)

    assert decode(file.read_bytes()).tobytes() == decode(file).tobytes()


def reason(data):
    with pytest.raises(ImageProblem) as caught:
        decode(data)
    if not isinstance(data, bytes):
        with pytest.raises(ImageProblem, match=re.escape(str(caught.value))):
            measure(data)
    return str(caught.value)


def test_each_kind_of_unusable_file_has_a_reason_of_its_own(save, arrow, tmp_path):
    whole = save(arrow.resize((400, 300)), "whole.jpg").read_bytes()
    files = {
        "empty": b"",
        "text": b"this is not a picture at all, although it is called one",
        "truncated": whole[: len(whole) // 2],
        "jxl": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(40),
    }
    reasons = {}
    for name, data in files.items():
        file = tmp_path / f"{name}.jpg"
        file.write_bytes(data)
        reasons[name] = reason(file)

    assert reasons["empty"] == "empty file"
    assert reasons["text"] == "not an image"
    assert reasons["truncated"].startswith("truncated: ")
    assert reasons["jxl"] == "unsupported: JPEG XL files cannot be read here; convert it to JPEG or PNG"
    assert len(set(reasons.values())) == len(reasons)


def test_heic_is_read_where_its_decoder_is_installed_and_else_named(tmp_path, monkeypatch):
    file = tmp_path / "photo.heic"
    file.write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))

    monkeypatch.setattr("engine.imaging.codec._loaded", lambda plugin: False)
    with pytest.raises(ImageProblem) as caught:
        decode_here(file)
    assert str(caught.value) == "unsupported: HEIC files cannot be read here; convert it to JPEG or PNG"
    monkeypatch.undo()
    heif = pytest.importorskip("pillow_heif", reason="needs pillow-heif, which is not installed")
    assert reason(file).startswith("damaged: it begins like a HEIF file")
    heif.from_pillow(Image.new("RGB", (64, 32), (200, 30, 40))).save(file)
    assert decode(file).size == measure(file) == (64, 32)
    assert max(abs(a - b) for a, b in zip(decode(file).getpixel((9, 9)), (200, 30, 40), strict=True)) < 8


def test_every_beginning_of_a_picture_is_refused(save, arrow):
    for suffix in ("jpg", "png", "gif", "webp", "bmp", "tif"):
        whole = save(arrow.resize((100, 80)), f"whole.{suffix}").read_bytes()
        for share in (0.02, 0.1, 0.5, 0.9):
            cut = reason(whole[: int(len(whole) * share)])
            assert cut.startswith(("truncated: ", "damaged: ", "not an image")), (suffix, share, cut)


def test_a_missing_file_a_folder_and_a_pipe_say_what_they_are(tmp_path):
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)

    assert reason(tmp_path / "gone.jpg") == "missing: the file is not there any more"
    assert reason(tmp_path) == "not a file"
    assert reason(pipe) == "not a file"


def test_a_file_without_permission_says_so(save, arrow, monkeypatch):
    file = save(arrow)

    def refused(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)  # the tests may run as root, whom no permission binds

    with pytest.raises(ImageProblem, match="cannot be read: permission denied"):
        decode_here(file)


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (100_000, 1_800)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )

    assert reason(bomb).startswith("too large: ")


def test_postscript_is_never_run():
    assert reason(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n").startswith(
        "unsupported: PostScript"
    )


def test_warnings_of_pillow_reach_nobody(save, arrow):
    file = save(arrow.convert("P"), "x.png", transparency=bytes(range(200)))  # Pillow warns about such palettes

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        decode_here(file)

    assert not caught


def test_decoding_leaves_the_file_as_it_was(save, arrow):
    file = save(arrow, "x.jpg")
    before = file.read_bytes(), file.stat().st_mtime_ns

    decode(file)
    measure(file)

    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


def test_grey_values_of_a_colour_picture_are_its_luminance(save):
    file = save(Image.new("RGB", (2, 2), (255, 0, 0)))

    assert decode(file, mode="grey").getpixel((0, 0)) == 76  # 0.299 of red, ITU-R 601


def test_a_stream_of_bytes_in_memory_is_no_file_left_open(save, arrow):
    buffer = io.BytesIO()
    arrow.save(buffer, "PNG")

    image = decode(buffer.getvalue())

    assert image.load() is not None  # still usable after everything was closed
