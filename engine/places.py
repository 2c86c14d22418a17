"""Where the program keeps things of its own. `PIGEONHOLE_HOME`, when set, holds all of it (tests, portable use)."""

from __future__ import annotations

import os
from pathlib import Path

_NAME = "Pigeonhole"


def cache_folder() -> Path:
    """Thumbnails and decoded pixels; safe to delete at any time. Not made here."""
    import platformdirs

    return _home("cache") or Path(platformdirs.user_cache_dir(_NAME, appauthor=False))


def log_folder() -> Path:
    """Log files. Not made here."""
    import platformdirs

    return _home("log") or Path(platformdirs.user_log_dir(_NAME, appauthor=False))


def settings_folder() -> Path:
    """The window's settings. Not made here."""
    import platformdirs

    return _home("settings") or Path(platformdirs.user_config_dir(_NAME, appauthor=False))


def data_folder() -> Path:
    """What the window keeps between starts beside projects: results of Classify. Not made here."""
    import platformdirs

    return _home("data") or Path(platformdirs.user_data_dir(_NAME, appauthor=False))


def documents_folder() -> Path:
    """Where projects go whose pictures stand in a place that cannot be written. Not made here."""
    import platformdirs

    return _home("documents") or Path(platformdirs.user_documents_dir()) / _NAME


def _home(name: str) -> Path | None:
    home = os.environ.get("PIGEONHOLE_HOME")
    return Path(home) / name if home else None
