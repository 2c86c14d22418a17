"""Every form that a model leaves in answers as the model itself, through its own `predict.py` and nothing of ours."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import JobCancelled, ModelError, UsageError
from engine.imaging.ranges import PixelRange
from engine.jobs.job import Cancel
from engine.models.export import to_onnx
from engine.models.portable import check_export, check_installed, run_script, script, write_model
from engine.models.predictor import Predictor
from engine.models.targets import TARGETS, is_model
from engine.models.temperature import set_temperature
from tests.engine.conftest import _write_model as write_brightness
from tests.engine.models.networks import EACH_TARGET, GREY, INFO, network
from tests.engine.similarity.test_novelty import coloured, greys, taught

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")
TEMPERATURE = 1.7


def installed(name: str) -> bool:
    return importlib.util.find_spec(TARGETS[name].module) is not None


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder with a calibrated model."""
    folder = tmp_path_factory.mktemp("run")
    model = network()
    model.save(folder / "model.keras")
    to_onnx(model, INFO, folder / "model.onnx")
    set_temperature(folder / "model.onnx", TEMPERATURE)
    return folder


def draw(folder: Path) -> list[Path]:
    """Pictures of every kind that is decoded in a way of its own."""
    random = np.random.default_rng(0)
    colours = random.integers(0, 256, (300, 400, 3), np.uint8)
    smooth = Image.fromarray(colours).resize((40, 30)).resize((400, 300))
    exif = Image.Exif()
    exif[0x0112] = 6
    smooth.save(folder / "large.jpg")
    smooth.save(folder / "turned.jpg", exif=exif)
    smooth.convert("CMYK").save(folder / "cmyk.jpg")
    smooth.convert("P").save(folder / "palette.png")
    smooth.convert("LA").save(folder / "grey alpha.png")
    smooth.convert("1").save(folder / "bits.png")
    smooth.convert("LAB").save(folder / "lab.tif")
    clear = smooth.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    clear.save(folder / "alpha ü 鳩.png")
    Image.fromarray(random.integers(0, 65536, (30, 20), np.uint16)).save(folder / "sixteen.png")
    Image.fromarray(random.random((9, 30), np.float32)).save(folder / "float.tif")
    Image.fromarray(random.integers(0, 256, (5, 90), np.uint8)).save(folder / "wide.png")
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return draw(tmp_path_factory.mktemp("pictures"))


def write(name: str, run: Path, folder: Path) -> Path:
    calibration = np.random.default_rng(1).integers(0, 256, (50, INFO.height, INFO.width, 3), np.uint8)
    info = replace(INFO, temperature=TEMPERATURE)
    folder.mkdir()
    write_model(
        TARGETS[name],
        run / "model.keras",
        run / "model.onnx",
        info,
        folder,
        calibration=calibration,
        cancel=Cancel(),
    )
    return folder


@EACH_TARGET
def test_an_exported_model_answers_as_the_run_does(name: str, run: Path, pictures: list[Path], tmp_path: Path) -> None:
    if not installed(name):
        pytest.skip(f"{TARGETS[name].needs} is not installed")
    expected, problems = Predictor(run / "model.onnx").predict_files(pictures)
    assert problems == {}
    labels = [int(p.argmax()) for p in expected]

    folder = write(name, run, tmp_path / "out")
    check = check_export(folder, TARGETS[name], pictures, labels, expected, cancel=Cancel())

    assert check.images == len(pictures)
    assert check.run_accuracy == 1
    assert check.difference <= (1e-4 if TARGETS[name].exact else 0.05)
    assert check.accuracy == 1 if TARGETS[name].exact else check.accuracy > 0.5
    facts = json.loads((folder / "model.json").read_text())
    assert facts["classes"] == list(INFO.classes)
    assert (folder / facts["model"]).exists()


