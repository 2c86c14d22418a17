"""The wheel: what is in it, and that it works installed apart from the checkout, with and without TensorFlow."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from PIL import Image

from engine.version import VERSION
from release import wheel as building
from tests.without import TRAINING, make_environment

ROOT = Path(__file__).resolve().parents[2]
OURS = ("pigeonhole", "_pigeonhole")  # begin the names of the checkout's own installation
WHOLE = ROOT / "release" / "whole" / "pyproject.toml"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The Python of an environment where the wheel is installed, without TensorFlow."""
    return install(wheel, make_environment(tmp_path_factory.mktemp("bare"), (*TRAINING, *OURS)))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The same, with TensorFlow, and with OpenCV, which finds no files of its own behind a link."""
    python = make_environment(tmp_path_factory.mktemp("full"), ("",))
    site = next(python.parents[1].glob("**/site-packages"))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))  # a `.pth` in there is not looked at
    return install(wheel, python)


def install(wheel: Path, python: Path) -> Path:
    uv = os.environ.get("UV") or shutil.which("uv", path=f"{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert uv
    site = next(python.parents[1].glob("**/site-packages"))
    before = {entry.name for entry in site.iterdir()}
    words = ["pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, wheel]
    subprocess.run([uv, *words], check=True)
    new = {entry.name for entry in site.iterdir()} - before
    assert new == {"pigeonhole", f"pigeonhole_images_core-{VERSION}.dist-info"}, "nothing else lands there"
    return python


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, of a user whose own modules are named as ours are in the repository."""
    folder = tmp_path / "work"
    folder.mkdir()
    for name in ("engine", "gui", "main", "resources"):
        (folder / f"{name}.py").write_text("OF_THE_USER = True\n")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return folder


def run(*words: object) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_import_of_ours_in_the_wheel_is_one_of_the_package_and_is_there(tmp_path: Path) -> None:
    building.lay_out(ROOT, tmp_path / "pigeonhole")
    found = 0
    for file in tmp_path.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.Constant) and building.NAMED.fullmatch(str(node.value)):
                pytest.fail(f"{file}:{node.lineno} names {node.value}")
            for name in names:
                assert name.partition(".")[0] not in building.TOPS, f"{file}:{node.lineno} imports {name}"
                if name.startswith("pigeonhole."):
                    place = tmp_path.joinpath(*name.split("."))
                    assert place.with_suffix(".py").is_file() or (place / "__init__.py").is_file(), name
                    found += 1
    assert found > 1000


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from engine.jobs import job\n", "from pigeonhole.engine.jobs import job\n"),
        ("def f():\n    from gui.app import run\n", "def f():\n    from pigeonhole.gui.app import run\n"),
        ("import engine.events as e\n", "import pigeonhole.engine.events as e\n"),
        ("import gui.plain_imports\n", "import pigeonhole.gui.plain_imports\n"),
        ("é = 'é', 'engine.jobs.child:main'\n", "é = 'é', 'pigeonhole.engine.jobs.child:main'\n"),
        (
            "from engineering import x; 'the engine.', 'main.py'\n",
            "from engineering import x; 'the engine.', 'main.py'\n",
        ),
    ],
)
def test_imports_and_names_of_our_modules_are_rewritten_and_nothing_else(source: str, expected: str) -> None:
    assert building.rewritten(source, "file") == expected


def test_an_import_that_cannot_be_rewritten_is_refused() -> None:
    with pytest.raises(ValueError, match="file:1: write `from"):
        building.rewritten("import engine.events\nengine.events.Event()\n", "file")


@pytest.mark.parametrize(
    "text", ['r"engine.jobs"', '"""engine.jobs"""', 'f"engine.jobs{1}"', '"engine" ".jobs"', '"engine.\\x6aobs"']
)
def test_a_module_named_in_a_string_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plain quotes"):
        building.rewritten(f"x = {text}\n", "file")


