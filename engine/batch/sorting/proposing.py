"""Where files are sorted to as long as a person says nothing else: into a folder of their own, beside these files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from engine.library.packed.unpacking import SUFFIXES
from engine.places import data_folder, documents_folder


def place_beside(sources: Sequence[str]) -> Path:
    """Return the folder that the first of the sources lies in, in which a new one can be made: in the documents where
    it cannot be written, and for a picture that was pasted, whose file is ours.
    """
    place = Path(sources[0]).parent
    is_ours = place.is_relative_to(data_folder())
    return place if not is_ours and os.access(place, os.W_OK | os.X_OK) else documents_folder()


def name_of(sources: Sequence[str]) -> str:
    """Return by what name a person knows what was classified: that of a folder or an archive, or that of the folder
    which pictures lie in; "" where there is none, as of a whole disk.
    """
    first = Path(sources[0])
    suffix = next((suffix for suffix in SUFFIXES if first.name.lower().endswith(suffix)), "")
    if suffix:
        return first.name[: -len(suffix)]
    if first.is_dir():
        return first.name
    return "" if first.is_relative_to(data_folder()) else first.parent.name


def free_folder(place: Path, name: str) -> Path:
    """Return the folder of that name in `place`, with a number where a folder of that name has something in it already:
    what is sorted twice would be there twice. Hidden files, such as journals of what was undone, do not count.
    """
    names = (name if number == 1 else f"{name} {number}" for number in count(1))
    return next(place / found for found in names if not _has_something(place / found))


def _has_something(folder: Path) -> bool:
    try:
        with os.scandir(folder) as found:
            return any(not entry.name.startswith(".") for entry in found)
    except FileNotFoundError:
        return False
    except OSError:  # it is a file, or cannot be read
        return True
