"""Where the program keeps things of its own. `PIGEONHOLE_HOME`, when set, holds all of it (tests, portable use).

A folder that cannot be written, as in a read-only or missing home, is replaced by one in the temporary folder.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

_RESOURCES = Path(__file__).resolve().parents[1] / "resources"
BUILT_IN_BASE = _RESOURCES / "bases" / "mobilenet_v2.onnx"
TRANSLATIONS = _RESOURCES / "translations"
BUILT_IN_SAMPLE = _RESOURCES / "sample"
# In a checkout these are pages of the documentation; the wheel and the frozen program have them among their resources.
_PAGES = ("resources", "docs")
_NAME = "Pigeonhole"
_lost: list[tuple[Path, Path]] = []  # folders that cannot be written, and the one in their place


def cache_folder() -> Path:
    """Thumbnails and decoded pixels; safe to delete at any time. Not made here."""
    import platformdirs

    return _home("cache") or _writable("cache", platformdirs.user_cache_dir(_NAME, appauthor=False))


def log_folder() -> Path:
    """Log files. Not made here."""
    import platformdirs

    return _home("log") or _writable("log", platformdirs.user_log_dir(_NAME, appauthor=False))


def settings_folder() -> Path:
    """The window's settings. Not made here."""
    import platformdirs

    return _home("settings") or _writable("settings", platformdirs.user_config_dir(_NAME, appauthor=False))


def data_folder() -> Path:
    """What the window keeps between starts beside projects: results of Classify. Not made here."""
    import platformdirs

    return _home("data") or _writable("data", platformdirs.user_data_dir(_NAME, appauthor=False))


def documents_folder() -> Path:
    """Where projects go whose pictures stand in a place that cannot be written. Not made here."""
    import platformdirs

    return _home("documents") or _writable("documents", str(Path(platformdirs.user_documents_dir()) / _NAME))


def replaced() -> tuple[Path, Path] | None:
    """Return the first folder of ours that was asked for and cannot be written, and what replaces all such folders."""
    return _lost[0] if _lost else None


def licences() -> str:
    """Return the licences of everything that comes with the program, in Markdown."""
    return _page("licences.md")


def glossary() -> str:
    """Return what the words mean, in Markdown."""
    return _page("glossary.md")


def _page(name: str) -> str:
    files = [_RESOURCES.parent / folder / name for folder in _PAGES]
    return next(file for file in files if file.is_file()).read_text("utf-8")


def expanded(path: str | Path) -> Path:
    """Return `path` with the home folder in the place of `~`; unchanged where there is no such home."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  # the method raises where there is none


def _home(kind: str) -> Path | None:
    home = os.environ.get("PIGEONHOLE_HOME")
    return _writable(kind, str(Path(home) / kind)) if home else None


@cache
def _writable(kind: str, wanted: str) -> Path:
    folder = Path(wanted)
    if _can_be_written(folder):
        return folder
    _lost.append((folder, _temporary()))
    return _temporary() / kind


def _can_be_written(folder: Path) -> bool:
    """Whether files can be made in `folder`, or the folder itself where it is not there yet."""
    if folder.parts[:1] == ("~",):
        return False  # nobody knows where the home is
    there = next(place for place in (folder, *folder.parents) if os.path.exists(place))  # noqa: PTH110
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


@cache
def _temporary() -> Path:
    """A folder in the temporary folder that is this user's alone, the same for all processes where that can be."""
    user = os.getuid() if hasattr(os, "getuid") else 0  # Windows has a temporary folder for each user
    folder = Path(tempfile.gettempdir()) / f"pigeonhole-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="pigeonhole-"))
    if hasattr(os, "getuid") and (folder.is_symlink() or found.st_uid != user or found.st_mode & 0o077):
        return Path(tempfile.mkdtemp(prefix="pigeonhole-"))  # somebody else has made one by this name
    return folder
