"""Calls in a thread, answers in this one."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from gui.background import Background


@pytest.fixture
def errors() -> list[Exception]:
    return []


@pytest.fixture
def background(qtbot: QtBot, errors: list[Exception]) -> Iterator[Background]:
    made = Background("test", errors.append)
    yield made
    made.close()


def test_work_is_done_elsewhere_and_answered_here(qtbot: QtBot, background: Background) -> None:
    here, seen = threading.get_ident(), []
    background.submit(threading.get_ident, lambda there: seen.append((there, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != here
    assert seen[0][1] == here


def test_calls_are_answered_in_order(qtbot: QtBot, background: Background) -> None:
    seen: list[int] = []
    for number in range(50):
        background.submit(lambda number=number: number, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert seen == list(range(50))


def test_of_calls_with_one_key_only_the_newest_is_answered(qtbot: QtBot, background: Background) -> None:
    gate = threading.Event()
    seen: list[int] = []
    background.submit(gate.wait)
    for number in range(5):
        background.submit(lambda number=number: number, seen.append, key="k")
    background.submit(lambda: 99, seen.append)
    gate.set()
    qtbot.waitUntil(lambda: 99 in seen)
    assert seen == [4, 99]


def test_errors_go_to_whoever_asked_or_to_the_owner(
    qtbot: QtBot, background: Background, errors: list[Exception]
) -> None:
    own: list[Exception] = []
    background.submit(lambda: 1 / 0, failed=own.append)
    background.submit(lambda: 1 / 0)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(own[0], ZeroDivisionError)
    assert len(errors) == 1


def test_an_answer_to_a_widget_that_is_gone_is_dropped(qtbot: QtBot, background: Background) -> None:
    import shiboken6

    class Receiver(QObject):
        @Slot(object)
        def take(self, _: object) -> None:
            raise AssertionError("this object is gone")

    gate, seen = threading.Event(), []
    receiver = Receiver()
    background.submit(gate.wait, receiver.take)
    shiboken6.delete(receiver)
    gate.set()
    background.submit(lambda: 1, seen.append)
    qtbot.waitUntil(lambda: bool(seen))


def test_nothing_is_begun_after_the_end(qtbot: QtBot, background: Background) -> None:
    began = []
    background.close()
    background.submit(lambda: began.append(1))
    assert not background._thread.isRunning()
    assert began == []


def test_what_belongs_to_the_thread_is_kept_between_calls(qtbot: QtBot, background: Background) -> None:
    kept, found = threading.local(), list[int]()

    def count() -> int:
        kept.calls = getattr(kept, "calls", 0) + 1
        return int(kept.calls)

    for _ in range(3):
        background.submit(count, found.append)
    qtbot.waitUntil(lambda: len(found) == 3)
    assert found == [1, 2, 3]
