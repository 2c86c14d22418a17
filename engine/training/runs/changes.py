"""Changes in a project since a run, and differences between the options of two runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.library.records import ClassRecord, ImageRecord, Split
from engine.training.runs.matching import class_ids, found_again
from engine.training.runs.records import RunRecord, read_record, read_split


@dataclass(frozen=True, slots=True)
class Changes:
    """Counts of images. `relabelled` have another class, `added` are labelled now and were not in the run, `removed`
    were in it and have no label any more (or are gone, or excluded), `moved` are in another split.
    """

    relabelled: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0

    @property
    def labels(self) -> int:
        """Images that a new run would learn, or be measured, differently for a change of their label."""
        return self.relabelled + self.added + self.removed

    def __bool__(self) -> bool:
        return bool(self.labels or self.moved)


def changes_since(run: RunRecord, records: Iterable[ImageRecord], classes: Sequence[ClassRecord]) -> Changes:
    """Compare the frozen split of a run with `records` and `classes`, what `query` says of the labelled images now.

    A class that was renamed, or came back, is the same. What the run itself decided is no change: the split of images
    that had none, and who validates where the project does not say, in folds, or where everything was trained on.

    Raises:
        RunError: the run's files are damaged.
    """
    records = list(records)
    record_of_run = read_record(run.folder)
    ids = class_ids(record_of_run, classes)
    rows = read_split(run)
    then = {
        found.id: (ids.get(row.class_name), row.split)
        for row, found in zip(rows, found_again(rows, records), strict=True)
        if found is not None
    }
    own = record_of_run.get("fold") or run.options.get("train_on_everything")
    decided_here = not own and any(r.split is Split.VALIDATION for r in records)
    relabelled = added = moved = seen = 0
    for record in records:
        before = then.get(record.id)
        if before is None:
            added += 1
            continue
        seen += 1
        class_id, split = before
        relabelled += class_id != record.class_id
        tests = Split.TEST in (split, record.split)
        moved += split is not record.split and record.split is not Split.UNASSIGNED and (tests or decided_here)
    return Changes(relabelled, added, len(rows) - seen, moved)


@dataclass(frozen=True, slots=True)
class Difference:
    """An option that two runs have differently; None where one of them does not know it."""

    name: str
    first: Any
    second: Any


def differences(first: RunRecord, second: RunRecord) -> list[Difference]:
    """The recipe and the options in which two runs differ, in the order of the options."""
    one = {"recipe": first.recipe, **first.options}
    other = {"recipe": second.recipe, **second.options}
    names = dict.fromkeys([*one, *other])
    return [Difference(n, one.get(n), other.get(n)) for n in names if one.get(n) != other.get(n)]
