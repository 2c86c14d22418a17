"""Runs made of runs, runs beside each other, and the sheet of a recipe's augmentation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.errors import SourceError, UsageError
from engine.events import Event, Log
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.bundle import read_info
from engine.models.predictions import Predictions
from engine.models.predictor import Predictor
from engine.models.targets import ExportParams
from engine.training.data.preview import SheetParams, preview_grid, sheet
from engine.training.machine.device import devices
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.results.ensemble import EnsembleParams, ensemble
from engine.training.results.export import export
from engine.training.runs.changes import Difference, differences
from engine.training.runs.records import MODEL, PREDICTIONS, REPORT, find_run, read_record, read_split
from engine.training.trainer import train
from tests.engine.training.conftest import build_project, network_of, remove_and_add_anew, steps_as_written
from tests.engine.training.test_trainer import build_small

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("untraced")]

COUNTS = {name: {Split.TRAINING: 16, Split.VALIDATION: 4, Split.TEST: 3} for name in ("bright", "dark")}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """A project with runs that differ in seed, one of another image size, and one that validated on other images."""
    folder = build_project(tmp_path_factory.mktemp("project"), COUNTS)
    with network_of("fashion-cnn", build_small), steps_as_written():

        def run(**options: Any) -> str:
            folds = options.pop("folds", 0)
            overrides = {"image_size": 24, "batch_size": 8, "epochs": 1, **options}
            params = TrainParams(str(folder), "fashion-cnn", overrides, folds=folds)
            return str(train(params, emit=lambda event: None, cancel=Cancel())["run"])

        yield folder, [run(seed=1), run(seed=2), run(image_size=32), run(folds=2, seed=3)]


def make(folder: Path, *runs: str, events: list[Event] | None = None) -> dict[str, Any]:
    emit = (events if events is not None else []).append
    return ensemble(EnsembleParams(str(folder), runs), emit=emit, cancel=Cancel())


def test_an_ensemble_is_a_run_whose_model_gives_the_mean_of_its_members(
    trained: tuple[Path, list[str]], tmp_path: Path
) -> None:
    folder, (first, second, *_) = trained
    result = make(folder, first, second)
    found = find_run(folder, result["run"])
    assert (found.state, found.recipe, found.has_model) == ("finished", "ensemble", True)
    assert read_record(found.folder)["members"] == [first, second]
    assert found.checked_with == find_run(folder, first).checked_with is not None
    images = np.random.default_rng(0).integers(0, 256, (5, 24, 24, 1), np.uint8)
    each = [Predictor(find_run(folder, name).folder / MODEL).predict(images) for name in (first, second)]
    np.testing.assert_allclose(Predictor(found.folder / MODEL).predict(images), np.mean(each, axis=0), atol=1e-6)
    info = read_info(found.folder / MODEL)
    assert (info.recipe, info.run, info.classes) == ("ensemble", found.name, ("bright", "dark"))
    kept = Predictions.load(found.folder / PREDICTIONS)
    assert sorted(set(kept.splits.tolist())) == ["test", "validation"]
    right = kept.probabilities.argmax(1) == kept.labels
    assert result["validation_accuracy"] == pytest.approx(right[kept.splits == "validation"].mean())
    assert result["test_accuracy"] == pytest.approx(right[kept.splits == "test"].mean())
    validated = np.flatnonzero(kept.splits == "validation")
    losses = -np.log(kept.probabilities[validated, kept.labels[validated]])
    assert found.validation_loss == pytest.approx(losses.mean(), rel=1e-4), "of the images that the accuracy is of"
    out = export(ExportParams(str(folder), found.name, "onnx", str(tmp_path)), emit=lambda e: None, cancel=Cancel())
    assert Predictor(Path(out["out"])).predict(images).shape == (5, 2)


def test_an_image_that_one_member_was_trained_on_is_not_held_out(trained: tuple[Path, list[str]]) -> None:
    folder, (first, _, _, folded) = trained
    found = find_run(folder, make(folder, first, folded)["run"])
    rows = [row for name in (first, folded) for row in read_split(find_run(folder, name))]
    trained_on = {row.image_id for row in rows if row.split is Split.TRAINING}
    kept = Predictions.load(found.folder / PREDICTIONS)
    assert len(kept.image_ids)
    assert not trained_on & set(kept.image_ids.tolist())


def test_an_ensemble_that_no_image_validates_has_no_figures_of_validation(trained: tuple[Path, list[str]]) -> None:
    """Of two folds only the test images are held out by both: what they say is told as what it is."""
    folder, (*_, folded) = trained
    with network_of("fashion-cnn", build_small):
        overrides = {"image_size": 24, "batch_size": 8, "epochs": 1, "seed": 3}
        params = TrainParams(str(folder), "fashion-cnn", overrides, folds=2, fold=2)
        other = str(train(params, emit=lambda event: None, cancel=Cancel())["run"])
    result = make(folder, folded, other)
    found = find_run(folder, result["run"])
    assert (result["validation_accuracy"], found.validation_accuracy, found.validation_loss) == (None, None, None)
    assert (read_record(found.folder)["validation_accuracy"], found.validated_on) == (None, "test")
    report = json.loads((found.folder / REPORT).read_text("utf-8"))
    assert report["test"] == {"images": 6, "accuracy": result["test_accuracy"]}
    assert "validation" not in report


def test_runs_of_before_and_after_their_source_was_added_anew_are_joined(tmp_path: Path) -> None:
    folder = build_project(tmp_path, COUNTS)

    def run(seed: int) -> str:
        overrides = {"image_size": 24, "batch_size": 8, "epochs": 1, "seed": seed}
        return str(train(TrainParams(str(folder), "fashion-cnn", overrides), emit=quiet, cancel=Cancel())["run"])

    with network_of("fashion-cnn", build_small):
        first = run(1)
        remove_and_add_anew(folder)
        second = run(2)
    events: list[Event] = []
    result = make(folder, first, second, events=events)
    assert result["images"] == 14, "8 for validation and 6 for testing"
    assert not [e for e in events if isinstance(e, Log)]
    each = [Predictions.load(find_run(folder, n).folder / PREDICTIONS) for n in (first, second)]
    found = [float((p.probabilities.argmax(1) == p.labels)[p.splits == "test"].mean()) for p in each]
    assert result["members_accuracy"] == found


def quiet(event: Event) -> None:
    """Nobody listens."""


def test_runs_that_cannot_be_one_file_are_refused_in_a_sentence(trained: tuple[Path, list[str]]) -> None:
    folder, (first, _, larger, _) = trained
    with pytest.raises(UsageError, match="at least two different runs, found 1"):
        make(folder, first, first)
    with pytest.raises(UsageError, match=r"sees its images as 32 × 32 grey \(stretch\) and .* as 24 × 24 grey"):
        make(folder, first, larger)


def test_runs_are_compared_by_the_options_that_differ(trained: tuple[Path, list[str]]) -> None:
    folder, (first, second, larger, _) = trained
    one, other, third = (find_run(folder, name) for name in (first, second, larger))
    assert differences(one, other) == [Difference("seed", 1, 2)]
    assert {d.name for d in differences(one, third)} == {"seed", "image_size"}
    assert differences(one, one) == []


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    return tmp_path / "picture.png"


def test_a_preview_shows_the_picture_first_and_then_what_becomes_of_it(picture: Path) -> None:
    shown = preview_grid(picture, (), TrainOptions(image_size=32, rotation=30), 5, 42)
    assert shown.shape == (5, 32, 32, 3)
    np.testing.assert_array_equal(shown[0], preview_grid(picture, (), TrainOptions(image_size=32), 1, 42)[0])
    assert all((image != shown[0]).any() for image in shown[1:])


def test_a_sheet_holds_all_pictures_and_says_when_nothing_changes(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    result = sheet(SheetParams(str(picture), "traffic-sign-cnn", str(out)), emit=lambda e: None, cancel=Cancel())
    assert (result["pictures"], result["changes"]) == (24, True)
    with Image.open(out) as page:
        assert page.size == (6 * 100 + 4, 4 * 100 + 4)
    result = sheet(SheetParams(str(picture), "photo-cnn-plain", str(out)), emit=lambda e: None, cancel=Cancel())
    assert not result["changes"]
    with pytest.raises(UsageError, match="The sheet is a PNG"):
        sheet(SheetParams(str(picture), "quick", "sheet.jpg"), emit=lambda e: None, cancel=Cancel())
    with pytest.raises(SourceError, match="cannot be used"):
        sheet(SheetParams(str(tmp_path / "none.png"), "quick", str(out)), emit=lambda e: None, cancel=Cancel())


def test_devices_name_the_processor_and_the_graphics_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.machine.device.graphics_cards", lambda: ["NVIDIA H200"])
    found = devices(None, emit=lambda event: None, cancel=Cancel())
    assert [(d["name"], d["kind"]) for d in found["devices"]] == [("CPU", "cpu"), ("NVIDIA H200", "gpu")]
    assert "tensorflow" in found["backends"]


def test_an_ensemble_is_made_from_the_command_line(
    trained: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, (first, second, *_) = trained
    assert main(["ensemble", str(folder), "--runs", first, second]) == 0
    head, *rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert head == ["Run", "Accuracy"]
    assert [row[0] for row in rows[:2]] == [first, second]
    assert read_record(find_run(folder, rows[2][0]).folder)["members"] == [first, second]


def test_folds_and_the_weights_of_a_run_are_asked_for_on_the_command_line(
    trained: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, (first, *_) = trained
    asked = ["train", str(folder), "--recipe", "fashion-cnn", "--epochs", "1", "--batch-size", "8"]
    assert main([*asked, "--set", "image_size=24", "--start-from", first, "--folds", "2"]) == 0
    told = capsys.readouterr().out
    made = [line.split()[0] for line in told.splitlines()[1:3]]
    assert re.search(r"validation accuracy over 2 folds of \d+ images together", told)
    for number, name in enumerate(made, 1):
        record = read_record(find_run(folder, name).folder)
        assert record["fold"] == {"number": number, "of": 2}
        assert record["options"]["start_from"] == first
