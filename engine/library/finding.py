"""Images and classes by the words that a person types: paths, patterns, names."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable

from engine.errors import UsageError
from engine.language import _
from engine.library.project import Project
from engine.library.query import classes, sources
from engine.library.records import ClassRecord, SourceRecord
from engine.library.store import encode_path
from engine.places import expanded
from engine.suggestions import did_you_mean

_PATTERN = frozenset("*?")


def find_images(project: Project, words: Iterable[str]) -> list[int]:
    """The ids of the images that `words` mean, problems among them, in the order of the words and without repeats.

    A word is a path as the project shows it, a file anywhere, or such a path with `*` and `?` for any characters.

    Raises:
        UsageError: a word means no image of the project.
    """
    places = sources(project)
    found: dict[int, None] = {}
    with project.store.read() as db:
        for word in words:
            ids = _matching(db, word, places)
            if not ids:
                raise UsageError(
                    _("There is no image {word!r} in {project}; give its path as `pigeonhole` lists it.").format(
                        word=word, project=project.name
                    )
                )
            found.update(dict.fromkeys(ids))
    return list(found)


def find_class(project: Project, name: str) -> ClassRecord:
    """The class called `name`; one that differs only by the case of its letters will do.

    Raises:
        UsageError: there is none.
    """
    present = classes(project)
    for same in (str, str.casefold):
        for cls in present:
            if same(cls.name) == same(name):
                return cls
    names = [cls.name for cls in present]
    if names:
        sentence = _("There is no class {name!r} in {project}; it has {known}.")
    else:
        sentence = _("There is no class {name!r} in {project}; it has none yet.")
    said = sentence.format(name=name, project=project.name, known=", ".join(names[:20]))
    raise UsageError(said + did_you_mean(name, names))


def _matching(db: sqlite3.Connection, word: str, places: list[SourceRecord]) -> list[int]:
    """An exact path goes before a pattern: file names may hold `*` and `?` themselves."""
    readings = _readings(word, places)
    operators = ("=", "GLOB") if _PATTERN & set(word) else ("=",)
    for operator in operators:
        ids: list[int] = []
        for source, path in readings:
            value = path.replace("[", "[[]") if operator == "GLOB" else encode_path(path)
            where, values = ("source_id = ? AND ", [source, value]) if source is not None else ("", [value])
            rows = db.execute(
                f"SELECT id FROM images WHERE {where}path {operator} ? AND state >= 0 ORDER BY source_id, sort_key",  # noqa: S608
                values,
            )
            ids += [i for (i,) in rows]
        if ids:
            return ids
    return []


def _readings(word: str, places: list[SourceRecord]) -> list[tuple[int | None, str]]:
    """A path in any source, or in the one whose folder the word begins with."""
    readings: list[tuple[int | None, str]] = [(None, word.replace(os.sep, "/"))]
    whole = str(expanded(word).absolute())
    for place in places:
        start = str(place.folder).rstrip(os.sep) + os.sep
        if whole.startswith(start):
            readings.append((place.id, whole[len(start) :].replace(os.sep, "/")))
    return readings
