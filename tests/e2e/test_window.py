"""The main job through the real window, from `main()` to the CSV file."""

from __future__ import annotations

import csv
from collections.abc import Generator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QSpinBox, QToolButton, QWidget

import main
from engine.library import query
from engine.library.project import Project
from engine.models.predictor import Predictor
from engine.training.runs.records import list_runs
from gui.widgets.charts.curves import CurveChart
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from tests.digits import write_digits
from tests.e2e.person import Condition, Person, use

pytestmark = pytest.mark.slow

EPOCHS = 3


def labels_of(project: Path) -> dict[int, str | None]:
    with Project.open(project, read_only=True) as opened:
        names = {c.id: c.name for c in query.classes(opened)}
        ids = query.image_ids(opened, query.Filter())
        return {i.id: names.get(i.class_id) if i.class_id is not None else None for i in query.images(opened, ids)}


def test_a_person_labels_trains_reviews_and_classifies_through_the_window(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = write_digits(tmp_path, one_of=4)
    listed = len(list(digits.pictures.rglob("*.png")))
    project = tmp_path / "digits.pigeonhole"
    table = tmp_path / "results.csv"
    relabelled: dict[str, int] = {}

    def script(person: Person) -> Generator[Condition, None, None]:
        # Open: what was found is shown before anything is written.
        yield lambda: person.can_press(QPushButton, "import_button")
        assert not project.exists()
        person.click(QPushButton, "import_button")
        yield lambda: person.sees(ThumbnailGrid, "grid") and not person.window.jobs.running
        yield lambda: person.window.session.overview.summary.images == listed

        # Label by key: the last image (a nine for training) becomes an eight.
        grid = person.find(ThumbnailGrid, "grid")
        images = person.window.page(0).browser.images
        yield lambda: grid.count() == listed
        grid.setFocus()
        person.press(grid, Qt.Key.Key_End)
        yield lambda: images.record(len(images) - 1) is not None
        last = images.record(len(images) - 1)
        eight = person.window.session.class_named("8")
        before = person.window.session.overview.undo_name
        person.press(grid, getattr(Qt.Key, f"Key_{eight.key}"))
        yield lambda: person.window.session.overview.undo_name != before
        relabelled["by key"] = last.id
        assert labels_of(project)[last.id] == "8"

        # Train three epochs in the child process.
        person.go_to(2)
        yield lambda: person.can_press(QToolButton, "advanced_fold")
        person.click(QToolButton, "advanced_fold")
        yield lambda: person.sees(QSpinBox, "option_epochs")
        person.find(QSpinBox, "option_epochs").setValue(EPOCHS)
        person.find(QSpinBox, "option_batch_size").setValue(16)
        yield lambda: person.can_press(QPushButton, "start_button")
        person.click(QPushButton, "start_button")
        yield lambda: person.sees(QPushButton, "stop_button")
        yield lambda: person.trains_in() is not None
        trained_in = person.trains_in()
        yield lambda: person.can_press(QPushButton, "start_button")
        assert not psutil.pid_exists(trained_in), "its memory, and that of a graphics card, is back"
        for chart in person.window.page(1).view.charts.findChildren(CurveChart):
            head, *rows = chart.rows()
            assert len(head) == 3, "an epoch, training and validation"
            assert [row[0] for row in rows] == [1, 2, 3]
            assert all(isinstance(value, float) for row in rows for value in row[1:])

        # Review: take the prediction of the most confident mistake as its label. Before any run it opens on Suspects.
        yield lambda: len(person.window.session.runs()) == 1
        person.go_to(3)
        yield (
            lambda: person.sees(ThumbnailGrid, "mistakes_grid") and person.find(ThumbnailGrid, "mistakes_grid").count()
        )
        mistakes = person.find(ThumbnailGrid, "mistakes_grid")
        mistakes.setFocus()
        person.press(mistakes, Qt.Key.Key_Home)
        yield lambda: person.can_press(QPushButton, "mistake_take")
        (chosen,) = person.window.page(2).mistakes.gallery.selected_ids()
        wrong, count = labels_of(project)[chosen], mistakes.count()
        person.click(QPushButton, "mistake_take")
        yield lambda: mistakes.count() == count - 1
        relabelled["in review"] = chosen
        assert labels_of(project)[chosen] != wrong

        # Classify the folder without labels and save the table.
        person.go_to(4)
        yield lambda: person.sees(QWidget, "classify_page")
        person.drop(person.find(QWidget, "classify_page"), digits.unlabelled)
        yield lambda: person.can_press(QPushButton, "classify_button")
        person.click(QPushButton, "classify_button")
        yield lambda: person.can_press(QPushButton, "save_csv_button")
        assert person.find(ThumbnailGrid, "results_grid").count() == 100
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(table), ""))  # the system's own dialog
        person.click(QPushButton, "save_csv_button")
        yield table.exists
        yield lambda: not person.window.jobs.running

    assert use(main.main, [str(digits.pictures)], script) == 0

    assert labels_of(project)[relabelled["by key"]] == "8", "a label is there after the window was closed"
    (run,) = list_runs(project)
    assert (run.state, run.epochs) == ("finished", EPOCHS)
    assert_table_equals_predictor(table, run.folder / "model.onnx")


def assert_table_equals_predictor(table: Path, model: Path) -> None:
    with table.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    predictor = Predictor(model)
    probabilities, problems = predictor.predict_files([Path(row["path"]) for row in rows])
    assert len(rows) == 100
    assert not problems
    assert [row["class"] for row in rows] == [predictor.info.classes[i] for i in probabilities.argmax(axis=1)]
    assert np.allclose([float(row["confidence"]) for row in rows], probabilities.max(axis=1), atol=1e-4)
