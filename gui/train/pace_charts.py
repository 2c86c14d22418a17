"""The learning rate of each epoch and how fast it went."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.events import EpochEnded
from gui import theme
from gui.widgets.charts import scales
from gui.widgets.charts.curve_paint import Chart, Curve
from gui.widgets.charts.curves import CurveChart


class PaceCharts(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rate, speed = self.tr("learning rate"), self.tr("images/s")
        self.rate = CurveChart(Chart(self.tr("Learning rate"), self.tr("epoch"), [Curve(rate)]), "learning rate", self)
        self.speed = CurveChart(Chart(self.tr("Images per second"), self.tr("epoch"), [Curve(speed)]), "speed", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().XL)
        for chart in (self.rate, self.speed):
            row.addWidget(chart, 1)
            chart.hovered.connect(self._share_hover)

    def show_history(self, history: Sequence[EpochEnded], planned: int | None = None, *, held_out: bool = True) -> None:
        """All epochs so far; `planned` ones stay visible ahead, None ends the axis with the last one. Where nothing is
        `held_out`, no epoch is known to be better than another."""
        best = next((e.epoch for e in reversed(history) if e.best and held_out), None)
        last = scales.horizon(len(history), planned) if planned else max(len(history), 2)
        values = (
            (self.rate, [(e.epoch, e.learning_rate) for e in history]),
            (self.speed, [(e.epoch, e.images_per_second) for e in history]),
        )
        for widget, points in values:
            chart = widget.chart
            chart.curves[0].points = [(float(x), y) for x, y in points]
            chart.best, chart.best_text = best, self.tr("best: epoch {0}").format(best)
            chart.first, chart.last = (0 if planned else 1), last
            widget.refresh(glide=False)

    def _share_hover(self, epoch: int | None) -> None:
        for widget in (self.rate, self.speed):
            widget.set_hover(epoch)