@pytest.mark.parametrize("resize", ["stretch", "crop", "letterbox"])
@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize(
    "pixel_range", [None, PixelRange(0.2, 0.7), PixelRange(100.5, 5000), PixelRange(0.0, 255.0, page=3)]
)
def test_predict_py_makes_the_same_pixels(
    resize: str, grey: bool, pixel_range: PixelRange | None, pictures: list[Path], tmp_path: Path
) -> None:
    from engine.imaging.pixels import load

    info = replace(GREY if grey else INFO, resize=resize)
    facts = {"classes": [], "width": info.width, "height": info.height, "channels": info.channels, "resize": resize}
    if pixel_range is not None:
        facts |= {"pixel_range": [pixel_range.low, pixel_range.high], "page": pixel_range.page}
    planes = [Image.linear_gradient("L").resize((9, 7)).rotate(90 * n) for n in range(3)]
    planes[0].save(tmp_path / "planes.tif", save_all=True, append_images=planes[1:])
    (tmp_path / "model.json").write_text(json.dumps(facts))
    (tmp_path / "predict.py").write_text(script(TARGETS["onnx"]), "utf-8")
    spec = importlib.util.spec_from_file_location("predict_under_test", tmp_path / "predict.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    for file in (*pictures, tmp_path / "planes.tif"):
        mode = "grey" if grey else "rgb"
        size = info.width, info.height
        ours = load(file, size=size, channels=mode, method=resize, pixel_range=pixel_range)  # type: ignore[arg-type]
        np.testing.assert_array_equal(module.load_image(file), ours, err_msg=file.name)


def test_predict_py_runs_without_anything_of_pigeonhole(run: Path, pictures: list[Path], tmp_path: Path) -> None:
    folder = write("onnx", run, tmp_path / "out")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    block = tmp_path / "blocked"
    block.mkdir()
    for name in ("engine", "keras", "tensorflow", "PySide6", "cv2"):
        (block / f"{name}.py").write_text("raise ImportError('not needed here')")

    done = subprocess.run(
        [sys.executable, folder / "predict.py", pictures[0], tmp_path / "broken.png"],
        env={**os.environ, "PYTHONPATH": str(block)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    first, second = done.stdout.splitlines()
    expected, _ = Predictor(run / "model.onnx").predict_files(pictures[:1])
    assert first == f"{pictures[0]}\t{INFO.classes[expected[0].argmax()]}\t{expected[0].max():.4f}"
    assert second.startswith(f"{tmp_path / 'broken.png'}\tproblem: ")


@pytest.mark.parametrize("name", [target.name for target in TARGETS.values() if not target.from_keras])
def test_predict_py_tells_what_is_unlike_anything_the_model_was_trained_on(name: str, tmp_path: Path) -> None:
    if not installed(name):
        pytest.skip(f"{TARGETS[name].module} is not installed")
    model = write_brightness(tmp_path / "model.onnx")
    assert taught(model, greys(80, 0), greys(200, 1)) is not None
    files = []
    for number, pixels in enumerate([*greys(3, 4), *coloured(3)]):
        files.append(tmp_path / f"{number}.png")
        Image.fromarray(pixels).save(files[-1])
    folder = tmp_path / "out"
    folder.mkdir()
    model_of_run = tmp_path / "model.keras", model, Predictor(model).info
    write_model(TARGETS[name], *model_of_run, folder, calibration=None, cancel=Cancel())
    words = [sys.executable, str(folder / "predict.py")]
    done = subprocess.run([*words, *files], capture_output=True, text=True, encoding="utf-8", check=True)
    told = [line.endswith("\tunlike anything it was trained on") for line in done.stdout.splitlines()]
    assert told == [False] * 3 + [True] * 3
    done = subprocess.run([*words, "--json", *files], capture_output=True, text=True, encoding="utf-8", check=True)
    assert [json.loads(line)["unlike"] for line in done.stdout.splitlines()] == told
    expected, _ = Predictor(model).predict_files(files)
    np.testing.assert_allclose(run_script(folder, files, cancel=Cancel()), expected, atol=1e-4)


@pytest.mark.parametrize("name", TARGETS)
def test_an_exported_file_that_is_dropped_on_classify_is_known_for_a_model(name: str) -> None:
    model = Path("folder", TARGETS[name].model)
    assert is_model(model) == (model.suffix != "")  # a SavedModel is a folder
    assert not is_model(Path("folder", "1.jpg"))


def test_an_export_that_answers_differently_is_not_let_out(run: Path, pictures: list[Path], tmp_path: Path) -> None:
    folder = write("onnx", run, tmp_path / "out")
    set_temperature(folder / "model.onnx", 1.0)
    expected, _ = Predictor(run / "model.onnx").predict_files(pictures)

    with pytest.raises(ModelError, match="failed its test: its probabilities differ"):
        check_export(folder, TARGETS["onnx"], pictures, [0] * len(pictures), expected, cancel=Cancel())


@pytest.mark.parametrize("installed_there", [True, False])
def test_photographs_of_telephones_do_not_keep_a_model_from_being_exported(
    installed_there: bool, run: Path, pictures: list[Path], tmp_path: Path
) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    files = list(pictures)
    for place in (0, 2):
        files[place] = tmp_path / f"{place}.heic"
        with Image.open(pictures[place]) as image:
            pillow_heif.from_pillow(image.convert("RGB")).save(files[place])
    expected, problems = Predictor(run / "model.onnx").predict_files(files)
    assert problems == {}
    labels = [int(p.argmax()) for p in expected]
    folder = write("onnx", run, tmp_path / "out")
    if not installed_there:
        text = (folder / "predict.py").read_text("utf-8")
        (folder / "predict.py").write_text(text.replace("import pillow_heif", "raise ImportError"), "utf-8")

    check = check_export(folder, TARGETS["onnx"], files, labels, expected, cancel=Cancel())
    assert check.images == (len(files) if installed_there else len(files) - 2)
    alone = check_export(folder, TARGETS["onnx"], files[:1], labels[:1], expected[:1], cancel=Cancel())
    assert (alone is not None) == installed_there


def test_a_picture_that_should_be_read_elsewhere_and_is_not_fails_the_test(
    run: Path, pictures: list[Path], tmp_path: Path
) -> None:
    expected, _ = Predictor(run / "model.onnx").predict_files(pictures)
    folder = write("onnx", run, tmp_path / "out")
    text = (folder / "predict.py").read_text("utf-8")
    spoilt = text.replace(
        "    with Image.open(path) as image:", "    raise OSError('no')\n    with Image.open(path) as image:", 1
    )
    (folder / "predict.py").write_text(spoilt, "utf-8")
    with pytest.raises(ModelError, match="does not answer for every image"):
        check_export(folder, TARGETS["onnx"], pictures, [0] * len(pictures), expected, cancel=Cancel())


def test_an_export_that_does_not_run_says_why(run: Path, pictures: list[Path], tmp_path: Path) -> None:
    folder = write("onnx", run, tmp_path / "out")
    (folder / "model.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="does not run here"):
        run_script(folder, pictures, cancel=Cancel())


def test_a_comparison_is_cancelled_at_once(run: Path, pictures: list[Path], tmp_path: Path) -> None:
    folder, cancel = write("onnx", run, tmp_path / "out"), Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        run_script(folder, pictures, cancel=cancel)


def test_a_runtime_that_is_missing_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="OpenVINO needs openvino, which is not installed; `pip install openvino`"):
        check_installed(TARGETS["openvino"])
