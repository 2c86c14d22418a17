"""The Library from the first folder to the last label, in the real window on real pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import edits, scan
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import import_sources
from gui.library.browser import Browser
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from gui.widgets.grid.thumbnail_grid import LARGEST
from tests.gui.windows import make_pictures, make_project, open_chooser, open_in


def label_of(browser: Browser, row: int) -> str | None:
    record = browser.images.record(row)
    cls = browser.session.class_of(record.class_id) if record is not None else None
    return cls.name if cls is not None else None


def press(qtbot: QtBot, browser: Browser, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    qtbot.keyClick(browser.grid, key, modifier or Qt.KeyboardModifier.NoModifier)


# Opening and importing


def test_without_a_project_the_page_says_what_to_do(page: LibraryPage) -> None:
    assert page.stack.currentWidget() is page.empty
    assert page.empty.open_button.isVisible()
    assert page.empty.sample_button.isVisible()


def test_a_folder_is_shown_before_it_is_imported_beside_itself(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    pictures = make_pictures(tmp_path)
    shell.open_path(pictures)
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert "12 images in 3 classes" in page.preview.found.text()
    assert [bar.name for bar in page.preview.bars.bars] == ["ant", "bee", "cat"]
    assert not (tmp_path / "pictures.pigeonhole").exists()
    page.preview.import_button.click()
    with qtbot.waitSignal(page.importing.ended) as ended:
        pass
    assert "12 images added" in ended.args[0]
    qtbot.waitUntil(lambda: len(page.browser.images) == 12)
    assert (tmp_path / "pictures.pigeonhole").is_dir()
    assert sorted(p.name for p in pictures.rglob("*")) == sorted(p.name for p in make_pictures(tmp_path).rglob("*"))
    assert not page.strip_holder.isVisible()


def test_where_labels_come_from_can_be_overridden(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    shell.open_path(make_pictures(tmp_path))
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    kind = page.preview.options.kind
    kind.setCurrentIndex(kind.findData("none"))
    kind.activated.emit(kind.currentIndex())
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert "not labelled" in page.preview.found.text()
    with qtbot.waitSignal(page.importing.ended):
        page.preview.import_button.click()
    qtbot.waitUntil(lambda: shell.session.overview.summary is not None and shell.session.overview.summary.images == 12)
    assert shell.session.overview.summary.labelled == 0
    assert shell.session.overview.classes == ()


def test_a_folder_without_images_is_refused_in_a_sentence(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(page.importing.not_detected) as caught:
        shell.open_path(tmp_path / "empty")
    assert "There are no images" in caught.args[0]
    assert page.preview.found.text() == caught.args[0]
    assert not page.preview.import_button.isEnabled()
    page.preview.cancel_button.click()
    assert page.stack.currentWidget() is page.empty
    assert [p.name for p in tmp_path.iterdir()] == ["empty"]


def test_a_stopped_import_leaves_the_project_as_it_was(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before the images are listed: afterwards they stay."""

    def imported(*asked: Any, cancel: Cancel, **more: Any) -> dict[str, Any]:
        assert cancel.wait(10), "Stop was not pressed"  # else twelve images may be listed before that
        return import_sources(*asked, cancel=cancel, **more)

    monkeypatch.setattr(scan, "import_sources", imported)
    shell.open_path(make_pictures(tmp_path))
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    page.importing.began.connect(page.importing.stop)
    with qtbot.waitSignal(page.importing.ended) as ended:
        page.preview.import_button.click()
    assert "as it was" in ended.args[0]
    qtbot.waitUntil(lambda: shell.session.overview.summary is not None)
    assert shell.session.overview.summary.images == 0


