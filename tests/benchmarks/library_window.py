"""One folder of pictures in the real window, offscreen: add, scroll, label. `library.py` runs it, one process a size.

Prints JSON; its names are the rows of the table. Delays are those of a timer that should fire every 5 ms.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from gui.widgets.grid.thumbnail_loader import Request, ThumbnailLoader
from tests.benchmarks.measure import memory, milliseconds
from tests.benchmarks.window import Heartbeat, Painted, Pictures, drive, grid_of, until

FRAMES = 300
FRAME = 1 / 60
LABELS = 100


def main() -> None:
    pictures = Path(sys.argv[1])
    figures: dict[str, Any] = {}

    def script(window: Any) -> None:
        figures.update(adding(window))
        figures.update(scrolling(window))
        figures.update(labelling(window))
        figures["large JPEG (12 megapixels), from asked for to made (median / 99 % / worst)"] = large(pictures.parent)
        figures["memory now / at its peak"] = "{:.0f} / {:.0f} MB".format(*memory())

    drive([str(pictures)], script)
    print(json.dumps(figures), flush=True)


def adding(window: Any) -> dict[str, str]:
    """Look at the folder, press Import, wait until every file was decoded."""
    from engine.events import Progress

    importing = window.page(0).importing
    beat = Heartbeat()
    with beat:
        button = window.findChild(QPushButton, "import_button")
        looked = until(button.isEnabled, "the folder's preview")
        preview = beat.words()
    times: dict[str, float] = {}
    start = time.perf_counter()

    def note(event: Progress) -> None:
        if event.phase == "Checking":
            times.setdefault("listed", time.perf_counter() - start)

    importing.progress.connect(note)
    importing.ended.connect(lambda _: times.setdefault("ended", time.perf_counter() - start))
    shown = Pictures(window)
    with beat:
        button.click()
        until(shown.complete, "first pictures")
        first = time.perf_counter() - start
        until(lambda: "listed" in times, "all listed")
        listing = beat.words()
    with beat:
        until(lambda: "ended" in times, "all checked")
        checking = beat.words()
    until(lambda: shown.grid.count() == window.session.overview.summary.images, "the grid shows all")
    return {
        "preview of the folder ready": f"{looked:.2f} s",
        "Import pressed to first pictures on screen": f"{first:.2f} s",
        "Import pressed to all listed": f"{times['listed']:.2f} s",
        "Import pressed to all checked": f"{times['ended']:.1f} s",
        "delay of the window in the preview (99 % / worst)": preview,
        "delay of the window while listing (99 % / worst)": listing,
        "delay of the window while checking (99 % / worst)": checking,
    }


def scrolling(window: Any) -> dict[str, str]:
    """60 steps a second: a frame is the step and everything that waits in the event loop, painting included."""
    figures = {}
    grid = grid_of(window)
    bar = grid.verticalScrollBar()
    for name, step in (
        ("a third of a row a frame", bar.singleStep()),
        ("a page a frame", bar.pageStep()),
        ("all over the list", bar.maximum() * 7 // 30 + 1),
    ):
        frames = []
        bar.setValue(0)
        beat = Heartbeat()
        with beat:
            for number in range(FRAMES):
                start = time.perf_counter()
                bar.setValue((number * step) % max(1, bar.maximum()))
                QApplication.processEvents()
                frames.append(time.perf_counter() - start)
                rest(start + FRAME)
        figures[f"frames, {name} (median / 99 % / worst)"] = milliseconds(frames)
        figures[f"delay of the window meanwhile, {name} (99 % / worst)"] = beat.words()
    return figures


def labelling(window: Any) -> dict[str, str]:
    """Digit keys on single images, then one on 10,000; saved is when the session says so, shown is the next paint."""
    grid = grid_of(window)
    step = grid.count() // LABELS
    keys = ["1234567890"[(10 * n // LABELS + 1) % 10] for n in range(LABELS)]  # the class after the one it has
    singles = [pressed(window, grid, key, [n * step]) for n, key in enumerate(keys)]
    saved, shown = zip(*singles, strict=True)
    beat = Heartbeat()
    with beat:
        bulk = pressed(window, grid, "0", range(min(10_000, grid.count())))
    start = time.perf_counter()
    edits: list[Any] = []
    window.session.images_changed.connect(edits.append)
    window.undo.trigger()
    until(lambda: bool(edits), "undo")
    return {
        "label key to saved (median / 99 % / worst)": milliseconds(saved),
        "label key to saved and painted (median / 99 % / worst)": milliseconds(shown),
        "label key on 10,000 images (or all) to saved / painted": " / ".join(f"{t:.2f}" for t in bulk) + " s",
        "undone, saved": f"{time.perf_counter() - start:.2f} s",
        "delay of the window in the bulk label (99 % / worst)": beat.words(),
    }


def pressed(window: Any, grid: Any, key: str, rows: Any) -> tuple[float, float]:
    """Select `rows`, press `key`: seconds until the edit is saved, and until the grid was painted with it."""
    grid.set_current(rows[0])
    grid.select(rows)
    grid.setFocus()
    rest(time.perf_counter() + 0.02)  # the selection is painted
    times: dict[str, float] = {}
    images = window.page(0).browser.images

    def shown() -> None:
        times.setdefault("painted", time.perf_counter() - start)

    painted = Painted(grid.viewport(), shown)
    painted.armed = False

    def saved(_edit: object) -> None:
        times.setdefault("saved", time.perf_counter() - start)

    def read_again(_rows: object) -> None:
        painted.armed = "saved" in times

    window.session.images_changed.connect(saved)
    images.rows_changed.connect(read_again)
    start = time.perf_counter()
    QTest.keyClick(grid, Qt.Key(ord(key)))
    until(lambda: "painted" in times, f"the label of key {key}", 60)
    window.session.images_changed.disconnect(saved)
    images.rows_changed.disconnect(read_again)
    painted.deleteLater()
    return times["saved"], times["painted"]


def rest(end: float) -> None:
    """Let the event loop run until `end`."""
    until(lambda: time.perf_counter() >= end, "the time to come")


def made(loader: ThumbnailLoader, request: Request) -> float:
    """Seconds from asking for a picture until it is there."""
    start = time.perf_counter()
    loader.want([request])
    until(lambda: loader.get(request) is not None, "the large picture", 20)
    return time.perf_counter() - start


def large(folder: Path) -> str:
    """A photograph of 4000x3000, noise and all, that no cache holds yet; one at a time."""
    noise = QImage(os.urandom(1000 * 750 * 3), 1000, 750, 3000, QImage.Format.Format_RGB888)
    picture = noise.scaled(4000, 3000, mode=Qt.TransformationMode.SmoothTransformation)
    loader = ThumbnailLoader()
    times = []
    for number in range(10):
        file = folder / f"large {number}.jpg"
        assert picture.save(str(file), quality=90)
        facts = file.stat()
        request = Request(file, facts.st_size, facts.st_mtime_ns, 144)
        times.append(made(loader, request))
    loader.close()
    return milliseconds(times)


if __name__ == "__main__":
    main()
