"""The numbers of single pixels as the file holds them: read in a thread, once for the picture that is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.errors import JobCancelled
from engine.jobs.job import Cancel
from gui.background import Background

if TYPE_CHECKING:
    from engine.imaging.depth import Values


class PixelReader(QObject):
    """`at` answers None until the file was read, and for files of 8 bits, whose colours are on screen."""

    ready = Signal()  # `at` has another answer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background("pixels", self._failed, self)
        self._cancel = Cancel()
        self._file: Path | None = None
        self._values: Values | None = None

    def look_at(self, file: Path | None) -> None:
        """Read this file, and forget the one before."""
        if file == self._file:
            return
        self._cancel.set()
        self._file, self._values, self._cancel = file, None, (cancel := Cancel())
        if file is not None:
            self._background.submit(lambda: _read(file, cancel), self._arrived, key="pixels")

    def _arrived(self, answer: tuple[Path, Values | None]) -> None:
        file, values = answer
        if file == self._file and values is not None:
            self._values = values
            self.ready.emit()

    def _failed(self, error: Exception) -> None:
        raise error

    def at(self, share_x: float, share_y: float) -> Sequence[float | int] | None:
        """The numbers of the pixel so far from the left and the top, as shares of the picture's sides."""
        values = self._values
        if values is None:
            return None
        height, width = values.shape[:2]
        place = min(height - 1, int(share_y * height)), min(width - 1, int(share_x * width))
        found: Any = values[place].tolist()
        return found if isinstance(found, list) else [found]

    def close(self) -> None:
        self._cancel.set()
        self._background.close()


def _read(file: Path, cancel: Cancel) -> tuple[Path, Values | None]:
    from engine.imaging.depth import deep_values

    try:
        return file, deep_values(file, cancel=cancel)
    except JobCancelled:
        return file, None
