"""Pictures unlike anything that the model was trained on, through a whole batch: told apart from unsure ones."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.batch.ensemble import Ensemble
from engine.batch.outputs.journal import journal_path
from engine.batch.params import AdoptParams, ClassifyParams, SaveParams
from engine.batch.results import ALL, UNLIKE, UNSURE, Results, RowFilter, arrived
from engine.batch.saved_results.adopting import adopt
from engine.batch.saved_results.folder import begin
from engine.batch.saved_results.outputs import save_results
from engine.batch.saved_results.stored import read_block, tells_novelty
from engine.batch.sorting.folder_names import folder_names
from engine.cli.main import main
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from tests.engine.similarity.test_novelty import coloured, greys, taught

RED = ("red 0.png", "red 1.png")
GREY = ("dark.png", "grey.png", "middle.png")  # the last is between the classes: unsure


@pytest.fixture
def model(tmp_path, write_model):
    path = write_model(tmp_path / "model.onnx", classes=("dark", "grey", "light"))
    assert taught(path, greys(80, 0), greys(200, 1)) is not None
    return path


@pytest.fixture
def pictures(tmp_path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, value in zip(GREY, (40, 127, 66), strict=True):
        Image.new("RGB", (8, 8), (value,) * 3).save(folder / name)
    for name, pixels in zip(RED, coloured(2), strict=True):
        Image.fromarray(pixels).save(folder / name)
    return folder


def test_a_table_tells_them_apart_from_unsure_ones(tmp_path, pictures, run, rows_of):
    result = run(pictures, out=str(tmp_path / "out.csv"), threshold=0.7)
    assert (result["images"], result["unlike"]) == (5, 2)
    rows = {Path(row["path"]).name: row for row in rows_of(tmp_path / "out.csv")}
    assert {name for name, row in rows.items() if row["unlike"] == "yes"} == set(RED)
    assert all((float(row["novelty"]) > 1) == (row["unlike"] == "yes") for row in rows.values())
    unsure = {name for name, row in rows.items() if row["unsure"] == "yes"}
    assert unsure == {"middle.png"}, "what is unlike anything is not merely unsure"
    assert result["unsure"] == 1


def test_a_model_that_does_not_tell_has_no_such_column(tmp_path, pictures, write_model, run, rows_of):
    silent = write_model(tmp_path / "silent.onnx")
    result = run(pictures, model=str(silent), out=str(tmp_path / "out.csv"))
    assert result["unlike"] == 0
    assert not {"unlike", "novelty"} & rows_of(tmp_path / "out.csv")[0].keys()


def test_json_lines_and_parquet_tell_the_same(tmp_path, pictures, run, rows_of):
    run(pictures, out=str(tmp_path / "out.csv"))
    run(pictures, out=str(tmp_path / "out.jsonl"))
    table = {row["path"]: row for row in rows_of(tmp_path / "out.csv")}
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {r["path"]: (r["unlike"], f"{r['novelty']:.6f}") for r in lines} == {
        path: (row["unlike"] == "yes", row["novelty"]) for path, row in table.items()
    }
    if importlib.util.find_spec("pyarrow") is None:
        pytest.skip("pyarrow is not installed: Parquet was not looked at")
    import pyarrow.parquet as pq

    run(pictures, out=str(tmp_path / "out.parquet"))
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert {r["path"]: r["unlike"] for r in found} == {path: row["unlike"] == "yes" for path, row in table.items()}
    assert [r["novelty"] for r in found] == pytest.approx([float(table[r["path"]]["novelty"]) for r in found], abs=1e-5)


def test_they_are_sorted_into_a_folder_of_their_own(tmp_path, pictures, run):
    result = run(pictures, sort_into=str(tmp_path / "sorted"), threshold=0.7)
    assert result["unlike"] == 2
    found = {p.name: p.parent.name for p in (tmp_path / "sorted").rglob("*.png")}
    assert {name for name, folder in found.items() if folder == "unlike-anything"} == set(RED)
    assert found["middle.png"] == "unsure"
    assert folder_names(["unlike-anything"]) == {"unlike-anything": "unlike-anything (2)"}, (
        "a class of that name is another folder"
    )


def test_a_batch_that_was_killed_goes_on_with_the_same_rows(tmp_path, pictures, run):
    whole, torn = tmp_path / "whole.csv", tmp_path / "torn.csv"
    run(pictures, out=str(whole))
    run(pictures, out=str(torn))
    journal = journal_path(torn)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:4]) + lines[4][:9])  # its first line, three rows and a torn one
    result = run(pictures, out=str(torn), resume=True)
    assert torn.read_bytes() == whole.read_bytes()
    assert (result["unlike"], result["resumed"]) == (2, 3)


def test_the_journal_of_an_older_program_is_gone_on_with(tmp_path, pictures, write_model, run):
    silent, out = write_model(tmp_path / "silent.onnx"), tmp_path / "out.csv"
    run(pictures, model=str(silent), out=str(out))
    assert b"novelty" not in journal_path(out).read_bytes(), "its first line must be that of an older program"
    assert run(pictures, model=str(silent), out=str(out), resume=True)["resumed"] == 5


def test_several_models_say_it_in_the_mean_of_those_that_know(tmp_path, model, write_model):
    silent = write_model(tmp_path / "silent.onnx", classes=("dark", "grey", "light"))
    alone, both = Ensemble([model]), Ensemble([model, silent], flips=False)
    pixels = [np.concatenate([coloured(3), greys(3, 4)])]
    assert alone.tells_novelty
    assert both.tells_novelty
    one, mean = alone.answer(pixels).novelty, both.answer(pixels).novelty
    assert one is not None
    assert mean is not None
    np.testing.assert_allclose(mean, one)
    assert Ensemble([silent]).answer(pixels).novelty is None


def test_the_summary_page_counts_them(tmp_path, pictures, run):
    run(pictures, summary=str(tmp_path / "page.html"))
    assert "unlike anything it was trained on" in (tmp_path / "page.html").read_text("utf-8")


def test_the_command_line_says_it_in_words_and_as_data(tmp_path, pictures, model, capsys):
    assert main(["classify", str(model), str(pictures), "--out", str(tmp_path / "out.csv")]) == 0
    assert "2 unlike anything it was trained on" in capsys.readouterr().out
    assert main(["classify", str(model), str(pictures / RED[0])]) == 0
    assert "(unlike anything it was trained on)" in capsys.readouterr().out
    assert main(["classify", str(model), str(pictures / GREY[0])]) == 0
    assert "unlike" not in capsys.readouterr().out
    assert main(["classify", str(model), str(pictures), "--out", str(tmp_path / "out.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["unlike"] == 2
    assert main(["model", str(model)]) == 0
    assert "tells what is unlike anything it was trained on" in capsys.readouterr().out


# What the window keeps


@pytest.fixture
def kept(tmp_path, pictures, run, model):
    classes = ("dark", "grey", "light")
    kept = begin(tmp_path / "kept", ClassifyParams(str(model), (str(pictures),), ""), classes)
    run(pictures, out=str(kept.rows))
    return kept


def results_of(kept) -> Results:
    results = Results(kept.classes)
    results.take(arrived(read_block(kept.rows, 0, kept.classes)))
    return results


def test_kept_results_count_and_filter_them_until_a_person_says_what_they_are(kept):
    results = results_of(kept)
    unlike = list(results.passing(RowFilter(UNLIKE)))
    assert len(unlike) == sum(results.unlike_counts()) == 2
    filed = [list(results.passing(RowFilter(cls=cls, threshold=0))) for cls in range(len(results.names))]
    assert [len(rows) for rows in filed] == results.filed_counts(0), "no class gets them"
    assert not set(unlike) & {row for rows in filed for row in rows}
    assert len(results.passing(RowFilter(ALL))) == 5
    for threshold in (0, 40, 70, 100):
        unsure = results.passing(RowFilter(UNSURE, threshold=threshold))
        assert len(unsure) == results.unsure(threshold) == sum(results.unsure_counts(threshold))
        assert not set(unsure) & set(unlike)
    assert sum(results.histogram()) == 5
    assert results.confidences_of(unlike) == (0, [2] + [0] * 100)
    results.label(unlike[:1], 0)
    assert (sum(results.unlike_counts()), list(results.passing(RowFilter(UNLIKE)))) == (1, unlike[1:])
    results.label(unlike[:1], None)
    assert sum(results.unlike_counts()) == 2


def test_a_file_that_changed_while_it_was_watched_counts_once(kept):
    results = Results(kept.classes, newest=True)
    block = read_block(kept.rows, 0, kept.classes)
    results.take(arrived(block))
    results.take(arrived(block))  # all files once more, as a watched folder may have them
    assert (sum(results.unlike_counts()), len(results.passing(RowFilter(UNLIKE)))) == (2, 2)


def test_a_saved_table_tells_them_and_no_more_those_that_a_person_named(tmp_path, kept, rows_of):
    from engine.batch.saved_results.folder import add_labels

    assert tells_novelty(kept.rows)
    unlike = list(results_of(kept).passing(RowFilter(UNLIKE)))
    add_labels(kept, 1, unlike[:1], "grey")
    params = SaveParams(str(kept.folder), str(tmp_path / "out.csv"), "csv", kept.classes, (), 1, 0.7)
    save_results(params, emit=lambda event: None, cancel=Cancel())
    rows = rows_of(tmp_path / "out.csv")
    assert [n for n, row in enumerate(rows) if row["unlike"] == "yes"] == unlike[1:]
    assert rows[unlike[0]]["label"] == "grey"


def test_they_become_no_labels_of_a_project_however_sure_the_model_is(tmp_path, kept, pictures):
    project = Project.create(tmp_path / "new.pigeonhole")
    params = AdoptParams(str(kept.folder), kept.classes, (str(pictures),), True, 0.0, 5)
    result = adopt(params, emit=lambda event: None, cancel=Cancel(), project=project)
    assert (result["images"], result["labelled"]) == (5, 3)
    images = query.images(project, query.image_ids(project, query.Filter()))
    assert {i.path for i in images if i.class_id is None} == set(RED)
    project.close()
