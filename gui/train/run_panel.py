"""The list of runs, with a line to search, sort and filter it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QToolButton, QWidget

from engine.training.runs.records import is_checked_otherwise
from gui import theme
from gui.train.run_list import RunList
from gui.widgets.controls import Combo
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row
from gui.widgets.run_words import run_title, state_words
from gui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord

    Key = Callable[[RunRecord], object]


SEARCHED = 84  # pixels in which a word that is sought can be read


class RunPanel(QWidget):
    """`list` shows those of all runs that are sought, in the chosen order."""

    back_asked = Signal(str)  # the name of the run that was put away last
    trash_asked = Signal()
    more_asked = Signal()  # what can be done with the chosen runs

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: list[RunRecord] = []
        self._put_away = ""
        self.list = RunList()
        self.list.setObjectName("run_list")
        self.search = SearchField("run_search", self.tr("Find a run"))
        self.order = Combo()
        self.order.setObjectName("run_order")
        self.order.setAccessibleName(self.tr("Order of the runs"))
        self._orders: list[tuple[Key, bool]] = []
        for words, key, falling in self._known_orders():
            self.order.addItem(words)
            self._orders.append((key, falling))
        self.starred = self._button("starred_button", "star", self.tr("Only starred runs"))
        self.starred.setCheckable(True)
        self.trash = self._button("trash_button", "trash", self.tr("Runs in the trash…"))
        self.more = self._button("run_menu_button", "more", self.tr("What to do with the chosen runs"))
        self.bar = QFrame()
        self.bar.setProperty("role", "well")
        self.said = elided("", mode=Qt.TextElideMode.ElideMiddle)  # a long name does not hide what became of it
        self.back = QPushButton(self.tr("Put back"))
        self.back.setObjectName("put_back_button")
        self.back.setProperty("kind", "link")
        self.back.setAccessibleName(self.tr("Put the run back"))
        self._build()
        self.search.textChanged.connect(self._show)
        self.order.currentIndexChanged.connect(self._show)
        self.starred.toggled.connect(self._sift)
        self.trash.clicked.connect(self.trash_asked)
        self.more.clicked.connect(self.more_asked)
        self.back.clicked.connect(lambda: self.back_asked.emit(self._put_away))

    def _known_orders(self) -> list[tuple[str, Key, bool]]:
        return [
            (self.tr("Newest first"), lambda r: (r.created, r.name), True),
            (self.tr("Oldest first"), lambda r: (r.created, r.name), False),
            (self.tr("Best accuracy"), self._accuracy, True),
            (self.tr("Lowest loss"), self._loss, False),
            (self.tr("Name"), lambda r: run_title(r).casefold(), False),
            (self.tr("Longest"), lambda r: r.seconds, True),
        ]

    def _accuracy(self, run: RunRecord) -> tuple[bool, float]:
        """Those first that were checked with the same images as the newest."""
        known = run.validation_accuracy
        return not is_checked_otherwise(run, self._all), -1.0 if known is None else known

    def _loss(self, run: RunRecord) -> tuple[bool, float]:
        """Those first that were checked with the same images as the newest."""
        known = run.validation_loss
        return is_checked_otherwise(run, self._all), float("inf") if known is None else known

    def _button(self, name: str, icon: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setIconSize(QSize(18, 18))
        theme.set_icon(button, icon)
        return button

    def _build(self) -> None:
        gap = theme.current()
        line = row(spacing=gap.XS)
        self.order.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.order.setMinimumContentsLength(7)
        self.search.setMinimumWidth(SEARCHED)
        for widget, stretch in ((self.search, 3), (self.order, 2), (self.starred, 0), (self.trash, 0), (self.more, 0)):
            line.addWidget(widget, stretch)
        row(fill(self.said), self.back, on=self.bar, margins=(gap.S, gap.XS, gap.S, gap.XS))
        self.bar.hide()
        column(
            text(self.tr("Runs"), "section"),
            line,
            self.bar,
            fill(self.list),
            on=self,
            margins=(0, gap.M, gap.M, 0),
            spacing=gap.S,
        )

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        self._all = list(runs)
        self._show()

    def all_runs(self) -> list[RunRecord]:
        """Those that are not shown for the search, too."""
        return self._all

    def tell_put_away(self, names: Sequence[str], words: str) -> None:
        """Runs went to the trash; one click puts the last one back."""
        self._put_away = names[-1] if names else ""
        self.said.setText(words)
        self.bar.setVisible(bool(names))

    def _sift(self, starred: bool) -> None:
        theme.set_icon(self.starred, "star-full" if starred else "star")
        self._show()

    def _show(self) -> None:
        key, falling = self._orders[self.order.currentIndex()]
        found = [run for run in self._all if self._is_sought(run)]
        self.list.nothing = (
            self.tr("No run is found so.")
            if self._all
            else self.tr("No runs yet. Each training stays here with its curves, its log and its model.")
        )
        found.sort(key=key, reverse=falling)  # type: ignore[arg-type]
        self.list.show_runs(found, self._all)

    def _is_sought(self, run: RunRecord) -> bool:
        if self.starred.isChecked() and not run.starred:
            return False
        wanted = self.search.wanted()
        return any(
            wanted in words.casefold()
            for words in (run_title(run), run.name, run.recipe, run.note, state_words(run.state)[1])
        )
