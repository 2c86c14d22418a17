"""Writing the labels of a project as a table or as folders; a dialog asks in which form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QGridLayout, QRadioButton, QWidget

from engine.events import Cancelled, Outcome
from gui import theme
from gui.library.file_job import FileJob
from gui.widgets import file_dialogs, wording
from gui.widgets.controls import dialog_button
from gui.widgets.labels import text
from gui.widgets.layouts import column, row, stretch

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit
    from engine.library.project import Project

TABLE = "csv"


class LabelsExport(FileJob):
    """Writes the labels of the open project; also of one that is open read-only, as it changes nothing in it."""

    _changes_images = False

    def _can_start(self) -> bool:
        return not self._busy()

    def start(self, format: str, out: Path, *, hard_links: bool = False) -> None:
        """Write them in one of `engine.library.exporting.FORMATS` to a new file or folder."""

        def work(project: Project, emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.exporting import ExportLabelsParams, export_labels

            params = ExportLabelsParams(str(project.folder), str(out), format, hard_links)
            return export_labels(params, emit=emit, cancel=cancel, project=project)

        self._begin(work)

    def _what(self) -> str:
        return self.tr("Writing the labels")

    def _ending(self, outcome: Outcome) -> str:
        if isinstance(outcome, Cancelled):
            return self.tr("Stopped; nothing was written.")
        return super()._ending(outcome)

    def _words(self, record: Mapping[str, Any]) -> str:
        from engine.library.exporting import ExportedLabels  # loaded with the job

        result = ExportedLabels.of(record)
        words = self.tr("Labels written: {0}, {1}").format(
            wording.place(Path(result.out)), wording.images(result.images)
        )
        if result.problems:
            words = self.tr("{0}; {1} cannot be read").format(words, wording.number(result.problems))
        return words


class LabelsExportDialog(QDialog):
    """Asks for the form; `Save…` asks for the place and begins."""

    def __init__(self, export: LabelsExport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._export = export
        self.setObjectName("labels_export_dialog")
        self.setWindowTitle(self.tr("Export labels"))
        self.setAccessibleName(self.windowTitle())
        self.forms = QButtonGroup(self)
        self.links = QCheckBox(self.tr("&Share the files instead of copying them"))
        self.links.setToolTip(self.tr("Takes no room; both must be on one disk, and a change in one is one in both"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.Theme.L)
        grid.setColumnStretch(1, 1)
        self.formats: list[str] = []
        for number, (name, title, words) in enumerate(self._forms()):
            choice = QRadioButton(title)
            choice.setObjectName(f"labels_{name}")
            choice.setAccessibleName(title.replace("&", ""))
            choice.setAccessibleDescription(words)
            self.formats.append(name)
            self.forms.addButton(choice, number)
            grid.addWidget(choice, number, 0)
            grid.addWidget(text(words, "muted"), number, 1)
        self.forms.button(0).setChecked(True)
        self.forms.idToggled.connect(lambda _id, _on: self._show_usable())
        self.save = dialog_button(self.tr("Save…"), "save_labels_button", self._save)
        self.save.setProperty("kind", "primary")
        self.save.setDefault(True)
        cancel = dialog_button(self.tr("Cancel"), "cancel_labels_button", self.reject)
        gap = theme.current()
        buttons = row(self.links, stretch(), cancel, self.save, spacing=gap.S)
        column(grid, buttons, on=self, margins=(gap.XL, gap.XL, gap.XL, gap.L), spacing=gap.L)
        self._show_usable()

    def _forms(self) -> tuple[tuple[str, str, str], ...]:
        return (
            (TABLE, self.tr("&Table"), self.tr("A CSV file: every image with its class, split, marks, note and group")),
            ("folders", self.tr("&Class folders"), self.tr("The labelled images in a folder for each class")),
            (
                "tree",
                self.tr("S&plits and classes"),
                self.tr("train, validation and test, with class folders in each; for Keras"),
            ),
            (
                "imagefolder",
                self.tr("&Image folder"),
                self.tr("train, validation and test with a metadata.csv; for Hugging Face"),
            ),
        )

    def form(self) -> str:
        """Return which of `engine.library.exporting.FORMATS` is chosen."""
        return self.formats[max(0, self.forms.checkedId())]

    def _show_usable(self) -> None:
        self.links.setEnabled(self.form() != TABLE)

    def _save(self) -> None:
        is_table = self.form() == TABLE
        title = self.tr("Save the labels") if is_table else self.tr("A new folder for the images")
        kinds = self.tr("Tables (*.csv)") if is_table else self.tr("Folders (*)")
        out = file_dialogs.ask_save(self, title, "labels.csv" if is_table else "labels", kinds)
        if out is not None:
            self.accept()
            self._export.start(self.form(), out, hard_links=self.links.isChecked() and not is_table)
