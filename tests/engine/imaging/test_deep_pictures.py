"""Deep pictures become 8 bits by the range of their source, alike through every door, and never silently black."""

import io
import struct
import sys
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.errors import ImageProblem
from engine.imaging import ranges
from engine.imaging.codec import decode_here
from engine.imaging.decode import decode, measure_each
from engine.imaging.depth import deep_values
from engine.imaging.pixels import load
from engine.imaging.ranges import PixelRange, checked, from_text
from engine.imaging.thumbnails import thumbnail


def tiff(file, values, *, photometric=1, compression=1, no_data=None, planar=1, tile=None, predictor=1, order="<"):
    """A TIFF file with values (height, width) or (height, width, bands) as they are."""
    values = np.asarray(values)
    values = values[:, :, None] if values.ndim == 2 else values
    height, width, bands = values.shape
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    planes = [values[:, :, [n]] for n in range(bands)] if planar == 2 else [values]
    pieces = []
    for plane in planes:
        if tile is None:
            pieces.append(plane)
            continue
        padded = np.zeros((-(-height // tile) * tile, -(-width // tile) * tile, plane.shape[2]), values.dtype)
        padded[:height, :width] = plane
        pieces += [
            padded[y : y + tile, x : x + tile]
            for y in range(0, len(padded), tile)
            for x in range(0, padded.shape[1], tile)
        ]
    if predictor == 2:
        pieces = [np.concatenate([p[:, :1], np.diff(p, axis=1)], axis=1).astype(values.dtype) for p in pieces]
    data = [p.astype(values.dtype.newbyteorder(order)).tobytes() for p in pieces]
    data = [zlib.compress(d) for d in data] if compression == 8 else data
    offsets, place = [], 8
    for piece in data:
        offsets.append(place)
        place += len(piece)
    where = (324, 325) if tile else (273, 279)
    tags = {
        256: [width],
        257: [height],
        258: [values.dtype.itemsize * 8] * bands,
        259: [compression],
        262: [photometric],
    }
    tags |= {where[0]: offsets, 277: [bands], where[1]: [len(d) for d in data], 284: [planar], 317: [predictor]}
    tags |= {322: [tile], 323: [tile]} if tile else {278: [height]}
    tags |= {339: [kind] * bands}
    texts = {42113: no_data.encode() + b"\0"} if no_data else {}
    entries, more = b"", b""
    begin = place + 2 + 12 * (len(tags) + len(texts)) + 4
    for tag in sorted([*tags, *texts]):
        content = texts.get(tag) or struct.pack(f"{order}{len(tags[tag])}I", *tags[tag])
        count = len(texts[tag]) if tag in texts else len(tags[tag])
        if len(content) > 4:
            more, content = more + content, struct.pack(f"{order}I", begin + len(more))
        entries += struct.pack(f"{order}HHI", tag, 2 if tag in texts else 4, count) + content.ljust(4, b"\0")
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, place)
    directory = struct.pack(f"{order}H", len(tags) + len(texts)) + entries + struct.pack(f"{order}I", 0)
    file.write_bytes(head + b"".join(data) + directory + more)
    return file


def ramp(low, high, dtype, shape=(8, 9)):
    return np.linspace(low, high, int(np.prod(shape))).astype(dtype).reshape(shape)


def grey(file, pixel_range=None):
    return np.asarray(decode(file, mode="grey", pixel_range=pixel_range))


@pytest.mark.parametrize("bits", [8, 16])
def test_pictures_of_white_is_zero_look_like_the_others(tmp_path, bits):
    dtype, top = (np.uint8, 255) if bits == 8 else (np.uint16, 65535)
    values = ramp(0, top, dtype)
    black = tiff(tmp_path / "black.tif", values)
    white = tiff(tmp_path / "white.tif", top - values, photometric=0)

    assert np.abs(grey(black).astype(int) - grey(white)).max() <= 1
    assert (grey(white).min(), grey(white).max()) == (0, 255)


def test_numbers_that_are_none_and_no_data_are_black_and_leave_the_others_as_they_are(tmp_path):
    values = ramp(0, 1, np.float32)
    expected = grey(tiff(tmp_path / "whole.tif", values))
    values[0, 0], values[1, 1], values[2, 2] = np.nan, np.inf, -9999

    found = grey(tiff(tmp_path / "holes.tif", values, no_data="-9999"))

    hole = np.isin(np.arange(values.size).reshape(values.shape), [0, 10, 20])
    assert (found[hole] == 0).all()
    assert np.array_equal(found[~hole], expected[~hole])


@pytest.mark.parametrize(
    ("dtype", "bands", "options"),
    [
        (np.uint16, 13, {}),
        (np.uint16, 13, {"planar": 2}),
        (np.uint16, 13, {"tile": 16, "compression": 8}),
        (np.uint16, 5, {"predictor": 2, "compression": 8}),
        (np.float32, 2, {"order": ">"}),
        (np.float64, 1, {}),
        (np.float16, 1, {"tile": 16}),
        (np.int16, 4, {"planar": 2, "compression": 8}),
        (np.uint8, 6, {}),
    ],
)
def test_tiff_files_of_any_bands_and_numbers_keep_their_values(tmp_path, dtype, bands, options):
    values = np.random.default_rng(2).integers(0, 200, (21, 18, bands)).astype(dtype)
    file = tiff(tmp_path / "x.tif", values, **options)

    assert np.array_equal(np.squeeze(deep_values(file)), np.squeeze(values))
    found = np.asarray(decode(file, pixel_range=PixelRange(0, 255)))
    shown = {1: [0, 0, 0], 2: [0, 1, 0], 13: [3, 2, 1]}.get(bands, [0, 1, 2])
    assert np.array_equal(found, values[:, :, shown])


def test_three_bands_are_chosen_and_scaled_by_the_range(tmp_path):
    values = np.random.default_rng(2).integers(100, 1101, (12, 10, 13)).astype(np.uint16)
    file = tiff(tmp_path / "x.tif", values)

    found = np.asarray(decode(file, pixel_range=PixelRange(100, 1100, (9, 1, 13))))

    assert np.array_equal(found, np.floor((values[:, :, [8, 0, 12]] - 100) * 0.255 + 0.5))


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_colours_of_16_bits_are_scaled_by_the_range(tmp_path, suffix):
    import cv2

    values = np.random.default_rng(2).integers(100, 1101, (12, 10, 3)).astype(np.uint16)
    cv2.imwrite(str(tmp_path / f"x.{suffix}"), values[:, :, ::-1])

    found = np.asarray(decode(tmp_path / f"x.{suffix}", pixel_range=PixelRange(100, 1100)))

    assert np.array_equal(found, np.floor((values - 100.0) * 0.255 + 0.5))


def test_a_compression_that_is_not_read_is_told_with_what_to_do(tmp_path):
    file = tiff(tmp_path / "x.tif", ramp(0, 1, np.uint16, (4, 4, 7)))
    data = bytearray(file.read_bytes())
    place = data.index(struct.pack("<HHII", 259, 4, 1, 1))
    data[place : place + 12] = struct.pack("<HHII", 259, 4, 1, 5)
    file.write_bytes(data)

    with pytest.raises(ImageProblem, match="unsupported: 7 bands of 16 bits with LZW"):
        decode(file)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 700), st.binary(min_size=1, max_size=8))
