"""Pictures from a camera, where QtMultimedia finds one: the application itself does not bring that module."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage

from gui.classify.camera import CameraDialog, multimedia
from gui.classify.page import ClassifyPage
from tests.gui.classify.classifying import dialog, settle
from tests.gui.fakes import FakeJobs


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


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A QtMultimedia of one camera, which is not among what the application installs."""
    module = ModuleType("PySide6.QtMultimedia")
    parts = {"QMediaDevices": Devices, "QVideoSink": Sink, "QCamera": Camera, "QMediaCaptureSession": Capture}
    for name, part in parts.items():
        setattr(module, name, part)
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", module)
    return module


def test_without_qtmultimedia_or_without_a_camera_there_is_no_button(
    page: ClassifyPage, monkeypatch: pytest.MonkeyPatch, camera: ModuleType
):
    assert multimedia() is camera
    monkeypatch.setattr(Devices, "cameras", ())
    assert multimedia() is None
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    assert multimedia() is None


def test_a_picture_from_the_camera_becomes_a_source(
    camera: ModuleType, page: ClassifyPage, jobs: FakeJobs, empty_home: Path
):
    assert page.setup.camera_button.isVisible()
    page.setup.camera_button.click()
    asked = dialog(page, CameraDialog)
    assert Camera.last.on
    assert not asked.take_button.isEnabled(), "nothing was seen yet"
    seen = QImage(64, 48, QImage.Format.Format_RGB32)
    seen.fill(QColor("#204080"))
    Sink.last.videoFrameChanged.emit(Frame(QImage()))
    Sink.last.videoFrameChanged.emit(Frame(seen))
    asked.take_button.click()
    settle(jobs)
    assert not Camera.last.on
    (source,) = page.setup.sources()
    assert QImage(str(source)).pixelColor(5, 5) == QColor("#204080")


def test_a_camera_that_fails_says_so(camera: ModuleType, page: ClassifyPage):
    page.setup.camera_button.click()
    asked = dialog(page, CameraDialog)
    Camera.last.errorOccurred.emit(1, "The device is busy.")
    assert asked.notice.words.text() == "The camera cannot be used: The device is busy."
