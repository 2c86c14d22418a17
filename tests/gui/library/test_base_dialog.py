"""Choosing the network for suggestions: what each is, what is downloaded, and nothing before it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.events import Progress
from engine.similarity.bases import BaseDetails, add_base, built_in_base, chosen_base
from engine.training.base_choice import BaseParams, bases
from gui import language
from gui.jobs import JobRunner
from gui.library.base_dialog import BaseDialog
from tests.engine.similarity.test_bases import published
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.windows import open_in, window


def listed() -> dict[str, object]:
    return dict(bases(BaseParams(), emit=lambda _: None, cancel=None))  # type: ignore[arg-type]


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def dialog(qtbot: QtBot, jobs: FakeJobs, empty_home: Path) -> BaseDialog:
    found = shown(qtbot, BaseDialog(jobs), 860, 620)
    jobs.started[0].succeed(**listed())
    return found


def choose(dialog: BaseDialog, name: str) -> None:
    dialog.table.choose_where(lambda base: base.name == name)


def test_all_networks_are_listed_with_size_state_and_licence_and_nothing_is_downloaded(
    dialog: BaseDialog, jobs: FakeJobs
) -> None:
    rows = {str(row[0]): [dialog.table.body.columns[2].words(base), row[3]] for row, base in shown_rows(dialog)}
    assert rows["MobileNetV2 1.0"] == ["in use", "Apache-2.0"]
    assert rows["ResNet50"] == ["download of 94 MB", "MIT"]
    assert len(rows) == 40
    assert [(handle.name, handle.params.action) for handle in jobs.started] == [("bases", "list")]
    assert "1,280 numbers for each picture. Colours: -1 to 1." in dialog.words.text()
    assert not dialog.use_button.isEnabled(), "it is in use"


def test_what_the_file_of_a_network_says_in_english_is_shown_in_the_language(
    dialog: BaseDialog, qapp: QApplication
) -> None:
    try:
        language.use(qapp, "ko")
        choose(dialog, "ResNet50")
        choose(dialog, "MobileNetV2 1.0")
        assert "-1~1" in dialog.words.text()
        assert "분류기 제외" in dialog.words.text()
    finally:
        language.use(qapp, language.SOURCE)


def shown_rows(dialog: BaseDialog) -> Iterator[tuple[list[object], object]]:
    return zip(dialog.table.rows()[1:], dialog.table.body.rows, strict=True)


def test_a_download_is_announced_told_and_stopped(qtbot: QtBot, dialog: BaseDialog, jobs: FakeJobs) -> None:
    choose(dialog, "ResNet50")
    assert dialog.use_button.text() == "Download and use"
    assert dialog.words.text().startswith("94 MB are downloaded")
    assert "MIT" in dialog.words.text()
    qtbot.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
    handle = jobs.started[-1]
    assert handle.params == BaseParams("choose", "ResNet50")
    handle.play(Progress("Downloading weights (kB)", 100, 94_000))
    assert dialog.strip.isVisible()
    assert not dialog.use_button.isEnabled()
    qtbot.mouseClick(dialog.strip.stop_button, Qt.MouseButton.LeftButton)
    assert handle.cancelled
    handle.stop()
    assert not dialog.strip.isVisible()
    assert dialog.use_button.isEnabled(), "it may be tried again"


def test_why_a_network_cannot_be_had_is_said_and_the_list_stays(dialog: BaseDialog, jobs: FakeJobs) -> None:
    choose(dialog, "VGG16")
    dialog.use_button.click()
    jobs.started[-1].fail("The weights cannot be downloaded.")
    assert dialog.notice.words.text() == "The weights cannot be downloaded."
    assert len(dialog.table.body.rows) == 40


def test_closing_the_dialog_stops_a_download(dialog: BaseDialog, jobs: FakeJobs) -> None:
    choose(dialog, "VGG16")
    dialog.use_button.click()
    dialog.reject()
    assert jobs.started[-1].cancelled


def test_a_network_of_this_machine_is_chosen_in_a_process_of_its_own_and_remembered(
    qtbot: QtBot, tmp_path: Path, empty_home: Path
) -> None:
    base = add_base(published(tmp_path / "mine.onnx"), BaseDetails(licence="MIT"))
    jobs = JobRunner()
    dialog = shown(qtbot, BaseDialog(jobs), 860, 620)
    qtbot.waitUntil(lambda: len(dialog.table.body.rows) == 41)
    choose(dialog, "mine")
    spy = QSignalSpy(dialog.changed)
    dialog.use_button.click()
    qtbot.waitUntil(lambda: spy.count() == 1, timeout=60_000)
    assert chosen_base() == base
    assert not dialog.use_button.isEnabled(), "it is in use"
    dialog.reject()
    jobs.close()


def test_the_window_learns_from_the_network_that_was_chosen(
    qtbot: QtBot, qapp: QApplication, learns: None, flowers: Path, tmp_path: Path
) -> None:
    base = add_base(published(tmp_path / "mine.onnx"))
    with window(qtbot, qapp) as shell:
        open_in(qtbot, shell, flowers)
        learning = shell.page(0).learning
        qtbot.waitUntil(lambda: bool(learning.ready) and not learning.busy, timeout=90_000)
        bases(BaseParams("choose", "mine"), emit=lambda _: None, cancel=None)  # type: ignore[arg-type]
        learning.begin_anew()
        assert learning.ready == 0
        qtbot.waitUntil(lambda: bool(learning.ready) and not learning.busy, timeout=90_000)
        assert learning._own.base == base != built_in_base()
