"""Without Keras, TensorFlow and tf2onnx: training says what is missing, and everything else works."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from engine.cli.sample import prepare
from engine.jobs.job import Cancel
from tests.engine.conftest import _write_model
from tests.engine.review.conftest import make_setting
from tests.long_forms import LONG
from tests.without import make_environment

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = (
    "pigeonhole: Training needs keras, tensorflow, tf2onnx; not installed here: keras, tensorflow, tf2onnx. "
    "Install with `pip install keras tensorflow tf2onnx` (1,900 MB on the disk), in a checkout with `uv sync`."
)
COMMANDS = ("tests/e2e/test_cli_library.py", "tests/e2e/test_cli_review.py", "tests/e2e/test_cli_classify.py")
PAGES = ("tests/gui/library/test_page.py", "tests/gui/review/test_page.py", "tests/gui/classify/test_page.py")
SOME = (
    "tests/e2e/test_cli_library.py::test_images_are_labelled_by_path_by_pattern_and_by_file",
    "tests/e2e/test_cli_library.py::test_images_are_divided_class_by_class_and_stay_so",
    "tests/e2e/test_cli_library.py::test_near_duplicates_are_kept_in_one_split",
    "tests/e2e/test_cli_review.py::test_suspects_are_listed_as_json_as_a_table_and_for_a_person",
    "tests/e2e/test_cli_review.py::test_duplicates_are_listed_and_excluded_in_one_edit",
    "tests/e2e/test_cli_review.py::test_a_prediction_is_explained_with_a_picture_and_cells_to_read",
    "tests/e2e/test_cli_review.py::test_a_run_is_calibrated_and_evaluated_with_its_temperature",
    "tests/e2e/test_cli_review.py::test_images_are_laid_out_as_a_map",
    "tests/e2e/test_cli_classify.py::test_a_batch_goes_on_with_resume_and_writes_a_page",
    "tests/gui/classify/test_page.py",
)
WORKS = (*COMMANDS, *PAGES) if LONG else SOME

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("environment"))


def run(python: Path, *words: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run([python, *words], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=300)


@pytest.mark.stress
def test_library_review_and_classify_and_their_commands_work_without_keras_and_tensorflow(python: Path) -> None:
    done = run(python, "-c", "import keras")
    assert "No module named 'keras'" in done.stderr

    done = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *WORKS)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_whatever_trains_says_in_one_sentence_what_is_missing_and_how_to_install_it(
    python: Path, tmp_path: Path
) -> None:
    project = str(make_setting(tmp_path, _write_model).folder)
    trains = [
        ["train", project, "--recipe", "fashion-cnn", "--epochs", "1"],
        ["train", project, "--recipe", "fashion-cnn", "--folds", "2"],
        ["train", project, "--recipe", "fashion-cnn", "--backend", "torch"],
        ["network", project, "--recipe", "fashion-cnn"],
    ]
    for arguments in trains:
        done = run(python, "main.py", *arguments)
        assert done.returncode == 1, arguments
        assert done.stderr.splitlines()[-1] == SENTENCE
        assert "Traceback" not in done.stderr
    for form in ("keras", "savedmodel", "litert"):
        done = run(python, "main.py", "export", project, "--format", form, "--out", str(tmp_path / form))
        assert done.returncode == 2
        assert "which is not installed; `pip install " in done.stderr
    assert "Backends: none" in run(python, "main.py", "devices").stdout
    assert run(python, "main.py", "recipes").returncode == 0


def test_the_window_says_so_too_and_lives_on(python: Path, tmp_path: Path) -> None:
    project = prepare(str(tmp_path), emit=lambda _: None, cancel=Cancel())["project"]
    done = run(python, "-m", "tests.e2e.training_missing", project)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == SENTENCE.removeprefix("pigeonhole: ")


def test_a_library_of_training_that_cannot_be_loaded_is_said(python: Path, tmp_path: Path) -> None:
    project = str(make_setting(tmp_path, _write_model).folder)
    for name in ("keras", "tensorflow", "tf2onnx"):
        package = tmp_path / "damaged" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("raise ImportError('DLL load failed', name='_pywrap')\n")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'damaged')!r}); import main; "
        f"sys.exit(main.main(['train', {project!r}, '--recipe', 'fashion-cnn']))"
    )
    done = run(python, "-c", code)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "pigeonhole: Training needs a library that cannot be loaded here (DLL load failed); install it again with"
    )
    assert "Traceback" not in done.stderr
