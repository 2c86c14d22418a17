"""The dashed frame of an empty Classify page: it takes any number of folders, pictures, archives and models."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from gui.classify.clipboard import files_in
from gui.widgets.drop_zone import DropZone


class DropPlace(DropZone):
    """`files_dropped` gives the paths."""

    files_dropped = Signal(list)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            self._hot = True
            self.update()
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hot = False
        self.update()
        event.acceptProposedAction()
        self.files_dropped.emit(files_in(event.mimeData()))
