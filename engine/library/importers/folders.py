"""Folders named after their class, as they are or below folders of splits: `daisy/1.jpg`, `train/daisy/1.jpg`."""

from __future__ import annotations

from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.placing import (
    Placed,
    are_beginnings,
    are_single_bands,
    has_date,
    is_generic,
    is_group,
    same_inside,
)
from engine.library.importers.rows import Rows, paths
from engine.library.importers.tree import Tree
from engine.library.records import Split

KIND = "class-folders"
SPLIT_KIND = "train-test-folders"
PACKED_KIND = "packed-labels"
_SEVERAL = 5  # so many folders with one picture each are no classes


def read_source(tree: Tree, options: ImportOptions) -> Reading:
    """One row for each image; one beside the class folders, or beside the folders of splits, has no class."""
    rows = Rows()
    notes: list[Note] = []
    chosen = options.labels == "folders"
    in_splits = any(place.split is not None for place in tree.placed)
    classes: list[str | None] = []
    splits: list[Split | None] = []
    beside, example = 0, ""
    for entry, split, rest in tree.placed:
        found = paths(entry)
        class_name = rest[0] if rest else None
        if in_splits and split is None:  # for looking at
            class_name = None
            beside, example = beside + len(found), example or found[0]
        rows.paths += found
        classes += [class_name] * len(found)
        splits += [split] * len(found)
    rows.splits = splits
    names = {name for name in classes if name is not None}
    if names and not chosen:
        notes = _no_classes(names, in_splits, tree.placed)
        if notes:
            classes = [None] * len(classes)
    inside = [] if in_splits else same_inside([place.rest for place in tree.placed])
    if len(inside) > 1 and any(classes):
        notes.append(Note(NoteKind.SAME_INSIDE, len(names), ", ".join(inside[:4])))
    elif any(classes) and (deeper := _deeper(tree.placed)):
        notes.append(Note(NoteKind.DEEPER, len(deeper), ", ".join(deeper[:4])))
    if in_splits and not names:
        folders = dict.fromkeys(place.entry.folder for place in tree.placed if place.split is not None)
        notes.append(Note(NoteKind.ONLY_SPLITS, len(folders), ", ".join(list(folders)[:4])))
    if beside:
        notes.append(Note(NoteKind.BESIDE_SPLITS, beside, example))
    rows.class_names = classes
    labelled = len(classes) - classes.count(None)
    fits = in_splits or 2 * labelled >= len(classes)
    return Reading(SPLIT_KIND if in_splits else KIND, rows, labelled if fits or chosen else 0, tuple(notes))


def packed_kind(kind: str) -> str:
    """What a reading of array files is, which are unpacked into folders of their classes."""
    return PACKED_KIND if kind in (KIND, SPLIT_KIND) else kind


def _deeper(found: list[Placed]) -> list[str]:
    """The folders in those of the classes, where most pictures lie in them and classes hold several."""
    deep = [place for place in found if len(place.rest) > 1]
    inside = {place.rest[:2] for place in deep}
    pictures, below = (sum(len(place.entry.names) for place in places) for places in (found, deep))
    several = len(inside) > len({rest[0] for rest in inside}) and 2 * below > pictures
    return list(dict.fromkeys(rest[1] for rest in sorted(inside))) if several else []


def _no_classes(names: set[str], in_splits: bool, found: list[Placed]) -> list[Note]:
    """Why these folders are no classes; empty if they are. One folder in those of splits was meant as a class."""
    if (len(names) == 1 and not in_splits) or all(is_generic(name) for name in names):
        return [Note(NoteKind.ONE_FOLDER, len(names), min(names))]
    if all(has_date(name) for name in names):
        return [Note(NoteKind.DATES, len(names), min(names))]
    if all(is_group(name) for name in names):
        return [Note(NoteKind.GROUP_FOLDERS, len(names), min(names))]
    if are_beginnings(found):
        return [Note(NoteKind.BEGINNINGS, len(names), min(names))]
    if len(names) >= _SEVERAL and all(len(place.entry.names) == 1 for place in found):
        return [Note(NoteKind.ONE_EACH, len(names), min(names))]
    if all(are_single_bands(place.entry.names) for place in found):
        return [Note(NoteKind.SINGLE_BANDS, len(names), min(names))]
    return []


IMPORTER = Importer(
    KIND,
    "folders",
    kinds={
        KIND: "a folder for each class",
        SPLIT_KIND: "a folder for each split and class",
        PACKED_KIND: "classes stored with the pixels",
    },
    menu="Folder names",
    priority=1.0,
    read=read_source,
    rescan="folders",
    layouts=(
        Layout(
            "Folders of classes",
            ("flowers/daisy/1.jpg", "flowers/daisy/from above/2.jpg", "flowers/rose/3.jpg"),
            classes="the name of the folder; folders below it belong to it",
            split="drawn at random",
            not_read="one folder alone, or folders called images, data or patient001, or after a day, are no classes",
        ),
        Layout(
            "Folders of splits and classes",
            ("train/daisy/1.jpg", "val_set/daisy/2.jpg", "PublicTest/rose/3.jpg", "daisy/train/1.jpg"),
            classes="the folder below or above that of the split",
            split="by the word: train, training_set, seg_train, val, valid, dev, test, test_images ...",
            not_read="a folder named after a split with pictures alone, beside folders of classes, is a class itself",
        ),
    ),
)
