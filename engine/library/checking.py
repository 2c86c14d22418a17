"""Looking at each new image once: its size in pixels, or the reason why it cannot be used."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice

from engine.errors import ImageProblem, JobCancelled
from engine.events import Log, ProblemFound, Progress
from engine.files import digest
from engine.imaging.decode import Measured, measure_each
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord
from engine.library.schema import PROBLEM, UNCHECKED, USABLE

_CHUNK = 256
_AT_ONCE = 16  # images that a thread looks at in one go
_SAVE_SECONDS = 0.5

Found = tuple[int, int | None, int | None, str | None, bytes | None]  # id, width, height, problem, digest
_FLAT = marked(
    "{count:,} deep pictures, such as {example}, are one flat colour over the values of their source; if they should "
    "not be, import the source again and say which of its values become black and white."
)


def check_images(project: Project, *, emit: Emit, cancel: Cancel) -> int:
    """Decode every image that was not looked at yet and write down its width, height or problem.

    Returns the number of problems found. What was found out before a cancel stays.

    Raises:
        JobCancelled: `cancel` was set; it is asked before each file.
        ProjectError: the project cannot be written.
    """
    with project.store.read() as db:
        waiting = [i for (i,) in db.execute("SELECT id FROM images WHERE state = ? ORDER BY id", (UNCHECKED,))]
    return look_at(project, waiting, UNCHECKED, emit=emit, cancel=cancel)


def look_at(project: Project, waiting: Sequence[int], state: int, *, emit: Emit, cancel: Cancel) -> int:
    """Decode images that are in `state` and write down what they are; returns the number of problems among them.

    One that came into another state meanwhile is left in it. Raises what `check_images` raises.
    """
    start = time.monotonic()
    done = problems = 0
    flat: list[str] = []
    workers = max(1, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers, thread_name_prefix="check") as pool:
        for found in _saved(project, _looked_at(project, pool, waiting, flat, cancel), state):
            for record, result in found:
                done += 1
                if result[3] is not None:
                    problems += 1
                    emit(ProblemFound(str(record.file), result[3]))
            rate = done / max(1e-9, time.monotonic() - start)
            emit(Progress(marked("Checking"), done, len(waiting), rate, (len(waiting) - done) / rate))
    if flat:
        emit(Log(_(_FLAT).format(count=len(flat), example=min(flat)), "warning"))
    cancel.check()
    return problems


def _looked_at(
    project: Project, pool: ThreadPoolExecutor, waiting: Sequence[int], flat: list[str], cancel: Cancel
) -> Iterator[tuple[ImageRecord, Found]]:
    """Results in order; ends early when cancelled. A bounded number of files is under way at any time.

    `flat` receives the paths of deep pictures that came out in one colour.
    """

    def look(records: Sequence[ImageRecord]) -> list[Found]:
        cancel.check()
        sizes = measure_each([record.file for record in records], cancel=cancel)
        flat.extend(r.path for r, size in zip(records, sizes, strict=True) if isinstance(size, Measured) and size.flat)
        return [_found(record, size) for record, size in zip(records, sizes, strict=True)]

    ids = iter(waiting)
    while chunk := list(islice(ids, _CHUNK)):
        records = query.images(project, chunk)
        try:
            groups = [records[start : start + _AT_ONCE] for start in range(0, len(records), _AT_ONCE)]
            yield from zip(records, chain.from_iterable(pool.map(look, groups)), strict=True)
        except JobCancelled:
            return


def _found(record: ImageRecord, size: Measured | ImageProblem) -> Found:
    if isinstance(size, ImageProblem):
        return record.id, None, None, str(size), digest(record.file)
    return record.id, size.width, size.height, None, digest(record.file)


def _saved(
    project: Project, results: Iterator[tuple[ImageRecord, Found]], state: int
) -> Iterator[list[tuple[ImageRecord, Found]]]:
    """Pass results on in lists, each after it was written down."""
    batch: list[tuple[ImageRecord, Found]] = []
    last = time.monotonic()
    for result in results:
        batch.append(result)
        if time.monotonic() - last >= _SAVE_SECONDS:
            _write(project, batch, state)
            yield batch
            batch, last = [], time.monotonic()
    if batch:
        _write(project, batch, state)
        yield batch


def _write(project: Project, batch: list[tuple[ImageRecord, Found]], was: int) -> None:
    with project.store.write() as db:
        db.executemany(
            # An image whose import was undone meanwhile stays out of sight.
            f"UPDATE images SET state = CASE WHEN state < 0 THEN -1 - :state ELSE :state END, width = :width,"  # noqa: S608
            f" height = :height, problem = :problem, digest = :digest"
            f" WHERE id = :id AND state IN ({was}, {-1 - was})",
            [
                {
                    "id": image,
                    "state": USABLE if problem is None else PROBLEM,
                    "width": width,
                    "height": height,
                    "problem": problem,
                    "digest": found,
                }
                for _, (image, width, height, problem, found) in batch
            ],
        )
