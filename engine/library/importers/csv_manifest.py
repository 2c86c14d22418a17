"""Tables that list pictures and their classes, such as GTSRB's `Test.csv` with the paths of another machine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from engine.errors import SourceError
from engine.files import open_regular
from engine.language import _
from engine.library.importers.column_words import CLASS_END, CLASSES, GROUPS, PATHS, SPLITS, plain
from engine.library.importers.finder import Finder, readings
from engine.library.importers.importer import Columns, Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind, by_frequency, joined_names
from engine.library.importers.rows import Row, Rows, paths
from engine.library.importers.split_words import split_in_cell, split_within
from engine.library.importers.tables import Table, looks_like_image, read_table
from engine.library.importers.tree import Tree
from engine.library.records import Split

KIND = "csv"

# Ranks of living things, among which the column `class` is one, and the columns that say more than it.
_RANKS = {"order", "family"}
_OF_TAXONOMY = ("commonname", "scientificname", "species")
# What Label Studio writes beside the class, whose column has the name that somebody chose.
_OF_LABEL_STUDIO = {"annotationid", "annotator", "createdat", "updatedat", "leadtime", "id", "agreement"}
_FOLDER_COLUMNS = {"relativepath", "folder", "foldername", "directory", "dir", "subfolder", "subdir"}
_BOX = re.compile(r"(?<!\S)(\S++)((?:\s+-?\d+(?:\.\d+)?){4})\s*")  # a class and where it is: `n01440764 1 2 3 4`
_ATTRIBUTE = re.compile(r'\{\s*"[^"]*"\s*:\s*"([^"]*)"\s*\}|\{\}')
_CODES = re.compile(r"\d+(?:[ ,;|]+\d+)+")  # numbers of several classes: `16 0`
_SPLIT_NUMBERS = {"0": Split.TRAINING, "1": Split.VALIDATION, "2": Split.TEST}  # of CelebA
_TAGS = frozenset({"tags", "attributes", "keywords"})
_COORDINATES = 4  # of a box
_FRACTION = re.compile(r"[+-]?\d*+\.0*+[1-9]\d*+")
_YES = {"1", "true", "yes", "1.0"}
_OF_OURS = ("unsure", "excluded", "note", "group", "confirmed", "unseen")  # as `export_labels` writes them
_BOXES = {"xmin", "ymin", "xmax", "ymax"}
_NO_VALUE = {"nan", "<na>", "null", "#n/a"}
_NO_NUMBER = _NO_VALUE | {"na", "n/a", "none", "nil", "-", "?", "unknown"}
_NUMBER = re.compile(r"[+-]?\d+(\.0*)?")
_OF_SPLITS = re.compile(r"partition|split", re.I)
_SUBMISSION = re.compile(r"submission", re.I)
_LOOKED_AT = 200  # rows
_MOST_ASKED = 100_000  # rows
_SIZES = {"width", "height", "w", "h", "x", "y", "roix", "roiy", "size", "filesize", "area", "channels", "depth"}
_GUESSED = 0.6  # how certain a column is that is not called like one of classes


class NoClassColumnError(SourceError):
    """The table lists pictures, but which column holds the class cannot be told."""


class NoSplitToldError(SourceError):
    """No cell of the column that a person named tells a split."""


class Entry(NamedTuple):
    """A line of a manifest: the path as it stands there, the class ("" for none), the split if it tells one."""

    path: str
    class_name: str
    split: Split | None
    unsure: bool = False
    excluded: bool = False
    note: str = ""
    group: str | None = None
    confirmed: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """The lines of a table, and what to say about it before any picture is looked for."""

    entries: list[Entry]
    class_column: str
    notes: tuple[Note, ...] = ()
    boxes: bool = False
    certainty: float = 1.0
    columns: Columns | None = None  # those that were read, of a table


def manifest(table: Table, columns: Columns, finder: Finder | None = None, *, sure: bool = False) -> Manifest:
    """The lines of a table that was read. Columns that are not given are guessed by their names and contents; `finder`
    helps to guess the one of paths. With `sure` a column of another name than those of classes is taken only if its
    values repeat.

    Raises:
        SourceError: a column is missing, cannot be guessed or tells nothing.
    """
    words = _words(table)
    path = table.column(columns.path) if columns.path else _guess_path(table, words, finder)
    if path is None:
        sentence = _("{file} has the columns {columns}; tell which one holds the path of the picture.")
        raise SourceError(sentence.format(file=table.file.name, columns=", ".join(table.columns)))
    split = table.column(columns.split) if columns.split else _split_column(table, words, path)
    splits = [None] * len(table.rows) if split is None else _splits_of(table, split)
    if columns.split and split is not None and not any(splits):
        seen = ", ".join(list(dict.fromkeys(table.cells(split)))[:5])
        raise NoSplitToldError(
            _(
                "No cell of the column {column} of {file} names a split: expected words such as train, val and test, "
                "or yes and no in a column such as is_valid; found {seen}."
            ).format(column=table.columns[split], file=table.file.name, seen=seen)
        )
    group = next((n for word in GROUPS for n, w in enumerate(words) if _is_group(w, word) and n != path), None)
    used = {path, split, group} - {None}
    if {"annotationid", "leadtime"} <= set(words):
        used |= {n for n, word in enumerate(words) if word in _OF_LABEL_STUDIO}
    values, column, certainty, notes = _column_of_classes(table, words, used, columns.class_name, sure)
    ours = {word: words.index(word) if word in words else None for word in _OF_OURS}
    places = {**ours, "group": group}
    denied = _denied(table, words)
    folder = _folder_column(table, words, path)

    def cell(row: list[str], word: str) -> str:
        place = places[word]
        return "" if place is None else row[place]

    plain = folder is None and not denied and all(place is None for place in places.values())
    entries = [
        Entry(row[path], value, told)
        for row, value, told in zip(table.rows if plain else (), values, splits, strict=False)
        if row[path]
    ] or [
        Entry(
            row[path] if folder is None or not row[folder] else f"{row[folder]}/{row[path]}".replace("\\", "/"),
            values[n],
            splits[n],
            cell(row, "unsure").lower() in _YES,
            cell(row, "excluded").lower() in _YES,
            cell(row, "note"),
            cell(row, "group") or None,
            cell(row, "confirmed").lower() in _YES,
            cell(row, "unseen").lower() in _YES,
        )
        for n, row in enumerate(table.rows)
        if row[path] and n not in denied
    ]
    if split is not None and _are_split_numbers(table, split):
        notes = [*notes, Note(NoteKind.SPLIT_NUMBERS, len(entries), table.columns[split], table.file.name)]
    if table.guessed is not None:
        notes = [*notes, Note(NoteKind.ENCODING, len(entries), table.guessed, table.file.name)]
    if group is not None and len(set(table.cells(group))) > 1:
        notes = [*notes, Note(NoteKind.GROUPED, len(entries), table.columns[group], table.file.name)]
    boxes = set(words) >= _BOXES
    if boxes:
        notes = [Note(NoteKind.BOXES, len(entries), _("a row for each object"), table.file.name), *notes]
    named = Columns(table.columns[path], column or None, None if split is None else table.columns[split])
    return Manifest(entries, column, tuple(notes), boxes, certainty, named)


def splits_in_table(tree: Tree, file: Path) -> tuple[dict[str, Split], tuple[Note, ...]]:
    """The splits of pictures in a table that tells these, and what to say about it; none of any other file."""
    if file.suffix.lower() == ".txt" and not _OF_SPLITS.search(file.stem):
        return {}, ()
    with suppress(SourceError):
        table = tree.table(file)
        words = _words(table)
        path = _guess_path(table, words, tree.finder)
        split = None if path is None else _split_column(table, words, path)
        if path is not None and split is not None:
            beside, found = tree.beside(file), dict[str, Split]()
            for row, told in zip(table.rows, _splits_of(table, split), strict=True):
                if told is not None and (picture := tree.finder.find(row[path], beside, told)) is not None:
                    found[picture.path] = told
            numbers = Note(NoteKind.SPLIT_NUMBERS, len(found), table.columns[split], file.name)
            return found, (numbers,) if found and _are_split_numbers(table, split) else ()
    return {}, ()


def _column_of_classes(
    table: Table, words: list[str], used: set[int | None], named: str | None, sure: bool
) -> tuple[list[str], str, float, list[Note]]:
    """The class of each row, the name of its column ("" for several), how certain that is, and what to say.

    Raises:
        SourceError: there is no such column, or it cannot be guessed.
    """
    certainty, others = 1.0, list[str]()
    if named:
        class_: int | None = table.column(named)
    elif (found := _named_class(table, words, used)) is not None:
        class_, others = found
    else:
        class_, certainty = _only_class(table, words, used, sure), _GUESSED
    if class_ is not None:
        column = table.columns[class_]
        values, notes = _classes(table, class_)
        if _has_no_header(table):
            notes += _leave_out_several(table, class_, values)
        if named and len(_one_hot(table, words, used)) > 1 and _is_flags(table.cells(class_)):
            values = [column if cell.lower() in _YES else f"not {column}" for cell in table.cells(class_)]
        if others:
            notes = [
                *notes,
                Note(NoteKind.OTHER_COLUMNS, len(others), f"{column}: {', '.join(others)}", table.file.name),
            ]
        return values, column, certainty, notes
    if one_hot := _one_hot(table, words, used):
        values, notes = _from_one_hot(table, one_hot)
        return values, "", 1.0, notes
    sentence = _("{file} has the columns {columns}; tell which one holds the class.")
    raise NoClassColumnError(sentence.format(file=table.file.name, columns=", ".join(table.columns)))


def _leave_out_several(table: Table, class_: int, values: list[str]) -> list[Note]:
    """Take the class from rows that have a second one in a later column, as Google's tables of several labels do."""
    known = {value for value in values if value}
    later = [n for n in range(class_ + 1, len(table.columns)) if known.issuperset({*table.cells(n)} - {""})]
    rows = [k for k, row in enumerate(table.rows) if any(row[n] and row[n] != values[k] for n in later)]
    for k in rows:
        values[k] = ""
    return [Note(NoteKind.SEVERAL_LABELS, len(rows), table.rows[rows[0]][0], table.file.name)] if rows else []


