"""Accepting suggestions in bulk, in the real window; the model of a run is scripted, so that all shares are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from engine.events import Classified
from engine.library import edits, query
from engine.library.records import Flag
from engine.review import run_estimate
from engine.similarity.learner import Estimate
from engine.similarity.unlike import Missing
from gui import actions
from gui.library import viewer as large_view
from gui.library.accept_dialog import AcceptDialog
from gui.library.browser import Browser
from gui.main_window import MainWindow
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import make_project, write_run

GUESSES = (("ant", 0.6), ("bee", 0.95), ("cat", 0.8), ("ant", 0.985))
FOUR_OF_100_WRONG = Estimate.of(np.full(100, 0.97, np.float32), np.array([True] * 96 + [False] * 4))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = make_project(tmp_path)
    write_run(folder)
    return folder


@pytest.fixture
def estimate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Estimate | None:
    """What is counted of the run on its check images; None where a test asks for nothing else."""
    counted: Estimate | None = getattr(request, "param", None)
    monkeypatch.setattr(run_estimate, "estimate_of_run", lambda project, run: counted)
    return counted


KNOWN = pytest.mark.parametrize("estimate", [FOUR_OF_100_WRONG], indirect=True, ids=["counted"])


@pytest.fixture
def browser(qtbot: QtBot, shell: MainWindow, browser: Browser, estimate: Estimate | None) -> Browser:
    """The first four images have no label; a run suggests ant 0.6, bee 0.95, cat 0.8, ant 0.985."""
    fake = FakeJobs()
    browser.suggesting.jobs = fake
    qtbot.waitUntil(lambda: bool(shell.session.runs()))
    with qtbot.waitSignal(shell.session.images_changed):
        shell.session.set_label(browser.images.ids([0, 1, 2, 3]), None)
    qtbot.keyClick(browser.grid, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: len(fake.started) == 1)
    handle = fake.started[0]
    rows = tuple((file, *guess) for file, guess in zip(handle.params.sources, GUESSES, strict=True))
    handle.play(Classified(rows))
    handle.succeed()
    qtbot.waitUntil(lambda: "4 suggestions" in browser.suggestion_bar.words.text())
    qtbot.waitUntil(lambda: browser.suggesting.estimate == estimate)
    return browser


def opened(qtbot: QtBot, browser: Browser) -> AcceptDialog:
    """The dialog, by its key."""
    qtbot.keyClick(browser.grid, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    dialog = browser.findChild(AcceptDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.isVisible() and dialog.item(0) is not None)
    return dialog


def set_least(qtbot: QtBot, dialog: AcceptDialog, least: int) -> None:
    dialog.least.setValue(least)
    qtbot.waitUntil(lambda: not dialog._soon.isActive())


def labels(browser: Browser) -> list[str]:
    """Names of the first four images' classes, with a mark where they were accepted unseen."""
    classes = {c.id: c.name for c in browser.session.overview.classes}
    found = [browser.images.record(row) for row in range(4)]
    return [classes.get(record.class_id, "") + ("*" if record.unseen else "") for record in found]


def test_the_dialog_shows_what_it_would_do_before_anything_is_done(qtbot: QtBot, browser: Browser) -> None:
    dialog = opened(qtbot, browser)
    assert dialog.how_sure.text() == "Very sure: 95 % or more"
    assert dialog.count.text() == "2 of 4 suggestions would become labels."
    assert [(bar.name, bar.count) for bar in dialog.bars.bars] == [("ant", 1), ("bee", 1)]
    assert [dialog.item(place).caption for place in range(2)] == ["bee", "ant"], "the least sure first"
    assert dialog.item(0).sub == "95 % sure"
    set_least(qtbot, dialog, 60)
    assert dialog.how_sure.text() == "Unsure, too: 60 % or more"
    assert dialog.accept_button.text() == "Accept 4"
    qtbot.waitUntil(lambda: dialog.item(3) is not None)
    assert [dialog.item(place).caption for place in range(4)] == ["ant", "cat", "bee", "ant"]
    dialog.bars.select(0)
    assert dialog.sheet.count() == 2, "of the class that was chosen"
    dialog.cancel_button.click()
    assert labels(browser) == [""] * 4, "nothing was done"


