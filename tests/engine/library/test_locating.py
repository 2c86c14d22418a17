"""A source is moved or renamed: it is pointed to its new place, and no label is lost."""

import os
import shutil

import pytest
from PIL import Image

from engine.errors import JobCancelled, SourceError, UsageError
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.locating import LocateParams, locate
from engine.library.query import Filter, image_ids, images, sources
from engine.library.timeline import history
from engine.problems import FILE_GONE
from tests.engine.library.conftest import contents, labels_of


@pytest.fixture
def folder(pictures, add):
    """Three cats and two dogs, all different, imported by their folders."""
    folder = pictures("cat/1.png", "cat/2.png", "cat/3.png", "dog/1.png", "dog/2.png")
    add(folder)
    return folder


@pytest.fixture
def point(project):
    def _point(source, place, *, cancel=None):
        params = LocateParams(str(project.folder), str(source), str(place))
        result = locate(params, emit=lambda _: None, cancel=cancel or Cancel(), project=project)
        return {name: value for name, value in result.items() if value and name not in ("source", "folder")}

    return _point


def test_a_renamed_source_is_found_with_all_that_was_said_of_its_images(project, folder, point, tmp_path):
    ids = image_ids(project, Filter())
    edits.set_label(project, ids[:1], None)
    edits.set_note(project, ids[1:2], "blurred")
    before, past = contents(project), history(project)
    (tmp_path / "elsewhere").mkdir()
    now = folder.rename(tmp_path / "elsewhere" / "photos")

    assert point(folder, now) == {"found": 5}

    assert contents(project) == before
    assert [(source.folder, source.missing) for source in sources(project)] == [(now, False)]
    assert all(image.file.is_file() for image in images(project, ids))
    assert history(project) == past, "where files lie is no edit"
    assert edits.undo(project).name == "Write a note on 1 image"


def test_a_source_is_known_by_its_name_alone_where_that_is_enough(project, folder, point, pictures, add, tmp_path):
    now = folder.rename(tmp_path / "photos")
    assert point("pictures", now) == {"found": 5}

    (tmp_path / "more").mkdir()
    other = pictures("x/1.png", root="more/photos")
    add(other)
    with pytest.raises(UsageError, match="Several sources are called photos; name one by its whole path: "):
        point("photos", tmp_path)
    with pytest.raises(UsageError, match="is no source of work; its sources are "):
        point("pictures", now)


def test_found_changed_missing_and_new_pictures_are_counted(project, folder, point, tmp_path):
    now = folder.rename(tmp_path / "photos")
    Image.new("RGB", (20, 20), "white").save(now / "cat/1.png")
    (now / "dog/1.png").unlink()
    Image.new("RGB", (9, 9), "red").save(now / "dog/7.png")

    assert point(folder, now) == {"found": 3, "changed": 1, "missing": 1, "new": 1}

    assert labels_of(project)["cat/1.png"] == "cat"
    assert labels_of(project)["dog/7.png"] == "dog"
    (gone,) = images(project, image_ids(project, Filter(problems=True)))
    assert (gone.path, gone.problem) == ("dog/1.png", str(FILE_GONE))
    assert gone.class_id is not None, "it keeps its label"


def test_copies_of_another_date_are_the_same_pictures_and_are_not_looked_at_again(project, folder, point, tmp_path):
    with project.store.read() as db:
        before = db.execute("SELECT id, digest, state FROM images ORDER BY id").fetchall()
    now = tmp_path / "copy"
    shutil.copytree(folder, now, copy_function=shutil.copyfile)
    for file in now.rglob("*.png"):
        os.utime(file, ns=(10**18, 10**18))
    shutil.rmtree(folder)

    assert point(folder, now) == {"found": 5}
    with project.store.read() as db:
        assert db.execute("SELECT id, digest, state FROM images ORDER BY id").fetchall() == before
        assert db.execute("SELECT DISTINCT modified_ns FROM images").fetchall() == [(10**18,)]


def test_a_picture_that_was_renamed_too_is_found_by_its_content(project, folder, point, tmp_path):
    now = folder.rename(tmp_path / "photos")
    (now / "cat/1.png").rename(now / "dog/other.png")

    assert point(folder, now) == {"found": 5}
    assert labels_of(project)["dog/other.png"] == "cat"


def test_a_wrong_folder_is_refused_with_what_to_do(project, folder, point, pictures, tmp_path):
    (tmp_path / "parent").mkdir()
    now = folder.rename(tmp_path / "parent" / "pictures")
    stranger = pictures(*(f"{c}.png" for c in "abcdef"), root="stranger")
    for path in ("cat/1.png", "dog/1.png"):
        (stranger / path).parent.mkdir(exist_ok=True)
        Image.new("RGB", (30, 30), "blue").save(stranger / path)
    (tmp_path / "empty").mkdir()
    before = contents(project)
    for place, words in (
        (tmp_path / "nowhere", r"nowhere is not a folder; tell where the pictures of .*pictures are now\.$"),
        (
            tmp_path / "empty",
            r"^None of the 5 pictures of .* is in .*empty; choose the folder that holds cat/1\.png\.$",
        ),
        (now.parent, r"is in .*parent; they seem to be in .*pictures\.$"),
        (now / "cat", r"is in .*cat; they seem to be in .*pictures\.$"),
        (stranger, r"holds 2 files with the names of pictures of .*, but none with their content; choose the folder"),
    ):
        with pytest.raises(SourceError, match=words):
            point(folder, place)
        assert contents(project) == before
        assert [source.folder for source in sources(project)] == [folder]


def test_where_it_is_already_or_another_source_has_the_pictures_is_refused(project, folder, point, add, tmp_path):
    with pytest.raises(UsageError, match="is where the project looks for these pictures already"):
        point(folder, folder)
    now = folder.rename(tmp_path / "photos")
    add(now, labels="none")
    with pytest.raises(SourceError, match=r"^5 pictures of .* are in the project already, .* undo their import first"):
        point(folder, now)
    edits.undo(project)
    assert point(folder, now) == {"found": 5}
    assert edits.redo(project) is None, "it would bring the same pictures a second time"
    assert len(sources(project)) == 1


def test_pictures_in_the_project_itself_move_with_it(project, point, pictures, add, tmp_path):
    single = pictures("1.png", root="single") / "1.png"
    add(single)
    with pytest.raises(SourceError, match="lie in the project itself and move with it"):
        point("added", tmp_path)


def test_a_project_beside_its_pictures_finds_them_after_both_have_moved(project, folder, point, tmp_path):
    point(folder, folder.rename(tmp_path / "photos"))
    with project.store.read() as db:
        assert db.execute("SELECT relative FROM sources").fetchone() == ("photos",)


def test_a_stopped_search_changes_nothing(project, folder, point, tmp_path):
    now, before = folder.rename(tmp_path / "photos"), contents(project)
    cancel = Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        point(folder, now, cancel=cancel)
    assert contents(project) == before
    assert [source.folder for source in sources(project)] == [folder]
