"""Titles, notes and stars of runs, their trash, and what has changed since."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import RunError
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.training.frozen import everything, freeze
from engine.training.options import TrainOptions
from engine.training.runs.changes import Changes, changes_since
from engine.training.runs.folder import RunFolder
from engine.training.runs.notes_and_trash import annotate, discard, discarded, empty_trash, take_back
from engine.training.runs.records import NOTES, RunRecord, is_alive, list_runs, read_run
from tests.engine.training.conftest import MakeProject
from tests.engine.training.test_runs import create

COUNTS = {name: {Split.TRAINING: 4, Split.VALIDATION: 2, Split.TEST: 1} for name in ("a", "b")}


def finished(folder: Path) -> RunFolder:
    run = create(folder)
    with run.writing():
        return run


def test_a_title_a_note_and_a_star_stay_with_the_run_and_not_in_its_record(tmp_path: Path) -> None:
    run = finished(tmp_path)
    before = (run.folder / "run.json").read_bytes()
    annotate(run.folder, title="  the one\nto keep ", starred=True)
    annotate(run.folder, note="good with\nrain\n")
    (found,) = list_runs(tmp_path)
    assert (found.title, found.note, found.starred) == ("the one to keep", "good with\nrain", True)
    assert (run.folder / "run.json").read_bytes() == before
    assert found.name == run.name
    assert annotate(run.folder, title="", note="", starred=False) == read_run(run.folder)
    assert not (run.folder / NOTES).exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"title": 3}'])
def test_a_damaged_note_hides_no_run(tmp_path: Path, text: str) -> None:
    run = finished(tmp_path)
    (run.folder / NOTES).write_text(text)
    (found,) = list_runs(tmp_path)
    assert (found.title, found.note, found.starred) == ("", "", False)
    assert annotate(run.folder, starred=True).starred


def test_a_run_goes_to_the_trash_and_comes_back_whole(tmp_path: Path) -> None:
    run = finished(tmp_path)
    annotate(run.folder, note="why")
    files = sorted(p.name for p in run.folder.iterdir())
    discard(tmp_path, run.name)
    assert list_runs(tmp_path) == []
    assert [(r.name, r.note) for r in discarded(tmp_path)] == [(run.name, "why")]
    take_back(tmp_path, run.name)
    assert discarded(tmp_path) == []
    (found,) = list_runs(tmp_path)
    assert (found.name, found.note) == (run.name, "why")
    assert sorted(p.name for p in found.folder.iterdir()) == files


def test_runs_of_one_name_in_the_trash_keep_apart_and_are_emptied(tmp_path: Path) -> None:
    first = finished(tmp_path)
    discard(tmp_path, first.name)
    first.folder.mkdir()
    RunFolder(first.folder, first.record).update(state="failed")
    discard(tmp_path, first.name)
    assert sorted(r.name for r in discarded(tmp_path)) == [first.name, f"{first.name}-2"]
    assert empty_trash(tmp_path) == 2
    assert discarded(tmp_path) == []
    with pytest.raises(RunError, match="no run 'gone' in the trash"):
        take_back(tmp_path, "gone")


def test_a_run_that_is_trained_does_not_go_to_the_trash(tmp_path: Path) -> None:
    run = create(tmp_path)
    with run.writing(), pytest.raises(RunError, match="is being trained; stop it"):
        discard(tmp_path, run.name)
    discard(tmp_path, run.name)
    assert list_runs(tmp_path) == []


def test_a_run_is_alive_from_its_first_record_on_and_many_looks_do_not_disturb_each_other(tmp_path: Path) -> None:
    run = create(tmp_path, "running", model=False)
    assert read_run(run.folder).state == "running"
    with run.writing():
        assert is_alive(run.folder)
    found: list[bool] = []

    def look() -> None:
        found.extend(is_alive(run.folder) for _ in range(200))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not any(found)
    assert read_run(run.folder).state == "interrupted"


def test_a_run_that_ends_between_two_looks_is_not_called_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(tmp_path, "running")

    def end_and_look(folder: Path) -> bool:
        run.update(state="finished")
        with run.writing():
            pass
        return is_alive(folder)

    monkeypatch.setattr("engine.training.runs.records.is_alive", end_and_look)
    assert read_run(run.folder).state == "finished"


def trained(folder: Path, options: TrainOptions = TrainOptions()) -> RunRecord:  # noqa: B008  # frozen
    """A run of the project as it stands, without the training."""
    with Project.open(folder) as project:
        frozen = freeze(project, options, lambda event: None)
        frozen = everything(frozen) if options.train_on_everything else frozen
        run = RunFolder.create(project.runs_folder, "quick", options, frozen)
        with run.writing():
            run.update(state="finished")
    return read_run(run.folder)


def changes(folder: Path, run: RunRecord) -> Changes:
    with Project.open(folder, read_only=True) as project:
        return changes_since(run, query.labelled_images(project), query.classes(project))


def test_a_run_says_what_changed_since(make_project: MakeProject) -> None:
    folder = make_project(COUNTS)
    run = trained(folder)
    assert not changes(folder, run)
    with Project.open(folder) as project:
        one, other = query.classes(project)
        ids = [r.id for r in query.labelled_images(project) if r.class_id == one.id and r.split is Split.TRAINING]
        edits.rename_class(project, one.id, "renamed")
        assert not changes_since(run, query.labelled_images(project), query.classes(project))
        edits.set_label(project, ids[:1], other.id)
        edits.set_label(project, ids[1:2], None)
        edits.set_split(project, ids[2:3], Split.TEST)
        assert changes_since(run, query.labelled_images(project), query.classes(project)) == Changes(1, 0, 1, 1)
    later = trained(folder)
    with Project.open(folder) as project:
        edits.set_label(project, ids[1:2], one.id)
    found = changes(folder, later)
    assert found == Changes(added=1)
    assert found.labels == 1


@pytest.mark.parametrize("options", [TrainOptions(), TrainOptions(train_on_everything=True)])
def test_what_the_run_itself_decided_is_no_change(make_project: MakeProject, options: TrainOptions) -> None:
    folder = make_project({name: {Split.TRAINING: 4, Split.UNASSIGNED: 3} for name in ("a", "b")})
    assert changes(folder, trained(folder, replace(options, validation_fraction=0.5))) == Changes()
