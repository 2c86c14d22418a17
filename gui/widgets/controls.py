"""Boxes of choices, switches and buttons as every page makes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt, Signal, SignalInstance
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

PADDING = 16  # of a choice in a list, by the style sheet


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

    def sizeHint(self) -> QSize:
        """Return a size with room for what stands in place of a choice, and for each choice where the box adjusts to
        them: Qt's lacks some pixels.
        """
        hint, policy = super().sizeHint(), self.sizeAdjustPolicy()
        words = [self.placeholderText()]
        if policy == QComboBox.SizeAdjustPolicy.AdjustToContents:
            words += [self.itemText(index) for index in range(self.count())]
        if policy != QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon:
            widest = max(map(self.fontMetrics().horizontalAdvance, words))
            lacking = widest + 2 - self._room(hint)  # letters are parts of a pixel wider than they are measured
            hint.setWidth(hint.width() + max(0, lacking))
        return hint

    def setPlaceholderText(self, words: str) -> None:
        super().setPlaceholderText(words)
        self.updateGeometry()

    def _room(self, size: QSize) -> int:
        """Return how wide the words may be in a box of that size."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.rect = QRect(QPoint(), size)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - 2  # a pixel stays free on each side
        return room if option.currentIcon.isNull() else room - option.iconSize.width() - 4

    def shown(self) -> str:
        """Return the chosen text as far as it fits."""
        return self.fontMetrics().elidedText(self.whole(), Qt.TextElideMode.ElideRight, self._room(self.size()))

    def whole(self) -> str:
        """Return the chosen text, or what stands in its place where nothing is chosen."""
        return self.currentText() if self.currentIndex() >= 0 else self.placeholderText()

    def showPopup(self) -> None:
        """Make the list as wide as its longest choice, which the box itself may have no room for."""
        view = self.view()
        around = view.frameWidth() * 2 + view.verticalScrollBar().sizeHint().width() + PADDING
        view.setMinimumWidth(min(view.sizeHintForColumn(0) + around, self.screen().availableSize().width() // 2))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.isEditable():
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
        cut = not self.isEditable() and self.shown() != self.whole()
        return "\n".join(filter(None, (self.whole() if cut else "", self.toolTip())))


def make_clearable(field: QLineEdit) -> None:
    """Give a field the button of Qt that empties it, with a name, which it has not by itself."""
    field.setClearButtonEnabled(True)
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(QCoreApplication.translate("Controls", "Clear"))


class Segments(QWidget):
    """A few exclusive choices side by side."""

    chosen = Signal(int)

    def __init__(self, words: Sequence[str], name: str) -> None:
        super().__init__()
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


def icon_button(
    icon: str, words: str, clicked: Callable[[], object] | SignalInstance | None = None, *, tip: str = ""
) -> QToolButton:
    """Return a flat button with an icon; `words` are its name, and its tip unless another one is given."""
    button = QToolButton()
    theme.set_icon(button, icon)
    button.setAccessibleName(words)
    button.setToolTip(tip or words)
    if clicked is not None:
        button.clicked.connect(clicked)
    return button


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
