"""What a person meets on a bad day: a drive that is not there, a disk that is full."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.library import query
from engine.library.project import Project
from gui.main_window import MainWindow
from tests.gui.windows import make_project, open_in


def labels(folder: Path) -> dict[int, int | None]:
    """As they are on disk."""
    with Project.open(folder, read_only=True) as project:
        records = query.images(project, query.image_ids(project, query.Filter()))
        return {record.id: record.class_id for record in records}


def test_a_missing_drive_is_shown_and_no_label_is_dropped(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    before = labels(project)
    drive, away = tmp_path / "pictures", tmp_path / "unplugged"
    drive.rename(away)
    open_in(qtbot, shell, project)
    page = shell.page(0)
    notice = page.browser.source_notice
    qtbot.waitUntil(notice.isVisible)
    assert "pictures cannot be reached. Its images keep their labels." in notice.words.text()
    assert len(page.browser.images) == 12
    with qtbot.waitSignal(page.rescanning.ended) as ended:
        notice.again.click()
    assert "cannot be reached" in ended.args[0]
    assert labels(project) == before
    page.browser.grid.setFocus()
    page.browser.grid.set_current(0)
    with qtbot.waitSignal(shell.session.images_changed):
        qtbot.keyClick(page.browser.grid, Qt.Key.Key_3)
    assert len({**before, **labels(project)}) == 12
    shell.undo.trigger()
    qtbot.waitUntil(lambda: labels(project) == before)
    away.rename(drive)
    with qtbot.waitSignal(page.rescanning.ended) as ended:
        qtbot.keyClick(page.browser.grid, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not notice.isVisible())
    assert labels(project) == before


def limit_pages(qtbot: QtBot, shell: MainWindow, pages: int) -> None:
    """No more pages than so many (or than there are) for the store, as on a disk that is full."""
    project = shell.session.project
    assert project is not None

    def limit() -> int:
        with project.store.write() as db:
            return int(db.execute(f"PRAGMA max_page_count = {pages}").fetchone()[0])

    done: list[int] = []
    shell.session._writer.submit(limit, done.append)
    qtbot.waitUntil(lambda: bool(done))


def test_on_a_full_disk_one_sentence_says_so_and_only_what_is_saved_is_shown(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    project = make_project(tmp_path)
    open_in(qtbot, shell, project)
    browser = shell.page(0).browser
    browser.grid.setFocus()
    refused: list[str] = []
    shell.session.failed.connect(lambda sentence, details: refused.append(sentence + details))
    limit_pages(qtbot, shell, 1)  # SQLite takes the pages that there are
    saved = 0
    while not refused and saved < 300:
        told: list[object] = []
        shell.session.images_changed.connect(told.append)
        browser.grid.set_current(saved % 12)
        qtbot.keyClick(browser.grid, (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)[saved % 3 if saved // 12 % 2 else -1])
        browser.grid.set_current(saved % 12)
        qtbot.keyClick(browser.grid, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda told=told: bool(told or refused))
        shell.session.images_changed.disconnect(told.append)
        saved += 1
    assert refused, "the disk never was full"
    assert refused[0].startswith("The disk is full: nothing was changed in pictures")
    assert refused[0].count(".") == 1
    assert shell.toast.text() == refused[0]
    done: list[bool] = []
    shell.session._writer.submit(lambda: True, done.append)
    qtbot.waitUntil(lambda: bool(done))
    shown = {record.id: record.class_id for record in map(browser.images.record, range(12))}
    assert shown == labels(project)

    limit_pages(qtbot, shell, 1_000_000)  # somebody makes room
    refused.clear()
    browser.grid.set_current(5)
    here = browser.images.id_at(5)
    qtbot.keyClick(browser.grid, Qt.Key.Key_2)
    bee = shell.session.class_named("bee")
    qtbot.waitUntil(lambda: labels(project)[here] == bee.id)
    assert not refused
