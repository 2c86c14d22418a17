"""Choosing among results and sortings of earlier days, by typing as in the command palette."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.classify.batch import Batch
from gui.classify.outputs import Outputs
from gui.widgets import wording
from gui.widgets.chooser import Chooser, Entry

if TYPE_CHECKING:
    from engine.batch.kept.folder import Kept, Sorted


class Earlier(QObject):
    """`found` tells whether there are results of earlier days."""

    found = Signal(bool)

    def __init__(self, batch: Batch, outputs: Outputs, page: QWidget) -> None:
        super().__init__(page)
        self._batch, self._outputs, self._page = batch, outputs, page
        self._chooser: Chooser | None = None

    def look(self) -> None:
        """Find out whether there is anything to choose."""
        self._batch.look_for_kept(lambda kept: self.found.emit(bool(kept)))

    def choose_results(self) -> None:
        self._batch.look_for_kept(self._offer_results)

    def choose_sorting(self) -> None:
        self._outputs.look_for_journals(self._offer_sortings)

    def _offer_results(self, kept: list[Kept]) -> None:
        entries = [
            Entry(
                self._words(batch),
                partial(self._batch.open, batch),
                icon=theme.icon("refresh" if batch.can_go_on else "clock"),
                detail=", ".join(wording.place(Path(source)) for source in batch.request.sources[:3]),
            )
            for batch in kept
        ]
        entries.append(Entry(self.tr("Undo a sorting…"), self.choose_sorting, icon=theme.icon("undo")))
        self._ask(self.tr("Show the predictions of…"), entries)

    def _words(self, batch: Kept) -> str:
        words = wording.when(batch.created)
        if batch.images:
            words = f"{words}  ·  {wording.images(batch.images)}"
        elif batch.problems:
            words = f"{words}  ·  {wording.unreadable(batch.problems)}"
        unfinished = batch.can_go_on and not batch.request.watch
        return f"{words}  ·  {self.tr('unfinished')}" if unfinished else words

    def _offer_sortings(self, found: list[Sorted]) -> None:
        modes = {
            "copy": self.tr("copied"),
            "move": self.tr("moved"),
            "hardlink": self.tr("hard links"),
            "symlink": self.tr("symbolic links"),
        }
        entries = [
            Entry(
                f"{wording.when(entry.created)}  ·  {modes.get(entry.mode, entry.mode)}",
                partial(self._outputs.undo_sorting, entry.journal),
                icon=theme.icon("undo"),
                detail=wording.place(entry.journal.parent),
            )
            for entry in found
        ]
        self._ask(self.tr("Undo which sorting?"), entries)

    def _ask(self, prompt: str, entries: list[Entry]) -> None:
        if self._chooser is None:
            self._chooser = Chooser(self._page.window())
        self._chooser.ask(prompt, entries)
