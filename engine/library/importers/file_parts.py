"""The class at the end of the file name (`0012_cat.jpg`), or wherever a person's regular expression says."""

from __future__ import annotations

import re

from engine.errors import UsageError
from engine.language import _
from engine.library.importers.file_prefix import by_name
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.rows import Row, Rows, paths
from engine.library.importers.tree import Tree
from engine.library.listing import stem
from engine.patterns import compiled

SUFFIX_KIND = "file-suffix"
PATTERN_KIND = "file-pattern"

_SUFFIX = re.compile(r"(?:.*[\s._-])?\(?\d+\)?[\s._-]+([^\d\s._()-][^\d]*?)")


def class_at_end(name: str) -> str | None:
    """The class after the last number of a file name, such as "cat" for "0012_cat.jpg"; None if there is none."""
    match = _SUFFIX.fullmatch(stem(name))
    return match.group(1) if match else None


def read_suffix(tree: Tree, options: ImportOptions) -> Reading:
    """One row for each image, with the split of its top folder. A name without a class gives an image without one."""
    return by_name(tree, options, SUFFIX_KIND, class_at_end)


def read_pattern(tree: Tree, options: ImportOptions) -> Reading:
    """One row for each image. The class is the group called `class`, else the first group, else the whole match.

    The pattern is sought in the file name; one that holds a "/" is sought in the path from the source.

    Raises:
        UsageError: there is no pattern, or it is no regular expression.
    """
    pattern = options.pattern
    if not pattern:
        raise UsageError(_("Labels by pattern need a regular expression for the file name, such as '^([a-z]+)'."))
    found = compiled(pattern)
    group: str | int = "class" if "class" in found.groupindex else min(1, found.groups)
    whole_path = "/" in pattern
    rows = Rows()
    for entry, split, _base in tree.placed:
        for path, name in zip(paths(entry), entry.names, strict=True):
            match = found.search(path if whole_path else name)
            rows.append(Row(path, (match.group(group) or None) if match else None, split))
    return Reading(PATTERN_KIND, rows, len(rows) - rows.class_names.count(None))


SUFFIX = Importer(
    SUFFIX_KIND,
    "suffix",
    kinds={SUFFIX_KIND: "the class at the end of the file name"},
    menu="The end of file names",
    priority=0.55,
    read=read_suffix,
    rescan="suffix",
    layouts=(
        Layout(
            "The class after the last number in the file name",
            ("0012_cat.jpg", "IMG_0012-red fox.png"),
            classes="what stands after the number",
            split="folders of splits around the pictures, else drawn at random",
        ),
    ),
)
PATTERN = Importer(
    PATTERN_KIND,
    "pattern",
    kinds={PATTERN_KIND: "the class by a pattern in the file name"},
    menu="A pattern in file names…",
    priority=1.0,
    read=read_pattern,
    rescan="none",
    options=frozenset({"pattern"}),
    automatic=False,
    layouts=(
        Layout(
            "A regular expression",
            ("site/a/oak-2_leaf.jpg with --pattern '^([a-z]+)-'",),
            classes="the group called class, else the first group, else the whole match",
            split="folders of splits around the pictures, else drawn at random",
        ),
    ),
)
