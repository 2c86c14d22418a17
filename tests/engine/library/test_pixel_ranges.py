"""An import finds one range for the deep pictures of a source; it is kept, shown, changed, and used by models."""

import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from engine.errors import UsageError
from engine.events import Log
from engine.imaging.decode import decode_array
from engine.imaging.ranges import PixelRange
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
    with pytest.raises(UsageError, match="none has more than 8 bits"):
        add(pictures("a/1.png"), value_range=(0, 10))


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
