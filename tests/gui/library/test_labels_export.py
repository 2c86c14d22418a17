"""Labels go out of the Library as every form that the command line writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.library.exporting import COLUMNS, FORMATS
from gui import actions
from gui.library.labels_export import LabelsExportDialog
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from gui.widgets import file_dialogs

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def dialog(qtbot: QtBot, opened: MainWindow, page: LibraryPage) -> LabelsExportDialog:
    """Opened by its key."""
    page.browser.grid.setFocus()
    qtbot.keyClick(page.browser.grid, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: bool(page.findChildren(LabelsExportDialog)))
    return page.findChildren(LabelsExportDialog)[0]


def choose(dialog: LabelsExportDialog, form: str) -> None:
    dialog.forms.button(dialog.formats.index(form)).setChecked(True)


def test_a_table_of_all_labels_is_written(
    qtbot: QtBot, page: LibraryPage, dialog: LabelsExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_dialogs, "ask_save", lambda *_: tmp_path / "mine.csv")
    assert not dialog.links.isEnabled(), "a table has no files to share"
    with qtbot.waitSignal(page.exporting.ended) as ended:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert "mine.csv, 12 images" in ended.args[0]
    with (tmp_path / "mine.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["class"] for row in rows] == ["ant"] * 4 + ["bee"] * 4 + ["cat"] * 4


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "csv"])
def test_the_images_are_written_in_every_form_of_folders(
    qtbot: QtBot,
    page: LibraryPage,
    dialog: LabelsExportDialog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
) -> None:
    monkeypatch.setattr(file_dialogs, "ask_save", lambda *_: tmp_path / "out")
    choose(dialog, form)
    dialog.links.setChecked(True)
    with qtbot.waitSignal(page.exporting.ended):
        dialog.save.click()
    written = list((tmp_path / "out").rglob("*.png"))
    assert len(written) == 12
    assert all(file.stat().st_nlink == 2 for file in written)


def test_what_is_there_is_not_overwritten_and_that_is_said(
    qtbot: QtBot, shell: MainWindow, dialog: LabelsExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.csv").write_text("precious")
    monkeypatch.setattr(file_dialogs, "ask_save", lambda *_: tmp_path / "mine.csv")
    with qtbot.waitSignal(shell.session.failed) as failed:
        dialog.save.click()
    assert failed.args[0].endswith("is there already; choose another name, nothing is overwritten.")
    assert (tmp_path / "mine.csv").read_text() == "precious"


def test_the_menu_the_header_and_the_palette_offer_it(opened: MainWindow, page: LibraryPage) -> None:
    (action,) = [action for action in actions.listed(opened) if action.text() == "Export labels…"]
    assert action in page.browser._menu_actions
    assert any(button.defaultAction() is action for button in page.header.findChildren(type(opened.menu_button)))


def test_every_form_of_the_command_line_is_in_the_dialog(dialog: LabelsExportDialog) -> None:
    assert tuple(dialog.formats) == FORMATS
