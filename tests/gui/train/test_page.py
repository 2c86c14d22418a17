"""The Train page, told by a script of events what a training says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.events import BatchEnded, Log, ProblemFound, Progress
from engine.library.project import Project
from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session, write_run
from tests.gui.train.training import STARTED, epoch, press, start, trained


def test_the_training_process_is_started_ahead_when_the_page_opens(page: TrainPage, jobs: FakeJobs):
    assert jobs.warmed == 1


def test_start_trains_the_chosen_recipe_with_what_was_changed(page: TrainPage, jobs: FakeJobs, project: Path):
    box = page.findChild(QComboBox, "recipe_box")
    assert box is not None
    box.setCurrentIndex(box.findData("traffic-sign-cnn"))
    page.setup.form.set_overrides({"epochs": 3})
    handle = start(page, jobs)
    assert handle.name == "train"
    assert handle.params.project == str(project)  # type: ignore[attr-defined]
    assert handle.params.recipe == "traffic-sign-cnn"  # type: ignore[attr-defined]
    assert handle.params.overrides == {"epochs": 3}  # type: ignore[attr-defined]
    assert handle.params.resume is None  # type: ignore[attr-defined]


def test_the_page_shows_what_will_be_trained_on(page: TrainPage):
    training, validation, test, _ = (int(label.text()) for label in page.setup.data.numbers)
    assert training + validation == 9
    assert test == 3


def test_progress_is_shown_from_loading_to_the_last_batch(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    handle.play(Progress("Loading images", 5, 12))
    assert "5" in page.view.detail.text()
    assert "12" in page.view.detail.text()
    handle.play(STARTED, epoch(1), BatchEnded(2, 4, 10, 0.4, 0.8, 1234.0, 90.0))
    words = page.view.epoch_words.text()
    assert "Epoch 2 of 4" in words
    assert "batch 4 of 10" in words
    assert "1,234 images/s" in words
    assert "2 min left" in words
    assert page.view.epochs.accessibleDescription() == "1 of 4 epochs"


@pytest.mark.parametrize("size", [(1160, 770), (3750, 2120)], ids=["1280x800", "4k"])
def test_without_details_the_runs_begin_below_the_run_and_with_them_the_curves_get_the_room(
    qtbot: QtBot, page: TrainPage, size: tuple[int, int]
) -> None:
    page.resize(*size)
    view, panel = page.view, page.run_panel
    fold = view.details.button

    def gap() -> int:
        return panel.mapTo(page, QPoint()).y() - fold.mapTo(page, QPoint(0, fold.height())).y()

    qtbot.waitUntil(lambda: gap() > 200)
    curves = view.height()
    fold.click()
    qtbot.waitUntil(lambda: 0 < gap() < 40)
    assert panel.height() > page.height() // 4, "no strip is left empty below them either"
    page.views.show_tab(page.pictures)
    qtbot.waitUntil(lambda: page.pictures.height() == curves)
    page.views.show_tab(view)
    qtbot.waitUntil(lambda: 0 < gap() < 40)
    fold.click()
    qtbot.waitUntil(lambda: view.height() == curves)


def test_curves_loss_pace_and_log_are_behind_details_which_stay_open_for_whoever_has_asked_for_them(
    session: Session, jobs: FakeJobs, qtbot: QtBot
):
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    start(page, jobs).play(STARTED, epoch(1))
    view = page.view
    for_experts = view.all_charts, page.views.log, view.metrics[1], view.metrics[2]
    assert not any(part.isVisible() for part in for_experts)
    assert all(part.isVisible() for part in (view.metrics[0], view.metrics[3], page.run_panel.list))
    view.details.button.click()
    assert all(part.isVisible() for part in for_experts)
    again = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert again.view.all_charts.isVisible()
    assert again.views.log.isVisible()


def test_curves_grow_with_each_epoch(page: TrainPage, jobs: FakeJobs):
    start(page, jobs).play(STARTED, epoch(1), epoch(2))
    charts = page.view.charts
    assert [x for x, _ in charts.loss.chart.curves[0].points] == [1, 2]
    assert charts.accuracy.chart.curves[1].points[-1] == (2, pytest.approx(0.8))
    assert charts.loss.chart.last == 4
    accuracy = page.view.metrics[0]
    assert accuracy.value.text() == "–", "no figure of few images in the largest type"
    assert accuracy.accessibleDescription().startswith("2 of 3: too few to tell")


def test_stop_cancels_at_once_and_says_so(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1))
    press(page, "stop_button")
    assert handle.cancelled
    assert "stopping" in page.view.headline.text()
    assert not page.setup.buttons.stop.isEnabled()


def test_after_a_training_another_can_be_started(page: TrainPage, jobs: FakeJobs, session: Session, qtbot: QtBot):
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1))
    with qtbot.waitSignals([session.message, session.runs_changed]) as _:
        handle.succeed(**trained(STARTED.run, 0.75))
    assert "75.00 %" in page.views.log.toPlainText()
    assert jobs.warmed == 2
    start(page, jobs)
    assert len(jobs.trainings) == 2


def test_a_failed_training_says_why_in_one_sentence(page: TrainPage, jobs: FakeJobs):
    start(page, jobs).fail("There was not enough memory for this; choose a smaller batch.")
    assert page.notice.isVisible()
    assert "memory" in page.notice.words.text()
    assert page.setup.buttons.start.isEnabled()


def test_the_setup_is_fixed_while_a_training_runs(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    assert not page.setup.recipes.box.isEnabled()
    assert not page.setup.form.isEnabled()
    assert page.setup.buttons.start.isHidden()
    handle.stop()
    assert page.setup.recipes.box.isEnabled()
    assert page.setup.buttons.stop.isHidden()


def test_the_log_tells_epochs_warnings_and_problems(page: TrainPage, jobs: FakeJobs):
    start(page, jobs).play(STARTED, Log("a warning", "warning"), ProblemFound("a.png", "truncated"), epoch(1))
    lines = page.views.log.toPlainText().splitlines()
    assert lines[1:3] == ["! a warning", "! a.png: truncated"]
    assert lines[3].startswith("Epoch 1/4: loss 1.0000")


def test_a_run_of_the_list_shows_its_curves(qtbot: QtBot, project: Path, jobs: FakeJobs):
    write_run(project, epochs=3)
    session = open_session(qtbot, project)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(page.view.charts.loss.chart.curves[0].points) == 3)
    assert "finished" in page.view.headline.text()
    assert page.view.resume.isHidden()
    session.shut_down()


def test_another_run_can_be_looked_at_while_one_trains(qtbot: QtBot, project: Path, jobs: FakeJobs):
    write_run(project, "20260101-000000-photo-cnn", epochs=3)
    session = open_session(qtbot, project)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1))
    page.run_panel.list.choose("20260101-000000-photo-cnn")
    qtbot.waitUntil(lambda: len(page.view.charts.loss.chart.curves[0].points) == 3)
    handle.play(epoch(2))
    assert len(page.view.charts.loss.chart.curves[0].points) == 3
    write_run(project, STARTED.run, state="running")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    page.run_panel.list.choose(STARTED.run)
    assert [x for x, _ in page.view.charts.loss.chart.curves[0].points] == [1, 2]
    session.shut_down()


def test_an_interrupted_run_is_taken_up_again_with_its_curves(qtbot: QtBot, project: Path, jobs: FakeJobs):
    name = write_run(project, state="running", epochs=3).name
    session = open_session(qtbot, project)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.view.resume.isVisible())
    assert "interrupted" in page.view.headline.text()
    press(page, "resume_button")
    assert jobs.trainings[0].params.resume == name  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: len(page.view.charts.loss.chart.curves[0].points) == 3)
    jobs.trainings[0].play(epoch(4))
    assert [x for x, _ in page.view.charts.loss.chart.curves[0].points] == [1, 2, 3, 4]
    session.shut_down()


def test_without_a_project_the_page_says_what_to_do(qtbot: QtBot, jobs: FakeJobs):
    session = Session()
    page = shown(qtbot, TrainPage(session, jobs), 900, 600)  # type: ignore[arg-type]
    assert page.findChild(QPushButton, "start_button").isHidden() or not page.setup.isVisible()
    with qtbot.waitSignal(page.open_wanted):
        press(page, "open_folder_button")
    assert jobs.warmed == 0
    session.shut_down()


def test_start_and_stop_have_keys(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(jobs.trainings) == 1)
    qtbot.keyClick(page, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: jobs.trainings[0].cancelled)


def test_a_project_that_cannot_be_trained_on_offers_no_start(qtbot: QtBot, tmp_path: Path, jobs: FakeJobs):
    session = open_session(qtbot, make_project(tmp_path, split="test"))
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert not page.setup.buttons.start.isEnabled()
    assert page.setup.data.notice.isVisible()
    session.shut_down()


def test_both_numbers_are_told_to_be_of_the_epoch_that_is_kept(page: TrainPage, jobs: FakeJobs):
    start(page, jobs).play(replace(STARTED, validation_images=40), epoch(1), epoch(2), epoch(3, best=False))
    accuracy, loss = page.view.metrics[:2]
    assert loss.accessibleDescription() == "at epoch 2, the kept one"
    assert accuracy.accessibleDescription().endswith("at epoch 2, the kept one")
    assert (accuracy.value.text(), loss.value.text()) == ("80.0 %", "0.550")


def test_every_step_before_the_first_batch_is_told(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    assert page.view.detail.text() == "Getting ready…"
    page.training.live.since -= 75  # type: ignore[union-attr]
    page.training.changed.emit()
    assert page.view.detail.text() == "Getting ready…  1 min 15 s"
    handle.play(Progress("Loading images", 12, 12))
    assert page.view.detail.text() == "Building the network…"
    handle.play(STARTED)
    assert "preparing the first batch" in page.view.epoch_words.text()
    handle.play(BatchEnded(1, 1, 10, 2.0, 0.1, 20.0, 400.0))
    assert "batch 1 of 10" in page.view.epoch_words.text()
    press(page, "stop_button")
    assert "no model is kept" in page.view.epoch_words.text(), "no epoch is complete"
    handle.play(epoch(1))
    assert "best epoch is kept" in page.view.epoch_words.text()
    handle.play(Progress("Saving the model", 0, None))
    assert "Saving the model" in page.view.epoch_words.text()
    assert "Loading images…" in page.views.log.toPlainText().splitlines()


def test_the_rate_is_the_same_while_a_run_trains_and_when_it_has_ended(
    qtbot: QtBot, session: Session, page: TrainPage, jobs: FakeJobs, project: Path
):
    handle = start(page, jobs)
    started = replace(STARTED, training_images=1000)
    handle.play(started, BatchEnded(1, 1, 10, 2, 0.1, 10.0), BatchEnded(1, 5, 10, 2, 0.1, 500 / 14), epoch(1))
    shown_live = page.view.metrics[2].value.text()
    assert shown_live == "100"
    write_run(project, STARTED.run, state="stopped", epochs=1)
    handle.stop(**trained(STARTED.run, state="stopped"))
    qtbot.waitUntil(lambda: "stopped" in page.view.headline.text())
    assert page.view.metrics[2].value.text() == shown_live


def test_the_list_tells_the_running_run_as_its_tiles_do(
    qtbot: QtBot, session: Session, page: TrainPage, jobs: FakeJobs, project: Path
):
    handle = start(page, jobs)
    write_run(project, STARTED.run, state="running", epochs=1)
    with qtbot.waitSignal(session.runs_changed):
        handle.play(STARTED)
    handle.play(epoch(1), epoch(2))
    listed = page.run_panel.list.runs()[0]
    assert (listed.epochs, listed.validation_accuracy) == (2, pytest.approx(0.8))


def test_the_log_of_an_earlier_run_is_read_from_its_folder(qtbot: QtBot, project: Path, jobs: FakeJobs):
    write_run(project, epochs=3)
    session = open_session(qtbot, project)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: "Training finished." in page.views.log.toPlainText())
    lines = page.views.log.toPlainText().splitlines()
    assert [line.split(":")[0] for line in lines[1:4]] == ["Epoch 1/3", "Epoch 2/3", "Epoch 3/3"]
    session.shut_down()


def test_a_resumed_run_keeps_its_log(qtbot: QtBot, project: Path, jobs: FakeJobs):
    write_run(project, state="stopped", epochs=3)
    session = open_session(qtbot, project)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.view.resume.isVisible())
    press(page, "resume_button")
    qtbot.waitUntil(lambda: "Resumed." in page.views.log.toPlainText())
    jobs.trainings[0].play(epoch(4))
    words = page.views.log.toPlainText()
    assert words.index("Epoch 3/3") < words.index("Resumed.") < words.index("Epoch 4/4")
    session.shut_down()


def test_the_pictures_choose_also_where_there_are_runs(qtbot: QtBot, project: Path, jobs: FakeJobs):
    folder = write_run(project)
    record = json.loads((folder / "run.json").read_text("utf-8"))
    (folder / "run.json").write_text(json.dumps(record | {"recipe": "photo-cnn"}), "utf-8")
    session = open_session(qtbot, project)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert page.setup.is_automatic
    assert page.setup.recipe().name == "quick"
    session.shut_down()


def test_a_suggestion_says_why_and_gives_way_to_the_persons_choice(page: TrainPage, qtbot: QtBot):
    qtbot.waitUntil(lambda: page.setup.recipe().name == "quick")  # the pictures are 8 px and coloured
    qtbot.waitUntil(lambda: "Suggested" in page.setup.recipes.summary.text())
    page.setup.recipes.box.setCurrentIndex(page.setup.recipes.box.findData("photo-cnn"))
    page.setup.recipes.box.activated.emit(0)
    assert "Suggested" not in page.setup.recipes.summary.text()
    page.setup.propose("fashion-cnn")
    assert page.setup.recipe().name == "photo-cnn"


def test_a_project_that_another_window_writes_to_can_be_trained_on(qtbot: QtBot, project: Path, jobs: FakeJobs):
    with Project.open(project):
        session = open_session(qtbot, project)
        assert session.read_only
        page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
        start(page, jobs)
        session.shut_down()


def test_a_place_that_cannot_be_written_offers_no_start_and_says_why(
    qtbot: QtBot, project: Path, jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch
):
    with Project.open(project):
        session = open_session(qtbot, project)
    monkeypatch.setattr("engine.training.readiness.os.access", lambda *_: False)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert not page.setup.buttons.start.isEnabled()
    assert "cannot be written" in page.setup.data.notice.words.text()
    session.shut_down()


def test_the_device_reads_the_same_before_and_after_the_start(page: TrainPage, jobs: FakeJobs):
    jobs.run_callables()
    before = page.setup.device.text()
    start(page, jobs).play(replace(STARTED, device="CPU"))
    assert page.setup.device.text() == before
    assert page.view.detail.text().endswith(before)


def test_the_buttons_end_where_the_form_ends(page: TrainPage, qtbot: QtBot):
    def right(widget: QWidget) -> int:
        return widget.mapTo(page, QPoint(widget.width(), 0)).x()

    setup = page.setup
    qtbot.waitUntil(lambda: right(setup.buttons.start) == right(setup.recipes.box) == right(setup.validation))


def test_in_a_small_window_the_tiles_stand_two_by_two(page: TrainPage, qtbot: QtBot):
    tiles = page.view.metrics
    assert len({tile.y() for tile in tiles}) == 1
    page.host.resize(792, 560)  # type: ignore[attr-defined]
    page.resize(792, 560)
    qtbot.waitUntil(lambda: [tile.y() == tiles[0].y() for tile in tiles] == [True, True, False, False])
    assert page.view.headline.width() > 300


def test_a_long_name_of_an_option_makes_the_setup_no_wider_than_it_is(page: TrainPage):
    form = page.setup.form
    form.more.setChecked(True)
    for name, value in {"train_on_everything": True, "zoom_evenly": True, "plateau": 3, "label_smoothing": 0.3}.items():
        form.change(name, value)  # which makes its name bold
    inside, room = page.setup.pane.area.widget(), page.setup.pane.area.viewport()
    assert inside.minimumSizeHint().width() <= room.width()
