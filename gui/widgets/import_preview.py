"""What a folder would bring, shown before anything is imported; the person may say otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.library.palette import COLOURS
from gui import theme
from gui.widgets.bars import Bar, BarList
from gui.widgets.combo import Combo
from gui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:  # its module loads Pillow, which the window starts without
    from engine.library.importers.detect import Detection

WIDTH = 620
MOST_ROWS = 8


class ImportPreview(QWidget):
    """`import_wanted(labels, csv)`; `look_again(labels, csv)` when another kind is chosen; `cancelled`."""

    import_wanted = Signal(str, str)
    look_again = Signal(str, str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._csv = ""
        self._folder = Path()
        self._title = ElidedLabel()
        self._title.setProperty("role", "title")
        self._place = ElidedLabel()
        self._place.setProperty("role", "muted")
        self._found = QLabel()
        self._found.setProperty("role", "heading")
        self._found.setWordWrap(True)
        self._splits = QLabel()
        self._splits.setProperty("role", "muted")
        self._splits.setWordWrap(True)
        self._notes = QLabel()
        self._notes.setProperty("role", "muted")
        self._notes.setWordWrap(True)
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(self.tr("Looking at the folder"))
        self.bars = BarList(self.tr("Classes found"))
        self.kind = Combo()
        self.kind.setAccessibleName(self.tr("Labels come from"))
        for text, value in (
            (self.tr("Found automatically"), "auto"),
            (self.tr("Names of folders"), "folders"),
            (self.tr("Beginnings of file names"), "prefix"),
            (self.tr("A table (CSV)…"), "csv"),
            (self.tr("Nothing: no labels yet"), "none"),
        ):
            self.kind.addItem(text, value)
        self.kind.activated.connect(self._kind_chosen)
        self.import_button = QPushButton(self.tr("Import"))
        self.import_button.setProperty("kind", "primary")
        self.import_button.setObjectName("import_button")
        self.import_button.setAccessibleName(self.tr("Import"))
        self.import_button.setEnabled(False)
        self.import_button.clicked.connect(lambda: self.import_wanted.emit(self.kind.currentData(), self._csv))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.cancelled)
        self._build()

    def _build(self) -> None:
        card = QFrame()
        card.setFixedWidth(WIDTH)
        card.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        source = QLabel(self.tr("Labels come from"))
        source.setProperty("role", "muted")
        source.setBuddy(self.kind)
        choice = QHBoxLayout()
        choice.setSpacing(theme.Theme.M)
        choice.addWidget(source)
        choice.addWidget(self.kind, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.Theme.S)
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.import_button)
        self._well = QFrame()
        self._well.setProperty("role", "card")
        inside = QVBoxLayout(self._well)
        inside.setContentsMargins(theme.Theme.L, theme.Theme.L, theme.Theme.L, theme.Theme.L)
        inside.setSpacing(theme.Theme.S)
        inside.addWidget(self._busy)
        inside.addWidget(self._found)
        inside.addWidget(self._splits)
        inside.addWidget(self.bars)
        inside.addWidget(self._notes)
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.Theme.M)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addWidget(self._place)
        column.addLayout(head)
        column.addWidget(self._well)
        column.addLayout(choice)
        column.addSpacing(theme.Theme.S)
        column.addLayout(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.Theme.XL, theme.Theme.XL, theme.Theme.XL, theme.Theme.XL)
        outer.addStretch(2)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)

    def show_folder(self, folder: Path, project: str | None = None) -> None:
        """Begin: the folder is being looked at. `project` is the one it is to be added to, None for a new one."""
        self.kind.setCurrentIndex(0)
        self._csv = ""
        self._title.setText(folder.name)
        new = self.tr("{0}  ·  a new project is made for it").format(folder.parent)
        self._place.setText(new if project is None else self.tr("{0}  ·  added to {1}").format(folder.parent, project))
        self._folder = folder
        self.show_looking()

    def show_looking(self) -> None:
        self._busy.show()
        self._say(self.tr("Looking at the folder…"))
        for widget in (self._splits, self.bars, self._notes):
            widget.hide()
        self.import_button.setEnabled(False)

    def show_detection(self, found: Detection) -> None:
        self._busy.hide()
        images = f"{found.images:,}"
        if found.classes:
            self._say(
                self.tr("{0} images in {1} classes, {2}").format(images, len(found.classes), self._kind_words(found))
            )
        else:
            self._say(self.tr("{0} images, not labelled yet").format(images))
        splits = [f"{count:,} {name}" for name, count in found.splits.items()]
        rest = self.tr("labelled images without a split: 80 % training, 20 % validation")
        self._splits.setText(self.tr("Splits: {0}").format(" · ".join(splits) if splits else rest))
        self._splits.setVisible(bool(found.classes))
        self.bars.set_bars(
            [
                Bar(name, count, QColor(COLOURS[place % len(COLOURS)]))
                for place, (name, count) in enumerate(found.classes.items())
            ]
        )
        self.bars.setVisible(bool(found.classes))
        row = round(self.bars.fontMetrics().height() * 2.5)
        self.bars.setFixedHeight(row * min(len(found.classes), MOST_ROWS))
        self._notes.setText("\n".join(found.notes))
        self._notes.setVisible(bool(found.notes))
        self.import_button.setEnabled(True)
        self.import_button.setDefault(True)
        self.import_button.setFocus()

    def show_reason(self, reason: str) -> None:
        """Why this folder cannot be imported in this way."""
        self._busy.hide()
        self._say(reason)
        for widget in (self._splits, self.bars, self._notes):
            widget.hide()
        self.import_button.setEnabled(False)
        self.kind.setFocus()

    def _say(self, words: str) -> None:
        """The layout asks a wrapped text for its height before it has its width; a long one would be cut."""
        self._found.setText(words)
        self._found.setMinimumHeight(max(0, self._found.heightForWidth(self._found.width())))

    def _kind_words(self, found: Detection) -> str:
        return {
            "train-test-folders": self.tr("a folder for each split and class"),
            "class-folders": self.tr("a folder for each class"),
            "file-prefix": self.tr("the class in the file name"),
            "csv": self.tr("classes from a table"),
        }.get(found.kind, found.kind)

    def _kind_chosen(self) -> None:
        labels = self.kind.currentData()
        if labels != "csv":
            self._csv = ""
            self.look_again.emit(labels, "")
            return
        dialog = QFileDialog(self, self.tr("Choose a table"), str(self._folder))
        dialog.setNameFilter(self.tr("Tables (*.csv *.tsv *.txt)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._table_chosen)
        dialog.rejected.connect(self._table_not_chosen)
        dialog.open()

    def _table_chosen(self, file: str) -> None:
        self._csv = file
        self.look_again.emit("csv", file)

    def _table_not_chosen(self) -> None:
        self.kind.setCurrentIndex(0)
        self.look_again.emit("auto", "")
