"""What the words mean: the project's own glossary, `docs/glossary.md`, which is the one place where that stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine import language as engine_language
from engine.places import glossary

_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]* \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    word: str
    meaning: str


def entries() -> list[GlossaryEntry]:
    """Return the words in the order of the file, in English as they stand there, without marks of Markdown."""
    rows = [(row[1], row[2]) for row in _ROW.finditer(glossary())]
    return [GlossaryEntry(word, re.sub("[`*]", "", meaning)) for word, meaning in rows if word not in ("word", "---")]


def translated() -> list[GlossaryEntry]:
    """Return the words in the language of the window."""
    return [GlossaryEntry(engine_language._(entry.word), engine_language._(entry.meaning)) for entry in entries()]
