"""Splits told apart from the classes: `train.txt` and `test.txt` beside class folders (Food-101), `trainval.txt`, ten
divisions `train1.txt`, `val1.txt`, `test1.txt` ... (DTD), tables of pictures with their split (CelebA), JSON of splits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from engine.errors import SourceError
from engine.files import read_regular
from engine.language import _
from engine.library.importers.csv_manifest import splits_in_table
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.split_words import split_named, split_within
from engine.library.importers.tree import Tree
from engine.library.records import Split

_LARGEST = 64 * 2**20  # bytes
_MOST_LISTS = 100  # in one folder: ten divisions have thirty
_MOSTLY = 0.8
_LOOKED_AT = 50  # lines
_CELL_END = re.compile(r"[,;\t|]|(?<!\s)\s++-?\d++(?:\s|$)")  # each run of blanks is looked at once
_TRAINING_TOO = re.compile(
    r"(?:.*[^a-z])?train(?:ing)?[\s_.-]*val(?:id(?:ation)?)?(?:[\s_.-]*(?:list|set|images?))?\d*", re.I
)
_NUMBER = re.compile(r"(?<!\d)(\d{1,2})$")


class _ReadDivision(NamedTuple):
    """What a file tells: the number of its division, the split of each picture; `weak` where it is for training and
    validation at once.
    """

    division: int
    splits: dict[str, Split]
    weak: bool = False
    notes: tuple[Note, ...] = ()


@dataclass
class _Division:
    """Lists that belong together; `rest` are pictures for training where no other list says more (trainval.txt)."""

    splits: dict[str, Split] = field(default_factory=dict)
    rest: dict[str, Split] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    disputed: str = ""

    def add(self, file: Path, told: _ReadDivision) -> None:
        if not told.weak:
            self.disputed = self.disputed or next(
                (path for path, split in told.splits.items() if self.splits.get(path, split) is not split), ""
            )
        (self.rest if told.weak else self.splits).update(told.splits)
        self.files.append(file.name)
        self.notes += told.notes

    def whole(self, count: int, known: set[Split]) -> dict[str, Split]:
        """The splits; none of a list for training alone, or of one that names all pictures: what is the other split?"""
        found = {**self.rest, **self.splits}
        told = set(found.values()) | known
        return found if len(told) > 1 or (told != {Split.TRAINING} and len(found) < count) else {}


def splits_by_lists(
    tree: Tree, read: Container[Path], known: set[Split], wanted: int | None = None
) -> tuple[dict[str, Split], tuple[Note, ...]]:
    """The splits of the pictures that lists name, and what to say about it. `read` are the files that classes come
    from, and `known` the splits that are told there; `wanted` is the number of one of several divisions.

    Raises:
        SourceError: there is no division of that number.
    """
    divisions: dict[int, _Division] = defaultdict(_Division)
    for file in tree.files(".txt", ".csv", ".tsv", ".json", most=_MOST_LISTS):
        if file in read:
            continue
        for told in _told(tree, file):
            divisions[told.division].add(file, told)
    usable = {n: each for n, each in sorted(divisions.items()) if each.whole(tree.count, known)}
    if wanted is not None and wanted not in usable:
        seen = ", ".join(str(n) for n in usable if n) or _("none with a number")
        raise SourceError(
            _("There is no division {wanted} into splits in {root}; there is {seen}.").format(
                wanted=wanted, root=tree.root, seen=seen
            )
        )
    if not usable:
        return {}, ()
    chosen = wanted if wanted is not None else min(usable)
    division = usable[chosen]
    names = ", ".join(division.files)
    if division.disputed:
        return {}, (Note(NoteKind.SPLITS_NOT_USED, example=division.disputed, file=names),)
    found = division.whole(tree.count, known)
    notes = [Note(NoteKind.SPLITS_FROM, len(found), file=names), *division.notes]
    if len(usable) > 1:
        notes.append(Note(NoteKind.SEVERAL_DIVISIONS, len(usable), ", ".join(map(str, usable)), str(chosen)))
    return found, tuple(notes)


def _told(tree: Tree, file: Path) -> Iterator[_ReadDivision]:
    if file.suffix.lower() == ".json":
        yield from (_ReadDivision(0, found) for found in _of_json(tree, file))
        return
    by_column, notes = splits_in_table(tree, file)
    if by_column:
        yield _ReadDivision(0, by_column, notes=notes)
        return
    split = split_within(file.stem)[0]
    weak = split is None and _TRAINING_TOO.fullmatch(file.stem) is not None
    split = Split.TRAINING if weak else split
    if split is not None and (listed := _listed(tree, file, split)):
        number = _NUMBER.search(file.stem)
        yield _ReadDivision(int(number[1]) if number is not None else 0, dict.fromkeys(listed, split), weak)


def _of_json(tree: Tree, file: Path) -> Iterator[dict[str, Split]]:
    """`{"train": ["1.jpg", ...], "test": [["2.jpg", 0, "cat"], ...]}`."""
    if "split" not in file.stem.lower() and split_within(file.stem)[0] is None:
        return
    try:
        data = tree.json(file)
    except SourceError:
        return
    if (
        not isinstance(data, dict)
        or not data
        or not all(isinstance(v, list) and split_named(k) for k, v in data.items())
    ):
        return
    found: dict[str, Split] = {}
    for word, values in data.items():
        split = split_named(word)
        cells = [value[0] if isinstance(value, list) and value else value for value in values]
        for cell in cells:
            if (
                split is not None
                and isinstance(cell, str)
                and (match := tree.finder.find(cell, tree.beside(file), split))
            ):
                found[match.path] = split
    yield found


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
