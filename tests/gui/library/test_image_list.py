"""The list behind the grid."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import ProjectError
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord
from gui.library.image_list import ImageList, ListAnswer
from gui.session import Session
from tests.gui.windows import make_project


@pytest.fixture
def session(new_session: Session) -> Session:
    """A list is made before the project is opened in it."""
    return new_session


@pytest.fixture
def images(qtbot: QtBot, session: Session, tmp_path: Path) -> ImageList:
    made = ImageList(session)
    session.open_project(make_project(tmp_path))
    qtbot.waitUntil(lambda: len(made) == 12 and session.overview.summary is not None)
    return made


def test_records_come_when_they_are_wanted(qtbot: QtBot, images: ImageList) -> None:
    assert images.record(0) is None
    with qtbot.waitSignal(images.rows_changed) as caught:
        images.read_rows(0, 3)
    assert caught.args == [[0, 1, 2, 3, 4, 5]]  # one screen further
    record = images.record(0)
    assert record is not None
    assert record.path == str(Path("ant/0.png"))
    assert images.row_of(record.id) == 0


def test_a_filter_makes_another_list(qtbot: QtBot, images: ImageList) -> None:
    with qtbot.waitSignal(images.reset) as caught:
        images.set_filter(text="bee")
    assert caught.args == [True]
    assert len(images) == 4


def test_a_label_under_a_filter_takes_the_image_out_of_the_list(
    qtbot: QtBot, session: Session, images: ImageList
) -> None:
    ant, bee = session.class_named("ant"), session.class_named("bee")
    assert ant is not None
    assert bee is not None
    with qtbot.waitSignal(images.reset):
        images.set_filter(class_ids=frozenset({ant.id}))
    first = images.id_at(0)
    assert first is not None
    with qtbot.waitSignal(images.reset) as caught:
        session.set_label([first], bee.id)
    assert caught.args == [False]
    assert images.row_of(first) is None
    assert len(images) == 3


def test_a_label_without_a_filter_changes_the_record_in_place(
    qtbot: QtBot, session: Session, images: ImageList
) -> None:
    with qtbot.waitSignal(images.rows_changed):
        images.read_rows(0, 12)
    bee = session.class_named("bee")
    first = images.id_at(0)
    assert bee is not None
    assert first is not None
    with qtbot.waitSignal(images.rows_changed) as caught:
        session.set_label([first], bee.id)
    assert caught.args == [[0]]
    record = images.record(0)
    assert record is not None
    assert record.class_id == bee.id


def test_rows_of_many_images_are_found_in_one_pass(images: ImageList) -> None:
    ids = [images.id_at(row) for row in (11, 0, 5, 3, 4, 6, 7, 8, 9)]
    assert images.rows_of([i for i in ids if i is not None]) == [0, 3, 4, 5, 6, 7, 8, 9, 11]
    assert images.rows_of([10**9]) == []


def test_closing_the_project_empties_the_list(qtbot: QtBot, session: Session, images: ImageList) -> None:
    with qtbot.waitSignal(images.reset):
        session.close_project()
    assert len(images) == 0
    assert images.record(0) is None


def test_an_edit_under_a_filter_is_followed_without_asking_again(
    qtbot: QtBot, session: Session, images: ImageList
) -> None:
    with qtbot.waitSignal(images.reset):
        images.set_filter(labelled=True)
    first = images.id_at(0)
    assert first is not None
    with qtbot.waitSignal(images.reset) as caught:
        session.set_label([first], None)
    assert caught.args == [False]
    assert len(images) == 11
    assert not images.is_reading
    with qtbot.waitSignal(images.reset):
        session.undo()  # it comes back at its place, which only the store knows
    assert images.id_at(0) == first


@pytest.mark.parametrize("first", ["on screen", "changed with many"])
def test_a_label_is_not_undone_on_screen_by_a_record_that_was_read_before_it(
    qtbot: QtBot, session: Session, images: ImageList, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Records are read in one thread while another saves the label."""
    monkeypatch.setattr("gui.editing.MOST_AT_ONCE", 1)  # of more the records of those on screen come with the edit
    cat, bee, everything = session.class_named("cat"), session.class_named("bee"), images.ids(range(12))
    assert cat is not None
    assert bee is not None
    read, go = threading.Event(), threading.Event()
    really = query.images

    def slowly(project: Project, ids: Sequence[int]) -> list[ImageRecord]:
        records = really(project, ids)
        if threading.current_thread() is not threading.main_thread() and len(ids) > 1 and not read.is_set():
            read.set()
            go.wait(10)
        return records

    if first == "changed with many":
        with qtbot.waitSignal(images.rows_changed):
            images.read_rows(0, 12)
        session.on_screen = frozenset()  # an edit of many that was begun before the screen was scrolled here
    monkeypatch.setattr(query, "images", slowly)
    if first == "changed with many":
        session.set_label(everything, cat.id)
    else:
        images.read_rows(0, 12)
    qtbot.waitUntil(read.is_set)
    with qtbot.waitSignal(session.records_changed):
        session.set_label(everything[:1], bee.id)
    go.set()

    told: list[None] = []
    for _ in range(2):  # what was read, and what is read once more
        session.ask(lambda _: None, told.append, waited_for=True)
        qtbot.waitUntil(lambda: len(told) == 1)
        told.clear()
    record = images.record(0)
    assert record is not None
    assert record.class_id == bee.id


