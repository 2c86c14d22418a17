"""How a folder is imported: where labels come from, which split the images get, what is kept together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from gui import theme
from gui.widgets.combo import Combo
from gui.widgets.elided_label import ElidedLabel

EXAMPLE = r"^(\d+_\d+)_"  # the tracks of the traffic signs (GTSRB): 00000_00003_00012.png


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """What the person decided; the fields are those of the engine's `ImportParams`."""

    labels: str = "auto"
    csv: str | None = None
    names: str | None = None
    split: str = "auto"
    group_by: str | None = None


class ImportOptions(QWidget):
    """`look_again` when what the folder holds may now read otherwise; `changed` when anything is chosen."""

    look_again = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = Path()
        self._csv = self._names = ""
        self.kind = Combo()
        for text, value in (
            (self.tr("Automatic"), "auto"),
            (self.tr("Folder names"), "folders"),
            (self.tr("File names"), "prefix"),
            (self.tr("A table (CSV)…"), "csv"),
            (self.tr("Nothing: no labels yet"), "none"),
        ):
            self.kind.addItem(text, value)
        self.kind.activated.connect(self._kind_chosen)
        self.names_button = QPushButton(self.tr("Names table…"))
        self.names_button.setAccessibleName(self.tr("Names table"))
        self.names_button.setToolTip(
            self.tr("A table with the columns ClassId and SignName (or id and name) that gives numbered folders names")
        )
        self.names_button.clicked.connect(self._choose_names)
        self._names_file = ElidedLabel()
        self._names_file.setProperty("role", "muted")
        self.split = Combo()
        for text, value in (
            (self.tr("Automatic"), "auto"),
            (self.tr("All to training"), "training"),
            (self.tr("All to validation"), "validation"),
            (self.tr("All to test"), "test"),
        ):
            self.split.addItem(text, value)
        self.split.setToolTip(
            self.tr("Automatic: as folders and tables say; labelled images elsewhere 80 % training, 20 % validation")
        )
        self.split.activated.connect(self._split_chosen)
        self.together = QLineEdit()
        self.together.setPlaceholderText(self.tr("Regular expression on file names, such as {0}").format(EXAMPLE))
        self.together.setToolTip(
            self.tr("Images of a class with the same first group of this expression come into the same split")
        )
        self.together.textChanged.connect(lambda _: self.changed.emit())
        self._build()

    def _build(self) -> None:
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(theme.Theme.M)
        self.form.setVerticalSpacing(theme.Theme.S)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        names = self._names_row = QWidget()
        row = QHBoxLayout(names)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.Theme.M)
        row.addWidget(self.names_button)
        row.addWidget(self._names_file, 1)
        for words, field, control in (
            (self.tr("Labels come from"), self.kind, self.kind),
            (self.tr("Class names"), names, self.names_button),
            (self.tr("Split"), self.split, self.split),
            (self.tr("Keep together"), self.together, self.together),
        ):
            label = QLabel(words)
            label.setProperty("role", "muted")
            label.setMinimumHeight(theme.Theme.CONTROL)
            label.setBuddy(control)
            if control is field:
                control.setAccessibleName(words)
            self.form.addRow(label, field)

    def begin(self, folder: Path) -> None:
        """Another folder: everything is automatic again."""
        self._folder, self._csv = folder, ""
        self.kind.setCurrentIndex(0)
        self.split.setCurrentIndex(0)
        self.together.clear()
        self._set_names("")
        self._show_usable()

    def choices(self) -> ImportChoices:
        return ImportChoices(
            labels=self.kind.currentData(),
            csv=self._csv or None,
            names=self._names or None if self._names_row.isEnabled() else None,
            split=self.split.currentData(),
            group_by=self.together.text().strip() or None if self.together.isEnabled() else None,
        )

    def mistake(self) -> str:
        """Why these choices cannot be used; empty when they can."""
        try:
            re.compile(self.together.text().strip())
        except re.error as why:
            return self.tr("“Keep together” is not a regular expression: {0}.").format(why)
        return ""

    def _show_usable(self) -> None:
        """Names belong to classes that are found by name; only a division into splits keeps images together."""
        self._names_row.setEnabled(self.kind.currentData() != "none")
        self.together.setEnabled(self.split.currentData() == "auto")

    def _split_chosen(self) -> None:
        self._show_usable()
        self.changed.emit()

    def _kind_chosen(self) -> None:
        self._show_usable()
        if self.kind.currentData() != "csv":
            self._csv = ""
            self.look_again.emit()
            return
        dialog = self._table_dialog(self.tr("Choose a table"))
        dialog.fileSelected.connect(self._table_chosen)
        dialog.rejected.connect(self._table_not_chosen)
        dialog.open()

    def _table_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, str(self._folder))
        dialog.setNameFilter(self.tr("Tables (*.csv *.tsv *.txt)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _table_chosen(self, file: str) -> None:
        self._csv = file
        self.look_again.emit()

    def _table_not_chosen(self) -> None:
        self.kind.setCurrentIndex(0)
        self._show_usable()
        self.look_again.emit()

    def _choose_names(self) -> None:
        """Choose a table of names, or go back to none when one was chosen."""
        if self._names:
            self.names_chosen("")
            return
        dialog = self._table_dialog(self.tr("Choose a table of class names"))
        dialog.fileSelected.connect(self.names_chosen)
        dialog.open()

    def names_chosen(self, file: str) -> None:
        self._set_names(file)
        self.look_again.emit()

    def _set_names(self, file: str) -> None:
        self._names = file
        self._names_file.setText(Path(file).name if file else self.tr("as the folders or the table say"))
        self.names_button.setText(self.tr("Without it") if file else self.tr("Names table…"))
