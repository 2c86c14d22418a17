"""Rounds: the runs over time on the same check images, better, worse, or can't tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.library import edits
from engine.review.rounds import Round, Rounds
from engine.statistics import Trend
from gui.review import rounds_words as words
from gui.review.rounds_section import RoundsSection
from gui.session import Session
from gui.widgets.charts import export
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.reviewing import read_run

FIRST = Round("20260101-000000-instant", "instant", "2026-01-01T00:00:00+00:00", 111, 0.69, 0.62, 0.76, 25, 25, 0, [])
SECOND = replace(
    FIRST,
    run="20260102-030405-fashion-cnn",
    created="2026-01-02T00:00:00+00:00",
    right=130,
    accuracy=0.81,
    low=0.74,
    high=0.87,
    learnt=100,
    labelled=75,
    relabelled=1,
    options=["recipe"],
    trend=Trend.BETTER,
    p_value=0.0004,
)
FOUND = Rounds(160, True, [FIRST, SECOND], [])


@pytest.fixture
def section(qtbot: QtBot, session: Session, jobs: FakeJobs) -> RoundsSection:
    """With both rounds, the second of which is reviewed."""
    section = shown(qtbot, RoundsSection(session, jobs), 1100, 640)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session))
    jobs.of("rounds")[-1].succeed(**FOUND)
    return section


def test_rounds_stand_in_a_line_over_time_with_intervals_and_the_trend_in_words(section: RoundsSection):
    assert section.heading.text() == (
        "The newest is better than the one before. "
        "All are scored on the same 160 check images, by their current labels."
    )
    assert [one.run for one in section.chart.rounds] == [FIRST.run, SECOND.run]
    head, newest, first = ([str(cell) for cell in row] for row in section.table.rows())
    assert head[-1] == "Compared with before"
    assert newest[-1] == "▲ better"
    assert first[-1] == ""
    assert "1 new picture" not in words.changed(SECOND)
    assert words.changed(SECOND) == "75 new pictures, 1 label changed, another recipe"
    model = section.table.body
    assert model.index(0, 4).data() == "74.0 to 87.0 %"
    assert "p = 0.0004" in model.index(0, 7).data(Qt.ItemDataRole.ToolTipRole), "for experts"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (FOUND, "is better than"),
        (replace(FOUND, rounds=[FIRST, replace(SECOND, trend=Trend.WORSE)]), "is worse than"),
        (replace(FOUND, rounds=[FIRST, replace(SECOND, trend=Trend.CANNOT_TELL)]), "can't be told"),
        (replace(FOUND, rounds=[FIRST]), "Train again"),
        (replace(FOUND, check_images=12, enough=False), "12 check images, which are too few"),
    ],
)
def test_better_worse_or_cannot_tell_is_said_in_words(found: Rounds, said: str):
    assert said in words.summary(found)


def test_runs_that_are_left_out_are_counted():
    assert words.left_out(FOUND) == ""
    assert words.left_out(replace(FOUND, left_out=["a", "b"])).startswith("2 runs are left out")


def test_the_line_is_saved_as_png_svg_and_csv(section: RoundsSection):
    chart = section.chart
    image = QImage(QSize(600, 300), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    blank = image.copy()
    painter = QPainter(image)
    chart.paint_picture(painter, QRect(0, 0, 600, 300))
    painter.end()
    assert image != blank
    svg = export.picture_bytes(chart.paint_picture, QSize(600, 300), ".svg", "rounds").decode()
    assert "better" in svg
    table = export.table_bytes(chart.rows()).decode("utf-8-sig").splitlines()
    assert table[0].startswith("run,recipe,created,right,accuracy,low,high,learnt_from,new,relabelled,trend")
    assert table[2].endswith("100,75,1,better,0.0004")


def test_a_key_in_the_line_or_return_in_the_table_reviews_that_round(section: RoundsSection, qtbot: QtBot):
    section.chart.setFocus()
    with qtbot.waitSignal(section.run_wanted) as wanted:
        qtbot.keyClick(section.chart, Qt.Key.Key_Left)
    assert wanted.args == [FIRST.run]
    with qtbot.waitSignal(section.run_wanted) as wanted:
        section.table.activated.emit(section.table.body.index(0, 0))
    assert wanted.args == [SECOND.run]


def test_rounds_are_read_again_only_after_labels_or_runs_have_changed(
    section: RoundsSection, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    section.show_reviewed(read_run(session))
    assert len(jobs.of("rounds")) == 1
    with qtbot.waitSignal(session.images_changed):
        session.edit(edits.set_note, [1], "seen")
    section.show_reviewed(read_run(session))
    assert len(jobs.of("rounds")) == 2


def test_a_project_without_check_images_says_what_there_is_none_of(qtbot: QtBot, session: Session, jobs: FakeJobs):
    section: QWidget = shown(qtbot, RoundsSection(session, jobs), 1100, 640)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session))  # type: ignore[attr-defined]
    jobs.of("rounds")[-1].fail("No run has predictions for check images yet.")
    assert section.line.caution.isVisible()  # type: ignore[attr-defined]
    assert section.heading.text() == ""  # type: ignore[attr-defined]
