"""The line that tells what was fixed since a run, trains it again, and leads to before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.library import query
from engine.library.project import Project
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from gui.review.comparison_section import ComparisonSection
from gui.review.page import ReviewPage
from gui.review.retrain_line import RetrainLine
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.reviewing import close_loaders
from tests.gui.small_project import make_project, write_run

OLD, NEW = "20260102-030405-fashion-cnn", "20260203-030405-fashion-cnn"


def add_run(project: Path, name: str, **facts: object) -> None:
    """A finished run with its split, as training leaves it."""
    folder = write_run(project, name)
    with Project.open(project, read_only=True) as opened:
        frozen = freeze(opened, TrainOptions(), lambda _: None)
        (folder / "split.csv").write_text(frozen.to_csv(), "utf-8")
        record = json.loads((folder / "run.json").read_text("utf-8"))
        created = f"{name[:4]}-{name[4:6]}-{name[6:8]}T00:00:00+00:00"
        (folder / "run.json").write_text(json.dumps({**record, "created": created, **facts}), "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_project(tmp_path)
    add_run(project, OLD)
    return project


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[ReviewPage]:
    """Of a run without mistakes, of which the gallery shows none."""
    page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.reviewed is not None)
    yield page
    close_loaders(page)


def line(page: ReviewPage) -> RetrainLine:
    return next(found for found in page.sections.banners if isinstance(found, RetrainLine))


def relabel(session: Session, qtbot: QtBot, count: int = 2, *, test: bool = False) -> None:
    """Give so many training images, or test images, of ants the label of bees."""
    assert session.project is not None
    ant, bee = (session.class_named(name) for name in ("ant", "bee"))
    assert ant is not None
    assert bee is not None
    images = [i for i in query.labelled_images(session.project) if i.class_id == ant.id and (i.split == "test") is test]
    with qtbot.waitSignal(session.images_changed):
        session.set_label([i.id for i in images[:count]], bee.id)


def test_nothing_is_said_while_nothing_was_fixed(page: ReviewPage, qtbot: QtBot):
    qtbot.waitUntil(lambda: line(page).since is not None)
    assert line(page).isHidden()


def test_fixes_are_told_and_undo_takes_the_line_away(page: ReviewPage, session: Session, qtbot: QtBot):
    relabel(session, qtbot)
    qtbot.waitUntil(line(page).isVisible)
    assert line(page).words.text() == "Since this run: 2 labels changed."
    with qtbot.waitSignal(session.images_changed):
        session.undo()
    qtbot.waitUntil(line(page).isHidden)


def test_where_only_a_test_label_changed_the_line_says_that_the_model_would_be_the_same(
    page: ReviewPage, session: Session, qtbot: QtBot
):
    relabel(session, qtbot, 1, test=True)
    qtbot.waitUntil(line(page).isVisible)
    same = " No training image changed: the model would be the same, only its score."
    assert line(page).words.text() == "Since this run: 1 label changed." + same
    relabel(session, qtbot, 1)
    qtbot.waitUntil(lambda: line(page).words.text() == "Since this run: 2 labels changed.")


def test_the_button_hands_the_run_to_the_train_page(page: ReviewPage, session: Session, qtbot: QtBot):
    relabel(session, qtbot)
    qtbot.waitUntil(line(page).isVisible)
    told: list[str] = []
    page.page_wanted.connect(told.append)
    session.retrain_asked.connect(lambda run: told.append(run.name))
    line(page).button.click()
    assert told == ["train", OLD], "the page must be there before it hears of it"
    assert line(page).words.text().endswith("Training again…")


def test_it_does_not_say_that_it_trains_where_another_training_runs(
    page: ReviewPage, session: Session, qtbot: QtBot, jobs: FakeJobs
):
    relabel(session, qtbot)
    qtbot.waitUntil(line(page).isVisible)
    jobs.training_changed.emit(True)
    line(page).button.click()
    assert line(page).words.text() == "Since this run: 2 labels changed."


def test_the_new_run_is_compared_with_the_old_one_as_soon_as_it_is_there(
    page: ReviewPage, session: Session, project: Path, qtbot: QtBot
):
    add_run(project, "20250101-000000-fashion-cnn", repeats=OLD, fixes=True)  # an earlier try does not count
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    relabel(session, qtbot)
    qtbot.waitUntil(line(page).isVisible)
    line(page).button.click()
    add_run(project, NEW, repeats=OLD, fixes=True)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    section = page.sections.section(ComparisonSection)
    qtbot.waitUntil(lambda: page.sections.all[page.sections.tabs.currentIndex()].made() is section)
    qtbot.waitUntil(lambda: section.found is not None)
    assert section.found is not None
    assert (section.found.before.name, section.found.after.name) == (OLD, NEW)
    assert line(page).words.text() == "Trained again with the fixes."
    page.sections.tabs.setCurrentIndex(0)
    line(page).compare.click()
    assert page.sections.all[page.sections.tabs.currentIndex()].made() is section


def test_a_training_that_fails_ends_the_waiting(page: ReviewPage, session: Session, project: Path, qtbot: QtBot):
    relabel(session, qtbot)
    qtbot.waitUntil(line(page).isVisible)
    line(page).button.click()
    add_run(project, NEW, repeats=OLD, fixes=True, state="failed")
    (project / "runs" / NEW / "model.onnx").unlink()
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    qtbot.waitUntil(lambda: "Training again" not in line(page).words.text())


def test_a_run_whose_files_are_gone_says_nothing(session: Session, project: Path, qtbot: QtBot):
    (project / "runs" / OLD / "split.csv").unlink()
    page = shown(qtbot, ReviewPage(session, FakeJobs()), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.reviewed is not None)
    relabel(session, qtbot)
    qtbot.wait(600)
    assert line(page).isHidden()
    close_loaders(page)


class Clock:
    """Goes on by `step` seconds at each look, of which there may be any number: reads of before may come late."""

    def __init__(self) -> None:
        self.now, self.step = 0.0, 1.0

    def monotonic(self) -> float:
        self.now += self.step
        return self.now


def test_where_looking_takes_long_it_is_done_less_often(
    page: ReviewPage, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    found = line(page)
    qtbot.waitUntil(lambda: found.since is not None)
    clock = Clock()
    monkeypatch.setattr("gui.review.retrain_line.time", clock)
    for clock.step, expected in ((1.0, 8000), (70.0, 15_000)):
        found.read()
        qtbot.waitUntil(lambda expected=expected: found._rest.interval() == expected)
