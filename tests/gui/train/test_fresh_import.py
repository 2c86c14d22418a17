"""Train is opened seconds after an import has begun: what it says of the images is true, and follows the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.checking import check_images
from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import make_project
from tests.unchecked import forget_looks


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return forget_looks(make_project(tmp_path))


def said(qtbot: QtBot, page: TrainPage, jobs: FakeJobs, words: str) -> None:
    def asked_and_answered() -> bool:
        jobs.run_callables()
        return words in page.setup.recipes.summary.text()

    qtbot.waitUntil(asked_and_answered)


def check_all(qtbot: QtBot, session: Session) -> None:
    """What the import does once all images are listed."""
    session.ask(
        lambda project: check_images(project, emit=lambda _: None, cancel=Cancel()), lambda _: session.images_listed()
    )
    qtbot.waitUntil(lambda: session.overview.summary is not None and not session.overview.summary.unchecked)


def test_no_picture_is_said_to_have_0_px(page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot):
    said(qtbot, page, jobs, "9 pictures of 8 px")
    assert page.setup.form.value("image_size") == 16
    assert page.setup.data.unchecked.isVisible()
    assert page.setup.data.unchecked.text().startswith("12 images not looked at yet")


def test_what_is_said_follows_what_the_import_finds(
    page: TrainPage, session: Session, jobs: FakeJobs, project: Path, qtbot: QtBot
):
    said(qtbot, page, jobs, "9 pictures of 8 px")
    for file in (project.parent / "pictures").rglob("*.png"):  # what is there when it is looked at
        Image.new("RGB", (28, 28), (80, 20, 40)).save(file)
    check_all(qtbot, session)
    said(qtbot, page, jobs, "9 pictures of 28 px")
    assert page.setup.form.value("image_size") == 28
    assert not page.setup.data.unchecked.isVisible()


def test_other_pixels_under_the_same_counts_are_read_anew(
    page: TrainPage, session: Session, jobs: FakeJobs, project: Path, qtbot: QtBot
):
    check_all(qtbot, session)
    said(qtbot, page, jobs, "in colours")
    for file in (project.parent / "pictures").rglob("*.png"):
        Image.new("L", (8, 8), 40).save(file)
    session.images_listed()  # as a rescan says that has found them
    said(qtbot, page, jobs, "in grey values")
