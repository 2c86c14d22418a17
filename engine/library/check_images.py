"""Check images: labelled images that are set aside to see how good a model is, decided once, when the label is given.

Later labels change nothing about it, so that runs over time are checked on the same images and more. Imported labels
have the splits that their import gave them; those without one are divided by each training (`engine.training.frozen`).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from engine.library.filters import SPLITS
from engine.library.records import Split

SHARE = 0.2  # of the labelled images of a class
_TRAINING, _CHECK = SPLITS.index(Split.TRAINING), SPLITS.index(Split.VALIDATION)
_OPEN = SPLITS.index(Split.UNASSIGNED)
_COUNTS = "SELECT split, count(*) FROM images WHERE class_id = ? AND split IN (?, ?) AND state >= 0 GROUP BY split"


def divided(db: sqlite3.Connection, image_ids: Iterable[int]) -> dict[int, int | None]:
    """Return the split, as its place in `SPLITS`, of those of some images that have a label and no split yet.

    Of each class the second is a check image, and then one of five. Images of one group come to one side, where it has
    one to that. Labels that were accepted unseen check nothing and are left out until somebody has looked at them.
    """
    units: dict[tuple[int, str | int], list[int]] = {}
    rows = db.execute(
        "SELECT id, class_id, grouping FROM images WHERE id IN (SELECT value FROM json_each(?))"
        " AND class_id NOT NULL AND split = ? AND NOT unseen AND state >= 0 ORDER BY id",
        (json.dumps(list(image_ids)), _OPEN),
    )
    for image, class_id, group in rows:
        units.setdefault((class_id, image if group is None else group), []).append(image)
    found: dict[int, int | None] = {}
    sides: dict[str, int | None] = {}
    checked: Counter[int] = Counter()
    settled: Counter[int] = Counter()
    for class_id in {class_id for class_id, _ in units}:
        counts = dict(db.execute(_COUNTS, (class_id, _TRAINING, _CHECK)))
        checked[class_id], settled[class_id] = counts.get(_CHECK, 0), sum(counts.values())
    for (class_id, group), images in units.items():
        side = None
        if isinstance(group, str):
            if group not in sides:
                sides[group] = _side_of(db, group)
            side = sides[group]
        if side is None:
            wanted = max(1, round(SHARE * (settled[class_id] + len(images))))
            fits = checked[class_id] + len(images) / 2 <= wanted
            side = _CHECK if settled[class_id] and fits else _TRAINING
        if isinstance(group, str):
            sides[group] = side
        settled[class_id] += len(images)
        checked[class_id] += len(images) if side == _CHECK else 0
        found.update(dict.fromkeys(images, side))
    return found


def _side_of(db: sqlite3.Connection, group: str) -> int | None:
    """Return the split that an image of a group has already, with or without a label."""
    found = "SELECT split FROM images WHERE grouping = ? AND split != ? AND state >= 0 LIMIT 1"
    row = db.execute(found, (group, _OPEN)).fetchone()
    return None if row is None else int(row[0])
