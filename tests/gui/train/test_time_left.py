"""The time left of a k-fold training is that of all its folds."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from engine.events import BatchEnded, EpochEnded, Progress, TrainingEnds
from gui.train import training_progress
from gui.train.training_progress import TrainingProgress
from tests.gui.train.training import STARTED, epoch

FOLD = replace(STARTED, training_images=1800)  # two seconds at 900 images a second


def trained(live: TrainingProgress, epochs: int) -> TrainingProgress:
    for number in range(1, epochs + 1):
        live.take(epoch(number))
    return live


def batch(number: int, left: float) -> BatchEnded:
    return BatchEnded(number, 5, 10, 0.4, 0.8, 900.0, left)


@pytest.fixture
def first() -> TrainingProgress:
    live = TrainingProgress("quick", 4, folds=3)
    live.take(replace(FOLD, fold=1))
    return live


def test_a_single_training_has_its_own_time_left():
    live = TrainingProgress("quick", 4)
    live.take(FOLD)
    trained(live, 2)
    assert live.seconds_left == pytest.approx(4)
    live.take(batch(3, 3.0))
    assert live.seconds_left == pytest.approx(3)


def test_the_time_left_includes_that_in_which_the_model_is_written(monkeypatch: pytest.MonkeyPatch):
    now = [100.0]
    monkeypatch.setattr(training_progress, "time", SimpleNamespace(monotonic=lambda: now[0]))
    live = TrainingProgress("transfer", 4)
    live.take(replace(FOLD, finishing=60.0))
    trained(live, 2)
    assert live.seconds_left == pytest.approx(4 + 60)
    live.take(batch(3, 3.0))
    assert live.seconds_left == pytest.approx(3 + 60)
    live.take(TrainingEnds(FOLD.run))
    live.take(Progress("Saving the model", 0, None))
    now[0] += 20
    assert live.seconds_left == pytest.approx(40), "while it is saved, too"
    now[0] += 50
    assert live.seconds_left is None, "it takes longer than ever: nobody knows"


def test_the_first_fold_tells_the_others_by_its_epochs(first: TrainingProgress):
    trained(first, 2)
    assert first.seconds_left == pytest.approx(4 + 2 * 8), "the rest of this fold and two whole ones"
    first.take(batch(3, 3.0))
    assert first.seconds_left == pytest.approx(3 + 2 * 8)


def test_later_folds_are_told_by_those_that_were_trained(first: TrainingProgress):
    trained(first, 3)  # it stopped early, after six seconds
    second = first.next_run(first.recipe)
    second.take(replace(FOLD, fold=2))
    assert second.seconds_left == pytest.approx(6 + 6), "also before it has a rate of its own"
    trained(second, 1)
    assert second.seconds_left == pytest.approx(6 + 6)
    for number in (2, 3, 4):
        second.take(epoch(number))
    assert second.seconds_left == pytest.approx(6)
    third = second.next_run(second.recipe)
    third.take(replace(FOLD, fold=3))
    trained(third, 3)
    assert third.seconds_left == pytest.approx(2), "the last one has nothing after it"


def test_a_paused_or_stopping_fold_promises_no_time(first: TrainingProgress):
    trained(first, 4)
    second = first.next_run(first.recipe)
    second.take(replace(FOLD, fold=2))
    second.pause()
    assert second.seconds_left is None
    second.go_on()
    assert second.seconds_left is not None
    second.stopping = True
    assert second.seconds_left is None


def test_folds_that_are_there_already_are_passed_over():
    live = TrainingProgress("quick", 4, folds=5)
    live.take(replace(FOLD, fold=4))
    assert live.fold == 4
    trained(live, 2)
    assert live.seconds_left == pytest.approx(4 + 8)


def test_a_fold_that_goes_on_is_not_taken_for_a_whole_one():
    live = TrainingProgress("quick", 4, folds=3)
    live.take(replace(FOLD, fold=1, first_epoch=3))
    live.take(epoch(3))
    assert live.seconds_left == pytest.approx(2 + 2 * 8)
    live.history = [*map(epoch, (1, 2)), *live.history]
    assert live.next_run(live.recipe).fold_seconds == ()


def test_a_pause_goes_on_in_the_next_fold(first: TrainingProgress):
    first.pause()
    assert first.next_run(first.recipe).paused


def test_the_epochs_of_a_fold_are_those_of_its_history(first: TrainingProgress):
    ended: list[EpochEnded] = trained(first, 3).history
    assert [e.epoch for e in ended] == [1, 2, 3]
    assert first.next_run(first.recipe).history == []
