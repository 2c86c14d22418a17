"""Near-duplicates on both sides of the split: told before a training, and kept together by one click."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.events import Progress
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.records import Split
from engine.review.assessment import Action
from engine.training.leaks import LeakParams
from engine.training.options import TrainOptions
from gui.jobs import JobRunner
from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session
from tests.gui.train.test_automatic import PLAN
from tests.gui.train.training import press


@pytest.fixture
def page(folded: TrainPage, jobs: FakeJobs) -> TrainPage:
    """What it asked for in threads when it opened is answered."""
    jobs.run_callables()
    return folded


LEAKS = {"share": 0.54, "leaks": True, "share_after": 0.02, "pattern": "", "groups": 1}


def leaking(page: TrainPage, session: Session, jobs: FakeJobs) -> tuple[list[int], list[int]]:
    """Answer the page's question: two images are alike, and would change sides."""
    project = session.project
    assert project is not None
    records = query.labelled_images(project)
    training = [r.id for r in records if r.split is Split.TRAINING]
    validation = [r.id for r in records if r.split is Split.VALIDATION]
    alike = training[0], (validation or training)[-1]
    (asked,) = jobs.of("leakage")
    assert isinstance(asked.params, LeakParams)
    grouping, splits = [[i, "alike 1"] for i in alike], [[alike[0], "validation"]]
    asked.succeed(**LEAKS, grouping=grouping, splits=splits)
    return list(alike), [alike[0]]


