"""How long the window answers nothing: a session through all pages, by the processor time of the window's own thread.

`python -m tests.benchmarks.slots [--images 10000]` makes a project of small pictures with a run that needs no training,
opens the real window on it (offscreen, in a process of its own) and goes through a session: pictures, keys, a label for
all, every section of Review, Classify, Train with all that is behind "Advanced", commands and the guide.

Qt's event loop tells whenever it looks at what waits to be done; while the thread computes between two looks, no key
and no click is answered. It is processor time, so that other work of the machine does not count; but a core that is
shared is slower, too: `unit` is the time of a loop that always does the same, in the same process.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractEventDispatcher, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.benchmarks.measure import middle, print_report, probe, workspace
from tests.benchmarks.window import Pictures, drive, until

CLASSES = 10
CALM = 0.1  # seconds
CTRL = Qt.KeyboardModifier.ControlModifier
UNIT = "unit"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("project", nargs="?", help="walk through this one; without it one is made")
    options.add_argument("--images", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3, help="windows, one after the other; the median is printed")
    chosen = options.parse_args()
    if chosen.project:
        print(json.dumps(walk(chosen.project)), flush=True)
        return
    with workspace() as folder:
        project = make_project(folder, chosen.images)
        rounds = [measured(project) for _ in range(chosen.rounds)]
    rows = []
    for step in rounds[0]:
        found = sorted(1000 * longest[step] for longest in rounds)
        rows.append([step, f"{middle(found):.0f} ms", f"{found[0]:.0f} to {found[-1]:.0f} ms"])
    print_report(f"uv run python -m {__spec__.name} --images {chosen.images}", rows, ("step", "longest", "from, to"))


def measured(project: Path) -> dict[str, float]:
    """The longest that each step of a session held the window's thread, in seconds, in a new process; and `UNIT`."""
    found = probe("-m", "tests.benchmarks.slots", str(project))
    return {step: found[step] for step in found if step not in ("seconds", "cpu")}


def make_project(folder: Path, images: int) -> Path:
    """A project of `images` small pictures in ten classes, a fifth of them for test, and a run with predictions."""
    from PIL import Image

    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources
    from tests.benchmarks.material import fashion
    from tests.gui.small_project import write_run

    _, pixels, _ = fashion(images)
    for number in range(images):
        part = "test" if number // CLASSES % 5 == 0 else "train"
        file = folder / "pictures" / part / f"class {number % CLASSES}" / f"{number:06d}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[number]).save(file, compress_level=1)
    project = folder / "session.pigeonhole"
    import_sources(ImportParams(str(project), (str(folder / "pictures"),)), emit=lambda _: None, cancel=Cancel())
    write_run(project, wrong={"class 1": ("class 2", 0.8), "class 3": ("class 4", 0.7)})
    return project


class Watch:
    """Notes for each step the longest that the window's thread computed between two looks of its event loop."""

    def __init__(self) -> None:
        self.longest: dict[str, float] = {}
        self.step = ""
        loop = QAbstractEventDispatcher.instance()
        loop.awake.connect(self._look)
        loop.aboutToBlock.connect(self._look)
        self._last = time.thread_time()

    def _look(self) -> None:
        now = time.thread_time()
        if self.step:
            self.longest[self.step] = max(self.longest.get(self.step, 0.0), now - self._last)
        self._last = time.thread_time()


def walk(project: str) -> dict[str, float]:
    """Go through a session in the window; the longest that each step held its thread, in seconds."""
    os.environ.setdefault("PIGEONHOLE_LEARN", "off")  # its process would go on with features meanwhile
    longest: dict[str, float] = {}

    def script(window: Any) -> None:
        watch = Watch()
        Session(window, watch).go_through(project)
        watch.step = ""
        longest.update(watch.longest)
        longest[UNIT] = unit()

    drive([], script)
    return longest


def unit() -> float:
    """Processor seconds of a loop that always does the same."""
    start, total = time.thread_time(), 0
    for number in range(400_000):
        total += number * number
    return time.thread_time() - start


class Session:
    """What a person does, step by step; each is done from the event loop, as a key or a click is."""

    def __init__(self, window: Any, watch: Watch) -> None:
        self._window, self._watch = window, watch

    def _do(self, step: str, act: Callable[[], object], until_done: Callable[[], bool] = lambda: True) -> None:
        began: list[bool] = []

        def begin() -> None:
            began.append(True)
            act()

        self._watch.step = step
        QTimer.singleShot(0, begin)
        until(lambda: bool(began) and until_done(), step, 120)
        end = time.perf_counter() + CALM
        until(lambda: time.perf_counter() > end, step)  # what follows by itself; else it counts for the next step

    def go_through(self, project: str) -> None:
        self._library(project)
        self._review()
        self._do("Classify, the first time", lambda: self._window.choose_page(3), lambda: self._is_made(3))
        self._train()
        for index, name in ((0, "Library"), (2, "Review"), (3, "Classify"), (1, "Train")):
            self._do(f"{name} again", partial(self._window.choose_page, index))
        self._do("all commands", self._window.open_palette)
        self._do("all commands closed", lambda: self._press(Qt.Key.Key_Escape))
        self._do("the guide", self._window.show_guide)
        self._do("the project closed", self._window.session.close_project)

    def _library(self, project: str) -> None:
        window, session = self._window, self._window.session
        pictures = Pictures(window)

        def is_open() -> bool:
            return pictures.complete() and session.overview.summary is not None and session.are_runs_read

        def is_undone() -> bool:
            return session.overview.redo_name is not None

        self._do("a project opened", lambda: window.open_path(project), is_open)
        window.activateWindow()
        window.page(0).browser.grid.setFocus()
        before = session.overview.undo_name
        self._do("the first image", lambda: self._press(Qt.Key.Key_Home))
        self._do("a label", lambda: self._press(Qt.Key.Key_2), lambda: session.overview.undo_name != before)
        self._do("undone", lambda: self._press(Qt.Key.Key_Z, CTRL), is_undone)
        self._do("all selected", lambda: self._press(Qt.Key.Key_A, CTRL))
        self._do("a label for all", lambda: self._press(Qt.Key.Key_2), lambda: not is_undone())
        self._do("undone for all", lambda: self._press(Qt.Key.Key_Z, CTRL), is_undone)
        self._do("to the last image", lambda: self._press(Qt.Key.Key_End))

    def _review(self) -> None:
        window = self._window
        self._do(
            "Review, the first time",
            lambda: window.choose_page(2),
            lambda: self._is_made(2) and window.page(2).reviewed is not None,
        )
        sections = window.page(2).sections
        for index, section in enumerate(sections.all):
            self._do(f"Review: {section.title}", partial(sections.tabs.setCurrentIndex, index))

    def _train(self) -> None:
        window = self._window
        self._do(
            "Train, the first time",
            lambda: window.choose_page(1),
            lambda: self._is_made(1) and window.page(1).setup.buttons.ready,
        )
        page = window.page(1)
        self._do("Train: Advanced", page.setup.advanced.click, lambda: page.setup.form.is_complete)
        self._do("Train: an option changed", lambda: page.setup.form.change("rotation", 33.0))
        self._do("Train: a search", lambda: page.setup.form.search.setText("rate"))
        self._do("Train: another recipe", lambda: page.setup.recipes.choose("transfer"))
        for tab, name in page._tabs():
            self._do(f"Train: {name}", partial(page.views.show_tab, tab))

    def _is_made(self, index: int) -> bool:
        return self._window.page(index) is not None

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self._window, key, modifier)


if __name__ == "__main__":
    main()
