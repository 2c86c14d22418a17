"""Where results of a batch go. Rows are written as they come, so that a kill leaves a file of complete rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from engine.batch.items import Row
from engine.batch.tables.lines import LineFile, LineTrack, Stream, Track, Written
from engine.batch.tables.lines import why as why
from engine.records import RecordError, build, parse

_ENCODING = ("utf-8", "surrogateescape")  # names that are not valid Unicode come out as the bytes that they are


@dataclass(frozen=True, slots=True)
class Columns:
    """What each row tells beside path, class and confidence.

    `classes` are the model's, in order; `top` how many of them are named; `model` names the model; with `labels` a
    column says what a person called an image.
    """

    classes: tuple[str, ...]
    model: str
    top: int = 1
    unsure: bool = False
    all: bool = False
    labels: bool = False


class Sink(Protocol):
    """Takes results in the order of the input; a context manager, complete when it is left."""

    def tracks(self) -> list[Track]:
        """The rows that were there before, the main ones first; all to be finished before anything is written."""

    def write(self, rows: Sequence[Row]) -> None:
        """Some more results, images and problems."""

    def flush(self, *, sync: bool = False) -> None:
        """Hand everything written so far to the system; with `sync`, to the disk."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class NoSink:
    """For a caller that reads the events and wants no file."""

    def tracks(self) -> list[Track]:
        return []

    def write(self, rows: Sequence[Row]) -> None: ...

    def flush(self, *, sync: bool = False) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


class CsvSink:
    """`path,class,confidence`, with more classes `class_2,confidence_2` and so on; problems in a second file.

    Problems reach the disk before the rows that come after them, so a resumed batch finds both in step. A stream has no
    second file; its problems are told as events only.
    """

    def __init__(self, out: Path | Stream, columns: Columns, *, resume: bool = False) -> None:
        """Open `out` and write its header; what it held before is replaced, or with `resume` kept.

        Raises:
            UsageError: the file cannot be written there.
            SourceError: `resume`, and it has other columns.
        """
        self._columns = columns
        self._problems: LineFile | None = None
        self._problems_path = problems_path(out) if isinstance(out, Path) else None
        with ExitStack() as self._closing:
            self._file = self._closing.enter_context(LineFile(out, _line(self._header()), resume=resume))
            if (
                self._problems_path is not None and self._problems_path.exists()
            ):  # of an earlier batch: it must not be taken for this one's
                self._open_problems(resume=resume)
            self._closing = self._closing.pop_all()

    def tracks(self) -> list[Track]:
        main = LineTrack(self._file, self._parse, quoted=True)
        return [main] if self._problems is None else [main, LineTrack(self._problems, _parse_problem, quoted=True)]

    def write(self, rows: Sequence[Row]) -> None:
        bad = [_line([row.path, row.problem]) for row in rows if row.problem is not None]
        if bad and self._problems is None:
            self._open_problems(resume=False)
        if bad and self._problems is not None:
            self._problems.write(b"".join(bad))
            self._problems.flush(sync=True)
        self._file.write(b"".join(_line(self._cells(row)) for row in rows if row.problem is None))

    def flush(self, *, sync: bool = False) -> None:
        self._file.flush(sync=sync)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _header(self) -> list[str]:
        columns = self._columns
        extra = [f"{name}_{rank}" for rank in range(2, columns.top + 1) for name in ("class", "confidence")]
        unsure = ["unsure"] if columns.unsure else []
        labels = ["label"] if columns.labels else []
        shares = [f"p:{name}" for name in columns.classes] if columns.all else []
        return ["path", "class", "confidence", *extra, *unsure, *labels, *shares, "model"]

    def _cells(self, row: Row) -> list[object]:
        cells: list[object] = [row.path, *(cell for name, p in row.top for cell in (name, f"{p:.6f}"))]
        if self._columns.unsure:
            cells.append("yes" if row.unsure else "no")
        if self._columns.labels:
            cells.append(row.label or "")
        if self._columns.all and row.probabilities is not None:
            cells += [f"{p:.6f}" for p in row.probabilities]
        return [*cells, self._columns.model]

    def _parse(self, line: bytes) -> Written | None:
        cells = _cells(line)
        if len(cells) != len(self._header()):
            return None
        unsure = self._columns.unsure and cells[1 + 2 * self._columns.top] == "yes"
        try:
            return Written(cells[0], cells[1], float(cells[2]), unsure)
        except ValueError:
            return None

    def _open_problems(self, *, resume: bool) -> None:
        if self._problems_path is not None:
            problems = LineFile(self._problems_path, _line(["path", "reason"]), resume=resume)
            self._problems = self._closing.enter_context(problems)


