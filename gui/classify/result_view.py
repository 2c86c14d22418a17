"""The results of a batch: bars of the classes on the left, the pictures on the right, and what filters them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from engine.batch.results import CORRECTED, PROBLEMS, UNLIKE, UNSURE, USUAL_THRESHOLD, Results, RowFilter, bucket
from gui import theme
from gui.classify.confidence_bar import ConfidenceBar
from gui.classify.corrections import Corrections
from gui.classify.problem_list import ProblemList
from gui.classify.result_reader import RowDetails
from gui.classify.shown_rows import ShownRows
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.charts.bars import Bar, BarList
from gui.widgets.controls import Combo, Segments
from gui.widgets.grid.thumbnail_grid import GridItem, ThumbnailGrid
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row
from gui.widgets.pictures.large_view import Guess, LargeItem, LargeView

if TYPE_CHECKING:
    from engine.batch.saved_results.folder import SavedResults

THUMB_SIDE = 132  # at first: names such as "Speed limit (60km/h)" can be distinguished


class ResultView(QWidget):
    def __init__(self, session: Session, jobs: JobRunner, cover: QWidget, parent: QWidget | None = None) -> None:
        """A large picture lies over all of `cover`."""
        super().__init__(parent)
        self._session, self._cover = session, cover
        self.results = Results()
        self.threshold = USUAL_THRESHOLD
        self._order: list[int] = []  # the bars as places in `results.names`
        self.shown = ShownRows(jobs, self)
        self.details = RowDetails(jobs, self)
        self.correcting = Corrections(session, jobs, self)
        self.large: LargeView | None = None
        self.bars = BarList(self.tr("Predicted classes"))
        self.bars.setObjectName("class_bars")
        words = [self.tr("All"), self.tr("Unsure"), self.tr("Unlike"), self.tr("Corrected"), self.tr("Problems")]
        self.kinds = Segments(words, self.tr("Show"))
        self.title = elided("", "heading")
        self.confidence = ConfidenceBar()
        self.confidence.setObjectName("confidence_bar")
        self.order = Combo()
        self.order.setObjectName("results_order")
        self.order.setAccessibleName(self.tr("Order"))
        self.order.addItems([self.tr("As they came"), self.tr("Least sure first"), self.tr("Surest first")])
        self.grid = ThumbnailGrid()
        self.grid.setObjectName("results_grid")
        self.grid.setAccessibleName(self.tr("Classified images"))
        self.grid.set_thumb_size(THUMB_SIDE)
        self.problems = ProblemList()
        self.problems.setObjectName("problem_list")
        self._build()
        self._connect()

    def _build(self) -> None:
        gap = theme.current()
        left, right = QWidget(), QWidget()
        above = row(text(self.tr("Classes"), "heading"))
        above.addStrut(gap.CONTROL)
        sure = row(fill(text(self.tr("Confidence"), "section")), self.order)
        column(above, fill(self.bars), sure, self.confidence, on=left, margins=(0, 0, gap.L, 0), spacing=gap.S)
        head = row(fill(self.title), self.kinds)
        head.addStrut(gap.CONTROL)
        self._faces = QStackedWidget()
        self._faces.addWidget(self.grid)
        self._faces.addWidget(self.problems)
        column(head, fill(self._faces), on=right, margins=(gap.L, 0, 0, 0), spacing=gap.S)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(left)
        halves.addWidget(right)
        halves.setStretchFactor(0, 0)
        halves.setStretchFactor(1, 1)
        halves.setSizes([270, 850])
        column(halves, on=self)

    def _connect(self) -> None:
        self.bars.chosen.connect(lambda _: self._want())
        self.kinds.chosen.connect(lambda _: self._want())
        self.order.currentIndexChanged.connect(lambda _: self._want())
        self.confidence.range_changed.connect(lambda *_: self._want())
        self.shown.changed.connect(self._show_rows)
        self.grid.viewed.connect(self._look_up)
        self.grid.current_changed.connect(lambda _: self._show_large())
        self.grid.activated.connect(lambda _: self.open_large())
        self.details.arrived.connect(self._know_more)
        self.correcting.changed.connect(lambda _: self._corrected())
        self._session.classes_changed.connect(self.refresh)

    # What is shown

    def begin(self, results: Results, saved: SavedResults, number: int) -> None:
        """Show other results from now on, with no filter; `number` is the highest of their corrections."""
        self.results = results
        self.correcting.begin(results, saved, number)
        self.details.begin(results, saved.rows)
        for control in (self.bars, self.kinds, self.order, self.confidence):
            control.blockSignals(True)
        self.kinds.button(0).setChecked(True)
        self._faces.setCurrentWidget(self.grid)
        self.order.setCurrentIndex(0)
        self.confidence.set_range(0, 100)
        self.bars.set_bars([])
        self.bars.select(None)
        for control in (self.bars, self.kinds, self.order, self.confidence):
            control.blockSignals(False)
        self.shown.row_filter = RowFilter(threshold=self.threshold)
        self.shown.begin(results)
        self.refresh()

    def grown(self) -> None:
        """Rows were added."""
        self.shown.grown()
        self.refresh()

    def set_threshold(self, percent: int) -> None:
        """Set the threshold: below so many per cent an image is unsure."""
        if percent != self.threshold:
            self.threshold = percent
            self._want()
            self.refresh()
            self.grid.refresh()

    def refresh(self) -> None:
        """Show new counts."""
        results, counts = self.results, self.results.filed_counts(self.threshold)  # as sorting files them
        self._order = sorted(range(len(counts)), key=lambda i: -counts[i])  # those without any image come last
        self.bars.set_bars([Bar(results.names[i], counts[i], self.correcting.colour(i)) for i in self._order])
        self.confidence.set_histogram(results.histogram(), self.threshold)
        limit = scales.percent(self.threshold / 100, 0)
        unsure, unlike, corrected, problems = (
            self.kinds.button(kind) for kind in (UNSURE, UNLIKE, CORRECTED, PROBLEMS)
        )
        unsure.setToolTip(self.tr("Images of which no class is as likely as {0}").format(limit))
        unsure.setText(self.tr("Unsure {0}").format(wording.number(results.unsure(self.threshold))))
        count = sum(results.unlike_counts())
        unlike.setText(self.tr("Unlike anything {0}").format(wording.number(count)))
        unlike.setToolTip(self.tr("Images unlike anything that the model was trained on, whatever class it names"))
        unlike.setVisible(bool(count) or self.kinds.current() == UNLIKE)
        corrected.setText(self.tr("Corrected {0}").format(wording.number(len(results.labels))))
        corrected.setToolTip(self.tr("Images that you gave a class, or whose prediction you confirmed"))
        corrected.setVisible(bool(results.labels) or self.kinds.current() == CORRECTED)
        problems.setText(self.tr("Problems {0}").format(wording.number(results.problem_count)))
        problems.setVisible(bool(results.problem_count))
        self._say()

    def _want(self) -> None:
        chosen = self.bars.selected()
        low, high = self.confidence.range()
        kind = self.kinds.current()
        cls = None if chosen is None else self._order[chosen]
        self.shown.want(RowFilter(kind, cls, low, high, self.order.currentIndex(), self.threshold))
        self._faces.setCurrentIndex(int(kind == PROBLEMS))
        self._say()

    def next_kind(self) -> None:
        """Show the next kind of results of which there are any."""
        here = self.kinds.current()
        for kind in (*range(here + 1, PROBLEMS + 1), *range(here)):
            if not self.kinds.button(kind).isHidden():
                self.kinds.button(kind).setChecked(True)
                return

    def _show_rows(self, keep: bool) -> None:
        self.grid.set_items(len(self.shown.rows), self._item, keep=keep)
        self._say()

    def _say(self) -> None:
        """The title, and what an empty grid says."""
        row_filter, results = self.shown.row_filter, self.results
        limit = scales.percent(self.threshold / 100, 0)
        if self.kinds.current() == PROBLEMS:
            self.title.setText(wording.unreadable(results.problem_count))
            self.problems.show_problems(results.problems)
            return
        words = wording.images(len(self.shown.rows))
        if row_filter.cls is not None:
            words = self.tr("{0} of class {1}").format(words, results.names[row_filter.cls])
        if row_filter.kind == UNSURE:
            words = self.tr("{0}, less than {1} sure").format(words, limit)
        elif row_filter.kind == UNLIKE:
            words = self.tr("{0}, unlike anything the model was trained on").format(words)
        elif (row_filter.low, row_filter.high) != (0, 100):
            words = self.tr("{0}, {1} to {2} % sure").format(words, row_filter.low, row_filter.high)
        self.title.setText(words)
        none = self.tr("None is less than {0} sure.").format(limit)
        if not results.images:
            none = self.tr("None of these files can be read; Problems says why.")
        elif row_filter.kind != UNSURE:
            none = self.tr("No image is like this; choose another class or confidence.")
        no_images = self.tr("The images appear here as they are classified.")
        self.grid.set_empty_text(none if len(results) else no_images)

    def rows(self) -> Sequence[int]:
        """The rows that are shown; none beside the problems, behind which nobody sees an image or a selection."""
        return self.shown.rows if self._faces.currentWidget() is self.grid else ()

    def selected(self) -> list[int]:
        """The rows that are selected."""
        if not self.rows():
            return []
        return [self.shown.rows[index] for index in self.grid.selected() if index < len(self.shown.rows)]

    # Cells

    def _item(self, index: int) -> GridItem | None:
        row = self.shown.rows[index]
        detail = self.details.of(row)
        results = self.results
        if detail is None or results.predicted[row] < 0:  # replaced by a newer row, and about to leave the grid
            return None
        cls, sure = results.class_of(row), results.confidence[row]
        share, predicted = wording.confidence(sure), results.predicted[row]
        mark, caption = "", results.names[cls]
        badge: QColor | None = self.correcting.colour(cls)
        if results.is_unlike(row):  # a class in front would pass for what it is
            caption, badge, sub = self.tr("unlike anything"), None, self.tr("nearest: {0}, {1}").format(caption, share)
        elif row not in results.labels:
            words = self.tr("unsure, {0}") if bucket(sure) < self.threshold else self.tr("{0} sure")
            sub = words.format(share)
        elif cls == predicted:
            mark, sub = "correct", self.tr("confirmed, {0}").format(share)
        else:
            mark, sub = "wrong", self.tr("not {0}, {1}").format(results.names[predicted], share)
        return GridItem(
            key=row,
            file=detail.file,
            size_bytes=detail.size_bytes,
            modified_ns=detail.modified_ns,
            caption=caption,
            sub=sub,
            badge=badge,
            mark=mark,
        )

    def _look_up(self, first: int, last: int) -> None:
        """The rows on screen and as many after them."""
        self.details.want(self.shown.rows[first : last + (last - first)])

    def _know_more(self) -> None:
        self.grid.refresh()
        self._show_large()

    # Corrections

    def _corrected(self) -> None:
        self.refresh()
        self.shown.labelled()
        self.grid.refresh()
        self._show_large()

    def resize_pictures(self, factor: float) -> None:
        self.grid.set_thumb_size(round(self.grid.thumb_size() * factor))

    def step_on(self) -> None:
        """Go to the next image, when a single one was corrected."""
        here = self.grid.selected()
        if len(here) == 1 and here[0] + 1 < self.grid.count():
            self.grid.set_current(here[0] + 1)

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
        if self.large is None or self.large.isHidden() or index is None or index >= len(self.shown.rows):
            return
        row = self.shown.rows[index]
        detail, results = self.details.of(row), self.results
        if detail is None or results.predicted[row] < 0:
            self.details.want([row])
            return
        names, path = results.names, detail.place
        cls, predicted = results.class_of(row), results.predicted[row]
        mark = "" if row not in results.labels else "correct" if cls == predicted else "wrong"
        facts = [(self.tr("File"), path.name), (self.tr("Folder"), str(path.parent))]
        if mark == "wrong":
            facts.insert(0, (self.tr("Predicted"), names[predicted]))
        known = {name: place for place, name in enumerate(names)}
        item = LargeItem(
            file=detail.file,
            size=QSize(),
            modified_ns=detail.modified_ns,
            title=self.tr("Unlike anything it was trained on") if results.is_unlike(row) else names[cls],
            facts=tuple(facts),
            guesses=tuple(
                Guess(name, share, self.correcting.colour(known[name]) if name in known else None)
                for name, share in detail.seen.top
            ),
            mark=mark,
        )
        self.large.show_item(
            item, self.tr("{0} of {1}").format(wording.number(index + 1), wording.number(len(self.shown.rows)))
        )
