"""The step that helps most is really taken: its page opens with what it is about on screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.library import edits
from engine.library.records import Flag
from engine.review.assessment import Action, NextStep
from engine.training.automatic.plan import AutomaticParams
from gui.main_window import MainWindow
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import make_project, write_run
from tests.gui.windows import open_in

LIBRARY, TRAIN, REVIEW, CLASSIFY = range(4)


@pytest.fixture
def window(shell: MainWindow, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    project = make_project(tmp_path)
    write_run(project)
    open_in(qtbot, shell, project)
    qtbot.waitUntil(lambda: shell.session.are_runs_read)
    shell.show_page(TRAIN)
    return shell


def take(window: MainWindow, action: Action, **more: object) -> None:
    window.session.step_wanted.emit(NextStep(action, 3, **more), window.session.runs()[0].name)  # type: ignore[arg-type]


def page(window: MainWindow, number: int) -> bool:
    return window.stack.currentWidget() is window.page(number)


@pytest.mark.parametrize("action", [Action.LABEL_ANY, Action.LABEL_TEACHING, Action.LABEL_CLASS])
def test_labelling_leads_to_the_pictures_without_a_label(window: MainWindow, action: Action):
    browser = window.page(LIBRARY).browser
    browser.filter_bar.show_problems()
    cls = window.session.overview.classes[0]
    take(window, action, class_name=cls.name, class_id=cls.id)
    assert page(window, LIBRARY)
    assert browser.filter_bar.fields()["labelled"] is False


def test_the_library_counts_down_what_is_to_be_labelled_and_then_leads_to_the_training(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    goal, session = window.page(LIBRARY).browser.goal, window.session
    qtbot.waitUntil(lambda: session.overview.counted)
    cls, ids = session.overview.classes[0], session.listed()[:4]
    session.edit(edits.set_labels, dict.fromkeys(ids, None))
    qtbot.waitUntil(lambda: session.overview.summary.to_label == 4)
    assert goal.isHidden()
    take(window, Action.LABEL_CLASS, class_name=cls.name, class_id=cls.id)
    assert goal.words.text() == f"3 of 3 more pictures of {cls.name} to label, then train again"
    assert goal.train.isHidden()
    session.edit(edits.set_labels, dict.fromkeys(ids[:2], cls.id))
    qtbot.waitUntil(lambda: goal.words.text().startswith("1 of 3"))
    session.undo()
    qtbot.waitUntil(lambda: goal.words.text().startswith("3 of 3"))
    session.edit(edits.set_labels, dict.fromkeys(ids, cls.id))
    qtbot.waitUntil(goal.train.isVisible)
    assert goal.words.text() == f"Done: 3 more pictures of {cls.name} have a label. Train again to see what they bring."
    jobs = FakeJobs()
    monkeypatch.setattr(window.jobs, "start", jobs.start)
    goal.train.click()
    assert page(window, TRAIN)
    assert len(jobs.trainings) == 1
    assert goal.isHidden()
    jobs.trainings[0].stop()


def test_a_single_picture_that_is_to_be_labelled_is_told_as_one(window: MainWindow, qtbot: QtBot):
    goal, session = window.page(LIBRARY).browser.goal, window.session
    qtbot.waitUntil(lambda: session.overview.counted)
    cls, (one, *_) = session.overview.classes[0], session.listed()
    of_class = {"class_name": cls.name, "class_id": cls.id}
    session.edit(edits.set_labels, {one: None})
    qtbot.waitUntil(lambda: session.overview.summary.to_label == 1)
    goal.begin(NextStep(Action.LABEL_CLASS, 1, **of_class))
    assert goal.words.text() == f"1 of 1 more picture of {cls.name} to label, then train again"
    session.edit(edits.set_labels, {one: cls.id})
    qtbot.waitUntil(lambda: goal.words.text().startswith("Done"))
    assert goal.words.text() == f"Done: 1 more picture of {cls.name} has a label. Train again to see what it brings."
    session.undo()
    qtbot.waitUntil(lambda: session.overview.summary.to_label == 1)
    goal.begin(NextStep(Action.LABEL_ANY, 1))
    assert goal.words.text() == "1 of 1 more picture to label, then train again"
    session.redo()
    qtbot.waitUntil(lambda: goal.words.text() == "Done: 1 more label. Train again to see what it brings.")


def test_more_is_not_to_be_labelled_than_was_asked_for(window: MainWindow, qtbot: QtBot):
    goal, session = window.page(LIBRARY).browser.goal, window.session
    qtbot.waitUntil(lambda: session.overview.counted)
    cls, ids = session.overview.classes[0], session.listed()[:2]
    take(window, Action.LABEL_CLASS, class_name=cls.name, class_id=cls.id)
    session.edit(edits.set_labels, dict.fromkeys(ids, None))
    qtbot.waitUntil(lambda: session.overview.summary.to_label == 2)
    qtbot.waitUntil(lambda: session.overview.counted)
    assert goal.words.text() == f"3 of 3 more pictures of {cls.name} to label, then train again"


def test_train_again_waits_for_the_counts_and_says_what_stands_in_the_way(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    jobs, setup, said = FakeJobs(), window.page(TRAIN).setup, []
    qtbot.waitUntil(lambda: window.session.overview.counted)
    monkeypatch.setattr(window.jobs, "start", jobs.start)
    window.session.message.connect(said.append)
    counts = window.session.overview.counts
    setup.show_counts(None)
    take(window, Action.TRAIN_AGAIN)
    assert not jobs.trainings
    setup.show_counts(counts)
    assert len(jobs.trainings) == 1
    take(window, Action.TRAIN_AGAIN)
    assert len(jobs.trainings) == 1
    assert said[-1] == "A training runs already: stop it, or wait for its end."
    jobs.trainings[0].stop()
    setup.show_counts(counts[:1])
    take(window, Action.TRAIN_AGAIN)
    assert len(jobs.trainings) == 1
    assert said[-1] == setup.buttons.start.toolTip()


def test_a_better_training_is_one_that_the_pictures_choose_whatever_was_chosen_before(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    jobs, setup = FakeJobs(), window.page(TRAIN).setup
    qtbot.waitUntil(lambda: window.session.overview.counted)
    monkeypatch.setattr(window.jobs, "start", jobs.start)
    setup.recipes.choose("instant")
    take(window, Action.TRAIN_BETTER)
    assert page(window, TRAIN)
    qtbot.waitUntil(lambda: len(jobs.trainings) == 1)
    assert isinstance(jobs.trainings[0].params, AutomaticParams)


def test_what_was_looked_at_before_does_not_end_what_is_asked_for(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    browser = window.page(LIBRARY).browser
    browser.finding.check([1, 2, 3])
    assert browser.finding.active
    was_active: list[bool] = []
    monkeypatch.setattr(browser.finding, "teach", lambda: was_active.append(browser.finding.active))
    take(window, Action.LABEL_ANY)
    assert was_active == [False], "its list would be taken for one that the person has left"


@pytest.mark.parametrize("action", [Action.ADD_ANY, Action.ADD_CLASS])
def test_where_all_have_a_label_pictures_are_added(window: MainWindow, action: Action, monkeypatch: pytest.MonkeyPatch):
    asked: list[bool] = []
    monkeypatch.setattr(window.page(LIBRARY), "choose_pictures", lambda: asked.append(True))
    take(window, action)
    assert page(window, LIBRARY)
    assert asked


def test_labels_accepted_unseen_are_shown(window: MainWindow):
    take(window, Action.LOOK_AT_UNSEEN)
    assert page(window, LIBRARY)
    assert window.page(LIBRARY).browser.filter_bar.fields()["flags"] == frozenset({Flag.UNSEEN})


def test_suspects_are_judged_by_the_features_that_found_them(window: MainWindow, qtbot: QtBot):
    take(window, Action.LOOK_AT_SUSPECTS)
    qtbot.waitUntil(lambda: window.page(REVIEW).reviewed is not None)
    assert page(window, REVIEW)
    sections = window.page(REVIEW).sections
    assert sections.current.name == "SuspectsSection"
    assert sections.suspects.judge.box.currentText() == "All labelled images, by their features"


def test_all_rounds_are_shown_in_review(window: MainWindow):
    window.session.rounds_wanted.emit()
    assert page(window, REVIEW)
    assert window.page(REVIEW).sections.current.name == "RoundsSection"


def test_duplicates_are_shown_in_review(window: MainWindow):
    take(window, Action.LOOK_AT_DUPLICATES)
    assert page(window, REVIEW)
    assert window.page(REVIEW).sections.current.name == "DuplicatesSection"


def test_look_alikes_are_kept_together_on_the_page_that_divides_them(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
):
    asked: list[bool] = []
    monkeypatch.setattr(window.page(TRAIN).questions.near_duplicates, "mend", lambda: asked.append(True))
    window.show_page(REVIEW)
    take(window, Action.KEEP_TOGETHER)
    assert page(window, TRAIN)
    assert asked


def test_a_good_model_is_used_in_classify(window: MainWindow, qtbot: QtBot):
    take(window, Action.USE_IT)
    assert page(window, CLASSIFY)
    box = window.page(CLASSIFY).setup.models.box
    qtbot.waitUntil(lambda: window.session.runs()[0].name in str(box.model_file()))
