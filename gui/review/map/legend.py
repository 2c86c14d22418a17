"""The legend of the map: how each class looks, how many points it has, and a way to choose these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from engine.library.records import ClassRecord
from engine.review.map_points import Mapped, judged
from gui import theme
from gui.review.map import scatter
from gui.review.map.scatter import CROSS, DOT, SIGNS
from gui.widgets import wording

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SWATCH = 18  # pixels of a sign


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A line of the legend: a name, how its points look, and their places."""

    name: str
    sign: int
    colour: int
    points: NDArray[np.int64]


def by_class(of: NDArray[np.int64], classes: Sequence[ClassRecord], unlabelled_words: str) -> list[LegendEntry]:
    """Return an entry for each class that is there, in the order of the classes, and one for the rest."""
    import numpy as np

    entries = []
    known = np.zeros(len(of), bool)
    for index, cls in enumerate(classes):
        points = np.flatnonzero(of == cls.id)
        known[points] = True
        if len(points):
            entries.append(LegendEntry(cls.name, index % len(SIGNS), QColor(cls.colour).rgb(), points))
    rest = np.flatnonzero(~known)
    return [*entries, *([LegendEntry(unlabelled_words, DOT, theme.current().muted.rgb(), rest)] if len(rest) else [])]


def by_mistake(found: Mapped, names: tuple[str, str, str]) -> list[LegendEntry]:
    """Return entries for what is recognised, misclassified, and not judged, those that have points."""
    points, colours = judged(found), theme.current()
    parts = (
        (points.recognised, 0, colours.positive),
        (points.mistaken, CROSS, colours.negative),
        (points.unknown, DOT, colours.muted),
    )
    return [
        LegendEntry(name, sign, colour.rgb(), part)
        for (part, sign, colour), name in zip(parts, names, strict=True)
        if len(part)
    ]


def looks(entries: Sequence[LegendEntry], count: int) -> tuple[NDArray[np.int8], NDArray[np.uint32]]:
    """Return the sign and the colour (ARGB) of each of `count` points."""
    import numpy as np

    signs, colours = np.full(count, DOT, np.int8), np.full(count, 0xFF808080, np.uint32)
    for entry in entries:
        signs[entry.points], colours[entry.points] = entry.sign, entry.colour
    return signs, colours


class MapLegend(QListWidget):
    chosen = Signal(list)  # the points of the chosen lines

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[LegendEntry] = []
        self.setObjectName("map_legend")
        self.setAccessibleName(self.tr("Legend"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.itemSelectionChanged.connect(self._tell)

    def show_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these, none chosen, without telling."""
        self._entries = list(entries)
        self.blockSignals(True)
        self.clear()
        for entry in entries:
            item = QListWidgetItem(swatch(entry), f"{entry.name}   {wording.number(len(entry.points))}")
            item.setToolTip(self.tr("{0}: choose its {1}").format(entry.name, wording.images(len(entry.points))))
            self.addItem(item)
        self.blockSignals(False)

    def _tell(self) -> None:
        entries = [self._entries[index.row()] for index in self.selectedIndexes()]
        self.chosen.emit([point for entry in entries for point in entry.points.tolist()])


def swatch(entry: LegendEntry) -> QIcon:
    """The sign of a line of the legend, as on the map but larger."""
    import numpy as np

    ratio, radius = 2, SWATCH // 2
    pixels = np.zeros((ratio * SWATCH, ratio * SWATCH), np.uint32)
    for down, across in scatter.stamp(entry.sign, radius).tolist():
        pixels[ratio * SWATCH // 2 + down, ratio * SWATCH // 2 + across] = entry.colour
    side = ratio * SWATCH
    image = QImage(pixels.data, side, side, 4 * side, QImage.Format.Format_ARGB32).copy()
    image.setDevicePixelRatio(ratio)
    return QIcon(QPixmap.fromImage(image))
