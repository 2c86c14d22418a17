"""Runs the window as `main.py` does and drives it from inside its event loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from tests.benchmarks.measure import percentile

if TYPE_CHECKING:
    from gui.widgets.grid.thumbnail_grid import ThumbnailGrid

BEAT = 0.005


def drive(arguments: list[str], script: Callable[[QMainWindow], None]) -> None:
    """Run `main.py` with `arguments`; once the window was painted and its event loop is idle, run `script(window)`."""
    import main as entry

    run_loop = QApplication.exec
    failure: list[BaseException] = []

    def exec_with_script(*_: object) -> int:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        window = next(w for w in application.topLevelWidgets() if isinstance(w, QMainWindow))

        def begin() -> None:
            try:
                script(window)
            except BaseException as error:
                failure.append(error)
            application.exit()  # `quit` asks the windows, and they a person

        watch = Painted(window, lambda: QTimer.singleShot(0, begin))  # after all that was queued before the paint
        status = run_loop()
        watch.deleteLater()
        return status

    QApplication.exec = exec_with_script  # type: ignore[method-assign]
    try:
        entry.main(arguments)
    finally:
        QApplication.exec = run_loop  # type: ignore[method-assign]
    if failure:
        raise failure[0]


class Painted(QObject):
    """Calls `then` at the next paint of a widget, once for each time it is armed."""

    def __init__(self, widget: QObject, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then = then
        self.armed = True
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if self.armed and event.type() == QEvent.Type.Paint:
            self.armed = False
            self._then()
        return False


class Heartbeat(QObject):
    """How late a timer of 5 ms fires while it is started, in seconds: the delay that a key or a click would meet."""

    def __init__(self) -> None:
        super().__init__()
        self.delays: list[float] = []
        self.work: list[
            float
        ] = []  # what this thread itself computed between two beats, whatever else the machine does
        self._timer = QTimer(self, interval=round(1000 * BEAT), timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Heartbeat:
        self.delays, self.work = [], []
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.delays.append(max(0.0, now - self._last - BEAT))
        self._last = now
        worked = time.thread_time()
        self.work.append(worked - self._worked)
        self._worked = worked

    def words(self) -> str:
        self._beat()
        return f"{1000 * percentile(self.delays, 99):.0f} / {1000 * max(self.delays):.0f} ms"

    def work_words(self) -> str:
        return f"{1000 * percentile(self.work, 99):.1f} / {1000 * max(self.work):.1f} ms"


def until(condition: Callable[[], bool], what: str, seconds: float = 300) -> float:
    """Run the event loop until `condition` holds; how long that took. `what` is for the message when it never does."""
    loop = QEventLoop()
    timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
    start = time.perf_counter()

    def look() -> None:
        if condition() or time.perf_counter() - start > seconds:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    if not condition():
        loop.exec()
    if not condition():
        raise SystemExit(f"{what}: not within {seconds:.0f} s.")
    return time.perf_counter() - start


class Pictures:
    """Tells whether the pictures of all cells on screen have been made since this was created."""

    def __init__(self, window: QMainWindow) -> None:
        from gui.widgets.grid.thumbnail_loader import ThumbnailLoader

        self.grid = grid_of(window)
        self._made = 0
        loader = self.grid.findChild(ThumbnailLoader)
        assert loader is not None
        loader.loaded.connect(self._count)

    def _count(self) -> None:
        self._made += 1

    def complete(self) -> bool:
        return self.grid.count() > 0 and self._made >= len(self.grid.visible_indices())


def grid_of(window: QMainWindow) -> ThumbnailGrid:
    """The grid of the Library page."""
    from gui.widgets.grid.thumbnail_grid import ThumbnailGrid

    grid = window.findChild(ThumbnailGrid, "grid")
    assert grid is not None
    return grid
