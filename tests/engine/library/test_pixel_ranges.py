"""An import finds one range for the deep pictures of a source; it is kept, shown, changed, and used by models."""

import io
import json
import struct
import zipfile

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import ImageProblem, UsageError
from engine.events import Log
from engine.imaging.decode import decode_array
from engine.imaging.ranges import PixelRange, from_text
from engine.library import split_choices
from engine.library.importers.detect import detect
from engine.library.project import Project
from engine.library.query import Filter, image_ids, images, problems, sources
from tests.engine.imaging.test_deep_pictures import tiff

RNG = np.random.default_rng(4)


@pytest.fixture
def microscope(tmp_path):
    """Values of 100 to 330 in files of 16 bits, in two classes."""
    for number in range(8):
        folder = tmp_path / "cells" / ("round" if number % 2 else "square")
        folder.mkdir(parents=True, exist_ok=True)
        values = RNG.integers(100, 200, (20, 20)).astype(np.uint16)
        values[5:12, 5:12] = 330
        tiff(folder / f"{number}.tif", values)
    return tmp_path / "cells"


def pixels(project):
    return np.stack([decode_array(i.file, mode="grey") for i in images(project, image_ids(project, Filter()))])


def told(events):
    return [event.message for event in events if isinstance(event, Log)]


def test_dim_pictures_get_the_range_that_they_use_and_it_outlives_the_program(microscope, project, add):
    events = []

    add(microscope, events=events)

    assert [source.pixel_range for source in sources(project)] == [PixelRange(100, 330)]
    assert any("over the values 100 to 330" in text for text in told(events))
    assert detect(microscope).pixel_range == PixelRange(100, 330)
    assert (pixels(project).min(), pixels(project).max()) == (0, 255)
    with Project.open(project.folder, read_only=True) as again:
        assert sources(again)[0].pixel_range == PixelRange(100, 330)


def test_pictures_that_use_their_scale_keep_it(tmp_path, project, add):
    (tmp_path / "p").mkdir()
    Image.fromarray(RNG.integers(0, 60000, (9, 9)).astype(np.uint16)).save(tmp_path / "p" / "x.png")

    add(tmp_path / "p")

    assert sources(project)[0].pixel_range == PixelRange(0, 65535)


def test_pictures_of_8_bits_need_no_range(pictures, project, add):
    events = []

    add(pictures("a/1.png", "b/2.png"), events=events)

    assert sources(project)[0].pixel_range is None
    assert not any("black to white" in text for text in told(events))


def test_numbers_that_are_none_and_no_data_are_left_out_of_the_range(tmp_path, project, add):
    values = RNG.uniform(290, 304, (20, 20)).astype(np.float32)
    values[:3] = -9999
    values[4, 4], values[5, 5] = np.nan, -3.4e38
    (tmp_path / "p").mkdir()
    tiff(tmp_path / "p" / "x.tif", values)

    add(tmp_path / "p")

    found = sources(project)[0].pixel_range
    assert 289 < found.low < 292
    assert 302 < found.high < 305


def test_a_range_and_bands_that_a_person_wants_are_used_and_can_be_changed_later(tmp_path, project, add):
    (tmp_path / "p").mkdir()
    tiff(tmp_path / "p" / "x.tif", RNG.integers(0, 2000, (9, 9, 13)).astype(np.uint16))

    add(tmp_path / "p")
    assert sources(project)[0].pixel_range.bands == (4, 3, 2)
    add(tmp_path / "p", value_range=(0, 1000), bands=(8, 4, 3))
    assert sources(project)[0].pixel_range == PixelRange(0, 1000, (8, 4, 3))
    add(tmp_path / "p")
    assert sources(project)[0].pixel_range == PixelRange(0, 1000, (8, 4, 3)), "it stays what a person wanted"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"value_range": (5, 5)}, "lower and a higher"),
        ({"bands": (1, 2, 20)}, "no bands 1, 2, 20"),
        ({"bands": (0, 1, 1)}, "three bands"),
    ],
)
def test_a_range_that_is_none_is_an_error(microscope, add, options, said):
    with pytest.raises(UsageError, match=said):
        add(microscope, **options)


