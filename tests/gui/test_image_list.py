"""The list behind the grid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.image_list import ImageList
from gui.session import Session
from tests.gui.windows import make_project


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session()
    yield made
    made.shut_down()


@pytest.fixture
def images(qtbot: QtBot, session: Session, tmp_path: Path) -> ImageList:
    made = ImageList(session)
    session.open_project(make_project(tmp_path))
    qtbot.waitUntil(lambda: len(made) == 12 and session.overview.summary is not None)
    return made


def test_records_come_when_they_are_wanted(qtbot: QtBot, images: ImageList) -> None:
    assert images.record(0) is None
    with qtbot.waitSignal(images.rows_changed) as caught:
        images.wanted(0, 3)
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
        images.wanted(0, 12)
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
    assert not images._reading
    with qtbot.waitSignal(images.reset):
        session.undo()  # it comes back at its place, which only the store knows
    assert images.id_at(0) == first
