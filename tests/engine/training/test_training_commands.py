"""The commands of training, through the real `main`, on runs that are only folders: no network is trained."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.cli.training_commands import _compare_text
from engine.errors import RunError
from engine.library.records import Split
from engine.training.frozen import FrozenImage, FrozenSplit
from engine.training.options import OptionSpec, TrainOptions, specs, with_overrides
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import RunRecord
from engine.training.runs.shown import ShownRun
from tests.engine.training.conftest import MakeProject

FROZEN = FrozenSplit(("a", "b"), (1, 2), (FrozenImage(1, 1, "a/1.png", Path("/x/a/1.png"), 0, Split.TRAINING),))


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    folder = make_project({"a": {Split.TRAINING: 2}, "b": {Split.TRAINING: 2}})
    for seed, accuracy in ((1, 0.75), (2, 0.875)):
        run = RunFolder.create(folder / "runs", f"number-{seed}", TrainOptions(seed=seed), FROZEN)
        run.update(state="finished", validation_accuracy=accuracy, epochs=3, best_epoch=2, seconds=61)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "runs").iterdir())


def test_a_shown_run_has_all_that_the_record_has_but_what_is_for_the_program_alone() -> None:
    record, shown = ({field.name for field in fields(cls)} for cls in (RunRecord, ShownRun))
    assert shown - {"trash", "since"} == record - {"folder", "checked_with"}


def test_two_runs_are_shown_beside_each_other(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", str(project), "--compare", *names(project)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == names(project)
    assert ["validation", "accuracy", "75.00", "%", "87.50", "%"] in lines
    assert ["seed", "1", "2"] in lines
    assert not any(line[:1] == ["batch_size"] for line in lines)
    assert main(["runs", str(project), "--compare", *names(project), "--json"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {d["option"]: d["values"] for d in result["differences"]}["seed"] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["train", "P", "--epochs", "3"],
            "Without a recipe only seed, validation_fraction, device, backend can be",
        ),
        (["train", "P", "--recipe", "quick", "--folds", "1"], "The number of folds is 2 to 20, found 1"),
        (["train", "P", "--resume", "A", "--folds", "3"], "--folds needs a recipe"),
        (["train", "P", "--resume", "A", "--repeat", "B"], "leave out --recipe and --resume"),
        (["train", "P", "--recipe", "quick", "--set", "cutmix=2"], "cutmix must be between 0 and 1, found 2"),
        (["train", "P", "--recipe", "quick", "--cutmix", "2"], "cutmix must be between 0 and 1, found 2"),
        (
            ["train", "P", "--recipe", "quick", "--pretrained", "google"],
            "pretrained must be one of imagenet, none, found 'google'",
        ),
        (["ensemble", "P", "--runs", "A"], "at least two different runs, found 1"),
        (["augment", "none.jpg", "--recipe", "quik", "--out", "x.png"], "Did you mean quick?"),
    ],
)
def test_wrong_usage_is_answered_with_one_line(
    arguments: list[str], message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(project) if a == "P" else a for a in arguments]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert message in told[0]


def test_a_weights_file_that_is_not_there_is_told_before_anything_is_loaded(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["train", str(project), "--recipe", "art-transfer", "--weights", "nowhere.h5", "--json"]
    assert main(asked) == 2
    assert "no weights file at nowhere.h5" in capsys.readouterr().out


def test_a_sheet_is_written_and_devices_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(tmp_path / "picture.png")
    out = tmp_path / "sheet.png"
    asked = ["augment", str(tmp_path / "picture.png"), "--recipe", "quick", "--out", str(out), "--set", "rotation=45"]
    assert main(asked) == 0
    assert out.is_file()
    assert capsys.readouterr().out == f"Sheet: {out}\n"
    assert main(["devices"]) == 0
    assert "CPU" in capsys.readouterr().out


def other_value(spec: OptionSpec) -> Any:
    """One that the option does not have by default."""
    if spec.kind == "bool":
        return not spec.default
    if spec.kind == "choice":
        return next(choice for choice in spec.choices if choice != spec.default)
    if spec.kind == "text":
        return "some=thing"
    return spec.maximum if spec.maximum != spec.default else spec.minimum


@pytest.mark.parametrize("command", ["train", "network", "augment"])
def test_what_flags_say_stands_in_the_run(command: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each option by its flag, as in the form and by --set: the overrides of a run, which `run.json` holds."""
    asked: list[dict[str, Any]] = []

    def job(params: Any, *, emit: object, cancel: object) -> dict[str, Any]:
        asked.append(params.overrides)
        raise RunError("far enough")

    monkeypatch.setattr("engine.training.trainer.train", job)
    monkeypatch.setattr("engine.training.summary.summarise", job)
    monkeypatch.setattr("engine.training.data.preview.sheet", job)
    values = {spec.name: other_value(spec) for spec in specs()}
    flags = []
    for name, value in values.items():
        flag = name.replace("_", "-")
        flags += [f"--{flag}" if value else f"--no-{flag}"] if isinstance(value, bool) else [f"--{flag}", str(value)]
    first = {"augment": ["picture.png", "--out", "sheet.png"]}.get(command, [str(project)])
    assert main([command, *first, "--recipe", "quick", *flags]) == 1
    run = RunFolder.create(project / "runs", "quick", with_overrides(TrainOptions(), asked[0]), FROZEN)
    held = json.loads((run.folder / "run.json").read_text("utf-8"))["options"]
    assert held == values
    assert set(held) == {f.name for f in fields(TrainOptions)}


