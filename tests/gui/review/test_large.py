"""A mistake, large: what the model goes by, and the training pictures nearest to it. With a real model file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.review.nearest_training import NeighboursParams, prepare
from engine.training.runs.records import SPLIT
from gui.review.gallery.explanation_map import LABEL, OFF, PREDICTED
from gui.review.gallery.mistake_view import MistakeView
from gui.review.gallery.nearest_images import NearestImages
from gui.review.page import ReviewPage
from gui.session import Session
from tests.engine.conftest import _write_model
from tests.gui.fakes import FakeJobs
from tests.gui.review.reviewing import WRONG
from tests.gui.small_project import CLASSES, make_project, write_run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Six training pictures and three test pictures of three classes, a run with a model and a frozen split."""
    project = make_project(tmp_path)
    for name in CLASSES:  # half dark and half light: a model that goes by brightness has something to go by
        picture = Image.new("RGB", (8, 8), (10, 10, 10))
        picture.paste((250, 250, 250), (4, 0, 8, 8))
        picture.save(tmp_path / "pictures" / "test" / name / "3.png")
    run = write_run(project, wrong=WRONG)
    _write_model(run / "model.onnx", CLASSES)
    with Project.open(project, read_only=True) as opened, (run / SPLIT).open("w", newline="") as file:
        names = {c.id: c.name for c in query.classes(opened)}
        table = csv.writer(file)
        table.writerow(["image_id", "source_id", "path", "class", "split", "file"])
        for i in query.labelled_images(opened):
            table.writerow([i.id, i.source_id, i.path, names[i.class_id or 0], i.split.value, str(i.file)])
    return project


@pytest.fixture
def large(page: ReviewPage) -> MistakeView:
    gallery = page.mistakes.gallery
    gallery.grid.setFocus()
    gallery.grid.set_current(0)
    gallery.open_large()
    assert gallery.large is not None
    return gallery.large


def explain(large: MistakeView, jobs: FakeJobs, qtbot: QtBot) -> None:
    waiting = len(jobs.callables)
    qtbot.waitUntil(lambda: len(jobs.callables) > waiting or large.explaining._request in large.explaining._known)
    jobs.run_callables()


def test_the_map_of_the_predicted_class_is_laid_over_the_picture(large: MistakeView, jobs: FakeJobs, qtbot: QtBot):
    assert large.explaining.choice.current() == OFF
    assert large.image.cover is None
    qtbot.keyClick(large, Qt.Key.Key_E)
    explain(large, jobs, qtbot)
    assert large.explaining.words.text() == "Orange speaks for bee rather than cat, blue against it."
    assert large.image.cover is not None
    assert large.image.cover[0].width() == 8


def test_the_map_of_the_label_needs_no_second_look(large: MistakeView, jobs: FakeJobs, qtbot: QtBot):
    large.explaining.choice.button(PREDICTED).click()
    explain(large, jobs, qtbot)
    before = large.image.cover
    large.explaining.choice.button(LABEL).click()
    assert jobs.callables == []
    assert large.explaining.words.text() == "Orange speaks for cat rather than bee, blue against it."
    assert before is not None
    assert large.image.cover is not None
    assert large.image.cover[0] != before[0]
    large.explaining.choice.button(OFF).click()
    assert large.image.cover is None


def test_the_strength_of_the_map_is_the_persons(large: MistakeView, jobs: FakeJobs, qtbot: QtBot):
    large.explaining.choice.button(PREDICTED).click()
    explain(large, jobs, qtbot)

    def strongest() -> int:
        assert large.image.cover is not None
        image = large.image.cover[0]
        return max(image.pixelColor(x, y).alpha() for x in range(8) for y in range(8))

    large.explaining.strength.setValue(100)
    full = strongest()
    large.explaining.strength.setValue(20)
    assert strongest() < full / 3


