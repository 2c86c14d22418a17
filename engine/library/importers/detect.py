"""Which form a source has: it is read in every form, and the one that gives most of the pictures a class wins."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from engine.errors import SourceError, UsageError
from engine.imaging.ranges import PixelRange
from engine.jobs.job import Cancel
from engine.language import _, marked
from engine.library.importers import csv_manifest, folders
from engine.library.importers.exports import OtherForm
from engine.library.importers.importer import Columns, Importer, ImportOptions, Reading
from engine.library.importers.names import (
    class_key,
    class_name,
    find_names,
    join_names,
    name_files,
    read_folder_names,
    read_names,
)
from engine.library.importers.note import Note, NoteKind, merged, summed
from engine.library.importers.placing import without_copies, without_masks
from engine.library.importers.registry import AUTO, IMPORTERS, LABELS, NONE, UNLABELLED, by_flag, by_kind, kind_words
from engine.library.importers.rows import Rows
from engine.library.importers.sequences import kept_together
from engine.library.importers.split_lists import splits_by_lists
from engine.library.importers.tree import Tree
from engine.library.listing import (
    FOREIGN_FILES,
    FOREIGN_PICTURES,
    RECORDINGS,
    Listed,
    OtherFiles,
    list_images,
    natural_key,
)
from engine.library.packed.archives import is_archive
from engine.library.packed.member_names import Naming
from engine.library.packed.refused import refusal_within
from engine.library.packed.unpacking import is_packed, preview
from engine.library.pixel_ranges import PixelLook, look_at_pixels
from engine.library.records import Split

__all__ = [
    "LABELS",
    "ImportOptions",
    "ImportPreviewData",
    "ImportRows",
    "RunnerUp",
    "SourceReading",
    "check_options",
    "detect",
    "import_rows",
    "kind_words",
]

# Said of a form that does not fit, where no other one does.
_WHY_NONE = frozenset(
    {
        NoteKind.ONE_FOLDER,
        NoteKind.ONLY_SPLITS,
        NoteKind.SPLITS_IN_NAMES,
        NoteKind.DATES,
        NoteKind.GROUP_FOLDERS,
        NoteKind.ONE_EACH,
        NoteKind.SINGLE_BANDS,
        NoteKind.LISTS_OTHERS,
        NoteKind.BEGINNINGS,
        NoteKind.SEVERAL_LABELS,
        NoteKind.CONTRADICTED,
        NoteKind.TABLE_NOT_USED,
        NoteKind.EXAMPLE_TABLE,
        NoteKind.SEVERAL_COLUMNS,
        NoteKind.CHOOSE_COLUMN,
    }
)
# Said of tables that are not used, also where another form gives the classes.
_UNUSED_TABLES = frozenset({NoteKind.TABLE_NOT_USED, NoteKind.LISTS_OTHERS, NoteKind.CHOOSE_COLUMN})
_FOREIGN = (
    (NoteKind.UNREADABLE_PICTURES, FOREIGN_PICTURES),
    (NoteKind.RECORDINGS, RECORDINGS),
    (NoteKind.OTHER_FILES, FOREIGN_FILES),
)
_NO_LABELS = re.compile(r"readme|licen[cs]e|requirements|changelog|citation|config|package|notes?\b", re.I)
# The fields of `ImportOptions` that ask for a form that knows them, and what they are called in messages, which reach
# the window and the command line.
_ASKING = {
    "csv": marked("the table"),
    "pattern": marked("the pattern"),
    "path_column": marked("the column of the path"),
    "class_column": marked("the column of the class"),
    "split_column": marked("the column of the split"),
    "separator": marked("the separator"),
}


# Suffixes of files that tools export; others are tables.
_EXPORTS = frozenset(suffix for form in IMPORTERS if form is not csv_manifest.IMPORTER for suffix in form.files)


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Another form that the source has: `flag` chooses it, `with_class` of the pictures get a class by it."""

    kind: str
    flag: str
    with_class: int
    classes: dict[str, int]