def test_flags_and_assignments_of_different_options_go_together(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "engine.training.trainer.train", lambda params, **_: asked.append(params.overrides) or {}["far enough"]
    )
    main(["train", str(project), "--recipe", "quick", "--set", "zoom=0.1", "--no-flip", "--set", "shear=2"])
    assert asked == [{"zoom": "0.1", "shear": "2", "flip": "False"}]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--decay", "0.5"], "decay has an effect only with schedule inverse-time"),
        (["--momentum", "0.9"], "momentum has an effect only with optimizer sgd"),
        (["--channels", "grey", "--saturation", "0.2"], "saturation has an effect only with channels rgb"),
    ],
)
def test_an_option_without_effect_is_a_wrong_usage(
    flags: list[str], sentence: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(project), "--recipe", "photo-cnn", *flags]) == 2
    assert sentence in capsys.readouterr().err
    assert len(list((project / "runs").iterdir())) == 2, "no run was begun beside those of before"


def mixed(folder: Path, *pictures: str, more: tuple[str, ...] = ()) -> tuple[Path, list[str]]:
    """The arguments for a sheet of a black picture in a folder with further ones, all white, and where it goes."""
    folder.mkdir()
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(folder / "m.png")
    for name in pictures:
        Image.fromarray(np.full((40, 40, 3), 255, np.uint8)).save(folder / name)
    out = folder.parent / f"{folder.name}.png"
    return out, ["augment", str(folder / "m.png"), "--recipe", "photo-cnn-plain", "--out", str(out), *more]


@pytest.mark.parametrize("kind", ["--cutmix", "--mixup"])
def test_a_sheet_shows_mixing_with_the_pictures_beside_this_one(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = (kind, "1", "--image-size", "96")
    out, asked = mixed(tmp_path / "some", "a.png", "z.png", more=more)
    (tmp_path / "some" / "n.png").write_bytes(b"no picture")
    assert main(asked) == 0
    assert capsys.readouterr().out == f"Sheet: {out}\n"
    with Image.open(out) as page:
        tiles = [np.asarray(page.crop((x, 4, x + 96, 100))).max() for x in range(4, 604, 100)]
    assert tiles[0] == 0, "the picture itself comes first"
    assert max(tiles[1:]) > 0, "parts of the white ones are in the others"


def test_a_sheet_says_what_it_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, asked = mixed(tmp_path / "alone", more=("--cutmix", "1", "--mixup", "0.5", "--image-size", "96"))
    assert main(asked) == 0
    assert capsys.readouterr().out.startswith(f"Sheet: {out} (CutMix and MixUp left out: no other picture")
    assert main([*asked, "--json"]) == 0
    result = told(capsys)
    assert (result["changes"], result["left_out"]) == (False, ["CutMix", "MixUp"])
    assert main([*asked[:6]]) == 0
    assert "(this recipe changes nothing)" in capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    result: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return result


def test_a_run_is_named_starred_noted_put_away_and_taken_back(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = names(project)[0]
    asked = ["run", str(project), name, "--title", "First try", "--note", "too dark", "--star"]
    assert main(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"* First try  ({name})"
    assert "too dark" in lines
    assert main(["run", str(project), name, "--no-star", "--json"]) == 0
    result = told(capsys)
    assert (result["title"], result["note"], result["starred"]) == ("First try", "too dark", False)
    assert main(["run", str(project), name, "--trash", "--json"]) == 0
    assert told(capsys)["trash"] is True
    assert name not in names(project)
    assert main(["runs", str(project), "--trash"]) == 0
    assert f"{name}: First try" in capsys.readouterr().out
    assert main(["run", str(project), name, "--restore", "--json"]) == 0
    assert told(capsys)["name"] == name
    assert name in names(project)


def test_the_trash_is_emptied_only_when_that_is_asked_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = names(project)[0]
    assert main(["run", str(project), name, "--trash"]) == 0
    assert main(["runs", str(project), "--trash", "--empty-trash"]) == 2
    assert main(["runs", str(project), "--empty-trash"]) == 0
    assert "Deleted 1 run." in capsys.readouterr().out
    assert main(["run", str(project), name, "--restore"]) == 2
    assert main(["runs", str(project), "--trash"]) == 0
    assert "The trash is empty." in capsys.readouterr().out


def test_a_run_tells_what_changed_in_the_project_since(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(project), names(project)[0]]) == 0
    assert "images since this run: 4 added, 1 removed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--trash", "--restore"], "leave out --trash or --restore"),
        (["--trash", "--title", "x"], "stand alone"),
    ],
)
def test_what_a_run_cannot_be_asked_at_once_is_said(
    more: list[str], message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(project), names(project)[0], *more]) == 2
    assert message in capsys.readouterr().err


