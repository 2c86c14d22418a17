"""The window around the pages."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.places import licences
from engine.version import VERSION
from gui import actions, theme
from gui.about import AboutDialog, versions
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.widgets import file_dialogs
from tests.gui.windows import make_pictures, make_project, open_chooser, open_in, window


def test_only_the_library_is_made_at_the_start(shell: MainWindow) -> None:
    assert shell.page(0) is not None
    assert [shell.page(index) for index in (1, 2, 3)] == [None, None, None]


def test_every_action_has_a_key_of_its_own_and_is_in_the_palette(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    def check_keys() -> None:
        keys: dict[str, str] = {}
        for action in actions.listed(shell):
            assert actions.key_text(action), action.text()
            for key in action.shortcuts():
                assert key.toString() not in keys, f"{action.text()} and {keys.get(key.toString())}"
                keys[key.toString()] = action.text()

    open_in(qtbot, shell, make_project(tmp_path))
    for page in map(shell.show_page, range(4)):
        check_keys()
        for place, section in enumerate(page.sections.all if hasattr(page, "sections") else ()):
            section.made()
            page.sections.tabs.setCurrentIndex(place)
            check_keys()
    shell.show_page(0)
    qtbot.keyClick(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    texts = {entry.text for entry in open_chooser(shell).shown()}
    assert {"Train", "Dark", "Add class", "Next unlabelled image", "Move to test"} <= texts
    assert len(texts) > 20


def test_help_and_export_are_found_in_the_palette_of_the_pages_that_have_them(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    project = make_project(tmp_path)
    open_in(qtbot, shell, project)

    def found(typed: str) -> set[str]:
        shell.open_palette()
        chooser = open_chooser(shell)
        chooser.field.setText(typed)
        texts = {entry.text for entry in chooser.shown()}
        chooser.close_overlay()
        return texts

    assert {"Label groups of look-alikes", "Label what teaches most", "Show the log folder"} <= found("help")
    assert "Export labels" in found("export")
    shell.show_page(3)
    assert "Show the log folder" in found("help")


def test_pictures_are_opened_where_some_were_opened_last(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    pictures = make_pictures(tmp_path)
    shell.choose_folder()
    (dialog,) = shell.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(pictures))
    dialog.done(1)
    qtbot.waitUntil(lambda: not shell.findChildren(QFileDialog))
    assert file_dialogs.last_folder("pictures") == tmp_path
    with qtbot.waitSignal(shell.page(0).importing.detected):
        pass
    shell.choose_folder()
    (dialog,) = shell.findChildren(QFileDialog)
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.reject()


def test_enter_presses_the_button_that_has_the_focus(qtbot: QtBot, shell: MainWindow) -> None:
    for index in (1, 3):
        button = shell.rail.button(index)
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Return)
        assert button.isChecked()
        qtbot.waitUntil(lambda index=index: shell.stack.currentWidget() is shell.page(index))


def test_of_two_pages_that_are_chosen_one_after_the_other_the_last_is_shown(qtbot: QtBot, shell: MainWindow) -> None:
    for index in (1, 3, 2):
        shell.rail.button(index).click()
    qtbot.waitUntil(lambda: shell.stack.currentWidget() is shell.page(2))
    assert shell.page(1) is None, "nor is it made"


def test_the_page_that_was_shown_comes_back_where_the_chosen_one_cannot_be_made(
    qtbot: QtBot, shell: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unusable(*_: object) -> None:
        raise OSError("A file of the page is gone.")

    shell.show_page(1)
    monkeypatch.setattr("gui.review.page.ReviewPage", unusable)
    with qtbot.captureExceptions() as told:
        for index in (3, 2):
            shell.rail.button(index).click()
        qtbot.waitUntil(lambda: bool(told))
    assert [str(error) for _, error, _ in told] == ["A file of the page is gone."]
    assert shell.stack.currentWidget() is shell.page(1)
    assert shell.rail.button(1).isChecked()
    monkeypatch.undo()
    shell.rail.button(2).click()
    qtbot.waitUntil(lambda: shell.page(2) is not None and shell.stack.currentWidget() is shell.page(2))


def test_keys_pressed_while_a_page_is_made_do_nothing_on_the_page_that_was_left(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    open_in(qtbot, shell, make_project(tmp_path))
    grid = shell.page(0).browser.grid
    grid.setFocus()
    grid.select([0], 0)
    edited: list[object] = []
    shell.session.images_changed.connect(edited.append)
    qtbot.keyClick(grid, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert shell.page(1) is None, "it is not made yet"
    focused = QApplication.focusWidget()
    assert focused is not None
    assert not shell.page(0).isAncestorOf(focused)
    qtbot.keyClick(focused, Qt.Key.Key_2)  # the class of that key
    qtbot.keyClick(focused, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: shell.stack.currentWidget() is shell.page(1))
    assert shell.page(1).isAncestorOf(QApplication.focusWidget())
    shell.show_page(0)
    qtbot.keyClick(grid, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: bool(edited))
    assert len(edited) == 1, "only what was pressed on the page itself"


def test_enter_imports_what_is_previewed_before_anything_is_clicked(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    page = shell.page(0)
    with qtbot.waitSignal(page.importing.detected):
        shell.open_path(make_pictures(tmp_path))
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    focused = QApplication.focusWidget()
    assert focused is not None
    with qtbot.waitSignal(page.importing.ended):
        qtbot.keyClick(focused, Qt.Key.Key_Return)


def test_a_command_runs_from_the_palette(qtbot: QtBot, shell: MainWindow) -> None:
    qtbot.keyClick(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    chooser = open_chooser(shell)
    qtbot.keyClicks(chooser.field, "dark")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    assert theme.current().dark
    assert Settings().scheme == "dark"
    shell.set_scheme("light")


def test_high_contrast_is_switched_on_and_off_and_stays_with_another_scheme(shell: MainWindow) -> None:
    shell.high_contrast.trigger()
    shell.set_scheme("light")
    assert theme.current().high_contrast
    assert Settings().high_contrast
    shell.high_contrast.trigger()
    assert not theme.current().high_contrast
    assert not Settings().high_contrast


def test_every_control_has_an_accessible_name(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    open_in(qtbot, shell, make_project(tmp_path))
    kinds = (QAbstractButton, QComboBox, QLineEdit, QSlider)
    page = shell.page(0)
    assert page is not None
    nameless = [
        (type(widget).__name__, widget.objectName())
        for root in (page, shell.rail)
        for widget in root.findChildren(QWidget)
        if isinstance(widget, kinds) and not (widget.accessibleName() or getattr(widget, "text", str)())
        if not widget.objectName().startswith("qt_") and not isinstance(widget.parent(), QLineEdit | QComboBox)
    ]
    assert nameless == []


def test_dropping_a_folder_opens_it(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(make_pictures(tmp_path)))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(shell.session.pictures_offered):
        shell.dropEvent(event)
    assert event.isAccepted()


def test_what_is_dropped_on_another_page_is_for_the_open_project(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    project = make_project(tmp_path)
    open_in(qtbot, shell, project)
    library, more = shell.page(0), make_pictures(tmp_path / "more")
    for page in (1, 2):
        shell.show_page(page)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(more))])
        none = Qt.KeyboardModifier.NoModifier
        event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
        shell.dropEvent(event)
        assert event.isAccepted()
        assert shell.session.project.folder == project, "it stays open until the person has answered"
        assert shell.stack.currentWidget() is library
        offered = [entry.text for entry in library.dropping.chooser.shown()]
        assert offered == ["Add “pictures” to “pictures”…", "Open “pictures” by itself"]
        library.dropping.chooser.close_overlay()


def test_projects_are_offered_again_after_they_were_closed(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    open_in(qtbot, shell, project)
    assert "pictures" in shell.windowTitle()
    shell.close_project.trigger()
    assert shell.windowTitle() == "Pigeonhole"
    assert not shell.undo.isEnabled()
    shell.choose_recent()
    chooser = open_chooser(shell)
    assert [entry.text for entry in chooser.shown()] == ["pictures"]
    with qtbot.waitSignal(shell.session.project_changed):
        qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    assert shell.session.project is not None


def test_undo_changes_no_project_behind_the_preview_of_an_import(
    qtbot: QtBot, shell: MainWindow, tmp_path: Path
) -> None:
    open_in(qtbot, shell, make_project(tmp_path))
    page, control = shell.page(0), Qt.KeyboardModifier.ControlModifier
    done: list[object] = []
    shell.session.images_changed.connect(done.append)
    page.browser.labelling.label(None)
    qtbot.waitUntil(lambda: len(done) == 1 and shell.toast.isVisible())
    with qtbot.waitSignal(page.importing.detected):
        page.offer(make_pictures(tmp_path / "more", classes=("dog",)))
    assert not shell.toast.isVisible(), "its button would undo unseen"
    assert [shell.undo.isEnabled(), shell.redo.isEnabled()] == [False, False]
    assert not {shell.undo, shell.redo} & set(actions.listed(shell))
    qtbot.keyClick(page.preview.import_button, Qt.Key.Key_Z, control)
    shell.toast.button.click()
    shell.show_page(1)
    assert shell.undo.isEnabled(), "Train shows the project"
    shell.show_page(0)
    assert not shell.undo.isEnabled()
    page.preview.cancel_button.click()
    qtbot.keyClick(page.browser.grid, Qt.Key.Key_Z, control)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert shell.session.overview.undo_name.startswith("Import"), "only the label was undone, and only once"
    assert shell.redo.isEnabled()


def test_no_key_changes_images_behind_the_preview_of_an_import(qtbot: QtBot, shell: MainWindow, tmp_path: Path) -> None:
    open_in(qtbot, shell, make_project(tmp_path))
    page, changed = shell.page(0), []
    shell.session.images_changed.connect(changed.append)
    with qtbot.waitSignal(page.importing.detected):
        page.offer(make_pictures(tmp_path / "more", classes=("dog",)))
    for key in (Qt.Key.Key_2, Qt.Key.Key_Delete, Qt.Key.Key_X, Qt.Key.Key_U):
        qtbot.keyClick(page.preview.import_button, key)
    assert page.add_pictures.isEnabled(), "another folder can be chosen"
    page.preview.cancel_button.click()
    qtbot.keyClick(page.browser.grid, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: bool(changed))
    assert [edit.name for edit in changed] == ["Label 1 image as cat"]


def test_size_and_thumbnails_are_remembered(qtbot: QtBot, qapp: QApplication) -> None:
    with window(qtbot, qapp) as first:
        first.resize(1000, 640)
        first.page(0).browser.grid.set_thumb_size(200)
    with window(qtbot, qapp) as second:
        assert second.page(0).browser.grid.thumb_size() == 200


def test_unexpected_errors_are_shown_with_details_and_logged(qtbot: QtBot, shell: MainWindow) -> None:
    from engine.places import log_folder
    from gui.app import Guard, open_log
    from gui.error_dialog import ErrorDialog

    handler, guard = open_log(), Guard()
    assert handler is not None
    guard.window = shell
    guard.install()
    try:
        hook = sys.excepthook
        try:
            raise ValueError("a page fell over")
        except ValueError as error:
            hook(ValueError, error, error.__traceback__)
        dialog = shell.findChild(ErrorDialog)
        assert dialog is not None
        assert "a page fell over" in dialog.details.toPlainText()
        dialog.copy_button.click()
        assert "Traceback" in QApplication.clipboard().text()
        dialog.close()
        assert shell.isVisible()
    finally:
        guard.remove()
        import logging

        logging.getLogger("pigeonhole").removeHandler(handler)
        handler.close()
    assert "a page fell over" in (log_folder() / "pigeonhole.log").read_text(encoding="utf-8")


def test_about_tells_the_versions_of_a_frozen_program_by_the_licences_that_are_shipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whose libraries have no metadata."""

    def none(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    shipped = dict(re.findall(r"^\| (onnxruntime|keras) \| (\S+) \|", licences(), re.MULTILINE))
    monkeypatch.setattr(metadata, "version", none)
    assert f"onnxruntime {shipped['onnxruntime']}" in versions().splitlines()
    assert f"keras {shipped['keras']}" in versions().splitlines()
    monkeypatch.setitem(sys.modules, "keras", None)
    assert "keras" not in versions(), "the program alone has no training"


def test_about_tells_versions_and_licences(qtbot: QtBot, shell: MainWindow) -> None:
    trigger(shell, "About Pigeonhole")
    dialog = shell.findChild(AboutDialog)
    assert dialog is not None
    assert dialog.versions.text().startswith(f"Pigeonhole {VERSION}\nPython 3.")
    assert "onnxruntime" in dialog.versions.text()
    text = dialog.licences.toPlainText()
    assert "Apache License 2.0" in text
    assert "pyside6-essentials" in text
    dialog.close()


def test_the_window_fills_the_screen_and_goes_back(qtbot: QtBot, shell: MainWindow) -> None:
    qtbot.keyClick(shell, Qt.Key.Key_F11)
    assert shell.isFullScreen()
    qtbot.keyClick(shell, Qt.Key.Key_F11)
    assert not shell.isFullScreen()


def test_a_newer_version_is_looked_for_by_the_person_in_the_browser(
    qtbot: QtBot, shell: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    trigger(shell, "Check for a newer version")
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    assert opened == [f"{project['urls']['Source']}/releases"]


def trigger(shell: MainWindow, text: str) -> None:
    (action,) = (action for action in actions.listed(shell) if action.text() == text)
    action.trigger()
