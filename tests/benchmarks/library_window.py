"""Folders of pictures in the real window, offscreen: add, sort, filter, select, scroll, label.

`python -m tests.benchmarks.library_window --sizes 1000 100000 1000000 [--unchecked]` makes a folder of each size and
prints a table; `library.py` runs the same for one folder, in a process of its own, which prints JSON. Delays are those
of a timer that should fire every 5 ms. With `--unchecked` the import is stopped once all images are listed.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from gui.widgets.grid.thumbnail_loader import Request, ThumbnailLoader
from tests.benchmarks.material import tiny_pictures
from tests.benchmarks.measure import memory, milliseconds, print_report, probe, workspace
from tests.benchmarks.window import Heartbeat, Painted, Pictures, drive, grid_of, until

FRAMES = 300
FRAME = 1 / 60
LABELS = 100


HOUR = 3600.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, help="one folder of pictures; without it --sizes are made")
    options.add_argument("--sizes", type=int, nargs="+", default=(1_000, 10_000, 100_000))
    options.add_argument("--unchecked", action="store_true")
    chosen = options.parse_args()
    if chosen.folder is not None:
        measure(chosen.folder, checked=not chosen.unchecked)
        return
    with workspace() as folder:
        columns = []
        for size in chosen.sizes:
            pictures = tiny_pictures(folder / str(size), size)
            flags = ["--unchecked"] if chosen.unchecked else []
            columns.append(probe("-m", "tests.benchmarks.library_window", str(pictures), *flags))
    rows = [[name, *(str(column[name]) for column in columns)] for name in columns[0] if name != "seconds"]
    sizes = [f"{size:,}" for size in chosen.sizes]
    print_report("uv run python -m tests.benchmarks.library_window", rows, ("window (offscreen)", *sizes))


def measure(pictures: Path, *, checked: bool) -> None:
    """Drive the window over one folder and print the figures as JSON."""
    figures: dict[str, Any] = {}

    def script(window: Any) -> None:
        figures.update(adding(window, checked=checked))
        figures.update(answering(window))
        figures.update(selecting(window))
        figures.update(scrolling(window))
        figures.update(labelling(window))
        figures["large JPEG (12 megapixels), from asked for to made (median / 99 % / worst)"] = large(pictures.parent)
        figures["memory now / at its peak"] = "{:.0f} / {:.0f} MB".format(*memory())

    drive([str(pictures)], script)
    print(json.dumps(figures), flush=True)


def adding(window: Any, *, checked: bool) -> dict[str, str]:
    """Look at the folder, press Import, wait until every file was decoded, or (not `checked`) listed."""
    from engine.events import Progress

    importing = window.page(0).importing
    beat = Heartbeat()
    with beat:
        button = window.findChild(QPushButton, "import_button")
        looked = until(button.isEnabled, "the folder's preview", HOUR)
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
        until(lambda: "listed" in times, "all listed", HOUR)
        listing = beat.words()
    with beat:
        if not checked:
            importing.stop()
        until(lambda: "ended" in times, "all checked", HOUR)
        checking = beat.words()
    until(lambda: shown.grid.count() == window.session.overview.summary.images, "the grid shows all")
    return {
        "preview of the folder ready": f"{looked:.2f} s",
        "Import pressed to first pictures on screen": f"{first:.2f} s",
        "Import pressed to all listed": f"{times['listed']:.2f} s",
        "Import pressed to all checked": f"{times['ended']:.1f} s" if checked else "–",
        "delay of the window in the preview (99 % / worst)": preview,
        "delay of the window while listing (99 % / worst)": listing,
        "delay of the window while checking (99 % / worst)": checking,
    }


def answering(window: Any) -> dict[str, str]:
    """Orders, filters and headings: from the choice to the new list on screen, and what the window meets meanwhile."""
    browser = window.page(0).browser
    bar = browser.filter_bar

    def by(words: str) -> Callable[[], object]:
        return lambda: bar.sort.setCurrentIndex(bar.sort.findText(words))

    def search(words: str) -> Callable[[], object]:
        return lambda: bar.search.setText(words)

    steps: dict[str, Callable[[], object]] = {
        "largest file first": by("Largest file first"),
        "by class": by("By class"),
        "shuffled": by("Shuffled"),
        "by name again": by("By name"),
        "text in the name that 1 in 10 has": search("class 3"),
        "no text again": search(""),
        "one class": lambda: browser.classes.list.choose([window.session.overview.classes[0].id]),
        "all classes again": lambda: browser.classes.list.choose([]),
        "headings by class": lambda: bar.view.choose_group("class"),
        "headings by folder": lambda: bar.view.choose_group("folder"),
        "no headings": lambda: bar.view.choose_group(""),
    }
    figures = {}
    for name, step in steps.items():
        lists: list[bool] = []
        browser.images.reset.connect(lists.append)
        beat = Heartbeat()
        with beat:
            start = time.perf_counter()
            step()
            until(lambda lists=lists: True in lists, name)  # False: the same list, which a check reads again
            took = time.perf_counter() - start
            figures[f"{name}: new list / delay (99 % / worst)"] = f"{took:.2f} s / {beat.words()}"
        browser.images.reset.disconnect(lists.append)
    return figures


def selecting(window: Any) -> dict[str, str]:
    """Select all, all and one less, change the size, go to the end: the time that the window's thread is busy."""
    grid, slider = grid_of(window), window.page(0).browser.size_slider
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    sizes = iter((200, 90, 400, 64, 144))
    steps: dict[str, Callable[[], object]] = {
        "select all": lambda: QTest.keyClick(grid, Qt.Key.Key_A, control),
        "to the first": lambda: QTest.keyClick(grid, Qt.Key.Key_Home),
        "select to the end": lambda: QTest.keyClick(grid, Qt.Key.Key_End, shift),
        "size of the pictures": lambda: slider.setValue(next(sizes)),
        "back to the first": lambda: QTest.keyClick(grid, Qt.Key.Key_Home),
    }
    figures = {}
    for name, step in steps.items():
        times = []
        for _ in range(5):
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
            rest(time.perf_counter() + 0.05)
        figures[f"{name} (median / 99 % / worst)"] = milliseconds(times)
    return figures


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
        **of_all(window, grid),
    }


