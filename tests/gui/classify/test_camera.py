"""Pictures from a camera, where QtMultimedia finds one: the application itself does not bring that module."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtGui import QColor, QImage

from gui.classify.camera import CameraDialog, multimedia
from gui.classify.page import ClassifyPage
from tests.gui.classify.cameras import Camera, Devices, Frame, Sink, use_camera
from tests.gui.classify.classifying import dialog, settle
from tests.gui.fakes import FakeJobs


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return use_camera(monkeypatch)


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
    assert asked.view.text() == "No picture", "it waits no longer"
