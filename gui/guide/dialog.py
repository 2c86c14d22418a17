"""The guide: how the work goes in six pictures, the keys, and what the words mean. Needs no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.guide import scenes
from gui.guide.glossary import translated
from gui.guide.keys import KeyLine
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row, stretch
from gui.widgets.search_field import SearchField

SIZE, COLUMNS = QSize(1040, 690), 3
Groups = Iterator[tuple[str, Sequence[KeyLine]] | None]
Rows = Iterator[tuple[str, Sequence[tuple[str, str]]] | None]  # None: nothing yet


class GuideDialog(QDialog):
    """Three tabs; `tour_wanted` asks for the tour on the sample. `keys` is called when its tab is first shown; in each
    turn of the event loop it yields a group of keys, or None.
    """

    tour_wanted = Signal()

    def __init__(self, keys: Callable[[], Groups], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guide")
        self.setWindowTitle(self.tr("Guide"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tabs = QTabBar()
        self.tabs.setObjectName("guide_tabs")
        self.tabs.setAccessibleName(self.tr("Parts of the guide"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.loop = Loop()
        self.keys = Lookup(self.tr("Search keys"), lambda: key_rows(keys()))
        self.words = Lookup(self.tr("Search words"), word_rows)
        self.stack = QStackedWidget()
        parts = ((self.tr("How it goes"), self.loop), (self.tr("Keys"), self.keys), (self.tr("Words"), self.words))
        for name, part in parts:
            self.tabs.addTab(name)
            self.stack.addWidget(part)
        self.tabs.currentChanged.connect(self._show)
        tour = QPushButton(self.tr("Take the tour on the sample"))
        tour.setObjectName("tour_button")
        tour.clicked.connect(self._leave_to_tour)
        close = QPushButton(self.tr("Close"))
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.close)
        for button in (tour, close):
            button.setAccessibleName(button.text())
        bottom = row(tour, stretch(), close)
        column(self.tabs, fill(self.stack), bottom, on=self, margins=(24, 16, 24, 20), spacing=theme.Theme.M)
        self.resize(SIZE.boundedTo(self._room()))
        self.tabs.setFocus()

    def _room(self) -> QSize:
        """What the screen leaves."""
        return self.screen().availableGeometry().size() - QSize(80, 80)

    def _show(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        part = self.stack.currentWidget()
        if isinstance(part, Lookup):
            part.begin()

    def _leave_to_tour(self) -> None:
        self.close()
        self.tour_wanted.emit()


class Loop(QScrollArea):
    """The work from a folder of pictures to pictures in folders."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("The work in six pictures"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        accept, result = self.tr("Enter"), self.tr("92 of 100 right")
        label, model = self.tr("Your label"), self.tr("The model says")
        steps: tuple[tuple[Callable[[scenes.Pen], None], str, str], ...] = (
            (
                scenes.opening,
                self.tr("Open a folder"),
                self.tr("Drop a folder of pictures on the window. Nothing is ever written into it."),
            ),
            (
                scenes.labelling,
                self.tr("Label with a key"),
                self.tr("Each class has a key. Press it, and the picture has its label and is saved."),
            ),
            (
                partial(scenes.suggesting, accept=accept),
                self.tr("Let it suggest"),
                self.tr("It learns from every label at once and suggests the others. You only check them."),
            ),
            (
                partial(scenes.training, result=result),
                self.tr("Train"),
                self.tr("One button makes a model in seconds and goes on to a better one. It says how good it is."),
            ),
            (
                partial(scenes.reviewing, label=label, model=model),
                self.tr("Review the mistakes"),
                self.tr("See each picture that it got wrong. Often the label is wrong: mend it, and train again."),
            ),
            (
                scenes.sorting,
                self.tr("Sort new pictures"),
                self.tr("Give it any folder: it fills a table, or sorts the pictures into folders of their classes."),
            ),
        )
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.Theme.M)
        for number, (draw, title, words) in enumerate(steps):
            grid.addWidget(_Card(number + 1, draw, title, words), number // COLUMNS, number % COLUMNS)
        for place in range(COLUMNS):
            grid.setColumnStretch(place, 1)
        self.setWidget(inner)


class _Card(QFrame):
    """A step: its picture, its number and name, and a sentence."""

    def __init__(self, number: int, draw: Callable[[scenes.Pen], None], title: str, words: str) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.setAccessibleName(f"{number}. {title}")
        self.setAccessibleDescription(words)
        head = text(f"{number}   {title}", "heading")
        sentence = text(words, "muted", wrap=True)
        sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        sentence.setMinimumHeight(3 * sentence.fontMetrics().lineSpacing())
        scene = scenes.Scene(draw)
        scene.setAccessibleName(title)
        column(head, fill(scene), sentence, on=self, margins=(16, 14, 16, 12), spacing=theme.Theme.S)


class Lookup(QWidget):
    """Rows of two columns in groups, and a field that leaves those with what is typed.

    `rows` is called once. It is asked for a group in one turn of the event loop each, as it may take long to find it.
    """

    def __init__(self, search: str, rows: Callable[[], Rows]) -> None:
        super().__init__()
        self._rows = rows
        self._coming: Rows | None = None
        self._known: list[tuple[str, Sequence[tuple[str, str]]]] = []
        self.is_complete = False
        self.field = SearchField("guide_search", search)
        self.field.textChanged.connect(self._show)
        self.browser = QTextBrowser()
        self.browser.setOpenLinks(False)
        self.browser.setFrameShape(QFrame.Shape.NoFrame)
        self.browser.setAccessibleName(search)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.Theme.S)
        box.addWidget(self.field)
        box.addWidget(self.browser, 1)
        theme.notifier().changed.connect(self._show)

    def begin(self) -> None:
        if self._coming is None:
            self._coming = self._rows()
            self._go_on()
        self.field.setFocus()

    def _go_on(self) -> None:
        assert self._coming is not None
        try:
            group = next(self._coming)
        except StopIteration:
            self.is_complete = True
            self._show()
            return
        if group is not None:
            self._known.append(group)
            self._show()
        QTimer.singleShot(0, self, self._go_on)

    def shown(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the groups with the rows that have what is typed."""
        wanted = self.field.wanted()
        groups = [
            (name, [line for line in lines if wanted in f"{line[0]} {line[1]}".casefold()])
            for name, lines in self._known
        ]
        return [(name, lines) for name, lines in groups if lines]

    def _show(self) -> None:
        groups = self.shown()
        colours = theme.current()
        rows: list[str] = []
        for name, lines in groups:
            if name:
                heading = f'<span style="color:{colours.muted.name()}; font-weight:600">{escape(name)}</span>'
                rows.append(f'<tr><td colspan="2" style="padding:14px 0 4px 0">{heading}</td></tr>')
            for left, right in lines:
                rows.append(
                    f'<tr><td width="26%" style="padding:4px 16px 4px 0"><b>{escape(left)}</b></td>'
                    f'<td style="padding:4px 0">{escape(right)}</td></tr>'
                )
        words = self.tr("Nothing is called so.") if self.is_complete else self.tr("One moment")
        none = f'<p style="color:{colours.muted.name()}">{escape(words)}</p>'
        table = f'<table width="100%" cellspacing="0">{"".join(rows)}</table>'
        self.browser.setHtml(f'<div style="color:{colours.text.name()}">{table if rows else none}</div>')


def key_rows(groups: Groups) -> Rows:
    """Yield the groups of keys as rows."""
    for group in groups:
        yield group and (group[0], [(line.keys, line.words) for line in group[1]])


def word_rows() -> Rows:
    yield ("", [(entry.word, entry.meaning[:1].upper() + entry.meaning[1:]) for entry in translated()])
