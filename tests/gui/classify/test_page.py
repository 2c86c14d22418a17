"""The Classify page: sources, models, a batch, its progress and its end."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from engine.batch.results import PROBLEMS
from engine.batch.saved_results.folder import MOST_KEPT, recent
from engine.events import Log, Progress
from engine.jobs.job import Cancel, run_job
from engine.jobs.registry import job, params_of, to_data
from gui.classify.batch import results_folder
from gui.classify.page import EMPTY, RESULTS, ClassifyPage
from gui.classify.problem_list import wrapped
from gui.session import Session
from gui.widgets import file_dialogs
from tests.gui.classify.classifying import begin, captions, done, drop, finish, result, rows, say, settle
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown

# Sources


def test_folders_archives_and_models_are_dropped_and_taken_out_again(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, qtbot: QtBot
):
    drop(page, pictures, tmp_path / "more.zip", tmp_path / "dropped.onnx")
    settle(jobs)
    drop(page, tmp_path / "one.png", pictures)
    listed = page.setup.source_list
    assert page.setup.sources() == [pictures, tmp_path / "more.zip", tmp_path / "one.png"], "each once"
    assert page.setup.models.box.model_file() == tmp_path / "dropped.onnx"
    listed.setCurrentIndex(listed.model().index(1, 0))
    qtbot.keyClick(listed, Qt.Key.Key_Delete)
    assert page.setup.sources() == [pictures, tmp_path / "one.png"]
    cross = listed.visualRect(listed.model().index(0, 0)).center()
    cross.setX(listed.viewport().width() - 10)
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    assert page.setup.sources() == [tmp_path / "one.png"]


def test_the_dashed_frame_takes_many_things_at_once_and_lights_up(page: ClassifyPage, pictures: Path, tmp_path: Path):
    frame, data = page.no_results, QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pictures)), QUrl.fromLocalFile(str(tmp_path / "more.zip"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    QApplication.sendEvent(frame, enter)
    assert enter.isAccepted()
    assert frame.is_hot
    QApplication.sendEvent(frame, QDropEvent(QPointF(9, 9), copy, data, left, none))
    assert not frame.is_hot
    assert page.setup.sources() == [pictures, tmp_path / "more.zip"]


def test_after_a_complete_batch_a_drop_begins_a_new_list(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    drop(page, pictures / "ant")
    assert page.setup.sources() == [pictures / "ant"]
    drop(page, pictures / "bee")
    assert page.setup.sources() == [pictures / "ant", pictures / "bee"]


def test_while_a_batch_runs_nothing_is_dropped_into_it(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures)
    drop(page, pictures / "ant")
    assert page.setup.sources() == [pictures]


def test_a_picture_from_the_clipboard_becomes_a_file_of_its_own(
    page: ClassifyPage, jobs: FakeJobs, qtbot: QtBot, empty_home: Path
):
    picture = QImage(20, 10, QImage.Format.Format_RGB32)
    picture.fill(QColor("#c03020"))
    QApplication.clipboard().setImage(picture)
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(jobs)
    (source,) = page.setup.sources()
    assert source.parent == empty_home / "data" / "pictures"
    assert QImage(str(source)).pixelColor(3, 3) == QColor("#c03020")


def test_copied_files_are_pasted_and_an_empty_clipboard_says_what_to_do(
    page: ClassifyPage, session: Session, pictures: Path, qtbot: QtBot
):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pictures))])
    QApplication.clipboard().setMimeData(data)
    page.setup.paste_button.click()
    assert page.setup.sources() == [pictures]
    QApplication.clipboard().setText("no picture")
    with qtbot.waitSignal(session.message) as said:
        page.setup.paste_button.click()
    assert "Copy a picture" in said.args[0]


def test_pictures_and_archives_are_chosen(
    page: ClassifyPage, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    chosen = [str(tmp_path / "a.zip"), str(tmp_path / "b.png")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (chosen, ""))
    page.setup.files_button.click()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(pictures))
    page.setup.choose_button.click()
    assert page.setup.sources() == [Path(chosen[0]), Path(chosen[1]), pictures]


# The batch


def test_nothing_can_start_before_a_source_was_chosen(page: ClassifyPage, pictures: Path):
    assert not page.setup.classify_button.isEnabled()
    page.set_sources([pictures])
    assert page.setup.classify_button.isEnabled()


def test_classify_runs_the_job_on_the_sources_with_the_model(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    assert handle.name == "classify"
    assert handle.params.sources == (str(pictures),)  # type: ignore[attr-defined]
    assert handle.params.model == str(page.setup.models.box.model_file())  # type: ignore[attr-defined]
    assert Path(handle.params.out).is_relative_to(results_folder())  # type: ignore[attr-defined]
    assert page.showing == RESULTS
    assert page.setup.stop_button.isVisible()
    assert not page.setup.classify_button.isVisible()


def test_progress_tells_rate_and_time_left(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures).play(Progress("Classifying", 300, 1000, 100.0, 70.0))
    assert page.strip.words.text() == "300 of 1,000 images  ·  100 images/s  ·  1 min left"
    assert (page.strip.bar.value(), page.strip.bar.maximum()) == (300, 1000)


def test_the_end_tells_count_time_rate_and_what_it_was_computed_on(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    assert page.strip.words.text() == "3 images classified  ·  in 1.5 s  ·  2.0 images/s  ·  on CPU"
    assert page.setup.model_note.text().endswith("on CPU")


def test_why_the_graphics_card_is_not_used_is_told(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures).play(
        Log("CUDA cannot be used: its driver is missing; predictions are made on the CPU.", "warning")
    )
    assert "its driver is missing" in page.notice.words.text()


def test_stop_keeps_what_was_classified_and_it_can_be_gone_on_with(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, rows(pictures)[:2], 3)
    page.setup.stop_button.click()
    assert handle.cancelled
    handle.stop(**result(2))
    settle(jobs)
    assert page.strip.words.text().startswith("Stopped after 2 images")
    assert page.output_bar.save_button.isEnabled()
    assert page.setup.classify_button.isVisible()
    assert page.setup.go_on_button.isVisible()
    page.setup.go_on_button.click()
    again = jobs.started[-1]
    assert again.params == replace(handle.params, resume=True)  # type: ignore[type-var]
    say(again, jobs, rows(pictures)[2:], 3)
    finish(page, again, jobs)
    assert len(page.view.results) == 3
    assert page.setup.go_on_button.isHidden()


def test_stopped_before_the_job_began_it_is_cancelled_at_once(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    page.set_sources([pictures])
    page.setup.classify_button.click()
    page.setup.stop_button.click()
    settle(jobs)
    assert jobs.started[-1].cancelled


def test_a_failure_is_told_in_one_sentence(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures).fail("There are no images in /x; expected files such as .jpg or .png.")
    settle(jobs)
    assert page.notice.isVisible()
    assert page.notice.words.text().startswith("There are no images")
    assert page.setup.classify_button.isVisible()


def test_a_second_batch_starts_from_nothing(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    begin(page, jobs, pictures)
    assert page.view.grid.count() == 0
    assert len(page.view.results) == 0


def test_where_results_cannot_be_kept_it_is_said_and_nothing_runs(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, empty_home: Path
):
    (empty_home / "data").write_text("a file in the way")
    page.set_sources([pictures])
    page.setup.classify_button.click()
    (handle, _), jobs.callables = jobs.callables[0], []
    handle.fail("Results cannot be kept there: not a directory.")
    assert "cannot be kept" in page.notice.words.text()
    assert page.setup.classify_button.isVisible()
    assert [handle.name for handle in jobs.started] == ["engine.batch.saved_results.about:about_device"]


# Hot folder


def test_a_folder_is_watched_until_it_is_stopped(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    page.setup.options.watch.setChecked(True)
    handle = begin(page, jobs, pictures)
    assert handle.params.watch  # type: ignore[attr-defined]
    say(handle, jobs, rows(pictures)[:1])
    assert page.strip.words.text() == "Watching; 1 image so far. New files are classified as they come."
    say(handle, jobs, rows(pictures)[1:])
    assert page.view.grid.count() == 3
    page.setup.stop_button.click()
    finish(page, handle, jobs)
    assert page.setup.go_on_button.isVisible(), "watching goes on where it stopped"


def test_a_file_that_changes_while_it_is_watched_is_shown_as_it_is_now(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    page.setup.options.watch.setChecked(True)
    handle = begin(page, jobs, pictures)
    ant, bee, cat = rows(pictures)
    say(handle, jobs, [ant, bee, (cat[0], "truncated: it is being written")])
    page.view.correcting.call([1], "cat")
    settle(jobs)
    assert page.notice.words.text() == ""
    say(handle, jobs, [(bee[0], "ant", 0.7), cat])

    told = "1 correction no longer counts: its file has changed, and was classified again."
    assert page.notice.words.text() == told
    assert captions(page) == [("ant", "97.0 % sure"), ("ant", "70.0 % sure"), ("bee", "88.0 % sure")]
    results = page.view.results
    assert (results.images, results.problem_count, results.problems, results.labels) == (3, 0, [], {})
    assert dict(zip(results.names, results.counts(), strict=True)) == {"ant": 2, "bee": 1, "cat": 0}
    finish(page, handle, jobs)
    assert page.batch.saved.images == sum(results.histogram()) == 3

    page.batch.open(page.batch.saved)
    settle(jobs)
    assert captions(page) == [("ant", "97.0 % sure"), ("ant", "70.0 % sure"), ("bee", "88.0 % sure")]
    page.output_bar.save("csv", tmp_path / "out.csv")
    handle = jobs.started[-1]
    work = job(handle.name)
    run_job(work, params_of(work, to_data(handle.params)), emit=handle.play, cancel=Cancel())
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [(r["class"], r["label"]) for r in csv.DictReader(file)] == [("ant", ""), ("ant", ""), ("bee", "")]


def test_a_file_that_is_asked_for_twice_has_two_rows_where_nothing_is_watched(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path
):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, [*rows(pictures), rows(pictures)[0]])
    finish(page, handle, jobs)
    assert page.view.grid.count() == page.view.results.images == 4


# Earlier days


def test_results_of_an_earlier_day_are_shown_again_and_gone_on_with(
    qtbot: QtBot, page: ClassifyPage, session: Session, jobs: FakeJobs, pictures: Path
):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, rows(pictures)[:2], 3)
    later_jobs = FakeJobs()  # the window was killed; another one is opened
    later = shown(qtbot, ClassifyPage(session, later_jobs), 1160, 770)  # type: ignore[arg-type]
    settle(later_jobs)
    assert later.showing == EMPTY
    assert later.no_results.earlier.isVisible()
    later.earlier.choose_results()
    settle(later_jobs)
    entry, undo = later.earlier.chooser.shown()
    assert undo.text == "Undo a sorting…"
    assert "unfinished" in entry.text
    entry.run()
    settle(later_jobs)
    assert captions(later) == [("ant", "97.0 % sure"), ("bee", "unsure, 41.0 %")]
    assert later.setup.sources() == [pictures]
    assert "by 20260102-030405-fashion-cnn" in later.strip.words.text()
    assert later.setup.go_on_button.isVisible()
    later.setup.go_on_button.click()
    assert later_jobs.started[-1].params.resume  # type: ignore[attr-defined]
    later.view.grid.close_loader()


def test_only_so_many_results_are_kept(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    for _ in range(MOST_KEPT + 3):
        finish(page, begin(page, jobs, pictures), jobs)
        page.batch.saved.rows.touch()
    assert len(recent(results_folder())) <= MOST_KEPT + 1


# Words


def test_without_any_model_the_page_says_what_is_needed(qtbot: QtBot, jobs: FakeJobs):
    session = Session()
    page = shown(qtbot, ClassifyPage(session, jobs), 900, 600)  # type: ignore[arg-type]
    settle(jobs)
    assert "need a model" in page.no_results.empty.words.text()
    assert not page.setup.classify_button.isEnabled()
    page.view.grid.close_loader()
    session.shut_down()


def test_a_long_reason_has_two_lines_and_is_cut_at_its_end(qapp):
    words = "truncated: the file ends before its last row of pixels, after 1,234 of 56,789 bytes were read from it"
    lines = wrapped(words, qapp.font(), 260)
    assert len(lines) == 2
    assert words.startswith(lines[0])
    assert lines[1].endswith("…")
    assert wrapped("empty file", qapp.font(), 260) == ["empty file"]


def test_dialogs_begin_beside_the_project_and_then_where_the_last_file_went(
    page: ClassifyPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    other = tmp_path / "elsewhere"
    other.mkdir()

    def answer(_parent: object, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        asked.append(start)
        return str(other / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    assert file_dialogs.ask_save(page, "Save", "a.csv", "CSV (*.csv)") == other / "mine.csv"
    file_dialogs.ask_save(page, "Save", "b.csv", "CSV (*.csv)")
    assert asked == [str(tmp_path / "a.csv"), str(other / "b.csv")]


def test_behind_the_problems_no_image_is_labelled_and_a_new_batch_shows_its_images(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, [*rows(pictures), ("/x/broken.png", "truncated")], 4)
    finish(page, handle, jobs)
    page.view.kinds.button(PROBLEMS).click()
    assert page.view.problems.isVisible()
    page.view.grid.select_all()
    qtbot.keyClick(page.view.problems, Qt.Key.Key_1)
    page.keys.confirm()
    assert page.view.results.labels == {}
    done(page, jobs, pictures)
    assert page.view.grid.isVisible()


def test_when_nothing_can_be_read_the_page_says_so(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, [("/x/notes.txt", "no picture")], 1)
    finish(page, handle, jobs, images_per_second=0.0)
    assert page.view.grid.empty_text == "None of these files can be read; Problems says why."
    assert "images/s" not in page.strip.words.text()
