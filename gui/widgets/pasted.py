"""Files and pictures that were copied or dropped. An empty clipboard has no data at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


def files_in(data: QMimeData | None) -> list[Path]:
    """The files and folders that were copied or dropped."""
    return [Path(url.toLocalFile()) for url in (data.urls() if data is not None else ()) if url.isLocalFile()]


def picture_in(data: QMimeData | None) -> QImage | None:
    """The picture that was copied, such as a part of a page or of the screen."""
    found = data.imageData() if data is not None and data.hasImage() else None
    return found if isinstance(found, QImage) and not found.isNull() else None
