"""The Review page with very many predictions and classes: `python -m tests.benchmarks.review_window`.

A project of tiny pictures, all in the test split, and a run whose predictions are drawn at random: every fifth is a
mistake. The window is the real one, offscreen, in a process of its own. Delays are those of a timer that should fire
every 5 ms: what a key or a click would meet. "Work" is the processor time that the window's thread spent between two
beats of that timer: the longest piece of work in it, whatever else the machine has to do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import memory, milliseconds, print_report, probe, workspace

COMMAND = "uv run python -m tests.benchmarks.review_window"
FRAMES, FRAME, KEYS, CELLS = 120, 1 / 60, 30, 30
REVIEW = 2


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--images", type=int, default=100_000)
    options.add_argument("--classes", type=int, default=1000)
    options.add_argument("--project", help="measure with this one: the process of the window")
    chosen = options.parse_args()
    if chosen.project:
        measure(chosen.project)
        return
    with workspace() as folder:
        project = make(folder, chosen.images, chosen.classes)
        figures = probe("-m", "tests.benchmarks.review_window", "--project", str(project))
        figures = {name: value for name, value in figures.items() if isinstance(value, str)}
        what = f"{chosen.images:,} predictions, {chosen.classes:,} classes"
        print_report(COMMAND, list(figures.items()), (what, "figure"))


def make(folder: Path, images: int, classes: int) -> Path:
    """The project, with a finished run. A picture of each class is imported; the others are the same by another name,
    since how long an import takes is measured elsewhere."""
    from PIL import Image

    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources
    from tests.benchmarks.material import fashion

    _, pixels, _ = fashion(classes)
    for number in range(classes):
        file = folder / "pictures" / f"class {number:04d}" / "0.png"
        file.parent.mkdir(parents=True)
        Image.fromarray(pixels[number % len(pixels)]).save(file)
    project = folder / "many.pigeonhole"
    params = ImportParams(str(project), (str(folder / "pictures"),), split="test")
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    grow(project, folder / "pictures", images // classes)
    write_run(project, classes)
    return project


def grow(project: Path, pictures: Path, times: int) -> None:
    """So many images for each that there is."""
    from engine.library.project import Project

    same = "source_id, class_id, split, state, width, height, size_bytes, modified_ns, import_id"
    with Project.open(project) as opened, opened.store.write() as db:
        for number in range(1, times):
            new = f"replace(path, '0.png', '{number}.png'), replace(sort_key, '0.png', '{number}.png')"
            db.execute(
                f"INSERT INTO images (path, sort_key, {same}) SELECT {new}, {same} FROM images WHERE id <= ?",
                (len(list(pictures.iterdir())),),
            )
    for folder in pictures.iterdir():
        for number in range(1, times):
            os.link(folder / "0.png", folder / f"{number}.png")


def write_run(project: Path, classes: int) -> None:
    import numpy as np

    from engine.library import query
    from engine.library.project import Project
    from engine.models.predictions import Predictions
    from engine.training.options import TrainOptions, to_dict

    run = project / "runs" / "20260102-030405-photo-cnn"
    run.mkdir(parents=True)
    with Project.open(project, read_only=True) as opened:
        known = query.classes(opened)
        images = query.labelled_images(opened)
    place = {c.id: i for i, c in enumerate(known)}
    labels = np.array([place[i.class_id or 0] for i in images])
    random = np.random.default_rng(1)
    n = len(labels)
    wrong = random.random(n) < 0.2
    near = (labels + random.choice([1, 2, 3, 40, 500], n, p=[0.5, 0.2, 0.1, 0.1, 0.1])) % classes
    top = random.uniform(0.4, 0.95, n).astype(np.float32)
    shares = np.tile(((1 - top) * 0.2 / classes)[:, None], (1, classes))
    rows = np.arange(n)
    shares[rows, np.where(wrong, near, labels)] += top
    shares[rows, np.where(wrong, labels, near)] += (1 - top) * 0.8
    Predictions(
        np.array([i.id for i in images]),
        np.full(n, "test"),
        labels,
        shares.astype(np.float32),
        tuple(c.name for c in known),
        tuple(c.id for c in known),
    ).save(run / "predictions.npz")
    (run / "model.onnx").touch()
    record = {
        "format_version": 1,
        "recipe": "photo-cnn",
        "state": "finished",
        "created": "2026-01-02T03:04:05+00:00",
        "options": to_dict(TrainOptions()),
        "epochs": 1,
        "best_epoch": 1,
        "validation_accuracy": 0.8,
        "validation_loss": 0.4,
        "seconds": 1.0,
        "images_per_second": 1000.0,
        "classes": [{"name": c.name, "id": c.id} for c in known],
        "error": None,
    }
    (run / "run.json").write_text(json.dumps(record), "utf-8")


def measure(project: str) -> None:
    from tests.benchmarks.window import drive, until

    figures: dict[str, Any] = {}

    def script(window: Any) -> None:
        until(lambda: bool(window.session.runs()), "the runs")
        until(lambda: window.session.overview.summary is not None, "the counts")
        for part in (showing, matrix, scrolling, deciding, scores):
            found = part(window)
            print("\n".join(f"{name}: {value}" for name, value in found.items()), file=sys.stderr, flush=True)
            figures.update(found)
        figures["memory now / at its peak"] = "{:.0f} / {:.0f} MB".format(*memory())

    drive([project], script)
    print(json.dumps(figures), flush=True)


class Beat:
    """Delays of the window, and the work of its thread, while it is entered."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        from tests.benchmarks.window import Heartbeat

        self._beat = Heartbeat()
        self._work: list[float] = []
        self._timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> Beat:
        self._work, self._last = [], time.thread_time()
        self._beat.__enter__()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        self._beat.__exit__()

    def _tick(self) -> None:
        now = time.thread_time()
        self._work.append(now - self._last)
        self._last = now

    def words(self) -> str:
        self._tick()
        return f"{self._beat.words()}; work {1000 * max(self._work):.0f} ms"


