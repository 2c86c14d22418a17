"""Every process of ours starts in a checkout, installed and frozen, and runs nothing of the folder it is started in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.events import Event, Outcome, Succeeded
from engine.jobs import processes
from engine.jobs.child import Child
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.scan import ImportParams
from engine.models.export import _convert_in_tensorflow, to_onnx
from engine.models.portable import run_script, write_model
from engine.models.targets import TARGETS
from engine.models.tensorflow_targets import convert
from tests.engine.models.networks import INFO, network

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
# Modules that a start imports early or late: of Python itself, of libraries and of ours; "sitecustomize" by Python.
NAMES = (
    *("sitecustomize", "usercustomize", "json", "typing", "subprocess", "tempfile", "threading", "faulthandler"),
    *("numpy", "PIL", "keras", "tensorflow", "onnx", "onnxruntime", "tf2onnx", "h5py", "platformdirs", "sqlite3"),
    *("engine", "gui", "main", "predict", "jobs_for_tests"),
)


@pytest.fixture
def poisoned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, of a stranger, in which every module writes its name to a file beside the folder."""
    folder, marks = tmp_path / "downloaded", tmp_path / "ran"
    folder.mkdir()
    marks.mkdir()
    for name in NAMES:
        text = f"open({str(marks / name)!r}, 'w').close()\nraise SystemExit('code of a stranger')\n"
        (folder / f"{name}.py").write_text(text)
        (folder / f"{name}_").mkdir()
        (folder / f"{name}_").rename(folder / name)  # a package of the same name goes first
        (folder / name / "__init__.py").write_text(text)
    monkeypatch.chdir(folder)
    yield folder
    assert sorted(mark.name for mark in marks.iterdir()) == [], "code of the current folder ran"


# As a shell makes it of `export PYTHONPATH=$PYTHONPATH:/some/folder` where it was not set: an empty entry, which Python
# takes for the current folder.
@pytest.fixture(params=["", os.pathsep, ".", f"{os.pathsep}/nowhere"], ids=["none", "empty", "dot", "forgotten"])
def python_path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", request.param)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network as a run leaves it."""
    folder = tmp_path_factory.mktemp("run")
    model = network()
    model.save(folder / "model.keras")
    to_onnx(model, INFO, folder / "model.onnx")
    return folder


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    for colour in ("blue", "red"):
        file = tmp_path / "pictures" / colour / "1.png"
        file.parent.mkdir(parents=True)
        Image.new("RGB", (INFO.width, INFO.height), colour).save(file)
    return file


def import_in_a_child(project: Path, pictures: Path, *, warm: bool = False) -> Outcome:
    child, events = Child(warm=warm), list[Event]()
    try:
        params = ImportParams(str(project), (str(pictures),))
        outcome = child.run("import", params, emit=events.append, cancel=Cancel())
    finally:
        child.close()
    with Project.open(project, read_only=True) as opened:
        assert [c.name for c in query.classes(opened)] == ["blue", "red"]
    return outcome


def exported(made: Path, folder: Path) -> Path:
    folder.mkdir()
    files = made / "model.keras", made / "model.onnx"
    write_model(TARGETS["onnx"], *files, INFO, folder, calibration=None, cancel=Cancel())
    return folder


def test_a_job_runs_nothing_of_the_current_folder(
    poisoned: Path, python_path: None, picture: Path, tmp_path: Path
) -> None:
    assert isinstance(import_in_a_child(tmp_path / "p.pigeonhole", picture.parents[1]), Succeeded)


def test_a_training_that_is_made_ready_runs_nothing_of_the_current_folder(
    poisoned: Path, picture: Path, tmp_path: Path
) -> None:
    """As the Train page does when it opens: TensorFlow and Keras are loaded ahead."""
    assert isinstance(import_in_a_child(tmp_path / "p.pigeonhole", picture.parents[1], warm=True), Succeeded)


