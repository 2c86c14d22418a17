"""Reading a file of rows while it grows, while a person works on it, and when a power cut has damaged it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.batch.params import ClassifyParams
from engine.batch.saved_results.folder import SavedResults, begin
from engine.jobs.job import Cancel
from gui.classify import result_reader
from gui.classify.result_reader import ResultReader, RowDetails
from tests.gui.classify.classifying import settle
from tests.gui.fakes import FakeJobs


def write(kept: SavedResults, *names: str) -> None:
    with kept.rows.open("a") as file:
        for number, name in enumerate(names):
            file.write(f'{{"path": "/p/{number}.png", "class": "{name}", "confidence": 0.9, "top": []}}\n')


def test_blocks_follow_each_other_to_the_end_and_then_it_is_complete(
    qtbot: QtBot, kept: SavedResults, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(result_reader, "BLOCK", 2)
    jobs, complete = FakeJobs(), []
    found = ResultReader(jobs)  # type: ignore[arg-type]
    found.complete.connect(lambda: complete.append(len(found.results)))
    write(kept, "ant", "bee", "ant", "bee", "ant")
    found.begin(kept)
    settle(jobs)
    assert complete == [5]
    write(kept, "bee")
    found.look()
    found.look()
    assert len(jobs.callables) == 1, "one reader at a time"
    settle(jobs)
    assert found.results.counts() == [3, 3]
    assert complete == [5, 6]


def test_a_class_that_a_person_adds_meanwhile_does_not_take_the_place_of_one_in_the_file(
    qtbot: QtBot, kept: SavedResults
):
    jobs = FakeJobs()
    found = ResultReader(jobs)  # type: ignore[arg-type]
    found.begin(kept)
    settle(jobs)
    write(kept, "ant", "cow")
    found.look()
    (handle, work), jobs.callables = jobs.callables[0], []
    result = work(None, None)
    assert found.results.place_of("wasp") == 2
    handle.succeed(**result)
    settle(jobs)
    assert found.results.names == ["ant", "bee", "wasp", "cow"]
    assert [found.results.names[cls] for cls in found.results.predicted] == ["ant", "cow"]


def test_the_answer_about_other_results_is_dropped(qtbot: QtBot, kept: SavedResults, tmp_path: Path):
    jobs = FakeJobs()
    found = ResultReader(jobs)  # type: ignore[arg-type]
    write(kept, "ant")
    found.begin(kept)
    other = begin(tmp_path, ClassifyParams("m.onnx", (), ""), ("cow",))
    write(other, "cow", "cow")
    found.begin(other)
    settle(jobs)
    assert (found.results.names, found.results.counts()) == (["cow"], [2])


def test_rows_up_to_a_damaged_one_are_read_and_it_ends(qtbot: QtBot, kept: SavedResults):
    jobs, complete = FakeJobs(), []
    found = ResultReader(jobs)  # type: ignore[arg-type]
    found.complete.connect(lambda: complete.append(True))
    write(kept, "ant", "bee")
    with kept.rows.open("ab") as file:
        file.write(bytes(40) + b"\n")
    write(kept, "ant")
    found.begin(kept)
    settle(jobs)
    assert (len(found.results), complete) == (2, [True])


def test_a_file_that_cannot_be_read_ends_the_reading(qtbot: QtBot, kept: SavedResults):
    jobs, complete = FakeJobs(), []
    found = ResultReader(jobs)  # type: ignore[arg-type]
    found.complete.connect(lambda: complete.append(True))
    found.begin(kept)
    (handle, _), jobs.callables = jobs.callables[0], []
    handle.fail("Something unexpected happened: OSError")
    assert complete == [True]


def test_scrolling_through_an_archive_keeps_few_pictures_unpacked(
    qtbot: QtBot, kept: SavedResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(result_reader, "MOST_DETAILS", 3)
    archive, jobs = tmp_path / "all.zip", FakeJobs()
    with zipfile.ZipFile(archive, "w") as file, kept.rows.open("w") as table:
        for number in range(40):
            file.writestr(f"{number}.png", str(number))
            row = {"path": f"{archive}/{number}.png", "class": "ant", "confidence": 0.9, "top": []}
            table.write(json.dumps(row) + "\n")
    rows, details = ResultReader(jobs), RowDetails(jobs)  # type: ignore[arg-type]
    rows.begin(kept)
    settle(jobs)
    details.begin(rows.results, kept.rows)
    most = 0
    for first in range(0, 40, 2):
        details.want([first, first + 1])
        settle(jobs)
        assert details.of(first).file.read_text() == str(first)
        most = max(most, len(list(details.of(first).file.parent.iterdir())))
    assert most <= 8


def test_what_rows_say_never_waits_for_pictures_and_older_pictures_are_given_up(
    qtbot: QtBot, kept: SavedResults, tmp_path: Path
):
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for number in range(4):
            file.writestr(f"{number}.png", str(number))
    with kept.rows.open("w") as table:
        for number in range(4):
            row = {"path": f"{archive}/{number}.png", "class": "ant", "confidence": 0.9, "top": []}
            table.write(json.dumps(row) + "\n")
    jobs = FakeJobs()
    reading, details = ResultReader(jobs), RowDetails(jobs)  # type: ignore[arg-type]
    reading.begin(kept)
    settle(jobs)
    details.begin(reading.results, kept.rows)
    details.want([0, 1])
    jobs.run_callables()
    (first, _) = jobs.callables[0]
    details.want([0, 1])
    assert not first.cancelled, "just what is being unpacked"
    details.want([2, 3])
    (_, look), *rest = jobs.callables[1:]
    assert not rest
    assert details.of(0).seen.path.endswith("0.png")
    assert details.of(2) is None
    jobs.callables[1][0].succeed(**look(None, Cancel()))
    assert details.of(2).packed
    assert first.cancelled, "the screen shows other rows now"
    jobs.callables = []
    first.stop()
    settle(jobs)
    assert [details.of(row).file.read_text() for row in (2, 3)] == ["2", "3"]
    assert details.of(0).packed
