"""Garbage is collected in the thread of the window."""

from __future__ import annotations

import gc
import threading
import weakref

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