@dataclass(frozen=True, slots=True)
class ImportRows:
    """The rows to import from a source; `classes` are the names in the order in which new ones are made.

    `table` is the table that they were read from, where they come from one with columns to choose from, and `columns`
    are those that were read.
    """

    kind: str
    rows: Rows
    classes: tuple[str, ...]
    notes: tuple[Note, ...]
    table: Path | None = None
    others: tuple[RunnerUp, ...] = ()
    columns: Columns | None = None


@dataclass(frozen=True, slots=True)
class SourceReading:
    """The rows to import from a source under `options`, and the folders (with reasons) that could not be listed."""

    source: Path
    options: ImportOptions
    import_rows: ImportRows
    unreadable: tuple[tuple[str, str], ...]
    listing: list[Listed] = field(default_factory=list)
    look: PixelLook = field(default_factory=PixelLook)


@dataclass(frozen=True, slots=True)
class ImportPreviewData:
    """What a source would bring. `kind` is a kind of a registered importer (`registry.kind_words`).

    `classes` counts images by class, `splits` those that a folder or a table gives a split; `notes` say what the owner
    might not expect, `others` the other forms that the source has, best first.
    `rows` are all that would come in, as `adding.forecast` takes them.
    `table` is the table that labels were read from, by these `columns`; None where there is none, or it is packed.
    `look` says how its deep pictures and those with several pages are shown; not of packed ones.
    `found` is what an import of just this needs, so that nothing is listed again; None where that must unpack first.
    `shown` has pictures that can be shown now, all or a few of something packed.
    """

    kind: str
    classes: dict[str, int]
    splits: dict[str, int]
    images: int
    notes: tuple[Note, ...]
    rows: Rows = field(default_factory=Rows, compare=False, repr=False)
    table: Path | None = None
    columns: Columns | None = None
    look: PixelLook = field(default_factory=PixelLook)
    others: tuple[RunnerUp, ...] = ()
    found: SourceReading | None = field(default=None, compare=False, repr=False)
    shown: SourceReading | None = field(default=None, compare=False, repr=False)

    @property
    def pixel_range(self) -> PixelRange | None:
        """By which range its pictures are shown."""
        return self.look.pixel_range


def detect(
    source: Path,
    options: ImportOptions | None = None,
    *,
    cancel: Cancel | None = None,
    samples_into: Path | None = None,
    values: tuple[float, float] | None = None,
    bands: tuple[int, int, int] | None = None,
    page: int | None = None,
) -> ImportPreviewData:
    """Look at a source, a folder or something packed, without importing it. `values`, `bands` and `page` say how the
    pictures in a folder are to be shown, as `look_at_pixels` has them.

    Of something packed a few pictures are written to `samples_into`, where it is given, to be shown.

    Raises:
        SourceError: the source is missing, holds no images, cannot be unpacked, or the given tables do not fit it.
        UsageError: `options.labels` is none of `LABELS`, or an option has no effect.
        JobCancelled: `cancel` was set.
    """
    options, cancel = options or ImportOptions(), cancel or Cancel()
    unreadable: list[tuple[str, str]] = []
    others = OtherFiles()

    def look() -> list[Listed]:
        return list_images(source, cancel=cancel, unreadable=lambda *why: unreadable.append(why), others=others)

    listing = [] if source.is_file() else look()
    if is_packed(source, listing):
        naming = Naming(options.encoding, for_table=options.csv is not None)
        with preview(source, naming, cancel=cancel, samples_into=samples_into) as (folder, listing, unpacked):
            found = import_rows(folder, listing, options, packed=True, cancel=cancel)
        told = found if is_archive(source) else replace(found, kind=folders.packed_kind(found.kind))
        counted = _counted(replace(told, notes=(*unpacked, *found.notes), table=None))
        if samples_into is None:
            return counted
        there = {file.relative_to(samples_into).as_posix() for file in samples_into.rglob("*") if file.is_file()}
        few = replace(found, rows=found.rows.chosen(there))
        return replace(counted, shown=SourceReading(samples_into, options, few, ()))
    listing = listing or look()
    found = import_rows(source, listing, options, others, cancel=cancel)
    look_of = look_at_pixels(source, listing, values=values, bands=bands, page=page, cancel=cancel)
    counted = _counted(replace(found, notes=(*found.notes, *look_of.notes())))
    whole = SourceReading(source.resolve(), options, found, tuple(unreadable), listing, look_of)
    return replace(counted, look=look_of, found=whole, shown=whole)


