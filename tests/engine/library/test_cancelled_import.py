"""An import that is stopped was never there, unless a person has worked on its images: no label is lost with it."""

from array import array

import pytest

from engine.errors import JobCancelled
from engine.events import ImagesAdded, Progress
from engine.jobs.job import Cancel
from engine.library import adding, edits
from engine.library.project import Project
from engine.library.query import Filter, classes, image_ids, images
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.library.timeline import history
from tests.engine.library.conftest import contents


@pytest.fixture
def stopped(project):
    """Import a folder and stop after the first images are in, doing `meanwhile` before."""

    def _stopped(folder, meanwhile=lambda: None, **options):
        cancel = Cancel()

        def emit(event):
            if isinstance(event, ImagesAdded) and event.images:
                meanwhile()
                cancel.set()

        params = ImportParams(str(project.folder), (str(folder),), **options)
        with pytest.raises(JobCancelled):
            import_sources(params, emit=emit, cancel=cancel, project=project)

    return _stopped


@pytest.fixture
def undone(project, add, pictures):
    """A project of cats and dogs in which the import of birds, a label, and a class were undone."""
    add(pictures("cat/1.png", "cat/2.png", "dog/1.png"))
    add(pictures("bird/1.png", "owl/1.png", root="birds"))
    edits.set_split(project, image_ids(project, Filter()), Split.TEST)
    edits.add_class(project, "fish")
    for _ in range(3):
        edits.undo(project)
    return project


def redone(project):
    """What the project holds after each redo, to the end."""
    found = []
    while edits.redo(project) is not None:
        found.append(contents(project))
    for _ in found:
        edits.undo(project)
    return found


@pytest.mark.parametrize("root", ["birds", "pictures", "more"])
def test_what_could_be_redone_can_be_after_an_import_that_was_stopped(undone, pictures, stopped, root):
    """Of the folder of the import that was undone, of one that is there, and of a new one with the same classes."""
    folder = pictures("bird/1.png", "owl/1.png", "owl/2.png", "fish/1.png", root=root)
    before, after, names = contents(undone), redone(undone), history(undone)

    stopped(folder)

    assert contents(undone) == before
    assert history(undone) == names
    assert redone(undone) == after
    assert len(after) == 3


def test_an_import_that_ends_takes_the_place_of_what_could_be_redone(undone, pictures, add):
    add(pictures("bird/1.png", "fish/1.png", root="birds"))

    assert edits.redo(undone) is None
    assert [edit.name for edit in history(undone)] == ["Import 3 images", "Import 3 images"]
    assert [cls.name for cls in classes(undone)] == ["cat", "dog", "bird", "fish", "owl"]
    with undone.store.read() as db:
        assert db.execute("SELECT count(*) FROM images").fetchone() == (6,), "and nothing is left of it"


def test_while_an_import_runs_nothing_from_before_it_is_redone(undone, pictures, stopped):
    seen = []

    def meanwhile():
        seen.append((edits.redo_name(undone), edits.redo(undone)))

    stopped(pictures("x/1.png", "y/1.png", root="more"), meanwhile)

    assert seen == [(None, None)]
    assert edits.redo_name(undone) == "Import 2 images"


def test_a_label_given_while_an_import_runs_ends_what_could_be_redone(undone, pictures, stopped):
    def meanwhile():
        edits.set_label(undone, image_ids(undone, Filter())[:1], None)

    stopped(pictures("x/1.png", "y/1.png", root="more"), meanwhile)

    assert [edit.name for edit in history(undone)] == ["Import 3 images", "Remove the label of 1 image"]
    assert edits.redo(undone) is None


def test_an_import_that_was_killed_leaves_what_could_be_redone(undone, pictures):
    before, after = contents(undone), redone(undone)
    folder = pictures("bird/1.png", "owl/9.png", root="birds")

    class Killed(BaseException):
        pass

    def emit(event):
        if isinstance(event, Progress) and event.total:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adding.Addition, "end_early", lambda _: False)  # as if the power had gone
        with pytest.raises(Killed):
            import_sources(ImportParams(str(undone.folder), (str(folder),)), emit=emit, cancel=Cancel(), project=undone)
    undone.close()
    with Project.open(undone.folder) as again:
        assert contents(again) == before
        assert redone(again) == after


def test_what_a_person_labelled_while_it_was_listed_stays_after_a_stop(project, pictures, stopped):
    def meanwhile():
        cat = next(c.id for c in classes(project) if c.name == "cat")
        edits.set_label(project, image_ids(project, Filter())[-1:], cat)

    stopped(pictures("cat/1.png", "dog/1.png"), meanwhile)

    assert [label for _, label, *_ in labels(project)] == ["cat", "cat"]
    assert [edit.name for edit in history(project)] == ["Import 2 images", "Label 1 image as cat"]
    edits.undo(project)
    assert [label for _, label, *_ in labels(project)] == ["cat", "dog"]
    edits.undo(project)
    assert image_ids(project, Filter()) == array("q")


def test_a_label_that_was_undone_again_keeps_no_stopped_import(project, pictures, stopped):
    def meanwhile():
        edits.set_label(project, image_ids(project, Filter()), None)
        edits.undo(project)

    stopped(pictures("cat/1.png", "dog/1.png"), meanwhile)

    assert image_ids(project, Filter()) == array("q")
    assert history(project) == [], "an edit of nothing is no edit"


def test_what_was_undone_of_other_images_can_be_redone_after_a_stop(project, add, pictures, stopped):
    add(pictures("cat/1.png", root="first"), labels="folders")
    (first,) = image_ids(project, Filter())

    def meanwhile():
        edits.set_label(project, image_ids(project, Filter()), None)
        edits.set_note(project, [first], "mine")
        edits.set_split(project, [i for i in image_ids(project, Filter()) if i != first], Split.TEST)
        for _ in range(3):
            edits.undo(project)

    stopped(pictures("cat/1.png", "dog/1.png"), meanwhile)

    assert [(edit.name, edit.done) for edit in history(project)][1:] == [
        ("Remove the label of 3 images", False),
        ("Write a note on 1 image", False),
    ]
    edits.redo(project)
    edits.redo(project)
    (record,) = images(project, [first])
    assert (record.class_id, record.note) == (None, "mine")


def test_what_a_person_marked_while_it_was_listed_stays_after_a_kill(project, pictures):
    folder = pictures("cat/1.png", "dog/1.png")

    class Killed(BaseException):
        pass

    def emit(event):
        if isinstance(event, ImagesAdded) and event.images:
            edits.set_note(project, image_ids(project, Filter())[:1], "mine")
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adding.Addition, "end_early", lambda _: False)  # as if the power had gone
        with pytest.raises(Killed):
            import_sources(
                ImportParams(str(project.folder), (str(folder),)), emit=emit, cancel=Cancel(), project=project
            )
    project.close()
    with Project.open(project.folder) as again:
        assert [image.note for image in images(again, image_ids(again, Filter()))] == ["mine", ""]
        assert [edit.name for edit in history(again)] == ["Import 2 images", "Write a note on 1 image"]
        import_sources(
            ImportParams(str(again.folder), (str(folder),)), emit=lambda _: None, cancel=Cancel(), project=again
        )
        assert [image.note for image in images(again, image_ids(again, Filter()))] == ["mine", ""]


def labels(project):
    names = {cls.id: cls.name for cls in classes(project)}
    return [(image.path, names.get(image.class_id)) for image in images(project, image_ids(project, Filter()))]
