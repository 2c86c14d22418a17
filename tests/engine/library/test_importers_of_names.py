"""Classes in any part of a file name, and columns and files that a person tells."""

import pytest

from engine.errors import SourceError, UsageError
from engine.library.importers.detect import ImportOptions, detect
from engine.library.importers.file_parts import class_at_end
from tests.engine.library.test_importers import rows, table


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("0012_cat.jpg", "cat"),
        ("12.dog.jpg", "dog"),
        ("IMG_0012-red fox.png", "red fox"),
        ("img (3) cat.png", "cat"),
        ("2024-05-01_고양이.png", "고양이"),
        ("cat.jpg", None),
        ("cat_12.jpg", None),
        ("12.jpg", None),
        ("a1b2.jpg", None),
    ],
)
def test_the_class_stands_after_the_number_in_a_file_name(name, expected):
    assert class_at_end(name) == expected


def test_classes_at_the_end_of_file_names_are_found(pictures):
    folder = pictures(*(f"train/{n:03d}_{c}.png" for c in ("cat", "dog") for n in range(5)), "valid/9_cat.png")

    found = detect(folder)

    assert (found.kind, found.classes) == ("file-suffix", {"cat": 6, "dog": 5})
    assert found.splits == {"training": 10, "validation": 1}
    assert rows(folder, labels="suffix")["valid/9_cat.png"] == ("cat", "validation")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^([a-z]+)-", ["oak", "elm", None]),
        (r"(?P<number>\d+)_(?P<class>\w+)", ["leaf", "bark", "leaf"]),
        (r"leaf|bark", ["leaf", "bark", "leaf"]),
        (r"^site/([^/]+)/", [None, "b", None]),
        (r"-(\d)?_", [None, "2", "3"]),
    ],
)
def test_a_regular_expression_finds_the_class(pictures, pattern, expected):
    folder = pictures("site/a/oak-_leaf.png", "site/b/elm-2_bark.png", "ELM-3_leaf.png")
    if "number" in pattern:
        folder = pictures("oak-1_leaf.png", "elm-2_bark.png", "ELM-3_leaf.png", root="plain")
    if pattern == r"^site/([^/]+)/":
        expected = ["a", "b", None]

    found = rows(folder, pattern=pattern)

    names = sorted(found, key=lambda path: ["oak", "elm", "ELM"].index(path.rpartition("/")[2][:3]))
    assert [found[name][0] for name in names] == expected
    assert detect(folder, ImportOptions(pattern=pattern)).kind == "file-pattern"


@pytest.mark.parametrize("pattern", [None, "", "("])
def test_a_pattern_that_is_none_is_refused(pictures, pattern):
    with pytest.raises(UsageError, match="regular expression"):
        detect(pictures("1.png"), ImportOptions(labels="pattern", pattern=pattern))


def test_the_column_of_splits_may_be_told(pictures):
    folder = pictures("1.png", "2.png")
    csv = table(folder, "path,class,where\n1.png,a,train\n2.png,b,nowhere\n")

    assert rows(folder, csv=csv) == {"1.png": ("a", None), "2.png": ("b", None)}
    assert rows(folder, csv=csv, split_column="Where") == {"1.png": ("a", "training"), "2.png": ("b", None)}
    with pytest.raises(SourceError, match="no column 'there'; it has path, class, where"):
        rows(folder, csv=csv, split_column="there")


def test_a_table_of_tabs_beside_the_pictures_is_found(pictures):
    folder = pictures("1.png", "2.png")
    table(folder, "file\tlabel\n1.png\tcat\n2.png\tdog\n", "labels.tsv")

    assert detect(folder).classes == {"cat": 1, "dog": 1}


def test_encoding_and_separator_of_a_table_are_told(pictures):
    folder = pictures("1.png")
    csv = table(folder, "path~class\n1.png~고양이\n", encoding="cp949")

    assert rows(folder, csv=csv, encoding="cp949", separator="~") == {"1.png": ("고양이", None)}
