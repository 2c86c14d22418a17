"""Chooses what to classify with: a run of the open project or a model file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from gui.widgets import places
from gui.widgets.run_words import run_words

if TYPE_CHECKING:
    from engine.training.runs import RunRecord

OTHER = "…"  # the data of the entry that asks for a file


class ModelBox(QComboBox):
    """`model_changed` gives the path of the chosen `model.onnx`, None when there is none."""

    model_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RunRecord] = []
        self._files: list[Path] = []
        self._chosen: str | None = None
        self.setObjectName("model_box")
        self.setAccessibleName(self.tr("Model"))
        self.activated.connect(self._on_activated)
        self._fill()

    def model_file(self) -> Path | None:
        return None if self._chosen is None else Path(self._chosen)

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Offer the runs that have a model. A chosen model stays chosen; without one the newest finished run is."""
        usable = [run for run in runs if run.has_model]
        if [r.name for r in usable] != [r.name for r in self._runs]:
            newest_was_chosen = bool(self._runs) and self._chosen == _path(self._runs[0])
            self._runs = usable
            offered = {_path(run) for run in usable} | {str(file) for file in self._files}
            if self._chosen not in offered or newest_was_chosen:
                self._choose(_path(usable[0]) if usable else str(self._files[0]) if self._files else None)
        self._fill()

    def add_file(self, file: Path) -> None:
        """Offer and choose a model file."""
        if file not in self._files:
            self._files.insert(0, file)
        self._choose(str(file))
        self._fill()

    def _fill(self) -> None:
        self.clear()
        for run in self._runs:
            self.addItem(run_words(run), _path(run))
        for file in self._files:
            self.addItem(file.name if file.name != "model.onnx" else f"{file.parent.name}/{file.name}", str(file))
            self.setItemData(self.count() - 1, str(file), 3)
        if self.count():
            self.insertSeparator(self.count())
        else:
            self.addItem(self.tr("No model yet"), None)
        self.addItem(self.tr("Choose a model file…"), OTHER)
        self.setCurrentIndex(max(self.findData(self._chosen), 0) if self._chosen else 0)

    def _on_activated(self, index: int) -> None:
        data = self.itemData(index)
        if data != OTHER:
            self._choose(data)
            return
        self.setCurrentIndex(max(self.findData(self._chosen), 0) if self._chosen else 0)
        chosen = places.ask_open(self, self.tr("Choose a model"), self.tr("Models (*.onnx)"))
        if chosen is not None:
            self.add_file(chosen)

    def _choose(self, path: str | None) -> None:
        if path != self._chosen:
            self._chosen = path
            self.model_changed.emit(self.model_file())


def _path(run: RunRecord) -> str:
    return str(run.folder / "model.onnx")
