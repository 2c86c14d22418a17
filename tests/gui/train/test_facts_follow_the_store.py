"""Whatever the Train page shows of the project is true after each way of changing it, or said to be counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.training.runs.notes_and_trash import annotate, discard
from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeHandle, FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import write_run


def numbers(page: TrainPage) -> list[str]:
    """Training, validation, test and unassigned images."""
    return [number.text() for number in page.setup.data.numbers]


def ids(session: Session, class_name: str, split: Split) -> list[int]:
    assert session.project is not None
    cls = session.class_named(class_name)
    assert cls is not None
    wanted = query.Filter(class_ids=frozenset({cls.id}), splits=frozenset({split}))
    return list(query.image_ids(session.project, wanted))


def add_pictures(session: Session, folder: Path, class_name: str, count: int) -> None:
    """As an import into the open project does, which holds its files for writing."""
    project = session.project
    assert project is not None
    for number in range(count):
        file = folder / "more" / "train" / class_name / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (number, 200, 9)).save(file)
    params = ImportParams(str(project.folder), (str(folder / "more"),))
    import_sources(params, emit=lambda _: None, cancel=Cancel(), project=project)
    session.images_listed()


def test_before_anything_is_counted_no_number_is_shown_and_nothing_can_begin(
    qtbot: QtBot, new_session: Session, jobs: FakeJobs, project: Path
):
    page = shown(qtbot, TrainPage(new_session, jobs), 1160, 770)  # type: ignore[arg-type]
    seen: list[tuple[list[str], str, bool]] = []

    def look() -> None:
        start = page.setup.buttons.start
        seen.append((numbers(page), page.setup.data.notice.words.text(), start.isEnabled()))

    new_session.project_changed.connect(look)
    with qtbot.waitSignal(new_session.overview_changed):
        new_session.open_project(project)
    assert seen == [(["…"] * 4, "Counting the images…", False)]
    assert numbers(page) == ["6", "3", "3", "0"]
    assert page.setup.buttons.start.isEnabled()


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (lambda s, f: s.set_label(ids(s, "ant", Split.TRAINING)[:1], None), [5, 3, 3, 0]),
        (lambda s, f: s.edit(edits.set_split, ids(s, "ant", Split.TRAINING)[:2], Split.VALIDATION), [4, 5, 3, 0]),
        (lambda s, f: s.edit(edits.delete_class, s.class_named("cat").id), [4, 2, 2, 0]),
        (lambda s, f: s.undo(), [0, 0, 0, 0]),
        (lambda s, f: add_pictures(s, f, "ant", 5), [10, 4, 3, 0]),
    ],
    ids=["label", "split", "class", "undo the import", "import more"],
)
def test_the_numbers_follow_each_change(
    page: TrainPage,
    session: Session,
    tmp_path: Path,
    qtbot: QtBot,
    change: Callable[[Session, Path], None],
    after: list[int],
):
    assert numbers(page) == ["6", "3", "3", "0"]
    change(session, tmp_path)
    qtbot.waitUntil(lambda: numbers(page) == [str(number) for number in after])


def asked_anew(qtbot: QtBot, jobs: FakeJobs, name: str, before: int) -> FakeHandle:
    qtbot.waitUntil(lambda: len(jobs.of(name)) > before)
    return jobs.of(name)[-1]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.add_class("dog"),
        lambda s: s.edit(edits.set_split, ids(s, "bee", Split.TRAINING)[:1], Split.TEST),
        lambda s: s.edit(edits.delete_class, s.class_named("cat").id),
    ],
    ids=["one more class", "a smaller epoch", "a class less"],
)
def test_the_network_that_is_shown_is_built_anew_for_other_classes_and_images(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot, change: Callable[[Session], None]
):
    """Its last layer has a number for each class, and its steps are those of an epoch."""
    page.views.show_tab(page.network)
    asked_anew(qtbot, jobs, "summary", 0).fail("of before")
    change(session)
    asked_anew(qtbot, jobs, "summary", 1).fail("of now")
    assert page.network.said.text() == "of now"


def test_labels_that_change_while_another_page_is_shown_build_the_network_once_when_it_comes_back(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    page.views.show_tab(page.network)
    asked_anew(qtbot, jobs, "summary", 0).fail("of before")
    page.hide()
    for _ in range(2):
        with qtbot.waitSignal(session.overview_changed):
            session.set_label(ids(session, "ant", Split.TRAINING)[:1], None)
    assert len(jobs.of("summary")) == 1
    page.show()
    asked_anew(qtbot, jobs, "summary", 1)


def test_the_preview_shows_pictures_that_are_trained_on_now(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    preview = page.questions.preview
    page.views.show_tab(page.pictures)

    def drawn(holds: Callable[[], object]) -> None:
        def look() -> bool:
            jobs.run_callables()
            return bool(holds())

        qtbot.waitUntil(look)

    drawn(lambda: page.pictures.grid.pictures)
    kept = list(preview.files)
    with qtbot.waitSignal(session.overview_changed):
        session.edit(edits.set_flag, ids(session, "ant", Split.TEST), query.Flag.UNSURE, True)
    assert preview.files == kept, "nothing of it has changed"

    shown_one = next(r for r in query.labelled_images(session.project) if r.file == kept[0])  # type: ignore[arg-type]
    session.edit(edits.set_split, [shown_one.id], Split.TEST)
    drawn(lambda: preview.files and kept[0] not in preview.files)

    with qtbot.waitSignal(session.overview_changed):
        session.undo()
        session.undo()
        session.undo()  # the import
    drawn(lambda: not preview.files)
    assert page.pictures.grid.pictures == []
    assert "Label some images" in page.pictures.nothing.text()


def test_images_that_change_places_are_looked_through_for_near_duplicates_again(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    """Each side of the split has as many as before, and others."""
    looked = len(jobs.of("leakage"))
    there, back = ids(session, "ant", Split.TRAINING)[0], ids(session, "ant", Split.TEST)[0]
    jobs.of("leakage")[-1].succeed(
        leaks=False, share=0.0, share_after=0.0, pattern="", grouping=[], splits=[], groups=0
    )
    with qtbot.waitSignal(session.overview_changed):
        session.edit(edits.set_note, [there], "said to be a twin")
    assert len(jobs.of("leakage")) == looked, "a note changes nothing of it"
    session.edit(edits.set_splits, {there: Split.TEST, back: Split.TRAINING})
    asked_anew(qtbot, jobs, "leakage", looked)


def test_the_suggested_recipe_is_for_the_pictures_that_are_there_now(
    page: TrainPage, session: Session, jobs: FakeJobs, project: Path, qtbot: QtBot
):
    """As many as before, but others: a folder was exchanged for another."""
    said = page.setup.recipes.summary
    qtbot.waitUntil(lambda: "small and coloured" in said.text())
    for file in (project.parent / "pictures").rglob("*.png"):
        Image.new("L", (8, 8), 40).save(file)
    session.images_listed()
    qtbot.waitUntil(lambda: "small and grey" in said.text())


def test_runs_that_are_offered_and_listed_follow_a_new_name_and_a_deleted_run(
    page: TrainPage, session: Session, project: Path, qtbot: QtBot
):
    run = write_run(project).name

    def offered() -> list[str]:
        box = page.findChild(QComboBox, "option_start_from")
        assert box is not None
        return [box.itemText(place) for place in range(box.count())]

    session.refresh_runs()
    qtbot.waitUntil(lambda: any("Small grey" in words for words in offered()))
    annotate(project / "runs" / run, title="The good one")
    session.refresh_runs()
    qtbot.waitUntil(lambda: any("The good one" in words for words in offered()))
    discard(project, run)
    session.refresh_runs()
    qtbot.waitUntil(lambda: not any("The good one" in words for words in offered()))
    assert page.run_panel.list.runs() == []
