"""What a person has set out to label, by the next step of Train or Review: how much of it is still to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QToolButton, QWidget

from gui import theme
from gui.session import Session
from gui.widgets import wording
from gui.widgets.labels import ElidedLabel
from gui.widgets.layouts import fill, row

if TYPE_CHECKING:
    from engine.review.assessment import NextStep


class GoalBar(QFrame):
    """Counts down as labels are given, up as they are undone, and leads to the training when all is done, which ends
    the goal; hidden while there is no goal.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._goal: NextStep | None = None
        self._before: int | None = None  # labels that there were, None until they are counted
        self.left = 0  # labels to be given
        self.setObjectName("goal_bar")
        self.setProperty("role", "well")
        self.words = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.train = QPushButton(self.tr("Train again"))
        self.train.setAccessibleName(self.train.text())
        self.train.setProperty("kind", "primary")
        self.train.clicked.connect(self._train)
        self.close_button = QToolButton()
        theme.set_icon(self.close_button, "close")
        self.close_button.setAccessibleName(self.tr("Forget what was to be labelled"))
        self.close_button.setToolTip(self.close_button.accessibleName())
        self.close_button.clicked.connect(self.forget)
        gap = theme.Theme
        row(fill(self.words), self.train, self.close_button, on=self, margins=(gap.M, 6, 6, 6), spacing=gap.S)
        session.project_changed.connect(self.forget)
        session.overview_changed.connect(self._show)
        self.hide()

    def begin(self, goal: NextStep) -> None:
        """Count from now on the labels that `goal` asks for."""
        self._goal, self._before, self.left = goal, None, goal.count
        self._show()

    def forget(self) -> None:
        """There is nothing that was to be labelled any more."""
        self._goal = self._before = None
        self.hide()

    def training_begun(self) -> None:
        """What was to be labelled is done where a training learns from it."""
        if self._goal is not None and self.left <= 0:
            self.forget()

    def _labels(self, goal: NextStep) -> int | None:
        """Return how many images of the class, or of all, have a label that somebody has looked at; None while they are
        counted.
        """
        if not self._session.overview.counted:
            return None
        counts = self._session.overview.counts
        return sum(c.labelled - c.accepted_unseen for c in counts if goal.class_id in (None, c.cls.id))

    def _show(self) -> None:
        goal = self._goal
        if goal is None:
            return
        now = self._labels(goal)
        if now is not None:
            self._before = now if self._before is None else self._before
            self.left = goal.count - max(now - self._before, 0)  # with fewer than before it is what was asked for
        count, name = goal.count, goal.class_name or ""
        if self.left <= 0:
            words = self.tr("Done: %Ln more label(s). Train again to see what they bring.", None, count)
            if name:
                words = self.tr(
                    "Done: %Ln more picture(s) of {1} have a label. Train again to see what they bring.", None, count
                )
        elif name:
            words = self.tr("{0} of %Ln more picture(s) of {1} to label, then train again", None, count)
        else:
            words = self.tr("{0} of %Ln more picture(s) to label, then train again", None, count)
        self.words.setText(words.format(wording.number(self.left), name))
        self.setAccessibleName(self.words.text())
        self.train.setVisible(self.left <= 0)
        self.show()

    def _train(self) -> None:
        from engine.review.assessment import Action, NextStep

        self._session.step_wanted.emit(NextStep(Action.TRAIN_AGAIN), "")
