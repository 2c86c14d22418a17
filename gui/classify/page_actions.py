"""What can be done on the Classify page, by key and from the command palette; each is offered when it is possible."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from engine.batch.outputs.tables import OUTPUTS
from gui import actions

if TYPE_CHECKING:
    from gui.classify.page import ClassifyPage


class PageActions(QObject):
    """Made once for the page; `update` enables what is possible now."""

    def __init__(self, page: ClassifyPage) -> None:
        super().__init__(page)
        self._page = page
        tr, add, earlier = self.tr, self._add, page.earlier
        add(tr("Choose folder to classify…"), page.intake.choose_folder, "Ctrl+Shift+O", "folder-open")
        add(tr("Choose pictures or archives to classify…"), page.intake.choose_files, "Ctrl+Alt+O", "image")
        self._paste = add(tr("Paste a picture or files"), page.intake.paste, "Ctrl+V", "paste")
        self._start = add(tr("Classify"), page.start, "Ctrl+Return", "play")
        self._go_on = add(tr("Go on where it stopped"), page.go_on, "Ctrl+Shift+Return", "play")
        self._stop = add(tr("Stop classifying"), page.stop, "Ctrl+.", "stop")
        add(tr("Earlier predictions…"), earlier.choose_results, "Ctrl+Shift+E", "clock")
        add(tr("Undo sorting…"), earlier.choose_sorting, "Ctrl+Shift+U", "undo")
        self._export = add(tr("Export the model…"), page.export_model, "Ctrl+E", "export")
        self._outputs = self._add_outputs()
        self._looks = self._add_looks()

    def _add(self, words: str, slot: Callable[[], object], key: str, icon: str) -> QAction:
        everywhere = key.startswith("Ctrl")
        return actions.add(self._page, words, slot, keys=key.split(), icon=icon, everywhere=everywhere)

    def _add_outputs(self) -> list[QAction]:
        """What is done with results."""
        tr, add, bar = self.tr, self._add, self._page.output_bar
        known = {
            "csv": (tr("Save CSV…"), "Ctrl+S"),
            "jsonl": (tr("Save JSON lines…"), "Ctrl+Alt+J"),
            "parquet": (tr("Save Parquet…"), "Ctrl+Alt+P"),
            "submission": (tr("Save as a submission…"), "Ctrl+Alt+U"),
        }
        forms = []
        for form in OUTPUTS.values():
            words, key = known.get(form.name, (tr("Save as {0}…").format(form.words), ""))
            forms.append(add(words, partial(bar.ask_save, form.name), key, "export"))
        forms.append(add(tr("Save a summary page…"), partial(bar.ask_save, "page"), "Ctrl+Alt+H", "stats"))
        bar.fill_menu(forms[1:])
        return [
            *forms,
            add(tr("Sort into folders…"), bar.ask_sort, "Ctrl+Shift+S", "folder"),
            add(tr("Add to a project…"), bar.ask_add, "Ctrl+Shift+A", "folder-plus"),
        ]

    def _add_looks(self) -> list[QAction]:
        """Looking at results, and correcting them."""
        tr, add, view, keys = self.tr, self._add, self._page.view, self._page.keys
        return [
            add(tr("Show image large"), view.open_large, "Ctrl+L", "eye"),
            add(tr("Larger pictures"), lambda: view.resize_pictures(1.25), "Ctrl++ Ctrl+=", "zoom-in"),
            add(tr("Smaller pictures"), lambda: view.resize_pictures(0.8), "Ctrl+-", "zoom-out"),
            add(tr("Label as…"), keys.choose, "L", "tag"),
            add(tr("Confirm the prediction"), keys.confirm, "Y", "check"),
            add(tr("Take the correction back"), keys.take_back, "Delete Backspace", "close"),
            add(tr("Select all images"), view.grid.select_all, "Ctrl+A", "check"),
            add(tr("Show the next kind of predictions"), view.next_kind, "Ctrl+PgDown", "filter"),
        ]

    def update(self, *, showing: bool, usable: bool) -> None:
        """`showing` tells whether results are on screen, `usable` whether something can be done with them."""
        setup, batch = self._page.setup, self._page.batch
        for action, enabled in (
            (self._start, setup.is_ready),
            (self._go_on, batch.can_go_on),
            (self._stop, batch.running),
            (self._paste, not batch.running),
            (self._export, setup.export_button.isVisibleTo(setup)),
            *((action, usable and not self._page.output_bar.outputs.running) for action in self._outputs),
            *((action, showing) for action in self._looks),
        ):
            action.setEnabled(enabled)
