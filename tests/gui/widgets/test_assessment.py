"""The card that says how good a run is, its weakest class and why, and what helps most."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.library import edits
from engine.review.assessment import Action, Assessment, NextStep, Quality, WeakClass, Weakness
from engine.review.rounds import RoundBefore
from engine.statistics import Trend
from gui import theme
from gui.session import Session
from gui.widgets.assessment.assessing import Assessing
from gui.widgets.assessment.card import AssessmentCard
from gui.widgets.layouts import column, fill
from tests.gui.fakes import FakeHandle, FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import write_run

ROSES = WeakClass("roses", 3, 32, 24, 0.58, 0.87, Weakness.CONFUSED, "tulips", 6, 128, 0)
FOUND = Assessment(
    run="20260103-000000-transfer",
    recipe="transfer",
    split="validation",
    images=160,
    right=135,
    accuracy=0.84375,
    low=0.78,
    high=0.89,
    quality=Quality.FAIR,
    weakest=ROSES,
    next=NextStep(Action.LABEL_CLASS, 20, "roses", 3, 0.06),
    expected=0.84375,
    expected_low=0.78,
    expected_high=0.89,
)


BEFORE = RoundBefore("20260102-000000-instant", "instant", "2026-01-02T00:00:00+00:00", 50, 43, 45, Trend.BETTER)


@pytest.fixture
def card(qtbot: QtBot) -> AssessmentCard:
    holder = shown(qtbot, QWidget(), 800, 200)
    return AssessmentCard(holder)


def test_it_says_how_good_a_run_is_with_the_number_of_images_and_what_to_expect(card: AssessmentCard):
    card.show_assessment(FOUND)
    assert card.quality.text() == "Fair"
    assert card.figures.text() == "135 of 160 check images are right. Of 100 new pictures expect 78 to 89 to be right."
    assert "95 % interval 78.0 to 89.0 %" in card.figures.toolTip(), "for experts"
    card.show_assessment(None)
    assert card.isHidden()


def test_it_says_where_the_check_images_are_easier_or_harder_than_what_has_no_label(card: AssessmentCard):
    card.show_assessment(replace(FOUND, are_easy=True, expected=0.75, expected_low=0.68, expected_high=0.83))
    assert card.figures.text() == (
        "135 of 160 check images are right. They are easier than the pictures without a label: of 100 new ones expect "
        "68 to 83 to be right."
    )
    card.show_assessment(replace(FOUND, are_easy=False, expected=0.9, expected_low=0.84, expected_high=0.95))
    assert "They are harder than the pictures without a label: of 100 new ones expect 84 to 95" in card.figures.text()


def test_it_promises_nothing_of_new_pictures_where_the_labelled_ones_are_not_like_those_without(card: AssessmentCard):
    card.show_assessment(replace(FOUND, can_promise=False, are_easy=True))
    assert card.figures.text() == (
        "135 of 160 check images are right. How many new ones will be cannot be told yet: the pictures with a label "
        "are not like those without."
    )


def test_it_promises_nothing_while_a_class_has_no_label_and_names_it(card: AssessmentCard):
    """Whether or not there are pictures without a label."""
    card.show_assessment(replace(FOUND, can_promise=False, not_shown=("irises", "lilies")))
    assert card.figures.text() == (
        "135 of 160 check images are right. How many new ones will be cannot be told yet: no picture of irises, lilies "
        "has a label."
    )


@pytest.mark.parametrize(
    ("trend", "words"),
    [
        (Trend.BETTER, "Better than the round before: 45 of the same 50 check images are right, 43 were."),
        (Trend.WORSE, "Worse than the round before: 45 of the same 50 check images are right, 43 were."),
        (Trend.CANNOT_TELL, "Too close to the round before to tell which is better: 45 of the same 50 check images"),
    ],
)
def test_it_says_whether_it_is_better_than_the_round_before_and_leads_to_all_rounds(
    card: AssessmentCard, qtbot: QtBot, trend: Trend, words: str
):
    card.show_assessment(FOUND)
    assert card.before.isHidden()
    assert card.rounds.isHidden()
    card.show_assessment(replace(FOUND, before=replace(BEFORE, trend=trend)))
    assert card.before.text().startswith(words)
    with qtbot.waitSignal(card.rounds_wanted):
        card.rounds.click()


def test_no_figure_is_told_from_few_images(card: AssessmentCard):
    card.show_assessment(replace(FOUND, images=12, right=12, quality=Quality.TOO_FEW, weakest=None))
    assert card.figures.text() == "12 of 12 check images are right; from so few no figure can be told."
    assert card.weakest.isHidden()


def test_a_figure_that_promises_too_much_is_doubted_before_it_is_believed(card: AssessmentCard):
    flattering = replace(FOUND, images=258, right=258, quality=Quality.VERY_GOOD, weakest=None, look_alikes=110)
    card.show_assessment(replace(flattering, next=NextStep(Action.KEEP_TOGETHER, 110)))
    assert card.quality.text() == "Not known yet: it was checked with pictures like those it learnt from"
    assert card.figures.text() == (
        "258 of 258 check images are right, but 110 have look-alikes among those learnt from: the figure may be too "
        "good."
    )
    assert card.button.text() == "Keep look-alikes together"
    card.show_assessment(replace(flattering, look_alikes=12))
    assert card.quality.text() == "Very good"
    assert "but 12 have look-alikes" in card.figures.text()


@pytest.mark.parametrize(
    ("weak", "words"),
    [
        (ROSES, "Weakest class: roses, 24 of 32 right: 6 taken for tulips."),
        (replace(ROSES, why=Weakness.FEW_PICTURES, training=7), "it has only 7 pictures to learn from."),
        (replace(ROSES, why=Weakness.FEW_PICTURES, training=1), "it has a single picture to learn from."),
        (replace(ROSES, why=Weakness.SUSPECT_LABELS, suspects=9), "9 of its labels look wrong."),
        (replace(ROSES, images=6, right=2), "Weakest class, as far as few check images tell: roses, 2 of 6 right"),
    ],
)
def test_the_weakest_class_and_why(card: AssessmentCard, weak: WeakClass, words: str):
    card.show_assessment(replace(FOUND, weakest=weak))
    assert words in card.weakest.text()


@pytest.mark.parametrize("action", list(Action))
def test_every_step_has_a_button_that_says_what_it_does_and_why(card: AssessmentCard, qtbot: QtBot, action: Action):
    step = NextStep(action, 20, "roses", 3, None)
    card.show_assessment(replace(FOUND, next=step))
    assert card.button.text()
    assert card.why.text().endswith((".", "…"))
    assert "{" not in card.button.text() + card.why.text()
    with qtbot.waitSignal(card.step_wanted) as asked:
        card.button.click()
    assert asked.args == [step, FOUND.run]


def test_the_gain_to_expect_is_said_where_it_is_known(card: AssessmentCard):
    card.show_assessment(FOUND)
    assert card.button.text() == "Label 20 more pictures of roses"
    assert (
        card.why.text()
        == "With 20 more pictures of roses to learn from, it would recognise about 6 more of 100 such pictures."
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (NextStep(Action.TRAIN_AGAIN, 127), "127 labels came or changed since this training."),
        (NextStep(Action.LABEL_TEACHING, 40, left=199), "199 pictures have no label yet: those that teach most can"),
        (NextStep(Action.TRAIN_BETTER), "More labels would hardly make it better, but only the fastest training was"),
        (NextStep(Action.USE_IT), "With the pictures that are here it gets hardly better"),
        (NextStep(Action.LABEL_ANY, 30, left=30), "They are all that is left without a label"),
        (
            NextStep(Action.LABEL_CLASS, 8, "roses", 3, 0.02, left=38, likely=8),
            "About 8 pictures of roses are likely among the 38 without a label. With them, it would recognise about 2 "
            "more of 100 such pictures.",
        ),
        (
            NextStep(Action.LABEL_CLASS, 1, "roses", 3, left=38, likely=1),
            "About 1 picture of roses is likely among the 38 without a label.",
        ),
        (
            NextStep(Action.ADD_CLASS, 20, "roses", 3, 0.02, left=38),
            "Hardly any of the 38 pictures without a label are of roses",
        ),
    ],
)
def test_what_is_done_and_what_is_left_is_said_beside_the_button(card: AssessmentCard, step: NextStep, words: str):
    card.show_assessment(replace(FOUND, next=step))
    assert card.why.text().startswith(words)


def test_a_fair_model_can_be_used_as_it_is(card: AssessmentCard, qtbot: QtBot):
    card.show_assessment(FOUND)
    with qtbot.waitSignal(card.step_wanted) as asked:
        card.anyway.click()
    assert asked.args == [NextStep(Action.USE_IT), FOUND.run]
    card.show_assessment(replace(FOUND, quality=Quality.POOR))
    assert card.anyway.isHidden()
    card.show_assessment(replace(FOUND, next=NextStep(Action.USE_IT)))
    assert card.anyway.isHidden()


# Asking


def asked(qtbot: QtBot, jobs: FakeJobs, number: int) -> FakeHandle:
    qtbot.waitUntil(lambda: len(jobs.of("assess")) == number)
    return jobs.of("assess")[-1]


def test_the_run_that_is_looked_at_is_assessed_and_again_when_labels_have_changed(
    card: AssessmentCard, session: Session, jobs: FakeJobs, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gui.widgets.assessment.assessing.CALM_MS", 0)
    assessing = Assessing(session, jobs, card)  # type: ignore[arg-type]
    assessing.look_at(FOUND.run)
    handle = asked(qtbot, jobs, 1)
    assert (handle.params.run, handle.params.ask_before) == (FOUND.run, True)  # type: ignore[attr-defined]
    handle.succeed(**FOUND)
    assert card.found == FOUND
    with qtbot.waitSignal(session.images_changed):
        session.edit(edits.set_note, [1], "looked at")
    again = asked(qtbot, jobs, 2)
    assert not again.params.ask_before, "no model predicts after each edit"  # type: ignore[attr-defined]
    assert card.isVisible(), "the old answer until there is a new one"
    jobs.of("assess")[-1].fail("The run has no predictions.")
    assert not card.isVisible()


def test_nothing_is_assessed_while_a_training_runs_and_another_run_takes_the_answer_away(
    card: AssessmentCard, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    assessing = Assessing(session, jobs, card)  # type: ignore[arg-type]
    jobs.training_changed.emit(True)
    assessing.look_at(FOUND.run)
    assert not assessing.question.busy
    jobs.training_changed.emit(False)
    handle = asked(qtbot, jobs, 1)
    assessing.look_at("another")
    assert handle.cancelled
    assert card.found is None


@pytest.mark.parametrize("with_style", [False, True])
def test_the_place_of_the_answer_is_kept_while_it_is_sought_so_that_nothing_below_moves(
    card: AssessmentCard, session: Session, jobs: FakeJobs, qtbot: QtBot, qapp: QApplication, *, with_style: bool
):
    if with_style:
        theme.apply(qapp)
    page = card.parentWidget()
    page.resize(1150, 600)
    below = QLabel("Mistakes")
    column(card, fill(below), on=page)
    assessing = Assessing(session, jobs, card)  # type: ignore[arg-type]
    assessing.look_at(FOUND.run)
    qtbot.waitUntil(lambda: card.isVisible() and card.height() > 0 and below.y() > card.height())
    assert card.quality.text() == "Looking at how good it is…"
    assert card.button.isHidden()
    place = below.y()
    asked(qtbot, jobs, 1).succeed(**replace(FOUND, before=BEFORE))
    qtbot.waitUntil(lambda: card.found is not None)
    page.layout().activate()
    assert below.y() == place
    assert card.button.isVisible()


def test_no_place_is_kept_for_a_run_without_check_images_which_seldom_has_an_answer(
    card: AssessmentCard, project: Path, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    folder = write_run(project)
    record = json.loads((folder / "run.json").read_text("utf-8"))
    record |= {"options": {**record["options"], "train_on_everything": True}, "validation_images": 0}
    (folder / "run.json").write_text(json.dumps(record), "utf-8")
    session.refresh_runs()
    qtbot.waitUntil(lambda: [run.name for run in session.runs()] == [folder.name])
    assessing = Assessing(session, jobs, card)  # type: ignore[arg-type]
    assessing.look_at(folder.name)
    assert card.isHidden()
    answer = asked(qtbot, jobs, 1)
    assert card.isHidden()
    answer.succeed(**replace(FOUND, run=folder.name))
    assert card.isVisible(), "its test images can still tell how good it is"