def test_damaged_files_of_many_bands_give_pixels_or_a_problem(tmp_path_factory, place, junk):
    file = tiff(tmp_path_factory.mktemp("raw") / "x.tif", ramp(0, 900, np.uint16, (5, 5, 7)), tile=16, compression=8)
    data = bytearray(file.read_bytes())
    data[place : place + len(junk)] = junk
    try:
        decode_here(bytes(data[:10_000]))
    except ImageProblem as problem:
        assert str(problem)  # noqa: PT017


def test_the_range_of_a_source_is_that_of_all_doors(tmp_path):
    file = tiff(tmp_path / "x.tif", ramp(290, 304, np.float32, (40, 40)))
    flat = grey(file)
    facts = file.stat()
    before = thumbnail(file, side=32, size_bytes=10**6, modified_ns=facts.st_mtime_ns)

    ranges.know({str(tmp_path): PixelRange(290, 304)})
    try:
        found = grey(file)
        seen = load(file, size=(40, 40), channels="grey")[..., 0]
        small = thumbnail(file, side=32, size_bytes=10**6, modified_ns=facts.st_mtime_ns)
        assert not measure_each([file])[0].flat
        with pytest.raises(ImageProblem):
            decode(tmp_path / "none.tif")
    finally:
        ranges.know({str(tmp_path): None})

    assert len(np.unique(flat)) < 20
    assert (found.min(), found.max()) == (0, 255)
    assert np.array_equal(seen, found)
    assert np.ptp(np.asarray(before)) < 40
    assert np.ptp(np.asarray(small)) > 200, "the cache holds the older one under another name"
    assert np.array_equal(grey(file, PixelRange(290, 304)), found)