def of_all(window: Any, grid: Any) -> dict[str, str]:
    """One key on every image there is, and the way back."""
    beat = Heartbeat()
    with beat:
        saved, painted = pressed(window, grid, "1", range(grid.count()), seconds=HOUR)
        words = beat.words()
    start = time.perf_counter()
    edits: list[Any] = []
    window.session.images_changed.connect(edits.append)
    with beat:
        window.undo.trigger()
        until(lambda: bool(edits), "undo of all", HOUR)
        back = f"{time.perf_counter() - start:.2f} s / {beat.words()}"
    return {
        "label key on all images to saved / painted": f"{saved:.2f} / {painted:.2f} s",
        "delay of the window meanwhile, all images (99 % / worst)": words,
        "undone for all images / delay (99 % / worst)": back,
    }


def pressed(window: Any, grid: Any, key: str, rows: Any, seconds: float = 60) -> tuple[float, float]:
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
    try:
        until(lambda: "painted" in times, f"the label of key {key}", seconds)
    except SystemExit as why:
        raise SystemExit(f"{why} {whereabouts(window, grid, rows, times)}") from None
    window.session.images_changed.disconnect(saved)
    images.rows_changed.disconnect(read_again)
    painted.deleteLater()
    return times["saved"], times["painted"]


def whereabouts(window: Any, grid: Any, rows: Any, times: dict[str, float]) -> str:
    """What a press met that was not seen to its end: the key, the saving or the painting was lost."""
    record = window.page(0).browser.images.record(rows[0])
    label = window.session.class_of(record.class_id) if record is not None else None
    return (
        f"Row {rows[0]:,}: {', '.join(times) or 'not saved'}; selected {grid.selected().ranges}, on screen "
        f"{grid.visible_indices()}, labelled {label.name if label else 'nothing'}; keyboard at "
        f"{QApplication.focusWidget()} of {QApplication.activeWindow()}; said: {window.toast.text()!r}; "
        f"undo: {window.session.overview.undo_name!r}."
    )


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
