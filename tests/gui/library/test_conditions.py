"""Images are shown by folder, file, pixels and by what a run predicted, in any combination with the other filters."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.library.browser import Browser
from gui.library.conditions import ChoiceBox, Conditions, NumberRange
from gui.library.saved_filters import SavedFilter, SavedFilters
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.widgets.controls import Combo
from tests.engine.library.test_filters import Wider
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
    qtbot.waitUntil(lambda: browser.conditions.controls["run"].count() == 3)
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
    choose(browser.conditions.controls["result"], "mistakes")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    item = browser.grid.item(0)
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
    choose(browser.conditions.controls["result"], "mistakes")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    browser.grid.set_current(0)
    browser.grid.setFocus()
    qtbot.keyClick(browser.grid, Qt.Key.Key_3)  # cat
    qtbot.waitUntil(lambda: len(browser.images) == 0)
    shell.undo.trigger()
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])


def test_conditions_hold_together_with_class_and_text(qtbot: QtBot, browser: Browser) -> None:
    conditions = browser.conditions
    choose(conditions.controls["predicted"], "cat")
    qtbot.waitUntil(lambda: sorted(shown(browser)) == ["ant", "cat"])
    type_in(qtbot, conditions.controls["confidence"], "50", "70")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    qtbot.keyClicks(browser.filter_bar.search, "cat")
    qtbot.waitUntil(lambda: len(browser.images) == 0)
    browser.filter_bar.search.clear()
    conditions.controls["confidence"].high.clear()
    qtbot.waitUntil(lambda: sorted(shown(browser)) == ["ant", "cat"])
    choose(conditions.controls["run"], "20260101-000000-fashion-cnn")
    qtbot.waitUntil(lambda: shown(browser) == ["cat"])
    browser.classes.list.choose([browser.session.class_named("ant").id])
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
        qtbot.waitUntil(lambda: conditions.controls["folder"].completer() is not None)
        names = conditions.controls["folder"].completer().model().stringList()
        assert names == ["test", "test/ant", "test/bee", "test/cat", "train", "train/ant", "train/bee", "train/cat"]
        qtbot.keyClicks(conditions.controls["folder"], "train/cat")
        qtbot.keyClick(conditions.controls["folder"], Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(browser.images) == 3)
        conditions.controls["folder"].clear()
        qtbot.waitUntil(lambda: len(browser.images) == 13)
        type_in(qtbot, conditions.controls["sides"], "20")
        qtbot.waitUntil(lambda: shown(browser) == ["cat"])
        type_in(qtbot, conditions.controls["bytes"], "100")
        qtbot.waitUntil(lambda: len(browser.images) == 0)
        assert "Esc shows all" in browser.grid.empty_text
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
    choose(conditions.controls["run"], RUN)
    choose(conditions.controls["result"], "mistakes")
    type_in(qtbot, conditions.controls["sides"], "4")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    browser.filter_bar.view.save_wanted.emit("look at these")
    browser.filters.clear()
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    browser.filter_bar.view.filter_wanted.emit("look at these")
    qtbot.waitUntil(lambda: shown(browser) == ["ant"])
    assert conditions.controls["sides"].value() == (4, None)

    shutil.rmtree(project / "runs" / RUN)
    with qtbot.waitSignal(browser.said) as said:  # while it is shown
        shell.session.refresh_runs()
    assert said.args == [f"The run {RUN} is not in this project any more; its predictions are no longer asked for."]
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    with qtbot.waitSignal(browser.said) as said:  # and when the filter is chosen
        browser.filter_bar.view.filter_wanted.emit("look at these")
    words = "The filter “look at these” asks for the run {}, which is not in this project; the rest of it is applied."
    assert said.args == [words.format(RUN)]
    assert (conditions.controls["sides"].value(), conditions.controls["result"].currentData()) == ((4, None), "")


def test_a_new_condition_of_the_engine_is_in_the_form(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    form = Conditions(shell.session, kind=Wider)
    qtbot.addWidget(form)
    box = form.controls["upright"]
    assert isinstance(box, ChoiceBox)
    assert [box.itemText(place) for place in range(box.count())] == ["Any direction", "Portrait", "Landscape"]
    with qtbot.waitSignal(form.changed):
        choose(box, "landscape")
    assert form.fields()["upright"] == "landscape"
    assert (form.words(), form.restricts()) == ("landscape", True)
    form.clear_button.click()
    assert not form.restricts()


def test_filters_are_saved_by_names_and_values(qtbot: QtBot, browser: Browser) -> None:
    bar, conditions = browser.filter_bar, browser.conditions
    bar.state.setCurrentIndex(bar.state.findText("Unsure"))
    bar.split.setCurrentIndex(bar.split.findText("Test"))
    bar.sort.setCurrentIndex(bar.sort.findText("Newest first"))
    type_in(qtbot, conditions.controls["bytes"], "", "100")
    browser.classes.list.choose([browser.session.class_named("bee").id])
    bar.view.save_wanted.emit("mine")
    assert json.loads(Settings().text("filters")) == {
        "mine": {
            "where": ["class=bee", "split=test", "flag=unsure", "bytes=..100"],
            "sort": "date",
            "descending": False,
            "group": "",
        }
    }


OLD = {
    "state": 2,
    "split": 3,
    "sort": 4,
    "text": "cat",
    "group": "class",
    "turned": True,
    "classes": ["cat"],
    "conditions": {"folder": "test", "bytes": [None, 100], "confidence": [50, None], "result": "mistakes", "run": RUN},
}


def test_a_filter_that_was_saved_by_places_in_boxes_is_read(qtbot: QtBot, browser: Browser) -> None:
    Settings().set_text("filters", json.dumps({"old": OLD, "damaged": {"state": "x", "conditions": 3, "classes": 1}}))
    saved = SavedFilters(Settings())
    assert saved.all()["damaged"] == SavedFilter([])
    browser.filters.choose(saved.all()["old"])
    bar, conditions = browser.filter_bar, browser.conditions
    boxes = bar.state.currentText(), bar.split.currentText(), bar.sort.currentText()
    assert boxes == ("Unlabelled", "Test", "Largest file first")
    assert (bar.search.text(), bar.view.headings(), bar.view.turn.isChecked()) == ("cat", "class", True)
    assert browser.classes.list.chosen() == {browser.session.class_named("cat").id}
    texts = {name: control.texts() for name, control in conditions.controls.items() if control.texts()}
    assert texts == {
        "folder": ["test"],
        "bytes": ["..100"],
        "confidence": ["50.."],
        "result": ["mistakes"],
        "run": [RUN],
    }


def test_a_condition_that_is_not_known_is_told_and_the_rest_is_applied(qtbot: QtBot, browser: Browser) -> None:
    with qtbot.waitSignal(browser.said) as said:
        browser.filters.choose(SavedFilter(["weather=fine", "text=bee"]))
    assert "weather=fine" in said.args[0]
    qtbot.waitUntil(lambda: len(browser.images) == 4)
