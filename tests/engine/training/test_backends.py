"""The same recipe on each library under Keras, from pictures to a model file that passes its self-test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import keras
import pytest

from engine.errors import MissingLibrary
from engine.library.records import Split
from engine.training.machine import device
from engine.training.machine.backend import use_backend
from engine.training.options import TrainOptions
from tests.engine.training.conftest import MakeProject

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

ROOT = Path(__file__).parents[3]
COUNTS = {name: {Split.TRAINING: 16, Split.VALIDATION: 6, Split.TEST: 2} for name in ("bright", "dark")}


def trained(folder: Path, *arguments: str) -> dict[str, object]:
    """The result of `pigeonhole train` in a process of its own: Keras has one backend for the life of a process."""
    done = subprocess.run(
        [sys.executable, "main.py", "train", str(folder), *arguments, "--json"],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1:] + done.stderr.splitlines()[-5:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("recipe", ["quick", "accurate"])  # one column and two
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_a_recipe_trains_resumes_and_exports_on_another_backend(
    backend: str, recipe: str, make_project: MakeProject
) -> None:
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed here; with it this trains a recipe on it")
    folder = make_project(COUNTS)
    options = ["--recipe", recipe, "--epochs", "2", "--batch-size", "8"]
    options += ["--set", "image_size=40", "--set", f"backend={backend}"]
    result = trained(folder, *options)
    assert (result["state"], result["epochs"]) == ("finished", 2)
    assert isinstance(result["difference"], float)
    assert result["difference"] < 1e-4
    again = trained(folder, "--resume", str(result["run"]), "--epochs", "3")
    assert (again["state"], again["epochs"]) == ("finished", 3)


def test_a_backend_that_raises_where_there_is_no_card_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_jax_does(kind: str) -> list[str]:
        raise RuntimeError(f"Unknown backend: '{kind}' requested, but no platforms that are instances of {kind}")

    monkeypatch.setattr(keras.distribution, "list_devices", as_jax_does)
    assert device.device_kind() == "cpu"
    assert device.device("auto") == "CPU"


@pytest.mark.parametrize("there", [True, False])
def test_torch_is_asked_itself_for_its_card(there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keras 3.15 has no list of devices for torch: `keras.distribution.list_devices` fails there."""
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    torch = SimpleNamespace(cuda=SimpleNamespace(is_available=lambda: there))
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert device.device_kind() == ("gpu" if there else "cpu")


@pytest.mark.parametrize(
    ("facts", "options", "expected"),
    [
        ({}, {}, True),
        ({"cards": []}, {}, False),
        ({"cudnn": False}, {}, False),
        ({"visible": "-1"}, {}, False),
        ({}, {"device": "cpu"}, False),
        ({"cards": []}, {"device": "gpu"}, True),
    ],
)
def test_recipes_know_a_card_without_loading_keras(
    facts: dict[str, object], options: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", str(facts.get("visible", "0")))
    monkeypatch.setattr(device, "graphics_cards", lambda: facts.get("cards", ["NVIDIA H200"]))
    monkeypatch.setattr(device, "has_cudnn", lambda backend: facts.get("cudnn", True))
    monkeypatch.delitem(sys.modules, "keras")
    assert device.trains_on_card(TrainOptions(**options)) is expected
    assert "keras" not in sys.modules


@pytest.mark.parametrize("there", [True, False])
def test_where_keras_is_loaded_it_has_the_last_word_on_the_card(there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.setattr(device, "graphics_cards", lambda: ["NVIDIA H200"])
    monkeypatch.setattr(device, "has_cudnn", lambda backend: True)
    monkeypatch.setattr(device, "has_gpu", lambda: there)
    assert device.trains_on_card(TrainOptions()) is there


@pytest.mark.parametrize(
    ("platform", "backend", "packages", "library", "expected"),
    [
        ("linux", "tensorflow", ("nvidia", "nvidia.cudnn"), None, True),
        ("linux", "tensorflow", ("nvidia",), None, False),
        ("linux", "jax", (), "libcudnn.so.9", True),
        ("linux", "tensorflow", (), None, False),
        ("win32", "torch", ("torch",), None, True),
        ("win32", "torch", (), None, False),
        ("win32", "tensorflow", ("torch", "nvidia", "nvidia.cudnn"), "cudnn64_9.dll", False),
    ],
)
def test_a_card_is_of_use_only_with_the_library_that_drives_it(
    platform: str,
    backend: str,
    packages: tuple[str, ...],
    library: str | None,
    expected: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "torch" / "lib").mkdir(parents=True)
    (tmp_path / "torch" / "lib" / "cudnn64_9.dll").touch()
    spec = SimpleNamespace(origin=str(tmp_path / "torch" / "__init__.py"))
    monkeypatch.setattr(device.sys, "platform", platform)
    monkeypatch.setattr(device, "find_spec", lambda name: spec if name in packages else None)
    monkeypatch.setattr(device, "find_library", lambda name: library)
    assert device.has_cudnn(backend) is expected


def test_keras_is_loaded_without_the_libraries_of_its_extras() -> None:
    code = (
        "import sys\n"
        "from engine.training.machine.backend import load_keras\n"
        "load_keras()\n"
        "assert 'keras' in sys.modules\n"
        "print(*({'sklearn', 'pandas', 'matplotlib'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr


def test_where_no_model_file_is_written_the_library_that_writes_it_may_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jax").mkdir()
    (tmp_path / "jax" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    use_backend("jax", export=False)
    use_backend("auto", export=False)
    with pytest.raises(MissingLibrary, match="not installed here: tensorflow"):
        use_backend("jax")
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(MissingLibrary, match="not installed here: tensorflow"):
        use_backend("auto", export=False)