def _counted(found: ImportRows) -> ImportPreviewData:
    classes = found.rows.counts()
    splits = {split.value: count for split, count in Counter(found.rows.splits).items() if split is not None}
    ordered = {name: classes[name] for name in found.classes}
    images = len(found.rows)
    return ImportPreviewData(
        found.kind,
        ordered,
        splits,
        images,
        found.notes,
        found.rows,
        found.table,
        found.columns,
        others=found.others,
    )


def import_rows(
    source: Path,
    listing: list[Listed],
    options: ImportOptions,
    others: OtherFiles | None = None,
    *,
    packed: bool = False,
    cancel: Cancel | None = None,
) -> ImportRows:
    """The rows that `listing`, the image files below `source`, gives under `options`. Raises what `detect` raises.

    `others` is what the listing found beside the pictures; `packed` sources may need the encoding for their names.
    """
    importer = check_options(options)
    if not listing:
        raise SourceError(_no_images(source))
    single, copies, copy = without_copies(source, listing)
    pictures, masks, mask = without_masks(single)
    tree = Tree(source, pictures, others, cancel)
    if importer is None:
        best, runners = _read_in_all_forms(tree, options)
    else:
        best, runners = importer.read(tree, options), ()
        if importer is folders.IMPORTER:
            best = _with_tables_beside(tree, best, options)
    if importer is not None and importer is not UNLABELLED and not best.with_class:
        best = replace(best, notes=(*best.notes, Note(NoteKind.NOTHING_FOUND, example=kind_words(best.kind))))
    used = by_kind(best.kind)
    if options.encoding is not None and not packed and (used is None or "encoding" not in used.options):
        raise UsageError(
            _("The encoding has no effect: no table was read for {source}; leave it out.").format(source=source)
        )
    best = _divided(tree, best, options.division)
    rows, classes, named = _named(tree, best, options)
    named += kept_together(source, rows, tree.cancel)
    copied = [Note(NoteKind.COPIES, copies, copy)] if copies else []
    notes = merged((*best.notes, *named, *_passed_over(tree, masks, mask), *copied))
    return ImportRows(
        best.kind,
        rows,
        classes,
        (*summed(notes, rows.class_names.count(None)), *notes),
        best.table,
        runners,
        best.columns,
    )


def _no_images(source: Path) -> str:
    """Why there is nothing to import, with the archives that a folder holds."""
    sentence = _("There are no images in {source}; expected files such as .jpg or .png there or below.")
    why = sentence.format(source=source)
    with suppress(OSError):
        folders_too = [source, *sorted(entry for entry in source.iterdir() if entry.is_dir())]
        packed = [file.relative_to(source).as_posix() for folder in folders_too for file in _archives(folder)]
        if packed:
            more = _("It holds {files}: import these, or unpack them there.").format(files=_(" and ").join(packed[:3]))
            return f"{why} {more}"
        if (refused := refusal_within(source)) is not None:
            return f"{why} {refused}"
    return why


def _archives(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and is_archive(file))


class _Ranked(NamedTuple):
    importer: Importer
    reading: Reading

    @property
    def score(self) -> float:
        return self.importer.priority * self.reading.score


