"""All forms of labelled pictures: the one list from which detection, flags, menus, words and docs follow."""

from __future__ import annotations

from engine.library.importers import (
    beside,
    coco,
    createml,
    csv_manifest,
    cvat,
    fiftyone,
    file_parts,
    file_prefix,
    folders,
    imagefolder,
    json_records,
    label_studio,
    labelme,
    matlab_lists,
    numbered_lists,
    voc,
    yolo,
)
from engine.library.importers.importer import Importer, ImportOptions, Reading
from engine.library.importers.rows import Rows, paths
from engine.library.importers.tree import Tree

AUTO = "auto"
NONE = "none"


def _unlabelled(tree: Tree, options: ImportOptions) -> Reading:  # noqa: ARG001  # as every importer
    rows = Rows()
    rows.paths = [path for entry in tree.listing for path in paths(entry)]
    rows.class_names, rows.splits = [None] * len(rows.paths), [None] * len(rows.paths)
    return Reading(NONE, rows, 0)


UNLABELLED = Importer(
    NONE,
    NONE,
    kinds={NONE: "no labels yet"},
    menu="Nothing: no labels yet",
    priority=0.0,
    read=_unlabelled,
    rescan=NONE,
)

# Of forms that give as many pictures a class, the first one wins.
IMPORTERS: tuple[Importer, ...] = (
    folders.IMPORTER,
    file_prefix.IMPORTER,
    file_parts.SUFFIX,
    file_parts.PATTERN,
    csv_manifest.IMPORTER,
    labelme.IMPORTER,
    label_studio.IMPORTER,
    imagefolder.IMPORTER,
    createml.IMPORTER,
    fiftyone.IMPORTER,
    coco.IMPORTER,
    cvat.IMPORTER,
    json_records.IMPORTER,
    numbered_lists.IMPORTER,
    matlab_lists.IMPORTER,
    beside.IMPORTER,
    yolo.IMPORTER,
    voc.IMPORTER,
    UNLABELLED,
)
LABELS: tuple[str, ...] = (AUTO, *(importer.flag for importer in IMPORTERS))


def by_flag(flag: str) -> Importer | None:
    """The importer of a flag; None for "auto" and for unknown ones."""
    return next((importer for importer in IMPORTERS if importer.flag == flag), None)


def by_kind(kind: str) -> Importer | None:
    """The importer that makes readings of `kind`; None for a kind of an older version."""
    return next((importer for importer in IMPORTERS if kind in importer.kinds), None)


def kind_words(kind: str) -> str:
    """What a reading of `kind` is, such as "a folder for each class"."""
    importer = by_kind(kind)
    return importer.kinds[kind] if importer is not None else kind
