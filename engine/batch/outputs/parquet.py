"""Results as Parquet, and paths as the text that such a file holds."""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.batch.items import ImageResult
from engine.batch.outputs.journal import OutputColumns
from engine.errors import UsageError
from engine.files import create_file, sync_file, system_reason
from engine.language import _
from engine.libraries import in_a_package

ROWS_PER_GROUP = 50_000
_ESCAPED = re.compile(rb"\\\\|\\x([0-9a-f]{2})")


class ParquetOutput:
    """Columns path, class, confidence, top (name and probability), unsure, probabilities, problem, model.

    Such a file is readable only once it is complete: it appears at one stroke.
    """

    def __init__(self, out: Path, columns: OutputColumns, *, keep: bool = False) -> None:
        """Begin a file that takes the place of `out` once it is complete.

        Raises:
            UsageError: pyarrow is not installed, or the place cannot be written.
        """
        check_pyarrow()
        self._out, self._columns = out, columns
        self._rows: list[ImageResult] = []
        self._unfinished = out.with_name(f".{out.name}.unfinished")  # what a kill leaves, the next one writes over
        try:
            if not keep:
                out.unlink(missing_ok=True)  # of an earlier batch: it must not be taken for this one's
            # A file of Python's own, as its errors give the system's reason and pyarrow's do not.
            self._file = io.BufferedWriter(create_file(self._unfinished))
        except OSError as error:
            raise UsageError(
                _("{out} cannot be written: {why}; choose another place.").format(out=out, why=system_reason(error))
            ) from error
        pq = importlib.import_module("pyarrow.parquet")
        self._writer = pq.ParquetWriter(self._file, schema(columns), compression="zstd")

    def write(self, rows: Sequence[ImageResult]) -> None:
        self._rows += rows
        if len(self._rows) >= ROWS_PER_GROUP:
            self._write_group()

    def flush(self) -> None:
        """Do nothing: the file can only be read once it is complete."""

    def settle(self) -> None:
        """Do nothing: the file is a new one, also where a batch goes on."""

    def complete(self) -> None:
        self._write_group()
        self._writer.close()
        self._file.flush()
        sync_file(self._file.fileno())
        self._file.close()
        self._unfinished.replace(self._out)

    def close(self) -> None:
        with suppress(OSError):  # of a full disk, which was reported already
            self._writer.close()
            self._file.close()
        self._unfinished.unlink(missing_ok=True)

    def _write_group(self) -> None:
        if self._rows:
            self._writer.write_table(table(self._rows, self._columns))
            self._rows = []


def schema(columns: OutputColumns) -> Any:
    """The Arrow schema of the rows; `probabilities` are in the order of `classes` in its metadata."""
    pa = importlib.import_module("pyarrow")
    fields = [
        ("path", pa.string()),
        ("class", pa.string()),
        ("confidence", pa.float32()),
        ("top", pa.list_(pa.struct([("class", pa.string()), ("confidence", pa.float32())]))),
    ]
    fields += [("unsure", pa.bool_())] if columns.unsure else []
    fields += [("unlike", pa.bool_()), ("novelty", pa.float32())] if columns.novelty else []
    fields += [("label", pa.string())] if columns.labels else []
    fields += [("probabilities", pa.list_(pa.float32()))] if columns.all else []
    fields += [("problem", pa.string()), ("model", pa.string())]
    return pa.schema(fields, metadata={"classes": json.dumps(columns.classes)})


def table(rows: Sequence[ImageResult], columns: OutputColumns) -> Any:
    """Return rows as an Arrow table."""
    import numpy as np  # not with the module, which the window loads for the list of outputs

    pa = importlib.import_module("pyarrow")
    data: dict[str, Any] = {
        "path": [to_text(row.path) for row in rows],
        "class": [row.top[0][0] if row.top else None for row in rows],
        "confidence": [row.top[0][1] if row.top else None for row in rows],
        "top": _lists(
            [len(row.top) or None for row in rows],
            pa.StructArray.from_arrays(
                [
                    pa.array([name for row in rows for name, _ in row.top], pa.string()),
                    pa.array([share for row in rows for _, share in row.top], pa.float32()),
                ],
                ["class", "confidence"],
            ),
        ),
        "problem": [row.problem for row in rows],
        "model": [columns.model] * len(rows),
    }
    if columns.unsure:
        data["unsure"] = [None if row.problem is not None else row.unsure for row in rows]
    if columns.novelty:
        data["unlike"] = [None if row.problem is not None else row.unlike for row in rows]
        data["novelty"] = [row.novelty for row in rows]
    if columns.labels:
        data["label"] = [row.label for row in rows]
    if columns.all:
        found = [row.probabilities for row in rows if row.probabilities is not None]
        shares = np.concatenate(found) if found else np.empty(0, np.float32)
        data["probabilities"] = _lists(
            [None if row.probabilities is None else len(row.probabilities) for row in rows], pa.array(shares)
        )
    return pa.table(data, schema=schema(columns))


def _lists(lengths: Sequence[int | None], values: Any) -> Any:
    """Return an Arrow array of lists of these lengths (None: no list), which lie behind each other in `values`."""
    import numpy as np

    pa = importlib.import_module("pyarrow")
    ends = np.cumsum([0, *(length or 0 for length in lengths)], dtype=np.int32)
    offsets = pa.array(ends, mask=np.array([*(length is None for length in lengths), False]))
    return pa.ListArray.from_arrays(offsets, values)


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


def check_pyarrow() -> None:
    """Raise UsageError if pyarrow, which is an extra, is not installed."""
    if importlib.util.find_spec("pyarrow") is None:  # found, not loaded: the window asks too
        package = in_a_package("pyarrow")
        raise UsageError(
            _("Parquet needs pyarrow.") + f" {package}"
            if package
            else _("Parquet needs pyarrow; install it with `pip install pyarrow`, or choose CSV.")
        )
