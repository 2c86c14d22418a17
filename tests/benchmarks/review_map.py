"""The map of Review: `python -m tests.benchmarks.review_map`. How long a frame takes while 50,000 points are moved.

Offscreen, at 760 x 640 and at twice as many pixels each way; a frame is one repaint, from the move to the last pixel.
"""

from __future__ import annotations

import argparse
import os
import time

from tests.benchmarks.measure import milliseconds, print_report, workspace

FRAMES = 200


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=50_000)
    points = options.parse_args().points
    with workspace():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        rows = measured(points)
    print_report("uv run python -m tests.benchmarks.review_map", rows, (f"{points:,} points", "median / 99 % / worst"))


def measured(points: int) -> list[tuple[str, str]]:
    import numpy as np
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from gui.review.map import scatter
    from gui.review.map.view import MapView

    _app = QApplication([])
    random = np.random.default_rng(0)
    centres = random.random((40, 2))
    places = (centres[random.integers(0, 40, points)] + random.normal(0, 0.03, (points, 2))).clip(0, 1)
    view = MapView()
    view.resize(760, 640)
    view.show_points(*places.T)
    view.show_looks(
        random.integers(0, len(scatter.SIGNS), points).astype(np.int8),
        (0xFF000000 | random.integers(0, 1 << 24, points)).astype(np.uint32),
    )
    rows = []
    for ratio in (1, 2):
        screen = QImage(760 * ratio, 640 * ratio, QImage.Format.Format_RGB32)
        screen.setDevicePixelRatio(ratio)
        for name, step in (
            ("moved", lambda i: view.pan(3 if i % 80 < 40 else -3, 2)),
            ("enlarged", lambda i: view.enlarge(1.05 if i % 40 < 20 else 1 / 1.05, QPointF(300, 200))),
        ):
            view.fit()
            what = f"{name}, {ratio} pixel(s) a point of the screen"
            wall, own = frames(view, screen, step)
            rows += [(what, milliseconds(wall)), (f"{what}: time of the processor alone", milliseconds(own))]
    view.fit()
    hovering = []
    for i in range(FRAMES):
        start = time.perf_counter()
        scatter.nearest(view.places(), 3.0 * i, 2.0 * i, 10)
        hovering.append(time.perf_counter() - start)
    rows.append(("finding the point under the mouse", milliseconds(hovering)))
    start = time.perf_counter()
    inside = view._inside([QPointF(100, 100), QPointF(600, 120), QPointF(400, 600)])
    rows.append((f"lasso around {int(inside.sum()):,} points", f"{1000 * (time.perf_counter() - start):.1f} ms"))
    return rows


def frames(view: object, screen: object, step: object) -> tuple[list[float], list[float]]:
    """Of each frame the time that passed, and that of the processor: what is left when nothing else runs beside it."""
    wall, own = [], []
    for i in range(FRAMES):
        start, used = time.perf_counter(), time.thread_time()
        step(i)  # type: ignore[operator]
        view.render(screen)  # type: ignore[attr-defined]
        wall.append(time.perf_counter() - start)
        own.append(time.thread_time() - used)
    return wall, own


if __name__ == "__main__":
    main()