def rest(seconds: float) -> None:
    from tests.benchmarks.window import until

    end = time.perf_counter() + seconds
    until(lambda: time.perf_counter() >= end, "the time to come")


def painted(widget: Any, act: Any, ready: Any) -> tuple[float, float]:
    """Seconds from `act()` until the first paint of `widget` after which `ready()` holds, and those that this thread
    worked meanwhile."""
    from tests.benchmarks.window import Painted, until

    done: list[tuple[float, float]] = []

    def seen() -> None:
        if ready():
            done.append((time.perf_counter(), time.thread_time()))
        else:
            watch.armed = True

    watch = Painted(widget, seen)
    start, work = time.perf_counter(), time.thread_time()
    act()
    until(lambda: bool(done), "painted", 300)
    watch.deleteLater()
    return done[0][0] - start, done[0][1] - work


def showing(window: Any) -> dict[str, str]:
    """From the click on Review to the matrix and the first pictures, with the predictions read meanwhile."""
    from tests.benchmarks.window import until

    beat = Beat()
    start, work = time.perf_counter(), time.thread_time()
    page = window.show_page(REVIEW)
    made = time.perf_counter() - start, time.thread_time() - work
    with beat:
        until(lambda: page.reviewed is not None, "the predictions")
        gallery = page.mistakes.gallery
        until(lambda: gallery.record(0) is not None, "the first pictures")
        spent = time.perf_counter() - start
        rest(0.5)
        words = beat.words()
    return {
        "the page made, once, without its sections: time / work": f"{made[0]:.2f} / {made[1]:.2f} s",
        "Review pressed to matrix and gallery, everything read": f"{spent:.2f} s",
        "delay of the window meanwhile (99 % / worst; most work)": words,
    }


