"""Headings, order and saved filters of the Library, in the real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from engine.library import edits
from gui.library.browser import Browser
from gui.main_window import MainWindow
from gui.widgets.grid.sections import SectionLayout


def headings(browser: Browser) -> list[tuple[str, int]]:
    return [(heading.title, heading.count) for heading in browser.images.headings]


def test_images_stand_under_headings_that_follow_the_labels(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.filter_bar.view.choose_group("class")
    qtbot.waitUntil(lambda: headings(browser) == [("ant", 4), ("bee", 4), ("cat", 4)])
    assert isinstance(browser.grid._layout, SectionLayout)
    browser.grid.set_current(0)
    qtbot.keyClick(browser.grid, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: headings(browser) == [("ant", 3), ("bee", 5), ("cat", 4)])
    browser.filter_bar.view.choose_group("folder")
    qtbot.waitUntil(lambda: headings(browser) == [("ant", 4), ("bee", 4), ("cat", 4)])
    assert not browser.grid.grab().isNull()
    browser.filter_bar.view.choose_group("")
    qtbot.waitUntil(lambda: headings(browser) == [])


def test_the_order_is_reversed(qtbot: QtBot, browser: Browser) -> None:
    before = browser.images.ids(list(range(12)))
    browser.filter_bar.view.turn.trigger()
    qtbot.waitUntil(lambda: browser.images.ids(list(range(12))) == before[::-1])


def test_a_filter_is_saved_by_name_and_found_again(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    bee = shell.session.class_named("bee")
    assert bee is not None
    browser.classes.list.choose([bee.id])
    browser.filter_bar.search.setText("0.png")
    qtbot.waitUntil(lambda: len(browser.images) == 1)
    view = browser.filter_bar.view
    view.ask_name()
    dialog = view.findChild(QInputDialog)
    dialog.setTextValue("first bees")
    dialog.accept()
    browser.filters.clear()
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    menu = view.fill()
    assert menu.actions()[0].text() == "first bees"
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: len(browser.images) == 1)
    assert browser.classes.list.chosen() == frozenset({bee.id})
    view.forget_wanted.emit("first bees")
    assert [a.text() for a in view.fill().actions()] == ["Save this filter…"]


@pytest.mark.parametrize("gone", ["deleted", "merged"])
def test_a_saved_filter_never_shows_everything_for_a_class_that_is_gone(
    qtbot: QtBot, shell: MainWindow, browser: Browser, gone: str
) -> None:
    ant, bee = shell.session.class_named("ant"), shell.session.class_named("bee")
    assert ant is not None
    assert bee is not None
    browser.classes.list.choose([bee.id])
    browser.filter_bar.view.save_wanted.emit("bees")
    browser.classes.list.choose([ant.id, bee.id])
    browser.filter_bar.view.save_wanted.emit("both")
    browser.filters.clear()
    if gone == "deleted":
        shell.session.edit(edits.delete_class, bee.id)
    else:
        shell.session.edit(edits.merge_classes, [bee.id], ant.id)
    qtbot.waitUntil(lambda: shell.session.class_named("bee") is None and len(browser.images) == 12)

    with qtbot.waitSignal(browser.said) as said:
        browser.filter_bar.view.filter_wanted.emit("bees")
    assert said.args == ["The filter “bees” asks for classes that this project does not have (bee); no image fits it."]
    qtbot.waitUntil(lambda: len(browser.images) == 0)
    assert "Esc shows all" in browser.grid.empty_text
    browser.step_back()
    qtbot.waitUntil(lambda: len(browser.images) == 12)

    with qtbot.waitSignal(browser.said) as said:
        browser.filter_bar.view.filter_wanted.emit("both")
    assert said.args == [
        "The filter “both” asks for classes that this project does not have (bee); the others are shown."
    ]
    assert browser.classes.list.chosen() == frozenset({ant.id})
    qtbot.waitUntil(lambda: len(browser.images) == (4 if gone == "deleted" else 8))

    browser.filter_bar.view.filter_wanted.emit("bees")
    browser.classes.list.choose([ant.id])  # a click on a class is the filter from then on
    qtbot.waitUntil(lambda: len(browser.images) == (4 if gone == "deleted" else 8))


def test_the_next_saved_filter_asks_no_more_for_the_class_that_is_gone(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    bee = shell.session.class_named("bee")
    assert bee is not None
    browser.filter_bar.search.setText("0.png")
    browser.filter_bar.view.save_wanted.emit("first ones")
    browser.classes.list.choose([bee.id])
    browser.filter_bar.view.save_wanted.emit("bees")
    browser.filters.clear()
    shell.session.edit(edits.delete_class, bee.id)
    qtbot.waitUntil(lambda: shell.session.class_named("bee") is None and len(browser.images) == 12)
    browser.filter_bar.view.filter_wanted.emit("bees")
    qtbot.waitUntil(lambda: len(browser.images) == 0)

    browser.filter_bar.view.filter_wanted.emit("first ones")

    qtbot.waitUntil(lambda: len(browser.images) == 3)


def test_a_search_that_is_left_before_its_answer_moves_nothing_later(
    qtbot: QtBot, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.grid.set_current(3)
    browser.images.set_filter(text="0.png")
    qtbot.keyClick(browser.filter_bar.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not browser.images.is_reading and len(browser.images) == 12)
    browser.grid.set_current(3)
    moved: list[int] = []
    monkeypatch.setattr(browser.grid, "ensure_visible", moved.append)

    with qtbot.waitSignal(browser.images.reset):
        browser.images.reload()

    assert moved == []
