"""Boxes of choices, switches and buttons as every page makes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QToolTip,
    QWidget,
)

from gui import theme


class Combo(QComboBox):
    """Use it wherever a `QComboBox` would do. What does not fit ends in an ellipsis and is whole in the tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(QStyledItemDelegate(self))
        self.setMaxVisibleItems(16)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what lies under it: a person who scrolls by would not see that the choice changed."""
        event.ignore()

    def shown(self) -> str:
        """Return the chosen text as far as it fits."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        room = field.width() - 2  # the style draws a pixel from either side
        if not option.currentIcon.isNull():
            room -= option.iconSize.width() + 4
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.isEditable() or self.currentIndex() < 0:
            super().paintEvent(event)
            return
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.shown()
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.tip() != self.toolTip():
            QToolTip.showText(event.globalPos(), self.tip(), self)
            return True
        return super().event(event)

    def tip(self) -> str:
        """Return what the tip says: the chosen text where it is cut, and what the box is for."""
        cut = not self.isEditable() and self.shown() != self.currentText()
        return "\n".join(filter(None, (self.currentText() if cut else "", self.toolTip())))


def make_clearable(field: QLineEdit) -> None:
    """Give a field the button of Qt that empties it, with a name, which it has not by itself."""
    field.setClearButtonEnabled(True)
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(QCoreApplication.translate("Controls", "Clear"))


class Segments(QWidget):
    """A few exclusive choices side by side."""

    chosen = Signal(int)

    def __init__(self, words: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        for index, word in enumerate(words):
            button = QPushButton(word)
            button.setCheckable(True)
            button.setProperty("kind", "quiet")
            button.setAccessibleName(f"{name}: {word}")
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(lambda index, on: self.chosen.emit(index) if on else None)

    def current(self) -> int:
        return self._group.checkedId()

    def next(self) -> None:
        """Choose the one after the chosen one, the first after the last."""
        self.button((self.current() + 1) % len(self._group.buttons())).setChecked(True)

    def button(self, index: int) -> QPushButton:
        found = self._group.button(index)
        assert isinstance(found, QPushButton)
        return found


class DialogButton(QPushButton):
    """Enter presses it while it has the focus, and never while something else has it."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def dialog_button(words: str, name: str, slot: Callable[[], object]) -> QPushButton:
    """A button of a dialog: Return presses it where it has the focus or is made the default; `name` finds it."""
    button = DialogButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.clicked.connect(lambda: slot())
    return button


def pad_number(box: QAbstractSpinBox) -> None:
    """Keep its number away from its border, as in any other field: the style sheet's padding does not reach it."""
    box.lineEdit().setTextMargins(theme.Theme.S, 0, 0, 0)
