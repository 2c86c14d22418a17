"""The filter of the Library's images: text, split, state, order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QInputDialog, QLineEdit, QMenu, QToolButton, QWidget

from engine.library.filters import BY_CONFIDENCE, Filter, conditions
from engine.library.records import Flag, Split
from gui import theme
from gui.widgets.controls import Combo, icon_button, make_clearable
from gui.widgets.layouts import fill, row


class ViewMenu(QToolButton):
    """A button with a menu; `names` answers which filters are saved when it opens."""

    group_chosen = Signal(str)  # "class", "split", "folder" or ""
    turned = Signal(bool)
    save_wanted = Signal(str)
    filter_wanted = Signal(str)
    forget_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.names: Callable[[], list[str]] = list
        theme.set_icon(self, "sort")
        self.setAccessibleName(self.tr("View"))
        self.setToolTip(self.tr("Headings, order and saved filters"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._groups = QActionGroup(self)
        for words, value in (
            (self.tr("No headings"), ""),
            (self.tr("Headings by class"), "class"),
            (self.tr("Headings by split"), "split"),
            (self.tr("Headings by folder"), "folder"),
        ):
            action = self._groups.addAction(menu.addAction(words))
            action.setCheckable(True)
            action.setChecked(not value)
            action.setData(value)
        self._groups.triggered.connect(lambda action: self.group_chosen.emit(action.data()))
        menu.addSeparator()
        self.turn = menu.addAction(self.tr("Reverse the order"))
        self.turn.setCheckable(True)
        self.turn.toggled.connect(self.turned)
        menu.addSeparator()
        self._filters = menu.addMenu(self.tr("Saved filters"))
        self._filters.aboutToShow.connect(self.fill)
        self.setMenu(menu)

    def headings(self) -> str:
        checked = self._groups.checkedAction()
        return str(checked.data()) if checked is not None else ""

    def choose_group(self, value: str) -> None:
        for action in self._groups.actions():
            if action.data() == value and not action.isChecked():
                action.setChecked(True)
                self.group_chosen.emit(value)

    def fill(self) -> QMenu:
        """The saved filters as they are now."""
        menu, names = self._filters, self.names()
        menu.clear()
        for name in names:
            menu.addAction(name, partial(self.filter_wanted.emit, name))
        if names:
            menu.addSeparator()
        menu.addAction(self.tr("Save this filter…"), self.ask_name)
        if names:
            forget = menu.addMenu(self.tr("Forget"))
            for name in names:
                forget.addAction(name, partial(self.forget_wanted.emit, name))
        return menu

    def ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Save this filter"))
        dialog.setLabelText(self.tr("Name of the filter:"))
        dialog.textValueSelected.connect(lambda name: self.save_wanted.emit(name.strip()) if name.strip() else None)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


TYPING_MS = 150
SEARCH_ROOM = 120  # so wide the field is at least before the boxes go below it
AROUND_WORDS = 50  # of a box: its edges, its arrow and what Korean words are wider than they are measured


class FilterBar(QWidget):
    """`changed(dict)` gives the fields of a `Filter` that this bar decides."""

    changed = Signal(dict)
    group_changed = Signal(str)  # "class", "split", "folder" or ""
    left = Signal()  # the keyboard leaves the search: Esc or Return

    def __init__(self) -> None:
        super().__init__()
        self._quiet = False
        self._last_order = 0  # while the images stand in an order that none of the box is
        self.search = QLineEdit()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._make_search()
        self.state, self.split, self.sort = self._make_boxes()
        self.more = icon_button("filter", self.tr("More conditions"))
        self.more.setCheckable(True)
        self.view = ViewMenu()
        self.view.group_chosen.connect(self.group_changed)
        self.view.turned.connect(lambda _: self._emit())
        self._build()

    def _make_search(self) -> None:
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setToolTip(self.tr("Search in names and folders"))
        self.search.setAccessibleName(self.tr("Search"))
        make_clearable(self.search)
        self.search.setProperty("kind", "search")
        self.search.setMinimumWidth(120)
        glass = self.search.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        theme.set_icon(glass, "search", "muted")
        self._typing.timeout.connect(self._emit)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.search.returnPressed.connect(self.left)
        self.search.installEventFilter(self)

    def _make_boxes(self) -> tuple[Combo, Combo, Combo]:
        """The states, the splits and the orders, each with the fields of a `Filter` that it stands for."""
        state = self._box(
            self.tr("State"),
            [
                (self.tr("All images"), _state()),
                (self.tr("Labelled"), _state(labelled=True)),
                (self.tr("Unlabelled"), _state(labelled=False)),
                (self.tr("Unseen"), _state(flags=frozenset({Flag.UNSEEN}))),
                (self.tr("Unsure"), _state(flags=frozenset({Flag.UNSURE}))),
                (self.tr("Excluded"), _state(flags=frozenset({Flag.EXCLUDED}))),
                (self.tr("With a note"), _state(noted=True)),
                (self.tr("Problems"), _state(problems=True)),
            ],
        )
        unseen = self.tr("Their labels were accepted unseen: nobody has looked at them yet")
        state.setItemData(state.findText(self.tr("Unseen")), unseen, Qt.ItemDataRole.ToolTipRole)
        split = self._box(
            self.tr("Split"),
            [
                (self.tr("Every split"), {"splits": frozenset()}),
                (self.tr("Training"), {"splits": frozenset({Split.TRAINING})}),
                (self.tr("Check images"), {"splits": frozenset({Split.VALIDATION})}),
                (self.tr("Test"), {"splits": frozenset({Split.TEST})}),
                (self.tr("No split yet"), {"splits": frozenset({Split.UNASSIGNED})}),
            ],
        )
        sort = self._box(
            self.tr("Order"),
            [
                (self.tr("By name"), {"sort": "path"}),
                (self.tr("By class"), {"sort": "class"}),
                (self.tr("By split"), {"sort": "split"}),
                (self.tr("Newest first"), {"sort": "date"}),
                (self.tr("Largest file first"), {"sort": "size"}),
                (self.tr("Most pixels first"), {"sort": "dimensions"}),
                (self.tr("Shuffled"), {"sort": "random"}),
                (self.tr("Least sure first"), {"sort": BY_CONFIDENCE}),
            ],
        )
        return state, split, sort

    def _build(self) -> None:
        self._choices = row(self.state, self.split, self.sort, self.more, self.view, spacing=theme.Theme.S)
        self._top = row(fill(self.search), spacing=theme.Theme.S)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.Theme.S)
        self._rows.addLayout(self._top, 1)
        self._rows.addLayout(self._choices)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The boxes stand beside the search, or below it where that would cut their words."""
        super().resizeEvent(event)
        widgets = (self.state, self.split, self.sort, self.more, self.view)
        beside = SEARCH_ROOM + sum(widget.sizeHint().width() + theme.Theme.S for widget in widgets)
        wide = self.width() >= beside
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._rows.direction() != direction:
            self._rows.setDirection(direction)
            for button in (self.more, self.view):  # there is room for them beside the search
                (self._choices if wide else self._top).addWidget(button)
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Return a size as narrow as the boxes in a row of their own; only the height follows the layout."""
        boxes = sum(box.minimumWidth() for box in self._boxes().values())
        return QSize(boxes + 2 * theme.Theme.S, self._rows.minimumSize().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc empties the search and gives the keyboard back."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.search.clear()
                self.left.emit()
                return True
        return super().eventFilter(watched, event)

    def _box(self, name: str, choices: list[tuple[str, dict[str, object]]]) -> Combo:
        box = Combo()
        box.setAccessibleName(name)
        box.setToolTip(name)
        for text, fields in choices:
            box.addItem(text, fields)
        box.ensurePolished()  # the style sheet decides the font
        box.setMinimumWidth(box.fontMetrics().horizontalAdvance(choices[0][0]) + AROUND_WORDS)
        box.currentIndexChanged.connect(lambda _: self._emit())
        return box

    def show_order(self, words: str) -> None:
        """Show words where the images stand in an order that the box does not offer; "" for the one chosen last."""
        self._quiet = True
        if words and self.sort.currentIndex() >= 0:
            self._last_order = self.sort.currentIndex()
        if not words and self.sort.currentIndex() < 0:
            self.sort.setCurrentIndex(self._last_order)
        self.sort.setPlaceholderText(words)  # without any, Qt would choose the first order itself
        if words:
            self.sort.setCurrentIndex(-1)
        self._quiet = False

    def fields(self) -> dict[str, Any]:
        found: dict[str, Any] = {"text": self.search.text().strip(), "descending": self.view.turn.isChecked()}
        for box in (self.state, self.split, self.sort):
            found |= box.currentData() or {"sort": "given"}
        return found

    def choose(self, filter_: Filter, group: str = "") -> None:
        """Choose what `filter_` says; what none of the boxes stands for is as in a fresh bar."""
        self._quiet = True
        for box in self._boxes().values():
            choices = [box.itemData(index) for index in range(box.count())]
            fitting = (
                index for index, some in enumerate(choices) if all(getattr(filter_, k) == v for k, v in some.items())
            )
            box.setCurrentIndex(next(fitting, 0))
        self.search.setText(filter_.text)
        self.view.turn.setChecked(filter_.descending)
        self._quiet = False
        self.view.choose_group(group)
        self._emit()

    def _boxes(self) -> dict[str, Combo]:
        return {"state": self.state, "split": self.split, "sort": self.sort}

    def restricts(self) -> bool:
        """Return whether this bar hides any image."""
        return bool(self.search.text().strip()) or self.state.currentIndex() > 0 or self.split.currentIndex() > 0

    def show_problems(self) -> None:
        self._show_state(problems=True)

    def show_unlabelled(self) -> None:
        self._show_state(labelled=False)

    def show_unseen(self) -> None:
        self._show_state(flags=frozenset({Flag.UNSEEN}))

    def show_split(self, split: Split) -> None:
        """Show the images of this split."""
        wanted = {"splits": frozenset({split})}
        places = range(self.split.count())
        self.split.setCurrentIndex(next(i for i in places if self.split.itemData(i) == wanted))

    def _show_state(self, **fields: object) -> None:
        state = _state(**fields)
        places = range(self.state.count())
        self.state.setCurrentIndex(next(i for i in places if self.state.itemData(i) == state))

    def forget_confidence(self) -> None:
        """Drop an order by the predictions of a run, which another project does not have."""
        if self.sort.currentData() == {"sort": BY_CONFIDENCE}:
            self.sort.setCurrentIndex(0)

    def clear(self) -> None:
        """Let everything through again; the order stays."""
        self._quiet = True
        for box in (self.state, self.split):
            box.setCurrentIndex(0)
        self.search.clear()
        self._quiet = False
        self._emit()

    def _emit(self) -> None:
        self._typing.stop()
        if self._quiet:
            return
        self.changed.emit(self.fields())


def _state(**fields: object) -> dict[str, object]:
    """The fields of a filter that the state decides; all of them, so that one state follows another."""
    decided = ("labelled", "problems", "flags", "noted")
    return {f.attribute: f.default for f in conditions() if f.attribute in decided} | fields
