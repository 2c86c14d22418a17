"""History, flags, notes, pace and keys of the Library, in the real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.library import edits
from engine.library.records import ClassRecord, Flag
from gui.library.browser import Browser
from gui.library.history_panel import DONE, NEWEST, UNDONE
from gui.library.key_chips import KeyChips
from gui.library.labelling_rate import LabelCounter, LabellingRate
from gui.library.side_panel import HISTORY, IMAGE
from gui.main_window import MainWindow


def press(qtbot: QtBot, browser: Browser, key: Qt.Key) -> None:
    qtbot.keyClick(browser.grid, key)


def names(browser: Browser) -> list[str]:
    return [edit.name for edit in browser.side.history.edits()]


# History


def test_the_history_names_every_edit_and_goes_to_the_one_that_is_clicked(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    bee = shell.session.class_named("bee")
    assert bee is not None
    for row in (0, 1):
        with qtbot.waitSignal(shell.session.images_changed):
            shell.session.set_label(browser.images.ids([row]), bee.id)
    press(qtbot, browser, Qt.Key.Key_H)
    panel = browser.side.history
    qtbot.waitUntil(lambda: len(panel.edits()) == 4)
    assert names(browser) == ["Label 1 image as bee", "Label 1 image as bee", "Import 12 images", "Beginning"]
    place = panel.list.visualRect(panel.list.model().index(2, 0)).center()
    with qtbot.waitSignal(shell.session.images_changed) as caught:
        qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(caught.args[0].image_ids) == 2
    qtbot.waitUntil(lambda: panel.list.model().newest == 2)
    assert [panel.list.model().place(row) for row in range(4)] == [UNDONE, UNDONE, NEWEST, DONE]
    assert "undone" in panel.list.model().data(panel.list.model().index(0), Qt.ItemDataRole.AccessibleTextRole)
    with qtbot.waitSignal(shell.session.images_changed):
        panel.list.activated.emit(panel.list.model().index(0))
    qtbot.waitUntil(lambda: panel.list.model().newest == 0)
    assert browser.images.record(1).class_id == bee.id


def test_the_same_key_leads_into_the_history_and_back(qtbot: QtBot, browser: Browser) -> None:
    press(qtbot, browser, Qt.Key.Key_H)
    assert browser.side.segments.current() == HISTORY
    press(qtbot, browser, Qt.Key.Key_H)
    assert browser.side.segments.current() == IMAGE


# Flags and notes


def test_keys_mark_all_selected_images_and_take_the_mark_away(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    browser.grid.select([0, 1])
    press(qtbot, browser, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: browser.images.record(1).unsure)
    press(qtbot, browser, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: browser.images.record(1).excluded)
    assert browser.grid.item(0).signs == "?-"
    assert browser.inspector.marks.unsure.isChecked()
    assert "Exclude 2 images" in shell.toast.text()
    press(qtbot, browser, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: not browser.images.record(0).unsure)
    assert browser.grid.item(0).signs == "-"
    assert not browser.inspector.marks.unsure.isChecked()


def test_after_leaving_one_image_out_the_next_key_is_for_the_next_image(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    browser.grid.set_current(1)
    press(qtbot, browser, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: browser.images.record(1).excluded)
    assert browser.grid.current() == 2
    press(qtbot, browser, Qt.Key.Key_3)
    cat = shell.session.class_named("cat")
    qtbot.waitUntil(lambda: browser.images.record(2).class_id == cat.id)  # type: ignore[union-attr]
    assert browser.images.record(1).class_id != cat.id  # type: ignore[union-attr]
    browser.inspector.marks.excluded.click()
    assert browser.grid.current() == 4, "so it is where the person left one out by the mouse"
    browser.grid.set_current(1)
    press(qtbot, browser, Qt.Key.Key_X)  # takes the mark away, and the person is still at it
    qtbot.waitUntil(lambda: not browser.images.record(1).excluded)
    assert browser.grid.current() == 1


def test_the_arrow_keys_stay_with_the_grid_when_the_size_is_changed_by_the_mouse(
    qtbot: QtBot, browser: Browser
) -> None:
    browser.grid.setFocus()
    qtbot.mouseClick(browser.size_slider, Qt.MouseButton.LeftButton)
    assert browser.grid.hasFocus()


def test_a_note_is_written_in_the_inspector_and_filtered_for(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(3)
    press(qtbot, browser, Qt.Key.Key_M)
    field = browser.inspector.marks.note
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "blurred 12")
    with qtbot.waitSignal(shell.session.images_changed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: browser.images.record(3).note == "blurred 12")
    assert browser.grid.item(3).signs == "n"
    bar = browser.filter_bar
    bar.state.setCurrentIndex(bar.state.findText("With a note"))
    qtbot.waitUntil(lambda: len(browser.images) == 1)


def test_what_is_not_unsure_any_more_leaves_the_list_of_the_unsure(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    browser.grid.select([2, 4])
    press(qtbot, browser, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: browser.images.record(4).unsure)
    bar = browser.filter_bar
    bar.state.setCurrentIndex(bar.state.findText("Unsure"))
    qtbot.waitUntil(lambda: len(browser.images) == 2 and browser.images.record(0) is not None)
    browser.grid.set_current(0)
    press(qtbot, browser, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: len(browser.images) == 1)


# Keys and pace


def test_the_last_label_is_given_again_by_one_key(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    browser.grid.set_current(0)
    press(qtbot, browser, Qt.Key.Key_R)
    assert "Label an image first" in shell.toast.text()
    press(qtbot, browser, Qt.Key.Key_3)
    press(qtbot, browser, Qt.Key.Key_R)
    cat = shell.session.class_named("cat")
    assert cat is not None
    qtbot.waitUntil(lambda: [browser.images.record(row).class_id for row in (0, 1)] == [cat.id] * 2)
    assert browser.grid.selected() == [2]


def test_a_letter_that_was_given_to_a_class_labels_and_goes_before_actions(
    qtbot: QtBot, shell: MainWindow, browser: Browser
) -> None:
    bee = shell.session.class_named("bee")
    assert bee is not None
    with qtbot.waitSignal(shell.session.classes_changed):
        shell.session.edit(edits.set_class_key, bee.id, "u")
    browser.grid.set_current(0)
    press(qtbot, browser, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: browser.images.record(0).class_id == bee.id)
    assert not browser.images.record(0).unsure


def test_the_pace_counts_what_was_given_since_the_first_label() -> None:
    now = [100.0]
    counter = LabelCounter(lambda: now[0])
    assert counter.per_minute() is None
    for _ in range(5):
        counter.add(1)
        now[0] += 3
    assert counter.per_minute() == pytest.approx(20)
    now[0] += 120  # a pause begins anew
    assert counter.per_minute() is None
    counter.add(1)
    assert counter.per_minute() is None


def test_the_pace_tells_what_remains(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    with qtbot.waitSignal(shell.session.overview_changed):
        shell.session.set_label(browser.images.ids(list(range(6))), None)
    browser.grid.set_current(0)
    for _ in range(4):
        press(qtbot, browser, Qt.Key.Key_1)
    pace: LabellingRate = browser.labelling_rate
    qtbot.waitUntil(lambda: "2 to label" in pace.text())
    assert "labels/min" in pace.text()


def test_excluded_pictures_do_not_wait_for_a_label(qtbot: QtBot, shell: MainWindow, browser: Browser) -> None:
    session, ids = shell.session, browser.images.ids(list(range(6)))
    with qtbot.waitSignal(session.overview_changed):
        session.set_label(ids, None)
    session.edit(edits.set_flag, ids[:4], Flag.EXCLUDED, True)
    qtbot.waitUntil(lambda: session.overview.summary.to_label == 2)
    assert session.overview.summary.left_out == 4
    assert any("2 to label  ·  4 left out" in label.text() for label in shell.findChildren(QLabel))
    session.edit(edits.set_flag, ids, Flag.EXCLUDED, True)
    qtbot.waitUntil(lambda: session.overview.summary.to_label == 0)
    assert any("all labelled  ·  6 left out" in label.text() for label in shell.findChildren(QLabel))


def test_a_few_long_names_have_a_row_each_and_many_are_side_by_side(qtbot: QtBot) -> None:
    chips = KeyChips()
    qtbot.addWidget(chips)
    chips.resize(240, 200)

    def columns(*names: str) -> int:
        chips.show_classes([ClassRecord(i, n, "#000000", str(i), i) for i, n in enumerate(names)], None)
        return sum(chips.chip_rect(i).top() == chips.chip_rect(0).top() for i in range(len(names)))

    assert columns("ant", "bee", "cat") == 2
    assert columns("ant", "Bangladesh: bumble bee", "cat") == 1
    assert columns("ant", "Bangladesh: bumble bee", "cat", *"defg") == 2


def test_chips_over_a_whole_width_are_as_wide_as_their_names(qtbot: QtBot) -> None:
    chips = KeyChips(fills=True)
    qtbot.addWidget(chips)
    chips.resize(1000, 40)
    name = "a name that is long enough to need more than others"
    for names, row in ((["ant", "bee", "cat", "dog"], 4), ([name, "bee", "cat", "dog"], 2)):
        chips.show_classes([ClassRecord(i, n, "#000000", str(i), i) for i, n in enumerate(names)], None)
        assert sum(chips.chip_rect(i).top() == 0 for i in range(len(names))) == row
        assert chips.chip_rect(0).width() > chips.fontMetrics().horizontalAdvance(names[0])


def test_narrow_chips_show_what_tells_their_classes_apart(qtbot: QtBot) -> None:
    chips = KeyChips()
    qtbot.addWidget(chips)
    names = ("Speed limit (20km/h)", "Speed limit (30km/h)", "Stop")
    classes = [ClassRecord(n, name, "#000000", str(n), n) for n, name in enumerate(names)]
    chips.show_classes(classes, None)
    metrics = chips.fontMetrics()
    assert [chips._name(c, metrics, 60) for c in classes] == ["…20km/h)", "…30km/h)", "Stop"]
    assert [chips._name(c, metrics, 1000) for c in classes] == list(names)