def _read_in_all_forms(tree: Tree, options: ImportOptions) -> tuple[Reading, tuple[RunnerUp, ...]]:
    """The best reading of all forms that take the options that were given, and the others that give some
    pictures a class."""
    asked = {name for name in _ASKING if getattr(options, name) is not None}
    suffix = Path(options.csv).suffix.lower() if options.csv is not None else None
    forms = [
        form
        for form in IMPORTERS
        if form is not UNLABELLED and asked <= form.options and (form.automatic or asked)
        if suffix is None or (suffix in form.files if suffix in _EXPORTS else form is csv_manifest.IMPORTER)
    ]
    if not forms:
        raise UsageError(
            _("There is no form that takes {options}.").format(
                options=", ".join(_(_ASKING[name]) for name in sorted(asked))
            )
        )
    found: list[_Ranked] = []
    refused: list[SourceError] = []
    for form in forms:
        try:
            found.append(_Ranked(form, form.read(tree, options)))
        except SourceError as error:  # another form
            refused.append(error)
    _complete(tree, found)
    ranked = sorted((each for each in found if each.score > 0), key=lambda each: -each.score)
    if not ranked:
        if asked and not found:
            raise next((error for error in refused if not isinstance(error, OtherForm)), refused[0])
        best = found[0].reading if asked else UNLABELLED.read(tree, options)
        why = [note for each in found for note in each.reading.notes if not asked and note.kind in _WHY_NONE]
        why += _not_understood(tree, {note.file for note in why}) if not asked else []
        return replace(best, notes=(*best.notes, *dict.fromkeys(why))), ()
    runners = tuple(_runner_up(each) for each in ranked[1:])
    best = _named_by_folders(tree, ranked[0].reading, ranked[1:])
    lost = [note for each in found if not each.score for note in each.reading.notes]
    unused = [note for note in lost if note.kind in _UNUSED_TABLES]
    return replace(best, notes=(*best.notes, *unused)), runners


def _named_by_folders(tree: Tree, best: Reading, others: list[_Ranked]) -> Reading:
    """The reading with the names of folders for numbers that stand for them, one for one (Stanford Dogs' lists)."""
    beside = next((each.reading.rows for each in others if each.importer is folders.IMPORTER), None)
    numbers = best.rows.counts().keys()
    if beside is None or not numbers or not all(name.isdigit() for name in numbers):
        return best
    if find_names([file for file in name_files(tree) if file not in best.tables], numbers) is not None:
        return best
    folder_of = dict(zip(beside.paths, beside.class_names, strict=True))
    pairs = {(n, folder_of.get(path)) for path, n in zip(best.rows.paths, best.rows.class_names, strict=True) if n}
    named = {number: folder for number, folder in pairs if folder and not class_key(folder).isdigit()}
    if len(named) != len(pairs) or len(set(named.values())) != len(pairs):
        return best
    example = next(f"{number} is {folder}" for number, folder in sorted(named.items()))
    file = ", ".join(file.name for file in best.tables)
    rows = best.rows.with_classes([name and named[name] for name in best.rows.class_names])
    return replace(best, rows=rows, notes=(*best.notes, Note(NoteKind.NAMED_BY_FOLDERS, len(named), example, file)))


def _not_understood(tree: Tree, told: set[str]) -> list[Note]:
    """The files that may hold labels, of which nothing came and of which no Note tells why."""
    files = [f"{folder}/{name}".lstrip("/") for folder, names in tree.others.labels.items() for name in names]
    files = [file for file in files if not _NO_LABELS.match(name := file.rpartition("/")[2]) and name not in told]
    return [Note(NoteKind.NOT_UNDERSTOOD, len(files), ", ".join(files[:4]))] if files else []


def _runner_up(each: _Ranked) -> RunnerUp:
    counts = each.reading.rows.counts()
    ordered = {name: counts[name] for name in sorted(counts, key=natural_key)}
    return RunnerUp(each.reading.kind, each.importer.flag, each.reading.with_class, ordered)


