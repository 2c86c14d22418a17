"""The training that runs, in one line, while something else is looked at; a click leads back to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from gui import theme
from gui.train.training import Training
from gui.widgets import wording
from gui.widgets.labels import elided
from gui.widgets.layouts import fill, row


class ProgressLine(QFrame):
    """Hidden while nothing is trained, and while that is what is looked at."""

    asked = Signal()  # to see it

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "well")
        self._training = training
        self._in_sight = False
        self.words = elided("", mode=Qt.TextElideMode.ElideMiddle)  # a long name of a project hides no time left
        self.show_it = QPushButton(self.tr("Show it"))
        self.show_it.setObjectName("show_training_button")
        self.show_it.setProperty("kind", "link")
        self.show_it.setAccessibleName(self.tr("Show the training that runs"))
        self.show_it.setToolTip(self.tr("Show the training that runs"))
        self.show_it.clicked.connect(self.asked)
        gap = theme.current()
        row(fill(self.words), self.show_it, on=self, margins=(gap.M, gap.XS, gap.S, gap.XS))
        for signal in (training.begun, training.renewed, training.changed):
            signal.connect(self.follow)
        self.hide()

    def look_at(self, *, live: bool) -> None:
        """What is looked at is the training itself, or something else."""
        self._in_sight = live
        self.follow()

    def follow(self) -> None:
        """Say how far it is."""
        training, live = self._training, self._training.live
        self.setVisible(live is not None and not self._in_sight)
        if live is None or self._in_sight:
            return
        name = wording.recipe(live.recipe)
        head = self.tr("{0} is in training").format(name)
        if training.elsewhere:
            head = self.tr("{0} is in training in the project “{1}”").format(name, training.elsewhere)
        fold = self.tr("Fold {0} of {1}").format(live.fold, live.folds) if live.folds else ""
        epoch = self.tr("Epoch {0} of {1}").format(min(live.epoch, live.planned), live.planned)
        state = self.tr("stopping…") if live.stopping else self.tr("paused") if live.paused else ""
        far = [fold, epoch] if live.started is not None else [self.tr("preparing")]
        parts = ["●", head, *far, state, wording.time_left(live.seconds_left)]
        self.words.setText(parts[0] + " " + "  ·  ".join(part for part in parts[1:] if part))
