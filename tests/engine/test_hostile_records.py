"""Every file of JSON that is ours, written by a stranger: it is read, passed over, or refused in one sentence."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.batch.items import ImageResult
from engine.batch.mirrored import learned_mirrored
from engine.batch.outputs.journal import Journal as RowJournal
from engine.batch.outputs.journal import OutputColumns
from engine.batch.params import ClassifyParams
from engine.batch.saved_results import folder as kept
from engine.batch.saved_results.stored import model_of, read_block, rows
from engine.batch.sorting.journal import SortedFile, SortJournal
from engine.errors import EngineError, ModelError
from engine.events import EpochEnded, from_record, to_record
from engine.models.bundle import ModelInfo
from engine.models.keras_file import check_keras_file
from engine.training.options import TrainOptions, to_dict
from engine.training.runs.checkpoint import Checkpoint
from engine.training.runs.records import find_run, history, list_runs, read_note, read_record, read_split
from engine.training.schedule import Schedule
from tests.engine.hostile_json import HOSTILE, changed
from tests.long_forms import examples

INFO = ModelInfo(1, ("a", "b"), 8, 8, "rgb", "stretch", "fashion-cnn", "run", 1.0)
EPOCH = EpochEnded(1, 2, 0.5, 0.5, 0.5, 0.5, 0.001, 1.0, 100.0, True)

RUN: dict[str, Any] = {
    "format_version": 2,
    "recipe": "fashion-cnn",
    "state": "finished",
    "created": "2026-01-02T03:04:05+00:00",
    "options": to_dict(TrainOptions()),
    "epochs": 3,
    "best_epoch": 2,
    "validation_accuracy": 0.9,
    "validation_loss": 0.4,
    "seconds": 12.0,
    "images_per_second": 1000.0,
    "classes": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "error": None,
    "fold": {"number": 1, "of": 3},
    "versions": {"keras": "3"},
    "parameters": 10,
}
NOTE = {"title": "a", "note": "b", "starred": True}
STATE = {
    "latest": "epoch-00001.keras",
    "best": "epoch-00001.keras",
    "schedule": Schedule(0.1).to_dict(),
    "history": [asdict(EPOCH)],
    "seconds": 1.0,
    "images": 10,
    "training_seconds": 1.0,
}
BATCH = {
    "request": asdict(ClassifyParams("model.onnx", ("folder",))),
    "classes": ["a", "b"],
    "created": "2026-01-02T03:04:05+00:00",
    "state": "complete",
    "images": 1,
    "problems": 0,
    "device": "CPU",
}
ROW = {"path": "a.jpg", "class": "a", "confidence": 0.9, "top": [["a", 0.9], ["b", 0.1]], "model": "m"}
LABEL = {"number": 1, "rows": [0, 1], "label": "b"}
HEADER = {"journal": "pigeonhole sort", "version": 1, "mode": "move", "created": "now"}
ENTRY = {"source": "/a.jpg", "target": "a/a.jpg", "size": 1}


def read_run_folder(path: Path, data: bytes) -> None:
    folder = path / "runs" / "r"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_bytes(data)
    for run in list_runs(path):
        assert run.created[:4]
        assert f"{run.seconds:,.0f} {run.epochs:,}"
    learned_mirrored(folder / "model.onnx", INFO)
    record = read_record(find_run(path, "r", with_model=False).folder)
    assert all(type(c["id"]) is int for c in record["classes"])


def read_notes(path: Path, data: bytes) -> None:
    (path / "notes.json").write_bytes(data)
    title, note, starred = read_note(path)
    assert (title + note).encode("utf-8", "surrogateescape") is not None
    assert isinstance(starred, bool)


def read_state(path: Path, data: bytes) -> None:
    (path / "state.json").write_bytes(data)
    Checkpoint(path).load()


def read_batch(path: Path, data: bytes) -> None:
    folder = path / "20260102"
    folder.mkdir(exist_ok=True)
    (folder / "batch.json").write_bytes(data)
    (folder / "results.jsonl").write_bytes(data + b"\n")
    for batch in kept.recent(path):
        assert batch.request.sources is not None


def read_rows(path: Path, data: bytes) -> None:
    file = path / "results.jsonl"
    file.write_bytes(json.dumps(ROW).encode() + b"\n" + data + b"\n")
    assert len(read_block(file, 0, ()).places) in {1, 2}
    assert len(list(rows(file, {}, 0.5))) in {1, 2}
    assert model_of(file) == "m"
    file.write_bytes(data + b"\n")
    assert isinstance(model_of(file), str)
    columns = OutputColumns(("a", "b"), "m", 1, unsure=False, all=False)
    with closing(RowJournal(file, columns, is_output=True, resume=True)) as journal:
        assert len(list(journal.rows())) <= 2
    out = path / "out.csv"
    with closing(RowJournal(out, columns, is_output=False, resume=False)) as journal:
        journal.write([ImageResult("1.png", (("a", 1.0),))])
        journal.flush()
    with (path / "out.csv.rows.jsonl").open("ab") as hostile:
        hostile.write(data + b"\n")
    with closing(RowJournal(out, columns, is_output=False, resume=True)) as journal:
        assert all(isinstance(row, ImageResult) for row, _ in journal.rows())


def read_corrections(path: Path, data: bytes) -> None:
    (path / "labels.jsonl").write_bytes(json.dumps(LABEL).encode() + b"\n" + data + b"\n")
    labels, number = kept.read_labels(path / "labels.jsonl")
    assert number >= 1
    assert all(isinstance(label, str) for label in labels.values())


def read_sortings(path: Path, data: bytes) -> None:
    (path / "sorted.json").write_bytes(data)
    assert kept.recent_journals(path / "sorted.json") == []


def read_header(path: Path, data: bytes) -> None:
    file = path / "sorted-1.journal"
    file.write_bytes(data + b"\n")
    assert SortJournal.open(file).mode in {"copy", "move", "hardlink", "symlink"}


def read_entry(path: Path, data: bytes) -> None:
    file = path / "sorted-1.journal"
    file.write_bytes(json.dumps(HEADER).encode() + b"\n" + data + b"\n")
    journal = SortJournal.open(file)
    for entry in [*journal.entries(), *journal.backwards()]:
        assert isinstance(entry, SortedFile)
        assert journal.folder / entry.target
    assert journal.is_undone() in {True, False}
    assert all(isinstance(folder, str) for folder in journal.folders())


def read_keras(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path / "model.keras", "w") as file:
        file.writestr("config.json", data)
        file.writestr("metadata.json", "{}")
    check_keras_file(path / "model.keras")


READERS: dict[str, tuple[Callable[[Path, bytes], None], Any]] = {
    "run.json": (read_run_folder, RUN),
    "notes.json": (read_notes, NOTE),
    "state.json": (read_state, STATE),
    "batch.json": (read_batch, BATCH),
    "results.jsonl": (read_rows, ROW),
    "labels.jsonl": (read_corrections, LABEL),
    "sorted.json": (read_sortings, ["/missing/sorted-1.journal"]),
    "the head of a journal": (read_header, HEADER),
    "a line of a journal": (read_entry, ENTRY),
    "the configuration of a network": (read_keras, {"class_name": "Functional", "config": {}}),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_file_that_nobody_would_write_is_told_in_one_sentence(
    tmp_path: Path, reader: tuple[Callable[[Path, bytes], None], Any], data: bytes
) -> None:
    read_or_refuse(reader[0], tmp_path, data)


@examples(100)
@given(data=st.data())
def test_a_record_with_other_values_is_read_or_told_in_one_sentence(tmp_path: Path, data: st.DataObject) -> None:
    reader, record = data.draw(st.sampled_from(list(READERS.values())))
    read_or_refuse(reader, tmp_path, data.draw(changed(record)))


def read_or_refuse(reader: Callable[[Path, bytes], None], path: Path, data: bytes) -> None:
    try:
        reader(path, data)
    except EngineError as error:
        assert "\n" not in str(error)  # noqa: PT017
        assert len(str(error)) < 700  # noqa: PT017


@examples(100)
@given(changed(to_record(EPOCH)))
def test_an_event_with_other_values_is_read_or_refused(data: bytes) -> None:
    record = json.loads(data)
    try:
        event = from_record(record) if isinstance(record, dict) else None
    except ValueError:
        return
    if isinstance(event, EpochEnded):
        assert isinstance(event.loss, float)
        assert isinstance(event.epoch, int)


@pytest.mark.parametrize("name", ["history.csv", "split.csv"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "image_id,source_id,path,class,split,file\n1,2,a.jpg",
        "image_id,source_id,path,class,split,file\n99999999999999999999,1,a,a,test,",
        "image_id,source_id,path,class,split,file\n1,1,a,a,neither,",
        f"image_id,source_id,path,class,split,file\n1,1,{'a' * 200_000},a,test,",
        "image_id,source_id,path,class,split,file\n1,1,a\0b,a,test,",
        "epoch,epochs,loss\n1,2,3",
        f"epoch\n{'9' * 5000}",
    ],
)
def test_a_table_of_a_run_that_nobody_would_write_is_told_in_one_sentence(tmp_path: Path, name: str, text: str) -> None:
    read_run_folder(tmp_path, json.dumps(RUN).encode())
    run = list_runs(tmp_path)[0]
    (run.folder / name).write_text(text, "utf-8")
    try:
        assert (history if name == "history.csv" else read_split)(run) == []
    except EngineError as error:
        assert name.partition(".")[0] in str(error)  # noqa: PT017


def test_a_network_that_would_unpack_to_gigabytes_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", "{}")
        file.writestr("metadata.json", "{}")
        file.writestr("model.weights.h5", bytes(50_000_000))
    with pytest.raises(ModelError, match="far more than its size"):
        check_keras_file(path)
    path.write_bytes(b"no zip")
    with pytest.raises(ModelError, match="is not a Keras model"):
        check_keras_file(path)
