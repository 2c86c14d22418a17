"""The forms in which results are written, told by the suffix of the file unless one is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.batch.tables.lines import Stream
from engine.batch.tables.parquet import ParquetSink
from engine.batch.tables.sinks import Columns, CsvSink, JsonLinesSink, Sink, SubmissionSink
from engine.errors import UsageError

FORMS: dict[str, Callable[..., Sink]] = {
    "csv": CsvSink,
    "jsonl": JsonLinesSink,
    "parquet": ParquetSink,
    "submission": SubmissionSink,
}
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet", ".pq": "parquet"}


def form_of(out: Path | Stream, form: str | None) -> str:
    """The form of `out`: `form` if it is named, else by its suffix; anything unknown is CSV, and so is a stream.

    Raises:
        UsageError: there is no such form, or it is no text and `out` a stream.
    """
    if form is None:
        return _SUFFIXES.get(out.suffix.lower(), "csv") if isinstance(out, Path) else "csv"
    if form not in FORMS:
        raise UsageError(f"Predictions are written as {', '.join(FORMS)}, found {form!r}.")
    if form == "parquet" and not isinstance(out, Path):
        raise UsageError("A Parquet file is no text for standard output; name a file.")
    return form


def open_sink(out: Path | Stream, form: str | None, columns: Columns, *, resume: bool) -> Sink:
    """The sink that writes `out`.

    Raises:
        UsageError: the file cannot be written, or its form needs something that is not installed.
        SourceError: `resume`, and what is there has other columns.
    """
    return FORMS[form_of(out, form)](out, columns, resume=resume)
