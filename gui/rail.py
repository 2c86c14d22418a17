"""The rail at the left: the pages in the order of the work, with an icon and a word each."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from gui import theme
from gui.widgets.keycap import small_font
from gui.widgets.layouts import column, stretch

WIDTH = 88


class RailButton(QAbstractButton):
    """An icon above a word; the chosen page has a tinted ground."""

    def __init__(self, icon: str, text: str) -> None:
        super().__init__()
        self._icon = icon
        self._by_keyboard = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 16, 38 + self.fontMetrics().height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        reasons = Qt.FocusReason
        self._by_keyboard = event.reason() in (reasons.TabFocusReason, reasons.BacktabFocusReason)
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(colours.accent_soft)
            painter.drawRoundedRect(box, 9, 9)
        elif self.underMouse() or self.isDown():
            painter.setBrush(theme.mix(colours.background, colours.text, 0.06))
            painter.drawRoundedRect(box, 9, 9)
        if self.hasFocus() and self._by_keyboard:
            painter.setPen(colours.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 9, 9)
        tint = colours.accent if self.isChecked() else colours.muted
        drawn = theme.pixmap(self._icon, tint, 22, self.devicePixelRatioF())
        painter.drawPixmap(round(box.center().x() - 11), 8, drawn)
        font = small_font(self.font(), 0.9)
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colours.accent if self.isChecked() else colours.muted)
        words = QRectF(box.left(), 32, box.width(), box.height() - 34)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self.text())


class Rail(QWidget):
    """`chosen(index)` when the person clicks; `choose(index)` shows which page is open."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Pages"))
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self.column = column(stretch(), on=self, margins=(8, 12, 8, 12), spacing=6)

    def add(self, icon: str, text: str, tip: str) -> RailButton:
        """A button above the stretch."""
        button = RailButton(icon, text)
        button.setToolTip(tip)
        number = len(self._group.buttons())
        self._group.addButton(button, number)
        self.column.insertWidget(number, button)
        return button

    def add_below(self, widget: QWidget) -> None:
        """A widget at the foot of the rail."""
        self.column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)

    def button(self, index: int) -> RailButton:
        found = self._group.button(index)
        assert isinstance(found, RailButton)
        return found

    def choose(self, index: int) -> None:
        self._group.button(index).setChecked(True)
