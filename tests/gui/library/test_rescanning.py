"""Files that come, go and return while the window is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.library.project import Project
from engine.library.schema import UNCHECKED
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from tests.gui.windows import make_project, open_in, window


@pytest.fixture
def page(qtbot: QtBot, opened: MainWindow, page: LibraryPage) -> LibraryPage:
    """Once the folders of the project are watched."""
    qtbot.waitUntil(lambda: len(page.rescanning.folders.watched()) == 4)
    return page


def total(shell: MainWindow) -> int:
    summary = shell.session.overview.summary
    return summary.images if summary is not None else 0


def test_one_key_finds_what_is_new_and_what_is_gone_and_no_label_is_lost(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    page.rescanning._soon.setInterval(10**6)
    pictures = tmp_path / "pictures"
    (pictures / "bee" / "new.png").write_bytes((pictures / "bee" / "0.png").read_bytes() + b" ")
    kept = (pictures / "cat" / "1.png").read_bytes()
    (pictures / "cat" / "1.png").unlink()
    page.browser.grid.setFocus()
    with qtbot.waitSignal(page.rescanning.ended) as caught:
        qtbot.keyClick(page.browser.grid, Qt.Key.Key_F5)
    assert caught.args == ["Files: 1 new, 1 missing"]
    assert "1 new" in shell.toast.text()
    qtbot.waitUntil(lambda: total(shell) == 13)
    assert shell.session.overview.summary.problems == 1
    (pictures / "cat" / "1.png").write_bytes(kept)
    with qtbot.waitSignal(page.rescanning.ended) as caught:
        page.rescanning.start()
    assert "1 back again" in caught.args[0]
    qtbot.waitUntil(lambda: [c.total for c in shell.session.overview.counts] == [4, 5, 4])
    assert not page.strip_holder.isVisible()


def test_a_picture_that_comes_into_a_watched_folder_appears_by_itself(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    page.rescanning._soon.setInterval(20)
    pictures = tmp_path / "pictures"
    (pictures / "ant" / "came.png").write_bytes((pictures / "ant" / "0.png").read_bytes() + b" ")
    qtbot.waitUntil(lambda: total(shell) == 13)
    qtbot.waitUntil(lambda: len(page.browser.images) == 13)
    assert "1 new" in shell.toast.text()


def test_nothing_new_is_said_to_whoever_asked(qtbot: QtBot, page: LibraryPage) -> None:
    with qtbot.waitSignal(page.rescanning.ended) as caught:
        page.rescanning.start()
    assert caught.args == ["Everything is as it was."]


def test_an_import_that_was_killed_while_it_checked_is_checked_on_when_the_project_opens(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    folder = make_project(tmp_path)
    with Project.open(folder) as project, project.store.write() as db:
        db.execute("UPDATE images SET state = ?, width = NULL, height = NULL", (UNCHECKED,))
    with window(qtbot, qapp) as shell:
        open_in(qtbot, shell, folder)
        qtbot.waitUntil(lambda: shell.session.overview.summary.unchecked == 0)


def test_folders_are_looked_for_once_an_import_has_settled(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    watch = page.rescanning.folders
    qtbot.waitUntil(lambda: bool(watch.watched()) and not watch.looking)  # of the opening
    asked: list[object] = []
    ask = shell.session.ask
    shell.session.ask = lambda question, then, **words: (asked.append(question), ask(question, then, **words))
    (tmp_path / "pictures" / "dog").mkdir()
    page.rescanning._soon.stop()
    for _ in range(5):
        shell.session.listing_changed.emit()
        assert not watch.looking, "an import tells so four times a second"
    qtbot.waitUntil(lambda: str(tmp_path / "pictures" / "dog") in watch.watched())
    assert not any("folders" in getattr(question, "__name__", "") for question in asked)
