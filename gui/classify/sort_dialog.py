"""Sorting the files of a batch into class folders: where to, how, and what there would be in each folder then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from engine.batch.results import REPLACED, Results
from engine.batch.saved_results.stored import read_rows, superseded
from engine.batch.sorting.folder_names import PROBLEMS, RESERVED, UNLIKE, UNSURE, folder_names
from engine.batch.sorting.journal import MODES, Mode
from engine.batch.sorting.proposing import free_folder, name_of, place_beside
from engine.batch.sources.archives import archive_among, is_archive, stays_inside
from engine.events import Failed, Outcome, Succeeded
from engine.places import expanded
from gui import theme
from gui.widgets import file_dialogs, wording
from gui.widgets.caution import Caution
from gui.widgets.charts.bars import Bar, BarList
from gui.widgets.controls import Combo
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row


class SortPlan(NamedTuple):
    """The plan of a sorting: `folders` gives numbers of files by folder, as the engine would name the folders; `stuck`
    counts problems that stay in their archives.
    """

    folders: dict[str, int]
    total: int
    stuck: int = 0


def counted_twice(results: Results, file: Path, sources: Sequence[str]) -> frozenset[int]:
    """The rows in `file` that count although their file has a later one, which alone is sorted: it lies in two sources.
    Of two members of an archive both are sorted. May run in any thread.
    """
    old = sorted(row for row in superseded(file) if row < len(results) and results.predicted[row] != REPLACED)
    found = zip(old, read_rows(file, [results.places[row] for row in old]) if old else (), strict=True)
    return frozenset(
        row for row, seen in found if archive_among(sources, seen.path) is None and not stays_inside(seen.problem or "")
    )


def plan(
    results: Results, threshold: int, rows: Iterable[int] | None = None, twice: Collection[int] = frozenset()
) -> SortPlan:
    """Numbers of files by folder, of all results or of some rows: what needs a look first, then the fullest class.
    Rows in `twice` are left out. May run in any thread.
    """
    names, stuck = folder_names(results.names), 0

    def folder(row: int) -> str:
        if results.class_of(row) < 0:
            return PROBLEMS
        if results.is_unlike(row):
            return UNLIKE
        return UNSURE if results.is_unsure(row, threshold) else names[results.names[results.class_of(row)]]

    if rows is None:
        filed = zip(results.names, results.filed_counts(threshold), strict=True)
        found = {names[name]: count for name, count in filed}
        stuck = results.stuck_count
        unsure, unlike = results.unsure(threshold), sum(results.unlike_counts())
        found |= {UNSURE: unsure, UNLIKE: unlike, PROBLEMS: results.problem_count - stuck}
        for row in twice:
            found[folder(row)] -= 1
    else:
        found = dict.fromkeys((*names.values(), *RESERVED), 0)
        for row in rows:
            if row not in twice:
                found[folder(row)] += 1
    classes = sorted(((n, c) for n, c in found.items() if c and n not in RESERVED), key=lambda pair: -pair[1])
    rest = [(name, found[name]) for name in RESERVED if found[name]]
    return SortPlan(dict([*rest, *classes]), sum(found.values()), stuck)


class SortDialog(QDialog):
    """`wanted` gives the folder, how, and the rows (None: all)."""

    wanted = Signal(object, str, object)

    def __init__(
        self,
        results: Results,
        threshold: int,
        sources: tuple[str, ...],
        rows: Sequence[int],
        parent: QWidget | None = None,
        *,
        watching: bool = False,
        folder: Path | None = None,
    ) -> None:
        """`rows` are those that are shown, whose plan `know_shown` is given; `sources` what was classified, and perhaps
        is still watched. `folder` is proposed; else a new one beside the first source.
        """
        super().__init__(parent)
        self._results, self._threshold, self._sources, self._rows = results, threshold, sources, rows
        self._plan_of_shown: SortPlan | None = None
        self._twice: Collection[int] = frozenset()
        self._not_counted = ""
        self.setWindowTitle(self.tr("Sort into folders"))
        self.setAccessibleName(self.windowTitle())
        self.resize(640, 600)
        self._place = place_beside(sources)
        self.target = QLineEdit(wording.place(folder or self._new_folder()))
        self.target.setAccessibleName(self.tr("Folder to sort into"))
        self.target.setPlaceholderText(self.tr("A folder beside your pictures, or a new one"))
        self.choose_button = QPushButton(self.tr("Choose…"))
        self.mode = self._box(self.tr("How"), self._mode_words())
        self.which = self._box(self.tr("Images to sort"), self._which_words())
        self.which.setEnabled(0 < len(rows) < results.images)
        self.bars = BarList(self.tr("Folders and their numbers of files"))
        self.words = text("", "muted", wrap=True)
        self.notice = Caution()
        self.rule = text(
            self.tr("New files are sorted the same way as they come. Each time can be undone by itself."), wrap=True
        )
        self.rule.setVisible(watching)
        self.older = Caution()
        self.sort_button = QPushButton(self.tr("Sort"))
        self.sort_button.setObjectName("sort_button")
        self.sort_button.setProperty("kind", "primary")
        self.sort_button.setDefault(True)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        for button in (self.choose_button, self.sort_button, self.cancel_button):
            button.setAccessibleName(button.text())
        self._build()
        self._connect()
        self._project = ""
        self.mode.setEnabled(not any(is_archive(source) for source in sources))
        self._show()

    def say_older(self, words: str) -> None:
        """Say that what is sorted by is not what the chosen model says; "" where it is."""
        self.older.say(words)

    def _new_folder(self) -> Path:
        """Return a folder that has nothing in it yet, named after what was classified."""
        name = name_of(self._sources)
        return free_folder(self._place, self.tr("{0} sorted").format(name) if name else self.tr("Sorted pictures"))

    def _box(self, name: str, words: list[str]) -> Combo:
        box = Combo()
        box.setAccessibleName(name)
        box.addItems(words)
        return box

    def _mode_words(self) -> list[str]:
        """Return the words of the modes, in the order of `MODES`."""
        return [
            self.tr("Copy: your files stay where they are"),
            self.tr("Move: your files leave their place; can be undone"),
            self.tr("Hard links: a second name for each file, on the same disk, no room needed"),
            self.tr("Symbolic links: pointers to your files, no room needed"),
        ]

    def _which_words(self) -> list[str]:
        shown = self._plan_of_shown.total if self._plan_of_shown else len(self._rows)
        everything = self.tr("All {0} files").format(wording.number(self._results.files - len(self._twice)))
        return [everything, self.tr("Only the {0} shown").format(wording.number(shown))]

    def _build(self) -> None:
        gap = theme.current()
        place = row(fill(self.target), self.choose_button, spacing=gap.S)
        form = QFormLayout()
        form.setHorizontalSpacing(gap.L)
        form.setVerticalSpacing(gap.M)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in ((self.tr("Into"), place), (self.tr("How"), self.mode), (self.tr("Which"), self.which)):
            label = text(name, "muted")
            label.setMinimumHeight(gap.CONTROL)
            form.addRow(label, field)
        buttons = row(fill(self.words), self.cancel_button, self.sort_button)
        column(
            self.older,
            form,
            self.rule,
            self.notice,
            text(self.tr("What each folder would get"), "heading"),
            fill(self.bars),
            buttons,
            on=self,
            margins=(20, 20, 20, 16),
            spacing=gap.L,
        )

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self._choose)
        self.target.textChanged.connect(lambda _: self._show())
        self.target.editingFinished.connect(self._show_whole_path)
        self.which.currentIndexChanged.connect(lambda _: self._show())
        self.mode.currentIndexChanged.connect(lambda _: self._show())
        self.cancel_button.clicked.connect(self.reject)
        self.sort_button.clicked.connect(self._sort)

    def _choose(self) -> None:
        folder = file_dialogs.ask_folder(self, self.tr("Choose a folder to sort into"), of="results")
        if folder is not None:
            self.target.setText(wording.place(folder))

    def _show_whole_path(self) -> None:
        """A name alone is that of a folder beside the pictures: show where that is."""
        folder = self.folder()
        if folder is not None:
            self.target.setText(wording.place(folder))

    def know_shown(self, outcome: Outcome) -> None:
        """The plan of the rows that are shown, counted in a thread: there may be a million of them."""
        if isinstance(outcome, Succeeded):
            self._plan_of_shown, self._twice = outcome.result["found"], outcome.result["twice"]
            for index, words in enumerate(self._which_words()):
                self.which.setItemText(index, words)
        elif isinstance(outcome, Failed):  # sorting needs no counts
            self._not_counted = self.tr("They could not be counted, but can be sorted: {0}").format(outcome.message)
        self._show()

    def _chosen_rows(self) -> Sequence[int] | None:
        return self._rows if self.which.currentIndex() == 1 else None

    def folder(self) -> Path | None:
        """Return the target folder, None where none was typed; what is no whole path is beside the pictures."""
        typed = self.target.text().strip()
        return self._place / expanded(typed) if typed else None

    def know_project(self, name: str) -> None:
        """Say that these images are in the project of that name, which finds them where they are now."""
        self._project = name
        self._show()

    def _caution(self) -> str:
        if not self.mode.isEnabled():
            return self.tr("Pictures in archives can only be copied.")
        if self._project and self.mode_chosen() == "move":
            words = self.tr(
                "The project {0} has these images; it does not find them where you move them. Copy or link."
            )
            return words.format(self._project)
        return ""

    def _show(self) -> None:
        self.notice.say(self._caution())
        colours, plan_now = theme.current(), self.plan()
        found = plan_now or SortPlan({}, 0)
        special = {UNSURE: colours.warning, PROBLEMS: colours.negative}
        self.bars.set_bars([Bar(name, count, special.get(name)) for name, count in found.folders.items()])
        folder = self.folder()
        problem = self._why_not(folder)
        files = wording.files(found.total)
        folders = self.tr("%Ln folder(s)", None, len(found.folders))
        words = self.tr("{0} into {1}").format(files, folders)
        if found.folders.get(UNSURE):
            words = self.tr("{0}; below {1} % they are unsure").format(words, self._threshold)
        if found.stuck:
            inside = self.tr("%Ln stay", None, found.stuck)
            words = self.tr("{0}; {1} in archives, out of which they cannot be taken").format(words, inside)
        if plan_now is None:
            words = self._not_counted or self.tr("Counting…")
        self.words.setText(problem or words)
        some = found.total > 0 if plan_now else bool(self._not_counted)
        self.sort_button.setEnabled(folder is not None and not problem and some)

    def plan(self) -> SortPlan | None:
        """Return the plan; None as long as it is being counted; of all results the counts are there at once."""
        if self._chosen_rows() is not None:
            return self._plan_of_shown
        return plan(self._results, self._threshold, twice=self._twice)

    def _why_not(self, folder: Path | None) -> str:
        if folder is None:
            return ""
        if any(Path(source) == folder for source in self._sources):
            return self.tr("This folder was classified itself; choose one in it or beside it.")
        return ""

    def mode_chosen(self) -> Mode:
        return MODES[self.mode.currentIndex()]

    def _sort(self) -> None:
        self.wanted.emit(self.folder(), self.mode_chosen(), self._chosen_rows())
        self.accept()
