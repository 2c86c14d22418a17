"""Train sets check images aside where labels have no split yet, before anything is trained; that can be undone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.events import Cancelled
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from gui.jobs import JobRunner
from gui.session import Session
from gui.train.page import TrainPage
from gui.train.training import Order, Training
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import make_project
from tests.gui.train.training import start


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Labels of an import that gave them no split."""
    return make_project(tmp_path, split="unassigned")


def splits(session: Session) -> set[Split]:
    assert session.project is not None
    return {image.split for image in query.labelled_images(session.project)}


def test_labels_without_a_split_get_it_before_the_training_reads_them(
    page: TrainPage, jobs: FakeJobs, session: Session, qtbot: QtBot
):
    assert splits(session) == {Split.UNASSIGNED}
    with qtbot.waitSignal(session.edited) as told:
        handle = start(page, jobs)
        assert splits(session) == {Split.TRAINING, Split.VALIDATION}, "when its parameters are there"
    assert handle.name == "train_automatically"
    assert told.args == ["Divide 12 images for training and checking"]
    first = {i.id for i in query.labelled_images(session.project) if i.split is Split.VALIDATION}  # type: ignore[arg-type]
    handle.stop()
    qtbot.waitUntil(lambda: sum(c.validation for c in session.overview.counts) == len(first))
    start(page, jobs)
    session.undo()
    qtbot.waitUntil(lambda: splits(session) == {Split.UNASSIGNED})


def test_a_training_that_waits_for_its_split_can_be_stopped_and_then_divides_nothing(session: Session, qtbot: QtBot):
    """It is kept after the edits before it, which may take long."""
    goes_on, jobs, told = threading.Event(), JobRunner(), []
    training = Training(session, jobs)
    session.edited.connect(told.append)

    def slow(_project: Project) -> None:
        goes_on.wait()

    session.edit(slow)
    try:
        assert training.begin(Order("quick"))
        with qtbot.waitSignal(training.ended) as ended:
            training.stop()
        assert isinstance(ended.args[0], Cancelled)
        assert splits(session) == {Split.UNASSIGNED}, "nothing was begun before"
        goes_on.set()
        session.edit(edits.set_note, [1], "after all before it")
        qtbot.waitUntil(lambda: bool(told))
        assert len(told) == 1, "nothing but the note can be undone"
        assert splits(session) == {Split.UNASSIGNED}
    finally:
        goes_on.set()
        jobs.close()


def test_a_training_on_everything_leaves_them(page: TrainPage, jobs: FakeJobs, session: Session):
    page.setup.recipes.choose("quick")
    page.setup.form.change("train_on_everything", True)
    assert start(page, jobs).name == "train"
    assert splits(session) == {Split.UNASSIGNED}


def test_the_share_that_is_told_is_that_of_the_training_that_would_begin(page: TrainPage):
    assert "20 %" in page.setup.data.notice.words.text()
    page.setup.recipes.choose("quick")
    assert "10 %" in page.setup.data.notice.words.text()