def test_near_duplicates_across_the_split_are_told_and_kept_together_by_one_click(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    alike, moved = leaking(page, session, jobs)
    notice = page.setup.leakage
    assert notice.isVisible()
    assert "54 %" in notice.words.text()
    assert "2 % would" in notice.words.text()
    button = page.findChild(QPushButton, "keep_together_button")
    assert button is not None
    button.click()
    project = session.project
    assert project is not None

    def grouped() -> bool:
        by_id = {r.id: r for r in query.labelled_images(project)}
        return all(by_id[i].group == "alike 1" for i in alike) and by_id[moved[0]].split is Split.VALIDATION

    qtbot.waitUntil(grouped)
    assert "kept together" in notice.words.text()
    assert not notice.together.isVisible()
    qtbot.waitUntil(lambda: len(jobs.of("leakage")) == 2)
    jobs.of("leakage")[1].succeed(**LEAKS | {"leaks": False, "share": 0.0}, grouping=[], splits=[])
    assert "kept together" in notice.words.text()
    assert notice.isVisible(), "what was done is told until something else is"
    before = {r.id: (r.group, r.split) for r in query.labelled_images(project)}
    session.undo()
    qtbot.waitUntil(lambda: len(jobs.of("leakage")) == 3)
    assert not notice.isVisible()
    qtbot.waitUntil(lambda: {r.id: (r.group, r.split) for r in query.labelled_images(project)} != before)
    after = {r.id: r for r in query.labelled_images(project)}
    assert all(after[i].group is None for i in alike), "one edit made the groups and the splits"
    assert after[moved[0]].split is Split.TRAINING


@pytest.mark.parametrize("known", [True, False])
def test_the_next_step_of_a_run_keeps_them_together_without_a_further_click(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot, known: bool
):
    project = session.project
    assert project is not None
    if not known:
        page.questions.near_duplicates.mend()
    alike, _ = leaking(page, session, jobs)
    if known:
        page.questions.near_duplicates.mend()
    qtbot.waitUntil(lambda: {r.group for r in query.labelled_images(project) if r.id in alike} == {"alike 1"})
    assert "kept together" in page.setup.leakage.words.text()


def test_where_none_are_found_the_next_step_says_so_and_changes_nothing(
    page: TrainPage, session: Session, jobs: FakeJobs
):
    page.questions.near_duplicates.mend()
    jobs.of("leakage")[0].succeed(**LEAKS | {"leaks": False, "share": 0.04}, grouping=[[1, "alike 1"]], splits=[])
    assert session.project is not None
    assert {r.group for r in query.labelled_images(session.project)} == {None}
    assert "Only about 4 %" in page.setup.leakage.words.text()


def test_the_plan_doubts_its_figure_while_near_duplicates_stand_on_both_sides(
    page: TrainPage, jobs: FakeJobs, qtbot: QtBot
):
    jobs.of("leakage")[0].succeed(**LEAKS, grouping=[[1, "alike 1"]], splits=[])
    page.setup.show_plan(PLAN)
    doubt = "But about 54 % of the images that check have look-alikes among those learnt from"
    assert doubt in page.setup.plan.words.text()
    page.setup.show_look_alikes(0.0)
    assert "look-alikes" not in page.setup.plan.words.text()


def test_a_class_that_would_have_one_picture_left_is_named_and_others_of_it_are_offered(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    jobs.of("leakage")[0].succeed(**LEAKS, grouping=[[1, "alike 1"]], splits=[], apart=[[7, "giraffe"]])
    notice = page.setup.leakage
    assert "“giraffe” stays as it is" in notice.words.text()
    assert notice.together.isVisible(), "the others can be kept together"
    with qtbot.waitSignal(session.step_wanted) as asked:
        press(page, "label_more_button")
    step, _ = asked.args
    assert (step.action, step.class_id, step.class_name) == (Action.LABEL_CLASS, 7, "giraffe")
    notice.warn(0.5, after=0.0, can_change=True)
    assert not notice.label.isVisible()


def test_near_duplicates_are_looked_for_again_when_labels_changed_meanwhile(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    (asked,) = jobs.of("leakage")
    project = session.project
    assert project is not None
    some = query.labelled_images(project)[0]
    with qtbot.waitSignal(session.overview_changed):
        session.set_label([some.id], None)
    asked.succeed(**LEAKS, grouping=[[some.id, "alike 1"]], splits=[[some.id, "validation"]])
    assert not page.setup.leakage.isVisible(), "what was found is about the labels of before"
    assert len(jobs.of("leakage")) == 2


def test_only_options_that_divide_the_images_make_it_look_again(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    jobs.of("leakage")[0].succeed(**LEAKS, grouping=[], splits=[])
    page.setup.form.change("rotation", 11.0)
    qtbot.waitUntil(lambda: not page.questions.near_duplicates._rest.isActive())
    assert len(jobs.of("leakage")) == 1
    project = session.project
    assert project is not None
    held_out = [r.id for r in query.labelled_images(project) if r.split is Split.VALIDATION]
    page.setup.form.change("validation_fraction", 0.3)
    qtbot.waitUntil(lambda: not page.questions.near_duplicates._rest.isActive())
    assert len(jobs.of("leakage")) == 1, "the project says itself what validates"
    with qtbot.waitSignal(session.overview_changed):
        session.edit(edits.set_split, held_out, Split.TRAINING)
    jobs.of("leakage")[1].succeed(**LEAKS, grouping=[], splits=[])
    page.setup.form.change("validation_fraction", 0.35)
    qtbot.waitUntil(lambda: len(jobs.of("leakage")) == 3)
    asked = jobs.of("leakage")[-1].params
    assert isinstance(asked, LeakParams)
    assert asked.validation_fraction == 0.35


def test_nothing_is_said_of_few_near_duplicates(page: TrainPage, jobs: FakeJobs):
    found = LEAKS | {"share": 0.04, "leaks": False, "grouping": [], "splits": []}
    jobs.of("leakage")[0].succeed(**found)
    assert not page.setup.leakage.isVisible()


def test_answers_about_a_project_that_was_closed_are_dropped(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot, tmp_path: Path
):
    (tmp_path / "other").mkdir()
    page.setup.recipes.choose("quick")
    qtbot.waitUntil(lambda: page.questions.fitting.question.job.running)
    waiting = page.questions.fitting.question.job.handle
    with qtbot.waitSignal(session.overview_changed):
        session.open_project(make_project(tmp_path / "other"))
    jobs.of("leakage")[0].succeed(**LEAKS, grouping=[[1, "a"]], splits=[])
    assert not page.setup.leakage.isVisible()
    assert len(jobs.of("leakage")) == 2, "the new one is looked through"
    waiting.succeed(recipe="quick", options=TrainOptions(epochs=77), why="of another project")  # type: ignore[union-attr]
    assert "another project" not in page.setup.recipes.summary.text()
    assert page.setup.form.value("epochs") != 77


def test_many_images_are_looked_through_only_when_that_is_asked_for(
    qtbot: QtBot, session: Session, jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gui.train.setup_questions.MOST", 5)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert not jobs.of("leakage")
    notice = page.setup.leakage
    assert "not known yet" in notice.words.text()
    page.findChild(QPushButton, "look_for_duplicates_button").click()  # type: ignore[union-attr]
    (asked,) = jobs.of("leakage")
    asked.play(Progress("Loading images", 4, 9))
    assert "4 of 9" in notice.words.text()
    asked.succeed(**LEAKS | {"share": 0.04, "leaks": False, "grouping": [], "splits": []})
    assert "Only about 4 %" in notice.words.text()
    assert not notice.look.isVisible()
    project = session.project
    assert project is not None
    one, two, *_ = (r.id for r in query.labelled_images(project) if r.split is Split.TRAINING)
    with qtbot.waitSignal(session.overview_changed):
        session.edit(edits.set_split, [one], Split.TEST)
    assert "not known yet" in notice.words.text()
    page.questions.near_duplicates.look(asked=True)
    jobs.of("leakage")[1].succeed(**LEAKS, grouping=[[two, "alike 1"]], splits=[[two, "validation"]])
    with qtbot.waitSignal(session.overview_changed):
        notice.together.click()
    assert "kept together" in notice.words.text(), "nobody is asked whether that is known"


def test_a_training_does_not_wait_for_the_search_for_near_duplicates(page: TrainPage, jobs: FakeJobs):
    page.setup.buttons.start.click()
    assert jobs.of("leakage")[0].cancelled


def test_real_near_duplicates_are_found_and_divided_through_the_page(qtbot: QtBot, tmp_path: Path):
    """Films of twelve frames, divided frame by frame: the real job in a real child."""
    from engine.library.scan import ImportParams, import_sources

    random = np.random.default_rng(0)
    for cls in ("ant", "bee"):
        for film in range(4):
            scene = random.integers(0, 255, (6, 6, 3)).astype(np.uint8)
            for frame in range(12):
                file = tmp_path / "films" / cls / f"{film:03d}_{frame:03d}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                picture = Image.fromarray(scene).resize((48, 48), Image.Resampling.BICUBIC)
                picture.rotate(frame / 3).save(file)
    project = tmp_path / "films.pigeonhole"
    params = ImportParams(str(project), (str(tmp_path / "films"),), group_by="none")
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    session, jobs = open_session(qtbot, project), JobRunner()
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)
    qtbot.waitUntil(lambda: page.setup.leakage.isVisible())
    assert "Kept together, 0 % would" in page.setup.leakage.words.text()
    page.setup.leakage.together.click()
    assert session.project is not None
    opened = session.project

    def films_are_whole() -> bool:
        sides: dict[str, set[Split]] = {}
        for record in query.labelled_images(opened):
            sides.setdefault(f"{record.class_id} {record.file.name[:3]}", set()).add(record.split)
        return all(len(found) == 1 for found in sides.values())

    qtbot.waitUntil(films_are_whole)
    jobs.close()
    session.shut_down()
