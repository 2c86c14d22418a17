"""A grid of pictures whose tooltips say in full what is cut under the picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from gui.widgets.grid.thumbnail_grid import ThumbnailGrid


class TippedGrid(ThumbnailGrid):
    """`set_tip` takes what answers for an index; an empty text leaves the grid's own tooltip."""

    _tip: Callable[[int], str] | None = None

    def set_tip(self, tip: Callable[[int], str]) -> None:
        self._tip = tip

    def side(self) -> int:
        """Return how wide a picture, and the room for words under it, really is."""
        return self._layout.side

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._tip is not None:
            index = self._index_at(event.pos())
            words = self._tip(index) if index is not None else ""
            if words:
                QToolTip.showText(event.globalPos(), words, self.viewport())
                return True
        return super().viewportEvent(event)
