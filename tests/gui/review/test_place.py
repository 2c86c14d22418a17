"""Where a person is in the gallery after decisions: at the image that was reached, wherever it stands by then."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.scan import ImportParams, import_sources
from engine.review.gallery import CONFIDENT, PAIRS, RANDOM, SUSPICIOUS
from gui.review.gallery.mistake_gallery import MistakeGallery, moved
from gui.review.page import ReviewPage
from gui.session import Session
from tests.gui.review.reviewing import WRONG
from tests.gui.small_project import CLASSES, write_run

KEYS = Qt.Key


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With eight mistakes among its test images."""
    for place, name in enumerate(CLASSES):
        for number in range(6):
            file = tmp_path / "pictures" / ("test" if number > 1 else "train") / name / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8), (80 * place, 20 * number, 40)).save(file)
    project = tmp_path / "small.pigeonhole"
    params = ImportParams(str(project), (str(tmp_path / "pictures"),), split="auto")
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    write_run(project, wrong=WRONG)
    return project


@pytest.fixture
def gallery(page: ReviewPage, qtbot: QtBot) -> MistakeGallery:
    gallery = page.mistakes.gallery
    qtbot.waitUntil(lambda: all(gallery.record(at) is not None for at in range(len(gallery.ids))))
    gallery.grid.setFocus()
    gallery.grid.set_current(0)
    assert len(gallery.ids) == 8
    return gallery


@pytest.mark.parametrize("order", [CONFIDENT, SUSPICIOUS, PAIRS])
def test_who_went_further_is_not_fetched_back_when_the_scores_follow(
    page: ReviewPage, gallery: MistakeGallery, session: Session, qtbot: QtBot, order: str
):
    gallery.order.setCurrentIndex(gallery.order.findData(order))
    gallery.order.activated.emit(gallery.order.currentIndex())
    gallery.grid.set_current(0)
    page.reader.timer.setInterval(3_600_000)
    with qtbot.waitSignal(session.history_changed):
        qtbot.keyClick(gallery.grid, KEYS.Key_T)
    qtbot.keyClick(gallery.grid, KEYS.Key_Right)
    here, before = gallery.selected_ids(), page.reviewed
    page.reader.read_changed()
    qtbot.waitUntil(lambda: page.reviewed is not before)
    assert gallery.selected_ids() == here


def test_who_goes_on_before_the_decision_is_saved_stays_there(gallery: MistakeGallery, session: Session, qtbot: QtBot):
    ids = list(gallery.ids)
    with qtbot.waitSignal(session.history_changed):
        qtbot.keyClick(gallery.grid, KEYS.Key_T)
        qtbot.keyClick(gallery.grid, KEYS.Key_Right)
    assert gallery.ids == ids[1:]
    assert gallery.selected_ids() == [ids[1]]


def test_what_is_selected_while_a_decision_is_saved_stays_selected(
    gallery: MistakeGallery, session: Session, qtbot: QtBot
):
    ids = list(gallery.ids)
    with qtbot.waitSignal(session.history_changed):
        qtbot.keyClick(gallery.grid, KEYS.Key_T)
        gallery.grid.select([4, 5, 6], current=6)
    assert gallery.selected_ids() == ids[4:7]
    assert gallery.grid.current() == 5


def test_after_a_decision_about_several_the_next_of_them_all_is_asked_about(
    gallery: MistakeGallery, session: Session, qtbot: QtBot
):
    ids = list(gallery.ids)
    gallery.grid.select([2, 3, 4], current=4)
    with qtbot.waitSignal(session.history_changed):
        qtbot.keyClick(gallery.grid, KEYS.Key_T)
    assert gallery.selected_ids() == [ids[5]]


def test_a_decision_that_could_not_be_saved_leads_nowhere(
    page: ReviewPage, gallery: MistakeGallery, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    here, other = gallery.ids[0], gallery.ids[1]
    with monkeypatch.context() as patch:
        patch.setattr(session, "set_label", lambda *_: None)  # as where the disk is full
        qtbot.keyClick(gallery.grid, KEYS.Key_T)
    gallery.order.setCurrentIndex(gallery.order.findData(RANDOM))  # where an image with another label stays
    gallery.order.activated.emit(gallery.order.currentIndex())
    gallery.grid.set_current(gallery.ids.index(here))
    other_class = "ant" if gallery.grid.item(gallery.ids.index(other)).caption == "cat" else "cat"  # type: ignore[union-attr]
    before = page.reviewed
    session.set_label([other], session.class_named(other_class).id)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: page.reviewed is not before)
    assert len(gallery.ids) == 8
    assert gallery.selected_ids() == [here]


def test_the_large_picture_tells_the_label_that_an_undo_brought_back(
    page: ReviewPage, gallery: MistakeGallery, session: Session, qtbot: QtBot
):
    gallery.order.setCurrentIndex(gallery.order.findData(RANDOM))
    gallery.order.activated.emit(gallery.order.currentIndex())
    at = next(i for i in range(8) if gallery.grid.item(i).caption == "cat")  # type: ignore[union-attr]
    gallery.grid.set_current(at)
    gallery.open_large()
    large, ant = gallery.large, session.class_named("ant")
    assert large is not None
    assert ant is not None
    with qtbot.waitSignal(session.history_changed):
        gallery.edits.label(ant.id)
    gallery.grid.set_current(at)
    qtbot.waitUntil(lambda: "ant" in large._shown.title)
    with qtbot.waitSignal(session.history_changed):
        session.undo()
    qtbot.waitUntil(lambda: "cat" in large._shown.title)


@pytest.mark.parametrize(
    ("place", "after", "decided", "expected"),
    [
        ((1, [1], 1), [10, 11, 12, 13], set(), (1, [1], 1)),
        ((1, [1], 1), [13, 11, 10, 12], set(), (1, [1], 1)),  # another order
        ((1, [1], 1), [10, 12, 13], {11}, (1, [1], 1)),  # let go
        ((1, [1], 1), [10, 11, 12, 13], {11}, (2, [2], 2)),  # decided about and still there
        ((0, [0, 1, 3], 3), [10, 13], {11}, (0, [0, 1], 1)),  # selected ones, one of which is gone
        ((3, [3], 3), [10, 11, 12], {13}, (2, [2], 2)),  # the last one
        ((3, [3], 3), [10, 11, 12, 13], {13}, (3, [3], 3)),
        ((1, [0, 1], 0), [13, 20], {10, 11, 12}, (0, [0], 0)),
        ((1, [1], 1), [20, 21], set(), (1, [1], 1)),  # nothing of what was there
        ((1, [], None), [12, 11], set(), (1, [], 1)),
    ],
)
def test_a_place_moves_with_its_images(place, after, decided, expected):
    assert moved([10, 11, 12, 13], place, after, decided) == expected


def test_a_place_among_many_selected_images_moves_with_them():
    found = moved(range(100), (50, range(20, 80), 20), [*range(60), *range(61, 100)], {60})
    assert found == (50, [*range(20, 79)], 20)
