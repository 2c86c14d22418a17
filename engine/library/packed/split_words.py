"""The split that the name of an array file, or a cell of a table of pixels, tells."""

from __future__ import annotations

import re

from engine.library.importers.split_words import split_named
from engine.library.records import Split

_FOLDERS = {Split.TRAINING: "train", Split.VALIDATION: "validation", Split.TEST: "test"}
_MORE = {"publictest": "validation", "privatetest": "test", "t10k": "test", "dev": "validation"}


def split_folder(name: str) -> str:
    """The folder that pictures of a split are written to; "" where the name tells none."""
    for word in (name.strip(), *re.split(r"[^A-Za-z0-9]+", name)):
        split = split_named(word)
        folder = _MORE.get(word.lower()) or (_FOLDERS.get(split, "") if split is not None else "")
        if folder:
            return folder
    return ""
