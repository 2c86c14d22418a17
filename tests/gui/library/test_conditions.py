"""Images are shown by folder, file, pixels and by what a run predicted, in any combination with the other filters."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.library.browser import Browser
from gui.library.conditions import NumberRange
from gui.main_window import MainWindow
from gui.widgets.controls import Combo
from tests.gui.small_project import make_project, write_run
from tests.gui.windows import open_in, window

RUN = "20260102-030405-fashion-cnn"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Twelve pictures of 8 x 8, the first cat of 40 x 30 and larger as a file; two runs, which differ in one image."""
    folder = make_project(tmp_path)
    write_run(folder, "20260101-000000-fashion-cnn", wrong={"bee": ("ant", 0.9)})
    write_run(folder, RUN, wrong={"ant": ("cat", 0.6), "bee": ("bee", 0.8)})
    return folder


@pytest.fixture
def browser(qtbot: QtBot, browser: Browser) -> Browser:
    """Once both runs can be chosen."""
    qtbot.waitUntil(lambda: browser.conditions.run.count() == 3)
    return browser


def choose(box: Combo, value: str) -> None:
    """As a person does it with the mouse or the keys."""
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def type_in(qtbot: QtBot, span: NumberRange, low: str, high: str = "") -> None:
    for field, words in ((span.low, low), (span.high, high)):
        field.setFocus()
        qtbot.keyClicks(field, words)
        qtbot.keyClick(field, Qt.Key.Key_Return)


def shown(browser: Browser) -> list[str]:
    """Class folders of the images in the grid, as far as they are known."""
    records = [browser.images.record(row) for row in range(len(browser.images))]
    return [Path(r.path).parent.name for r in records if r is not None]


def test_mistakes_of_the_newest_run_are_shown_with_what_it_said(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    qtbot.keyClick(browser.grid, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert browser.conditions.isVisible()
    choose(browser.conditions.result, "mistakes")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    item = browser.grid._item(0)
    assert (item.caption, item.mark, item.sub) == ("ant", "wrong", "60 % cat")
    assert browser.count_label.text() == "1 image"
    browser.filter_bar.more.click()
    assert browser.conditions.isVisible()
    assert browser.conditions.words() == "mistakes  ·  by the newest run"
    assert browser.grid.hasFocus()
    qtbot.keyClick(browser.grid, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    assert not browser.conditions.isVisible()


def test_a_mistake_that_gets_the_predicted_label_leaves_the_list(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    choose(browser.conditions.result, "mistakes")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    browser.grid.set_current(0)
    browser.grid.setFocus()
    qtbot.keyClick(browser.grid, Qt.Key.Key_3)  # cat
    qtbot.waitUntil(lambda: len(browser.images) == 0)
    shell.undo.trigger()
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])


def test_conditions_hold_together_with_class_and_text(qtbot: QtBot, browser: Browser) -> None:
    conditions = browser.conditions
    choose(conditions.predicted, "cat")
    qtbot.waitUntil(lambda: sorted(shown(browser)) == ["ant", "cat"])
    type_in(qtbot, conditions.confidence, "50", "70")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    qtbot.keyClicks(browser.filter_bar.search, "cat")
    qtbot.waitUntil(lambda: len(browser.images) == 0)
    browser.filter_bar.search.clear()
    conditions.confidence.high.clear()
    qtbot.waitUntil(lambda: sorted(shown(browser)) == ["ant", "cat"])
    choose(conditions.run, "20260101-000000-fashion-cnn")
    qtbot.waitUntil(lambda: shown(browser) == ["cat"])
    browser.classes.list.choose([browser._session.class_named("ant").id])
    qtbot.waitUntil(lambda: len(browser.images) == 0)


def test_images_are_shown_by_folder_file_size_and_pixels(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    noise = Image.effect_noise((60, 40), 100).convert("RGB")
    large = folder / "pictures" / "test" / "cat" / "large.png"
    large.parent.mkdir(parents=True)
    noise.save(large)
    project = make_project(folder)
    with window(qtbot, qapp) as opened:
        open_in(qtbot, opened, project)
        browser, conditions = opened.page(0).browser, opened.page(0).browser.conditions
        browser.filter_bar.more.click()
        qtbot.waitUntil(lambda: conditions.folder.completer() is not None)
        names = conditions.folder.completer().model().stringList()
        assert names == ["test", "test/ant", "test/bee", "test/cat", "train", "train/ant", "train/bee", "train/cat"]
        qtbot.keyClicks(conditions.folder, "train/cat")
        qtbot.keyClick(conditions.folder, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(browser.images) == 3)
        conditions.folder.clear()
        qtbot.waitUntil(lambda: len(browser.images) == 13)
        type_in(qtbot, conditions.sides, "20")
        qtbot.waitUntil(lambda: shown(browser) == ["cat"])
        type_in(qtbot, conditions.bytes, "100")
        qtbot.waitUntil(lambda: len(browser.images) == 0)
        assert "Esc shows all" in browser.grid._empty_text
        conditions.clear_button.click()
        qtbot.waitUntil(lambda: len(browser.images) == 13)


def test_the_least_confident_come_first_and_the_order_is_turned(qtbot: QtBot, browser: Browser) -> None:
    sort = browser.filter_bar.sort
    sort.setCurrentIndex(sort.findText("Least sure first"))
    qtbot.waitUntil(lambda: shown(browser) == ["ant", "bee", "cat"])
    browser.filter_bar.view.turn.setChecked(True)
    qtbot.waitUntil(lambda: shown(browser) == ["cat", "bee", "ant"])


def test_without_predictions_one_sentence_says_so_and_everything_is_shown(
    qtbot: QtBot, shell: MainWindow, browser: Browser, project: Path
) -> None:
    shutil.rmtree(project / "runs")
    with qtbot.waitSignal(browser.said) as said:
        browser.filter_bar.sort.setCurrentIndex(browser.filter_bar.sort.findText("Least sure first"))
    assert said.args == ["No run has predictions yet; train one first, then images can be chosen by what it predicted."]
    assert len(browser.images) == 12


def test_a_saved_filter_keeps_its_conditions_and_says_when_its_run_is_gone(
    qtbot: QtBot, shell: MainWindow, browser: Browser, project: Path
) -> None:
    conditions = browser.conditions
    choose(conditions.run, RUN)
    choose(conditions.result, "mistakes")
    type_in(qtbot, conditions.sides, "4")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    browser.filter_bar.view.save_wanted.emit("look at these")
    browser.filters.clear()
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    browser.filter_bar.view.filter_wanted.emit("look at these")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    assert conditions.sides.value() == (4, None)

    shutil.rmtree(project / "runs" / RUN)
    with qtbot.waitSignal(browser.said) as said:  # while it is shown
        shell.session.refresh_runs()
    assert said.args == [f"The run {RUN} is not in this project any more; its predictions are no longer asked for."]
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    with qtbot.waitSignal(browser.said) as said:  # and when the filter is chosen
        browser.filter_bar.view.filter_wanted.emit("look at these")
    words = "The filter “look at these” asks for the run {}, which is not in this project; the rest of it is applied."
    assert said.args == [words.format(RUN)]
    assert (conditions.sides.value(), conditions.result.currentData()) == ((4, None), "")
