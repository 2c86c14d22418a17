"""The built-in sample is real pictures whose origin is written down, written once, without loading anything heavy."""

import csv
import shutil
import subprocess
import sys

import pytest
from PIL import Image

from engine.errors import SourceError
from engine.jobs.job import Cancel
from engine.library import query, sample
from engine.library.importers.detect import detect
from engine.library.project import Project
from engine.library.sample import prepare_sample, write_sample
from engine.places import BUILT_IN_SAMPLE


def test_the_sample_has_class_folders_pictures_beside_them_and_others_to_classify(tmp_path):
    written = write_sample(tmp_path / "sample")

    found = detect(written.pictures)
    assert found.kind == "class-folders"
    assert list(found.classes) == ["flowers", "fruit", "houses", "insects", "mammals", "sweets"]
    assert min(found.classes.values()) >= 15
    assert sum(found.classes.values()) >= 150, "a fifth of them are 30 check images"
    assert len(list(written.pictures.glob("*.png"))) == 27, "to label"
    assert detect(written.unlabelled).kind == "none"
    assert len(list(written.unlabelled.iterdir())) == 24
    contents = [file.read_bytes() for file in written.pictures.parent.rglob("*.png")]
    assert len(contents) == len(set(contents)) == 208, "no picture is classified that was learnt from"


def test_each_picture_is_named_with_its_author_and_place_and_all_fit_in_three_megabytes():
    with (BUILT_IN_SAMPLE / "pictures.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    files = {file.relative_to(BUILT_IN_SAMPLE).as_posix() for file in BUILT_IN_SAMPLE.rglob("*.png")}

    assert {row["file"] for row in rows} == files
    assert all(row["title"] and row["author"] and row["source"].endswith(".png") for row in rows)
    assert "public domain" in (BUILT_IN_SAMPLE / "NOTICE").read_text("utf-8")
    assert sum(file.stat().st_size for file in BUILT_IN_SAMPLE.rglob("*.png")) < 3_000_000
    for file in files:
        with Image.open(BUILT_IN_SAMPLE / file) as picture:
            assert 100 <= max(picture.size) <= 224, "nothing is blown up to be seen"


def test_one_import_makes_a_project_with_labels_and_pictures_without(tmp_path):
    sample = prepare_sample(tmp_path, emit=lambda event: None, cancel=Cancel())

    with Project.open(sample.project, read_only=True) as project:
        assert len(query.labelled_images(project)) == 157
        assert len(query.image_ids(project, query.Filter())) == 184
    assert prepare_sample(tmp_path, emit=lambda event: None, cancel=Cancel()) == sample


def test_writing_it_again_changes_nothing(tmp_path):
    write_sample(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.png")}

    write_sample(tmp_path)

    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.png")} == before


def test_writing_that_broke_off_is_made_good(tmp_path, monkeypatch):
    made, write = [], shutil.copyfile

    def breaks_off(*args, **kwargs):
        made.append(1)
        if len(made) > 100:
            raise OSError(28, "No space left on device")
        write(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", breaks_off)
        with pytest.raises(SourceError, match=r"The sample cannot be written to .*: no space left on device"):
            write_sample(tmp_path)
    assert list(tmp_path.iterdir()) == []

    assert len(list(write_sample(tmp_path).pictures.rglob("*.png"))) == 184


def test_a_program_without_the_pictures_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "BUILT_IN_SAMPLE", tmp_path / "nothing")

    with pytest.raises(SourceError, match="install Pigeonhole again"):
        write_sample(tmp_path / "sample")


def test_neither_the_sample_nor_the_store_load_anything_heavy(tmp_path):
    script = (
        "import sys; from pathlib import Path\n"
        "from engine.jobs.job import Cancel\n"
        "from engine.library.sample import write_sample\n"
        "from engine.library.scan import ImportParams, import_sources\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "params = ImportParams(str(folder / 'p'), (str(write_sample(folder).pictures),))\n"
        "import_sources(params, emit=lambda e: None, cancel=Cancel())\n"
        "heavy = 'numpy', 'cv2', 'pandas', 'sklearn', 'matplotlib', 'keras', 'PySide6'\n"
        "print([m for m in heavy if m in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