def _denied(table: Table, words: list[str]) -> set[int]:
    """The rows that say that a class is not there, as Open Images has them: those of confidence 0."""
    place = words.index("confidence") if "confidence" in words else None
    return set() if place is None else {n for n, cell in enumerate(table.cells(place)) if cell in ("0", "0.0")}


def _folder_column(table: Table, words: list[str], path: int) -> int | None:
    """The column of the folder of each picture, where that of paths holds bare names."""
    place = next((n for n, word in enumerate(words) if word in _FOLDER_COLUMNS and n != path), None)
    bare = place is not None and not any("/" in cell or "\\" in cell for cell in table.cells(path)[:_LOOKED_AT])
    return place if bare else None


def names_classes(table: Table) -> bool:
    """True if one of its columns is called as the column of a class is."""
    return any(word in CLASSES for word in _words(table))


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of the pictures that a table lists, and what to say about it."""

    rows: Rows
    notes: tuple[Note, ...]


def match(
    entries: Iterable[Entry],
    finder: Finder,
    beside: str | None,
    name: str,
    *,
    split: Split | None = None,
    boxes: bool = False,
) -> Matched:
    """A row for each listed picture that is among the files, in the order of the table `name`.

    A path counts from the table's own folder (`beside`, from the root, None if it is elsewhere) or from the root;
    otherwise the file whose path has the longest end in common is taken, unless two fit equally well. When several
    lines mean one file the best fitting count; if these tell different classes it gets none. `split` is the one of the
    whole table. With `boxes` a line stands for an object, and several of different classes are no contradiction.
    """
    best: dict[str, tuple[int, Entry]] = {}
    contradicted: dict[str, set[str]] = {}
    missing: dict[str, None] = {}
    several: dict[str, list[str]] = {}
    otherwise: dict[str, str] = {}
    for entry in entries:
        found = finder.find(entry.path, beside, entry.split or split)
        if found is None:
            if entry.path in finder.ambiguous:
                several[entry.path] = finder.ambiguous[entry.path]
            else:
                missing[entry.path] = None
            continue
        if not found.by_name:
            otherwise[entry.path] = found.path
        known = best.get(found.path)
        if known is None or found.rank > known[0]:
            best[found.path] = found.rank, entry
            contradicted.pop(found.path, None)
        elif known[0] == found.rank and entry.class_name != known[1].class_name:
            if not known[1].class_name:
                best[found.path] = found.rank, entry
            elif entry.class_name:
                contradicted.setdefault(found.path, {known[1].class_name}).add(entry.class_name)
    rows = Rows()
    for path, (_score, entry) in best.items():
        if not any(entry[3:]) and path not in contradicted:
            rows.paths.append(path)
            rows.class_names.append(entry.class_name or None)
            rows.splits.append(entry.split or split)
            continue
        if path in contradicted:
            entry = entry._replace(class_name="", unsure=not boxes or entry.unsure)
        row = Row(path, entry.class_name or None, *entry[2:])
        rows.append(row if row.split is not None or split is None else row._replace(split=split))
    notes = []
    if contradicted:
        kind = NoteKind.MIXED_BOXES if boxes else NoteKind.CONTRADICTED
        cases = by_frequency(Counter(map(joined_names, contradicted.values())))
        notes.append(Note(kind, len(contradicted), next(iter(contradicted)), name, cases))
    if several:
        cell, places = next(iter(several.items()))
        where = [path.rpartition("/")[0] or _("the source itself") for path in places[:3]]
        example = _("{name} is in {places}").format(name=cell, places=_(" and in ").join(where))
        notes.append(Note(NoteKind.SEVERAL_PLACES, len(several), example, name))
    if missing:
        notes.append(Note(NoteKind.NOT_FOUND, len(missing), next(iter(missing)), name))
    if otherwise:
        cell, path = next(iter(otherwise.items()))
        notes.append(
            Note(NoteKind.MATCHED_OTHERWISE, len(otherwise), _("{name} is {other}").format(name=cell, other=path), name)
        )
    return Matched(rows, tuple(notes))


def listed_in(tree: Tree, file: Path, found: Manifest, kind: str) -> Reading:
    """The reading of one table or export that a person named.

    Raises:
        SourceError: it lists none of the pictures.
    """
    split = tree.split_of_file(file) if tree.beside(file) is not None else None
    matched = match(found.entries, tree.finder, tree.beside(file), file.name, split=split, boxes=found.boxes)
    if not matched.rows:
        several = next((note for note in matched.notes if note.kind is NoteKind.SEVERAL_PLACES), None)
        if several is not None:
            raise SourceError(
                _(
                    "The names of {file} are in several folders of {root}, such as {example}; the table must tell the "
                    "folder, too."
                ).format(file=file.name, root=tree.root, example=several.example)
            )
        example = found.entries[0].path if found.entries else _("none")
        raise SourceError(
            _(
                "None of the {entries:,} pictures that {file} lists (such as {example}) is in {root}; check the path "
                "column and the folder."
            ).format(entries=len(found.entries), file=file.name, example=example, root=tree.root)
        )
    found_reading = reading(tree, kind, matched.rows, (*found.notes, *matched.notes), [file])
    return replace(found_reading, columns=found.columns)


def reading(
    tree: Tree, kind: str, rows: Rows, notes: Iterable[Note], files: list[Path], certainty: float = 1.0
) -> Reading:
    """A reading of the listed `rows`; pictures that no file lists are added without a label. Where no table tells the
    split, the folder does.
    """
    with_class, count = len(rows) - rows.class_names.count(None), len(rows)
    number = {path: n for n, path in enumerate(rows.paths)}
    left: list[str] = []
    for entry, split, _base in tree.placed:
        for path in paths(entry):
            listed = number.get(path)
            if listed is None:
                left.append(path)
                rows.append(Row(path, None, split))
            else:
                rows.splits[listed] = rows.splits[listed] or split
    names = ", ".join(dict.fromkeys(file.name for file in files))
    found = list(notes)
    if left:
        found.append(Note(NoteKind.UNLISTED, len(left), left[0], names))
    return Reading(kind, rows, with_class, tuple(found), files[0], tuple(files), count, certainty)


def read_source(tree: Tree, options: ImportOptions) -> Reading:
    """The table that a person named; else those in the source that list most of its pictures."""
    if options.csv is not None:
        file = Path(options.csv)
        table = read_table(file, encoding=options.encoding, separator=options.separator)
        return listed_in(tree, file, manifest(table, options.columns, tree.finder), KIND)
    return _best(tree, options)


class _ReadTable(NamedTuple):
    """A table of the source: its columns, the pictures it lists, and what its name says but for the split."""

    file: Path
    read: Manifest
    matched: Matched
    split: Split | None
    about: tuple[str, ...]


def _best(tree: Tree, options: ImportOptions) -> Reading:
    """All tables with the columns of the one that labels most pictures, such as train.csv, val.csv and test.csv."""
    found: list[_ReadTable] = []
    passed: list[Note] = []
    refused: list[str] = []
    for file in _candidates(tree, options):
        if _SUBMISSION.search(file.stem):
            passed.append(Note(NoteKind.EXAMPLE_TABLE, 1, file=file.name))
            continue
        try:
            table = tree.table(
                file, encoding=options.encoding, separator=options.separator, listed=_lists(tree.finder, file)
            )
        except SourceError as error:
            tree.damaged[file] = str(error).rstrip(".")
            refused.append(str(error))
            continue
        try:
            read = manifest(table, options.columns, tree.finder, sure=options.labels == "auto")
        except NoSplitToldError:
            raise
        except NoClassColumnError as error:
            refused.append(str(error))
            passed += _lists_pictures(table, tree.finder)
            continue
        except SourceError as error:  # some other table
            refused.append(str(error))
            continue
        split, about = tree.split_of_file(file), split_within(file.stem)[1]
        matched = match(read.entries, tree.finder, tree.beside(file), file.name, split=split, boxes=read.boxes)
        if matched.rows:
            found.append(_ReadTable(file, read, matched, split, about))
        else:
            refused.append(_("{file} lists none of the pictures").format(file=file.name))
            several = [note for note in matched.notes if note.kind is NoteKind.SEVERAL_PLACES]
            passed += [replace(note, kind=NoteKind.TABLE_NOT_USED) for note in several]
            if not several and len(read.entries) > 1 and looks_like_image(example := read.entries[0].path):
                passed.append(Note(NoteKind.LISTS_OTHERS, len(read.entries), example, file.name))
    if not found and options.labels == "auto" and passed:
        return Reading(KIND, Rows(), 0, tuple(passed))
    if not found:
        if refused:
            sentence = _("There is no table in {root} that lists its pictures ({seen}); tell which file it is.")
        else:
            sentence = _("There is no table in {root} that lists its pictures; tell which file it is.")
        raise SourceError(sentence.format(root=tree.root, seen="; ".join(refused[:3]).rstrip(".")))
    return _joined(tree, found, passed)


def _joined(tree: Tree, found: list[_ReadTable], passed: list[Note]) -> Reading:
    """The tables of the kind that labels most pictures, with others of its columns that list further ones."""
    labels: dict[tuple[str, ...], dict[str, str]] = {}
    for each in found:
        key = (each.read.class_column, *each.about)
        pairs = zip(each.matched.rows.paths, each.matched.rows.class_names, strict=True)
        labels.setdefault(key, {}).update((path, name) for path, name in pairs if name)
    best = max(labels, key=lambda key: (len(labels[key]), len(set(labels[key].values()))))
    column, main = best[0], set(best[1:])
    ranked = sorted(found, key=lambda each: (set(each.about) != main, -_labelled(each.matched.rows)))
    rows, notes, files = Rows(), list[Note](), list[Path]()
    known: dict[str, str | None] = {}
    certainty, otherwise = 0.0, dict[str, list[str]]()
    if len(ranked) == 1:  # as it mostly is
        (each,) = ranked
        rows, files, certainty = each.matched.rows, [each.file], each.read.certainty
        notes += [*each.read.notes, *each.matched.notes]
    for each in ranked if len(ranked) > 1 else ():
        new = [row for row in each.matched.rows if row.path not in known]
        if files and (each.read.class_column != column or _shows_classes(each, known, tree)):
            new = []
        if not new or (files and not any(row.class_name for row in new)):
            if differing := _differing(each.matched.rows, known):
                otherwise[each.file.name] = differing
            notes += [note for note in each.read.notes if note.kind is NoteKind.SEVERAL_COLUMNS]
            continue
        for row in new:
            known[row.path] = row.class_name
            rows.append(row)
        files.append(each.file)
        notes += [*each.read.notes, *each.matched.notes]
        certainty = max(certainty, each.read.certainty)
    if otherwise:
        seen = ", ".join(list(otherwise)[:3])
        differing = [path for paths in otherwise.values() for path in paths]
        used = ", ".join(file.name for file in files)
        notes.append(Note(NoteKind.OTHER_TABLE, len(differing), seen, used, tuple(differing[:3])))
    passed = [note for note in passed if note.kind is not NoteKind.CHOOSE_COLUMN]  # another table has labels
    first = Note(NoteKind.READ_FROM, len(files), file=", ".join(dict.fromkeys(file.name for file in files)))
    joined = reading(tree, KIND, rows, (first, *notes, *passed), files, certainty)
    return replace(joined, columns=ranked[0].read.columns)


def _differing(rows: Rows, known: dict[str, str | None]) -> list[str]:
    """The pictures of another class than `known`; none where numbers or codes stand for the same classes."""
    pairs = Counter((known.get(r.path), r.class_name) for r in rows if r.class_name and known.get(r.path))
    here, there = {a for a, _ in pairs}, {b for _, b in pairs}
    same = len(pairs) == len(here) == len(there) and here.isdisjoint(there)
    other = [r.path for r in rows if r.class_name and known.get(r.path) not in (None, "", r.class_name)]
    return [] if same else other


def _shows_classes(each: _ReadTable, known: dict[str, str | None], tree: Tree) -> bool:
    """True for a table that has one picture of each class beside those of splits, as the signs of GTSRB's Meta.csv."""
    names = [row.class_name for row in each.matched.rows]
    in_splits = any(place.split for place in tree.placed)
    return in_splits and each.split is None and len(names) > 1 and len(set(names)) == len(names) < len(known)


