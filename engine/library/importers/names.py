"""Files that give classes their names: tables such as `ClassId,SignName` for folders called 0 to 42, lists such as
`classes.txt` and `LOC_synset_mapping.txt`, JSON such as `cat_to_name.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.errors import SourceError
from engine.files import read_regular, reason_of
from engine.language import _
from engine.library.folder_names import HEADER, TABLE
from engine.library.importers.finder import composed
from engine.library.importers.tables import Table, looks_like_image, read_table
from engine.library.importers.tree import Tree
from engine.records import RecordError, read_json

_KEY_COLUMNS = {"classid", "id", "class", "label", "index", "code", "key", "number", "labelid", "wnid", "synset"}
_NAME_COLUMNS = {
    "signname",
    "name",
    "classname",
    "labelname",
    "title",
    "description",
    "breed",
    "species",
    "category",
    "char",
}
_CODE = r"\d+|n\d{8}|/[mg]/\w+"  # numbers, synsets of WordNet, Google's entities
_KEYED = re.compile(rf"({_CODE})[\s:,]+(\S.*)")
_BETWEEN = re.compile(r"[\s:,]++")
_LAST = re.compile(rf"[\s:,]({_CODE})\Z")
# What a text or JSON file is called whose lines are names of classes.
_CHARACTER = re.compile(r"(\d+)\s+(\d{2,3})(?:\s+\d{2,3})?")
_NAMING = re.compile(r"class|label|name|categor|synset|wnid|words|map|meta|index|species|breed|legend|codes", re.I)
_LARGEST = 16 * 2**20  # bytes


def read_names(file: Path) -> dict[str, str]:
    """Names by class, as `class_key` writes it.

    Raises:
        SourceError: the file cannot be read, has fewer than two columns or lists pictures, or gives a class two names.
    """
    if file.suffix.lower() == ".json":
        pairs = _of_json(file)
    elif file.suffix.lower() == ".txt":
        lines = _lines(file)
        pairs = _of_characters(file, lines) or _of_lines(lines)
    else:
        pairs = _of_table(read_table(file))
    found: dict[str, str] = {}
    for key, name in pairs:
        if not key or not name:
            continue
        if looks_like_image(name) or found.setdefault(class_key(key), name) != name:
            raise SourceError(
                _("{file} is no table of names: it has {name} for the class {key}, which should have one name.").format(
                    file=file.name, name=name, key=key
                )
            )
    return found


def _of_table(table: Table) -> list[tuple[str, str]]:
    if len(table.columns) < 2:
        raise SourceError(
            _("A table of names needs two columns, class and name; {file} has one.").format(file=table.file.name)
        )
    words = [re.sub(r"[^a-z]", "", column.lower()) for column in table.columns]
    key = next((n for n, word in enumerate(words) if word in _KEY_COLUMNS), 0)
    others = [n for n in range(len(words)) if n != key]
    name = next((n for n in others if words[n] in _NAME_COLUMNS), others[0])
    rows = [list(table.columns), *table.rows] if re.fullmatch(_CODE, table.columns[0]) else table.rows
    return [(row[key], row[name]) for row in rows]


def _lines(file: Path) -> list[str]:
    try:
        text = read_regular(file, most=_LARGEST).decode("utf-8-sig", "replace")
    except OSError as error:
        raise SourceError(_("{file} cannot be read: {why}.").format(file=file, why=reason_of(error))) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _of_characters(file: Path, lines: list[str]) -> list[tuple[str, str]]:
    """EMNIST's `10 65`, or `1 65 97`: a class and the codes of its character, large and small."""
    found = [_CHARACTER.fullmatch(line) for line in lines] if _is_of_characters(file) else []
    return [(match[1], chr(int(match[2]))) for match in found if match is not None] if all(found) else []


def _is_of_characters(file: Path) -> bool:
    return file.name.lower().startswith("emnist")


def _of_lines(lines: list[str]) -> list[tuple[str, str]]:
    """`n01440764 tench` or `/a/airfield 0`; a list of names alone counts from 0."""
    if lines and all(found := [_KEYED.fullmatch(line) for line in lines]):
        return [(match.group(1), match.group(2)) for match in found if match is not None]
    if lines and all(last := [_keyed_last(line) for line in lines]):
        return [pair for pair in last if pair is not None]
    return [(str(n), line) for n, line in enumerate(lines)]


def _keyed_last(line: str) -> tuple[str, str] | None:
    """The code at the end of a line and the name before it; None where there are no such two."""
    match = _LAST.search(line)
    if match is None:
        return None
    between = _BETWEEN.match(line[: match.start()][::-1])  # from behind, where each character is looked at once
    name = line[: match.start() - (between.end() if between is not None else 0)]
    return (match.group(1), name) if name else None


