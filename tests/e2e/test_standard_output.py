"""`-` means standard output wherever a command writes text, and is refused in a sentence wherever it writes none."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
import typer
from PIL import Image

import main as entry
from engine.cli.app import app
from tests.engine.conftest import _write_model
from tests.engine.review.conftest import make_setting

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return make_setting(tmp_path, _write_model)


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return _write_model(tmp_path / "model.onnx")


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, value in (("a", 3), ("b", 250)):
        Image.new("L", (9, 9), value).save(folder / f"{name}.png")
    (folder / "c.png").write_text("no picture")
    return folder


def no_file_is_called_dash():
    return not Path("-").exists() and not Path("-.problems.csv").exists()


def test_predictions_go_to_standard_output_and_all_words_to_standard_error(model, pictures, capsys):
    assert entry.main(["classify", str(model), str(pictures), "--out", "-"]) == 0

    told = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert [(Path(row["path"]).name, row["class"]) for row in rows] == [("a.png", "dark"), ("b.png", "light")]
    assert "c.png: not an image" in told.err
    assert "Predictions: standard output" in told.err
    assert no_file_is_called_dash()


def test_predictions_go_through_a_pipe_as_json_lines(model, pictures, tmp_path):
    words = ["classify", str(model), str(pictures), "--out", "-", "--form", "jsonl"]
    done = subprocess.run([sys.executable, ROOT / "main.py", *words], capture_output=True, text=True, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row.get("class", row.get("problem")) for row in rows] == ["dark", "light", "not an image"]


def test_a_reader_that_is_gone_is_told_in_one_sentence(model, pictures, tmp_path):
    for number in range(3000):
        (pictures / f"d{number}.png").write_bytes((pictures / "a.png").read_bytes())
    words = ["classify", str(model), str(pictures), "--out", "-"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, ROOT / "main.py", *words], cwd=tmp_path, text=True, **pipes) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()

    assert process.returncode == 1
    assert errors.splitlines()[-1] == "pigeonhole: Nobody reads the predictions any more; the rest was not classified."


def test_one_picture_is_answered_without_an_output(model, pictures, capsys):
    assert entry.main(["classify", str(model), str(pictures / "a.png"), "--top", "2"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split()[0] == "dark"
    assert first.endswith(" %")
    assert second.split()[0] == "light"

    assert entry.main(["classify", str(model), str(pictures / "a.png"), "--json"]) == 0
    *events, result = map(json.loads, capsys.readouterr().out.splitlines())
    (row,) = next(event["rows"] for event in events if event["event"] == "classified")
    assert row[1] == "dark"
    assert result["top"][0][0] == "dark"
    assert result["out"] is None
    assert no_file_is_called_dash()


def test_one_picture_that_cannot_be_used_fails_with_its_reason(model, pictures, capsys):
    assert entry.main(["classify", str(model), str(pictures / "c.png")]) == 1
    assert capsys.readouterr().err.splitlines()[-1].endswith("c.png cannot be classified: not an image.")


def test_several_pictures_need_an_output(model, pictures, capsys):
    assert entry.main(["classify", str(model), str(pictures / "a.png"), str(pictures / "b.png")]) == 2
    assert "- for standard output" in capsys.readouterr().err
    assert entry.main(["classify", str(model), str(pictures)]) == 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--out", "-", "--json"], "--json and --out - cannot both go to standard output"),
        (["--out", "-", "--resume"], "cannot be resumed"),
        (["--out", "-", "--form", "parquet"], "no text for standard output"),
        (["--out", "-", "--summary", "-"], "--summary makes no text for standard output"),
        (["--into", "-"], "--into makes no text for standard output"),
    ],
)
def test_what_cannot_go_to_standard_output_is_said(model, pictures, capsys, more, words):
    assert entry.main(["classify", str(model), str(pictures), *more]) == 2
    told = capsys.readouterr()
    assert words in told.out + told.err
    assert no_file_is_called_dash()


# Every option that names what a command writes, with words that make the command do so.
TEXTS = {
    ("evaluate", "--csv"): ["PROJECT"],
    ("evaluate", "--report"): ["PROJECT"],
    ("mistakes", "--csv"): ["PROJECT"],
    ("suspects", "--csv"): ["PROJECT"],
    ("duplicates", "--csv"): ["PROJECT"],
    ("explain", "--csv"): ["PROJECT", "test dark 2.png"],
    ("map", "--csv"): ["PROJECT"],
    ("export-labels", "--out"): ["PROJECT"],
}
OTHERS = {
    ("explain", "--out"): ["PROJECT", "test dark 2.png"],
    ("export", "--out"): ["PROJECT"],
    ("export-labels --format folders", "--out"): ["PROJECT"],
    ("augment --recipe quick", "--out"): ["PICTURE"],
    ("sample --headless", "--out"): [],
}
OF_CLASSIFY = {("classify", "--out"), ("classify", "--into"), ("classify", "--summary")}
# They need more images, or more runs, than there are here; that they know `-` is seen by what they refuse.
LARGER = {("calibrate", "--csv"), ("compare", "--csv"), ("suggest", "--csv")}


def words_of(command, option, arguments, setting):
    picture = next(setting.pictures.rglob("*.png"))
    places = {"PROJECT": str(setting.folder), "PICTURE": str(picture)}
    return [*command.split(), *(places.get(word, word) for word in arguments), option, "-"]


@pytest.mark.parametrize(("command", "option"), TEXTS)
def test_text_goes_to_standard_output_alone(setting, capsys, command, option):
    words = words_of(command, option, TEXTS[command, option], setting)

    assert entry.main(words) == 0

    told = capsys.readouterr()
    if option == "--report":
        assert told.out.lower().startswith("<!doctype html>")
        assert told.out.rstrip().endswith("</html>")
    else:
        table = list(csv.reader(io.StringIO(told.out)))
        assert len({len(row) for row in table}) == 1, "nothing but the table"
    assert "standard output" in told.err
    assert entry.main([*words, "--json"]) == 2
    assert no_file_is_called_dash()


@pytest.mark.parametrize(("command", "option"), sorted(LARGER))
def test_a_table_and_json_cannot_share_standard_output(setting, capsys, command, option):
    assert entry.main([command, str(setting.folder), option, "-", "--json"]) == 2
    assert f"--json and {option} - cannot both go to standard output" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "option"), OTHERS)
def test_what_is_no_text_is_refused(setting, capsys, command, option):
    assert entry.main(words_of(command, option, OTHERS[command, option], setting)) == 2

    assert f"{option} makes no text for standard output" in capsys.readouterr().err
    assert no_file_is_called_dash()


def test_every_option_that_names_an_output_is_tested_here():
    inputs = {("import", "--csv"), ("import", "--names")}
    found = set()
    for name, command in typer.main.get_command(app).commands.items():
        for option in command.params:
            if isinstance(option, click.Option | typer.core.TyperOption):
                flags = {"--out", "--csv", "--report", "--summary", "--into"} & set(option.opts)
                found |= {(name, flag) for flag in flags}
    tested = {(command.split()[0], option) for command, option in [*TEXTS, *OTHERS]} | OF_CLASSIFY | LARGER
    assert found - inputs == tested


@pytest.mark.parametrize("name", ["gone.png", "gone.zip", "gone"])
def test_a_source_that_is_not_there_is_told_before_a_file_for_predictions_is_asked_for(
    name: str, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(["classify", str(model), name]) == 1
    assert capsys.readouterr().err == f"pigeonhole: There is no folder or file {name}; check the path.\n"
