"""Names of classes and files made safe for every file system: they never leave the folder that they are put into."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from engine.library.folder_names import DEVICES

UNSURE, UNLIKE, PROBLEMS = "unsure", "unlike-anything", "problems"
RESERVED = (UNSURE, UNLIKE, PROBLEMS)
_LONGEST = 100  # bytes in UTF-8: leaves room for a number, and for long paths on Windows
_LONGEST_FILE = 240
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')


def folder_names(classes: Sequence[str]) -> dict[str, str]:
    """A folder for each class: its name where that is a file name everywhere, else something near it.

    No two are the same, also where capitals do not count, and none is one of `RESERVED`.
    """
    used = set(RESERVED)
    names: dict[str, str] = {}
    for cls in dict.fromkeys(classes):
        base = safe_name(cls)
        name, number = base, 1
        while _folded(name) in used:
            number += 1
            name = f"{base} ({number})"
        used.add(_folded(name))
        names[cls] = name
    return names


def safe_name(text: str) -> str:
    """`text` as the name of one folder."""
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", text))
    name = _shortened(name, _LONGEST).strip().rstrip(". ")
    if name.startswith("."):
        name = "_" + name[1:]
    if DEVICES.fullmatch(name):
        name = "_" + name
    return name or "_"


def safe_file_name(path: str) -> str:
    """The last part of a path out of an archive, whose author may have written anything, as the name of one file."""
    name = _FORBIDDEN.sub("_", path.replace("\\", "/").rstrip("/").rpartition("/")[2]).strip().rstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    if DEVICES.fullmatch(name) or name.startswith("."):
        stem = "_" + stem
    if not dot:
        return "_" + suffix if DEVICES.fullmatch(suffix) else suffix or "_"
    return f"{_shortened(stem, _LONGEST_FILE - len(suffix.encode()))}.{suffix}"


def numbered(name: str, number: int) -> str:
    """`name` for the second (2), third ... file of that name: `cat (2).png`, cut where it would become too long."""
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    mark = f" ({number}){dot}{suffix}"
    longest = 255 - len(mark.encode("utf-8", "surrogateescape"))
    return _shortened(stem, longest) + mark


def _shortened(text: str, length: int) -> str:
    """`text` cut to so many bytes of UTF-8, never within a character."""
    while len(text.encode("utf-8", "surrogateescape")) > length:
        text = text[:-1]
    return text


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
