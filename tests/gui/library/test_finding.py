"""Images found by what they look like, in the real window with features of the built-in base."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.library import edits, query
from engine.library.records import Flag
from engine.similarity.learner import Estimate
from gui import actions
from gui.library.browser import Browser
from gui.library.finding import Mode
from gui.library.page import LibraryPage
from gui.widgets.chooser import Chooser
from tests.gui.library.flowers import FLOWERS, OF_EACH, make_flowers
from tests.gui.windows import open_in, window

ALT, CONTROL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def page(learnt_page: LibraryPage) -> LibraryPage:
    return learnt_page


@pytest.fixture
def browser(page: LibraryPage) -> Browser:
    page.browser.grid.setFocus()
    return page.browser


def shown(browser: Browser) -> list[str]:
    """The names of the files in the grid, in order: `03 daisy`."""
    project = browser.session.project
    return [Path(r.path).stem for r in query.images(project, browser.images.snapshot())]


def kinds(browser: Browser) -> list[str]:
    return [name.split()[1] for name in shown(browser)]


def press(qtbot: QtBot, browser: Browser, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(browser.grid, key, modifier)


def key_of(kind: str) -> Qt.Key:
    return (Qt.Key.Key_1, Qt.Key.Key_2)[FLOWERS.index(kind)]


def labels(browser: Browser) -> dict[str, str | None]:
    """The class of each image by the name of its file, as it is on disk."""
    project = browser.session.project
    names = {c.id: c.name for c in query.classes(project)}
    records = query.images(project, query.image_ids(project, query.Filter()))
    return {Path(r.path).stem: names.get(r.class_id) if r.class_id else None for r in records}


def in_mode(qtbot: QtBot, browser: Browser, mode: Mode) -> None:
    """Wait until the grid shows what was asked for."""
    finding = browser.finding
    qtbot.waitUntil(
        lambda: finding.mode is mode and finding._listed and not finding.is_looking and not browser.images.is_reading,
        timeout=20_000,
    )


def wide_groups(qtbot: QtBot, browser: Browser) -> None:
    """Show the biggest group of the widest kind: of two dozen flowers few look much alike."""
    press(qtbot, browser, Qt.Key.Key_J)
    in_mode(qtbot, browser, Mode.GROUPS)
    for _ in range(5):
        press(qtbot, browser, Qt.Key.Key_Right, ALT)
    qtbot.waitUntil(lambda: browser.finding.step == 5 and not browser.finding._slides.isActive())
    in_mode(qtbot, browser, Mode.GROUPS)


def test_s_puts_the_images_in_the_order_in_which_they_are_like_the_current_one(qtbot: QtBot, browser: Browser) -> None:
    row = shown(browser).index("05 roses")
    browser.grid.set_current(row)
    press(qtbot, browser, Qt.Key.Key_S)
    in_mode(qtbot, browser, Mode.LIKE)
    assert shown(browser)[0] == "05 roses"
    assert len(shown(browser)) == 2 * OF_EACH
    assert kinds(browser)[:10].count("roses") >= 7
    assert browser.grid.current() == 0
    assert browser.finding_bar.isVisible()
    assert "05 roses.jpg" in browser.finding_bar.words.text()
    assert browser.filter_bar.sort.currentIndex() == -1, "no order of the box"
    press(qtbot, browser, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: shown(browser) == sorted(shown(browser)))
    assert not browser.finding_bar.isVisible()
    assert browser.filter_bar.sort.currentText() == "By name"


def test_another_order_or_filter_that_is_chosen_ends_the_order_by_similarity(qtbot: QtBot, browser: Browser) -> None:
    for choose in (
        lambda bar: bar.sort.setCurrentIndex(bar.sort.findText("Largest file first")),
        lambda bar: bar.search.setText("daisy"),
    ):
        browser.grid.set_current(3)
        press(qtbot, browser, Qt.Key.Key_S)
        in_mode(qtbot, browser, Mode.LIKE)
        order = shown(browser)
        choose(browser.filter_bar)
        qtbot.waitUntil(lambda: not browser.finding.active and not browser.images.is_reading)
        assert not browser.finding_bar.isVisible()
        assert shown(browser) != order
        assert browser.filter_bar.sort.currentText() == "Largest file first"
    assert set(kinds(browser)) == {"daisy"}


def test_a_dropped_picture_that_is_in_no_project_finds_those_like_it(
    qtbot: QtBot, page: LibraryPage, browser: Browser, tmp_path: Path
) -> None:
    project = browser.session.project
    wanted = next(r for r in query.images(project, browser.images.snapshot()) if "03 daisy" in r.path)
    stranger = tmp_path / "elsewhere" / "what is this.png"
    stranger.parent.mkdir()
    assert QImage(str(wanted.file)).scaled(200, 160).save(str(stranger))
    drop(page, QUrl.fromLocalFile(str(stranger)))
    choose_first(qtbot, page)
    in_mode(qtbot, browser, Mode.LIKE)
    assert shown(browser)[0] == "03 daisy"
    assert "what is this.png" in browser.finding_bar.words.text()
    assert len(labels(browser)) == 2 * OF_EACH, "it is looked for, not added"


def drop(target: QWidget, url: QUrl) -> bool:
    """Returns whether the target would have it."""
    data = QMimeData()
    data.setUrls([url])
    copy, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 200), copy, data, button, none)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(20, 200), copy, data, button, none))
    return enter.isAccepted()


def choose_first(qtbot: QtBot, page: LibraryPage) -> None:
    """Of what is offered for the dropped picture: to find those like it."""
    chooser = page.window().findChild(Chooser)
    assert chooser is not None
    assert chooser.shown()[0].text.startswith("Find pictures like ")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)


def test_a_copied_picture_finds_those_like_it_and_a_file_that_is_none_says_why(
    qtbot: QtBot, page: LibraryPage, browser: Browser, tmp_path: Path
) -> None:
    project = browser.session.project
    wanted = next(r for r in query.images(project, browser.images.snapshot()) if "07 roses" in r.path)
    QApplication.clipboard().setImage(QImage(str(wanted.file)))
    press(qtbot, browser, Qt.Key.Key_V, CONTROL)
    in_mode(qtbot, browser, Mode.LIKE)
    assert shown(browser)[0] == "07 roses"
    (tmp_path / "no picture.jpg").write_bytes(b"nothing of that kind")
    with qtbot.waitSignal(browser.said) as said:
        assert drop(page, QUrl.fromLocalFile(str(tmp_path / "no picture.jpg")))
        choose_first(qtbot, page)
    assert said.args[0]
    assert browser.finding.mode is Mode.LIKE, "what was found stays"
    QApplication.clipboard().clear()
    with qtbot.waitSignal(browser.said) as said:
        press(qtbot, browser, Qt.Key.Key_V, CONTROL)
    assert "Copy a picture" in said.args[0]


def test_a_class_can_be_chosen_by_its_name_to_find_pictures_like_it(qtbot: QtBot, browser: Browser) -> None:
    for name in ("00 roses", "01 roses", "00 daisy"):
        browser.grid.set_current(shown(browser).index(name))
        with qtbot.waitSignal(browser.session.images_changed):
            press(qtbot, browser, key_of(name.split()[1]))
    press(qtbot, browser, Qt.Key.Key_S, SHIFT)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "ros")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    in_mode(qtbot, browser, Mode.LIKE)
    assert len(shown(browser)) == 2 * OF_EACH - 3, "images without a label"
    assert kinds(browser)[:8].count("roses") >= 6
    assert "the class roses" in browser.finding_bar.words.text()


def test_j_offers_a_group_that_one_key_labels_and_undo_shows_again(qtbot: QtBot, browser: Browser) -> None:
    wide_groups(qtbot, browser)
    group = shown(browser)
    assert len(group) >= 2
    assert len(browser.grid.selected()) == len(group), "the next key labels all of them"
    assert f"{len(group)} images that look alike" in browser.finding_bar.words.text()
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    assert {labels(browser)[name] for name in group} == {"daisy"}
    in_mode(qtbot, browser, Mode.GROUPS)
    qtbot.waitUntil(lambda: not set(shown(browser)) & set(group))
    with qtbot.waitSignal(browser.session.images_changed):
        browser.session.undo()
    qtbot.waitUntil(lambda: shown(browser) == group and len(browser.grid.selected()) == len(group))
    assert set(labels(browser).values()) == {None}, "one edit"


def test_one_that_does_not_belong_gets_its_own_label_first_and_the_rest_stays_selected(
    qtbot: QtBot, browser: Browser
) -> None:
    wide_groups(qtbot, browser)
    group = shown(browser)
    assert len(group) > 2
    press(qtbot, browser, Qt.Key.Key_Right)
    assert list(browser.grid.selected()) == [1]
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: list(browser.grid.selected()) == [i for i in range(len(group)) if i != 1])
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    assert [labels(browser)[name] for name in group] == ["daisy", "roses", *["daisy"] * (len(group) - 2)]


def test_keys_and_a_slider_move_the_boundary_of_a_group_and_j_leaves_one_for_later(
    qtbot: QtBot, browser: Browser
) -> None:
    press(qtbot, browser, Qt.Key.Key_J)
    in_mode(qtbot, browser, Mode.GROUPS)
    usual = shown(browser)
    for _ in range(5):
        press(qtbot, browser, Qt.Key.Key_Right, ALT)
    assert browser.finding_bar.boundary.value() == 5
    qtbot.waitUntil(lambda: len(shown(browser)) > len(usual))
    wide = shown(browser)
    browser.finding_bar.boundary.setValue(0)
    assert browser.finding.step == 0
    qtbot.waitUntil(lambda: shown(browser) == usual)
    browser.finding_bar.boundary.setValue(5)
    qtbot.waitUntil(lambda: shown(browser) == wide)
    press(qtbot, browser, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: bool(shown(browser)) and not set(shown(browser)) & set(wide))


def test_enter_gives_a_group_the_class_that_all_of_it_are_suggested(qtbot: QtBot, browser: Browser) -> None:
    for row in range(12):
        browser.grid.set_current(row)
        with qtbot.waitSignal(browser.session.images_changed):
            press(qtbot, browser, key_of(kinds(browser)[row]))
    wide_groups(qtbot, browser)
    group, suggested = shown(browser), browser.session.class_of(browser.finding.suggested)
    assert suggested is not None
    assert f"suggested: {suggested.name}" in browser.finding_bar.words.text()
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_Return)
    assert {labels(browser)[name] for name in group} == {suggested.name}
    records = query.images(browser.session.project, browser.session.listed())
    assert not any(record.unseen for record in records), "who labels a group has seen it"


def test_enter_gives_a_group_no_suggested_class_once_there_is_a_class_without_a_label(
    qtbot: QtBot, browser: Browser
) -> None:
    for row in range(12):
        browser.grid.set_current(row)
        with qtbot.waitSignal(browser.session.images_changed):
            press(qtbot, browser, key_of(kinds(browser)[row]))
    wide_groups(qtbot, browser)
    group, before = shown(browser), labels(browser)
    assert browser.finding.suggested is not None
    with qtbot.waitSignal(browser.session.classes_changed):
        browser.session.edit(edits.add_class, "tulips")
    qtbot.waitUntil(lambda: "suggested" not in browser.finding_bar.words.text())
    with qtbot.waitSignal(browser.suggesting.said) as told:
        press(qtbot, browser, Qt.Key.Key_Return)
    assert "No picture of tulips has a label yet, so nothing was accepted" in told.args[0]
    assert (shown(browser), labels(browser)) == (group, before)


def test_what_a_key_labels_below_the_edge_of_the_grid_is_told(qtbot: QtBot, browser: Browser) -> None:
    wide_groups(qtbot, browser)
    group = len(shown(browser))
    assert group > 2
    browser.grid.set_thumb_size(browser.grid.viewport().width())  # one picture in a row
    qtbot.waitUntil(lambda: browser.finding.below >= group - 2)
    qtbot.waitUntil(lambda: f"{browser.finding.below} of them are further down" in browser.finding_bar.hint.text())
    browser.grid.verticalScrollBar().setValue(browser.grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: "further down" not in browser.finding_bar.hint.text())


def test_enter_leaves_out_of_a_group_what_is_suggested_another_class_by_now(qtbot: QtBot, browser: Browser) -> None:
    for row in range(12):
        browser.grid.set_current(row)
        with qtbot.waitSignal(browser.session.images_changed):
            press(qtbot, browser, key_of(kinds(browser)[row]))
    wide_groups(qtbot, browser)
    finding, grid, bar = browser.finding, browser.grid, browser.finding_bar
    group, ids = shown(browser), list(browser.images.snapshot())
    suggested = browser.session.class_of(finding.suggested).name
    other = next(name for name in FLOWERS if name != suggested)
    assert len(group) > 2
    files = [str(record.file) for record in query.images(browser.session.project, ids)]
    browser.session.suggestions_offered.emit(
        {file: (suggested if row else other, 0.9) for row, file in enumerate(files)}, "a test"
    )
    qtbot.waitUntil(lambda: list(grid.selected()) == list(range(1, len(group))))
    assert bar.words.text().startswith(f"{len(group) - 1} image")
    assert "1 image left out: suggested as another class by now." in bar.hint.text()
    grid.select(range(len(group)), 0)  # by a person who selects all
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_Return)
    found = labels(browser)
    assert [found[name] for name in group] == [None, *[suggested] * (len(group) - 1)]
    qtbot.waitUntil(lambda: list(browser.images.snapshot()) != ids)  # what is left out belongs to another group
    with qtbot.waitSignal(browser.session.images_changed):
        browser.session.undo()
    qtbot.waitUntil(lambda: list(browser.images.snapshot()) == ids and 0 not in grid.selected())


def test_a_key_right_after_other_pictures_have_come_labels_none_of_them(
    qtbot: QtBot, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.library.labelling.LOOK_MS", 60_000)
    press(qtbot, browser, Qt.Key.Key_T)
    in_mode(qtbot, browser, Mode.TEACHING)
    first = shown(browser)[:10]
    for _ in first:  # these were asked for: no key is too early
        with qtbot.waitSignal(browser.session.images_changed):
            press(qtbot, browser, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: not set(shown(browser)) & set(first))
    in_mode(qtbot, browser, Mode.TEACHING)
    before = labels(browser)
    for key in (Qt.Key.Key_2, Qt.Key.Key_R, Qt.Key.Key_X, Qt.Key.Key_Return):
        with qtbot.waitSignal(browser.said) as said:
            press(qtbot, browser, key)
        assert said.args[0].startswith("Other pictures have just come")
    assert labels(browser) == before
    monkeypatch.setattr("gui.library.labelling.LOOK_MS", 0)  # time goes by
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_2)


def test_undo_shows_a_group_again_but_selects_none_that_has_its_own_label(qtbot: QtBot, browser: Browser) -> None:
    wide_groups(qtbot, browser)
    group = shown(browser)
    press(qtbot, browser, Qt.Key.Key_Right)
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_2)
    rest = [row for row in range(len(group)) if row != 1]
    qtbot.waitUntil(lambda: list(browser.grid.selected()) == rest)
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: not set(shown(browser)) & set(group))
    with qtbot.waitSignal(browser.session.images_changed):
        browser.session.undo()
    qtbot.waitUntil(lambda: shown(browser) == group and list(browser.grid.selected()) == rest)


def go_back(qtbot: QtBot, browser: Browser, group: list[str]) -> None:
    """Press the key that goes back to the group before, and wait until it is on screen."""
    press(qtbot, browser, Qt.Key.Key_J, SHIFT)
    qtbot.waitUntil(lambda: shown(browser) == group and browser.finding._listed)


def next_group(qtbot: QtBot, browser: Browser, before: list[str]) -> list[str]:
    """Wait for another group than the one before, and return it."""
    qtbot.waitUntil(lambda: bool(shown(browser)) and not set(shown(browser)) & set(before))
    in_mode(qtbot, browser, Mode.GROUPS)
    return shown(browser)


def test_a_key_goes_back_through_the_groups_that_were_labelled_or_left_for_later(
    qtbot: QtBot, browser: Browser
) -> None:
    wide_groups(qtbot, browser)
    finding, bar, grid = browser.finding, browser.finding_bar, browser.grid
    assert "Shift+J" in bar.back.toolTip()
    first = shown(browser)
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    second = next_group(qtbot, browser, first)
    qtbot.mouseClick(bar.later, Qt.MouseButton.LeftButton)
    next_group(qtbot, browser, second)
    go_back(qtbot, browser, second)
    assert len(grid.selected()) == len(second), "the next key labels all of them"
    qtbot.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(browser) == first and finding._listed)
    assert bar.back.isEnabled(), "before it was the list with which the person began"
    assert bar.words.text() == f"{len(first)} images that look alike, none left to label"
    assert list(grid.selected()) == [0], "who comes back corrects one"
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_2)
    assert [labels(browser)[name] for name in first] == ["roses", *["daisy"] * (len(first) - 1)]
    assert shown(browser) == first
    press(qtbot, browser, Qt.Key.Key_J)
    found = next_group(qtbot, browser, first)
    assert {labels(browser)[name] for name in found} == {None}, "it goes on with what has no label"


def test_undo_shows_the_groups_before_one_after_the_other(qtbot: QtBot, browser: Browser) -> None:
    wide_groups(qtbot, browser)
    first = shown(browser)
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    second = next_group(qtbot, browser, first)
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    next_group(qtbot, browser, second)
    for group in (second, first):
        with qtbot.waitSignal(browser.session.images_changed):
            browser.session.undo()
        qtbot.waitUntil(lambda group=group: shown(browser) == group and len(browser.grid.selected()) == len(group))
    press(qtbot, browser, Qt.Key.Key_J, SHIFT)
    qtbot.waitUntil(lambda: browser.finding.mode is Mode.NOTHING and len(shown(browser)) == 2 * OF_EACH)


def test_a_key_goes_back_from_look_alikes_of_look_alikes_to_the_list_that_the_person_began_with(
    qtbot: QtBot, browser: Browser
) -> None:
    finding, bar, grid = browser.finding, browser.finding_bar, browser.grid
    browser.filter_bar.search.setText("roses")
    browser.filter_bar.sort.setCurrentIndex(browser.filter_bar.sort.findText("Largest file first"))
    qtbot.waitUntil(lambda: set(kinds(browser)) == {"roses"} and browser.images.is_settled)
    began = shown(browser)
    grid.set_current(4)
    orders = []
    for row in (None, 7, 3):
        if row is not None:
            grid.set_current(row)
        press(qtbot, browser, Qt.Key.Key_S)
        in_mode(qtbot, browser, Mode.LIKE)
        wanted = orders[-1][row] if row is not None else began[4]
        qtbot.waitUntil(lambda wanted=wanted: shown(browser)[:1] == [wanted] and finding._listed)
        orders.append(shown(browser))
    press(qtbot, browser, Qt.Key.Key_J, SHIFT)
    qtbot.waitUntil(lambda: shown(browser) == orders[1] and finding._listed)
    assert grid.current() == 3, "at the image that the person was at"
    assert bar.back.isVisible()
    qtbot.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(browser) == orders[0] and finding._listed)
    assert grid.current() == 7
    assert f"{began[4]}.jpg" in bar.words.text()
    press(qtbot, browser, Qt.Key.Key_J, SHIFT)
    qtbot.waitUntil(lambda: shown(browser) == began and browser.images.is_settled)
    assert (finding.mode, bar.isVisible()) == (Mode.NOTHING, False)
    assert (browser.filter_bar.search.text(), grid.current()) == ("roses", 4)
    assert browser.filter_bar.sort.currentText() == "Largest file first"
    press(qtbot, browser, Qt.Key.Key_J, SHIFT)
    assert (finding.mode, shown(browser)) == (Mode.NOTHING, began), "there is nothing before"


def test_a_group_comes_back_after_pictures_like_one_of_it(qtbot: QtBot, browser: Browser) -> None:
    wide_groups(qtbot, browser)
    group = shown(browser)
    press(qtbot, browser, Qt.Key.Key_S)
    in_mode(qtbot, browser, Mode.LIKE)
    press(qtbot, browser, Qt.Key.Key_T)
    in_mode(qtbot, browser, Mode.TEACHING)
    press(qtbot, browser, Qt.Key.Key_J, SHIFT)
    in_mode(qtbot, browser, Mode.LIKE)
    go_back(qtbot, browser, group)
    assert browser.finding.mode is Mode.GROUPS
    assert len(browser.grid.selected()) == len(group), "the next key labels all of them"


def test_t_shows_what_teaches_most_and_new_ones_when_these_have_labels(qtbot: QtBot, browser: Browser) -> None:
    press(qtbot, browser, Qt.Key.Key_T)
    in_mode(qtbot, browser, Mode.TEACHING)
    assert len(shown(browser)) == 2 * OF_EACH
    first = shown(browser)[:10]
    assert sorted(browser.images.ids(range(10))) == sorted(browser.finding.rest)
    assert "10 left" in browser.finding_bar.words.text()
    assert "Too few" in browser.finding_bar.hint.text()
    browser.finding.learning.estimate = Estimate(0.8, 0.7, 0.9, 40)
    browser.finding.learning.renewed.emit()
    estimate = "A model of your 40 labels has about 80 of 100 such pictures right (± 10)."
    assert browser.finding_bar.hint.text() == estimate, "true also where one was just trained"
    browser.finding.learning.estimate = Estimate(0.8, 0.7, 0.9, 40, unlike=0.2)
    browser.finding.learning.renewed.emit()
    assert "cannot be told yet" in browser.finding_bar.hint.text(), "as Train and Review say"
    browser.finding.learning.estimate = Estimate(1.0, 0.96, 1.0, 100)
    browser.finding.learning.renewed.emit()
    assert browser.finding_bar.hint.text().startswith("A model of your 100 labels has 96 or more of 100")
    for name in first:
        with qtbot.waitSignal(browser.session.images_changed):
            press(qtbot, browser, key_of(name.split()[1]))
    qtbot.waitUntil(lambda: len(shown(browser)) == 2 * OF_EACH - 10)
    assert not set(shown(browser)) & set(first)
    in_mode(qtbot, browser, Mode.TEACHING)
    assert browser.grid.current() == 0


def test_an_image_marked_as_unsure_is_not_waited_for_and_not_asked_for_at_once_again(
    qtbot: QtBot, browser: Browser
) -> None:
    press(qtbot, browser, Qt.Key.Key_T)
    in_mode(qtbot, browser, Mode.TEACHING)
    first = shown(browser)[:10]
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: "9 left" in browser.finding_bar.words.text())
    press(qtbot, browser, Qt.Key.Key_Right)
    for name in first[1:]:
        with qtbot.waitSignal(browser.session.images_changed):
            press(qtbot, browser, key_of(name.split()[1]))
    qtbot.waitUntil(lambda: len(shown(browser)) == 2 * OF_EACH - 9)
    assert shown(browser)[-1] == first[0], "what a person could not tell comes after all others"
    assert "10 left" in browser.finding_bar.words.text()


def test_in_a_group_the_next_key_is_for_the_others_once_one_is_marked_as_unsure(qtbot: QtBot, browser: Browser) -> None:
    wide_groups(qtbot, browser)
    group = shown(browser)
    browser.grid.set_current(1)
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: list(browser.grid.selected()) == [0, *range(2, len(group))])
    browser.grid.select(range(3, len(group)), 3)
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: list(browser.grid.selected()) == [0, 2])
    browser.grid.set_current(0)
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: browser.finding_bar.words.text() == "One more image of this group")
    assert browser.finding_bar.hint.text() == "The key of a class labels it."
    with qtbot.waitSignal(browser.session.images_changed):
        press(qtbot, browser, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: shown(browser) != group)
    assert labels(browser)[group[1]] is None


def test_what_is_unlike_everything_becomes_a_class_in_one_edit_or_none_of_these(
    qtbot: QtBot, qapp: QApplication, learns: None, tmp_path: Path, shared_data: Path
) -> None:
    with window(qtbot, qapp) as shell:
        open_in(qtbot, shell, make_flowers(tmp_path, shared_data, boards=4))
        page = shell.page(0)
        qtbot.waitUntil(lambda: page.learning.ready == 28 and not page.learning.busy, timeout=90_000)
        browser = page.browser
        with qtbot.waitSignal(browser.said) as said:
            press(qtbot, browser, Qt.Key.Key_W)
        assert "Label 20 images first" in said.args[0]
        ids = dict(zip(shown(browser), browser.images.snapshot(), strict=True))
        for cls in browser.session.overview.classes:
            with qtbot.waitSignal(browser.session.images_changed):
                browser.session.set_label([i for name, i in ids.items() if cls.name in name][:11], cls.id)
        before = labels(browser)
        press(qtbot, browser, Qt.Key.Key_W)
        in_mode(qtbot, browser, Mode.UNLIKE)
        assert set(kinds(browser)) == {"board"}, "all alike, and like no flower"
        assert len(shown(browser)) == 4
        browser.finding_bar.new_class.click()
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        qtbot.keyClicks(field, "chess board")
        with qtbot.waitSignal(browser.session.images_changed):
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert {name for name, label in labels(browser).items() if label == "chess board"} == {*shown(browser)}
        with qtbot.waitSignal(browser.session.images_changed):
            browser.session.undo()
        assert labels(browser) == before
        assert [c.name for c in browser.session.overview.classes] == list(FLOWERS), "one edit"
        qtbot.waitUntil(lambda: not browser.finding.is_looking)
        if browser.finding.mode is Mode.NOTHING:  # nothing was left before undo
            press(qtbot, browser, Qt.Key.Key_W)
        in_mode(qtbot, browser, Mode.UNLIKE)
        with qtbot.waitSignal(browser.session.images_changed):
            browser.finding_bar.none.click()
        excluded = query.image_ids(browser.session.project, query.Filter(flags=frozenset({Flag.EXCLUDED})))
        assert sorted(excluded) == sorted(i for name, i in ids.items() if "board" in name)
        qtbot.waitUntil(lambda: browser.finding.mode is Mode.NOTHING or "board" not in kinds(browser))


def test_where_nothing_is_learnt_it_is_said_how_to_switch_it_on(qtbot: QtBot, browser: Browser) -> None:
    shell = browser.window()
    assert shell.learn.isChecked()
    shell.learn.trigger()
    assert not browser.finding.learning.is_on
    with qtbot.waitSignal(browser.said) as said:
        press(qtbot, browser, Qt.Key.Key_J)
    assert "switched off" in said.args[0]
    assert browser.finding.mode is Mode.NOTHING


def test_every_way_to_find_pictures_has_a_key_and_stands_in_the_palette(page: LibraryPage, browser: Browser) -> None:
    keys = {actions.key_text(action): action.text() for action in actions.listed(page.window())}
    found = {
        key: keys.get(key) for key in ("J", "Shift+J", "T", "W", "S", "Shift+S", "Ctrl+V", "Alt+Left", "Alt+Right")
    }
    assert all(found.values()), found
    bar = browser.finding_bar
    controls = (bar.boundary, bar.back, bar.later, bar.new_class, bar.none, bar.close_button)
    assert all(control.accessibleName() for control in controls)
    offered = [action.text() for action in page.header.findChild(QToolButton, "help_button").menu().actions()]
    assert {found["J"], found["T"], found["W"], found["S"]} <= {*offered}
