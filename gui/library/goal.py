"""What a person has set out to label, by the next step of Train or Review: how much of it is still to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from gui.library.strips import Strip
from gui.session import Session
from gui.widgets import wording
from gui.widgets.controls import icon_button

if TYPE_CHECKING:
    from engine.review.assessment import NextStep


class GoalBar(Strip):
    """Counts down as labels are given, up as they are undone, and leads to the training when all is done, which ends
    the goal; hidden while there is no goal.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._goal: NextStep | None = None
        self._before: int | None = None  # labels that there were, None until they are counted
        self.left = 0  # labels to be given
        self.setObjectName("goal_bar")
        self.train = QPushButton(self.tr("Train again"))
        self.train.setAccessibleName(self.train.text())
        self.train.setProperty("kind", "primary")
        self.train.clicked.connect(self._train)
        self.close_button = icon_button("close", self.tr("Forget what was to be labelled"), self.forget)
        self.lay_out(self.words, self.train, self.close_button)
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
