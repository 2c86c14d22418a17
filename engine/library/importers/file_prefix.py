"""The class in the file name, before a number: `dog.123.jpg`, `cat_7.png`, `red-fox 12.jpg`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.placing import are_single_bands, has_date
from engine.library.importers.rows import Row, Rows, paths
from engine.library.importers.split_words import split_named
from engine.library.importers.tree import Tree
from engine.library.listing import stem

KIND = "file-prefix"

_SEPARATED = re.compile(r"(.*?[^\s._()-])(?:[\s._-]+\(?\d+\)?)+")
_JOINED = re.compile(r"(.*[^\d\s._()-])[\s._-]*\d+")
# What cameras and programs call pictures; no class unless a person says so.
_NO_CLASS = frozenset(
    {
        *("img", "image", "images", "dsc", "dscn", "dscf", "dcim", "pxl", "gopr", "vid", "frame", "photo", "pic"),
        *("picture", "scan", "screenshot", "untitled", "file", "mvimg", "p", "video", "page", "wa", "whatsapp", "at"),
        *(
            "signal",
            "telegram",
            "viber",
            "line",
            "wechat",
            "kakaotalk",
            "screen",
            "shot",
            "bildschirmfoto",
            "mp",
            "hdr",
        ),
        *(
            "pano",
            "burst",
            "portrait",
            "cover",
            "edit",
            "edited",
            "night",
            "cimg",
            "imag",
            "sam",
            "pict",
            "capture",
            "cam",
        ),
    }
)
_CHANNELS = frozenset({"red", "green", "blue", "yellow", "nir", "rgb", "depth", "dapi"})
_SURE = 0.8
_SOME = 500


def class_in(name: str) -> str | None:
    """The class that the file name carries, such as "dog" for "dog.123.jpg"; None if it does not end in a number."""
    plain = stem(name)
    match = _SEPARATED.fullmatch(plain) or _JOINED.fullmatch(plain)
    return match.group(1).removesuffix("-!") if match else None  # "Class 1-!-7.jpg", as Teachable Machine writes it


def read_source(tree: Tree, options: ImportOptions) -> Reading:
    """One row for each image, with the split of its top folder. A name without a class gives an image without one."""
    return by_name(tree, options, KIND, class_in)


def by_name(tree: Tree, options: ImportOptions, kind: str, class_of: Callable[[str], str | None]) -> Reading:
    """A reading of names; unless a person asked for it, it fits where nearly all names of some split carry one of a
    few classes that cameras do not write.
    """
    if options.labels == "auto":
        groups = _by_split(tree)
        few = any(_few_classes(_some(names), class_of) and _few_classes(names, class_of) for names in groups.values())
        bands = all(are_single_bands(entry.names) for entry in tree.listing)
        if not few or bands or _is_split_again(groups, class_of) or _are_channels(groups, class_of):
            return Reading(kind, Rows(), 0, _why_not(groups, class_of))
    rows = Rows(
        Row(path, class_of(name), split)
        for entry, split, _base in tree.placed
        for path, name in zip(paths(entry), entry.names, strict=True)
    )
    return Reading(kind, rows, len(rows) - rows.class_names.count(None))


def _why_not(groups: dict[object, list[str]], class_of: Callable[[str], str | None]) -> tuple[Note, ...]:
    """What a person may have taken for classes, in names that carry none."""
    for names in groups.values():
        some = _some(names)
        found = _counts(some, class_of)
        if len(found) >= 2 and all(map(split_named, found)) and found.total() >= _SURE * len(some):
            return (Note(NoteKind.SPLITS_IN_NAMES, len(found), ", ".join(sorted(found)[:4])),)
    day = next((name for names in groups.values() for name in _some(names)[:1] if has_date(name)), None)
    return () if day is None else (Note(NoteKind.DATES, 1, day),)


def _is_split_again(groups: dict[object, list[str]], class_of: Callable[[str], str | None]) -> bool:
    """True if no class stands in two splits, as in `train/train_1.jpg` and `val/val_1.jpg`."""
    found = [{name for name in map(class_of, names) if name} for names in groups.values()]
    found = [names for names in found if names]
    return len(found) > 1 and sum(map(len, found)) == len(set().union(*found))


def _are_channels(groups: dict[object, list[str]], class_of: Callable[[str], str | None]) -> bool:
    """True for `1_red.png`, `1_green.png` ...: pictures of the same thing in several colours."""
    return {name.lower() for names in groups.values() for n in _some(names) if (name := class_of(n))} <= _CHANNELS


def _counts(names: list[str], class_of: Callable[[str], str | None]) -> Counter[str]:
    """How many names carry each class."""
    found = ((class_of(name), name) for name in names)
    return Counter(word for word, name in found if word is not None and not _is_no_class(word, name))


def _few_classes(names: list[str], class_of: Callable[[str], str | None]) -> bool:
    counts = _counts(names, class_of)
    if all(split_named(name) for name in counts):  # Train_0.jpg, Test_0.jpg
        return False
    return len(counts) >= 2 and counts.total() >= _SURE * len(names) and len(counts) <= len(names) / 2


def _is_no_class(found: str, name: str) -> bool:
    """True for numbers, for what cameras and messengers call pictures, and for the day on which one was taken."""
    if found.isdigit() or found.lower() in _NO_CLASS or has_date(found):
        return True
    if not has_date(name):
        return False
    words = [word for word in re.split(r"[\W\d_]+", stem(name).lower()) if word]
    return bool(words) and (words[0] in _NO_CLASS or all(word in _NO_CLASS for word in words))


def _some(names: list[str]) -> list[str]:
    """As many as show in an instant whether a closer look is worth it."""
    return names if len(names) <= _SOME else names[:: len(names) // _SOME]


def _by_split(tree: Tree) -> dict[object, list[str]]:
    groups: dict[object, list[str]] = {}
    for entry, split, _base in tree.placed:
        groups.setdefault(split, []).extend(entry.names)
    return groups


IMPORTER = Importer(
    KIND,
    "prefix",
    kinds={KIND: "the class at the beginning of the file name"},
    menu="The beginning of file names",
    priority=0.6,
    read=read_source,
    rescan="prefix",
    layouts=(
        Layout(
            "The class before a number in the file name",
            ("dog.123.jpg", "cat_7.png", "red-fox 12.jpg"),
            classes="what stands before the number",
            split="folders of splits around the pictures, else drawn at random",
            not_read="what cameras, telephones, screenshots and messengers write: IMG_20230101, DSC_0012 ...",
        ),
    ),
)
