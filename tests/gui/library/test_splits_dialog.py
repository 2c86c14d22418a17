"""Dividing into splits: dragged, previewed, applied as one edit; a test set stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.events import Progress
from engine.library import edits, query
from engine.library.records import Split
from gui.library.splits_dialog import RatioBar, SplitsDialog
from gui.main_window import MainWindow
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown


def test_borders_are_moved_by_mouse_and_by_keys(qtbot: QtBot) -> None:
    bar = shown(qtbot, RatioBar(), 418, 70)
    assert bar.shares() == (80, 20, 0)
    bar.move_border(1, 90)
    assert bar.shares() == (80, 10, 10)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(9 + 320, 15))
    qtbot.mouseMove(bar, QPoint(9 + 240, 15))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(9 + 240, 15))
    assert bar.shares() == (60, 30, 10)
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert bar.shares() == (61, 29, 10)
    qtbot.keyClick(bar, Qt.Key.Key_Down)
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    assert bar.shares() == (61, 28, 11)
    assert "61 % training" in bar.accessibleDescription()


def test_a_border_pushes_the_other_and_leaves_something_for_training(qtbot: QtBot) -> None:
    bar = shown(qtbot, RatioBar(), 418, 70)
    bar.set_shares(10, 10)
    bar.move_border(0, 95)
    assert bar.shares() == (95, 0, 5)
    bar.move_border(1, 0)
    assert bar.shares() == (5, 0, 95)


@pytest.fixture
def dialog(qtbot: QtBot, opened: MainWindow) -> SplitsDialog:
    browser = opened.page(0).browser
    with qtbot.waitSignal(opened.session.images_changed):
        opened.session.edit(edits.set_split, browser.images.ids([0]), Split.TEST)
    browser.grid.setFocus()
    qtbot.keyClick(browser.grid, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    found = opened.page(0).findChild(SplitsDialog)
    assert found is not None
    qtbot.waitUntil(lambda: "change" in found.words.text())
    return found


def after(dialog: SplitsDialog) -> list[list[object]]:
    return [row[:5] for row in dialog.bars.rows()[1:]]


def test_what_has_a_split_keeps_it_unless_asked(qtbot: QtBot, dialog: SplitsDialog) -> None:
    assert "No image would change" in dialog.words.text()
    assert not dialog.apply_button.isEnabled()
    dialog.reject()


def test_counts_are_seen_before_they_are_applied_and_the_test_set_stays(
    qtbot: QtBot, shell: MainWindow, dialog: SplitsDialog
) -> None:
    dialog.which.setCurrentIndex(1)
    dialog.ratio.set_shares(50, 0)
    qtbot.waitUntil(lambda: after(dialog)[1:] == [["bee", 2, 2, 0, 0], ["cat", 2, 2, 0, 0]])
    assert after(dialog)[0][3] == 1
    assert shell.session.overview.counts[1].validation != 2  # nothing is written yet
    qtbot.waitUntil(dialog.apply_button.isEnabled)
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: [c.validation for c in shell.session.overview.counts][1:] == [2, 2])
    assert shell.session.overview.counts[0].test == 1
    shell.undo.trigger()
    qtbot.waitUntil(lambda: shell.session.overview.counts[1].validation != 2)


def test_a_pattern_that_is_none_is_said_in_a_sentence(qtbot: QtBot, dialog: SplitsDialog) -> None:
    dialog.pattern.setText("(")
    qtbot.waitUntil(lambda: "not a regular expression" in dialog.words.text())
    assert not dialog.apply_button.isEnabled()
    dialog.reject()


@pytest.fixture
def jobs(dialog: SplitsDialog, monkeypatch: pytest.MonkeyPatch) -> FakeJobs:
    fake = FakeJobs()
    monkeypatch.setattr(dialog, "jobs", fake)
    dialog.which.setCurrentIndex(2)
    dialog.ratio.set_shares(50, 0)
    return fake


def test_near_duplicates_stay_together_and_their_groups_are_kept_in_the_same_edit(
    qtbot: QtBot, shell: MainWindow, dialog: SplitsDialog, jobs: FakeJobs
) -> None:
    qtbot.keyClick(dialog.near, Qt.Key.Key_Space)
    job = jobs.started[0]
    assert job.name == "near_groups"
    job.event.emit(Progress("Looking at images", 3, 12))
    assert dialog.strip.isVisible()
    assert dialog.strip.bar.value() == 3
    assert not dialog.apply_button.isEnabled()

    images = shell.page(0).browser.images
    ants, bees = images.ids(range(4)), images.ids(range(4, 8))
    job.succeed(groups=[ants, bees], images=8, sequences=0, looked_at=12)
    assert not dialog.strip.isVisible()
    assert dialog.near_words.text() == "8 images in 2 groups stay together."
    qtbot.waitUntil(dialog.apply_button.isEnabled)
    assert all(0 in row[1:3] for row in after(dialog)[:1]), "all ants are on one side"
    dialog.apply_button.click()
    assert shell.session.project is not None
    project = shell.session.project
    # The counts of the window may be those of a moment before: what is on disk tells when the edit is there.
    qtbot.waitUntil(lambda: all(image.group for image in query.images(project, [*ants, *bees])))
    found = query.images(project, [*ants, *bees])
    assert [len({image.split for image in group}) for group in (found[:4], found[4:])] == [1, 1]
    assert [image.group for image in found] == ["duplicates 1"] * 4 + ["duplicates 2"] * 4
    shell.undo.trigger()
    qtbot.waitUntil(lambda: {image.group for image in query.images(project, ants)} == {None})
    assert [image.split for image in query.images(project, ants)].count(Split.TEST) == 1


def test_looking_for_near_duplicates_is_stopped_by_the_button_and_with_the_dialog(
    qtbot: QtBot, dialog: SplitsDialog, jobs: FakeJobs
) -> None:
    dialog.near.click()
    dialog.strip.stop_button.click()
    assert jobs.started[0].cancelled
    assert not dialog.near.isChecked()
    jobs.started[0].stop()
    qtbot.waitUntil(dialog.apply_button.isEnabled)

    dialog.near.click()
    assert len(jobs.started) == 2
    dialog.reject()
    assert jobs.started[1].cancelled


def test_why_near_duplicates_could_not_be_looked_for_is_said(dialog: SplitsDialog, jobs: FakeJobs) -> None:
    dialog.near.click()
    jobs.started[0].fail("The project is damaged.")

    assert (dialog.near.isChecked(), dialog.near_words.text()) == (False, "The project is damaged.")
    assert dialog.near_words.isVisible()


def test_that_nothing_is_alike_is_said_too(dialog: SplitsDialog, jobs: FakeJobs) -> None:
    dialog.near.click()
    jobs.started[0].succeed(groups=[], images=0, sequences=0, looked_at=12)

    assert (dialog.near.isChecked(), dialog.near_words.text()) == (True, "No two images are near-duplicates.")


def test_a_class_that_would_keep_one_picture_to_learn_from_is_named_and_others_of_it_are_offered(
    qtbot: QtBot, shell: MainWindow, dialog: SplitsDialog, jobs: FakeJobs
) -> None:
    images = shell.page(0).browser.images
    ants = images.ids(range(4))
    dialog.near.click()
    jobs.started[0].succeed(groups=[ants[1:]], images=3, sequences=0, looked_at=12)
    qtbot.waitUntil(dialog.apply_button.isEnabled)
    assert dialog.apart.isVisible()
    assert dialog.apart_words.text().startswith("“ant” is divided picture by picture")
    assert after(dialog)[0][1] >= 2
    with qtbot.waitSignal(shell.session.step_wanted) as step:
        dialog.label_more.click()
    assert (step.args[0].action, step.args[0].class_name) == ("label more pictures of a class", "ant")
    assert not dialog.isVisible()
