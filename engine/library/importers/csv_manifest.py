"""Tables that list pictures and their classes, such as GTSRB's `Test.csv` with the paths of another machine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engine.errors import SourceError
from engine.library.importers.finder import Finder, readings
from engine.library.importers.importer import Columns, Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.rows import Row, Rows, paths
from engine.library.importers.split_words import split_in_cell
from engine.library.importers.tables import Table, looks_like_image, read_table
from engine.library.importers.tree import Tree
from engine.library.records import Split

KIND = "csv"

_PATH_COLUMNS = {
    *("path", "file", "filename", "filepath", "image", "imagepath", "imagefile", "imagename", "img", "picture"),
    *("imageid", "id", "idcode", "imageurl", "url", "imgname", "imgpath", "imgid", "filenames", "uri", "photo"),
}
_CLASS_COLUMNS = (
    *("classname", "labelname", "categoryname", "class", "label", "category", "classid", "labelid", "target", "breed"),
    *("choice", "labels", "classes", "species", "diagnosis", "dx", "emotion", "type", "categoryid"),
)
_CLASS_END = re.compile(r"label(?:s|name)?|class(?:name)?|category(?:name)?|species|breed|diagnosis|disease")
_FRACTION = re.compile(r"[+-]?\d*\.\d*[1-9]\d*")
_YES = {"1", "true", "yes", "1.0"}
_SPLIT_COLUMNS = {
    *("split", "subset", "set", "partition", "fold", "usage", "isvalid", "isval", "isvalidation", "istest", "istrain"),
    *("istraining", "datasplit", "phase"),
}
_GROUP_COLUMNS = (
    *("group", "patient", "lesion", "site", "sequence", "burst", "subject", "individual", "animal", "session"),
    *("case", "specimen", "slide", "track", "seq", "study"),
)
_OF_OURS = ("unsure", "excluded", "note", "group", "confirmed", "unseen")  # as `export_labels` writes them
_BOXES = {"xmin", "ymin", "xmax", "ymax"}
_NO_VALUE = {"nan", "<na>", "null", "#n/a"}
_NO_NUMBER = _NO_VALUE | {"na", "n/a", "none", "nil", "-", "?", "unknown"}
_NUMBER = re.compile(r"[+-]?\d+(\.0*)?")
_SUBMISSION = re.compile(r"submission", re.I)
_LOOKED_AT = 200  # rows
_MOST_ASKED = 100_000  # rows
_FEWEST_COLUMNS = 2  # of a table that may hold a class
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


def read_manifest(file: Path, columns: Columns | None = None) -> list[Entry]:
    """The lines of the table. Columns that are not given are guessed from their names and contents.

    Raises:
        SourceError: the table cannot be read, or a column is missing, cannot be guessed or tells nothing.
    """
    columns = columns or Columns()
    return manifest(read_table(file, encoding=columns.encoding, separator=columns.separator), columns).entries


def manifest(table: Table, columns: Columns, finder: Finder | None = None, *, sure: bool = False) -> Manifest:
    """The lines of a table that was read; `finder` helps to guess the column of paths.

    With `sure` a column of another name than those of classes is taken only if its values repeat.

    Raises:
        SourceError: as `read_manifest`.
    """
    words = _words(table)
    path = table.column(columns.path) if columns.path else _guess_path(table, words, finder)
    if path is None:
        raise SourceError(f"{_columns(table)}; tell which one holds the path of the picture.")
    split = table.column(columns.split) if columns.split else _split_column(table, words)
    if columns.split and split is not None and not any(_splits_of(table, split)):
        seen = ", ".join(list(dict.fromkeys(table.cells(split)))[:5])
        raise NoSplitToldError(
            f"No cell of the column {table.columns[split]} of {table.file.name} names a split: expected words such as "
            f"train, val and test, or yes and no in a column such as is_valid; found {seen}."
        )
    group = next((n for word in _GROUP_COLUMNS for n, w in enumerate(words) if _is_group(w, word) and n != path), None)
    used = {path, split, group} - {None}
    certainty = 1.0
    if columns.class_name:
        class_: int | None = table.column(columns.class_name)
    elif (class_ := _named_class(table, words, used)) is None:
        class_, certainty = _only_class(table, words, used, sure), _GUESSED
    if class_ is not None:
        values, notes = _classes(table, class_)
        column = table.columns[class_]
        if columns.class_name and len(_one_hot(table, words, used)) > 1 and _is_flags(table.cells(class_)):
            values = [column if cell.lower() in _YES else f"not {column}" for cell in table.cells(class_)]
    elif one_hot := _one_hot(table, words, used):
        values, notes = _from_one_hot(table, one_hot)
        column, certainty = "", 1.0
    else:
        raise NoClassColumnError(f"{_columns(table)}; tell which one holds the class.")
    ours = {word: words.index(word) if word in words else None for word in _OF_OURS}
    places = {**ours, "group": group}
    flags = split is not None and [split_in_cell(table.columns[split], row[split]) for row in table.rows]

    def cell(row: list[str], word: str) -> str:
        place = places[word]
        return "" if place is None else row[place]

    entries = [
        Entry(
            row[path],
            values[n],
            flags[n] if flags else None,
            cell(row, "unsure").lower() in _YES,
            cell(row, "excluded").lower() in _YES,
            cell(row, "note"),
            cell(row, "group") or None,
            cell(row, "confirmed").lower() in _YES,
            cell(row, "unseen").lower() in _YES,
        )
        for n, row in enumerate(table.rows)
        if row[path]
    ]
    boxes = set(words) >= _BOXES
    if boxes:
        notes = [Note(NoteKind.BOXES, len(entries), "a row for each object", table.file.name), *notes]
    return Manifest(entries, column, tuple(notes), boxes, certainty)


def names_classes(table: Table) -> bool:
    """True if one of its columns is called as the column of a class is."""
    return any(word in _CLASS_COLUMNS for word in _words(table))


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
    contradicted: dict[str, None] = {}
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
                contradicted[found.path] = None
    rows = Rows()
    for path, (_, entry) in best.items():
        if path in contradicted:
            entry = entry._replace(class_name="", unsure=not boxes or entry.unsure)
        row = Row(path, entry.class_name or None, *entry[2:])
        rows.append(row if row.split is not None or split is None else row._replace(split=split))
    notes = []
    if contradicted:
        kind = NoteKind.MIXED_BOXES if boxes else NoteKind.CONTRADICTED
        notes.append(Note(kind, len(contradicted), next(iter(contradicted)), name))
    if several:
        cell, places = next(iter(several.items()))
        where = [path.rpartition("/")[0] or "the source itself" for path in places[:3]]
        notes.append(Note(NoteKind.SEVERAL_PLACES, len(several), f"{cell} is in {' and in '.join(where)}", name))
    if missing:
        notes.append(Note(NoteKind.NOT_FOUND, len(missing), next(iter(missing)), name))
    if otherwise:
        cell, path = next(iter(otherwise.items()))
        notes.append(Note(NoteKind.MATCHED_OTHERWISE, len(otherwise), f"{cell} is {path}", name))
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
                f"The names of {file.name} are in several folders of {tree.root}, such as {several.example}; "
                "the table must tell the folder, too."
            )
        example = found.entries[0].path if found.entries else "nothing"
        raise SourceError(
            f"None of the {len(found.entries):,} pictures that {file.name} lists (such as {example}) is in {tree.root};"
            " check the path column and the folder."
        )
    return reading(tree, kind, matched.rows, (*found.notes, *matched.notes), [file])


def reading(
    tree: Tree, kind: str, rows: Rows, notes: Iterable[Note], files: list[Path], certainty: float = 1.0
) -> Reading:
    """A reading of the listed `rows`; pictures that no file lists are added without a label. Where no table tells the
    split, the folder does.
    """
    explained, count = len(rows) - rows.class_names.count(None), len(rows)
    number = {path: n for n, path in enumerate(rows.paths)}
    left: list[str] = []
    for entry, split, _ in tree.placed:
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
    return Reading(kind, rows, explained, tuple(found), files[0], tuple(files), count, certainty)


def weigh(tree: Tree, options: ImportOptions) -> Reading:
    """The table that a person named; else those in the source that list most of its pictures."""
    if options.csv is not None:
        file = Path(options.csv)
        table = read_table(file, encoding=options.encoding, separator=options.separator)
        return listed_in(tree, file, manifest(table, options.columns, tree.finder), KIND)
    return _best(tree, options)


def _best(tree: Tree, options: ImportOptions) -> Reading:
    """All tables with the columns of the one that labels most pictures, such as train.csv, val.csv and test.csv."""
    found: list[tuple[Path, Manifest, Matched]] = []
    passed: list[Note] = []
    refused: list[str] = []
    for file in _candidates(tree, options):
        if _SUBMISSION.search(file.stem):
            passed.append(Note(NoteKind.EXAMPLE_TABLE, 1, file=file.name))
            continue
        try:
            table = read_table(file, encoding=options.encoding, separator=options.separator)
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
        matched = match(read.entries, tree.finder, tree.beside(file), file.name, boxes=read.boxes)
        if matched.rows:
            found.append((file, read, matched))
        else:
            refused.append(f"{file.name} lists none of the pictures")
    if not found and options.labels == "auto" and passed:
        return Reading(KIND, Rows(), 0, tuple(passed))
    if not found:
        seen = f" ({'; '.join(refused[:3]).rstrip('.')})" if refused else ""
        raise SourceError(f"There is no table in {tree.root} that lists its pictures{seen}; tell which file it is.")
    found.sort(key=lambda each: -_labelled(each[2].rows))
    column = found[0][1].class_column
    same = [each for each in found if each[1].class_column == column]
    rows, notes, files = Rows(), list[Note](), list[Path]()
    known: set[str] = set()
    for file, read, matched in same:
        split = tree.split_of_file(file)
        if split is not None:  # names that stand in several folders
            matched = match(read.entries, tree.finder, tree.beside(file), file.name, split=split, boxes=read.boxes)
        new = [row for row in matched.rows if row.path not in known]
        if not new:
            continue
        for row in new:
            known.add(row.path)
            rows.append(row)
        files.append(file)
        notes += [*read.notes, *matched.notes]
    passed = [note for note in passed if note.kind is not NoteKind.CHOOSE_COLUMN]  # another table has labels
    first = Note(NoteKind.READ_FROM, len(files), file=", ".join(file.name for file in files))
    return reading(tree, KIND, rows, (first, *notes, *passed), files, max(read.certainty for _, read, _ in same))


def _lists_pictures(table: Table, finder: Finder) -> list[Note]:
    """The question for the column of the class, where a table lists pictures."""
    path = _guess_path(table, _words(table), finder)
    if path is None or len(table.columns) < _FEWEST_COLUMNS:
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
        if file.suffix.lower() != ".txt" or _is_list(file)
    ]


def _is_list(file: Path) -> bool:
    """True for a text file whose first line holds the name of a picture."""
    from engine.files import open_regular

    with suppress(OSError), open_regular(file) as opened:
        line = opened.read(2000).partition(b"\n")[0].decode("utf-8", "replace")
        return any(looks_like_image(word.strip('"')) for word in re.split(r"[\s,;|]", line))
    return False


def _columns(table: Table) -> str:
    return f"{table.file.name} has the columns {', '.join(table.columns)}"


def _words(table: Table) -> list[str]:
    return [re.sub(r"[^a-z]", "", column.lower()) for column in table.columns]


def _is_group(word: str, group: str) -> bool:
    return re.fullmatch(rf"{group}(?:id|no|nr|num|number|name)?", word) is not None


def _guess_path(table: Table, words: list[str], finder: Finder | None) -> int | None:
    """By cells that look like files, by those that are pictures of the source, by its name."""
    lines = table.rows[:_LOOKED_AT]
    for number in range(len(table.columns)):
        if lines and sum(looks_like_image(row[number]) for row in lines) > len(lines) / 2:
            return number
    named = next((n for n, word in enumerate(words) if word in _PATH_COLUMNS), None)
    if finder is not None and lines:
        order = sorted(range(len(words)), key=lambda n: n != named)
        hits = [sum(_is_picture(finder, row[n]) for row in lines[:50]) for n in order]
        if max(hits) > min(len(lines), 50) / 2:
            return order[hits.index(max(hits))]
    return named


def _is_picture(finder: Finder, cell: str) -> bool:
    return bool(cell) and any(finder.knows(reading) for reading in readings(cell))


def _named_class(table: Table, words: list[str], used: Iterable[int | None]) -> int | None:
    """The column that is called like a class, or ends so (`Finding Labels`), unless it holds measures."""
    named = [words.index(word) for word in _CLASS_COLUMNS if word in words]
    ending = [n for n, word in enumerate(words) if (end := _CLASS_END.search(word)) and end.end() == len(word)]
    return next((n for n in (*named, *ending) if n not in used and not _measures(table.cells(n))), None)


def _measures(cells: list[str]) -> bool:
    """True for a column of ages, sizes and the like, such as 23.5."""
    some = [cell for cell in cells[:_LOOKED_AT] if cell]
    return 2 * sum(_FRACTION.fullmatch(cell) is not None for cell in some) > len(some)


def _only_class(table: Table, words: list[str], used: Iterable[int | None], sure: bool) -> int | None:
    """The one column that is left, whatever its name."""
    others = [
        n for n, word in enumerate(words) if n not in used and word not in _SPLIT_COLUMNS and word not in _OF_OURS
    ]
    others = [n for n in others if any(table.cells(n)) and not _is_index(table, n)]
    if table.columns == tuple(str(n + 1) for n in range(len(words))):  # no header: the class follows the path
        others = others[:1]
    if len(others) != 1:
        return None
    values = Counter(table.cells(others[0]))
    return None if sure and len(values) > max(2, len(table.rows) / 2) else others[0]


def _is_index(table: Table, column: int) -> bool:
    """True for the column of row numbers that pandas writes first."""
    cells = table.cells(column)
    return (
        column == 0 and len(cells) > 1 and any(cells == [str(n + start) for n in range(len(cells))] for start in (0, 1))
    )


def _split_column(table: Table, words: list[str]) -> int | None:
    """A column of that name counts if most of its cells, but for empty ones, name a split."""
    for number, word in enumerate(words):
        if word in _SPLIT_COLUMNS:
            told = [split for split, cell in zip(_splits_of(table, number), table.cells(number), strict=True) if cell]
            if told and 2 * told.count(None) < len(told):
                return number
    return None


def _splits_of(table: Table, column: int) -> list[Split | None]:
    told = {cell: split_in_cell(table.columns[column], cell) for cell in set(table.cells(column))}
    return [told[cell] for cell in table.cells(column)]


def _classes(table: Table, column: int) -> tuple[list[str], list[Note]]:
    """The cells of the class column; 7.0 is 7 and nan is no class in a column of numbers."""
    cells = table.cells(column)
    values = {cell for cell in set(cells) if cell}
    numbers = {cell for cell in values if _NUMBER.fullmatch(cell)}
    none = _NO_NUMBER if numbers and numbers | {v for v in values if v.lower() in _NO_NUMBER} == values else _NO_VALUE
    meaning = {cell: "" if cell.lower() in none else cell for cell in values | {""}}
    if none is _NO_NUMBER:
        meaning |= {cell: cell.partition(".")[0] for cell in numbers}
    empty = [cell for cell in cells if cell and not meaning[cell]]
    notes = [Note(NoteKind.NO_VALUE, len(empty), empty[0], table.file.name)] if empty else []
    if several := _several(values):
        meaning |= dict.fromkeys(several, "")
        count = sum(cell in several for cell in cells)
        notes.append(Note(NoteKind.SEVERAL_LABELS, count, min(several), table.file.name))
    return [meaning[cell] for cell in cells], notes


def _several(values: set[str]) -> set[str]:
    """The cells that hold several labels, such as `scab rust` and `Edema|Mass`: what they join stands alone, too."""
    found: set[str] = set()
    for separator, enough in (("|", any), (";", any), (",", all), (" ", all)):
        for value in values:
            parts = {part.strip() for part in value.split(separator)}
            if len(parts) > 1 and enough(part in values for part in parts):
                found.add(value)
    return found


def _one_hot(table: Table, words: list[str], used: Iterable[int | None]) -> list[int]:
    """The columns of 0 and 1, if there are at least two and each row has one 1 or fewer; several are told."""
    columns = [
        n
        for n, word in enumerate(words)
        if n not in used and word not in _SPLIT_COLUMNS and word not in _OF_OURS and _is_flags(table.cells(n))
    ]
    return columns if len(columns) > 1 and table.rows else []


def _is_flags(cells: list[str]) -> bool:
    values = {cell.lower() for cell in set(cells)}
    return values <= {"0", "1", "0.0", "1.0", "true", "false"} and bool(values)


def _from_one_hot(table: Table, columns: list[int]) -> tuple[list[str], list[Note]]:
    """The class of each row; none at all where over half of the rows belong to several classes at once."""
    found: list[str] = []
    several: list[int] = []
    for number, row in enumerate(table.rows):
        ones = [table.columns[n] for n in columns if row[n].lower() in _YES]
        if len(ones) > 1:
            several.append(number)
        found.append(ones[0] if len(ones) == 1 else "")
    if 2 * len(several) > len(found):
        names = ", ".join(table.columns[n] for n in columns)
        return [""] * len(found), [Note(NoteKind.SEVERAL_COLUMNS, len(several), names, table.file.name)]
    if several:
        return found, [Note(NoteKind.SEVERAL_LABELS, len(several), table.rows[several[0]][0], table.file.name)]
    return found, []


IMPORTER = Importer(
    KIND,
    "csv",
    kinds={KIND: "classes from a table"},
    menu="A table (CSV, Excel)…",
    weight=1.5,
    weigh=weigh,
    options=frozenset({"csv", "path_column", "class_column", "split_column", "encoding", "separator"}),
    files=(".csv", ".tsv", ".txt", ".xlsx"),
    layouts=(
        Layout(
            "Tables",
            ("labels.csv: filename,label,split", "train.csv, val.csv, test.csv: path,class", "list.txt: a b/1.jpg 3"),
            classes="a column called label, class, category, species, diagnosis ...; "
            "columns of 0 and 1 with one 1 in a row",
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
