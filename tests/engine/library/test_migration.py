"""Projects of every released version open as they were and can be changed, or read where nothing can be written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.library import edits, schema
from engine.library.project import Project
from engine.library.query import Filter, class_counts, classes, grouped_ids, image_ids, images, problems, sources
from engine.library.records import Flag
from engine.library.store import FILE_NAME
from engine.library.timeline import history
from engine.places import cache_folder

STORES = sorted((Path(__file__).parent / "stores").glob("version_*.sql"))


@pytest.fixture(params=STORES, ids=lambda file: file.stem)
def older(request, tmp_path):
    """A project with the store of a released version."""
    folder = tmp_path / "older.pigeonhole"
    folder.mkdir()
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        db.executescript(request.param.read_text(encoding="utf-8"))
    return folder


def seen(project):
    return (
        [(i.path, i.class_id, i.split.value, i.group) for i in images(project, image_ids(project, Filter()))],
        [(c.cls.name, c.labelled) for c in class_counts(project)],
        [image.problem for image in problems(project)],
        [(edit.name, edit.done) for edit in history(project)],
        [(heading.title, heading.count) for heading in grouped_ids(project, Filter(problems=None), "folder")[1]],
    )


EXPECTED = (
    [("cat/1.png", 1, "training", None), ("dog/2.png", 1, "validation", "dog/2")],
    [("cat", 2), ("dog", 0)],
    ["not an image"],
    [("Import 3 images", True), ("Label 1 image as cat", True), ("Move 1 image to test", False)],
    [("", 1), ("cat", 1), ("dog", 1)],
)


def test_every_released_version_has_its_store():
    assert [int(file.stem.rpartition("_")[2]) for file in STORES] == list(range(1, schema.VERSION))


def test_an_older_project_is_brought_forward_and_nothing_is_lost(older):
    with Project.open(older) as project:
        assert seen(project) == EXPECTED
        with project.store.read() as db:
            assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    with Project.open(older) as project:
        assert seen(project) == EXPECTED
        assert [source.kind for source in sources(project)] == ["class-folders"]
        edits.set_flag(project, [1], Flag.UNSEEN)
        assert [(image.id, image.unseen) for image in images(project, [1, 2])] == [(1, True), (2, False)]


def test_its_history_goes_on(older):
    with Project.open(older) as project:
        edits.redo(project)
        edits.undo(project)
        edits.undo(project)
        assert [(c.cls.name, c.labelled) for c in class_counts(project)] == [("cat", 1), ("dog", 1)]
        edits.set_flag(project, image_ids(project, Filter()), Flag.UNSURE)
        edits.merge_classes(project, [1], 2)
        assert [(c.cls.name, c.labelled) for c in class_counts(project)] == [("dog", 2)]
        edits.undo(project)
        edits.undo(project)
        edits.undo(project)
        assert (classes(project), list(image_ids(project, Filter()))) == ([], [])


def test_flags_of_version_2_come_along_and_can_be_undone(tmp_path):
    folder = tmp_path / "older.pigeonhole"
    folder.mkdir()
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        db.executescript((Path(__file__).parent / "stores/version_2.sql").read_text(encoding="utf-8"))

    def marks(project):
        return [(i.unsure, i.excluded, i.note, i.confirmed) for i in images(project, [1, 2])]

    with Project.open(folder) as project:
        assert marks(project) == [(False, True, "", False), (True, False, "blurred", False)]
        edits.undo(project)
        assert marks(project) == [(False, False, "", False), (False, False, "", False)]
        edits.redo(project)
        assert marks(project) == [(False, True, "", False), (True, False, "blurred", False)]


def test_confirmed_labels_and_groups_of_version_3_come_along(tmp_path):
    folder = tmp_path / "older.pigeonhole"
    folder.mkdir()
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        db.executescript((Path(__file__).parent / "stores/version_3.sql").read_text(encoding="utf-8"))

    with Project.open(folder) as project:
        assert [(i.confirmed, i.group) for i in images(project, [1, 2])] == [(False, None), (True, "dog/2")]
        edits.undo(project)
        assert [(i.confirmed, i.group) for i in images(project, [1, 2])] == [(False, None), (False, None)]


def test_it_can_be_read_without_being_changed(older):
    before = (older / FILE_NAME).read_bytes()

    with Project.open(older, read_only=True) as project:
        assert seen(project) == EXPECTED
        with pytest.raises(ProjectError, match="read-only"):
            edits.add_class(project, "bird")

    assert (older / FILE_NAME).read_bytes() == before
    assert list(cache_folder().iterdir()) == [], "the copy is gone"
