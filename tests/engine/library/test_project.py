"""Projects are made, opened, locked, moved; a failure is one sentence and changes nothing."""

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.errors import ProjectError, ProjectLocked
from engine.library import edits, schema
from engine.library.project import Project, is_project, project_for_pictures
from engine.library.query import Filter, classes, image_ids, images, sources, summary
from tests.engine.library.conftest import contents, labels_of


def test_a_new_project_has_its_suffix_and_its_folders(tmp_path):
    with Project.create(tmp_path / "animals") as project:
        assert project.folder == tmp_path / "animals.pigeonhole"
        assert project.name == "animals"
        assert project.runs_folder.is_dir()
        assert not project.read_only
        assert summary(project).images == 0
    assert is_project(tmp_path / "animals.pigeonhole")
    assert not is_project(tmp_path)


def test_the_suffix_may_be_left_out_when_opening(tmp_path):
    Project.create(tmp_path / "animals").close()

    for name in ("animals", "animals.pigeonhole", "animals.pigeonhole/project.sqlite"):
        with Project.open(tmp_path / name) as project:
            assert project.name == "animals"


def test_open_or_create_does_what_is_needed(tmp_path):
    with Project.open_or_create(tmp_path / "x") as project:
        edits.add_class(project, "cat")
    with Project.open_or_create(tmp_path / "x") as project:
        assert [cls.name for cls in classes(project)] == ["cat"]


@pytest.mark.parametrize("read_only", [False, True])
def test_a_folder_that_is_no_project_is_not_opened(tmp_path, read_only):
    with pytest.raises(ProjectError, match="There is no project at"):
        Project.open(tmp_path / "nothing", read_only=read_only)
    assert list(tmp_path.iterdir()) == []


def test_a_project_is_not_made_over_another_or_over_other_files(tmp_path):
    Project.create(tmp_path / "a").close()
    (tmp_path / "b.pigeonhole").mkdir()
    (tmp_path / "b.pigeonhole" / "letter.txt").write_text("dear")

    with pytest.raises(ProjectError, match=r"There is a project at .* already"):
        Project.create(tmp_path / "a")
    with pytest.raises(ProjectError, match="holds something else"):
        Project.create(tmp_path / "b")
    assert [f.name for f in (tmp_path / "b.pigeonhole").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"this is not a database" * 100, "is not a Pigeonhole project: its file project.sqlite is something else")],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_store_that_is_something_else_says_so_and_stays_as_it_is(tmp_path, content, sentence, read_only):
    folder = tmp_path / "x.pigeonhole"
    folder.mkdir()
    (folder / "project.sqlite").write_bytes(content)

    with pytest.raises(ProjectError, match=sentence):
        Project.open(folder, read_only=read_only)

    assert (folder / "project.sqlite").read_bytes() == content


@pytest.mark.parametrize("read_only", [False, True])
def test_a_project_of_a_newer_version_is_not_touched(tmp_path, read_only):
    Project.create(tmp_path / "x").close()
    store = tmp_path / "x.pigeonhole" / "project.sqlite"
    with sqlite3.connect(store) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    db.close()
    before = store.read_bytes()

    with pytest.raises(ProjectError, match=r"written by a newer Pigeonhole .* update Pigeonhole"):
        Project.open(tmp_path / "x", read_only=read_only)

    assert store.read_bytes() == before
    store.unlink()  # nothing holds it open


def test_an_older_store_is_brought_forward(tmp_path, monkeypatch):
    with Project.create(tmp_path / "x") as project:
        edits.add_class(project, "cat")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE classes ADD COLUMN note TEXT;"))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)

    with Project.open(tmp_path / "x") as project, project.store.read() as db:
        assert db.execute("SELECT name, note FROM classes").fetchall() == [("cat", None)]
        assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_a_step_forward_that_fails_leaves_the_store_as_it_was(tmp_path, monkeypatch):
    Project.create(tmp_path / "x").close()
    version = schema.VERSION
    broken = "ALTER TABLE classes ADD COLUMN note TEXT; SELECT * FROM missing;"
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        patched.setattr(schema, "VERSION", version + 1)
        with pytest.raises(ProjectError):
            Project.open(tmp_path / "x")

    with Project.open(tmp_path / "x") as project, project.store.read() as db:
        assert db.execute("PRAGMA user_version").fetchone() == (version,)
        assert "note" not in [row[1] for row in db.execute("PRAGMA table_info(classes)")]


