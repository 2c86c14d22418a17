"""A group of options under a head that folds it and says how many of them differ from the recipe."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.train.option_rows import OptionRow, words
from gui.widgets.parts import text


class OptionGroup(QWidget):
    folded = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[OptionRow] = []
        self._name = words(name)
        self.head = QToolButton()
        self.head.setObjectName(f"group_{name.lower()}")
        self.head.setText(self._name)
        self.head.setCheckable(True)
        self.head.setChecked(True)
        self.head.setProperty("kind", "fold")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(16, 16))
        self.head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._changed = text("", "small")
        self.body = QWidget()
        self._grid = QGridLayout(self.body)
        self._grid.setContentsMargins(0, 0, 0, theme.current().S)
        self._grid.setHorizontalSpacing(theme.current().S)
        self._grid.setVerticalSpacing(theme.current().XS)
        self._grid.setColumnStretch(0, 1)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.head)
        line.addStretch(1)
        line.addWidget(self._changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.body)
        self.head.toggled.connect(self._on_fold)
        self._show_fold()

    def add(self, row: OptionRow) -> None:
        row.place(self._grid, len(self.rows))
        self.rows.append(row)

    def settle(self, changed: int) -> None:
        """After rows were shown or hidden: a group without any takes no room. `changed` is said in the head."""
        self.body.setVisible(any(not r.label.isHidden() for r in self.rows))
        self._changed.setText(self.tr("{0} changed").format(changed) if changed else "")

    def _on_fold(self, shown: bool) -> None:
        for row in self.rows:
            row.group_open = shown
        self._show_fold()
        self.folded.emit()

    def _show_fold(self) -> None:
        shown = self.head.isChecked()
        theme.set_icon(self.head, "chevron-down" if shown else "chevron-right", "muted", 16)
        tip = self.tr("Fold “{0}”") if shown else self.tr("Unfold “{0}”")
        self.head.setToolTip(tip.format(self._name))
        self.head.setAccessibleName(self.head.toolTip())
