"""The job that calibrates a run."""

import csv

import numpy as np
import pytest

from engine.errors import DataError, UsageError
from engine.events import Log
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from engine.models.bundle import read_info
from engine.models.predictor import Predictor
from engine.review.confidence.calibrate import CalibrateParams, calibrate
from engine.review.evaluation import load_evaluation
from tests.engine.review.conftest import save


def run(params):
    return calibrate(params, emit=lambda event: None, cancel=Cancel())


@pytest.fixture
def unsure(setting):
    """The project with 60 more validation and 60 more test pictures, of which the model is more sure than right."""
    rng = np.random.default_rng(4)
    for split in ("validation", "test"):
        folder = setting.folder.parent / "grey" / split
        for number, value in enumerate(rng.integers(70, 190, 60)):
            name = ("light" if value > 127 else "dark") if rng.random() < 0.75 else ("dark" if value > 127 else "light")
            save(folder / name / f"{split} grey {number}.png", int(value))
        params = ImportParams(str(setting.folder), (str(folder),), labels="folders", split=split)
        import_sources(params, emit=lambda event: None, cancel=Cancel())
    return setting


def test_a_run_that_is_too_sure_gets_a_temperature_above_one_and_a_lower_error_on_test_images(unsure):
    result = run(CalibrateParams(str(unsure.folder)))

    assert result["temperature"] > 1.2
    assert result["error_after"] < result["error_before"]
    assert (result["measured_on"], result["images"]) == ("test", 66)
    assert read_info(unsure.run().folder / "model.onnx").temperature == result["temperature"]


def test_the_evaluation_has_the_temperature_in_its_probabilities_and_the_same_accuracy(unsure):
    with Project.open(unsure.folder, read_only=True) as project:
        before = load_evaluation(project, unsure.run(), "test")
        run(CalibrateParams(str(unsure.folder)))
        after = load_evaluation(project, unsure.run(), "test")

    rows = [after.image_ids.tolist().index(i) for i in before.image_ids.tolist()]
    assert (after.confidence[rows] <= before.confidence).all()
    np.testing.assert_array_equal(after.predicted[rows], before.predicted)


def test_calibrating_again_finds_the_same_temperature(unsure):
    first, second = (run(CalibrateParams(str(unsure.folder))) for _ in range(2))

    assert second["temperature"] == pytest.approx(first["temperature"], rel=1e-3)
    assert second["error_before"] == pytest.approx(first["error_before"], abs=1e-4)


def test_a_run_that_is_as_sure_as_it_should_be_keeps_its_confidence(setting):
    """A network whose probability is how often it is right: its labels are drawn by it."""
    rng = np.random.default_rng(7)
    model = Predictor(setting.run().folder / "model.onnx")
    folder = setting.folder.parent / "grey"
    for number, value in enumerate(rng.integers(100, 156, 200)):
        share = model.predict(np.full((1, 8, 8, 3), value, np.uint8))[0, 1]
        save(folder / ("light" if rng.random() < share else "dark") / f"{number}.png", int(value))
    params = ImportParams(str(setting.folder), (str(folder),), labels="folders", split="validation")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with setting.project(write=True) as project:
        edits.set_label(project, [setting.ids()["test dark 2.png"]], None)  # the one of six that it is wrong about
    before, seen = (setting.run().folder / "model.onnx").read_bytes(), []

    result = calibrate(CalibrateParams(str(setting.folder)), emit=seen.append, cancel=Cancel())

    assert (result["temperature"], result["believable"]) == (1, True)
    assert result["error_after"] == result["error_before"]
    assert ["as sure as it should be" in event.message for event in seen if isinstance(event, Log)] == [True]
    assert read_info(setting.run().folder / "model.onnx").temperature == 1
    assert len((setting.run().folder / "model.onnx").read_bytes()) == pytest.approx(len(before), abs=20)


def test_a_model_that_no_temperature_helps_is_not_called_as_sure_as_it_should_be(unsure, monkeypatch):
    monkeypatch.setattr("engine.review.confidence.calibrate.calibrating_temperature", lambda *_: 1.0)
    seen = []

    result = calibrate(CalibrateParams(str(unsure.folder)), emit=seen.append, cancel=Cancel())

    assert result["error_before"] > 0.1, "what the setting is for"
    assert not result["believable"]
    (told,) = [event for event in seen if isinstance(event, Log) and "stays as it is" in event.message]
    assert "as sure as it should be" not in told.message
    assert f"off by {100 * result['error_before']:.1f} %" in told.message


def test_images_that_came_after_calibration_are_kept_as_the_others_are(unsure):
    run(CalibrateParams(str(unsure.folder)))
    unsure.add(light=160)
    second = run(CalibrateParams(str(unsure.folder)))
    with Project.open(unsure.folder, read_only=True) as project:
        evaluation = load_evaluation(project, unsure.run(), "test")
        found, _ = Predictor(unsure.run().folder / "model.onnx").predict_files(evaluation.files)

    assert second["images"] == 67
    np.testing.assert_allclose(evaluation.probabilities, found, atol=1e-5)


def test_without_test_images_the_error_is_measured_across_halves(unsure):
    with unsure.project(write=True) as project:
        edits.set_label(project, list(unsure.ids("test").values()), None)

    result = run(CalibrateParams(str(unsure.folder)))

    assert result["measured_on"] == "validation, in halves"
    assert result["error_after"] < result["error_before"]


def test_the_threshold_for_a_wanted_accuracy_is_told_and_the_curve_written(unsure, tmp_path):
    out = tmp_path / "coverage.csv"

    result = run(CalibrateParams(str(unsure.folder), accuracy=0.85, csv=str(out)))

    with out.open(newline="") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    assert rows[-1]["coverage"] == 1
    chosen = [row for row in rows if row["threshold"] == pytest.approx(result["threshold"], abs=1e-6)]
    assert chosen[0]["accuracy"] >= 0.85
    assert chosen[0]["coverage"] == pytest.approx(result["coverage"], abs=1e-6)


def test_too_few_validation_images_are_refused(setting):
    with pytest.raises(DataError, match="needs 10 validation images"):
        run(CalibrateParams(str(setting.folder)))


def test_an_accuracy_that_is_no_share_is_refused(setting):
    with pytest.raises(UsageError, match=r"such as 0\.99; found 99"):
        run(CalibrateParams(str(setting.folder), accuracy=99))


def test_a_temperature_that_does_harm_on_test_images_is_not_kept(unsure, monkeypatch):
    """As where the validation images look like those that were trained on."""
    monkeypatch.setattr("engine.review.confidence.calibrate.calibrating_temperature", lambda *_: 0.2)
    told = []
    result = calibrate(CalibrateParams(str(unsure.folder)), emit=told.append, cancel=Cancel())

    assert (result["temperature"], result["helps"]) == (1, False)
    assert result["error_after"] == result["error_before"]
    assert read_info(unsure.run().folder / "model.onnx").temperature == 1
    assert any(isinstance(e, Log) and e.level == "warning" and "test images" in e.message for e in told)