def _lists_pictures(table: Table, finder: Finder) -> list[Note]:
    """The question for the column of the class, where a table lists pictures."""
    words = _words(table)
    path = _guess_path(table, words, finder)
    if path is None or all(n == path or word in _SIZES for n, word in enumerate(words)):
        return []
    count = sum(_is_picture(finder, cell) for cell in table.cells(path)[:_MOST_ASKED])
    return [Note(NoteKind.CHOOSE_COLUMN, count, ", ".join(table.columns), table.file.name)] if count else []


def _labelled(rows: Rows) -> int:
    return len(rows) - rows.class_names.count(None)


def _candidates(tree: Tree, options: ImportOptions) -> list[Path]:
    """Metadata of an imagefolder is read here only where a person asks for tables."""
    return [
        file
        for file in tree.files(".csv", ".tsv", ".xlsx", ".txt")
        if options.labels != "auto" or file.name != "metadata.csv"
        if file.suffix.lower() != ".txt" or _is_list(file) or _lists(tree.finder, file)
    ]


def _is_list(file: Path) -> bool:
    """True for a text file one of whose first lines begins with the name of a picture."""
    return any(looks_like_image(word.strip('"')) for line in _first_lines(file) for word in re.split(r"[\s,;|]", line))


def _lists(finder: Finder, file: Path) -> bool:
    """True for a text file whose lines are a picture without its suffix, a blank and a class in words."""
    if file.suffix.lower() != ".txt":
        return False
    cells = [line.split(None, 1) for line in _first_lines(file)]
    return bool(cells) and all(
        len(cell) > 1 and any(map(str.isalpha, cell[1])) and not looks_like_image(cell[0]) and finder.knows(cell[0])
        for cell in cells
    )