def test_the_second_writer_is_told_and_may_read(tmp_path):
    with Project.create(tmp_path / "x") as first:
        edits.add_class(first, "cat")
        with pytest.raises(ProjectLocked, match=r"x is open in another window or command; .* read-only"):
            Project.open(tmp_path / "x")
        with Project.open(tmp_path / "x", read_only=True) as reader:
            assert reader.read_only
            edits.add_class(first, "dog")
            assert [cls.name for cls in classes(reader)] == ["cat", "dog"], "a reader sees what is saved meanwhile"
    Project.open(tmp_path / "x").close()


WRITER = """
import sys
from pathlib import Path
from engine.library import edits
from engine.library.project import Project
from engine.library.query import Filter, image_ids

project = Project.open(Path(sys.argv[1]))
edits.add_class(project, "cat")
edits.set_label(project, image_ids(project, Filter())[:2], 1)
print("saved", flush=True)
with project.store.write() as db:
    db.execute("UPDATE images SET class_id = NULL")
    print("half done", flush=True)
    sys.stdin.read()
"""


def test_a_label_is_there_after_a_kill_and_a_half_done_change_is_not(tmp_path, project, add, pictures):
    add(pictures("1.png", "2.png", "3.png"), labels="none")
    project.close()
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(project.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert [process.stdout.readline(), process.stdout.readline()] == ["saved\n", "half done\n"]
    with pytest.raises(ProjectLocked):
        Project.open(project.folder)

    process.send_signal(signal.SIGKILL)
    process.communicate()

    with Project.open(project.folder) as again:
        assert list(labels_of(again).values()) == ["cat", "cat", None]
        assert edits.undo_name(again) == "Label 2 images as cat"


def test_an_import_that_was_killed_half_way_is_taken_back_when_the_project_is_opened(project, add, pictures):
    from engine.library.adding import Addition, NewImage, NewSource
    from engine.library.records import Split

    add(pictures("cat/1.png", "cat/2.png"))
    edits.add_class(project, "dog")
    before = contents(project)
    folder = pictures("bird/3.png", root="more")
    addition = Addition(project, 1)
    addition.add_sources([NewSource(folder, "class-folders")])
    addition.add_classes(["bird"])
    addition.add_images([NewImage(str(folder), "bird/3.png", "bird", Split.TRAINING, None)])
    assert contents(project) != before
    project.close()

    with Project.open(project.folder) as again:
        assert contents(again) == before
        assert len(sources(again)) == 1
        assert edits.undo_name(again) == "Add class dog"


def test_a_full_disk_is_one_sentence_and_changes_nothing(project, add, pictures):
    add(pictures(*(f"{n}.png" for n in range(50))), labels="none")
    edits.add_class(project, "cat")
    before = contents(project)
    with project.store.read() as db:  # the limit holds for this thread's connection
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")

    def fill():
        for number in range(100):
            edits.add_class(project, f"{number}" + "dog " * 2000)

    with pytest.raises(ProjectError, match="The disk is full: nothing was changed in work; free some space"):
        fill()

    with project.store.read() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    while edits.undo_name(project) != "Add class cat":
        edits.undo(project)
    assert contents(project) == before
    edits.set_label(project, image_ids(project, Filter()), classes(project)[0].id)
    assert summary(project).labelled == 50


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (sqlite3.SQLITE_READONLY, "work cannot be written: the folder is read-only"),
        (sqlite3.SQLITE_BUSY, "work is busy"),
        (sqlite3.SQLITE_IOERR | (3 << 8), "the disk reports an error"),
        (sqlite3.SQLITE_CORRUPT, "work is damaged"),
        (sqlite3.SQLITE_MISMATCH, "work could not be read or changed: odd"),
    ],
)
def test_each_failure_of_the_store_has_its_sentence_and_undoes_the_change(project, code, sentence):
    error = sqlite3.OperationalError("odd")
    error.sqlite_errorcode = code

    def fail():
        with project.store.write() as db:
            db.execute("INSERT INTO classes (name, colour, position) VALUES ('cat', '#000000', 0)")
            raise error

    with pytest.raises(ProjectError, match=re.escape(sentence)):
        fail()

    assert classes(project) == []


