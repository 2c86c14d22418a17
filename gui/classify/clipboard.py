"""Pictures that are no files yet, from the clipboard or a camera: they become files of the program's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from engine.errors import EngineError
from engine.events import Failed, Outcome, Succeeded
from gui.jobs import JobRunner

MOST_PICTURES = 500  # the oldest of more go


def files_in(data: QMimeData) -> list[Path]:
    """The files and folders that were copied or dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def picture_in(data: QMimeData) -> QImage | None:
    """The picture that was copied, such as a part of a page or of the screen."""
    found = data.imageData() if data.hasImage() else None
    return found if isinstance(found, QImage) and not found.isNull() else None


def keep_picture(
    jobs: JobRunner, picture: QImage, then: Callable[[Path], object], failed: Callable[[str], object]
) -> None:
    """Write a picture to a file, in a thread, and tell where it is."""

    def ended(outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            then(outcome.result["file"])
        elif isinstance(outcome, Failed):
            failed(outcome.message)

    jobs.start_callable(lambda _emit, _cancel: _write(picture)).ended.connect(ended)


def _write(picture: QImage) -> Mapping[str, Any]:
    from engine.places import data_folder

    folder = data_folder() / "pictures"
    file = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob("*.png"))[: -MOST_PICTURES + 1]:
            old.unlink()
    except OSError as error:
        raise EngineError(f"The picture cannot be kept in {folder}: {(error.strerror or '').lower()}.") from None
    if not picture.save(str(file)):
        raise EngineError(f"The picture cannot be kept in {folder}; is the disk full?")
    return {"file": file}
