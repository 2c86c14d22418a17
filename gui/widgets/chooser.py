"""Type a few letters, press Return: the command palette and the chooser of classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.keycap import paint_keycap
from gui.widgets.layouts import fill, row
from gui.widgets.pictures.overlay import Overlay, paint_shadow

AnyIndex = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
WIDTH, ROW, MOST_ROWS = 560, 36, 10
WITHIN, SPELLED = 2, 3  # how well a text answers: a word stands somewhere in it, or is spelled by its letters


@dataclass(frozen=True, slots=True)
class ChooserEntry:
    """A thing to choose. `key` is shown at its end, `colour` or `icon` before it, `detail` paler after it.

    It is found by its text, and behind those that are found so by the words of `also`.
    """

    text: str
    run: Callable[[], object]
    key: str = ""
    colour: QColor | None = None
    icon: QIcon | None = None
    detail: str = ""
    also: str = ""

    def rank(self, typed: str) -> int | None:
        """How well it answers what was typed, as `rank`; by whole words of `also` as if they stood within its text."""
        by_text, by_also = rank(self.text, typed), rank(self.also, typed)
        found = [by_text] if by_text is not None else []
        if self.also and by_also is not None and by_also < SPELLED:
            found.append(WITHIN)
        return min(found, default=None)


def rank(text: str, typed: str) -> int | None:
    """Return how well `text` answers what was typed (0 is best), None when it does not.

    Every typed word must begin a word of the text, or stand somewhere in it, or be spelled by it in order.
    """
    low, worst = text.casefold(), 0
    for word in typed.casefold().split():
        if low.startswith(word):
            place = 0
        elif f" {word}" in low:
            place = 1
        elif word in low:
            place = WITHIN
        elif _spelled(low, word):
            place = SPELLED
        else:
            return None
        worst = max(worst, place)
    return worst


def _spelled(text: str, letters: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown: list[ChooserEntry] = []

    def show(self, entries: list[ChooserEntry]) -> None:
        self.beginResetModel()
        self.shown = entries
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.shown[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{entry.text}\n{entry.detail}".strip()
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        return entry if role == ENTRY_ROLE else None


class _EntryDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(200, max(ROW, option.fontMetrics.height() + 16))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        colours = theme.current()
        entry: ChooserEntry = index.data(ENTRY_ROLE)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft)
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 7, 7)
        left, right, middle = box.left() + 12, box.right() - 10, box.center().y()
        if entry.colour is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(entry.colour)
            painter.drawEllipse(QRectF(left + 4, middle - 5, 10, 10))
        elif entry.icon is not None:
            entry.icon.paint(painter, int(left), int(middle - 9), 18, 18)
        if entry.key:
            right = paint_keycap(painter, option.font, entry.key, right, middle).left() - 10
        painter.setFont(option.font)
        painter.setPen(colours.text)
        left += 30
        text = option.fontMetrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, int(right - left))
        area = QRectF(left, box.top(), right - left, box.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        left += option.fontMetrics.horizontalAdvance(text) + 16
        if entry.detail and right - left > 60:
            painter.setPen(colours.muted)
            words = option.fontMetrics.elidedText(entry.detail, Qt.TextElideMode.ElideMiddle, int(right - left))
            area = QRectF(left, box.top(), right - left, box.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


class Chooser(Overlay):
    """`ask(...)` shows entries over the window; Return or a click runs the chosen one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._all: list[ChooserEntry] = []
        self._create: Callable[[str], ChooserEntry] | None = None
        self.card = QFrame(self)
        self.card.setProperty("role", "popup")
        self.field = QLineEdit()
        self.field.setProperty("kind", "bare")
        self.field.setAccessibleName(self.tr("Search"))
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self._rows = _Entries(self)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Choices"))
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self.no_match = QLabel(self.tr("Nothing matches."))
        self.no_match.setProperty("role", "muted")
        self.no_match.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build()

    def _build(self) -> None:
        magnifier = QLabel()
        theme.set_icon(magnifier, "search", "muted", 18)
        top = row(magnifier, fill(self.field), margins=(16, 10, 16, 10), spacing=10)
        line = QFrame()
        line.setProperty("role", "line")
        column = self._column = QVBoxLayout(self.card)
        column.setContentsMargins(1, 1, 1, 8)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(line)
        column.addSpacing(6)
        inner = QVBoxLayout()
        inner.setContentsMargins(8, 0, 8, 0)
        inner.addWidget(self.list)
        inner.addWidget(self.no_match)
        column.addLayout(inner)

    def ask(
        self, prompt: str, entries: list[ChooserEntry], *, create: Callable[[str], ChooserEntry] | None = None
    ) -> None:
        """Offer `entries`; with `create`, what is typed and is no entry's text can be made into one."""
        self._all, self._create = entries, create
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.clear()
        self.open()
        self._filter("")
        self.field.setFocus()

    def shown(self) -> list[ChooserEntry]:
        return self._rows.shown

    def _filter(self, typed: str) -> None:
        ranked = [(entry.rank(typed), index, entry) for index, entry in enumerate(self._all)]
        found = [entry for order, _, entry in sorted(r for r in ranked if r[0] is not None)]
        typed = typed.strip()
        if self._create is not None and typed and all(e.text.casefold() != typed.casefold() for e in self._all):
            found.append(self._create(typed))
        self._rows.show(found)
        if found:
            self.list.setCurrentIndex(self._rows.index(0))
        self.list.setVisible(bool(found))
        self.no_match.setVisible(not found)
        self._place()

    def _place(self) -> None:
        row = self.list.sizeHintForRow(0) if self._rows.shown else ROW + 12
        rows = min(max(1, len(self._rows.shown)), MOST_ROWS)
        self.list.setFixedHeight(rows * row)
        self.no_match.setFixedHeight(ROW + 12)
        width = min(WIDTH, self.width() - 40)
        self.card.setFixedWidth(width)
        self._column.activate()
        self.card.setFixedHeight(self._column.minimumSize().height())
        self.card.move((self.width() - width) // 2, max(20, self.height() // 7))
        self.update()

    def resizeEvent(self, _event: QEvent) -> None:
        self._place()

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._rows.shown):
            entry = self._rows.shown[row]
            self.close_overlay()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: MOST_ROWS,
                Qt.Key.Key_PageUp: -MOST_ROWS,
            }
            key = Qt.Key(event.key())
            if key in steps and self._rows.shown:
                last = len(self._rows.shown) - 1
                row = max(0, min(last, self.list.currentIndex().row() + steps[key]))
                self.list.setCurrentIndex(self._rows.index(row))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentIndex().row())
                return True
            if key == Qt.Key.Key_Escape:
                self.close_overlay()
                return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        veil = QColor(0, 0, 0, 90 if theme.current().dark else 38)
        painter.fillRect(self.rect(), veil)
        paint_shadow(painter, QRectF(self.card.geometry()), 12)
