"""The runs over time on the same check images: better, worse, or can't tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSplitter, QWidget

from engine.statistics import Trend
from gui import theme
from gui.jobs import JobRunner
from gui.review import rounds_words as words
from gui.review.job_line import JobLine
from gui.review.section import Section
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.charts.export import DataPicture
from gui.widgets.empty_page import EmptyPage
from gui.widgets.keycap import paint_focus_frame
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill
from gui.widgets.run_words import round_words
from gui.widgets.table import Column, SortableTable

if TYPE_CHECKING:
    from engine.review.reviewed import Reviewed
    from engine.review.rounds import Round, Rounds

CONTENT, EMPTY = 0, 1
DOT, CAP = 5.0, 4.0  # pixels: the radius of a dot, half the width of the ends of an interval
TICKS = 5


class RoundsSection(Section):
    """Reads again when runs came or went, or labels were changed."""

    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session = session
        self._reviewed: Reviewed | None = None
        self._edits = 0
        self._read_for: object = None
        self.found: Rounds | None = None
        self.heading = text("", "heading", wrap=True)
        self.left_out = text("", "small", wrap=True)
        self.line = JobLine(session, jobs)
        self.chart = RoundsChart()
        self.table = SortableTable("rounds", self.tr("Rounds"), self._columns())
        self.table.setSelectionMode(SortableTable.SelectionMode.SingleSelection)
        self.empty = EmptyPage("stats", self.tr("There are no rounds yet"), "")
        self._build()
        self.chart.chosen.connect(self.run_wanted)
        self.table.activated.connect(lambda index: self.run_wanted.emit(self.table.body.row_at(index.row()).run))
        self.line.changed.connect(self._on_change)  # what changed while it was counted
        session.runs_changed.connect(self._on_change)
        session.images_changed.connect(self._on_edit)
        session.listing_changed.connect(self._on_edit)

    def _build(self) -> None:
        gap = theme.current()
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.chart)
        halves.addWidget(self.table)
        halves.setSizes([330, 200])
        content = QWidget()
        column(self.heading, self.left_out, fill(halves), on=content, spacing=gap.S)
        column(self.line, fill(self.stacked(content, self.empty)), on=self, spacing=gap.S)
        self.table.stretch_first()

    def _columns(self) -> list[Column]:
        p_value = self.tr("Details: McNemar's exact test beside the round before, p = {0}")
        return [
            Column(self.tr("Round"), lambda r: self._title(r.run, r.recipe)),
            Column(self.tr("When"), lambda r: r.created, lambda r: wording.when(r.created)),
            Column(self.tr("Right"), lambda r: r.right, number=True),
            Column(self.tr("Accuracy"), lambda r: r.accuracy, lambda r: scales.percent(r.accuracy), number=True),
            Column(
                self.tr("Most likely between"),
                lambda r: r.low,
                words.interval,
                tip=self.tr("The 95 % interval"),
                number=True,
            ),
            Column(self.tr("Learnt from"), lambda r: r.learnt, number=True),
            Column(self.tr("Changed"), words.changed),
            Column(
                self.tr("Compared with before"),
                lambda r: words.trend(r.trend),
                cell_tip=lambda r: "" if r.p_value is None else p_value.format(f"{r.p_value:.3g}"),
            ),
        ]

    def _title(self, run: str, recipe: str) -> str:
        known = self._session.run_named(run)
        return wording.recipe(recipe) if known is None else round_words(known, self._session.runs())

    # What is shown

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self._reviewed = reviewed
        if self.found is not None and reviewed is not None:
            self._mark(reviewed.run)
        self._read()

    def stop(self) -> None:
        self.line.stop()
        self._reviewed = self.found = self._read_for = None

    def _on_edit(self, _edit: object = None) -> None:
        self._edits += 1  # read again when the section is shown next

    def _on_change(self) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        project = self._session.project
        asked = project, self._edits, [run.name for run in self._session.runs()]
        if project is None or self._reviewed is None or asked == self._read_for or self.line.running:
            return
        from engine.review.rounds import RoundsParams

        self._read_for = asked
        self.line.run("rounds", RoundsParams(str(project.folder)), self.tr("Comparing the runs…"), self._arrived)

    def _arrived(self, record: dict[str, Any]) -> None:
        from engine.review.rounds import Rounds

        found = self.found = Rounds.of(record)
        self._body.setCurrentIndex(CONTENT)
        self.heading.setText(words.summary(found))
        self.left_out.setText(words.left_out(found))
        self.left_out.setVisible(bool(found.left_out))
        self.table.show_rows(list(reversed(found.rounds)))
        self._mark(self._reviewed.run if self._reviewed is not None else "")

    def _mark(self, run: str) -> None:
        assert self.found is not None
        self.chart.show_rounds(self.found.rounds, run)
        self.table.choose_where(lambda one: one.run == run)


class RoundsChart(DataPicture):
    """Accuracy over the rounds: a line, and for each round the interval in which it most likely lies.

    A click or the arrow keys choose a round; saved from its context menu as any picture of data.
    """

    chosen = Signal(str)  # the name of its run

    def __init__(self) -> None:
        super().__init__("rounds")
        self.setObjectName("rounds_chart")
        self.rounds: Sequence[Round] = ()
        self.run = ""  # that is looked at
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Accuracy over the rounds"))

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 40, line * 16)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 20, line * 9)

    def show_rounds(self, rounds: Sequence[Round], run: str) -> None:
        """Show these, oldest first; `run` is the one that is looked at."""
        self.rounds, self.run = rounds, run
        ends = [f"{wording.when(r.created)}: {scales.percent(r.accuracy)} {words.trend(r.trend)}" for r in rounds]
        self.setAccessibleDescription(", ".join(ends))
        self.update()

    def rows(self) -> list[list[object]]:
        head: list[object] = ["run", "recipe", "created", "right", "accuracy", "low", "high"]
        head += ["learnt_from", "new", "relabelled", "trend", "p_value"]
        body: list[list[object]] = [
            [
                *(r.run, r.recipe, r.created, r.right, r.accuracy, r.low, r.high, r.learnt, r.labelled, r.relabelled),
                *("" if r.trend is None else r.trend.value, "" if r.p_value is None else r.p_value),
            ]
            for r in self.rounds
        ]
        return [head, *body]

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, QRectF(self.rect()))
        if self.hasFocus():
            paint_focus_frame(painter, QRectF(self.rect()))
        painter.end()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        margin = self.fontMetrics().height()
        self._paint(painter, QRectF(rect.adjusted(margin, margin, -margin, -margin)))

    def _plot(self, rect: QRectF) -> QRectF:
        metrics = self.fontMetrics()
        line = metrics.height()
        return rect.adjusted(metrics.horizontalAdvance("100.0 %") + line, line * 1.6, -line * 2, -line * 2.8)

    def _x(self, plot: QRectF, index: int) -> float:
        step = plot.width() / max(len(self.rounds), 1)
        return plot.left() + (index + 0.5) * step

    def _paint(self, painter: QPainter, rect: QRectF) -> None:
        if not self.rounds:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        colours, plot = theme.current(), self._plot(rect)
        low, high = scales.value_range([v for r in self.rounds for v in (r.low, r.high)], top=1.0)

        def y(value: float) -> float:
            return plot.bottom() - (value - low) / (high - low) * plot.height()

        line = painter.fontMetrics().height()
        ticks = scales.ticks(low, high, TICKS)
        for value, words_ in zip(ticks, scales.tick_texts(ticks, as_percent=True), strict=True):
            painter.setPen(QPen(colours.border, 1))
            painter.drawLine(QPointF(plot.left(), y(value)), QPointF(plot.right(), y(value)))
            painter.setPen(colours.muted)
            box = QRectF(rect.left(), y(value) - line / 2, plot.left() - rect.left() - line * 0.5, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words_)
        places = [QPointF(self._x(plot, n), y(r.accuracy)) for n, r in enumerate(self.rounds)]
        painter.setPen(QPen(colours.accent, 2))
        painter.drawPolyline(QPolygonF(places))
        step = plot.width() / len(self.rounds)
        named = max(1, round(line * 8 / step))  # so many columns share the room of a date
        for n, (one, place) in enumerate(zip(self.rounds, places, strict=True)):
            self._paint_round(painter, one, place, (y(one.low), y(one.high)))
            if (len(self.rounds) - 1 - n) % named == 0:
                box = QRectF(place.x() - step * named / 2, 0, step * named, line)
                self._paint_words(painter, one, box, plot, y(one.high))

    def _paint_round(self, painter: QPainter, one: Round, place: QPointF, ends: tuple[float, float]) -> None:
        colours = theme.current()
        painter.setPen(QPen(colours.accent, 1.4))
        x, (bottom, top) = place.x(), ends
        painter.drawLine(QPointF(x, bottom), QPointF(x, top))
        for end in ends:
            painter.drawLine(QPointF(x - CAP, end), QPointF(x + CAP, end))
        painter.setPen(QPen(colours.accent, 2))
        painter.setBrush(colours.accent if one.run == self.run else colours.surface)
        painter.drawEllipse(place, DOT, DOT)

    def _paint_words(self, painter: QPainter, one: Round, box: QRectF, plot: QRectF, top: float) -> None:
        """The figure above the interval, the time and the trend below the plot."""
        colours, line = theme.current(), box.height()
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(colours.text)
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.translated(0, top - line - 3), centre, scales.percent(one.accuracy))
        painter.setFont(self.font())
        tokens = {Trend.BETTER: colours.positive, Trend.WORSE: colours.negative}
        painter.setPen(colours.muted)
        painter.drawText(box.translated(0, plot.bottom() + line * 0.5), centre, wording.when(one.created))
        if one.trend is not None:
            painter.setPen(tokens.get(one.trend, colours.muted))
            painter.drawText(box.translated(0, plot.bottom() + line * 1.6), centre, words.trend(one.trend))

    # Choosing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.rounds and event.button() == Qt.MouseButton.LeftButton:
            plot = self._plot(QRectF(self.rect()))
            place = int((event.position().x() - plot.left()) / (plot.width() / len(self.rounds)))
            self._choose(place)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self.rounds:
            super().keyPressEvent(event)
            return
        here = next((n for n, r in enumerate(self.rounds) if r.run == self.run), len(self.rounds) - 1)
        self._choose(here + step)

    def _choose(self, index: int) -> None:
        run = self.rounds[min(max(index, 0), len(self.rounds) - 1)].run
        if run != self.run:
            self.run = run
            self.update()
            self.chosen.emit(run)
