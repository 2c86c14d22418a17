"""The legend of the map: how each class looks, how many points it has, and a way to choose these."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from gui.review.map import scatter
from gui.review.map.points import Entry
from gui.widgets import wording

SWATCH = 18  # pixels of a sign


class MapLegend(QListWidget):
    chosen = Signal(list)  # the points of the chosen lines

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self.setObjectName("map_legend")
        self.setAccessibleName(self.tr("Legend"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.itemSelectionChanged.connect(self._tell)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, none chosen, without telling."""
        self._entries = list(entries)
        self.blockSignals(True)
        self.clear()
        for entry in entries:
            item = QListWidgetItem(swatch(entry), f"{entry.name}   {len(entry.points):,}")
            item.setToolTip(self.tr("{0}: choose its {1}").format(entry.name, wording.images(len(entry.points))))
            self.addItem(item)
        self.blockSignals(False)

    def _tell(self) -> None:
        entries = [self._entries[index.row()] for index in self.selectedIndexes()]
        self.chosen.emit([point for entry in entries for point in entry.points.tolist()])


def swatch(entry: Entry) -> QIcon:
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
