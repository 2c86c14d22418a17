"""Confidence over predictions whose reliability and coverage are known, and a real model file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot

from engine.models.bundle import read_info
from engine.models.temperature import set_temperature
from engine.models.threshold import Threshold, read_threshold, write_threshold
from engine.review.confidence.calibrate import TEST, Calibrated
from gui.review.confidence_charts import GAP, LEFT, SAMPLE, TOP
from gui.review.confidence_section import ConfidenceSection
from gui.session import Session
from tests.engine.conftest import _write_model
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.flipped_project import CLASSES, make_flipped, write_true_run
from tests.gui.review.reviewing import read_run

EACH = 8


@pytest.fixture
def run(tmp_path: Path) -> Path:
    project = make_flipped(tmp_path, each=EACH, flipped=(EACH - 1, 2 * EACH - 1))
    run = write_true_run(project, each=EACH)
    _write_model(run / "model.onnx", CLASSES)
    return run


@pytest.fixture
def project(run: Path) -> Path:
    return run.parents[1]


@pytest.fixture
def section(qtbot: QtBot, session: Session, jobs: FakeJobs) -> ConfidenceSection:
    section = shown(qtbot, ConfidenceSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session))
    qtbot.waitUntil(lambda: section.found is not None)
    return section


@pytest.mark.parametrize(("width", "height"), [(260, 160), (360, 240), (900, 500)])
def test_the_legend_of_the_curves_stands_over_them_and_is_whole(section: ConfidenceSection, width: int, height: int):
    chart = section.chart
    chart.resize(width, height)
    lines = chart._legend_lines(width)
    metrics = chart.fontMetrics()
    assert chart.area().top() >= len(lines) * metrics.height() + TOP
    assert chart.area().height() > 20
    for line in lines:
        wide = sum(metrics.horizontalAdvance(name) + SAMPLE + GAP for name, _, _ in line)
        assert LEFT + wide <= width + GAP
    assert [name for line in lines for name, _, _ in line] == ["accuracy of the answers", "images answered"]


@pytest.mark.parametrize("kind", [QSpinBox, QDoubleSpinBox])
def test_the_number_of_a_box_keeps_away_from_its_border(
    section: ConfidenceSection, session: Session, kind: type[QAbstractSpinBox]
):
    from gui.review.duplicates_section import DuplicatesSection
    from gui.review.scores_section import ScoresSection
    from gui.review.suspects_section import SuspectsSection

    sections = [
        section,
        *(each(session, FakeJobs()) for each in (ScoresSection, SuspectsSection, DuplicatesSection)),
    ]
    boxes = [box for some in sections for box in some.findChildren(kind)]
    assert len(boxes) == 2
    assert all(box.lineEdit().textMargins().left() > 0 for box in boxes)


def calibrated(temperature: float, before: float, after: float, *, believable: bool = False) -> Calibrated:
    errors = (True, before, after, believable)  # it helps
    return Calibrated("run", temperature, *errors, TEST, 24, accuracy=0.99, threshold=None, coverage=None, csv=None)


def test_the_error_and_how_sure_it_is_are_told(section: ConfidenceSection):
    sure = np.mean([0.9 - 0.01 * (i % EACH) for i in range(3 * EACH)])
    right = 1 - 2 / (3 * EACH)
    assert section.found is not None
    assert section.found.accuracy == pytest.approx(right)
    assert section.found.reliability.error == pytest.approx(abs(sure - right), abs=0.02)
    assert section.metrics[1].value.text() == f"{100 * sure:.1f} %"
    assert section.metrics[2].value.text() == "none"
    assert section.metrics[3].note.text() == "Classify answers every image"


def test_the_threshold_for_a_wanted_accuracy_leaves_the_most_images(section: ConfidenceSection):
    section.accuracy_box.setValue(100)
    assert section.threshold == pytest.approx(0.84, abs=1e-4), "the mistakes are the least confident: 0.83"
    assert "91.7 %" not in section.says.text()
    assert "87.5 % of the images are answered, 100 % of them right" in section.says.text()
    section.accuracy_box.setValue(50)
    assert "100 % of the images are answered" in section.says.text()


def test_a_wanted_accuracy_that_nothing_gives_is_told(section: ConfidenceSection, session: Session, qtbot: QtBot):
    found = read_run(session)
    wrong = (found.predicted + 1) % len(CLASSES)
    first = section.found
    section.show_reviewed(replace(found, labels=wrong))
    qtbot.waitUntil(lambda: section.found is not first)
    assert section.says.text() == "No threshold gives 99.0 %; the best one gives 0.0 %."
    assert not section.keep.isEnabled()


def test_a_kept_threshold_is_in_the_model_file_and_shown_again(
    section: ConfidenceSection, run: Path, jobs: FakeJobs, session: Session, qtbot: QtBot
):
    section.accuracy_box.setValue(100)
    section.keep.click()
    with qtbot.waitSignal(session.message) as told:
        jobs.run_callables()
    assert "unsure" in told.args[0]
    kept = read_threshold(run / "model.onnx")
    assert kept is not None
    assert (kept.confidence, kept.accuracy, kept.coverage) == pytest.approx((0.84, 1.0, 0.875), abs=1e-4)
    qtbot.waitUntil(lambda: section.metrics[3].value.text() == "84.0 %")
    section.forget.click()
    jobs.run_callables()
    qtbot.waitUntil(lambda: section.metrics[3].value.text() == "none")
    assert read_threshold(run / "model.onnx") is None


def test_what_is_kept_is_offered_again(section: ConfidenceSection, run: Path, session: Session, qtbot: QtBot):
    write_threshold(run / "model.onnx", Threshold(0.86, 1.0, 0.625))
    section.show_reviewed(read_run(session))
    qtbot.waitUntil(lambda: section.threshold == 0.86)
    assert section.accuracy_box.value() == 100


def test_the_mouse_and_the_arrow_keys_move_the_threshold(section: ConfidenceSection, qtbot: QtBot):
    chart = section.chart
    place = chart.point(chart.area(), 0.5, 0.5).toPoint()
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert section.threshold == pytest.approx(0.5, abs=0.01)
    before = section.threshold
    assert before is not None
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert section.threshold == pytest.approx(before + 0.005, abs=1e-3)
    assert "100 % of the images are answered" in section.says.text()


def test_a_fitted_temperature_is_told_and_all_is_read_again(
    section: ConfidenceSection, jobs: FakeJobs, session: Session, qtbot: QtBot
):
    section.fit.click()
    handle = jobs.started[0]
    assert (handle.name, handle.params.run) == ("calibrate", session.runs()[0].name)  # type: ignore[attr-defined]
    assert not section.fit.isEnabled()
    with qtbot.waitSignal(section.reload_wanted):
        handle.succeed(**calibrated(1.7, 0.08, 0.01))
    assert "Temperature 1.70" in section.outcome.text()
    assert "8.00 % to 1.00 %" in section.outcome.text()


@pytest.mark.parametrize(("believable", "said"), [(True, "as sure as it should be"), (False, "No temperature lowers")])
def test_a_temperature_of_one_is_told_by_whether_the_model_is_believable(
    section: ConfidenceSection, jobs: FakeJobs, believable: bool, said: str
):
    section.fit.click()
    jobs.started[0].succeed(**calibrated(1.0, 0.1, 0.1, believable=believable))
    assert said in section.outcome.text()


def test_a_failed_fit_says_why(section: ConfidenceSection, jobs: FakeJobs):
    section.fit.click()
    jobs.started[0].fail("A temperature needs 10 validation images to be fitted on, found 0.")
    assert "10 validation images" in section.line.caution.words.text()
    assert section.fit.isEnabled()


def test_the_temperature_can_be_taken_out_again(
    section: ConfidenceSection, run: Path, jobs: FakeJobs, session: Session, qtbot: QtBot
):
    set_temperature(run / "model.onnx", 2.0)
    section.show_reviewed(read_run(session))
    section.details.open()
    qtbot.waitUntil(section.take_out.isVisible)
    section.take_out.click()
    with qtbot.waitSignal(section.reload_wanted):
        jobs.run_callables()
    assert read_info(run / "model.onnx").temperature == 1.0


def test_a_model_that_cannot_be_read_is_told(section: ConfidenceSection, run: Path, session: Session, qtbot: QtBot):
    (run / "model.onnx").write_bytes(b"no model")
    section.show_reviewed(read_run(session))
    qtbot.waitUntil(lambda: "damaged" in section.line.caution.words.text())


def test_tooltips_and_tables_tell_the_same(section: ConfidenceSection):
    diagram = section.diagram
    words = diagram.words_at(QPointF(diagram.point(diagram.area(), 0.85, 0.5)))
    assert words.startswith("12 images: 84.5 % sure")
    assert len(diagram.rows()) == 1 + len(section.found.reliability.bins)  # type: ignore[union-attr]
    head, *body = section.chart.rows()
    assert len(head) == 3
    assert len(body) == EACH
    assert section.chart.words_at(QPointF(QPoint(-100, 0))) == ""
