"""Results in the window: counted and filtered without holding them, looked up when seen, corrected by key."""

from __future__ import annotations

from array import array
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QWidget
from pytestqt.qtbot import QtBot

from engine.batch.results import (
    ALL,
    CORRECTED,
    LEAST_SURE,
    PROBLEMS,
    UNLIKE,
    UNSURE,
    RowFilter,
    arrived,
)
from engine.batch.saved_results.folder import read_labels
from engine.batch.saved_results.stored import PROBLEM, Block
from engine.library import edits
from gui.classify.confidence_bar import ConfidenceBar
from gui.classify.page import ClassifyPage
from gui.classify.shown_rows import AT_ONCE, ShownRows
from gui.classify.sort_dialog import plan
from gui.session import Session
from tests.engine.batch.made_results import made
from tests.gui.classify.classifying import begin, captions, done, finish, rows, say, settle
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown

# Which rows are shown


def test_a_large_filter_runs_in_a_thread_and_new_rows_follow(qtbot: QtBot):
    jobs = FakeJobs()
    results = made(*[(n % 2, 0.9) for n in range(AT_ONCE + 10)])
    rows = ShownRows(jobs)  # type: ignore[arg-type]
    rows.begin(results)
    assert rows.rows == range(AT_ONCE + 10), "everything costs nothing"
    rows.want(RowFilter(cls=1))
    rows.want(RowFilter(cls=0))
    assert len(jobs.callables) == 2
    block = Block(array("q", [1]), array("i", [0]), array("f", [0.5]), names=("ant", "bee"))
    results.take(arrived(block))
    rows.grown()
    settle(jobs)
    assert list(rows.rows) == [*range(0, AT_ONCE + 10, 2), AT_ONCE + 10], "of the newest wish, to the last row"


def test_problems_among_the_rows_are_left_out_from_the_first_on(qtbot: QtBot):
    results = made((0, 0.9), (1, 0.8))
    rows = ShownRows(FakeJobs())  # type: ignore[arg-type]
    rows.begin(results)
    block = Block(array("q", [1, 2]), array("i", [PROBLEM, 1]), array("f", [0.0, 0.5]), names=("ant", "bee"))
    block.problems.append((0, "x", "damaged"))
    results.take(arrived(block))
    rows.grown()
    assert list(rows.rows) == [0, 1, 3]


# The grid


def test_results_appear_as_pictures_with_class_and_confidence(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, rows(pictures))
    assert captions(page) == [("ant", "97.0 % sure"), ("bee", "unsure, 41.0 %"), ("bee", "88.0 % sure")]


