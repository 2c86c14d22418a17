"""The results of a batch: bars of the predicted classes on the left, the pictures on the right."""

from __future__ import annotations

from array import array
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.events import Outcome, Succeeded
from gui import theme
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.charts.bars import Bar, BarList
from gui.widgets.classify.problem_list import ProblemList
from gui.widgets.classify.results import ALL, PROBLEMS, UNSURE, UNSURE_BELOW, Results, read_guesses
from gui.widgets.grid.thumbnail_grid import GridItem, ThumbnailGrid
from gui.widgets.parts import Segments, elided, text
from gui.widgets.pictures.large_view import Guess, LargeItem, LargeView

LIMIT = scales.percent(UNSURE_BELOW, 0)
Facts = tuple[int, int]  # size in bytes, time of change in nanoseconds


class ResultView(QWidget):
    def __init__(self, session: Session, jobs: JobRunner, cover: QWidget, parent: QWidget | None = None) -> None:
        """A large picture lies over all of `cover`."""
        super().__init__(parent)
        self._session, self._jobs, self._cover = session, jobs, cover
        self.results = Results()
        self._rows: array[int] | range = range(0)
        self._facts: dict[str, Facts] = {}
        self._wanted = range(0)
        self._reading = False
        self._order: list[int] = []  # the bars as places in `results.names`
        self._guessed: dict[int, tuple[Guess, ...]] = {}
        self._table: Path | None = None
        self.large: LargeView | None = None
        self.bars = BarList(self.tr("Predicted classes"))
        self.bars.setObjectName("class_bars")
        self.kinds = Segments([self.tr("All"), self.tr("Unsure"), self.tr("Problems")], self.tr("Show"))
        self.title = elided("", "heading")
        self.grid = ThumbnailGrid()
        self.grid.setObjectName("results_grid")
        self.grid.setAccessibleName(self.tr("Classified images"))
        self.grid.set_thumb_size(112)
        self.problems = ProblemList()
        self.problems.setObjectName("problem_list")
        self._build()
        self.bars.chosen.connect(lambda _: self._show(keep=False))
        self.kinds.chosen.connect(lambda _: self._show(keep=False))
        self.grid.viewed.connect(self._read)
        self.grid.current_changed.connect(lambda _: self._show_large())
        self.grid.activated.connect(lambda _: self.open_large())

    def _build(self) -> None:
        gap = theme.current()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, gap.L, 0)
        column.setSpacing(gap.S)
        head = QHBoxLayout()
        head.addStrut(gap.CONTROL)
        head.addWidget(text(self.tr("Predicted classes"), "heading"))
        column.addLayout(head)
        column.addWidget(self.bars, 1)
        right = QWidget()
        inner = QVBoxLayout(right)
        inner.setContentsMargins(gap.L, 0, 0, 0)
        inner.setSpacing(gap.S)
        row = QHBoxLayout()
        row.addStrut(gap.CONTROL)
        row.addWidget(self.title, 1)
        row.addWidget(self.kinds)
        inner.addLayout(row)
        self._faces = QStackedWidget()
        self._faces.addWidget(self.grid)
        self._faces.addWidget(self.problems)
        inner.addWidget(self._faces, 1)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(left)
        halves.addWidget(right)
        halves.setStretchFactor(0, 0)
        halves.setStretchFactor(1, 1)
        halves.setSizes([300, 820])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves)

    def begin(self, results: Results, table: Path | None = None) -> None:
        """Show other results from now on, with no filter. `table` is the CSV file that they are written into."""
        self.results, self._table = results, table
        self._guessed.clear()
        self._facts.clear()
        self.kinds.button(ALL).setChecked(True)
        self.bars.set_bars([])
        self.bars.select(None)
        self.refresh(keep=False)

    def refresh(self, *, keep: bool = True) -> None:
        """Rows were added."""
        results, counts = self.results, self.results.counts()
        self._order = sorted(range(len(counts)), key=lambda i: -counts[i])  # those without any image come last
        self.bars.set_bars([Bar(results.names[i], counts[i], self._colour(i)) for i in self._order])
        unsure, problems = self.kinds.button(UNSURE), self.kinds.button(PROBLEMS)
        unsure.setToolTip(self.tr("Images of which no class is as likely as {0}").format(LIMIT))
        unsure.setText(self.tr("Unsure {0}").format(f"{results.unsure:,}"))
        problems.setText(self.tr("Problems {0}").format(f"{len(results.problems):,}"))
        problems.setVisible(bool(results.problems))
        self._show(keep=keep)

    def _show(self, *, keep: bool) -> None:
        kind = self.kinds.current()
        self._faces.setCurrentIndex(int(kind == PROBLEMS))
        if kind == PROBLEMS:
            self.title.setText(wording.unreadable(len(self.results.problems)))
            self.problems.show_problems(self.results.problems)
            return
        self._rows = self.results.shown(kind, self._class())
        self.title.setText(self._words(kind, len(self._rows)))
        self.grid.set_empty_text(
            self.tr("None is less than {0} sure.").format(LIMIT)
            if kind == UNSURE and len(self.results)
            else self.tr("The images appear here as they are classified.")
        )
        self.grid.set_items(len(self._rows), self._item, keep=keep)

    def _class(self) -> int | None:
        """The chosen class as a place in `results.names`."""
        chosen = self.bars.selected()
        return None if chosen is None else self._order[chosen]

    def _words(self, kind: int, count: int) -> str:
        chosen = self._class()
        words = wording.images(count)
        if chosen is not None:
            words = self.tr("{0} predicted {1}").format(f"{count:,}", self.results.names[chosen])
        return self.tr("{0}, less than {1} sure").format(words, LIMIT) if kind == UNSURE else words

    def _colour(self, index: int) -> QColor:
        """The class's own colour where the open project has that class, else one of the charts'."""
        cls = self._session.class_named(self.results.names[index])
        series = theme.current().series
        return QColor(cls.colour) if cls else series[index % len(series)]

    def _item(self, index: int) -> GridItem | None:
        row = self._rows[index]
        path = self.results.paths[row]
        facts = self._facts.get(path)
        if facts is None:
            return None
        cls, confidence = self.results.classes[row], self.results.confidence[row]
        sure = self.tr("{0} sure") if confidence >= UNSURE_BELOW else self.tr("unsure, {0}")
        return GridItem(
            key=path,
            file=Path(path),
            size_bytes=facts[0],
            modified_ns=facts[1],
            caption=self.results.names[cls],
            sub=sure.format(scales.percent(confidence)),
            badge=self._colour(cls),
        )

    def _read(self, first: int, last: int) -> None:
        """Look up the files on screen and as many after them, in a thread: they may lie on a slow network."""
        self._wanted = range(first, last + (last - first))
        if self._reading:
            return
        paths = [self.results.paths[row] for row in self._rows[self._wanted.start : self._wanted.stop]]
        missing = [path for path in paths if path not in self._facts]
        if missing:
            self._reading = True
            handle = self._jobs.start_callable(lambda _emit, _cancel: {path: _facts(path) for path in missing})
            handle.ended.connect(self._arrived)

    def _arrived(self, outcome: Outcome) -> None:
        self._reading = False
        if isinstance(outcome, Succeeded):
            self._facts.update(outcome.result)
            self.grid.refresh()

    # One of them, large

    def open_large(self) -> None:
        """Show the current image large, with the classes that the model thought of first."""
        if self.grid.current() is None:
            return
        if self.large is None:
            self.large = LargeView(self._cover)
            self.large.stepped.connect(lambda step: self.grid.set_current((self.grid.current() or 0) + step))
        self.large.open()
        self._show_large()

    def _show_large(self) -> None:
        index = self.grid.current()
        if self.large is None or self.large.isHidden() or index is None or index >= len(self._rows):
            return
        row = self._rows[index]
        path, name = self.results.paths[row], self.results.names[self.results.classes[row]]
        confidence, file = self.results.confidence[row], Path(path)
        guesses = self._guessed.get(row)
        facts = (
            (self.tr("File"), file.name),
            (self.tr("Folder"), str(file.parent)),
            (self.tr("Sure"), scales.percent(confidence)),
        )
        item = LargeItem(
            file=file,
            size=QSize(),
            modified_ns=self._facts.get(path, (0, 0))[1],
            title=name,
            facts=facts,
            guesses=guesses or (self._guess(name, confidence),),
        )
        self.large.show_item(item, self.tr("{0} of {1}").format(f"{index + 1:,}", f"{len(self._rows):,}"))
        if guesses is None and self._table is not None:
            self._read_guesses(self._table, row)

    def _guess(self, name: str, share: float) -> Guess:
        known = self.results.names.index(name) if name in self.results.names else None
        return Guess(name, share, None if known is None else self._colour(known))

    def _read_guesses(self, table: Path, row: int) -> None:
        """The classes after the first stand in the table that the job writes; read in a thread, some rows at once."""

        def arrived(outcome: Outcome) -> None:
            if not isinstance(outcome, Succeeded) or table != self._table:
                return
            for place, (path, pairs) in outcome.result["rows"].items():
                if place < len(self.results) and self.results.paths[place] == path:
                    self._guessed[place] = tuple(self._guess(name, share) for name, share in pairs)
            if row in self._guessed:
                self._show_large()

        handle = self._jobs.start_callable(lambda _emit, _cancel: {"rows": read_guesses(table, row)})
        handle.ended.connect(arrived)


def _facts(path: str) -> Facts:
    try:
        found = Path(path).stat()
    except OSError:
        return 0, 0  # gone since: the grid shows that there is no picture
    return found.st_size, found.st_mtime_ns
