"""labelme and X-AnyLabeling: a `NAME.json` beside each picture, whose one set flag, or whose shapes, tell the class."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from engine.files import read_regular, reason_of
from engine.language import _
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind, by_frequency, joined_names
from engine.library.importers.rows import Row, Rows, paths
from engine.library.importers.tree import Tree
from engine.library.listing import stem

KIND = "labelme"

_LARGEST = 64 * 2**20  # these files may hold the picture itself
_PEEKS = 50


def read_source(tree: Tree, options: ImportOptions) -> Reading:
    """One row for each picture; without a set flag, or with several, it has no class."""
    if options.labels == "auto" and not _fits(tree):
        return Reading(KIND, Rows(), 0)
    rows = Rows()
    several, listed, example = 0, 0, ""
    boxed: list[str] = []
    together = Counter[str]()
    for entry, split, _base in tree.placed:
        present = _jsons(tree, entry.folder)
        for path, name in zip(paths(entry), entry.names, strict=True):
            if stem(name) not in present:
                rows.append(Row(path, None, split))
                continue
            record = _read(tree, tree.root / entry.folder / f"{stem(name)}.json")
            found = flags(record)
            listed += 1
            if not found and (found := shapes(record)):
                boxed.append(path)
            if len(found) > 1:
                several, example = several + 1, example or path
                together[joined_names(found)] += 1
            rows.append(Row(path, found[0] if len(found) == 1 else None, split, note=_text(record.get("description"))))
    beside = _("the files beside them")
    notes = [Note(NoteKind.BOXES, len(boxed), _("shapes of labelme"), beside)] if boxed else []
    if several:
        kind = NoteKind.MIXED_BOXES if boxed else NoteKind.SEVERAL_LABELS
        notes.append(Note(kind, several, example, beside, by_frequency(together)))
    return Reading(KIND, rows, len(rows) - rows.class_names.count(None), tuple(notes), listed=listed)


def _fits(tree: Tree) -> bool:
    """True if one of the first pictures has a file beside it with a set flag, or one that cannot be read."""
    looked = 0
    for entry in tree.listing[:5]:
        present = _jsons(tree, entry.folder)
        for name in entry.names if present else ():
            if stem(name) not in present:
                continue
            file = tree.root / entry.folder / f"{stem(name)}.json"
            record = _read(tree, file)
            if flags(record) or shapes(record) or file in tree.damaged:
                return True
            looked += 1
            if looked == _PEEKS:
                return False
    return False


def flags(record: dict[str, Any]) -> list[str]:
    """The flags that are set in the file of a picture."""
    found = record.get("flags")
    return (
        [name.strip() for name, on in found.items() if on is True and name.strip()] if isinstance(found, dict) else []
    )


def shapes(record: dict[str, Any]) -> list[str]:
    """The classes of the objects that are outlined in a picture, each once."""
    found = record.get("shapes")
    labels = [shape.get("label") for shape in found if isinstance(shape, dict)] if isinstance(found, list) else []
    return list(dict.fromkeys(label.strip() for label in labels if isinstance(label, str) and label.strip()))


def _jsons(tree: Tree, folder: str) -> frozenset[str]:
    """What stands before the suffix of the JSON files in a folder."""
    return frozenset(name[:-5] for name in tree.others.labels.get(folder, ()) if name.endswith(".json"))


def _read(tree: Tree, file: Path) -> dict[str, Any]:
    """What is no such file says nothing about the picture."""
    tree.cancel.check()
    try:
        record = json.loads(read_regular(file, most=_LARGEST))
    except OSError as error:
        tree.damaged[file] = _("{file} cannot be read: {why}").format(file=file.name, why=reason_of(error))
        return {}
    except (ValueError, RecursionError) as error:
        tree.damaged[file] = _("{file} is no JSON file: {why}").format(file=file.name, why=error)
        return {}
    return record if isinstance(record, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


IMPORTER = Importer(
    KIND,
    "labelme",
    kinds={KIND: "classes from flags of labelme or X-AnyLabeling"},
    menu="Flags of labelme or X-AnyLabeling",
    priority=1.6,
    read=read_source,
    rescan="labelme",
    layouts=(
        Layout(
            "Flags of labelme and X-AnyLabeling",
            ("1.jpg", '1.json: {"flags": {"cat": true}}'),
            classes="the one flag that is set, else the class of the shapes where all of a picture are of one",
            split="folders of splits around the pictures, else drawn at random",
            not_read="where the shapes are; pictures with several flags, or shapes of several classes, get no class",
        ),
    ),
)
