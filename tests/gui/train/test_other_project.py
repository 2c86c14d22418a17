"""Another project is opened: the setup begins anew, and a training that goes on says whose it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.scan import ImportParams, import_sources
from engine.training.automatic import choice as recipe_choice
from gui.session import Session
from gui.train.page import TrainPage
from gui.train.validation_choice import FOLDS, HELD_OUT
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import make_project
from tests.gui.train.training import STARTED, epoch, start, trained


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A project for which another recipe is suggested than for the open one."""
    place = tmp_path / "flowers.pigeonhole"
    for number in range(6):
        file = tmp_path / "flowers" / ("daisy", "rose")[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (200, 150), (40 * number, 90, 30)).save(file)
    import_sources(ImportParams(str(place), (str(tmp_path / "flowers"),)), emit=lambda _: None, cancel=Cancel())
    return place


@pytest.fixture
def open_other(session: Session, qtbot: QtBot) -> Callable[[Path], None]:
    def opened(project: Path) -> None:
        with qtbot.waitSignals([session.overview_changed, session.runs_changed]):
            session.open_project(project)

    return opened


def check_begins_anew(page: TrainPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.setup.recipe().name == "transfer")
    assert page.setup.recipes.summary.text().startswith("Suggested")
    assert page.setup.overrides() == {}
    assert page.setup.validation.kind == HELD_OUT


def test_the_setup_begins_anew_and_validates_as_it_does_at_first(
    page: TrainPage, photos: Path, open_other: Callable[[Path], None], qtbot: QtBot
):
    box = page.setup.validation.box
    box.setCurrentIndex(box.findData(FOLDS))
    page.setup.take("accurate", {"epochs": 3})
    open_other(photos)
    check_begins_anew(page, qtbot)


def test_a_recipe_is_suggested_as_soon_as_the_sizes_of_the_images_are_known(
    page: TrainPage, session: Session, photos: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    known = recipe_choice.suggested
    asked: list[object] = []
    monkeypatch.setattr(recipe_choice, "suggested", lambda project: asked.append(project))  # an import has just begun
    session.open_project(photos)
    qtbot.waitUntil(lambda: bool(asked))
    monkeypatch.setattr(recipe_choice, "suggested", known)
    session.ask(lambda _: None, lambda _: session.refresh())  # after the answer
    check_begins_anew(page, qtbot)


def test_a_training_of_another_project_keeps_no_setup_and_says_whose_it_is(
    page: TrainPage, jobs: FakeJobs, photos: Path, project: Path, open_other: Callable[[Path], None], qtbot: QtBot
):
    page.setup.form.change("epochs", 4)
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1))
    assert not page.view.owner.isVisible(), "it is of the open project"
    open_other(photos)
    assert page.view.owner.isVisible()
    assert "“small”" in page.view.owner.text()
    check_begins_anew(page, qtbot)
    handle.play(epoch(2))
    assert page.view.owner.isVisible()
    handle.stop(**trained(STARTED.run, state="stopped"))
    assert not page.view.owner.isVisible()
    check_begins_anew(page, qtbot)
    assert page.setup.form.isEnabled()


def test_the_recipe_reads_the_project_that_was_opened_meanwhile_when_the_training_has_ended(
    page: TrainPage, jobs: FakeJobs, tmp_path: Path, open_other: Callable[[Path], None], qtbot: QtBot
):
    handle = start(page, jobs)
    open_other(make_project(tmp_path / "other"))
    assert page.setup.recipe().name == "quick"
    jobs.run_callables()  # on a slow machine something was asked of the first project before the start
    assert not page.questions.fitting.question.busy
    handle.stop()
    assert page.questions.fitting.question.busy


def test_a_project_that_is_opened_again_shows_its_training_as_its_own(
    page: TrainPage, jobs: FakeJobs, photos: Path, project: Path, open_other: Callable[[Path], None]
):
    page.setup.take("accurate", {"epochs": 3})
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1))
    open_other(photos)
    open_other(project)
    assert not page.view.owner.isVisible()
    assert "training" in page.view.headline.text()
    assert page.setup.recipe().name == "accurate"
    assert page.setup.form.value("epochs") == 3
    handle.stop(**trained(STARTED.run, state="stopped"))
    assert page.setup.recipe().name == "quick"
    assert page.setup.overrides() == {}
