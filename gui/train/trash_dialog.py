"""The runs in the trash of a project: put back, or deleted for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gui import theme
from gui.train.run_list import RunList
from gui.widgets.controls import dialog_button
from gui.widgets.labels import text
from gui.widgets.layouts import row, stretch

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.training.runs.records import RunRecord
    from gui.session import Session


class TrashDialog(QDialog):
    changed = Signal()  # runs came back, or are gone

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(self.tr("Runs in the trash"))
        self.setObjectName("trash_dialog")
        self.list = RunList()
        self.list.setObjectName("trash_list")
        self.list.setAccessibleName(self.tr("Runs in the trash"))
        self.list.nothing = self.tr("The trash is empty.")
        self.back = dialog_button(self.tr("Put back"), "trash_back_button", self._put_back)
        self.empty = dialog_button(self.tr("Delete all for good"), "empty_trash_button", self._empty)
        self.empty.setProperty("kind", "danger")
        self.shut = dialog_button(self.tr("Close"), "trash_close_button", self.accept)
        gap = theme.current()
        buttons = row(self.empty, stretch(), self.back, self.shut)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap.L, gap.L, gap.L, gap.L)
        column.setSpacing(gap.M)
        words = self.tr("A run in the trash keeps its model, its curves and its predictions until it is deleted.")
        column.addWidget(text(words, "muted", wrap=True))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        self.resize(520, 360)
        self.list.several_chosen.connect(lambda runs: self.back.setEnabled(bool(runs)))
        session.project_changed.connect(self.reject)
        self._show([])
        self._look()

    def _look(self) -> None:
        self._session.ask(_discarded, self._show, key="trash")

    def _show(self, runs: list[RunRecord]) -> None:
        self.list.show_runs(runs)
        self.back.setEnabled(bool(self.list.selected()))
        self.empty.setEnabled(bool(runs))

    def _put_back(self) -> None:
        names = [run.name for run in self.list.selected()]
        self._session.ask(lambda project: _take_back(project, names), self._done)

    def _empty(self) -> None:
        self._session.ask(_empty, self._done)

    def _done(self, _result: object) -> None:
        self._look()
        self.changed.emit()


def _discarded(project: Project) -> list[RunRecord]:
    from engine.training.runs.notes_and_trash import discarded

    return discarded(project.folder)


def _take_back(project: Project, names: list[str]) -> None:
    from engine.training.runs.notes_and_trash import take_back

    for name in names:
        take_back(project.folder, name)


def _empty(project: Project) -> None:
    from engine.training.runs.notes_and_trash import empty_trash

    empty_trash(project.folder)
