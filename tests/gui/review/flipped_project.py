"""A real project of small pictures in which some labels are wrong, and a run that sees what the pictures show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from engine.models.predictions import Predictions
from engine.training.options import TrainOptions, to_dict

CLASSES = ("ant", "bee", "cat")
SHADES = (40, 130, 220)


def make_flipped(
    folder: Path, *, each: int = 8, flipped: Sequence[int] = (1, 10), names: Sequence[str] = CLASSES
) -> Path:
    """`folder/flipped.pigeonhole`: `each` pictures of a class whose shade shows the class; images `flipped` (counted
    from 0 in the order of classes and numbers) have the label of the next class. All are in the test split.
    """
    for place, name in enumerate(names):
        for number in range(each):
            file = folder / "pictures" / name / f"{name} {number:02d}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (9, 9), (SHADES[place % 3], 8 * number, 90)).save(file)
    project = folder / "flipped.pigeonhole"
    params = ImportParams(str(project), (str(folder / "pictures"),), labels="folders", split="test")
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    with Project.open(project) as opened:
        ids = image_ids(opened)
        classes = {c.name: c.id for c in query.classes(opened)}
        for i in flipped:
            edits.set_label(opened, [ids[i]], classes[names[(i // each + 1) % len(names)]])
    return project


def image_ids(project: Project) -> list[int]:
    """In the order of classes and numbers."""
    images = query.images(project, query.image_ids(project, query.Filter()))
    return [image.id for image in sorted(images, key=lambda image: image.file)]


def write_true_run(
    project: Path,
    name: str = "20260102-030405-fashion-cnn",
    *,
    each: int = 8,
    split: str = "test",
    wrong: Mapping[int, int] | None = None,
    names: Sequence[str] = CLASSES,
    file: str = "predictions.npz",
) -> Path:
    """A run that predicts what each picture shows with 0.9 and a little less; images in `wrong` it takes for that
    class."""
    folder = project / "runs" / name
    folder.mkdir(parents=True, exist_ok=True)
    with Project.open(project, read_only=True) as opened:
        ids = image_ids(opened)
        found = {image.id: image.class_id for image in query.images(opened, ids)}
        classes = {c.name: c.id for c in query.classes(opened)}
    order = [classes[n] for n in names]
    probabilities = np.zeros((len(ids), len(names)), np.float32)
    for row in range(len(ids)):
        guess, sure = (wrong or {}).get(row, row // each), 0.9 - 0.01 * (row % each)
        probabilities[row] = (1 - sure) / (len(names) - 1)
        probabilities[row, guess] = sure
    labels = [order.index(class_id) if (class_id := found[i]) is not None else -1 for i in ids]
    Predictions(
        np.array(ids), np.array([split] * len(ids)), np.array(labels), probabilities, tuple(names), tuple(order)
    ).save(folder / file)
    (folder / "model.onnx").touch()
    created = f"{name[:4]}-{name[4:6]}-{name[6:8]}T{name[9:11]}:{name[11:13]}:{name[13:15]}+00:00"
    record = {
        "format_version": 1,
        "recipe": "fashion-cnn",
        "state": "finished",
        "created": created,
        "options": to_dict(TrainOptions(epochs=3)),
        "epochs": 3,
        "best_epoch": 3,
        "validation_accuracy": 0.875,
        "validation_loss": 0.4,
        "seconds": 12.0,
        "images_per_second": 1000.0,
        "classes": [{"name": n, "id": i} for n, i in zip(names, order, strict=True)],
        "error": None,
    }
    (folder / "run.json").write_text(json.dumps(record), "utf-8")
    return folder