def test_the_metadata_are_complete_and_every_link_is_absolute(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        told = message_from_bytes(archive.read(f"pigeonhole_images_core-{VERSION}.dist-info/METADATA"))
    assert (told["Name"], told["Version"]) == ("pigeonhole-images-core", VERSION)
    assert all(told[field] for field in ("Summary", "Author", "License-Expression", "Keywords", "Requires-Python"))
    urls = dict(line.split(", ") for line in told.get_all("Project-URL", []))
    assert set(urls) == {"Source", "Documentation", "Changelog", "Issues"}
    text = str(told.get_payload())
    assert f"![The Library page]({urls['Source']}/raw/main/docs/screenshots/library-light.png)" in text
    targets = [part.partition(")")[0] for part in text.split("](")[1:]]
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []


def test_the_distribution_with_training_asks_for_this_one_and_for_nothing_else() -> None:
    core = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    whole = tomllib.loads(WHOLE.read_text("utf-8"))["project"]
    assert whole["name"] == "pigeonhole-images"
    assert whole["version"] == VERSION
    assert whole["dependencies"] == [f"{core['name']}[training]=={VERSION}"]
    extras = set(core["optional-dependencies"]) - {"training"}
    assert whole["optional-dependencies"] == {extra: [f"{core['name']}[{extra}]=={VERSION}"] for extra in extras}
    same = ("description", "license", "authors", "keywords", "classifiers", "requires-python", "urls", "scripts")
    for field in (*same, "gui-scripts"):
        assert whole[field] == core[field], field


def test_installed_it_shadows_no_module_of_the_user_and_has_its_pictures_and_styles(
    bare: Path, elsewhere: Path
) -> None:
    code = """
import engine, gui, main, resources, sys
assert engine.OF_THE_USER and gui.OF_THE_USER and main.OF_THE_USER and resources.OF_THE_USER
import pigeonhole
print(pigeonhole.__version__)
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pigeonhole.main import main
app = QApplication([])

def when_open():
    (window,) = (w for w in app.topLevelWidgets() if w.isVisible())
    print(type(window).__name__, bool(app.styleSheet()), window.windowIcon().isNull())
    app.quit()

QTimer.singleShot(300, when_open)
assert main([]) == 0
"""
    assert run(bare, "-c", code).splitlines() == [VERSION, "MainWindow True False"]


def test_installed_without_tensorflow_it_imports_trains_and_classifies_from_another_folder(
    bare: Path, elsewhere: Path
) -> None:
    command = command_of(bare)
    assert run(command, "--version") == run(bare, "-P", "-m", "pigeonhole", "--version") == f"pigeonhole {VERSION}\n"
    for kind, grey in (("dark", 20), ("light", 200)):
        (elsewhere / "pictures" / kind).mkdir(parents=True)
        for number in range(12):
            Image.new("L", (16, 16), grey + number).save(elsewhere / "pictures" / kind / f"{number}.png")
    run(command, "import", "p.pigeonhole", "pictures")
    run(command, "train", "p.pigeonhole", "--recipe", "instant")
    (run_folder,) = (elsewhere / "p.pigeonhole" / "runs").iterdir()
    run(command, "classify", run_folder, "pictures/dark/0.png", "--out", "found.csv")
    assert "dark" in (elsewhere / "found.csv").read_text().splitlines()[1]
    code = "import pigeonhole; print(pigeonhole.open('p').run().predict('pictures/light/0.png')['class'].tolist())"
    assert run(bare, "-P", "-c", code) == "['light']\n"


def test_installed_with_tensorflow_it_trains_in_a_child_process_and_does_the_rest_of_the_sample(
    full: Path, elsewhere: Path
) -> None:
    code = """
import sys
from pigeonhole.engine.cli.sample import prepare
from pigeonhole.engine.jobs.child import Child
from pigeonhole.engine.jobs.job import Cancel
from pigeonhole.engine.training.plan import TrainParams
project = prepare("sample", emit=lambda event: None, cancel=Cancel())["project"]
child = Child()
params = TrainParams(project, "fashion-cnn", {"epochs": 1, "batch_size": 64})
print(child.run("train", params, emit=lambda event: None, cancel=Cancel()))
child.close()
assert "keras" not in sys.modules, "it was in the child"
"""
    assert run(full, "-P", "-c", code).startswith("Succeeded(")
    assert list(elsewhere.glob("sample/Clip art.pigeonhole/runs/*/model.onnx"))
    said = run(command_of(full), "sample", "--headless", "--out", "sample")
    assert "classified.csv (24 images)" in said
    assert len(list(elsewhere.glob("sample/Clip art.pigeonhole/runs/*"))) == 1, "it trained no second time"


def command_of(python: Path) -> Path:
    return python.with_name("pigeonhole.exe" if os.name == "nt" else "pigeonhole")