def test_files_that_cannot_be_used_are_listed_with_their_reasons(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    pictures = make_pictures(tmp_path)
    (pictures / "ant" / "empty.png").touch()
    (pictures / "ant" / "text.jpg").write_text("no picture")
    shell.open_path(pictures)
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    with qtbot.waitSignal(page.importing.ended) as ended:
        page.preview.import_button.click()
    assert "2 cannot be used" in ended.args[0]
    qtbot.waitUntil(page.header.problems.isVisible)
    page.header.problems.click()
    browser = page.browser
    qtbot.waitUntil(lambda: len(browser.images) == 2 and browser.images.record(1) is not None)
    assert [browser.grid.item(row).sub for row in range(2)] == ["empty file", "not an image"]
    browser.grid.set_current(0)
    assert browser.inspector.view.accessibleDescription() == "empty file"


# Labels


def test_a_digit_labels_the_image_and_goes_on_to_the_next(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(0)
    with qtbot.waitSignal(shell.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: label_of(browser, 0) == "bee")
    assert browser.grid.selected() == [1]
    assert not shell.toast.isVisible()  # it would come at every key


def test_the_edit_of_several_images_is_told_with_a_way_back(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.select([0, 1])
    press(qtbot, browser, Qt.Key.Key_2)
    qtbot.waitUntil(shell.toast.isVisible)
    assert shell.toast.text() == "Done: Label 2 images as bee"
    assert shell.toast.button.text() == "Undo"


def test_after_an_image_without_a_label_comes_the_next_of_these(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    with qtbot.waitSignal(shell.session.images_changed):
        shell.session.set_label(browser.images.ids([2, 3, 6]), None)
    browser.grid.set_current(2)
    for after in (3, 6, 7):
        with qtbot.waitSignal(shell.session.images_changed):
            press(qtbot, browser, Qt.Key.Key_1)
        assert browser.grid.selected() == [after], "all that follow the last one have their label"


def test_a_digit_labels_all_selected_images_and_they_stay_selected(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    browser.grid.select([0, 1, 2, 5])
    with qtbot.waitSignal(shell.session.images_changed) as caught:
        press(qtbot, browser, Qt.Key.Key_3)
    assert len(caught.args[0].image_ids) == 4
    qtbot.waitUntil(lambda: {label_of(browser, row) for row in (0, 1, 2, 5)} == {"cat"})
    assert browser.grid.selected() == [0, 1, 2, 5]


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_takes_the_label_away(qtbot: QtBot, shell: MainWindow, browser: Browser, key: Qt.Key) -> None:
    browser.grid.set_current(1)
    with qtbot.waitSignal(shell.session.images_changed):
        press(qtbot, browser, key)
    qtbot.waitUntil(lambda: label_of(browser, 1) is None)


def test_undo_and_redo_go_to_the_image_they_change(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(0)
    with qtbot.waitSignals([shell.session.images_changed, shell.session.overview_changed]):
        press(qtbot, browser, Qt.Key.Key_2)
    browser.grid.set_current(7)
    qtbot.waitUntil(shell.undo.isEnabled)
    with qtbot.waitSignal(shell.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: label_of(browser, 0) == "ant")
    assert browser.grid.selected() == [0]
    qtbot.waitUntil(shell.redo.isEnabled)
    assert "bee" in shell.redo.toolTip()
    with qtbot.waitSignal(shell.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: label_of(browser, 0) == "bee")


def test_a_key_without_a_class_is_explained(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(0)
    press(qtbot, browser, Qt.Key.Key_8)
    assert "No class has the key 8" in shell.toast.text()


def test_digits_typed_into_the_search_are_text(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    press(qtbot, browser, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = browser.filter_bar.search
    assert field.hasFocus()
    with qtbot.assertNotEmitted(shell.session.images_changed, wait=100):
        qtbot.keyClicks(field, "2")
    assert field.text() == "2"
    qtbot.waitUntil(lambda: len(browser.images) == 3)


def test_a_class_is_chosen_by_letters_or_added(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(0)
    press(qtbot, browser, Qt.Key.Key_L)
    chooser = open_chooser(shell)
    qtbot.keyClicks(chooser.field, "ca")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: label_of(browser, 0) == "cat")
    browser.grid.set_current(0)
    press(qtbot, browser, Qt.Key.Key_L)
    qtbot.keyClicks(chooser.field, "okapi")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: label_of(browser, 0) == "okapi")


def test_a_class_is_added_by_keyboard_and_gets_the_next_key(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    press(qtbot, browser, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    field = browser.classes.name_field
    assert field.hasFocus()
    qtbot.keyClicks(field, "dog")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shell.session.class_with_key("4") is not None)
    assert "dog" in shell.toast.text()


def test_classes_are_named_one_after_the_other_and_no_letter_reaches_a_shortcut(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    browser.grid.set_current(0)
    before = shell.session.overview.undo_name
    press(qtbot, browser, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    field = browser.classes.name_field
    for name in ("sunflower", "xylophone"):
        qtbot.keyClicks(field, name)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert field.hasFocus(), "also while the class is being saved"
        qtbot.waitUntil(lambda name=name: shell.session.class_named(name) is not None)
        assert field.hasFocus()
        assert field.text() == ""
    record = browser.images.record(0)
    assert record is not None
    assert not record.unsure, "u marks images as unsure"
    assert not record.excluded, "x leaves them out"
    assert shell.session.overview.undo_name != before, "only classes were added"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    assert browser.grid.hasFocus()


def test_n_goes_to_the_next_image_without_a_label(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    ids = browser.images.ids([5, 9])
    with qtbot.waitSignal(shell.session.images_changed):
        shell.session.set_label(ids, None)
    browser.grid.set_current(6)
    press(qtbot, browser, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: browser.grid.current() == 9)
    press(qtbot, browser, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: browser.grid.current() == 5)


def test_a_class_in_the_list_filters_and_its_labelled_image_leaves(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    place = browser.classes.list.visualRect(browser.classes.list.model().index(0, 0)).center()
    viewport = browser.classes.list.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: len(browser.images) == 4)
    browser.grid.set_current(0)
    following = browser.images.id_at(1)
    press(qtbot, browser, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: len(browser.images) == 3)
    assert list(browser.selected_ids()) == [following]
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: len(browser.images) == 12)


def test_several_classes_filter_together(qtbot: QtBot, browser: Browser) -> None:
    classes = browser.classes.list
    for row, modifier in ((0, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
        place = classes.visualRect(classes.model().index(row, 0)).center()
        qtbot.mouseClick(classes.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    qtbot.waitUntil(lambda: len(browser.images) == 8)
    assert len(classes.chosen()) == 2


def test_states_and_splits_filter(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    with qtbot.waitSignal(shell.session.images_changed):
        shell.session.set_label(browser.images.ids([0]), None)
    browser.filter_bar.show_unlabelled()
    qtbot.waitUntil(lambda: len(browser.images) == 1)
    browser.filters.clear()
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    with qtbot.waitSignal(shell.session.images_changed):
        shell.session.edit(edits.set_split, browser.images.ids([0, 1]), Split.TEST)
    browser.filter_bar.split.setCurrentIndex(3)
    qtbot.waitUntil(lambda: len(browser.images) == 2)


def test_the_inspector_shows_what_is_known(qtbot: QtBot, browser: Browser) -> None:
    browser.grid.set_current(4)
    inspector = browser.inspector
    assert inspector.title.text() == "0.png"
    assert inspector.facts["size"].text() == "12 × 8"
    assert inspector.facts["folder"].text() == "bee"
    assert "bee" in inspector.label_button.accessibleName()
    browser.grid.select([0, 4])
    assert inspector.title.text() == "2 images selected"
    assert "Several" in inspector.label_button.accessibleName()


def test_splits_are_changed_in_the_inspector(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(4)
    box = browser.inspector.split
    box.setCurrentIndex(box.findData(Split.TEST))
    with qtbot.waitSignal(shell.session.images_changed):
        box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: browser.images.record(4).split == Split.TEST)


# Two windows


def test_a_second_window_looks_but_does_not_label(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    folder = make_project(tmp_path)
    with Project.open(folder):
        open_in(qtbot, shell, folder)
        assert shell.notice.isVisible()
        assert "open in another window" in shell.notice.text()
        page.browser.grid.set_current(0)
        press(qtbot, page.browser, Qt.Key.Key_2)
        qtbot.waitUntil(lambda: "read-only" in shell.toast.text())
        assert page.browser.grid.selected() == [0]
    shell.notice.chosen.emit()
    qtbot.waitUntil(lambda: not shell.session.read_only)
    assert not shell.notice.isVisible()


def test_escape_out_of_the_search_leaves_what_is_selected(qtbot: QtBot, browser: Browser) -> None:
    press(qtbot, browser, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(browser.filter_bar.search, "cat")
    qtbot.waitUntil(lambda: len(browser.images) == 4)
    browser.grid.set_thumb_size(LARGEST)
    browser.grid.select([1, 2], 2, 1)
    chosen = list(browser.selected_ids())

    qtbot.keyClick(browser.filter_bar.search, Qt.Key.Key_Escape)
    assert browser.grid.hasFocus()
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    qtbot.wait(300)  # the search hears of what was typed a moment later

    assert list(browser.selected_ids()) == chosen
    assert browser.images.id_at(browser.grid.current() or 0) == chosen[1]
    assert browser.grid.current() in browser.grid.visible_indices()
    press(qtbot, browser, Qt.Key.Key_Escape)
    assert browser.grid.selected() == []


def test_escape_leaves_the_filter_first_and_then_the_selection(qtbot: QtBot, browser: Browser) -> None:
    browser.filter_bar.search.setText("bee")
    qtbot.waitUntil(lambda: len(browser.images) == 4)
    browser.grid.set_current(1)
    press(qtbot, browser, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(browser.images) == 12)
    browser.grid.set_current(1)
    press(qtbot, browser, Qt.Key.Key_Escape)
    assert browser.grid.selected() == []


def test_a_folder_that_is_opened_gets_a_project_of_its_own_beside_the_open_one(
    qtbot: QtBot, shell: MainWindow, browser: Browser, page: LibraryPage, tmp_path: Path
) -> None:
    first = shell.session.project
    other = make_pictures(tmp_path / "elsewhere")
    with qtbot.waitSignal(page.importing.detected):
        shell.open_path(other)
    with qtbot.waitSignal(page.importing.ended):
        qtbot.mouseClick(page.preview.import_button, Qt.MouseButton.LeftButton)
    opened = shell.session.project
    assert opened is not None
    assert first is not None
    assert opened.folder == tmp_path / "elsewhere" / "pictures.pigeonhole" != first.folder


def test_undoing_an_import_takes_its_images_off_the_grid(
    qtbot: QtBot, shell: MainWindow, browser: Browser, page: LibraryPage, tmp_path: Path
) -> None:
    before = browser.grid.count()
    with qtbot.waitSignal(page.importing.detected):
        page.offer(make_pictures(tmp_path / "more", classes=("dog",)))
    with qtbot.waitSignal(page.importing.ended):
        qtbot.mouseClick(page.preview.import_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: browser.grid.count() == before + 4)
    qtbot.waitUntil(shell.undo.isEnabled)
    shell.undo.trigger()
    qtbot.waitUntil(lambda: browser.grid.count() == before)


def test_escape_puts_the_field_for_a_new_class_away(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    press(qtbot, browser, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert browser.classes.name_field.isVisible()
    browser.step_back()
    assert not browser.classes.name_field.isVisible()


def test_a_library_that_undo_has_emptied_says_so_and_brings_the_import_back(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    qtbot.waitUntil(shell.undo.isEnabled)
    assert not browser.empty_grid.isVisible()
    press(qtbot, browser, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(browser.empty_grid.isVisible)
    assert browser.empty_grid.words.text() == "The import of 12 images was undone. Ctrl+Shift+Z brings it back."
    assert browser.grid.hasFocus()
    browser.filter_bar.search.setText("bee")
    qtbot.waitUntil(lambda: browser.images.filter.text == "bee")
    assert browser.empty_grid.isVisible(), "no filter is to blame"
    browser.empty_grid.redo.click()
    qtbot.waitUntil(lambda: browser.grid.count() == 4)
    assert not browser.empty_grid.isVisible()


def test_no_filter_is_blamed_where_a_project_has_no_image(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    qtbot.waitUntil(shell.undo.isEnabled)
    shell.undo.trigger()
    qtbot.waitUntil(lambda: browser.grid.count() == 0)
    shell.session.add_class("dog")  # ends what could be done again
    qtbot.waitUntil(lambda: shell.session.overview.redo_name is None)
    browser.filter_bar.search.setText("bee")
    qtbot.waitUntil(lambda: browser.grid.empty_text == "There are no images here yet.")
    assert not browser.empty_grid.isVisible()
    shell.undo.trigger()
    qtbot.waitUntil(lambda: shell.session.overview.redo_name is not None)
    assert not browser.empty_grid.isVisible(), "a class is what redo would bring"
