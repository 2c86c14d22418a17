"""What is to be trained, as the person asks for it: by the form, as a run was trained, or on from where one ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.training.option_rules import slower_rates
from gui.train.setup_panel import SetupPanel
from gui.train.training import Order, Training
from gui.widgets.run_words import run_title

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord
    from gui.session import Session


class Orders(QObject):
    """Begins trainings, and takes the options of runs over into the form."""

    def __init__(self, session: Session, training: Training, setup: SetupPanel) -> None:
        super().__init__(setup)
        self._session, self._training, self._setup = session, training, setup

    def start(self) -> None:
        """Train with what is chosen in the form."""
        setup = self._setup
        order = Order(setup.recipe().name, setup.overrides(), setup.form.values(), folds=setup.folds())
        self._training.begin(order)

    def resume(self, run: RunRecord) -> None:
        """Train on from the last complete epoch of a run."""
        self._training.begin(Order(run.recipe, options=run.options, resume=run))

    def repeat(self, what: RunRecord | str) -> None:
        """Train anew as a run, or the `run.json` at a path, says that it was trained."""
        if isinstance(what, str):
            self._training.begin(Order("run.json", repeat=what))
        else:
            self._training.begin(Order(what.recipe, options=what.options, repeat=what.name))

    def retrain(self, run: RunRecord) -> None:
        """Train a run again with the labels of now, on its own split, as Review wants it."""
        self._training.begin(Order(run.recipe, options=run.options, repeat=run.name, fixes=True))

    def start_from(self, run: RunRecord) -> None:
        """Take a run's options over, its weights to begin with and a tenth of its rates, which the form shows.

        It is said too: what changed may be scrolled out of sight.
        """
        self._take(run, {"start_from": run.name, **slower_rates(run.options)})
        words = self.tr("Training now starts with the weights of “{0}”, at a tenth of its rate.")
        self._session.message.emit(words.format(run_title(run)))

    def take_options(self, run: RunRecord) -> None:
        """Take a run's options over into the form."""
        self._take(run, {})
        self._session.message.emit(self.tr("The options are now those of “{0}”.").format(run_title(run)))

    def _take(self, run: RunRecord, more: Mapping[str, Any]) -> None:
        self._setup.take(run.recipe, {**run.options, "start_from": "", **more})
