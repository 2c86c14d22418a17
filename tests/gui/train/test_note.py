"""A note that a person writes on a run, in the list of runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from engine.training.runs.records import list_runs
from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import write_run


def test_a_note_is_written_kept_shown_and_taken_away(
    project: Path, session: Session, jobs: FakeJobs, qtbot: QtBot
) -> None:
    name = write_run(project, "20260101-000000-quick").name
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    session.refresh_runs()
    qtbot.waitUntil(lambda: len(page.run_panel.list.runs()) == 1)
    page.run_panel.list.choose(name)
    # The answer of a job may choose it again while Ctrl is held for something else: it stays chosen.
    qtbot.mousePress(page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier)
    page.run_panel.list.choose(name)
    qtbot.mouseRelease(page, Qt.MouseButton.LeftButton)

    def write(words: str, before: str) -> None:
        next(a for a in page.run_panel.list.actions() if a.text() == "Note…").trigger()
        dialog = page.window().findChild(QInputDialog)
        assert dialog is not None
        field = dialog.findChild(QPlainTextEdit)
        assert field is not None
        assert field.toPlainText() == before
        field.selectAll()
        if words:
            qtbot.keyClicks(field, words)
        else:
            qtbot.keyClick(field, Qt.Key.Key_Delete)
        with qtbot.waitSignals([session.runs_changed, dialog.destroyed]):
            dialog.accept()

    def is_shown(words: str) -> bool:
        told = page.run_panel.list.model().place(name).data(Qt.ItemDataRole.AccessibleTextRole)
        return page.view.note.text() == words and page.view.note.isVisible() is bool(words) and told.endswith(words)

    write("blurred pictures, 2nd try", before="")
    assert [run.note for run in list_runs(project)] == ["blurred pictures, 2nd try"]
    qtbot.waitUntil(lambda: is_shown("blurred pictures, 2nd try"))
    write("", before="blurred pictures, 2nd try")
    assert [run.note for run in list_runs(project)] == [""]
    qtbot.waitUntil(lambda: is_shown(""))
