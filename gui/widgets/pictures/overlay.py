"""Widgets that float over another: they cover it, or keep to its lower edge, and follow its size."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QWidget,
)

from gui import theme

CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)
FOOTER = 40  # the lowest stripe of a page, where it keeps its figures
STEP = 8
SHADOW = QMargins(14, 14, 14, 18)


def paint_shadow(painter: QPainter, box: QRectF, radius: float) -> None:
    """A soft shadow below a box: a few translucent outlines, cheaper than a graphics effect."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    base = theme.current().shadow
    for spread in (14, 10, 7, 4, 2):
        shade = QColor(base)
        shade.setAlpha(max(2, base.alpha() // 7))
        painter.setBrush(shade)
        around = box.adjusted(-spread, -spread + 4, spread, spread + 4)
        painter.drawRoundedRect(around, radius + spread, radius + spread)


class Overlay(QWidget):
    """Covers its parent; a click beside the content or Escape closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._covered = parent
        parent.installEventFilter(self)
        self._before: QWidget | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._covered:
            self.resize(self._covered.size())
        return super().eventFilter(watched, event)

    def open(self) -> None:
        self._before = self.window().focusWidget()
        self.resize(self._covered.size())
        self.show()
        self.raise_()

    def close_overlay(self) -> None:
        """Hide, and give the focus back to where it was."""
        if self.isHidden():
            return
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self.closed.emit()


class Toast(QFrame):
    """A line at the lower edge of its parent for a few seconds, with at most one button."""

    accessible_role = QAccessible.Role.AlertMessage

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.button.setProperty("kind", "link")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(SHADOW + QMargins(16, 8, 16, 8))
        row.setSpacing(12)
        row.addWidget(self._label)
        row.addWidget(self.button)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.setAccessibleName(self.tr("Message"))
        self.hide()
        parent.installEventFilter(self)
        theme.notifier().changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        colours = theme.current()
        link = colours.link_on_text.name()
        self._label.setStyleSheet(f"color: {colours.surface.name()};")
        self.button.setStyleSheet(f"color: {link}; font-weight: 600;")

    def say(self, text: str, *, button: str = "", milliseconds: int = 3500) -> None:
        """Show `text`, and the button when it has a text."""
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.button.setAccessibleName(button)
        limit = max(240, self._under.width() - 240)
        self._label.setText(self._label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, limit))
        self._label.setToolTip(text)
        self.setAccessibleDescription(text)
        self.adjustSize()
        if self.isVisible():  # a person who decides about image after image waits for the next one, not for this
            self.move((self._under.width() - self.width()) // 2, self.y())
            QTimer.singleShot(0, self, self._place)
        else:
            self._place()
        self.show()
        self.raise_()
        self._timer.start(milliseconds)

    def text(self) -> str:
        return self.accessibleDescription()

    def _place(self) -> None:
        """Place it above the footer, and further up where it would lie on something that can be used."""
        available = self._under.size()
        left = (available.width() - self.width()) // 2
        lowest = max(0, available.height() - FOOTER - self.height() + SHADOW.bottom())
        whole = self._under.rect()
        occupied = [rect for control in self._controls() if (rect := self._area(control)).intersects(whole)]
        for top in range(lowest, available.height() // 2, -STEP):
            box = QRect(left, top, self.width(), self.height()).marginsRemoved(SHADOW)
            if not any(rect.intersects(box) for rect in occupied):
                self.move(left, top)
                return
        self.move(left, lowest)

    def _controls(self) -> list[QWidget]:
        """Sought by their kinds: to look at each of the hundreds of widgets of a window takes longer than a key may."""
        found = (w for kind in CONTROLS for w in self._under.findChildren(kind) if w.isVisible())
        return [w for w in found if not isinstance(w, QScrollBar) and not self.isAncestorOf(w)]

    def _area(self, control: QWidget) -> QRect:
        return QRect(control.mapTo(self._under, QPoint()), control.size())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect().marginsRemoved(SHADOW))
        paint_shadow(painter, box, 10)
        painter.setBrush(theme.current().text)
        painter.drawRoundedRect(box, 10, 10)
