"""Numbers with a title above and, small, what they are measured on below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QSizePolicy,
    QWidget,
)

from engine.figures import are_few, percent
from engine.figures import share as share_of
from gui import theme
from gui.widgets import wording
from gui.widgets.labels import elided

NOTHING = "–"  # in the place of a number that is not known, or says nothing


class Metric(QFrame):
    """A number with its title above and, small, what it is measured on below."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self._title = title
        self._compact = False
        self._notes = " ", " "
        self.value = elided(NOTHING, "metric")
        self.note = elided("", "small")
        self._grid = QGridLayout(self)
        self._grid.setSpacing(1)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(elided(title, "small"), 0, 0, 1, 2)
        self.set_compact(False)
        self.show_value(NOTHING)

    def set_compact(self, compact: bool) -> None:
        """Set two lines instead of three: the note beside the number."""
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
        self._show_note()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_note()

    def show_value(self, value: str, note: str = "", short: str = "") -> None:
        """`short` is the note where it stands beside the number, or the long one would be cut."""
        self.value.setText(value)
        self._notes = note or " ", short or note or " "  # keeps its line, so that tiles stay aligned
        self._show_note()
        self.setAccessibleName(f"{self._title}: {value}")
        self.setAccessibleDescription(note)

    def show_figure(self, value: str, images: int | None, note: str = "", short: str = "") -> None:
        """Show what was measured on so many images; of few nothing, as a large figure would be believed."""
        self.show_value(NOTHING if are_few(images) else value, note, short)

    def show_share(
        self, share: float, images: int | None, note: str = "", short: str = "", *, digits: int | None = None
    ) -> None:
        """Show a share of so many images; of few the note says how many it is, as a large figure would be believed.

        Args:
            digits: decimals, whatever the images tell; None: as many as they do.
        """
        if not are_few(images):
            self.show_value(share_of(share, images, 2) if digits is None else percent(share, digits), note, short)
            return
        few = self.tr("{0} of {1}: too few to tell").format(share_of(share, images), wording.number(images))
        self.show_figure("", images, "  ·  ".join(part for part in (few, note) if part), few)

    def _show_note(self) -> None:
        long, short = self._notes
        fits = self.note.fontMetrics().horizontalAdvance(long) <= self.note.width()
        self.note.setText(long if fits and not self._compact else short)


class MetricRow(QWidget):
    """Tiles side by side, or two by two and lower where they would be too narrow for what they say."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        super().__init__()
        self._all = self._metrics = metrics
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._arrange(len(metrics))

    def show_only(self, metrics: Sequence[Metric]) -> None:
        """Show these of the tiles, side by side in their order, and hide the others."""
        for metric in self._all:
            self._grid.removeWidget(metric)
            metric.setVisible(metric in metrics)
        self._metrics, self._columns = metrics, 0
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * self.fontMetrics().height() * 6, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= len(self._metrics) * self.fontMetrics().height() * 10
        self._arrange(len(self._metrics) if wide else 2)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        compact = columns < len(self._metrics)
        self._grid.setSpacing(theme.current().S if compact else theme.current().M)
        for index, metric in enumerate(self._metrics):
            self._grid.addWidget(metric, index // columns, index % columns)
            metric.set_compact(compact)
        for index in range(len(self._all)):
            self._grid.setColumnStretch(index, int(index < columns))
