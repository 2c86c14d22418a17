"""What the Library offers before an import, and how it fits into a small window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.library import query
from engine.library.project import Project
from gui.library.browser import Browser
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from gui.widgets.pictures.overlay import SHADOW
from tests.gui.windows import make_pictures


def test_split_and_names_are_chosen_before_the_import(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    table = tmp_path / "names.csv"
    table.write_text("ClassId,SignName\n0,Stop\n1,Yield\n")
    shell.open_path(make_pictures(tmp_path, classes=("0", "1")))
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    options = page.preview.options
    with qtbot.waitSignal(page.importing.detected):  # the first table loads pandas
        options.names_chosen(str(table))
    assert [bar.name for bar in page.preview.bars.bars] == ["Stop", "Yield"]
    options.split.setCurrentIndex(options.split.findData("test"))
    with qtbot.waitSignal(page.importing.ended):
        page.preview.import_button.click()

    def counted() -> None:  # counts follow the end of an import
        told = [(c.cls.name, c.test, c.total) for c in shell.session.overview.counts]
        assert told == [("Stop", 4, 4), ("Yield", 4, 4)]

    qtbot.waitUntil(counted)


def test_images_that_belong_together_come_into_the_same_split(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    pictures = make_pictures(tmp_path, classes=("ant", "bee"), each=20)
    for file in list(pictures.rglob("*.*")):
        file.rename(file.with_name(f"{int(file.stem) // 5}_{file.name}"))
    shell.open_path(pictures)
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    together = page.preview.options.together
    together.setText("(")
    assert not page.preview.import_button.isEnabled()
    assert "cannot be understood" in page.preview.mistake.text()
    together.setText(r"^(\d+)_")
    with qtbot.waitSignal(page.importing.ended):
        page.preview.import_button.click()
    with Project.open(tmp_path / "pictures.pigeonhole", read_only=True) as project:
        records = query.labelled_images(project)
    splits = {(r.file.parent.name, r.file.name.split("_")[0], r.split) for r in records}
    assert len(splits) == 8  # one for each group
    assert len({split for *_, split in splits}) == 2


def test_a_message_lies_on_no_control(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    for size in ((880, 560), (1280, 800)):
        shell.resize(*size)
        QApplication.processEvents()
        shell.toast.say("One thing was done", button="Undo")
        box = shell.toast.geometry().marginsRemoved(SHADOW)
        for control in (browser.size_slider, browser.count_label, browser.inspector.label_button):
            place = QRect(control.mapTo(shell.centralWidget(), QPoint()), control.size())
            assert not control.isVisible() or not place.intersects(box)


def test_a_narrow_window_cuts_no_words_of_the_filter(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    shell.resize(880, 560)
    qtbot.waitUntil(browser.side.isHidden)
    bar = browser.filter_bar
    browser.side.show()
    qtbot.waitUntil(lambda: bar.state.y() > bar.search.geometry().bottom())
    for box in (bar.state, bar.split):
        assert box.width() >= box.fontMetrics().horizontalAdvance(box.currentText()) + 46
    shell.resize(1280, 800)
    qtbot.waitUntil(lambda: bar.state.y() < bar.search.geometry().bottom())


def test_escape_in_the_search_empties_it_and_gives_the_keyboard_back(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    search = browser.filter_bar.search
    search.setFocus()
    qtbot.keyClicks(search, "bee")
    qtbot.waitUntil(lambda: len(browser.images) == 4)
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert browser.grid.hasFocus()
    qtbot.waitUntil(lambda: len(browser.images) == 12)
