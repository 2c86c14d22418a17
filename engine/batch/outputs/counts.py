"""Counts of what a batch did, reported at most ten times a second."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.batch.items import ImageResult
from engine.batch.params import CountedRows
from engine.events import Classified, ProblemFound, Progress
from engine.jobs.job import Emit
from engine.jobs.throttle import Throttle
from engine.language import marked


@dataclass(slots=True)
class BatchCounts:
    """`images` and `problems` count resumed rows too; rates count only what this process did."""

    emit: Emit
    images: int = 0
    problems: int = 0
    unsure: int = 0
    unlike: int = 0
    earlier: int = 0
    not_sorted: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.perf_counter)
    throttle: Throttle = field(default_factory=lambda: Throttle(at_once=True))
    _rows: list[tuple[str, str, float]] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.images + self.problems

    def add(self, rows: Sequence[ImageResult]) -> None:
        for row in rows:
            if row.problem is not None:
                self.problems += 1
                self.emit(ProblemFound(row.path, row.problem))
                continue
            self._count(row)
            self._rows.append((row.path, row.class_name, row.confidence))

    def resumed(self, row: ImageResult) -> None:
        """Count a row that was there before."""
        self.earlier += 1
        if row.problem is not None:
            self.problems += 1
            return
        self._count(row)

    def _count(self, row: ImageResult) -> None:
        self.images += 1
        self.unsure += row.unsure
        self.unlike += row.unlike
        self.classes[row.class_name] += 1

    def stays(self, path: str, reason: str) -> None:
        """Count a file that could not be sorted."""
        self.not_sorted += 1
        self.emit(ProblemFound(path, reason))

    def report(self, total: int | None) -> None:
        now = time.perf_counter()
        if self._rows:
            self.emit(Classified(tuple(self._rows)))
            self._rows = []
        rate = (self.done - self.earlier) / max(now - self.began, 1e-9)
        left = (total - self.done) / rate if total is not None and rate else None
        self.emit(Progress(marked("Classifying"), self.done, total, rate, left))

    def result(self) -> CountedRows:
        seconds = time.perf_counter() - self.began
        return CountedRows(
            images=self.images,
            problems=self.problems,
            seconds=round(seconds, 3),
            images_per_second=round((self.images - min(self.images, self.earlier)) / max(seconds, 1e-9), 1),
            classes=dict(self.classes.most_common()),
            unsure=self.unsure,
            unlike=self.unlike,
            resumed=self.earlier,
        )
