"""Hugging Face's imagefolder: a `metadata.csv` or `metadata.jsonl` in the source, or in each of its split folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from engine.errors import SourceError
from engine.files import read_regular
from engine.library.importers.csv_manifest import Columns, Entry, entries, names_classes
from engine.library.importers.csv_manifest import rows as rows_of
from engine.library.importers.rows import Row, split_named
from engine.library.importers.tables import Table, read_table
from engine.library.listing import Listed

KIND = "imagefolder"
NAMES = ("metadata.csv", "metadata.jsonl")
_LARGEST = 512 * 2**20  # bytes


def tables(root: Path) -> list[Path]:
    """The metadata files of a source: in it, or in its folders."""
    try:
        folders = [root, *sorted(entry for entry in root.iterdir() if entry.is_dir())]
    except OSError:
        return []
    return [file for folder in folders for name in NAMES if (file := folder / name).is_file()]


def table(root: Path) -> Path | None:
    """Return the `metadata.csv` right in the source, whose columns a person may choose; None where there is none."""
    file = root / "metadata.csv"
    return file if file.is_file() else None


def rows(root: Path, listing: list[Listed], columns: Columns) -> Iterator[Row]:
    """A row for each listed picture that the metadata names, with the split of its folder.

    Raises:
        SourceError: there is no metadata, or it cannot be read.
    """
    files = tables(root)
    if not files:
        raise SourceError(f"There is no metadata.csv or metadata.jsonl in {root} or in its folders.")
    for file in files:
        folder = "" if file.parent == root else file.parent.name
        split = split_named(folder)
        for row in rows_of(_entries(file, columns), listing, root, folder):
            yield row if row.split is not None else row._replace(split=split)


def _entries(file: Path, columns: Columns) -> list[Entry]:
    """Metadata may hold captions alone, which are no classes; so the column of the class must be called like one."""
    if file.suffix == ".csv":
        table = read_table(file, encoding=columns.encoding, separator=columns.separator)
    else:
        table = _read_jsonl(file)
    if columns.class_name is None and not names_classes(table):
        raise SourceError(f"{file.name} has the columns {', '.join(table.columns)}; tell which one holds the class.")
    return entries(table, columns)


def _read_jsonl(file: Path) -> Table:
    try:
        text = read_regular(file, most=_LARGEST).decode("utf-8-sig")
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file.name} cannot be read: expected a JSON object on each line ({error}).") from error
    if not records or not all(isinstance(record, dict) for record in records):
        raise SourceError(f"{file.name} cannot be read: expected a JSON object on each line.")
    names = tuple(dict.fromkeys(str(name) for record in records for name in record))
    return Table(file, names, [[_cell(record.get(name)) for name in names] for record in records])


def _cell(value: object) -> str:
    return "" if value is None else str(value).strip()
