"""Tell the desktop of Linux about the program: its entry in the menu, its icon, and what opens by double-click.

For who installed it by pip or uv; a package of the system brings these files itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from engine.errors import UsageError
from engine.language import _

_FILES = Path(__file__).resolve().parents[1] / "resources"
# Each file of ours and where it belongs below a folder of `XDG_DATA_DIRS`.
PLACES = {
    "desktop/pigeonhole.desktop": "applications/pigeonhole.desktop",
    "desktop/pigeonhole.xml": "mime/packages/pigeonhole.xml",
    "icons/pigeonhole.svg": "icons/hicolor/scalable/apps/pigeonhole.svg",
}
_REFRESH = (("update-desktop-database", "applications"), ("update-mime-database", "mime"))
_SECONDS = 60


def install(program: Path) -> list[Path]:
    """Write the files for this user, to start `program`; return them.

    Raises:
        UsageError: this is no Linux, or the program is not there.
    """
    data = _data_folder()
    if not program.is_file():
        raise UsageError(
            _("Expected the installed program, found no file {program}; install Pigeonhole first.").format(
                program=program
            )
        )
    written = []
    for source, place in PLACES.items():
        target = data / place
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (_FILES / source).read_text("utf-8")
        if source.endswith(".desktop"):
            text = text.replace("Exec=pigeonhole-gui", f"Exec={_in_entry(str(program))}")
        target.write_text(text, "utf-8")
        written.append(target)
    _refresh(data)
    return written


def remove() -> list[Path]:
    """Remove what `install` wrote; return what was there."""
    data = _data_folder()
    found = [file for file in (data / place for place in PLACES.values()) if file.is_file()]
    for file in found:
        file.unlink()
    _refresh(data)
    return found


def installed_program() -> Path:
    """The program that the menu is to start: beside this interpreter, or this one where it is frozen."""
    here = Path(sys.executable)
    return here if getattr(sys, "frozen", False) else here.with_name("pigeonhole-gui")


def _data_folder() -> Path:
    if not sys.platform.startswith("linux"):
        raise UsageError(_("Menu entries are made by the installer on Windows and macOS; this is for Linux."))
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _in_entry(program: str) -> str:
    """The program as `Exec` of a desktop entry has it: in quotes, and with % doubled."""
    quoted = program.replace("\\", "\\\\\\\\").replace('"', '\\\\"').replace("`", "\\\\`").replace("$", "\\\\$")
    return '"' + quoted.replace("%", "%%") + '"'


def _refresh(data: Path) -> None:
    """Let the desktop read them anew; one that has not these programs does so by itself."""
    for name, folder in _REFRESH:
        found = shutil.which(name)
        if found and (data / folder).is_dir():
            with suppress(subprocess.TimeoutExpired):
                subprocess.run([found, data / folder], check=False, timeout=_SECONDS, capture_output=True)
