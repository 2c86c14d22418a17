"""Which files of a folder are taken for images: by their suffix, or by their first bytes where they have none."""

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from engine.imaging.signatures import is_picture
from engine.jobs.job import Cancel
from engine.library.listing import list_images
from engine.library.query import problems
from tests.engine.library.conftest import labels_of


def names(folder):
    return {
        f"{entry.folder}/{name}".lstrip("/") for entry in list_images(folder, cancel=Cancel()) for name in entry.names
    }


def encoded(format):
    stream = io.BytesIO()
    Image.new("RGB", (8, 6), (200, 90, 30)).save(stream, format)
    return stream.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"])
def test_a_picture_without_a_suffix_is_found_by_its_content(project, add, tmp_path, format):
    place = tmp_path / "pictures"
    (place / "cat").mkdir(parents=True)
    (place / "dog").mkdir()
    (place / "cat" / "photo").write_bytes(encoded(format))
    (place / "dog" / "other.png").write_bytes(encoded("PNG"))

    add(place)

    assert labels_of(project) == {"cat/photo": "cat", "dog/other.png": "dog"}
    assert problems(project) == []


def test_files_without_a_suffix_that_are_no_pictures_are_passed_over(tmp_path, pictures):
    folder = pictures("a.png")
    (folder / "README").write_text("BM means bitmap; I use a WEBP file.")
    (folder / "Makefile").write_text("BMW all: cats dogs and more of them")
    (folder / "empty").touch()
    (folder / "notes").write_text("I store WEBP pictures here")
    (folder / "archive").write_bytes(b"PK\x03\x04" + bytes(40))
    (folder / ".hidden").write_bytes(encoded("PNG"))
    (folder / "picture.txt").write_bytes(encoded("PNG"))

    assert names(folder) == {"a.png"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_devices_and_links_without_a_suffix_are_never_waited_for(pictures):
    folder = pictures("a.png", "photo.png")
    (folder / "photo.png").rename(folder / "photo")
    os.mkfifo(folder / "pipe")
    for name, target in {
        "device": "/dev/zero",
        "circle": folder / "circle",
        "gone": folder / "x",
        "same": "photo",
    }.items():
        (folder / name).symlink_to(target)

    assert names(folder) == {"a.png", "photo", "same"}


def test_only_files_without_a_suffix_are_opened(pictures, monkeypatch):
    folder = pictures("a.png", "b.jpg")
    (folder / "notes.txt").write_text("nothing to see")
    (folder / "LICENSE").write_text("a text of some length, longer than what is read of it")
    opened, real = [], os.open

    def open_(path, flags, *rest, **more):
        opened.append(Path(path).name)
        return real(path, flags, *rest, **more)

    monkeypatch.setattr("engine.library.listing.os.open", open_)

    assert names(folder) == {"a.png", "b.jpg"}
    assert opened == ["LICENSE"]


def test_names_without_a_suffix_carry_classes_too(project, add, pictures):
    folder = pictures(*(f"{name}_{n}.png" for name in ("cat", "dog") for n in range(10)))
    for file in list(folder.iterdir()):
        file.rename(file.with_suffix(""))

    assert add(folder)["classes"] == {"cat": 10, "dog": 10}


def test_pictures_of_one_name_without_a_suffix_are_exported_side_by_side(project, add, pictures, tmp_path):
    from engine.library.exporting import ExportLabelsParams, export_labels

    folder = pictures("a/cat/photo.png", "b/cat/photo.png", "a/dog/x.png")
    for place in ("a", "b"):
        (folder / place / "cat" / "photo.png").rename(folder / place / "cat" / "photo")
    shutil.move(folder / "a" / "dog", folder / "dog")
    add(folder, labels="pattern", pattern="(cat|dog)/")

    export_labels(
        ExportLabelsParams(str(project.folder), str(tmp_path / "out"), "folders"), emit=lambda _: None, cancel=Cancel()
    )

    assert sorted(file.name for file in (tmp_path / "out" / "cat").iterdir()) == ["photo", "photo-2"]


def test_a_signature_that_other_files_share_is_looked_at_more_closely():
    assert is_picture(encoded("BMP")[:32])
    assert not is_picture(b"BM is the beginning of many words")
    assert not is_picture(b"I use a WEBP")
    assert not is_picture(b"%PDF-1.7")
    assert not is_picture(b"")
