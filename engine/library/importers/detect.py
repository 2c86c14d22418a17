"""Which form a source has, told from its listing, and the rows to import from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SourceError, UsageError
from engine.jobs.job import Cancel
from engine.library.importers import class_folders, csv_manifest, file_prefix, train_test
from engine.library.importers.names import class_key, find_names, read_names
from engine.library.importers.rows import Row, paths
from engine.library.listing import Listed, list_images, natural_key

LABELS = ("auto", "folders", "prefix", "csv", "none")
_NO_LABELS = "none"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How labels are found: `labels` is one of `LABELS`; with `csv` given, "auto" means that table."""

    labels: str = "auto"
    csv: str | None = None
    path_column: str | None = None
    class_column: str | None = None
    names: str | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """What a source would bring. `kind` is "train-test-folders", "class-folders", "file-prefix", "csv" or "none".

    `classes` counts images by class, `splits` those in folders that name a split; `notes` are sentences to show.
    """

    kind: str
    classes: dict[str, int]
    splits: dict[str, int]
    images: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows to import from a source; `classes` are the names in the order in which new ones are made."""

    kind: str
    rows: list[Row]
    classes: tuple[str, ...]
    notes: tuple[str, ...]


def detect(source: Path, options: ImportOptions | None = None, *, cancel: Cancel | None = None) -> Detection:
    """Look at a source without importing it.

    Raises:
        SourceError: the folder is missing, holds no images, or the given tables do not fit it.
        UsageError: `options.labels` is none of `LABELS`.
        JobCancelled: `cancel` was set.
    """
    listing = list_images(source, cancel=cancel or Cancel())
    found = plan(source, listing, options or ImportOptions())
    classes = Counter(row.class_name for row in found.rows if row.class_name is not None)
    splits = Counter(row.split.value for row in found.rows if row.split is not None)
    ordered = {name: classes[name] for name in found.classes}
    return Detection(found.kind, ordered, dict(splits), len(found.rows), found.notes)


def plan(source: Path, listing: list[Listed], options: ImportOptions) -> Plan:
    """The rows that `listing`, the image files below `source`, gives under `options`. Raises what `detect` raises."""
    if options.labels not in LABELS:
        raise UsageError(f"Labels can come from {', '.join(LABELS)}, not from {options.labels!r}.")
    if not listing:
        raise SourceError(f"There are no images in {source}; expected files such as .jpg or .png there or below.")
    kind, rows, notes = _rows(source, listing, options)
    rows, classes, named = _named(source, rows, options)
    return Plan(kind, rows, classes, (*notes, *named))


def _rows(source: Path, listing: list[Listed], options: ImportOptions) -> tuple[str, list[Row], list[str]]:
    if options.labels == "csv" or (options.labels == "auto" and options.csv is not None):
        return _from_table(source, listing, options)
    if options.labels in ("auto", "folders"):
        if train_test.fits(listing):
            return _with_tables_beside(source, listing, list(train_test.rows(listing)))
        if options.labels == "folders" or class_folders.fits(listing):
            return class_folders.KIND, list(class_folders.rows(listing)), []
    if options.labels == "prefix" or (options.labels == "auto" and file_prefix.fits(listing)):
        return file_prefix.KIND, list(file_prefix.rows(listing)), []
    if options.labels == "auto":
        found = _best_table(source, listing)
        if found is not None:
            return csv_manifest.KIND, found[1], [f"Labels are read from {found[0].name}."]
    return _NO_LABELS, [Row(path, None, None) for entry in listing for path in paths(entry)], []


def _from_table(source: Path, listing: list[Listed], options: ImportOptions) -> tuple[str, list[Row], list[str]]:
    if options.csv is None:
        found = _best_table(source, listing)
        if found is None:
            raise SourceError(f"There is no CSV table in {source} that lists its pictures; tell which file it is.")
        return csv_manifest.KIND, found[1], [f"Labels are read from {found[0].name}."]
    file = Path(options.csv)
    entries = csv_manifest.read_manifest(file, options.path_column, options.class_column)
    rows = list(csv_manifest.rows(entries, listing, source, _beside(source, file)))
    if not rows:
        example = entries[0].path if entries else "nothing"
        raise SourceError(
            f"None of the {len(entries):,} pictures that {file.name} lists (such as {example}) is in {source}; "
            "check the path column and the folder."
        )
    missing = len({entry.path for entry in entries}) - len(rows)
    return csv_manifest.KIND, rows, [f"{missing:,} pictures of {file.name} were not found."] if missing > 0 else []


def _with_tables_beside(source: Path, listing: list[Listed], rows: list[Row]) -> tuple[str, list[Row], list[str]]:
    """Test pictures often lie in one folder with a table beside it, such as GTSRB's `Test/` and `Test.csv`."""
    unlabelled = {row.path for row in rows if row.class_name is None}
    if not unlabelled:
        return train_test.KIND, rows, []
    found = _best_table(source, listing)
    if found is None:
        return train_test.KIND, rows, []
    file, table = found
    labels = {row.path: row.class_name for row in table if row.path in unlabelled}
    if not labels:
        return train_test.KIND, rows, []
    labelled = [row._replace(class_name=labels[row.path]) if row.path in labels else row for row in rows]
    return train_test.KIND, labelled, [f"{len(labels):,} pictures without a class folder are labelled by {file.name}."]


def _best_table(source: Path, listing: list[Listed]) -> tuple[Path, list[Row]] | None:
    """The table right in `source` that lists most of its pictures; None if none lists any."""
    best: tuple[Path, list[Row]] | None = None
    for file in _tables(source):
        try:
            entries = csv_manifest.read_manifest(file, None, None)
        except SourceError:  # some other table
            continue
        rows = list(csv_manifest.rows(entries, listing, source, ""))
        if rows and (best is None or len(rows) > len(best[1])):
            best = file, rows
    return best


def _named(source: Path, rows: list[Row], options: ImportOptions) -> tuple[list[Row], tuple[str, ...], list[str]]:
    """The rows with classes under the names of the table, the class names in order, and what to say about it."""
    raw = sorted({row.class_name for row in rows if row.class_name is not None}, key=natural_key)
    note: list[str] = []
    if options.names is not None:
        names = read_names(Path(options.names))
        if raw and not any(class_key(key) in names for key in raw):
            raise SourceError(
                f"{Path(options.names).name} names none of the classes found ({', '.join(raw[:3])} ...); "
                "its first column should hold these."
            )
    else:
        found = find_names(_tables(source), raw) if options.labels != _NO_LABELS else None
        names = {} if found is None else found[1]
        note = [] if found is None else [f"Classes are named by {found[0].name}."]
    if not names:
        return rows, tuple(raw), note
    shown = {key: names.get(class_key(key), key) for key in raw}
    renamed = [row if row.class_name is None else row._replace(class_name=shown[row.class_name]) for row in rows]
    return renamed, tuple(dict.fromkeys(shown.values())), note


def _tables(source: Path) -> Iterable[Path]:
    try:
        return sorted(f for f in source.iterdir() if f.suffix.lower() == ".csv" and f.is_file())
    except OSError:
        return []


def _beside(source: Path, file: Path) -> str | None:
    """The table's folder from the source, None if it is elsewhere."""
    try:
        relative = file.resolve().parent.relative_to(source.resolve()).as_posix()
    except (ValueError, OSError):
        return None
    return "" if relative == "." else relative
