"""Where nothing is held out, nothing is called validation accuracy: alive, in the list, compared, when it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from engine.events import ClassesMeasured
from gui.session import Session
from gui.train.options_form import label_of
from gui.train.page import TrainPage
from gui.train.run_charts import CLASSES, PACE, reading
from gui.train.validation_choice import FOLDS
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import write_run
from tests.gui.train.training import STARTED, epoch, start, trained, trained_folds

EVERYTHING = replace(STARTED, validation_images=0, classes=("ant", "bee", "cat"))
OF_ALL, OTHER, JOINED = "20260101-000000-quick", "20260102-000000-quick", "20260103-000000-ensemble"


def change(project: Path, name: str, **values: object) -> None:
    file = project / "runs" / name / "run.json"
    record = json.loads(file.read_text("utf-8"))
    record["options"] |= values.pop("options", {})  # type: ignore[arg-type]
    file.write_text(json.dumps(record | values), "utf-8")


@pytest.fixture
def listed(page: TrainPage, project: Path, session: Session, qtbot: QtBot) -> TrainPage:
    """A run that learnt from everything, one with validation, and an ensemble of runs that share none."""
    for name in (OF_ALL, OTHER):
        write_run(project, name)
    write_run(project, JOINED)
    (project / "runs" / JOINED / "history.csv").unlink()
    change(project, OF_ALL, options={"train_on_everything": True}, validated_on="training")
    members = [OF_ALL, OTHER]
    change(project, JOINED, recipe="ensemble", validated_on="test", members=members, validation_accuracy=None, epochs=0)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    return page


def test_a_training_on_everything_promises_nothing_while_it_runs(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    page.view.all_charts.which.button(CLASSES).click()
    handle.play(EVERYTHING, epoch(1), epoch(2), ClassesMeasured(2, (1.0, 1.0, 0.5), (4, 4, 4)))
    for tile in page.view.metrics[:2]:
        assert tile.value.text() == "–"
        assert "nothing held out" in tile.note.text()
    loss = page.view.charts.loss.chart
    assert [curve.name for curve in loss.curves] == ["training", "seen images"]
    assert (loss.best, loss.worse) == (None, 0), "no epoch is known to be better, and no gap to be overfitting"
    assert "Nothing is held out" in page.view.all_charts.reading.text()
    page.view.all_charts.which.button(PACE).click()
    assert page.view.all_charts.pace.rate.chart.best is None
    assert "seen images" in page.view.all_charts.classes.head.text()
    assert "nothing held out" in page.view.detail.text()
    assert "validation accuracy" not in page.views.log.toPlainText()
    handle.succeed(**trained(EVERYTHING.run, None))
    assert "Nothing was held out" in page.views.log.toPlainText()
    assert "Best validation accuracy" not in page.views.log.toPlainText()


def test_the_next_training_has_validation_again(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    handle.play(EVERYTHING, epoch(1))
    handle.stop(**trained(EVERYTHING.run, state="stopped"))
    start(page, jobs).play(STARTED, epoch(1), epoch(2))
    loss = page.view.charts.loss.chart
    assert [curve.name for curve in loss.curves] == ["training", "validation"]
    assert (loss.best, loss.worse) == (2, 1)
    assert "too few to tell" in page.view.metrics[0].accessibleDescription()


def test_a_running_one_has_no_accuracy_in_the_list(
    page: TrainPage, jobs: FakeJobs, project: Path, session: Session, qtbot: QtBot
):
    write_run(project, EVERYTHING.run, state="running")
    handle = start(page, jobs)
    handle.play(EVERYTHING)
    qtbot.waitUntil(lambda: bool(page.run_panel.list.runs()))
    handle.play(epoch(1))
    assert page.run_panel.list.runs()[0].epochs == 1
    assert page.run_panel.list.runs()[0].validation_accuracy is None


def test_the_list_and_the_view_of_such_a_run_say_that_nothing_was_held_out(listed: TrainPage, qtbot: QtBot):
    listed.run_panel.list.choose(OF_ALL)
    qtbot.waitUntil(lambda: listed.view.metrics[0].note.text().endswith("nothing held out"))
    assert listed.view.metrics[0].value.text() == "–"
    assert "nothing held out" in listed.view.detail.text()
    assert listed.view.charts.accuracy.chart.curves[1].name == "seen images"
    assert "validation accuracy" not in listed.views.log.toPlainText()
    listed.run_panel.list.choose(OTHER)
    qtbot.waitUntil(lambda: listed.view.charts.accuracy.chart.curves[1].name == "validation")
    assert "validation accuracy" in listed.views.log.toPlainText()


def test_an_ensemble_without_shared_validation_images_shows_no_figure(listed: TrainPage, qtbot: QtBot):
    listed.run_panel.list.choose(JOINED)
    qtbot.waitUntil(lambda: "no shared images" in listed.view.metrics[0].note.text())
    assert listed.view.metrics[0].value.text() == "–"
    assert listed.view.resume.isHidden()


def test_runs_are_compared_without_what_was_not_held_out(listed: TrainPage, qtbot: QtBot):
    runs = {run.name: run for run in listed.run_panel.list.runs()}
    listed.selection._on_several([runs[OF_ALL], runs[OTHER], runs[JOINED]])
    chart = listed.compare.accuracy.chart
    qtbot.waitUntil(lambda: len(chart.curves) == 3)
    assert [len(curve.points) for curve in chart.curves] == [0, 3, 0]
    accuracy = next(row for row in listed.compare.table.rows()[1:] if row[0] == "Validation accuracy")
    assert accuracy[1:] == ["nothing held out", "7 of 8 (52.9–97.8 %)", "no shared images"]


def test_a_value_that_meant_nothing_to_a_run_is_not_compared(
    page: TrainPage, project: Path, session: Session, qtbot: QtBot
):
    for name, frozen, rate in ((OF_ALL, True, 1e-3), (OTHER, False, 1e-4)):
        write_run(project, name)
        options = {"freeze_base": frozen, "head_epochs": 5, "fine_tune_rate": rate}
        change(project, name, recipe="transfer", options=options)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    runs = {run.name: run for run in page.run_panel.list.runs()}
    page.compare.show_runs([runs[OF_ALL], runs[OTHER]], {})
    rates = next(row for row in page.compare.table.rows() if row[0] == label_of("fine_tune_rate"))
    assert rates[1:] == ["–", "0.0001"]


def test_the_gap_is_that_of_the_epoch_whose_figures_are_shown():
    """Of few images: all right at the kept epoch, none at the last one."""
    history = [
        replace(epoch(1), accuracy=0.5, validation_accuracy=0.5),
        replace(epoch(2), accuracy=1.0, validation_accuracy=1.0),
        replace(epoch(3, best=False), accuracy=1.0, validation_accuracy=0.0, validation_loss=0.6),
    ]
    assert reading(history) == "At epoch 2 training and validation agree within 0.0 points."
    assert reading([replace(e, best=e.epoch == 3) for e in history]).startswith(
        "At epoch 3 training is 100.0 points more accurate"
    )
    untrained = [replace(e, accuracy=0.0) for e in history]
    assert reading(untrained).startswith("At epoch 2 validation is 100.0 points more accurate than training")


def test_an_ensemble_is_not_offered_to_start_from(listed: TrainPage):
    offered = listed.setup.form.findChild(QComboBox, "option_start_from")
    assert offered is not None
    assert [offered.itemData(place) for place in range(offered.count())] == ["", OTHER, OF_ALL]


def test_a_k_fold_training_that_goes_on_tells_its_fold_and_what_the_ended_ones_promise(page: TrainPage, jobs: FakeJobs):
    page.setup.validation.box.setCurrentIndex(page.setup.validation.box.findData(FOLDS))
    handle = start(page, jobs)
    handle.play(replace(STARTED, fold=2), epoch(1))
    assert "Fold 2 of" in page.view.epoch_words.text()
    handle.stop(**trained_folds(["a"], 5, 0.8, 0.0))
    last = page.views.log.toPlainText().splitlines()[-1]
    assert last == "Training stopped. One fold: validation accuracy 80.0 % of 40 (65.2–89.5 %)."
    handle = start(page, jobs)
    handle.play(replace(STARTED, fold=1, validation_images=360), epoch(1, best=False))
    told = page.views.log.toPlainText().splitlines()[-1]
    assert "validation accuracy 75.0 % of 360 (70.3–79.2 %), rate" in told
    handle.stop(**trained_folds(["a", "b"], 2, 0.8, 0.01))
    last = page.views.log.toPlainText().splitlines()[-1]
    assert last.endswith("Validation accuracy 80.00 % ± 1.00 % over 2 folds of 80 images together.")
