"""Kills the window while it labels, and looks whether everything that it had shown is there afterwards."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ProjectLocked
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from tests.e2e.waiting import until
from tests.gui.windows import make_pictures

ROOT = Path(__file__).resolve().parents[2]
CLASSES = ("ant", "bee", "cat")
START_SECONDS, LABEL_SECONDS = 1.5, 1.5  # the kill comes within this time of the start, or of the first key
State = tuple[int | None, ...]


@dataclass
class Labels:
    """What labels must be after each edit: for each row of the grid the place of its class, None for no label."""

    now: State
    edits: int = 0
    done: list[State] = field(default_factory=list)  # states before each edit that can be undone
    undone: list[State] = field(default_factory=list)

    def apply(self, key: str, rows: Sequence[int] = (), place: int | None = None) -> dict[str, object]:
        """What a key does to them; answers the same in plain data."""
        before = self.now
        if key == "undo":
            self.undone.append(before)
            self.now = self.done.pop()
        elif key == "redo":
            self.done.append(before)
            self.now = self.undone.pop()
        else:
            chosen = set(rows)
            self.now = tuple(place if row in chosen else label for row, label in enumerate(before))
            if self.now == before:  # nothing was different: no edit
                return {"key": key, "rows": list(rows), "place": place}
            self.done.append(before)
            self.undone.clear()
        self.edits += 1
        return {"key": key, "rows": list(rows), "place": place}


def read_labels(folder: Path) -> State:
    """As they are on disk."""
    with Project.open(folder, read_only=True) as project:
        places = {c.id: place for place, c in enumerate(query.classes(project))}
        images = query.images(project, query.image_ids(project, query.Filter()))
        return tuple(None if i.class_id is None else places[i.class_id] for i in images)


def make_project(folder: Path, each: int = 20) -> Path:
    project = folder / "pictures.pigeonhole"
    pictures = make_pictures(folder, CLASSES, each)
    import_sources(ImportParams(str(project), (str(pictures),)), emit=lambda _: None, cancel=Cancel())
    return project


@dataclass
class Tally:
    """What so many kills met; for the words of a test that counts them."""

    kills: int = 0
    in_start: int = 0
    sent: int = 0
    shown: int = 0
    ahead: int = 0  # edits that were on disk and not yet on screen
    undone: int = 0


def kill_again_and_again(project: Path, home: Path, kills: int, seed: int) -> Tally:
    """Open the window, let it label, kill it at a random instant, look; `kills` times on the same project."""
    chance, tally = random.Random(seed), Tally()
    while tally.kills < kills:
        before = read_labels(project)
        lines = _killed(project, home, chance, tally)
        tally.kills += 1
        _look(project, before, lines, tally)
    return tally


def _killed(project: Path, home: Path, chance: random.Random, tally: Tally) -> list[dict[str, object]]:
    """What the window told until it was killed."""
    command = [sys.executable, "-m", "tests.e2e.labelling_window", str(project), str(chance.randrange(2**31))]
    environment = {**os.environ, "PIGEONHOLE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    told, said = home / "told.txt", home / "said.txt"  # files: a pipe may hold back what came before the kill
    with told.open("wb") as out, said.open("wb") as errors:
        window = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=errors)
    try:
        if chance.random() < 0.1:
            tally.in_start += 1
            time.sleep(chance.uniform(0, START_SECONDS))
        else:
            until(lambda: b"ready" in told.read_bytes(), "the window", 60)
            time.sleep(chance.uniform(0, LABEL_SECONDS))
        assert window.poll() is None, f"it ended by itself: {said.read_text()}"
    finally:
        window.send_signal(signal.SIGKILL)
        window.wait(30)
    assert said.read_text() == ""
    return [json.loads(line) for line in told.read_text().splitlines()]


def _look(project: Path, before: State, lines: list[dict[str, object]], tally: Tally) -> None:
    """The store is whole, holds one of the states from the last that was shown on, and goes back by undo."""
    labels, shown = Labels(before), 0
    states = {0: Labels(before)}
    for line in lines:
        if "shown" in line:
            shown = int(str(line["shown"]))
        elif "key" in line:
            rows, place = line["rows"], line["place"]
            assert isinstance(rows, list)
            labels.apply(str(line["key"]), rows, place if isinstance(place, int) else None)
            states[labels.edits] = Labels(labels.now, labels.edits, list(labels.done), list(labels.undone))
    with sqlite3.connect(project / "project.sqlite") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
    found = read_labels(project)
    fitting = [states[n] for n in range(shown, labels.edits + 1) if states[n].now == found]
    assert fitting, (
        f"{shown} edits were shown, {labels.edits} were asked for, and the labels fit none of these: {lines}"
    )
    tally.sent += labels.edits
    tally.shown += shown
    tally.ahead += fitting[0].edits - shown
    _undo_and_redo(project, found, fitting, tally)


def _writable(project: Path) -> Project:
    """The project, opened once the lock is free: a process that the killed window was just starting has it, too, until
    its own program is loaded.
    """
    end = time.monotonic() + 30
    while True:
        try:
            return Project.open(project)
        except ProjectLocked:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _undo_and_redo(project: Path, found: State, fitting: list[Labels], tally: Tally) -> None:
    """A few steps back and forth again; of states that look alike, one must have these steps behind it."""
    depth = min(3, *(len(state.done) for state in fitting)) if fitting else 0
    for step in range(1, depth + 1):
        with _writable(project) as opened:
            assert edits.undo(opened) is not None
        now = read_labels(project)
        fitting = [state for state in fitting if state.done[-step] == now]
        assert fitting, f"undo went to a state that never was, {step} steps back"
        tally.undone += 1
    for _ in range(depth):
        with _writable(project) as opened:
            assert edits.redo(opened) is not None
    assert read_labels(project) == found
