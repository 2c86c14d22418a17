"""The gallery of Review: what a person decides of mistakes by one key each, in which order, and the way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.library import edits, query
from engine.library.records import ImageRecord
from gui.review.gallery.mistake_gallery import MistakeGallery
from gui.review.page import ReviewPage
from gui.session import Session

KEYS = Qt.Key


@pytest.fixture
def gallery(page: ReviewPage, qtbot: QtBot) -> MistakeGallery:
    gallery = page.mistakes.gallery
    gallery.grid.setFocus()
    gallery.grid.set_current(0)
    return gallery


def stored(session: Session, image_id: int) -> ImageRecord:
    assert session.project is not None
    return query.images(session.project, [image_id])[0]


def press(qtbot: QtBot, session: Session, gallery: MistakeGallery, key: Qt.Key) -> int:
    """Press a key on the current image and wait until that is saved; its id."""
    (image_id,) = gallery.selected_ids()
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(gallery.grid, key)
    return image_id


def undo(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.images_changed):
        session.undo()


def test_a_label_that_is_kept_is_not_asked_again_until_it_is_undone(
    gallery: MistakeGallery, session: Session, qtbot: QtBot
):
    image_id = press(qtbot, session, gallery, KEYS.Key_K)
    assert stored(session, image_id).confirmed
    qtbot.waitUntil(lambda: gallery.grid.count() == 1)
    assert image_id not in gallery.ids
    assert gallery.grid.selected() == [0], "the next one is asked about"
    undo(qtbot, session)
    qtbot.waitUntil(lambda: gallery.grid.count() == 2)
    assert not stored(session, image_id).confirmed


def test_confirmed_mistakes_can_be_shown_with_a_sign(gallery: MistakeGallery, session: Session, qtbot: QtBot):
    assert gallery.confirmed.isHidden()
    image_id = press(qtbot, session, gallery, KEYS.Key_K)
    qtbot.waitUntil(gallery.confirmed.isVisible)
    assert gallery.confirmed.text() == "1 confirmed"
    gallery.confirmed.click()
    assert image_id in gallery.ids
    qtbot.waitUntil(lambda: gallery.record(gallery.ids.index(image_id)) is not None)
    item = gallery.grid.item(gallery.ids.index(image_id))
    assert item is not None
    assert item.signs == "✓"


def test_the_scores_count_a_confirmed_mistake_all_the_same(
    gallery: MistakeGallery, page: ReviewPage, session: Session, qtbot: QtBot
):
    press(qtbot, session, gallery, KEYS.Key_K)
    qtbot.waitUntil(lambda: gallery.grid.count() == 1)
    assert "2 misclassified" in page.summary.text()


def test_unsure_marks_the_image_and_goes_on_to_the_next(gallery: MistakeGallery, session: Session, qtbot: QtBot):
    image_id = press(qtbot, session, gallery, KEYS.Key_U)
    assert stored(session, image_id).unsure
    qtbot.waitUntil(lambda: gallery.grid.selected() == [1])
    item = gallery.grid.item(0)
    assert item is not None
    assert item.signs == "?"
    gallery.grid.set_current(0)
    press(qtbot, session, gallery, KEYS.Key_U)
    assert not stored(session, image_id).unsure, "once more, and it is sure again"


def test_an_excluded_image_leaves_gallery_and_scores_and_comes_back_by_undo(
    gallery: MistakeGallery, page: ReviewPage, session: Session, qtbot: QtBot
):
    image_id = press(qtbot, session, gallery, KEYS.Key_X)
    assert stored(session, image_id).excluded
    qtbot.waitUntil(lambda: page.summary.text() == "1 of 2 images right  ·  1 misclassified")
    undo(qtbot, session)
    qtbot.waitUntil(lambda: image_id in gallery.ids)
    assert "1 of 3 images" in page.summary.text()


def test_taking_the_prediction_of_several_is_one_edit(
    gallery: MistakeGallery, page: ReviewPage, session: Session, qtbot: QtBot
):
    gallery.grid.select_all()
    ids = gallery.selected_ids()
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(gallery.grid, KEYS.Key_T)
    qtbot.waitUntil(lambda: page.summary.text().startswith("3 of 3 images right"))
    assert gallery.grid.empty_text == "Congratulations: all 3 images are recognised."
    undo(qtbot, session)
    qtbot.waitUntil(lambda: sorted(gallery.ids) == sorted(ids))


def test_when_all_are_confirmed_it_says_so(gallery: MistakeGallery, session: Session, qtbot: QtBot):
    gallery.grid.select_all()
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(gallery.grid, KEYS.Key_K)
    qtbot.waitUntil(lambda: gallery.grid.count() == 0)
    assert "you confirmed the labels" in gallery.grid.empty_text


def test_images_that_another_section_sends_are_shown_until_all_mistakes_are_wanted(
    gallery: MistakeGallery, page: ReviewPage, session: Session, qtbot: QtBot
):
    learnt = next(i for i in range(1, 13) if stored(session, i).split.value == "training")
    page.sections.tabs.setCurrentIndex(1)
    page.sections.all[1].gallery_wanted.emit([learnt, gallery.ids[0]], "2 pictures")
    assert page.sections.tabs.currentIndex() == 0
    assert gallery.title.text() == "2 pictures"
    qtbot.waitUntil(lambda: gallery.record(0) is not None)
    plain, wrong = gallery.grid.item(0), gallery.grid.item(1)
    assert plain is not None
    assert plain.bars == ()
    assert wrong is None or wrong.bars
    gallery.grid.set_current(0)
    assert not gallery.decisions.buttons["take"].isEnabled(), "it has no prediction"
    image_id = press(qtbot, session, gallery, KEYS.Key_U)
    assert stored(session, image_id).unsure
    qtbot.waitUntil(lambda: gallery.grid.selected() == [1])
    gallery.show_all.click()
    assert gallery.title.text() == "2 misclassified"


def test_the_filter_of_the_library_is_scored_and_what_is_left_out_is_said(
    page: ReviewPage, session: Session, qtbot: QtBot
):
    session.listed = lambda: list(range(1, 13))
    page.bar.scope_box.setCurrentIndex(page.bar.scope_box.findData("filter"))
    page.bar.scope_box.activated.emit(page.bar.scope_box.currentIndex())
    qtbot.waitUntil(lambda: page.reviewed is not None and page.reviewed.scope == "filter")
    assert "of 3 images" in page.summary.text()
    assert page.bar.left_out.text() == "Left out: 9 not predicted"
    assert "have no prediction of this run yet" in page.bar.left_out.toolTip()
    page.bar.predict.click()
    (handle,) = page.reports._jobs.started  # type: ignore[attr-defined]
    assert handle.name == "predict_more"
    assert len(handle.params.image_ids) == 9


def test_a_filter_that_lets_nothing_through_says_so_and_another_part_can_be_chosen(
    page: ReviewPage, session: Session, qtbot: QtBot
):
    session.listed = lambda: []
    page.bar.scope_box.setCurrentIndex(page.bar.scope_box.findData("filter"))
    page.bar.scope_box.activated.emit(page.bar.scope_box.currentIndex())
    qtbot.waitUntil(lambda: "filter lets through" in page.empty.words.text())
    page.bar.scope_box.setCurrentIndex(page.bar.scope_box.findData("test"))
    page.bar.scope_box.activated.emit(page.bar.scope_box.currentIndex())
    qtbot.waitUntil(lambda: page.reviewed is not None)


def test_a_letter_that_a_person_gave_to_a_class_labels_here_too_before_the_actions_that_have_it(
    gallery: MistakeGallery, session: Session, qtbot: QtBot
):
    (image_id,) = gallery.selected_ids()
    other = next(cls for cls in session.overview.classes if cls.id != stored(session, image_id).class_id)
    session.edit(edits.set_class_key, other.id, "k")  # K keeps the label otherwise
    qtbot.waitUntil(lambda: session.has_key("k"))
    assert press(qtbot, session, gallery, KEYS.Key_K) == image_id
    assert stored(session, image_id).class_id == other.id
    assert not stored(session, image_id).confirmed
