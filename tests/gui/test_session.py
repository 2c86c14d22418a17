"""The session: every edit is saved before it is told, and one window writes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from engine.errors import ProjectError
from engine.library import edits, query
from engine.library.project import Project
from engine.library.query import Filter
from engine.library.records import Split
from gui.session import Session
from tests.gui.windows import make_pictures, make_project


@pytest.fixture
def session(new_session: Session) -> Session:
    """Projects are opened in it by the tests."""
    return new_session


@pytest.fixture
def opened(qtbot: QtBot, session: Session, tmp_path: Path) -> Session:
    with qtbot.waitSignals([session.overview_changed, session.runs_changed]):
        session.open_project(make_project(tmp_path))
    return session


def ids(session: Session, **fields: object) -> list[int]:
    assert session.project is not None
    return list(query.image_ids(session.project, Filter(**fields)))  # type: ignore[arg-type]


def test_opening_tells_classes_and_counts(opened: Session) -> None:
    assert [c.name for c in opened.overview.classes] == ["ant", "bee", "cat"]
    assert [c.total for c in opened.overview.counts] == [4, 4, 4]
    assert opened.overview.summary is not None
    assert opened.overview.summary.images == 12
    assert not opened.read_only


def test_a_label_is_on_disk_when_it_is_told(qtbot: QtBot, opened: Session) -> None:
    bee = opened.class_named("bee")
    assert bee is not None
    first = ids(opened)[0]
    on_disk: list[int | None] = []

    def look(_: object) -> None:
        assert opened.project is not None
        with Project.open(opened.project.folder, read_only=True) as other:
            on_disk.append(query.images(other, [first])[0].class_id)

    opened.images_changed.connect(look)
    with qtbot.waitSignal(opened.images_changed) as caught:
        opened.set_label([first], bee.id)
    assert caught.args[0].image_ids == (first,)
    assert on_disk == [bee.id]


def test_edits_are_undone_and_done_again_by_name(qtbot: QtBot, opened: Session) -> None:
    first = ids(opened)[0]
    with qtbot.waitSignal(opened.edited) as caught:
        opened.set_label([first], None)
    name = caught.args[0]
    with qtbot.waitSignal(opened.message) as said:
        opened.undo()
    assert name in said.args[0]
    assert ids(opened, labelled=False) == []
    with qtbot.waitSignal(opened.message) as said:
        opened.redo()
    assert name in said.args[0]
    assert ids(opened, labelled=False) == [first]


def test_an_answer_to_a_dialog_that_was_closed_meanwhile_is_dropped(qtbot: QtBot, opened: Session) -> None:
    class Dialog(QObject):
        def show(self, _: object) -> None:
            raise AssertionError("this dialog is gone")

    gate, seen, dialog = threading.Event(), [], Dialog()
    opened.ask(lambda _: gate.wait(10), dialog.show)
    shiboken6.delete(dialog)
    gate.set()
    opened.ask(lambda _: 1, seen.append)
    qtbot.waitUntil(lambda: seen == [1])


def test_undo_without_an_edit_says_so(qtbot: QtBot, opened: Session) -> None:
    while opened.overview.undo_name is not None:
        with qtbot.waitSignal(opened.overview_changed):
            opened.undo()
    with qtbot.waitSignal(opened.message) as said:
        opened.undo()
    assert "nothing" in said.args[0]


def test_splits_and_classes_are_edits_too(qtbot: QtBot, opened: Session) -> None:
    first = ids(opened)[0]
    with qtbot.waitSignal(opened.images_changed):
        opened.edit(edits.set_split, [first], Split.TEST)
    assert ids(opened, splits=frozenset({Split.TEST})) == [first]
    added: list[object] = []
    with qtbot.waitSignal(opened.classes_changed):
        opened.add_class("dog", added.append)
    qtbot.waitUntil(lambda: bool(added))
    assert [c.name for c in opened.overview.classes] == ["ant", "bee", "cat", "dog"]
    dog = opened.class_named("dog")
    assert dog is not None
    assert opened.class_with_key("4") == dog
    with qtbot.waitSignal(opened.classes_changed):
        opened.edit(edits.rename_class, dog.id, "wolf")
    with qtbot.waitSignal(opened.classes_changed):
        opened.edit(edits.set_class_key, dog.id, "9")
    assert opened.class_with_key("9") == opened.class_named("wolf")
    with qtbot.waitSignal(opened.classes_changed):
        opened.edit(edits.delete_class, dog.id)
    assert opened.class_named("wolf") is None


def test_a_name_that_is_taken_is_refused_with_a_sentence(qtbot: QtBot, opened: Session) -> None:
    with qtbot.waitSignal(opened.failed) as caught:
        opened.add_class("bee")
    assert "bee" in caught.args[0]
    assert caught.args[1] == ""


def test_a_second_writer_opens_read_only_and_is_told(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    with Project.open(folder):
        with qtbot.waitSignal(session.overview_changed):
            session.open_project(folder)
        assert session.read_only
        assert "open in another window" in session.read_only_reason
        assert session.read_only_reason.startswith(f"{session.read_only_cause}; close it there")
        with qtbot.waitSignal(session.failed) as refused:
            session.set_label([1], None)
        assert "read-only" in refused.args[0]
        assert ids(session, labelled=False) == []


def test_closing_lets_another_window_write(qtbot: QtBot, opened: Session, tmp_path: Path) -> None:
    with qtbot.waitSignal(opened.project_changed):
        opened.close_project()

    def can_write() -> None:
        Project.open(tmp_path / "pictures.pigeonhole").close()

    qtbot.waitUntil(lambda: _succeeds(can_write))
    assert opened.project is None
    assert opened.overview.classes == ()


def _succeeds(attempt: object) -> bool:
    from engine.errors import ProjectLocked

    try:
        attempt()  # type: ignore[operator]
    except ProjectLocked:
        return False
    return True


def test_a_folder_without_a_project_is_offered_and_nothing_is_made(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    pictures = make_pictures(tmp_path)
    with qtbot.waitSignal(session.pictures_offered) as caught:
        session.open_path(pictures)
    assert caught.args == [pictures, True]
    assert [p.name for p in tmp_path.iterdir()] == ["pictures"]
    assert session.project is None


def test_a_folder_that_has_a_project_opens_it(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    make_project(tmp_path)
    with qtbot.waitSignal(session.project_changed):
        session.open_path(tmp_path / "pictures")
    assert session.project is not None
    assert session.project.folder == tmp_path / "pictures.pigeonhole"


def test_a_folder_that_is_missing_is_said_in_a_sentence(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    with qtbot.waitSignal(session.failed) as caught:
        session.open_path(tmp_path / "nowhere")
    assert "nowhere" in caught.args[0]


def test_answers_about_a_project_that_was_closed_are_dropped(qtbot: QtBot, opened: Session) -> None:
    seen: list[object] = []
    opened.ask(query.summary, seen.append)
    opened.close_project()
    qtbot.wait(50)
    assert seen == []


def test_a_held_project_stays_open_until_it_is_released(qtbot: QtBot, opened: Session) -> None:
    project = opened.project
    assert project is not None
    release = opened.hold()
    opened.close_project()
    qtbot.wait(50)
    assert query.summary(project).images == 12
    release()
    qtbot.waitUntil(lambda: project.store._closed)


def test_a_project_that_cannot_be_written_is_opened_read_only_with_the_reason(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(tmp_path)

    def no_writer(_: Path) -> Project:
        raise ProjectError("pictures cannot be written: read-only file system.")

    monkeypatch.setattr(Project, "_open_writer", no_writer)
    with qtbot.waitSignal(session.overview_changed):
        session.open_project(folder)
    assert session.read_only
    assert "read-only file system" in session.read_only_reason
    assert len(ids(session)) == 12


def test_a_label_comes_with_its_new_record_and_the_counts_follow(qtbot: QtBot, opened: Session) -> None:
    bee = opened.class_named("bee")
    assert bee is not None
    first = ids(opened)[0]
    with qtbot.waitSignal(opened.overview_changed), qtbot.waitSignal(opened.records_changed) as caught:
        opened.set_label([first], bee.id)
    _, records = caught.args
    assert [record.class_id for record in records] == [bee.id]
    assert opened.overview.undo_name is not None
    assert [c.total for c in opened.overview.counts] == [3, 5, 4]


def test_many_counts_wait_for_one_another(qtbot: QtBot, opened: Session) -> None:
    told: list[object] = []
    opened.overview_changed.connect(lambda: told.append(None))
    bee = opened.class_named("bee")
    assert bee is not None
    for image in ids(opened):
        opened.set_label([image], bee.id)
    qtbot.waitUntil(lambda: [c.total for c in opened.overview.counts] == [0, 12, 0])
    assert len(told) < 8


def renamed(session: Session) -> Path:
    assert session.project is not None
    folder = session.project.folder
    return folder.rename(folder.with_name("renamed.pigeonhole"))


def test_a_project_that_was_renamed_while_open_is_opened_for_writing_in_its_new_place(
    qtbot: QtBot, opened: Session
) -> None:
    place = renamed(opened)

    with qtbot.waitSignals([opened.overview_changed, opened.runs_changed], order="simple"):
        opened.open_path(place)
    qtbot.waitUntil(lambda: opened.project is not None and opened.overview.summary is not None)

    assert opened.project is not None
    assert opened.project.folder == place
    assert not opened.read_only, opened.read_only_reason
    first, bee = ids(opened)[0], opened.class_named("bee")
    assert bee is not None
    with qtbot.waitSignal(opened.images_changed):
        opened.set_label([first], bee.id)


@pytest.mark.parametrize("way", ["link", "same"])
def test_a_project_that_is_open_stays_open_when_it_is_opened_again(
    qtbot: QtBot, opened: Session, tmp_path: Path, way: str
) -> None:
    before = opened.project
    assert before is not None
    place = before.folder
    if way == "link":
        place = tmp_path / "link"
        place.symlink_to(before.folder)

    with qtbot.waitSignal(opened.message) as said:
        opened.open_path(place)

    assert said.args == ["pictures is open already."]
    assert opened.project is before
    assert not opened.read_only


def test_a_project_that_is_open_is_not_locked_out_where_results_are_added_to_it(qtbot: QtBot, opened: Session) -> None:
    before, then = opened.project, []
    assert before is not None

    opened.create_project(before.folder, lambda: then.append(True))

    qtbot.waitUntil(lambda: bool(then))
    assert opened.project is before


def test_a_label_given_after_the_project_was_renamed_is_saved_in_its_new_place(qtbot: QtBot, opened: Session) -> None:
    first, place = ids(opened)[0], renamed(opened)

    with qtbot.waitSignal(opened.images_changed):
        opened.set_label([first], None)

    with Project.open(place, read_only=True) as project:
        assert query.images(project, [first])[0].class_id is None


def test_a_renamed_project_that_a_job_works_on_is_not_taken_from_it(qtbot: QtBot, opened: Session) -> None:
    release, place, before = opened.hold(), renamed(opened), opened.project

    with qtbot.waitSignal(opened.failed) as told:
        opened.open_path(place)

    assert "renamed while work on it goes on" in told.args[0]
    assert opened.project is before
    release()
