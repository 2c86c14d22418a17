"""Choosing among results and sortings of earlier days, by typing as in the command palette."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui import theme
from gui.classify.batch import Batch
from gui.classify.outputs import OutputJobs
from gui.widgets import wording
from gui.widgets.chooser import Chooser, ChooserEntry

if TYPE_CHECKING:
    from engine.batch.saved_results.folder import SavedResults, Sorted


class EarlierResults(QObject):
    """`found` tells whether there are results of earlier days."""

    found = Signal(bool)

    def __init__(self, batch: Batch, outputs: OutputJobs, page: QWidget) -> None:
        super().__init__(page)
        self._batch, self._outputs, self._page = batch, outputs, page
        self.chooser: Chooser | None = None
        self.button = QPushButton(self.tr("Earlier…"))
        self.button.setObjectName("earlier_button")
        self.button.setProperty("kind", "quiet")
        self.button.setAccessibleName(self.tr("Earlier predictions"))
        self.button.setToolTip(self.tr("Predictions of earlier days, also those that were interrupted"))
        theme.set_icon(self.button, "clock")
        self.button.clicked.connect(self.choose_results)

    def look(self) -> None:
        """Find out whether there is anything to choose."""
        self._batch.look_for_results(lambda saved: self.found.emit(bool(saved)))

    def choose_results(self) -> None:
        self._batch.look_for_results(self._offer_results)

    def choose_sorting(self) -> None:
        self._outputs.look_for_journals(self._offer_sortings)

    def _offer_results(self, saved: list[SavedResults]) -> None:
        entries = [
            ChooserEntry(
                self._words(batch),
                partial(self._batch.open, batch),
                icon=theme.icon("refresh" if batch.can_go_on else "clock"),
                detail=", ".join(wording.place(Path(source)) for source in batch.request.sources[:3]),
            )
            for batch in saved
        ]
        entries.append(ChooserEntry(self.tr("Undo a sorting…"), self.choose_sorting, icon=theme.icon("undo")))
        self._ask(self.tr("Show the predictions of…"), entries)

    def _words(self, batch: SavedResults) -> str:
        words = wording.when(batch.created)
        if batch.images:
            words = f"{words}  ·  {wording.images(batch.images)}"
        elif batch.problems:
            words = f"{words}  ·  {wording.unreadable(batch.problems)}"
        unfinished = batch.can_go_on and not batch.request.watch
        state = self.tr("unfinished")
        return f"{words}  ·  {state}" if unfinished else words

    def _offer_sortings(self, found: list[Sorted]) -> None:
        modes = {
            "copy": self.tr("copied"),
            "move": self.tr("moved"),
            "hardlink": self.tr("hard links"),
            "symlink": self.tr("symbolic links"),
        }
        entries = [
            ChooserEntry(
                f"{wording.when(entry.created)}  ·  {modes.get(entry.mode, entry.mode)}",
                partial(self._outputs.undo_sorting, entry.journal),
                icon=theme.icon("undo"),
                detail=wording.place(entry.journal.parent),
            )
            for entry in found
        ]
        self._ask(self.tr("Undo which sorting?"), entries)

    def _ask(self, prompt: str, entries: list[ChooserEntry]) -> None:
        if self.chooser is None:
            self.chooser = Chooser(self._page.window())
        self.chooser.ask(prompt, entries)

    def missing_models(self) -> str:
        """Say that models of the results shown are not where they were; "" where none is missing."""
        saved, gone = self._batch.saved, self._batch.gone
        if saved is None or not gone:
            return ""
        places, models = ", ".join(wording.place(Path(model)) for model in gone), 1 + len(saved.request.more_models)
        if models == 1:
            words = self.tr("The model that gave these predictions is no longer at {0}; choose one to classify with.")
            return words.format(places)
        which = self.tr("%Ln of the {0} models that gave these predictions are no longer at {1}", None, len(gone))
        if saved.request.model in gone:
            then = self.tr("{0}; choose what to classify with.")
        else:
            then = self.tr("{0}; only the others are chosen now.")
        return then.format(which.format(models, places))
