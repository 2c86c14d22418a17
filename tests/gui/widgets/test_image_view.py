"""The large picture: fitted, zoomed at the mouse, never out of reach."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from pytestqt.qtbot import QtBot

from engine.imaging import decode
from gui.widgets.pictures.image_view import ImageView


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "picture.png"
    picture = Image.new("RGB", (800, 400), "red")
    picture.paste("blue", (400, 0, 800, 400))
    picture.save(made)
    return made


@pytest.fixture
def view(qtbot: QtBot, file: Path) -> Iterator[ImageView]:
    made = ImageView()
    made.setMinimumSize(0, 0)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    made.show_file(file, size=QSize(800, 400))
    qtbot.waitUntil(lambda: made.image is not None)
    yield made
    made.close_loader()


def test_a_picture_is_fitted_whole(view: ImageView) -> None:
    assert view.zoom() == pytest.approx(0.5)
    seen = view.grab().toImage()
    assert seen.pixelColor(100, 200).name() == "#ff0000"
    assert seen.pixelColor(300, 200).name() == "#0000ff"


def test_the_picture_before_does_not_stay_where_the_next_one_takes_long_to_read(
    qtbot: QtBot, view: ImageView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = threading.Event(), decode.decode

    def slow(*words: Any, **more: Any) -> Any:
        assert go_on.wait(30)
        return read(*words, **more)

    monkeypatch.setattr(decode, "decode", slow)
    Image.new("RGB", (40, 40), "lime").save(tmp_path / "next.png")
    view.show_file(tmp_path / "next.png", size=QSize(40, 40))
    assert view.is_loading
    qtbot.waitUntil(lambda: view.image is None)
    assert view.is_loading
    go_on.set()
    qtbot.waitUntil(lambda: not view.is_loading)
    assert view.grab().toImage().pixelColor(200, 200).name() == "#00ff00"


def test_small_pictures_are_enlarged_but_not_without_end(qtbot: QtBot, view: ImageView, tmp_path: Path) -> None:
    Image.new("RGB", (4, 4), "red").save(tmp_path / "tiny.png")
    view.show_file(tmp_path / "tiny.png", size=QSize(4, 4))
    assert view.zoom() == 8


def test_zooming_keeps_the_point_under_the_mouse(view: ImageView) -> None:
    at = QPointF(300, 200)
    before = (at - view.target().topLeft()) / view.zoom()
    view.set_zoom(2.0, at)
    after = (at - view.target().topLeft()) / view.zoom()
    assert (before - after).manhattanLength() < 1


def test_dragging_stops_at_the_edge_of_the_picture(qtbot: QtBot, view: ImageView) -> None:
    view.set_zoom(1.0)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(view, QPoint(9000, 200))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(9000, 200))
    assert view.target().left() == pytest.approx(0)


def test_a_double_click_shows_single_pixels_and_then_all_again(qtbot: QtBot, view: ImageView) -> None:
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.zoom() == 1.0
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.zoom() == pytest.approx(0.5)


def test_zooming_out_ends_with_the_whole_picture(view: ImageView) -> None:
    view.zoom_in()
    for _ in range(5):
        view.zoom_out()
    assert view.zoom() == pytest.approx(0.5)


def test_a_problem_is_shown_as_its_reason(view: ImageView, file: Path) -> None:
    view.show_file(file, size=QSize(0, 0), reason="empty file")
    assert view.image is None
    assert view.accessibleDescription() == "empty file"


def test_a_file_that_is_gone_is_said(qtbot: QtBot, view: ImageView, tmp_path: Path) -> None:
    view.show_file(tmp_path / "gone.png", size=QSize(10, 10))
    qtbot.waitUntil(lambda: view.reason != "")
    assert "cannot be shown" in view.reason
