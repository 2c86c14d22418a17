"""The whole export of a run: the project's own validation pictures prove it, its training pictures calibrate it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import ModelError, RunError, UsageError
from engine.jobs.job import Cancel
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.export import to_onnx
from engine.models.targets import ExportParams
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from engine.training.results.export import export
from engine.training.runs.folder import RunFolder
from tests.engine.models.networks import network

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")]
INFO = ModelInfo(FORMAT_VERSION, ("dark", "light"), 16, 16, "rgb", "stretch", "photo-cnn", "a-run", 1.0)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of forty pictures with a finished run."""
    folder = tmp_path_factory.mktemp("export")
    random = np.random.default_rng(0)
    for number in range(40):
        place = folder / "pictures" / ("light" if number % 2 else "dark")
        place.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 100, (20, 20, 3)) + 150 * (number % 2)
        Image.fromarray(pixels.astype(np.uint8)).save(place / f"{number:02}.png")
    path = folder / "p.pigeonhole"
    import_sources(ImportParams(str(path), (str(folder / "pictures"),)), emit=lambda e: None, cancel=Cancel())
    with Project.open(path, read_only=True) as opened:
        frozen = freeze(opened, TrainOptions(), lambda e: None)
    run = RunFolder.create(path / "runs", "photo-cnn", TrainOptions(image_size=16), frozen)
    model = network(INFO)
    model.save(run.folder / "model.keras")
    to_onnx(model, INFO, run.folder / "model.onnx")
    run.update(state="finished")
    return path


def attempt(project: Path, format: str, out: Path) -> dict[str, Any]:
    return export(ExportParams(str(project), None, format, str(out)), emit=lambda e: None, cancel=Cancel())


def test_an_int8_model_is_calibrated_and_its_loss_of_accuracy_told(project: Path, tmp_path: Path) -> None:
    result = attempt(project, "litert-int8", tmp_path / "phone")

    assert result["images"] == 8
    assert 0 < result["difference"] < 0.05
    assert 0 <= result["accuracy"] <= 1
    assert result["run_accuracy"] == pytest.approx(result["accuracy"], abs=0.25)
    assert {p.name for p in (tmp_path / "phone").iterdir()} == {"model.tflite", "model.json", "predict.py"}
    assert result["bytes"] == sum(p.stat().st_size for p in (tmp_path / "phone").iterdir())


def test_a_single_file_is_compared_too(project: Path, tmp_path: Path) -> None:
    result = attempt(project, "onnx", tmp_path / "mine.onnx")

    assert (tmp_path / "mine.onnx").is_file()
    assert (result["images"], result["difference"]) == (8, 0)
    assert result["accuracy"] == result["run_accuracy"]


def test_an_export_takes_the_place_of_an_earlier_one_and_of_nothing_else(project: Path, tmp_path: Path) -> None:
    attempt(project, "onnx", tmp_path / "out")
    attempt(project, "onnx", tmp_path / "out")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"model.onnx", "model.json", "predict.py"}

    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="is a file; this form is a folder"):
        attempt(project, "savedmodel", tmp_path / "file")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    result = attempt(project, "onnx", tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    assert Path(result["out"]).parent == tmp_path / "mine"


def test_a_failed_export_leaves_nothing(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.models.portable.LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(ModelError, match="failed its test"):
        attempt(project, "onnx", tmp_path / "out")
    with pytest.raises(ModelError, match="failed its test"):
        attempt(project, "onnx", tmp_path / "out.onnx")
    assert list(tmp_path.iterdir()) == []

    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RunError, match="cannot be written"):
        attempt(project, "onnx", tmp_path / "file" / "out")
