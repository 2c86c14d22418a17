"""The jobs area: every long job that runs or waits, wherever it was begun: how far it is, the time left, Cancel."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from gui import theme
from gui.jobs import HowFar, JobHandle, JobRunner
from gui.widgets import wording
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, holder, row
from gui.widgets.progress_bar import ProgressBar

SHORT_MS = 400  # a job that ends sooner is not shown: its line would only flicker
EVERY_MS = 250
MOST = 3  # lines
BAR = 160  # px


class JobRow(QWidget):
    """One job in one line."""

    def __init__(self, handle: JobHandle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.handle = handle
        self.words = elided("")
        self.bar = ProgressBar(self.tr("Progress"))
        self.bar.setFixedWidth(BAR)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setObjectName("cancel_job_button")
        self.cancel.setProperty("kind", "link")
        self.cancel.setAccessibleName(self.tr("Cancel: {0}").format(handle.words))
        self.cancel.clicked.connect(handle.cancel)
        row(fill(self.words), self.bar, self.cancel, on=self, spacing=theme.current().M)
        self.follow()

    def follow(self) -> None:
        """Say how far it is."""
        handle = self.handle
        far = handle.tells() if handle.tells is not None else self._far(handle)
        if handle.waits:
            far = HowFar(self.tr("waits for the one before it"), 0.0)
        elif handle.is_stopping:
            far = HowFar(self.tr("stopping…"))
        elif handle.paused:
            far = HowFar(self.tr("{0}, paused").format(far.words) if far.words else self.tr("paused"), far.share)
        parts = [handle.words, far.words, wording.time_left(far.seconds_left)]
        self.words.setText("  ·  ".join(part for part in parts if part))
        self.bar.setRange(0, 0 if far.share is None else 1000)
        if far.share is not None:
            self.bar.setValue(round(1000 * far.share))
        self.cancel.setEnabled(not handle.is_stopping)

    def _far(self, handle: JobHandle) -> HowFar:
        measured = handle.measured
        progress = measured.progress
        if progress is None or not progress.done:
            return HowFar()
        done = wording.number(progress.done)
        if progress.total:
            done = self.tr("{0} of {1}").format(done, wording.number(progress.total))
        return HowFar(done, measured.share, measured.seconds_left)


class JobsArea(QFrame):
    """Takes no space while there is nothing to tell."""

    def __init__(self, jobs: JobRunner) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.setObjectName("jobs_area")
        self.setAccessibleName(self.tr("What is being done"))
        self._jobs = jobs
        self.rows: list[JobRow] = []
        gap = theme.current()
        self._lines = column(spacing=0)
        self.more = text("", "muted")
        column(holder(self._lines), self.more, on=self, margins=(gap.L, gap.XS, gap.M, gap.XS), spacing=0)
        self._clock = QTimer(self, interval=EVERY_MS)
        self._clock.timeout.connect(self._follow)
        self._soon = QTimer(self, singleShot=True, interval=SHORT_MS)
        self._soon.timeout.connect(self._list)
        jobs.listed_changed.connect(self._on_change)
        self.hide()

    def _on_change(self) -> None:
        """Take away at once what has ended; show later what has begun."""
        running = self._jobs.listed
        if any(r.handle not in running for r in self.rows):
            self._list(known={r.handle for r in self.rows})
        self._soon.start()

    def _list(self, known: set[JobHandle] | None = None) -> None:
        handles = [handle for handle in self._jobs.listed if known is None or handle in known]
        kept = {line.handle: line for line in self.rows}
        for handle, old in kept.items():
            if handle not in handles[:MOST]:
                self._lines.removeWidget(old)
                old.hide()
                old.deleteLater()
        self.rows = [kept.get(handle) or self._begin(handle) for handle in handles[:MOST]]
        for place, line in enumerate(self.rows):
            self._lines.insertWidget(place, line)
        more = len(handles) - len(self.rows)
        self.more.setText(self.tr("{0} more").format(wording.number(more)) if more else "")
        self.more.setVisible(more > 0)
        self.setVisible(bool(handles))
        if handles:
            self._clock.start()
        else:
            self._clock.stop()

    def _begin(self, handle: JobHandle) -> JobRow:
        line = JobRow(handle, self)
        handle.cancel_asked.connect(partial(self._on_cancel, line))
        return line

    def _on_cancel(self, line: JobRow) -> None:
        if line in self.rows:
            line.follow()

    def _follow(self) -> None:
        for line in self.rows:
            line.follow()
