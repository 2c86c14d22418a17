"""CVAT for images: one XML file with tags or boxes of each picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from engine.errors import SourceError
from engine.files import read_regular, reason_of
from engine.language import _
from engine.library.importers.csv_manifest import Entry, Manifest, match, reading
from engine.library.importers.exports import of_objects
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.rows import Rows
from engine.library.importers.tree import Tree

KIND = "cvat"
_LARGEST = 512 * 2**20  # bytes
_FIRST = 200  # characters
# Read without an XML parser: nothing is expanded, and no more than these is needed. Each ends at the next element, as
# no attribute holds a bare "<": whatever a file holds, it is gone through once.
_IMAGE = re.compile(r"<image\b")
_ELEMENT = re.compile(r"<(tag|box|polygon|polyline|points|mask|cuboid|ellipse|skeleton)\b([^<>]*+)")
_NAME, _LABEL = (re.compile(rf'\b{attribute}="([^"]*)"') for attribute in ("name", "label"))


def read_source(tree: Tree, options: ImportOptions) -> Reading:
    """Rows of the pictures in the XML files that are such exports.

    Raises:
        SourceError: there is none, or it lists none of the pictures.
    """
    rows, notes, files = Rows(), list[Note](), list[Path]()
    known: set[str] = set()
    for file in [Path(options.csv)] if options.csv is not None else tree.files(".xml"):
        found = _read(tree, file)
        if found is None:
            continue
        split = tree.split_of_file(file) if tree.beside(file) is not None else None
        matched = match(found.entries, tree.finder, tree.beside(file), file.name, split=split, boxes=found.boxes)
        new = [row for row in matched.rows if row.path not in known]
        known.update(row.path for row in new)
        for row in new:
            rows.append(row)
        if new:
            files.append(file)
            notes += [*found.notes, *matched.notes]
    if not files:
        raise SourceError(_("There is no XML export of CVAT in {root} that lists its pictures.").format(root=tree.root))
    first = Note(NoteKind.READ_FROM, len(files), file=", ".join(dict.fromkeys(file.name for file in files)))
    return reading(tree, KIND, rows, (first, *notes), files)


def _read(tree: Tree, file: Path) -> Manifest | None:
    """A line for each picture: its one tag, else the class of its shapes where they are of one; None if it is another
    form.
    """
    try:
        text = read_regular(file, most=_LARGEST).decode("utf-8", "replace")
    except OSError as error:
        tree.damaged[file] = _("{file} cannot be read: {why}").format(file=file.name, why=reason_of(error))
        return None
    if "<annotations>" not in text[:_FIRST] or not (images := list(_images(text))):
        return None
    if "</annotations>" not in text:
        tree.damaged[file] = _("{file} ends too early").format(file=file.name)
    tags = {name: [label for kind, label in found if kind == "tag"] for name, found in images}
    shapes = {name: [label for kind, label in found if kind != "tag"] for name, found in images}
    if not any(tags.values()):
        return of_objects(shapes, file.name, "CVAT")
    several = [name for name, found in tags.items() if len(set(found)) > 1]
    entries = [Entry(name, found[0] if len(set(found)) == 1 else "", None) for name, found in tags.items()]
    notes = (Note(NoteKind.SEVERAL_LABELS, len(several), several[0], file.name),) if several else ()
    return Manifest(entries, "", notes)


def _images(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The name of each picture with the kinds and labels of what is in it; one that the file ends in is left out."""
    for part in _IMAGE.split(text)[1:]:
        attributes, _, rest = part.partition(">")
        inside, end, _ = ("", "/>", "") if attributes.endswith("/") else rest.partition("</image>")
        name = _NAME.search(attributes)
        if name is not None and end:
            elements = ((kind, _LABEL.search(words)) for kind, words in _ELEMENT.findall(inside))
            yield unescape(name.group(1)), [(kind, unescape(label.group(1))) for kind, label in elements if label]


IMPORTER = Importer(
    KIND,
    "cvat",
    kinds={KIND: "classes from an export of CVAT"},
    menu="An export of CVAT (XML)…",
    priority=1.5,
    read=read_source,
    options=frozenset({"csv"}),
    files=(".xml",),
    layouts=(
        Layout(
            "CVAT for images",
            ('annotations.xml: <image name="1.jpg"><tag label="cat"></tag></image>', "images/1.jpg"),
            classes="the one tag of a picture, else the class of its shapes where they are all of one",
            split="the name or folder of the file",
            not_read="shapes and attributes; pictures with several tags get no class",
        ),
    ),
)