def _first_lines(file: Path) -> list[str]:
    with suppress(OSError), open_regular(file) as opened:
        lines = opened.read(4000).decode("utf-8", "replace").splitlines()[:4]
        return [line for line in lines if line.strip()][:3]
    return []


def _words(table: Table) -> list[str]:
    return [plain(column) for column in table.columns]


def _is_group(word: str, group: str) -> bool:
    return re.fullmatch(rf"{group}(?:id|no|nr|num|number|name)?", word) is not None


def _guess_path(table: Table, words: list[str], finder: Finder | None) -> int | None:
    """By cells that look like files, by those that are pictures of the source, by its name."""
    lines = table.rows[:_LOOKED_AT]
    for number in range(len(table.columns)):
        if lines and sum(looks_like_image(row[number]) for row in lines) > len(lines) / 2:
            return number
    named = next((n for n, word in enumerate(words) if word in PATHS), None)
    if finder is not None and lines:
        order = sorted(range(len(words)), key=lambda n: n != named)
        hits = [sum(_is_picture(finder, row[n]) for row in lines[:50]) for n in order]
        if max(hits) > min(len(lines), 50) / 2:
            return order[hits.index(max(hits))]
    return named


def _is_picture(finder: Finder, cell: str) -> bool:
    return bool(cell) and any(finder.knows(reading) for reading in readings(cell))


