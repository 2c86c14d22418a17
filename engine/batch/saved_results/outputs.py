"""Saved results as a table of any form, as a summary page, or as files in class folders."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from engine.batch.items import ImageResult, Item
from engine.batch.outputs.journal import OutputColumns
from engine.batch.outputs.summary_page import SummaryPage, check_page
from engine.batch.outputs.tables import OUTPUTS, output_form, problems_path
from engine.batch.params import SaveParams, SortedFiles, SortParams, WrittenRows
from engine.batch.saved_results.folder import LABELS, ROWS, SORTINGS, read_labels, remember_journal
from engine.batch.saved_results.stored import model_of, rows, superseded, tells_novelty
from engine.batch.saved_results.whereabouts import Whereabouts
from engine.batch.sorting.sorter import Sorter
from engine.batch.sources.archives import archive_among, is_archive, members
from engine.batch.target import check_out, check_sorting
from engine.errors import EngineError, JobCancelled, SourceError
from engine.events import ProblemFound, Progress
from engine.files import system_reason
from engine.jobs.job import Cancel, Emit
from engine.jobs.throttle import Throttle
from engine.language import _, marked

CHUNK = 500
MOST_BYTES = 64 * 2**20  # of pictures out of archives that are held at once


def save_results(params: SaveParams, *, emit: Emit, cancel: Cancel) -> WrittenRows:
    """Write the rows, with what a person called them, to a file of their choice.

    Raises:
        UsageError: the place or form cannot be written.
        JobCancelled: what was written so far is removed.
    """
    saved = Path(params.saved)
    labels, _others = read_labels(saved / LABELS)
    if params.form == "page":
        check_page(params.out, params.sources)
        return _save_page(params, labels, _ProgressReport(emit, cancel, marked("Saving")))
    out = check_out(params.out, params.sources)
    assert out is not None
    top = max(1, min(params.top, len(params.classes)))
    has_novelty = tells_novelty(saved / ROWS)
    columns = OutputColumns(params.classes, model_of(saved / ROWS), top, True, labels=bool(labels), novelty=has_novelty)
    progress = _ProgressReport(emit, cancel, marked("Saving"))
    count: Counter[str] = Counter()
    part = out.with_name(f".{out.stem}.part{out.suffix}")
    try:
        with closing(output_form(part, params.form).open(part, columns)) as output:
            for chunk in _chunks(_chosen_rows(params, labels)):
                output.write(chunk)
                output.flush()
                _count(count, chunk)
                count["unanswered"] += sum(row.label is not None and row.label not in params.classes for row in chunk)
                progress.at(count["images"] + count["problems"])
            output.complete()
        _put_in_place(part, out, lists_problems=OUTPUTS[params.form].lists_problems)
    except OSError as error:
        raise EngineError(
            _("{out} cannot be written: {why}; choose another place.").format(out=out, why=system_reason(error))
        ) from error
    finally:
        _remove(part)
    unanswered = count["unanswered"] if params.form == "submission" else None
    return WrittenRows(str(out), count["images"], count["problems"], unanswered)


def _chosen_rows(params: SaveParams, labels: dict[int, str]) -> Iterator[tuple[int, ImageResult]]:
    file = Path(params.saved) / ROWS
    old = superseded(file) if params.newest else ()
    return ((number, row) for number, row in rows(file, labels, params.threshold) if number not in old)


def _put_in_place(part: Path, out: Path, *, lists_problems: bool) -> None:
    """A form that lists problems beside itself replaces that list too; to any other form it belongs to another table
    of the same name, such as the CSV beside JSON lines.
    """
    if lists_problems:
        problems_path(out).unlink(missing_ok=True)  # of an earlier table of that name
    if problems_path(part).exists():
        problems_path(part).replace(problems_path(out))
    part.replace(out)


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)
    problems_path(part).unlink(missing_ok=True)


def _save_page(params: SaveParams, labels: dict[int, str], progress: _ProgressReport) -> WrittenRows:
    page = SummaryPage(Path(params.out), params.classes)
    count: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    done = 0
    found = _chosen_rows(params, labels)
    where = Whereabouts(Path(params.saved))
    for chunk in _chunks(_with_contents(found, params.sources, where, progress.cancel)):
        named = [_as_called(row) for row in chunk]
        page.add([row if row.item is not None else replace(row, item=Item(row.path)) for row in named])
        _count(count, named)
        classes.update(row.class_name for row in named if row.problem is None)
        done += len(chunk)
        progress.at(done)
    facts = {"seconds": 0.0, "images_per_second": 0.0, "resumed": 0}
    counts = {name: count[name] for name in ("images", "problems", "unsure", "unlike")}
    page.write(
        {**facts, **counts, "classes": dict(classes.most_common())}, model_of(Path(params.saved) / ROWS), params.sources
    )
    return WrittenRows(params.out, count["images"], count["problems"])


def sort_results(params: SortParams, *, emit: Emit, cancel: Cancel) -> SortedFiles:
    """Put every file into the folder of its class, as a person called it or else as predicted.

    Each file that stays where it is is reported as a `ProblemFound`. Files that an earlier sorting has moved are taken
    from where they are now.

    Raises:
        UsageError: the target is a source, or cannot be written.
        EngineError: the disk is full, or the data folder cannot be written.
        JobCancelled: with the same counts so far; the journal takes back what was done.
    """
    target = check_sorting(params.target, params.mode, params.sources)
    labels, _others = read_labels(Path(params.saved) / LABELS)
    stay: list[str] = []

    def stays(path: str, reason: str) -> None:
        stay.append(path)
        emit(ProblemFound(path, reason))

    classes = (*params.classes, *(name for name in dict.fromkeys(labels.values()) if name not in params.classes))
    where = Whereabouts(Path(params.saved))  # before this sorting is among those that it knows
    sorter = Sorter(target, params.mode, classes, stays, resume=False)
    journal = Path(os.path.abspath(sorter.journal.path))  # noqa: PTH100
    for file in (Path(params.journals), Path(params.saved) / SORTINGS):  # before the first file goes
        remember_journal(file, journal)
    progress = _ProgressReport(emit, cancel, marked("Sorting"), params.total)

    def result() -> SortedFiles:
        return SortedFiles(sorter.sorted, len(stay), str(sorter.journal.path), str(target))

    done = 0
    file = Path(params.saved) / ROWS
    old = superseded(file)  # a file goes once, as it was seen last; two members of an archive may have one name
    found = rows(file, labels, params.threshold, params.only)
    chosen = ((number, row) for number, row in found if number not in old or archive_among(params.sources, row.path))
    for chunk in _chunks(_with_contents(chosen, params.sources, where, cancel)):
        for row in chunk:
            if row.item is not None and row.item.data is None and row.item.problem is not None:
                stays(row.path, row.item.problem)
        sorter.put([_as_called(row) for row in chunk])
        done += len(chunk)
        try:
            progress.at(done)
        except JobCancelled:
            raise JobCancelled(result()) from None
    return result()


def _as_called(row: ImageResult) -> ImageResult:
    return row if row.label is None else replace(row, top=((row.label, 1.0), *row.top))


def _with_contents(
    found: Iterator[tuple[int, ImageResult]], sources: Sequence[str], where: Whereabouts, cancel: Cancel
) -> Iterator[tuple[int, ImageResult]]:
    """Rows of pictures in archives get their bytes, which are read once in the order of the rows; others the place
    where they are by now.
    """
    inside: Iterator[Item] = iter(())
    opened = ""
    for number, row in found:
        archive = archive_among(sources, row.path)
        if archive is None and row.problem is not None and row.path in sources and is_archive(row.path):
            yield number, replace(row, item=Item(row.path, None, row.problem))  # it ended too early; it is no picture
            continue
        if archive is None:
            yield number, replace(row, item=Item(where.of(row.path)))
            continue
        if archive != opened:
            opened, inside = archive, members(archive, contents=True, cancel=cancel)
        try:
            item = next((item for item in inside if item.path == row.path), None)
        except SourceError:  # gone since: the sorter says so of each
            item = None
        yield number, replace(row, item=item)


def _chunks(found: Iterator[tuple[int, ImageResult]]) -> Iterator[list[ImageResult]]:
    """Yield some rows at a time; fewer of them where they carry large pictures out of an archive."""
    chunk: list[ImageResult] = []
    held = 0
    for _place, row in found:
        chunk.append(row)
        held += len(row.item.data) if row.item is not None and row.item.data is not None else 0
        if len(chunk) == CHUNK or held > MOST_BYTES:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _count(count: Counter[str], chunk: Sequence[ImageResult]) -> None:
    count["problems"] += sum(row.problem is not None for row in chunk)
    count["images"] += sum(row.problem is None for row in chunk)
    count["unsure"] += sum(row.unsure for row in chunk)
    count["unlike"] += sum(row.unlike for row in chunk)


class _ProgressReport:
    """Reports how far a job is ten times a second, and ends it when that is wanted."""

    def __init__(self, emit: Emit, cancel: Cancel, phase: str, total: int | None = None) -> None:
        self._emit, self.cancel, self._phase, self._total = emit, cancel, phase, total
        self._began, self._throttle = time.monotonic(), Throttle()

    def at(self, done: int) -> None:
        """Report the progress. Raises JobCancelled if the job is to end."""
        self.cancel.check()
        if self._throttle.is_due():
            rate = done / (time.monotonic() - self._began)
            left = None if self._total is None else (self._total - done) / rate
            self._emit(Progress(self._phase, done, self._total, rate, left))
