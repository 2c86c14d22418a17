"""Learning while a person labels, in the real window: features by the built-in base, suggestions without any run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.errors import JobCancelled
from engine.events import FeaturesReady
from engine.library import edits, query
from engine.similarity.learner import Estimate
from engine.similarity.project_learner import ProjectLearner
from gui import actions
from gui.library import learning
from gui.library.accept_dialog import AcceptDialog
from gui.library.page import LibraryPage
from gui.session import Session
from gui.settings import Settings
from tests.gui.fakes import FakeJobs
from tests.gui.library.flowers import FLOWERS, OF_EACH

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(learnt_page: LibraryPage) -> LibraryPage:
    return learnt_page


def kind_of(page: LibraryPage, row: int) -> str:
    project = page.browser.session.project
    record = query.images(project, page.browser.images.ids([row]))[0]
    return Path(record.path).stem.split()[1]


def suggested(page: LibraryPage, row: int) -> str:
    """The class that is suggested for an image, "" for none."""
    found = page.browser.suggesting.of(page.browser.images.ids([row])[0])
    return "" if found is None else found[0].name


def label_by_key(qtbot: QtBot, page: LibraryPage, row: int) -> None:
    grid = page.browser.grid
    grid.set_current(row)
    with qtbot.waitSignal(page.browser.session.images_changed):
        qtbot.keyClick(grid, "12"[FLOWERS.index(kind_of(page, row))])


def test_suggestions_come_with_the_labels_of_two_classes_and_enter_accepts(qtbot: QtBot, page: LibraryPage) -> None:
    browser = page.browser
    assert not browser.suggestion_bar.isVisible()
    label_by_key(qtbot, page, 0)
    assert kind_of(page, 0) != kind_of(page, 1)
    assert not browser.suggestion_bar.isVisible(), "one class says nothing"
    label_by_key(qtbot, page, 1)
    label_by_key(qtbot, page, 2)
    label_by_key(qtbot, page, 3)
    qtbot.waitUntil(lambda: "20 suggestions" in browser.suggestion_bar.words.text())
    right = [row for row in range(4, 24) if suggested(page, row) == kind_of(page, row)]
    assert len(right) >= 14, "from two labels of each"
    row = right[0]
    browser.grid.set_current(row)
    qtbot.waitUntil(lambda: browser.grid.item(row) is not None)
    assert browser.grid.item(row).ghost == kind_of(page, row), "the cell shows it"
    qtbot.keyClick(browser.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: browser.images.record(row).class_id is not None)
    assert browser.session.class_of(browser.images.record(row).class_id).name == kind_of(page, row)
    qtbot.waitUntil(lambda: suggested(page, row) == "")
    qtbot.waitUntil(lambda: "19 suggestions" in browser.suggestion_bar.words.text())


def test_undo_brings_back_labels_and_suggestions(qtbot: QtBot, page: LibraryPage) -> None:
    for row in range(4):
        label_by_key(qtbot, page, row)
    bar = page.browser.suggestion_bar
    qtbot.waitUntil(lambda: "20 suggestions" in bar.words.text())
    with qtbot.waitSignal(page.browser.session.images_changed):
        page.browser.session.undo()
    qtbot.waitUntil(lambda: "21 suggestions" in bar.words.text())
    assert suggested(page, 3) in FLOWERS
    for _ in range(2):
        with qtbot.waitSignal(page.browser.session.images_changed):
            page.browser.session.undo()
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert suggested(page, 3) == ""


def test_g_and_the_cross_hide_suggestions_until_g_is_pressed_again(qtbot: QtBot, page: LibraryPage) -> None:
    for row in range(2):
        label_by_key(qtbot, page, row)
    bar, grid = page.browser.suggestion_bar, page.browser.grid
    for row, hide in ((2, lambda: qtbot.keyClick(grid, Qt.Key.Key_G)), (3, bar.close_button.click)):
        qtbot.waitUntil(bar.isVisible)
        hide()
        assert not bar.isVisible()
        assert suggested(page, 5) == ""
        label_by_key(qtbot, page, row)
        qtbot.waitUntil(lambda: not page.learning.busy)
        assert not bar.isVisible()
        qtbot.keyClick(grid, Qt.Key.Key_G)
        qtbot.waitUntil(lambda row=row: f"{23 - row} suggestions" in bar.words.text())


def test_the_large_view_tells_the_suggestion_and_the_bar_how_many_are_right(qtbot: QtBot, page: LibraryPage) -> None:
    browser = page.browser
    for row in range(2):
        label_by_key(qtbot, page, row)
    qtbot.waitUntil(browser.suggestion_bar.isVisible)
    browser.grid.set_current(4)
    qtbot.keyClick(browser.grid, Qt.Key.Key_Space)
    words = browser.viewer.frames[0].words
    qtbot.waitUntil(lambda: f"suggested: {suggested(page, 4)}, " in words.text())
    browser.viewer.close_overlay()
    assert not browser.suggestion_bar.quality.isVisible(), "two labels tell nothing"
    page.learning.estimate = Estimate(0.8, 0.7, 0.9, 40)
    page.learning.renewed.emit()
    assert browser.suggestion_bar.quality.text() == "About 80 of 100 of them right (± 10)"
    assert "Between 70 and 90 of 100" in browser.suggestion_bar.quality.toolTip()
    page.learning.estimate = Estimate(1.0, 0.96, 1.0, 100)
    page.learning.renewed.emit()
    assert browser.suggestion_bar.quality.text() == "96 or more of 100 of them right", "never certain"


def test_while_a_class_has_no_label_no_suggestion_is_sure_and_the_class_is_named(
    qtbot: QtBot, page: LibraryPage
) -> None:
    browser, session = page.browser, page.browser.session
    for row in range(4):
        label_by_key(qtbot, page, row)
    qtbot.waitUntil(lambda: "20 suggestions" in browser.suggestion_bar.words.text())
    browser.grid.set_current(4)
    qtbot.waitUntil(lambda: browser.grid.item(4) is not None and browser.grid.item(4).ghost_share is not None)
    with qtbot.waitSignal(session.classes_changed):
        session.edit(edits.add_class, "tulips")
    qtbot.waitUntil(browser.suggestion_bar.quality.isVisible)
    assert browser.suggestion_bar.quality.text() == "No picture of tulips has a label yet: label one of each first."
    qtbot.waitUntil(lambda: browser.grid.item(4) is not None and browser.grid.item(4).ghost_share is None)
    assert browser.grid.item(4).ghost == suggested(page, 4) != ""
    assert "how sure is not known yet" in browser.inspector.suggestion.text()
    browser.grid.select([4, 5, 6], 4)
    with qtbot.waitSignal(browser.suggesting.said) as told:
        qtbot.keyClick(browser.grid, Qt.Key.Key_Return)
    assert "No picture of tulips has a label yet, so nothing was accepted" in told.args[0]
    assert [browser.images.record(row).class_id for row in (4, 5, 6)] == [None] * 3
    browser.finding.teach()
    qtbot.waitUntil(lambda: browser.finding_bar.hint.text().startswith("No picture of tulips has a label yet"))
    browser.accept_suggestions()
    dialog = browser.findChild(AcceptDialog)
    dialog.least.setValue(50)
    qtbot.waitUntil(lambda: dialog.wrong.text().startswith("No picture of tulips has a label yet, so none can be"))
    assert dialog.count.text() == "0 of 20 suggestions would become labels."
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


def test_suggestions_are_calibrated_anew_once_labels_spread_along_neighbours(
    qtbot: QtBot, page: LibraryPage, jobs: FakeJobs
) -> None:
    for row in range(16):
        label_by_key(qtbot, page, row)
    learnt = learning.Learning(page.browser.session, jobs)
    with closing(learnt):
        learnt._rest.start(0)
        qtbot.waitUntil(lambda: bool(jobs.of("features")))
        (handle,) = jobs.of("features")
        handle.play(FeaturesReady(2 * OF_EACH, 2 * OF_EACH, ""))
        qtbot.waitUntil(lambda: learnt.estimate is not None and not learnt.estimating)
        without = learnt.estimate
        handle.succeed()
        qtbot.waitUntil(lambda: learnt.estimate is not without)


def test_an_estimate_gives_way_to_a_label_also_where_it_was_wanted_once_more_meanwhile(
    qtbot: QtBot, page: LibraryPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a search for neighbours: the label would wait for the whole estimate."""
    began, gave_way = threading.Event(), threading.Event()

    def long(_learner: ProjectLearner, *, check: Callable[[], None]) -> None:
        began.set()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                check()
            except JobCancelled:
                gave_way.set()
                raise
            time.sleep(0.01)

    for row in range(4):
        label_by_key(qtbot, page, row)
    qtbot.waitUntil(lambda: not page.learning.busy and not page.learning.estimating)
    monkeypatch.setattr(ProjectLearner, "estimate", long)
    page.learning._linked(page.learning.snapshot)
    qtbot.waitUntil(began.is_set)
    page.learning._linked(page.learning.snapshot)
    with qtbot.waitSignal(page.learning._quiet.timeout):
        pass  # it is wanted once more
    label_by_key(qtbot, page, 4)
    qtbot.waitUntil(gave_way.is_set)


