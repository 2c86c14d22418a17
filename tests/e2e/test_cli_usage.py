"""The command line refuses what it does not understand in one clear line, and starts fast."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import main as entry
from engine.cli.app import app
from engine.cli.commands import COMMANDS, load
from engine.training.options import specs

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "There is no command or folder 'frobnicate'"),
        (["no/such/folder"], "There is no command or folder 'no/such/folder'"),
        (["classify"], "Missing argument 'MODEL_OR_RUN'"),
        (["classify", "m.onnx", str(ROOT)], "Missing option '--out'"),
        (["classify", "m.onnx", "folder", "--out", "x.csv", "--top", "0"], "--top"),
        (["import", "p", "s", "--labels", "magic"], "'magic' is not one of"),
        (["import", "p", "s", "--seed", "many"], "--seed"),
        (["evaluate", "p", "--split", "training"], "'training' is not one of 'test', 'validation'"),
        (["train", "p", "--epochs", "3"], "Without a recipe only seed, validation_fraction, device, backend can be"),
        (["train", "p", "--recipe", "fashion-cnn", "--set", "epochs"], "--set takes KEY=VALUE"),
        (["train", "p", "--recipe", "fashion-cnn", "--set", "epoch=3"], "Did you mean epochs?"),
        (["train", "p", "--recipe", "fashion-cnn", "--epochs", "0"], "epochs must be between 1 and 10000"),
        (["train", "p", "--recipe", "fashion-cnn", "--resume", "r"], "goes on with its own recipe"),
        (["import", "p", "s", "--labels", "none", "--csv", "t.csv"], "leave out one of them"),
        (["train", "p", "--recipe", "fashion-cnn", "--rotation", "steep"], "rotation must be a number, found 'steep'"),
        (["train", "p", "--rotation", "5", "--set", "rotation=5"], "rotation is given by --rotation and by --set"),
        (["train", "p", "--set", "batch-size=5", "--batch-size", "6"], "by --batch-size and by --set; leave out one"),
        (["train", "p", "--no-flip", "--set", "flip=1"], "flip is given by --flip and by --set"),
        (["train", "p", "--xyzzy"], "No such option: --xyzzy; see `pigeonhole train --help`."),
        (["train", "p", "--label-smothing", "0.1"], "--label-smothing (Possible options: --label-smoothing)"),
        (["--bogus"], "No such option: --bogus; see `pigeonhole --help`."),
    ],
)
def test_wrong_usage_has_status_two_and_one_line(arguments, message, capsys):
    status = entry.main(arguments)

    out, err = capsys.readouterr()
    assert status == 2
    assert message in err
    assert err.count("\n") == 1
    assert out == ""


def test_a_file_is_not_opened_as_if_it_were_a_folder(tmp_path, capsys):
    (tmp_path / "picture.png").write_bytes(b"")

    assert entry.main([str(tmp_path / "picture.png")]) == 2
    assert capsys.readouterr().err.startswith(
        "pigeonhole: expected a folder of pictures, an archive of them or a project, found the file"
    )


def test_an_archive_is_opened_in_the_window_as_a_folder_is(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(entry, "_window", lambda place: opened.append(place) or 0)
    archive = tmp_path / "x.zip"
    archive.write_bytes(b"PK")

    assert entry.main([str(archive)]) == 0
    assert opened == [str(archive)]


@pytest.mark.parametrize("command", ["info", "runs", "evaluate", "mistakes", "export", "train"])
def test_a_project_that_is_not_there_has_status_one_and_says_so_once_for_json(command, capsys, tmp_path):
    more = {"export": ["--out", str(tmp_path / "m.onnx")], "train": ["--recipe", "fashion-cnn"]}.get(command, [])
    (tmp_path / "nene.pigeonhole").mkdir()
    status = entry.main([command, str(tmp_path / "none"), *more, "--json"])

    out, err = capsys.readouterr()
    assert status == 1
    last = json.loads(out.splitlines()[-1])
    assert last["event"] == "failed"
    assert "There is no project at" in last["message"]
    assert last["message"].endswith("Did you mean nene.pigeonhole?")
    assert err == ""
    assert entry.main([command, str(tmp_path / "none"), *more]) == 1
    assert capsys.readouterr().err == f"pigeonhole: {last['message']}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--recipe", "fashion"], "fashion-cnn"),
        (["--recipe", "fashion-cnn", "--decay", "1e-4"], "decay has an effect only with schedule inverse-time"),
    ],
)
def test_what_a_project_cannot_be_trained_with_has_status_two(arguments, message, capsys, tmp_path):
    from engine.library.project import Project

    Project.create(tmp_path / "p.pigeonhole").close()

    assert entry.main(["train", str(tmp_path / "p.pigeonhole"), *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", [[], *([name] for name in sorted(COMMANDS))])
def test_each_command_explains_itself(command, capsys):
    assert entry.main([*command, "--help"]) == 0
    assert "Usage: pigeonhole" in capsys.readouterr().out


def test_the_names_known_without_the_parser_are_those_of_the_parser():
    load(None)
    registered = {
        command.name or command.callback.__name__: command.callback.__module__.rpartition(".")[2]
        for command in app.registered_commands
    }
    assert registered == COMMANDS


def test_a_command_loads_the_modules_of_no_other() -> None:
    code = """
