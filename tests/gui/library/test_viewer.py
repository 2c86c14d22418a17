"""The picture view: follows the grid, labels, zooms to pixels, compares."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.scan import ImportParams, import_sources
from gui.library.browser import Browser
from gui.main_window import MainWindow
from gui.widgets.grid.thumbnail_loader import Request
from gui.widgets.pictures.image_view import ENOUGH
from tests.gui.windows import open_in, window


def test_arrows_go_on_and_digits_label_what_is_seen(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(0)
    qtbot.keyClick(browser.grid, Qt.Key.Key_Return)
    viewer = browser.viewer
    assert viewer.isVisible()
    assert "ant" in viewer.frames[0].words.text()
    assert viewer.place.text() == "1 of 12"
    with qtbot.waitSignal(shell.session.images_changed):
        qtbot.keyClick(viewer, Qt.Key.Key_2)
    assert viewer.place.text() == "2 of 12"
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: "bee" in viewer.frames[0].words.text())
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    assert browser.grid.hasFocus()
    assert len(browser.images) == 12


def test_the_classes_stand_below_the_picture_with_their_keys_and_can_be_clicked(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    browser.grid.set_current(0)
    browser.viewer.look()
    chips = browser.viewer.chips
    assert chips.isVisible()
    assert chips.accessibleDescription() == "1: ant, 2: bee, 3: cat"
    assert chips.chip_rect(2).top() == chips.chip_rect(0).top(), "side by side"
    with qtbot.waitSignal(shell.session.images_changed):
        qtbot.mouseClick(chips, Qt.MouseButton.LeftButton, pos=chips.chip_rect(2).center())
    qtbot.waitUntil(lambda: browser.images.record(0).class_id == shell.session.class_named("cat").id)
    browser.viewer.close_overlay()


def test_the_next_picture_is_decoded_ahead(qtbot: QtBot, browser: Browser) -> None:
    browser.grid.set_current(4)
    browser.viewer.look()
    loader = browser.viewer.frames[0].view._loader
    for row in (5, 3):
        record = browser.images.record(row)
        request = Request(record.file, 0, record.modified_ns, ENOUGH)
        qtbot.waitUntil(lambda request=request: loader.get(request) is not None)
    browser.viewer.close_overlay()


def test_two_to_four_selected_pictures_stand_side_by_side_and_zoom_together(qtbot: QtBot, browser: Browser) -> None:
    browser.grid.select([0, 4, 8])
    qtbot.keyClick(browser.grid, Qt.Key.Key_Space)
    viewer = browser.viewer
    shown = [frame for frame in viewer.frames if frame.isVisible()]
    assert [frame.words.text().split("  ·  ")[0] for frame in shown] == ["ant", "bee", "cat"]
    qtbot.waitUntil(lambda: all(frame.view.image is not None for frame in shown))
    shown[0].view.set_zoom(20)
    assert [frame.view.zoom() for frame in shown] == [20, 20, 20]
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert not viewer.isVisible()


def test_it_closes_when_the_last_image_leaves_the_list_or_another_list_comes(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    browser.filter_bar.search.setText("ant/0")
    qtbot.waitUntil(lambda: len(browser.images) == 1)
    browser.filter_bar.state.setCurrentIndex(1)  # labelled
    qtbot.waitUntil(lambda: len(browser.images) == 1)
    browser.grid.set_current(0)
    browser.viewer.look()
    qtbot.keyClick(browser.viewer, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not browser.viewer.isVisible())
    assert browser.grid.hasFocus()
    browser.filters.clear()
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    browser.grid.set_current(0)
    browser.viewer.look()
    browser.filter_bar.search.setText("bee")
    qtbot.waitUntil(lambda: len(browser.images) == 4)
    assert not browser.viewer.isVisible()


def test_the_pixel_under_the_mouse_is_told(qtbot: QtBot, browser: Browser) -> None:
    browser.grid.set_current(6)  # (60, 40, 90)
    browser.viewer.look()
    frame = browser.viewer.frames[0]
    qtbot.waitUntil(lambda: frame.view.image is not None)
    qtbot.mouseMove(frame.view, QPoint(2, 2))
    place = frame.view.target().topLeft() + QPointF(6.5, 4.5) * frame.view.zoom()
    qtbot.mouseMove(frame.view, place.toPoint())
    qtbot.waitUntil(lambda: "6, 4:  60 40 90" in frame.pixel.text())
    browser.viewer.close_overlay()


def test_sixteen_bit_pixels_are_told_as_the_file_holds_them(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "pictures" / "scan"
    folder.mkdir(parents=True)
    grey = (np.arange(12 * 8) * 601).reshape(8, 12).astype(np.uint16)
    colour = np.dstack([grey, grey + 7, grey + 301])
    Image.fromarray(grey).save(folder / "a.png")
    (folder / "b.png").write_bytes(cv2.imencode(".png", colour[:, :, ::-1])[1].tobytes())
    project = tmp_path / "pictures.pigeonhole"
    import_sources(ImportParams(str(project), (str(folder.parent),)), emit=lambda _: None, cancel=Cancel())
    with window(qtbot, qapp) as opened:
        open_in(qtbot, opened, project)
        browser = opened.page(0).browser
        browser.grid.set_current(0)
        browser.viewer.look()
        frame = browser.viewer.frames[0]
        for words in (f"6, 4:  {grey[4, 6]} ", f"6, 4:  {' '.join(map(str, colour[4, 6]))} "):
            qtbot.waitUntil(lambda: frame.view.image is not None and frame.view.full.width() == 12)
            place = frame.view.target().topLeft() + QPointF(6.5, 4.5) * frame.view.zoom()
            qtbot.mouseMove(frame.view, QPoint(2, 2))
            qtbot.mouseMove(frame.view, place.toPoint())
            qtbot.waitUntil(lambda words=words: words in frame.pixel.text())
            qtbot.keyClick(browser.viewer, Qt.Key.Key_Right)
        browser.viewer.close_overlay()
