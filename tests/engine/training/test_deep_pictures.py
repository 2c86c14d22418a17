"""A network sees deep pictures by the range of their source in training, in review, in batch and after an export."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.imaging import ranges
from engine.imaging.ranges import PixelRange
from engine.jobs.job import Cancel
from engine.library.project import Project
from engine.library.query import labelled_images
from engine.library.scan import ImportParams, import_sources
from engine.models.bundle import read_info
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.training.plan import TrainParams
from engine.training.results.export import ExportParams, export
from engine.training.runs.records import MODEL, PREDICTIONS
from engine.training.trainer import train
from tests.engine.imaging.test_deep_pictures import tiff

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


def test_a_model_of_thermal_pictures_knows_their_range_wherever_it_goes(tmp_path):
    random = np.random.default_rng(0)
    for name, warmth in (("cold", 291.0), ("warm", 301.0)):
        (tmp_path / "kelvin" / name).mkdir(parents=True)
        for number in range(20):
            values = random.normal(warmth, 1, (24, 24)).clip(290, 303).astype(np.float32)
            tiff(tmp_path / "kelvin" / name / f"{number}.tif", values)
    params = ImportParams(str(tmp_path / "p"), (str(tmp_path / "kelvin"),))
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    project = tmp_path / "p.pigeonhole"
    overrides = {"image_size": 24, "batch_size": 8, "epochs": 8}

    train(TrainParams(str(project), "fashion-cnn", overrides), emit=lambda _: None, cancel=Cancel())

    run = next((project / "runs").iterdir())
    found = read_info(run / MODEL).deep_range
    assert isinstance(found, PixelRange)
    assert 287 < found.low < 291
    assert 302 < found.high < 305

    predictor = Predictor(run / MODEL)
    with Project.open(project, read_only=True) as opened:
        files = {image.id: image.file for image in labelled_images(opened)}
    predictions = Predictions.load(run / PREDICTIONS)
    assert (predictions.probabilities.argmax(axis=1) == predictions.labels).mean() > 0.9
    in_project = [files[int(image)] for image in predictions.image_ids]
    elsewhere = [Path(shutil.copy(file, tmp_path / f"{n}.tif")) for n, file in enumerate(in_project)]
    assert ranges.range_of(str(elsewhere[0])) is None
    for places in (in_project, elsewhere):
        probabilities, problems = predictor.predict_files(places)
        assert not problems
        assert np.abs(probabilities - predictions.probabilities).max() < 1e-4

    params = ExportParams(str(project), run.name, "onnx", str(tmp_path / "out"))
    assert export(params, emit=lambda _: None, cancel=Cancel())["difference"] <= 1e-4
