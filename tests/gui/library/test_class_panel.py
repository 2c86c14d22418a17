"""Classes in the Library: their order, merging, keys and colours, all undoable."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QColorDialog, QInputDialog, QMenu
from pytestqt.qtbot import QtBot

from gui.library.class_panel import ClassPanel
from gui.main_window import MainWindow
from tests.gui.windows import open_chooser


@pytest.fixture
def panel(opened: MainWindow) -> ClassPanel:
    return opened.page(0).browser.classes


def order(shell: MainWindow) -> list[str]:
    return [c.name for c in shell.session.overview.classes]


def current(panel: ClassPanel, row: int) -> None:
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.list.model().index(row, 0))


def menu_of(panel: ClassPanel, name: str) -> QMenu:
    cls = panel.window().session.class_named(name)
    panel.list.menu_wanted.emit(cls.id, QPoint(50, 50))
    return panel.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]


def test_alt_and_arrows_move_the_class_and_undo_moves_it_back(
    qtbot: QtBot, shell: MainWindow, panel: ClassPanel
) -> None:
    current(panel, 0)
    for expected in (["bee", "ant", "cat"], ["bee", "cat", "ant"]):
        with qtbot.waitSignal(shell.session.overview_changed):
            qtbot.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert order(shell) == expected
    with qtbot.waitSignal(shell.session.classes_changed):
        shell.undo.trigger()
    assert order(shell) == ["bee", "ant", "cat"]


def test_a_class_is_dropped_before_another(qtbot: QtBot, shell: MainWindow, panel: ClassPanel) -> None:
    model = panel.list.model()
    data = model.mimeData([model.index(2)])
    with qtbot.waitSignal(shell.session.classes_changed):
        model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert order(shell) == ["cat", "ant", "bee"]


def test_a_class_is_merged_into_one_that_is_typed(qtbot: QtBot, shell: MainWindow, panel: ClassPanel) -> None:
    current(panel, 0)
    qtbot.keyClick(panel.list, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    chooser = open_chooser(shell)
    assert [entry.text for entry in chooser.shown()] == ["bee", "cat"]
    qtbot.keyClicks(chooser.field, "ca")
    with qtbot.waitSignal(shell.session.overview_changed):
        qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [c.total for c in shell.session.overview.counts] == [4, 8])
    assert order(shell) == ["bee", "cat"]
    shell.undo.trigger()
    qtbot.waitUntil(lambda: order(shell) == ["ant", "bee", "cat"])


def test_chosen_classes_are_merged_into_the_one_under_the_mouse(
    qtbot: QtBot, shell: MainWindow, panel: ClassPanel
) -> None:
    ids = [c.id for c in shell.session.overview.classes]
    panel.list.choose(ids)
    menu = menu_of(panel, "bee")
    action = next(a for a in menu.actions() if "Merge" in a.text())
    assert "3 chosen classes into bee" in action.text()
    with qtbot.waitSignal(shell.session.classes_changed):
        action.trigger()
    menu.close()
    assert order(shell) == ["bee"]


def test_a_key_beside_the_digits_is_given_by_typing_it(qtbot: QtBot, shell: MainWindow, panel: ClassPanel) -> None:
    cls = shell.session.class_named("cat")
    panel._ask_key(cls)
    dialog = panel.findChild(QInputDialog)
    dialog.setTextValue("ä")
    with qtbot.waitSignal(shell.session.classes_changed):
        dialog.accept()
    assert shell.session.class_with_key("ä").name == "cat"


def test_a_class_is_renamed_recoloured_and_deleted_by_its_menu_and_all_is_undone(
    qtbot: QtBot, shell: MainWindow, panel: ClassPanel
) -> None:
    before = shell.session.overview.classes

    def chosen(name: str, words: str) -> None:
        menu = menu_of(panel, name)
        next(a for a in menu.actions() if a.text().startswith(words)).trigger()
        menu.close()

    chosen("cat", "Rename")
    renaming = panel.findChild(QInputDialog)
    renaming.setTextValue("kitten")
    with qtbot.waitSignal(shell.session.classes_changed):
        renaming.accept()
    chosen("kitten", "Colour")
    colours = panel.findChild(QColorDialog)
    colours.setCurrentColor("#123456")
    with qtbot.waitSignal(shell.session.classes_changed):
        colours.accept()
    assert shell.session.class_named("kitten").colour == "#123456"
    with qtbot.waitSignal(shell.session.classes_changed):
        chosen("kitten", "Delete")
    assert order(shell) == ["ant", "bee"]
    for _ in range(3):
        with qtbot.waitSignal(shell.session.classes_changed):
            shell.undo.trigger()
    assert shell.session.overview.classes == before