def test_features_wait_while_a_training_runs(qtbot: QtBot, session: Session, jobs: FakeJobs, learns: None) -> None:
    learnt = learning.Learning(session, jobs)
    learnt._rest.start(0)
    qtbot.waitUntil(lambda: bool(jobs.of("features")))
    (handle,) = jobs.of("features")
    jobs.training_changed.emit(True)
    assert handle.paused
    jobs.training_changed.emit(False)
    assert not handle.paused
    learnt.close()


def test_undo_of_an_acceptance_in_bulk_brings_back_labels_and_suggestions(qtbot: QtBot, page: LibraryPage) -> None:
    browser, session = page.browser, page.browser.session
    for row in range(8):
        label_by_key(qtbot, page, row)
    qtbot.waitUntil(lambda: "16 suggestions" in browser.suggestion_bar.words.text() and not page.learning.busy)
    qtbot.waitUntil(lambda: page.learning.estimate is not None and not page.learning.estimating)
    qtbot.waitUntil(lambda: not page.learning.busy)
    before = {row: browser.suggesting.of(browser.images.ids([row])[0]) for row in range(8, 24)}
    qtbot.keyClick(browser.grid, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    dialog = browser.findChild(AcceptDialog)
    dialog.least.setValue(50)
    qtbot.waitUntil(lambda: dialog.count.text() == "16 of 16 suggestions would become labels.")
    assert "8 images that you labelled" in dialog.wrong.text(), "and as these are too few, no share"
    assert "30 are needed" in dialog.wrong.text()
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: not browser.suggestion_bar.isVisible())
    assert all(browser.images.record(row).unseen for row in range(8, 24))
    assert all(suggested(page, row) == "" for row in range(24))

    session.undo()
    qtbot.waitUntil(browser.suggestion_bar.isVisible)
    assert "16 suggestions" in browser.suggestion_bar.words.text()
    assert all(browser.images.record(row).class_id is None for row in range(8, 24))
    qtbot.waitUntil(lambda: not page.learning.busy and not page.learning.estimating)
    after = {row: browser.suggesting.of(browser.images.ids([row])[0]) for row in before}
    assert {row: found[0] for row, found in after.items()} == {row: found[0] for row, found in before.items()}
    assert all(after[row][1] == pytest.approx(before[row][1], abs=0.02) for row in before)


