"""A camera of tests."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage


class Frame:
    def __init__(self, image: QImage) -> None:
        self._image = image

    def toImage(self) -> QImage:
        return self._image


class Sink(QObject):
    videoFrameChanged = Signal(object)  # noqa: N815  # Qt's own name
    last: Sink

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        Sink.last = self


class Camera(QObject):
    errorOccurred = Signal(int, str)  # noqa: N815
    last: Camera

    def __init__(self, _device: object, parent: QObject) -> None:
        super().__init__(parent)
        self.on = False
        Camera.last = self

    def start(self) -> None:
        self.on = True

    def stop(self) -> None:
        self.on = False


class Capture(QObject):
    def setCamera(self, _camera: object) -> None: ...
    def setVideoSink(self, _sink: object) -> None: ...


class Devices:
    cameras: tuple[str, ...] = ("front",)

    @classmethod
    def videoInputs(cls) -> tuple[str, ...]:
        return cls.cameras

    @classmethod
    def defaultVideoInput(cls) -> str:
        return cls.cameras[0]


def use_camera(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A QtMultimedia of one camera, which is not among what the application installs."""
    module = ModuleType("PySide6.QtMultimedia")
    parts = {"QMediaDevices": Devices, "QVideoSink": Sink, "QCamera": Camera, "QMediaCaptureSession": Capture}
    for name, part in parts.items():
        setattr(module, name, part)
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", module)
    return module
