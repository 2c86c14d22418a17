"""The results of a batch classification as they arrive: millions of rows, and what a filter lets through."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

ALL, UNSURE, PROBLEMS = 0, 1, 2
UNSURE_BELOW = 0.5  # of the predicted class's probability


@dataclass(slots=True)
class Results:
    """Rows in the order of the input. Every list of indices grows with the rows, so that filters cost nothing."""

    paths: list[str] = field(default_factory=list)
    classes: array[int] = field(default_factory=lambda: array("i"))  # index into `names`
    confidence: array[float] = field(default_factory=lambda: array("f"))
    names: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    _of_class: list[array[int]] = field(default_factory=list)
    _unsure: array[int] = field(default_factory=lambda: array("q"))
    _unsure_of_class: list[array[int]] = field(default_factory=list)
    _index: dict[str, int] = field(default_factory=dict)

    def know(self, names: Iterable[str]) -> None:
        """The model's classes, in order, so that those without any image are listed too."""
        for name in names:
            self._class(name)

    def _class(self, name: str) -> int:
        found = self._index.get(name)
        if found is None:
            found = self._index[name] = len(self.names)
            self.names.append(name)
            self._of_class.append(array("q"))
            self._unsure_of_class.append(array("q"))
        return found

    def add(self, rows: Iterable[tuple[str, str, float]]) -> None:
        for path, name, confidence in rows:
            place, cls = len(self.paths), self._class(name)
            self.paths.append(path)
            self.classes.append(cls)
            self.confidence.append(confidence)
            self._of_class[cls].append(place)
            if confidence < UNSURE_BELOW:
                self._unsure.append(place)
                self._unsure_of_class[cls].append(place)

    def add_problem(self, path: str, reason: str) -> None:
        self.problems.append((path, reason))

    def __len__(self) -> int:
        return len(self.paths)

    def counts(self) -> list[int]:
        """How many images each class of `names` has."""
        return [len(rows) for rows in self._of_class]

    @property
    def unsure(self) -> int:
        return len(self._unsure)

    def shown(self, kind: int, cls: int | None) -> array[int] | range:
        """The rows to show, all or the unsure ones, of one class or of all."""
        if kind == UNSURE:
            return self._unsure if cls is None else self._unsure_of_class[cls]
        return range(len(self.paths)) if cls is None else self._of_class[cls]


BLOCK = 200  # rows of the table that are read at once


def read_guesses(table: Path, row: int) -> dict[int, tuple[str, list[tuple[str, float]]]]:
    """The path and the named classes with their probabilities of `row` and of rows around it, as far as they are there.

    `table` is the CSV file of a batch: path, class, confidence, class_2, confidence_2 and so on.
    """
    first = max(0, row - BLOCK // 4)
    with table.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file)
        head = next(reader, [])
        columns = [i for i, name in enumerate(head) if name == "class" or name.startswith("class_")]
        found = {}
        for place, cells in enumerate(islice(reader, first, first + BLOCK), start=first):
            if len(cells) == len(head):
                found[place] = cells[0], [(cells[i], float(cells[i + 1])) for i in columns if cells[i]]
    return found
