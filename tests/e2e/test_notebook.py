"""Pigeonhole from Python: what a notebook does, and that `import pigeonhole` loads none of it before."""

from __future__ import annotations

import inspect
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import pigeonhole
from engine.errors import JobCancelled
from engine.events import Event, RunStarted
from engine.jobs.job import Cancel, Emit
from engine.library.project import Project as Store
from pigeonhole.running import run

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"grass": (30, 160, 40), "sky": (60, 120, 230)}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebook") / "pictures"
    random = np.random.default_rng(1)
    for kind, colour in KINDS.items():
        (folder / kind).mkdir(parents=True)
        for number in range(12):
            noise = random.integers(0, 40, (24, 24, 3))
            shown = colour if number > 1 else KINDS["sky" if kind == "grass" else "grass"]  # two wrong labels of each
            Image.fromarray((noise + shown).clip(0, 255).astype(np.uint8)).save(folder / kind / f"{number:02}.png")
    return folder


@pytest.fixture(scope="module")
def project(pictures: Path) -> pigeonhole.Project:
    return pigeonhole.open(pictures, project=pictures.with_name("colours"), test_fraction=0.25, progress=False)


@pytest.fixture(scope="module")
def trained(project: pigeonhole.Project) -> pigeonhole.Run:
    return project.train("instant", progress=False)


