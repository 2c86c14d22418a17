"""Tables that give classes their names, such as `ClassId,SignName` for folders called 0 to 42."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from engine.errors import SourceError
from engine.library.folder_names import HEADER, TABLE
from engine.library.importers.finder import composed
from engine.library.importers.tables import looks_like_image, read_table

_KEY_COLUMNS = {"classid", "id", "class", "label", "index", "code", "key", "number", "labelid"}
_NAME_COLUMNS = {"signname", "name", "classname", "labelname", "title", "description", "breed", "species", "category"}


def read_names(file: Path) -> dict[str, str]:
    """Names by class, as `class_key` writes it.

    Raises:
        SourceError: the file cannot be read, has fewer than two columns or lists pictures, or gives a class two names.
    """
    table = read_table(file)
    if len(table.columns) < 2:
        raise SourceError(f"A table of names needs two columns, class and name; {file.name} has one.")
    words = [re.sub(r"[^a-z]", "", column.lower()) for column in table.columns]
    key = next((n for n, word in enumerate(words) if word in _KEY_COLUMNS), 0)
    others = [n for n in range(len(words)) if n != key]
    name = next((n for n in others if words[n] in _NAME_COLUMNS), others[0])
    found: dict[str, str] = {}
    for row in table.rows:
        if not row[key] or not row[name]:
            continue
        if looks_like_image(row[name]) or found.setdefault(class_key(row[key]), row[name]) != row[name]:
            raise SourceError(
                f"{file.name} is no table of names: it has {row[name]} for the class {row[key]}, "
                "which should have one name."
            )
    return found


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
    """The first of some tables that names all `classes`, each differently, where these are bare numbers; else None."""
    keys = {class_key(raw) for raw in classes}
    if not keys or not all(key.isdigit() for key in keys):
        return None
    for file in files:
        try:
            names = read_names(file)
        except SourceError:
            continue
        told = [names[key] for key in keys if key in names]
        different = len({class_name(name) for name in told}) == len(keys)
        if different and not any(name.replace(".", "").isdigit() for name in names.values()):
            return file, names
    return None
