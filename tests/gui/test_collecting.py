"""Garbage is collected in the thread of the window."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from pytestqt.qtbot import QtBot

from gui.collecting import PATIENCE, Collecting


class Knot:
    def __init__(self) -> None:
        self.itself = self


def test_garbage_made_in_another_thread_is_collected_in_this_one(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()  # in tests nobody does, and what others left would be too much at once
    monkeypatch.setattr(gc, "get_threshold", lambda: (50, 10, 10))  # what earlier tests let go counts as well
    collecting = Collecting()
    ended: list[int] = []

    def make() -> None:
        for _ in range(600):  # enough for a look of Collecting, too few to put it off
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
    gc.unfreeze()  # the tests have frozen what their modules hold
    collecting = Collecting()
    monkeypatch.setattr("gui.collecting.LONG", 0.0)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 100))
    try:
        collecting.look()
        assert gc.get_freeze_count() > 10_000
    finally:
        collecting.remove()
    assert gc.get_freeze_count() == 0


def test_while_a_thread_holds_the_records_of_all_images_nothing_is_collected_for_a_while(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    collected: list[int] = []
    collecting = Collecting()
    monkeypatch.setattr(gc, "get_count", lambda: (100_000, 100, 100))
    monkeypatch.setattr(gc, "collect", collected.append)
    try:
        for _ in range(PATIENCE):
            collecting.look()
        assert not collected
        collecting.look()
        assert collected == [2], "those that stay are collected after all"
        collecting.look()
        monkeypatch.setattr(gc, "get_count", lambda: (gc.get_threshold()[0] + 1, 0, 0))
        collecting.look()
        assert collected == [2, 0], "they are gone"
    finally:
        collecting.remove()
