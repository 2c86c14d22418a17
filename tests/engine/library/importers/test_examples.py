"""Which pictures stand for an import in its preview, and which pictures a table is about."""

import numpy as np
import pytest

from engine.errors import SourceError
from engine.library.importers.detect import ImportOptions, detect
from engine.library.importers.examples import MOST, MOST_OF_A_CLASS, examples
from engine.library.importers.of_table import detect_by_table


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
