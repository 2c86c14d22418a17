"""Review before any run: suspects, the map and duplicates by features, and what a correction changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.library import edits, query
from engine.library.project import Project
from engine.similarity.bases import chosen_base
from engine.similarity.feature_job import store_of
from gui.review.duplicates_section import DuplicatesSection
from gui.review.map.map_section import LABEL, MAP, MapSection
from gui.review.page import CONTENT, ReviewPage
from gui.review.suspects_section import FEATURES, SuspectsSection
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.flipped_project import make_flipped, write_true_run
from tests.gui.review.reviewing import close_loaders, read_run


@pytest.fixture
def project(tmp_path: Path, empty_home: Path) -> Path:
    """Twenty-four pictures of three classes, two of them with a wrong label, and no run."""
    return make_flipped(tmp_path)


@pytest.fixture
def section(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[SuspectsSection]:
    section = shown(qtbot, SuspectsSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(None)
    yield section
    close_loaders(section)


def compute(project: Project, count: int | None = None) -> None:
    """Features of the first so many images, as a network might see what is on them: by their file, not their label."""
    base = chosen_base()
    images = query.images(project, query.image_ids(project, query.Filter()))[:count]
    centres = np.abs(np.random.default_rng(0).normal(size=(3, base.dimensions)))
    kinds = ["ant", "bee", "cat"]
    features = np.stack(
        [
            centres[kinds.index(image.file.parent.name)]
            + np.abs(np.random.default_rng(image.id).normal(size=base.dimensions))
            for image in images
        ]
    )
    store = store_of(base)
    store.begin()
    store.add(images, features)
    store.close()


def captions(section: SuspectsSection) -> list[str]:
    items = [section.grid.item(place) for place in range(section.grid.count())]
    return sorted(item.caption for item in items if item)


def test_wrong_labels_are_listed_and_the_others_judged_again_after_each_correction(
    section: SuspectsSection, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    assert session.project is not None
    assert section.empty.title.text() == "Judging the labels…"
    assert section.judge.isHidden(), "there is nothing to choose from"
    compute(session.project)
    jobs.run_callables()
    assert captions(section) == ["bee → ant", "cat → bee"]
    assert section.heading.text() == "2 of 24 labels are doubtful"
    section.grid.setFocus()
    section.grid.set_current(0)
    left, before = section.shown[1], section.found
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(section.grid, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: bool(jobs.callables))
    jobs.run_callables()
    assert section.found is not before
    assert [s.image_id for s in section.shown] == [left.image_id]
    assert section.shown[0].quality != left.quality, "the correction taught something"
    with qtbot.waitSignal(session.images_changed):
        session.undo()
    qtbot.waitUntil(lambda: bool(jobs.callables))
    jobs.run_callables()
    assert captions(section) == ["bee → ant", "cat → bee"]


def test_the_image_that_is_looked_at_stays_chosen_when_the_order_changes(
    section: SuspectsSection, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    assert session.project is not None
    compute(session.project)
    jobs.run_callables()
    section.grid.set_current(1)
    looked_at = section.shown[1].image_id
    records = query.images(session.project, query.image_ids(session.project, query.Filter()))
    other = next(r.id for r in records if r.id not in section.grid.ids() and r.file.parent.name == "ant")
    with qtbot.waitSignal(session.images_changed):
        session.set_label([other], session.class_named("cat").id)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: bool(jobs.callables))
    jobs.run_callables()
    place = section.grid.current()
    assert place is not None
    assert section.shown[place].image_id == looked_at


def test_features_that_are_missing_are_computed_first(section: SuspectsSection, session: Session, jobs: FakeJobs):
    assert session.project is not None
    jobs.run_callables()
    (job,) = jobs.of("features")
    assert section.line.running
    assert section.empty.title.text() == "Judging the labels…"
    compute(session.project)
    job.succeed()
    jobs.run_callables()
    assert captions(section) == ["bee → ant", "cat → bee"]
    assert len(jobs.of("features")) == 1


def test_too_few_labels_say_what_is_missing(section: SuspectsSection, session: Session, jobs: FakeJobs, qtbot: QtBot):
    assert session.project is not None
    compute(session.project)
    with qtbot.waitSignal(session.images_changed):
        session.edit(edits.set_label, query.image_ids(session.project, query.Filter()), None)
    jobs.run_callables()
    assert section.empty.title.text() == "Nothing could be judged"
    assert "two classes with two labelled images" in section.empty.words.text()


def test_off_screen_nothing_is_judged(section: SuspectsSection, session: Session, jobs: FakeJobs, qtbot: QtBot):
    assert session.project is not None
    compute(session.project)
    jobs.run_callables()
    section.hide()
    with qtbot.waitSignal(session.images_changed):
        session.set_label([section.shown[0].image_id], session.class_named("ant").id)  # type: ignore[union-attr]
    assert not section.judging.is_waiting
    section.show()
    qtbot.waitUntil(lambda: bool(jobs.callables))


def test_with_a_run_features_can_judge_too(qtbot: QtBot, session: Session, jobs: FakeJobs, project: Path):
    write_true_run(project)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    assert session.project is not None
    compute(session.project)
    section = shown(qtbot, SuspectsSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session))
    qtbot.waitUntil(lambda: section.grid.count() == 2)
    section.judge.box.setCurrentIndex(FEATURES)
    section.judge.box.activated.emit(FEATURES)
    jobs.run_callables()
    assert captions(section) == ["bee → ant", "cat → bee"]
    close_loaders(section)


def test_the_page_shows_what_needs_no_run_and_says_so(qtbot: QtBot, session: Session, jobs: FakeJobs):
    page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert page.showing == CONTENT
    assert page.sections.current.name == "SuspectsSection"
    assert page.summary.text().startswith("No run yet")
    for name in ("DuplicatesSection", "MapSection"):
        page.sections.tabs.setCurrentIndex(page.sections.place(name))
        assert page.showing == CONTENT
    close_loaders(page)


def test_the_map_lays_features_out_and_tells_labels_alone(
    qtbot: QtBot, session: Session, jobs: FakeJobs, project: Path
):
    section = shown(qtbot, MapSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(None)
    assert "No run is needed" in section.empty.words.text()
    section.start.click()
    (job,) = jobs.of("map")
    assert (job.params.run, job.params.features) == (None, True)  # type: ignore[attr-defined]
    assert session.project is not None
    ids = list(query.image_ids(session.project, query.Filter()))
    places = np.linspace(0, 1, len(ids)).tolist()
    job.succeed(run=None, method="pca", image_ids=ids, x=places, y=places)
    qtbot.waitUntil(lambda: section.showing == MAP)
    assert section.tells.isHidden()
    assert section.tells.current() == LABEL
    assert {entry.name for entry in section.entries} >= {"ant", "bee", "cat"}
    close_loaders(section)


def test_duplicates_are_looked_for_by_features_where_there_is_no_run(qtbot: QtBot, session: Session, jobs: FakeJobs):
    section = shown(qtbot, DuplicatesSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(None)
    assert section.by_model.text() == "Also look-alikes"
    section.by_model.setChecked(True)
    section.begin.click()
    (job,) = jobs.of("duplicates")
    assert (job.params.run, job.params.features) == (None, True)  # type: ignore[attr-defined]
    close_loaders(section)


@pytest.fixture
def led(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[ReviewPage]:
    """Review of a project without a run, which has led to the suspects."""
    page = shown(qtbot, ReviewPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.sections.current.name == "SuspectsSection")
    yield page
    close_loaders(page)


def test_the_first_run_is_shown_by_its_mistakes_where_nothing_was_done_before(
    qtbot: QtBot, session: Session, led: ReviewPage, project: Path
):
    write_true_run(project)
    session.refresh_runs()
    qtbot.waitUntil(lambda: led.reviewed is not None)
    assert led.sections.current is led.sections.all[0]
    led.sections.show_section("SuspectsSection")
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    assert led.sections.current.name == "SuspectsSection", "what a person chose stays"


@pytest.mark.parametrize("how", ["another tab", "a correction"])
def test_the_first_run_takes_no_section_away_in_which_a_person_works(
    qtbot: QtBot, session: Session, led: ReviewPage, project: Path, how: str
):
    if how == "another tab":
        led.sections.show_section("MapSection")
    else:
        with qtbot.waitSignal(session.images_changed):
            session.set_label([1], None)
    at = led.sections.current
    write_true_run(project)
    session.refresh_runs()
    qtbot.waitUntil(lambda: led.reviewed is not None)
    assert led.sections.current is at
