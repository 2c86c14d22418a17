"""An import or a check that is stopped, or that finds no room, loses nothing and leaves nothing."""

import shutil

import pytest

from engine.errors import JobCancelled, ProjectError
from engine.events import ImagesAdded, Progress
from engine.jobs.job import Cancel
from engine.library import adding, edits
from engine.library.checking import check_images
from engine.library.query import Filter, class_counts, classes, image_ids, images, sources, summary
from engine.library.scan import ImportParams, import_sources
from tests.engine.library.conftest import contents, labels_of


def many(*prefixes, count=20):
    return [f"{prefix}/{n}.png" for prefix in prefixes for n in range(count)]


def stopping(cancel, condition):
    def emit(event):
        if condition(event):
            cancel.set()

    return emit


def test_an_import_cancelled_while_it_lists_leaves_the_project_as_it_was(project, add, pictures, monkeypatch):
    add(pictures("cat/1.png", "cat/2.png", root="first"))
    edits.add_class(project, "dog")
    before, history = contents(project), edits.undo_name(project)
    folder = pictures(*many("bird", "cat", count=300))
    monkeypatch.setattr(adding, "CHUNK", 50)
    cancel = Cancel()
    params = ImportParams(str(project.folder), (str(folder),))
    emit = stopping(cancel, lambda event: isinstance(event, ImagesAdded))

    with pytest.raises(JobCancelled):
        import_sources(params, emit=emit, cancel=cancel, project=project)

    assert contents(project) == before
    assert edits.undo_name(project) == history
    assert len(sources(project)) == 1
    assert add(folder)["images"] == 600, "it can be begun again"


def test_labels_given_while_an_import_checks_its_images_outlive_its_cancel(project, pictures, monkeypatch):
    monkeypatch.setattr("engine.library.checking._SAVE_SECONDS", 0)
    monkeypatch.setattr("engine.library.checking._CHUNK", 10)
    folder, cancel, labelled = pictures(*(f"{n}.png" for n in range(200))), Cancel(), []
    edits.add_class(project, "mine")
    (mine,) = classes(project)

    def label_and_stop(event):
        if isinstance(event, Progress) and event.phase == "Checking" and not labelled:
            labelled.extend(image_ids(project, Filter())[:50])
            edits.set_label(project, labelled, mine.id)
            cancel.set()

    with pytest.raises(JobCancelled) as stop:
        import_sources(ImportParams("", (str(folder),)), emit=label_and_stop, cancel=cancel, project=project)

    assert [image.class_id for image in images(project, labelled)] == [mine.id] * 50
    assert stop.value.result["images"] == 200
    assert summary(project).unchecked == stop.value.result["unchecked"] > 0
    check_images(project, emit=lambda _: None, cancel=Cancel())
    assert summary(project).unchecked == 0


def test_a_cancel_is_heard_within_a_chunk(project, pictures, monkeypatch):
    monkeypatch.setattr(adding, "CHUNK", 5)
    folder, cancel, added = pictures(*many("cat", count=50)), Cancel(), []

    def emit(event):
        if isinstance(event, ImagesAdded):
            added.append(event.images)
            cancel.set()

    with pytest.raises(JobCancelled):
        import_sources(ImportParams("", (str(folder),)), emit=emit, cancel=cancel, project=project)

    assert added == [5]


def test_a_cancelled_import_leaves_no_new_project(tmp_path, pictures):
    folder, cancel = pictures(*many("cat", count=5)), Cancel()
    emit = stopping(cancel, lambda event: isinstance(event, ImagesAdded))

    with pytest.raises(JobCancelled):
        import_sources(ImportParams(str(tmp_path / "new"), (str(folder),)), emit=emit, cancel=cancel)

    assert not (tmp_path / "new.pigeonhole").exists()


def test_labels_given_during_an_import_stay_with_it_and_go_with_it(project, pictures):
    folder = pictures(*many("cat", "dog", count=5))
    edits.add_class(project, "mine")
    mine = classes(project)[0].id

    def label_the_first(event):
        if isinstance(event, ImagesAdded):
            edits.set_label(project, image_ids(project, Filter())[:1], mine)

    params = ImportParams(str(project.folder), (str(folder),))
    import_sources(params, emit=label_the_first, cancel=Cancel(), project=project)

    assert next(iter(labels_of(project).values())) == "mine"
    assert edits.undo(project).name == "Label 1 image as mine"
    assert edits.undo(project).name == "Import 10 images"
    assert summary(project).images == 0


def test_undo_waits_while_an_import_is_running(project, pictures):
    folder = pictures(*many("cat", count=5))
    edits.add_class(project, "cat")
    names = []

    def look(event):
        if isinstance(event, ImagesAdded):
            names.append((edits.undo_name(project), edits.undo(project)))

    import_sources(ImportParams("", (str(folder),), "folders"), emit=look, cancel=Cancel(), project=project)

    assert names == [(None, None)]
    assert [c.total for c in class_counts(project)] == [5]


def test_a_disk_without_room_is_told_before_anything_changes(project, pictures, add, monkeypatch):
    from engine.library import reserved_space

    add(pictures("cat/1.png", root="first"))
    before = contents(project)
    monkeypatch.setattr(reserved_space.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 10_000))

    with pytest.raises(
        ProjectError, match=r"The disk is full: adding 5 images to work takes about .* MB and 0.0 MB are"
    ):
        add(pictures(*many("dog", count=5)))

    assert contents(project) == before


def test_a_disk_that_fills_up_half_way_leaves_the_project_as_it_was(project, pictures, add, monkeypatch):
    add(pictures("cat/1.png", root="first"))
    before = contents(project)
    monkeypatch.setattr(adding, "CHUNK", 50)
    written = adding.Addition.add_images

    def fills_up(self, chunk):
        written(self, chunk)
        with project.store.read() as db:
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages}")

    monkeypatch.setattr(adding.Addition, "add_images", fills_up)

    with pytest.raises(ProjectError, match="The disk is full: nothing was changed in work"):
        add(pictures(*many("dog", count=2000)))

    assert contents(project) == before
    assert not (project.folder / "import.reserve").exists()


def test_checking_again_looks_only_at_what_was_not_looked_at(project, add, pictures):
    add(pictures("cat/1.png", "cat/2.png"))
    with project.store.write() as db:
        db.execute("UPDATE images SET state = 0 WHERE path = 'cat/2.png'")
    events = []

    assert check_images(project, emit=events.append, cancel=Cancel()) == 0

    assert [(e.done, e.total) for e in events if isinstance(e, Progress)] == [(1, 1)]


def test_a_check_that_is_stopped_keeps_what_it_found(project, add, pictures, monkeypatch):
    monkeypatch.setattr("engine.library.checking._SAVE_SECONDS", 0)
    add(pictures(*many("cat", count=600)))
    with project.store.write() as db:
        db.execute("UPDATE images SET state = 0, width = NULL")
    cancel = Cancel()

    with pytest.raises(JobCancelled):
        check_images(project, emit=lambda _: cancel.set(), cancel=cancel)

    assert 0 < summary(project).unchecked < 600