import sys
from engine.cli.main import main
main(["devices", "--help"])
print([name for name in sys.modules if name.startswith("engine.cli") and name.endswith(("_command", "_commands"))])
print("engine.library.importers.registry" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-2:] == ["['engine.cli.training_commands']", "False"]


def test_recipes_are_listed_as_promised(capsys):
    assert entry.main(["recipes", "--json"]) == 0

    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"fashion-cnn", "traffic-sign-cnn", "photo-cnn"} <= {r["name"] for r in result["recipes"]}
    assert all(set(r) == {"name", "summary"} and r["summary"] for r in result["recipes"])


def test_every_option_of_a_training_is_listed_with_its_values(capsys):
    assert entry.main(["options"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(specs())
    for spec, line in zip(specs(), lines, strict=True):
        assert line[:21].strip() == spec.name, "what it means begins where a terminal of 80 columns shows it"
        assert f"  {spec.help} [" in line
        assert "|".join(spec.choices) in line
        if spec.kind in ("int", "float"):
            assert line.endswith(f"[{spec.minimum:.10g} to {spec.maximum:.10g}]")
    assert "stretch|crop|letterbox" in lines[2]


def sections(help_text):
    """What a command's help says of each flag, on one line each, by the head that it stands under."""
    found = {}
    for line in help_text.splitlines():
        words = line.strip()
        if words.endswith(":") and not line.startswith(" "):
            found[words[:-1]] = said = []
        elif found and words.startswith("-"):
            said.append(words)
        elif found and said and words:
            said[-1] += f" {words}"
    return found


@pytest.mark.parametrize("command", ["train", "network", "augment"])
def test_every_option_of_a_training_is_a_flag_in_the_groups_of_the_form(command, capsys):
    assert entry.main([command, "--help"]) == 0

    found = sections(capsys.readouterr().out)
    assert list(found) == ["Arguments", "Options", *dict.fromkeys(spec.group for spec in specs())]
    for group in list(found)[2:]:
        own = [spec for spec in specs() if spec.group == group]
        for spec, said in zip(own, found[group], strict=True):
            flag = f"--{spec.name.replace('_', '-')}"
            assert said.startswith(f"{flag} / --no-{flag[2:]} " if spec.kind == "bool" else f"{flag} ")
            whole = said.replace(" ", "")  # lines break at hyphens too
            assert spec.help.replace(" ", "") in whole
            assert ",".join(spec.choices) in whole
            if spec.kind in ("int", "float"):
                assert f"[{spec.minimum:.10g}to{spec.maximum:.10g}" in whole


def test_without_a_screen_one_line_says_what_to_run_instead(tmp_path, monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")

    for arguments in ([], [str(tmp_path)]):
        assert entry.main(arguments) == 1
        err = capsys.readouterr().err
        assert "There is no screen here" in err
        assert "`pigeonhole sample --headless`" in err
        assert err.count("\n") == 1


def test_a_reader_that_closes_the_pipe_is_no_failure_to_talk_about(tmp_path):
    command = f"{sys.executable} {ROOT / 'main.py'} options | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "p", "LONG"],
        ["import", "LONG", "."],
        ["import", "p", ".", "--csv", "LONG"],
        ["info", "LONG"],
        ["runs", "LONG"],
        ["classify", "LONG", ".", "--out", "x.csv"],
        ["bases", "add", "LONG"],
        ["undo", "LONG"],
        ["LONG"],
    ],
)
def test_a_name_that_is_too_long_for_the_system_is_told_in_a_sentence(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    status = entry.main([word.replace("LONG", "a" * 5000) for word in arguments])

    said = "".join(capsys.readouterr())
    assert status in (1, 2)
    assert "unexpected" not in said
    assert "Traceback" not in said
