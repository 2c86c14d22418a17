"""The first pictures of an import are there at once: what a look found is not listed again, splits are drawn later."""

import errno
import os
from collections import Counter
from dataclasses import replace

import pytest

from engine.errors import ProjectError
from engine.events import ImagesAdded, ProblemFound
from engine.jobs.job import Cancel
from engine.library import scan
from engine.library.importers.detect import detect
from engine.library.importers.rows import Row, Rows
from engine.library.project import Project
from engine.library.records import Split
from engine.library.reserved_space import reserve_space
from engine.library.scan import ImportParams, import_sources
from tests.engine.library.conftest import labels_of, splits_of


def test_what_a_look_found_is_imported_without_listing_again(project, add, pictures, monkeypatch):
    folder = pictures("cat/1.png", "cat/2.png", "dog/1.png")
    found = detect(folder).found
    monkeypatch.setattr(scan, "list_images", lambda *_, **__: pytest.fail("listed again"))

    params = ImportParams(str(project.folder), (str(folder),))
    import_sources(params, emit=lambda _: None, cancel=Cancel(), project=project, found=found)

    assert labels_of(project) == {"cat/1.png": "cat", "cat/2.png": "cat", "dog/1.png": "dog"}


def test_a_look_with_other_options_or_at_another_folder_is_not_used(project, pictures):
    folder, other = pictures("cat/1.png", "dog/1.png"), pictures("a.png", root="other")
    found = detect(folder).found

    params = ImportParams(str(project.folder), (str(other),))
    import_sources(params, emit=lambda _: None, cancel=Cancel(), project=project, found=found)
    params = ImportParams(str(project.folder), (str(folder),), labels="none")
    import_sources(params, emit=lambda _: None, cancel=Cancel(), project=project, found=found)

    assert labels_of(project) == {"a.png": None, "cat/1.png": None, "dog/1.png": None}


def test_folders_that_a_look_could_not_list_are_told_by_the_import(project, pictures, monkeypatch):
    folder = pictures("cat/1.png", "dog/1.png")
    found = replace(detect(folder).found, unreadable=((f"{folder}/secret", "the folder cannot be read: no"),))
    events = []

    params = ImportParams(str(project.folder), (str(folder),))
    import_sources(params, emit=events.append, cancel=Cancel(), project=project, found=found)

    assert ProblemFound(f"{folder}/secret", "the folder cannot be read: no") in events


def test_the_first_images_of_many_are_there_before_the_rest_is_divided(project, add, pictures, monkeypatch):
    monkeypatch.setattr(scan, "CHUNK", 10)
    monkeypatch.setattr(scan, "FIRST", 4)
    folder = pictures(*(f"{name}/{n}.png" for name in ("cat", "dog") for n in range(10)))
    seen = []

    def emit(event):
        if isinstance(event, ImagesAdded):
            seen.append((event.images, set(splits_of(project).values())))

    params = ImportParams(str(project.folder), (str(folder),))
    import_sources(params, emit=emit, cancel=Cancel(), project=project)

    assert seen[0] == (4, {"unassigned"})
    assert seen[-1][0] == 20
    divided = splits_of(project)
    assert Counter(divided.values()) == {"training": 16, "validation": 4}
    with Project.create(project.folder.with_name("whole")) as whole:
        monkeypatch.setattr(scan, "CHUNK", 100)
        import_sources(replace(params, project=str(whole.folder)), emit=lambda _: None, cancel=Cancel(), project=whole)
        assert splits_of(whole) == divided, "the same as in one go"


def test_rows_are_the_same_by_the_column():
    given = [Row("a", "cat", None), Row("b", None, Split.TEST, True, group="g"), Row("c", "cat", None, note="n")]

    rows = Rows(given)

    assert list(rows) == [rows[n] for n in range(3)] == given
    assert (rows[-1], rows[1:]) == (given[2], given[1:])
    assert rows.groups() == [None, "g", None]
    assert rows.counts() == {"cat": 2}
    assert list(rows.with_classes(["dog", None, None]))[1:] == [given[1], given[2]._replace(class_name=None)]
    assert list(rows.chosen({"b"})) == [given[1]]
    with pytest.raises(IndexError):
        rows[3]


@pytest.mark.parametrize("refusal", [AttributeError("none here"), OSError(errno.EOPNOTSUPP, "not supported")])
def test_room_is_kept_by_writing_where_the_system_cannot_reserve_it(tmp_path, monkeypatch, refusal):
    def refused(*_):
        raise refusal

    monkeypatch.setattr(os, "posix_fallocate", refused, raising=False)

    assert reserve_space(tmp_path, 1000).stat().st_size >= 256 * 1024


def test_a_disk_that_fills_while_room_is_reserved_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)

    with pytest.raises(ProjectError, match="cannot be written: no space left"):
        reserve_space(tmp_path, 1000)
    assert list(tmp_path.iterdir()) == []
