"""Hugging Face's imagefolder: a `metadata.csv` or `metadata.jsonl` in the source, or in each of its split folders."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from engine.errors import SourceError, UsageError
from engine.files import read_regular, reason_of
from engine.language import _
from engine.library.importers.csv_manifest import Manifest, manifest, match, names_classes, reading
from engine.library.importers.importer import Columns, Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.rows import Rows
from engine.library.importers.split_words import split_named
from engine.library.importers.tables import MOST_CELLS, Table, read_table
from engine.library.importers.tree import Tree

KIND = "imagefolder"
NAMES = ("metadata.csv", "metadata.jsonl")
_LARGEST = 512 * 2**20  # bytes


def read_source(tree: Tree, options: ImportOptions) -> Reading:
    """A row for each listed picture that the metadata names, with the split of its folder.

    Raises:
        SourceError: there is no metadata, or it cannot be read, or it lists none of the pictures.
    """
    files = [file for file in tree.files(*NAMES) if file.name in NAMES]
    if not files:
        raise SourceError(
            _("There is no metadata.csv or metadata.jsonl in {root} or in its folders.").format(root=tree.root)
        )
    rows = Rows()
    notes: list[Note] = []
    for file in files:
        folder = tree.beside(file) or ""
        if file.suffix != ".csv" and (options.encoding or options.separator):
            # A form among others that the options are meant for, unless it was asked for.
            error = UsageError if options.labels == KIND else SourceError
            raise error(f"Encoding and separator have no effect on {file.name}; leave them out.")
        try:
            table = _table(file, options.columns)
        except SourceError as error:
            tree.damaged[file] = str(error).rstrip(".")
            raise
        found = _entries(table, options.columns)
        matched = match(
            found.entries, tree.finder, folder, file.name, split=split_named(file.parent.name) if folder else None
        )
        notes += [*found.notes, *matched.notes]
        for row in matched.rows:
            rows.append(row)
    if not rows:
        raise SourceError(_("None of the pictures that the metadata lists is in the source; check its paths."))
    first = Note(NoteKind.READ_FROM, len(files), file=files[0].name)
    found_reading = reading(tree, KIND, rows, (first, *notes), files)
    own = files[0] if files[0].suffix == ".csv" and files[0].parent == tree.root else None
    return replace(found_reading, table=own)


def _table(file: Path, columns: Columns) -> Table:
    if file.suffix == ".csv":
        return read_table(file, encoding=columns.encoding, separator=columns.separator)
    return _read_jsonl(file)


def _entries(table: Table, columns: Columns) -> Manifest:
    """Metadata may hold captions alone, which are no classes; so the column of the class must be called like one."""
    if columns.class_name is None and not names_classes(table):
        raise SourceError(
            _("{file} has the columns {columns}; tell which one holds the class.").format(
                file=table.file.name, columns=", ".join(table.columns)
            )
        )
    return manifest(table, columns)


def _read_jsonl(file: Path) -> Table:
    try:
        text = read_regular(file, most=_LARGEST).decode("utf-8-sig")
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
    except OSError as error:
        raise SourceError(_("{file} cannot be read: {why}.").format(file=file, why=reason_of(error))) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(
            _("{file} cannot be read: expected a JSON object on each line ({why}).").format(file=file.name, why=error)
        ) from error
    if not records or not all(isinstance(record, dict) for record in records):
        raise SourceError(_("{file} cannot be read: expected a JSON object on each line.").format(file=file.name))
    names = tuple(dict.fromkeys(str(name) for record in records for name in record))
    if len(names) * len(records) > MOST_CELLS:
        raise SourceError(
            _("{file} has {records:,} records of {names:,} fields, which is too much.").format(
                file=file.name, records=len(records), names=len(names)
            )
        )
    return Table(file, names, [[_cell(record.get(name)) for name in names] for record in records])


def _cell(value: object) -> str:
    return "" if value is None else str(value).strip()


IMPORTER = Importer(
    KIND,
    "imagefolder",
    kinds={KIND: "classes from the metadata of an imagefolder"},
    menu="The metadata of an imagefolder",
    priority=1.6,
    read=read_source,
    options=frozenset({"path_column", "class_column", "split_column", "encoding", "separator"}),
    layouts=(
        Layout(
            "Hugging Face imagefolder",
            ("train/metadata.csv: file_name,label", "train/1.jpg", "test/metadata.jsonl"),
            classes="a column called like a class",
            split="the folder of the metadata",
            not_read="captions",
        ),
    ),
)