def _complete(tree: Tree, found: list[_Ranked]) -> None:
    """Let tables tell the classes of pictures that lie in folders of splits beside those in class folders."""
    by_form = {each.importer: n for n, each in enumerate(found)}
    place, table = by_form.get(folders.IMPORTER), by_form.get(csv_manifest.IMPORTER)
    if place is not None and table is not None:
        each = found[place]
        found[place] = _Ranked(each.importer, _completed(tree, each.reading, found[table].reading))


def _with_tables_beside(tree: Tree, reading: Reading, options: ImportOptions) -> Reading:
    if reading.kind != folders.SPLIT_KIND or not tree.files(".csv", ".tsv", ".xlsx"):
        return reading
    with suppress(SourceError):
        return _completed(tree, reading, csv_manifest.read_source(tree, replace(options, labels=AUTO)))
    return reading


def _completed(tree: Tree, reading: Reading, table: Reading) -> Reading:
    """Test pictures often lie in one folder with a table beside it, such as GTSRB's `Test/` and `Test.csv`."""
    if reading.kind != folders.SPLIT_KIND or not reading.with_class or reading.with_class == len(reading.rows):
        return reading
    rows = reading.rows
    unlabelled = {path for path, name in zip(rows.paths, rows.class_names, strict=True) if name is None}
    told = {
        path: name
        for path, name in zip(table.rows.paths, table.rows.class_names, strict=True)
        if name is not None and path in unlabelled
    }
    if not told:
        return reading
    same = {class_key(name): name for name in rows.counts()}  # 7 in the table is the folder 00007
    if not any(class_key(name) in same for name in told.values()):
        same = join_names(name_files(tree), set(told.values()), set(same.values()))
    used = ", ".join(file.name for file in table.tables)
    if not same:
        seen = ", ".join(sorted(set(told.values()), key=natural_key)[:3])
        return replace(reading, notes=(*reading.notes, Note(NoteKind.OTHER_NAMES, len(told), seen, used)))
    labels = {path: same.get(class_key(name), name) for path, name in told.items()}
    names = [labels.get(path, name) for path, name in zip(rows.paths, rows.class_names, strict=True)]
    note = Note(NoteKind.LABELLED_BESIDE, len(labels), file=used)
    with_class = reading.with_class + len(labels)
    return replace(
        reading,
        rows=rows.with_classes(names),
        with_class=with_class,
        notes=(*reading.notes, note),
        tables=table.tables,
    )


def _divided(tree: Tree, reading: Reading, wanted: int | None) -> Reading:
    """The reading with the splits of lists such as train.txt, where nothing else tells splits, or only that a picture
    is for training.
    """
    given = reading.rows.splits
    listed, notes = splits_by_lists(tree, reading.tables, {split for split in given if split is not None}, wanted)
    if not notes:
        return reading
    rows = zip(reading.rows.paths, given, strict=True)
    splits = [listed.get(path, split) if split in (None, Split.TRAINING) else split for path, split in rows]
    if Split.VALIDATION in listed.values() and Split.TRAINING not in splits:  # which are those that no list names
        splits = [split or Split.TRAINING for split in splits]
    names = reading.rows.class_names
    changed = sum(s is not old and name is not None for s, old, name in zip(splits, given, names, strict=True))
    reading.rows.splits = splits
    told, known = list[Note](), list(reading.notes)
    for note in notes:
        if note.kind is not NoteKind.SPLITS_FROM or changed:
            told.append(replace(note, count=changed) if note.kind is NoteKind.SPLITS_FROM else note)
        elif reading.with_class and (
            bare := sum(path in listed and name is None for path, name in zip(reading.rows.paths, names, strict=True))
        ):
            told.append(Note(NoteKind.LISTED_WITHOUT_CLASS, bare, file=note.file))
            # said of the same pictures otherwise: that these are not in the table with classes
            known = [n for n in known if n.kind is not NoteKind.UNLISTED or n.count != bare or n.example not in listed]
    return replace(reading, notes=(*known, *told))


