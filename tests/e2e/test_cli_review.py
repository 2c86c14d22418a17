"""The subcommands of Review through the real `main()`."""

import csv
import json
import shutil
from pathlib import Path

import pytest

import main as entry
from engine.library import edits
from engine.library.records import Flag
from engine.models.atomic import write_json
from engine.models.bundle import read_info
from engine.models.threshold import read_threshold
from engine.training.runs.records import read_record
from tests.engine.conftest import _write_model
from tests.engine.review.conftest import make_setting


@pytest.fixture
def setting(tmp_path):
    return make_setting(tmp_path, _write_model)


@pytest.fixture
def pigeonhole(capsys):
    """Runs a command with --json that must succeed; gives the last line."""

    def run(*arguments):
        status = entry.main([*map(str, arguments), "--json"])
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert status == 0, lines[-1]
        return lines[-1]

    return run


def rows_of(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_suspects_are_listed_as_json_as_a_table_and_for_a_person(setting, tmp_path, pigeonhole, capsys):
    out = tmp_path / "suspects.csv"

    result = pigeonhole("suspects", setting.folder, "--most", 2, "--csv", out)

    assert result["rows"][0]["path"].endswith("test dark 2.png")
    assert [row["suggested"] for row in rows_of(out)] == [row["suggested"] for row in result["rows"]]
    assert entry.main(["suspects", str(setting.folder), "--most", "1"]) == 0
    shown = capsys.readouterr().out
    assert "test dark 2.png" in shown
    assert "1 of 12 labels are doubtful" in shown


def test_folds_and_a_split_together_are_refused(setting, capsys):
    assert entry.main(["suspects", str(setting.folder), "--folds", "3", "--split", "test"]) == 2
    assert "leave --split out" in capsys.readouterr().err


def test_duplicates_are_listed_and_excluded_in_one_edit(setting, tmp_path, pigeonhole, capsys):
    out = tmp_path / "duplicates.csv"
    source = next(setting.pictures.rglob("train dark 0.png"))
    shutil.copy(source, source.with_name("again.png"))
    pigeonhole("import", setting.folder, setting.pictures)

    result = pigeonhole("duplicates", setting.folder, "--exact", "--csv", out)

    assert {"train dark 0.png", "again.png"} <= {Path(row["path"]).name for row in rows_of(out)}
    assert result["groups"] >= 1
    assert entry.main(["duplicates", str(setting.folder), "--exact", "--resolve", "exclude"]) == 0
    assert "Done: Exclude" in capsys.readouterr().out
    assert pigeonhole("duplicates", setting.folder, "--exact")["groups"] == 0
    assert pigeonhole("undo", setting.folder)
    assert pigeonhole("duplicates", setting.folder, "--exact")["groups"] == result["groups"]


def test_a_prediction_is_explained_with_a_picture_and_cells_to_read(setting, tmp_path, pigeonhole, capsys):
    out = tmp_path / "maps.csv"

    result = pigeonhole("explain", setting.folder, "test dark 2.png", "--out", tmp_path / "maps", "--csv", out)

    assert [row["class"] for row in result["rows"]] == ["light", "dark"]
    assert all(Path(row["file"]).is_file() for row in result["rows"])
    assert len(rows_of(out)) == 2 * 49
    assert entry.main(["explain", str(setting.folder), "test dark 0.png", "--class", "dark"]) == 0
    alone = capsys.readouterr().out
    assert "speaks for the class the most" in alone
    assert "rather than" not in alone
    assert entry.main(["explain", str(setting.folder), "test dark 2.png"]) == 0
    assert "rather than the other classes" in capsys.readouterr().out, "prediction and label are told from each other"
    assert entry.main(["explain", str(setting.folder), "test dark 0.png", "--class", "blue"]) == 2


def test_two_runs_are_compared(setting, tmp_path, pigeonhole, capsys):
    first, out = setting.run().folder, tmp_path / "compared.csv"
    second = first.with_name("29991231-000000-second")
    shutil.copytree(first, second)
    write_json(second / "run.json", {**read_record(first), "created": "2999-12-31T00:00:00+00:00"})

    result = pigeonhole("compare", setting.folder, "--csv", out)

    assert (result["before"], result["after"]) == (first.name, second.name)
    assert (result["fixed"], result["made"], result["kept"], result["p_value"]) == (0, 0, 1, 1.0)
    assert [row["change"] for row in rows_of(out)] == ["kept"]
    assert entry.main(["compare", str(setting.folder), "--before", second.name, "--after", first.name]) == 0
    assert "McNemar's exact test p = 1" in capsys.readouterr().out


def test_a_run_is_calibrated_and_evaluated_with_its_temperature(setting, tmp_path, pigeonhole, capsys):
    for number in range(6):
        setting.add(split="validation", dark=110 + 8 * number, light=150 - 8 * number)
    before = pigeonhole("evaluate", setting.folder, "--split", "validation")
    out = tmp_path / "coverage.csv"

    result = pigeonhole("calibrate", setting.folder, "--accuracy", 0.8, "--csv", out)

    after = pigeonhole("evaluate", setting.folder, "--split", "validation")
    assert read_info(setting.run().folder / "model.onnx").temperature == result["temperature"] != 1
    assert after["accuracy"] == before["accuracy"]
    assert float(rows_of(out)[-1]["coverage"]) == 1
    assert entry.main(["calibrate", str(setting.folder)]) == 0
    assert "expected calibration error" in capsys.readouterr().out


def test_a_threshold_is_kept_for_classify(setting, pigeonhole, capsys):
    for number in range(6):
        setting.add(split="validation", dark=110 + 8 * number, light=150 - 8 * number)

    result = pigeonhole("calibrate", setting.folder, "--accuracy", 0.8, "--keep")

    kept = read_threshold(setting.run().folder / "model.onnx")
    assert kept is not None
    assert (kept.confidence, kept.coverage) == (result["threshold"], result["coverage"])
    assert kept.accuracy >= 0.8
    pigeonhole("calibrate", setting.folder, "--accuracy", 0.8)
    assert read_threshold(setting.run().folder / "model.onnx") is None, "confidences mean something else now"


def test_fixes_need_the_run_whose_split_is_kept(setting, capsys):
    assert entry.main(["train", str(setting.folder), "--recipe", "fashion-cnn", "--fixes"]) == 2
    assert "--repeat" in capsys.readouterr().err


def test_duplicates_are_also_what_a_model_sees_alike(setting, pigeonhole):
    plain = pigeonhole("duplicates", setting.folder, "--similarity", 0.95)
    seen = pigeonhole("duplicates", setting.folder, "--similarity", 0.95, "--run", setting.run().name)

    assert seen["images"] > plain["images"]
    assert "alike" in {row["kind"] for row in seen["rows"]}


def test_a_project_without_duplicates_says_so(setting, capsys):
    with setting.project(write=True) as project:
        edits.set_flag(project, [setting.ids()["test dark 2.png"]], Flag.EXCLUDED)

    assert entry.main(["duplicates", str(setting.folder), "--exact"]) == 0
    assert "No two of 19 images show the same;" in capsys.readouterr().out


def test_a_file_that_is_no_picture_cannot_be_explained(setting, tmp_path, capsys):
    (tmp_path / "words.txt").write_text("no picture", "utf-8")
    assert entry.main(["explain", str(setting.folder), str(tmp_path / "words.txt")]) == 1
    assert "None of these images could be explained: not an image." in capsys.readouterr().err


def test_a_report_ends_in_html(setting, tmp_path, capsys):
    assert entry.main(["evaluate", str(setting.folder), "--report", str(tmp_path / "a.pdf")]) == 2
    assert "made in the window" in capsys.readouterr().err


def test_the_scores_of_the_classes_are_a_table_and_all_that_was_held_out_can_be_scored(
    setting, tmp_path, pigeonhole, capsys
):
    out = tmp_path / "classes.csv"

    result = pigeonhole("evaluate", setting.folder, "--split", "all", "--csv", out)

    assert (result["images"], result["csv"]) == (12, str(out))
    assert [(row["name"], float(row["f1"]), row["support"]) for row in rows_of(out)] == [
        (c["name"], c["f1"], str(c["support"])) for c in result["classes"]
    ]
    assert entry.main(["evaluate", str(setting.folder), "--split", "all"]) == 0
    assert "on all 12 images that the run did not learn from; 1 misclassified." in capsys.readouterr().out
    assert pigeonhole("mistakes", setting.folder, "--split", "all")["mistakes"] == 1
    assert entry.main(["evaluate", str(setting.folder), "--csv", str(tmp_path / "none" / "a.csv")]) == 2
    assert "The scores cannot be written to" in capsys.readouterr().err


def test_explaining_very_many_images_is_announced(setting, monkeypatch, capsys):
    monkeypatch.setattr("engine.review.explain.job.MANY", 2)

    assert entry.main(["explain", str(setting.folder), "test dark"]) == 0
    assert "3 images are meant: this takes its time" in capsys.readouterr().err
    assert entry.main(["explain", str(setting.folder), "test dark 1"]) == 0
    assert "takes its time" not in capsys.readouterr().err


def test_images_are_laid_out_as_a_map(setting, tmp_path, pigeonhole, capsys):
    out = tmp_path / "map.csv"

    result = pigeonhole("map", setting.folder, "--csv", out)

    assert (result["method"], result["images"]) == ("pca", 20)
    assert len(result["x"]) == len(result["y"]) == len(result["image_ids"]) == 20
    assert [float(row["x"]) for row in rows_of(out)] == result["x"]
    assert entry.main(["map", str(setting.folder)]) == 0
    assert "20 images laid out by pca" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["suspects", "duplicates", "explain", "compare", "calibrate", "map"])
def test_a_project_that_is_not_there_has_status_one(command, tmp_path, capsys):
    more = ["a.png"] if command == "explain" else []

    assert entry.main([command, str(tmp_path / "none"), *more, "--json"]) == 1
    assert "There is no project at" in json.loads(capsys.readouterr().out.splitlines()[-1])["message"]
