"""A small file of the class beside each picture, as WebDataset packs them: `000001.jpg` and `000001.cls`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from engine.errors import SourceError
from engine.files import read_regular
from engine.language import _
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.rows import Row, Rows, paths
from engine.library.importers.tree import Tree
from engine.library.listing import stem

KIND = "file-beside"
_SUFFIXES = (".cls", ".json", ".txt")
_KEYS = ("cls", "class", "label", "class_name", "category")
_LARGEST = 2**16  # bytes
_LONGEST = 80  # characters of a class
_PEEKS = 50
_MOSTLY = 0.8
_FEWEST = 2  # pictures of a class, on average


def read_source(tree: Tree, options: ImportOptions) -> Reading:  # noqa: ARG001  # as every importer
    """A row for each picture with the one line of the file beside it.

    Raises:
        SourceError: most pictures have no such file, or these hold no few classes (captions, boxes).
    """
    for suffix in _SUFFIXES:
        present = {
            folder: {name for name in names if name.lower().endswith(suffix)}
            for folder, names in tree.others.labels.items()
        }
        if not any(present.values()):
            continue
        with_file = sum(f"{stem(name)}{suffix}" in present.get(e.folder, ()) for e in tree.listing for name in e.names)
        if with_file < _MOSTLY * tree.count or not with_file:
            continue
        rows = _rows(tree, suffix, present)
        classes = rows.counts() if rows is not None else Counter[str]()
        if rows is not None and len(classes) > 1 and _FEWEST * len(classes) <= classes.total():
            return Reading(KIND, rows, classes.total())
    raise SourceError(_("There is no file with a class beside each picture in {root}.").format(root=tree.root))


def _rows(tree: Tree, suffix: str, present: dict[str, set[str]]) -> Rows | None:
    """None where one of the first files holds no class."""
    rows, looked, empty = Rows(), 0, 0
    for entry, split, _base in tree.placed:
        beside = present.get(entry.folder, set())
        for path, name in zip(paths(entry), entry.names, strict=True):
            found = None
            if f"{stem(name)}{suffix}" in beside:
                tree.cancel.check()
                found = _class(tree.root / entry.folder / f"{stem(name)}{suffix}")
                looked, empty = looked + 1, empty + (found is None)
                if looked <= _PEEKS and 2 * empty > max(looked, 2):
                    return None
            rows.append(Row(path, found, split))
    return rows


def _class(file: Path) -> str | None:
    """The class in a file; None where it is no single short line or no JSON with a class."""
    try:
        text = read_regular(file, most=_LARGEST).decode("utf-8", "replace").strip()
        if file.suffix.lower() == ".json":
            record = json.loads(text)
            found: Any = (
                next((record[key] for key in _KEYS if key in record), None) if isinstance(record, dict) else None
            )
            text = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    except (OSError, SourceError, ValueError, RecursionError):
        return None
    return text if text and "\n" not in text and len(text) <= _LONGEST else None


IMPORTER = Importer(
    KIND,
    "beside",
    kinds={KIND: "classes from a small file beside each picture"},
    menu="A file beside each picture (WebDataset)",
    priority=1.3,
    read=read_source,
    rescan="beside",
    layouts=(
        Layout(
            "A file of the class beside each picture (WebDataset)",
            ("shard-000000.tar: 000001.jpg, 000001.cls", "1.jpg and 1.txt: cat", '1.jpg and 1.json: {"label": "cat"}'),
            classes="the one line, or the field cls, class or label",
            split="folders of splits around the pictures, else drawn at random",
            not_read="captions and boxes, of which hardly two are the same",
        ),
    ),
)
