"""Duplicates over a real project in which some pictures are there twice, found by the real job."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.library.scan import ImportParams, import_sources
from engine.review.duplicates import find_duplicates
from engine.review.found_groups import ACROSS, DIFFER
from gui.review.duplicates_section import EMPTY, LIST, DuplicatesSection
from gui.session import Session
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.review.reviewing import close_loaders
from tests.gui.small_project import open_session


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Six scenes of two classes; one is in the test split too, one has both labels, one is there twice as it is."""
    pictures = tmp_path / "pictures"
    for number in range(6):
        small = np.random.default_rng(number).integers(0, 256, (9, 12, 3), np.uint8)
        file = pictures / "train" / "ab"[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(small).resize((96, 72), Image.Resampling.BICUBIC).save(file)
    (pictures / "test" / "a").mkdir(parents=True)
    Image.open(pictures / "train" / "a" / "0.png").save(pictures / "test" / "a" / "leak.jpg", quality=80)
    shutil.copy(pictures / "train" / "b" / "1.png", pictures / "train" / "a" / "other label.png")
    shutil.copy(pictures / "train" / "a" / "2.png", pictures / "train" / "a" / "again.png")
    project = tmp_path / "some.pigeonhole"
    import_sources(ImportParams(str(project), (str(pictures),), split="named"), emit=lambda _: None, cancel=Cancel())
    return project


@pytest.fixture
def section(qtbot: QtBot, session: Session, jobs: FakeJobs) -> Iterator[DuplicatesSection]:
    section = shown(qtbot, DuplicatesSection(session, jobs), 1000, 640)  # type: ignore[arg-type]
    section.show_reviewed(None)
    section.look.click()
    handle = jobs.started[0]
    handle.succeed(**find_duplicates(handle.params, emit=lambda _: None, cancel=Cancel()))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: section.showing == LIST)
    section.grid.setFocus()
    yield section
    close_loaders(section)


def names(section: DuplicatesSection) -> list[list[str]]:
    return [sorted(image.file.name for image in group.images) for group in section.groups]


def records(session: Session) -> dict[str, ImageRecord]:
    assert session.project is not None
    found = query.images(session.project, query.image_ids(session.project, query.Filter()))
    return {image.file.name: image for image in found}


def test_one_button_begins_the_search_and_another_one_looks_again(qtbot: QtBot, session: Session, jobs: FakeJobs):
    section = shown(qtbot, DuplicatesSection(session, jobs), 1000, 640)  # type: ignore[arg-type]
    section.show_reviewed(None)

    def begins() -> list[str]:
        found = section.findChildren(QPushButton)
        return [b.objectName() for b in found if b.isVisible() and b.text() == section.look.text()]

    assert begins() == ["begin_duplicates_button"]
    section.begin.click()
    handle = jobs.started[0]
    handle.succeed(**find_duplicates(handle.params, emit=lambda _: None, cancel=Cancel()))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: section.showing == LIST)
    assert begins() == ["find_duplicates_button"]
    section.stop()
    assert begins() == ["begin_duplicates_button"]
    close_loaders(section)


def test_the_keys_stay_in_the_section_when_what_began_a_search_goes_away(
    qtbot: QtBot, session: Session, jobs: FakeJobs
):
    section = shown(qtbot, DuplicatesSection(session, jobs), 1000, 640)  # type: ignore[arg-type]
    window = section.window()
    section.show_reviewed(None)
    section.begin.setFocus()
    section.begin.click()
    assert window.focusWidget() is section
    handle = jobs.started[0]
    handle.succeed(**find_duplicates(handle.params, emit=lambda _: None, cancel=Cancel()))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: section.showing == LIST)
    assert window.focusWidget() is section.grid
    section.look.setFocus()
    section.look.click()
    assert not section.look.isEnabled()
    assert window.focusWidget() is section.grid
    close_loaders(section)


def test_groups_across_splits_stand_first_under_their_headings(section: DuplicatesSection):
    assert names(section) == [["0.png", "leak.jpg"], ["1.png", "other label.png"], ["2.png", "again.png"]]
    assert section.grid.titles[0].startswith("Same picture, similarity ")
    assert section.grid.titles[0].endswith("across splits: test, training")
    assert section.grid.titles[1] == "Same file  ·  different labels"
    assert section.heading.text() == "3 groups · 6 images"
    assert [section.which.button(i).text() for i in range(3)] == ["All  3", "Across splits  1", "Different labels  1"]


def test_only_those_across_splits_or_with_different_labels_are_shown(section: DuplicatesSection):
    section.which.button(ACROSS).click()
    assert names(section) == [["0.png", "leak.jpg"]]
    section.which.button(DIFFER).click()
    assert names(section) == [["1.png", "other label.png"]]


