"""Whatever Classify shows of the project's runs and classes is true after each way of changing them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.library import edits
from engine.models.bundle import ModelInfo
from engine.training.runs.notes_and_trash import annotate, discard
from gui.classify.page import ClassifyPage
from gui.session import Session
from tests.gui.classify.classifying import CLASSES, about, done, settle
from tests.gui.fakes import FakeJobs
from tests.gui.small_project import write_run

RUN = "20260102-030405-fashion-cnn"


def test_the_box_of_models_follows_names_new_runs_and_deleted_ones(
    page: ClassifyPage, session: Session, project: Path, qtbot: QtBot
):
    box = page.setup.models.box
    annotate(project / "runs" / RUN, title="The good one")
    session.refresh_runs()
    qtbot.waitUntil(lambda: box.currentText().startswith("The good one"))
    assert page.setup.models.menu.actions()[0].text().startswith("The good one")

    newer = write_run(project, "20260105-000000-quick")
    session.refresh_runs()
    qtbot.waitUntil(lambda: box.model_file() == newer / "model.onnx")
    discard(project, newer.name)
    session.refresh_runs()
    qtbot.waitUntil(lambda: box.model_file() == project / "runs" / RUN / "model.onnx")
    discard(project, RUN)
    session.refresh_runs()
    qtbot.waitUntil(lambda: box.model_file() is None)
    assert box.currentText() == "No model yet"
    assert page.setup.model_note.text() == "Train a model first, or choose a model file."


def test_what_a_model_says_of_itself_is_read_again_once_it_was_trained_further(
    page: ClassifyPage,
    session: Session,
    jobs: FakeJobs,
    project: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
):
    assert "28 × 28 pixels" in page.setup.model_note.text()
    info = ModelInfo(1, CLASSES, 64, 64, "rgb", "stretch", "quick", RUN, 1.0)
    monkeypatch.setattr("engine.batch.saved_results.about.about_model", lambda _, stranger: about(info=info))
    file = project / "runs" / RUN / "run.json"
    record = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(record | {"epochs": 9, "validation_accuracy": 0.99}), "utf-8")
    session.refresh_runs()

    def read() -> bool:
        settle(jobs)
        return "64 × 64 pixels" in page.setup.model_note.text()

    qtbot.waitUntil(read)
    assert "99" in page.setup.models.box.currentText()


def test_colours_and_keys_of_results_are_those_of_the_classes_now(
    page: ClassifyPage, session: Session, jobs: FakeJobs, pictures: Path, qtbot: QtBot
):
    done(page, jobs, pictures)
    correcting = page.view.correcting
    ant = session.class_named("ant")
    assert ant is not None
    assert correcting.colour(0).name() == ant.colour.lower()
    session.edit(edits.set_class_key, ant.id, "z")
    qtbot.waitUntil(lambda: correcting.has_key("z"))
    session.edit(edits.recolour_class, ant.id, "#123456")
    qtbot.waitUntil(lambda: correcting.colour(0).name() == "#123456")
    session.edit(edits.rename_class, ant.id, "emmet")
    qtbot.waitUntil(lambda: {"ant", "emmet"} <= {choice.name for choice in correcting.choices()})
    painted: list[str] = []
    session.classes_changed.connect(lambda: painted.append(correcting.colour(0).name()))
    session.close_project()
    assert painted, "the pictures are painted again"
    assert painted[-1] != "#123456"
    assert [choice.name for choice in correcting.choices()] == list(CLASSES)
