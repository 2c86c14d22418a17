"""The classes that have a key, each as a chip with its key: a reminder of the keys, and a way to label by mouse."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.library.palette import KEYS
from engine.library.records import ClassRecord
from gui import theme
from gui.library.class_list import ALIKE
from gui.widgets.keycap import keycap_width, paint_keycap

HEIGHT, GAP, COLUMNS = 30, 6, 2
ROOMY = 160  # pixels that a chip has at least where they fill the width
FEW = 6  # so many classes have a row each where their names need it
NAME, KEY = 26, 11  # pixels before a name, and around its key
CUT = Qt.TextElideMode.ElideMiddle


def with_keys(classes: Iterable[ClassRecord]) -> list[ClassRecord]:
    """Return the classes that have a key, in the order of the keys."""
    return sorted((c for c in classes if c.key), key=_key_order)


def _key_order(cls: ClassRecord) -> tuple[int, str]:
    """1 to 9, then 0, as on the keyboard."""
    key = cls.key or ""
    return (KEYS.find(key), key)


class KeyChips(QWidget):
    """Two columns of chips, or as many as there is room for; the label of the current image is marked by its frame.

    A few classes whose names need it have a row each. Where that would be too high, names are cut in their middle.
    """

    accessible_role = QAccessible.Role.List

    chosen = Signal(object)  # class id

    def __init__(self, *, fills: bool = False) -> None:
        super().__init__()
        self._fills = fills
        self._classes: list[ClassRecord] = []
        self._current: int | None = None
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Keys of the classes"))
        theme.notifier().changed.connect(self.update)

    def show_classes(self, classes: list[ClassRecord], current: int | None) -> None:
        fits_anew = [c.name for c in classes] != [c.name for c in self._classes]
        self._classes, self._current = classes, current
        self.setAccessibleDescription(", ".join(f"{c.key}: {c.name}" for c in classes))
        if fits_anew:
            self._fit()
        self.update()

    def _columns(self) -> int:
        needed = max((self._needed(c) for c in self._classes), default=0)
        if self._fills:
            return max(COLUMNS, min(len(self._classes), (self.width() + GAP) // (max(ROOMY, needed) + GAP)))
        fit = needed <= (self.width() - GAP) // COLUMNS
        return COLUMNS if fit or len(self._classes) > FEW else 1

    def _needed(self, cls: ClassRecord) -> int:
        """The width at which a whole name is shown."""
        width = self.fontMetrics().horizontalAdvance(cls.name) + 1
        return math.ceil(NAME + width + keycap_width(self.font(), cls.key or "") + KEY)

    def _fit(self) -> None:
        if self._fills:
            self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = -(-len(self._classes) // self._columns())
        return QSize(200, max(0, rows * (HEIGHT + GAP) - GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def chip_rect(self, index: int) -> QRect:
        columns = self._columns()
        row, column = divmod(index, columns)
        width = (self.width() - GAP * (columns - 1)) // columns
        return QRect(column * (width + GAP), row * (HEIGHT + GAP), width, HEIGHT)

    def _at(self, place: QPoint) -> int | None:
        return next((i for i in range(len(self._classes)) if self.chip_rect(i).contains(place)), None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, cls in enumerate(self._classes):
            self._paint(painter, QRectF(self.chip_rect(index)).adjusted(0.5, 0.5, -0.5, -0.5), cls, index)

    def _paint(self, painter: QPainter, box: QRectF, cls: ClassRecord, index: int) -> None:
        colours = theme.current()
        is_label = cls.id == self._current
        painter.setPen(QPen(colours.accent if is_label else colours.border, 1))
        hot = index == self._hovered and self.isEnabled()
        painter.setBrush(colours.accent_soft if is_label else colours.raised if hot else colours.surface)
        painter.drawRoundedRect(box, 7, 7)
        middle = box.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(cls.colour))
        painter.drawEllipse(QRectF(box.left() + 10, middle - 4.5, 9, 9))
        key = cls.key or ""
        width = box.width() - NAME - keycap_width(self.font(), key) - KEY
        paint_keycap(painter, self.font(), key, box.right() - 5, middle)
        painter.setFont(self.font())
        painter.setPen(colours.text if self.isEnabled() else colours.muted)
        name = painter.fontMetrics().elidedText(self._name(cls, painter.fontMetrics(), width), CUT, int(width))
        painter.drawText(
            QRectF(box.left() + NAME, box.top(), width + 2, box.height()), Qt.AlignmentFlag.AlignVCenter, name
        )

    def _name(self, cls: ClassRecord, metrics: QFontMetrics, width: float) -> str:
        """Return a name that fits: "Speed limit (20km/h)" beside others that begin alike becomes "…20km/h)"."""
        if metrics.horizontalAdvance(cls.name) <= width:
            return cls.name
        alike = [c.name for c in self._classes if c.name[:ALIKE] == cls.name[:ALIKE]]
        first, last = min(alike), max(alike)  # what these two begin with all begin with
        same = next((index for index, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
        return f"…{cls.name[same:]}" if same else cls.name

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(event.pos())
            QToolTip.showText(event.globalPos(), self._classes[index].name if index is not None else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._at(event.position().toPoint())
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._classes[index].id)
