"""The buttons and dialogs for saving, sorting and adding results, and the line that says how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QSize, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QToolButton, QWidget

from engine.batch.outputs.tables import OUTPUTS
from engine.batch.params import AdoptParams
from engine.errors import UsageError
from gui import theme
from gui.classify.add_dialog import AddDialog, ChosenRows, superseded_images
from gui.classify.batch import Batch
from gui.classify.outputs import FORMS, OutputJobs
from gui.classify.result_view import ResultView
from gui.classify.sort_dialog import SortDialog, counted_twice, plan
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets import file_dialogs
from gui.widgets.labels import elided
from gui.widgets.layouts import fill, row
from gui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from engine.batch.sorting.journal import Mode


class Done(QFrame):
    """A line that stays: what was done, and what can be done about it. `suffix` tells the names of its buttons apart
    from those of another line.
    """

    def __init__(self, suffix: str = "") -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.words = elided("")
        self.folder_button = self._button(self.tr("Open folder"), f"open_sorted_button{suffix}")
        self.undo_button = self._button(self.tr("Undo sorting"), f"undo_sorting_button{suffix}")
        self.library_button = self._button(self.tr("Show in the Library"), f"show_in_library_button{suffix}")
        self.close_button = QToolButton()
        theme.set_icon(self.close_button, "close")
        self.close_button.setAccessibleName(self.tr("Hide this line"))
        self.close_button.clicked.connect(self.hide)
        head = row(fill(self.words), on=self, margins=(theme.Theme.L, 6, 6, 6), spacing=theme.Theme.S)
        for button in (self.folder_button, self.undo_button, self.library_button, self.close_button):
            head.addWidget(button)
        self.hide()

    def _button(self, words: str, name: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setProperty("kind", "link")
        return button

    def say(self, words: str, *, sorting: bool = False, added: bool = False) -> None:
        """Show what was done; with `sorting` it can be undone, with `added` the Library has more to show."""
        self.words.setText(words)
        self.setAccessibleName(words)
        for button in (self.undo_button, self.folder_button):
            button.setVisible(sorting)
        self.library_button.setVisible(added)
        self.setVisible(bool(words))


@dataclass(frozen=True, slots=True)
class SortRule:
    """How files are sorted; `threshold` in per cent."""

    folder: Path
    mode: Mode
    threshold: int


class OutputBar(QObject):
    """`changed` tells that something was begun or has ended.

    What was sorted while a folder is watched is a rule for what comes: each batch of new files is a sorting of its own,
    which can be undone; who undoes one ends the rule.
    """

    changed = Signal()
    failed = Signal(str)
    library_wanted = Signal()

    def __init__(self, session: Session, jobs: JobRunner, batch: Batch, view: ResultView, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._jobs, self._batch, self._view, self._page = session, jobs, batch, view, page
        self._journals: list[Path] = []  # that can be undone: of the last sorting, or all by one rule, newest last
        self._sorted_words: dict[Path, str] = {}  # what was said of a sorting, by its journal
        self._undone_folder: Path | None = None  # of the sorting that was taken back last, to be proposed again
        self._newly_sorted = False  # and not told yet
        self._rule: SortRule | None = None
        self._sorted_rows = 0  # that the rule was applied to
        self._waiting: list[Callable[[], object]] = []  # what a person asked for while something else was done
        self._adding = self._sorting = self._sorted_last = False
        self._steps = 0  # corrections that there were when files were sorted last
        self.older_words: Callable[[], str] = str  # what is to be known of the model of the results
        self.outputs = OutputJobs(session, jobs, self)
        self.save_button = QPushButton(self.tr("Save CSV…"))
        self.menu_button = QToolButton()
        self.sort_button = QPushButton(self.tr("Sort into folders…"))
        self.add_button = QPushButton(self.tr("Add to project…"))
        self.buttons: Sequence[QWidget] = (self.save_button, self.menu_button, self.sort_button, self.add_button)
        self.strip = ProgressStrip()
        self.strip.hide()
        self.sorted = Done("_earlier")  # the sorting that undo takes back, once something else was done after it
        self.done = Done()
        self._name_parts()
        self._connect()

    def _name_parts(self) -> None:
        for button, name, icon in (
            (self.save_button, "save_csv_button", "export"),
            (self.sort_button, "sort_into_button", "folder"),
            (self.add_button, "add_to_project_button", "folder-plus"),
        ):
            button.setObjectName(name)
            button.setAccessibleName(button.text().rstrip("…"))
            theme.set_icon(button, icon)
        self.menu_button.setObjectName("save_menu_button")
        theme.set_icon(self.menu_button, "chevron-down")
        self.menu_button.setIconSize(QSize(16, 16))
        self.menu_button.setAccessibleName(self.tr("Save in another form"))
        self.menu_button.setToolTip(self.tr("Save as JSON lines, Parquet, a submission or a summary page"))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _connect(self) -> None:
        outputs = self.outputs
        self.save_button.clicked.connect(lambda: self.ask_save("csv"))
        self.sort_button.clicked.connect(self.ask_sort)
        self.add_button.clicked.connect(self.ask_add)
        outputs.began.connect(self._began)
        outputs.progress.connect(self.strip.show_progress)
        outputs.done.connect(self._ended)
        outputs.failed.connect(self.failed)
        outputs.sorted_to.connect(self._know_journal)
        outputs.put_back.connect(self._forget_journal)
        self.strip.stop_wanted.connect(outputs.stop)
        for line in (self.sorted, self.done):
            line.undo_button.clicked.connect(self.undo_sorting)
            line.folder_button.clicked.connect(self._open_folder)
        self.done.library_button.clicked.connect(self.library_wanted)

    def fill_menu(self, forms: Sequence[QAction]) -> None:
        """The other forms in which results are saved."""
        menu = QMenu(self._page)
        menu.addActions(list(forms))
        self.menu_button.setMenu(menu)

    def begin(self) -> None:
        """Begin with other results: what was done with those before is no longer of interest."""
        self.done.say("")
        self.sorted.say("")
        self._journals, self._rule, self._waiting = [], None, []
        self._undone_folder = None

    @property
    def _journal(self) -> Path | None:
        return self._journals[-1] if self._journals else None

    def update(self, *, showing: bool, usable: bool, can_sort: bool) -> None:
        for button in self.buttons:
            button.setVisible(showing)
            enabled = can_sort if button is self.sort_button else usable
            button.setEnabled(enabled)

    # What a person wants

    def _when_free(self, what: str, work: Callable[[], object]) -> None:
        """Do it, after what is being done now: two at once would take files from each other. Its dialog was there at
        once, so that nothing that is typed into it reaches a shortcut.
        """
        if self.outputs.running or self._waiting:
            self._waiting.append(work)
            waits = QCoreApplication.translate("JobRow", "waits for the one before it")
            self._session.message.emit(f"{what.rstrip('…')}  ·  {waits}")
        else:
            work()

    def _go_on(self) -> None:
        """Begin what was asked for first; what it leaves free goes to what has come meanwhile."""
        while self._waiting and not self.outputs.running:
            self._waiting.pop(0)()
        self.sort_new()

    def ask_save(self, form: str) -> None:
        """Ask where to, and save."""
        if form in OUTPUTS:
            try:
                OUTPUTS[form].check()
            except UsageError as error:
                self.failed.emit(str(error))
                return
        name, kinds = FORMS[form]
        path = file_dialogs.ask_save(self._page, self.tr("Save the predictions"), name, kinds)
        if path is not None:
            self.save(form, path)

    def save(self, form: str, path: Path) -> None:
        saved, threshold = self._batch.saved, self._view.threshold
        if saved is not None:
            self.failed.emit("")
            self._when_free(self.save_button.text(), lambda: self.outputs.save(saved, form, path, threshold))

    def ask_sort(self) -> None:
        saved = self._batch.saved
        if saved is None:
            return
        results, threshold, rows = self._view.results, self._view.threshold, self._view.rows()
        watching = self._batch.watching
        again = self._undone_folder
        dialog = SortDialog(
            results, threshold, saved.request.sources, rows, self._page, watching=watching, folder=again
        )
        dialog.say_older(self.older_words())
        dialog.wanted.connect(self.sort)
        dialog.finished.connect(dialog.deleteLater)  # it holds the rows
        dialog.open()
        sources = saved.request.sources

        def count(_emit: object, _cancel: object) -> Mapping[str, Any]:
            twice = counted_twice(results, saved.rows, sources)
            return {"twice": twice, "found": plan(results, threshold, rows, twice)}

        self._jobs.start_callable(count).ended.connect(dialog.know_shown)  # not called once the dialog is gone
        self.outputs.look_for_project(saved, dialog.know_project)

    def sort(self, folder: Path, mode: Mode, rows: Sequence[int] | None) -> None:
        rule = SortRule(folder, mode, self._view.threshold)
        self._when_free(self.sort_button.text(), lambda: self._sort_first(rule, rows))

    def _sort_first(self, rule: SortRule, rows: Sequence[int] | None) -> None:
        if self._batch.watching:
            self._rule, self._sorted_rows, self._journals = rule, len(self._view.results), []
            rows = range(self._sorted_rows) if rows is None else rows  # more may come meanwhile
        self._sort_by(rule, rows)

    def _sort_by(self, rule: SortRule, rows: Sequence[int] | None) -> None:
        saved = self._batch.saved
        if saved is not None:
            total = self._view.results.files if rows is None else len(rows)
            only = None if rows is None else tuple(rows)
            self.failed.emit("")
            self.outputs.sort(saved, rule.folder, rule.mode, rule.threshold, total, only)
            self._sorting = self.outputs.running
            self.changed.emit()

    def sort_new(self) -> None:
        """Sort what has come since by the same rule, if there is one."""
        rule, rows = self._rule, len(self._view.results)
        if rule is None or self.outputs.running or self._waiting:
            return
        if rows > self._sorted_rows:
            new, self._sorted_rows = range(self._sorted_rows, rows), rows
            self._sort_by(rule, new)
        elif not self._batch.running:
            self._rule = None

    @property
    def sorted_last(self) -> bool:
        """Return whether a sorting that can be undone is what was done last: no correction since, and nothing added.

        So it is while files are being sorted: undo can do nothing then, and must not take anything else back.
        """
        if self._sorting:
            return True
        return self._sorted_last and self._journal is not None and self._view.correcting.steps <= self._steps

    def undo_sorting(self) -> None:
        """Put the files back that were sorted here last; new ones are not sorted by themselves any more."""
        if self._journal is not None and not self.outputs.running:
            self._rule = None
            self.outputs.undo_sorting(self._journal)

    def _open_folder(self) -> None:
        if self._journal is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._journal.parent)))

    def ask_add(self) -> None:
        saved, project = self._batch.saved, self._session.project
        if saved is None:
            return
        first = Path(saved.request.sources[0])
        place = (file_dialogs.folder() / (first.stem or "Pictures")).with_suffix(".pigeonhole")
        results, rows = self._view.results, self._view.rows()
        name = project.name if project is not None and not self._session.read_only else ""
        dialog = AddDialog(results, rows, name, place, saved.request.sources, self._page)
        dialog.wanted.connect(self.add)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

        def count(_emit: object, _cancel: object) -> Mapping[str, Any]:
            twice = superseded_images(results, saved.rows)
            shown = (row for row in rows if row not in twice)
            return {"twice": results.confidences_of(twice), "found": results.confidences_of(shown)}

        self._jobs.start_callable(count).ended.connect(dialog.know_shown)  # not called once the dialog is gone

    def add(self, chosen: ChosenRows) -> None:
        saved = self._batch.saved
        if saved is None:
            return
        total = self._view.results.images if chosen.rows is None else len(chosen.rows)
        only = None if chosen.rows is None else tuple(chosen.rows)
        sources = saved.request.sources
        params = AdoptParams(
            str(saved.folder), saved.classes, sources, chosen.label, chosen.threshold / 100, total, only
        )
        self.failed.emit("")
        adopt = partial(self._when_free, self.add_button.text(), lambda: self._adopt(params))
        if chosen.project is None:
            adopt()
        else:
            self._session.create_project(chosen.project, adopt)

    def _adopt(self, params: AdoptParams) -> None:
        self.outputs.adopt(params)
        self._adding = self.outputs.running  # not where a project cannot be written
        if self._adding:
            self._sorted_last = False

    # How it goes

    def _began(self, what: str) -> None:
        self.done.say("")
        self.strip.start(what)
        self.changed.emit()

    def _know_journal(self, journal: Path) -> None:
        self._undone_folder = None
        self._journals = [*(self._journals if self._rule is not None else ()), journal]
        self._sorted_last, self._steps = True, self._view.correcting.steps
        self._newly_sorted = True
        self._view.details.look_again()

    def _forget_journal(self, journal: Path, complete: bool) -> None:
        """The sorting is undone; as long as files are left, or it was another one, it can be undone as before."""
        if complete and journal in self._journals:
            self._journals.remove(journal)
            self._undone_folder = journal.parent
        self._view.details.look_again()

    def _say_done(self, words: str) -> None:
        """Show what was done last; the sorting that can be undone keeps its buttons beside its own words."""
        journal, new = self._journal, self._newly_sorted
        if new and journal is not None:
            self._sorted_words[journal] = words
        self.done.say(words, sorting=new, added=self._adding)
        before = "" if new or journal is None else self._sorted_words.get(journal, "")
        self.sorted.say(before, sorting=True)
        self._newly_sorted = False

    def _ended(self, words: str) -> None:
        self.strip.hide()
        if words and self._sorting and self._rule is not None and self._batch.watching:
            words = self.tr("{0}. New files are sorted the same way.").format(words)
        self._say_done(words)
        self._adding = self._sorting = False
        self.changed.emit()
        self._go_on()
