"""What becomes of a kept batch: a table of any form, a summary page, or its files in class folders."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from engine.batch.archives import is_archive, members
from engine.batch.asked import SaveParams, SortParams
from engine.batch.forms import open_sink
from engine.batch.items import Item, Row
from engine.batch.kept import LABELS, ROWS, read_labels, remember_journal
from engine.batch.sinks import Columns, why
from engine.batch.sorting import Sorter
from engine.batch.stored import model_of, rows
from engine.batch.summary import SummaryPage, check_page
from engine.batch.target import check_out, check_sorting
from engine.errors import EngineError, JobCancelled, SourceError
from engine.events import ProblemFound, Progress
from engine.jobs.job import Cancel, Emit

CHUNK = 500
_SECONDS_BETWEEN_EVENTS = 0.1


def save_results(params: SaveParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Write the rows, with what a person called them, to a file of their choice.

    Returns:
        "out", "images" (rows written), "problems".

    Raises:
        UsageError: the place or form cannot be written.
        JobCancelled: what was written so far is removed.
    """
    kept = Path(params.kept)
    labels, _ = read_labels(kept / LABELS)
    if params.form == "page":
        check_page(params.out, params.sources)
        return _save_page(params, labels, _Beat(emit, cancel, "Saving"))
    out = check_out(params.out, params.sources)
    assert out is not None
    top = max(1, min(params.top, len(params.classes)))
    columns = Columns(params.classes, model_of(kept / ROWS), top, True, labels=bool(labels))
    beat = _Beat(emit, cancel, "Saving")
    count: Counter[str] = Counter()
    part = out.with_name(f".{out.stem}.part{out.suffix}")
    try:
        with open_sink(part, params.form, columns, resume=False) as sink:
            for chunk in _chunks(rows(kept / ROWS, labels, params.threshold)):
                sink.write(chunk)
                _count(count, chunk)
                beat.at(sum(count.values()))
        _put_in_place(part, out)
    except OSError as error:
        raise EngineError(f"{out} cannot be written: {why(error)}; choose another place.") from error
    finally:
        _remove(part)
    return {"out": str(out), "images": count["images"], "problems": count["problems"]}


def _put_in_place(part: Path, out: Path) -> None:
    from engine.batch.sinks import problems_path

    problems_path(out).unlink(missing_ok=True)  # of an earlier table of that name
    if problems_path(part).exists():
        problems_path(part).replace(problems_path(out))
    part.replace(out)


def _remove(part: Path) -> None:
    import shutil

    from engine.batch.sinks import problems_path

    part.unlink(missing_ok=True)
    problems_path(part).unlink(missing_ok=True)
    shutil.rmtree(part.with_name(f"{part.name}.parts"), ignore_errors=True)


def _save_page(params: SaveParams, labels: dict[int, str], beat: _Beat) -> dict[str, Any]:
    page = SummaryPage(Path(params.out), params.classes)
    count: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    done = 0
    for chunk in _chunks(rows(Path(params.kept) / ROWS, labels, params.threshold)):
        named = [replace(row, top=((row.label, 1.0), *row.top)) if row.label else row for row in chunk]
        page.add([replace(row, item=Item(row.path)) for row in named])
        _count(count, named)
        classes.update(row.class_name for row in named if row.problem is None)
        done += len(chunk)
        beat.at(done)
    facts = {"seconds": 0.0, "images_per_second": 0.0, "resumed": 0}
    counts = {name: count[name] for name in ("images", "problems", "unsure")}
    page.write(
        {**facts, **counts, "classes": dict(classes.most_common())}, model_of(Path(params.kept) / ROWS), params.sources
    )
    return {"out": params.out, "images": count["images"], "problems": count["problems"]}


def sort_results(params: SortParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Put every file into the folder of its class, as a person called it or else as predicted.

    Returns:
        "sorted", "not_sorted" (files that stay where they are, each told as a `ProblemFound`), "journal", "target".

    Raises:
        UsageError: the target is a source, or cannot be written.
        EngineError: the disk is full.
        JobCancelled: with the same counts so far; the journal takes back what was done.
    """
    target = check_sorting(params.target, params.mode, params.sources)
    labels, _ = read_labels(Path(params.kept) / LABELS)
    stay: list[str] = []

    def stays(path: str, reason: str) -> None:
        stay.append(path)
        emit(ProblemFound(path, reason))

    classes = (*params.classes, *(name for name in dict.fromkeys(labels.values()) if name not in params.classes))
    sorter = Sorter(target, params.mode, classes, stays, resume=False)
    remember_journal(Path(params.journals), sorter.journal.path)  # before the first file goes
    beat = _Beat(emit, cancel, "Sorting", params.total)

    def result() -> dict[str, Any]:
        places = {"journal": str(sorter.journal.path), "target": str(target)}
        return {"sorted": sorter.sorted, "not_sorted": len(stay), **places}

    done = 0
    wanted = rows(Path(params.kept) / ROWS, labels, params.threshold, params.only)
    for chunk in _chunks(_with_contents(wanted, params.sources, cancel)):
        sorter.put([_as_called(row) for row in chunk])
        done += len(chunk)
        try:
            beat.at(done)
        except JobCancelled:
            raise JobCancelled(result()) from None
    return result()


def _as_called(row: Row) -> Row:
    return row if row.label is None else replace(row, top=((row.label, 1.0), *row.top))


def _with_contents(
    found: Iterator[tuple[int, Row]], sources: Sequence[str], cancel: Cancel
) -> Iterator[tuple[int, Row]]:
    """Rows of pictures in archives get their bytes, which are read once in the order of the rows."""
    archives = [source for source in sources if is_archive(source)]
    inside: Iterator[Item] = iter(())
    opened = ""
    for number, row in found:
        archive = next((a for a in archives if row.path.startswith(f"{a}/")), None)
        if archive is None:
            yield number, row
            continue
        if archive != opened:
            opened, inside = archive, members(archive, contents=True, cancel=cancel)
        try:
            item = next((item for item in inside if item.path == row.path), None)
        except SourceError:  # gone since: the sorter says so of each
            item = None
        yield number, replace(row, item=item)


def _chunks(found: Iterator[tuple[int, Row]]) -> Iterator[list[Row]]:
    while chunk := [row for _, row in islice(found, CHUNK)]:
        yield chunk


def _count(count: Counter[str], chunk: Sequence[Row]) -> None:
    count["problems"] += sum(row.problem is not None for row in chunk)
    count["images"] += sum(row.problem is None for row in chunk)
    count["unsure"] += sum(row.unsure for row in chunk)


class _Beat:
    """Tells how far a job is ten times a second, and ends it when that is wanted."""

    def __init__(self, emit: Emit, cancel: Cancel, phase: str, total: int | None = None) -> None:
        self._emit, self._cancel, self._phase, self._total = emit, cancel, phase, total
        self._began = self._told = time.monotonic()

    def at(self, done: int) -> None:
        """Raises JobCancelled if the job is to end."""
        self._cancel.check()
        now = time.monotonic()
        if now - self._told >= _SECONDS_BETWEEN_EVENTS:
            self._told = now
            rate = done / (now - self._began)
            left = None if self._total is None else (self._total - done) / rate
            self._emit(Progress(self._phase, done, self._total, rate, left))
