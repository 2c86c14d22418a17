"""Each page on real data, light and dark. `make screenshots` keeps the pictures for the README.

They are in English, or in the language of the variable PIGEONHOLE_LANGUAGE.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.sample import Sample, prepare_sample
from engine.similarity.feature_store import store_folder
from engine.training.plan import TrainParams
from engine.training.trainer import train
from gui import language, theme
from gui.guide.dialog import GuideDialog
from gui.guide.tour import Tour
from gui.library.accept_dialog import AcceptDialog
from gui.library.browser import Browser
from gui.library.finding import Mode
from gui.main_window import MainWindow
from gui.review.rounds_section import RoundsSection
from gui.settings import Settings
from gui.widgets.charts.curves import CurveChart
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from tests.e2e.half_labelled import features_of, half_labelled_project
from tests.e2e.person import Person
from tests.gui.windows import styled
from tests.long_forms import ONLY_LONG

pytestmark = pytest.mark.slow

SIZE = 1280, 800
ARE_KEPT = "PIGEONHOLE_SCREENSHOTS" in os.environ
# Those of the README are worth a look.
RECIPES, EPOCHS = (("instant", "transfer"), 12) if ARE_KEPT else (("fashion-cnn",), 2)
LARGE = 3840, 2160
# `make test` looks at one view in the dark; `make stress` at all, and at a large screen.
MORE = () if ARE_KEPT else ONLY_LONG
LIBRARY, TRAIN, REVIEW, CLASSIFY = range(4)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def sample(home: Path) -> Sample:
    """The built-in sample in a person's own folder, imported, with finished runs in its project."""
    found = prepare_sample(home / "Pictures", emit=lambda _: None, cancel=Cancel())
    for recipe in RECIPES:
        options = {} if recipe == "instant" else {"epochs": EPOCHS, "batch_size": 16, "plateau": 0}
        train(TrainParams(str(found.project), recipe, options), emit=lambda _: None, cancel=Cancel())
    return found


@pytest.fixture(scope="module")
def half_labelled(home: Path) -> Path:
    return half_labelled_project(home)


@pytest.fixture(scope="module")
def features(half_labelled: Path, home: Path) -> Path:
    return features_of(half_labelled, home)


