"""A folder that was moved while the program was closed: the Library asks where it is, and no label is lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.scan import ImportParams, import_sources
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from gui.widgets.chooser import Chooser
from tests.gui.library.test_trouble import labels
from tests.gui.windows import make_pictures, make_project, open_in

CONTROL = Qt.KeyboardModifier.ControlModifier


def answer(qtbot: QtBot, page: LibraryPage, folder: Path) -> None:
    """Choose this folder in the dialog that is open."""
    qtbot.waitUntil(lambda: bool(page.findChildren(QFileDialog)))
    (dialog,) = page.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    qtbot.waitUntil(lambda: not page.findChildren(QFileDialog))


def test_a_missing_folder_is_pointed_to_its_new_place(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    project = make_project(tmp_path)
    before, now = labels(project), tmp_path / "photographs"
    (tmp_path / "pictures").rename(now)
    (now / "ant" / "0.png").unlink()
    open_in(qtbot, shell, project)
    notice = page.browser.source_notice
    qtbot.waitUntil(notice.isVisible)
    notice.locate.click()
    with qtbot.waitSignal(page.locating.ended) as ended:
        answer(qtbot, page, now)
    assert ended.args[0].endswith("photographs: 11 images found, 1 missing, which keep their labels")
    assert shell.toast.text() == ended.args[0]
    qtbot.waitUntil(lambda: not notice.isVisible())
    qtbot.waitUntil(lambda: str(now / "bee") in page.rescanning.folders.watched())
    qtbot.waitUntil(lambda: shell.session.overview.summary.problems == 1)
    after = labels(project)
    assert len(after) == 11
    assert after.items() <= before.items()
    qtbot.waitUntil(lambda: all(str(now) == page.browser.images.record(row).folder for row in range(11)))


def test_a_wrong_folder_is_refused_with_a_sentence(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    project = make_project(tmp_path)
    (tmp_path / "pictures").rename(tmp_path / "photographs")
    (tmp_path / "empty").mkdir()
    open_in(qtbot, shell, project)
    page.browser.grid.setFocus()
    qtbot.keyClick(page.browser.grid, Qt.Key.Key_L, CONTROL)
    with qtbot.waitSignal(shell.session.failed) as failed:
        answer(qtbot, page, tmp_path / "empty")
    assert failed.args[0].startswith("None of the 12 pictures of ")
    assert failed.args[1] == "", "it is a sentence and no fault of the program"
    assert page.browser.source_notice.isVisible()


def test_which_of_several_folders_was_moved_is_asked(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    project, more = make_project(tmp_path), make_pictures(tmp_path / "more")
    import_sources(ImportParams(str(project), (str(more),)), emit=lambda _: None, cancel=Cancel())
    open_in(qtbot, shell, project)
    page.browser.grid.setFocus()
    qtbot.keyClick(page.browser.grid, Qt.Key.Key_L, CONTROL)
    qtbot.waitUntil(lambda: page.window().findChild(Chooser) is not None)
    chooser = page.window().findChild(Chooser)
    assert [entry.text for entry in chooser.shown()] == ["pictures", "pictures"]
    assert chooser.shown()[1].detail.endswith("more")
    moved = more.rename(tmp_path / "moved")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.locating.ended) as ended:
        answer(qtbot, page, moved)
    assert ended.args[0].endswith("moved: 12 images found")
