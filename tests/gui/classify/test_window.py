"""Classify through the real window, with real jobs in their child processes, on a model made by hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from engine.library import query
from engine.library.project import Project
from gui.classify.add_dialog import AddDialog
from gui.classify.page import ClassifyPage
from gui.classify.sort_dialog import SortDialog
from tests.engine.conftest import _write_model
from tests.gui.windows import make_project, open_in, window

CLASSES = ("dark", "grey", "light")
WAIT = 30_000


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return _write_model(tmp_path / "brightness.onnx", CLASSES)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Twelve pictures from black to white, and one that is none."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number, value in enumerate(np.linspace(0, 255, 12).astype(int)):
        Image.new("RGB", (12, 9), (int(value),) * 3).save(folder / f"{number:02}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def press(qtbot: QtBot, page: ClassifyPage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=WAIT)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def asked(qtbot: QtBot, page: ClassifyPage, kind: type[QDialog]) -> QDialog:
    qtbot.waitUntil(lambda: any(d.isVisible() for d in page.findChildren(kind)))
    return next(d for d in page.findChildren(kind) if d.isVisible())


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.suffix == ".png")


def test_a_folder_is_classified_corrected_saved_sorted_put_back_and_added(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, model: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in pictures.iterdir()}
    with window(qtbot, qapp) as shell:
        page = shell.show_page(3)
        assert isinstance(page, ClassifyPage)
        page.intake.take([model, pictures])
        assert shell.focusWidget() is page.setup.choose_button
        press(qtbot, page, "classify_button")
        qtbot.waitUntil(lambda: not page.batch.running and page.view.results.images == 12, timeout=WAIT)
        shell.show_page(0)
        shell.show_page(3)
        assert shell.focusWidget() is page.view.grid, "keys are for the results from here on"
        assert (page.view.results.problem_count, "on CPU" in page.strip.words.text()) == (1, True)

        # Correct the first one by key.
        page.view.grid.set_current(0)
        qtbot.waitUntil(lambda: page.view.grid.item(0) is not None, timeout=WAIT)
        assert page.view.grid.item(0).caption == "dark"
        qtbot.keyClick(page.view.grid, Qt.Key.Key_3)
        assert page.view.grid.item(0).caption == "light"

        # Undo and redo are for the corrections here, not for the Library.
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(page.view.grid, Qt.Key.Key_Z, control)
        assert page.view.grid.item(0).caption == "dark"
        qtbot.keyClick(page.view.grid, Qt.Key.Key_Z, control | shift)
        assert page.view.grid.item(0).caption == "light"

        # Save.
        out = tmp_path / "out.csv"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
        press(qtbot, page, "save_csv_button")
        qtbot.waitUntil(lambda: "Saved" in page.output_bar.done.words.text(), timeout=WAIT)
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(r["class"], r["label"]) for r in rows[:2]] == [("dark", "light"), ("dark", "")]
        assert "broken.png" in (tmp_path / "out.problems.csv").read_text()

        # Sort by moving, and put back.
        press(qtbot, page, "sort_into_button")
        dialog = asked(qtbot, page, SortDialog)
        dialog.target.setText(str(tmp_path / "sorted"))
        dialog.mode.setCurrentIndex(1)
        promised = {row[0]: row[1] for row in dialog.bars.rows()[1:]}
        qtbot.mouseClick(dialog.sort_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "sorted into" in page.output_bar.done.words.text(), timeout=WAIT)
        got = [Path(name).parent.name for name in names(tmp_path / "sorted")]
        assert {name: got.count(name) for name in set(got)} == promised
        assert "light/00.png" in names(tmp_path / "sorted")
        assert not list(pictures.iterdir())
        press(qtbot, page, "undo_sorting_button")
        qtbot.waitUntil(lambda: "put back" in page.output_bar.done.words.text(), timeout=WAIT)
        assert {p.name: p.read_bytes() for p in pictures.iterdir()} == before

        # Add to a new project: the correction is a label, the rest are suggestions in the Library.
        press(qtbot, page, "add_to_project_button")
        adding = asked(qtbot, page, AddDialog)
        adding.place.setText(str(tmp_path / "new.pigeonhole"))
        qtbot.mouseClick(adding.add_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "added to the project" in page.output_bar.done.words.text(), timeout=WAIT)
        press(qtbot, page, "show_in_library_button")
        assert shell.stack.currentWidget() is shell.page(0)
        suggesting = shell.page(0).browser.suggesting
        qtbot.waitUntil(lambda: len(suggesting.least_sure_first()) == 11, timeout=WAIT)
        assert suggesting.accept(suggesting.least_sure_first())
        qtbot.waitUntil(lambda: shell.session.overview.summary.labelled == 12, timeout=WAIT)
    with Project.open(tmp_path / "new.pigeonhole", read_only=True) as project:
        assert [c.name for c in query.classes(project)] == list(CLASSES)


def test_a_watched_folder_shows_new_files_as_they_come_and_goes_on_after_a_restart(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, model: Path, pictures: Path
) -> None:
    def seen(page: ClassifyPage) -> Callable[[int], Callable[[], bool]]:
        return lambda number: lambda: page.view.results.images == number

    with window(qtbot, qapp) as shell:
        page = shell.show_page(3)
        page.intake.take([model, pictures])
        qtbot.waitUntil(page.setup.classify_button.isEnabled, timeout=WAIT)
        page.setup.options.watch.setChecked(True)
        press(qtbot, page, "classify_button")
        qtbot.waitUntil(seen(page)(12), timeout=WAIT)
        Image.new("RGB", (9, 9), (250, 250, 250)).save(pictures / "new.png")
        qtbot.waitUntil(seen(page)(13), timeout=WAIT)
        press(qtbot, page, "stop_classify_button")
        qtbot.waitUntil(lambda: not page.batch.running, timeout=WAIT)
        rows = page.batch.saved.rows
    Image.new("RGB", (9, 9), (5, 5, 5)).save(pictures / "newer.png")
    with window(qtbot, qapp) as shell:
        page = shell.show_page(3)
        qtbot.waitUntil(page.no_results.earlier.isVisible, timeout=WAIT)
        page.earlier.choose_results()
        qtbot.waitUntil(lambda: page.earlier.chooser is not None and len(page.earlier.chooser.shown()) == 2)
        page.earlier.chooser.shown()[0].run()
        qtbot.waitUntil(seen(page)(13), timeout=WAIT)
        page.earlier.chooser.close_overlay()
        press(qtbot, page, "go_on_button")
        qtbot.waitUntil(seen(page)(14), timeout=WAIT)
        press(qtbot, page, "stop_classify_button")
        qtbot.waitUntil(lambda: not page.batch.running, timeout=WAIT)
    paths = [Path(json.loads(line)["path"]).name for line in rows.read_text().splitlines()]
    assert sorted(paths) == sorted(p.name for p in pictures.iterdir()), "each file once"


def test_undo_puts_sorted_files_back_and_leaves_the_project_alone(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, model: Path, pictures: Path
) -> None:
    control, files = Qt.KeyboardModifier.ControlModifier, names(pictures)
    with window(qtbot, qapp) as shell:
        open_in(qtbot, shell, make_project(tmp_path / "project"))
        shell.page(0).browser.labelling.label(None)
        qtbot.waitUntil(lambda: "label" in (shell.session.overview.undo_name or ""))
        label = shell.session.overview.undo_name
        page = shell.show_page(3)
        page.intake.take([model, pictures])
        press(qtbot, page, "classify_button")
        qtbot.waitUntil(lambda: not page.batch.running and page.view.results.images == 12, timeout=WAIT)
        assert label in shell.undo.toolTip()
        page.view.correcting.call([0], "light")

        def sort() -> None:
            page.output_bar.sort(tmp_path / "sorted", "move", None)
            qtbot.keyClick(
                page.view.grid, Qt.Key.Key_Z, control
            )  # nothing can be undone yet, and nothing else is meant
            qtbot.waitUntil(lambda: "sorted into" in page.output_bar.done.words.text(), timeout=WAIT)

        def put_back() -> None:
            qtbot.waitUntil(lambda: "put back" in page.output_bar.done.words.text(), timeout=WAIT)
            assert names(pictures) == files
            assert shell.session.overview.undo_name == label

        # The newest first: the sorting, then the correction before it.
        sort()
        assert "Sort into folders" in shell.undo.toolTip()
        qtbot.keyClick(page.view.grid, Qt.Key.Key_Z, control)
        put_back()
        assert page.view.results.labels
        qtbot.keyClick(page.view.grid, Qt.Key.Key_Z, control)
        assert not page.view.results.labels
        assert label in shell.undo.toolTip()

        # A correction after a sorting goes first, also where no key says so.
        sort()
        page.view.correcting.call([1], "light")
        shell.undo.trigger()
        assert (page.view.results.labels, names(pictures)) == ({}, [])
        shell.undo.trigger()
        put_back()
