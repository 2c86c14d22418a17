"""A small project with a finished run: real pictures, a real model file, predictions made by that model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.events import EpochEnded
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import RunRecord, find_run

CLASSES = ("dark", "light")


@dataclass
class Setting:
    """The project's folder, the run's name, and how to open and reach both."""

    folder: Path
    pictures: Path

    def project(self, *, write: bool = False) -> Project:
        return Project.open(self.folder, read_only=not write)

    def run(self) -> RunRecord:
        return find_run(self.folder, None)

    def add(self, *, split: str = "test", **values: int) -> None:
        """Import one more picture, class `name`, of grey `value`: `add(dark=200)` gives a mistake."""
        for name, value in values.items():
            number = len(list(self.pictures.rglob("*.png")))
            save(self.pictures / "more" / f"{number}" / name / f"{number}.png", value)
            source = (str(self.pictures / "more" / f"{number}"),)
            params = ImportParams(str(self.folder), source, labels="folders", split=split)
            import_sources(params, emit=lambda event: None, cancel=Cancel())

    def ids(self, name: str = "") -> dict[str, int]:
        """Ids by file name, of the images whose path holds `name`."""
        with self.project() as project:
            found = query.images(project, query.image_ids(project, query.Filter(text=name, problems=None)))
        return {image.file.name: image.id for image in found}

    def class_ids(self) -> dict[str, int]:
        with self.project() as project:
            return {c.name: c.id for c in query.classes(project)}


@pytest.fixture
def setting(tmp_path: Path, write_model: Callable[..., Path]) -> Setting:
    return make_setting(tmp_path, write_model)


def make_setting(tmp_path: Path, write_model: Callable[..., Path]) -> Setting:
    """Per class 4 training, 3 validation and 3 test pictures; one dark test picture looks light and is a mistake."""
    pictures = tmp_path / "pictures"
    for split, values in {"train": (10, 20, 30, 40), "validation": (15, 25, 35), "test": (12, 22, 240)}.items():
        for number, value in enumerate(values):
            save(pictures / split / "dark" / f"{split} dark {number}.png", value)
            save(pictures / split / "light" / f"{split} light {number}.png", 255 - value if value < 200 else 200)
    folder = tmp_path / "some.pigeonhole"
    import_sources(ImportParams(str(folder), (str(pictures),)), emit=lambda event: None, cancel=Cancel())
    with Project.open(folder) as project:
        frozen = freeze(project, TrainOptions(), lambda event: None)
        run = RunFolder.create(project.runs_folder, "brightness", TrainOptions(), frozen)
    write_model(run.folder / "model.onnx", CLASSES)
    held_out = [image for image in frozen.images if image.split is not Split.TRAINING]
    probabilities, _ = Predictor(run.folder / "model.onnx").predict_files([image.file for image in held_out])
    Predictions(
        image_ids=np.array([image.image_id for image in held_out]),
        splits=np.array([str(image.split) for image in held_out]),
        labels=np.array([image.label for image in held_out]),
        probabilities=probabilities,
        classes=frozen.classes,
        class_ids=frozen.class_ids,
    ).save(run.folder / "predictions.npz")
    run.write_history(
        EpochEnded(n, 3, 1 / n, 1 - 0.5 / n, 1.1 / n, 1 - 0.6 / n, 1e-3, 1.0, 100.0, n == 2) for n in (1, 2, 3)
    )
    run.update(state="finished", epochs=3, best_epoch=2, validation_accuracy=0.7, validation_loss=0.5, device="CPU")
    return Setting(folder, pictures)


def save(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (10, 8), value).save(path)
