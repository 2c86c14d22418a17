"""The window while features are computed for the first time.

`python -m tests.benchmarks.learning_start [--images 4000]` makes a project of so many photographs (JPEG, 320x240),
without labels. From its opening until all features are there ten keys a second are pressed: to the next picture, and a
label for it. Delays are those of a timer that should fire every 5 ms, work what the thread of the window did between
two of them.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from tests.benchmarks.measure import print_report, probe, workspace
from tests.benchmarks.window import Heartbeat, drive, until


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("project", nargs="?", type=Path, help="the project; without it one is made")
    options.add_argument("--images", type=int, default=4_000)
    chosen = options.parse_args()
    if chosen.project is not None:
        measure(chosen.project)
        return
    with workspace() as folder:
        found = probe("-m", "tests.benchmarks.learning_start", str(make_project(folder, chosen.images)))
    rows = [[what, figure] for what, figure in found.items() if what not in ("seconds", "cpu")]
    print_report(f"uv run python -m {__spec__.name}", rows, (f"{chosen.images:,} photographs", "figure"))


def make_project(folder: Path, count: int) -> Path:
    from engine.jobs.job import Cancel
    from engine.library import edits
    from engine.library.project import Project
    from engine.library.scan import ImportParams, import_sources
    from tests.benchmarks.material import photographs

    pictures, project = photographs(folder / "pictures", count), folder / "photographs.pigeonhole"
    params = ImportParams(str(project), (str(pictures),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(project) as opened:
        for name in ("china", "flower"):
            edits.add_class(opened, name)
    return project


def measure(project: Path) -> None:
    """Label while features come, and print the figures as JSON."""
    os.environ["PIGEONHOLE_LEARN"] = "on"
    figures: dict[str, str] = {}

    def script(window: Any) -> None:
        page = window.page(0)
        browser, learning = page.browser, page.learning
        until(lambda: len(browser.images) > 0 and bool(window.session.overview.classes), "the images")
        grid, start, keys = browser.grid, time.perf_counter(), [0]
        grid.setFocus()
        grid.set_current(0)

        def press() -> None:
            keys[0] += 1
            QTest.keyClick(grid, (Qt.Key.Key_Right, Qt.Key.Key_1, Qt.Key.Key_Right, Qt.Key.Key_2)[keys[0] % 4])

        hand, beat = QTimer(interval=100), Heartbeat()
        hand.timeout.connect(press)
        with beat:
            hand.start()
            until(browser.suggestion_bar.isVisible, "suggestions")
            figures["opened to first suggestions"] = f"{time.perf_counter() - start:.1f} s"
            until(lambda: learning.ready == len(browser.images), "the features", 600)
            hand.stop()
        figures["opened to all features"] = f"{time.perf_counter() - start:.1f} s"
        figures["keys pressed meanwhile"] = str(keys[0])
        figures["delay of the window (99 % / worst)"] = beat.words()
        figures["work of its thread (99 % / worst)"] = beat.work_words()

    drive([str(project)], script)
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
