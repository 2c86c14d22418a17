"""What the Train page finds out before a training starts: the recipe's own options, preview, network."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from engine.training.data.preview import changes_pictures, preview_grid
from engine.training.options import TrainOptions
from gui import language
from gui.train.augmentation_view import GAP, Preview, fitting
from gui.train.network_view import short
from gui.train.page import TrainPage
from tests.gui.fakes import FakeJobs


@pytest.fixture
def page(page: TrainPage, jobs: FakeJobs) -> TrainPage:
    """What it asked for in threads when it opened is answered."""
    jobs.run_callables()
    return page


def answered(qtbot: QtBot, jobs: FakeJobs, holds: Callable[[], object]) -> None:
    """Run what is asked in threads until something holds; other things may be asked before it."""

    def look() -> bool:
        jobs.run_callables()
        return bool(holds())

    qtbot.waitUntil(look)


def choose(page: TrainPage, recipe: str) -> None:
    page.setup.recipes.box.setCurrentIndex(page.setup.recipes.box.findData(recipe))
    page.setup.recipes.box.activated.emit(0)


def test_a_recipe_that_reads_the_project_shows_its_values_and_says_why(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    choose(page, "quick")
    page.setup.form.change("rotation", 33.0)
    answered(qtbot, jobs, lambda: page.setup.form.value("image_size") == 16)
    assert page.setup.form.value("image_size") == 16, "the pictures are of 8 px"
    assert page.setup.form.overrides() == {"rotation": 33.0}, "what it read is no change, what the person did stays one"
    assert "batches of 32 at 16 px" in page.setup.recipes.summary.text()
    choose(page, "photo-cnn")
    assert "batches of 32" not in page.setup.recipes.summary.text()


def test_a_recipe_that_the_pictures_had_chosen_reads_the_project_again_for_a_person(
    page: TrainPage, jobs: FakeJobs, qtbot: QtBot
):
    page.setup.propose("quick")
    answered(qtbot, jobs, lambda: page.setup.form.value("image_size") == 16)
    choose(page, "quick")
    assert page.setup.form.value("image_size") != 16
    answered(qtbot, jobs, lambda: page.setup.form.value("image_size") == 16)


def test_the_preview_follows_the_options(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    choose(page, "photo-cnn")
    page.views.show_tab(page.pictures)
    answered(qtbot, jobs, lambda: len(page.pictures.grid.pictures) == 24)
    first = page.pictures.grid.pictures
    assert len(first) == 24
    assert first[0].width() == 180
    page.setup.form.set_overrides({"image_size": 32, "rotation": 90.0, "brightness": 0.9})
    answered(qtbot, jobs, lambda: page.pictures.grid.pictures[0].width() == 32)
    turned = page.pictures.grid.pictures
    assert turned[0].width() == 32
    assert any(picture != turned[0] for picture in turned[1:])
    again = page.findChild(QPushButton, "again_button")
    assert again is not None
    again.click()
    answered(qtbot, jobs, lambda: page.pictures.grid.pictures != turned)
    assert page.pictures.grid.pictures != turned
    assert page.pictures.grid.pictures[0] == turned[0], "the picture as it is stays"


def test_options_that_change_nothing_are_told(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    choose(page, "fashion-cnn")
    page.views.show_tab(page.pictures)
    answered(qtbot, jobs, lambda: len(page.pictures.grid.pictures) == 1)
    assert page.pictures.nothing.isVisible()
    assert "change nothing" in page.pictures.nothing.text()
    assert len(page.pictures.grid.pictures) == 1


def test_another_picture_is_shown_when_asked_for(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.views.show_tab(page.pictures)
    seen = set()
    for _ in range(8):
        answered(qtbot, jobs, lambda: page.pictures.grid.pictures)
        seen.add(page.questions.preview.files[0])
        page.pictures.grid.show_pictures([])
        page.findChild(QPushButton, "another_picture_button").click()  # type: ignore[union-attr]
    assert len(seen) > 1


def test_nothing_is_previewed_that_is_not_looked_at(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    choose(page, "photo-cnn")
    qtbot.wait(400)
    jobs.run_callables()
    page.setup.form.change("rotation", 20.0)
    qtbot.wait(250)
    assert not jobs.callables
    assert not jobs.of("summary")


def test_parts_of_other_pictures_are_previewed_too(tmp_path: Path):
    files = []
    for number, level in enumerate((0, 255, 255)):
        files.append(tmp_path / f"{number}.png")
        Image.new("RGB", (16, 16), (level,) * 3).save(files[-1])
    options = TrainOptions(image_size=16, cutmix=1.0)
    images = preview_grid(files[0], files[1:], options, 24, 1)
    assert not images[0].any()
    assert len({int(i.max()) for i in images[1:]} - {0}) == 1, "some of another picture is seen"
    assert np.array_equal(images, preview_grid(files[0], files[1:], options, 24, 1))
    assert changes_pictures(options)
    assert not changes_pictures(TrainOptions())


def test_tiles_fill_whole_rows():
    assert fitting(24, 800, 440) == (6, 105)
    columns, side = fitting(24, 300, 700)
    assert 24 % columns == 0
    assert columns * (side + GAP) - GAP <= 300


def test_pixels_become_pictures_and_back():
    pixels = bytes(range(2 * 3 * 3))
    one, other = Preview(pixels, 2, 3, 1, "a.png", True).pictures()
    assert [one.pixelColor(x, 0).red() for x in range(3)] == [0, 1, 2]
    assert other.pixelColor(0, 0).red() == 9


SUMMARY = {
    "recipe": "quick",
    "classes": 3,
    "shape": [32, 32, 3],
    "parameters": 1_234_567,
    "trainable": 1_000_000,
    "operations": 12_345_678,
    "batch_size": 32,
    "steps": 40,
    "why": "",
    "layers": [
        {"name": "conv", "kind": "Conv2D", "shape": [30, 30, 8], "parameters": 224, "trainable": True, "depth": 0},
        {"name": "drop", "kind": "Dropout", "shape": [30, 30, 8], "parameters": 0, "trainable": False, "depth": 1},
    ],
}


def test_the_network_is_a_table_that_can_be_copied_and_saved(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.setup.form.change("epochs", 3)
    page.views.show_tab(page.network)
    assert "Building" in page.network.said.text()
    qtbot.waitUntil(lambda: bool(jobs.of("summary")))
    (asked,) = jobs.of("summary")
    assert asked.params.recipe == page.setup.recipe().name  # type: ignore[attr-defined]
    assert asked.params.overrides == {"epochs": 3}  # type: ignore[attr-defined]
    asked.succeed(**SUMMARY)
    assert page.network.metrics[0].value.text() == "1,234,567"
    assert page.network.metrics[2].value.text() == "12.3 million"
    _, *rows = page.network.table.rows()
    assert rows[0] == ["conv", "Conv2D", "30 × 30 × 8", 224, True]
    page.network.table.setFocus()
    qtbot.keyClick(page.network.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("conv\tConv2D\t30 × 30 × 8\t224")


def test_the_choice_is_prepared_once_it_rests_and_no_more_while_a_training_runs(
    page: TrainPage, jobs: FakeJobs, qtbot: QtBot
):
    choose(page, "photo-cnn")
    qtbot.waitUntil(lambda: bool(jobs.prepared) and jobs.prepared[-1].recipe == "photo-cnn")
    page.setup.form.change("epochs", 3)
    qtbot.waitUntil(lambda: jobs.prepared[-1].overrides == {"epochs": 3})
    told = len(jobs.prepared)
    page.orders.start()
    page.setup.form.change("epochs", 4)
    assert not page.questions.preparing.waits
    jobs.trainings[-1].succeed()
    qtbot.waitUntil(lambda: len(jobs.prepared) > told)


def test_what_follows_on_the_first_model_is_prepared_where_the_pictures_choose(
    page: TrainPage, jobs: FakeJobs, qtbot: QtBot
):
    page.setup.propose("quick")
    qtbot.waitUntil(lambda: bool(jobs.prepared) and jobs.prepared[-1].recipe == "quick")
    assert jobs.prepared[-1].overrides == {"validation_fraction": page.setup.check_share}


def test_a_network_that_cannot_be_built_says_why(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.views.show_tab(page.network)
    qtbot.waitUntil(lambda: bool(jobs.of("summary")))
    jobs.of("summary")[0].fail("quick needs images of at least 16 px, found image_size 8.")
    assert "at least 16 px" in page.network.said.text()
    assert not page.network.table.isVisible()


def test_only_the_newest_question_about_the_network_counts(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.views.show_tab(page.network)
    qtbot.waitUntil(lambda: bool(jobs.of("summary")))
    page.setup.form.change("image_size", 64)
    qtbot.waitUntil(lambda: page.questions.summary.question.outdated)
    jobs.of("summary")[0].succeed(**SUMMARY)
    assert not page.network.table.isVisible(), "it is of options that are no longer there"
    jobs.of("summary")[1].succeed(**SUMMARY)
    assert page.network.table.isVisible()


def test_large_numbers_are_short_and_counted_as_the_language_counts(qapp: QApplication):
    numbers = (950, 45_000, 12_345_678, 4.1e9)
    assert [short(n) for n in numbers] == ["950", "45 thousand", "12.3 million", "4.1 billion"]
    try:
        language.use(qapp, "ko")
        assert [short(n) for n in numbers] == ["950", "4.5만", "1,230만", "41억"]
    finally:
        language.use(qapp, language.SOURCE)


def test_the_page_opens_without_opencv():
    code = "import sys, gui.train.page; print([m for m in ('cv2', 'numpy', 'keras', 'tensorflow') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
