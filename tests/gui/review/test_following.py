"""After a decision the gallery goes on at once; what is computed from all images follows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.library import edits, query
from engine.review.gallery import RANDOM, SUSPICIOUS
from engine.review.metrics import confusion, scores_of
from engine.review.reviewed import Reviewed, Reviewer
from gui.review.gallery.mistake_gallery import MistakeGallery
from gui.review.page import ReviewPage
from gui.session import Session

KEYS = Qt.Key


@pytest.fixture
def gallery(page: ReviewPage) -> MistakeGallery:
    gallery = page.mistakes.gallery
    gallery.grid.setFocus()
    gallery.grid.set_current(0)
    return gallery


def press(qtbot: QtBot, session: Session, gallery: MistakeGallery, key: Qt.Key | str) -> None:
    """Until the page has done all that it does in the same turn as the saved edit is told."""
    with qtbot.waitSignal(session.history_changed):
        qtbot.keyClick(gallery.grid, key)


@pytest.mark.parametrize("key", [KEYS.Key_T, KEYS.Key_K, KEYS.Key_X])
def test_a_mistake_is_gone_as_soon_as_the_decision_is_saved(
    page: ReviewPage, gallery: MistakeGallery, session: Session, qtbot: QtBot, key: Qt.Key
):
    page.reader.timer.setInterval(3_600_000)  # counts and scores do not follow in this test
    first, second = gallery.ids
    press(qtbot, session, gallery, key)
    assert gallery.ids == [second]
    assert gallery.selected_ids() == [second], "the next one is asked about"
    assert gallery.title.text() == "1 misclassified"
    assert "2 misclassified" in page.summary.text()
    page.reader.read_changed()
    still = key == KEYS.Key_K
    qtbot.waitUntil(lambda: ("2 misclassified" if still else "1 misclassified") in page.summary.text())
    assert first not in gallery.ids
    assert gallery.selected_ids() == [second]


def test_a_new_label_is_on_the_cell_as_soon_as_it_is_saved(
    page: ReviewPage, gallery: MistakeGallery, session: Session, qtbot: QtBot
):
    page.reader.timer.setInterval(3_600_000)
    gallery.order.setCurrentIndex(gallery.order.findData(RANDOM))  # which another label does not change
    gallery.order.activated.emit(gallery.order.currentIndex())
    at = next(i for i in range(2) if gallery.grid.item(i).caption == "cat")  # type: ignore[union-attr]
    gallery.grid.set_current(at)
    press(qtbot, session, gallery, session.class_named("ant").key)  # type: ignore[union-attr, arg-type]
    item = gallery.grid.item(at)
    assert item is not None
    assert (item.caption, item.mark) == ("ant", "wrong")
    page.reader.read_changed()
    qtbot.waitUntil(lambda: page.reviewed is not None and page.reviewed.counts[0, 1] == 2)
    assert gallery.grid.item(at).caption == "ant"  # type: ignore[union-attr]


def test_the_list_is_not_made_again_for_what_it_shows_already(
    page: ReviewPage, gallery: MistakeGallery, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    made: list[int] = []
    set_items = gallery.grid.set_items
    monkeypatch.setattr(gallery.grid, "set_items", lambda *a, **k: (made.append(a[0]), set_items(*a, **k)))
    press(qtbot, session, gallery, KEYS.Key_X)
    qtbot.waitUntil(lambda: "1 of 2 images" in page.summary.text())
    assert made == [1]


def test_who_went_on_stays_on_that_image_when_the_order_changes(
    page: ReviewPage, gallery: MistakeGallery, session: Session, qtbot: QtBot
):
    gallery.order.setCurrentIndex(gallery.order.findData(SUSPICIOUS))
    gallery.order.activated.emit(gallery.order.currentIndex())
    gallery.grid.set_current(0)
    first, second = gallery.ids
    other = "ant" if gallery.grid.item(0).caption == "cat" else "cat"  # type: ignore[union-attr]
    press(qtbot, session, gallery, session.class_named(other).key)  # type: ignore[union-attr, arg-type]
    assert gallery.selected_ids() == [second]
    before = page.reviewed
    qtbot.waitUntil(lambda: page.reviewed is not before)
    assert sorted(gallery.ids) == sorted([first, second])
    assert gallery.selected_ids() == [second]


def test_an_answer_that_a_newer_edit_has_overtaken_brings_nothing_back(
    page: ReviewPage, gallery: MistakeGallery, session: Session, qtbot: QtBot
):
    """What was asked for after the first of two decisions does not know of the second."""
    page.reader.timer.setInterval(3_600_000)
    answers: list[Any] = []
    ask = session.ask
    first, second = gallery.ids

    def held(question: Any, then: Any, **options: Any) -> None:
        if not options.get("waited_for"):
            ask(question, then, **options)
            return
        ask(question, lambda found: answers.append((then, found)), **options)

    press(qtbot, session, gallery, KEYS.Key_T)
    session.ask = held  # type: ignore[method-assign]
    page.reader.read_changed()
    qtbot.waitUntil(lambda: len(answers) == 1)
    session.ask = ask  # type: ignore[method-assign]
    press(qtbot, session, gallery, KEYS.Key_K)
    then, found = answers.pop()
    assert isinstance(found, Reviewed)
    before = page.reviewed
    then(found)
    assert page.reviewed is before
    page.reader.read_changed()
    qtbot.waitUntil(lambda: gallery.ids == [])
    assert page.reviewed is not None
    assert page.reviewed.mistakes == 1
    assert first != second


def test_labels_changed_elsewhere_count_where_the_filter_is_reviewed(page: ReviewPage, session: Session, qtbot: QtBot):
    session.listed = lambda: list(range(1, 13))
    page.bar.scope_box.setCurrentIndex(page.bar.scope_box.findData("filter"))
    page.bar.scope_box.activated.emit(page.bar.scope_box.currentIndex())
    qtbot.waitUntil(lambda: page.reviewed is not None and page.reviewed.scope == "filter")
    page.hide()
    image_id = page.mistakes.gallery.ids[0]
    with qtbot.waitSignal(session.images_changed):
        session.set_label([image_id], session.class_named("bee").id)  # type: ignore[union-attr]
    page.show()
    qtbot.waitUntil(lambda: "1 misclassified" in page.summary.text())


def test_a_cell_is_made_once_however_often_it_is_painted(
    gallery: MistakeGallery, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []
    top = Reviewed.top
    monkeypatch.setattr(Reviewed, "top", lambda self, row, count: (asked.append(row), top(self, row, count))[1])
    gallery.cells.clear()
    for _ in range(3):
        gallery.grid.refresh()
        gallery.grid.grab()
    assert sorted(asked) == sorted(gallery.rows)
    assert session.project is not None
    record = query.images(session.project, gallery.ids[:1])[0]
    with qtbot.waitSignal(session.classes_changed):
        session.edit(edits.rename_class, record.class_id, "kitten")  # type: ignore[arg-type]
    assert gallery.grid.item(0).caption == "kitten", "not as it was kept"  # type: ignore[union-attr]


def test_what_follows_edits_is_what_reading_all_again_gives(page: ReviewPage, session: Session, qtbot: QtBot):
    project, run = session.project, page.bar.run()
    assert project is not None
    assert run is not None
    reviewer, ids = Reviewer(), page.reviewed.image_ids.tolist()  # type: ignore[union-attr]
    assert isinstance(reviewer.read(project, run, "test", ()), Reviewed)
    ant, bee = (session.class_named(name).id for name in ("ant", "bee"))  # type: ignore[union-attr]
    everything, empty = query.image_ids(project, query.Filter()), 0
    for edit in (
        lambda: session.set_label([ids[0]], bee),
        lambda: session.set_label(ids[:2], ant),
        lambda: session.edit(edits.set_flag, [ids[1]], query.Flag.EXCLUDED, True),
        lambda: session.set_label([ids[2]], None),
        lambda: session.edit(edits.set_flag, [ids[0]], query.Flag.CONFIRMED, True),
        session.undo,
        session.undo,
        lambda: session.edit(edits.set_flag, everything, query.Flag.EXCLUDED, True),
        session.undo,
        session.undo,
    ):
        with qtbot.waitSignal(session.images_changed) as told:
            edit()
        found = reviewer.after(project, told.args[0].image_ids)
        anew = Reviewer().read(project, run, "test", ())
        if isinstance(anew, str):
            empty += 1
            assert isinstance(found, str)
            continue
        assert isinstance(found, Reviewed)
        for name in ("image_ids", "labels", "predicted", "label_confidence", "confirmed", "counts"):
            np.testing.assert_array_equal(getattr(found, name), getattr(anew, name), err_msg=name)
        counts = confusion(found.labels, found.predicted, 3)
        assert found.scores == scores_of(counts, found.classes)
        assert found.accuracy == found.scores.accuracy
    assert empty == 1
