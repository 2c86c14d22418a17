"""Random labelled trees with random junk beside them: the classes are the intended ones, or a Note, or another form
that is offered, says why not.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.library.importers.detect import detect
from tests.long_forms import examples

AMBIGUOUS = {"train", "test", "0", "1"}  # splits, and numbers before numbers
CLASSES = ("cat", "dog", "red fox", "Löwe", "고양이", "control", "healthy", "100 %", "a.b", *sorted(AMBIGUOUS))
SPLITS = (
    *(("train", "val", "test"), ("training_set", "test_set"), ("Train", "valid", "Test"), ("seg_train", "seg_test")),
    *(("train_images", "test_images"), ("Training", "PublicTest", "PrivateTest")),
)
JUNK = {
    "README.txt": "A data set.\n",
    "LICENSE": "free\n",
    ".DS_Store": "x",
    "Thumbs.db": "x",
    "sizes.csv": "width,height\n640,480\n",
    "notes.json": '{"version": 1, "author": "somebody"}',
    "config.yaml": "lr: 0.1\n",
    "model.h5": "x",
    "video.mp4": "x",
    "@eaDir/thumb.jpg": "",
    "__MACOSX/._1.jpg": "",
    "sample_submission.csv": "id,label\n99998,cat\n99999,cat\n",
    "cover.png": "",
}


@dataclass
class Labelled:
    """Paths of pictures with their classes, and the other files."""

    classes: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def in_folders(names: list[str], numbers: list[int], split: tuple[str, ...], inside: str) -> Labelled:
    """A folder for each class, below those of splits where there are some."""
    found = Labelled()
    for place, number in enumerate(numbers):
        folder = f"{split[place // len(names) % len(split)]}/" if split else ""
        name = names[number]
        found.classes[f"{inside}{folder}{name}/{place:04}.jpg"] = name
    return found


def in_a_table(names: list[str], numbers: list[int], columns: tuple[str, str], inside: str, suffix: str) -> Labelled:
    """One folder of pictures with a table beside it."""
    found = Labelled({f"{inside}images/{place:04}.jpg": names[number] for place, number in enumerate(numbers)})
    rows = [f'{place:04}{suffix},"{names[number]}"' for place, number in enumerate(numbers)]
    found.files[f"{inside}labels.csv"] = "\n".join([",".join(columns), *rows]) + "\n"
    return found


def in_columns(names: list[str], numbers: list[int], inside: str) -> Labelled:
    """A table with a column for each class."""
    found = Labelled({f"{inside}{place:04}.jpg": names[number] for place, number in enumerate(numbers)})
    rows = [
        f"{place:04}.jpg,{','.join(str(int(n == number)) for n in range(len(names)))}"
        for place, number in enumerate(numbers)
    ]
    found.files[f"{inside}train.csv"] = "\n".join(["image_id," + ",".join(names), *rows]) + "\n"
    return found


def in_names(names: list[str], numbers: list[int], inside: str) -> Labelled:
    """The class before the number in each file name."""
    return Labelled({f"{inside}{names[number]}_{place:04}.jpg": names[number] for place, number in enumerate(numbers)})


names = st.lists(st.sampled_from(CLASSES), min_size=2, max_size=4, unique=True)
insides = st.sampled_from(["", "my set/", "archive/data/"])


@st.composite
def labelled(draw: st.DrawFn) -> tuple[Labelled, list[str]]:
    chosen = draw(names)
    numbers = [*range(len(chosen))] * 3 + draw(st.lists(st.integers(0, len(chosen) - 1), max_size=30))
    inside = draw(insides)
    match draw(st.sampled_from(["folders", "splits", "table", "columns", "names"])):
        case "folders":
            found = in_folders(chosen, numbers, (), inside)
        case "splits":
            found = in_folders(chosen, numbers, draw(st.sampled_from(SPLITS)), inside)
        case "table":
            columns = draw(
                st.sampled_from([("filename", "label"), ("image_id", "class"), ("path", "species"), ("Image", "what")])
            )
            found = in_a_table(chosen, numbers, columns, inside, draw(st.sampled_from([".jpg", ".png", ""])))
        case "columns":
            found = in_columns(chosen, numbers, inside)
        case _:  # a number before a number is no class unless a person says so
            found = in_names([f"n{name}" if name.isdigit() else name for name in chosen], numbers, inside)
    return found, draw(st.lists(st.sampled_from(sorted(JUNK)), max_size=5, unique=True))


@examples(150)
@given(labelled())
def test_the_classes_are_the_intended_ones_or_something_says_why_not(made: tuple[Labelled, list[str]]) -> None:
    tree, junk = made
    with tempfile.TemporaryDirectory() as place:
        root = Path(place, "set")
        for path, text in {
            **dict.fromkeys(tree.classes, ""),
            **tree.files,
            **{name: JUNK[name] for name in junk},
        }.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")

        found = detect(root)

    intended = Counter(tree.classes.values())
    seen = Counter(found.classes)
    offered = any(Counter(other.classes) == intended for other in found.others)
    assert seen == intended or offered or found.notes
    if not AMBIGUOUS & set(intended):
        assert seen == intended
    assert found.images >= len(tree.classes)
