"""The confusion matrix: its cells, headers, filter and sizes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontInfo, QImage, QMouseEvent, QWheelEvent
from pytestqt.qtbot import QtBot

from gui.review.matrix.confusion_view import ConfusionView
from gui.review.matrix.counts import OF_PREDICTED, OF_TRUE, Matrix
from gui.review.matrix.paint import layout
from gui.widgets.charts import export
from tests.gui.hosting import shown

NAMES = ["ant", "bee", "cat"]
COUNTS = [[8, 2, 0], [1, 9, 0], [0, 0, 0]]


@pytest.fixture
def view(qtbot: QtBot) -> ConfusionView:
    view = shown(qtbot, ConfusionView(), 480, 440)
    view.set_matrix(NAMES, COUNTS)
    return view


def test_the_focus_is_seen_before_the_first_arrow(view: ConfusionView, qtbot: QtBot):
    view.clearFocus()
    without = view.viewport().grab().toImage()
    view.setFocus()
    assert view.viewport().grab().toImage() != without


def click(qtbot: QtBot, view: ConfusionView, place: QPoint) -> None:
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_on_a_cell_gives_its_true_and_predicted_class(view: ConfusionView, qtbot: QtBot):
    with qtbot.waitSignal(view.filter_changed) as told:
        click(qtbot, view, view.cell_rect(0, 1).center())
    assert told.args == [((0,), (1,))]


def test_a_second_click_takes_the_filter_away(view: ConfusionView, qtbot: QtBot):
    click(qtbot, view, view.cell_rect(0, 1).center())
    with qtbot.waitSignal(view.filter_changed) as told:
        click(qtbot, view, view.cell_rect(0, 1).center())
    assert told.args == [None]
    assert view.selected is None


def test_a_click_on_a_header_gives_the_whole_row_or_column(view: ConfusionView, qtbot: QtBot):
    click(qtbot, view, QPoint(view.cell_rect(1, 0).left() - 10, view.cell_rect(1, 0).center().y()))
    assert view.selected == ((1,), None)
    click(qtbot, view, QPoint(view.cell_rect(0, 2).center().x(), view.cell_rect(0, 2).top() - 8))
    assert view.selected == (None, (2,))


def test_a_click_beside_the_matrix_takes_the_filter_away(view: ConfusionView, qtbot: QtBot):
    view.select(((0,), (1,)))
    click(qtbot, view, QPoint(2, 2))
    assert view.selected is None


def test_cells_are_reached_and_chosen_by_key(view: ConfusionView, qtbot: QtBot):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(view, key)
    assert view.selected == ((1,), (1,))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected is None


def test_a_cell_says_what_it_counts(view: ConfusionView):
    assert view.describe((0, 1)) == "True ant → predicted bee\n2 of 10 images (20.0 %)"
    assert view.describe((1, 1)) == "bee, recognised\n9 of 10 images (90.0 %)"
    assert view.describe((0, None)) == "ant: 8 of 10 images recognised (80.0 %)"
    assert view.describe((None, 1)) == "Predicted bee: 9 of 11 images right (81.8 %)"


def test_a_class_without_images_divides_by_nothing(view: ConfusionView):
    assert "0 of 0" in view.describe((2, 0))
    view.set_units(OF_TRUE)
    view.grab()


def test_cells_show_counts_or_per_cent_of_the_true_or_of_the_predicted_class(view: ConfusionView):
    matrix = Matrix(NAMES, COUNTS)
    assert matrix.text(0, 1) == "2"
    assert matrix.text(2, 2) == ""
    matrix.set_units(OF_TRUE)
    assert matrix.text(0, 1) == "20"
    matrix.set_units(OF_PREDICTED)
    assert matrix.text(0, 1) == "18", "2 of the 11 that were predicted bee"
    view.set_units(OF_PREDICTED)
    assert view.describe((0, 1)) == "True ant → predicted bee\n2 of 11 images predicted so (18.2 %)"


def test_dragging_over_cells_chooses_all_between(view: ConfusionView, qtbot: QtBot):
    start, end = view.cell_rect(0, 1).center(), view.cell_rect(1, 2).center()
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    drag(view, end)
    assert view.selected is None, "not before the button is let go"
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view.selected == ((0, 1), (1, 2))


def test_dragging_over_headers_chooses_rows(view: ConfusionView, qtbot: QtBot):
    start = QPoint(view.cell_rect(0, 0).left() - 10, view.cell_rect(0, 0).center().y())
    end = QPoint(400, view.cell_rect(1, 0).center().y())
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    drag(view, end)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view.selected == ((0, 1), None)


def drag(view: ConfusionView, to: QPoint) -> None:
    at, button = QPointF(to), Qt.MouseButton.LeftButton
    where = QPointF(view.viewport().mapToGlobal(to))
    view.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, at, where, button, button, Qt.KeyboardModifier.NoModifier))


def test_shift_and_arrows_choose_a_rectangle_and_rows_and_columns_have_keys(view: ConfusionView, qtbot: QtBot):
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right, shift)
    assert view.selected == ((0,), (0, 1))
    qtbot.keyClick(view, Qt.Key.Key_Down, shift)
    assert view.selected == ((0, 1), (0, 1))
    qtbot.keyClick(view, Qt.Key.Key_Space, shift)
    assert view.selected == ((1,), None)
    view.current = (1, 2)
    qtbot.keyClick(view, Qt.Key.Key_Space, control)
    assert view.selected == (None, (2,))


def test_another_order_moves_the_cells_and_still_tells_the_same_classes(view: ConfusionView, qtbot: QtBot):
    first = view.cell_rect(0, 0).center()
    view.show_classes([2, 1, 0])
    assert view.cell_rect(2, 2).center() == first
    click(qtbot, view, first)
    assert view.selected == ((2,), (2,))
    assert view.rows()[0][1:] == ["cat", "bee", "ant"]
    assert view.rows()[3] == ["ant", 0, 2, 8]


def test_classes_that_are_left_out_are_gone_and_a_new_matrix_keeps_the_order(view: ConfusionView):
    view.show_classes([1, 0])
    assert [row[0] for row in view.rows()[1:]] == ["bee", "ant"]
    view.set_matrix(NAMES, [[9, 1, 0], [1, 9, 0], [0, 0, 0]])
    assert view.order == [1, 0]
    view.select(((2,), (2,)))  # a class that is not shown
    assert not view.grab().isNull()


def test_in_per_cent_the_table_holds_shares(view: ConfusionView):
    view.set_units(OF_TRUE)
    assert view.rows()[1] == ["ant", 0.8, 0.2, 0.0]


def pixel(view: ConfusionView, true: int, predicted: int) -> QColor:
    return view.viewport().grab().toImage().pixelColor(view.cell_rect(true, predicted).center())


def test_of_a_thousand_classes_all_is_seen_and_a_single_mistake_too(qtbot: QtBot):
    view = shown(qtbot, ConfusionView(), 620, 600)
    counts = np.diag(np.full(1000, 100))
    counts[700, 200] = 1
    view.set_matrix([f"class {i}" for i in range(1000)], counts)
    assert view.verticalScrollBar().maximum() == view.horizontalScrollBar().maximum() == 0
    assert view.grid.cell < 1
    nothing = pixel(view, 300, 800)
    assert pixel(view, 700, 200) != nothing
    assert pixel(view, 500, 500) != nothing
    click(qtbot, view, view.cell_rect(700, 200).center())
    assert view.selected is not None
    for _ in range(16):
        view.zoom_in()
    assert view.grid.cell > 12, "and any part of it can be read"


def test_names_of_a_thousand_classes_do_not_overlap(qtbot: QtBot):
    view = shown(qtbot, ConfusionView(), 620, 600)
    view.set_matrix([f"class {i}" for i in range(1000)], np.diag(np.full(1000, 5)))
    assert view.grid.step * view.grid.cell >= QFontInfo(view.grid.font).pixelSize()


def test_switching_to_per_cent_changes_the_picture(view: ConfusionView):
    counts = view.grab().toImage()
    view.set_units(OF_TRUE)
    assert view.units == OF_TRUE
    assert view.grab().toImage() != counts


def test_a_new_matrix_of_the_same_classes_keeps_the_chosen_cell(view: ConfusionView):
    view.select(((0,), (1,)))
    view.set_matrix(NAMES, [[9, 1, 0], [1, 9, 0], [0, 0, 0]])
    assert view.selected == ((0,), (1,))
    view.set_matrix(["ant", "bee"], [[9, 1], [1, 9]])
    assert view.selected is None


@pytest.mark.parametrize("count", [1, 2, 10])
def test_the_whole_matrix_fits_into_half_a_small_window(qtbot: QtBot, count: int):
    view = shown(qtbot, ConfusionView(), 570, 540)
    names = [f"No passing for vehicles over 3.5 metric tons {i}" for i in range(count)]
    view.set_matrix(names, [[5 if r == c else 1 for c in range(count)] for r in range(count)])
    last = view.cell_rect(count - 1, count - 1)
    assert view.viewport().rect().contains(last)
    assert last.width() >= 7
    assert view.horizontalScrollBar().maximum() == view.verticalScrollBar().maximum() == 0


def many(qtbot: QtBot, count: int = 43) -> ConfusionView:
    view = shown(qtbot, ConfusionView(), 570, 540)
    names = [f"No passing for vehicles over 3.5 metric tons {i}" for i in range(count)]
    view.set_matrix(names, [[5 if r == c else 1 for c in range(count)] for r in range(count)])
    return view


def test_names_are_never_too_small_to_be_read(qtbot: QtBot):
    view = many(qtbot)
    assert QFontInfo(view.grid.font).pixelSize() >= 10
    assert view.verticalScrollBar().maximum() > 0


def test_all_of_many_classes_can_be_seen_at_once_and_then_read_again(qtbot: QtBot):
    view = many(qtbot)
    readable = view.grid.cell
    view.fit()
    assert view.viewport().rect().contains(view.cell_rect(42, 42))
    view.fit()
    assert view.grid.cell == readable


def turn(view: ConfusionView, place: QPoint, steps: int) -> None:
    at, delta = QPointF(place), QPoint(0, 120 * steps)
    modifiers, phase = Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase
    view.wheelEvent(QWheelEvent(at, at, QPoint(), delta, Qt.MouseButton.NoButton, modifiers, phase, False))


def test_ctrl_and_the_wheel_zoom_at_the_mouse_and_clicks_still_filter(qtbot: QtBot):
    view = many(qtbot)
    place = view.cell_rect(20, 20).center()
    before = view.grid.cell
    turn(view, place, 4)
    assert view.grid.cell > 2 * before
    assert view.cell_rect(20, 20).contains(place)
    click(qtbot, view, place)
    assert view.selected == ((20,), (20,))
    turn(view, place, -30)
    assert view.viewport().rect().contains(view.cell_rect(42, 42)), "no further out than all of it"


def test_plus_and_minus_zoom(qtbot: QtBot):
    view = many(qtbot)
    before = view.grid.cell
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.grid.cell == pytest.approx(1.25 * before)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.grid.cell == pytest.approx(before)


def test_a_matrix_of_many_classes_scrolls_to_the_cell_that_is_reached(qtbot: QtBot):
    view = shown(qtbot, ConfusionView(), 400, 400)
    view.set_matrix([f"class {i}" for i in range(200)], [[0] * 200 for _ in range(200)])
    for _ in range(12):
        view.zoom_in()
    assert view.verticalScrollBar().maximum() > 0
    view.current = (198, 198)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.viewport().rect().contains(view.cell_rect(199, 199))


def test_short_names_stand_upright_and_long_ones_are_turned(qapp):
    assert not layout(["ant", "bee"], 500, 500, qapp.font()).rotated
    assert layout(["a long name of a class"] * 10, 500, 500, qapp.font()).rotated


def test_the_matrix_is_saved_as_a_picture_and_as_a_table(view: ConfusionView):
    picture = export.picture_bytes(view.paint_picture, view.size(), ".png", "matrix")
    assert not QImage.fromData(picture).isNull()
    assert b"<svg" in export.picture_bytes(view.paint_picture, view.size(), ".svg", "matrix")
    assert export.table_bytes(view.rows()).decode("utf-8-sig").splitlines()[1] == "ant,8,2,0"


def test_an_empty_matrix_paints_and_takes_clicks(qtbot: QtBot):
    view = shown(qtbot, ConfusionView(), 400, 400)
    view.grab()
    click(qtbot, view, QPoint(20, 20))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.selected is None