def test_a_source_in_another_has_its_own_range(tmp_path):
    inner = tmp_path / "inner"
    ranges.know({str(tmp_path): PixelRange(0, 1), str(inner): PixelRange(0, 2)})
    try:
        assert ranges.range_of(str(inner / "x.tif")) == PixelRange(0, 2)
        assert ranges.range_of(str(tmp_path / "x.tif")) == PixelRange(0, 1)
        assert ranges.range_of(f"{tmp_path}-other/x.tif") is None
    finally:
        ranges.know({str(tmp_path): None, str(inner): None})


@pytest.mark.parametrize(
    "wrong", [(1, 1, None), (2, 1, None), (0, float("nan"), None), (0, 1, [1, 2]), (0, 1, [0, 1, 2])]
)
def test_what_is_no_range_is_refused_and_read_as_none(wrong):
    with pytest.raises(ValueError, match="expected"):
        checked(*wrong)
    assert from_text(str(list(wrong)).replace("None", "null")) is None


@given(st.one_of(st.none(), st.text(max_size=20)))
def test_any_text_in_the_place_of_a_range_is_read(text):
    found = from_text(text)
    assert found is None or isinstance(found, PixelRange)


@pytest.mark.parametrize("text", ["[" * 100_000, "[1" + "0" * 400 + ", 2, null]", "[1, 1e400, null]", "{}", "[1, 2]"])
def test_text_that_nobody_would_write_in_the_place_of_a_range_is_none(text):
    assert from_text(text) is None


def test_a_range_is_kept_as_text():
    for found in (PixelRange(290.25, 303.65), PixelRange(-20, 0, (1, 2, 1))):
        assert from_text(found.to_text()) == found


def dicom(file, values, **facts):
    pydicom = pytest.importorskip("pydicom", reason="needs the extra package pydicom")
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, pydicom.uid.generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset(str(file), {}, file_meta=meta, preamble=bytes(128))
    made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
    made.Rows, made.Columns = values.shape
    made.SamplesPerPixel, made.BitsAllocated, made.BitsStored, made.HighBit = 1, 16, 12, 11
    made.PixelRepresentation, made.PhotometricInterpretation = 0, "MONOCHROME2"
    for name, value in facts.items():
        setattr(made, name, value)
    made.PixelData = values.astype("<u2").tobytes()
    made.save_as(file, enforce_file_format=True)
    return file


@pytest.mark.parametrize("inverted", [True, False])
def test_medical_pictures_are_read_in_their_units(tmp_path, inverted):
    values = ramp(0, 4095, np.uint16)
    kind = "MONOCHROME1" if inverted else "MONOCHROME2"
    file = dicom(tmp_path / "x.dcm", values, PhotometricInterpretation=kind, RescaleSlope="1", RescaleIntercept="-1024")

    whole = decode_here(file, mode="grey", pixel_range=PixelRange(-1024, 3071))
    found = np.asarray(whole).astype(int)

    assert np.abs((255 - found if inverted else found) - values / 4095 * 255).max() <= 1


def test_a_medical_picture_without_pydicom_is_told_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pydicom", None)
    (tmp_path / "x.dcm").write_bytes(bytes(128) + b"DICM" + bytes(50))

    with pytest.raises(ImageProblem, match="pip install pydicom"):
        decode_here(tmp_path / "x.dcm")


def test_a_picture_of_8_bits_is_as_it_was_in_a_source_with_a_range(tmp_path):
    data = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (9, 9, 3), np.uint8)).save(data, "PNG")

    assert np.array_equal(decode(data.getvalue()), decode(data.getvalue(), pixel_range=PixelRange(0, 10)))


@pytest.fixture
def cases(shared_data, tmp_path):
    with zipfile.ZipFile(shared_data / "import-cases.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path


def test_white_is_zero_pictures_that_people_sent(cases):
    folder = cases / "08-16-bit-white-is-zero" / "data"

    for bits in (8, 16):
        black, white = (grey(folder / f"{kind}_is_zero" / f"0_{bits}.tif").astype(int) for kind in ("black", "white"))
        assert np.abs(black - white).max() <= 1