def test_a_range_without_effect_is_an_error(pictures, add):
    with pytest.raises(UsageError, match=r"of \d pictures of .* none has more than 8 bits"):
        add(pictures("a/1.png"), value_range=(0, 10))


def test_who_changes_only_the_range_keeps_how_the_source_is_divided(microscope, project, add):
    add(microscope, split="training")
    add(microscope, value_range=(0, 4000))
    (source,) = sources(project)
    assert (source.pixel_range.high, split_choices.from_text(source.choices).split) == (4000, "training")

    add(microscope, split="auto")
    assert sources(project)[0].choices is None, "an import that says nothing else divides by default"


def test_pictures_that_come_out_flat_are_told(microscope, project, add):
    events = []

    add(microscope, value_range=(1000, 2000), events=events)

    assert any(text.startswith("8 deep pictures, such as round/1.tif, are one flat colour") for text in told(events))


def test_the_command_line_takes_a_range_and_shows_it(microscope, tmp_path, capfd):
    from main import main

    project = str(tmp_path / "p.pigeonhole")
    assert main(["import", project, str(microscope), "--range", "0", "500"]) == 0
    capfd.readouterr()
    assert main(["info", project]) == 0
    assert "black to white over the values 0 to 500" in capfd.readouterr().out
    assert main(["info", project, "--json"]) == 0
    last = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert "0 to 500" in json.dumps(last)
    assert main(["import", project, str(microscope), "--bands", "red"]) == 2


