"""Sources of a classification: chosen, dropped, pasted or photographed. Pictures that are no files yet become files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import EngineError
from engine.events import Failed, Outcome, Succeeded
from engine.models.targets import is_model
from gui.classify.batch import Batch
from gui.classify.camera import CameraDialog, multimedia
from gui.classify.setup_card import SetupCard
from gui.jobs import JobRunner
from gui.widgets import file_dialogs
from gui.widgets.drop_zone import DropZone
from gui.widgets.pasted import files_in, picture_in

MOST_PICTURES = 500  # the oldest of more go


class Intake(QObject):
    """Puts sources and models into the card at the head of the page. `said` is of use to know, `refused` an error."""

    said = Signal(str)
    refused = Signal(str)

    def __init__(self, jobs: JobRunner, setup: SetupCard, batch: Batch, page: QWidget) -> None:
        super().__init__(page)
        self._jobs, self._setup, self._batch, self._page = jobs, setup, batch, page
        setup.choose_button.clicked.connect(self.choose_folder)
        setup.files_button.clicked.connect(self.choose_files)
        setup.paste_button.clicked.connect(self.paste)
        setup.camera_button.clicked.connect(self._use_camera)

    def choose_folder(self) -> None:
        folder = file_dialogs.ask_folder(self._page, self.tr("Choose a folder of images"), of="pictures")
        if folder is not None:
            self.take([folder])

    def choose_files(self) -> None:
        self.take(file_dialogs.ask_files(self._page, self.tr("Choose pictures or archives"), self.tr("All files (*)")))

    def take(self, paths: Sequence[Path]) -> None:
        """Choose models, and add everything else to the list. After a batch that is complete a new list begins."""
        if self._batch.running or not paths:
            return
        others = []
        for path in paths:
            if is_model(path):
                self._setup.models.box.add_file(path)
            else:
                others.append(path)
        saved = self._batch.saved
        if others and saved is not None and not saved.can_go_on and self._was_asked(saved.request.sources):
            self._setup.set_sources(others)
        elif others:
            self._setup.add_sources(others)

    def _was_asked(self, sources: tuple[str, ...]) -> bool:
        """Return whether what is in the list is just what the results shown are of."""
        return tuple(str(source) for source in self._setup.sources()) == sources

    def accepts(self, data: QMimeData) -> bool:
        """Return whether these can be dropped now."""
        return not self._batch.running and bool(files_in(data))

    def paste(self) -> None:
        """Take files, or a picture, that were copied elsewhere."""
        data = QApplication.clipboard().mimeData()
        if self._batch.running:
            return
        files, picture = files_in(data), picture_in(data)
        if files:
            self.take(files)
        elif picture is not None:
            self._take_picture(picture)
        else:
            self.said.emit(self.tr("Copy a picture or some files first; then paste them here."))

    def _take_picture(self, picture: QImage) -> None:
        keep_picture(self._jobs, picture, lambda file: self.take([file]), self.refused.emit)

    def _use_camera(self) -> None:
        module = multimedia()
        if module is not None:
            dialog = CameraDialog(module, self._page)
            dialog.taken.connect(self._take_picture)
            dialog.open()


class DropArea(DropZone):
    """The dashed frame of an empty page. `files_dropped` gives the paths."""

    files_dropped = Signal(list)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            self.is_hot = True
            self.update()
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.is_hot = False
        self.update()
        event.acceptProposedAction()
        self.files_dropped.emit(files_in(event.mimeData()))


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