@contextmanager
def opened(
    qtbot: QtBot, scheme: str, project: Path | None, *, size: tuple[int, int] = SIZE, tour: bool = False
) -> Iterator[MainWindow]:
    """The window over a project; the tour of the sample begins where it is wanted only."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    language.use(app, os.environ.get(language.VARIABLE, language.SOURCE))
    Settings().set_text("tour", "" if tour else "seen")
    with styled(app, scheme):
        window = MainWindow(Settings())
    window.resize(*size)
    window.show()
    if project is not None:
        window.open_path(project)
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        theme.apply(app, "light")
        language.use(app, language.SOURCE)


def settled(window: MainWindow, grid: str) -> Callable[[], bool]:
    """All thumbnails that the grid shows are there."""

    def look() -> bool:
        found = window.findChild(ThumbnailGrid, grid)
        if found is None or not found.isVisible() or not found.count():
            return False
        return all(found.image_of(found.item(index)) is not None for index in found.visible_indices())

    return look


def show_library(qtbot: QtBot, window: MainWindow, _: Sample) -> None:
    qtbot.waitUntil(settled(window, "grid"))
    grid = Person().find(ThumbnailGrid, "grid")
    grid.set_current(3)
    qtbot.waitUntil(settled(window, "grid"))
    inspector = window.page(LIBRARY).browser.inspector
    qtbot.waitUntil(lambda: inspector.minimumSizeHint().height() <= inspector.height())
    qtbot.waitUntil(lambda: inspector.chips.height() >= inspector.chips.sizeHint().height())
    qtbot.waitUntil(lambda: inspector.view.image is not None and not inspector.view.is_loading)


def show_train(qtbot: QtBot, window: MainWindow, _: Sample) -> None:
    window.show_page(TRAIN)
    qtbot.waitUntil(lambda: Person().can_press(QPushButton, "start_button"))
    window.page(TRAIN).view.details.open()
    charts = window.page(TRAIN).view.charts.findChildren(CurveChart)
    qtbot.waitUntil(lambda: all(len(chart.rows()) > 2 for chart in charts))
    setup = window.page(TRAIN).setup
    words = setup.plan.words
    qtbot.waitUntil(lambda: "…" not in setup.device.text() + words.text())
    qtbot.waitUntil(lambda: words.height() >= words.heightForWidth(words.width()), timeout=5000)


def show_review(qtbot: QtBot, window: MainWindow, _: Sample) -> None:
    window.show_page(REVIEW)
    qtbot.waitUntil(settled(window, "mistakes_grid"))
    if ARE_KEPT:
        qtbot.waitUntil(lambda: window.page(REVIEW).assessment.found is not None, timeout=120_000)
        qtbot.waitUntil(lambda: not window.jobs.listed)


def show_classify(qtbot: QtBot, window: MainWindow, sample: Sample) -> None:
    window.show_page(CLASSIFY)
    person = Person()
    person.drop(person.find(QWidget, "classify_page"), sample.unlabelled)
    qtbot.waitUntil(lambda: person.can_press(QPushButton, "classify_button"))
    person.click(QPushButton, "classify_button")
    qtbot.waitUntil(lambda: person.can_press(QPushButton, "save_csv_button"), timeout=60_000)
    qtbot.waitUntil(settled(window, "results_grid"))


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=MORE)])
def test_each_page_shows_real_data_in_both_schemes(
    qtbot: QtBot, home: Path, sample: Sample, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    shows = {"library": show_library, "train": show_train, "review": show_review, "classify": show_classify}
    with opened(qtbot, scheme, sample.project) as window:
        for name, show in shows.items():
            show(qtbot, window, sample)
            assert not [label.text() for label in window.findChildren(QLabel) if str(home) in label.text()]
            keep(window, name, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_learning_while_labelling_is_shown_in_both_schemes(
    qtbot: QtBot, home: Path, half_labelled: Path, features: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(features, store_folder())
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    monkeypatch.setenv("PIGEONHOLE_LEARN", "on")
    with opened(qtbot, scheme, half_labelled) as window:
        browser, learning = window.page(LIBRARY).browser, window.page(LIBRARY).learning
        grid, finding = browser.grid, browser.finding
        bar, view = browser.suggestion_bar, browser.inspector.view
        qtbot.waitUntil(lambda: 0 < learning.ready == learning.images, timeout=120_000)
        qtbot.waitUntil(
            lambda: not learning.busy and not learning.estimating and bar.quality.isVisible(), timeout=60_000
        )
        grid.setFocus()
        qtbot.waitUntil(settled(window, "grid"))
        grid.set_current(next(index for index in grid.visible_indices() if grid.item(index).ghost))
        qtbot.waitUntil(lambda: view.image is not None)
        keep(window, "suggestions", scheme)
        for key, mode, name in ((Qt.Key.Key_J, Mode.GROUPS, "groups"), (Qt.Key.Key_W, Mode.UNLIKE, "unlike")):
            qtbot.keyClick(grid, key)
            qtbot.waitUntil(lambda mode=mode: finding.mode is mode and all_selected(browser))
            qtbot.waitUntil(settled(window, "grid"))
            qtbot.waitUntil(lambda: view.image is not None)
            keep(window, name, scheme)
        qtbot.keyClick(grid, Qt.Key.Key_Escape)
        browser.accept_suggestions()
        dialog = browser.findChild(AcceptDialog)
        assert dialog is not None
        sheet = dialog.sheet
        loaded = lambda: all(sheet.image_of(sheet.item(i)) is not None for i in sheet.visible_indices())  # noqa: E731
        qtbot.waitUntil(lambda: sheet.count() > 0 and sheet.item(0) is not None and loaded())
        keep(dialog, "accept", scheme)
        dialog.reject()


@pytest.mark.parametrize(
    ("scheme", "size"),
    [("light", SIZE), pytest.param("dark", SIZE, marks=MORE), pytest.param("light", LARGE, marks=MORE)],
    ids=["light", "dark", "4k"],
)
def test_the_first_minute_the_verdict_the_rounds_and_the_guide_are_shown(
    qtbot: QtBot, home: Path, sample: Sample, scheme: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    folder = "4k/" if size == LARGE else ""
    with opened(qtbot, scheme, None, size=size, tour=True) as window:
        empty = window.page(LIBRARY).empty
        qtbot.waitUntil(empty.sample_button.isVisible)
        keep(window, f"{folder}first", scheme, least=20)
        window.open_path(sample.project)
        qtbot.waitUntil(lambda: window.findChild(Tour) is not None and settled(window, "grid")())
        tour = window.findChild(Tour)
        tour.next_button.click()
        classes, view = window.page(LIBRARY).browser.classes, window.page(LIBRARY).browser.inspector.view
        qtbot.waitUntil(lambda: tour.ring.height() >= classes.height() and tour.ring.width() < classes.width() + 9)
        qtbot.waitUntil(lambda: view.image is not None)
        keep(window, f"{folder}tour", scheme)
        tour.leave()

        show_review(qtbot, window, sample)
        sections = window.page(REVIEW).sections
        sections.show_section("RoundsSection")
        table = sections.section(RoundsSection).table
        qtbot.waitUntil(lambda: table.isVisible() and table.body.rowCount() == len(RECIPES))
        qtbot.waitUntil(lambda: not window.jobs.listed)
        keep(window, f"{folder}rounds", scheme, least=60)

        window.guide.trigger()
        guide = window.findChild(GuideDialog)
        guide.resize(1040, 690)  # which a screen of 1280 by 800 has room for
        for index, (name, lookup) in enumerate((("guide", None), ("keys", guide.keys), ("words", guide.words))):
            guide.tabs.setCurrentIndex(index)
            if lookup is not None:
                qtbot.waitUntil(lambda lookup=lookup: lookup.is_complete)
            keep(guide, f"{folder}{name}", scheme, least=40)
        guide.close()


def all_selected(browser: Browser) -> bool:
    """Whether the grid has the images of a group and no others, and all of them are selected."""
    rest = browser.finding.rest
    return (
        bool(rest)
        and not browser.images.is_reading
        and len(browser.images) == len(browser.grid.selected()) == len(rest)
    )


def keep(widget: QWidget, name: str, scheme: str, *, least: int = 200) -> None:
    """See that something of so many colours is shown, in this scheme; keep the picture where that is wanted."""
    if isinstance(widget, MainWindow):
        widget.toast.hide()
    for _ in range(3):  # what has just come or gone changes the layout, which changes what is below it
        QApplication.processEvents()
    picture = widget.grab().toImage()
    assert colours(picture) > least, f"{name} shows next to nothing"
    assert is_dark(picture) == (scheme == "dark")
    if kept := os.environ.get("PIGEONHOLE_SCREENSHOTS"):
        file = Path(kept) / f"{name}-{scheme}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        assert picture.save(str(file))


def colours(picture: QImage) -> int:
    """How many different colours every fourth pixel of every fourth line has."""
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4)})


def is_dark(picture: QImage) -> bool:
    return picture.pixelColor(picture.width() // 2, 4).lightness() < 128
