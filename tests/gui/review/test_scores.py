"""The scores of Review: what is shown equals what scikit-learn computes, as tiles, as table, as text and as CSV."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from sklearn.metrics import classification_report, top_k_accuracy_score

from engine.jobs.job import Cancel
from engine.review.reviewed import Reviewed
from engine.review.score_details import details
from gui.review.score_table import CONFUSED, PRECISION
from gui.review.scores_section import ScoresSection
from gui.session import Session
from gui.widgets.charts import export
from tests.engine.review.reviewed import made
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown

CLASSES = ("ant", "bee", "cat", "dog")


@pytest.fixture
def reviewed() -> Reviewed:
    return made(CLASSES, images=60, seed=3)


@pytest.fixture
def section(qtbot: QtBot, new_session: Session, jobs: FakeJobs, reviewed: Reviewed) -> ScoresSection:
    section = shown(qtbot, ScoresSection(new_session, jobs), 1100, 640)  # type: ignore[arg-type]
    section.show_reviewed(reviewed)
    return section


def test_top_k_equals_scikit_learn_whatever_the_chunks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("engine.review.score_details._AT_ONCE", 7)
    reviewed = made(CLASSES, images=60, seed=3)
    for k in (1, 2, 3):
        expected = top_k_accuracy_score(reviewed.labels, reviewed.probabilities, k=k, labels=range(4))
        assert details(reviewed, k, Cancel()).top == pytest.approx(expected)


def test_the_text_that_is_copied_is_that_of_classification_report(section: ScoresSection, reviewed: Reviewed):
    section.copy_text()
    expected = classification_report(reviewed.labels, reviewed.predicted, target_names=CLASSES)
    assert QGuiApplication.clipboard().text() == expected


def test_intervals_and_top_k_follow_when_they_are_counted(section: ScoresSection, jobs: FakeJobs, reviewed: Reviewed):
    assert section.top.value.text() == "–"
    jobs.run_callables()
    assert section.top.value.text().endswith(" %")
    told = section.accuracy.accessibleDescription()
    right = int((reviewed.labels == reviewed.predicted).sum())
    assert re.fullmatch(rf"{right} of 60  ·  [\d.]+–[\d.]+, 95 % interval", told), "how many are right stays"
    assert section.accuracy.note.text() in (told, told.partition("  ·  ")[2]), "a narrow tile has the interval alone"
    assert re.fullmatch(r"[\d.]+–[\d.]+, 95 % interval", section.macro.note.text()), "numbers first: these stay"
    head, first = section.table.rows()[:2]
    low, value, high = (first[head.index(name)] for name in ("recall low", "recall", "recall high"))
    assert 0 <= low < value < high <= 1  # type: ignore[operator]


def test_another_k_asks_again_and_the_old_answer_is_dropped(section: ScoresSection, jobs: FakeJobs):
    ((first, _),) = jobs.callables
    section.guesses.setValue(2)
    assert first.cancelled
    first.succeed(details="of three guesses")
    assert section.top.value.text() == "–"
    jobs.run_callables()
    assert "first 2" in section.top.note.text()


def test_the_table_names_the_class_that_is_confused_most(section: ScoresSection, reviewed: Reviewed):
    off = reviewed.counts[0].copy()
    off[0] = 0
    head, *rows = section.table.rows()
    ant = next(row for row in rows if row[0] == "ant")
    assert ant[head.index("most confused with")] == CLASSES[int(off.argmax())]
    assert ant[head.index("confused")] == off.max()


def test_the_csv_has_all_classes_and_a_table_of_a_thousand_is_filled_fast(section: ScoresSection, jobs: FakeJobs):
    names = tuple(f"class {i:04d}" for i in range(1000))
    section.show_reviewed(made(names, images=2000, seed=1))
    section.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    lines = export.table_bytes(section.table.rows()).decode("utf-8-sig").splitlines()
    assert len(lines) == 1001
    assert lines[1].startswith("class 0000,")


def test_the_paint_of_the_table_survives_classes_without_images(section: ScoresSection, jobs: FakeJobs, tmp_path: Path):
    few = made(("ant", "bee", "never seen"), images=8, seed=0, used=2)
    section.show_reviewed(few)
    jobs.run_callables()
    assert not section.grab().isNull()
    assert np.isfinite(few.scores.macro_f1)


def test_in_a_narrow_window_names_go_before_the_numbers_of_the_intervals(section: ScoresSection, qtbot: QtBot):
    table, header = section.table, section.table.horizontalHeader()
    wide = table.columnWidth(PRECISION)
    section.resize(640, 480)
    qtbot.waitUntil(lambda: table.columnWidth(PRECISION) < wide)
    assert header.length() <= table.viewport().width(), "no column is cut"
    words = table.fontMetrics().horizontalAdvance(table.model().headerData(CONFUSED, Qt.Orientation.Horizontal))
    assert table.columnWidth(CONFUSED) > words
    assert table.model().index(0, PRECISION).data(Qt.ItemDataRole.ToolTipRole), "the interval is told there"
    section.resize(1100, 640)
    qtbot.waitUntil(lambda: table.columnWidth(PRECISION) == wide)
