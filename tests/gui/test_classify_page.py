"""The Classify page, told by a script of events what a batch says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.events import Classified, ProblemFound, Progress
from engine.models.bundle import FORMAT_VERSION, ModelInfo
from gui.pages.classify import RESULTS, ClassifyPage
from gui.session import Session
from gui.widgets import places
from gui.widgets.classify import results as kinds
from gui.widgets.classify.problem_list import wrapped
from gui.widgets.classify.results import Results
from tests.gui.fakes import FakeHandle, FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session, write_run

INFO = ModelInfo(FORMAT_VERSION, ("ant", "bee", "cat"), 28, 28, "grey", "stretch", "fashion-cnn", "a-run", 1.0)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return tmp_path / "pictures" / "test"


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    project = make_project(tmp_path)
    write_run(project)
    session = open_session(qtbot, project)
    yield session
    session.shut_down()


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClassifyPage]:
    monkeypatch.setattr("engine.models.bundle.read_info", lambda _: INFO)
    page = shown(qtbot, ClassifyPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    jobs.run_callables()
    yield page
    page.grid.close_loader()


def begin(page: ClassifyPage, jobs: FakeJobs, pictures: Path) -> FakeHandle:
    page.set_sources([pictures])
    page.classify_button.click()
    return jobs.started[-1]


def rows(pictures: Path) -> Classified:
    return Classified(
        (
            (str(pictures / "ant" / "3.png"), "ant", 0.97),
            (str(pictures / "bee" / "3.png"), "bee", 0.41),
            (str(pictures / "cat" / "3.png"), "bee", 0.88),
        )
    )


def captions(page: ClassifyPage) -> list[tuple[str, str] | None]:
    items = [page.view._item(index) for index in range(page.grid.count())]
    return [(item.caption, item.sub) if item else None for item in items]


def test_the_newest_run_is_the_model_and_says_what_it_knows(page: ClassifyPage):
    assert "Small grey pictures" in page.model_box.currentText()
    assert "3 classes" in page.model_note.text()
    assert "28 × 28 pixels, grey" in page.model_note.text()
    assert "Small grey pictures" in page.model_note.text(), "one name for one recipe"


def test_nothing_can_start_before_a_folder_was_chosen(page: ClassifyPage, pictures: Path):
    assert not page.classify_button.isEnabled()
    page.set_sources([pictures])
    assert page.classify_button.isEnabled()


def test_classify_runs_the_job_on_the_folder_with_the_model(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    assert handle.name == "classify"
    assert handle.params.sources == (str(pictures),)  # type: ignore[attr-defined]
    assert handle.params.model == str(page.model_box.model_file())  # type: ignore[attr-defined]
    assert page._body.currentIndex() == RESULTS
    assert page.stop_button.isVisible()


def test_results_appear_as_pictures_with_class_and_confidence(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures).play(rows(pictures))
    assert captions(page) == [None, None, None], "the files are looked up in a thread first"
    jobs.run_callables()
    assert captions(page) == [("ant", "97.0 % sure"), ("bee", "unsure, 41.0 %"), ("bee", "88.0 % sure")]


def test_progress_tells_rate_and_time_left(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures).play(Progress("Classifying", 300, 1000, 100.0, 70.0))
    assert page.words.text() == "300 of 1,000 images  ·  100 images/s  ·  1 min left"
    assert (page.bar.value(), page.bar.maximum()) == (300, 1000)


def test_bars_count_every_class_most_images_first_and_filter(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures).play(rows(pictures))
    assert [row[:2] for row in page.view.bars.rows()[1:]] == [["bee", 2], ["ant", 1], ["cat", 0]]
    page.view.bars.select(0)
    jobs.run_callables()
    assert [c[0] if c else None for c in captions(page)] == ["bee", "bee"]
    page.view.bars.select(None)
    assert page.grid.count() == 3


def test_a_click_on_a_bar_filters_and_a_second_one_shows_all(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    begin(page, jobs, pictures).play(rows(pictures))
    bars = page.view.bars
    place = bars.viewport().rect().topLeft()
    place.setX(20)
    place.setY(round(bars._step() * 0.5))
    qtbot.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.grid.count() == 2
    qtbot.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.grid.count() == 3


def test_unsure_images_and_problems_can_be_shown_alone(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures).play(rows(pictures), ProblemFound("/x/broken.png", "truncated"), Progress("", 4, 4))
    page.view.refresh()
    page.view.kinds.button(kinds.UNSURE).click()
    jobs.run_callables()
    assert captions(page) == [("bee", "unsure, 41.0 %")]
    assert page.view.title.text() == "1 image, less than 50 % sure"
    assert "50 %" in page.view.kinds.button(kinds.UNSURE).toolTip()
    page.view.kinds.button(kinds.PROBLEMS).click()
    page.grid.refresh()
    assert page.view.problems.isVisible()
    assert page.view.problems.rows()[1:] == [["/x/broken.png", "truncated"]]


def test_a_long_reason_has_two_lines_and_is_cut_at_its_end(qapp):
    words = "truncated: the file ends before its last row of pixels, after 1,234 of 56,789 bytes were read from it"
    lines = wrapped(words, qapp.font(), 260)
    assert len(lines) == 2
    assert words.startswith(lines[0])
    assert lines[1].endswith("…")
    assert wrapped("empty file", qapp.font(), 260) == ["empty file"]


def test_return_shows_an_image_large_with_its_first_guesses(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    handle = begin(page, jobs, pictures)
    head = "path,class,confidence,class_2,confidence_2,model\n"
    lines = [f"{path},{name},{share:.6f},cat,0.02,m\n" for path, name, share in rows(pictures).rows]
    Path(handle.params.out).write_text(head + "".join(lines), "utf-8")  # type: ignore[attr-defined]
    handle.play(rows(pictures))
    jobs.run_callables()
    page.grid.setFocus()
    page.grid.set_current(1)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    large = page.view.large
    assert large is not None
    assert large.isVisible()
    assert large.title.text() == "bee"
    jobs.run_callables()
    assert large.guesses.accessibleDescription() == "bee 41.0 %, cat 2.0 %"
    assert large._facts[0][1].text() == "3.png"
    qtbot.keyClick(large, Qt.Key.Key_Left)
    assert large.title.text() == "ant"
    qtbot.keyClick(large, Qt.Key.Key_Escape)
    assert large.isHidden()
    assert page.grid.hasFocus()
    large.image.close_loader()


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
    assert places.ask_save(page, "Save", "a.csv", "CSV (*.csv)") == other / "mine.csv"
    places.ask_save(page, "Save", "b.csv", "CSV (*.csv)")
    assert asked == [str(tmp_path / "a.csv"), str(other / "b.csv")]


def test_the_rows_of_the_job_are_saved_as_csv(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, session: Session, qtbot: QtBot
):
    handle = begin(page, jobs, pictures)
    written = Path(handle.params.out)  # type: ignore[attr-defined]
    written.write_text("path,class,confidence\na,ant,0.970000\n", "utf-8")
    written.with_name("results.problems.csv").write_text("path,reason\n", "utf-8")
    handle.play(rows(pictures))
    assert not page.save_csv_button.isEnabled()
    handle.succeed(images=3, seconds=1.5, images_per_second=2.0)
    assert "3 images classified" in page.words.text()
    page.save_csv(tmp_path / "out.csv")
    with qtbot.waitSignal(session.message):
        jobs.run_callables()
    assert (tmp_path / "out.csv").read_text("utf-8") == written.read_text("utf-8")
    assert (tmp_path / "out.problems.csv").exists()
    assert not list(tmp_path.glob(".*.part"))


def test_stop_keeps_what_was_classified(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    handle.play(rows(pictures))
    page.stop_button.click()
    assert handle.cancelled
    handle.stop(images=3, seconds=1.0)
    assert page.words.text().startswith("Stopped after 3 images")
    assert page.save_csv_button.isEnabled()
    assert page.classify_button.isVisible()


def test_a_failure_is_told_in_one_sentence(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    begin(page, jobs, pictures).fail("There are no images in /x; expected files such as .jpg or .png.")
    assert page.notice.isVisible()
    assert page.notice.words.text().startswith("There are no images")


def test_a_second_batch_starts_from_nothing(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    handle.play(rows(pictures))
    handle.succeed(images=3)
    begin(page, jobs, pictures)
    assert page.grid.count() == 0
    assert len(page.view.results) == 0


def test_a_foreign_model_file_is_refused_with_its_reason(page: ClassifyPage, jobs: FakeJobs, tmp_path: Path):
    page.model_box.add_file(tmp_path / "foreign.onnx")
    (handle, _), jobs.callables = jobs.callables[0], []
    handle.fail("foreign.onnx was not made by Pigeonhole: it does not name its classes and input.")
    assert "not made by Pigeonhole" in page.notice.words.text()
    page.set_sources([tmp_path])
    assert not page.classify_button.isEnabled()


def test_the_answer_about_an_older_choice_of_model_is_ignored(page: ClassifyPage, jobs: FakeJobs, tmp_path: Path):
    page.model_box.add_file(tmp_path / "one.onnx")
    page.model_box.add_file(tmp_path / "two.onnx")
    (first, _), (second, _) = jobs.callables
    second.succeed(info=INFO)
    first.fail("one.onnx is damaged.")
    assert page.notice.isHidden()
    assert "3 classes" in page.model_note.text()


def test_a_model_file_is_chosen_through_the_last_entry(
    page: ClassifyPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "mine.onnx"), ""))
    box = page.model_box
    box.activated.emit(box.count() - 1)
    assert box.model_file() == tmp_path / "mine.onnx"
    assert box.currentText() == "mine.onnx"


def test_folders_and_models_can_be_dropped(page: ClassifyPage, pictures: Path, tmp_path: Path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pictures)), QUrl.fromLocalFile(str(tmp_path / "dropped.onnx"))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(event)
    assert str(pictures) in page.source_note.text()
    assert page.model_box.model_file() == tmp_path / "dropped.onnx"


def test_without_any_model_the_page_says_what_is_needed(qtbot: QtBot, jobs: FakeJobs):
    session = Session()
    page = shown(qtbot, ClassifyPage(session, jobs), 900, 600)  # type: ignore[arg-type]
    assert "need a model" in page._empty.words.text()
    assert not page.classify_button.isEnabled()
    session.shut_down()


def test_filters_over_many_rows_need_no_search():
    found = Results()
    found.know(["ant", "bee"])
    found.add(("x", "bee" if n % 10 else "ant", 0.3 if n % 4 == 0 else 0.9) for n in range(1000))
    assert found.counts() == [100, 900]
    assert found.unsure == 250
    assert list(found.shown(kinds.ALL, 0))[:3] == [0, 10, 20]
    assert len(found.shown(kinds.UNSURE, 1)) == 200
