"""Adding results to a project: to which one, which of them, and whether predictions become labels or suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QPushButton, QSpinBox, QWidget

from engine.batch.results import Results
from engine.batch.saved_results.stored import superseded
from engine.batch.sources.archives import is_archive
from engine.events import Failed, Outcome, Succeeded
from engine.places import expanded
from gui import theme
from gui.language import percent_form
from gui.widgets import file_dialogs, wording
from gui.widgets.caution import Caution
from gui.widgets.controls import Combo, pad_number
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row, stretch

SUGGEST, LABEL = 0, 1
USUAL = 90  # per cent, from which on a prediction becomes a label


def superseded_images(results: Results, file: Path) -> frozenset[int]:
    """The images in `file` that count although their file has a later row, which alone is added: it lies in two
    sources. May run in any thread.
    """
    return frozenset(row for row in superseded(file) if row < len(results) and results.predicted[row] >= 0)


class ChosenRows(NamedTuple):
    """`project` None means the open one; `rows` None means all; `threshold` in per cent."""

    project: Path | None
    label: bool
    threshold: int
    rows: Sequence[int] | None


class AddDialog(QDialog):
    wanted = Signal(object)  # an `ChosenRows`

    def __init__(
        self,
        results: Results,
        rows: Sequence[int],
        project: str,
        proposed: Path,
        sources: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        """`rows` are those shown, of which `know_shown` is given how sure they are; `project` the name of the open one
        (empty: none), `proposed` where a new one goes, `sources` what was classified.
        """
        super().__init__(parent)
        self._results, self._rows = results, rows
        self._shown: tuple[int, list[int]] | None = None  # how many are called something, the others by per cent
        self._twice: tuple[int, list[int]] = 0, []  # likewise, of all rows whose file has a later one
        self._not_counted = ""
        self.setWindowTitle(self.tr("Add to a project"))
        self.setAccessibleName(self.windowTitle())
        self.resize(600, 0)
        self.where = Combo()
        self.where.setAccessibleName(self.tr("Project"))
        if project:
            self.where.addItem(self.tr("The open project, {0}").format(project), False)
        self.where.addItem(self.tr("A new project"), True)
        self.place = QLineEdit(str(proposed))
        self.place.setAccessibleName(self.tr("Place of the new project"))
        self.choose_button = QPushButton(self.tr("Choose…"))
        self.which = Combo()
        self.which.setAccessibleName(self.tr("Images to add"))
        self.which.addItems(self._which_words(0, len(rows)))
        self.which.setEnabled(0 < len(rows) < results.images)
        self.how = Combo()
        self.how.setAccessibleName(self.tr("Predictions become"))
        self.how.addItems([self.tr("Suggestions, to accept in the Library"), self.tr("Labels where the model is sure")])
        self.least = QSpinBox()
        self.least.setRange(0, 100)
        self.least.setValue(USUAL)
        self.least.setSuffix(percent_form().format(""))
        pad_number(self.least)
        self.least.setAccessibleName(self.tr("A label from this confidence on"))
        self.words = text("", "muted", wrap=True)
        self._archives = [is_archive(source) for source in sources]
        self.notice = Caution()
        if any(self._archives):
            self.notice.say(
                self.tr("Pictures in archives are left out: a project has files. Sort copies of them first.")
            )
        self.add_button = QPushButton(self.tr("Add"))
        self.add_button.setObjectName("add_button")
        self.add_button.setProperty("kind", "primary")
        self.cancel_button = QPushButton(self.tr("Cancel"))
        for button in (self.choose_button, self.add_button, self.cancel_button):
            button.setAccessibleName(button.text())
        self._build()
        self._connect()
        self._show()

    def _connect(self) -> None:
        for box in (self.where, self.which, self.how):
            box.currentIndexChanged.connect(lambda _: self._show())
        self.least.valueChanged.connect(lambda _: self._show())
        self.place.textChanged.connect(lambda _: self._show())
        self.choose_button.clicked.connect(self._choose)
        self.cancel_button.clicked.connect(self.reject)
        self.add_button.clicked.connect(self._add)

    def _build(self) -> None:
        gap = theme.current()
        self._new = QWidget()
        self._new.setMinimumHeight(gap.CONTROL)
        row(fill(self.place), self.choose_button, on=self._new, spacing=gap.S)
        how = row(fill(self.how), spacing=gap.S)
        self._from = text(self.tr("from"), "muted")
        how.addWidget(self._from, 0, Qt.AlignmentFlag.AlignVCenter)
        how.addWidget(self.least)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(gap.L)
        self._form.setVerticalSpacing(gap.M)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (
            (self.tr("Project"), self.where),
            (self.tr("Place"), self._new),
            (self.tr("Which"), self.which),
            (self.tr("Predictions"), how),
        ):
            label = text(name, "muted")
            label.setMinimumHeight(gap.CONTROL)
            self._form.addRow(label, field)
        buttons = row(stretch(), self.cancel_button, self.add_button)
        column(
            self._form, self.notice, self.words, stretch(), buttons, on=self, margins=(20, 20, 20, 16), spacing=gap.L
        )

    def know_shown(self, outcome: Outcome) -> None:
        """Take in how sure the rows are that are shown; a thread counts them, as there may be a million."""
        if isinstance(outcome, Succeeded):
            self._shown, self._twice = outcome.result["found"], outcome.result["twice"]
            twice, shown = (called + sum(percents) for called, percents in (self._twice, self._shown))
            for index, words in enumerate(self._which_words(twice, shown)):
                self.which.setItemText(index, words)
        elif isinstance(outcome, Failed):  # adding needs no counts
            self._not_counted = self.tr("They could not be counted, but can be added: {0}").format(outcome.message)
        self._show()

    def _which_words(self, twice: int, shown: int) -> list[str]:
        everything = self.tr("All {0} images").format(wording.number(self._results.images - twice))
        return [everything, self.tr("Only the {0} shown").format(wording.number(shown))]

    def _choose(self) -> None:
        start = Path(self.place.text()).name
        path = file_dialogs.ask_save(self, self.tr("Place of the new project"), start, "Pigeonhole (*.pigeonhole)")
        if path is not None:
            self.place.setText(str(path))

    def _show(self) -> None:
        new = bool(self.where.currentData())
        self._form.setRowVisible(self._new, new)
        label = self.how.currentIndex() == LABEL
        self.least.setVisible(label)
        self._from.setVisible(label)
        counts = self.counts()
        total, labelled = counts or (0, 0)
        as_label = self.tr("%Ln come with a label", None, labelled)
        rest = self.tr("%Ln with a suggestion", None, total - labelled)
        undo = self.tr("One undo in the Library takes all of it back. Your files stay where they are.")
        files = not self._archives or not all(self._archives)
        words = f"{wording.images(total)}: {as_label}, {rest}. {undo}"
        if counts is None:
            words = self._not_counted or self.tr("Counting…")
        some = total > 0 if counts else bool(self._not_counted)
        self.words.setText(words if files else "")
        self.add_button.setEnabled(some and files and (not new or bool(self.place.text().strip())))

    def counts(self) -> tuple[int, int] | None:
        """Return how many images, and how many of them would get a label: by a person, or as the model is sure enough.
        None as long as they are being counted.
        """
        results = self._results
        least = self.least.value() if self.how.currentIndex() == LABEL else 101
        if self._chosen_rows() is None:
            called, percents = self._twice
            total = results.images - called - sum(percents)
            unlabelled = results.unsure(least) + sum(results.unlike_counts())
            return total, total - unlabelled + sum(percents[:least])
        if self._shown is None:
            return None
        called, percents = self._shown
        return called + sum(percents), called + sum(percents[least:])

    def _chosen_rows(self) -> Sequence[int] | None:
        return self._rows if self.which.currentIndex() == 1 else None

    def _add(self) -> None:
        place = expanded(self.place.text().strip()) if self.where.currentData() else None
        label = self.how.currentIndex() == LABEL
        self.wanted.emit(ChosenRows(place, label, self.least.value(), self._chosen_rows()))
        self.accept()
