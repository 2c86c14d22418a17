"""Lists that share numbers of pictures, as CUB-200 has them: `images.txt`, `image_class_labels.txt`, `classes.txt`,
`train_test_split.txt`.
"""

from __future__ import annotations

from pathlib import Path

from engine.errors import SourceError
from engine.files import read_regular
from engine.language import _
from engine.library.importers.csv_manifest import Entry, match, reading
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.tree import Tree
from engine.library.records import Split

KIND = "numbered-lists"
_IMAGES, _LABELS, _CLASSES, _SPLIT = "images.txt", "image_class_labels.txt", "classes.txt", "train_test_split.txt"
_LARGEST = 64 * 2**20  # bytes
_SPLITS = {"1": Split.TRAINING, "0": Split.TEST}


def read_source(tree: Tree, options: ImportOptions) -> Reading:  # noqa: ARG001  # as every importer
    """Rows of the pictures in the lists.

    Raises:
        SourceError: there are no such lists, or they list none of the pictures.
    """
    for file in tree.files(_LABELS):
        images, labels = _pairs(file.with_name(_IMAGES)), _pairs(file)
        classes, splits = _pairs(file.with_name(_CLASSES)), _pairs(file.with_name(_SPLIT))
        entries = [
            Entry(
                path, classes.get(labels.get(number, ""), labels.get(number, "")), _SPLITS.get(splits.get(number, ""))
            )
            for number, path in images.items()
        ]
        matched = match(entries, tree.finder, tree.beside(file), _IMAGES)
        if matched.rows:
            files = [file.with_name(_IMAGES), file]
            first = Note(NoteKind.READ_FROM, 2, file=", ".join(each.name for each in files))
            return reading(tree, KIND, matched.rows, (first, *matched.notes), files)
    raise SourceError(
        _("There are no {images} and {labels} in {root} that list its pictures.").format(
            images=_IMAGES, labels=_LABELS, root=tree.root
        )
    )


def _pairs(file: Path) -> dict[str, str]:
    """What stands behind each number; empty where there is no such file."""
    try:
        text = read_regular(file, most=_LARGEST).decode("utf-8", "replace")
    except (OSError, SourceError):
        return {}
    lines = (line.split(None, 1) for line in text.splitlines())
    return {line[0]: line[1].strip() for line in lines if len(line) > 1}


IMPORTER = Importer(
    KIND,
    "numbered",
    kinds={KIND: "classes from numbered lists"},
    menu="Numbered lists (CUB-200)",
    priority=1.6,
    read=read_source,
    layouts=(
        Layout(
            "Numbered lists (CUB-200)",
            ("images.txt: 1 001.Albatross/1.jpg", "image_class_labels.txt: 1 1", "classes.txt: 1 001.Albatross"),
            classes="the name of the number in classes.txt",
            split="train_test_split.txt: 1 to train, 0 to test",
            not_read="boxes, parts and attributes",
        ),
    ),
)