def _named_class(table: Table, words: list[str], used: Iterable[int | None]) -> tuple[int, list[str]] | None:
    """The column that is called like a class, or ends so (`Finding Labels`), unless it holds measures; and the names of
    others that divide the pictures otherwise. A column of texts that says the same as one of numbers is preferred.
    """
    wanted: tuple[str, ...] = CLASSES
    if set(words) >= _RANKS:
        wanted = (*_OF_TAXONOMY, *(word for word in CLASSES if word not in ("class", *_OF_TAXONOMY)))
    ending = [n for n, word in enumerate(words) if (end := CLASS_END.search(word)) and end.end() == len(word)]
    named = [words.index(word) for word in wanted if word in words]
    ranked = [n for n in dict.fromkeys((*named, *ending)) if n not in used and not _measures(table.cells(n))]
    if set(words) >= _RANKS:
        ranked = [n for n in ranked if words[n] != "class"] or ranked
    if not ranked:
        return None
    several = [n for n in ranked if len(set(table.cells(n))) > 1]
    first = (several or ranked)[0]
    repeating = _repeating(table, words, used)
    same = [n for n in {*repeating, *ranked} if n == first or _says_same(table, first, n)]
    texts = sorted(n for n in same if not _is_number_column(table, n))
    chosen = texts[0] if texts and _is_number_column(table, first) else first
    if set(words) >= _RANKS:  # the other ranks are no other classes
        return chosen, []
    others = several if first in named else [*several, *repeating]
    return chosen, [table.columns[n] for n in dict.fromkeys(others) if n not in same]


