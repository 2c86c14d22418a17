"""What another process does to the open project is shown, without closing and opening it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.library import edits, query
from engine.library.project import Project
from gui.main_window import MainWindow
from tests.gui.small_project import make_project, write_run
from tests.gui.windows import open_in, window


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.fixture
def shell(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    with window(qtbot, qapp) as opened:
        yield opened


def names(shell: MainWindow) -> list[tuple[str, str]]:
    return [(run.name, run.state) for run in shell.session.runs()]


def test_runs_that_a_terminal_trains_appear_follow_and_go(qtbot: QtBot, shell: MainWindow, project: Path) -> None:
    open_in(qtbot, shell, project)
    qtbot.waitUntil(lambda: shell.session.are_runs_read)
    assert names(shell) == [], "not even the folder of runs is there"
    run = write_run(project)
    qtbot.waitUntil(lambda: names(shell) == [(run.name, "finished")])
    other = write_run(project, "20260103-030405-fashion-cnn", state="failed")
    qtbot.waitUntil(lambda: names(shell) == [(other.name, "failed"), (run.name, "finished")])
    shutil.rmtree(other)
    qtbot.waitUntil(lambda: names(shell) == [(run.name, "finished")])


def test_coming_back_to_the_window_shows_what_a_run_has_become_and_tells_nothing_where_nothing_changed(
    qtbot: QtBot, shell: MainWindow, project: Path
) -> None:
    run = write_run(project)
    open_in(qtbot, shell, project)
    qtbot.waitUntil(lambda: names(shell) == [(run.name, "finished")])
    told: list[None] = []
    shell.session.runs_changed.connect(lambda: told.append(None))
    shell.outside.look()
    with qtbot.waitSignal(shell.session.overview_changed):  # asked in the same thread, after the runs
        shell.session.refresh()
    assert told == []
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(record | {"validation_accuracy": 0.5}))
    shell.outside.look()
    qtbot.waitUntil(lambda: shell.session.runs()[0].validation_accuracy == 0.5)
    assert len(told) == 1


def test_a_window_that_is_open_read_only_shows_the_labels_that_another_process_gives(
    qtbot: QtBot, shell: MainWindow, project: Path
) -> None:
    with Project.open(project) as writer:
        open_in(qtbot, shell, project)
        assert shell.session.read_only
        browser = shell.page(0).browser
        first = browser.images.ids([0])[0]
        before = browser.images.record(0).class_id
        other = next(c for c in query.classes(writer) if c.id != before)
        qtbot.waitUntil(lambda: shell.outside._seen is not None)
        edits.set_label(writer, [first], other.id)
        qtbot.waitUntil(lambda: browser.images.record(0) is not None and browser.images.record(0).class_id == other.id)
        edits.rename_class(writer, other.id, "other one")
        qtbot.waitUntil(lambda: shell.session.class_named("other one") is not None)
