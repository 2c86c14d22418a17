"""Whatever the Library shows of the project is true after each way of changing it, or said to be counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from gui.library.browser import Browser
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from tests.gui.windows import make_pictures


def test_before_anything_is_counted_no_number_is_shown_and_no_class_is_missed(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, project: Path
) -> None:
    browser, seen = page.browser, []
    hint = browser.classes._hint

    def look() -> None:
        browser.empty_grid.tell()
        seen.append((page.header.facts.text(), hint.isHidden(), browser.grid.empty_text))

    shell.session.project_changed.connect(look)
    with qtbot.waitSignal(shell.session.overview_changed):
        shell.open_path(project)
    assert seen == [("Counting the images…", True, "Reading the list of images…")]
    assert page.header.facts.text().startswith("12 images  ·  3 classes  ·  all labelled")


@pytest.fixture
def shown(qtbot: QtBot, browser: Browser) -> Browser:
    """The first picture, an ant, in the inspector."""
    browser.grid.set_current(0)
    qtbot.waitUntil(lambda: browser.inspector.record() is not None)
    return browser


def test_the_inspector_follows_a_label_a_split_a_renamed_class_and_undo(
    qtbot: QtBot, opened: MainWindow, shown: Browser
) -> None:
    session, inspector = opened.session, shown.inspector
    ant, bee = session.class_named("ant"), session.class_named("bee")
    record = inspector.record()
    assert ant is not None
    assert bee is not None
    assert record is not None
    assert inspector.label_button.accessibleName() == "Label: ant"
    session.edit(edits.rename_class, ant.id, "emmet")
    qtbot.waitUntil(lambda: inspector.label_button.accessibleName() == "Label: emmet")
    session.set_label([record.id], bee.id)
    qtbot.waitUntil(lambda: inspector.label_button.accessibleName() == "Label: bee")
    session.edit(edits.set_split, [record.id], Split.TEST)
    qtbot.waitUntil(lambda: inspector.split.currentText() == "Test")
    for _ in range(3):
        with qtbot.waitSignal(session.images_changed):
            session.undo()
    qtbot.waitUntil(lambda: inspector.label_button.accessibleName() == "Label: ant")
    session.edit(edits.delete_class, ant.id)
    qtbot.waitUntil(lambda: inspector.label_button.accessibleName() == "Label: Not labelled")


def test_the_inspector_shows_the_picture_that_is_there_after_a_rescan(
    qtbot: QtBot, page: LibraryPage, shown: Browser, tmp_path: Path
) -> None:
    """Of the same name and width as the one before."""
    inspector = shown.inspector
    assert inspector.facts["size"].text() == "12 × 8"
    qtbot.waitUntil(lambda: inspector.view.image is not None)
    Image.new("RGB", (12, 20), (0, 255, 0)).save(tmp_path / "pictures" / "ant" / "0.png")
    with qtbot.waitSignal(page.rescanning.ended):
        qtbot.keyClick(shown.grid, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: inspector.facts["size"].text() == "12 × 20")
    qtbot.waitUntil(lambda: inspector.view.image is not None and inspector.view.image.height() == 20)


def test_folders_that_can_be_chosen_follow_an_import(
    qtbot: QtBot, opened: MainWindow, browser: Browser, tmp_path: Path
) -> None:
    browser.conditions.set_open(True)
    box = browser.conditions.controls["folder"]

    def offered() -> set[str]:
        model = box.completer().model()
        return {model.index(place, 0).data() for place in range(model.rowCount())}

    qtbot.waitUntil(lambda: box.completer() is not None and "ant" in offered())
    project = opened.session.project
    assert project is not None
    more = make_pictures(tmp_path / "more", ("dragonfly",), 2)
    import_sources(
        ImportParams(str(project.folder), (str(more),)), emit=lambda _: None, cancel=Cancel(), project=project
    )
    opened.session.images_listed()
    qtbot.waitUntil(lambda: "dragonfly" in offered())
    opened.session.undo()
    qtbot.waitUntil(lambda: "dragonfly" not in offered())
