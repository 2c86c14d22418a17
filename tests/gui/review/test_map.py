"""The map: points as pixels, a lasso around them, and the section over a real project."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from engine.library import query
from gui.review.map import scatter
from gui.review.map.hover import HoverCard
from gui.review.map.map_section import EMPTY, MAP, MISTAKE, PREDICTION, MapSection
from gui.review.map.view import MapView
from gui.session import Session
from gui.widgets.grid.thumbnail_loader import Request
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.flipped_project import image_ids, make_flipped, write_true_run
from tests.gui.review.reviewing import close_loaders, read_run
from tests.gui.windows import window

RED, GREY = 0xFFFF0000, 0xFF202020
CORNERS = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])


# Points as pixels


@pytest.mark.parametrize("sign", range(scatter.DOT + 1))
def test_a_sign_lies_around_its_place_and_no_two_look_the_same(sign: int):
    pixels = scatter.picture(
        40, 30, GREY, np.array([[20.0, 15.0]]), np.array([sign], np.int8), np.array([RED], np.uint32), 5
    )
    there = np.argwhere(pixels == RED) - scatter.MARGIN
    assert len(there) > 5
    assert abs(there.mean(axis=0) - [15, 20]).max() < 2
    others = [scatter.stamp(other, 5).tolist() for other in range(scatter.DOT + 1) if other != sign]
    assert scatter.stamp(sign, 5).tolist() not in others


def test_points_outside_are_left_out_and_those_above_cover_the_others():
    places = np.array([[10.0, 10.0], [10.0, 10.0], [-500.0, 3.0], [3.0, 1e9]])
    colours = np.array([RED, 0xFF00FF00, RED, RED], np.uint32)
    signs = np.zeros(4, np.int8)
    pixels = scatter.picture(20, 20, GREY, places, signs, colours, 3, above=np.array([True, False, False, False]))
    found = set(np.unique(pixels).tolist())
    assert found == {GREY, RED}


def test_the_nearest_point_and_the_one_to_the_right():
    places = np.array([[0.0, 0.0], [10.0, 1.0], [10.0, 40.0], [-5.0, 0.0]])
    assert scatter.nearest(places, 9.0, 0.0, 5) == 1
    assert scatter.nearest(places, 500.0, 0.0, 5) is None
    assert scatter.nearest(places[:0], 0, 0, 5) is None
    assert scatter.towards(places, 0, 1, 0) == 1
    assert scatter.towards(places, 0, -1, 0) == 3
    assert scatter.towards(places, 0, 0, -1) == 0, "nothing is above"


# The view


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    view = shown(qtbot, MapView(), 400, 300)
    view.show_points(*CORNERS)
    return view


def drag(view: MapView, *places: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    """Press at the first place, move over the others, release at the last."""
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * len(places[1:]), QEvent.Type.MouseButtonRelease]
    for kind, place in zip(kinds, [*places, places[-1]], strict=True):
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        event = QMouseEvent(
            kind, QPointF(place), view.mapToGlobal(QPointF(place)), button, held, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(view, event)


def around(view: MapView, point: int) -> list[QPoint]:
    middle = view.place(point).toPoint()
    return [middle + QPoint(dx, dy) for dx, dy in ((-15, -15), (15, -15), (15, 15), (-15, 15), (-15, -10))]


def test_the_map_stands_upright(view: MapView):
    assert view.place(0).y() > view.place(2).y(), "y goes upwards"
    assert view.place(1).x() > view.place(0).x()


def test_a_lasso_chooses_what_it_goes_around(view: MapView, qtbot: QtBot):
    with qtbot.waitSignal(view.selection_changed):
        drag(view, *around(view, 2))
    assert view.selected().tolist() == [2]
    drag(view, *around(view, 1))
    assert view.selected().tolist() == [1]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert view.selected().tolist() == [], "a click beside points chooses none"


def test_shift_adds_and_ctrl_takes_away(view: MapView, qtbot: QtBot):
    place = [view.place(i).toPoint() for i in range(4)]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place[0])
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place[3])
    assert view.selected().tolist() == [0, 3]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place[0])
    assert view.selected().tolist() == [3]


def test_the_map_is_moved_and_enlarged_around_the_mouse(view: MapView):
    before = view.place(0)
    drag(view, QPoint(100, 100), QPoint(130, 90), button=Qt.MouseButton.RightButton)
    assert (view.place(0) - before - QPointF(30, -10)).manhattanLength() < 0.01
    held = view.place(3)
    view.enlarge(2.0, held)
    assert (view.place(3) - held).manhattanLength() < 0.01
    assert view.place(0).x() < before.x()
    view.fit()
    assert (view.place(0) - before).manhattanLength() < 0.01


def test_the_keyboard_goes_from_point_to_point_and_chooses(view: MapView, qtbot: QtBot):
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Left)
    start = view.current
    assert start is not None
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    assert view.current == 2
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.selected().tolist() == [2]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected().tolist() == []
    with qtbot.waitSignal(view.activated) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [2]


def test_what_is_painted_shows_the_colours(view: MapView):
    view.show_looks(np.zeros(4, np.int8), np.array([RED] * 4, np.uint32))
    image = view.grab(view.rect()).toImage()
    assert image.pixelColor(view.place(1).toPoint()).name() == "#ff0000"
    view.select([1])
    image = view.grab(view.rect()).toImage()
    assert image.pixelColor(view.place(1).toPoint()).name() == "#ff0000"
    assert image.pixelColor(view.place(2).toPoint()).name() != "#ff0000", "what is not chosen is faint"
    assert view.sizeHint() == QSize(640, 480)


# The section


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_flipped(tmp_path, flipped=(1,))
    write_true_run(project, wrong={20: 0})
    return project


@pytest.fixture
def section(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[MapSection]:
    section = shown(qtbot, MapSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session))
    assert section.showing == EMPTY
    section.start.click()
    jobs.started[0].succeed(**laid_out(session))
    qtbot.waitUntil(lambda: section.showing == MAP)
    yield section
    close_loaders(section)
    section.hover.close_loader()


def laid_out(session: Session, method: str = "pca") -> dict[str, object]:
    """As the job gives it: all images on a line."""
    assert session.project is not None
    ids = image_ids(session.project)
    x = [i / (len(ids) - 1) for i in range(len(ids))]
    return {"run": session.runs()[0].name, "method": method, "images": len(ids), "image_ids": ids, "x": x, "y": x}


def legend(section: MapSection) -> list[str]:
    return [section.legend.item(i).text() for i in range(section.legend.count())]


def test_colours_tell_labels_predictions_or_mistakes(section: MapSection):
    assert legend(section) == ["ant   7", "bee   9", "cat   8"]
    section.tells.button(PREDICTION).click()
    assert legend(section) == ["ant   9", "bee   8", "cat   7"]
    section.tells.button(MISTAKE).click()
    assert legend(section) == ["recognised   22", "misclassified   2"]
    assert {entry.sign for entry in section.entries} == {0, scatter.CROSS}, "told apart by sign, not by colour alone"


def test_a_line_of_the_legend_chooses_its_points_and_shows_their_pictures(section: MapSection, qtbot: QtBot):
    section.tells.button(MISTAKE).click()
    section.legend.setCurrentRow(1)
    assert section.grid.count() == 2
    assert section.chosen.text() == "2 images chosen"
    with qtbot.waitSignal(section.gallery_wanted) as wanted:
        section.gallery.click()
    assert wanted.args[0] == section.grid.ids()
    assert wanted.args[1] == "2 images of the map"


def test_the_gallery_gets_all_that_is_chosen_reviewed_or_not(section: MapSection, session: Session, qtbot: QtBot):
    reviewed = read_run(session)
    first = replace(reviewed, image_ids=reviewed.image_ids[:3])
    section.show_reviewed(first)
    section.view.select([1, 2, 3, 4])
    assert (first.places(section.grid.ids()) < 0).sum() == 2
    with qtbot.waitSignal(section.gallery_wanted) as wanted:
        section.gallery.click()
    assert wanted.args == [section.grid.ids(), "4 images of the map"]
    section.view.select([5])
    assert section.gallery.isEnabled(), "though the run was not measured on it"
    section.view.select([])
    assert not section.gallery.isEnabled()


def test_a_key_labels_what_is_chosen_and_the_map_follows(section: MapSection, session: Session, qtbot: QtBot):
    section.view.select([0, 1])
    section.view.setFocus()
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(section.view, session.class_named("cat").key)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: legend(section) == ["ant   6", "bee   8", "cat   10"])
    assert session.project is not None
    found = query.images(session.project, section.grid.ids())
    assert {session.class_of(image.class_id).name for image in found} == {"cat"}  # type: ignore[union-attr]
    with qtbot.waitSignal(session.images_changed):
        session.undo()
    qtbot.waitUntil(lambda: legend(section) == ["ant   7", "bee   9", "cat   8"])


def test_the_picture_of_the_point_under_the_mouse_is_shown(section: MapSection, qtbot: QtBot):
    qtbot.mouseMove(section.view, section.view.place(1).toPoint() + QPoint(1, 1))
    section.view._hover(1)
    qtbot.waitUntil(section.hover.isVisible)
    assert section.hover.words.text() == "bee, predicted ant"
    qtbot.waitUntil(lambda: not section.hover.picture.pixmap().isNull())
    section.view._hover(None)
    assert section.hover.isHidden()


def test_each_layout_is_made_once_and_can_be_stopped(
    section: MapSection, jobs: FakeJobs, session: Session, qtbot: QtBot
):
    assert jobs.started[0].params.method == "pca"  # type: ignore[attr-defined]
    section.method.button(1).click()
    assert section.showing == EMPTY
    section.start.click()
    assert jobs.started[1].params.method == "tsne"  # type: ignore[attr-defined]
    section.line.strip.stop_button.click()
    assert jobs.started[1].cancelled
    jobs.started[1].stop()
    section.start.click()
    jobs.started[2].succeed(**laid_out(session, "tsne"))
    qtbot.waitUntil(lambda: section.showing == MAP)
    section.method.button(0).click()
    assert section.showing == MAP
    assert len(jobs.started) == 3


def test_return_on_a_point_shows_it_large(section: MapSection, qtbot: QtBot):
    section.open_large(3)
    qtbot.waitUntil(lambda: section.grid.large is not None and section.grid.large.title.text() == "ant")


def test_picture_and_table_are_saved(section: MapSection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "map.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    section.save_picture()
    assert out.read_bytes().startswith(b"\x89PNG")
    out = tmp_path / "map.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    section.save_table()
    lines = out.read_text("utf-8-sig").splitlines()
    assert lines[0] == "image id,x,y,label,predicted"
    assert len(lines) == 25


def test_the_threads_of_the_card_over_the_map_end_with_the_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path):
    file = tmp_path / "a.png"
    Image.new("RGB", (9, 9)).save(file)
    begun, go_on = threading.Event(), threading.Event()

    def slow(_request: Request, _cancel: object) -> None:
        begun.set()
        go_on.wait(0.3)

    with window(qtbot, qapp) as opened:
        loader = HoverCard(opened.session, opened).loader
        loader.make = slow
        loader.want([Request(file, 1, 1, 64)])
        assert begun.wait(5)
        opened.close()
        assert not any(thread.is_alive() for thread in loader.started)
