"""What a training would do here and what it would reach, asked anew whenever the labelled pictures are others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.events import Failed, Outcome, Succeeded
from gui.latest_question import LatestQuestion

if TYPE_CHECKING:
    from engine.training.automatic.plan import AutomaticParams
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.train.setup_panel import SetupPanel

REST_MS = 400  # how long labels and options rest before it is asked anew


class Planning(QObject):
    """Asks only while the setup is in sight and nothing is trained; the answer goes to the setup."""

    def __init__(self, session: Session, jobs: JobRunner, setup: SetupPanel) -> None:
        super().__init__(setup)
        self._session, self._jobs, self._setup = session, jobs, setup
        self._is_training = False
        self._asked_for: object = None
        self._changes = 0  # how often images were added or looked at, or got other labels or splits
        self.question = LatestQuestion(REST_MS, self._ask, self._on_answer, self)
        session.listing_changed.connect(self._on_change)
        session.images_changed.connect(self._on_change)
        setup.changed.connect(self.look)

    def begin(self) -> None:
        """Another project is open, or none."""
        self.question.stop()
        self._asked_for = None
        self._setup.show_plan(None)

    def training_changed(self, *, running: bool) -> None:
        """Leave the processor to a training; after it all is looked at anew."""
        self._is_training = running
        if running:
            self.question.stop()
            self._asked_for = None
        else:
            self.look()

    def look(self) -> None:
        """Ask, unless that was done for these labels and options."""
        asked = self._state()
        if asked is None or asked == self._asked_for:
            return
        self._asked_for = asked
        self._setup.show_plan(None)
        self.question.ask()

    def _on_change(self, _edit: object = None) -> None:
        self._changes += 1

    def _state(self) -> tuple[object, ...] | None:
        """All that the plan depends on; None while nobody wants one."""
        setup, project = self._setup, self._session.project
        if project is None or self._is_training or not setup.isVisible() or not setup.wants_plan:
            return None
        return project, self._session.overview.counts, setup.free_overrides(), setup.takes_longer, self._changes

    def _ask(self) -> JobHandle | None:
        project = self._session.project
        if project is None:
            return None
        setup = self._setup
        asking = partial(_params, str(project.folder), setup.free_overrides(), take_longer=setup.takes_longer)
        return self._jobs.start("plan_training", asking, warm=False)

    def _on_answer(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            from engine.training.automatic.outlook import Outlook  # loaded with the params that were asked for

            self._setup.show_plan(Outlook.of(outcome.result).plan)
        elif isinstance(outcome, Failed):
            self._setup.say_no_plan(outcome.message)


def _params(folder: str, overrides: dict[str, Any], *, take_longer: bool) -> AutomaticParams:
    """Not in a slot: their module loads NumPy, which a page that has just opened may still be waiting for."""
    from engine.training.automatic.outlook import Outlook  # noqa: F401
    from engine.training.automatic.plan import AutomaticParams

    return AutomaticParams(folder, overrides, take_longer)
