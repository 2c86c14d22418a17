"""Taking results along: saved in every form, sorted and put back, added to a project, a model exported."""

from __future__ import annotations

import csv
import errno
import importlib.util
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from engine.batch.sorting import moving
from engine.batch.sources.archives import members
from engine.events import Event, Failed, ImagesAdded, Log, Outcome, Progress, Succeeded
from engine.jobs.job import Cancel, run_job
from engine.jobs.registry import job, params_of, to_data
from engine.library import edits, query
from engine.library.project import Project
from gui.pages.classify import ClassifyPage
from gui.session import Session
from gui.suggesting import Suggesting
from gui.widgets.classify.taking.add_dialog import LABEL, SUGGEST, AddDialog, Addition
from gui.widgets.classify.taking.export_dialog import ExportDialog
from gui.widgets.classify.taking.sort_dialog import SortDialog, plan
from tests.gui.classifying import Said, about, begin, done, finish, rows, say, settle
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session, write_run


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
    monkeypatch.setattr("engine.batch.kept.about.about_model", lambda _, stranger: about())
    page = shown(qtbot, ClassifyPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    settle(jobs)
    yield page
    for dialog in page.findChildren(QDialog):
        dialog.close()
    page.grid.close_loader()


def carry_out(jobs: FakeJobs) -> Outcome:
    """Run the job that was started last, with its params as a child process would get them."""
    handle = jobs.started[-1]
    work = job(handle.name)
    outcome = run_job(work, params_of(work, to_data(handle.params)), emit=handle.play, cancel=Cancel())
    settle(jobs)
    return outcome


def dialog(page: ClassifyPage, kind: type[QDialog]) -> QDialog:
    return next(d for d in page.findChildren(kind) if d.isVisible())


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Saving


def test_results_are_saved_as_csv_with_what_a_person_called_them(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, rows(pictures), 3)
    assert not page.taking.save_button.isEnabled(), "not while it runs"
    finish(page, handle, jobs)
    page.view.correcting.call([1], "wasp")
    settle(jobs)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out.csv"), ""))
    page.taking.save_button.click()
    carry_out(jobs)
    found = read(tmp_path / "out.csv")
    assert [(r["class"], r["unsure"], r["label"]) for r in found] == [
        ("ant", "no", ""),
        ("bee", "no", "wasp"),
        ("bee", "no", ""),
    ]
    assert found[0]["class_3"] in ("bee", "cat")
    assert page.taking.done.words.text() == f"Saved: {tmp_path / 'out.csv'}"


def test_every_form_has_its_command(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    done(page, jobs, pictures)
    page.setup.options.threshold.setValue(90)
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda _p, _t, start, _k: (str(tmp_path / Path(start).name), "")
    )
    for action in page.taking.menu_button.menu().actions():
        if "Parquet" not in action.text():
            action.trigger()
            carry_out(jobs)
    lines = [json.loads(line) for line in (tmp_path / "classified.jsonl").read_text().splitlines()]
    assert [line["unsure"] for line in lines] == [False, True, True], "as the threshold is now"
    assert (tmp_path / "submission.csv").read_text().split("\n")[1:4] == ["0,0", "1,1", "2,1"]
    assert "3 images classified" in (tmp_path / "summary.html").read_text()


def test_a_submission_says_how_many_images_have_no_answer(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.view.correcting.call([1], "wasp")
    settle(jobs)
    page.taking.save("submission", tmp_path / "out.csv")
    carry_out(jobs)
    assert page.taking.done.words.text().endswith(
        "out.csv; 1 image without an answer, as the model does not know your class"
    )


def test_parquet_says_what_to_install_where_it_is_missing(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, monkeypatch: pytest.MonkeyPatch
):
    done(page, jobs, pictures)
    started = len(jobs.started)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    page.taking.ask_save("parquet")
    assert "pip install pyarrow" in page.notice.words.text()
    assert len(jobs.started) == started


def test_a_place_that_cannot_be_written_is_said_in_one_sentence(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.taking.save("csv", tmp_path / "nowhere" / "out.csv")
    assert isinstance(carry_out(jobs), Failed)
    assert "its folder does not exist" in page.notice.words.text()
    assert page.taking.strip.isHidden()
    assert page.taking.save_button.isEnabled()


# Sorting


def test_sorting_shows_first_what_each_folder_would_get(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, [*rows(pictures), ("/x/broken.png", "truncated")], 4)
    finish(page, handle, jobs)
    assert plan(page.view.results, 50).folders == {"unsure": 1, "problems": 1, "ant": 1, "bee": 1}
    assert plan(page.view.results, 0).folders == {"problems": 1, "bee": 2, "ant": 1}
    assert plan(page.view.results, 50, [1, 2]) == ({"unsure": 1, "bee": 1}, 2, 0)
    page.view.kinds.button(1).click()
    page.taking.sort_button.click()
    asked = dialog(page, SortDialog)
    assert not asked.sort_button.isEnabled(), "no folder was named"
    asked.target.setText("relative")
    assert not asked.sort_button.isEnabled()
    asked.target.setText(str(pictures))
    assert "was classified itself" in asked.words.text()
    asked.target.setText(str(pictures.parent / "sorted"))
    assert asked.words.text() == "4 files into 4 folders; below 50 % they are unsure"
    asked.which.setCurrentIndex(1)
    settle(jobs)
    assert asked.words.text().startswith("1 file into 1 folder")
    assert asked.bars.rows()[1][:2] == ["unsure", 1]


def test_files_are_moved_into_class_folders_and_put_back_also_after_a_restart(
    qtbot: QtBot, page: ClassifyPage, session: Session, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.view.correcting.call([1], "a/b")
    settle(jobs)
    files = sorted(p for p in pictures.rglob("*.png"))
    target = tmp_path / "sorted"
    page.taking.sort_button.click()
    asked = dialog(page, SortDialog)
    asked.target.setText(str(target))
    asked.mode.setCurrentIndex(1)
    asked.sort_button.click()
    carry_out(jobs)
    assert sorted(str(p.relative_to(target)) for p in target.rglob("*.png")) == ["a_b/3.png", "ant/3.png", "bee/3.png"]
    assert not [p for p in files if p.exists()]
    assert page.taking.done.words.text().startswith("3 files sorted into ")
    assert page.taking.done.undo_button.isVisible()
    assert page.view._item(0).file == target / "ant" / "3.png", "the grid shows it where it is now"
    page.grid.set_current(0)
    page.view.open_large()
    assert page.view.large.isVisible()
    assert page.view.details.of(0).place == target / "ant" / "3.png"
    later_jobs = FakeJobs()
    later = shown(qtbot, ClassifyPage(session, later_jobs), 1160, 770)  # type: ignore[arg-type]
    settle(later_jobs)
    later.earlier.choose_results()
    settle(later_jobs)
    later.earlier._chooser.shown()[0].run()
    settle(later_jobs)
    assert later.view._item(0).file == target / "ant" / "3.png", "also after a restart"
    later.earlier.choose_sorting()
    settle(later_jobs)
    (entry,) = later.earlier._chooser.shown()
    assert "moved" in entry.text
    entry.run()
    carry_out(later_jobs)
    assert [p for p in files if p.exists()] == files
    assert not list(target.rglob("*.png"))
    assert later.taking.done.words.text() == "3 files put back"
    later.earlier.choose_sorting()
    settle(later_jobs)
    assert later.earlier._chooser.shown() == []
    later.grid.close_loader()


def test_undo_is_beside_the_line_that_says_what_was_sorted(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.taking._sort(tmp_path / "sorted", "move", None)
    page.taking.strip.stop_button.click()
    assert jobs.started[-1].cancelled
    carry_out(jobs)
    page.taking.done.undo_button.click()
    carry_out(jobs)
    assert page.view._item(0).file == pictures / "ant" / "3.png"
    assert not page.taking.done.undo_button.isVisible()
    assert not list((tmp_path / "sorted").rglob("*.png"))


def test_moving_images_of_the_open_project_is_cautioned_against(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.taking.sort_button.click()
    settle(jobs)
    asked = dialog(page, SortDialog)
    asked.target.setText(str(tmp_path / "sorted"))
    assert asked.notice.isHidden()
    asked.mode.setCurrentIndex(1)
    assert asked.notice.words.text().startswith("The project small has these images")
    assert asked.sort_button.isEnabled(), "a person may want just that"
    asked.mode.setCurrentIndex(0)
    assert asked.notice.isHidden()


def test_moving_other_images_is_not_cautioned_against(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    (tmp_path / "elsewhere").mkdir()
    handle = begin(page, jobs, tmp_path / "elsewhere")
    say(handle, jobs, rows(pictures), 3)
    finish(page, handle, jobs)
    page.taking.sort_button.click()
    settle(jobs)
    asked = dialog(page, SortDialog)
    asked.mode.setCurrentIndex(1)
    assert asked.notice.isHidden()


def test_a_sorting_that_runs_is_not_undone_beside_itself(
    page: ClassifyPage, session: Session, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    said: list[str] = []
    session.message.connect(said.append)
    done(page, jobs, pictures)
    page.taking._sort(tmp_path / "sorted", "move", None)
    started = len(jobs.started)
    page.taking.outputs.undo_sorting(tmp_path / "sorted" / "sorted-1.journal")
    page.taking.save("csv", tmp_path / "out.csv")
    assert len(jobs.started) == started
    assert "wait for the end, or stop it" in said[-1]
    page.taking.strip.stop_button.click()
    assert jobs.started[-1].cancelled, "the job that is stopped is still the sorting"


def test_a_sorting_can_be_undone_as_long_as_files_are_left(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.taking._sort(tmp_path / "other", "copy", None)
    carry_out(jobs)
    (other,) = (tmp_path / "other").glob("*.journal")
    page.taking._sort(tmp_path / "sorted", "move", None)
    carry_out(jobs)
    page.taking.outputs.undo_sorting(other)
    carry_out(jobs)
    assert page.taking.done.undo_button.isVisible(), "another sorting was undone"
    in_the_way = pictures / "ant" / "3.png"
    in_the_way.write_bytes(b"another file of that name")
    page.taking.done.undo_button.click()
    carry_out(jobs)
    assert "1 left where they are (there is another file at" in page.taking.done.words.text()
    in_the_way.unlink()
    page.taking.done.undo_button.click()
    carry_out(jobs)
    assert in_the_way.is_file()
    assert not page.taking.done.undo_button.isVisible()


def test_a_sorting_that_fails_in_the_middle_can_be_undone_at_once(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    done(page, jobs, pictures)
    moves = []

    def move(source: Path, target: Path, part: Path) -> None:
        if moves:
            raise OSError(errno.ENOSPC, "No space left on device")
        moves.append(source)
        moving.move(source, target, part)

    monkeypatch.setattr("engine.batch.sorting.sorter.move", move)
    page.taking._sort(tmp_path / "sorted", "move", None)
    assert isinstance(carry_out(jobs), Failed)
    assert "no space left" in page.notice.words.text()
    assert not moves[0].exists()
    assert page.taking.done.undo_button.isVisible()
    page.taking.done.undo_button.click()
    carry_out(jobs)
    assert moves[0].is_file()


def test_what_stays_is_counted_with_the_first_reason(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    (pictures / "ant" / "3.png").unlink()
    page.taking._sort(tmp_path / "sorted", "copy", None)
    carry_out(jobs)
    words = page.taking.done.words.text()
    assert words.startswith("2 files sorted into ")
    assert "1 left where they are (missing: the file is not there any more)" in words


def test_archives_are_only_copied_out_of(page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path):
    page.set_sources([tmp_path / "all.zip"])
    page.setup.classify_button.click()
    settle(jobs)
    handle = jobs.started[-1]
    say(handle, jobs, [(f"{tmp_path}/all.zip/a.png", "ant", 0.9)], 1)
    finish(page, handle, jobs)
    page.taking.ask_sort()
    asked = dialog(page, SortDialog)
    assert not asked.mode.isEnabled()
    assert asked.mode_chosen() == "copy"
    asked.reject()
    page.taking.ask_add()
    asked = dialog(page, AddDialog)
    assert asked.notice.words.text().startswith("Pictures in archives are left out")
    assert not asked.add_button.isEnabled(), "there would be nothing to add"


# Adding to a project


def add(page: ClassifyPage, jobs: FakeJobs, qtbot: QtBot, session: Session, how: int, new: Path | None = None) -> None:
    page.taking.add_button.click()
    asked = dialog(page, AddDialog)
    asked.how.setCurrentIndex(how)
    asked.least.setValue(90)
    if new is not None:
        asked.where.setCurrentIndex(1)
        asked.place.setText(str(new))
    waiting = len(jobs.callables)
    asked.add_button.click()
    qtbot.waitUntil(lambda: len(jobs.callables) > waiting, timeout=5000)
    settle(jobs)


def test_results_become_images_of_a_new_project_with_ghost_labels_in_its_library(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, session: Session, qtbot: QtBot, tmp_path: Path
):
    suggesting = Suggesting(session, jobs)  # type: ignore[arg-type]
    done(page, jobs, pictures)
    page.view.correcting.call([1], "wasp")
    settle(jobs)
    with qtbot.waitSignal(session.suggestions_offered):
        add(page, jobs, qtbot, session, SUGGEST, tmp_path / "new.pigeonhole")
    assert session.project.name == "new"
    qtbot.waitUntil(lambda: len(suggesting.above(0)) == 2, timeout=5000)
    found = sorted((suggesting.of(i)[0].name, round(suggesting.of(i)[1], 2)) for i in suggesting.above(0))
    assert found == [("ant", 0.97), ("bee", 0.88)]
    assert page.taking.done.words.text() == "3 images added to the project, 1 with a label, 2 with a suggestion"
    with qtbot.waitSignal(page.page_wanted) as wanted:
        page.taking.done.library_button.click()
    assert wanted.args == ["library"]


def test_sure_predictions_become_labels_of_the_open_project_and_one_undo_takes_all_back(
    page: ClassifyPage, jobs: FakeJobs, session: Session, qtbot: QtBot, tmp_path: Path
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    found = []
    for name, cls, sure in (("a.png", "ant", 0.95), ("b.png", "bee", 0.5)):
        image = QImage(6, 6, QImage.Format.Format_RGB32)
        image.fill(QColor("#112233"))
        image.save(str(elsewhere / name))
        found.append((str(elsewhere / name), cls, sure))
    handle = begin(page, jobs, elsewhere)
    say(handle, jobs, found, 2)
    finish(page, handle, jobs)
    before = session.overview.summary
    page.taking.ask_add()
    asked = dialog(page, AddDialog)
    asked.how.setCurrentIndex(LABEL)
    asked.least.setValue(90)
    assert asked.words.text().startswith("2 images: 1 comes with a label, 1 with a suggestion.")
    asked.reject()
    add(page, jobs, qtbot, session, LABEL)
    qtbot.waitUntil(lambda: session.overview.summary.images == before.images + 2, timeout=5000)
    assert session.overview.summary.labelled == before.labelled + 1
    with Project.open(session.project.folder, read_only=True) as opened:
        records = query.images(opened, query.image_ids(opened, query.Filter()))
        assert {r.split.value for r in records if r.folder == str(elsewhere)} == {"unassigned"}
        assert edits.undo_name(opened) == "Import 2 images"
    session.undo()
    qtbot.waitUntil(lambda: session.overview.summary.images == before.images, timeout=5000)


def test_corrections_that_do_not_replace_a_label_of_the_project_are_told(page: ClassifyPage, jobs: FakeJobs):
    words = page.taking.outputs._added
    result = {"images": 0, "labelled": 0, "suggestions": {}, "left_out": 0}
    assert words({**result, "kept": 1}).endswith(", 1 keeps the other label that it has there")
    assert words({**result, "kept": 1234}).endswith(", 1,234 keep the other labels that they have there")


def test_a_project_that_could_not_be_made_is_not_spoken_of_later(
    page: ClassifyPage,
    jobs: FakeJobs,
    pictures: Path,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    done(page, jobs, pictures)
    monkeypatch.setattr(session, "create_project", lambda _place, _then: None)
    page.taking._add(Addition(tmp_path / "new.pigeonhole", False, 90, None))
    page.taking.save("csv", tmp_path / "out.csv")
    carry_out(jobs)
    assert page.taking.done.isVisible()
    assert not page.taking.done.library_button.isVisible()


@pytest.mark.parametrize("kind", [SortDialog, AddDialog])
def test_what_is_shown_is_counted_outside_the_windows_thread(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, kind: type[QDialog], tmp_path: Path
):
    done(page, jobs, pictures)
    page.view.bars.select(0)  # bees, of which there are two
    page.view._want()
    assert 0 < len(page.view.rows()) < 3
    (page.taking.ask_sort if kind is SortDialog else page.taking.ask_add)()
    asked = dialog(page, kind)
    asked.which.setCurrentIndex(1)
    assert asked.words.text() == "Counting…"
    settle(jobs)
    assert asked.words.text().startswith("2 files into" if kind is SortDialog else "2 images:")
    asked.reject()


def test_pictures_that_stay_in_their_archive_are_not_counted_as_copied(
    page: ClassifyPage, jobs: FakeJobs, tmp_path: Path
):
    archive = tmp_path / "all.zip"
    locked = tmp_path / "locked.png"
    QImage(6, 6, QImage.Format.Format_RGB32).save(str(locked))
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("good.png", locked.read_bytes())
        file.writestr("no picture.png", b"nothing")
        file.writestr("damaged.png", locked.read_bytes())
    content = bytearray(archive.read_bytes())
    place = content.index(locked.read_bytes(), content.index(b"damaged.png"))
    content[place + 20] ^= 0xFF  # its checksum no longer fits
    archive.write_bytes(bytes(content))
    page.set_sources([archive])
    page.setup.classify_button.click()
    settle(jobs)
    handle = jobs.started[-1]
    found: list[Said] = [(f"{archive}/good.png", "ant", 0.9), (f"{archive}/no picture.png", "no image: expected one")]
    problems = [item.problem for item in members(str(archive), contents=True, cancel=Cancel())]
    assert [problem is None for problem in problems] == [True, True, False]
    say(handle, jobs, [*found, (f"{archive}/damaged.png", str(problems[2]))], 3)
    finish(page, handle, jobs)
    page.taking.ask_sort()
    asked = dialog(page, SortDialog)
    assert asked._plan() == ({"problems": 1, "ant": 1}, 2, 1)
    assert asked.words.text() == ("2 files into 2 folders; 1 stays in archives, out of which they cannot be taken")
    asked.reject()
    page.taking._sort(tmp_path / "sorted", "copy", None)
    carry_out(jobs)
    assert len(list((tmp_path / "sorted").rglob("*.png"))) == 2, "as it was said before"


def test_the_add_dialog_counts_as_the_job_does(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    page.view.correcting.call([1], "cat")
    results = page.view.results
    asked = AddDialog(results, [1, 2], "", Path("/x/new.pigeonhole"), parent=page)
    asked.which.setCurrentIndex(1)
    assert (asked.words.text(), asked.add_button.isEnabled()) == ("Counting…", False)
    asked.know_shown(Succeeded({"found": results.sureness([1, 2])}))
    counted = {}
    for how in (SUGGEST, LABEL):
        for which in (0, 1):
            asked.how.setCurrentIndex(how)
            asked.which.setCurrentIndex(which)
            counted[how, which] = asked._counts()
    assert counted == {(SUGGEST, 0): (3, 1), (SUGGEST, 1): (2, 1), (LABEL, 0): (3, 2), (LABEL, 1): (2, 1)}
    assert asked.where.count() == 1, "no project is open"


def test_what_stays_after_a_stop_is_told(
    session: Session, page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    new, project, cancel = tmp_path / "new", session.project, Cancel()
    shutil.copytree(pictures, new)
    done(page, jobs, new)
    page.taking._add(Addition(None, False, 90, None))
    handle, work = jobs.callables.pop()
    assert project is not None

    def emit(event: Event) -> None:
        if isinstance(event, ImagesAdded):  # a person writes a note, and then stops it
            edits.set_note(project, query.image_ids(project, query.Filter()), "mine")
            cancel.set()

    handle.play(run_job(lambda _, *, emit, cancel: work(emit, cancel), None, emit=emit, cancel=cancel))

    assert page.taking.done.words.text() == "Stopped. 3 images added to the project"


# Exporting a model


def test_a_model_is_exported_and_compared_and_what_is_missing_is_said(
    page: ClassifyPage, jobs: FakeJobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n, *a: None if n == "openvino" else find(n, *a))
    page.setup.export_button.click()
    asked = dialog(page, ExportDialog)
    by_name = {button.objectName(): button for button in asked.targets.buttons()}
    assert len(by_name) == 6
    assert not by_name["target_openvino"].isEnabled()
    assert by_name["target_openvino"].accessibleDescription() == "not installed: pip install openvino"
    by_name["target_litert-int8"].setChecked(True)
    assert asked.place.text().endswith("litert-int8")
    asked.place.setText(str(tmp_path / "out"))
    asked.export_button.click()
    handle = jobs.started[-1]
    assert (handle.name, handle.params.format, handle.params.out) == ("export", "litert-int8", str(tmp_path / "out"))
    assert not asked.export_button.isEnabled()
    handle.play(Progress("Exporting", 1, 3), Log("One picture is gone.", "warning"))
    assert "Comparing with the run" in asked.strip._what.text()
    assert asked.notice.words.text() == "One picture is gone."
    figures = {"images": 250, "difference": 0.031, "accuracy": 0.914, "run_accuracy": 0.92}
    result = {"out": str(tmp_path / "out"), "bytes": 1_500_000, **figures}
    handle.succeed(**result)
    assert asked.difference.value.text() == "0.03"
    assert asked.accuracy.value.text() == "91.40 %"
    assert asked.loss.value.text() == "−0.60 points"
    asked._show_result(result | {"difference": 1e-6, "accuracy": 0.813953, "run_accuracy": 0.833333})
    assert asked.difference.value.text() == "< 0.0001"
    assert asked.loss.value.text() == "−1.93 points", "as 81.40 % and 83.33 % differ to the eye"
    asked._show_result(result | {"accuracy": 0.92, "run_accuracy": 0.92})
    assert asked.loss.value.text() == "0.00 points"
    assert "1.5 MB" in asked.words.text()
    asked.export_button.click()
    asked.reject()
    assert jobs.started[-1].cancelled, "closing the dialog stops the job"


def test_an_export_that_fails_says_why(page: ClassifyPage, jobs: FakeJobs):
    page.setup.export_button.click()
    asked = dialog(page, ExportDialog)
    asked.export_button.click()
    jobs.started[-1].fail("The exported ONNX model failed its test.")
    assert asked.notice.words.text() == "The exported ONNX model failed its test."
    assert asked.export_button.isEnabled()


def test_a_model_file_from_elsewhere_is_not_offered_for_export(page: ClassifyPage, jobs: FakeJobs, tmp_path: Path):
    assert page.setup.export_button.isVisible()
    page.setup.models.box.add_file(tmp_path / "foreign.onnx")
    settle(jobs)
    assert not page.setup.export_button.isVisible()
