"""The model files that this machine made itself: their hashes, kept in the user's data folder.

A `run.json` beside a model proves nothing, as it comes along with a stranger's project. A file that is not known here
is a stranger's, also one of an earlier version or of another machine: it works the same, in a process of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.files import open_regular
from engine.models.atomic import replacing
from engine.places import data_folder


def remember(path: Path) -> None:
    """Note that this machine made the model at `path`, as it is now; where nothing can be noted, it stays unknown."""
    with suppress(OSError):
        place = _place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()


def is_own(path: Path) -> bool:
    """Return whether this machine made the model at `path`, byte for byte."""
    try:
        return _place(path).is_file()
    except OSError:
        return False


@contextmanager
def changing(path: Path) -> Iterator[Path]:
    """A temporary path that takes the place of the model at `path`, as `replacing` gives it; a model that this machine
    made stays known as that.
    """
    own = is_own(path)
    with replacing(path) as temporary:
        yield temporary
    if own:
        remember(path)


def _place(path: Path) -> Path:
    with open_regular(path) as file:
        return data_folder() / "own-models" / hashlib.file_digest(file, "sha256").hexdigest()
