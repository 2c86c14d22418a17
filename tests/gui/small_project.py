"""A real project of twelve tiny pictures in three classes, and a run in it whose predictions the test writes down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from engine.models.predictions import Predictions
from engine.training.options import TrainOptions, to_dict
from gui.session import Session

CLASSES = ("ant", "bee", "cat")
PER_CLASS = 4


def make_project(folder: Path, *, split: str = "auto") -> Path:
    """`folder/small.pigeonhole` over `folder/pictures/train|test/<class>/<n>.png`: three training and one test each."""
    for place, name in enumerate(CLASSES):
        for number in range(PER_CLASS):
            part = "test" if number == PER_CLASS - 1 else "train"
            file = folder / "pictures" / part / name / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8), (80 * place, 20 * number, 40)).save(file)
    project = folder / "small.pigeonhole"
    params = ImportParams(str(project), (str(folder / "pictures"),), split=split)
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    return project


def open_session(qtbot: QtBot, project: Path) -> Session:
    """A session in which the project is open and counted. The caller shuts it down."""
    session = Session()
    with qtbot.waitSignals([session.overview_changed, session.runs_changed]):
        session.open_project(project)
    return session


def write_run(
    project: Path,
    name: str = "20260102-030405-fashion-cnn",
    *,
    wrong: Mapping[str, tuple[str, float]] | None = None,
    state: str = "finished",
    epochs: int = 3,
) -> Path:
    """A run whose predictions for all labelled test images are right with 0.9, but for the classes in `wrong`, whose
    image is taken for another class with that confidence."""
    folder = project / "runs" / name
    folder.mkdir(parents=True)
    with Project.open(project, read_only=True) as opened:
        classes = query.classes(opened)
        images = [i for i in query.labelled_images(opened) if i.split == "test"]
    place = {c.id: index for index, c in enumerate(classes)}
    probabilities = np.full((len(images), len(classes)), 0.0, np.float32)
    for row, image in enumerate(images):
        true = next(c.name for c in classes if c.id == image.class_id)
        guess, sure = (wrong or {}).get(true, (true, 0.9))
        probabilities[row] = (1 - sure) / (len(classes) - 1)
        probabilities[row, [c.name for c in classes].index(guess)] = sure
    Predictions(
        np.array([i.id for i in images]),
        np.array(["test"] * len(images)),
        np.array([place[i.class_id] for i in images]),
        probabilities,
        tuple(c.name for c in classes),
        tuple(c.id for c in classes),
    ).save(folder / "predictions.npz")
    (folder / "model.onnx").touch()
    record = {
        "format_version": 1,
        "recipe": "fashion-cnn",
        "state": state,
        "created": "2026-01-02T03:04:05+00:00",
        "options": to_dict(TrainOptions(epochs=epochs)),
        "epochs": epochs,
        "best_epoch": epochs,
        "validation_accuracy": 0.875,
        "validation_images": 8,
        "validation_loss": 0.4,
        "seconds": 12.0,
        "images_per_second": 1000.0,
        "classes": [{"name": c.name, "id": c.id} for c in classes],
        "error": None,
    }
    (folder / "run.json").write_text(json.dumps(record), "utf-8")
    head = "epoch,epochs,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds,images_per_second,best"
    rows = [
        f"{e},{epochs},{1 / e},{1 - 0.3 / e},{1.2 / e},{1 - 0.5 / e},0.001,4.0,1000.0,True"
        for e in range(1, epochs + 1)
    ]
    (folder / "history.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return folder