def test_moving_on_cancels_the_explanation(large: MistakeView, jobs: FakeJobs, qtbot: QtBot):
    large.explaining.choice.button(PREDICTED).click()
    before = len(jobs.callables)
    qtbot.waitUntil(lambda: len(jobs.callables) > before)
    handle = jobs.callables[-1][0]
    qtbot.keyClick(large, Qt.Key.Key_Right)
    assert handle.cancelled
    handle.succeed(found=None, place=(0, 0, 1, 1))
    assert large.image.cover is None, "an answer that comes too late is not shown"


def test_an_explanation_that_fails_says_why(large: MistakeView, jobs: FakeJobs, qtbot: QtBot):
    large.explaining.choice.button(PREDICTED).click()
    before = len(jobs.callables)
    qtbot.waitUntil(lambda: len(jobs.callables) > before)
    jobs.callables[-1][0].fail("The model is damaged.")
    assert large.explaining.words.text() == "The model is damaged."


def shows(nearest: NearestImages) -> list[list[str]]:
    return [[Path(item.file).parent.name for item in items] for items in nearest.items.values()]


def test_the_nearest_training_pictures_of_both_classes_stand_below(
    large: MistakeView, jobs: FakeJobs, project: Path, qtbot: QtBot
):
    jobs.run_callables()  # says that six pictures must be looked at; so few are looked at unasked
    handle = jobs.started[-1]
    assert handle.name == "neighbours"
    assert isinstance(handle.params, NeighboursParams)
    handle.succeed(**prepare(handle.params, emit=lambda _: None, cancel=Cancel()))
    jobs.run_callables()
    qtbot.waitUntil(lambda: bool(large.nearest.items))
    assert shows(large.nearest) == [["cat"] * 2, ["bee"] * 2]
    assert large.nearest.names[0].text() == "Labelled cat"
    qtbot.keyClick(large, Qt.Key.Key_Right)
    assert large.nearest.items == {}
    jobs.run_callables()
    qtbot.waitUntil(lambda: bool(large.nearest.items))
    assert shows(large.nearest)[0] == ["ant"] * 2
    assert len(jobs.of("neighbours")) == 1, "once for each run"


def test_the_nearest_pictures_can_be_corrected_in_the_gallery(
    large: MistakeView, page: ReviewPage, jobs: FakeJobs, qtbot: QtBot
):
    jobs.run_callables()
    jobs.started[-1].succeed(**prepare(jobs.started[-1].params, emit=lambda _: None, cancel=Cancel()))  # type: ignore[arg-type]
    jobs.run_callables()
    qtbot.waitUntil(lambda: bool(large.nearest.items))
    large.nearest.gallery_button.click()
    assert large.isHidden()
    gallery = page.mistakes.gallery
    assert gallery.title.text() == "Nearest training pictures"
    assert gallery.grid.count() == 4
    qtbot.waitUntil(lambda: gallery.record(0) is not None)
    assert gallery.rows == [-1] * 4, "the run learnt from them: they have no prediction"


def test_many_training_pictures_are_looked_at_only_when_asked(
    large: MistakeView, jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gui.review.gallery.nearest_images.AT_ONCE", 5)
    jobs.run_callables()
    assert jobs.started == []
    assert large.nearest.start_button.text() == "Look at the 6 images that the run learnt from"
    large.nearest.start_button.setFocus()
    large.nearest.start_button.click()
    assert large.window().focusWidget() is large, "its keys work on when the link is gone"
    large.nearest.progress.stop_button.click()
    assert jobs.started[-1].cancelled


def test_closing_stops_what_was_begun(large: MistakeView, jobs: FakeJobs, qtbot: QtBot):
    handle = jobs.callables[-1][0]
    qtbot.keyClick(large, Qt.Key.Key_Escape)
    assert handle.cancelled
    assert large.isHidden()


def test_a_session_of_another_project_is_not_asked(large: MistakeView, session: Session, jobs: FakeJobs):
    session.close_project()
    assert large.isHidden()
    assert all(handle.cancelled for handle, _ in jobs.callables)
