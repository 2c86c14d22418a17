"""Every form holds the same results, can be killed at any instant, and goes on behind its last row."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.batch.outputs.journal import OutputColumns
from engine.batch.outputs.tables import OUTPUTS, CsvOutput, JsonLinesOutput, OutputForm
from engine.errors import EngineError, JobCancelled, ModelError, SourceError, UsageError
from engine.events import Classified, Progress
from engine.jobs.job import Cancel
from engine.models.predictor import Predictor

ROOT = Path(__file__).resolve().parents[3]
FORMS = [
    "csv",
    "jsonl",
    "submission",
    pytest.param(
        "parquet",
        marks=pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed"),
    ),
]


@pytest.fixture
def troubled(pictures):
    """The pictures, with some among them that cannot be used."""
    for number in (0, 20, 59):
        next(pictures.rglob(f"{number:03}.png")).with_name(f"{number:03}a.png").write_bytes(b"no picture")
    return pictures


@pytest.fixture
def read(rows_of):
    """The rows of any form as (path, class, problem), whatever it writes; for submission (number, class)."""

    def rows(form, out):
        if form == "csv":
            good = [(r["path"], r["class"], None) for r in rows_of(out)]
            problems = out.with_name(f"{out.stem}.problems.csv")
            return good + [(r["path"], "", r["reason"]) for r in rows_of(problems)]
        if form == "jsonl":
            records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
            return [(r["path"], r.get("class", ""), r.get("problem")) for r in records]
        if form == "parquet":
            import pyarrow.parquet as pq

            return [(r["path"], r["class"] or "", r["problem"]) for r in pq.read_table(out).to_pylist()]
        return [(r["index"], r["answer value"]) for r in rows_of(out)]

    return rows


def test_json_lines_hold_problems_in_their_place(tmp_path, run, troubled):
    out = tmp_path / "out.jsonl"
    run(troubled, out=str(out), top=2, all_classes=True, threshold=0.5)

    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [r["path"] for r in records] == [str(p) for p in sorted(troubled.rglob("*.png"))]
    assert len([r for r in records if "problem" in r]) == 3
    good = next(r for r in records if "class" in r)
    assert set(good) == {"path", "class", "confidence", "top", "unsure", "probabilities", "model"}
    assert good["top"][0] == [good["class"], good["confidence"]]
    assert list(good["probabilities"]) == ["dark", "grey", "light"]
    assert good["model"].startswith("by-hand@")


def test_a_submission_numbers_the_images_and_their_classes(tmp_path, run, troubled, read, model):
    run(troubled, out=str(tmp_path / "out.csv"), form="submission")

    rows = read("submission", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().startswith("index,answer value\n0,0\n")
    assert [int(number) for number, _ in rows] == list(range(63))
    files = sorted(troubled.rglob("*.png"))
    probabilities, problems = Predictor(model).predict_files(files)
    best = ["" if i in problems else str(p.argmax()) for i, p in enumerate(probabilities)]
    assert [answer for _, answer in rows] == best


def test_parquet_holds_lists_and_metadata(tmp_path, run, troubled):
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    run(troubled, out=str(tmp_path / "out.parquet"), top=2, all_classes=True)

    table = pq.read_table(tmp_path / "out.parquet")
    assert json.loads(table.schema.metadata[b"classes"]) == ["dark", "grey", "light"]
    row = table.to_pylist()[0]
    assert row["top"][0]["class"] == row["class"]
    assert sum(row["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert not (tmp_path / "out.parquet.parts").exists()


def test_parquet_keeps_names_that_are_not_unicode(tmp_path, run, pictures):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from engine.batch.outputs.parquet import from_text, to_text

    assert from_text(to_text("d\udce9j\\x41.png")) == "d\udce9j\\x41.png"
    next(pictures.rglob("*.png")).rename(pictures / b"d\xe9j.png".decode("utf-8", "surrogateescape"))
    run(pictures, out=str(tmp_path / "out.parquet"))
    assert run(pictures, out=str(tmp_path / "out.parquet"), resume=True)["resumed"] == 60


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, run, pictures, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="pip install pyarrow"):
        run(pictures, out=str(tmp_path / "out.parquet"))


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_that_was_stopped_goes_on_behind_its_last_row(tmp_path, run, troubled, read, form):
    whole, out = tmp_path / "whole", tmp_path / "out"
    complete = run(troubled, out=str(whole), form=form)
    cancel = Cancel()
    with pytest.raises(JobCancelled):
        run(troubled, out=str(out), form=form, batch_size=8, cancel=cancel, emit=lambda e: cancel.set())

    result = run(troubled, out=str(out), form=form, resume=True)

    assert read(form, out) == read(form, whole)
    assert 0 < result["resumed"] < 63
    assert {k: result[k] for k in ("images", "problems", "classes")} == {
        k: complete[k] for k in ("images", "problems", "classes")
    }


@pytest.mark.parametrize("form", ["csv", "jsonl", "submission"])
def test_a_torn_last_line_is_cut_and_written_again(tmp_path, run, troubled, read, form):
    whole, out = tmp_path / "whole", tmp_path / "out"
    run(troubled, out=str(whole), form=form)
    run(troubled, out=str(out), form=form)
    expected, problems = read(form, whole), out.with_name("out.problems.csv")
    data, bad = whole.read_bytes(), problems.read_bytes() if problems.exists() else b""

    for kept in (*range(0, 40), *range(40, len(data), 97), len(data) - 1, len(data)):
        out.write_bytes(data[:kept])
        if bad:
            problems.write_bytes(bad)
        run(troubled, out=str(out), form=form, resume=True)
        assert read(form, out) == expected


@pytest.mark.parametrize("form", [form for form in FORMS if form != "jsonl"])
def test_a_journal_that_is_torn_anywhere_gives_the_same_output(tmp_path, run, troubled, form):
    """The output is too long then, too short, or cannot be read at all."""
    whole, out = tmp_path / "whole", tmp_path / "out"
    run(troubled, out=str(whole), form=form, top=2, all_classes=True, threshold=0.6)
    expected, journal = whole.read_bytes(), whole.with_name("whole.rows.jsonl").read_bytes()
    problems = whole.with_name("whole.problems.csv")
    first = journal.index(b"\n") + 1

    for kept in (0, 9, first, first + 1, *range(first + 40, len(journal), 1300), len(journal) - 1, len(journal)):
        out.with_name("out.rows.jsonl").write_bytes(journal[:kept])
        out.write_bytes(expected + b"more" if kept % 2 else expected[: kept // 2])
        if problems.exists():
            out.with_name("out.problems.csv").write_bytes(problems.read_bytes()[: kept // 2])
        result = run(troubled, out=str(out), form=form, top=2, all_classes=True, threshold=0.6, resume=True)
        assert (result["images"], result["problems"]) == (60, 3)
        if form == "parquet":
            import pyarrow.parquet as pq

            assert pq.read_table(out).equals(pq.read_table(whole))
            continue
        assert out.read_bytes() == expected
        assert out.with_name("out.problems.csv").read_bytes() == problems.read_bytes()
    assert out.with_name("out.rows.jsonl").read_bytes() == journal


def test_a_table_that_is_whole_is_not_touched_by_resuming(tmp_path, run, pictures):
    out = tmp_path / "out.csv"
    run(pictures, out=str(out))
    os.utime(out, (1, 1))

    run(pictures, out=str(out), resume=True)

    assert out.stat().st_mtime == 1


@pytest.mark.parametrize("form", [form for form in FORMS if form != "jsonl"])
def test_an_output_of_an_older_version_is_said_not_to_be_resumable_and_stays(tmp_path, run, pictures, form):
    """It has no journal: it wrote no other file, or parts of a Parquet file."""
    out = tmp_path / "out"
    if form == "parquet":
        (tmp_path / "out.parts").mkdir()
        (tmp_path / "out.parts" / "part-000000.parquet").write_bytes(b"rows")
    else:
        out.write_bytes(b"path,class,confidence,model\n")

    with pytest.raises(
        SourceError, match=r"no out\.rows\.jsonl beside it\. An older version .* begin anew instead of resuming"
    ):
        run(pictures, out=str(out), form=form, resume=True)

    assert not (tmp_path / "out.rows.jsonl").exists()
    assert [
        p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and p.name in ("out", "part-000000.parquet")
    ] in (
        [b"rows"],
        [b"path,class,confidence,model\n"],
    )
    assert run(pictures, out=str(out), form=form)["images"] == 60


def test_json_lines_of_an_older_version_are_resumed(tmp_path, run, pictures):
    out = tmp_path / "out.jsonl"
    first = min(pictures.rglob("*.png"))
    row = {"path": str(first), "class": "dark", "confidence": 0.9, "top": [["dark", 0.9]], "model": "m"}
    out.write_text(json.dumps(row) + "\n")

    result = run(pictures, out=str(out), resume=True)

    assert (result["resumed"], result["images"]) == (1, 60)
    assert json.loads(out.read_text().splitlines()[0]) == row
    assert not out.with_name("out.jsonl.rows.jsonl").exists()


def test_problems_that_cannot_be_written_are_told_and_nothing_is_lost(tmp_path, run, troubled, read):
    whole, out = tmp_path / "whole", tmp_path / "out"
    next(troubled.rglob("000a.png")).unlink()  # the first problem comes after the first rows
    run(troubled, out=str(whole))
    problems = out.with_name("out.problems.csv")

    def take_its_name(event):
        problems.mkdir(exist_ok=True)

    with pytest.raises(EngineError, match=r"problems\.csv cannot be written: there is a folder of that name"):
        run(troubled, out=str(out), batch_size=4, emit=take_its_name)
    problems.rmdir()

    run(troubled, out=str(out), resume=True)

    assert read("csv", out) == read("csv", whole)


@pytest.mark.parametrize("stage", ["journal", "parquet", "summary"])
def test_a_disk_that_is_full_in_any_stage_is_told_in_one_sentence_and_nothing_is_lost(
    tmp_path, run, troubled, read, stage
):
    """A limit on the size of files stands for the disk; it fails in the same call."""
    resource = pytest.importorskip("resource", reason="limits are those of POSIX")
    form = "parquet" if stage == "parquet" else "csv"
    if form == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    whole, out = tmp_path / "whole", tmp_path / "out"
    page = {"summary": str(tmp_path / "page.html")} if stage == "summary" else {}
    run(troubled, out=str(whole), form=form)
    journal, before = out.with_name("out.rows.jsonl"), resource.getrlimit(resource.RLIMIT_FSIZE)
    size = {"journal": 3000, "parquet": 100, "summary": 100}[stage]

    def fill(event):
        last = isinstance(event, Progress) and event.done == 63
        if last or stage == "journal":
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    try:
        with pytest.raises(EngineError, match=r"cannot be written.*: (no space left|file too large)") as told:
            run(troubled, out=str(out), form=form, batch_size=4, emit=fill, **page)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert str(told.value).count(". ") == 0
    rows = journal.read_bytes().count(b"\n") - 1

    result = run(troubled, out=str(out), form=form, resume=True, **page)

    assert result["resumed"] == rows > 0
    assert read(form, out) == read(form, whole)
    assert not list(tmp_path.glob(".*.unfinished"))


@pytest.mark.parametrize("form", ["csv", "submission"])
def test_a_pipe_gets_its_rows_as_they_come_and_no_journal(tmp_path, run, pictures, form):
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    pipe, found = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    run(pictures, out=str(pipe), form=form)
    reader.join()

    run(pictures, out=str(tmp_path / "out"), form=form)
    assert found == [(tmp_path / "out").read_bytes()]
    assert {p.name for p in tmp_path.iterdir() if p.is_file() and p.suffix == ".jsonl"} == {"out.rows.jsonl"}
    with pytest.raises(UsageError, match="is no file; name one"):
        run(pictures, out=str(pipe), form=form, resume=True)


def test_zeros_that_a_power_cut_left_are_cut(tmp_path, run, troubled, read):
    out = tmp_path / "out.csv"
    run(troubled, out=str(out))
    expected, data = read("csv", out), out.read_bytes()
    zeros = bytes(512) + b"\n"
    out.write_bytes(data[: len(data) // 2].rpartition(b"\n")[0] + b"\n" + zeros)
    journal = out.with_name("out.csv.rows.jsonl")
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:30]) + zeros)

    run(troubled, out=str(out), resume=True)

    assert read("csv", out) == expected


def test_paths_with_line_breaks_and_quotes_are_found_again(tmp_path, run, pictures, rows_of):
    first = next(pictures.rglob("*.png"))
    first.rename(first.with_name('a "quoted",\nbroken\rname.png'))
    out = tmp_path / "out.csv"
    run(pictures, out=str(out))
    before = rows_of(out)

    result = run(pictures, out=str(out), resume=True)

    assert result["resumed"] == 60
    assert rows_of(out) == before


def test_new_files_behind_the_last_row_are_added_to_a_complete_output(tmp_path, run, pictures, rows_of):
    out = tmp_path / "out.csv"
    run(pictures, out=str(out))
    Image.new("L", (5, 5), 255).save(pictures / "part 2" / "déjà vu 鳩" / "999.png")

    result = run(pictures, out=str(out), resume=True)

    assert (result["resumed"], result["images"]) == (60, 61)
    assert len(rows_of(out)) == 61


def test_an_output_of_another_input_or_model_is_not_resumed(tmp_path, run, pictures, write_model):
    out = tmp_path / "out.csv"
    run(pictures, out=str(out))
    before = out.read_bytes()

    with pytest.raises(SourceError, match="cannot be resumed"):
        run(pictures / "part 1", out=str(out), resume=True)
    with pytest.raises(SourceError, match="other columns"):
        run(pictures, out=str(out), resume=True, top=2)
    with pytest.raises(UsageError, match="name it with --out"):
        run(pictures, resume=True)
    assert out.read_bytes() == before


def test_files_that_are_gone_meanwhile_keep_their_rows(tmp_path, run, pictures, rows_of):
    out = tmp_path / "out.csv"
    run(pictures, out=str(out))
    for path in list(pictures.rglob("*.png"))[::7]:
        path.unlink()

    assert run(pictures, out=str(out), resume=True)["resumed"] == 60
    assert len(rows_of(out)) == 60


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_that_is_killed_goes_on_behind_its_last_row(tmp_path, run, troubled, read, model, form):
    """The short form of `tests/stress`."""
    run(troubled, out=str(tmp_path / "whole"), form=form)
    script = (
        "import sys; from engine.batch.classify import *; from engine.jobs.job import Cancel\n"
        "def emit(event):\n"
        "    print('.', flush=True)\n"
        "classify(ClassifyParams(sys.argv[1], (sys.argv[2],), sys.argv[3], form=sys.argv[4], batch_size=4,"
        " resume=True), emit=emit,"
        " cancel=Cancel())"
    )
    out = tmp_path / "out"
    for _ in range(3):
        command = [sys.executable, "-c", script, str(model), str(troubled), str(out), form]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            process.stdout.readline()
            process.send_signal(signal.SIGKILL)

    run(troubled, out=str(out), form=form, resume=True)

    assert read(form, out) == read(form, tmp_path / "whole")


def test_an_image_below_the_threshold_is_unsure(tmp_path, run, pictures, rows_of):
    result = run(pictures, out=str(tmp_path / "out.csv"), threshold=0.6)

    rows = rows_of(tmp_path / "out.csv")
    assert all((float(r["confidence"]) < 0.6) == (r["unsure"] == "yes") for r in rows)
    assert 0 < result["unsure"] == sum(r["unsure"] == "yes" for r in rows) < 60
    with pytest.raises(UsageError, match="from 0 to 1"):
        run(pictures, threshold=2.0)


def test_all_probabilities_are_written_when_asked_for(tmp_path, run, pictures, rows_of, model):
    run(pictures, out=str(tmp_path / "out.csv"), all_classes=True)

    rows = rows_of(tmp_path / "out.csv")
    expected, _ = Predictor(model).predict_files([Path(r["path"]) for r in rows])
    found = [[float(r[f"p:{name}"]) for name in ("dark", "grey", "light")] for r in rows]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_several_models_give_the_mean_of_their_probabilities(tmp_path, run, pictures, rows_of, model, write_model):
    other = write_model(tmp_path / "other.onnx", classes=("light", "grey", "dark"), side=5, channels="grey")
    run(pictures, out=str(tmp_path / "out.csv"), all_classes=True, more_models=(str(other),))

    rows = rows_of(tmp_path / "out.csv")
    files = [Path(r["path"]) for r in rows]
    one, two = (Predictor(m).predict_files(files)[0] for m in (model, other))
    found = [[float(r[f"p:{name}"]) for name in ("dark", "grey", "light")] for r in rows]
    np.testing.assert_allclose(found, (one + two[:, ::-1]) / 2, atol=1e-6)
    assert rows[0]["model"].count("@") == 2


def test_models_with_other_classes_are_not_mixed(tmp_path, run, pictures, write_model):
    other = write_model(tmp_path / "other.onnx", classes=("dark", "light"))
    with pytest.raises(ModelError, match=r"only if they know the same classes; .*grey"):
        run(pictures, more_models=(str(other),))


@pytest.mark.parametrize(("others", "told"), [("ab", "a, b, dark, grey, light."), ("abc", "a, b, c, dark, grey, ....")])
def test_as_many_classes_are_named_as_a_sentence_can_hold(tmp_path, run, pictures, write_model, others, told):
    other = write_model(tmp_path / "other.onnx", classes=tuple(others))
    with pytest.raises(ModelError) as found:
        run(pictures, more_models=(str(other),))
    assert str(found.value).endswith(told)


def test_mirror_images_are_looked_at_only_where_the_model_learned_from_such(tmp_path, run, pictures, write_model):
    with pytest.raises(UsageError, match="learned from mirrored images"):
        run(pictures, flips=True)
    folder = write_model(tmp_path / "run" / "model.onnx").parent
    (folder / "run.json").write_text(json.dumps({"options": {"flip": True}}))
    seen = []
    run(pictures, model=str(folder), flips=True, emit=seen.append)
    assert sum(len(e.rows) for e in seen if isinstance(e, Classified)) == 60


def test_a_table_that_cannot_be_opened_leaves_nothing_open(tmp_path):
    with pytest.raises(UsageError, match="its folder does not exist"):
        CsvOutput(tmp_path / "nowhere" / "out.csv", OutputColumns(("a", "b"), "m"))


def test_an_output_is_added_by_one_registered_object(tmp_path, run, pictures, monkeypatch):
    """Its flag, its suffix, its file and its resuming follow."""

    class PathsOutput(JsonLinesOutput):
        def write(self, rows):
            self._file.write("".join(f"{row.path}\n" for row in rows).encode())

    monkeypatch.setitem(OUTPUTS, "paths", OutputForm("paths", "Paths", "classified.paths", PathsOutput, (".paths",)))
    out, cancel = tmp_path / "out.paths", Cancel()
    with pytest.raises(JobCancelled):
        run(pictures, out=str(out), batch_size=8, cancel=cancel, emit=lambda e: cancel.set())
    run(pictures, out=str(out), resume=True)

    assert out.read_text().splitlines() == [str(p) for p in sorted(pictures.rglob("*.png"))]
    with pytest.raises(UsageError, match="written as csv, jsonl, parquet, submission, paths"):
        run(pictures, out=str(out), form="none")
