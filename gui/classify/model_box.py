"""Chooses what to classify with: a run of the open project or a model file, and others to take the mean with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from engine.training.runs.records import best_of_newest
from gui import theme
from gui.widgets import file_dialogs, wording
from gui.widgets.controls import Combo
from gui.widgets.layouts import fill, row
from gui.widgets.run_words import run_title, run_words

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord

OTHER = "…"  # the data of the entry that asks for a file


class ModelBox(Combo):
    """`model_changed` gives the path of the chosen `model.onnx`, None when there is none."""

    model_changed = Signal(object)
    offered_changed = Signal()

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

    def offered(self) -> list[tuple[str, str]]:
        """Words and path of everything that can be chosen."""
        runs = [(run_words(run, self._runs), _path(run)) for run in self._runs]
        return runs + [(_file_words(file), str(file)) for file in self._files]

    def run_of(self, path: Path) -> RunRecord | None:
        """The run that left this model, if it is one of the project's."""
        return next((run for run in self._runs if _path(run) == str(path)), None)

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Offer the runs that have a model. A chosen model stays chosen; without one the newest finished run is."""
        usable = [run for run in runs if run.has_model]
        before = {run.name: run for run in self._runs}
        if usable != self._runs:
            best = best_of_newest(self._runs)
            newest_was_chosen = best is not None and self._chosen == _path(best)
            self._runs = usable
            offered = {_path(run) for run in usable} | {str(file) for file in self._files}
            if self._chosen not in offered or newest_was_chosen:
                best = best_of_newest(usable)
                self._choose(_path(best) if best is not None else str(self._files[0]) if self._files else None)
        self._fill()
        if any(run.name in before and not run.is_trained_as(before[run.name]) for run in usable):
            self.model_changed.emit(self.model_file())  # the same file, and another model in it

    def add_file(self, file: Path) -> None:
        """Offer and choose a model file."""
        if file not in self._files:
            self._files.insert(0, file)
        self._choose(str(file))
        self._fill()

    def use(self, path: str, more: Sequence[str] = ()) -> None:
        """Choose the model at `path`; it and `more` are offered, wherever they lie."""
        offered = {known for _, known in self.offered()}
        self._files += [Path(file) for file in dict.fromkeys((path, *more)) if file not in offered]
        self._choose(path)
        self._fill()

    def choose_run(self, name: str) -> None:
        """Choose the model of a run, where it has one and nothing is classified now."""
        run = next((run for run in self._runs if run.name == name), None)
        if run is not None and self.isEnabled():
            self._choose(_path(run))
            self._fill()

    def _fill(self) -> None:
        self.clear()
        for words, path in self.offered():
            self.addItem(words, path)
            self.setItemData(self.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
        if self.count():
            self.insertSeparator(self.count())
        else:
            self.addItem(self.tr("No model yet"), None)
        self.addItem(self.tr("Choose a model file…"), OTHER)
        self.setCurrentIndex(max(self.findData(self._chosen), 0) if self._chosen else 0)
        self.offered_changed.emit()

    def _on_activated(self, index: int) -> None:
        data = self.itemData(index)
        if data != OTHER:
            self._choose(data)
            return
        self.setCurrentIndex(max(self.findData(self._chosen), 0) if self._chosen else 0)
        chosen = file_dialogs.ask_open(
            self, self.tr("Choose a model"), self.tr("Models (*.onnx);;All files (*)"), of="models"
        )
        if chosen is not None:
            self.add_file(chosen)

    def _choose(self, path: str | None) -> None:
        if path != self._chosen:
            self._chosen = path
            self.model_changed.emit(self.model_file())


def model_words(box: ModelBox, file: Path) -> str:
    """A model in a few words: its run with the time, or its file."""
    run = box.run_of(file)
    return _file_words(file) if run is None else f"{run_title(run)}, {wording.when(run.created)}"


def _path(run: RunRecord) -> str:
    return str(run.folder / "model.onnx")


def _file_words(file: Path) -> str:
    return file.name if file.name != "model.onnx" else f"{file.parent.name}/{file.name}"


class ModelChoice(QWidget):
    """The box, and beside it a menu of models that are used together with the chosen one: their mean counts.

    `changed` gives the paths of all, the chosen one first; none when there is no model.
    """

    changed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = ModelBox()
        self._more: list[str] = []
        self.menu = QMenu(self)
        self.menu.setAccessibleName(self.tr("Models to take the mean with"))
        self.more_button = QToolButton()
        self.more_button.setObjectName("more_models_button")
        theme.set_icon(self.more_button, "plus")
        self.more_button.setAccessibleName(self.tr("Use several models at once"))
        self.more_button.setToolTip(self.tr("Use several models at once: the mean of their probabilities counts"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setMenu(self.menu)
        row(fill(self.box), self.more_button, on=self, spacing=theme.current().XS)
        self.box.model_changed.connect(lambda _: self._chosen())
        self.box.offered_changed.connect(self._fill)
        self._fill()

    def files(self) -> list[Path]:
        """Return all models to use; the order is that of the menu, the chosen one first."""
        chosen = self.box.model_file()
        return [] if chosen is None else [chosen, *(Path(path) for path in self._more if path != str(chosen))]

    def use(self, path: str, more: Sequence[str]) -> None:
        """Use just these models, wherever they lie."""
        self.box.use(path, more)
        self.set_more(more)

    def set_more(self, paths: Sequence[str]) -> None:
        """Use these, too, as far as they are offered."""
        offered = {path for _, path in self.box.offered()}
        chosen = [path for path in paths if path in offered]
        if chosen != self._more:
            self._more = chosen
            self._fill()
            self._tell()

    def _fill(self) -> None:
        offered = self.box.offered()
        self._more = [path for path in self._more if path in {p for _, p in offered}]
        self.menu.clear()
        for words, path in offered:
            action = QAction(words, self.menu)
            action.setCheckable(True)
            action.setChecked(path in self._more or path == str(self.box.model_file()))
            action.setEnabled(path != str(self.box.model_file()))
            action.setData(path)
            action.toggled.connect(lambda on, path=path: self._toggle(path, on))
            self.menu.addAction(action)
        self.more_button.setEnabled(len(offered) > 1)

    def _toggle(self, path: str, on: bool) -> None:
        self._more = [*self._more, path] if on else [p for p in self._more if p != path]
        self._tell()

    def _chosen(self) -> None:
        self._fill()
        self._tell()

    def _tell(self) -> None:
        self.changed.emit(self.files())
