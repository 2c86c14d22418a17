"""Each page on real data, light and dark. `make screenshots` keeps the pictures for the README."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.sample import Sample
from engine.library.scan import ImportParams, import_sources
from engine.training.plan import TrainParams
from engine.training.trainer import train
from gui import theme
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.widgets.charts.curves import CurveChart
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from tests.e2e.digits import write_some
from tests.e2e.person import Person

pytestmark = pytest.mark.slow

SIZE = 1280, 800
EPOCHS, ONE_OF = (10, 1) if os.environ.get("PIGEONHOLE_SCREENSHOTS") else (2, 4)  # the README's are worth a look
LIBRARY, TRAIN, REVIEW, CLASSIFY = range(4)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def sample(home: Path) -> Sample:
    """The built-in sample in a person's own folder, imported, with one finished run in its project."""
    found = write_some(home / "Pictures", ONE_OF)
    project = str(found.pictures.with_suffix(".pigeonhole"))
    import_sources(ImportParams(project, (str(found.pictures),)), emit=lambda _: None, cancel=Cancel())
    options = {"epochs": EPOCHS, "batch_size": 16, "plateau": 0}
    train(TrainParams(project, "fashion-cnn", options), emit=lambda _: None, cancel=Cancel())
    return found


@contextmanager
def opened(qtbot: QtBot, scheme: str, project: Path) -> Iterator[MainWindow]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, scheme)
    window = MainWindow(Settings())
    window.resize(*SIZE)
    window.show()
    window.open_path(project)
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        theme.apply(app, "light")


def settled(window: MainWindow, grid: str) -> Callable[[], bool]:
    """All thumbnails that the grid shows are there."""

    def look() -> bool:
        found = window.findChild(ThumbnailGrid, grid)
        if found is None or not found.isVisible() or not found.count():
            return False
        return all(found._image(found.item(index)) is not None for index in found.visible_indices())

    return look


def show_library(qtbot: QtBot, window: MainWindow, _: Sample) -> None:
    qtbot.waitUntil(settled(window, "grid"), timeout=15_000)
    grid = Person().find(ThumbnailGrid, "grid")
    grid.set_current(3)
    qtbot.waitUntil(settled(window, "grid"), timeout=15_000)
    inspector = window.page(LIBRARY).browser.inspector
    qtbot.waitUntil(lambda: inspector.minimumSizeHint().height() <= inspector.height(), timeout=15_000)
    qtbot.waitUntil(lambda: inspector.chips.height() >= inspector.chips.sizeHint().height(), timeout=15_000)


def show_train(qtbot: QtBot, window: MainWindow, _: Sample) -> None:
    window.show_page(TRAIN)
    qtbot.waitUntil(lambda: Person().can_press(QPushButton, "start_button"), timeout=15_000)
    charts = window.page(TRAIN).view.charts.findChildren(CurveChart)
    qtbot.waitUntil(lambda: all(len(chart.rows()) == EPOCHS + 1 for chart in charts), timeout=15_000)
    qtbot.waitUntil(lambda: "…" not in window.page(TRAIN).setup.device.text(), timeout=15_000)


def show_review(qtbot: QtBot, window: MainWindow, _: Sample) -> None:
    window.show_page(REVIEW)
    qtbot.waitUntil(settled(window, "mistakes_grid"), timeout=15_000)


def show_classify(qtbot: QtBot, window: MainWindow, sample: Sample) -> None:
    window.show_page(CLASSIFY)
    person = Person()
    person.drop(person.find(QWidget, "classify_page"), sample.unlabelled)
    qtbot.waitUntil(lambda: person.can_press(QPushButton, "classify_button"), timeout=15_000)
    person.click(QPushButton, "classify_button")
    qtbot.waitUntil(lambda: person.can_press(QPushButton, "save_csv_button"), timeout=60_000)
    qtbot.waitUntil(settled(window, "results_grid"), timeout=15_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_shows_real_data_in_both_schemes(
    qtbot: QtBot, home: Path, sample: Sample, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    kept = os.environ.get("PIGEONHOLE_SCREENSHOTS")
    shows = {"library": show_library, "train": show_train, "review": show_review, "classify": show_classify}
    with opened(qtbot, scheme, sample.pictures.with_suffix(".pigeonhole")) as window:
        for name, show in shows.items():
            show(qtbot, window, sample)
            assert not [label.text() for label in window.findChildren(QLabel) if str(home) in label.text()]
            window.toast.hide()
            picture = window.grab().toImage()
            assert colours(picture) > 200, f"the {name} page shows next to nothing"
            assert is_dark(picture) == (scheme == "dark")
            if kept:
                Path(kept).mkdir(parents=True, exist_ok=True)
                assert picture.save(str(Path(kept) / f"{name}-{scheme}.png"))


def colours(picture: QImage) -> int:
    """How many different colours every fourth pixel of every fourth line has."""
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4)})


def is_dark(picture: QImage) -> bool:
    return picture.pixelColor(picture.width() // 2, 4).lightness() < 128
