"""Takes the step that helps a run most: leads to the page where it is done, with what it is about on screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from engine.review.assessment import NextStep
    from gui.session import Session

LIBRARY, TRAIN, REVIEW, CLASSIFY = "library", "train", "review", "classify"


class NextSteps(QObject):
    """`show_page` shows the page of that name and returns it."""

    def __init__(self, session: Session, show_page: Callable[[str], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._show_page = session, show_page
        session.step_wanted.connect(self.take)
        session.rounds_wanted.connect(lambda: self._show_page(REVIEW).sections.show_section("RoundsSection"))

    def take(self, step: NextStep, run: str) -> None:
        """Lead to where the step is done."""
        from engine.review.assessment import Action

        match step.action:
            case Action.LABEL_ANY | Action.LABEL_TEACHING:
                browser = self._show_page(LIBRARY).browser
                browser.teach()
                browser.goal.begin(step)
            case Action.LABEL_CLASS:
                self._label_like(step)
            case Action.TRAIN_AGAIN:
                self._show_page(TRAIN).setup.ask_to_start()
            case Action.TRAIN_BETTER:
                setup = self._show_page(TRAIN).setup
                setup.let_pictures_choose()  # the person may have chosen the recipe that is to be bettered
                setup.ask_to_start()
            case Action.ADD_ANY | Action.ADD_CLASS:
                self._show_page(LIBRARY).choose_pictures()
            case Action.LOOK_AT_UNSEEN:
                browser = self._show_page(LIBRARY).browser
                browser.show_all()
                browser.filter_bar.show_unseen()
            case Action.KEEP_TOGETHER:
                self._show_page(TRAIN).questions.near_duplicates.mend()
            case Action.LOOK_AT_DUPLICATES:
                self._show_page(REVIEW).sections.show_section("DuplicatesSection")
            case Action.LOOK_AT_SUSPECTS:
                self._show_page(REVIEW).sections.show_suspects_by_features()
            case Action.USE_IT:
                self._show_page(CLASSIFY)
                self._session.run_wanted.emit(run)

    def _label_like(self, step: NextStep) -> None:
        """Show the images without a label, those that are most like the class first."""
        browser = self._show_page(LIBRARY).browser
        cls = self._session.class_of(step.class_id)
        browser.show_all()
        browser.filter_bar.show_unlabelled()  # also where no look-alikes are known
        if cls is not None:
            browser.finding.like_class(cls)
            browser.goal.begin(step)
