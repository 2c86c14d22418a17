"""What the locked setup and the list of runs show while a run is repeated, resumed or paused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.training.recipes.registry import recipe as find_recipe
from engine.training.runs.records import RunRecord
from gui.session import Session
from gui.train.page import TrainPage
from gui.train.validation_choice import FOLDS, HELD_OUT
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import make_project, write_run
from tests.gui.train.training import STARTED, epoch, trained

EARLIER = "20260101-000000-photo-cnn"


def write(project: Path, name: str, state: str, **options: object) -> None:
    folder = project / "runs" / name
    file = (folder if folder.is_dir() else write_run(project, name)) / "run.json"
    record = json.loads(file.read_text("utf-8"))
    chosen = {"recipe": name.split("-", 2)[2], "state": state, "options": record["options"] | options}
    file.write_text(json.dumps(record | chosen), "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_project(tmp_path)
    write(project, EARLIER, "stopped", epochs=7, batch_size=9, rotation=33.0)
    return project


@pytest.fixture
def page(qtbot: QtBot, page: TrainPage) -> TrainPage:
    """With options of the person's own: Quick as it read the project, 3 epochs, parts by turns."""
    qtbot.waitUntil(lambda: len(page.run_panel.list.runs()) == 1)
    page.setup.take("quick", {})
    page.setup.show_adapted("quick", replace(find_recipe("quick").options, epochs=40), "40 epochs.")
    page.setup.form.change("epochs", 3)
    box = page.setup.validation.box
    box.setCurrentIndex(box.findData(FOLDS))
    return page


def run_of(page: TrainPage) -> RunRecord:
    return next(run for run in page.run_panel.list.runs() if run.name == EARLIER)


def check_shows_the_run(page: TrainPage) -> None:
    setup = page.setup
    assert not setup.form.isEnabled()
    assert setup.recipe().name == "photo-cnn"
    assert [setup.form.value(name) for name in ("epochs", "batch_size", "rotation")] == [7, 9, 33.0]
    assert setup.validation.kind == HELD_OUT


def check_shows_the_persons_own(page: TrainPage) -> None:
    setup = page.setup
    assert setup.form.isEnabled()
    assert setup.recipe().name == "quick"
    assert setup.overrides() == {"epochs": 3}
    assert setup.form.defaults().epochs == 40
    assert setup.folds() == 5
    assert setup.recipes.summary.text().endswith("40 epochs. Chosen instead: 3 epochs.")


@pytest.mark.parametrize("how", ["resumed", "repeated", "trained again"])
def test_the_locked_setup_shows_the_run_that_is_trained_and_then_the_persons_own(
    page: TrainPage, jobs: FakeJobs, session: Session, how: str
):
    orders = page.orders
    begin = {"resumed": orders.resume, "repeated": orders.repeat, "trained again": session.retrain_asked.emit}[how]
    begin(run_of(page))
    check_shows_the_run(page)
    jobs.trainings[-1].play(STARTED, epoch(1))
    check_shows_the_run(page)
    jobs.trainings[-1].succeed(**trained(STARTED.run, 0.75))
    check_shows_the_persons_own(page)


def test_a_run_json_from_elsewhere_is_shown_as_soon_as_its_new_run_is_listed(
    page: TrainPage, jobs: FakeJobs, session: Session, project: Path, qtbot: QtBot
):
    page.orders.repeat(str(project / "runs" / EARLIER / "run.json"))
    made = "20260105-000000-photo-cnn"
    write(project, made, "running", epochs=7, batch_size=9, rotation=33.0)
    jobs.trainings[-1].play(replace(STARTED, run=made))
    qtbot.waitUntil(lambda: page.setup.recipe().name == "photo-cnn")
    check_shows_the_run(page)
    jobs.trainings[-1].fail("No.")
    check_shows_the_persons_own(page)


def test_another_project_begins_with_nothing_of_the_run_that_was_shown(
    page: TrainPage, jobs: FakeJobs, session: Session, tmp_path: Path, qtbot: QtBot
):
    page.orders.resume(run_of(page))
    other = make_project(tmp_path / "other")
    with qtbot.waitSignal(session.project_changed):
        session.open_project(other)
    assert page.setup.recipe().name == "quick"
    assert page.setup.overrides() == {}
    jobs.trainings[-1].stop()
    assert page.setup.overrides() == {}


def test_a_paused_run_is_listed_as_paused_until_it_goes_on(
    page: TrainPage, jobs: FakeJobs, session: Session, project: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("engine.training.runs.records.is_alive", lambda _folder: True)
    page.setup.buttons.start.click()
    write(project, STARTED.run, "running")
    jobs.trainings[-1].play(STARTED)
    qtbot.waitUntil(lambda: len(page.run_panel.list.runs()) == 2)

    def listed() -> list[str]:
        return [run.state for run in page.run_panel.list.runs() if run.name == STARTED.run]

    def can_be_put_away() -> bool:
        return next(a for a in page.run_panel.list.actions() if a.text() == "Move to the trash").isEnabled()

    assert listed() == ["running"]
    pause = page.findChild(QPushButton, "pause_button")
    assert pause is not None
    pause.click()
    assert listed() == ["paused"]
    assert not can_be_put_away()
    page.run_panel.search.setText("paused")
    assert [run.name for run in page.run_panel.list.runs()] == [STARTED.run]
    page.run_panel.search.clear()
    page.run_panel.list.choose(
        STARTED.run
    )  # a list read anew may have left it out, and what is left out is chosen no more
    pause.click()
    assert listed() == ["running"]
    assert not can_be_put_away()
    write(project, STARTED.run, "finished")
    jobs.trainings[-1].succeed(**trained(STARTED.run, 0.75))
    qtbot.waitUntil(lambda: listed() == ["finished"])
    qtbot.waitUntil(can_be_put_away)
