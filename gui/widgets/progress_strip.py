"""A long job in one line: what it does, how far it is, how fast, how long it still takes, and Stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from engine.events import Progress
from gui import theme
from gui.widgets import wording
from gui.widgets.layouts import column, fill, row, stretch
from gui.widgets.progress_bar import ProgressBar


class ProgressStrip(QFrame):
    """`show_progress` may be called as often as events come."""

    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.what = QLabel()
        self._figures = QLabel()
        self._figures.setProperty("role", "muted")
        self.bar = ProgressBar(self.tr("Progress"))
        self.stop_button = QPushButton(self.tr("Stop"))
        self.stop_button.setAccessibleName(self.tr("Stop"))
        self.stop_button.clicked.connect(self._stop)
        words = row(self.what, stretch(), self._figures)
        left = column(words, self.bar, spacing=6)
        row(
            fill(left), self.stop_button, on=self, margins=(theme.Theme.L, 10, theme.Theme.M, 10), spacing=theme.Theme.L
        )

    def start(self, what: str) -> None:
        self.what.setText(what)
        self._figures.setText("")
        self.bar.setRange(0, 0)
        self.stop_button.setEnabled(True)
        self.show()

    def show_progress(self, progress: Progress) -> None:
        if not self.stop_button.isEnabled():
            return
        done = wording.number(progress.done)
        if progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            done = self.tr("{0} of {1}").format(done, wording.number(progress.total))
        else:
            self.bar.setRange(0, 0)
        phase = wording.phase(progress.phase)
        self.what.setText(f"{phase} · {done}" if progress.done or progress.total else phase)
        parts = [wording.images_rate(progress.rate), wording.time_left(progress.seconds_left)]
        self._figures.setText(" · ".join(part for part in parts if part))
        self.bar.setAccessibleDescription(f"{self.what.text()} {self._figures.text()}")

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.what.setText(self.tr("Stopping…"))
        self._figures.setText("")
        self.stop_wanted.emit()
