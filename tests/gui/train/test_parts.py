"""What the Train page is put together from: events of a run folded, what stands in its way, what suits the images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.events import BatchEnded, EpochEnded, Log
from engine.jobs.job import Cancel
from engine.library.project import Project
from engine.library.records import ClassCount, ClassRecord
from engine.library.scan import ImportParams, import_sources
from engine.training.automatic.choice import suggested
from engine.training.readiness import Obstacle, readiness
from gui.train.data_summary import readiness_words
from gui.train.device import device_name
from gui.train.training_progress import MOST_LINES, TrainingProgress
from gui.widgets import wording
from tests.gui.train.training import STARTED, epoch


def counted(training: int, validation: int = 0, unassigned: int = 0, name: str = "ant") -> ClassCount:
    return ClassCount(ClassRecord(1, name, "#000000", None, 0), training, validation, 0, unassigned)


@pytest.mark.parametrize(
    ("counts", "can_train", "word"),
    [
        ([], False, "no labelled images"),
        ([counted(0)], False, "no labelled images"),
        ([counted(5)], False, "at least two classes"),
        ([counted(0, 5), counted(0, 5)], False, "training split"),
        ([counted(1), counted(1)], False, "too few"),
        ([counted(5), counted(1, name="bee")], True, "“bee” has a single"),
        ([counted(5), counted(5)], True, "20 %"),
        ([counted(5, 2), counted(5, 2)], True, ""),
        ([counted(0, unassigned=5), counted(0, unassigned=5)], True, "20 %"),
    ],
)
def test_what_stands_in_the_way_of_a_training_is_said_beforehand(counts: list[ClassCount], can_train: bool, word: str):
    ready = readiness(counts)
    assert (ready.obstacle is None) is can_train
    assert word in readiness_words(ready)


def test_images_that_are_all_excluded_are_not_said_to_lack_labels():
    ready = readiness([ClassCount(ClassRecord(1, "ant", "#000000", None, 0), 0, 0, 0, 0, excluded=4), counted(0)])
    assert ready.obstacle is Obstacle.ALL_EXCLUDED
    assert "All labelled images are excluded" in readiness_words(ready)


def test_labels_accepted_unseen_are_said_to_be_trained_on_and_not_held_out():
    some = ClassCount(ClassRecord(1, "ant", "#000000", None, 0), 0, 0, 0, 40, unseen=30)
    words = readiness_words(readiness([some, some]))
    assert "20 % of the images whose label somebody has looked at" in words
    assert "60 accepted unseen" in words
    none_seen = ClassCount(ClassRecord(1, "ant", "#000000", None, 0), 0, 0, 0, 40, unseen=40)
    assert "look at some of these" in readiness_words(readiness([none_seen, none_seen]))


def test_the_device_is_found_without_a_training_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert device_name().startswith("CPU")
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA H200'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert device_name().startswith("CPU"), "CUDA_VISIBLE_DEVICES hides the card here"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert device_name() == "NVIDIA H200"


def test_the_log_keeps_a_bounded_number_of_lines():
    live = TrainingProgress("fashion-cnn", 3)
    for number in range(MOST_LINES + 10):
        live.take(Log(str(number)))
    assert len(live.log) == MOST_LINES
    assert live.log[-1] == str(MOST_LINES + 9)


def test_the_start_up_counts_neither_for_the_rate_nor_for_the_time_left():
    live = TrainingProgress("fashion-cnn", 4)
    live.take(replace(STARTED, training_images=1000))
    live.take(BatchEnded(1, 1, 10, 2.0, 0.1, 10.0, 400.0))  # 100 images in the ten seconds of the start-up
    assert (live.rate, live.seconds_left) == (None, None)
    live.take(BatchEnded(1, 3, 10, 2.0, 0.1, 300 / 12, 400.0))  # 200 more in two seconds
    assert live.rate == pytest.approx(100)
    assert live.seconds_left is None, "two seconds tell nothing yet"
    live.take(BatchEnded(1, 8, 10, 2.0, 0.1, 800 / 17, 400.0))
    assert live.seconds_left == pytest.approx((4 - 0.8) * 1000 / 100)
    live.take(EpochEnded(1, 4, 1, 0.5, 1, 0.5, 1e-3, 20.0, 50.0, True))
    assert live.rate == pytest.approx(100)


def test_the_time_left_is_reckoned_by_what_an_epoch_shows_of_rare_and_frequent_classes():
    live = TrainingProgress("fashion-cnn", 4)
    live.take(replace(STARTED, training_images=400, images_per_epoch=1000))
    live.take(BatchEnded(1, 1, 10, 2.0, 0.1, 10.0, 400.0))
    live.take(BatchEnded(1, 8, 10, 2.0, 0.1, 800 / 17, 400.0))
    assert live.rate == pytest.approx(100)
    assert live.seconds_left == pytest.approx((4 - 0.8) * 1000 / 100)


def test_a_resumed_run_says_nothing_of_its_old_speed():
    live = TrainingProgress("fashion-cnn", 4)
    live.history = [epoch(1), epoch(2)]
    assert (live.rate, live.seconds_left) == (None, None)
    live.take(replace(STARTED, first_epoch=3, training_images=1000))
    assert (live.rate, live.seconds_left) == (None, None)
    live.take(epoch(3))
    assert live.rate == 900


def pictures_of(folder: Path, size: int, mode: str) -> Path:
    for name in ("ant", "bee"):
        for number in range(3):
            file = folder / "pictures" / name / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.effect_noise((size, size), 60).convert(mode).save(file)
            if mode == "RGB":
                Image.new("RGB", (size, size), (200, 20 * number, 0)).save(file)
    project = folder / "p.pigeonhole"
    import_sources(ImportParams(str(project), (str(folder / "pictures"),)), emit=lambda _: None, cancel=Cancel())
    return project


@pytest.mark.parametrize(
    ("size", "mode", "recipe"),
    [(28, "L", "quick"), (32, "RGB", "quick"), (240, "RGB", "transfer"), (240, "L", "transfer")],
)
def test_a_recipe_is_suggested_that_suits_the_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, mode: str, recipe: str
):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with Project.open(pictures_of(tmp_path, size, mode), read_only=True) as opened:
        found = suggested(opened)
    assert found is not None
    assert found.recipe == recipe


def test_one_thing_is_one_and_not_ones():
    assert wording.classes(1) == "1 class"
    assert wording.epochs(2) == "2 epochs"
    assert wording.of_images(1, 1) == "1 of 1 image"
    assert wording.of_images(1200, 3000) == "1,200 of 3,000 images"
