"""Small fixed parts that pages are put together from: texts, numbers with a title, switches, empty places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from gui import theme
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.layouts import column, fill, stretch


class WrapLabel(QLabel):
    """Text in as many lines as its width asks for. `QLabel` itself claims the height of a guessed width, and layouts
    leave holes for it."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.setWordWrap(True)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 8, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def text(words: str, role: str = "", *, wrap: bool = False) -> QLabel:
    """A label in one of the theme's roles."""
    label = WrapLabel(words) if wrap else QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label


def line() -> QFrame:
    """A thin horizontal rule."""
    rule = QFrame()
    rule.setProperty("role", "line")
    return rule


def upright() -> QWidget:
    """A thin vertical rule."""
    rule = QWidget()
    rule.setFixedWidth(1)
    rule.setAutoFillBackground(True)
    rule.setBackgroundRole(rule.palette().ColorRole.Mid)
    return rule


def titled(title: str, widget: QWidget, right: int) -> QWidget:
    """A widget under its title, with so many pixels free at its right; without any, free at its left."""
    part = QWidget()
    column(
        text(title, "section"),
        fill(widget),
        on=part,
        margins=(0 if right else theme.current().L, theme.current().M, right, 0),
        spacing=theme.current().S,
    )
    return part


def elided(words: str, role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> ElidedLabel:
    """One line in one of the theme's roles, cut with an ellipsis where it does not fit."""
    label = ElidedLabel(words, mode=mode)
    if role:
        label.setProperty("role", role)
    return label


def roomy(box: QAbstractSpinBox) -> None:
    """Keep its number away from its border, as in any other field: the style sheet's padding does not reach it."""
    box.lineEdit().setTextMargins(theme.Theme.S, 0, 0, 0)


class Metric(QFrame):
    """A number with its title above and, small, what it is measured on below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "well")
        self._title = title
        self._compact = False
        self._notes = " ", " "
        self.value = elided("–", "metric")
        self.note = elided("", "small")
        self._grid = QGridLayout(self)
        self._grid.setSpacing(1)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(elided(title, "small"), 0, 0, 1, 2)
        self.set_compact(False)
        self.show_value("–")

    def set_compact(self, compact: bool) -> None:
        """Two lines instead of three: the note beside the number."""
        gap, self._compact = theme.current(), compact
        above = gap.S if compact else gap.M
        self._grid.setContentsMargins(gap.M if compact else gap.L, above, gap.S if compact else gap.M, above)
        self._grid.setHorizontalSpacing(gap.S)
        for widget in (self.value, self.note):
            self._grid.removeWidget(widget)
        policy = QSizePolicy.Policy
        self.value.setSizePolicy(policy.Preferred if compact else policy.Ignored, policy.Fixed)
        if compact:
            self._grid.addWidget(self.value, 1, 0)
            self._grid.addWidget(self.note, 1, 1, Qt.AlignmentFlag.AlignBottom)
        else:
            self._grid.addWidget(self.value, 1, 0, 1, 2)
            self._grid.addWidget(self.note, 2, 0, 1, 2)
        theme.set_variant(self.value, "role", "heading" if compact else "metric")
        self.note.setText(self._notes[compact])

    def show_value(self, value: str, note: str = "", short: str = "") -> None:
        """`short` is the note where it stands beside the number."""
        self.value.setText(value)
        self._notes = note or " ", short or note or " "  # keeps its line, so that tiles stay aligned
        self.note.setText(self._notes[self._compact])
        self.setAccessibleName(f"{self._title}: {value}")
        self.setAccessibleDescription(note)


class MetricRow(QWidget):
    """Tiles side by side, or two by two and lower where they would be too narrow for what they say."""

    def __init__(self, metrics: Sequence[Metric], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metrics = metrics
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._arrange(len(metrics))

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * self.fontMetrics().height() * 6, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= len(self._metrics) * self.fontMetrics().height() * 10
        self._arrange(len(self._metrics) if wide else 2)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        compact = columns < len(self._metrics)
        self._grid.setSpacing(theme.current().S if compact else theme.current().M)
        for place, metric in enumerate(self._metrics):
            self._grid.addWidget(metric, place // columns, place % columns)
            metric.set_compact(compact)
        for place in range(len(self._metrics)):
            self._grid.setColumnStretch(place, int(place < columns))


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


class EmptyPlace(QWidget):
    """What a page says where there is nothing yet: what it is for, and the button that leads on."""

    def __init__(self, icon: str, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_icon(self._icon, icon, "muted", 48)
        self._icon.setMinimumHeight(52)
        self.title = text(title, "heading")
        self.words = text(words, "muted", wrap=True)
        self._column = column(stretch(2), on=self, margins=None, spacing=theme.current().M)
        words_place = QWidget()
        words_place.setFixedWidth(420)
        inner = column(on=words_place, margins=None, spacing=theme.current().S)
        for label in (self._icon, self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(label)
        row = QHBoxLayout()  # stretches and not an alignment: only so do the words get the height of their width
        row.addStretch(1)
        row.addWidget(words_place)
        row.addStretch(1)
        self._column.addLayout(row)
        self._column.addStretch(3)

    def add_button(self, words: str, name: str, clicked: Callable[[], object], *, primary: bool = True) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setAccessibleName(words)
        if primary:
            button.setProperty("kind", "primary")
        button.clicked.connect(lambda: clicked())
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button


def decision(words: str, icon: str, name: str) -> QPushButton:
    """A button for what can be done with the selected images; `name` finds it."""
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    theme.set_icon(button, icon)
    return button


def dialog_button(words: str, name: str, slot: Callable[[], object]) -> QPushButton:
    """A button of a dialog: Return presses it only where it is made the default; `name` finds it."""
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: slot())
    return button


def painted_rows(view: QListView) -> None:
    """A list whose rows are all as high, painted by a delegate as wide as the list."""
    view.setMouseTracking(True)
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def choose_row(view: QAbstractItemView, row: int) -> None:
    """Choose this row alone. The view's own ways ask the keyboard: with Ctrl held they would take the choice away."""
    flags = QItemSelectionModel.SelectionFlag
    view.selectionModel().setCurrentIndex(view.model().index(row, 0), flags.ClearAndSelect | flags.Rows)
