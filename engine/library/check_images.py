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
_ENOUGH = 5  # training images of a class of which one would be a check image, had its labels been divided here
_COUNTS = "SELECT split, count(*) FROM images WHERE class_id = ? AND split IN (?, ?) AND state >= 0 GROUP BY split"


def divided(db: sqlite3.Connection, image_ids: Iterable[int]) -> dict[int, int | None]:
    """Return the split, as its place in `SPLITS`, of those of some images that have a label and no split yet.

    Of each class the second is a check image, and then one of five. Images of one group come to one side, where it has
    one to that. Labels that were accepted unseen check nothing and are left out until somebody has looked at them.
    Where images were put into training and none aside, as an import of training images alone leaves it, labels get no
    split: each training sets a part of all aside then, for which a first check image here would stand alone.
    """
    if _is_divided_by_trainings(db):
        return {}
    units: dict[tuple[int, str | int], list[int]] = {}
    rows = db.execute(
        "SELECT id, class_id, grouping FROM images WHERE id IN (SELECT value FROM json_each(?))"
        " AND class_id NOT NULL AND split = ? AND NOT unseen AND state >= 0 ORDER BY id",
        (json.dumps(list(image_ids)), _OPEN),
    )
    for image, class_id, group in rows:
        units.setdefault((class_id, image if group is None else group), []).append(image)
    found: dict[int, int | None] = {}
    sides = _sides(db, {group for _, group in units if isinstance(group, str)})
    checked: Counter[int] = Counter()
    settled: Counter[int] = Counter()
    for class_id in {class_id for class_id, _ in units}:
        counts = dict(db.execute(_COUNTS, (class_id, _TRAINING, _CHECK)))
        checked[class_id], settled[class_id] = counts.get(_CHECK, 0), sum(counts.values())
    for (class_id, group), images in units.items():
        side = sides.get(group)
        if side is None:
            wanted = max(1, round(SHARE * (settled[class_id] + len(images))))
            fits = checked[class_id] + len(images) / 2 <= wanted
            side = _CHECK if settled[class_id] and fits else _TRAINING
        sides[group] = side
        settled[class_id] += len(images)
        checked[class_id] += len(images) if side == _CHECK else 0
        found.update(dict.fromkeys(images, side))
    return found


def _is_divided_by_trainings(db: sqlite3.Connection) -> bool:
    """Return whether an import or a person has put images of some class into training and none aside."""
    checks = (
        "SELECT 1 FROM images WHERE class_id IN (SELECT id FROM classes) AND split = ? AND NOT unseen AND state >= 0"
        " LIMIT 1"
    )
    if db.execute(checks, (_CHECK,)).fetchone() is not None:
        return False
    units = (
        "SELECT count(DISTINCT ifnull(grouping, id)) FROM (SELECT id, grouping FROM images"
        " WHERE class_id = ? AND split = ? AND state >= 0 LIMIT 1000)"
    )
    classes = db.execute("SELECT id FROM classes WHERE gone = 0").fetchall()
    return any(db.execute(units, (class_id, _TRAINING)).fetchone()[0] >= _ENOUGH for (class_id,) in classes)


def _sides(db: sqlite3.Connection, groups: set[str]) -> dict[str | int, int]:
    """Return the splits that images of some groups have already, with or without a label: in one look at all images."""
    if not groups:
        return {}
    found = (
        "SELECT grouping, split FROM images WHERE grouping IN (SELECT value FROM json_each(?)) AND split != ?"
        " AND state >= 0 ORDER BY id DESC"
    )
    return dict(db.execute(found, (json.dumps(list(groups)), _OPEN)))
