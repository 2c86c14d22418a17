"""Asks the engine for the assessment of the run that is looked at, and follows the labels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine.events import Outcome, Succeeded
from gui.latest_question import LatestQuestion

if TYPE_CHECKING:
    from engine.review.assessment import AssessParams
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.widgets.assessment.card import AssessmentCard

REST_MS = 400  # how long the choice of a run rests before it is asked
CALM_MS = 3000  # after an edit: whoever goes through mistakes needs the processor for them


class Assessing(QObject):
    """What is shown goes when another run is looked at; after an edit it stays until the new answer comes."""

    def __init__(self, session: Session, jobs: JobRunner, card: AssessmentCard) -> None:
        super().__init__(card)
        self._session, self._jobs, self._card = session, jobs, card
        self._run = ""
        self._changes = 0
        self._asked_for: object = None
        self.question = LatestQuestion(REST_MS, self._ask, self._on_answer, self, old_too=True)
        session.project_changed.connect(lambda: self.look_at(""))
        self._calm = QTimer(self, interval=CALM_MS, singleShot=True)
        self._calm.timeout.connect(self.look)
        session.images_changed.connect(self._on_change)
        session.listing_changed.connect(self._on_change)
        jobs.training_changed.connect(lambda _: self.look())
        card.step_wanted.connect(session.step_wanted)
        card.rounds_wanted.connect(session.rounds_wanted)

    def look_at(self, run: str) -> None:
        """Assess the run of this name; "" for none."""
        if run != self._run:
            self._run, self._asked_for = run, None
            self.question.stop()
            self._card.show_assessment(None)
        self.look()

    def look(self) -> None:
        """Ask, where that was not done for these labels, somebody looks and no training needs the processor."""
        asked = self._session.project, self._run, self._changes
        place = self._card.parentWidget()
        wanted = bool(self._run) and not self._jobs.is_training and place is not None and place.isVisible()
        if wanted and asked != self._asked_for:
            self._asked_for = asked
            if self._card.found is None and self._has_check_images():
                self._card.wait()
            self.question.ask()

    def _has_check_images(self) -> bool:
        """Whether an answer is likely. A run that held out nothing has one only where test images are left, and else
        the place that is kept for it would open and close.
        """
        run = self._session.run_named(self._run)
        return run is None or (run.has_model and (run.validation_accuracy is not None or run.validated_on == "test"))

    def _on_change(self, _edit: object = None) -> None:
        self._changes += 1
        self._calm.start()

    def _ask(self) -> JobHandle | None:
        project = self._session.project
        if project is None or not self._run:
            return None
        first = self._card.found is None  # later it is asked for after edits, which change nothing of the round before
        return self._jobs.start(
            "assess", partial(_params, str(project.folder), self._run, ask_before=first), warm=False
        )

    def _on_answer(self, outcome: Outcome) -> None:
        """A run without check images, or one that is gone, has no assessment: other places say so."""
        if not isinstance(outcome, Succeeded):
            self._card.show_assessment(None)
            return
        from engine.review.assessment import Assessment

        found = Assessment.of(outcome.result)
        if found.run == self._run:
            self._card.show_assessment(found)


def _params(folder: str, run: str, *, ask_before: bool) -> AssessParams:
    """Not in a slot: their module loads NumPy and SciPy."""
    from engine.review.assessment import AssessParams

    return AssessParams(folder, run, ask_before)
