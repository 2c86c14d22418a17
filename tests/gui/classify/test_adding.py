"""Results become images of a project: with labels, or with suggestions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from engine.events import Event, Failed, ImagesAdded, Succeeded
from engine.jobs.job import Cancel, Emit, run_job
from engine.library import edits, query
from engine.library.checking import check_images
from engine.library.project import Project
from gui.classify.add_dialog import LABEL, SUGGEST, AddDialog, ChosenRows
from gui.classify.page import ClassifyPage
from gui.library.learning import Learning
from gui.library.suggesting import Suggesting
from gui.session import Session
from tests.gui.classify.classifying import begin, carry_out, dialog, done, finish, rows, say, settle
from tests.gui.fakes import FakeJobs


def add(page: ClassifyPage, jobs: FakeJobs, qtbot: QtBot, session: Session, how: int, new: Path | None = None) -> None:
    page.output_bar.add_button.click()
    asked = dialog(page, AddDialog)
    asked.how.setCurrentIndex(how)
    asked.least.setValue(90)
    if new is not None:
        asked.where.setCurrentIndex(1)
        asked.place.setText(str(new))
    waiting = len(jobs.callables)
    asked.add_button.click()
    qtbot.waitUntil(lambda: len(jobs.callables) > waiting)
    settle(jobs)


def test_results_become_images_of_a_new_project_with_ghost_labels_in_its_library(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, session: Session, qtbot: QtBot, tmp_path: Path
):
    learning = Learning(session, jobs)  # type: ignore[arg-type]
    suggesting = Suggesting(session, jobs, learning)  # type: ignore[arg-type]
    done(page, jobs, pictures)
    page.view.correcting.call([1], "wasp")
    settle(jobs)
    with qtbot.waitSignal(session.suggestions_offered):
        add(page, jobs, qtbot, session, SUGGEST, tmp_path / "new.pigeonhole")
    assert session.project.name == "new"
    qtbot.waitUntil(lambda: len(suggesting.least_sure_first()) == 2 and bool(session.overview.classes))
    found = sorted((suggesting.of(i)[0].name, round(suggesting.of(i)[1], 2)) for i in suggesting.least_sure_first())
    assert found == [("ant", 0.97), ("bee", 0.88)]
    assert page.output_bar.done.words.text() == "3 images added to the project, 1 with a label, 2 with a suggestion"
    file = session.project.folder / "suggestions.json"
    qtbot.waitUntil(file.is_file)
    other = Session()
    after = Suggesting(other, jobs, Learning(other, jobs))  # type: ignore[arg-type]
    other.open_project(session.project.folder)
    qtbot.waitUntil(lambda: len(after.least_sure_first()) == 2 and bool(other.overview.classes))
    assert sorted((after.of(i)[0].name, round(after.of(i)[1], 2)) for i in after.least_sure_first()) == found
    after.toggle()
    assert after.least_sure_first() == [], "hidden for good by the person"
    other.shut_down()
    with qtbot.waitSignal(page.page_wanted) as wanted:
        page.output_bar.done.library_button.click()
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
    page.output_bar.ask_add()
    asked = dialog(page, AddDialog)
    asked.how.setCurrentIndex(LABEL)
    asked.least.setValue(90)
    assert asked.words.text().startswith("2 images: 1 comes with a label, 1 with a suggestion.")
    asked.reject()
    add(page, jobs, qtbot, session, LABEL)
    qtbot.waitUntil(lambda: session.overview.summary.images == before.images + 2)
    assert session.overview.summary.labelled == before.labelled + 1
    with Project.open(session.project.folder, read_only=True) as opened:
        records = query.images(opened, query.image_ids(opened, query.Filter()))
        assert {r.split.value for r in records if r.folder == str(elsewhere)} == {"unassigned"}
        assert edits.undo_name(opened) == "Import 2 images"
    session.undo()
    qtbot.waitUntil(lambda: session.overview.summary.images == before.images)


def test_corrections_that_do_not_replace_a_label_of_the_project_are_told(page: ClassifyPage, jobs: FakeJobs):
    words = page.output_bar.outputs._added
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
    page.output_bar.add(ChosenRows(tmp_path / "new.pigeonhole", False, 90, None))
    page.output_bar.save("csv", tmp_path / "out.csv")
    carry_out(jobs)
    assert page.output_bar.done.isVisible()
    assert not page.output_bar.done.library_button.isVisible()


def test_the_add_dialog_counts_as_the_job_does(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    page.view.correcting.call([1], "cat")
    results = page.view.results
    asked = AddDialog(results, [1, 2], "", Path("/x/new.pigeonhole"), parent=page)
    asked.which.setCurrentIndex(1)
    assert (asked.words.text(), asked.add_button.isEnabled()) == ("Counting…", False)
    asked.know_shown(Succeeded({"found": results.confidences_of([1, 2]), "twice": results.confidences_of([])}))
    counted = {}
    for how in (SUGGEST, LABEL):
        for which in (0, 1):
            asked.how.setCurrentIndex(how)
            asked.which.setCurrentIndex(which)
            counted[how, which] = asked.counts()
    assert counted == {(SUGGEST, 0): (3, 1), (SUGGEST, 1): (2, 1), (LABEL, 0): (3, 2), (LABEL, 1): (2, 1)}
    assert asked.where.count() == 1, "no project is open"


def test_an_image_of_two_sources_counts_once(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    ant, bee, cat = rows(pictures)
    say(handle, jobs, [ant, bee, cat, ant, bee], 5)
    finish(page, handle, jobs)
    page.view.kinds.button(1).click()  # both unsure rows, of the same file
    page.output_bar.add_button.click()
    asked = dialog(page, AddDialog)
    settle(jobs)
    assert [asked.which.itemText(place) for place in (0, 1)] == ["All 3 images", "Only the 1 shown"]
    asked.how.setCurrentIndex(LABEL)
    assert asked.counts() == (3, 1)
    asked.which.setCurrentIndex(1)
    assert asked.counts() == (1, 0)


def test_images_that_could_not_be_counted_can_be_added(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    asked = AddDialog(page.view.results, [1, 2], "", Path("/x/new.pigeonhole"), parent=page)
    asked.which.setCurrentIndex(1)
    asked.know_shown(Failed("No memory is left."))
    assert asked.words.text() == "They could not be counted, but can be added: No memory is left."
    assert asked.add_button.isEnabled()
    asked.which.setCurrentIndex(0)
    assert asked.words.text().startswith("3 images: ")


def test_what_stays_after_a_stop_is_told(
    session: Session, page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    new, project, cancel = tmp_path / "new", session.project, Cancel()
    shutil.copytree(pictures, new)
    done(page, jobs, new)
    page.output_bar.add(ChosenRows(None, False, 90, None))
    handle, work = jobs.callables.pop()
    assert project is not None

    def emit(event: Event) -> None:
        if isinstance(event, ImagesAdded):  # a person writes a note, and then stops it
            edits.set_note(project, query.image_ids(project, query.Filter()), "mine")
            cancel.set()

    handle.play(run_job(lambda _, *, emit, cancel: work(emit, cancel), None, emit=emit, cancel=cancel))

    assert page.output_bar.done.words.text() == "Stopped. 3 images added to the project"


def test_a_stop_while_the_files_are_looked_at_tells_what_stays(
    session: Session,
    page: ClassifyPage,
    jobs: FakeJobs,
    pictures: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    new, cancel = tmp_path / "new", Cancel()
    offered: list[int] = []
    shutil.copytree(pictures, new)
    session.suggestions_offered.connect(lambda found, _from: offered.append(len(found)))
    done(page, jobs, new)
    page.output_bar.add(ChosenRows(None, False, 90, None))
    handle, work = jobs.callables.pop()

    def stopped(project: Project, *, emit: Emit, cancel: Cancel) -> int:
        cancel.set()
        return check_images(project, emit=emit, cancel=cancel)

    monkeypatch.setattr("engine.batch.saved_results.adopting.check_images", stopped)
    handle.play(run_job(lambda _, *, emit, cancel: work(emit, cancel), None, emit=lambda _: None, cancel=cancel))

    told = "Stopped. 3 images added to the project, 3 with a suggestion, 3 not looked at yet"
    assert (page.output_bar.done.words.text(), offered) == (told, [3])
