"""What a person decides of a mistake: four buttons, each with a key."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from gui import theme

TAKE, KEEP, UNSURE, EXCLUDE = "take", "keep", "unsure", "exclude"
KEYS = {TAKE: "T", KEEP: "K", UNSURE: "U", EXCLUDE: "X"}
ICONS = {TAKE: "check", KEEP: "lock", UNSURE: "info", EXCLUDE: "minus"}


class Decisions(QWidget):
    """`chosen` tells which one, by its name above."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, columns: int = 4) -> None:
        super().__init__(parent)
        words = self.words()
        self._tips = {
            TAKE: self.tr("The selected images get the class that was predicted for them"),
            KEEP: self.tr("The label is right and the model is wrong: not asked again"),
            UNSURE: self.tr("Look at it again later; once more, and it is sure again"),
            EXCLUDE: self.tr("Leave it out of training and of scores"),
        }
        self.buttons: dict[str, QPushButton] = {}
        self._wanted = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.current().S)
        for name, short in words.items():
            button = self.buttons[name] = QPushButton(short)
            button.setAccessibleName(self.names()[name])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            theme.set_icon(button, ICONS[name])
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
        self._arrange(columns)
        self.enable((), "")

    def _arrange(self, columns: int) -> None:
        self._columns = columns
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // columns, place % columns)
        self._grid.setColumnStretch(len(self.buttons), int(columns == len(self.buttons)))

    def minimumSizeHint(self) -> QSize:
        """Two by two: what it takes where there is little room."""
        two = 2 * max(button.sizeHint().width() for button in self.buttons.values()) + self._grid.spacing()
        return QSize(two, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        gaps = self._grid.spacing() * (len(self.buttons) - 1)
        fits = self.width() >= sum(button.sizeHint().width() for button in self.buttons.values()) + gaps
        columns = self._wanted if fits else 2
        if columns != self._columns:
            self._arrange(columns)

    def words(self) -> dict[str, str]:
        """As they stand on the buttons."""
        return {
            TAKE: self.tr("Take prediction"),
            KEEP: self.tr("Keep label"),
            UNSURE: self.tr("Unsure"),
            EXCLUDE: self.tr("Exclude"),
        }

    def names(self) -> dict[str, str]:
        """In full, as the command palette lists them."""
        return {
            TAKE: self.tr("Take prediction as label"),
            KEEP: self.tr("Keep label: confirm it"),
            UNSURE: self.tr("Mark as unsure, or as sure"),
            EXCLUDE: self.tr("Exclude from training and scores"),
        }

    def enable(self, possible: Collection[str], reason: str) -> None:
        """Offer these; `reason` says why none can be taken, "" where they can."""
        for name, button in self.buttons.items():
            button.setEnabled(name in possible and not reason)
            button.setToolTip(reason or f"{self._tips[name]}  ({KEYS[name]})")
