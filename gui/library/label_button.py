"""The label of the selected images as a button: its colour, its name, and the key that opens the list of classes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gui import theme
from gui.widgets.keycap import paint_keycap


class LabelButton(QPushButton):
    """`show_label(name, colour)`; without a colour there is no one label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._colour: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, theme.Theme.CONTROL + 4)

    def show_label(self, name: str, colour: str | None) -> None:
        self._name = name
        self._colour = QColor(colour) if colour else None
        self.setAccessibleName(self.tr("Label: {0}").format(name))
        self.setToolTip(self.tr("{0}\nChoose a class by name  (L)").format(name))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)  # the frame, by the style sheet
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        if self._colour is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
        else:
            painter.setPen(QPen(colours.muted, 1.4, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(11, middle - 5, 10, 10))
        right = paint_keycap(painter, self.font(), "L", self.width() - 6, middle).left() - 8
        painter.setFont(self.font())
        painter.setPen(colours.text if self._colour is not None and self.isEnabled() else colours.muted)
        area = QRectF(30, 0, right - 30, self.height())
        name = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)