def _repeating(table: Table, words: list[str], used: Iterable[int | None]) -> list[int]:
    """The columns whose values stand for several rows each."""
    rows = len(table.rows)
    found = [n for n, word in enumerate(words) if n not in used and word not in SPLITS | set(_OF_OURS)]
    return [n for n in found if 1 < len(set(table.cells(n))) <= rows / 2 and not _measures(table.cells(n))]


def _says_same(table: Table, one: int, other: int) -> bool:
    pairs = set(zip(table.cells(one), table.cells(other), strict=True))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def _is_number_column(table: Table, column: int) -> bool:
    cells = {cell for cell in table.cells(column) if cell}
    return bool(cells) and all(_NUMBER.fullmatch(cell) or cell.lower() in _NO_NUMBER for cell in cells)


def _measures(cells: list[str]) -> bool:
    """True for a column of ages, sizes and the like, such as 23.5."""
    some = [cell for cell in cells[:_LOOKED_AT] if cell]
    return 2 * sum(_FRACTION.fullmatch(cell) is not None for cell in some) > len(some)


def _only_class(table: Table, words: list[str], used: Iterable[int | None], sure: bool) -> int | None:
    """The one column that is left, whatever its name."""
    others = [n for n, word in enumerate(words) if n not in used and word not in SPLITS and word not in _OF_OURS]
    others = [n for n in others if any(table.cells(n)) and not _is_index(table, n)]
    if len(table.rows) > 1 and not all(_is_flags(table.cells(n)) for n in others):
        others = [n for n in others if len(set(table.cells(n))) > 1]
    if _has_no_header(table):
        others = _of_no_header(table, others)
    if len(others) != 1:
        return None
    values = Counter(table.cells(others[0]))
    return None if sure and len(values) > max(2, len(table.rows) / 2) else others[0]


