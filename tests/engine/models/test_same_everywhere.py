"""The same picture gives the same probabilities wherever a person meets them: in training's validation, in Review, in
Classify, and in every form that the model is exported to, through the `predict.py` that comes with it.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.batch.classify import classify
from engine.batch.params import ClassifyParams
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.models.predictions import Predictions
from engine.models.targets import TARGETS, ExportParams
from engine.models.temperature import set_temperature
from engine.review.confidence.reliability import tempered
from engine.review.new_predictions import evaluated
from engine.training.plan import TrainParams
from engine.training.results.export import export
from engine.training.runs.records import find_run
from engine.training.trainer import train
from tests.engine.models.networks import EACH_TARGET
from tests.engine.models.test_export_targets import draw
from tests.engine.training.conftest import network_of

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")
LARGEST_DIFFERENCE = 1e-4
TEMPERATURE = 1.6
CLASSES = ("dark", "light", "mixed")
QUIET: dict[str, Any] = {"emit": lambda event: None, "cancel": Cancel()}
Answers = dict[str, np.ndarray]  # by file name


def build_small(options: Any, classes: int) -> Any:
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((options.image_size, options.image_size, 3), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 5, strides=3, activation="relu"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(classes, activation="softmax"),
        ]
    )


@pytest.fixture(scope="module", autouse=True)
def small_network() -> Iterator[None]:
    with network_of("photo-cnn", build_small):
        yield


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of every kind of file as validation images, noise to learn from, and a run that did so."""
    folder, random = tmp_path_factory.mktemp("same"), np.random.default_rng(3)
    pictures = folder / "pictures"
    for number in range(36):
        place = pictures / CLASSES[number % 3]
        place.mkdir(parents=True, exist_ok=True)
        low, high = ((0, 120), (130, 256), (0, 256))[number % 3]
        pixels = random.integers(low, high, (20, 20, 3), np.uint8)
        Image.fromarray(pixels).save(place / f"learnt {number:02}.png")
    draw(pictures / "mixed")
    path = folder / "same.pigeonhole"
    import_sources(ImportParams(str(path), (str(pictures),), labels="folders"), **QUIET)
    with Project.open(path) as opened:
        images = query.labelled_images(opened)
        for split, learnt in ((Split.TRAINING, True), (Split.VALIDATION, False)):
            edits.set_split(opened, [i.id for i in images if i.file.name.startswith("learnt") == learnt], split)
    options = {"image_size": 24, "channels": "rgb", "batch_size": 4, "epochs": 3, "rotation": 10.0, "early_stop": 0}
    train(TrainParams(str(path), "photo-cnn", options), **QUIET)
    return path


@pytest.fixture(scope="module")
def validated(project: Path) -> Answers:
    """What training wrote of its validation images, with the temperature that Review has fitted since."""
    run = find_run(project, None)
    found = Predictions.load(run.folder / "predictions.npz")
    assert found.classes == CLASSES
    with Project.open(project, read_only=True) as opened:
        names = [image.file.name for image in query.images(opened, found.image_ids.tolist())]
    set_temperature(run.folder / "model.onnx", TEMPERATURE)
    answers = dict(zip(names, tempered(found.probabilities, TEMPERATURE), strict=True))
    assert {Path(name).suffix for name in answers} == {".jpg", ".png", ".tif"}
    assert len(answers) >= 10
    assert np.stack(list(answers.values())).std(axis=0).max() > 0.05  # a network that sees no difference shows none
    return answers


def files(project: Path, answers: Answers) -> list[Path]:
    return [project.parent / "pictures" / "mixed" / name for name in answers]


def agree(found: Answers, expected: Answers) -> None:
    assert found.keys() == expected.keys()
    differences = {name: float(np.abs(found[name] - expected[name]).max()) for name in expected}
    assert max(differences.values()) <= LARGEST_DIFFERENCE, differences


def test_review_shows_what_validation_found(project: Path, validated: Answers) -> None:
    with Project.open(project, read_only=True) as opened:
        evaluation = evaluated(opened, None, "validation", **QUIET)

    names = [file.name for file in evaluation.files]
    agree(dict(zip(names, evaluation.probabilities, strict=True)), validated)


def test_review_of_an_image_that_came_later_shows_what_validation_would_have_found(
    project: Path, validated: Answers
) -> None:
    """Predicted by the model file and kept, not read from what training wrote."""
    run = find_run(project, None)
    kept = (run.folder / "predictions.npz").read_bytes()
    found = Predictions.load(run.folder / "predictions.npz")
    first = slice(0, 1)
    fewer = replace(
        found,
        image_ids=found.image_ids[first],
        splits=found.splits[first],
        labels=found.labels[first],
        probabilities=found.probabilities[first],
    )
    fewer.save(run.folder / "predictions.npz")
    with Project.open(project, read_only=True) as opened:
        evaluation = evaluated(opened, None, "validation", **QUIET)
    (run.folder / "predictions.npz").write_bytes(kept)

    names = [file.name for file in evaluation.files]
    agree(dict(zip(names, evaluation.probabilities, strict=True)), validated)


def test_classify_writes_what_validation_found(project: Path, validated: Answers, tmp_path: Path) -> None:
    sources = tuple(map(str, files(project, validated)))
    out = tmp_path / "out.csv"

    classify(ClassifyParams(str(project), sources, str(out), all_classes=True, batch_size=4), **QUIET)

    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [next(name for name in rows[0] if name.endswith(c) and name != "class") for c in CLASSES]
    agree({Path(r["path"]).name: np.array([float(r[c]) for c in columns]) for r in rows}, validated)


@EACH_TARGET
def test_an_export_answers_through_its_predict_py_what_validation_found(
    name: str, project: Path, validated: Answers, tmp_path: Path
) -> None:
    target = TARGETS[name]
    if importlib.util.find_spec(target.module) is None:
        pytest.skip(f"{target.needs} is not installed")
    export(ExportParams(str(project), None, name, str(tmp_path / "out")), **QUIET)

    done = subprocess.run(
        [sys.executable, str(tmp_path / "out" / "predict.py"), "--json", *map(str, files(project, validated))],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        check=True,
    )

    records = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]
    found = {Path(r["path"]).name: np.array(r["probabilities"]) for r in records}
    if target.exact:
        agree(found, validated)
    else:  # 256 steps
        assert found.keys() == validated.keys()
        assert np.mean([found[name].argmax() == validated[name].argmax() for name in found]) >= 0.8
