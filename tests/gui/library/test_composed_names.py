"""Names of classes that are composed by an input method, such as Hangul by ibus or fcitx.

An input method shows what is not finished (its preedit text) in the field and commits whole syllables; the key that
ends a syllable comes to the field after that.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.library import edits
from gui.library.browser import Browser
from gui.library.class_panel import ClassPanel
from gui.main_window import MainWindow
from tests.gui.windows import open_chooser


def compose(field: QWidget, preedit: str) -> None:
    """Show text that is not finished."""
    QApplication.sendEvent(field, QInputMethodEvent(preedit, []))


def commit(field: QWidget, text: str, preedit: str = "") -> None:
    """Finish `text`, and begin the next syllable with `preedit`."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def type_flower(field: QWidget) -> None:
    """The name of a class, 들꽃, as it is typed on a Korean keyboard."""
    for preedit in ("ㄷ", "드", "들"):
        compose(field, preedit)
    commit(field, "들", "ㄲ")
    for preedit in ("꼬", "꽃"):
        compose(field, preedit)
    commit(field, "꽃")


@pytest.fixture
def panel(browser: Browser) -> ClassPanel:
    return browser.classes


@pytest.fixture
def labels(opened: MainWindow, browser: Browser) -> Callable[[], list[int]]:
    """How many images each class has, with one image selected that the key of another class would change."""
    browser.grid.set_current(0)
    return lambda: [count.total for count in opened.session.overview.counts]


def name_field(panel: ClassPanel, *, composing: bool) -> QLineEdit:
    """The field of a new class, asked for; with a syllable begun in it."""
    panel.edit_new()
    field = panel.name_field
    assert field.isVisible()
    assert field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    if composing:
        compose(field, "ㄷ")
    return field


def test_a_new_class_takes_a_composed_name_whole(qtbot: QtBot, shell: MainWindow, panel: ClassPanel) -> None:
    field = name_field(panel, composing=False)
    type_flower(field)
    assert field.text() == "들꽃"
    with qtbot.waitSignal(shell.session.classes_changed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert shell.session.class_named("들꽃") is not None
    assert field.isVisible(), "the next name can be typed"
    assert field.text() == ""


def test_keys_of_classes_do_not_label_while_a_name_is_composed(
    qtbot: QtBot, shell: MainWindow, panel: ClassPanel, labels: Callable[[], list[int]]
) -> None:
    with qtbot.waitSignal(shell.session.classes_changed):
        shell.session.edit(edits.set_class_key, shell.session.class_named("cat").id, "ㄷ")
    before, last = labels(), shell.undo.text()
    field = name_field(panel, composing=True)
    QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "ㄷ"))
    qtbot.keyClicks(field, "3")
    commit(field, "들")
    qtbot.keyClicks(field, "2")
    assert field.text() == "ㄷ3들2"
    assert (labels(), shell.undo.text()) == (before, last)


def test_a_composed_name_finds_a_class_by_its_name(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(0)
    browser.grid.setFocus()
    qtbot.keyClicks(browser.grid, "l")
    chooser = open_chooser(shell)
    type_flower(chooser.field)
    assert [entry.text for entry in chooser.shown()] == ["Add class “들꽃”"]
    with qtbot.waitSignal(shell.session.classes_changed):
        qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shell.session.class_named("들꽃") is not None)


def test_a_class_is_renamed_by_a_composed_name(qtbot: QtBot, shell: MainWindow, panel: ClassPanel) -> None:
    panel.rename(shell.session.class_named("cat"))
    field = panel.findChild(QInputDialog).findChild(QLineEdit)
    field.selectAll()
    type_flower(field)
    assert field.text() == "들꽃"
    with qtbot.waitSignal(shell.session.classes_changed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert shell.session.class_named("들꽃") is not None


def test_the_grid_composes_nothing_so_that_keys_label_in_every_input_mode(browser: Browser) -> None:
    for widget in (browser.grid, browser.grid.viewport()):
        assert not widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
