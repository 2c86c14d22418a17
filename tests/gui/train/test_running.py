"""While a training runs: pause and go on, folds, classes, memory, what is said of trouble."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from engine.events import BatchEnded, ClassesMeasured, EpochEnded, Log, RunStarted
from gui import theme
from gui.session import Session
from gui.train.class_accuracy import ClassAccuracyBars
from gui.train.page import TrainPage
from gui.train.run_charts import CLASSES, PACE, reading
from gui.widgets.charts.curve_paint import gap_areas
from gui.widgets.table import SortableTable, cells
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session, write_run
from tests.gui.train.training import press, start, trained, trained_folds
from tests.gui.windows import styled

CLASS_NAMES = ("ant", "bee", "cat")
STARTED = RunStarted("20260103-000000-quick", "quick", "CPU", 4, 10, 9, 3, 12345, classes=CLASS_NAMES)


def epoch(number: int, *, accuracy: float = 0.5, validation: float = 0.5, loss: float = 1, held_out: float = 1):
    return EpochEnded(number, 4, loss, accuracy, held_out, validation, 1e-3 / number, 2.0, 900.0, number == 1)


def test_a_training_is_paused_and_goes_on_and_says_so(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1), BatchEnded(2, 3, 10, 0.4, 0.8, 1000.0, 90.0))
    assert "left" in page.view.epoch_words.text()
    press(page, "pause_button")
    assert handle.paused
    assert "paused" in page.view.headline.text()
    assert "nothing is lost" in page.view.epoch_words.text()
    assert "left" not in page.view.epoch_words.text(), "no time can be told while it waits"
    assert page.setup.buttons.pause.text() == "Go on"
    press(page, "pause_button")
    assert not handle.paused
    assert "training" in page.view.headline.text()
    assert page.setup.buttons.pause.text() == "Pause"


def test_pause_has_a_key_and_a_paused_training_can_be_stopped(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1))
    qtbot.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: handle.paused)
    press(page, "stop_button")
    assert handle.cancelled
    assert "stopping" in page.view.headline.text()
    assert not page.setup.buttons.pause.isEnabled()


def test_nothing_can_be_paused_while_nothing_is_trained(page: TrainPage, jobs: FakeJobs):
    assert page.setup.buttons.pause.isHidden()
    start(page, jobs).stop()
    assert page.setup.buttons.pause.isHidden()


def test_memory_is_told_while_a_training_runs(page: TrainPage, jobs: FakeJobs):
    start(page, jobs).play(STARTED, epoch(1))
    page.training._on_second()
    assert "1.2 GB of memory" in page.view.detail.text()


def test_too_little_memory_and_other_warnings_are_said_in_one_sentence(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    words = "The device has too little memory; training goes on with batches of 16."
    handle.play(STARTED, Log(words, "warning"))
    assert page.notice.isVisible()
    assert page.notice.words.text() == words
    handle.fail("The loss was no longer a finite number in epoch 2; choose a learning rate lower than 0.1.")
    assert "finite" in page.notice.words.text()
    start(page, jobs)
    assert not page.notice.isVisible()


def test_no_warning_hides_another_and_each_stands_beside_its_own_run(
    page: TrainPage, jobs: FakeJobs, session: Session, project: Path, qtbot: QtBot
):
    write_run(project, "20250101-000000-photo-cnn")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    handle = start(page, jobs)
    handle.play(Log("About 30% look alike.", "warning"), STARTED, Log("“ant” has a single image.", "warning"))
    assert page.notice.words.text().splitlines() == ["About 30% look alike.", "“ant” has a single image."]
    handle.play(Log("Too little memory.", "warning"))
    assert page.notice.words.text().splitlines()[1:] == ["Too little memory.", "1 more in the log."]
    page.run_panel.list.choose("20250101-000000-photo-cnn")
    assert not page.notice.isVisible(), "the other run has nothing to do with it"
    write_run(project, STARTED.run, state="stopped", epochs=1)
    handle.stop(**trained(STARTED.run, state="stopped"))
    qtbot.waitUntil(lambda: any(run.name == STARTED.run for run in page.run_panel.list.runs()))
    page.run_panel.list.choose(STARTED.run)
    assert "Too little memory." in page.notice.words.text()


def test_a_training_that_ends_after_another_project_was_opened_leaves_nothing_in_sight(
    page: TrainPage, jobs: FakeJobs, session: Session, tmp_path: Path, qtbot: QtBot
):
    handle = start(page, jobs)
    handle.play(STARTED, epoch(1))
    other = make_project(tmp_path / "other")
    with qtbot.waitSignals([session.overview_changed, session.runs_changed]):
        session.open_project(other)
    assert "training" in page.view.headline.text(), "it can be watched and stopped"
    handle.stop(**trained(STARTED.run, state="stopped"))
    assert page.view.headline.text() == "No run yet"
    assert page.views.log.toPlainText() == ""
    assert page.setup.buttons.start.isVisible()
    assert not page.view.epochs.isVisible()


def test_the_accuracy_of_each_class_grows_with_the_epochs_the_weakest_first(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    page.view.all_charts.which.button(CLASSES).click()
    handle.play(STARTED, epoch(1), ClassesMeasured(1, (0.5, None, 0.25), (2, 0, 4)))
    bars = page.view.all_charts.classes.bars
    assert bars.shown == [("cat", 0.25, 4), ("ant", 0.5, 2)]
    assert bars.words(2000) == ["1 of 4 (4.6–69.9 %)", "1 of 2 (9.5–90.5 %)"]
    assert bars.words(200) == ["1 of 4", "1 of 2"], "where there is no room for the interval"
    assert "cat 1 of 4" in bars.accessibleDescription()
    handle.play(epoch(2), ClassesMeasured(2, (0.5, None, 1.0), (2, 0, 4)))
    assert bars.rows()[1:] == [["ant", 0.5, 2], ["cat", 1.0, 4]]
    assert "epoch 2" in page.view.all_charts.classes.head.text()


def test_the_learning_rate_and_the_speed_have_charts_of_their_own(page: TrainPage, jobs: FakeJobs):
    handle = start(page, jobs)
    page.view.all_charts.which.button(PACE).click()
    handle.play(STARTED, epoch(1), epoch(2))
    pace = page.view.all_charts.pace
    assert pace.rate.chart.curves[0].points == [(1, 1e-3), (2, 5e-4)]
    assert pace.speed.chart.curves[0].points == [(1, 900.0), (2, 900.0)]
    assert pace.rate.chart.best == 1


def test_folds_are_trained_one_after_the_other_each_with_its_own_curves(
    page: TrainPage, jobs: FakeJobs, project: Path, session: Session, qtbot: QtBot
):
    box = page.findChild(QComboBox, "validation_box")
    assert box is not None
    box.setCurrentIndex(1)
    page.setup.validation.number.setValue(3)
    assert "3 runs" in page.setup.validation.words.text()
    handle = start(page, jobs)
    assert handle.name == "train_folds"
    assert handle.params.folds == 3  # type: ignore[attr-defined]
    handle.play(STARTED, epoch(1), epoch(2))
    assert "Fold 1 of 3" in page.view.epoch_words.text()
    second = RunStarted("20260103-000001-quick", "quick", "CPU", 4, 10, 9, 3, 12345)
    handle.play(second, epoch(1))
    assert "Fold 2 of 3" in page.view.epoch_words.text()
    assert [x for x, _ in page.view.charts.loss.chart.curves[0].points] == [1]
    handle.succeed(**trained_folds([second.run, "2", "3"], 3, 0.8, 0.02))
    assert "80.00 % ± 2.00 % over 3 folds" in page.views.log.toPlainText()


def test_training_on_everything_is_the_same_thing_above_and_in_the_options(page: TrainPage, jobs: FakeJobs):
    box = page.findChild(QComboBox, "validation_box")
    assert box is not None
    box.setCurrentIndex(2)
    assert page.setup.form.value("train_on_everything") is True
    page.setup.form.reset()
    assert box.currentIndex() == 0
    page.setup.form.change("train_on_everything", True)
    assert box.currentIndex() == 2
    assert start(page, jobs).params.overrides == {"train_on_everything": True}  # type: ignore[attr-defined]


def test_a_share_is_asked_for_only_where_the_project_has_no_validation_split(page: TrainPage):
    choice = page.setup.validation
    choice.show_split(0)
    assert choice.box.currentText() == "A share, at random"
    assert choice.number.isVisible()
    choice.number.setValue(35)
    assert page.setup.form.value("validation_fraction") == pytest.approx(0.35)
    choice.show_split(12)
    assert choice.box.currentText() == "The validation split"
    assert not choice.number.isVisible()


@pytest.mark.parametrize(
    ("history", "word"),
    [
        ([epoch(1)], ""),
        ([epoch(n, loss=1 / n, held_out=0.5 + 0.1 * n) for n in (1, 2, 3, 4)], "Overfitting: since epoch 1"),
        ([epoch(n, accuracy=0.9, validation=0.8) for n in (1, 2)], "10.0 points more accurate than validation"),
        ([epoch(n, accuracy=0.7, validation=0.8) for n in (1, 2)], "more accurate than training"),
        ([epoch(n, accuracy=0.8, validation=0.795) for n in (1, 2)], "agree within 0.5 points"),
    ],
)
def test_the_curves_are_read_in_a_sentence(history: list[EpochEnded], word: str):
    assert word in reading(history)
    assert bool(reading(history)) == bool(word)


def test_the_gap_between_the_curves_is_marked_only_where_validation_is_worse():
    training, validation = [(1.0, 2.0), (2.0, 1.0), (3.0, 0.5)], [(1.0, 1.0), (2.0, 1.5), (3.0, 1.5)]
    first, second = gap_areas(training, validation, 1)
    assert first == [(pytest.approx(5 / 3), pytest.approx(4 / 3)), (2.0, 1.0), (2.0, 1.5)]
    assert second == [(2.0, 1.0), (3.0, 0.5), (3.0, 1.5), (2.0, 1.5)]
    assert gap_areas(validation, training, 1) == [
        [(1.0, 1.0), (pytest.approx(5 / 3), pytest.approx(4 / 3)), (1.0, 2.0)]
    ]


def test_an_ended_run_tells_its_classes_from_its_predictions(qtbot: QtBot, project: Path, jobs: FakeJobs):
    write_run(project)
    session = open_session(qtbot, project)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(page.view.charts.loss.chart.curves[0].points) == 3)
    page.view.all_charts.which.button(CLASSES).click()
    view = page.view.all_charts.classes
    qtbot.waitUntil(lambda: "No validation image" in view.nothing.text())  # that run predicted test images only
    session.shut_down()


def test_the_end_of_an_epoch_reads_no_run_from_the_disk(
    page: TrainPage, jobs: FakeJobs, project: Path, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    """What is new it says itself; a project may have a thousand runs, and an epoch last a second."""
    write_run(project, STARTED.run, state="running", epochs=0)
    handle = start(page, jobs)
    with qtbot.waitSignal(session.runs_changed):
        handle.play(STARTED)
    read: list[int] = []
    monkeypatch.setattr(session, "refresh_runs", lambda: read.append(1))
    handle.play(epoch(1), epoch(2, validation=0.75))
    assert read == []
    assert page.run_panel.list.runs()[0].epochs == 2


def test_a_class_of_which_none_is_recognised_has_no_bar(qtbot: QtBot):
    bars = shown(qtbot, ClassAccuracyBars(), 300, 60)
    colour = theme.current().series[1].rgb()

    def painted() -> bool:
        image = bars.grab().toImage()
        return any(image.pixel(x, y) == colour for x in range(image.width()) for y in range(image.height()))

    bars.show_values(["ant"], [0.0], [5])
    assert not painted()
    bars.show_values(["ant"], [0.01], [100])
    assert painted()


def test_a_head_of_a_table_is_measured_in_the_font_that_it_is_painted_in(qapp: QApplication, qtbot: QtBot):
    with styled(qapp):
        table = shown(qtbot, SortableTable("heads", "Heads", cells(["What"])), 300, 100)
    assert table.horizontalHeader().font().weight() == QFont.Weight.DemiBold, "as the style sheet has it"
