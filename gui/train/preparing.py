"""The network that Start would train, built and traced ahead in the process that will train it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from engine.training.plan import TrainParams
    from gui.jobs import JobRunner
    from gui.session import Session
    from gui.train.setup_panel import SetupPanel

REST_MS = 700  # how long labels and options rest first


class Preparing(QObject):
    """Tells what is chosen, only while the setup is in sight and nothing is trained."""

    def __init__(self, session: Session, jobs: JobRunner, setup: SetupPanel) -> None:
        super().__init__(setup)
        self._session, self._jobs, self._setup = session, jobs, setup
        self._is_training = False
        self._told: object = None  # the choice for which it was asked last
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._tell)
        setup.changed.connect(self.look)

    @property
    def waits(self) -> bool:
        """Whether a choice is to be told."""
        return self._rest.isActive()

    def begin(self) -> None:
        """Another project is open, or none."""
        self._rest.stop()
        self._told = None

    def training_changed(self, *, running: bool) -> None:
        """A training has what was prepared; after it the next one is prepared."""
        self._is_training = running
        self.begin()
        self.look()

    def look(self) -> None:
        """Tell the choice soon, unless that was done."""
        state = self._state()
        if state is not None and state != self._told:
            self._rest.start()

    def _state(self) -> tuple[str, str, dict[str, Any], object] | None:
        """The project, the recipe, its options and the labels; None while nobody can press Start, or looks."""
        setup, project = self._setup, self._session.project
        if project is None or self._is_training or not setup.isVisible() or not setup.is_ready:
            return None
        overrides = setup.overrides()
        if setup.is_automatic:  # the step that follows on the first one has these
            overrides = {**setup.free_overrides(), "validation_fraction": setup.check_share}
        return str(project.folder), setup.recipe().name, overrides, self._session.overview.counts

    def _tell(self) -> None:
        state = self._state()
        if state is not None and state != self._told:
            self._told = state
            self._jobs.prepare(partial(_params, *state[:3]))


def _params(folder: str, recipe: str, overrides: dict[str, Any]) -> TrainParams:
    """Not in a slot: its module loads NumPy, which a page that has just opened may still be waiting for."""
    from engine.training.plan import TrainParams

    return TrainParams(folder, recipe, overrides)
