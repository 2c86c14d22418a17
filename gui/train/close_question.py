"""The one question of a window that is closed while it trains: what is kept of the training is said."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from engine.events import EpochEnded, Event
from gui import theme
from gui.train.training import Training
from gui.widgets import wording
from gui.widgets.controls import dialog_button
from gui.widgets.labels import text
from gui.widgets.layouts import aligned, column, fill, row, stretch


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
        self.words = text("", wrap=True)
        self.now = dialog_button(self.tr("Close anyway"), "close_anyway_button", self._on_now)
        self.now.setProperty("kind", "danger")
        self.later = dialog_button(self._later_words(), "close_later_button", self._on_later)
        self.stay = dialog_button(self.tr("Keep training"), "keep_training_button", self.reject)
        self.stay.setProperty("kind", "primary")
        self.stay.setDefault(True)
        gap = theme.current()
        top = row(aligned(sign, Qt.AlignmentFlag.AlignTop), fill(self.words), spacing=gap.L)
        buttons = row(self.now, stretch(), self.later, self.stay, spacing=gap.S)
        column(top, buttons, on=self, margins=(gap.XL, gap.XL, gap.XL, gap.L), spacing=gap.L)
        self.setMinimumWidth(480)
        self._show_words()
        training.happened.connect(self._on_event)
        training.ended.connect(self._on_ended)

    def _show_words(self) -> None:
        """Say what is kept if the window closes now."""
        training, live = self._training, self._training.live
        if live is None or self._waits:
            return
        name, done = wording.recipe(live.recipe), training.complete_epochs
        if live.better is not None:
            words = self.tr(
                "A model is there already: “{0}”. If the window closes now, it stays, and “{1}”, which is still in "
                "training and may become better, ends."
            ).format(wording.recipe(live.better.recipe), name)
        elif live.fold > 1:
            words = self.tr(
                "“{0}” is at fold {1} of {2}. If the window closes now, the training ends. What is complete is kept, "
                "and the same training goes on from there."
            ).format(name, live.fold, live.folds)
        elif training.ends_by_itself:
            words = self.tr(
                "“{0}” has trained all its epochs and is saving its model. If the window closes now, its epochs are "
                "kept, and the run can be resumed to have its model saved."
            ).format(name)
        elif done:
            words = self.tr(
                "“{0}” is at epoch {1} of {2}. If the window closes now, the training ends. What is complete ({3}) is "
                "kept, and the run can be resumed."
            ).format(name, min(live.epoch, live.planned), live.planned, wording.epochs(done))
        else:
            words = self.tr(
                "“{0}” has not completed its first epoch. If the window closes now, nothing of this training is kept."
            ).format(name)
        self.words.setText(words)
        self.later.setText(self._later_words())

    def _later_words(self) -> str:
        return (
            self.tr("Close when it has ended") if self._training.ends_by_itself else self.tr("Close after this epoch")
        )

    def _on_now(self) -> None:
        self.accept()
        self.sure.emit()

    def _on_later(self) -> None:
        self._waits = True
        if self._training.paused:
            self._training.go_on()
        self.later.hide()
        waits = self.tr("The window closes by itself as soon as this epoch is complete and kept.")
        if self._training.ends_by_itself:
            waits = self.tr("The window closes by itself as soon as the model is saved.")
        self.words.setText(waits)

    def _on_event(self, event: Event, _line: str | None) -> None:
        if not isinstance(event, EpochEnded):
            return
        if self._waits:
            self._on_now()
        else:
            self._show_words()

    def _on_ended(self) -> None:
        """Nothing would be cut off any more: the question is none, or its answer was to wait for this."""
        if self._waits:
            self._on_now()
        else:
            self.reject()
