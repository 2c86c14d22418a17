"""Reading a project leaves nothing behind, whoever reads at the same time."""

import sqlite3
from contextlib import closing

from engine.library import edits
from engine.library.project import Project
from engine.library.query import Filter, classes, image_ids


def beside(folder):
    return sorted(file.name for file in folder.iterdir() if file.is_file())


def test_a_reader_leaves_no_files_and_changes_none(project, add, pictures):
    add(pictures("cat/1.png", "dog/1.png"))
    project.close()
    before, store = beside(project.folder), (project.folder / "project.sqlite").read_bytes()

    with Project.open(project.folder, read_only=True) as reader:
        assert len(image_ids(reader, Filter())) == 2

    assert beside(project.folder) == before == ["project.sqlite", "writer.lock"]
    assert (project.folder / "project.sqlite").read_bytes() == store


def test_the_last_of_two_readers_cleans_up(project):
    edits.add_class(project, "cat")
    project.close()
    first, second = (Project.open(project.folder, read_only=True) for _ in range(2))

    first.close()
    assert [cls.name for cls in classes(second)] == ["cat"]
    second.close()

    assert beside(project.folder) == ["project.sqlite", "writer.lock"]


def test_a_reader_that_closes_takes_nothing_from_a_writer(project):
    with Project.open(project.folder, read_only=True) as reader:
        edits.add_class(project, "cat")
        assert [cls.name for cls in classes(reader)] == ["cat"]
    edits.add_class(project, "dog")

    with Project.open(project.folder, read_only=True) as reader:
        assert [cls.name for cls in classes(reader)] == ["cat", "dog"]
    project.close()
    with closing(sqlite3.connect(project.folder / "project.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM classes").fetchone() == (2,)


def test_what_a_killed_writer_left_is_read_and_stays_for_the_next_one(project, tmp_path):
    edits.add_class(project, "cat")
    killed = tmp_path / "killed.pigeonhole"
    killed.mkdir()
    for name in ("project.sqlite", "project.sqlite-wal"):
        (killed / name).write_bytes((project.folder / name).read_bytes())
    left = (killed / "project.sqlite-wal").read_bytes()
    assert left

    with Project.open(killed, read_only=True) as reader:
        assert [cls.name for cls in classes(reader)] == ["cat"]
    assert (killed / "project.sqlite-wal").read_bytes() == left
    with Project.open(killed) as writer:
        assert [cls.name for cls in classes(writer)] == ["cat"]
