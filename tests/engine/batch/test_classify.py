"""A batch streams folders to a table, in order, whatever it meets."""

import csv
import os
import threading
from pathlib import Path

import pytest
from PIL import Image

from engine.batch.classify import classify
from engine.batch.params import ClassifyParams
from engine.errors import EngineError, JobCancelled, ModelError, RunError, SourceError, UsageError
from engine.events import Classified, ProblemFound, Progress
from engine.jobs.job import Cancel
from engine.models.predictor import Predictor


def run(emit=lambda event: None, cancel=None, **params):
    return classify(ClassifyParams(**params), emit=emit, cancel=cancel or Cancel())


def rows_of(path):
    with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def test_each_image_has_a_row_in_the_order_of_the_input_and_equals_the_predictor(tmp_path, model, pictures):
    out = tmp_path / "out.csv"

    result = run(model=str(model), sources=(str(pictures),), out=str(out))

    rows = rows_of(out)
    assert [row["path"] for row in rows] == [str(p) for p in sorted(pictures.rglob("*.png"))]
    predictor = Predictor(model)
    probabilities, _ = predictor.predict_files([Path(row["path"]) for row in rows])
    assert [row["class"] for row in rows] == [predictor.info.classes[i] for i in probabilities.argmax(axis=1)]
    assert [float(row["confidence"]) for row in rows] == pytest.approx(probabilities.max(axis=1), abs=1e-6)
    assert result["images"] == len(rows) == 60
    assert result["problems"] == 0
    assert sum(result["classes"].values()) == 60
    assert set(result["classes"]) == {"dark", "grey", "light"}
    assert result["images_per_second"] > 0


def test_the_most_probable_classes_stand_beside_the_first(tmp_path, model, pictures):
    out = tmp_path / "out.csv"

    run(model=str(model), sources=(str(pictures),), out=str(out), top=9)

    for row in rows_of(out):
        assert list(row) == [
            "path",
            "class",
            "confidence",
            "class_2",
            "confidence_2",
            "class_3",
            "confidence_3",
            "model",
        ]
        shares = [float(row[name]) for name in ("confidence", "confidence_2", "confidence_3")]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1, abs=1e-5)


