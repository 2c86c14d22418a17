"""Thumbnails come newest request first, and never more than memory allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from gui.widgets.grid.thumbnail_loader import Request, ThumbnailLoader, fitted, rounded
from tests.engine.imaging.hostile import progressive_jpeg


def request(name: str, side: int = 10) -> Request:
    return Request(Path(name), 0, 0, side)


class Maker:
    """Makes pictures one at a time, when the test lets it."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.gate = threading.Semaphore(0)

    def __call__(self, wanted: Request, cancel: Cancel) -> QImage | None:
        self.gate.acquire()
        self.made.append(wanted.file.name)
        if wanted.file.name == "broken":
            return None
        picture = QImage(wanted.side, wanted.side, QImage.Format.Format_RGB32)
        picture.fill(0)
        return picture


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def loader(qtbot: QtBot, maker: Maker) -> Iterator[ThumbnailLoader]:
    made = ThumbnailLoader(make=maker, memory=1000, most_threads=1)
    yield made
    for _ in range(50):
        maker.gate.release()
    made.close()


def test_the_first_of_the_newest_wish_is_made_next(qtbot: QtBot, loader: ThumbnailLoader, maker: Maker) -> None:
    loader.want([request("a"), request("b"), request("c")])
    qtbot.waitUntil(lambda: bool(loader.busy))  # "a" is under way
    loader.want([request("x"), request("y")])
    for _ in range(3):
        maker.gate.release()
    qtbot.waitUntil(lambda: len(maker.made) == 3)
    assert maker.made == ["a", "x", "y"]


def test_what_was_scrolled_away_is_not_made(qtbot: QtBot, loader: ThumbnailLoader, maker: Maker) -> None:
    loader.want([request("a"), request("b")])
    qtbot.waitUntil(lambda: bool(loader.busy))
    loader.want([])
    maker.gate.release()
    with qtbot.waitSignal(loader.loaded):
        pass
    assert maker.made == ["a"]
    assert loader.get(request("a")) is not None
    assert loader.get(request("b")) is None


def test_memory_is_bounded_by_forgetting_what_was_used_longest_ago(
    qtbot: QtBot, loader: ThumbnailLoader, maker: Maker
) -> None:
    for name in "abc":  # 400 bytes each; two fit
        with qtbot.waitSignal(loader.loaded):
            loader.want([request(name)])
            maker.gate.release()
        if name == "b":
            assert loader.get(request("a")) is not None  # used again: "b" goes first
    assert loader.get(request("a")) is not None
    assert loader.get(request("b")) is None
    assert loader.get(request("c")) is not None


def test_a_file_that_cannot_be_shown_is_tried_once(qtbot: QtBot, loader: ThumbnailLoader, maker: Maker) -> None:
    with qtbot.waitSignal(loader.loaded):
        loader.want([request("broken")])
        maker.gate.release()
    assert loader.failed(request("broken"))
    loader.want([request("broken")])
    assert not loader.waiting


def test_a_thread_that_has_just_made_one_makes_the_next(
    qtbot: QtBot, loader: ThumbnailLoader, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window would wait for each new one until it runs, at every step of a scroll."""
    monkeypatch.setattr("gui.widgets.grid.thumbnail_loader.LINGER", 60)  # the main thread may be held for long
    with qtbot.waitSignal(loader.loaded):
        loader.want([request("a")])
        maker.gate.release()
    (thread,) = loader.threads
    with qtbot.waitSignal(loader.loaded):
        loader.want([request("b")])
        maker.gate.release()
    assert loader.threads == {thread}
    loader.close()
    assert not thread.is_alive()


def test_threads_end_when_there_is_nothing_to_do(qtbot: QtBot, loader: ThumbnailLoader, maker: Maker) -> None:
    with qtbot.waitSignal(loader.loaded):
        loader.want([request("a")])
        maker.gate.release()
    qtbot.waitUntil(lambda: not loader.threads)


@pytest.mark.parametrize(("size", "expected"), [((40, 20), (100, 50)), ((400, 800), (50, 100)), ((1, 300), (1, 100))])
def test_pictures_are_fitted_into_the_square(size: tuple[int, int], expected: tuple[int, int]) -> None:
    picture = fitted(Image.new("RGB", size, "red"), 100)
    assert (picture.width(), picture.height()) == expected
    assert picture.pixelColor(0, 0) == QColor("red")


def test_round_corners_are_transparent_and_the_middle_is_not() -> None:
    picture = rounded(fitted(Image.new("RGB", (40, 40), "red"), 40), 8)
    assert picture.pixelColor(0, 0).alpha() == 0
    assert picture.pixelColor(20, 20) == QColor("red")


def test_real_files_are_decoded(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "größe 😀.png"
    Image.new("RGB", (30, 30), "blue").save(file)
    loader = ThumbnailLoader()
    wanted = Request(file, file.stat().st_size, file.stat().st_mtime_ns, 20)
    with qtbot.waitSignal(loader.loaded):
        loader.want([wanted])
    picture = loader.get(wanted)
    assert picture is not None
    assert picture.pixelColor(10, 10) == QColor("blue")
    loader.close()


def test_closing_waits_for_no_picture_that_takes_long(qtbot: QtBot, tmp_path: Path) -> None:
    file = progressive_jpeg(tmp_path / "scans.jpg", scans=5000)
    loader = ThumbnailLoader()
    loader.want([Request(file, file.stat().st_size, 0, 64)])
    qtbot.waitUntil(lambda: bool(loader.busy))
    began = time.monotonic()
    loader.close()
    assert time.monotonic() - began < 1
    assert not loader.get(Request(file, file.stat().st_size, 0, 64))