def _has_no_header(table: Table) -> bool:
    return table.columns == tuple(str(n + 1) for n in range(len(table.columns)))


def _of_no_header(table: Table, others: list[int]) -> list[int]:
    """The column of the class: behind the four numbers of a box, or else behind the path."""
    numbers = [n for n in others if _is_number_column(table, n)]
    if others[:_COORDINATES] != numbers[:_COORDINATES] or len(numbers) < _COORDINATES:
        return others[:1]
    return others[_COORDINATES:] if len(others) == _COORDINATES + 1 else []  # else votes, measures ...


def _is_index(table: Table, column: int) -> bool:
    """True for the column of row numbers that pandas writes first."""
    cells = table.cells(column)
    return (
        column == 0 and len(cells) > 1 and any(cells == [str(n + start) for n in range(len(cells))] for start in (0, 1))
    )


def _split_column(table: Table, words: list[str], path: int) -> int | None:
    """A column of that name, any where there is no header, most of whose cells, but for empty ones, name a split."""
    bare = _has_no_header(table)
    for number, word in enumerate(words):
        if number != path and (bare or word in SPLITS):
            cells = table.cells(number)
            told = [split for split, cell in zip(_splits_of(table, number), cells, strict=True) if cell]
            if told and 2 * told.count(None) < len(told):
                return number
    return None


def _splits_of(table: Table, column: int) -> list[Split | None]:
    told = {cell: split_in_cell(table.columns[column], cell) for cell in set(table.cells(column))}
    if _are_split_numbers(table, column):
        told = dict(_SPLIT_NUMBERS)
    return [told[cell] for cell in table.cells(column)]


def _are_split_numbers(table: Table, column: int) -> bool:
    name = f"{table.file.stem} {table.columns[column]}".lower()
    return set(table.cells(column)) == _SPLIT_NUMBERS.keys() and ("partition" in name or "split" in name)


def _classes(table: Table, column: int) -> tuple[list[str], list[Note]]:
    """The cells of the class column; 7.0 is 7 and nan is no class in a column of numbers."""
    cells = table.cells(column)
    values = {cell for cell in set(cells) if cell}
    numbers = {cell for cell in values if _NUMBER.fullmatch(cell)}
    none = _NO_NUMBER if numbers and numbers | {v for v in values if v.lower() in _NO_NUMBER} == values else _NO_VALUE
    meaning = {cell: "" if cell.lower() in none else _of_attributes(cell) for cell in values | {""}}
    if none is _NO_NUMBER:
        meaning |= {cell: cell.partition(".")[0] for cell in numbers}
    empty = [cell for cell in cells if cell and not meaning[cell]]
    notes = [Note(NoteKind.NO_VALUE, len(empty), empty[0], table.file.name)] if empty else []
    boxes = {cell: _of_box(cell) for cell in values if cell.endswith(tuple("0123456789")) and _of_box(cell) is not None}
    if len(boxes) == len(values - _NO_VALUE):
        meaning |= {cell: name or "" for cell, name in boxes.items()}
        values = {cell for cell, name in boxes.items() if not name}
    tags = _words(table)[column] in _TAGS
    if several := values if boxes and not values - boxes.keys() else _several(values, tags=tags):
        meaning |= dict.fromkeys(several, "")
        count = sum(cell in several for cell in cells)
        notes.append(Note(NoteKind.SEVERAL_LABELS, count, min(several), table.file.name))
    return [meaning[cell] for cell in cells], notes


