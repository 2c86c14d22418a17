"""Train is one button: what it will do is said beside it, each better model is named, the best is the result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.events import BetterModel, Log, Progress, TrainingEnds, TrainingPlanned
from engine.training.automatic.job import AutomaticallyTrained, Tried
from engine.training.automatic.outlook import Outlook
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from gui.session import Session
from gui.train.page import TrainPage
from gui.train.plan_line import LastTraining, plan_words
from gui.train.recipe_choice import BY_THE_PICTURES
from tests.gui.fakes import FakeHandle, FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import write_run
from tests.gui.train.training import STARTED, epoch, press, start

PLAN = TrainingPlanned(
    1698,
    7,
    340,
    ("instant", "transfer"),
    "photographs",
    seconds=190.0,
    most_seconds=190.0,
    accuracy=0.935,
    low=0.921,
    high=0.948,
    looked_at=600,
    each=(3.0, 187.0),
)
LONGER = replace(
    PLAN, seconds=420.0, most_seconds=420.0, longer=("transfer", "ensemble"), each=(3.0, 187.0, 230.0, 0.0)
)
INSTANT, TRANSFER = "20260103-000000-instant", "20260103-000010-transfer"


def started(run: str, recipe: str) -> object:
    return replace(STARTED, run=run, recipe=recipe)


def result(best: str, recipe: str, state: str = "finished") -> dict:
    tried = [Tried("instant", INSTANT, "finished", 3.0, 0.8)]
    right = (306, 340, 0.863, 0.928, True, None, 40.0, PLAN, tried)
    return dict(AutomaticallyTrained(best, recipe, (recipe,), state, 4, ["ant", "bee"], 0.9, *right))


def asked_plan(qtbot: QtBot, jobs: FakeJobs) -> FakeHandle:
    qtbot.waitUntil(lambda: bool(jobs.of("plan_training")))
    return jobs.of("plan_training")[-1]


def test_what_train_will_do_is_said_in_a_line(page: TrainPage, jobs: FakeJobs, qtbot: QtBot, project: Path):
    assert "Learns from 6 pictures of 3 classes, and checks with 3 others" in page.setup.plan.words.text(), (
        "what is known at once"
    )
    asked = asked_plan(qtbot, jobs)
    assert asked.params.project == str(project)  # type: ignore[attr-defined]
    asked.succeed(**Outlook(PLAN))
    assert page.setup.plan.words.text() == (
        "Learns from 1,358 pictures of 7 classes, and checks with 340 others. "
        "Takes about 3 minutes; a first model is there within seconds. "
        "From a first look, 92 to 95 of 100 should be right."
    )
    assert page.setup.recipe().name == "transfer", "the options behind Advanced are those of what will be trained"


def test_a_second_way_that_may_follow_is_told_with_its_time():
    small = replace(PLAN, recipes=("instant", "quick", "transfer"), reason="small and coloured", most_seconds=720.0)
    assert "Up to 12 minutes where a second way promises more." in plan_words(small)
    assert small.chosen == "quick"
    assert "Up to" not in plan_words(PLAN)


def test_nothing_is_said_of_changed_labels_until_it_is_known_whether_any_changed(
    page: TrainPage, session: Session, jobs: FakeJobs, project: Path, qtbot: QtBot
):
    told: list[LastTraining] = []
    page.selection.compared.connect(told.append)
    run = write_run(project)
    frozen = freeze(session.project, TrainOptions(), lambda _: None)  # type: ignore[arg-type]
    (run / "split.csv").write_text(frozen.to_csv(), "utf-8")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    assert told == [LastTraining.UNKNOWN]

    def answered() -> bool:
        jobs.run_callables()
        return len(told) > 1

    qtbot.waitUntil(answered)
    assert told[1:] == [LastTraining.THE_SAME]


def test_nothing_is_promised_that_is_not_known():
    assert "Of the next model, from a first look, " in plan_words(PLAN, trained=LastTraining.OTHER_LABELS)
    same = plan_words(PLAN, trained=LastTraining.THE_SAME)
    assert "of 100" not in same, "the figure of the model stands beside it"
    assert "No label has changed since the last training" in same
    words = plan_words(replace(PLAN, seconds=None, accuracy=None, low=None, high=None, looked_at=12))
    assert "minutes" not in words
    assert "of 100" not in words
    assert "too few" in words
    words = plan_words(replace(PLAN, accuracy=None, low=None, high=None, not_shown=("Dogs", "Houses")))
    assert "of 100" not in words
    assert "No picture of Dogs, Houses has a label yet: it will take each of them for something else." in words
    words = plan_words(replace(PLAN, accuracy=None, low=None, high=None, unlike=True))
    assert "of 100" not in words
    assert "cannot be told yet: the pictures with a label are not like those without." in words


def test_train_lets_the_pictures_choose(page: TrainPage, jobs: FakeJobs, project: Path):
    handle = start(page, jobs)
    assert handle.name == "train_automatically"
    assert handle.params.project == str(project)  # type: ignore[attr-defined]
    assert handle.params.overrides == {}  # type: ignore[attr-defined]


def test_options_of_no_recipe_go_along_and_the_pictures_still_choose(page: TrainPage, jobs: FakeJobs):
    page.setup.form.change("device", "cpu")
    assert page.setup.is_automatic
    assert start(page, jobs).params.overrides == {"device": "cpu"}  # type: ignore[attr-defined]


def test_an_option_of_a_recipe_ends_the_choice_by_the_pictures_until_they_are_asked_to_again(
    page: TrainPage, jobs: FakeJobs, qtbot: QtBot
):
    asked_plan(qtbot, jobs).succeed(**Outlook(PLAN))
    page.setup.form.change("epochs", 3)
    assert page.setup.plan.words.text() == "Trains “Transfer” with 1 option changed."
    press(page, "automatic_button")
    assert page.setup.is_automatic
    assert page.setup.overrides() == {}
    assert "1,358 pictures" in page.setup.plan.words.text()
    page.setup.form.change("epochs", 3)
    handle = start(page, jobs)
    assert (handle.name, handle.params.recipe, handle.params.overrides) == ("train", "transfer", {"epochs": 3})  # type: ignore[attr-defined]


def test_recipes_stand_behind_advanced_in_groups_which_is_remembered(qtbot: QtBot, session: Session, jobs: FakeJobs):
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert not page.setup.recipes.box.isVisible()
    assert page.setup.buttons.start.text() == "Train"
    page.setup.advanced.click()
    box = page.setup.recipes.box
    assert box.isVisible()
    words = [box.itemText(place) for place in range(box.count())]
    assert words[BY_THE_PICTURES] == "Chosen by the pictures"
    assert (
        words.index("Ours")
        < words.index("Instant")
        < words.index("Those of the notebooks")
        < words.index("Photographs")
    )
    heading = box.model().index(words.index("Ours"), 0)
    assert not heading.flags(), "a heading is no recipe"
    other = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert other.setup.recipes.box.isVisible()


def test_each_better_model_is_named_and_the_best_is_the_result(
    page: TrainPage, jobs: FakeJobs, session: Session, project: Path, qtbot: QtBot
):
    handle = start(page, jobs)
    handle.play(PLAN, started(INSTANT, "instant"), epoch(1))  # type: ignore[arg-type]
    assert "1,358 pictures" in page.setup.plan.words.text()
    handle.play(BetterModel(INSTANT, "instant", 290, 340))
    assert page.view.better.text() == "Best so far: “Instant”, 290 of 340 check images right. Stop keeps it."
    assert page.view.headline.text() == "Transfer  ·  preparing", "the next one"
    handle.play(Progress("Looking at the pictures", 3, 12))
    assert "Looking at the pictures: 3 of 12" in page.view.detail.text()
    handle.play(started(TRANSFER, "transfer"), epoch(1), epoch(2))  # type: ignore[arg-type]
    assert page.view.headline.text() == "Transfer  ·  training"
    assert len(page.view.charts.loss.chart.curves[0].points) == 2, "curves of its own"
    assert page.view.better.text().startswith("Best so far: “Instant”"), "as long as nothing is better"
    for run in (INSTANT, TRANSFER):
        write_run(project, run)
    handle.play(BetterModel(TRANSFER, "transfer", 306, 340))
    handle.succeed(**result(TRANSFER, "transfer"))
    qtbot.waitUntil(lambda: (run := page.run_panel.list.current()) is not None and run.name == TRANSFER)
    log = page.views.log.toPlainText()
    assert "The best model is “Transfer”: 306 of 340 check images right (95 % interval 86.3 to 92.8 %)." in log
    assert log.count("Best so far: “Instant”") == 1
    qtbot.waitUntil(lambda: not page.view.better.isVisible())


def test_the_first_recipe_that_comes_again_with_all_pictures_is_the_last(page: TrainPage, jobs: FakeJobs):
    handle, again = start(page, jobs), "20260103-000100-instant"
    plan = replace(PLAN, recipes=("instant", "transfer", "instant"))
    handle.play(plan, started(INSTANT, "instant"), epoch(1), BetterModel(INSTANT, "instant", 70, 85))  # type: ignore[arg-type]
    handle.play(started(TRANSFER, "transfer"), epoch(1), BetterModel(TRANSFER, "transfer", 300, 340))  # type: ignore[arg-type]
    assert page.view.headline.text() == "Instant  ·  preparing"
    handle.play(started(again, "instant"), epoch(1), BetterModel(again, "instant", 306, 340))  # type: ignore[arg-type]
    assert page.view.headline.text() == "Instant  ·  training", "nothing is prepared after it"


@pytest.mark.parametrize("how", ["stopped", "worse"])
def test_the_best_stays_the_result_where_the_next_is_stopped_or_worse(
    page: TrainPage, jobs: FakeJobs, project: Path, qtbot: QtBot, how: str
):
    handle = start(page, jobs)
    handle.play(PLAN, started(INSTANT, "instant"), epoch(1), BetterModel(INSTANT, "instant", 306, 340))  # type: ignore[arg-type]
    handle.play(started(TRANSFER, "transfer"), epoch(1))  # type: ignore[arg-type]
    for run in (INSTANT, TRANSFER):
        write_run(project, run)
    if how == "stopped":
        press(page, "stop_button")
        assert "Stop keeps it" not in page.view.better.text()
        handle.stop(**result(INSTANT, "instant", "stopped"))
    else:
        handle.succeed(**result(INSTANT, "instant"))
    qtbot.waitUntil(lambda: (run := page.run_panel.list.current()) is not None and run.name == INSTANT)


def test_the_time_left_is_of_all_that_is_planned(page: TrainPage, jobs: FakeJobs):
    start(page, jobs).play(PLAN, started(INSTANT, "instant"))  # type: ignore[arg-type]
    assert page.view.metrics[3].value.text() == "3 min"


def test_the_time_left_follows_what_is_measured_and_counts_what_is_sure_to_come(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    small = replace(PLAN, recipes=("instant", "quick", "transfer"), each=(3.0, 60.0, 900.0))
    handle.play(small, started(INSTANT, "instant"), epoch(1), BetterModel(INSTANT, "instant", 290, 340))  # type: ignore[arg-type]
    live = page.training.live
    assert live is not None
    assert live.seconds_left == pytest.approx(60, abs=2), "a way that may not be needed is not counted"
    page.training.live = live = live.next_run("quick")
    live.take(replace(STARTED, run=TRANSFER, recipe="quick", training_images=1800))
    live.take(epoch(1))
    assert live.seconds_left == pytest.approx(3 * 2, abs=0.5), "three epochs of two seconds each"
    live.take(TrainingEnds(TRANSFER))
    assert page.view._state(live) == "finishing"


def test_more_time_is_taken_where_that_is_asked_for_and_said_beforehand(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    asked_plan(qtbot, jobs).succeed(**Outlook(PLAN))
    longer = page.setup.plan.longer
    assert longer.isVisible()
    longer.click()
    qtbot.waitUntil(lambda: len(jobs.of("plan_training")) == 2)
    assert jobs.of("plan_training")[-1].params.take_longer is True  # type: ignore[attr-defined]
    jobs.of("plan_training")[-1].succeed(**Outlook(LONGER))
    assert "Takes about 7 minutes" in page.setup.plan.words.text()
    assert "Taking longer often gets a few more right" in page.setup.plan.words.text()
    handle = start(page, jobs)
    assert handle.params.take_longer is True  # type: ignore[attr-defined]
    assert not longer.isEnabled()
    handle.play(LONGER, started(INSTANT, "instant"), epoch(1), BetterModel(INSTANT, "instant", 290, 340))  # type: ignore[arg-type]
    handle.play(started(TRANSFER, "transfer"), epoch(1), BetterModel(TRANSFER, "transfer", 306, 340))  # type: ignore[arg-type]
    assert page.view.headline.text() == "Transfer  ·  preparing", "once more, from another seed"
    handle.play(started("again", "transfer"), epoch(1), BetterModel("again", "transfer", 306, 340))  # type: ignore[arg-type]
    assert page.view.headline.text() == "Ensemble  ·  preparing"
    page.setup.recipes.choose("quick")
    assert not longer.isVisible(), "a recipe that a person has chosen takes its own time"


def test_a_window_that_is_closed_says_which_model_stays(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    from gui.train.close_question import CloseQuestion

    start(page, jobs).play(PLAN, started(INSTANT, "instant"), epoch(1), BetterModel(INSTANT, "instant", 306, 340))  # type: ignore[arg-type]
    question = CloseQuestion(page.training, page)
    assert "“Instant”. If the window closes now, it stays" in question.words.text()
    question.reject()


def test_nothing_is_looked_at_for_a_plan_while_a_training_runs(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    asked = asked_plan(qtbot, jobs)
    handle = start(page, jobs)
    assert asked.cancelled
    handle.stop()
    qtbot.waitUntil(lambda: len(jobs.of("plan_training")) == 2)
    assert page.findChild(QPushButton, "start_button").isVisible()  # type: ignore[union-attr]


def test_the_state_of_a_training_is_true_from_start_to_end(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    headline = page.view.headline
    handle.play(PLAN, Progress("Loading images", 0, None))
    assert headline.text() == "Instant  ·  preparing"
    handle.play(started(TRANSFER, "transfer"), Progress("Looking at the pictures", 340, 800))  # type: ignore[arg-type]
    assert headline.text() == "Transfer  ·  Looking at the pictures: 340 of 800"
    handle.play(epoch(1))
    handle.play(Progress("Looking at the pictures", 800, 800))
    assert "finishing" not in headline.text(), "epochs follow"
    handle.play(epoch(4), TrainingEnds(TRANSFER), Progress("Saving the model", 0, None))
    assert headline.text() == "Transfer  ·  finishing"


def test_a_warning_of_look_alikes_is_shown_once(page: TrainPage, jobs: FakeJobs):
    from engine.similarity.leaks import ABOUT

    page.setup.leakage.warn(0.4, after=0.0, can_change=True)
    start(page, jobs).play(Log("About 40 % look alike.", "warning", about=ABOUT))
    assert page.notice.isHidden()
    assert "About 40 % look alike." in page.views.log.toPlainText()
    page.setup.leakage.say_nothing()
    jobs.trainings[-1].play(Log("About 41 % look alike.", "warning", about=ABOUT))
    assert page.notice.isVisible()


def test_the_training_stands_in_the_list_of_all_jobs_and_cancel_there_keeps_the_best(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    assert handle.words == "Training"
    handle.play(PLAN, started(INSTANT, "instant"), epoch(1), BetterModel(INSTANT, "instant", 290, 340))  # type: ignore[arg-type]
    handle.play(started(TRANSFER, "transfer"), epoch(1))  # type: ignore[arg-type]
    far = handle.tells()  # type: ignore[attr-defined]
    assert far.words == "Transfer  ·  Epoch 2 of 4"
    assert far.seconds_left == pytest.approx(6, abs=0.5)
    assert 0 <= far.share < 1
    handle.cancel()
    assert page.view.headline.text() == "Transfer  ·  stopping…"
    assert "Stop keeps it" not in page.view.better.text()


def test_the_log_of_a_training_shows_its_end_once_there_is_room_for_it(qtbot: QtBot, session: Session, jobs: FakeJobs):
    page = TrainPage(session, jobs)  # type: ignore[arg-type]
    page.views.show_log([f"Epoch {number}" for number in range(200)])
    shown(qtbot, page, 1160, 770)
    page.view.details.open()
    bar = page.views.log.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(0)
    page.views.show_log([f"Epoch {number}" for number in range(200)])
    assert bar.value() == 0, "the same lines keep the place"