def check_options(options: ImportOptions) -> Importer | None:
    """The form that was asked for, None for "auto".

    Raises:
        UsageError: there is no such form, or an option was given that it does not take.
    """
    if options.labels not in LABELS:
        raise UsageError(
            _("Labels can come from {known}, not from {given!r}.").format(known=", ".join(LABELS), given=options.labels)
        )
    importer = by_flag(options.labels)
    for name, words in _ASKING.items():
        if importer is not None and getattr(options, name) is not None and name not in importer.options:
            raise UsageError(
                _("{option} has no effect on labels from {flag}; leave out one of them.").format(
                    option=_(words).capitalize(), flag=importer.flag
                )
            )
    return importer


def _passed_over(tree: Tree, masks: int, mask: str) -> list[Note]:
    notes = []
    if tree.damaged:
        notes.append(Note(NoteKind.DAMAGED, len(tree.damaged), min(tree.damaged.values())))
    if masks:
        notes.append(Note(NoteKind.MASKS, masks, mask))
    if skipped := tree.others.skipped:
        notes.append(Note(NoteKind.FOLDERS_PASSED_OVER, skipped.total(), ", ".join(sorted(skipped))))
    foreign = tree.others.foreign
    by_kind_of_file = [(kind, Counter({s: foreign[s] for s in foreign.keys() & of})) for kind, of in _FOREIGN]
    for kind, files in [*by_kind_of_file, (NoteKind.SAME_PICTURES, tree.others.doubles)]:
        if files:
            kinds = ", ".join(f"{count:,} {suffix}" for suffix, count in files.most_common())
            notes.append(Note(kind, files.total(), kinds))
    return notes


def _named(tree: Tree, reading: Reading, options: ImportOptions) -> tuple[Rows, tuple[str, ...], list[Note]]:
    """The rows with classes under the names of the table, the class names in order, and what to say about it."""
    rows = reading.rows
    raw = sorted(rows.counts(), key=natural_key)
    tables = [file for file in name_files(tree) if file not in reading.tables]
    exported = read_folder_names([file for file in tables if file.parent == tree.root]) if options.names is None else {}
    notes: list[Note] = []
    if raw and exported.keys() >= set(raw):
        names = exported
        return *_renamed(rows, {key: names[key] for key in raw}), notes
    if options.names is not None:
        file = Path(options.names)
        names = read_names(file)
        if not any(class_key(key) in names for key in raw):
            seen = f"{', '.join(raw[:3])} ..." if raw else _("there are none")
            raise SourceError(
                _("{file} names none of the classes found ({seen}); its first column should hold these.").format(
                    file=file.name, seen=seen
                )
            )
    else:
        found = find_names(tables, raw) if options.labels != NONE else None
        file, names = found or (Path(), {})
        notes += [] if found is None else [Note(NoteKind.NAMED_BY, len(raw), file=file.name)]
    told, same = _distinct({key: names.get(class_key(key), key) for key in raw})
    if same:
        notes.append(Note(NoteKind.SAME_NAME, len(same), ", ".join(same), file.name))
    rows, classes = _renamed(rows, told)
    similar = Counter(name.casefold() for name in classes)
    if pairs := [name for name in classes if similar[name.casefold()] > 1]:
        notes.append(Note(NoteKind.SIMILAR_CLASSES, len(pairs), ", ".join(pairs[:4])))
    return rows, classes, notes


def _distinct(names: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The names by class, but for classes that would share one with another: these keep their own."""
    counts = Counter(names.values())
    same = [key for key, name in names.items() if counts[name] > 1 and key != name]
    return {key: key if key in same else name for key, name in names.items()}, same


def _renamed(rows: Rows, names: dict[str, str]) -> tuple[Rows, tuple[str, ...]]:
    """Rows with each class under its name, and these in order."""
    shown = {key: class_name(name) for key, name in names.items()}
    if all(key == name for key, name in shown.items()):
        return rows, tuple(shown)
    renamed = [None if name is None else shown[name] for name in rows.class_names]
    return rows.with_classes(renamed), tuple(dict.fromkeys(shown.values()))
