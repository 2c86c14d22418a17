"""Every page, menu, list of choices and dialog at 1280 by 800 in Korean: no words are cut, and none are English.

`make screens` keeps pictures of them all, light and dark, with those of a training that runs and of what takes its
time in Review; `make screens LANGUAGE=fr` those of another language.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.sample import Sample, prepare_sample
from engine.similarity.feature_store import store_folder
from engine.training.plan import TrainParams
from engine.training.trainer import train
from gui import language, theme
from gui.actions import listed
from gui.error_dialog import ErrorDialog
from gui.guide.dialog import GuideDialog
from gui.library.finding import Mode
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.widgets import file_dialogs
from gui.widgets.charts import export
from gui.widgets.chooser import Chooser
from gui.widgets.controls import Combo
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from tests.e2e.cut_words import cut_words, english_words
from tests.e2e.half_labelled import features_of, half_labelled_project
from tests.e2e.person import Person
from tests.e2e.test_screenshots import CLASSIFY, LIBRARY, REVIEW, SIZE, TRAIN, settled, show_library
from tests.gui.classify.cameras import Camera, use_camera
from tests.gui.windows import styled

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="letters of other systems have other widths"),
]

FOLDER = os.environ.get("PIGEONHOLE_SCREENS", "")  # for the pictures
CODE = Path(FOLDER).name or "ko"
each_scheme = pytest.mark.parametrize("scheme", ["light", "dark"] if FOLDER else ["light"])
LONG = 120_000  # ms
BEGIN = ("begin_duplicates_button", "lay_out_button")
FOLDERS = "train, validation"  # which an export makes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def sample(home: Path) -> Sample:
    """The built-in sample, imported, with two runs that take no time, and its features in the home of each test."""
    found = prepare_sample(home / "Pictures", emit=lambda _: None, cancel=Cancel())
    for seed in (1, 2):
        train(TrainParams(str(found.project), "instant", {"seed": seed}), emit=lambda _: None, cancel=Cancel())
    return found


class Screens:
    """What is on the screen of one window."""

    def __init__(self, qtbot: QtBot, window: MainWindow, scheme: str) -> None:
        self._qtbot, self._window, self._scheme = qtbot, window, scheme

    def look(self, name: str, widget: QWidget | None = None) -> None:
        """See that no words are cut or English; keep a picture where that is wanted."""
        shown = widget or self._window
        self._window.toast.hide()

        def whole() -> None:
            assert cut_words(shown) == [], name

        for _ in range(4):  # what has just come or gone changes the layout, which changes what is below it
            QApplication.processEvents()
        self._qtbot.waitUntil(whole)
        if FOLDER:
            file = Path(FOLDER) / f"{name}-{self._scheme}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            assert shown.grab().save(str(file))
        if CODE != language.SOURCE:
            assert [text for text in english_words(shown) if FOLDERS not in text] == [], name

    def menu(self, name: str, menu: QMenu) -> None:
        """Look at a menu and at those in it."""
        menu.popup(self._window.mapToGlobal(QPoint(100, 20)))
        self.look(name, menu)
        for number, action in enumerate(menu.actions()):
            if (inner := action.menu()) is not None:
                self.menu(f"{name}-{number}", inner)  # type: ignore[arg-type]
        menu.hide()

    def menus(self, name: str, page: QWidget) -> None:
        """Look at the menus of all buttons of a page."""
        buttons = [b for b in page.findChildren(QAbstractButton) if b.isVisible() and getattr(b, "menu", None)]
        for number, menu in enumerate(m for button in buttons if (m := button.menu()) is not None):  # type: ignore[attr-defined]
            self.menu(f"{name}-menu-{number}", menu)

    def popup(self, name: str) -> None:
        """Look at the menu that has just opened."""
        self._qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        self.menu(name, menu)
        menu.close()

    def lists(self, name: str, page: QWidget) -> None:
        """Look at the choices of all boxes of a page."""
        for number, box in enumerate(b for b in page.findChildren(Combo) if b.isVisible() and b.count() > 1):
            box.showPopup()
            rows = [box.view().visualRect(box.model().index(row, 0)).width() for row in range(box.count())]
            words = [box.fontMetrics().horizontalAdvance(box.itemText(row)) for row in range(box.count())]
            self.look(f"{name}-list-{number}", box.view().window())
            box.hidePopup()
            assert all(room >= word for room, word in zip(rows, words, strict=True)), name

    def dialog(self, name: str, ready: Callable[[QDialog], bool] = lambda _: True) -> None:
        """Look at the dialog that has just opened, and close it."""
        found: list[QDialog] = []

        def there() -> bool:
            found[:] = [d for d in self._window.findChildren(QDialog) if d.isVisible()]
            return bool(found) and ready(found[-1])

        self._qtbot.waitUntil(there)
        self.look(name, found[-1])
        found[-1].reject()
        self._qtbot.waitUntil(lambda: not any(d.isVisible() for d in self._window.findChildren(QDialog)))

    def chooser(self, name: str) -> None:
        """Look at the list that lies over the window, and close it."""
        (chooser,) = [c for c in self._window.findChildren(Chooser) if c.isVisible()]
        self.look(name)
        chooser.close()

    def do(self, context: str, text: str) -> None:
        """The command with that text, as the palette offers it."""
        words = QCoreApplication.translate(context, text)
        next(action for action in listed(self._window) if action.text() == words).trigger()


@contextmanager
def opened(qtbot: QtBot, scheme: str, project: Path | None) -> Iterator[tuple[MainWindow, Screens]]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    language.use(app, CODE)
    Settings().set_text("tour", "seen")
    with styled(app, scheme):
        window = MainWindow(Settings())
    window.resize(*SIZE)
    window.show()
    if project is not None:
        window.open_path(project)
    try:
        yield window, Screens(qtbot, window, scheme)
    finally:
        window.close_now()
        window.deleteLater()
        theme.apply(app, "light")
        language.use(app, language.SOURCE)


@pytest.fixture
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    return home


@each_scheme
@pytest.mark.usefixtures("at_home")
def test_the_library_and_its_menus_and_dialogs(
    qtbot: QtBot, sample: Sample, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, scheme, sample.project) as (window, screens):
        page = window.page(LIBRARY)
        browser = page.browser
        show_library(qtbot, window, sample)
        screens.look("library")
        screens.menu("main-menu", window.menu_button.menu())
        screens.menus("library", page)
        screens.lists("library", page)
        browser.grid.customContextMenuRequested.emit(QPoint(60, 60))
        screens.popup("library-context")
        browser.classes.list.customContextMenuRequested.emit(QPoint(30, 20))
        screens.popup("class-context")
        for name, ask in (
            ("palette", window.open_palette),
            ("label-as", browser.labelling.choose),
            ("recent", window.choose_recent),
            ("drop", lambda: page.dropping.ask(page, [sample.unlabelled, tmp_path / "a.csv", tmp_path / "b.png"])),
            ("like-class", lambda: screens.do("FindingWords", "Find pictures like a class…")),
            ("merge-class", lambda: browser.classes.merge(window.session.overview.classes[0])),
        ):
            ask()
            screens.chooser(name)
        browser.filter_bar.more.click()
        screens.look("conditions")
        screens.lists("conditions", page)
        browser.filter_bar.more.click()
        browser.side.toggle_history()
        screens.look("history")
        browser.side.toggle_history()
        browser.filter_bar.view.choose_group("class")
        qtbot.waitUntil(settled(window, "grid"))
        screens.look("headings")
        browser.classes.edit_new()
        screens.look("new-class")
        browser.grid.setFocus()
        browser.grid.set_current(3)
        browser.viewer.toggle()
        screens.look("viewer")
        browser.viewer.toggle()
        page.show_distribution()
        for number in range(3):
            page.distribution.views.button(number).click()
            screens.look(f"distribution-{number}", page.distribution)
        page.distribution.close()
        for name, context, text in (
            ("divide", "LibraryPage", "Divide into splits…"),
            ("export-labels", "LibraryPage", "Export labels…"),
            ("networks", "MainWindow", "Network for suggestions…"),
            ("about", "MainWindow", "About Pigeonhole"),
        ):
            screens.do(context, text)
            screens.dialog(name)
        browser.classes.rename(window.session.overview.classes[0])
        screens.dialog("rename-class")
        browser.classes._ask_key(window.session.overview.classes[0])
        screens.dialog("class-key")
        monkeypatch.setattr(file_dialogs, "ask_save", lambda *_: tmp_path / "no-such-folder" / "table.csv")
        export.ask_and_write(browser, "table.csv", "*", lambda _: b"")
        screens.dialog("not-written")
        browser.filter_bar.view.ask_name()
        screens.dialog("save-filter")
        ErrorDialog.show_details(window, "…", "Traceback")
        screens.dialog("error")
        browser.filter_bar.show_problems()
        qtbot.waitUntil(lambda: not len(browser.images))
        screens.look("no-problems")


@each_scheme
@pytest.mark.usefixtures("at_home")
def test_suggestions_while_a_person_labels(
    qtbot: QtBot, home: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = half_labelled_project(home / scheme)
    shutil.copytree(features_of(project, home / scheme), store_folder())
    monkeypatch.setenv("PIGEONHOLE_LEARN", "on")
    with opened(qtbot, scheme, project) as (window, screens):
        page = window.page(LIBRARY)
        browser, learning, grid = page.browser, page.learning, page.browser.grid
        qtbot.waitUntil(lambda: 0 < learning.ready == learning.images, timeout=LONG)
        quality = browser.suggestion_bar.quality
        qtbot.waitUntil(lambda: not learning.busy and not learning.estimating and quality.isVisible(), timeout=LONG)
        grid.setFocus()
        qtbot.waitUntil(settled(window, "grid"))
        grid.set_current(next(index for index in grid.visible_indices() if grid.item(index).ghost))
        screens.look("suggestions")
        for key, mode in ((Qt.Key.Key_J, Mode.GROUPS), (Qt.Key.Key_W, Mode.UNLIKE), (Qt.Key.Key_T, Mode.TEACHING)):
            qtbot.keyClick(grid, key)
            qtbot.waitUntil(lambda mode=mode: browser.finding.mode is mode)
            qtbot.waitUntil(settled(window, "grid"))
            screens.look(f"suggestions-{mode.name.lower()}")
        qtbot.keyClick(grid, Qt.Key.Key_Escape)
        browser.accept_suggestions()
        screens.dialog("accept", lambda dialog: dialog.sheet.count() > 0)


@each_scheme
@pytest.mark.usefixtures("at_home")
def test_what_an_import_would_bring(qtbot: QtBot, sample: Sample, scheme: str) -> None:
    with opened(qtbot, scheme, None) as (window, screens):
        qtbot.waitUntil(window.page(LIBRARY).empty.sample_button.isVisible)
        screens.look("first")
        for place, name in ((TRAIN, "train"), (REVIEW, "review"), (CLASSIFY, "classify")):
            window.show_page(place)
            screens.look(f"{name}-nothing-open")
        window.show_page(LIBRARY)
        page = window.page(LIBRARY)
        for folder in (sample.unlabelled, sample.pictures):
            page.offer(folder, True)
            qtbot.waitUntil(page.preview.import_button.isEnabled)
            qtbot.waitUntil(page.preview.sheet.is_complete)
            screens.look(f"import-{folder.name.lower().replace(' ', '-')}")
            screens.lists(f"import-{folder.name.lower().replace(' ', '-')}", page)
            kind = page.preview.options.kind
            kind.setCurrentIndex(kind.findData("pattern"))
            kind.activated.emit(kind.currentIndex())
            screens.look(f"import-pattern-{folder.name.lower().replace(' ', '-')}")
            page.preview.cancel_button.click()


@each_scheme
@pytest.mark.usefixtures("at_home")
def test_training_its_options_and_its_runs(qtbot: QtBot, sample: Sample, scheme: str) -> None:
    with opened(qtbot, scheme, sample.project) as (window, screens):
        window.show_page(TRAIN)
        page, person = window.page(TRAIN), Person()
        qtbot.waitUntil(lambda: person.can_press(QPushButton, "start_button"))
        qtbot.waitUntil(lambda: page.view.assessment.found is not None, timeout=LONG)
        page.view.details.open()
        screens.look("train")
        page.setup.advanced.click()
        qtbot.waitUntil(lambda: "…" not in page.setup.device.text())
        screens.look("train-advanced")
        page.setup.form.more.click()
        for button in page.setup.form.findChildren(QAbstractButton):
            if button.property("kind") == "fold" and not button.isChecked():
                button.click()
        bar = page.setup.pane.area.verticalScrollBar()
        for number in range(1 + bar.maximum() // bar.pageStep() if FOLDER else 1):
            bar.setValue(number * bar.pageStep())
            screens.look(f"train-options-{number}")
        bar.setValue(0)
        screens.lists("train", page)
        page.run_panel.list.selectAll()
        for tab, name in ((page.pictures, "augmentation"), (page.network, "network"), (page.compare, "compare")):
            page.views.show_tab(tab)
            screens.look(f"train-{name}")
        page.views.show_tab(page.view)
        page.run_panel.list.customContextMenuRequested.emit(QPoint(30, 10))
        screens.popup("run-context")
        page.run_panel.list.choose(page.run_panel.all_runs()[0].name)
        for name, ask in (
            ("rename", page.run_actions._rename),
            ("note", page.run_actions._note),
            ("trash", page.run_panel.trash_asked.emit),
        ):
            ask()
            screens.dialog(f"train-{name}")
        page.setup.advanced.click()
        if FOLDER:
            look_at_a_training(qtbot, window, screens)


def look_at_a_training(qtbot: QtBot, window: MainWindow, screens: Screens) -> None:
    """From Start to its end."""
    page, person, training = window.page(TRAIN), Person(), window.page(TRAIN).training
    page.setup.let_pictures_choose()
    qtbot.waitUntil(lambda: person.can_press(QPushButton, "start_button"))
    person.click(QPushButton, "start_button")
    qtbot.waitUntil(lambda: training.running)
    screens.look("training-begins")
    qtbot.waitUntil(lambda: training.live is not None and training.live.better is not None, timeout=LONG)
    qtbot.waitUntil(lambda: bool(training.live.history), timeout=LONG)
    screens.look("training")
    window.close()
    screens.dialog("training-close")
    person.click(QPushButton, "pause_button")
    qtbot.waitUntil(lambda: training.paused)
    screens.look("training-paused")
    person.click(QPushButton, "stop_button")
    qtbot.waitUntil(lambda: not training.running, timeout=LONG)
    qtbot.waitUntil(lambda: page.view.assessment.found is not None and not window.jobs.listed, timeout=LONG)
    screens.look("training-ended")


@each_scheme
@pytest.mark.usefixtures("at_home")
def test_all_sections_of_review(qtbot: QtBot, sample: Sample, scheme: str) -> None:
    with opened(qtbot, scheme, sample.project) as (window, screens):
        window.show_page(REVIEW)
        page = window.page(REVIEW)
        qtbot.waitUntil(settled(window, "mistakes_grid"))
        qtbot.waitUntil(lambda: page.assessment.found is not None, timeout=LONG)
        screens.look("review")
        screens.lists("review", page)
        grid = Person().find(ThumbnailGrid, "mistakes_grid")
        grid.set_current(0)
        page.mistakes.gallery.open_large()
        qtbot.waitUntil(page.mistakes.gallery.large.isVisible)
        screens.look("review-large")
        page.mistakes.gallery.large.close()
        for section in page.sections.all[1:]:
            page.sections.show_section(section.name)
            made = section.made()
            qtbot.waitUntil(made.isVisible)
            qtbot.waitUntil(lambda: not window.jobs.listed, timeout=LONG)
            screens.look(f"review-{section.name}")
            screens.lists(f"review-{section.name}", made)
            begin = next((b for b in made.findChildren(QPushButton) if b.objectName() in BEGIN and b.isVisible()), None)
            if begin is not None and FOLDER:
                begin.click()
                qtbot.waitUntil(lambda begin=begin: not begin.isVisible(), timeout=LONG)
                qtbot.waitUntil(lambda: not window.jobs.listed, timeout=LONG)
                screens.look(f"review-{section.name}-found")
            for fold in made.findChildren(QAbstractButton):
                if fold.isVisible() and fold.text() == QCoreApplication.translate("Details", "Details"):
                    fold.click()
                    screens.look(f"review-{section.name}-details")


@each_scheme
@pytest.mark.usefixtures("at_home")
def test_classifying_and_what_becomes_of_it(
    qtbot: QtBot, sample: Sample, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_camera(monkeypatch)
    with opened(qtbot, scheme, sample.project) as (window, screens):
        window.show_page(CLASSIFY)
        page, person = window.page(CLASSIFY), Person()
        screens.look("classify-nothing")
        person.drop(person.find(QWidget, "classify_page"), sample.unlabelled)
        qtbot.waitUntil(lambda: person.can_press(QPushButton, "classify_button"))
        screens.look("classify-ready")
        person.click(QPushButton, "classify_button")
        qtbot.waitUntil(lambda: person.can_press(QPushButton, "save_csv_button"), timeout=LONG)
        qtbot.waitUntil(settled(window, "results_grid"))
        screens.look("classify")
        screens.menus("classify", page)
        screens.lists("classify", page)
        person.find(ThumbnailGrid, "results_grid").set_current(0)
        page.keys.choose()
        screens.chooser("classify-label-as")
        page.view.open_large()
        screens.look("classify-large")
        page.view.large.close()
        for name, ask in (
            ("export", page.export_model),
            ("sort", page.output_bar.ask_sort),
            ("add", page.output_bar.ask_add),
        ):
            ask()
            screens.dialog(f"classify-{name}")
        page.setup.camera_button.click()
        screens.dialog("classify-camera")
        page.setup.camera_button.click()
        Camera.last.errorOccurred.emit(1, "")
        screens.dialog("classify-camera-failed")
        screens.do("PageActions", "Earlier predictions…")
        qtbot.waitUntil(lambda: any(c.isVisible() for c in window.findChildren(Chooser)))
        screens.chooser("classify-earlier")


@each_scheme
@pytest.mark.usefixtures("at_home")
def test_the_guide(qtbot: QtBot, sample: Sample, scheme: str) -> None:
    with opened(qtbot, scheme, None) as (window, screens):
        window.guide.trigger()
        guide = window.findChild(GuideDialog)
        guide.resize(1040, 690)  # which a screen of 1280 by 800 has room for
        for index, (name, lookup) in enumerate((("guide", None), ("keys", guide.keys), ("words", guide.words))):
            guide.tabs.setCurrentIndex(index)
            if lookup is not None:
                qtbot.waitUntil(lambda lookup=lookup: lookup.is_complete)
            screens.look(name, guide)
        guide.close()
