"""The program as a process of its own on a real X display: keys and mouse from outside, and a kill in the middle."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from tests.e2e.waiting import until
from tests.gui.windows import make_pictures

ROOT = Path(__file__).resolve().parents[2]
FIRST_PICTURE = "420", "220"  # where the grid's first cell is in a window of 1280 x 800

pytestmark = pytest.mark.skipif(
    not all(shutil.which(tool) for tool in ("Xvfb", "xdotool")),
    reason="needs Xvfb and xdotool, which `make test` installs on Debian and Ubuntu",
)


def labels(project: Path) -> dict[str, str | None]:
    with Project.open(project, read_only=True) as opened:
        names = {c.id: c.name for c in query.classes(opened)}
        images = query.images(opened, query.image_ids(opened, query.Filter()))
        return {i.path: None if i.class_id is None else names[i.class_id] for i in images}


def test_a_label_given_by_key_survives_a_kill_of_the_window(display: str, tmp_path: Path, empty_home: Path) -> None:
    pictures = make_pictures(tmp_path)
    project = tmp_path / "pictures.pigeonhole"
    import_sources(ImportParams(str(project), (str(pictures),)), emit=lambda _: None, cancel=Cancel())
    before = labels(project)
    with Project.open(project, read_only=True) as opened:
        the_import = edits.undo_name(opened)
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PIGEONHOLE_HOME": str(empty_home)}

    def xdotool(*words: str) -> str:
        return subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True).stdout

    program = subprocess.Popen(
        [sys.executable, "main.py", str(project)], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: xdotool("search", "--onlyvisible", "--name", "pictures – Pigeonhole"), "the window")
        window = xdotool("search", "--onlyvisible", "--name", "pictures – Pigeonhole").split()[0]
        assert window in xdotool("search", "--classname", "^pigeonhole$").split(), "what the menu entry tells it by"
        xdotool("windowmove", window, "0", "0")
        xdotool("windowsize", "--sync", window, "1280", "800")

        def click_and_label() -> bool:
            xdotool("mousemove", *FIRST_PICTURE, "click", "1", "key", "3")
            return labels(project) != before

        until(click_and_label, "the label")
    finally:
        program.send_signal(signal.SIGKILL)
        _, errors = program.communicate(timeout=10)

    after = labels(project)
    changed = {path: after[path] for path in after if after[path] != before[path]}
    assert set(changed.values()) == {"cat"}
    assert errors == ""
    with Project.open(project) as opened:
        while edits.undo_name(opened) != the_import:
            assert edits.undo(opened) is not None
    assert labels(project) == before, "undo goes back behind the kill"
