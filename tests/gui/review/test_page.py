"""The Review page over a real project and a run whose predictions are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from engine.library import query
from engine.library.project import Project
from gui.review.page import EMPTY, ReviewPage
from gui.review.scores_section import ScoresSection
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session, write_run


def captions(page: ReviewPage) -> list[str | None]:
    items = [page.mistakes.gallery.grid.item(index) for index in range(page.mistakes.gallery.grid.count())]
    return [f"{item.caption} → {item.bars[0][0]}" if item else None for item in items]


def scores_of(page: ReviewPage) -> ScoresSection:
    """The section of the scores, shown."""
    section = page.sections.section(ScoresSection)
    page.sections.tabs.setCurrentIndex(page.sections.place("ScoresSection"))
    return section


def take(page: ReviewPage) -> QPushButton:
    return page.mistakes.gallery.decisions.buttons["take"]


def label_of(session: Session, image_id: int) -> str:
    assert session.project is not None
    record = query.images(session.project, [image_id])[0]
    return next(c.name for c in query.classes(session.project) if c.id == record.class_id)


def test_the_success_of_the_newest_run_is_told_above_all_tabs(page: ReviewPage):
    assert page.summary.text() == "1 of 3 images right  ·  2 misclassified"
    assert page.bar.scope_box.currentData() == "test"


def test_mistakes_are_listed_with_the_most_confident_first(page: ReviewPage):
    assert captions(page) == ["cat → bee", "ant → bee"]
    item = page.mistakes.gallery.grid.item(0)
    assert item is not None
    assert [(name, round(share, 3)) for name, share, _ in item.bars] == [("bee", 0.95), ("ant", 0.025), ("cat", 0.025)]
    assert item.mark == "wrong"


def test_a_cell_of_the_matrix_filters_the_gallery(page: ReviewPage, qtbot: QtBot):
    place = page.mistakes.confusion.cell_rect(0, 1).center()
    qtbot.mouseClick(page.mistakes.confusion.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: captions(page) == ["ant → bee"])
    assert "1 labelled ant, predicted bee" in page.mistakes.gallery.title.text()
    page.mistakes.gallery.show_all.click()
    assert page.mistakes.gallery.grid.count() == 2


def test_a_cell_of_the_diagonal_shows_what_was_recognised(page: ReviewPage, qtbot: QtBot):
    page.mistakes.confusion.select(((1,), (1,)))
    qtbot.waitUntil(lambda: captions(page) == ["bee → bee"])
    item = page.mistakes.gallery.grid.item(0)
    assert item is not None
    assert item.mark == "correct"
    page.mistakes.gallery.grid.select([0])
    assert not take(page).isEnabled()


def test_a_class_of_the_table_leads_to_its_mistakes_and_back(page: ReviewPage, qtbot: QtBot):
    table = scores_of(page).table
    row = [line[0] for line in table.rows()[1:]].index("cat")
    table.setFocus()
    table.selectRow(row)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.sections.all[page.sections.tabs.currentIndex()].made() is page.mistakes
    qtbot.waitUntil(lambda: captions(page) == ["cat → bee"])
    assert page.mistakes.gallery.title.text() == "1 labelled cat, misclassified"
    page.mistakes.gallery.show_all.click()
    assert page.mistakes.gallery.grid.count() == 2


def test_the_table_sorts_by_number_and_not_by_text(page: ReviewPage):
    scores_of(page).table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    head, *lines = scores_of(page).table.rows()
    assert [line[head.index("recall")] for line in lines] == [1.0, 0.0, 0.0]
    scores_of(page).table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [row[0] for row in scores_of(page).table.rows()[1:]] == ["ant", "bee", "cat"]


def test_taking_the_prediction_saves_the_label_and_the_mistake_is_gone(
    page: ReviewPage, session: Session, qtbot: QtBot
):
    page.mistakes.gallery.grid.set_current(0)
    image_id = page.mistakes.gallery.selected_ids()[0]
    with qtbot.waitSignal(session.images_changed):
        take(page).click()
    assert label_of(session, image_id) == "bee"
    qtbot.waitUntil(lambda: captions(page) == ["ant → bee"])
    qtbot.waitUntil(lambda: page.summary.text().startswith("2 of 3 images right"))


def test_a_class_key_relabels_and_undo_brings_the_mistake_back(page: ReviewPage, session: Session, qtbot: QtBot):
    page.mistakes.gallery.grid.setFocus()
    page.mistakes.gallery.grid.set_current(0)
    image_id = page.mistakes.gallery.selected_ids()[0]
    key = session.class_named("bee").key  # type: ignore[union-attr]
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(page.mistakes.gallery.grid, key)
    assert label_of(session, image_id) == "bee"
    qtbot.waitUntil(lambda: page.mistakes.gallery.grid.count() == 1)
    with qtbot.waitSignal(session.images_changed):
        session.undo()
    qtbot.waitUntil(lambda: page.mistakes.gallery.grid.count() == 2)
    assert label_of(session, image_id) == "cat"


def test_return_shows_the_mistake_large_and_changes_no_label(page: ReviewPage, session: Session, qtbot: QtBot):
    page.mistakes.gallery.grid.setFocus()
    page.mistakes.gallery.grid.set_current(0)
    image_id = page.mistakes.gallery.selected_ids()[0]
    qtbot.keyClick(page.mistakes.gallery.grid, Qt.Key.Key_Return)
    large = page.mistakes.gallery.large
    assert large is not None
    assert large.isVisible()
    assert large.title.text() == "Labelled cat, predicted bee"
    assert large.guesses.accessibleDescription().startswith("bee 95.0 %, ")
    facts = {name.text(): value.text() for name, value in large.facts}
    assert facts["Label"] == "cat  ·  2.5 %"
    assert facts["Predicted"] == "bee  ·  95.0 %"
    assert facts["File"] == "3.png"
    assert facts["Split"] == "test, unseen in training"
    assert label_of(session, image_id) == "cat"
    qtbot.keyClick(large, Qt.Key.Key_Right)
    assert large.title.text() == "Labelled ant, predicted bee"
    qtbot.keyClick(large, Qt.Key.Key_Return)
    assert large.isHidden()


def test_ctrl_return_takes_the_prediction_also_on_the_large_picture(page: ReviewPage, session: Session, qtbot: QtBot):
    page.mistakes.gallery.grid.setFocus()
    page.mistakes.gallery.grid.set_current(0)
    page.mistakes.gallery.open_large()
    large = page.mistakes.gallery.large
    assert large is not None
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(large, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: large.title.text() == "Labelled ant, predicted bee")
    with qtbot.waitSignal(session.images_changed):
        large.decisions.buttons["take"].click()
    qtbot.waitUntil(large.isHidden)


def test_in_a_project_that_cannot_be_changed_no_prediction_is_taken(qtbot: QtBot, project: Path, jobs: FakeJobs):
    with Project.open(project):
        session = open_session(qtbot, project)
        page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: page.mistakes.gallery.grid.count() == 2)
        page.mistakes.gallery.grid.set_current(0)
        assert not take(page).isEnabled()
        assert "cannot be changed" in take(page).toolTip()
        page.mistakes.gallery.grid.close_loader()
        session.shut_down()


def test_after_a_correction_the_next_mistake_is_selected(page: ReviewPage, session: Session, qtbot: QtBot):
    page.mistakes.gallery.grid.set_current(0)
    with qtbot.waitSignal(session.images_changed):
        take(page).click()
    qtbot.waitUntil(lambda: page.mistakes.gallery.grid.count() == 1)
    assert page.mistakes.gallery.grid.selected() == [0]


def test_one_selected_mistake_is_described_in_full(page: ReviewPage):
    page.mistakes.gallery.grid.set_current(0)
    assert page.mistakes.gallery.hint.text() == "Labelled cat (2.5 %), predicted bee (95.0 %)"


def test_labels_changed_elsewhere_are_read_when_the_page_is_shown_again(
    page: ReviewPage, session: Session, qtbot: QtBot
):
    page.hide()
    image_id = page.reviewed.image_ids[0]  # type: ignore[union-attr]
    with qtbot.waitSignal(session.images_changed):
        session.set_label([image_id], session.class_named("bee").id)  # type: ignore[union-attr]
    assert page.mistakes.gallery.grid.count() == 2, "a hidden page does no work"
    page.show()
    qtbot.waitUntil(lambda: page.mistakes.gallery.grid.count() == 1)


def test_another_run_is_shown_when_it_is_chosen(page: ReviewPage, session: Session, project: Path, qtbot: QtBot):
    write_run(project, "20250101-000000-photo-cnn")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    page.bar.run_box.setCurrentIndex(1)
    page.bar.run_box.activated.emit(1)
    qtbot.waitUntil(lambda: page.summary.text().startswith("3 of 3 images right"))


def test_a_newer_run_takes_over_unless_another_was_chosen(
    page: ReviewPage, session: Session, project: Path, qtbot: QtBot
):
    write_run(project, "20260303-000000-photo-cnn")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    qtbot.waitUntil(lambda: page.bar.run_box.currentData() == "20260303-000000-photo-cnn")


def test_the_report_is_written_where_the_person_wants_it(
    page: ReviewPage, jobs: FakeJobs, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
):
    out = tmp_path / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    page.reports.save_report.click()
    handle = jobs.started[0]
    assert (handle.name, handle.params.report, handle.params.split) == ("evaluate", str(out), "test")  # type: ignore[attr-defined]
    assert handle.words == "Writing the report", "how far it is stands where all jobs are listed"
    with qtbot.waitSignal(session.message) as told:
        handle.succeed(report=str(out))
    assert str(out) in told.args[0]
    assert page.reports.open_report.isVisible()


def test_a_second_report_is_asked_for_at_once_and_waits_for_the_first(
    page: ReviewPage, jobs: FakeJobs, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
):
    """Letters that are meant for the name of its file reach no shortcut, as its dialog is there."""
    asked: list[object] = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (asked.append(1), (str(tmp_path / f"{len(asked)}.html"), ""))[1]
    )
    page.reports.save_report.click()
    assert page.reports.save_report.isEnabled()
    with qtbot.waitSignal(session.message) as told:
        page.reports.save_report.click()
    assert len(asked) == 2
    assert "2.html is written after the report before it." in told.args[0]
    first, second = jobs.of("evaluate")
    assert first.words == second.words, "of the same words one runs at a time"
    assert not first.cancelled
    first.succeed(report="1.html")
    assert page.reports.busy
    second.succeed(report="2.html")
    assert not page.reports.busy
    assert page.reports.open_report.toolTip() == str(tmp_path / "2.html")


def test_a_report_that_fails_says_why(page: ReviewPage, jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/nowhere/report.html", ""))
    page.reports.save_report.click()
    jobs.started[0].fail("/nowhere/report.html cannot be written.")
    assert "cannot be written" in page.notice.words.text()
    assert page.reports.save_report.isEnabled()


def test_a_run_without_predictions_can_be_evaluated_from_here(qtbot: QtBot, tmp_path: Path, jobs: FakeJobs):
    project = make_project(tmp_path)
    folder = write_run(project)
    (folder / "predictions.npz").unlink()
    session = open_session(qtbot, project)
    page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    button = page.findChild(QPushButton, "evaluate_button")
    assert button is not None
    qtbot.waitUntil(button.isVisible)
    assert "no predictions" in page.empty.words.text()
    button.click()
    assert jobs.started[0].params.report is None  # type: ignore[attr-defined]
    session.shut_down()


def test_a_project_without_runs_leads_to_training(qtbot: QtBot, tmp_path: Path, jobs: FakeJobs):
    session = open_session(qtbot, make_project(tmp_path))
    page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    page.sections.tabs.setCurrentIndex(0)
    assert page.showing == EMPTY
    with qtbot.waitSignal(page.page_wanted) as wanted:
        page.findChild(QPushButton, "lead_on_button").click()
    assert wanted.args == ["train"]
    session.shut_down()


def test_a_report_is_of_the_filter_that_is_reviewed_and_else_of_a_split(
    page: ReviewPage, session: Session, jobs: FakeJobs, qtbot: QtBot, tmp_path: Path
):
    session.listed = lambda: list(range(1, 13))
    page.bar.scope_box.setCurrentIndex(page.bar.scope_box.findData("filter"))
    page.bar.scope_box.activated.emit(page.bar.scope_box.currentIndex())
    qtbot.waitUntil(lambda: page.reviewed is not None and page.reviewed.scope == "filter")
    assert page.reviewed is not None
    shown_ids = tuple(page.reviewed.image_ids.tolist())
    page.reports.write(tmp_path / "filter.html")
    assert jobs.started[-1].params.images == shown_ids  # type: ignore[attr-defined]
    jobs.started[-1].fail("enough")
    page.bar.scope_box.setCurrentIndex(page.bar.scope_box.findData("test"))
    page.bar.scope_box.activated.emit(page.bar.scope_box.currentIndex())
    qtbot.waitUntil(lambda: page.reviewed is not None and page.reviewed.scope == "test")
    page.reports.write(tmp_path / "test.html")
    params = jobs.started[-1].params
    assert (params.split, params.images) == ("test", None)  # type: ignore[attr-defined]
    jobs.started[-1].fail("enough")
