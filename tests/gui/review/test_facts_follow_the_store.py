"""Whatever Review shows of the project and its runs is true after each way of changing them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.scan import ImportParams, import_sources
from engine.review.duplicates import find_duplicates
from engine.training.runs.notes_and_trash import annotate, discard
from gui.review.comparison_section import ComparisonSection
from gui.review.duplicates_section import DuplicatesSection
from gui.review.map.map_section import EMPTY, MAP, MapSection
from gui.review.page import CONTENT, ReviewPage
from gui.review.suspects_section import SuspectsSection
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.flipped_project import image_ids, make_flipped, write_true_run
from tests.gui.review.reviewing import close_loaders

OLD, NEW = "20260101-000000-fashion-cnn", "20260102-000000-fashion-cnn"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """24 test images, two with a wrong label, and two runs that see that."""
    project = make_flipped(tmp_path)
    write_true_run(project, OLD)
    write_true_run(project, NEW)
    return project


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[ReviewPage]:
    page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.showing == CONTENT)
    qtbot.waitUntil(lambda: page.mistakes.gallery.record(0) is not None)
    yield page
    for section in page.findChildren(MapSection):
        section.hover.close_loader()
    close_loaders(page)


def add_pictures(session: Session, folder: Path, count: int) -> None:
    """An import into the test split of the open project."""
    assert session.project is not None
    for number in range(count):
        file = folder / "more" / "ant" / f"new {number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 9), (number, 200, 9)).save(file)
    params = ImportParams(str(session.project.folder), (str(folder / "more"),), labels="folders", split="test")
    import_sources(params, emit=lambda _: None, cancel=Cancel(), project=session.project)
    session.images_listed()


def train_further(project: Path, session: Session, wrong: dict[int, int]) -> None:
    """The newest run went on: its record and its predictions are others under the same name."""
    write_true_run(project, NEW, wrong=wrong)
    record = project / "runs" / NEW / "run.json"
    record.write_text(record.read_text("utf-8").replace('"epochs": ', '"epochs": 1'), "utf-8")
    session.refresh_runs()


def test_what_is_left_out_follows_images_that_come(page: ReviewPage, session: Session, tmp_path: Path, qtbot: QtBot):
    assert page.bar.left_out.text() == ""
    add_pictures(session, tmp_path, 3)
    qtbot.waitUntil(lambda: page.bar.left_out.text() == "Left out: 3 not predicted")
    assert page.bar.predict.isVisible()
    session.undo()
    qtbot.waitUntil(lambda: page.bar.left_out.text() == "")


def test_what_is_left_out_follows_an_edit(page: ReviewPage, session: Session, qtbot: QtBot):
    some = page.mistakes.gallery.ids[:1]
    session.edit(edits.set_flag, some, query.Flag.EXCLUDED, True)
    qtbot.waitUntil(lambda: page.bar.left_out.text() == "Left out: 1 excluded")
    session.undo()
    qtbot.waitUntil(lambda: page.bar.left_out.text() == "")


def test_a_run_of_another_name_is_called_so_in_every_box(
    page: ReviewPage, session: Session, project: Path, qtbot: QtBot
):
    page.sections.tabs.setCurrentIndex(page.sections.place("ComparisonSection"))
    comparison = page.sections.section(ComparisonSection)
    qtbot.waitUntil(lambda: comparison.found is not None)
    annotate(project / "runs" / NEW, title="The good one")
    annotate(project / "runs" / OLD, title="The first one")
    session.refresh_runs()
    qtbot.waitUntil(lambda: page.bar.run_box.currentText().startswith("The good one"))
    assert page.bar.run_box.itemText(1).startswith("The first one")
    assert comparison.before.currentText().startswith("Round 1: The first one")
    assert comparison.after.text().startswith("Round 2: The good one")


def test_a_run_that_is_deleted_is_in_no_box_and_the_next_one_is_reviewed(
    page: ReviewPage, session: Session, project: Path, qtbot: QtBot
):
    discard(project, NEW)
    session.refresh_runs()
    qtbot.waitUntil(lambda: page.reviewed is not None and page.reviewed.run == OLD)
    assert page.bar.run_box.count() == 1


def test_a_run_that_was_trained_further_is_read_again(
    page: ReviewPage, session: Session, project: Path, jobs: FakeJobs, qtbot: QtBot
):
    page.sections.tabs.setCurrentIndex(page.sections.place("MapSection"))
    mapped = page.sections.section(MapSection)
    lay_out(mapped, session, jobs, qtbot)
    assert "2 misclassified" in page.summary.text()
    train_further(project, session, {0: 1, 2: 1, 3: 1})
    qtbot.waitUntil(lambda: "5 misclassified" in page.summary.text())
    assert mapped.showing == EMPTY, "the map is of what it saw alike before"


def lay_out(section: MapSection, session: Session, jobs: FakeJobs, qtbot: QtBot) -> list[int]:
    assert session.project is not None
    ids = image_ids(session.project)
    x = [place / len(ids) for place in range(len(ids))]
    section.start.click()
    jobs.of("map")[-1].succeed(run=NEW, method="pca", images=len(ids), image_ids=ids, x=x, y=x)
    qtbot.waitUntil(lambda: section.showing == MAP)
    return ids


def test_suspects_follow_a_renamed_class_and_a_run_that_was_trained_further(
    page: ReviewPage, session: Session, project: Path, qtbot: QtBot
):
    page.sections.tabs.setCurrentIndex(page.sections.place("SuspectsSection"))
    section = page.sections.section(SuspectsSection)

    def captions() -> list[str]:
        items = [section.grid.item(place) for place in range(section.grid.count())]
        return sorted(item.caption for item in items if item)

    qtbot.waitUntil(lambda: captions() == ["bee → ant", "cat → bee"])
    train_further(project, session, {1: 1})  # which believes the first of the labels now
    qtbot.waitUntil(lambda: captions() == ["cat → bee"])
    session.edit(edits.rename_class, session.class_named("bee").id, "wasp")  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: captions() == ["cat → wasp"])


def test_images_that_are_gone_leave_map_and_duplicates(
    page: ReviewPage, session: Session, tmp_path: Path, jobs: FakeJobs, qtbot: QtBot
):
    """The second import is undone: what was found in it is not there any more."""
    assert session.project is not None
    for name in ("one", "other"):
        file = tmp_path / "more" / "ant" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 48), (9, 200, 9)).save(file)
    add_pictures(session, tmp_path, 2)
    page.sections.tabs.setCurrentIndex(page.sections.place("DuplicatesSection"))
    duplicates = page.sections.section(DuplicatesSection)
    duplicates.begin.click()
    (asked,) = jobs.of("duplicates")
    asked.succeed(**find_duplicates(asked.params, emit=lambda _: None, cancel=Cancel()))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: duplicates.grid.count() > 0)
    page.sections.tabs.setCurrentIndex(page.sections.place("MapSection"))
    mapped = page.sections.section(MapSection)
    assert len(lay_out(mapped, session, jobs, qtbot)) == 28
    session.undo()
    qtbot.waitUntil(lambda: mapped.found is not None and len(mapped.found.image_ids) == 24)
    assert mapped.heading.text() == "24 images"
    page.sections.tabs.setCurrentIndex(page.sections.place("DuplicatesSection"))
    qtbot.waitUntil(lambda: not any(i.file.parent.parent.name == "more" for g in duplicates.groups for i in g.images))
