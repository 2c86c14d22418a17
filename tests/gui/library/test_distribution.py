"""The distribution of the data: bars by class and split, sizes, a sample; each can be saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine.library.records import ClassCount, ClassRecord
from gui.library.class_bars import BY_COUNT, BY_NAME, ClassBars, imbalance
from gui.library.distribution import CLASSES, SAMPLE, SIZES, Distribution, SizeScatter
from gui.main_window import MainWindow
from gui.widgets import file_dialogs
from gui.widgets.charts import export
from tests.gui.hosting import shown

COUNTS = [
    ClassCount(ClassRecord(1, "dog", "#aa0000", "1", 0), 6, 2, 0, 0),
    ClassCount(ClassRecord(2, "ant", "#00aa00", None, 1), 2, 0, 0, 0),
    ClassCount(ClassRecord(3, "cat", "#0000aa", None, 2), 0, 0, 0, 0),
]


def test_classes_are_sorted_by_name_or_count(qtbot: QtBot) -> None:
    bars = shown(qtbot, ClassBars(), 600, 300)
    bars.show_counts(COUNTS)
    assert bars.names() == ["dog", "ant", "cat"]
    bars.sort(BY_NAME)
    assert bars.names() == ["ant", "cat", "dog"]
    bars.sort(BY_COUNT)
    assert bars.names() == ["dog", "ant", "cat"]
    assert bars.rows()[1] == ["dog", 6, 2, 0, 0, 8]


def test_the_imbalance_is_largest_over_smallest_of_the_classes_with_images() -> None:
    assert imbalance(COUNTS) == 4
    assert imbalance(COUNTS[1:]) is None


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_pictures_of_the_data_are_saved(qtbot: QtBot, suffix: str) -> None:
    bars = shown(qtbot, ClassBars(), 600, 300)
    bars.show_counts(COUNTS)
    scatter = shown(qtbot, SizeScatter(), 400, 300)
    scatter.show_sizes([(30, 40), (30, 40), (64, 64)], 3)
    for widget in (bars, scatter):
        data = export.picture_bytes(widget.paint_picture, QSize(600, 300), suffix, "x")
        if suffix == ".png":
            assert QImage.fromData(data).width() == 1200
        else:
            assert b"<svg" in data


def test_sizes_are_told_in_words_too(qtbot: QtBot) -> None:
    scatter = shown(qtbot, SizeScatter(), 400, 300)
    scatter.show_sizes([(30, 40), (30, 40), (64, 64)], 3)
    assert "2 sizes of 3 images" in scatter.accessibleDescription()
    assert "30 × 40 px (2)" in scatter.words()
    assert scatter.rows()[1:] == [[30, 40, 2], [64, 64, 1]]
    scatter.show_sizes([(30, 40)], 50)
    assert "random sample of 50" in scatter.words()


def test_one_key_shows_the_data_and_it_follows_the_labels(qtbot: QtBot, opened: MainWindow) -> None:
    browser = opened.page(0).browser
    browser.grid.setFocus()
    qtbot.keyClick(browser.grid, Qt.Key.Key_D)
    dialog = opened.page(0).distribution
    assert isinstance(dialog, Distribution)
    qtbot.waitUntil(lambda: dialog.scatter.sizes.total() == 12)
    assert "12 labelled images in 3 classes" in dialog.facts.text()
    bee = opened.session.class_named("bee")
    assert bee is not None
    opened.session.set_label(browser.images.ids([0, 1]), bee.id)
    qtbot.waitUntil(lambda: [row[-1] for row in dialog.bars.rows()[1:]] == [2, 6, 4])
    assert "the largest class has 3.00 times as many images as the smallest" in dialog.facts.text()
    dialog.close()


def test_the_sizes_follow_pictures_that_are_added_meanwhile(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    opened.page(0).browser.grid.setFocus()
    qtbot.keyClick(opened.page(0).browser.grid, Qt.Key.Key_D)
    dialog = opened.page(0).distribution
    qtbot.waitUntil(lambda: dialog.scatter.rows()[1:] == [[12, 8, 12]])
    Image.new("RGB", (40, 30)).save(tmp_path / "pictures" / "bee" / "larger.png")
    opened.page(0).rescanning.start()
    qtbot.waitUntil(lambda: dialog.scatter.rows()[1:] == [[12, 8, 12], [40, 30, 1]])
    dialog.close()


def test_the_sample_shows_pictures_with_class_and_size(qtbot: QtBot, opened: MainWindow) -> None:
    opened.page(0).show_distribution()
    dialog = opened.page(0).distribution
    dialog.views.button(SAMPLE).setChecked(True)
    sheet = dialog.sheet
    qtbot.waitUntil(lambda: len(sheet.records) == 12)
    side = sheet.side(sheet.rect())
    qtbot.waitUntil(lambda: sheet.loader.get(sheet.requests(side)[11]) is not None)
    assert "ant, 12 × 8" in sheet.accessibleDescription()
    assert sheet.rows()[1][2:] == [12, 8]
    dialog.close()


@pytest.mark.parametrize("view", [CLASSES, SIZES, SAMPLE])
def test_each_view_is_saved_as_a_picture_and_as_a_table(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: int
) -> None:
    opened.page(0).show_distribution()
    dialog = opened.page(0).distribution
    dialog.views.button(view).setChecked(True)
    qtbot.waitUntil(lambda: dialog.scatter.sizes.total() == 12 and len(dialog.sheet.records) == 12)
    for words, name in (("picture as", "x.png"), ("picture as", "x.svg"), ("table", "x.csv")):
        monkeypatch.setattr(file_dialogs, "ask_save", lambda *_, name=name: tmp_path / name)
        dialog.save.click()
        chart = (dialog.bars, dialog.scatter, dialog.sheet)[view]
        menu = chart.findChildren(QMenu)[-1]
        next(a for a in menu.actions() if words in a.text() and "Save" in a.text()).trigger()
        menu.close()
    assert not QImage(str(tmp_path / "x.png")).isNull()
    assert "<svg" in (tmp_path / "x.svg").read_text("utf-8")
    assert len((tmp_path / "x.csv").read_text("utf-8-sig").splitlines()) == {CLASSES: 4, SIZES: 2, SAMPLE: 13}[view]
    dialog.close()
