"""The preview of an import shows pictures with the class that they would get, and is worked by keys alone."""

from __future__ import annotations

import threading
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from gui.widgets.grid import thumbnail_loader
from tests.gui.library.test_import_forms import choose, offer
from tests.gui.windows import make_pictures

ALT = Qt.KeyboardModifier.AltModifier


def test_a_few_pictures_of_each_class_are_shown_and_decoded_beside_the_window(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = thumbnail_loader.made_thumbnail
    threads: set[int] = set()

    def thumbnail(request, cancel):  # type: ignore[no-untyped-def]
        threads.add(threading.get_ident())
        return made(request, cancel)

    page.preview.sheet.loader.make = thumbnail
    offer(qtbot, shell, make_pictures(tmp_path, ("ant", "bee", "cat"), 9))
    sheet = page.preview.sheet
    qtbot.waitUntil(lambda: sheet.isVisible() and sheet.is_complete())
    assert Counter(example.class_name for example in sheet.examples) == {"ant": 4, "bee": 4, "cat": 4}
    assert all(example.file.parent.name == example.class_name for example in sheet.examples)
    assert [sheet.captions(n) for n in (0, 4, 8)] == [("ant",), ("bee",), ("cat",)]
    shared = [sheet.pictures_of_caption(n) for n in range(12)]
    assert shared == [4, 0, 0, 0, 4, 0, 0, 0, 2, 0, 2, 0], "a class is named once in a row, with room for its name"
    assert threading.get_ident() not in threads
    assert threads
    shown = sheet.grab().toImage()
    side = sheet.side(sheet.rect())
    drawn = {
        shown.pixelColor(int(column * (sheet.width() - side) / 9) + side // 2, side // 2).name() for column in (0, 4)
    }
    assert len(drawn) == 2, "an ant and a bee have different colours"
    choose(qtbot, page, "none")
    qtbot.waitUntil(lambda: len(sheet.examples) == 20)
    assert sheet.captions(0) == ("No label",)
    assert sheet.rows()[0] == ["file", "class"]


def test_many_classes_have_one_picture_each_and_an_archive_none(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = make_pictures(tmp_path, tuple(f"class {n:02}" for n in range(30)), 2)
    offer(qtbot, shell, source)
    assert [example.class_name for example in page.preview.sheet.examples] == [f"class {n:02}" for n in range(20)]
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        for file in source.rglob("*.png"):
            archive.write(file, file.relative_to(source))
    page.preview.cancel_button.click()
    offer(qtbot, shell, tmp_path / "packed.zip")
    qtbot.waitUntil(lambda: page.preview.sheet.isHidden())


def test_enter_imports_from_every_choice_and_escape_leaves(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = make_pictures(tmp_path)
    offer(qtbot, shell, source)
    page.preview.options.split.setFocus()
    with qtbot.waitSignal(page.preview.cancelled):
        qtbot.keyClick(page.preview.options.split, Qt.Key.Key_Escape)
    assert not page.previewing
    offer(qtbot, shell, source)
    page.preview.cancel_button.setFocus()
    with qtbot.waitSignal(page.preview.cancelled):
        qtbot.keyClick(page.preview.cancel_button, Qt.Key.Key_Return)
    offer(qtbot, shell, source)
    page.preview.options.split.setFocus()
    with qtbot.waitSignal(page.importing.ended) as ended:
        qtbot.keyClick(page.preview.options.split, Qt.Key.Key_Return)
    assert ended.args == ["12 images added"]


def test_every_choice_of_the_preview_has_a_key(
    qtbot: QtBot, qapp: QApplication, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    offer(qtbot, shell, make_pictures(tmp_path))
    options = page.preview.options
    labels = [label for label in options.findChildren(QLabel) if label.buddy() is not None]
    keys = [label.text()[label.text().index("&") + 1].upper() for label in labels]
    keys.append(options.replace.text()[options.replace.text().index("&") + 1].upper())
    assert len(keys) == len(set(keys)), "no key is for two choices"
    assert {label.buddy() for label in labels} >= {*options.findChildren(QComboBox)} - {None}
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    qtbot.keyClick(shell, Qt.Key.Key_S, ALT)
    qtbot.waitUntil(options.split.hasFocus)
    qtbot.keyClick(options.split, Qt.Key.Key_Down)
    assert options.choices().split == "named"