def planes(file, form, values=(40, 90, 200)):
    """A file with a plane of each of these values (a corner is half as bright), as microscopes write them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    scale = 1 if form in ("L", "RGB") else 256
    made = []
    for value in values:
        plane = np.full((8, 8), value * scale, np.uint8 if scale == 1 else np.uint16)
        plane[:4, :4] //= 2
        made.append(np.stack([plane] * 3, axis=2) if "RGB" in form else plane)
    if form == "RGB;16":
        cv2.imwritemulti(str(file), made)
        return
    pages = [Image.fromarray(plane) for plane in made]
    pages[0].save(file, save_all=True, append_images=pages[1:])


@pytest.mark.parametrize("form", ["L", "RGB", "I;16", "RGB;16"])
def test_the_plane_that_is_chosen_is_shown_measured_and_kept_with_the_source(form, tmp_path, project, add):
    for name in ("cat/a.ome.tif", "dog/b.ome.tif"):
        planes(tmp_path / "p" / name, form)
    add(tmp_path / "p", value_range=None if form in ("L", "RGB") else (0, 65535))
    assert set(pixels(project)[:, 7, 7, 0].tolist()) == {40}

    events = []
    add(tmp_path / "p", page=3, events=events)

    assert any("(b.ome.tif has 3)" in text or "(a.ome.tif has 3)" in text for text in told(events))
    assert any("number 3 is shown" in text for text in told(events))
    shown = pixels(project)[:, :, :, 0]
    assert (shown[:, 7, 7] > 190).all()
    assert (shown[:, 0, 0] < shown[:, 7, 7]).all()
    assert not list(problems(project))
    with Project.open(project.folder, read_only=True) as again:
        assert sources(again)[0].pixel_range.page == 3


def test_the_range_is_that_of_the_plane_that_is_shown(tmp_path):
    planes(tmp_path / "p" / "a.tif", "I;16", (1, 4, 200))

    assert detect(tmp_path / "p").pixel_range == PixelRange(128, 256)
    assert detect(tmp_path / "p", page=2).pixel_range == PixelRange(512, 1024, page=2)


def test_a_file_with_one_page_shows_that_and_one_with_too_few_says_so(tmp_path, project, add):
    planes(tmp_path / "p" / "1.tif", "L", (40,))
    planes(tmp_path / "p" / "2.tif", "L", (40, 90))
    planes(tmp_path / "p" / "3.tif", "L", (40, 90, 200))

    add(tmp_path / "p", page=3)

    assert [p.problem for p in problems(project)] == [
        "unsupported: page 3 was chosen to be shown, but this file has 2 pages"
    ]
    good = {i.path: decode_array(i.file, mode="grey")[7, 7, 0] for i in images(project, image_ids(project, Filter()))}
    assert (good["1.tif"], good["3.tif"]) == (40, 200)


def test_a_page_that_no_picture_has_is_an_error(tmp_path, pictures, add):
    planes(tmp_path / "p" / "1.tif", "L")
    with pytest.raises(UsageError, match="have at most 3 pages, so there is no page 4"):
        add(tmp_path / "p", page=4)
    with pytest.raises(UsageError, match="have one page each, so there is no page 2"):
        add(pictures("a/1.png"), page=2)


def test_the_plane_of_a_file_that_pillow_does_not_open(tmp_path):
    """Of pages of 16-bit fractions, which are read by our own reader."""
    from engine.imaging.raw_tiff import read

    first, second = tmp_path / "1.tif", tmp_path / "2.tif"
    for file, value in ((first, 0.25), (second, 0.75)):
        tiff(file, np.full((4, 4), value, np.float16))
    data, other = bytearray(first.read_bytes()), second.read_bytes()
    chained = _with_second_page(data, other)

    assert float(read(io.BytesIO(chained), 1).values[0, 0]) == 0.25
    assert float(read(io.BytesIO(chained), 2).values[0, 0]) == 0.75
    with pytest.raises(ImageProblem, match="this file has 2 pages"):
        read(io.BytesIO(chained), 3)
    assert float(read(io.BytesIO(other), 3).values[0, 0]) == 0.75, "a file with one page has no other"


def _with_second_page(data, other):
    """The file with the page of another one behind its own; all places in that are moved."""
    shift = len(data)
    order = "<" if data[:2] == b"II" else ">"
    (begin,) = struct.unpack(f"{order}I", data[4:8])
    (entries,) = struct.unpack(f"{order}H", data[begin : begin + 2])
    struct.pack_into(f"{order}I", data, begin + 2 + 12 * entries, shift + struct.unpack(f"{order}I", other[4:8])[0])
    moved = bytearray(other)
    (begin,) = struct.unpack(f"{order}I", moved[4:8])
    (entries,) = struct.unpack(f"{order}H", moved[begin : begin + 2])
    for n in range(entries):
        place = begin + 2 + 12 * n
        tag, kind, count = struct.unpack(f"{order}HHI", moved[place : place + 8])
        size = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}[kind] * count
        if tag == 273 or size > 4:
            (where,) = struct.unpack(f"{order}I", moved[place + 8 : place + 12])
            struct.pack_into(f"{order}I", moved, place + 8, where + shift)
    return bytes(data) + bytes(moved)


@pytest.mark.parametrize(
    "text", ["[0, 1, null, 0]", "[0, 1, null, 1.5]", '[0, 1, null, "2"]', "[0, 1, null, 99999999]"]
)
def test_a_page_that_is_none_is_no_range(text):
    assert from_text(text) is None


def test_a_range_with_a_page_is_written_and_read():
    for found in (PixelRange(0, 1), PixelRange(0, 1, (3, 2, 1)), PixelRange(0, 255, None, 4)):
        assert from_text(found.to_text()) == found


def test_the_command_line_takes_a_page(tmp_path, capfd):
    from main import main

    planes(tmp_path / "p" / "1.tif", "L")
    project = str(tmp_path / "p.pigeonhole")
    assert main(["import", project, str(tmp_path / "p"), "--page", "2"]) == 0
    assert "number 2 is shown" in capfd.readouterr().err


@pytest.fixture
def cases(shared_data, tmp_path):
    with zipfile.ZipFile(shared_data / "import-cases.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("case", "levels"),
    [("09-kelvin-float-tiff", 50), ("10-nan-in-float-tiff", 3), ("11-dim-16-bit-microscope", 100)],
)
def test_deep_pictures_that_people_sent_have_contrast(cases, project, add, case, levels):
    add(cases / case / "data")

    found = pixels(project)
    assert len(np.unique(found)) >= levels
    assert np.ptp(found.reshape(len(found), -1), axis=1).min() > 100


@pytest.mark.parametrize("kind", ["34-13bands", "38-sar2", "43-float64", "43c-float16"])
def test_intact_tiff_files_that_people_sent_are_read(cases, project, add, kind):
    add(cases / "31-intact-tiff-called-damaged" / kind)

    assert not problems(project)
    assert all(np.ptp(picture) > 50 for picture in pixels(project))
