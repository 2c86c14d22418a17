"""Which models the Classify page uses: runs, files from elsewhere, several at once, and what they allow."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.batch.saved_results.about import About
from engine.models.threshold import Threshold
from gui.classify.page import ClassifyPage
from gui.classify.sort_dialog import SortDialog
from gui.session import Session
from gui.widgets import wording
from tests.gui.classify.classifying import INFO, about, begin, dialog, done, drop, finish, settle
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import write_run


def test_the_newest_run_is_the_model_and_says_what_it_knows(page: ClassifyPage):
    assert "Small grey pictures" in page.setup.models.box.currentText()
    assert page.setup.models.box.currentText().endswith("7 of 8 (52.9–97.8 %)"), "with images and interval"
    assert page.setup.model_note.text() == "3 classes  ·  28 × 28 pixels, grey  ·  Small grey pictures"


def test_results_of_an_older_model_are_told_and_made_anew_with_one_button(
    page: ClassifyPage, jobs: FakeJobs, session: Session, project: Path, pictures: Path, qtbot: QtBot
):
    done(page, jobs, pictures)
    assert page.older.isHidden()
    write_run(project, "20260105-000000-photo-cnn")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    settle(jobs)
    assert page.older.isVisible()
    words = page.older.words.text()
    assert words.startswith("These results are of “Small grey pictures, ")
    assert "Chosen now: “" in words
    page.output_bar.ask_sort()
    asked = dialog(page, SortDialog)
    assert asked.older.words.text() == words, "who sorts with them is told too"
    asked.close()
    page.older.again.click()
    settle(jobs)
    assert "20260105-000000-photo-cnn" in jobs.started[-1].params.model  # type: ignore[attr-defined]
    assert page.older.isHidden()
    finish(page, jobs.started[-1], jobs)
    assert page.older.isHidden()


def test_the_model_is_the_best_of_the_newest_training(
    page: ClassifyPage, project: Path, session: Session, qtbot: QtBot
):
    best, later = "20260105-000000-instant", "20260105-000100-transfer"
    write_run(project, best)
    record = write_run(project, later) / "run.json"
    record.write_text(json.dumps({**json.loads(record.read_text("utf-8")), "outdone_by": best}), "utf-8")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    assert best in str(page.setup.models.box.model_file())


def test_a_foreign_model_file_is_refused_with_its_reason(page: ClassifyPage, jobs: FakeJobs, tmp_path: Path):
    page.setup.models.box.add_file(tmp_path / "foreign.onnx")
    (handle, _), jobs.callables = jobs.callables[0], []
    handle.fail("foreign.onnx was not made by Pigeonhole: it does not name its classes and input.")
    assert "not made by Pigeonhole" in page.notice.words.text()
    page.set_sources([tmp_path])
    assert not page.setup.classify_button.isEnabled()


@pytest.mark.parametrize(
    ("name", "contents", "words"),
    [
        ("cut.onnx", b"\x08\x07\x12\x04pyt", "is damaged or is not an ONNX model"),
        ("renamed.onnx", b"\x80\x04\x95cos\nsystem\n", "pickle, which runs code when it is opened"),
        ("phone.tflite", b"\x1c\0\0\0TFL3" + bytes(64), "a LiteRT model"),
        ("empty.onnx", b"", "is damaged or is not an ONNX model"),
    ],
)
def test_a_file_that_is_no_model_of_ours_gives_one_sentence_and_is_not_run(
    qtbot: QtBot, session: Session, tmp_path: Path, name: str, contents: bytes, words: str
):
    from gui.jobs import JobRunner

    runner = JobRunner()
    page = shown(qtbot, ClassifyPage(session, runner), 1160, 770)
    (tmp_path / name).write_bytes(contents)
    drop(page, tmp_path / name)
    qtbot.waitUntil(lambda: words in page.notice.words.text())
    assert page.notice.words.text().count(". ") == 0
    assert not page.setup.classify_button.isEnabled()
    runner.close()
    page.view.grid.close_loader()


def test_the_answer_about_an_older_choice_of_model_is_ignored(page: ClassifyPage, jobs: FakeJobs, tmp_path: Path):
    page.setup.models.box.add_file(tmp_path / "one.onnx")
    page.setup.models.box.add_file(tmp_path / "two.onnx")
    (first, _), (second, _) = jobs.callables
    second.succeed(about=[about()])
    first.fail("one.onnx is damaged.")
    assert page.notice.isHidden()
    assert "3 classes" in page.setup.model_note.text()


def test_a_model_file_is_chosen_through_the_last_entry(
    page: ClassifyPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "mine.onnx"), ""))
    box = page.setup.models.box
    box.activated.emit(box.count() - 1)
    assert box.model_file() == tmp_path / "mine.onnx"
    assert box.currentText() == "mine.onnx"


def test_several_models_are_used_at_once_if_they_know_the_same_classes(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path / "other.onnx"
    page.setup.models.box.add_file(other)
    page.setup.models.box.setCurrentIndex(0)
    page.setup.models.box.activated.emit(0)
    entry = next(a for a in page.setup.models.menu.actions() if a.data() == str(other))
    entry.setChecked(True)
    settle(jobs)
    assert "mean of 2 models" in page.setup.model_note.text()
    handle = begin(page, jobs, pictures)
    assert handle.params.more_models == (str(other),)  # type: ignore[attr-defined]
    finish(page, handle, jobs)
    odd = about(info=replace(INFO, classes=("dog", "cow"), run="odd-run"))
    monkeypatch.setattr(
        "engine.batch.saved_results.about.about_model", lambda file, stranger: odd if file == other else about()
    )
    entry = next(a for a in page.setup.models.menu.actions() if a.data() == str(other))
    entry.setChecked(False)
    entry.setChecked(True)
    settle(jobs)
    assert "odd-run" in page.notice.words.text()
    assert not page.setup.classify_button.isEnabled()


def test_mirror_images_are_offered_only_by_models_that_learned_from_them(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    box = page.setup.options.flips
    assert not box.isEnabled()
    assert "did not learn from mirrored" in box.toolTip()
    monkeypatch.setattr("engine.batch.saved_results.about.about_model", lambda _, stranger: about(mirrored=True))
    page.setup.models.box.add_file(tmp_path / "mirrored.onnx")
    settle(jobs)
    box.setChecked(True)
    page.setup.options.top.setValue(2)
    handle = begin(page, jobs, pictures)
    assert (handle.params.flips, handle.params.top) == (True, 2)  # type: ignore[attr-defined]


def test_earlier_results_bring_back_their_models_and_the_mirror_images(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("engine.batch.saved_results.about.about_model", lambda _, stranger: about(mirrored=True))
    newest = page.setup.models.box.model_file()
    files = [tmp_path / "mirrored.onnx", tmp_path / "second.onnx"]
    for file in reversed(files):
        file.touch()
        page.setup.models.box.add_file(file)
    page.setup.models.set_more([str(files[1])])
    settle(jobs)
    page.setup.options.flips.setChecked(True)
    done(page, jobs, pictures)
    earlier = page.batch.saved
    page.setup.options.flips.setChecked(False)
    page.setup.models.set_more([])
    page.setup.models.box.use(str(newest))
    settle(jobs)
    done(page, jobs, pictures)

    page.batch.open(earlier)
    settle(jobs)

    assert page.setup.models.files() == files
    assert page.setup.options.flips.isChecked()
    assert page.notice.isHidden()
    again = page.setup.request()
    assert (again.model, again.more_models, again.flips) == (str(files[0]), (str(files[1]),), True)


def test_earlier_results_bring_back_how_many_classes_were_named_though_another_model_knows_fewer(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def look(file: Path, stranger: bool) -> About:
        return about(info=replace(INFO, classes=tuple("abcdefgh"))) if file.name == "more.onnx" else about()

    monkeypatch.setattr("engine.batch.saved_results.about.about_model", look)
    newest, file = page.setup.models.box.model_file(), tmp_path / "more.onnx"
    file.touch()
    page.setup.models.box.add_file(file)
    settle(jobs)
    page.setup.options.top.setValue(7)
    done(page, jobs, pictures)
    earlier = page.batch.saved
    page.setup.models.box.use(str(newest))
    settle(jobs)
    assert page.setup.options.top.value() == 3, "it knows no more"

    page.batch.open(earlier)
    settle(jobs)

    assert page.setup.request().top == 7


def test_earlier_results_whose_model_is_gone_say_so_and_leave_the_choice_alone(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    newest = page.setup.models.box.model_file()
    file = tmp_path / "lost.onnx"
    file.touch()
    page.setup.models.box.add_file(file)
    settle(jobs)
    done(page, jobs, pictures)
    earlier = page.batch.saved
    page.setup.models.box.use(str(newest))
    settle(jobs)
    file.unlink()

    page.batch.open(earlier)
    settle(jobs)

    assert page.notice.words.text().startswith("The model that gave these predictions is no longer at ")
    assert "lost.onnx" in page.notice.words.text()
    assert page.setup.models.files() == [newest]
    assert page.setup.classify_button.isEnabled()


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ("b", "One of the 3 models that gave these predictions is no longer at {b}; only the others are chosen now."),
        (
            "bc",
            "2 of the 3 models that gave these predictions are no longer at {b}, {c}; only the others are chosen now.",
        ),
        ("a", "One of the 3 models that gave these predictions is no longer at {a}; choose what to classify with."),
        (
            "ac",
            "2 of the 3 models that gave these predictions are no longer at {a}, {c}; choose what to classify with.",
        ),
    ],
    ids=["another", "all others", "the first", "the first and another"],
)
def test_of_several_models_those_that_are_gone_are_named(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, lost: str, told: str
):
    files = {name: tmp_path / f"{name}.onnx" for name in "abc"}
    done(page, jobs, pictures)
    kept = page.batch.saved
    assert kept is not None
    names = [str(file) for file in files.values()]
    request = replace(kept.request, model=names[0], more_models=tuple(names[1:]))
    for name in set("abc") - set(lost):
        files[name].touch()

    page.batch.open(replace(kept, request=request))
    settle(jobs)

    assert page.notice.words.text() == told.format(**{name: wording.place(file) for name, file in files.items()})
    assert (names[0] in map(str, page.setup.models.files())) == ("a" not in lost)


def test_the_threshold_is_that_of_review_until_a_person_sets_another(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    options = page.setup.options
    assert (options.threshold.value(), options.stored_button.isHidden()) == (50, True)
    stored = Threshold(0.9, 0.99, 0.8)
    monkeypatch.setattr("engine.batch.saved_results.about.about_model", lambda _, stranger: about(threshold=stored))
    page.setup.models.box.add_file(tmp_path / "measured.onnx")
    settle(jobs)
    assert (options.threshold.value(), options.stored_button.text()) == (90, "from Review")
    done(page, jobs, pictures)
    assert page.view.results.unsure(page.view.threshold) == 2
    options.threshold.setValue(40)
    assert options.stored_button.text() == "Review says 90 %"
    assert page.view.results.unsure(page.view.threshold) == 0, "without classifying anew"
    options.stored_button.click()
    assert (options.threshold.value(), page.view.threshold) == (90, 90)
    options.threshold.setValue(40)
    page.setup.models.box.add_file(tmp_path / "another.onnx")
    settle(jobs)
    assert options.threshold.value() == 40, "what a person has set stays"


def test_what_models_run_on_is_said_before_anything_runs(page: ClassifyPage, jobs: FakeJobs, tmp_path: Path):
    (handle,) = jobs.started
    assert handle.name == "engine.batch.saved_results.about:about_device"
    handle.succeed(device="CUDA", runtime="ONNX Runtime 1.31", note=None)
    assert page.setup.model_note.text().endswith("  ·  on CUDA")
    page.setup.models.box.add_file(tmp_path / "other.onnx")
    settle(jobs)
    assert page.setup.model_note.text().endswith("  ·  on CUDA")
    assert len(jobs.started) == 1, "asked once"
