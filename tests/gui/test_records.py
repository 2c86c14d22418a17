"""The records of images are read once for all pages, and follow edits and listings wherever they are on screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.library import query
from gui.session import Session
from tests.gui.windows import make_project


@pytest.fixture
def opened(qtbot: QtBot, session: Session, tmp_path: Path) -> Session:
    with qtbot.waitSignals([session.overview_changed, session.runs_changed]):
        session.open_project(make_project(tmp_path))
    return session


def ids(session: Session) -> list[int]:
    assert session.project is not None
    return list(query.image_ids(session.project, query.Filter()))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The ids that are read from the store, one list for each reading."""
    found: list[list[int]] = []
    images = query.images

    def counted(project: object, wanted: list[int]) -> object:
        found.append(list(wanted))
        return images(project, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(query, "images", counted)
    return found


def test_two_pages_that_show_an_image_read_it_once(qtbot: QtBot, opened: Session, reads: list[list[int]]) -> None:
    first, second, third = ids(opened)[:3]
    with qtbot.waitSignal(opened.records.renewed):
        opened.records.want("one page", [first, second])
    with qtbot.waitSignal(opened.records.renewed):
        opened.records.want("another", [second, third])
    assert [sorted(read) for read in reads] == [[first, second], [third]]
    assert all(opened.records.get(i) is not None for i in (first, second, third))


def test_an_edit_renews_what_is_on_screen_of_any_page(qtbot: QtBot, opened: Session) -> None:
    first, second = ids(opened)[:2]
    for page, image in (("one page", first), ("another", second)):
        with qtbot.waitSignal(opened.records.renewed):
            opened.records.want(page, [image])
    bee = opened.class_named("bee")
    assert bee is not None
    with qtbot.waitSignal(opened.records.renewed):
        opened.set_label([first, second], bee.id)
    assert {opened.records.get(i).class_id for i in (first, second)} == {bee.id}  # type: ignore[union-attr]


def test_what_an_edit_of_many_changed_off_screen_is_read_again_when_it_comes_there(
    qtbot: QtBot, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.editing.MOST_AT_ONCE", 1)
    first, second = ids(opened)[:2]
    for image in (first, second):
        with qtbot.waitSignal(opened.records.renewed):
            opened.records.want("page", [image])
    bee = opened.class_named("bee")
    assert bee is not None
    with qtbot.waitSignal(opened.records.renewed):
        opened.set_label([first, second], bee.id)
    assert opened.records.get(first) is None, "it was not on screen, and is not known any more"
    with qtbot.waitSignal(opened.records.renewed):
        opened.records.want("page", [first])
    assert opened.records.get(first).class_id == bee.id  # type: ignore[union-attr]


def test_after_a_listing_a_record_stays_until_it_was_read_again(
    qtbot: QtBot, opened: Session, reads: list[list[int]]
) -> None:
    first = ids(opened)[0]
    with qtbot.waitSignal(opened.records.renewed):
        opened.records.want("page", [first])
    opened.images_listed()
    assert opened.records.get(first) is not None
    with qtbot.waitSignal(opened.records.renewed):
        opened.records.want("page", [first])
    assert reads.count([first]) == 2


def test_another_project_has_records_of_its_own(qtbot: QtBot, opened: Session) -> None:
    first = ids(opened)[0]
    with qtbot.waitSignal(opened.records.renewed):
        opened.records.want("page", [first])
    opened.close_project()
    assert opened.records.get(first) is None
    assert opened.on_screen == frozenset()
