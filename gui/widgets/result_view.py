"""The results of a batch: bars of the predicted classes on the left, the pictures on the right."""

from __future__ import annotations

from array import array
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from engine.events import Outcome, Succeeded
from gui import theme
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets import scales, wording
from gui.widgets.bars import Bar, BarList
from gui.widgets.parts import Segments, elided, text
from gui.widgets.results import ALL, PROBLEMS, UNSURE, Results
from gui.widgets.thumbnail_grid import GridItem, ThumbnailGrid

Facts = tuple[int, int]  # size in bytes, time of change in nanoseconds


class ResultView(QWidget):
    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self.results = Results()
        self._rows: array[int] | range = range(0)
        self._facts: dict[str, Facts] = {}
        self._wanted = range(0)
        self._reading = False
        self.bars = BarList(self.tr("Predicted classes"))
        self.bars.setObjectName("class_bars")
        self.kinds = Segments([self.tr("All"), self.tr("Unsure"), self.tr("Problems")], self.tr("Show"))
        self.title = elided("", "heading")
        self.grid = ThumbnailGrid()
        self.grid.setObjectName("results_grid")
        self.grid.setAccessibleName(self.tr("Classified images"))
        self.grid.set_thumb_size(112)
        self._build()
        self.bars.chosen.connect(lambda _: self._show(keep=False))
        self.kinds.chosen.connect(lambda _: self._show(keep=False))
        self.grid.viewed.connect(self._read)

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
        inner.addWidget(self.grid, 1)
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

    def begin(self, results: Results) -> None:
        """Show other results from now on, with no filter."""
        self.results = results
        self._facts.clear()
        self.kinds.button(ALL).setChecked(True)
        self.bars.set_bars([])
        self.bars.select(None)
        self.refresh(keep=False)

    def refresh(self, *, keep: bool = True) -> None:
        """Rows were added."""
        results = self.results
        bars = [
            Bar(n, c, self._colour(i)) for i, (n, c) in enumerate(zip(results.names, results.counts(), strict=True))
        ]
        self.bars.set_bars(bars)
        unsure, problems = self.kinds.button(UNSURE), self.kinds.button(PROBLEMS)
        unsure.setText(self.tr("Unsure {0}").format(f"{results.unsure:,}"))
        problems.setText(self.tr("Problems {0}").format(f"{len(results.problems):,}"))
        problems.setVisible(bool(results.problems))
        self._show(keep=keep)

    def _show(self, *, keep: bool) -> None:
        kind = self.kinds.current()
        self._rows = self.results.shown(kind, self.bars.selected())
        self.title.setText(self._words(kind, len(self._rows)))
        self.grid.set_empty_text(
            self.tr("No image was predicted so with less than 50 %.")
            if kind == UNSURE and len(self.results)
            else self.tr("The images appear here as they are classified.")
        )
        self.grid.set_items(len(self._rows), self._item, keep=keep)

    def _words(self, kind: int, count: int) -> str:
        chosen = self.bars.selected()
        if kind == PROBLEMS:
            return wording.unreadable(count)
        if chosen is not None:
            return self.tr("{0} predicted {1}").format(f"{count:,}", self.results.names[chosen])
        return wording.images(count)

    def _colour(self, index: int) -> QColor:
        """The class's own colour where the open project has that class, else one of the charts'."""
        cls = self._session.class_named(self.results.names[index])
        series = theme.current().series
        return QColor(cls.colour) if cls else series[index % len(series)]

    def _item(self, index: int) -> GridItem | None:
        row = self._rows[index]
        if self.kinds.current() == PROBLEMS:
            path, reason = self.results.problems[row]
            return GridItem(path, Path(path), 0, 0, Path(path).name, reason, mark="problem")
        path = self.results.paths[row]
        facts = self._facts.get(path)
        if facts is None:
            return None
        cls, confidence = self.results.classes[row], self.results.confidence[row]
        sure = self.tr("{0} sure") if confidence >= 0.5 else self.tr("? only {0} sure")
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
        if self._reading or self.kinds.current() == PROBLEMS:
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


def _facts(path: str) -> Facts:
    try:
        found = Path(path).stat()
    except OSError:
        return 0, 0  # gone since: the grid shows that there is no picture
    return found.st_size, found.st_mtime_ns
