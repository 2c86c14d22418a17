"""A dashed frame into which a folder, or a file that holds many pictures, is dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame

from gui import theme

# By their names alone, while the mouse waits; the preview looks inside.
PACKED = (
    *(".zip", ".tm", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz"),
    *(".npz", ".npy", ".parquet", ".bin", "ubyte", "ubyte.gz"),
)


def dropped_folder(event: QDropEvent) -> Path | None:
    """The one folder (or project, archive, array file) that is being dropped."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if len(paths) != 1:
        return None
    return paths[0] if paths[0].is_dir() or paths[0].name.lower().endswith(PACKED) else None


class DropZone(QFrame):
    """A dashed frame that takes one folder."""

    accessible_role = QAccessible.Role.Grouping

    dropped = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.is_hot = False
        self.setAcceptDrops(True)
        theme.notifier().changed.connect(self.update)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_folder(event) is not None:
            self.is_hot = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.is_hot = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        folder = dropped_folder(event)
        self.is_hot = False
        self.update()
        if folder is not None:
            event.acceptProposedAction()
            self.dropped.emit(folder)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colours.accent if self.is_hot else colours.strong_border, 1.5)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(colours.accent_soft if self.is_hot else colours.raised)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 14, 14)