def problems_path(out: Path) -> Path:
    """Where the problems of a batch that writes `out` are listed."""
    return out.with_name(f"{out.stem}.problems.csv")


class JsonLinesSink:
    """One object a line; problems stand in their place among the others."""

    def __init__(self, out: Path | Stream, columns: Columns, *, resume: bool = False) -> None:
        """As `CsvSink`."""
        self._columns = columns
        self._file = LineFile(out, b"", resume=resume)

    def tracks(self) -> list[Track]:
        return [LineTrack(self._file, _parse_record)]

    def write(self, rows: Sequence[Row]) -> None:
        self._file.write("".join(json.dumps(self._record(row)) + "\n" for row in rows).encode("ascii"))

    def flush(self, *, sync: bool = False) -> None:
        self._file.flush(sync=sync)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)

    def _record(self, row: Row) -> dict[str, Any]:
        model = {"model": self._columns.model}
        if row.problem is not None:
            return {"path": row.path, "problem": row.problem, **model}
        record: dict[str, Any] = {
            "path": row.path,
            "class": row.class_name,
            "confidence": round(row.confidence, 6),
            "top": [[name, round(p, 6)] for name, p in row.top],
        }
        if self._columns.unsure:
            record["unsure"] = row.unsure
        if self._columns.labels:
            record["label"] = row.label
        if self._columns.all and row.probabilities is not None:
            shares = (round(float(p), 6) for p in row.probabilities)
            record["probabilities"] = dict(zip(self._columns.classes, shares, strict=True))
        return record | model


class SubmissionSink:
    """`index,answer value` as competitions want it: the number of the image, the number of its class from 0.

    An image that cannot be used has no answer; it is listed in the problems file beside.
    """

    def __init__(self, out: Path | Stream, columns: Columns, *, resume: bool = False) -> None:
        """As `CsvSink`."""
        self._places = {name: place for place, name in enumerate(columns.classes)}
        self._classes = columns.classes
        self._count = 0
        with ExitStack() as self._closing:
            self._file = self._closing.enter_context(LineFile(out, b"index,answer value\n", resume=resume))
            self._problems: LineFile | None = None
            if isinstance(out, Path):
                problems = LineFile(problems_path(out), _line(["path", "reason"]), resume=resume)
                self._problems = self._closing.enter_context(problems)
            self._closing = self._closing.pop_all()

    def tracks(self) -> list[Track]:
        main = LineTrack(self._file, self._parse)
        if self._problems is None:
            return [main]
        return [main, LineTrack(self._problems, _parse_problem, quoted=True, follows=True)]

    def write(self, rows: Sequence[Row]) -> None:
        lines = []
        for row in rows:
            if row.problem is not None and self._problems is not None:
                self._problems.write(_line([row.path, row.problem]))
            lines.append(f"{self._count},{self._places.get(row.label or row.class_name, '')}\n")
            self._count += 1
        self._file.write("".join(lines).encode())

    def flush(self, *, sync: bool = False) -> None:
        if self._problems is not None:
            self._problems.flush(sync=sync)
        self._file.flush(sync=sync)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _parse(self, line: bytes) -> Written | None:
        index, _, answer = line.rstrip(b"\n").partition(b",")
        known = not answer or (answer.isdigit() and int(answer) < len(self._classes))
        if index != str(self._count).encode() or not known:
            return None
        self._count += 1
        return Written(None, self._classes[int(answer)] if answer else "", problem=not answer)


@dataclass(frozen=True, slots=True)
class _Line:
    """What counts of a line of `JsonLinesSink`."""

    path: str
    class_name: str = field(default="", metadata={"key": "class"})
    confidence: float = 0.0
    unsure: bool = False
    problem: str | None = None


def _parse_record(line: bytes) -> Written | None:
    try:
        found = build(_Line, parse(line))
    except RecordError:
        return None
    problem = found.problem is not None
    return Written(found.path, found.class_name, found.confidence, unsure=found.unsure, problem=problem)


def _parse_problem(line: bytes) -> Written | None:
    cells = _cells(line)
    return Written(cells[0], problem=True) if len(cells) == 2 else None


def _cells(line: bytes) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line.decode(*_ENCODING), newline="")), [])
    except csv.Error:  # zero bytes that a power cut left
        return []


def _line(cells: Iterable[object]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode(*_ENCODING)
