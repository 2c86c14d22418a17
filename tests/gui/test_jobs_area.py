"""Every long job stands in one place, with how far it is, the time left and Cancel; the next of its kind waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.events import Cancelled, Progress
from engine.jobs.job import Cancel, Emit
from gui.jobs import JobHandle, JobRunner
from gui.jobs_area import JobsArea
from tests.gui.hosting import shown


class Held:
    """A job that emits what it is given and ends when it is let go, or cancelled."""

    def __init__(self, *events: Progress) -> None:
        self._events = events
        self._free = threading.Event()

    def __call__(self, emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
        for event in self._events:
            emit(event)
        while not self._free.wait(0.01):
            cancel.check()
        return {}

    def let_go(self) -> None:
        self._free.set()


Start = Callable[..., tuple[JobHandle, Held]]


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    made.close()


@pytest.fixture
def area(qtbot: QtBot, jobs: JobRunner) -> JobsArea:
    return shown(qtbot, JobsArea(jobs), 900, 90)


@pytest.fixture
def start(jobs: JobRunner) -> Start:
    def begin(words: str, *events: Progress) -> tuple[JobHandle, Held]:
        work = Held(*events)
        return jobs.start_callable(work, words), work

    return begin


def told(area: JobsArea) -> list[str]:
    return [row.words.text() for row in area.rows]


def test_a_job_is_listed_with_its_count_and_the_time_that_is_left(qtbot: QtBot, area: JobsArea, start: Start) -> None:
    area.hide()
    handle, work = start("Looking at the pictures", Progress("Computing", 340, 800, 20.0, 25.0))
    qtbot.waitUntil(lambda: "340 of 800" in "".join(told(area)))
    assert told(area) == ["Looking at the pictures  ·  340 of 800  ·  25 s left"]
    assert area.rows[0].bar.value() == 425
    work.let_go()
    qtbot.waitUntil(lambda: not handle.running)
    assert area.isHidden()


def test_the_time_left_is_measured_where_a_job_tells_none(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from gui import jobs as module

    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    measured = module.MeasuredProgress()
    measured.take(Progress("Sorting", 0, 100))
    now = 110.0
    measured.take(Progress("Sorting", 20, 100))
    assert measured.seconds_left == pytest.approx(40)
    measured.take(Progress("Writing", 0, 50))
    assert measured.seconds_left is None, "another phase has another rate"
    measured.take(Progress("Writing", 10, 50, 5.0, 8.0))
    assert measured.seconds_left == 8.0, "as the job says"


def test_a_second_job_of_a_kind_waits_and_begins_when_the_first_has_ended(
    qtbot: QtBot, area: JobsArea, start: Start
) -> None:
    first, work = start("Writing the report")
    second, later = start("Writing the report", Progress("Scoring", 1, 4))
    _, else_ = start("Exporting the model", Progress("Exporting", 1, 2))
    qtbot.waitUntil(lambda: len(area.rows) == 3)
    assert second.waits
    assert "waits for the one before it" in told(area)[1]
    qtbot.waitUntil(lambda: "1 of 2" in told(area)[2])
    work.let_go()
    qtbot.waitUntil(lambda: "1 of 4" in "".join(told(area)))
    assert not first.running
    assert not second.waits
    later.let_go()
    else_.let_go()
    qtbot.waitUntil(area.isHidden)


def test_cancel_ends_a_job_that_runs_and_one_that_waits(qtbot: QtBot, area: JobsArea, start: Start) -> None:
    first, _ = start("Writing the report")
    second, _ = start("Writing the report")
    third, work = start("Writing the report")
    qtbot.waitUntil(lambda: len(area.rows) == 3)
    qtbot.mouseClick(area.rows[1].cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not second.running)
    assert isinstance(second.outcome, Cancelled)
    assert first.running
    assert third.waits
    qtbot.mouseClick(area.rows[0].cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not first.running)
    assert isinstance(first.outcome, Cancelled)
    qtbot.waitUntil(lambda: not third.waits)
    work.let_go()
    qtbot.waitUntil(lambda: not third.running)


def test_the_line_of_a_job_stays_when_another_job_comes_or_goes(qtbot: QtBot, area: JobsArea, start: Start) -> None:
    _, first_work = start("Writing the report")
    second, work = start("Exporting the model")
    qtbot.waitUntil(lambda: len(area.rows) == 2)
    line = area.rows[1]
    _, third_work = start("Looking for duplicates")
    qtbot.waitUntil(lambda: len(area.rows) == 3)
    first_work.let_go()
    qtbot.waitUntil(lambda: len(area.rows) == 2)
    assert area.rows[0] is line, "its bar does not begin anew"
    assert line.isVisible()
    assert line.handle is second
    work.let_go()
    third_work.let_go()
    qtbot.waitUntil(area.isHidden)


def test_jobs_without_words_are_small_and_not_listed(qtbot: QtBot, area: JobsArea, jobs: JobRunner) -> None:
    work = Held()
    handle = jobs.start_callable(work)
    assert jobs.listed == []
    work.let_go()
    qtbot.waitUntil(lambda: not handle.running)


def test_more_than_three_are_counted(qtbot: QtBot, area: JobsArea, start: Start) -> None:
    works = [start(f"Job {number}")[1] for number in range(5)]
    qtbot.waitUntil(lambda: area.more.text() == "2 more")
    assert len(area.rows) == 3
    for work in works:
        work.let_go()
    qtbot.waitUntil(area.isHidden)
