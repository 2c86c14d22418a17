"""What a person can do with runs of the list: star, name, note, put away, repeat, start from, join, compare."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QInputDialog, QMenu

from engine.events import Failed, Outcome, Succeeded
from gui import actions
from gui.jobs import OwnedJob
from gui.train.run_panel import RunPanel
from gui.widgets import file_dialogs
from gui.widgets.run_words import run_title

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.training.results.ensemble import EnsembleParams
    from engine.training.runs.records import RunRecord
    from gui.jobs import JobRunner
    from gui.session import Session

T = TypeVar("T")


class RunActions(QObject):
    """Acts on the runs that are selected in the list."""

    repeat_asked = Signal(object)  # a `RunRecord` or the path of a `run.json` (str)
    start_from_asked = Signal(object)
    options_asked = Signal(object)  # take over the run's options
    compare_asked = Signal()
    page_asked = Signal(str)
    said = Signal(str)  # one sentence about what goes on or went wrong; empty: nothing any more
    made = Signal(str)  # the name of a new run

    def __init__(self, session: Session, jobs: JobRunner, panel: RunPanel) -> None:
        super().__init__(panel)
        self._session, self._jobs, self._panel = session, jobs, panel
        self._joining = OwnedJob(self)
        self._actions: list[QAction | None] = []
        self._few: dict[QAction, Callable[[list[RunRecord]], bool]] = {}
        self._make()
        panel.more_asked.connect(self._show_menu)
        panel.back_asked.connect(self.put_back)
        panel.trash_asked.connect(self._show_trash)
        panel.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        panel.list.customContextMenuRequested.disconnect()  # its own menu has the table, too
        panel.list.customContextMenuRequested.connect(self._menu_at)
        panel.list.several_chosen.connect(self._show_usable)
        panel.list.settled.connect(lambda: self._show_usable(self._runs()))
        self._show_usable([])

    def _make(self) -> None:
        def one(runs: list[RunRecord]) -> bool:
            return len(runs) == 1

        def some(runs: list[RunRecord]) -> bool:
            return bool(runs)

        def several(runs: list[RunRecord]) -> bool:
            return len(runs) > 1

        def with_model(runs: list[RunRecord]) -> bool:
            return len(runs) == 1 and runs[0].has_model

        def joinable(runs: list[RunRecord]) -> bool:
            return len(runs) > 1 and all(r.has_model for r in runs) and not self._joining.running

        def trained(runs: list[RunRecord]) -> bool:
            return one(runs) and runs[0].recipe != "ensemble"

        def ended(runs: list[RunRecord]) -> bool:
            return bool(runs) and all(r.state not in {"running", "paused"} for r in runs)

        def always(_runs: list[RunRecord]) -> bool:
            return True

        self._add(self.tr("Star or unstar"), self.star, "S", "star", some)
        self._add(self.tr("Rename…"), self._rename, "F2", "pencil", one)
        self._add(self.tr("Note…"), self._note, "N", "info", one)
        self._actions.append(None)
        self._add(self.tr("Repeat this run"), self._repeat, "R", "refresh", trained)
        self._add(self.tr("Train again with the current labels"), self._again, "T", "train", trained)
        self._add(self.tr("Repeat a run.json…"), self._repeat_file, "Shift+R", "folder-open", always)
        self._add(self.tr("Take over its options"), self._take_options, "O", "settings", trained)
        self._add(self.tr("Start from this run"), self._start_from, "F", "play", lambda r: trained(r) and with_model(r))
        self._actions.append(None)
        self._add(self.tr("Compare"), self.compare_asked.emit, "C", "stats", several)
        self._add(self.tr("Make an ensemble"), self.join, "E", "plus", joinable)
        self._actions.append(None)
        self._add(self.tr("Review"), lambda: self._lead_on("review"), "V", "review", with_model)
        words = self.tr("Classify with it, or export it")
        self._add(words, lambda: self._lead_on("classify"), "L", "export", with_model)
        self._add(self.tr("Show its folder"), self._show_folder, "D", "folder", one)
        self._actions.append(None)
        self._add(self.tr("Move to the trash"), self.put_away, "Del", "trash", ended)

    def _add(
        self, words: str, slot: Callable[[], object], key: str, icon: str, usable: Callable[[list[RunRecord]], bool]
    ) -> None:
        action = actions.add(self._panel.list, words, slot, key, icon)
        self._actions.append(action)
        self._few[action] = usable

    def _runs(self) -> list[RunRecord]:
        return self._panel.list.selected()

    def _show_usable(self, runs: list[RunRecord]) -> None:
        for action, usable in self._few.items():
            action.setEnabled(usable(runs))
        self._panel.more.setEnabled(self._session.project is not None)

    def _show_menu(self) -> None:
        button = self._panel.more
        self._popup(button.mapToGlobal(QPoint(0, button.height())))

    def _menu_at(self, place: QPoint) -> None:
        self._popup(self._panel.list.viewport().mapToGlobal(place))

    def _popup(self, place: QPoint) -> None:
        from gui.widgets.charts import export

        self._show_usable(self._runs())
        menu = QMenu(self._panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions.fill(menu, self._actions)
        menu.addSeparator()
        runs = self._panel.list
        menu.addAction(self.tr("Save the list as CSV…")).triggered.connect(
            lambda: export.ask_and_write(runs, "runs.csv", "CSV (*.csv)", lambda _path: export.table_bytes(runs.rows()))
        )
        menu.popup(place)

    # What is kept beside a run

    def star(self) -> None:
        """Star all chosen runs, or none of them where all have a star."""
        runs = self._runs()
        wanted = not all(run.starred for run in runs)
        self._change(lambda _: _annotate(*runs, starred=wanted))

    def rename(self, run: RunRecord, title: str) -> None:
        self._change(lambda _: _annotate(run, title=title))

    def write_note(self, run: RunRecord, note: str) -> None:
        self._change(lambda _: _annotate(run, note=note))

    def _rename(self) -> None:
        (run,) = self._runs()
        words = self.tr("Name of the run; empty for the recipe's")
        dialog = self._dialog(self.tr("Rename the run"), words, run.title or run_title(run))
        dialog.textValueSelected.connect(lambda title: self.rename(run, "" if title == run_title(run) else title))
        dialog.open()

    def _note(self) -> None:
        (run,) = self._runs()
        dialog = self._dialog(self.tr("Note on the run"), run_title(run), run.note)
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.textValueSelected.connect(lambda note: self.write_note(run, note))
        dialog.open()

    def _dialog(self, title: str, label: str, value: str) -> QInputDialog:
        dialog = QInputDialog(self._panel.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.setTextValue(value)
        dialog.resize(420, dialog.sizeHint().height())
        return dialog

    # The trash

    def put_away(self) -> None:
        """Move the chosen runs to the trash of the project, whole."""
        runs = self._runs()
        names = [run.name for run in runs]

        def gone(_result: object) -> None:
            title = f"“{run_title(runs[0])}”" if len(runs) == 1 else self.tr("%Ln run(s)", None, len(runs))
            self._panel.tell_put_away(names, self.tr("{0} went to the trash.").format(title))

        self._change(lambda project: _discard(project, names), gone)

    def put_back(self, name: str) -> None:
        def back(_result: object) -> None:
            self._panel.tell_put_away([], "")
            self.made.emit(name)

        self._change(lambda project: _take_back(project, name), back)

    def _show_trash(self) -> None:
        from gui.train.trash_dialog import TrashDialog

        if self._session.project is not None:
            dialog = TrashDialog(self._session, self._panel.window())
            dialog.changed.connect(self._session.refresh_runs)
            dialog.changed.connect(lambda: self._panel.tell_put_away([], ""))
            dialog.open()

    def _change(self, work: Callable[[Project], T], then: Callable[[T], None] | None = None) -> None:
        def done(result: T) -> None:
            self._session.refresh_runs()
            if then is not None:
                then(result)

        self._session.ask(work, done)

    # New runs

    def _repeat(self) -> None:
        self.repeat_asked.emit(self._runs()[0])

    def _again(self) -> None:
        """On its own split, so that both can be compared: what Review's “Train again” asks for, too."""
        self._session.retrain_asked.emit(self._runs()[0])

    def _repeat_file(self) -> None:
        path = file_dialogs.ask_open(self._panel, self.tr("Repeat a run.json"), "run.json (*.json)", of="runs")
        if path is not None:
            self.repeat_asked.emit(str(path))

    def _take_options(self) -> None:
        self.options_asked.emit(self._runs()[0])

    def _start_from(self) -> None:
        self.start_from_asked.emit(self._runs()[0])

    def join(self) -> None:
        """Make one run of the chosen ones: the mean of their probabilities."""
        project, names = self._session.project, tuple(run.name for run in self._runs())
        if project is None or self._joining.running:
            return
        self.said.emit(self.tr("Making an ensemble of {0} runs…").format(len(names)))
        params = partial(_ensemble, str(project.folder), names)
        job = self._jobs.start("ensemble", params, words=self.tr("Making an ensemble"))
        self._joining.follow(job, self._on_joined)
        self._show_usable(self._runs())

    def _on_joined(self, outcome: Outcome) -> None:
        self.said.emit(outcome.message if isinstance(outcome, Failed) else "")
        if isinstance(outcome, Succeeded):
            self._session.refresh_runs()
            self.made.emit(str(outcome.result["run"]))
        self._show_usable(self._runs())

    def _lead_on(self, page: str) -> None:
        """Show the page, and there the chosen run."""
        (run,) = self._runs()
        self.page_asked.emit(page)
        self._session.run_wanted.emit(run.name)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._runs()[0].folder))))


def _ensemble(folder: str, names: tuple[str, ...]) -> EnsembleParams:
    from engine.training.results.ensemble import EnsembleParams

    return EnsembleParams(folder, names)


def _annotate(*runs: RunRecord, title: str | None = None, note: str | None = None, starred: bool | None = None) -> None:
    from engine.training.runs.notes_and_trash import annotate

    for run in runs:
        annotate(run.folder, title=title, note=note, starred=starred)


def _discard(project: Project, names: list[str]) -> None:
    from engine.training.runs.notes_and_trash import discard

    for name in names:
        discard(project.folder, name)


def _take_back(project: Project, name: str) -> None:
    from engine.training.runs.notes_and_trash import take_back

    take_back(project.folder, name)
