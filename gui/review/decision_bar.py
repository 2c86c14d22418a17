"""Decisions on images, as data, and the bar with a button for each of these decisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from gui import actions, theme
from gui.widgets.layouts import set_margins


@dataclass(frozen=True, slots=True)
class Decision:
    """The words of a button, what they mean, and the action that has its icon, its keys and its slot."""

    name: str
    words: str
    tip: str
    action: QAction


class DecisionBar(QWidget):
    """A button for each decision, side by side or in so many `columns`.

    A bar that `wraps` stands in two columns where it is too narrow for one row. The object name of each button is
    `prefix` and the name of the decision.
    """

    def __init__(self, decisions: Sequence[Decision], prefix: str, *, columns: int = 0, wraps: bool = False) -> None:
        super().__init__()
        self._decisions = tuple(decisions)
        self._most_columns, self._wraps = columns or len(decisions), wraps
        self.buttons: dict[str, QPushButton] = {}
        self._grid = QGridLayout(self)
        set_margins(self._grid, 0)
        self._grid.setSpacing(theme.current().S)
        for decision in self._decisions:
            button = self.buttons[decision.name] = QPushButton(decision.words)
            button.setObjectName(f"{prefix}_{decision.name}")
            button.setAccessibleName(decision.action.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            theme.set_icon(button, str(decision.action.property("icon_name")))
            button.clicked.connect(decision.action.trigger)
        self._arrange(self._most_columns)
        self.enable(())

    def enable(self, possible: Collection[str], reason: str = "") -> None:
        """Enable the buttons of these decisions; `reason` says why none can be taken, "" where they can."""
        for decision in self._decisions:
            button = self.buttons[decision.name]
            button.setEnabled(decision.name in possible and not reason)
            button.setToolTip(reason or actions.with_key(decision.tip, decision.action))

    def minimumSizeHint(self) -> QSize:
        """Return the size of two by two buttons where the bar wraps."""
        if not self._wraps:
            return super().minimumSizeHint()
        two = 2 * max(button.sizeHint().width() for button in self.buttons.values()) + self._grid.spacing()
        return QSize(two, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        gaps = self._grid.spacing() * (len(self.buttons) - 1)
        fits = self.width() >= sum(button.sizeHint().width() for button in self.buttons.values()) + gaps
        columns = self._most_columns if fits or not self._wraps else 2
        if columns != self._columns:
            self._arrange(columns)

    def _arrange(self, columns: int) -> None:
        self._columns = columns
        for index, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, index // columns, index % columns)
        self._grid.setColumnStretch(len(self.buttons), int(columns == len(self.buttons)))
