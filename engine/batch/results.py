"""The results of a batch: sixteen bytes a row, counts that are ready at once, and what a filter lets through."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.batch.saved_results.stored import PROBLEM, Block
from engine.batch.sources.archives import stays_inside

ALL, UNSURE, UNLIKE, CORRECTED, PROBLEMS = range(5)
AS_COME, LEAST_SURE, MOST_SURE = range(3)
USUAL_THRESHOLD = 50  # per cent
REPLACED = -2  # in place of a class: the file changed while it was watched, and has a newer row
MOST_PROBLEMS = 10_000  # that are listed; the rest is counted, and in every table
_SLACK = 2e-5  # of a per cent: confidences are kept to six decimals, in four bytes


def bucket(confidence: float) -> int:
    """Return the whole per cent of a confidence, 0 to 100."""
    return int(confidence * 100 + _SLACK)


class Arrived(NamedTuple):
    """A block of rows with all that must be counted of it, so that taking it over costs next to nothing.

    `counts`: rows by class and whole per cent; `unlike`: those of them that are unlike the training images; `stuck`:
    problems that are no files, since they stay in an archive.
    """

    block: Block
    counts: Counter[tuple[int, int]]
    unlike: Counter[tuple[int, int]]
    stuck: int


def arrived(block: Block) -> Arrived:
    """Count a block; done in the thread that has read it."""
    pairs = zip(block.classes, block.confidence, strict=True)
    stuck = sum(stays_inside(reason) for _, _, reason in block.problems)
    unlike = Counter((block.classes[row], bucket(block.confidence[row])) for row in block.unlike)
    return Arrived(block, Counter((cls, bucket(sure)) for cls, sure in pairs), unlike, stuck)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """The rows to show: of a `kind`, of a class (its place in `names`) or all, from `low` to `high` per cent sure.

    Of a class those that it gets, neither unsure nor unlike, unless one of these kinds or a confidence is asked for.
    """

    kind: int = ALL
    cls: int | None = None
    low: int = 0
    high: int = 100
    order: int = AS_COME
    threshold: int = USUAL_THRESHOLD

    @property
    def is_filed(self) -> bool:
        return self.kind == ALL and self.cls is not None and self.low == 0 and self.high == 100

    @property
    def is_everything(self) -> bool:
        return self.kind == ALL and self.cls is None and self.low == 0 and self.high == 100


class Results:
    """Rows are numbered as they stand in their file. What a person called a row counts as its class.

    `newest`: of several rows of one file only the last one counts; what an earlier one was called was another picture.
    This holds a number more for each file, so it is for folders that are watched alone.
    """

    def __init__(self, names: Iterable[str] = (), *, newest: bool = False) -> None:
        self.names = list(names)
        self.places = array("q")  # where each row begins in the file
        self.predicted = array("i")  # place in `names`, or PROBLEM
        self.confidence = array("f")
        self.flagged = bytearray()  # 1: unlike the training images, by the model
        self.labels: dict[int, int] = {}
        self.problems: list[tuple[str, str]] = []
        self.problem_count = 0
        self.replaced_count = 0
        self.dropped_count = 0  # of the replaced: those that a person had called something
        self._latest: dict[int, int] | None = {} if newest else None  # hash of a path: its last row
        self.stuck_count = 0  # of the problems: in archives, out of which they cannot be taken
        self.end = 0  # of what was read of the file
        self._counts = [0] * len(self.names)
        self._buckets = [[0] * 101 for _ in self.names]  # by predicted class, of rows without a label
        self._unlike = [[0] * 101 for _ in self.names]  # the same, of those that are unlike the training images

    def __len__(self) -> int:
        return len(self.places)

    @property
    def images(self) -> int:
        """Rows that have a prediction."""
        return self.files - self.problem_count

    @property
    def files(self) -> int:
        """Rows that count: images and problems."""
        return len(self.places) - self.replaced_count

    def take(self, found: Arrived) -> None:
        """Add the rows that follow those that are here."""
        block = found.block
        self.names += block.names[len(self.names) :]
        self._know_all()
        start = len(self.places)
        self.flagged.extend(bytes(len(block.places)))
        for row in block.unlike:
            self.flagged[start + row] = 1
        self.places.extend(block.places)
        self.predicted.extend(block.classes)
        self.confidence.extend(block.confidence)
        for (cls, percent), number in found.counts.items():
            if cls == PROBLEM:
                self.problem_count += number
            else:
                self._counts[cls] += number
                self._buckets[cls][percent] += number
        for (cls, percent), number in found.unlike.items():
            self._unlike[cls][percent] += number
        self.stuck_count += found.stuck
        left = MOST_PROBLEMS - len(self.problems)
        self.problems += [(path, reason) for _, path, reason in block.problems[:left]]
        self.end = block.end
        if self._latest is not None:
            self._replace(self._latest, block.paths)

    def _replace(self, latest: dict[int, int], paths: Sequence[int]) -> None:
        """Count the rows no more that have a newer one among those just taken; `paths` are of these."""
        first = len(self.places) - len(paths)
        solved: Counter[int] = Counter()
        for row, path in enumerate(paths, first):
            old = latest.get(path)
            latest[path] = row
            if old is None:
                continue
            if self.predicted[old] == PROBLEM:
                self.problem_count -= 1
                solved[path] += 1
            else:
                self.dropped_count += old in self.labels
                self.label((old,), None)
                self._counts[self.predicted[old]] -= 1
                self._count_unlabelled(old, -1)
            self.predicted[old] = REPLACED
            self.replaced_count += 1
        if solved:
            self._forget_problems(solved)

    def _forget_problems(self, solved: Counter[int]) -> None:
        """Forget so many of the files with these paths, the oldest of each."""
        left = []
        for path, reason in self.problems:
            if solved[hash(path)]:
                solved[hash(path)] -= 1
            else:
                left.append((path, reason))
        self.problems = left

    # What a person called them

    def place_of(self, name: str) -> int:
        """Return where `name` stands in `names`; a new one is put at their end."""
        if name not in self.names:
            self.names.append(name)
            self._know_all()
        return self.names.index(name)

    def _know_all(self) -> None:
        """Count every class of `names`."""
        while len(self._counts) < len(self.names):
            self._counts.append(0)
            self._buckets.append([0] * 101)
            self._unlike.append([0] * 101)

    def _count_unlabelled(self, row: int, number: int) -> None:
        cls, percent = self.predicted[row], bucket(self.confidence[row])
        self._buckets[cls][percent] += number
        if self.flagged[row]:
            self._unlike[cls][percent] += number

    def label(self, rows: Iterable[int], cls: int | None) -> None:
        """Call rows a class, or with None what was predicted. Problems have no class."""
        for row in rows:
            if self.predicted[row] < 0:
                continue
            before = self.labels.get(row)
            if before is None and cls is not None:
                self._count_unlabelled(row, -1)
            elif before is not None and cls is None:
                self._count_unlabelled(row, 1)
            self._counts[self.class_of(row)] -= 1
            if cls is None:
                self.labels.pop(row, None)
            else:
                self.labels[row] = cls
            self._counts[self.class_of(row)] += 1

    def restore(self, labels: Mapping[int, str]) -> None:
        """Labels of an earlier day, once all of their rows are here."""
        for row, name in labels.items():
            if row < len(self):
                self.label((row,), self.place_of(name))

    def class_of(self, row: int) -> int:
        """Return the class that counts for a row, as a place in `names`; below 0 where there is none."""
        return self.labels.get(row, self.predicted[row])

    # Counts

    def counts(self) -> list[int]:
        """Return the number of images of each class of `names`."""
        return list(self._counts)

    def filed_counts(self, threshold: int) -> list[int]:
        """Return the number of images that each class of `names` gets: those that are neither unsure nor unlike."""
        parts = zip(self._counts, self.unsure_counts(threshold), self.unlike_counts(), strict=True)
        return [count - unsure - unlike for count, unsure, unlike in parts]

    def unsure(self, threshold: int) -> int:
        """Return the number of rows without a label that are less sure than so many per cent, and not unlike."""
        return sum(self.unsure_counts(threshold))

    def is_unsure(self, row: int, threshold: int) -> bool:
        return row not in self.labels and not self.flagged[row] and bucket(self.confidence[row]) < threshold

    def unsure_counts(self, threshold: int) -> list[int]:
        """Return the number of unsure rows of each class."""
        pairs = zip(self._buckets, self._unlike, strict=True)
        return [sum(percents[:threshold]) - sum(unlike[:threshold]) for percents, unlike in pairs]

    def is_unlike(self, row: int) -> bool:
        """Return whether a row without a label is unlike anything that the model was trained on."""
        return bool(self.flagged[row]) and row not in self.labels

    def unlike_counts(self) -> list[int]:
        """Return the number of rows of each class that are unlike the training images."""
        return [sum(percents) for percents in self._unlike]

    def confidences_of(self, rows: Iterable[int]) -> tuple[int, list[int]]:
        """Return how many of these rows have a label, and the others by whole per cent; one that is unlike the training
        images counts as 0. For any thread.
        """
        called, percents = 0, [0] * 101
        for row in rows:
            if row in self.labels:
                called += 1
            else:
                percents[0 if self.flagged[row] else bucket(self.confidence[row])] += 1
        return called, percents

    def histogram(self) -> list[int]:
        """Return the rows without a label by confidence in steps of 5 %; the last bin has those of 100 % too."""
        step = 5
        percents = [sum(column) for column in zip(*self._buckets, strict=True)] or [0] * 101
        found = [sum(percents[start : start + step]) for start in range(0, 100, step)]
        found[-1] += percents[100]
        return found

    # Filters

    def passing(self, row_filter: RowFilter, start: int = 0, stop: int | None = None) -> array[int]:
        """Return the rows of a part that `row_filter` lets through, in the order of the file. For any thread."""
        low, high = (row_filter.low - _SLACK) / 100, (row_filter.high + 1 - _SLACK) / 100
        if row_filter.is_filed:
            low = (row_filter.threshold - _SLACK) / 100
        if row_filter.kind == UNSURE:
            high = min(high, (row_filter.threshold - _SLACK) / 100)
        predicted, confidence, labels, cls = self.predicted, self.confidence, self.labels, row_filter.cls
        expected_flag = (
            0 if row_filter.is_filed else {UNSURE: 0, UNLIKE: 1}.get(row_filter.kind)
        )  # what `flagged` must be, of rows without a label
        flagged = self.flagged
        if row_filter.kind == CORRECTED:
            rows: Iterable[int] = sorted(row for row in list(labels) if row >= start)
        else:
            rows = range(start, len(self.places) if stop is None else stop)
        found = array("q")
        filed = row_filter.is_filed
        for row in rows:
            called = labels.get(row)
            if predicted[row] < 0 or (not low <= confidence[row] < high and not (filed and called is not None)):
                continue
            if expected_flag is not None and (flagged[row] != expected_flag if called is None else not filed):
                continue
            if cls is not None and cls != (predicted[row] if called is None else called):
                continue
            found.append(row)
        return found

    def ordered(self, rows: Sequence[int], order: int) -> Sequence[int]:
        """Return `rows` by their confidence. For any thread."""
        if order == AS_COME:
            return rows
        return array("q", sorted(rows, key=self.confidence.__getitem__, reverse=order == MOST_SURE))
