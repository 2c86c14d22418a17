"""A picture from a camera, where QtMultimedia is installed and finds one. It comes with PySide6-Addons, which the
application does not bring.
"""

from __future__ import annotations

import importlib
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from gui import theme
from gui.widgets.caution import Caution
from gui.widgets.layouts import column, fill, row, stretch

SIZE = 640, 480


def multimedia() -> Any | None:
    """The module, if it can be imported and there is a camera."""
    try:
        module = importlib.import_module("PySide6.QtMultimedia")
        return module if module.QMediaDevices.videoInputs() else None
    except (ImportError, AttributeError, RuntimeError):
        return None


class CameraDialog(QDialog):
    """Shows what the camera sees; `taken` gives a picture."""

    taken = Signal(QImage)

    def __init__(self, multimedia: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Picture from the camera"))
        self.setAccessibleName(self.windowTitle())
        self._last = QImage()
        self.view = QLabel(self.tr("Waiting for the camera…"))
        self.view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view.setMinimumSize(*SIZE)
        self.view.setAccessibleName(self.tr("What the camera sees"))
        self.notice = Caution()
        self.take_button = QPushButton(self.tr("Take picture"))
        self.take_button.setProperty("kind", "primary")
        self.take_button.setEnabled(False)
        self.close_button = QPushButton(self.tr("Close"))
        for button in (self.take_button, self.close_button):
            button.setAccessibleName(button.text())
        self.take_button.setDefault(True)
        self.take_button.clicked.connect(self._take)
        self.close_button.clicked.connect(self.reject)
        buttons = row(stretch(), self.close_button, self.take_button)
        column(self.notice, fill(self.view), buttons, on=self, margins=(20, 20, 20, 16), spacing=theme.Theme.M)
        # Frames come through a sink that this dialog paints itself: Qt's own video widget is yet another module.
        self._sink = multimedia.QVideoSink(self)
        self._sink.videoFrameChanged.connect(self._seen)
        self._camera = multimedia.QCamera(multimedia.QMediaDevices.defaultVideoInput(), self)
        self._camera.errorOccurred.connect(self._failed)
        self._capture = multimedia.QMediaCaptureSession(self)
        self._capture.setCamera(self._camera)
        self._capture.setVideoSink(self._sink)
        self.finished.connect(lambda _: self._camera.stop())
        self._camera.start()

    def _seen(self, frame: Any) -> None:
        image = frame.toImage()
        if image.isNull():
            return
        self._last = image
        self.take_button.setEnabled(True)
        from PySide6.QtGui import QPixmap

        keep, fast = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
        self.view.setPixmap(QPixmap.fromImage(image.scaled(self.view.size(), keep, fast)))

    def _take(self) -> None:
        self.taken.emit(self._last)
        self.accept()

    def _failed(self, _error: object, words: str) -> None:
        if self._last.isNull():
            self.view.setText(self.tr("No picture"))
        self.notice.say(
            self.tr("The camera cannot be used: {0}.").format(words.rstrip(".") or self.tr("no reason given"))
        )
