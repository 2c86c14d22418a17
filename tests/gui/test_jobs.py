"""Every job ends exactly once, whatever happens in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.events import Cancelled, Failed, Log, Progress, Succeeded
from engine.jobs.job import Cancel, Emit
from engine.training.options import TrainOptions
from gui import jobs as module
from gui.jobs import JobHandle, JobRunner, OwnedJob


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:
    """The real ones."""
    made = JobRunner()
    yield made
    made.close()


def ending(qtbot: QtBot, handle: JobHandle) -> list[object]:
    outcomes: list[object] = []
    handle.ended.connect(outcomes.append)
    qtbot.waitUntil(lambda: bool(outcomes))
    qtbot.wait(0)
    return outcomes


def test_events_come_in_order_before_the_one_end(qtbot: QtBot, jobs: JobRunner) -> None:
    def job(emit: Emit, _: Cancel) -> Mapping[str, Any]:
        for number in range(100):
            emit(Progress("Counting", number))
        return {"sum": 7}

    handle = jobs.start_callable(job)
    seen: list[object] = []
    handle.event.connect(seen.append)
    assert ending(qtbot, handle) == [Succeeded({"sum": 7})]
    assert seen == [Progress("Counting", number) for number in range(100)]
    assert not handle.running
    assert not jobs.running


def test_events_arrive_in_the_thread_of_the_window(qtbot: QtBot, jobs: JobRunner) -> None:
    threads: list[int] = []

    def job(emit: Emit, _: Cancel) -> Mapping[str, Any]:
        threads.append(threading.get_ident())
        emit(Log("hello"))
        return {}

    handle = jobs.start_callable(job)
    handle.event.connect(lambda _: threads.append(threading.get_ident()))
    ending(qtbot, handle)
    assert threads[0] != threads[1] == threading.get_ident()


def test_a_cancelled_job_ends_as_cancelled(qtbot: QtBot, jobs: JobRunner) -> None:
    def job(_: Emit, cancel: Cancel) -> Mapping[str, Any]:
        cancel.wait(10)
        cancel.check()
        return {}

    handle = jobs.start_callable(job)
    handle.cancel()
    assert ending(qtbot, handle) == [Cancelled()]


@pytest.mark.parametrize(("error", "details"), [(EngineError("There is no folder."), False), (ValueError("odd"), True)])
def test_a_failed_job_says_why_and_details_only_when_it_was_not_foreseen(
    qtbot: QtBot, jobs: JobRunner, error: Exception, details: bool
) -> None:
    def job(_: Emit, __: Cancel) -> Mapping[str, Any]:
        raise error

    (outcome,) = ending(qtbot, jobs.start_callable(job))
    assert isinstance(outcome, Failed)
    assert str(error) in outcome.message
    assert bool(outcome.details) == details


def test_an_unknown_job_fails_with_a_sentence(qtbot: QtBot, jobs: JobRunner) -> None:
    (outcome,) = ending(qtbot, jobs.start("bake", None, child=False))
    assert isinstance(outcome, Failed)
    assert "bake" in outcome.message


def test_closing_cancels_and_waits(qtbot: QtBot) -> None:
    jobs, ended = JobRunner(), threading.Event()

    def job(_: Emit, cancel: Cancel) -> Mapping[str, Any]:
        cancel.wait(10)
        ended.set()
        return {}

    jobs.start_callable(job)
    jobs.close()
    assert ended.is_set()


def test_no_job_is_begun_after_the_end(qtbot: QtBot) -> None:
    began: list[int] = []
    jobs = JobRunner()
    jobs.close()
    jobs.start_callable(lambda _emit, _cancel: began.append(1) or {})
    jobs.warm()
    qtbot.wait(50)
    assert began == []
    assert jobs.spare.take() is None


class Spare:
    """Stands for a child process: in which thread it was started, and whether it was ended."""

    made: ClassVar[list[Spare]] = []
    lead: ClassVar[threading.Event]

    def __init__(self) -> None:
        self.lead.wait(10)
        self.thread, self.closed = threading.get_ident(), False
        self.prepared: list[object] = []
        self.made.append(self)

    def prepare(self, params: object) -> None:
        self.prepared.append(params)

    def close(self, _timeout: float) -> None:
        self.closed = True


@pytest.fixture
def spares(monkeypatch: pytest.MonkeyPatch) -> type[Spare]:
    Spare.made, Spare.lead = [], threading.Event()
    monkeypatch.setenv("PIGEONHOLE_PREPARE", "on")
    monkeypatch.setattr(module, "_warm_child", Spare)
    return Spare


def test_a_process_is_started_ahead_without_keeping_the_window_waiting(jobs: JobRunner, spares: type[Spare]) -> None:
    jobs.warm()
    jobs.warm()  # while the first one is on its way
    assert spares.made == []
    spares.lead.set()
    taken = jobs.spare.take()
    assert [taken] == spares.made
    assert taken.thread != threading.get_ident()
    assert jobs.spare.take() is None


def test_the_process_is_told_the_newest_training_that_it_is_to_prepare(jobs: JobRunner, spares: type[Spare]) -> None:
    jobs.warm()
    jobs.prepare(lambda: "an older choice")  # type: ignore[arg-type]
    jobs.prepare(lambda: "the choice")  # type: ignore[arg-type]
    spares.lead.set()
    lent = jobs.spare.lend()
    assert lent.prepared == ["the choice"]  # type: ignore[attr-defined]
    jobs.prepare(lambda: "while it is lent")  # type: ignore[arg-type]
    assert lent.prepared == ["the choice"]  # type: ignore[attr-defined]
    jobs.spare.give_back(lent)
    taken = jobs.spare.take()
    assert taken is lent
    assert taken.prepared == ["the choice", "while it is lent"]  # type: ignore[attr-defined]
    assert spares.made == [taken]


def test_the_process_is_kept_where_what_it_is_to_prepare_cannot_be_told(
    jobs: JobRunner, spares: type[Spare], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Any:
        raise ValueError("odd")

    spares.lead.set()
    jobs.prepare(fail)
    lent = jobs.spare.lend()
    assert [record.message for record in caplog.records] == ["no training could be prepared"]
    assert spares.made == [lent]
    jobs.prepare(lambda: "the choice")  # type: ignore[arg-type]
    jobs.spare.give_back(lent)
    assert jobs.spare.take() is lent
    assert lent.prepared == ["the choice"]  # type: ignore[attr-defined]


def test_a_training_does_not_wait_for_a_process_that_could_not_be_started_ahead(
    jobs: JobRunner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Any:
        raise RuntimeError("no thread can be started")

    monkeypatch.setenv("PIGEONHOLE_PREPARE", "on")
    monkeypatch.setattr(module, "_warm_child", fail)
    jobs.warm()
    assert jobs.spare.take() is None
    assert [record.message for record in caplog.records] == ["no process could be started ahead"]


def test_nothing_is_prepared_where_that_is_switched_off(
    jobs: JobRunner, spares: type[Spare], monkeypatch: pytest.MonkeyPatch
) -> None:
    spares.lead.set()
    monkeypatch.setenv("PIGEONHOLE_PREPARE", "off")
    jobs.prepare(lambda: pytest.fail("nobody wants it"))
    assert jobs.spare.take() is None
    assert spares.made == []


def test_no_process_is_started_ahead_where_that_is_switched_off(
    jobs: JobRunner, spares: type[Spare], monkeypatch: pytest.MonkeyPatch
) -> None:
    spares.lead.set()
    monkeypatch.setenv("PIGEONHOLE_PREPARE", "off")
    jobs.warm()
    assert jobs.spare.take() is None
    assert spares.made == []
    monkeypatch.setenv("PIGEONHOLE_PREPARE", "on")
    jobs.warm()
    assert [jobs.spare.take()] == spares.made


def test_a_process_that_was_on_its_way_when_the_window_closed_is_ended(spares: type[Spare]) -> None:
    jobs = JobRunner()
    jobs.warm()
    threading.Timer(0.05, spares.lead.set).start()
    jobs.close()
    assert [spare.closed for spare in spares.made] == [True]


def test_a_process_that_cannot_be_started_ahead_stops_nothing(jobs: JobRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> object:
        raise OSError("no more processes")

    monkeypatch.setenv("PIGEONHOLE_PREPARE", "on")
    monkeypatch.setattr(module, "_warm_child", fail)
    jobs.warm()
    assert jobs.spare.take() is None


def test_params_that_load_slowly_are_made_in_the_thread_of_the_job(qtbot: QtBot, jobs: JobRunner) -> None:
    threads: list[int] = []

    def params() -> TrainOptions:
        threads.append(threading.get_ident())
        return TrainOptions(epochs=7)

    handle = jobs.start("tests.gui.test_jobs:epochs_of", params, child=False)
    assert ending(qtbot, handle) == [Succeeded({"epochs": 7})]
    assert threads != [threading.get_ident()]


def epochs_of(params: TrainOptions, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    return {"epochs": params.epochs}


def _waiting(emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
    emit(Progress("Waiting", 1))
    cancel.wait(30)
    cancel.check()
    return {}


def test_an_owner_hears_its_job_and_has_none_when_that_has_ended(qtbot: QtBot, jobs: JobRunner) -> None:
    owner, heard = QObject(), []
    job = OwnedJob(owner)
    assert not job.running
    job.follow(jobs.start_callable(_waiting), heard.append, heard.append, release=lambda: heard.append("released"))
    qtbot.waitUntil(lambda: len(heard) == 1)
    assert job.running
    job.stop()
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert heard == [Progress("Waiting", 1), "released", Cancelled()]
    assert not job.running


def test_of_a_job_that_is_dropped_or_replaced_nothing_is_heard(qtbot: QtBot, jobs: JobRunner) -> None:
    owner, heard, released = QObject(), [], []
    job = OwnedJob(owner)
    first, second = jobs.start_callable(_waiting), jobs.start_callable(_waiting)
    job.follow(first, heard.append, release=lambda: released.append(1))
    job.follow(second, heard.append, release=lambda: released.append(2))
    qtbot.waitUntil(lambda: released == [1])
    assert job.handle is second
    job.drop()
    assert not job.running
    qtbot.waitUntil(lambda: released == [1, 2])
    assert heard == []


def test_a_job_that_outlives_its_owner_still_gives_back_what_it_held(qtbot: QtBot, jobs: JobRunner) -> None:
    owner, heard, released = QObject(), [], []
    OwnedJob(owner).follow(jobs.start_callable(_waiting), heard.append, release=lambda: released.append(1))
    owner.deleteLater()
    qtbot.wait(0)
    jobs.close()
    qtbot.waitUntil(lambda: released == [1])
    assert heard == []