def _of_json(file: Path) -> list[tuple[str, str]]:
    """`{"0": "cat"}`, `{"cat": 0}`, `{"0": ["n02123045", "tabby"]}`, also below one key such as id2label; or
    `[{"id": 0, "name": "cat"}]`.
    """
    try:
        data = read_json(file, most=_LARGEST)
    except (OSError, RecordError) as error:
        raise SourceError(_("{file} cannot be read as JSON.").format(file=file.name)) from error
    if isinstance(data, list) and all(isinstance(r, dict) and {"id", "name"} <= r.keys() for r in data):
        return [(str(r["id"]), str(r["name"]).strip()) for r in data]  # COCO's categories
    for record in (data, *(data.values() if isinstance(data, dict) else ())):
        if isinstance(record, dict) and record and (pairs := _pairs(record)):
            return pairs
    return []


def _pairs(record: dict[str, Any]) -> list[tuple[str, str]]:
    values = list(record.values())
    if all(isinstance(value, str) for value in values):
        return [(str(key), value.strip()) for key, value in record.items()]
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return [(str(value), str(key)) for key, value in record.items()]
    if all(isinstance(value, list) and [type(v) for v in value] == [str, str] for value in values):
        return [pair for key, value in record.items() for pair in ((str(key), value[1]), (value[0], value[1]))]
    return []


def class_name(raw: str) -> str:
    """A folder's or a table's word as the name of a class: in one line, without spaces around, always Unicode
    with composed accents.
    """
    return " ".join(composed(raw).encode("utf-8", "backslashreplace").decode().split()) or f'"{raw}"'


def class_key(raw: str) -> str:
    """A class as it is looked up: 7 for "7", "07" and "7.0", other text as it stands."""
    text = raw.strip()
    match = re.fullmatch(r"0*(\d+)(\.0+)?", text)
    return match.group(1) if match else text


def may_name_classes(file: Path) -> bool:
    """Whether a file is called as those are that name classes."""
    return _NAMING.search(file.stem) is not None


def name_files(tree: Tree) -> list[Path]:
    """The files of a source that may name its classes, those called so first."""
    found = tree.files(".csv", ".tsv", ".xlsx", ".txt", ".json")
    found = [file for file in found if file.suffix.lower() not in (".txt", ".json") or _NAMING.search(file.stem)]
    return sorted(found, key=lambda file: not _NAMING.search(file.stem))


def read_folder_names(files: Iterable[Path]) -> dict[str, str]:
    """Class names by folder from the `classes.csv` that an export wrote; empty if there is none."""
    for file in files:
        if file.name != TABLE:
            continue
        try:
            table = read_table(file, encoding="utf-8", separator=",")
        except SourceError:
            return {}
        if table.columns == HEADER:
            return {folder: name for folder, name in table.rows if folder and name}
    return {}


def find_names(files: Iterable[Path], classes: Iterable[str]) -> tuple[Path, dict[str, str]] | None:
    """The first of some files that names all `classes`, each differently, where these are numbers or codes."""
    keys = {class_key(raw) for raw in classes}
    if not keys or not all(re.fullmatch(_CODE, key) for key in keys):
        return None
    for file in files:
        names = _named(file, keys)
        told = [names[key] for key in keys if key in names]
        different = len({class_name(name) for name in told}) == len(keys)
        if different and (_is_of_characters(file) or all(any(map(str.isalpha, name)) for name in names.values())):
            return file, names
    return None


def _named(file: Path, keys: set[str]) -> dict[str, str]:
    """The names in a file; a list of names alone must have as many as there are classes, and may count from 1."""
    with suppress(SourceError):
        names = read_names(file)
        if file.suffix.lower() != ".txt" or _of_lines(lines := _lines(file)) != [
            (str(n), line) for n, line in enumerate(lines)
        ]:
            return names
        start = min((int(key) for key in keys if key.isdigit()), default=0)
        if len(lines) == len(keys) and start in (0, 1):
            return {str(n): line for n, line in enumerate(lines, start)}
    return {}


def join_names(files: Iterable[Path], told: set[str], classes: set[str]) -> dict[str, str]:
    """The class for each key of `told` that some file gives the name of one of `classes`, or that names it; none if
    there is no such file.
    """
    plain = {_plain(name): name for name in classes}
    keys = {class_key(name): name for name in told}
    for file in files:
        names: dict[str, str] = {}
        with suppress(SourceError):
            names = read_names(file)
        found = {key: plain[name] for key in keys if key in names and (name := _plain(names[key])) in plain}
        found |= {name: key for key, name in names.items() if key in classes and name in told}
        if found:
            return found
    return {}


def _plain(name: str) -> str:
    """A name as folders write it: Places365 has `/a/airfield` for `airfield`."""
    return re.sub(r"[\W_]+", " ", re.sub(r"^/\w/", "", name)).strip().casefold()
