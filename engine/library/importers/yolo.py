"""YOLO: a text file with boxes for each picture, `images/` beside `labels/`, and the names in `data.yaml`."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import SourceError
from engine.files import read_regular, reason_of
from engine.language import _
from engine.library.importers.exports import of_objects
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.rows import Row, Rows, paths
from engine.library.importers.tree import Tree
from engine.library.listing import stem

KIND = "yolo"
_BOX = re.compile(r"\s*(\d+)(?:\s+-?[\d.]+(?:e-?\d+)?){4,}\s*")
_LARGEST = 2**20  # bytes
_PEEKS = 20


def read_source(tree: Tree, options: ImportOptions) -> Reading:  # noqa: ARG001  # as every importer
    """A row for each picture: the class of its boxes where they are all of one.

    Raises:
        SourceError: no text file with boxes belongs to a picture.
    """
    folders = {folder: set(names) for folder, names in tree.others.labels.items()}
    objects: dict[str, list[str]] = {}
    others: list[Path] = []
    looked = 0
    for entry, _split, _base in tree.placed:
        for folder in _label_folders(entry.folder):
            names = folders.get(folder)
            if names is None:
                continue
            for path, name in zip(paths(entry), entry.names, strict=True):
                if f"{stem(name)}.txt" not in names:
                    continue
                tree.cancel.check()
                found = _boxes(tree, tree.root / folder / f"{stem(name)}.txt")
                looked += 1
                if found is not None:
                    objects[path] = found
                    continue
                others.append(tree.root / folder / f"{stem(name)}.txt")
                if looked >= _PEEKS and not objects:
                    raise SourceError(_("There are no files with boxes of YOLO in {root}.").format(root=tree.root))
    if not any(objects.values()):
        raise SourceError(_("There are no files with boxes of YOLO in {root}.").format(root=tree.root))
    for file in others:
        tree.damaged.setdefault(file, _("{file} has lines that are no boxes of YOLO").format(file=file.name))
    names_file, class_names = _names(tree)
    named = {path: [class_names.get(int(n), n) for n in found] for path, found in objects.items()}
    read = of_objects(named, names_file or _("the folder labels"), "YOLO")
    splits = {path: split for entry, split, _base in tree.placed for path in paths(entry)}
    rows = Rows(Row(entry.path, entry.class_name or None, splits[entry.path]) for entry in read.entries)
    return Reading(KIND, *_filled(tree, rows), read.notes)


def _filled(tree: Tree, rows: Rows) -> tuple[Rows, int]:
    with_class = len(rows) - rows.class_names.count(None)
    listed = set(rows.paths)
    for entry, split, _base in tree.placed:
        for path in paths(entry):
            if path not in listed:
                rows.append(Row(path, None, split))
    return rows, with_class


def _label_folders(folder: str) -> list[str]:
    """Where the text files of a folder's pictures may be: `labels` in the place of `images`, or beside them."""
    parts = folder.split("/") if folder else []
    found = [
        "/".join([*parts[:n], "labels", *parts[n + 1 :]]) for n, part in enumerate(parts) if part.lower() == "images"
    ]
    return [*found, folder]


def _boxes(tree: Tree, file: Path) -> list[str] | None:
    """The numbers of the classes of the boxes; None if it is another text."""
    try:
        lines = [
            line for line in read_regular(file, most=_LARGEST).decode("utf-8", "replace").splitlines() if line.strip()
        ]
    except OSError as error:
        tree.damaged[file] = _("{file} cannot be read: {why}").format(file=file.name, why=reason_of(error))
        return None
    found = [match.group(1) for line in lines if (match := _BOX.fullmatch(line)) is not None]
    return found if len(found) == len(lines) else None


def _names(tree: Tree) -> tuple[str, dict[int, str]]:
    """The names of the classes by number, from data.yaml or classes.txt, and the file's name."""
    for file in tree.files(".yaml", ".yml", "classes.txt", "obj.names"):
        try:
            text = read_regular(file, most=_LARGEST).decode("utf-8", "replace")
        except OSError:
            continue
        found = dict(enumerate(text.split("\n"))) if file.suffix == ".txt" else _yaml_names(text)
        named = {number: name.strip() for number, name in found.items() if name.strip()}
        if named:
            return file.name, named
    return "", {}


def _yaml_names(text: str) -> dict[int, str]:
    """`names: ['cat', 'dog']`, `names:` with `- cat` or `0: cat` below, as far as it is needed here."""
    match = re.search(r"^names:[ \t]*(.*)$", text, re.M)
    if match is None:
        return {}
    if match.group(1).startswith("["):
        inside = text[match.start(1) + 1 :].partition("]")[0]
        return dict(enumerate(part.strip().strip("'\"") for part in inside.split(",")))
    found: dict[int, str] = {}
    for line in text[match.end() :].splitlines():
        item = re.fullmatch(r"\s*(?:-|(\d+):)\s*(.*?)\s*", line)
        if item is None and line.strip() and not line.startswith((" ", "-", "\t")):
            break
        if item is not None:
            found[int(item.group(1) or len(found))] = item.group(2).strip("'\"")
    return found


IMPORTER = Importer(
    KIND,
    "yolo",
    kinds={KIND: "classes from boxes of YOLO"},
    menu="Boxes of YOLO",
    priority=1.5,
    read=read_source,
    rescan="yolo",
    layouts=(
        Layout(
            "YOLO",
            ("data.yaml: names: ['cat', 'dog']", "train/images/1.jpg", "train/labels/1.txt: 0 0.5 0.5 0.4 0.4"),
            classes="the class of the boxes, where all of a picture are of one",
            split="the folder of the split",
            not_read="the boxes; pictures with objects of several classes get no class",
        ),
        Layout(
            "YOLO classification",
            ("train/cat/1.jpg", "val/cat/2.jpg", "test/dog/3.jpg"),
            classes="the folder, as in folders of splits and classes",
            split="the folder of the split",
        ),
    ),
)