def test_the_ten_lines_of_its_help_run(
    pictures: Path, trained: pigeonhole.Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = inspect.getdoc(pigeonhole).split("From a notebook:")[1].split("What is long")[0]  # type: ignore[union-attr]
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    assert 10 <= len(lines) <= 12
    monkeypatch.chdir(pictures.parent)
    places = {'"flowers"': '"colours"', '"holiday pictures"': '"pictures"', "flowers.onnx": "colours.onnx"}
    text = "\n".join(lines).replace("train()", 'train("instant")').replace('"roses"', '"sky"')
    for name, other in places.items():
        text = text.replace(name, other)
    exec(text, found := {})  # it is our own text
    assert found["run"].record.state == "finished"
    assert pigeonhole.load("colours.onnx").classes == ("grass", "sky")
    assert len(found["project"].images()) == 24
    assert "epoch" in capsys.readouterr().err


def test_a_folder_of_pictures_becomes_a_project_beside_it_and_is_opened_the_next_time(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "one.png")
    folder = tmp_path.with_name("loose")
    tmp_path.rename(folder)
    opened = pigeonhole.open(folder, progress=False)
    assert opened.folder == folder.with_name("loose.pigeonhole")
    assert opened.label("thing", folder / "one.png", new=True) == opened.undo() == "Make 1 image the class thing"
    assert opened.classes().empty, "one step, the class and its image"
    opened.label("thing", folder / "one.png", new=True)
    assert pigeonhole.open(folder, progress=False).images()["class"].tolist() == ["thing"]
    assert opened.label(None, opened.images()) == opened.undo()
    Image.new("RGB", (8, 8)).save(folder / "two.png")
    opened.add(folder, progress=False)
    assert opened.images()["class"].tolist() == ["thing", None]
    with Store.open(opened.folder), pytest.raises(pigeonhole.Error, match="open in another window"):
        opened.label("thing", opened.images())


def test_images_and_classes_are_tables(project: pigeonhole.Project) -> None:
    images = project.images()
    assert len(images) == 24
    assert images.groupby("class").size().to_dict() == {"grass": 12, "sky": 12}
    assert images.width.tolist() == [24] * 24
    assert project.classes().loc["sky"].to_dict() == {"training": 7, "validation": 2, "test": 3, "unassigned": 0}
    assert "24 images" in repr(project)


def test_scores_are_those_of_the_confusion_matrix(trained: pigeonhole.Run) -> None:
    scores = trained.evaluate(progress=False)
    assert (scores.split, scores.images) == ("test", 6)
    assert scores.confusion.to_numpy().sum() == 6
    assert scores.accuracy == pytest.approx(np.trace(scores.confusion.to_numpy()) / 6)
    assert scores.low <= scores.accuracy <= scores.high
    assert scores.classes.support.sum() == 6
    assert scores.mistakes == len(trained.mistakes(progress=False)) == 6 - np.trace(scores.confusion.to_numpy())


def test_predictions_are_a_table_with_a_reason_where_there_is_none(trained: pigeonhole.Run, pictures: Path) -> None:
    broken = pictures.with_name("broken.png")
    broken.write_text("no picture")
    some = [pictures / "sky" / "03.png", broken]
    found = trained.predict(some, top=2, all_classes=True, threshold=0.5, progress=False)
    assert found.path.tolist() == [str(path) for path in some]
    assert found.loc[0, "class"] == "sky"
    assert found.loc[0, "confidence"] == found.loc[0, "p(sky)"]
    assert found.loc[0, ["p(sky)", "p(grass)"]].sum() == pytest.approx(1, abs=1e-6)
    assert found.loc[0, "class_2"] == "grass"
    assert found.problem[0] is None
    assert found["class"][1] is None
    with pytest.raises(pigeonhole.Error, match="from 0 to 1, found 80"):
        trained.predict(some, threshold=80, progress=False)
    assert isinstance(found.problem[1], str)
    assert pd.isna(found.loc[1, "class"])


def test_a_picture_is_suggested_what_it_looks_like(pictures: Path) -> None:
    opened = pigeonhole.open(pictures, project=pictures.with_name("few"), progress=False)
    opened.label(None, pictures / "sky" / "05.png")
    found = opened.suggest(progress=False)
    assert found.loc[0, ["path", "class"]].tolist() == [str(pictures / "sky" / "05.png"), "sky"]


def test_pictures_are_shown_inside_the_page(trained: pigeonhole.Run, pictures: Path) -> None:
    table = pd.DataFrame({"path": [str(pictures / "sky" / "01.png"), "gone <b>.png"], "confidence": [0.25, None]})
    shown = pigeonhole.show(table, most=2)._repr_html_()
    assert shown.count("<img") == shown.count("data:image/png;base64,") == 1
    assert "confidence 25.0%" in shown
    assert "nan" not in shown
    assert "gone &lt;b&gt;.png" in shown
    assert "No such file" in shown
    assert "1 more" in pigeonhole.show(table, most=1)._repr_html_()
    with pytest.raises(pigeonhole.Error, match="column path"):
        pigeonhole.show(pd.DataFrame({"file": []}))


def test_events_go_to_a_function_that_is_given(project: pigeonhole.Project) -> None:
    events: list[Event] = []
    project.train("instant", progress=events.append)
    assert [event.recipe for event in events if isinstance(event, RunStarted)] == ["instant"]
    assert project.runs().recipe.tolist()[0] == "instant"


def test_an_interrupted_job_ends_by_itself_and_what_it_made_is_kept() -> None:
    def interrupted(made: dict[str, object], *, emit: Emit, cancel: Cancel) -> None:
        signal.raise_signal(signal.SIGINT)
        assert cancel.is_set()
        raise JobCancelled(made)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run(interrupted, {}, progress=False)
    with pytest.raises(JobCancelled) as kept:
        run(interrupted, {"run": "best"}, progress=False)
    assert kept.value.result == {"run": "best"}
    assert signal.getsignal(signal.SIGINT) is before


def test_mistakes_in_a_call_are_sentences(project: pigeonhole.Project, tmp_path: Path) -> None:
    with pytest.raises(pigeonhole.Error, match=r"Did you mean grass\?"):
        project.label("gras", project.images())
    with pytest.raises(pigeonhole.Error, match="There is no image"):
        project.label("sky", "nowhere.png")
    with pytest.raises(pigeonhole.Error):
        pigeonhole.open(tmp_path / "nothing", progress=False)
    with pytest.raises(pigeonhole.Error):
        project.train("no-such-recipe", progress=False)
    with pytest.raises(AttributeError):
        pigeonhole.no_such_thing  # noqa: B018


def test_the_package_itself_loads_nothing_heavy() -> None:
    code = """
import sys, pigeonhole
print([name for name in sys.modules if name.partition(".")[0] in ("numpy", "pandas", "typer", "PIL", "onnxruntime")])
print(all(getattr(pigeonhole, name) for name in pigeonhole.__all__))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == ["[]", "True"]


def test_the_history_of_a_run_goes_to_tensorboard(trained: pigeonhole.Run, tmp_path: Path) -> None:
    made = trained.tensorboard(tmp_path / "logs")
    assert made == tmp_path / "logs" / trained.name
    assert [file.stat().st_size > 0 for file in made.iterdir()] == [True]
    with pytest.raises(pigeonhole.Error, match="is there already"):
        trained.tensorboard(tmp_path / "logs")