def test_switched_off_nothing_is_computed_and_that_is_remembered(
    qtbot: QtBot, session: Session, jobs: FakeJobs, learns: None
) -> None:
    learnt = learning.Learning(session, jobs)
    learnt.set_on(False)
    assert not Settings().learning
    again = learning.Learning(session, jobs)
    assert not again.is_on
    with qtbot.waitSignals([session.overview_changed]):
        session.listing_changed.emit()  # as after an import
        session.refresh()
    assert not again._rest.isActive()
    assert jobs.of("features") == []
    with qtbot.waitSignal(again.switched):
        again.set_on(True)
    qtbot.waitUntil(lambda: len(jobs.of("features")) == 1)
    with qtbot.waitSignal(again.switched):
        again.set_on(False)
    assert jobs.of("features")[0].cancelled
    learnt.close()
    again.close()


def test_the_menu_and_the_palette_switch_learning_and_take_the_suggestions_away(
    qtbot: QtBot, page: LibraryPage
) -> None:
    for row in range(2):
        label_by_key(qtbot, page, row)
    qtbot.waitUntil(page.browser.suggestion_bar.isVisible)
    shell = page.window()
    assert shell.learn in shell.menu_button.menu().actions()
    assert shell.learn in actions.listed(shell)
    assert shell.learn.isChecked()
    qtbot.keyClick(shell, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert not shell.learn.isChecked()
    assert not page.learning.is_on
    assert not page.browser.suggestion_bar.isVisible()
    assert suggested(page, 5) == ""
    shell.learn.trigger()
    qtbot.waitUntil(page.browser.suggestion_bar.isVisible)
    assert shell.learn.isChecked()


def test_use_this_model_makes_one_of_the_labels_and_leads_to_classify_with_it(qtbot: QtBot, page: LibraryPage) -> None:
    shell, session = page.window(), page.browser.session
    qtbot.keyClick(page.browser.grid, Qt.Key.Key_U, CONTROL_SHIFT)
    assert "two classes first" in shell.toast.text()
    project = session.project
    ids = {Path(r.path).stem: r.id for r in query.images(project, page.browser.images.snapshot())}
    for kind in FLOWERS:
        with qtbot.waitSignal(session.overview_changed):
            session.set_label([i for name, i in ids.items() if kind in name], session.class_named(kind).id)
    qtbot.waitUntil(lambda: session.overview.summary.labelled == 2 * OF_EACH)
    page.browser.grid.setFocus()
    qtbot.keyClick(page.browser.grid, Qt.Key.Key_U, CONTROL_SHIFT)
    assert page.strip.isVisible()
    classify = 3
    qtbot.waitUntil(lambda: shell.stack.currentWidget() is shell.page(classify), timeout=90_000)
    (run,) = session.runs()
    assert run.recipe == "instant"
    assert run.has_model
    box = shell.page(classify).setup.models.box
    qtbot.waitUntil(lambda: str(run.folder) in str(box.currentData()))
    assert not page.strip.isVisible()
