"""Pascal VOC: an XML file with objects for each picture, `JPEGImages/` beside `Annotations/`."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from engine.errors import SourceError
from engine.files import read_regular, reason_of
from engine.language import _
from engine.library.importers.exports import of_objects
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.rows import Row, Rows, paths
from engine.library.importers.tree import Tree
from engine.library.listing import stem

KIND = "pascal-voc"
_LARGEST = 4 * 2**20  # bytes
_PEEKS = 20
_FOLDERS = ("annotations", "annotation", "labels", "xml", "xmls")
# Read without an XML parser: nothing is expanded, and no more than these names is needed.
_OBJECT = re.compile(r"<object>.*?</object>", re.S)
_NAME = re.compile(r"<name>\s*([^<]*?)\s*</name>")


def read_source(tree: Tree, options: ImportOptions) -> Reading:  # noqa: ARG001  # as every importer
    """A row for each picture: the class of its objects where they are all of one.

    Raises:
        SourceError: no XML file with objects belongs to a picture.
    """
    where: dict[str, str] = {}
    for folder, names in tree.others.labels.items():
        last = folder.rpartition("/")[2].lower()
        for name in names:
            if name.lower().endswith(".xml") and (name[:-4] not in where or last in _FOLDERS):
                where[name[:-4]] = f"{folder}/{name}" if folder else name
    found: dict[str, list[str]] = {}
    splits = {}
    looked = 0
    for entry, split, _base in tree.placed if where else ():
        for path, name in zip(paths(entry), entry.names, strict=True):
            splits[path] = split
            if (file := where.get(stem(name))) is not None:
                looked += 1
                tree.cancel.check()
                found[path] = _objects(tree, tree.root / file)
                if looked >= _PEEKS and not any(found.values()):
                    break
    if not any(found.values()):
        raise SourceError(_("There are no XML files with objects of Pascal VOC in {root}.").format(root=tree.root))
    read = of_objects(found, "the XML files", "Pascal VOC")
    rows = Rows(Row(entry.path, entry.class_name or None, splits[entry.path]) for entry in read.entries)
    with_class = len(rows) - rows.class_names.count(None)
    for path, split in splits.items():
        if path not in found:
            rows.append(Row(path, None, split))
    return Reading(KIND, rows, with_class, read.notes)


def _objects(tree: Tree, file: Path) -> list[str]:
    """The names of a picture's objects; none of a file that ends too early, where others may be missing."""
    try:
        text = read_regular(file, most=_LARGEST).decode("utf-8", "replace")
    except OSError as error:
        tree.damaged[file] = _("{file} cannot be read: {why}").format(file=file.name, why=reason_of(error))
        return []
    if "<annotation" not in text:
        tree.damaged[file] = _("{file} is no XML of Pascal VOC").format(file=file.name)
        return []
    if "</annotation>" not in text:
        tree.damaged[file] = _("{file} ends too early").format(file=file.name)
        return []
    names = (_NAME.search(part) for part in _OBJECT.findall(text))
    return [unescape(name.group(1)) for name in names if name is not None and name.group(1)]


IMPORTER = Importer(
    KIND,
    "pascal-voc",
    kinds={KIND: "classes from objects of Pascal VOC"},
    menu="Objects of Pascal VOC",
    priority=1.5,
    read=read_source,
    rescan="pascal-voc",
    layouts=(
        Layout(
            "Pascal VOC",
            ("JPEGImages/1.jpg", "Annotations/1.xml: <object><name>cat</name>...</object>"),
            classes="the name of the objects, where all of a picture are of one",
            split="folders of splits around the pictures, else drawn at random",
            not_read="the boxes; pictures with objects of several classes get no class",
        ),
    ),
)