def _of_attributes(cell: str) -> str:
    """The value in a cell such as `{"animal":"cat"}`, as the VGG Image Annotator writes them; any other as it is."""
    match = _ATTRIBUTE.fullmatch(cell)
    return (match.group(1) or "") if match is not None else cell


def _of_box(cell: str) -> str | None:
    """The class in a cell of boxes such as `n01440764 1 2 3 4`, "" for several classes, None for another cell."""
    found = list(_BOX.finditer(cell))
    if "".join(match.group() for match in found).strip() != cell.strip() or not found:
        return None
    names = {match.group(1) for match in found}
    return names.pop() if len(names) == 1 else ""


def _several(values: set[str], *, tags: bool) -> set[str]:
    """The cells that hold several labels, such as `scab rust` and `Edema|Mass`: what they join stands alone, too; or
    they share words where most cells hold several (`haze primary`, `clear primary`). Lists of JSON are such cells.
    """
    found = {value for value in values if _CODES.fullmatch(value) or value.startswith(('{"choices":[', '["'))}
    spaced = {value: value.split(" ") for value in values if " " in value}
    if 2 * len(spaced) > len(values):
        counts = Counter(word for value in values for word in value.split(" "))
        shared = all(any(counts[word] > 1 for word in parts) for parts in spaced.values())
        if shared and (tags or 3 * len(counts) < counts.total()):
            found |= spaced.keys()
    for separator, enough in (("|", any), (";", any), (",", all), (" ", all)):
        for value in values:
            parts = {part.strip() for part in value.split(separator)}
            if len(parts) > 1 and enough(part in values for part in parts):
                found.add(value)
    return found


def _one_hot(table: Table, words: list[str], used: Iterable[int | None]) -> list[int]:
    """The columns of yes and no, if there are at least two; rows with several are told."""
    columns = [
        n
        for n, word in enumerate(words)
        if n not in used and word not in SPLITS and word not in _OF_OURS and _is_flags(table.cells(n))
    ]
    return columns if len(columns) > 1 and table.rows else []


def _is_flags(cells: list[str]) -> bool:
    """True for a column of yes and no: 0 and 1, true and false; blanks and -1 are no."""
    values = {cell.lower() for cell in set(cells)}
    return values <= {"0", "1", "0.0", "1.0", "-1", "-1.0", "true", "false", ""} and values != {""}


def _from_one_hot(table: Table, columns: list[int]) -> tuple[list[str], list[Note]]:
    """The class of each row; none at all where over half of the rows belong to several classes at once."""
    found: list[str] = []
    several: list[int] = []
    for number, row in enumerate(table.rows):
        ones = [table.columns[n] for n in columns if row[n].lower() in _YES]
        if len(ones) > 1:
            several.append(number)
        found.append(ones[0] if len(ones) == 1 else "")
    names = ", ".join(table.columns[n] for n in columns)
    one = (table.columns[columns[0]],)
    told = [Note(NoteKind.SEVERAL_COLUMNS, len(several), names, table.file.name, one)] if several else []
    return [""] * len(found) if 2 * len(several) > len(found) else found, told


IMPORTER = Importer(
    KIND,
    "csv",
    kinds={KIND: "classes from a table"},
    menu="A table (CSV, Excel)…",
    priority=1.5,
    read=read_source,
    options=frozenset({"csv", "path_column", "class_column", "split_column", "encoding", "separator"}),
    files=(".csv", ".tsv", ".txt", ".xlsx"),
    layouts=(
        Layout(
            "Tables",
            ("labels.csv: filename,label,split", "train.csv, val.csv, test.csv: path,class", "list.txt: a b/1.jpg 3"),
            classes="a column called label, class, category, species, diagnosis ...; "
            "columns of 0 and 1 with one 1 in a row; also in other languages (Klasse, espèce, 라벨, 分類 ...)",
            split="a column called split, Usage or is_valid, or the name of the table",
            group="a column called group, patient, lesion, site, sequence, burst ...",
            not_read="tables of several labels for a picture: choose one column; sample submissions; workbooks as .xls",
        ),
        Layout(
            "Tables of several labels (Roboflow)",
            ("train/_classes.csv: filename,cat,dog", "train/1.jpg", "valid/_classes.csv"),
            classes="the column with the 1",
            split="the folder of the table",
        ),
    ),
)