def test_files_that_cannot_be_used_are_listed_apart_with_their_reasons(tmp_path, model, pictures):
    out = tmp_path / "out.csv"
    (pictures / "empty.jpg").write_bytes(b"")
    (pictures / "words.png").write_text("not a picture")
    whole = next(pictures.rglob("*.png")).read_bytes()
    (pictures / "cut.png").write_bytes(whole[: len(whole) // 2])
    (pictures / "notes.txt").write_text("no image, passed over")
    seen = []

    result = run(emit=seen.append, model=str(model), sources=(str(pictures),), out=str(out))

    problems = rows_of(tmp_path / "out.problems.csv")
    assert {Path(row["path"]).name for row in problems} == {"empty.jpg", "words.png", "cut.png"}
    assert all(row["reason"] for row in problems)
    assert result["problems"] == 3
    assert result["images"] == 60 == len(rows_of(out))
    assert {e.path for e in seen if isinstance(e, ProblemFound)} == {row["path"] for row in problems}


def test_a_folder_that_cannot_be_listed_is_a_problem_and_not_the_end(tmp_path, model, pictures, monkeypatch):
    closed = pictures / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refuse(place):
        if str(place) == str(closed):
            raise PermissionError(13, "Permission denied")
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refuse)  # root, as whom the tests may run, may read every folder

    result = run(model=str(model), sources=(str(pictures),), out=str(tmp_path / "out.csv"))

    assert result["images"] == 60
    assert rows_of(tmp_path / "out.problems.csv")[0]["path"] == str(closed)


def test_names_are_in_natural_order(tmp_path, model):
    for number in (10, 9, 1):
        Image.new("L", (5, 5)).save(tmp_path / f"{number}.png")

    run(model=str(model), sources=(str(tmp_path),), out=str(tmp_path / "out.csv"))

    assert [Path(row["path"]).name for row in rows_of(tmp_path / "out.csv")] == ["1.png", "9.png", "10.png"]


def test_a_batch_without_problems_does_not_keep_those_of_the_one_before(tmp_path, model, pictures):
    out = tmp_path / "out.csv"
    broken = pictures / "empty.jpg"
    broken.write_bytes(b"")
    run(model=str(model), sources=(str(pictures),), out=str(out))
    broken.unlink()

    run(model=str(model), sources=(str(pictures),), out=str(out))

    assert rows_of(tmp_path / "out.problems.csv") == []


def test_events_carry_the_same_rows_as_the_table(tmp_path, model, pictures):
    out, seen = tmp_path / "out.csv", []

    run(emit=seen.append, model=str(model), sources=(str(pictures),), out=str(out))

    rows = [row for event in seen if isinstance(event, Classified) for row in event.rows]
    assert [(path, name) for path, name, _ in rows] == [(row["path"], row["class"]) for row in rows_of(out)]
    last = [event for event in seen if isinstance(event, Progress)][-1]
    assert last.done == 60


def test_without_an_output_file_the_events_are_all(model, pictures):
    seen = []

    result = run(emit=seen.append, model=str(model), sources=(str(pictures),))

    assert result["out"] is None
    assert sum(len(e.rows) for e in seen if isinstance(e, Classified)) == 60


def test_a_name_that_is_not_valid_unicode_is_written_as_its_bytes(tmp_path, model, pictures):
    name = b"d\xe9j\xe0.png"
    target = Path(str(pictures)) / name.decode("utf-8", "surrogateescape")
    next(pictures.rglob("*.png")).rename(target)
    out = tmp_path / "out.csv"

    run(model=str(model), sources=(str(pictures),), out=str(out))

    assert name in out.read_bytes()


def test_a_single_image_counts_whatever_its_suffix(tmp_path, model):
    picture = tmp_path / "scan.000"
    Image.new("L", (5, 5), 255).save(picture, "png")

    result = run(model=str(model), sources=(str(picture),), out=str(tmp_path / "out.csv"))

    assert result["classes"] == {"light": 1}


def test_cancel_keeps_the_rows_written_so_far(tmp_path, model, pictures):
    out, cancel = tmp_path / "out.csv", Cancel()

    def stop(event):
        if isinstance(event, Classified):
            cancel.set()

    with pytest.raises(JobCancelled) as stopped:
        run(emit=stop, cancel=cancel, model=str(model), sources=(str(pictures),), out=str(out), batch_size=8)

    rows = rows_of(out)
    assert 0 < len(rows) < 60
    assert stopped.value.result["images"] == len(rows)


def test_no_thread_is_left_after_a_cancelled_batch(tmp_path, model, pictures):
    cancel = Cancel()
    cancel.set()
    before = set(threading.enumerate())

    with pytest.raises(JobCancelled):
        run(cancel=cancel, model=str(model), sources=(str(pictures),), out=str(tmp_path / "out.csv"))

    assert set(threading.enumerate()) <= before


def test_a_run_folder_stands_for_its_model(tmp_path, write_model, pictures):
    run_folder = write_model(tmp_path / "runs" / "a-run" / "model.onnx").parent

    assert run(model=str(run_folder), sources=(str(pictures),))["images"] == 60


def test_a_run_without_a_model_is_refused(tmp_path, pictures):
    (tmp_path / "run").mkdir()
    with pytest.raises(RunError, match=r"has no model\.onnx"):
        run(model=str(tmp_path / "run"), sources=(str(pictures),))


def test_a_model_that_is_missing_or_foreign_is_refused(tmp_path, pictures):
    with pytest.raises(ModelError, match="There is no model"):
        run(model=str(tmp_path / "none.onnx"), sources=(str(pictures),))
    (tmp_path / "foreign.onnx").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="damaged or is not an ONNX model"):
        run(model=str(tmp_path / "foreign.onnx"), sources=(str(pictures),))


def test_a_source_that_is_missing_is_named(tmp_path, model):
    with pytest.raises(SourceError, match=r"no folder or file .*nowhere"):
        run(model=str(model), sources=(str(tmp_path / "nowhere"),), out=str(tmp_path / "out.csv"))
    assert not (tmp_path / "out.csv").exists()


def test_a_folder_without_images_is_said_to_be_empty(tmp_path, model):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="There are no images in"):
        run(model=str(model), sources=(str(tmp_path / "empty"),), out=str(tmp_path / "out.csv"))


def test_an_output_whose_folder_is_missing_is_refused(tmp_path, model, pictures):
    with pytest.raises(UsageError, match="its folder does not exist"):
        run(model=str(model), sources=(str(pictures),), out=str(tmp_path / "nowhere" / "out.csv"))


def test_an_output_that_is_an_input_is_refused_and_the_input_stays(tmp_path, model, pictures):
    picture = next(pictures.rglob("*.png"))
    before = picture.read_bytes()
    for target in (picture, model):
        with pytest.raises(UsageError, match="is an input of this job"):
            run(model=str(model), sources=(str(picture),), out=str(target))
    with pytest.raises(UsageError, match="written as CSV"):
        run(model=str(model), sources=(str(pictures),), out=str(picture))
    assert picture.read_bytes() == before


def test_a_full_disk_ends_the_batch_with_one_sentence(model, pictures):
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with pytest.raises(EngineError, match="/dev/full cannot be written any further: no space left"):
        run(model=str(model), sources=(str(pictures),), out="/dev/full")
