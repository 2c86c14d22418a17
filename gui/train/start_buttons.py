"""Start; or, while a training runs, Pause and Stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gui import theme


class StartButtons(QWidget):
    pause_asked = Signal(bool)  # True: pause; False: go on

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = self._paused = False
        self._shown: object = None
        self.start = QPushButton(self.tr("Start training"))
        self.start.setObjectName("start_button")
        self.start.setProperty("kind", "primary")
        self.start.setAccessibleName(self.tr("Start training"))
        self.pause = QPushButton()
        self.pause.setObjectName("pause_button")
        self.stop = QPushButton()
        self.stop.setObjectName("stop_button")
        self.stop.setAccessibleName(self.tr("Stop training"))
        self.stop.setToolTip(self.tr("Ends at once; the best epoch so far is kept.  (Ctrl+.)"))
        theme.set_icon(self.start, "play", "on_accent")
        theme.set_icon(self.stop, "stop")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().S)
        for button in (self.start, self.pause, self.stop):
            row.addWidget(button, 1)
        self.pause.clicked.connect(lambda: self.pause_asked.emit(not self._paused))
        self.show_training(running=False)
        self.show_ready(False, "")

    def show_training(self, *, running: bool, paused: bool = False, stopping: bool = False) -> None:
        """Called once a second: what is the same already costs nothing."""
        if (running, paused, stopping) == self._shown:
            return
        self._shown = running, paused, stopping
        self._running, self._paused = running, paused
        self.start.setVisible(not running)
        self.pause.setVisible(running)
        self.stop.setVisible(running)
        self.pause.setEnabled(running and not stopping)
        self.stop.setEnabled(running and not stopping)
        self.pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setAccessibleName(self.tr("Go on training") if paused else self.tr("Pause training"))
        tip = (
            self.tr("Goes on with the next batch.  (Ctrl+P)")
            if paused
            else self.tr("Waits after this batch, and keeps it in memory.  (Ctrl+P)")
        )
        self.pause.setToolTip(tip)
        theme.set_icon(self.pause, "play" if paused else "pause")
        self.stop.setText(self.tr("Stopping…") if stopping else self.tr("Stop"))

    def show_ready(self, can_train: bool, why_not: str) -> None:
        self.start.setEnabled(can_train and not self._running)
        self.start.setToolTip(self.tr("Start training  (Ctrl+Return)") if can_train else why_not)
