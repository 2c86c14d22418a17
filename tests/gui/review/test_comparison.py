"""Two runs side by side over predictions that are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import current_thread, main_thread

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from engine.models.predictions import Predictions
from engine.review.compare import ClassGain
from engine.training.runs import records
from gui.review.comparison_section import EMPTY, ComparisonSection
from gui.review.gain_table import GainTable, signed
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.flipped_project import make_flipped, write_true_run
from tests.gui.review.reviewing import close_loaders, read_run
from tests.gui.small_project import open_session

OLD, NEW, OTHER = (f"202601{day:02d}-000000-fashion-cnn" for day in (1, 3, 2))
# Images 0 to 7 are ants, 8 to 15 bees, 16 to 23 cats.
BEFORE = {0: 1, 1: 2, 8: 2, 9: 0}
AFTER = {1: 2, 10: 0}  # 0, 8 and 9 are fixed, 1 is kept, 10 is made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_flipped(tmp_path, flipped=())
    write_true_run(project, OLD, wrong=BEFORE)
    write_true_run(project, NEW, wrong=AFTER)
    return project


@pytest.fixture
def section(qtbot: QtBot, session: Session) -> Iterator[ComparisonSection]:
    section = shown(qtbot, ComparisonSection(session, FakeJobs()), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session, NEW))
    qtbot.waitUntil(lambda: section.found is not None)
    yield section
    close_loaders(section)


def shorten(project: Path, *names: str) -> None:
    """Leave of these runs the predictions of some of the check images only."""
    for name in names:
        file = project / "runs" / name / "predictions.npz"
        whole = Predictions.load(file)
        some = np.flatnonzero(whole.image_ids % 3 == 0)
        arrays = ("image_ids", "splits", "labels", "probabilities")
        replace(whole, **{array: getattr(whole, array)[some] for array in arrays}).save(file)


def texts(section: ComparisonSection) -> list[str]:
    return [section.kinds.button(place).text() for place in range(3)]


def captions(section: ComparisonSection) -> list[str]:
    items = [section.grid.item(place) for place in range(section.grid.count())]
    return sorted(item.caption for item in items if item)


def test_mistakes_fixed_made_and_kept_are_counted_and_shown(section: ComparisonSection, qtbot: QtBot):
    assert texts(section) == ["Fixed  3", "Made  1", "Kept  1"]
    qtbot.waitUntil(lambda: len(captions(section)) == 3)
    assert captions(section) == ["ant → bee", "bee → ant", "cat → bee"]
    section.kinds.button(1).click()
    qtbot.waitUntil(lambda: captions(section) == ["bee → ant"])
    section.kinds.button(2).click()
    qtbot.waitUntil(lambda: captions(section) == ["cat → cat"])


def test_the_scores_say_what_came_of_it_and_whether_it_may_be_chance(section: ComparisonSection):
    before, after, gain, chance = section.metrics
    assert section.said.text() == "Before 20, now 22 of the same 24 images are right: too few to tell much."
    assert (before.value.text(), after.value.text(), gain.value.text()) == ("–", "–", "–"), "no figure of so few"
    assert before.accessibleDescription().startswith("20 of 24: too few to tell")
    assert after.accessibleDescription().startswith("22 of 24: too few to tell")
    assert gain.note.text() == "points: 3 fixed, 1 made, 1 kept"
    assert chance.value.text() == "≈ can't tell"
    assert chance.note.text() == "may well be chance"
    assert "p = 0.62" in chance.toolTip(), "for experts"


def test_the_class_that_gained_the_most_stands_first_and_filters(section: ComparisonSection, qtbot: QtBot):
    _, *rows = section.table.rows()
    assert [row[0] for row in rows] == ["ant", "bee", "cat"]
    assert rows[0][4] == pytest.approx(1 / 8)
    assert rows[1][4] == pytest.approx(1 / 8)
    section.table.choose("bee")
    assert section.grid.count() == 2
    section.all_classes.click()
    assert section.grid.count() == 3


def test_of_few_images_of_a_class_no_percentage_is_told(qtbot: QtBot):
    table = shown(qtbot, GainTable(), 560, 200)
    table.show_gains([ClassGain("rose", 2, 2, 0), ClassGain("daisy", 40, 20, 30)])
    shown_rows = [[table.model().index(row, column).data() for column in range(5)] for row in range(2)]
    assert sorted(shown_rows) == [["daisy", "40", "50.0 %", "75.0 %", "+25.0"], ["rose", "2", "2", "0", "−2"]]


def test_of_a_thousand_classes_only_those_in_sight_are_asked_for_their_words(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    table = shown(qtbot, GainTable(), 560, 500)
    asked: set[int] = set()
    data = type(table.model()).data

    def counted(model: object, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        asked.add(index.row())
        return data(model, index, role)  # type: ignore[arg-type]

    monkeypatch.setattr(type(table.model()), "data", counted)
    table.show_gains([ClassGain(f"class {i:04d}", 100, 50, i % 100) for i in range(1000)])
    table.choose("class 0007")
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    table.grab()
    assert 0 < len(asked) < 100
    assert [row[0] for row in table.rows()[1:3]] == ["class 0999", "class 0998"]
    assert [index.row() for index in table.selectionModel().selectedRows()] == [992], "what is chosen stays so"


def test_the_shown_images_can_be_seen_in_the_gallery(section: ComparisonSection, qtbot: QtBot):
    with qtbot.waitSignal(section.gallery_wanted) as wanted:
        section.gallery.click()
    ids, words = wanted.args
    assert len(ids) == 3
    assert words == "3 mistakes fixed"
    section.grid.set_current(1)
    with qtbot.waitSignal(section.gallery_wanted) as wanted:
        section._to_gallery()
    assert wanted.args[0] == [ids[1]]


def test_another_run_is_compared_when_it_is_chosen(
    section: ComparisonSection, session: Session, project: Path, qtbot: QtBot
):
    write_true_run(project, OTHER, wrong={20: 0})
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    assert section.before.count() == 2
    qtbot.waitUntil(lambda: section.found is not None and section.found.before.name == OTHER)
    section.before.setCurrentIndex(1)
    section.before.activated.emit(1)
    qtbot.waitUntil(lambda: section.found is not None and section.found.before.name == OLD)
    section.show_reviewed(read_run(session, NEW))
    assert section.before.currentData() == OLD, "the choice stays"


def test_the_run_before_is_that_of_the_round_before_not_the_first_model_of_the_same_training(
    session: Session, project: Path, qtbot: QtBot
):
    write_true_run(project, OTHER)
    record = project / "runs" / OTHER / "run.json"
    record.write_text(json.dumps({**json.loads(record.read_text("utf-8")), "outdone_by": NEW}), "utf-8")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    section = shown(qtbot, ComparisonSection(session, FakeJobs()), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session, NEW))
    qtbot.waitUntil(lambda: section.found is not None)
    assert section.before.currentData() == OLD
    titles = [section.before.itemText(place).split("  ·  ")[0] for place in range(section.before.count())]
    assert titles == ["Round 2: Small grey pictures, left behind", "Round 1: Small grey pictures"]
    assert section.after.text().startswith("Round 2: Small grey pictures  ·  ")
    section.grid.close_loader()


def test_the_run_before_is_first_asked_about_the_check_images_that_came_after_it(
    session: Session, project: Path, qtbot: QtBot
):
    jobs, file = FakeJobs(), project / "runs" / OLD / "predictions.npz"
    whole = Predictions.load(file)
    shorten(project, OLD)
    section = shown(qtbot, ComparisonSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session, NEW))
    qtbot.waitUntil(lambda: len(jobs.of("compare")) == 1)
    params = jobs.of("compare")[0].params
    assert (params.before, params.after, params.split) == (OLD, NEW, "all")
    assert section.found is None, "nothing is told of the few that both have"
    whole.save(file)
    jobs.of("compare")[0].succeed()
    qtbot.waitUntil(lambda: section.found is not None)
    assert section.said.text().startswith("Before 20, now 22 of the same 24 images")
    assert len(jobs.of("compare")) == 1
    section.grid.close_loader()


def test_nothing_of_another_run_stands_under_the_name_of_the_one_that_waits_for_its_answer(
    session: Session, project: Path, qtbot: QtBot
):
    first, jobs = OLD.replace("20260101", "20251231"), FakeJobs()
    for name in (first, OTHER):
        write_true_run(project, name, wrong=BEFORE)
    shorten(project, first, OTHER)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    section = shown(qtbot, ComparisonSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session, NEW))
    qtbot.waitUntil(lambda: len(jobs.of("compare")) == 1)

    def choose(name: str) -> None:
        section.before.setCurrentIndex(section.before.findData(name))
        section.before.activated.emit(section.before.currentIndex())

    choose(OLD)
    qtbot.waitUntil(lambda: section.found is not None)
    assert section.found.before.name == OLD, "which is complete"
    choose(first)
    qtbot.waitUntil(lambda: section.showing == EMPTY)
    jobs.of("compare")[0].stop()
    qtbot.waitUntil(lambda: len(jobs.of("compare")) == 2)
    assert jobs.of("compare")[1].params.before == first
    choose(OTHER)
    qtbot.waitUntil(lambda: section.found is not None)
    assert section.found.before.name == OTHER, "it was asked, and the person has stopped that"
    section.grid.close_loader()


def test_the_run_before_is_asked_about_nothing_while_a_training_runs(session: Session, project: Path, qtbot: QtBot):
    jobs = FakeJobs()
    shorten(project, OLD)
    section = shown(qtbot, ComparisonSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session, NEW))
    qtbot.waitUntil(lambda: len(jobs.of("compare")) == 1)
    jobs.training_changed.emit(True)
    assert jobs.of("compare")[0].cancelled
    jobs.of("compare")[0].stop()
    qtbot.waitUntil(lambda: section.found is not None)
    assert section.found.images == 8, "those that both had"
    assert len(jobs.of("compare")) == 1
    jobs.training_changed.emit(False)
    qtbot.waitUntil(lambda: len(jobs.of("compare")) == 2)
    section.grid.close_loader()


def test_a_run_is_compared_with_the_one_that_it_repeats_which_a_thread_reads(
    session: Session, project: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    write_true_run(project, OTHER)
    record = project / "runs" / NEW / "run.json"
    record.write_text(json.dumps({**json.loads(record.read_text("utf-8")), "repeats": OLD}), "utf-8")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    section = shown(qtbot, ComparisonSection(session, FakeJobs()), 1000, 620)  # type: ignore[arg-type]
    to_show, readers = read_run(session, NEW), []
    read = records.read_record
    monkeypatch.setattr(records, "read_record", lambda folder: [readers.append(current_thread()), read(folder)][1])
    section.show_reviewed(to_show)
    qtbot.waitUntil(lambda: section.found is not None)
    assert section.before.currentData() == OLD
    assert section.found is not None
    assert section.found.before.name == OLD
    assert readers
    assert main_thread() not in readers
    section.grid.close_loader()


def test_runs_without_a_common_image_are_told_in_a_sentence(session: Session, project: Path, qtbot: QtBot):
    file = project / "runs" / OLD / "predictions.npz"
    file.write_bytes(b"damaged")
    section = shown(qtbot, ComparisonSection(session, FakeJobs()), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session, NEW))
    qtbot.waitUntil(lambda: section.showing == EMPTY)
    assert "damaged" in section.empty.words.text()
    section.grid.close_loader()


def test_a_single_run_leads_to_another_training(qtbot: QtBot, tmp_path: Path):
    project = make_flipped(tmp_path, flipped=())
    write_true_run(project, NEW)
    session = open_session(qtbot, project)
    section = shown(qtbot, ComparisonSection(session, FakeJobs()), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session, NEW))
    assert "only one run" in section.empty.title.text()
    section.grid.close_loader()
    session.shut_down()


def test_return_shows_a_change_large_and_the_table_holds_all(section: ComparisonSection, qtbot: QtBot):
    qtbot.waitUntil(lambda: len(captions(section)) == 3)
    section.grid.setFocus()
    section.grid.set_current(0)
    qtbot.keyClick(section.grid, Qt.Key.Key_Return)
    assert section.grid.large is not None
    assert section.grid.large.title.text().startswith("Labelled ")
    assert [row[0] for row in section.rows()] == ["change", "fixed", "fixed", "fixed", "made", "kept"]


def test_differences_carry_their_sign():
    assert signed(0.0151) == "+1.5"
    assert signed(-0.003).endswith("0.3")
    assert signed(-0.003)[0] not in "+0"
    assert signed(0.0001) == "0.0"
