"""Suspects over a real project with two wrong labels and a run that sees them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord
from engine.models.predictions import Predictions
from gui.review.suspects_section import EMPTY, FOLDS, SuspectsSection
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.flipped_project import make_flipped, write_true_run
from tests.gui.review.reviewing import close_loaders, read_run
from tests.gui.small_project import open_session


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_flipped(tmp_path)
    write_true_run(project)
    return project


@pytest.fixture
def section(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[SuspectsSection]:
    section = shown(qtbot, SuspectsSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session))
    qtbot.waitUntil(lambda: section.grid.count() == 2)
    section.grid.setFocus()
    yield section
    close_loaders(section)


def captions(section: SuspectsSection) -> list[str]:
    items = [section.grid.item(place) for place in range(section.grid.count())]
    return [item.caption for item in items if item]


def record(session: Session, image_id: int) -> ImageRecord:
    assert session.project is not None
    return query.images(session.project, [image_id])[0]


def name_of(session: Session, class_id: int | None) -> str:
    cls = session.class_of(class_id)
    return cls.name if cls else ""


def test_while_labels_are_judged_the_page_says_so(qtbot: QtBot, session: Session, jobs: FakeJobs):
    section = shown(qtbot, SuspectsSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session))
    assert section.empty.title.text() == "Judging the labels…"
    assert section.empty.sign == "clock", "no check mark before anything is judged"
    assert section.empty.isVisible()
    qtbot.waitUntil(lambda: section.grid.count() == 2)
    assert not section.empty.isVisible()
    close_loaders(section)


def test_the_wrong_labels_are_listed_with_what_they_look_like(section: SuspectsSection):
    assert sorted(captions(section)) == ["bee → ant", "cat → bee"]
    assert section.heading.text() == "2 of 24 labels are doubtful"
    qualities = [s.quality for s in section.shown]
    assert qualities == sorted(qualities)


def test_the_list_gets_the_keys_when_no_less_doubtful_label_is_left(section: SuspectsSection, qtbot: QtBot):
    section.show_most_doubtful(1)
    assert section.more.text() == "Show 1 less doubtful"
    section.more.setFocus()
    qtbot.keyClick(section.more, Qt.Key.Key_Space)
    assert section.grid.count() == 2
    assert section.more.isHidden()
    assert section.window().focusWidget() is section.grid


def test_t_takes_the_suggestion_and_undo_asks_again(section: SuspectsSection, session: Session, qtbot: QtBot):
    section.grid.set_current(0)
    suspect = section.shown[0]
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(section.grid, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: section.grid.count() == 1)
    assert name_of(session, record(session, suspect.image_id).class_id) == suspect.suggested
    assert section.grid.selected() == [0], "the next one is at hand"
    with qtbot.waitSignal(session.images_changed):
        session.undo()
    qtbot.waitUntil(lambda: section.grid.count() == 2)
    assert section.shown[0].image_id == suspect.image_id, "it comes back in its place"


@pytest.mark.parametrize(("key", "mark"), [("K", "confirmed"), ("U", "unsure"), ("X", "excluded")])
def test_one_key_decides_and_the_image_is_not_asked_about_again(
    section: SuspectsSection, session: Session, qtbot: QtBot, key: str, mark: str
):
    section.grid.set_current(1)
    image_id = section.shown[1].image_id
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(section.grid, key)
    qtbot.waitUntil(lambda: section.grid.count() == 1)
    assert getattr(record(session, image_id), mark)
    section.read()
    qtbot.waitUntil(lambda: section.found is not None and len(section.found.suspects) < 3)
    assert image_id not in [s.image_id for s in section.shown]


def test_all_at_once_is_one_edit_and_then_nothing_is_left(section: SuspectsSection, session: Session, qtbot: QtBot):
    qtbot.keyClick(section.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(session.images_changed) as told:
        section.decisions.buttons["take"].click()
    assert len(told.args[0].image_ids) == 2
    qtbot.waitUntil(lambda: section.showing == EMPTY)
    assert "decided" in section.empty.title.text()
    with qtbot.waitSignal(session.images_changed):
        session.undo()
    qtbot.waitUntil(lambda: section.grid.count() == 2)


def test_a_class_key_gives_that_label_or_keeps_it(section: SuspectsSection, session: Session, qtbot: QtBot):
    place = captions(section).index("bee → ant")
    section.grid.set_current(place)
    image_id = section.shown[place].image_id
    key = session.class_named("bee").key  # type: ignore[union-attr]
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(section.grid, key)
    assert record(session, image_id).confirmed, "it has that label: it is kept"
    qtbot.waitUntil(lambda: section.grid.count() == 1)


def test_return_shows_one_large_with_the_first_guesses(section: SuspectsSection, qtbot: QtBot):
    section.grid.set_current(captions(section).index("bee → ant"))
    qtbot.waitUntil(lambda: all(section.grid.item(place) is not None for place in range(2)))
    qtbot.keyClick(section.grid, Qt.Key.Key_Return)
    large = section.grid.large
    assert large is not None
    assert large.title.text() == "Labelled bee, looks like ant"
    assert large.guesses.accessibleDescription().startswith("ant 89.0 %")


def test_every_image_is_judged_by_folds(
    section: SuspectsSection, jobs: FakeJobs, session: Session, project: Path, qtbot: QtBot
):
    section.judge.box.setCurrentIndex(FOLDS)
    section.judge.box.activated.emit(FOLDS)
    assert section.showing == EMPTY
    section.judge.folds.setValue(3)
    section.judge.train.click()
    handle = jobs.started[0]
    assert (handle.name, handle.params.folds) == ("suspects", 3)  # type: ignore[attr-defined]
    assert not section.judge.train.isEnabled()
    write_true_run(project, wrong={3: 2}, file="folds.npz")
    with qtbot.waitSignal(session.message) as told:
        handle.succeed(images=24)
    assert "24" in told.args[0]
    qtbot.waitUntil(lambda: section.grid.count() == 3)
    assert "ant → cat" in captions(section)


def test_folds_can_be_stopped_and_a_failure_is_told(section: SuspectsSection, jobs: FakeJobs):
    section.judge.box.setCurrentIndex(FOLDS)
    section.judge.box.activated.emit(FOLDS)
    section.judge.train.click()
    section.line.strip.stop_button.click()
    assert jobs.started[0].cancelled
    jobs.started[0].stop()
    assert not section.line.isVisible()
    section.judge.train.click()
    jobs.started[1].fail("A class has too few images to be in every fold.")
    assert "too few images" in section.line.caution.words.text()


def test_the_table_holds_what_is_shown(section: SuspectsSection):
    head, *body = section.grid.rows()
    assert head[0] == "path"
    assert {row[1] for row in body} == {"bee", "cat"}


def test_less_doubtful_labels_are_shown_when_asked_for(section: SuspectsSection, qtbot: QtBot, project: Path):
    assert not section.more.isVisible(), "the model agrees with all others"


def test_mistakes_without_a_suspect_label_are_told_not_called_agreement(qtbot: QtBot, tmp_path: Path, jobs: FakeJobs):
    project = make_flipped(tmp_path, flipped=())
    write_true_run(project, wrong={0: 1, 9: 0})
    predictions = next((project / "runs").iterdir()) / "predictions.npz"
    known = Predictions.load(predictions)
    shares = known.probabilities.copy()
    wrong = np.flatnonzero(shares.argmax(axis=1) != known.labels)
    shares[wrong] = 0.3
    shares[wrong, known.labels[wrong]] = 0.34
    shares[wrong, known.probabilities[wrong].argmax(axis=1)] = 0.36
    replace(known, probabilities=shares).save(predictions)
    session = open_session(qtbot, project)
    section = shown(qtbot, SuspectsSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
    section.show_reviewed(read_run(session))
    qtbot.waitUntil(lambda: section.empty.title.text() == "No label looks wrong")
    assert section.empty.words.text() == (
        "24 labels were judged. The model takes 2 of the images for something else, but not surely enough to doubt "
        "their labels: they stand under Mistakes."
    )
    close_loaders(section)
    session.shut_down()


def test_in_a_project_that_cannot_be_changed_nothing_is_decided(qtbot: QtBot, project: Path, jobs: FakeJobs):
    with Project.open(project):
        session = open_session(qtbot, project)
        section = shown(qtbot, SuspectsSection(session, jobs), 1000, 620)  # type: ignore[arg-type]
        section.show_reviewed(read_run(session))
        qtbot.waitUntil(lambda: section.grid.count() == 2)
        section.grid.set_current(0)
        assert not section.decisions.buttons["take"].isEnabled()
        assert "cannot be changed" in section.hint.text()
        section.grid.close_loader()
        session.shut_down()


def test_the_window_loads_nothing_that_trains_to_tell_whether_the_folds_are_there(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from engine.review.suspects.open_suspects import has_folds; "
        f"found = has_folds(Path({str(tmp_path)!r})); sys.exit(found or 'engine.training.trainer' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