def test_what_an_import_overtakes_is_shown_and_then_read_again(
    qtbot: QtBot, session: Session, images: ImageList, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a slow disk every answer is older than the newest listing."""
    really, asked, go = query.images, threading.Semaphore(0), threading.Semaphore(0)

    def slowly(project: Project, ids: Sequence[int]) -> list[ImageRecord]:
        records = really(project, ids)
        asked.release()
        assert go.acquire(timeout=20)
        return records

    monkeypatch.setattr(query, "images", slowly)
    images.read_rows(0, 6)
    for _ in range(3):
        assert asked.acquire(timeout=20)
        session.listing_changed.emit()
        images.read_rows(0, 6)  # by the grid, which has a new list
        with qtbot.waitSignal(images.rows_changed):
            go.release()
        assert images.record(0) is not None
    session.listing_changed.emit()
    assert images.record(0) is not None, "no cell is emptied meanwhile"
    assert asked.acquire(timeout=20), "it is read again"
    go.release(100)


def test_after_a_read_that_failed_records_are_read_again(
    qtbot: QtBot, session: Session, images: ImageList, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_project: Project, _ids: Sequence[int]) -> list[ImageRecord]:
        raise ProjectError("The disk is gone.")

    with monkeypatch.context() as patch, qtbot.waitSignal(session.failed):
        patch.setattr(query, "images", broken)
        images.read_rows(0, 3)
        qtbot.waitUntil(lambda: not session.records.reading)
    with qtbot.waitSignal(images.rows_changed):
        images.read_rows(0, 3)
    assert images.record(0) is not None


def test_what_is_on_screen_does_not_wait_for_counts(
    qtbot: QtBot, session: Session, images: ImageList, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting a million images holds up the thread for questions."""
    counting, go = threading.Event(), threading.Event()

    def count(_project: Project) -> None:
        counting.set()
        go.wait(10)

    session.ask(count, lambda _: None)
    qtbot.waitUntil(counting.is_set)
    try:
        with qtbot.waitSignal(images.rows_changed):
            images.read_rows(0, 12)
        assert images.record(0) is not None
    finally:
        go.set()


def test_images_that_are_gone_are_not_asked_for_again_and_again(
    qtbot: QtBot, session: Session, images: ImageList, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that is taken back is on screen until its end is told."""
    asked: list[Sequence[int]] = []
    really = query.images

    def noted(project: Project, ids: Sequence[int]) -> list[ImageRecord]:
        asked.append(ids)
        return really(project, ids)

    monkeypatch.setattr(query, "images", noted)
    images.show_answer(ListAnswer(array("q", [*images.ids(range(2)), 10**6, 10**6 + 1]), []))
    images.read_rows(0, 4)
    qtbot.waitUntil(lambda: len(asked) >= 2)
    for _ in range(20):  # as often as they could be asked for meanwhile
        told: list[None] = []
        session.ask(lambda _: None, told.append, waited_for=True)
        qtbot.waitUntil(lambda told=told: bool(told))

    assert [len(ids) for ids in asked] == [4, 2]
