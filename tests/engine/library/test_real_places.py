"""Disks that are full or cannot be written, for real, and clocks that go backwards."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from engine.errors import ProjectError
from engine.jobs.job import Cancel
from engine.library import edits, history
from engine.library.exporting import ExportLabelsParams, export_labels
from engine.library.project import Project
from engine.library.query import Filter, classes, image_ids, images, summary
from engine.library.records import Flag
from engine.library.scan import ImportParams, import_sources
from engine.library.timeline import history as past
from engine.library.timeline import jump_to
from engine.training.frozen import FrozenSplit
from engine.training.options import TrainOptions
from engine.training.runs import folder as run_folder
from tests.engine.library.conftest import contents

MANY = 4_000


@pytest.fixture
def disk(tmp_path):
    """A file system of four megabytes, mounted; `disk.remount("ro")` makes it read-only."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")

    class Disk:
        folder = place

        @staticmethod
        def remount(how):
            subprocess.run(["mount", "-o", f"remount,{how}", place], check=True)

    yield Disk
    subprocess.run(["umount", "--lazy", place], check=True)


def filled(folder):
    """A project with many unlabelled images and two classes; the files are not there, and nobody looks."""
    project = Project.create(folder)
    for name in ("cat", "dog"):
        edits.add_class(project, name)
    with project.store.write() as db:
        db.execute("INSERT INTO sources (folder, kind) VALUES ('/nowhere', 'none')")
        db.executemany(
            "INSERT INTO images (source_id, path, sort_key, split, state, size_bytes, modified_ns, import_id)"
            " VALUES (1, ?, ?, 3, 1, 1, 1, 0)",
            [(f"{n}.png", f"{n:06d}") for n in range(MANY)],
        )
    return project


def check_nothing_was_changed(project, before):
    assert contents(project) == before
    assert [edit.name for edit in past(project) if edit.done][-1] == "Label 1 image as cat"
    with project.store.read() as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_label_on_a_full_disk_is_refused_in_a_sentence_and_works_again_with_room(disk):
    with filled(disk.folder / "work") as project:
        cat, dog = (cls.id for cls in classes(project))
        ids = list(image_ids(project, Filter()))
        edits.set_label(project, ids[:1], cat)
        before = contents(project)
        filler = disk.folder / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass

        with pytest.raises(ProjectError, match="The disk is full: nothing was changed in work; free some space"):
            edits.set_label(project, ids, dog)
        check_nothing_was_changed(project, before)

        filler.unlink()
        assert len(edits.set_label(project, ids, dog).image_ids) == MANY
        edits.undo(project)
        check_nothing_was_changed(project, before)
    with Project.open(disk.folder / "work") as again:
        assert contents(again) == before


@contextmanager
def files_up_to(size):
    import resource  # not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_label_that_the_system_does_not_let_be_written_changes_nothing(tmp_path):
    """As with a quota; needs no root."""
    with filled(tmp_path / "work") as project:
        cat, dog = (cls.id for cls in classes(project))
        ids = list(image_ids(project, Filter()))
        edits.set_label(project, ids[:1], cat)
        before = contents(project)
        log = (project.folder / "project.sqlite-wal").stat().st_size

        with (
            files_up_to(log + 4096),
            pytest.raises(ProjectError, match=r"^(The disk is full|work cannot be .*written)"),
        ):
            edits.set_label(project, ids, dog)

        check_nothing_was_changed(project, before)
        assert len(edits.set_label(project, ids, dog).image_ids) == MANY


def test_a_project_on_a_read_only_mount_is_read_and_told_to_be_copied(disk, tmp_path):
    pictures = tmp_path / "pictures"
    for path in ("cat/1.png", "dog/1.png"):
        (pictures / path).parent.mkdir(parents=True)
        Image.new("RGB", (8, 6)).save(pictures / path)
    place = disk.folder / "work.pigeonhole"
    import_sources(ImportParams(str(place), (str(pictures),)), emit=lambda _: None, cancel=Cancel())
    with Project.open(place) as project:
        before = contents(project)
    disk.remount("ro")

    with pytest.raises(ProjectError, match=r"work cannot be written: .*read-only"):
        Project.open(place)
    with pytest.raises(ProjectError, match=r"other\.pigeonhole cannot be made: read-only file system"):
        Project.create(disk.folder / "other")
    with Project.open(place, read_only=True) as project:
        assert contents(project) == before
        assert [image.problem for image in images(project, image_ids(project, Filter()))] == [None, None]
        with pytest.raises(ProjectError, match="work is open read-only here"):
            edits.set_flag(project, [1], Flag.UNSURE)
        params = ExportLabelsParams(str(place), str(tmp_path / "labels.csv"))
        assert export_labels(params, emit=lambda _: None, cancel=Cancel())["images"] == 2
    copy = shutil.copytree(place, tmp_path / "copy.pigeonhole")
    with Project.open(copy) as project:
        edits.add_class(project, "bird")
        assert summary(project).images == 2


class Backwards:
    """A clock that is an hour earlier each time it is asked."""

    now_ = datetime(2026, 3, 29, 3, 30, tzinfo=UTC)

    @classmethod
    def now(cls, zone):
        cls.now_ -= timedelta(hours=1)
        return cls.now_.astimezone(zone)


def test_edits_stay_in_order_when_the_clock_goes_backwards(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "datetime", Backwards)
    with filled(tmp_path / "work") as project:
        cat, dog = (cls.id for cls in classes(project))
        states = [contents(project)]
        for class_id in (cat, dog, None):
            edits.set_label(project, [1, 2], class_id)
            states.append(contents(project))
        names = [edit.name for edit in past(project)]
        assert names[-3:] == ["Label 2 images as cat", "Label 2 images as dog", "Remove the label of 2 images"]

    with Project.open(tmp_path / "work") as project:
        assert [edit.name for edit in past(project)] == names
        for state in states[-2::-1]:
            edits.undo(project)
            assert contents(project) == state
        jump_to(project, past(project)[-1].id)
        assert contents(project) == states[-1]


def test_runs_that_the_clock_gives_the_same_name_have_folders_of_their_own(tmp_path, monkeypatch):
    class Stopped:
        @staticmethod
        def now(zone):
            return datetime(2026, 3, 29, 2, 30, tzinfo=zone)

    monkeypatch.setattr(run_folder, "datetime", Stopped)
    frozen = FrozenSplit(("cat", "dog"), (1, 2), ())

    names = [run_folder.RunFolder.create(tmp_path / "runs", "photo", TrainOptions(), frozen).name for _ in range(3)]

    assert names == ["20260329-023000-photo", "20260329-023000-photo-2", "20260329-023000-photo-3"]
