"""Outputs of a batch, one registered object each: to add one, write a class like `Output` and put it in `OUTPUTS`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from engine.batch.items import ImageResult
from engine.batch.outputs.journal import EarlierRows, Journal, OutputColumns, json_line
from engine.batch.outputs.parquet import ParquetOutput, check_pyarrow
from engine.batch.outputs.text_file import Stream, TextFile
from engine.errors import UsageError
from engine.language import _, marked

_ENCODING = ("utf-8", "surrogateescape")  # names that are not valid Unicode come out as the bytes that they are
_ROWS_AT_ONCE = 500


class Output(Protocol):
    """Takes rows in the order of the input."""

    def write(self, rows: Sequence[ImageResult]) -> None:
        """Take some more rows, images and problems."""

    def flush(self) -> None:
        """Hand everything written so far to the system, if the output can be read while it grows."""

    def settle(self) -> None:
        """Drop what an earlier batch wrote behind the rows so far."""

    def complete(self) -> None:
        """Write what can only be written behind the last row."""

    def close(self) -> None:
        """Close all files; nothing is written any more."""


class _TextTable:
    """A text file of rows, and beside it one of the problems, which a stream has not: there they are events only."""

    def __init__(self, out: Path | Stream, header: bytes, *, keep: bool) -> None:
        """Open `out`; `keep` as in `TextFile`. Raises UsageError if it cannot be written."""
        self._keep = keep
        self._file = TextFile(out, header, keep=keep)
        self._problems_path = problems_path(out) if isinstance(out, Path) else None
        self._problems: TextFile | None = None

    def flush(self) -> None:
        for file in self._files():
            file.flush()

    def settle(self) -> None:
        for file in self._files():
            file.settle()

    def complete(self) -> None:
        self.settle()

    def close(self) -> None:
        for file in self._files():
            file.close()

    def _files(self) -> list[TextFile]:
        return [self._file] if self._problems is None else [self._problems, self._file]

    def _open_problems(self) -> None:
        if self._problems is None and self._problems_path is not None:
            header = _csv_line(["path", "reason"])
            self._problems = TextFile(self._problems_path, header, keep=self._keep, is_named=False)

    def _write_problems(self, rows: Iterable[ImageResult]) -> None:
        lines = [_csv_line([row.path, row.problem]) for row in rows if row.problem is not None]
        if lines:
            self._open_problems()
        if lines and self._problems is not None:
            self._problems.write(b"".join(lines))


class CsvOutput(_TextTable):
    """`path,class,confidence`, with more classes `class_2,confidence_2` and so on; problems in a second file."""

    def __init__(self, out: Path | Stream, columns: OutputColumns, *, keep: bool = False) -> None:
        """Open `out`; `keep` as in `TextFile`. Raises UsageError if it cannot be written."""
        self._columns = columns
        super().__init__(out, _csv_line(self._header()), keep=keep)
        if self._problems_path is not None and self._problems_path.exists():  # of an earlier batch, not of this one
            self._open_problems()

    def write(self, rows: Sequence[ImageResult]) -> None:
        self._write_problems(rows)
        self._file.write(b"".join(_csv_line(self._cells(row)) for row in rows if row.problem is None))

    def _header(self) -> list[str]:
        columns = self._columns
        extra = [f"{name}_{rank}" for rank in range(2, columns.top + 1) for name in ("class", "confidence")]
        unsure = ["unsure"] if columns.unsure else []
        novelty = ["unlike", "novelty"] if columns.novelty else []
        labels = ["label"] if columns.labels else []
        shares = [f"p:{name}" for name in columns.classes] if columns.all else []
        return ["path", "class", "confidence", *extra, *unsure, *novelty, *labels, *shares, "model"]

    def _cells(self, row: ImageResult) -> list[object]:
        cells: list[object] = [row.path, *(cell for name, p in row.top for cell in (name, f"{p:.6f}"))]
        if self._columns.unsure:
            cells.append("yes" if row.unsure else "no")
        if self._columns.novelty:
            cells += ["yes" if row.unlike else "no", "" if row.novelty is None else f"{row.novelty:.6f}"]
        if self._columns.labels:
            cells.append(row.label or "")
        if self._columns.all and row.probabilities is not None:
            cells += [f"{p:.6f}" for p in row.probabilities]
        return [*cells, self._columns.model]


def problems_path(out: Path) -> Path:
    """Return where the problems of a batch that writes `out` are listed."""
    return out.with_name(f"{out.stem}.problems.csv")


class JsonLinesOutput:
    """One object a line; problems stand in their place among the others."""

    def __init__(self, out: Path | Stream, columns: OutputColumns, *, keep: bool = False) -> None:
        """As `CsvOutput`."""
        self._columns = columns
        self._file = TextFile(out, keep=keep)
        self.flush, self.close = self._file.flush, self._file.close
        self.settle = self.complete = self._file.settle

    def write(self, rows: Sequence[ImageResult]) -> None:
        self._file.write(b"".join(json_line(row, self._columns) for row in rows))


class SubmissionOutput(_TextTable):
    """`index,answer value` as competitions want it: the number of the image, the number of its class from 0.

    An image that cannot be used has no answer; it is listed in the problems file beside.
    """

    def __init__(self, out: Path | Stream, columns: OutputColumns, *, keep: bool = False) -> None:
        """As `CsvOutput`."""
        self._numbers = {name: number for number, name in enumerate(columns.classes)}
        self._count = 0
        super().__init__(out, b"index,answer value\n", keep=keep)
        self._open_problems()

    def write(self, rows: Sequence[ImageResult]) -> None:
        self._write_problems(rows)
        lines = []
        for row in rows:
            lines.append(f"{self._count},{self._numbers.get(row.label or row.class_name, '')}\n")
            self._count += 1
        self._file.write("".join(lines).encode())


def _csv_line(cells: Iterable[object]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode(*_ENCODING)


# The registry


@dataclass(frozen=True, slots=True)
class OutputForm:
    """A form in which results are written.

    `name` is its word for `--form`; `words` name it to people; `file_name` is proposed for it; `suffixes` tell it where
    none is named. `is_text`: it can be read while a batch runs, and goes to standard output.
    `is_journal`: a journal is such an output already. `lists_problems`: in a second file beside.
    """

    name: str
    words: str
    file_name: str
    open: Callable[..., Output]
    suffixes: tuple[str, ...] = ()
    is_text: bool = True
    is_journal: bool = False
    lists_problems: bool = False
    check: Callable[[], None] = lambda: None  # raises UsageError if something is not installed

    @property
    def file_kind(self) -> str:
        """Name and pattern of such files, as file dialogs take them."""
        suffix = Path(self.file_name).suffix
        words = _(self.words) if self.suffixes else suffix[1:].upper()
        return f"{words} (*{suffix})"


OUTPUTS = {
    form.name: form
    for form in (
        OutputForm("csv", "CSV", "classified.csv", CsvOutput, (".csv",), lists_problems=True),
        OutputForm(
            "jsonl",
            marked("JSON lines"),
            "classified.jsonl",
            JsonLinesOutput,
            (".jsonl", ".ndjson", ".json"),
            is_journal=True,
        ),
        OutputForm(
            "parquet",
            "Parquet",
            "classified.parquet",
            ParquetOutput,
            (".parquet", ".pq"),
            is_text=False,
            check=check_pyarrow,
        ),
        OutputForm("submission", marked("a submission"), "submission.csv", SubmissionOutput, lists_problems=True),
    )
}
OUTPUT_SUFFIXES = ", ".join(form.suffixes[0] for form in OUTPUTS.values() if form.suffixes)


def output_form(out: Path | Stream, name: str | None) -> OutputForm:
    """Return the form of `out`: the one called `name`, else by its suffix; anything unknown is CSV, and so is a stream.

    Raises:
        UsageError: there is no such form, it needs something that is not installed, or it is no text and `out` a
            stream.
    """
    if name is None:
        suffix = out.suffix.lower() if isinstance(out, Path) else ""
        form = next((form for form in OUTPUTS.values() if suffix in form.suffixes), OUTPUTS["csv"])
    elif name in OUTPUTS:
        form = OUTPUTS[name]
    else:
        raise UsageError(
            _("Predictions are written as {outputs}, found {name!r}.").format(outputs=", ".join(OUTPUTS), name=name)
        )
    if not form.is_text and not isinstance(out, Path):
        raise UsageError(_("{words} is no text for standard output; name a file.").format(words=_(form.words)))
    form.check()
    return form


class RowWriter:
    """Writes the rows of a batch: to the journal first, from which the output is made. Without `out`, nowhere."""

    def __init__(
        self, out: Path | Stream | None, form: str | None, columns: OutputColumns, *, resume: bool = False
    ) -> None:
        """Begin journal and output, or with `resume` open those that are there; `settle` must be called then.

        A stream, or what is no regular file, such as a pipe, gets its rows without a journal.

        Raises:
            UsageError: the file cannot be written, or its form needs something that is not installed.
            SourceError: `resume`, and there is no journal to go on with.
        """
        self._journal: Journal | None = None
        self._output: Output | None = None
        self._is_open = not resume
        if out is None:
            return
        self._form, self._out, self._columns = output_form(out, form), out, columns
        if not isinstance(out, Path) or (out.exists() and not out.is_file() and not out.is_dir()):
            if resume or not self._form.is_text:
                raise UsageError(
                    _("{out} is no file; name one to write {words}, and to resume.").format(
                        out=out, words=_(self._form.words)
                    )
                )
            self._output = self._form.open(out, columns)
            return
        if out.is_dir():
            raise UsageError(
                _("{out} cannot be written: there is a folder of that name; choose another place.").format(out=out)
            )
        self._journal = Journal(out, columns, is_output=self._form.is_journal, resume=resume)
        try:
            if not self._form.is_journal:
                self._output = self._form.open(out, columns, keep=resume)
        except BaseException:
            self._journal.close()
            if not resume:
                self._journal.path.unlink()
            raise

    def earlier(self) -> EarlierRows:
        """Return the rows of an earlier batch; they must be finished before `settle`."""
        return EarlierRows() if self._journal is None else self._journal.earlier()

    def settle(self) -> None:
        """Complete the output from the journal; further rows go behind that."""
        if self._output is not None:
            assert self._journal is not None
            found = (row for row, _ in self._journal.rows())
            while rows := list(islice(found, _ROWS_AT_ONCE)):
                self._output.write(rows)
                self._output.flush()
            self._output.settle()
        self._is_open = True

    def write(self, rows: list[ImageResult]) -> None:
        if self._journal is not None:
            self._journal.write(rows)
        if self._output is not None:
            self._output.write(rows)

    def flush(self, *, sync: bool = False) -> None:
        """Hand all rows to the system; with `sync`, those of the journal to the disk."""
        if self._journal is not None:
            self._journal.flush(sync=sync)
        if self._output is not None:
            self._output.flush()

    def complete(self) -> None:
        """End the output, whose last row was written."""
        self.flush()
        if self._output is not None:
            self._output.complete()

    def close(self) -> None:
        """Write what waits in memory, and close all files."""
        try:
            if self._is_open:
                self.flush()
        finally:
            for file in (self._journal, self._output):
                if file is not None:
                    file.close()