def test_keep_one_of_each_is_one_edit_and_the_test_image_stays(
    section: DuplicatesSection, session: Session, qtbot: QtBot
):
    assert section.hint.text() == "for all 3 groups shown"
    with qtbot.waitSignal(session.images_changed) as told:
        qtbot.keyClick(section.grid, Qt.Key.Key_K)
    assert len(told.args[0].image_ids) == 3
    qtbot.waitUntil(lambda: section.showing == EMPTY)
    excluded = {name for name, image in records(session).items() if image.excluded}
    assert "0.png" in excluded
    assert "leak.jpg" not in excluded
    with qtbot.waitSignal(session.images_changed):
        session.undo()
    qtbot.waitUntil(lambda: len(section.groups) == 3)


def test_only_the_group_of_the_selected_image_is_brought_together(
    section: DuplicatesSection, session: Session, qtbot: QtBot
):
    section.grid.set_current(0)
    assert section.hint.text() == "for 1 selected group"
    with qtbot.waitSignal(session.images_changed) as told:
        section.decisions.buttons["together"].click()
    assert len(told.args[0].image_ids) == 1
    qtbot.waitUntil(lambda: not section.groups[0].across_splits)
    found = records(session)
    assert found["0.png"].split is found["leak.jpg"].split


def test_groups_are_named_in_one_edit(section: DuplicatesSection, session: Session, qtbot: QtBot):
    with qtbot.waitSignal(session.images_changed) as told:
        section.decisions.buttons["group"].click()
    assert len(told.args[0].image_ids) == 6
    found = records(session)
    assert found["0.png"].group == found["leak.jpg"].group == "duplicates 1"
    assert found["2.png"].group == found["again.png"].group == "duplicates 3"
    assert found["4.png"].group is None
    assert found["leak.jpg"].split is Split.TEST, "where they are they stay"


def test_a_selected_image_is_excluded_and_its_group_is_gone(section: DuplicatesSection, session: Session, qtbot: QtBot):
    place = [session.records.get(i).file.name for i in section.grid.ids()].index("other label.png")
    section.grid.set_current(place)
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(section.grid, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: len(section.groups) == 2)
    assert records(session)["other label.png"].excluded


def test_a_class_key_puts_a_label_right(section: DuplicatesSection, session: Session, qtbot: QtBot):
    place = [session.records.get(i).file.name for i in section.grid.ids()].index("other label.png")
    section.grid.set_current(place)
    with qtbot.waitSignal(session.images_changed):
        qtbot.keyClick(section.grid, session.class_named("b").key)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not any(group.labels_differ for group in section.groups))


def test_likeness_and_model_are_handed_to_the_job(section: DuplicatesSection, jobs: FakeJobs, session: Session):
    section.run = "some-run"
    section.by_model.setChecked(True)
    section.least.setValue(0.9)
    section.look.click()
    params = jobs.started[1].params
    assert (params.similarity, params.run) == (0.9, "some-run")  # type: ignore[attr-defined]
    section.line.strip.stop_button.click()
    assert jobs.started[1].cancelled
    jobs.started[1].stop()
    assert len(section.groups) == 3, "what was found before stays"


def test_the_table_holds_the_groups(section: DuplicatesSection):
    head, *body = section.rows()
    assert head[0] == "group"
    assert [row[0] for row in body] == [1, 1, 2, 2, 3, 3]


def test_return_shows_one_of_them_large(section: DuplicatesSection, qtbot: QtBot):
    section.grid.set_current(2)
    qtbot.keyClick(section.grid, Qt.Key.Key_Return)
    assert section.grid.large is not None
    assert section.grid.large.title.text() == "Same file  ·  different labels"


def test_another_project_begins_with_nothing(section: DuplicatesSection):
    section.stop()
    assert section.showing == EMPTY
    assert "more than once" in section.empty.title.text()
    assert not section.below.isVisible()


def test_a_project_that_cannot_be_changed_is_only_looked_at(qtbot: QtBot, project: Path, jobs: FakeJobs):
    with Project.open(project):
        session = open_session(qtbot, project)
        section = shown(qtbot, DuplicatesSection(session, jobs), 1000, 640)  # type: ignore[arg-type]
        section.show_reviewed(None)
        section.look.click()
        handle = jobs.started[0]
        handle.succeed(**find_duplicates(handle.params, emit=lambda _: None, cancel=Cancel()))  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: len(section.groups) == 3)
        assert not section.decisions.buttons["keep"].isEnabled()
        section.grid.close_loader()
        session.shut_down()
