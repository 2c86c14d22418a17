"""A person without a mouse: labels 200 pictures, renames and merges a class, undoes it all, redoes half, restarts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from gui.main_window import MainWindow
from tests.gui.windows import make_pictures, open_in, window

PICTURES = 200
KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
State = tuple[list[str], list[str | None]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """200 pictures without labels, no classes."""
    pictures = make_pictures(tmp_path, ("all",), PICTURES)
    folder = tmp_path / "pictures.pigeonhole"
    params = ImportParams(str(folder), (str(pictures),), labels="none")
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    return folder


def state(folder: Path) -> State:
    """Names of the classes, and of the class of each image, as they are on disk."""
    with Project.open(folder, read_only=True) as opened:
        names = {c.id: c.name for c in query.classes(opened)}
        records = query.images(opened, query.image_ids(opened, query.Filter()))
    return list(names.values()), [names.get(r.class_id) if r.class_id else None for r in records]


def keys(qtbot: QtBot, *pressed: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in pressed:
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def add_class(qtbot: QtBot, shell: MainWindow, name: str) -> None:
    keys(qtbot, Qt.Key.Key_N, modifier=CONTROL)
    qtbot.keyClicks(QApplication.focusWidget(), name)
    keys(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shell.session.class_named(name) is not None)
    keys(qtbot, Qt.Key.Key_Return)  # no further name
    qtbot.waitUntil(shell.page(0).browser.grid.hasFocus)


def label_all(qtbot: QtBot, shell: MainWindow) -> None:
    keys(qtbot, Qt.Key.Key_Home)
    for number in range(PICTURES):
        keys(qtbot, KEYS[number % 3])
    qtbot.waitUntil(lambda: shell.session.overview.summary.labelled == PICTURES)


def to_class(qtbot: QtBot, shell: MainWindow, row: int) -> None:
    """The keyboard is in the list of classes, on one of them."""
    classes = shell.page(0).browser.classes.list
    for _ in range(20):
        if classes.hasFocus():
            break
        keys(qtbot, Qt.Key.Key_Backtab, modifier=SHIFT)
    assert classes.hasFocus(), QApplication.focusWidget()
    keys(qtbot, Qt.Key.Key_Home, *[Qt.Key.Key_Down] * row)


def rename_and_merge(qtbot: QtBot, shell: MainWindow) -> None:
    to_class(qtbot, shell, 0)
    keys(qtbot, Qt.Key.Key_F2)
    field = shell.findChild(QInputDialog).findChild(QLineEdit)
    assert field.selectedText() == "dog", "typing replaces the name"
    qtbot.keyClicks(field, "wolf")
    with qtbot.waitSignal(shell.session.classes_changed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shell.findChild(QInputDialog) is None)
    shell.activateWindow()  # as a window manager does when a dialog goes
    qtbot.waitUntil(lambda: QApplication.activeWindow() is shell)
    to_class(qtbot, shell, 1)
    keys(qtbot, Qt.Key.Key_M, modifier=CONTROL)
    qtbot.keyClicks(QApplication.focusWidget(), "cat")
    with qtbot.waitSignal(shell.session.classes_changed):
        keys(qtbot, Qt.Key.Key_Return)


def test_two_hundred_labels_by_keys_alone_survive_undo_redo_and_a_restart(
    qtbot: QtBot, qapp: QApplication, opened: MainWindow, project: Path
) -> None:
    browser = opened.page(0).browser
    browser.grid.setFocus()
    for name in ("dog", "bee", "cat"):
        add_class(qtbot, opened, name)
    label_all(qtbot, opened)
    rename_and_merge(qtbot, opened)
    done = state(project)
    assert done == (["wolf", "cat"], [("wolf", "cat", "cat")[n % 3] for n in range(PICTURES)])
    edits = PICTURES + 5
    for _ in range(edits):
        keys(qtbot, Qt.Key.Key_Z, modifier=CONTROL)
        qtbot.waitUntil(lambda: opened.undo.isEnabled())
    qtbot.waitUntil(lambda: (opened.session.overview.undo_name or "").startswith("Import"))
    assert state(project) == ([], [None] * PICTURES)
    for _ in range(3 + PICTURES // 2):
        keys(qtbot, Qt.Key.Key_Y, modifier=CONTROL)
    half = [("dog", "bee", "cat")[n % 3] if n < PICTURES // 2 else None for n in range(PICTURES)]
    qtbot.waitUntil(lambda: state(project) == (["dog", "bee", "cat"], half))
    opened.close()
    with window(qtbot, qapp) as again:
        open_in(qtbot, again, project)
        assert state(project) == (["dog", "bee", "cat"], half)
        assert again.redo.isEnabled()
        images, classes = again.page(0).browser.images, again.session.class_of
        images.read_rows(0, PICTURES)
        qtbot.waitUntil(lambda: images.record(PICTURES - 1) is not None)
        shown = [classes(images.record(row).class_id) for row in range(PICTURES)]
        assert [cls.name if cls else None for cls in shown] == half
