"""A hot folder: what comes is classified once it is whole, and once only."""

import os
import shutil
import threading

import pytest
from PIL import Image

from engine.batch.sources import watch
from engine.batch.sources.stream import Sources
from engine.batch.sources.watch import HotFolder
from engine.errors import UsageError
from engine.events import Classified, ProblemFound
from engine.jobs.job import Cancel


def put(folder, name, value=255):
    Image.new("L", (5, 5), value).save(folder / name)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hot").mkdir()
    return tmp_path / "hot"


@pytest.fixture
def look(folder):
    return looks_at(folder)


def looks_at(folder, **options):
    hot = HotFolder(Sources([str(folder)]), **options)
    return lambda: [item.path.rpartition("/")[2] for item in hot.look(Cancel())]


def test_a_file_is_taken_when_two_looks_find_it_the_same(folder, look):
    put(folder, "a.png")
    assert look() == []
    assert look() == ["a.png"]
    assert look() == []


def test_a_file_that_still_grows_waits(folder, look):
    for length in range(1, 4):
        (folder / "slow.png").write_bytes(b"x" * length)
        assert look() == []
    assert look() == ["slow.png"]


def test_a_file_that_changes_is_taken_again(folder, look):
    put(folder, "a.png")
    look(), look()
    Image.new("L", (50, 50)).save(folder / "a.png")
    assert look() == []
    assert look() == ["a.png"]


def test_a_file_whose_time_alone_changes_is_not_taken_again(folder, look):
    put(folder, "a.png")
    look(), look()
    os.utime(folder / "a.png", (1, 1))
    assert [look() for _ in range(3)] == [[], [], []]
    put(folder, "a.png", 7)
    look()
    assert look() == ["a.png"], "another picture, of the same size perhaps"


def test_a_folder_that_is_away_for_some_looks_is_not_taken_again(folder, look):
    put(folder, "a.png")
    look(), look()
    (folder / "a.png").rename(folder.parent / "a.png")
    assert [look() for _ in range(3)] == [[], [], []]
    (folder.parent / "a.png").rename(folder / "a.png")
    assert [look() for _ in range(3)] == [[], [], []]


@pytest.mark.parametrize("remembered", [0, 2])
def test_files_that_were_moved_out_are_forgotten_and_may_come_again(folder, remembered):
    look = looks_at(folder, remembered=remembered)
    put(folder, "a.png")
    look(), look()
    (folder / "a.png").rename(folder.parent / "a.png")
    assert [look() for _ in range(1 + remembered)] == [[]] * (1 + remembered)
    shutil.copy2(folder.parent / "a.png", folder / "a.png")
    look()
    assert look() == ["a.png"]


def test_only_folders_are_watched(tmp_path, run):
    put(tmp_path, "a.png")
    with pytest.raises(UsageError, match="Only folders can be watched"):
        run(tmp_path / "a.png", watch=True)


def test_new_files_get_their_rows_and_folders_until_the_job_is_cancelled(folder, tmp_path, run, rows_of, monkeypatch):
    monkeypatch.setattr(watch, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setitem(HotFolder.__init__.__kwdefaults__, "seconds", 0.01)
    cancel, came = Cancel(), threading.Semaphore(0)
    put(folder, "1.png", 0)

    def emit(event):
        if isinstance(event, Classified | ProblemFound):
            came.release()

    results = []
    out = tmp_path / "out.csv"
    options = {"out": str(out), "sort_into": str(folder / "sorted"), "sort": "move", "watch": True}
    thread = threading.Thread(target=lambda: results.append(run(folder, emit=emit, cancel=cancel, **options)))
    thread.start()
    assert came.acquire(timeout=20)
    put(folder, "2.png", 255)
    assert came.acquire(timeout=20)
    (folder / "3.png").write_bytes(b"no picture")
    assert came.acquire(timeout=20)
    cancel.set()
    thread.join(20)

    assert [row["class"] for row in rows_of(out)] == ["dark", "light"]
    assert (results[0]["images"], results[0]["problems"], results[0]["sorted"]) == (2, 1, 3)
    assert sorted(p.parent.name for p in (folder / "sorted").rglob("*.png")) == ["dark", "light", "problems"]


def test_a_watch_that_is_begun_again_knows_what_it_has_written(folder, tmp_path, run, rows_of, monkeypatch):
    monkeypatch.setitem(HotFolder.__init__.__kwdefaults__, "seconds", 0.01)
    out = str(tmp_path / "out.csv")
    put(folder, "1.png", 0)
    run(folder, out=out)
    put(folder, "2.png", 255)
    cancel = Cancel()

    result = run(
        folder, out=out, watch=True, resume=True, cancel=cancel,
        emit=lambda event: cancel.set() if isinstance(event, Classified) else None,
    )  # fmt: skip

    assert (result["resumed"], result["images"]) == (1, 2)
    assert [row["class"] for row in rows_of(out)] == ["dark", "light"]
