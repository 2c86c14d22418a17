"""The window with many results: `python -m tests.benchmarks.classify_window [--images 100000]`.

A real batch runs in its child process while the page shows what comes; then results are filtered, sorted, corrected,
opened again. Delays are those of a timer that should fire every 5 ms; beside them the longest stretch in which the
window's thread itself was busy (processor time, so other processes do not count), which is what a slot costs.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

from tests.benchmarks.measure import memory, print_report, probe, workspace
from tests.benchmarks.window import Heartbeat, drive, until

CORRECTED = 10_000


class Busy(QObject):
    """The longest processor time that this thread has used between two turns of its event loop, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=0, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)

    def __enter__(self) -> Busy:
        self.worst, self._last = 0.0, time.thread_time()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._turn()
        self._timer.stop()

    def _turn(self) -> None:
        now = time.thread_time()
        self.worst = max(self.worst, now - self._last)
        self._last = now


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--images", type=int, default=100_000)
    options.add_argument("--probe", nargs=2, metavar=("PICTURES", "MODEL"), help="in a process of its own")
    chosen = options.parse_args()
    if chosen.probe:
        measured(*map(Path, chosen.probe))
        return
    from tests.benchmarks.material import tiny_pictures
    from tests.engine.conftest import _write_model

    with workspace() as folder:
        pictures = tiny_pictures(folder / "pictures", chosen.images)
        model = _write_model(folder / "model.onnx", tuple(f"class {n}" for n in range(10)), 28, "grey")
        figures = probe("-m", "tests.benchmarks.classify_window", "--probe", str(pictures), str(model))
    rows = [[name, str(figures[name])] for name in figures if name not in ("seconds", "cpu")]
    print_report("uv run python -m tests.benchmarks.classify_window", rows)


def measured(pictures: Path, model: Path) -> None:
    figures: dict[str, Any] = {}

    def script(window: Any) -> None:
        figures["memory of the window before"] = f"{memory()[0]:.0f} MB"
        page = window.show_page(3)
        figures.update(classifying(page, pictures, model))
        figures.update(looking(page))
        figures.update(opening(page))
        figures["memory of the window at the end / its peak"] = "{:.0f} / {:.0f} MB".format(*memory())

    drive([], script)
    print(json.dumps(figures), flush=True)


def timed(what: str, work: Callable[[], object], ready: Callable[[], bool]) -> dict[str, str]:
    """How long until `ready`, and how the window felt meanwhile."""
    beat, busy = Heartbeat(), Busy()
    with beat, busy:
        start = time.perf_counter()
        work()
        until(ready, what)
        took = time.perf_counter() - start
        until(lambda: time.perf_counter() > start + took + 0.05, "what was queued")
        delays = beat.words()
    return {what: f"{took:.2f} s; delay (99 % / worst) {delays}; busiest {1000 * busy.worst:.0f} ms"}


def classifying(page: Any, pictures: Path, model: Path) -> dict[str, str]:
    page.setup.models.box.add_file(model)
    page.set_sources([pictures])
    until(page.setup.classify_button.isEnabled, "the model is known")
    found: dict[str, float] = {}
    start = time.perf_counter()
    page.batch.reading.changed.connect(lambda: found.setdefault("first", time.perf_counter() - start))
    figures = timed(
        "classify all, with the grid live",
        page.setup.classify_button.click,
        lambda: "first" in found and not page.batch.running,
    )
    return {"images": f"{page.view.results.images:,}", "first rows": f"{found['first']:.2f} s", **figures}


def looking(page: Any) -> dict[str, str]:
    view, figures = page.view, {}
    total = len(view.results)
    changed: list[bool] = []
    view.shown.changed.connect(changed.append)

    def once(work: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            changed.clear()
            work()

        return run

    def is_changed() -> bool:
        return bool(changed)

    bars, bar = view.bars, view.confidence
    figures |= timed("filter by a class", once(lambda: bars.select(0)), is_changed)
    figures |= timed("all again", once(lambda: bars.select(None)), is_changed)
    figures |= timed("filter by confidence", once(lambda: bar.set_range(20, 90)), is_changed)
    figures |= timed("least sure first", once(lambda: view.order.setCurrentIndex(1)), is_changed)
    figures |= timed(
        "all, as they came", once(lambda: (bar.set_range(0, 100), view.order.setCurrentIndex(0))), is_changed
    )
    figures |= timed("another threshold", lambda: page.setup.options.threshold.setValue(80), lambda: True)
    rows = list(range(min(CORRECTED, total)))
    figures |= timed(f"correct {len(rows):,} images", lambda: view.correcting.call(rows, "class 3"), lambda: True)
    figures |= timed("show the corrected", once(lambda: view.kinds.button(2).click()), is_changed)
    figures |= timed("show all", once(lambda: view.kinds.button(0).click()), is_changed)
    scroll = page.view.grid.verticalScrollBar()
    steps = iter([n * scroll.maximum() // 60 for n in range(60)])

    def step() -> bool:
        place = next(steps, None)
        if place is not None:
            scroll.setValue(place)
        return place is None

    figures |= timed("scroll all over it, 60 steps", lambda: None, step)
    figures |= timed("the preview of sorting", page.output_bar.ask_sort, lambda: True)
    return figures


def opening(page: Any) -> dict[str, str]:
    kept = page.batch.saved
    total, labels = len(page.view.results), dict(page.view.results.labels)

    def ready() -> bool:
        results = page.batch.reading.results
        return results is not before and len(results) == total and len(results.labels) == len(labels)

    before = page.batch.reading.results
    return timed("open the results of an earlier day, with corrections", lambda: page.batch.open(kept), ready)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
