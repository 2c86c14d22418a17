"""What the map shows: points with label, prediction and mistake of each, as columns; and how these look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gui.review.map.scatter import CROSS, DOT, SIGNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from engine.library.project import Project
    from engine.library.records import ClassRecord

LABEL, PREDICTION, MISTAKE = range(3)  # what the colours tell
UNKNOWN = 0  # ids of classes begin at 1


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """n images; `labels` and `predicted` are ids of classes, `UNKNOWN` where there is none."""

    run: str
    method: str
    image_ids: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend: a name, how it looks, and the points that look so."""

    name: str
    sign: int
    colour: int
    points: NDArray[np.int64]


def read_mapped(project: Project, result: Mapping[str, Any]) -> Mapped:
    """Return what the job gave, with the labels of now and the predictions of the run."""
    from engine.errors import EngineError
    from engine.library.labels import labels_of
    from engine.review.verdicts import VerdictReader

    ids = np.array(result["image_ids"], np.int64)
    predicted = np.full(len(ids), UNKNOWN, np.int64)
    try:
        verdicts = VerdictReader().read(project, str(result["run"]))
    except EngineError:  # the map is worth looking at without predictions
        verdicts = None
    if verdicts is not None and len(verdicts.ids):
        known = np.frombuffer(verdicts.ids, np.int64)
        found = np.searchsorted(known, ids).clip(0, len(known) - 1)
        there = known[found] == ids
        predicted[there] = np.frombuffer(verdicts.class_ids, np.int64)[found[there]]
    return Mapped(
        run=str(result["run"]),
        method=str(result["method"]),
        image_ids=ids,
        x=np.array(result["x"], np.float64),
        y=np.array(result["y"], np.float64),
        labels=labels_of(project, ids),
        predicted=predicted,
    )


def by_class(of: NDArray[np.int64], classes: Sequence[ClassRecord], muted: int, nothing: str) -> list[Entry]:
    """An entry for each class that is there, in the order of the classes, and one for the rest."""
    entries = []
    known = np.zeros(len(of), bool)
    for place, cls in enumerate(classes):
        points = np.flatnonzero(of == cls.id)
        known[points] = True
        if len(points):
            entries.append(Entry(cls.name, place % len(SIGNS), 0xFF000000 | int(cls.colour[1:], 16), points))
    rest = np.flatnonzero(~known)
    return [*entries, *([Entry(nothing, DOT, muted, rest)] if len(rest) else [])]


def by_mistake(found: Mapped, colours: tuple[int, int, int], names: tuple[str, str, str]) -> list[Entry]:
    """Entries for what is recognised, mistaken, and neither (no label, or the run learnt from it)."""
    judged = (found.labels != UNKNOWN) & (found.predicted != UNKNOWN)
    wrong = judged & (found.labels != found.predicted)
    parts = ((judged & ~wrong, 0), (wrong, CROSS), (~judged, DOT))
    entries = [
        Entry(name, sign, colour, np.flatnonzero(part))
        for (part, sign), colour, name in zip(parts, colours, names, strict=True)
    ]
    return [entry for entry in entries if len(entry.points)]


def looks(entries: Sequence[Entry], count: int) -> tuple[NDArray[np.int8], NDArray[np.uint32]]:
    """The sign and the colour of each point."""
    signs, colours = np.full(count, DOT, np.int8), np.full(count, 0xFF808080, np.uint32)
    for entry in entries:
        signs[entry.points], colours[entry.points] = entry.sign, entry.colour
    return signs, colours