def test_a_run_that_is_not_there_is_one_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ([], ["--trash"], ["--restore"]):
        assert main(["run", str(project), "nowhere", *more]) == 2
        assert "no run" in capsys.readouterr().err


@pytest.mark.parametrize(
    "asked",
    [
        ["train", "--resume", "nowhere"],
        ["train", "--repeat", "nowhere"],
        ["train", "--recipe", "quick", "--start-from", "nowhere"],
        ["runs", "--compare", "nowhere", "elsewhere"],
        ["ensemble", "--runs", "nowhere", "elsewhere"],
        ["evaluate", "--run", "nowhere"],
    ],
)
def test_a_command_about_a_run_that_is_not_there_is_wrong_usage(
    asked: list[str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([asked[0], str(project), *asked[1:]]) == 2
    assert "there is no run 'nowhere'" in capsys.readouterr().err


def test_a_network_is_listed_layer_by_layer(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["network", str(project), "--recipe", "fashion-cnn", "--set", "image_size=24"]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert out.count("Conv2D") == 3
    assert "2 classes." in out
    assert main([*asked, "--json"]) == 0
    assert told(capsys)["shape"] == [24, 24, 1]


def test_leaks_are_told_and_mended_from_the_command_line(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = {Split.TRAINING: 6, Split.VALIDATION: 3}
    project = make_project({"a": counts, "b": counts})
    pictures = project.parent / "pictures"
    for cls in ("a", "b"):  # each validation image a copy of one that is trained on
        for number in range(3):
            pixels = (pictures / cls / f"training-{number}.png").read_bytes()
            (pictures / cls / f"validation-{number}.png").write_bytes(pixels)
    assert main(["leaks", str(project)]) == 0
    out = capsys.readouterr().out
    assert "100 % of the validation images" in out
    assert "--mend: 0 % would" in out
    assert main(["leaks", str(project), "--mend", "--json"]) == 0
    assert told(capsys)["mended"] is True
    assert main(["leaks", str(project), "--json"]) == 0
    assert told(capsys)["share"] == 0
    assert main(["leaks", str(project), "--validation", "0.9"]) == 2
    assert "0.05 to 0.5" in capsys.readouterr().err


def test_a_comparison_says_nothing_of_what_a_run_has_not() -> None:
    one = {
        "name": "one",
        "epochs": 3,
        "best_epoch": 2,
        "validation_accuracy": 0.9,
        "seconds": 4.0,
        "validation_images": 40,
    }
    joined = {"name": "joined", "epochs": 0, "best_epoch": None, "validation_accuracy": None, "seconds": 8.0}
    joined["validation_images"] = None
    said = _compare_text({"runs": [one, joined], "differences": []})
    assert "None" not in said
    assert "90.0 % of 40 (76.9–96.0 %)" in said
    assert "best epoch" in said
