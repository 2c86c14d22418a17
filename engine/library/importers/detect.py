"""Which form a source has, told from its listing, and the rows to import from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from engine.errors import SourceError, UsageError
from engine.imaging.ranges import PixelRange
from engine.jobs.job import Cancel
from engine.library.importers import (
    class_folders,
    csv_manifest,
    file_parts,
    file_prefix,
    imagefolder,
    label_studio,
    labelme,
    train_test,
)
from engine.library.importers.names import class_key, class_name, find_names, read_folder_names, read_names
from engine.library.importers.rows import Row, Rows, paths
from engine.library.listing import Listed, list_images, natural_key
from engine.library.packed.member_names import Naming
from engine.library.packed.unpacking import is_packed, preview
from engine.library.pixel_ranges import chosen_range, range_note

LABELS = (
    *("auto", "folders", "prefix", "suffix", "pattern", "csv", "labelme", "label-studio", "imagefolder"),
    "none",
)
_NO_LABELS = "none"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How labels are found: `labels` is one of `LABELS`; with `csv` given, "auto" means that table.

    `csv` is a table, or for "label-studio" its JSON file. `pattern` is a regular expression for "pattern".
    """

    labels: str = "auto"
    csv: str | None = None
    path_column: str | None = None
    class_column: str | None = None
    names: str | None = None
    pattern: str | None = None
    split_column: str | None = None
    encoding: str | None = None
    separator: str | None = None

    @property
    def columns(self) -> csv_manifest.Columns:
        return csv_manifest.Columns(
            self.path_column, self.class_column, self.split_column, self.encoding, self.separator
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows to import from a source; `classes` are the names in the order in which new ones are made.

    `table` is the table that they were read from, where they come from one with columns to choose from.
    """

    kind: str
    rows: Rows
    classes: tuple[str, ...]
    notes: tuple[str, ...]
    table: Path | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The plan of a source under options, and the folders (with reasons) that could not be listed."""

    source: Path
    options: ImportOptions
    plan: Plan
    unreadable: tuple[tuple[str, str], ...]
    listing: list[Listed] = field(default_factory=list)
    pixel_range: PixelRange | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """What a source would bring. `kind` is "train-test-folders", "class-folders", "file-prefix", "file-suffix",
    "file-pattern", "csv", "labelme", "label-studio", "imagefolder" or "none".

    `classes` counts images by class, `splits` those in folders that name a split; `notes` are sentences to show.
    `table` is the table that labels were read from; None where there is none, or it is packed.
    `pixel_range` is that of its deep pictures; None where there are none, or they are packed.
    `found` is what an import of just this needs, so that nothing is listed again; None where that must unpack first.
    """

    kind: str
    classes: dict[str, int]
    splits: dict[str, int]
    images: int
    notes: tuple[str, ...]
    table: Path | None = None
    pixel_range: PixelRange | None = None
    found: Found | None = field(default=None, compare=False, repr=False)


def detect(source: Path, options: ImportOptions | None = None, *, cancel: Cancel | None = None) -> Detection:
    """Look at a source, a folder or something packed, without importing it.

    Raises:
        SourceError: the source is missing, holds no images, cannot be unpacked, or the given tables do not fit it.
        UsageError: `options.labels` is none of `LABELS`.
        JobCancelled: `cancel` was set.
    """
    options, cancel = options or ImportOptions(), cancel or Cancel()
    unreadable: list[tuple[str, str]] = []
    listing = (
        [] if source.is_file() else list_images(source, cancel=cancel, unreadable=lambda *why: unreadable.append(why))
    )
    if is_packed(source, listing):
        naming = Naming(options.encoding, for_table=options.csv is not None)
        with preview(source, naming, cancel=cancel) as (folder, listing, notes):
            found = plan(folder, listing, options)
        return _counted(replace(found, notes=(*notes, *found.notes), table=None))
    listing = listing or list_images(source, cancel=cancel)
    found = plan(source, listing, options)
    pixel_range = chosen_range(source, listing, cancel=cancel)
    ranged = () if pixel_range is None else (range_note(pixel_range),)
    counted = _counted(replace(found, notes=(*found.notes, *ranged)))
    whole = Found(source.resolve(), options, found, tuple(unreadable), listing, pixel_range)
    return replace(counted, pixel_range=pixel_range, found=whole)


def _counted(found: Plan) -> Detection:
    classes = found.rows.counts()
    splits = Counter(split.value for split in found.rows.splits if split is not None)
    ordered = {name: classes[name] for name in found.classes}
    return Detection(found.kind, ordered, dict(splits), len(found.rows), found.notes, found.table)


def plan(source: Path, listing: list[Listed], options: ImportOptions) -> Plan:
    """The rows that `listing`, the image files below `source`, gives under `options`. Raises what `detect` raises."""
    if options.labels not in LABELS:
        raise UsageError(f"Labels can come from {', '.join(LABELS)}, not from {options.labels!r}.")
    if not listing:
        raise SourceError(f"There are no images in {source}; expected files such as .jpg or .png there or below.")
    read = _rows(source, listing, options)
    rows, classes, named = _named(source, read.rows, options)
    return Plan(read.kind, rows, classes, (*read.notes, *named), read.table)


class Read(NamedTuple):
    """The rows in the form `kind`, what to say about them, and the table that labels were read from, if any."""

    kind: str
    rows: Rows
    notes: list[str]
    table: Path | None = None


def _rows(source: Path, listing: list[Listed], options: ImportOptions) -> Read:
    if options.labels == "auto":
        return _detected(source, listing, options)
    notes: list[str] = []
    match options.labels:
        case "csv":
            return _from_table(source, listing, options)
        case "label-studio":
            return _from_export(source, listing, options)
        case "folders" if train_test.fits(listing):
            return _with_tables_beside(source, listing, Rows(train_test.rows(listing)))
        case "folders":
            return Read(class_folders.KIND, Rows(class_folders.rows(listing)), notes)
        case "prefix":
            return Read(file_prefix.KIND, Rows(file_prefix.rows(listing)), notes)
        case "suffix":
            return Read(file_parts.SUFFIX_KIND, Rows(file_parts.suffix_rows(listing)), notes)
        case "pattern":
            return Read(file_parts.PATTERN_KIND, Rows(file_parts.pattern_rows(listing, options.pattern)), notes)
        case "labelme":
            return Read(labelme.KIND, Rows(labelme.rows(source, listing, notes)), notes)
        case "imagefolder":
            rows = _some(imagefolder.rows(source, listing, options.columns), "metadata")
            return Read(imagefolder.KIND, rows, notes, imagefolder.table(source))
    return _unlabelled(listing)


def _detected(source: Path, listing: list[Listed], options: ImportOptions) -> Read:
    """The form that says most goes first: what a person names, what a tool wrote, folders, names, a table beside."""
    if options.csv is not None:
        is_export = options.csv.lower().endswith(".json")
        return (_from_export if is_export else _from_table)(source, listing, options)
    if options.pattern is not None:
        return _rows(source, listing, replace(options, labels="pattern"))
    if labelme.fits(source, listing):
        return _rows(source, listing, replace(options, labels="labelme"))
    with suppress(SourceError):  # some other file of that name
        rows = Rows(imagefolder.rows(source, listing, options.columns))
        if 2 * len(rows) >= sum(len(entry.names) for entry in listing):
            notes = ["Labels are read from the metadata of an imagefolder."]
            return Read(imagefolder.KIND, rows, notes, imagefolder.table(source))
    if train_test.fits(listing) or class_folders.fits(listing):
        return _rows(source, listing, replace(options, labels="folders"))
    if file_prefix.fits(listing):
        return _rows(source, listing, replace(options, labels="prefix"))
    if file_parts.suffix_fits(listing):
        return _rows(source, listing, replace(options, labels="suffix"))
    if (table := _best_table(source, listing)) is not None:
        return Read(csv_manifest.KIND, table[1], [f"Labels are read from {table[0].name}."], table[0])
    for file in _files(source, ".json"):
        with suppress(SourceError):  # some other JSON file
            return _from_export(source, listing, replace(options, csv=str(file)))
    return _unlabelled(listing)


def _unlabelled(listing: list[Listed]) -> Read:
    return Read(_NO_LABELS, Rows(Row(path, None, None) for entry in listing for path in paths(entry)), [])


def _some(rows: Iterable[Row], what: str) -> Rows:
    found = Rows(rows)
    if not found:
        raise SourceError(f"None of the pictures that the {what} lists is in the source; check its paths.")
    return found


def _from_export(source: Path, listing: list[Listed], options: ImportOptions) -> Read:
    if options.csv is None:
        for file in _files(source, ".json"):
            with suppress(SourceError):
                return _from_export(source, listing, replace(options, csv=str(file)))
        raise SourceError(f"There is no JSON export of Label Studio in {source}; tell which file it is.")
    file = Path(options.csv)
    read = _listed_in(source, listing, file, label_studio.read_export(file))
    return Read(label_studio.KIND, read.rows, [f"Labels are read from {file.name}.", *read.notes])


def _from_table(source: Path, listing: list[Listed], options: ImportOptions) -> Read:
    if options.csv is None:
        found = _best_table(source, listing)
        if found is None:
            raise SourceError(f"There is no CSV table in {source} that lists its pictures; tell which file it is.")
        return Read(csv_manifest.KIND, found[1], [f"Labels are read from {found[0].name}."], found[0])
    file = Path(options.csv)
    return _listed_in(source, listing, file, csv_manifest.read_manifest(file, options.columns))


def _listed_in(source: Path, listing: list[Listed], file: Path, entries: list[csv_manifest.Entry]) -> Read:
    rows = Rows(csv_manifest.rows(entries, listing, source, _beside(source, file)))
    if not rows:
        example = entries[0].path if entries else "nothing"
        raise SourceError(
            f"None of the {len(entries):,} pictures that {file.name} lists (such as {example}) is in {source}; "
            "check the path column and the folder."
        )
    missing = len({entry.path for entry in entries}) - len(rows)
    notes = [f"{missing:,} pictures of {file.name} were not found."] if missing > 0 else []
    return Read(csv_manifest.KIND, rows, notes, file)


def _with_tables_beside(source: Path, listing: list[Listed], rows: Rows) -> Read:
    """Test pictures often lie in one folder with a table beside it, such as GTSRB's `Test/` and `Test.csv`."""
    unlabelled = {path for path, name in zip(rows.paths, rows.class_names, strict=True) if name is None}
    if not unlabelled:
        return Read(train_test.KIND, rows, [])
    found = _best_table(source, listing)
    if found is None:
        return Read(train_test.KIND, rows, [])
    file, table = found
    labels = {path: name for path, name in zip(table.paths, table.class_names, strict=True) if path in unlabelled}
    if not labels:
        return Read(train_test.KIND, rows, [])
    names = [labels.get(path, name) for path, name in zip(rows.paths, rows.class_names, strict=True)]
    note = f"{len(labels):,} pictures without a class folder are labelled by {file.name}."
    return Read(train_test.KIND, rows.with_classes(names), [note])


def _best_table(source: Path, listing: list[Listed]) -> tuple[Path, Rows] | None:
    """The table right in `source` that lists most of its pictures; None if none lists any."""
    best: tuple[Path, Rows] | None = None
    for file in _tables(source):
        try:
            entries = csv_manifest.read_manifest(file)
        except SourceError:  # some other table
            continue
        rows = Rows(csv_manifest.rows(entries, listing, source, ""))
        if rows and (best is None or len(rows) > len(best[1])):
            best = file, rows
    return best


def _named(source: Path, rows: Rows, options: ImportOptions) -> tuple[Rows, tuple[str, ...], list[str]]:
    """The rows with classes under the names of the table, the class names in order, and what to say about it."""
    raw = sorted(rows.counts(), key=natural_key)
    note: list[str] = []
    folders = read_folder_names(_tables(source)) if options.names is None else {}
    if folders.keys() >= set(raw) and raw:
        return *_renamed(rows, {key: name for key, name in folders.items() if key in raw}), note
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
    return *_renamed(rows, {key: names.get(class_key(key), key) for key in raw}), note


def _renamed(rows: Rows, names: dict[str, str]) -> tuple[Rows, tuple[str, ...]]:
    """Rows with each class under its name, and these in order."""
    shown = {key: class_name(name) for key, name in names.items()}
    if all(key == name for key, name in shown.items()):
        return rows, tuple(shown)
    renamed = [None if name is None else shown[name] for name in rows.class_names]
    return rows.with_classes(renamed), tuple(dict.fromkeys(shown.values()))


def _tables(source: Path) -> list[Path]:
    return _files(source, ".csv", ".tsv")


def _files(source: Path, *suffixes: str) -> list[Path]:
    try:
        return sorted(f for f in source.iterdir() if f.suffix.lower() in suffixes and f.is_file())
    except OSError:
        return []


def _beside(source: Path, file: Path) -> str | None:
    """The table's folder from the source, None if it is elsewhere."""
    try:
        relative = file.resolve().parent.relative_to(source.resolve()).as_posix()
    except (ValueError, OSError):
        return None
    return "" if relative == "." else relative
