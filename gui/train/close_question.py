"""The one question of a window that is closed: while a training would leave nothing behind."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.events import EpochEnded, Event
from gui import theme
from gui.train.training import Training
from gui.widgets import wording
from gui.widgets.parts import dialog_button, text


class CloseQuestion(QDialog):
    """Waits for the answer beside the window, while the training goes on. Esc keeps the window."""

    sure = Signal()  # the window may close

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert training.live is not None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("close_question")
        self.setWindowTitle(self.tr("Close the window?"))
        self._training, self._waits = training, False
        sign = QLabel()
        theme.set_icon(sign, "warning", "warning", 28)
        name = wording.recipe(training.live.recipe)
        lost = self.tr(
            "“{0}” has not completed its first epoch. If the window closes now, nothing of this training is kept."
        )
        self.words = text(lost.format(name), wrap=True)
        self.now = dialog_button(self.tr("Close anyway"), "close_anyway_button", self._on_now)
        self.now.setProperty("kind", "danger")
        self.later = dialog_button(self.tr("Close after this epoch"), "close_later_button", self._on_later)
        self.stay = dialog_button(self.tr("Keep training"), "keep_training_button", self.reject)
        self.stay.setProperty("kind", "primary")
        self.stay.setDefault(True)
        gap = theme.current()
        top = QHBoxLayout()
        top.setSpacing(gap.L)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(gap.S)
        buttons.addWidget(self.now)
        buttons.addStretch(1)
        buttons.addWidget(self.later)
        buttons.addWidget(self.stay)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap.XL, gap.XL, gap.XL, gap.L)
        column.setSpacing(gap.L)
        column.addLayout(top)
        column.addLayout(buttons)
        self.setMinimumWidth(480)
        training.happened.connect(self._on_event)
        training.ended.connect(self._on_ended)

    def _on_now(self) -> None:
        self.accept()
        self.sure.emit()

    def _on_later(self) -> None:
        self._waits = True
        if self._training.paused:
            self._training.go_on()
        self.later.hide()
        self.words.setText(self.tr("The window closes by itself as soon as the first epoch is complete and kept."))

    def _on_event(self, event: Event, _line: str | None) -> None:
        if isinstance(event, EpochEnded):
            self._answered()

    def _on_ended(self) -> None:
        self._answered()

    def _answered(self) -> None:
        """Nothing would be lost any more: the question is none, or its answer was to wait for this."""
        if self._waits:
            self._on_now()
        else:
            self.reject()