def test_a_read_only_place_is_one_sentence(tmp_path, monkeypatch):
    def refused(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refused)  # the tests may run as root, whom no permission binds

    with pytest.raises(ProjectError, match=r"The project .*x.pigeonhole cannot be made: read-only file system"):
        Project.create(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_project_that_fails_to_be_made_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(schema, "MIGRATIONS", ("CREATE TABLE broken (;",))

    with pytest.raises(ProjectError):
        Project.create(tmp_path / "x")

    assert list(tmp_path.iterdir()) == []


def test_a_project_on_a_medium_that_cannot_be_written_is_read(tmp_path, project, add, pictures):
    """SQLite can make no shared-memory file there; the store is read as it is."""
    add(pictures("cat/1.png"))
    project.close()
    copy = tmp_path / "medium.pigeonhole"
    copy.mkdir()
    shutil.copy(project.folder / "project.sqlite", copy)
    blocked = copy / "project.sqlite-shm"
    blocked.mkdir()  # a folder in its place stands for "cannot be made", also for root

    with Project.open(copy, read_only=True) as reader:
        assert summary(reader).images == 1


def test_a_project_moved_with_its_images_finds_them(tmp_path, project, add, pictures):
    add(pictures("cat/1.png"))
    project.close()
    there = tmp_path / "elsewhere"
    there.mkdir()
    shutil.move(project.folder, there)
    shutil.move(tmp_path / "pictures", there)

    with Project.open(there / "work.pigeonhole") as moved:
        (image,) = images(moved, image_ids(moved, Filter()))
        assert image.file == there / "pictures" / "cat" / "1.png"
        assert image.file.exists()
        assert not sources(moved)[0].missing


def test_a_project_moved_alone_finds_its_images_where_they_were(tmp_path, project, add, pictures):
    folder = pictures("cat/1.png")
    add(folder)
    project.close()
    (tmp_path / "elsewhere").mkdir()
    shutil.move(project.folder, tmp_path / "elsewhere")

    with Project.open(tmp_path / "elsewhere" / "work") as moved:
        assert images(moved, image_ids(moved, Filter()))[0].file == folder / "cat" / "1.png"


def test_a_source_that_is_gone_is_known_to_be_missing(project, add, pictures):
    folder = pictures("cat/1.png")
    add(folder)
    shutil.rmtree(folder)

    assert [source.missing for source in sources(project)] == [True]
    assert summary(project).images == 1


def test_the_project_of_a_folder_stands_beside_it_and_never_inside(tmp_path, pictures):
    folder = pictures("1.png")

    assert project_for_pictures(folder) == tmp_path / "pictures.pigeonhole"
    assert sorted(f.name for f in folder.iterdir()) == ["1.png"]


@pytest.mark.usefixtures("nothing_writable")
def test_it_is_in_the_documents_where_the_place_cannot_be_written(pictures):
    from engine.places import documents_folder

    folder = pictures("1.png")

    assert project_for_pictures(folder) == documents_folder() / "pictures.pigeonhole"


@pytest.mark.usefixtures("nothing_writable")
def test_folders_of_the_same_name_have_projects_of_their_own(pictures):
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources

    one, two = pictures("a/x/1.png", root="one") / "a", pictures("a/x/1.png", root="two") / "a"
    first = project_for_pictures(one)
    import_sources(ImportParams(str(first), (str(one),)), emit=lambda _: None, cancel=Cancel())

    assert project_for_pictures(one) == first
    assert project_for_pictures(two) == first.with_name("a 2.pigeonhole")


def test_many_threads_read_while_one_writes(project, add, pictures):
    add(pictures(*(f"{n}.png" for n in range(20))), labels="none")
    edits.add_class(project, "cat")
    some = image_ids(project, Filter())
    failures = []

    def reading():
        try:
            for _ in range(30):
                assert summary(project).labelled in (0, 20), "a change is seen whole or not at all"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=reading) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        edits.set_label(project, some, 1)
        edits.set_label(project, some, None)
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_closed_project_says_so(project):
    project.close()
    project.close()

    with pytest.raises(ProjectError, match="work was closed"):
        summary(project)


def test_a_project_is_told_by_what_it_is_and_not_by_its_path(tmp_path):
    with Project.create(tmp_path / "one") as one, Project.create(tmp_path / "two"):
        (tmp_path / "link").symlink_to(one.folder)
        assert one.is_at(tmp_path / "one")
        assert one.is_at(tmp_path / "link")
        assert not one.is_at(tmp_path / "two")
        assert not one.is_at(tmp_path / "gone")
        one.folder.rename(tmp_path / "new.pigeonhole")
        assert one.is_at(tmp_path / "new")
        assert not one.is_at(one.folder)