def test_the_inspector_and_the_large_view_say_what_is_suggested_and_how_sure_in_words(
    qtbot: QtBot, browser: Browser
) -> None:
    words = browser.inspector.suggestion
    for row, said in enumerate(
        ("ant, unsure (60 %)", "bee, very sure (95 %)", "cat, fairly sure (80 %)", "ant, very sure (98 %)")
    ):
        browser.grid.set_current(row)
        qtbot.waitUntil(lambda said=said: words.isVisible() and words.text() == f"Suggested: {said}")
    browser.grid.set_current(6)
    qtbot.waitUntil(lambda: not words.isVisible())
    browser.grid.set_current(0)
    qtbot.keyClick(browser.grid, Qt.Key.Key_Space)
    assert "Not labelled; suggested: ant, unsure (60 %)" in browser.viewer.frames[0].words.text()
    qtbot.keyClick(browser.viewer, Qt.Key.Key_Escape)


def test_escape_in_the_pictures_of_the_dialog_cancels(qtbot: QtBot, browser: Browser) -> None:
    dialog = opened(qtbot, browser)
    qtbot.waitUntil(dialog.sheet.hasFocus)
    assert dialog.sheet.selected() == [0]
    qtbot.keyClick(dialog.sheet, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert labels(browser) == [""] * 4


def test_where_nothing_was_counted_the_share_that_will_be_wrong_is_not_known(qtbot: QtBot, browser: Browser) -> None:
    dialog = opened(qtbot, browser)
    assert dialog.wrong.text().startswith("How many of them will be wrong is not known: ")
    assert "30 are needed" in dialog.wrong.text()
    dialog.reject()


@KNOWN
def test_the_share_that_will_be_wrong_is_told_with_what_it_rests_on(qtbot: QtBot, browser: Browser) -> None:
    dialog = opened(qtbot, browser)
    assert dialog.wrong.text().startswith("About 4 of 100 will be wrong (between 2 and 10)")
    assert "counted on 100 check images" in dialog.wrong.text()
    assert dialog.wrong.text().endswith("Pictures of a class that you have not made yet come on top.")
    set_least(qtbot, dialog, 98)
    assert dialog.wrong.text().startswith(
        "How many of them will be wrong is not known: it is counted on 0 check images"
    )
    set_least(qtbot, dialog, 99)
    assert dialog.wrong.text().startswith("No suggestion is this sure.")
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


@KNOWN
def test_what_is_unlike_everything_is_left_out_until_a_person_wants_it_and_can_be_looked_at_first(
    qtbot: QtBot, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = browser.images.ids([0])[0]  # ant, 60 % sure
    browser.finding.learning.set_on(False)  # what it found stays as this test has it
    browser.finding.learning.missing = Missing(np.array([first]), 4, 100, 5, 0.8)
    dialog = opened(qtbot, browser)
    assert not dialog.leave_unlike.isVisible(), "at 95 % it is not among them"
    set_least(qtbot, dialog, 60)
    assert dialog.leave_unlike.isVisible()
    assert dialog.leave_unlike.text() == "Leave out 1 that is unlike everything that has a label"
    assert dialog.accept_button.text() == "Accept 3"
    assert first not in dialog.shown
    assert "With pictures of classes that you have not made yet, up to" in dialog.wrong.text()
    careful = dialog.wrong.text()
    dialog.leave_unlike.click()
    assert dialog.accept_button.text() == "Accept 4"
    assert first in dialog.shown
    assert dialog.wrong.text() != careful, "more may be wrong"
    dialog.leave_unlike.click()
    assert dialog.accept_button.text() == "Accept 3"
    asked = []
    monkeypatch.setattr(browser.finding.learning, "ask", lambda question, then, failed: bool(asked.append(question)))
    dialog.look_first.click()
    assert not dialog.isVisible()
    assert labels(browser) == [""] * 4, "nothing is accepted before"
    assert len(asked) == 1, "the groups of what is unlike everything are asked for"


def test_a_key_leaves_a_picture_out_and_the_rest_is_one_edit_that_one_key_takes_back(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    dialog = opened(qtbot, browser)
    set_least(qtbot, dialog, 75)
    assert dialog.accept_button.text() == "Accept 3"
    assert dialog.sheet.hasFocus()
    assert dialog.sheet.current() == 0
    qtbot.keyClick(dialog.sheet, Qt.Key.Key_Space)
    assert dialog.item(0).caption == "Left out"
    assert dialog.sheet.current() == 1, "it goes on to the next"
    qtbot.keyClick(dialog.sheet, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.sheet, Qt.Key.Key_Left)
    qtbot.keyClick(dialog.sheet, Qt.Key.Key_Left)
    qtbot.keyClick(dialog.sheet, Qt.Key.Key_Right)
    assert dialog.leave_out.text() == "Take in again"
    qtbot.keyClick(dialog.sheet, Qt.Key.Key_Space)
    assert dialog.accept_button.text() == "Accept 2"
    qtbot.keyClick(dialog.sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: labels(browser) == ["", "bee*", "", "ant*"])
    assert "Accept suggestions for 2 images unseen" in shell.toast.text()
    qtbot.waitUntil(browser.unseen_bar.isVisible)
    assert browser.unseen_bar.words.text() == "2 labels were accepted unseen"
    qtbot.waitUntil(lambda: "2 suggestions" in browser.suggestion_bar.words.text())

    shell.undo.trigger()
    qtbot.waitUntil(lambda: labels(browser) == [""] * 4)
    qtbot.waitUntil(lambda: "4 suggestions" in browser.suggestion_bar.words.text())
    assert browser.suggesting.of(browser.images.ids([1])[0])[0].name == "bee"
    qtbot.waitUntil(lambda: not browser.unseen_bar.isVisible())
    shell.redo.trigger()
    qtbot.waitUntil(lambda: labels(browser) == ["", "bee*", "", "ant*"])


def test_those_still_unseen_are_taken_back_later_by_a_key_and_by_a_button(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    browser.grid.select([0, 1, 2, 3])
    qtbot.keyClick(browser.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: labels(browser) == ["ant*", "bee*", "cat*", "ant*"])
    browser.grid.set_current(2)
    qtbot.keyClick(browser.grid, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: labels(browser)[2] == "cat")
    qtbot.waitUntil(lambda: browser.unseen_bar.words.text() == "3 labels were accepted unseen")
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(browser.grid, Qt.Key.Key_G, both)
    qtbot.waitUntil(lambda: labels(browser) == ["", "", "cat", ""])
    shell.undo.trigger()
    qtbot.waitUntil(lambda: labels(browser) == ["ant*", "bee*", "cat", "ant*"])
    qtbot.waitUntil(browser.unseen_bar.isVisible)
    browser.unseen_bar.take_back.click()
    qtbot.waitUntil(lambda: labels(browser) == ["", "", "cat", ""])
    qtbot.waitUntil(lambda: not browser.unseen_bar.isVisible())
    qtbot.keyClick(browser.grid, Qt.Key.Key_G, both)
    assert "no label that was accepted unseen" in shell.toast.text()


@pytest.fixture
def unseen(qtbot: QtBot, shell: MainWindow, browser: Browser) -> Browser:
    """All twelve images have labels; those of the first four were accepted unseen."""
    browser.grid.select([0, 1, 2, 3])
    qtbot.keyClick(browser.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: labels(browser) == ["ant*", "bee*", "cat*", "ant*"])
    qtbot.waitUntil(browser.unseen_bar.isVisible)
    browser.grid.set_current(0)
    return browser


def still_unseen(browser: Browser) -> list[int]:
    """Their places among the first four images, as the store has them."""
    project = browser.session.project
    ids = list(query.image_ids(project, query.Filter()))[:4]
    found = query.image_ids(project, query.Filter(flags=frozenset({Flag.UNSEEN})))
    return [ids.index(image) for image in found]


def test_a_sign_with_a_tooltip_and_the_inspector_say_so(qtbot: QtBot, shell: MainWindow, unseen: Browser) -> None:
    grid, marks = unseen.grid, unseen.inspector.marks
    assert [grid.item(row).signs for row in (0, 5)] == ["u", ""]
    place = grid.cell_rect(0).center()
    QApplication.sendEvent(grid.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, grid.viewport().mapToGlobal(place)))
    assert "Accepted unseen" in QToolTip.text()
    assert "Accepted unseen" in grid.accessibleDescription()
    QToolTip.hideText()
    qtbot.waitUntil(lambda: marks.unseen.isVisible() and marks.unseen.text() == "Accepted unseen")
    grid.select([0, 1, 5])
    assert marks.unseen.text() == "2 were accepted unseen"
    marks.looked_at.click()
    qtbot.waitUntil(lambda: still_unseen(unseen) == [2, 3])
    qtbot.waitUntil(lambda: not marks.unseen.isVisible())
    assert grid.item(0).signs == ""
    assert "Mark 2 images as looked at" in shell.toast.text()


def test_a_key_says_of_the_selection_that_it_was_looked_at(qtbot: QtBot, shell: MainWindow, unseen: Browser) -> None:
    unseen.grid.set_current(5)
    qtbot.keyClick(unseen.grid, Qt.Key.Key_V)
    assert "Select images whose label was accepted unseen" in shell.toast.text()
    unseen.grid.select([1, 2])
    qtbot.keyClick(unseen.grid, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: still_unseen(unseen) == [0, 3])


def test_pictures_that_were_on_screen_large_have_been_looked_at_once_they_are_left(
    qtbot: QtBot, shell: MainWindow, unseen: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_view, "LOOK_MS", 0)
    assert unseen.unseen_bar.look.isVisible()
    unseen.unseen_bar.look.click()  # shows them alone: what was looked at leaves this list
    assert not unseen.unseen_bar.look.isVisible(), "they are shown already"
    qtbot.waitUntil(lambda: len(unseen.images) == 4 and unseen.images.record(0) is not None)
    ids = list(unseen.images.ids(range(4)))
    viewer = unseen.viewer
    unseen.grid.set_current(0)
    qtbot.keyClick(unseen.grid, Qt.Key.Key_Space)
    assert "accepted unseen" in viewer.frames[0].words.text()
    assert len(unseen.images) == 4, "not under the eyes of the person"
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: list(unseen.images.ids(range(4))) == ids[1:])
    assert viewer.isVisible()
    assert list(unseen.images.ids(unseen.grid.selected())) == [ids[1]], "the next one is on screen, and stays"
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: list(unseen.images.ids(range(4))) == ids[2:])
    project = shell.session.project
    assert edits.undo_name(project) == "Accept suggestions for 4 images unseen", "a look is no edit"


def test_a_glance_in_passing_is_no_look(qtbot: QtBot, unseen: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_view, "LOOK_MS", 1_000_000)
    qtbot.keyClick(unseen.grid, Qt.Key.Key_Space)
    qtbot.keyClick(unseen.viewer, Qt.Key.Key_Right)
    qtbot.keyClick(unseen.viewer, Qt.Key.Key_Escape)
    qtbot.keyClick(unseen.grid, Qt.Key.Key_U)  # an edit that comes after a look in the same thread
    qtbot.waitUntil(lambda: unseen.images.record(1).unsure)
    assert still_unseen(unseen) == [0, 1, 2, 3]


def test_every_way_to_accept_is_in_the_palette_with_its_key(shell: MainWindow, browser: Browser) -> None:
    found = {action.text(): actions.key_text(action) for action in actions.listed(shell)}
    for words in ("Accept suggestions…", "Take back those accepted unseen", "Mark as looked at"):
        assert found[words]


def test_without_suggestions_the_way_to_them_is_said(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    qtbot.keyClick(browser.grid, Qt.Key.Key_G)
    qtbot.keyClick(browser.grid, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert "There are no suggestions." in shell.toast.text()
    assert browser.findChild(AcceptDialog) is None
