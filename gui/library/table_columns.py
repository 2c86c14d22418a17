"""Which columns of a table hold the path, the class and the split of each image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui import theme
from gui.widgets.combo import Combo


@dataclass(frozen=True, slots=True)
class TableFound:
    """The table that labels were read from, as an absolute path, and what its columns are called."""

    file: str
    columns: tuple[str, ...]


class TableColumns(QWidget):
    """Three boxes; "automatic" in each leaves it to the importer."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path, self.class_name, self.split = Combo(), Combo(), Combo()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.Theme.S)
        grid.setVerticalSpacing(2)
        for place, (box, words) in enumerate(
            (
                (self.path, self.tr("Path")),
                (self.class_name, self.tr("Class")),
                (self.split, self.tr("Split")),
            )
        ):
            box.setAccessibleName(self.tr("Column of the {0}").format(words.lower()))
            box.setMinimumWidth(80)
            box.addItem(self.tr("automatic"), None)
            box.activated.connect(lambda _: self.changed.emit())
            label = QLabel(words)
            label.setProperty("role", "small")
            label.setBuddy(box)
            grid.addWidget(label, 0, place)
            grid.addWidget(box, 1, place)
            grid.setColumnStretch(place, 1)

    def show_columns(self, columns: Sequence[str]) -> None:
        """Offer these; what was chosen stays as far as it is among them."""
        for box in (self.path, self.class_name, self.split):
            chosen = box.currentData()
            while box.count() > 1:
                box.removeItem(1)
            for name in columns:
                box.addItem(name, name)
            box.setCurrentIndex(max(0, box.findData(chosen)) if chosen else 0)

    def reset(self) -> None:
        self.show_columns(())

    def any_chosen(self) -> bool:
        return any(box.currentData() for box in (self.path, self.class_name, self.split))
