"""Learning curves: what stands in them, how their axes move, and how they are saved."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.events import BatchEnded, EpochEnded
from gui import theme
from gui.widgets import wording
from gui.widgets.charts import export, scales
from gui.widgets.charts.curves import TRAINING, VALIDATION, TrainingCharts
from tests.gui.hosting import shown


def epoch(
    number: int, loss: float = 0.5, accuracy: float = 0.8, *, best: bool = False, planned: int = 10
) -> EpochEnded:
    return EpochEnded(number, planned, loss, accuracy, loss + 0.1, accuracy - 0.05, 1e-3, 2.0, 500.0, best)


@pytest.fixture
def charts(qtbot: QtBot) -> TrainingCharts:
    charts = shown(qtbot, TrainingCharts(), 900, 260)
    charts.clear(10)
    return charts


def test_an_epoch_adds_a_point_to_all_four_curves(charts: TrainingCharts):
    charts.add_epoch(epoch(1, 0.5, 0.8))
    loss, accuracy = charts.loss.chart.curves, charts.accuracy.chart.curves
    assert [c.points for c in loss] == [[(1, 0.5)], [(1, 0.6)]]
    assert [c.points for c in accuracy] == [[(1, 0.8)], [(1, 0.75)]]


def test_batches_creep_towards_the_next_epoch_and_give_way_to_it(charts: TrainingCharts):
    charts.add_epoch(epoch(1))
    charts.add_batch(BatchEnded(2, 1, 4, 0.45, 0.81, 500.0))
    charts.add_batch(BatchEnded(2, 2, 4, 0.44, 0.82, 500.0))
    assert charts.loss.chart.curves[TRAINING].live == [(1.25, 0.45), (1.5, 0.44)]
    charts.add_epoch(epoch(2, 0.43))
    assert charts.loss.chart.curves[TRAINING].live == []
    assert charts.loss.chart.curves[TRAINING].points == [(1, 0.5), (2, 0.43)]


def test_the_first_epoch_shows_a_line_before_it_has_ended(charts: TrainingCharts, qtbot: QtBot):
    before = charts.loss.grab().toImage()
    charts.add_batch(BatchEnded(1, 1, 4, 2.3, 0.1, 500.0))
    charts.add_batch(BatchEnded(1, 3, 4, 1.9, 0.3, 500.0))
    assert charts.loss.grab().toImage() != before
    qtbot.waitUntil(lambda: charts.loss.chart.high >= 2.3)  # the axis glides there


@pytest.mark.parametrize("reduced", [True, False])
def test_the_axis_is_where_it_belongs_at_once_where_less_motion_is_wanted(
    charts: TrainingCharts, qapp: QApplication, request: pytest.FixtureRequest, reduced: bool
):
    request.addfinalizer(lambda: theme.reduce_motion(qapp, False))
    theme.apply(qapp, "light")
    theme.reduce_motion(qapp, reduced)
    charts.add_epoch(epoch(1, 0.5))
    charts.add_epoch(epoch(2, 2.9))
    range_of_all = scales.value_range([0.5, 0.6, 2.9, 3.0], top=None)
    assert ((charts.loss.chart.low, charts.loss.chart.high) == range_of_all) is reduced


def test_the_newest_point_is_inside_the_chart_while_the_axis_moves(charts: TrainingCharts):
    for number in (1, 2, 3):
        charts.add_epoch(epoch(number, 0.5))
    charts.add_batch(BatchEnded(4, 1, 4, 2.9, 0.1, 500.0))
    chart = charts.loss.chart
    assert chart.low <= 2.9 <= chart.high, "at once, not only when the range has moved"
    charts.loss._on_glide(0.1)
    assert chart.low <= 2.9 <= chart.high
    assert charts.accuracy.chart.low <= 0.1


def test_an_empty_chart_is_one_calm_sentence(charts: TrainingCharts):
    assert charts.nothing.isVisible()
    assert charts.loss.isHidden() or not charts.loss.isVisible()
    charts.add_batch(BatchEnded(1, 1, 4, 2.3, 0.1, 500.0))
    assert charts.loss.isVisible()
    charts.clear()
    assert charts.nothing.isVisible()


def test_no_width_is_kept_for_names_that_do_not_need_it(charts: TrainingCharts, qapp):
    charts.add_epoch(epoch(1))
    painter = charts.loss._painter(QPainter(), charts.loss.rect())
    assert charts.loss.width() - painter.plot.right() < 25
    charts.show_history([epoch(n) for n in range(1, 5)])
    painter = charts.loss._painter(QPainter(), charts.loss.rect())
    assert charts.loss.width() - painter.plot.right() > 50, "the names stand at the ends of the lines"


def test_a_resumed_epoch_replaces_what_stood_there(charts: TrainingCharts):
    for number in (1, 2, 3):
        charts.add_epoch(epoch(number))
    charts.add_epoch(epoch(2, 0.2))
    assert [x for x, _ in charts.loss.chart.curves[VALIDATION].points] == [1, 2]


def test_the_best_epoch_is_the_last_one_that_was_best(charts: TrainingCharts):
    charts.show_history([epoch(1, best=True), epoch(2, best=True), epoch(3)])
    assert charts.accuracy.chart.best == 2
    assert "2" in charts.accuracy.chart.best_text


def test_a_finished_run_ends_at_its_last_epoch(charts: TrainingCharts):
    charts.show_history([epoch(n) for n in range(1, 8)])
    assert (charts.loss.chart.first, charts.loss.chart.last) == (1, 7)


def test_pointing_at_one_chart_reads_both_at_the_nearest_epoch(charts: TrainingCharts, qtbot: QtBot):
    charts.show_history([epoch(n) for n in range(1, 6)])
    qtbot.mouseMove(charts.loss, QPoint(charts.loss.width() - 30, 120))
    assert charts.loss.chart.hover == charts.accuracy.chart.hover == 5


def test_arrow_keys_read_the_curves_without_a_pointer(charts: TrainingCharts, qtbot: QtBot):
    charts.show_history([epoch(n) for n in range(1, 6)])
    for key, expected in ((Qt.Key.Key_Left, 5), (Qt.Key.Key_Left, 4), (Qt.Key.Key_Right, 5), (Qt.Key.Key_Escape, None)):
        qtbot.keyClick(charts.accuracy, key)
        assert charts.loss.chart.hover == expected


def test_the_newest_values_are_told_to_a_screen_reader(charts: TrainingCharts):
    charts.add_epoch(epoch(1, 0.5, 0.8))
    assert "80.0 %" in charts.accuracy.accessibleDescription()


def test_a_chart_is_saved_as_png_and_as_svg(charts: TrainingCharts, tmp_path: Path):
    charts.show_history([epoch(n) for n in range(1, 6)])
    chart = charts.loss
    png = export.picture_bytes(chart.paint_picture, chart.size(), ".png", "loss")
    assert QImage.fromData(png).width() == chart.width() * export.PNG_SCALE
    svg = export.picture_bytes(chart.paint_picture, chart.size(), ".svg", "loss")
    assert b"<svg" in svg
    assert b"<path" in svg or b"<polyline" in svg
    assert export.write(tmp_path / "loss.png", png) == ""
    assert (tmp_path / "loss.png").read_bytes() == png


def test_a_place_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path):
    reason = export.write(tmp_path / "missing" / "loss.png", b"x")
    assert str(tmp_path / "missing" / "loss.png") in reason
    assert reason.endswith(".")


def test_a_chart_is_saved_as_a_table(charts: TrainingCharts):
    charts.show_history([epoch(1, 0.5), epoch(2, 0.25)])
    assert export.table_bytes(charts.loss.rows()).decode("utf-8-sig").splitlines()[1:] == ["1,0.5,0.6", "2,0.25,0.35"]


def test_charts_paint_themselves_anew_when_the_theme_changes(charts: TrainingCharts, qapp):
    charts.show_history([epoch(1), epoch(2)])
    try:
        theme.apply(qapp, "light")
        light = charts.loss.grab().toImage()
        theme.apply(qapp, "dark")
        assert charts.loss.grab().toImage() != light
    finally:
        theme.apply(qapp, "light")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (0, 7, [0, 2, 4, 6]), (0.93, 1.0, [0.94, 0.96, 0.98, 1.0])],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]):
    assert scales.ticks(low, high, 5) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("first", "last", "room", "expected"),
    [
        (1, 3, 8, [1, 2, 3]),
        (1, 5, 3, [1, 5]),
        (1, 12, 8, [1, 4, 6, 8, 10, 12]),
        (1, 15, 8, [1, 4, 6, 8, 10, 12, 15]),
        (1, 97, 6, [1, 20, 40, 60, 80, 97]),
        (1, 1, 8, [1]),
        (1, 10_000, 4, [1, 2500, 5000, 7500, 10_000]),
    ],
)
def test_the_axis_of_epochs_ends_with_the_last_one(first: int, last: int, room: int, expected: list[int]):
    assert scales.epoch_ticks(first, last, room) == expected


@pytest.mark.parametrize(("width", "first"), [(900, 1), (900, 0), (420, 1)])
def test_each_epoch_of_a_short_run_has_its_number(qtbot: QtBot, width: int, first: int):
    charts = shown(qtbot, TrainingCharts(), width, 260)
    charts.show_history([epoch(n, planned=3) for n in (1, 2, 3)], None if first else 3)
    svg = export.picture_bytes(charts.loss.paint_picture, charts.loss.size(), ".svg", "loss").decode()
    words = {part.partition("<")[0].strip() for part in svg.split(">")}
    assert {"1", "2", "3", "epoch"} <= words


def test_a_long_history_is_shown_whole_and_at_once(charts: TrainingCharts):
    charts.show_history([epoch(n, best=n in (2, 700)) for n in range(1, 2001)])
    assert [x for x, _ in charts.loss.chart.curves[VALIDATION].points] == list(range(1, 2001))
    assert charts.accuracy.chart.best == 700
    charts.show_history([epoch(1)])
    assert charts.accuracy.chart.best is None


def test_a_wild_first_epoch_does_not_flatten_the_others():
    _, high = scales.value_range([250.0, *(0.5 / e for e in range(1, 20))])
    assert high < 3


@pytest.mark.parametrize("values", [[], [math.nan], [0.5], [1.0, 1.0], [0.0]])
def test_a_range_is_never_empty(values: list[float]):
    low, high = scales.value_range(values, top=1.0)
    assert low < high
    assert high <= 1 or values == []


def test_accuracy_never_shows_above_a_hundred_per_cent():
    assert scales.value_range([0.97, 0.99, 1.0], top=1.0)[1] == 1.0


def test_per_cent_never_rounds_a_mistake_away():
    assert scales.percent(0.99999) == "99.9 %"
    assert scales.percent(1.0) == "100 %"


def test_numbers_are_short_and_exact_enough():
    assert [scales.number(v) for v in (0, 0.04123, 1.234, 457.1, 12345, 2e-6)] == [
        "0",
        "0.0412",
        "1.23",
        "457",
        "12,345",
        "2.0e-06",
    ]


def test_steps_over_a_wide_range_go_one_two_five():
    assert [scales.next_125(v, up=True) for v in (0.001, 0.002, 0.005, 0.003)] == [0.002, 0.005, 0.01, 0.005]
    assert [scales.next_125(v, up=False) for v in (0.01, 0.001)] == [0.005, 0.0005]


def test_the_axis_holds_room_for_what_is_planned():
    assert scales.horizon(3, 30) == 30
    assert scales.horizon(4, 10_000) == 20
    assert scales.horizon(4000, 10_000) == 10_000


def test_spans_of_time_are_read_at_a_glance():
    assert [wording.duration(s) for s in (4.26, 59, 75, 4000)] == ["4.3 s", "59 s", "1 min 15 s", "1 h 06 min"]
    assert wording.time_left(None) == ""
