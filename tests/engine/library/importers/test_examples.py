"""Which pictures stand for an import in its preview, and which pictures a table is about."""

import io
from collections import Counter
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.library.importers.detect import ImportOptions, detect
from engine.library.importers.examples import MOST, MOST_OF_A_CLASS, examples
from engine.library.importers.of_table import detect_by_table


def size(file):
    with Image.open(file) as picture:
        return picture.size


def shown(folder, **options):
    return [(e.class_name, e.file.name) for e in examples(detect(folder, ImportOptions(**options)).found)]


def test_examples_are_from_all_over_each_class_in_the_order_of_the_classes(pictures):
    folder = pictures(*(f"{name}/{n}.png" for name in ("cat", "dog") for n in range(8)))
    assert shown(folder) == [(name, f"{n}.png") for name in ("cat", "dog") for n in (0, 2, 4, 6)]
    assert MOST_OF_A_CLASS == 4


def test_of_more_classes_than_there_is_room_for_each_of_the_first_has_one(pictures):
    folder = pictures(*(f"{n:02}/{i}.png" for n in range(30) for i in range(2)))
    assert shown(folder) == [(f"{n:02}", "0.png") for n in range(MOST)]


def test_pictures_without_a_class_and_a_class_of_few_are_shown_too(pictures):
    assert shown(pictures("a/1.png", *(f"b/{n}.png" for n in range(9))))[:2] == [("a", "1.png"), ("b", "0.png")]
    assert shown(pictures(*(f"{n:02}.png" for n in range(50)), root="bare"), labels="none")[1] == (None, "02.png")


def test_a_file_that_is_gone_since_the_look_is_left_out(pictures):
    folder = pictures("a/1.png", "b/1.png")
    found = detect(folder).found
    (folder / "a/1.png").unlink()
    assert [example.class_name for example in examples(found)] == ["b"]


def test_a_table_is_about_the_source_of_which_it_tells_most(pictures, tmp_path):
    first, second = pictures("1.png", "2.png", root="first"), pictures("2.png", "3.png", "4.png", root="second")
    table = tmp_path / "desk" / "labels.csv"
    table.parent.mkdir()
    table.write_text("file,label\n2.png,x\n3.png,y\n4.png,x\n")

    source, found = detect_by_table(table, [first, second])

    assert (source, found.classes) == (second, {"x": 2, "y": 1})


def test_a_table_about_no_source_is_about_the_pictures_beside_it_or_refused(pictures, tmp_path):
    first, beside = pictures("1.png", root="first"), pictures("a.png", "b.png", root="beside")
    (beside / "labels.csv").write_text("file,label\na.png,x\nb.png,y\n")
    assert detect_by_table(beside / "labels.csv", [first])[0] == beside
    (tmp_path / "desk").mkdir()
    lonely = (beside / "labels.csv").rename(tmp_path / "desk" / "labels.csv")
    with pytest.raises(SourceError, match="There are no images in"):
        detect_by_table(lonely, [first])


def test_a_table_of_pixels_is_a_source_itself(tmp_path, pictures):
    table = tmp_path / "digits.csv"
    rows = np.random.default_rng(1).integers(0, 255, (6, 64))
    head = ",".join(["label", *(f"pixel{n}" for n in range(64))])
    table.write_text("\n".join([head, *(",".join(map(str, [n % 2, *row])) for n, row in enumerate(rows))]))

    source, found = detect_by_table(table, [pictures("1.png")])

    assert (source, found.images, found.classes) == (table, 6, {"0": 3, "1": 3})


def test_examples_of_an_archive_are_unpacked_for_the_preview_alone(tmp_path):
    """A few of each class folder, and of the pictures that a table labels; no others."""
    archive = tmp_path / "set.zip"
    with ZipFile(archive, "w") as zipped:
        for n in range(60):
            picture = io.BytesIO()
            Image.new("RGB", (4, 4), (n, 0, 0)).save(picture, "PNG")
            zipped.writestr(f"set/{'cat' if n < 30 else 'dog'}/{n}.png", picture.getvalue())
    (tmp_path / "samples").mkdir()

    found = detect(archive, samples_into=tmp_path / "samples")
    shown = examples(found.shown)

    assert found.classes == {"cat": 30, "dog": 30}
    assert Counter(example.class_name for example in shown) == {"cat": MOST_OF_A_CLASS, "dog": MOST_OF_A_CLASS}
    assert {size(example.file) for example in shown} == {(4, 4)}
    assert len(list((tmp_path / "samples").rglob("*.png"))) < 60


def test_examples_of_a_table_of_pixels_are_drawn_for_the_preview(tmp_path):
    rows = "".join(f"{n % 2},{','.join(str(n * 9 % 256) for _ in range(64))}\n" for n in range(20))
    table = tmp_path / "digits.csv"
    table.write_text(f"label,{','.join(f'pixel{n}' for n in range(64))}\n{rows}")
    (tmp_path / "samples").mkdir()

    shown = examples(detect(table, samples_into=tmp_path / "samples").shown)

    assert Counter(example.class_name for example in shown) == {"0": 4, "1": 4}
    assert size(shown[0].file) == (8, 8)
