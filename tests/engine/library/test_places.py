"""Which source an image belongs to, by the paths of any system."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest

from engine.library.adding import placed
from tests.engine.library.conftest import labels_of


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        (r"C:\Pictures\cats\grey", (2, "grey")),
        (r"C:\Pictures\cats", (2, "")),
        (r"C:\Pictures\cats and dogs", (1, "cats and dogs")),
        (r"c:\pictures\CATS\Grey\1", (2, "Grey/1")),
        (r"C:\Pictures", (1, "")),
        ("C:/Pictures/cats/grey", (2, "grey")),
        (r"\\nas\photos\2024\may", (3, "2024/may")),
        (r"D:\x", (4, "x")),
    ],
)
def test_the_innermost_source_holds_a_folder_of_windows(folder, found):
    places = [(r"C:\Pictures\cats", 2), (r"C:\Pictures", 1), (r"\\nas\photos", 3), ("D:\\", 4)]

    assert placed(PureWindowsPath(folder), [(PureWindowsPath(place), n) for place, n in places]) == found


def test_elsewhere_capitals_are_other_folders():
    places = [(PurePosixPath("/pictures/cats"), 2), (PurePosixPath("/pictures"), 1), (PurePosixPath("/"), 3)]

    assert placed(PurePosixPath("/pictures/cats/a b/c"), places) == (2, "a b/c")
    assert placed(PurePosixPath("/pictures/Cats"), places) == (1, "Cats")
    assert placed(PurePosixPath("/other"), places) == (3, "other")
    with pytest.raises(LookupError, match="no source holds"):
        placed(PurePosixPath("/other"), places[:2])


def test_a_source_around_others_gives_each_image_to_the_innermost(project, add, pictures):
    folder = pictures("a/1.png", "a/deep/2.png", "b/3.png", "4.png", "a b/5.png")
    add(folder / "a", labels="none")
    add(folder, labels="none")

    assert sorted(labels_of(project)) == ["1.png", "4.png", "a b/5.png", "b/3.png", "deep/2.png"]
    add(folder / "a/deep", labels="none")
    assert len(labels_of(project)) == 5, "it is there already"
