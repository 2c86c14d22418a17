"""Lists of the pictures of a split, without classes: `train.txt` and `test.txt` beside class folders (Food-101)."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import SourceError
from engine.files import read_regular
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.split_words import split_named
from engine.library.importers.tree import Tree
from engine.library.records import Split

_LARGEST = 64 * 2**20  # bytes
_MOSTLY = 0.8
_LOOKED_AT = 50  # lines
_CELL_END = re.compile(r"[,;\t|]|\s+-?\d+(?:\s|$)")


def splits_by_lists(tree: Tree) -> tuple[dict[str, Split], tuple[Note, ...]]:
    """The splits of the pictures that lists name, and what to say about it; none where two lists name one picture."""
    found: dict[str, Split] = {}
    files: list[str] = []
    for file in tree.files(".txt", ".csv", ".tsv"):
        split = split_named(file.stem)
        paths = _listed(tree, file, split) if split is not None else []
        if split is None or not paths:
            continue
        if any(found.get(path, split) is not split for path in paths):
            return {}, ()
        found |= dict.fromkeys(paths, split)
        files.append(file.name)
    if len(set(found.values())) < 2:  # what the other splits are is not told
        return {}, ()
    return found, (Note(NoteKind.SPLITS_FROM, len(found), file=", ".join(files)),)


def _listed(tree: Tree, file: Path, split: Split) -> list[str]:
    """The pictures that a list names; none where most of its first lines name no picture."""
    try:
        text = read_regular(file, most=_LARGEST).decode("utf-8-sig", "replace")
    except (OSError, SourceError):
        return []
    cells = [cell for line in text.splitlines() if (cell := _CELL_END.split(line.strip(), maxsplit=1)[0].strip('" '))]
    beside = tree.beside(file)
    first = [tree.finder.find(cell, beside, split) for cell in cells[:_LOOKED_AT]]
    if not first or first.count(None) > (1 - _MOSTLY) * len(first) + 1:  # the one is a header
        return []
    matches = (tree.finder.find(cell, beside, split) for cell in cells)
    return [match.path for match in matches if match is not None]
