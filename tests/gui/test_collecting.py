"""Garbage is collected in the thread of the window."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from pytestqt.qtbot import QtBot

from gui.collecting import Collecting


class Knot:
    def __init__(self) -> None:
        self.itself = self


def test_garbage_made_in_another_thread_is_collected_in_this_one(qtbot: QtBot) -> None:
    collecting = Collecting()
    ended: list[int] = []

    def make() -> None:
        for _ in range(5_000):
            weakref.finalize(Knot(), lambda: ended.append(threading.get_ident()))

    try:
        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        assert ended == []
        qtbot.waitUntil(lambda: bool(ended))
        assert set(ended) == {threading.get_ident()}
    finally:
        collecting.remove()
    assert not gc.isenabled()  # as the tests have it


def test_what_made_one_collection_long_makes_no_second_one_long(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    collecting = Collecting()
    monkeypatch.setattr("gui.collecting.LONG", 0.0)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 100))
    try:
        collecting.look()
        assert gc.get_freeze_count() > 10_000
    finally:
        collecting.remove()
    assert gc.get_freeze_count() == 0
