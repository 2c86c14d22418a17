"""Files that could not be used: the name, and below it the whole reason in up to two lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui import theme
from gui.widgets import wording
from gui.widgets.charts import export
from gui.widgets.lists import paint_row, painted_rows

Index = QModelIndex | QPersistentModelIndex
PROBLEM = Qt.ItemDataRole.UserRole
LINES = 2  # of the reason


def wrapped(words: str, font: QFont, width: int) -> list[str]:
    """`words` in at most `LINES` lines, the last one cut with an ellipsis at its right end."""
    layout = QTextLayout(words, font)
    layout.beginLayout()
    found: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1))
        if len(found) == LINES - 1:
            rest = words[line.textStart() :]
            found.append(QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width))
            break
        found.append(words[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return found


class ProblemModel(QAbstractListModel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problems: Sequence[tuple[str, str]] = ()
        self._count = 0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        path, reason = self.problems[index.row()]
        reason = wording.reason(reason)
        if role == PROBLEM:
            return path, reason
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{PurePath(path).name}: {reason}"
        return f"{path}\n{reason}" if role == Qt.ItemDataRole.ToolTipRole else None

    def show(self, problems: Sequence[tuple[str, str]]) -> None:
        """Show these; what is chosen stays chosen where the list has only grown."""
        if problems is self.problems and len(problems) >= self._count:
            if len(problems) > self._count:
                self.beginInsertRows(QModelIndex(), self._count, len(problems) - 1)
                self._count = len(problems)
                self.endInsertRows()
            return
        self.beginResetModel()
        self.problems, self._count = problems, len(problems)
        self.endResetModel()


class ProblemDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, option.fontMetrics.height() * (1 + LINES) + 2 * theme.current().S + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        (path, reason), colours = index.data(PROBLEM), theme.current()
        painter.save()
        row = paint_row(painter, option)
        inner = row.adjusted(colours.M, colours.S, -colours.M, -colours.S)
        sign = theme.pixmap("warning", colours.warning, 18, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(inner.left(), inner.top()), sign)
        inner.setLeft(inner.left() + 18 + colours.S)
        metrics, step = option.fontMetrics, option.fontMetrics.height()
        painter.setFont(option.font)
        painter.setPen(colours.text)
        name = metrics.elidedText(PurePath(path).name, Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner.left(), inner.top() + metrics.ascent(), name)
        painter.setPen(colours.muted)
        for place, line in enumerate(wrapped(reason, option.font, inner.width()), start=1):
            painter.drawText(inner.left(), inner.top() + 2 + place * step + metrics.ascent(), line)
        painter.restore()


class ProblemList(QListView):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems = ProblemModel(self)
        self.setModel(self._problems)
        self.setItemDelegate(ProblemDelegate(self))
        painted_rows(self)
        self.setAccessibleName(self.tr("Files that cannot be read"))
        export.offer(self, "problems", rows=self.rows)

    def show_problems(self, problems: Sequence[tuple[str, str]]) -> None:
        """Show these pairs of a path and a reason; the list may grow between two calls."""
        self._problems.show(problems)

    def rows(self) -> list[list[object]]:
        head: list[object] = [self.tr("path"), self.tr("reason")]
        body: list[list[object]] = [[path, reason] for path, reason in self._problems.problems]
        return [head, *body]