def matrix(window: Any) -> dict[str, str]:
    from PySide6.QtTest import QTest

    from tests.benchmarks.window import until

    page = window.page(REVIEW)
    view, panel, gallery = page.mistakes.confusion, page.mistakes.matrix, page.mistakes.gallery
    n = len(page.reviewed.classes)
    repaints = []
    for number in range(CELLS):
        view.current = (number, number)
        repaints.append(_repainted(view.viewport()))
    beat, clicks = Beat(), []
    with beat:
        for number in range(CELLS):
            area = ((number % n,), ((number + 1) % n,))
            start = time.perf_counter()
            view.select(area)
            _repainted(gallery.grid.viewport())
            clicks.append(time.perf_counter() - start)
            rest(0.03)
        view.select(None)
        delays = beat.words()
    orders = {}
    for index, name in ((1, "similar together"), (2, "most errors first"), (0, "as given")):
        before = view.order
        with beat:
            start = time.perf_counter()
            panel.order.setCurrentIndex(index)
            until(lambda before=before: view.order != before, name)
            _repainted(view.viewport())
            orders[f"matrix in the order {name!r}"] = f"{time.perf_counter() - start:.2f} s"
            rest(0.1)
            orders[f"delay of the window meanwhile, {name!r} (99 % / worst; most work)"] = beat.words()
    zooms = []
    for _ in range(20):
        start = time.perf_counter()
        view.zoom_in()
        _repainted(view.viewport())
        zooms.append(time.perf_counter() - start)
    view.fit()
    QTest.qWait(1)
    return {
        "matrix painted once (median / 99 % / worst)": milliseconds(repaints),
        "cell chosen to gallery painted (median / 99 % / worst)": milliseconds(clicks),
        "delay of the window meanwhile, choosing cells (99 % / worst; most work)": delays,
        **orders,
        "matrix one zoom larger, painted (median / 99 % / worst)": milliseconds(zooms),
    }


def _repainted(widget: Any) -> float:
    start = time.perf_counter()
    widget.repaint()
    return time.perf_counter() - start


def scrolling(window: Any) -> dict[str, str]:
    """As `library_window`: a frame is the step and everything that waits in the event loop."""
    from PySide6.QtWidgets import QApplication

    bar = window.page(REVIEW).mistakes.gallery.grid.verticalScrollBar()
    figures = {}
    for name, step in (("a third of a row a frame", bar.singleStep()), ("a page a frame", bar.pageStep())):
        frames, works = [], []
        bar.setValue(0)
        for number in range(FRAMES):
            start, work = time.perf_counter(), time.thread_time()
            bar.setValue((number * step) % max(1, bar.maximum()))
            QApplication.processEvents()
            frames.append(time.perf_counter() - start)
            works.append(time.thread_time() - work)
            rest(max(0.0, FRAME - (time.perf_counter() - start)))
        figures[f"gallery, frames, {name} (median / 99 % / worst)"] = milliseconds(frames)
        figures[f"gallery, work in frames, {name} (median / 99 % / worst)"] = milliseconds(works)
    bar.setValue(0)
    return figures


def deciding(window: Any) -> dict[str, str]:
    """Each key on the current mistake; painted is when the image is gone, or has its sign."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    gallery = window.page(REVIEW).mistakes.gallery
    grid, figures = gallery.grid, {}
    for name, key in (("take prediction", "T"), ("keep label", "K"), ("exclude", "X")):
        times, beat = [], Beat()
        with beat:
            for _ in range(KEYS):
                grid.setFocus()
                grid.set_current(0)
                rest(0.03)
                image_id = gallery.ids[0]
                press = lambda key=key: QTest.keyClick(grid, Qt.Key(ord(key)))  # noqa: E731
                times.append(painted(grid.viewport(), press, lambda i=image_id: gallery.ids[0] != i))
            delays = beat.words()
        seconds, works = zip(*times, strict=True)
        figures[f"key of {name!r} to saved and painted (median / 99 % / worst)"] = milliseconds(seconds)
        figures[f"work until then, {name!r} (median / 99 % / worst)"] = milliseconds(works)
        figures[f"delay of the window meanwhile, {name!r} (99 % / worst; most work)"] = delays
    return figures


def scores(window: Any) -> dict[str, str]:
    from tests.benchmarks.window import until

    page = window.page(REVIEW)
    section, beat = page.sections.all[1].made(), Beat()
    with beat:
        start = time.perf_counter()
        page.sections.tabs.setCurrentIndex(1)
        _repainted(section)
        shown = time.perf_counter() - start
        until(lambda: section.top.value.text() != "–", "the intervals")
        counted = time.perf_counter() - start
        rest(0.1)
        delays = beat.words()
    return {
        "Scores pressed to shown / with intervals and top-k": f"{shown:.2f} / {counted:.1f} s",
        "delay of the window meanwhile, scores (99 % / worst; most work)": delays,
    }


if __name__ == "__main__":
    main()
