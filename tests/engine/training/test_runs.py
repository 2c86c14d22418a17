from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.errors import ModelError, RunError, UsageError
from engine.events import EpochEnded
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.targets import ExportParams
from engine.training.frozen import FrozenImage, FrozenSplit
from engine.training.options import TrainOptions
from engine.training.results.export import export
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import MODEL, find_run, history, list_runs, read_run, read_split

IMAGES = (
    FrozenImage(5, 1, "a/1.png", Path("/x/a/1.png"), 0, Split.TRAINING),
    FrozenImage(6, 1, "b/caf\udce9, 2.png", Path("/x/b/2.png"), 1, Split.VALIDATION),
    FrozenImage(7, 2, "a/1.png", Path("/y/a/1.png"), 0, Split.TEST),
)
FROZEN = FrozenSplit(("a", 'b, "quoted"'), (11, 12), IMAGES)
EPOCH = EpochEnded(1, 3, 0.5, 0.75, 0.625, 0.8, 1e-3, 2.5, 1000.0, True)


def create(tmp_path: Path, state: str = "finished", *, model: bool = True) -> RunFolder:
    run = RunFolder.create(tmp_path / "runs", "fashion-cnn", TrainOptions(seed=7), FROZEN)
    run.update(state=state)
    if model:
        (run.folder / MODEL).write_bytes(b"")
    return run


def test_a_run_reads_back_as_it_was_written(tmp_path: Path) -> None:
    run = create(tmp_path)
    run.update(epochs=3, best_epoch=2, validation_accuracy=0.9, validation_loss=0.3, seconds=12.5)
    found = read_run(run.folder)
    assert (found.name, found.recipe, found.state, found.has_model) == (run.name, "fashion-cnn", "finished", True)
    assert (found.epochs, found.best_epoch, found.validation_accuracy, found.seconds) == (3, 2, 0.9, 12.5)
    assert found.classes == FROZEN.classes
    assert found.options["seed"] == 7


def test_the_frozen_split_reads_back_whatever_the_names(tmp_path: Path) -> None:
    rows = read_split(read_run(create(tmp_path).folder))
    assert [(r.image_id, r.source_id, r.path, r.class_name, r.split) for r in rows] == [
        (m.image_id, m.source_id, m.path, FROZEN.classes[m.label], m.split) for m in IMAGES
    ]


def test_the_history_reads_back_as_events(tmp_path: Path) -> None:
    run = create(tmp_path)
    assert history(read_run(run.folder)) == []
    run.write_history([EPOCH, EPOCH])
    assert history(read_run(run.folder)) == [EPOCH, EPOCH]


def test_runs_of_the_same_second_get_folders_of_their_own(tmp_path: Path) -> None:
    assert len({create(tmp_path).name for _ in range(3)}) == 3
    assert len(list_runs(tmp_path)) == 3


def test_a_full_disk_leaves_no_half_made_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, data: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.training.runs.folder.write_json", fail)
    with pytest.raises(OSError, match="No space left"):
        create(tmp_path)
    assert list((tmp_path / "runs").iterdir()) == []


def test_runs_are_listed_newest_first_and_damaged_ones_left_out(tmp_path: Path) -> None:
    first, second, third = (create(tmp_path) for _ in range(3))
    first.update(created="2026-01-01T00:00:00+00:00")
    second.update(created="2026-03-01T00:00:00+00:00")
    third.update(created="2026-02-01T00:00:00+00:00")
    (tmp_path / "runs" / "broken").mkdir()
    (tmp_path / "runs" / "broken" / "run.json").write_text("{")
    assert [run.name for run in list_runs(tmp_path)] == [second.name, third.name, first.name]


def test_a_run_whose_process_is_gone_reads_as_interrupted(tmp_path: Path) -> None:
    run = create(tmp_path, "running")
    with run.writing():
        assert read_run(run.folder).state == "running"
    assert read_run(run.folder).state == "interrupted"
    assert read_run(run.folder).can_resume


def test_a_run_is_trained_by_one_process_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.runs.folder._LOCK_SECONDS", 0.05)
    run, told = create(tmp_path), []

    def second() -> None:
        try:
            with RunFolder.reopen(run.folder).writing():
                told.append("in")
        except RunError as error:
            told.append(str(error))

    with run.writing():
        other = threading.Thread(target=second)
        other.start()
        other.join()
    assert len(told) == 1
    assert "being trained by another window" in told[0]


def test_without_a_name_the_newest_finished_run_is_meant(tmp_path: Path) -> None:
    finished = create(tmp_path)
    stopped, failed = create(tmp_path, "stopped"), create(tmp_path, "failed", model=False)
    for second, run in enumerate((finished, stopped, failed)):
        run.update(created=f"2026-01-01T00:00:0{second}+00:00")
    assert find_run(tmp_path, None).name == finished.name
    finished.update(state="stopped")
    assert find_run(tmp_path, None).name == stopped.name
    assert find_run(tmp_path, None, with_model=False).name == failed.name
    with pytest.raises(RunError, match="left no model"):
        find_run(tmp_path, failed.name)


def test_a_run_is_found_by_its_name_or_unique_beginning(tmp_path: Path) -> None:
    run = create(tmp_path)
    assert find_run(tmp_path, run.name).name == run.name
    assert find_run(tmp_path, run.name[:10]).name == run.name
    create(tmp_path)
    with pytest.raises(RunError, match="several runs begin with"):
        find_run(tmp_path, run.name[:10])
    with pytest.raises(RunError, match="there is no run 'other'"):
        find_run(tmp_path, "other")


def test_a_project_without_runs_says_so(tmp_path: Path) -> None:
    assert list_runs(tmp_path) == []
    with pytest.raises(RunError, match="train first"):
        find_run(tmp_path, None)


def test_a_model_is_exported_whole(tmp_path: Path, write_model: object) -> None:
    run = create(tmp_path)
    write_model(run.folder / MODEL)  # type: ignore[operator]
    out = tmp_path / "out.onnx"
    out.write_text("older")
    result = export(ExportParams(str(tmp_path), None, "onnx", str(out)), emit=lambda e: None, cancel=Cancel())
    assert out.read_bytes() == (run.folder / MODEL).read_bytes()
    assert (result.run, result.format, result.out, result.bytes) == (run.name, "onnx", str(out), out.stat().st_size)
    assert result.accuracy is None, "nothing is compared where the file stays as it is"
    result = export(ExportParams(str(tmp_path), None, "onnx", str(tmp_path)), emit=lambda e: None, cancel=Cancel())
    assert result["out"] == str(tmp_path / f"{run.name}.onnx")


def test_an_export_that_cannot_be_made_says_why(tmp_path: Path, write_model: object) -> None:
    run = create(tmp_path)

    def attempt(format: str, out: Path) -> None:
        export(ExportParams(str(tmp_path), None, format, str(out)), emit=lambda e: None, cancel=Cancel())

    with pytest.raises(ModelError, match="damaged"):
        attempt("onnx", tmp_path / "out.onnx")
    write_model(run.folder / MODEL)  # type: ignore[operator]
    with pytest.raises(UsageError, match="one of onnx, keras"):
        attempt("tflite", tmp_path / "out")
    with pytest.raises(ModelError, match=r"has no model\.keras"):
        attempt("keras", tmp_path / "out.keras")
    with pytest.raises(RunError, match=r"cannot be written to .*no such file"):
        attempt("onnx", tmp_path / "missing" / "out.onnx")
