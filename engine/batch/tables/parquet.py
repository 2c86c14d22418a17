"""Results as Parquet. Such a file is readable only once it is complete, so it is written in parts that each are.

While a batch runs, and after a kill, the parts lie in `NAME.parquet.parts/`, in order, each of them a Parquet file;
any reader takes that folder as one table. At the end they become the one file, at one stroke.
"""

from __future__ import annotations

import importlib
import json
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from engine.batch.items import Row
from engine.batch.tables.lines import Track, Written, why
from engine.batch.tables.sinks import Columns
from engine.errors import SourceError, UsageError
from engine.models.atomic import replacing

ROWS_PER_PART = 50_000
SECONDS_PER_PART = 30.0  # a kill costs at most this much work
_ESCAPED = re.compile(rb"\\\\|\\x([0-9a-f]{2})")
_PART = re.compile(r"part-\d{6}\.parquet")


class ParquetSink:
    """Columns path, class, confidence, top (name and probability), unsure, probabilities, problem, model."""

    def __init__(self, out: Path, columns: Columns, *, resume: bool = False) -> None:
        """Begin the parts of `out`; with `resume` those are kept that an earlier batch left.

        Raises:
            UsageError: pyarrow is not installed, or the place cannot be written.
            SourceError: `resume`, and the parts or the file have other columns.
        """
        _library("pyarrow")
        self._out, self._columns = out, columns
        self._folder = out.with_name(f"{out.name}.parts")
        self._rows: list[Row] = []
        self._begun = time.monotonic()
        self._start(resume=resume)
        self._number = len(self._parts())

    def _start(self, *, resume: bool) -> None:
        try:
            if not resume:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._out.unlink(missing_ok=True)
            self._folder.mkdir(exist_ok=True)
            if self._out.is_file():  # a batch that was complete: more images may have come since
                self._out.replace(self._folder / "part-000000.parquet")
        except OSError as error:
            raise UsageError(f"{self._out} cannot be written: {why(error)}; choose another place.") from error
        wanted = schema(self._columns)
        for part in self._parts():
            if not _read_schema(part).equals(wanted):
                raise SourceError(
                    f"{part} has other columns than this batch would write, so it cannot be resumed; use the same "
                    f"model and options as before, or another file."
                )

    def tracks(self) -> list[Track]:
        return [_PartsTrack(self._parts())]

    def write(self, rows: Sequence[Row]) -> None:
        self._rows += rows
        if len(self._rows) >= ROWS_PER_PART or time.monotonic() - self._begun > SECONDS_PER_PART:
            self.flush(sync=True)

    def flush(self, *, sync: bool = False) -> None:
        """With `sync` the rows so far become a part of their own; else they wait to fill one."""
        if not sync or not self._rows:
            return
        pq = _library("pyarrow.parquet")
        with replacing(self._folder / f"part-{self._number:06}.parquet") as temporary:
            pq.write_table(table(self._rows, self._columns), temporary, compression="zstd")
        self._number += 1
        self._rows = []
        self._begun = time.monotonic()

    def complete(self) -> None:
        """Make the one file of all parts."""
        pq = _library("pyarrow.parquet")
        self.flush(sync=True)
        with (
            replacing(self._out) as temporary,
            pq.ParquetWriter(temporary, schema(self._columns), compression="zstd") as writer,
        ):
            for part in self._parts():
                with pq.ParquetFile(part) as file:
                    for group in range(file.num_row_groups):
                        writer.write_table(file.read_row_group(group))
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.complete()
        else:
            self.flush(sync=True)  # stopped, not killed: what is there is kept

    def _parts(self) -> list[Path]:
        return sorted(path for path in self._folder.iterdir() if _PART.fullmatch(path.name))


class _PartsTrack:
    follows = False

    def __init__(self, parts: Sequence[Path]) -> None:
        self._rows = _rows(parts)
        self.row: Written | None = next(self._rows, None)

    def advance(self) -> None:
        self.row = next(self._rows, None)

    def finish(self) -> None:
        """Parts are whole: there is nothing to cut."""


def _rows(parts: Sequence[Path]) -> Iterator[Written]:
    pq = _library("pyarrow.parquet")
    names = ["path", "class", "confidence", "problem"]
    for part in parts:
        with pq.ParquetFile(part) as file:
            unsure = "unsure" in file.schema_arrow.names
            for batch in file.iter_batches(10_000, columns=[*names, *(["unsure"] if unsure else [])]):
                for row in batch.to_pylist():
                    problem = row["problem"] is not None
                    yield Written(
                        from_text(row["path"]),
                        row["class"] or "",
                        row["confidence"] or 0.0,
                        bool(row.get("unsure")),
                        problem,
                    )


def schema(columns: Columns) -> Any:
    """The Arrow schema of the rows; `probabilities` are in the order of `classes` in its metadata."""
    pa = _library("pyarrow")
    fields = [
        ("path", pa.string()),
        ("class", pa.string()),
        ("confidence", pa.float32()),
        ("top", pa.list_(pa.struct([("class", pa.string()), ("confidence", pa.float32())]))),
    ]
    fields += [("unsure", pa.bool_())] if columns.unsure else []
    fields += [("label", pa.string())] if columns.labels else []
    fields += [("probabilities", pa.list_(pa.float32()))] if columns.all else []
    fields += [("problem", pa.string()), ("model", pa.string())]
    return pa.schema(fields, metadata={"classes": json.dumps(columns.classes)})


def table(rows: Sequence[Row], columns: Columns) -> Any:
    """Rows as an Arrow table."""
    pa = _library("pyarrow")
    good = [row.problem is None for row in rows]
    data: dict[str, list[Any]] = {
        "path": [to_text(row.path) for row in rows],
        "class": [row.class_name if ok else None for row, ok in zip(rows, good, strict=True)],
        "confidence": [row.confidence if ok else None for row, ok in zip(rows, good, strict=True)],
        "top": [[{"class": n, "confidence": p} for n, p in row.top] if row.top else None for row in rows],
        "problem": [row.problem for row in rows],
        "model": [columns.model] * len(rows),
    }
    if columns.unsure:
        data["unsure"] = [row.unsure if ok else None for row, ok in zip(rows, good, strict=True)]
    if columns.labels:
        data["label"] = [row.label for row in rows]
    if columns.all:
        data["probabilities"] = [row.probabilities for row in rows]
    return pa.table(data, schema=schema(columns))


def to_text(path: str) -> str:
    """A path as valid Unicode: bytes of a name that are none are written `\\xe9`, and backslashes then doubled."""
    if path.isascii() and "\\" not in path:
        return path
    try:
        path.encode()
    except UnicodeEncodeError:
        return path.replace("\\", "\\\\").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return path


def from_text(text: str) -> str:
    """The path that `to_text` was given."""
    if "\\x" not in text:
        return text
    found = _ESCAPED.sub(lambda m: bytes.fromhex(m[1].decode()) if m[1] else b"\\", text.encode())
    path = found.decode("utf-8", "surrogateescape")
    return path if to_text(path) == text else text


def _read_schema(part: Path) -> Any:
    pa, pq = _library("pyarrow"), _library("pyarrow.parquet")
    try:
        return pq.read_schema(part)
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{part} is damaged ({error}); delete it to classify its images again.") from None


def _library(name: str) -> Any:
    """A module of pyarrow, which is an extra.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UsageError("Parquet needs pyarrow; install it with `pip install pyarrow`, or choose CSV.") from None