@pytest.mark.parametrize("python_path", [os.pathsep], indirect=True)
def test_a_conversion_to_onnx_runs_nothing_of_the_current_folder(
    poisoned: Path, python_path: None, tmp_path: Path
) -> None:
    _convert_in_tensorflow(network(), INFO, tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").is_file()


@pytest.mark.parametrize("python_path", [os.pathsep], indirect=True)
def test_a_conversion_by_tensorflow_runs_nothing_of_the_current_folder(
    poisoned: Path, python_path: None, made: Path, tmp_path: Path
) -> None:
    out = tmp_path / "model.tflite"
    convert(made / "model.keras", "litert", out, temperature=1.0, calibration=None, cancel=Cancel())
    assert out.is_file()


def test_an_exported_script_runs_nothing_of_the_current_folder(
    poisoned: Path, python_path: None, made: Path, picture: Path, tmp_path: Path
) -> None:
    found = run_script(exported(made, tmp_path / "out"), [picture], cancel=Cancel())
    assert np.isfinite(found).all()


@pytest.mark.parametrize("command", [[sys.executable, str(ROOT / "main.py")], [shutil.which("pigeonhole") or ""]])
def test_the_program_runs_nothing_of_the_current_folder(poisoned: Path, command: list[str]) -> None:
    if not command[0]:
        command = [str(Path(sys.executable).with_name("pigeonhole"))]
    if not Path(command[0]).is_file():
        pytest.skip("the program is not installed here")
    done = subprocess.run([*command, "recipes", "--json"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the frozen program, which is this process too. It knows the words of main.py alone, as that does:
    it is no interpreter. Returns the folder of its libraries."""
    if sys.platform == "win32":
        pytest.skip("the stand-in for a frozen program is a shell script")
    program, libraries = tmp_path / "pigeonhole", tmp_path / "_internal"
    libraries.mkdir()
    start = f"import sys; sys.frozen = True; sys._MEIPASS = {str(libraries)!r}; sys.executable = {str(program)!r}"
    start += f"; sys.path.insert(0, {str(ROOT)!r}); import main; main.program()"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -E -P -c "{start}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(libraries), raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    return libraries


def test_a_frozen_program_runs_jobs_and_exported_scripts_by_itself(
    poisoned: Path, made: Path, picture: Path, tmp_path: Path, frozen: Path
) -> None:
    assert isinstance(import_in_a_child(tmp_path / "p.pigeonhole", picture.parents[1]), Succeeded)
    assert np.isfinite(run_script(exported(made, tmp_path / "out"), [picture], cancel=Cancel())).all()


def test_a_frozen_program_runs_files_of_its_ray_as_an_interpreter_would(poisoned: Path, frozen: Path) -> None:
    """As Ray calls what `sys.executable` names."""
    workers = frozen / "ray" / "_private" / "workers"
    workers.mkdir(parents=True)
    (workers / "default_worker.py").write_text("import sys; print(__name__, sys.argv[1:]); sys.exit(3)")
    for flags in ([], ["-u"], ["-S", "-s"]):
        call = [sys.executable, *flags, str(workers / "default_worker.py"), "--node-id=1", "-u"]
        done = subprocess.run(call, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (3, "__main__ ['--node-id=1', '-u']\n", "")


def test_a_frozen_program_runs_no_other_file(frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger, inside = tmp_path / "stranger.py", frozen / "ray" / "log_monitor.py"
    inside.parent.mkdir()
    (frozen / "rays").mkdir()
    for file in (stranger, inside, frozen / "rays" / "x.py", inside.with_suffix(".txt"), frozen / "x.py"):
        file.write_text("raise SystemExit('this ran')")
    (inside.parent / "link.py").symlink_to(stranger)
    monkeypatch.chdir(inside.parent)

    assert processes.file_of_ray(["-u", str(inside), "--x"]) == [str(inside), "--x"]
    refused = [stranger, inside.parent / "link.py", inside.parent / ".." / ".." / "stranger.py", frozen / "x.py"]
    refused += [frozen / "rays" / "x.py", inside.with_suffix(".txt"), inside.parent, inside.parent / "not_there.py"]
    for words in (*([str(file)] for file in refused), [], ["-u"], ["-c", "1"], ["-m", "ray"], ["train", str(inside)]):
        assert processes.file_of_ray(words) == [], words
    done = subprocess.run([sys.executable, "-u", str(stranger)], capture_output=True, text=True)
    assert (done.returncode, "this ran" in done.stderr) == (2, False)
    monkeypatch.delattr(sys, "frozen")
    assert processes.file_of_ray([str(inside)]) == [], "an interpreter needs no such help"


def test_one_module_starts_all_processes_of_ours() -> None:
    """Whoever starts another would forget that the current folder may be a stranger's."""
    files = [*(ROOT / "engine").rglob("*.py"), *(ROOT / "gui").rglob("*.py"), ROOT / "main.py"]
    starting = ("sys.executable", "multiprocessing", "ProcessPoolExecutor", "os.exec", "os.spawn", "os.fork")
    found = {
        file.relative_to(ROOT).as_posix() for file in files for word in starting if word in file.read_text("utf-8")
    }
    found.remove("engine/desktop.py")  # it names the program in the menu of the desktop, and does not start it
    assert found == {"engine/jobs/processes.py"}
