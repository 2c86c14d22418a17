"""Pictures that are imported one by one are copied into the project, and nothing beside them comes along."""

import shutil

import pytest

from engine.errors import JobCancelled, SourceError, UsageError
from engine.events import ImagesAdded
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.query import Filter, image_ids, images, sources, summary
from engine.library.rescan import RescanParams, rescan
from engine.library.scan import ImportParams, import_sources
from tests.engine.library.conftest import labels_of


def test_only_these_pictures_come_in_and_stay_when_theirs_are_gone(project, add, pictures):
    folder = pictures("a.png", "b.png", "beside.png")

    result = add(folder / "a.png", folder / "b.png")

    assert (result["images"], result["kind"]) == (2, "none")
    assert [note["text"] for note in result["notes"]] == ["2 pictures were copied into the project, such as a.png."]
    assert labels_of(project) == {"a.png": None, "b.png": None}
    shutil.rmtree(folder)
    assert dict(rescan(RescanParams(""), emit=lambda _: None, cancel=Cancel(), project=project))["missing"] == 0
    assert [source.folder for source in sources(project)] == [project.folder / "added"]


def test_the_same_picture_is_not_added_twice_and_another_of_its_name_is(project, add, pictures):
    first, second = pictures("a.png"), pictures("x.png", "a.png", root="second")

    assert add(first / "a.png")["images"] == 1
    assert add(first / "a.png")["images"] == 0
    assert add(second / "a.png")["images"] == 1
    assert sorted(labels_of(project)) == ["a-2.png", "a.png"]


def test_labels_of_earlier_pictures_stay_and_an_undone_one_stays_away(project, add, pictures):
    folder = pictures("a.png", "b.png", "c.png")
    add(folder / "a.png")
    cls = edits.add_class(project, "cat")
    edits.set_label(project, image_ids(project, Filter()), 1)
    add(folder / "b.png")
    assert edits.undo(project).name == "Import 1 image"
    found = rescan(RescanParams(""), emit=lambda _: None, cancel=Cancel(), project=project)
    assert (found.new, found.moved) == (0, 0)
    add(folder / "c.png")
    assert labels_of(project) == {"a.png": "cat", "c.png": None}
    assert cls.name == "Add class cat"


def test_the_project_is_moved_with_its_pictures(project, add, pictures, tmp_path):
    add(pictures("a.png") / "a.png")
    with project.store.read() as db:
        assert db.execute("SELECT relative FROM sources").fetchone() == ("./added",)


def test_a_picture_in_a_source_is_told(project, add, pictures):
    folder = pictures("cat/a.png", "dog/b.png")
    add(folder)
    with pytest.raises(SourceError, match=r"a\.png lies in a folder that the project has already; rescan finds"):
        add(folder / "cat/a.png")
    other = pictures("x.png", root="other")
    notes = add(folder / "cat/a.png", other / "x.png")["notes"]
    assert [note["kind"] for note in notes] == ["copied", "in-a-source"]
    assert summary(project).images == 3


def test_pictures_and_folders_are_imported_one_by_one(project, add, pictures):
    folder = pictures("a.png")
    with pytest.raises(UsageError, match=r"Import pictures such as a\.png and folders such as pictures one by one"):
        add(folder / "a.png", folder)


def test_what_was_copied_for_an_import_that_is_stopped_is_removed(project, pictures, tmp_path):
    folder = pictures("a.png", "b.png")
    cancel = Cancel()

    def stop(event):
        if isinstance(event, ImagesAdded):
            cancel.set()

    params = ImportParams(str(project.folder), (str(folder / "a.png"), str(folder / "b.png")))
    with pytest.raises(JobCancelled):
        import_sources(params, emit=stop, cancel=cancel, project=project)
    assert not (project.folder / "added").exists()
    assert images(project, image_ids(project, Filter())) == []


def test_a_file_that_is_no_picture_is_listed_with_its_reason(project, add, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    result = add(tmp_path / "broken.jpg")
    assert (result["images"], result["problems"]) == (1, 1)