def test_bars_count_every_class_most_images_first_and_filter(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    done(page, jobs, pictures)
    bars = page.view.bars
    assert [row[:2] for row in bars.rows()[1:]] == [["ant", 1], ["bee", 1], ["cat", 0]], (
        "an unsure bee goes to no class"
    )
    bars.select(1)
    settle(jobs)
    assert captions(page) == [("bee", "88.0 % sure")], "as many as the bar says"
    bars.select(None)
    page.view.set_threshold(40)
    settle(jobs)
    assert [row[:2] for row in bars.rows()[1:]] == [["bee", 2], ["ant", 1], ["cat", 0]]
    place = QPoint(20, round(bars.step() * 0.5))
    qtbot.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(jobs)
    assert [c[0] if c else None for c in captions(page)] == ["bee", "bee"]
    assert page.view.title.text() == "2 images of class bee"
    qtbot.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.view.grid.count() == 3


def test_unsure_images_and_problems_are_shown_alone(page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, [*rows(pictures), ("/x/broken.png", "truncated")], 4)
    page.view.kinds.button(UNSURE).click()
    settle(jobs)
    assert captions(page) == [("bee", "unsure, 41.0 %")]
    assert page.view.title.text() == "1 image, less than 50 % sure"
    page.view.kinds.button(PROBLEMS).click()
    assert page.view.problems.isVisible()
    assert page.view.problems.rows()[1:] == [["/x/broken.png", "truncated"]]
    kinds = []
    for _ in range(3):
        qtbot.keyClick(page, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        kinds.append(page.view.kinds.current())
    assert kinds == [ALL, UNSURE, PROBLEMS], "nothing is corrected yet"


def test_images_unlike_anything_the_model_was_trained_on_are_told_apart_from_unsure_ones(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path
):
    handle = begin(page, jobs, pictures)
    unlike = (str(pictures / "cat" / "3.png"), "bee", 0.3, 1.7)
    say(handle, jobs, [*rows(pictures)[:2], unlike], 3)
    finish(page, handle, jobs)
    kinds = page.view.kinds
    assert (kinds.button(UNSURE).text(), kinds.button(UNLIKE).text()) == ("Unsure 1", "Unlike anything 1")
    assert not kinds.button(UNLIKE).isHidden()
    kinds.button(UNLIKE).click()
    settle(jobs)
    assert captions(page) == [("unlike anything", "nearest: bee, 30.0 %")]
    assert page.view.title.text() == "1 image, unlike anything the model was trained on"
    assert plan(page.view.results, 50).folders == {"unsure": 1, "unlike-anything": 1, "ant": 1}
    assert plan(page.view.results, 50, [2]).folders == {"unlike-anything": 1}


def test_a_model_that_tells_nothing_of_that_shows_no_such_switch(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    assert page.view.kinds.button(UNLIKE).isHidden()


def test_a_range_of_confidence_is_chosen_by_mouse_and_keys(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    done(page, jobs, pictures)
    bar = page.view.confidence
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(bar, left, pos=QPoint(round(bar.x_of(0)), 20))
    qtbot.mouseMove(bar, QPoint(round(bar.x_of(50)), 20))
    qtbot.mouseRelease(bar, left, pos=QPoint(round(bar.x_of(50)), 20))
    assert bar.range() == (50, 100)
    assert [c and c[1] for c in captions(page)] == ["97.0 % sure", "88.0 % sure"]
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert page.view.title.text() == "1 image, 50 to 95 % sure"
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert page.view.grid.count() == 3
    page.view.order.setCurrentIndex(LEAST_SURE)
    assert captions(page)[0] == ("bee", "unsure, 41.0 %")


def test_two_handles_on_one_place_come_apart_again(qtbot: QtBot):
    bar = shown(qtbot, ConfidenceBar(), 200, 44)
    bar.set_range(60, 60)
    for x, found in ((90, (60, 90)), (10, (10, 90))):
        place = QPoint(round(bar.x_of(x)), 20)
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
        assert bar.range() == found


def test_return_shows_an_image_large_with_its_first_guesses(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    done(page, jobs, pictures)
    page.view.grid.setFocus()
    page.view.grid.set_current(1)
    qtbot.keyClick(page.view.grid, Qt.Key.Key_Return)
    large = page.view.large
    assert large is not None
    assert large.isVisible()
    assert large.title.text() == "bee"
    assert large.guesses.accessibleDescription() == "bee 41.0 %, ant 29.5 %, cat 29.5 %"
    qtbot.keyClick(large, Qt.Key.Key_3)
    assert (large.title.text(), page.view.grid.current()) == ("bee", 2), "called cat, and on to the next"
    qtbot.keyClick(large, Qt.Key.Key_Left)
    assert large.title.text() == "cat"
    assert [label.text() for label in large.facts[0]] == ["Predicted", "bee"]
    qtbot.keyClick(large, Qt.Key.Key_Escape)
    assert large.isHidden()
    assert page.view.grid.hasFocus()


def test_a_second_batch_shows_its_own_files(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    assert page.view.grid.item(0).file == pictures / "ant" / "3.png"
    handle = begin(page, jobs, pictures)
    say(handle, jobs, rows(pictures)[::-1], 3)
    assert page.view.grid.item(0).file == pictures / "cat" / "3.png"


# Corrections


def labels(page: ClassifyPage) -> dict[int, str]:
    assert page.batch.saved is not None
    return read_labels(page.batch.saved.labels)[0]


def test_a_prediction_is_corrected_confirmed_and_taken_back_by_key(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    done(page, jobs, pictures)
    grid = page.view.grid
    grid.setFocus()
    grid.set_current(0)
    qtbot.keyClick(grid, Qt.Key.Key_3)
    qtbot.keyClick(grid, Qt.Key.Key_Y)
    settle(jobs)
    assert captions(page) == [("cat", "not ant, 97.0 %"), ("bee", "confirmed, 41.0 %"), ("bee", "88.0 % sure")]
    assert [page.view.grid.item(n).mark for n in range(3)] == ["wrong", "correct", ""]
    assert labels(page) == {0: "cat", 1: "bee"}
    assert [row[:2] for row in page.view.bars.rows()[1:]] == [["bee", 2], ["cat", 1], ["ant", 0]]
    page.view.kinds.button(CORRECTED).click()
    assert page.view.grid.count() == 2
    grid.setFocus()
    grid.set_current(0)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    settle(jobs)
    assert labels(page) == {1: "bee"}
    assert page.view.grid.count() == 1


def test_of_two_corrections_the_second_counts_though_its_thread_was_faster(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path
):
    done(page, jobs, pictures)
    page.view.correcting.call([0], "wasp")
    page.view.correcting.call([0], "bee")
    jobs.callables.reverse()
    settle(jobs)
    assert labels(page) == {0: "bee"}


def test_many_are_corrected_at_once_and_a_class_is_found_by_typing(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    done(page, jobs, pictures)
    page.view.grid.setFocus()
    qtbot.keyClick(page.view.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(page.view.grid, Qt.Key.Key_L)
    chooser = page.view.correcting.chooser
    assert chooser is not None
    assert [entry.key for entry in chooser.shown()] == ["1", "2", "3"], "the keys of the project"
    qtbot.keyClicks(chooser.field, "wasp")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    settle(jobs)
    assert labels(page) == {0: "wasp", 1: "wasp", 2: "wasp"}
    assert page.view.bars.rows()[1][:2] == ["wasp", 3]
    chooser.deleteLater()


def test_the_key_that_a_person_gave_to_a_class_goes_before_a_command(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, session: Session, qtbot: QtBot
):
    done(page, jobs, pictures)
    cat = session.class_named("cat")
    with qtbot.waitSignal(session.classes_changed):
        session.edit(edits.set_class_key, cat.id, "y")
    page.host.activateWindow()
    page.view.grid.setFocus()
    page.view.grid.set_current(0)
    qtbot.keyClick(page.view.grid, Qt.Key.Key_Y)
    settle(jobs)
    assert labels(page) == {0: "cat"}


def test_a_key_of_no_class_and_no_selection_say_what_to_do(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, session: Session, qtbot: QtBot
):
    done(page, jobs, pictures)
    page.view.grid.setFocus()
    for key, words in ((Qt.Key.Key_9, "No class has the key 9"), (Qt.Key.Key_1, "Select images first")):
        with qtbot.waitSignal(session.message) as said:
            qtbot.keyClick(page.view.grid, key)
        assert words in said.args[0]


def test_digits_in_a_field_stay_there(page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot):
    done(page, jobs, pictures)
    page.view.grid.set_current(0)
    page.host.activateWindow()
    field = page.setup.options.threshold
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "73")
    assert (field.value(), page.view.results.labels) == (73, {})
    assert QApplication.focusWidget() is field


def test_corrections_of_an_earlier_day_come_back_with_their_results(
    qtbot: QtBot, page: ClassifyPage, session: Session, jobs: FakeJobs, pictures: Path
):
    done(page, jobs, pictures)
    page.view.correcting.call([0], "wasp")
    page.view.correcting.call([1], "ant")
    settle(jobs)
    kept = page.batch.saved
    begin(page, jobs, pictures).fail("no")
    settle(jobs)
    page.batch.open(kept)
    settle(jobs)
    assert captions(page)[:2] == [("wasp", "not ant, 97.0 %"), ("ant", "not bee, 41.0 %")]
    page.view.correcting.call([0], None)
    settle(jobs)
    assert labels(page) == {1: "ant"}, "the newest counts, though it was written on another day"


def test_everything_is_shown_when_other_results_come(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    page.view.confidence.set_range(90, 95)
    page.view.kinds.button(UNSURE).click()
    done(page, jobs, pictures)
    assert (page.view.kinds.current(), page.view.confidence.range(), page.view.grid.count()) == (ALL, (0, 100), 3)


def test_the_page_speaks_of_predictions_and_not_of_results(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    """As DESIGN.md has it."""
    done(page, jobs, pictures)
    page.output_bar.ask_sort()
    page.output_bar.ask_add()
    dialogs = page.findChildren(QDialog)
    said = [action.text() for action in page.actions()]
    for widget in page.findChildren(QWidget):
        said += [widget.accessibleName(), widget.toolTip(), getattr(widget, "text", str)()]
    for box in page.findChildren(QComboBox):
        said += [box.itemText(place) for place in range(box.count())]
    for dialog in dialogs:
        dialog.close()
    assert len(dialogs) == 2
    assert [words for words in said if "result" in words.lower()] == []
