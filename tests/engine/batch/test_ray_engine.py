"""A local cluster of two workers gives the rows of the local engine, also when one of them is killed."""

import importlib.util
import os
import signal
import sys
from contextlib import suppress

import pytest
from PIL import Image

from engine.errors import SourceError, UsageError
from engine.events import Progress
from engine.jobs.job import Cancel
from tests.engine.similarity.test_novelty import coloured, greys, taught

RAY = importlib.util.find_spec("ray") is not None and importlib.util.find_spec("pyarrow") is not None
needs_ray = pytest.mark.skipif(not RAY, reason="Ray is not installed (extra `cluster`)")
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"
)


@pytest.fixture
def on_ray(model):
    from engine.batch.ray_engine import RayParams, classify_on_ray

    def classified(*sources, out, emit=lambda event: None, **params):
        chosen = RayParams(str(model), tuple(map(str, sources)), str(out), workers=2, **params)
        return classify_on_ray(chosen, emit=emit, cancel=Cancel())

    return classified


def read(out):
    import pyarrow.dataset as dataset

    rows = dataset.dataset(str(out), format="parquet").to_table().to_pylist()
    assert rows
    return {row["path"]: row for row in rows}, len(rows)


def same(ours, theirs):
    assert ours.keys() == theirs.keys()
    for path, row in ours.items():
        other = theirs[path]
        assert (row["class"], row["model"]) == (other["class"], other["model"])
        assert (row["problem"] is None) == (other["problem"] is None)
        assert row["confidence"] == pytest.approx(other["confidence"], abs=1e-6)
        assert row["probabilities"] == pytest.approx(other["probabilities"], abs=1e-6)


@needs_ray
def test_two_workers_give_the_rows_of_the_local_engine_and_listen_to_this_machine_only(tmp_path, pictures, run, on_ray):
    psutil = pytest.importorskip("psutil")
    (pictures / "broken.png").write_bytes(b"no picture")
    options = {"top": 2, "all_classes": True, "threshold": 0.6}
    local = run(pictures, out=str(tmp_path / "local.parquet"), **options)

    listening = set()

    def look(event):
        if isinstance(event, Progress):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):  # it has ended
                    listening.update(c.laddr.ip for c in process.net_connections("tcp") if c.status == "LISTEN")

    result = on_ray(pictures, out=tmp_path / "ray", emit=look, **options)

    assert listening
    assert listening <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
    ours, count = read(tmp_path / "local.parquet")
    theirs, other_count = read(tmp_path / "ray")
    assert count == other_count == 61
    same(ours, theirs)
    assert {k: result[k] for k in ("images", "problems", "unsure")} == {
        k: local[k] for k in ("images", "problems", "unsure")
    }
    assert result["classes"] == local["classes"]


@needs_ray
def test_a_worker_that_is_killed_in_the_middle_changes_nothing(tmp_path, run, on_ray):
    psutil = pytest.importorskip("psutil")
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(6000):
        Image.new("L", (8, 8), number % 256).save(folder / f"{number:05}.png")
    run(folder, out=str(tmp_path / "local.parquet"), all_classes=True)
    killed = []

    def kill(event):
        if isinstance(event, Progress) and not killed and 0 < event.done < 6000:
            for process in psutil.Process().children(recursive=True):
                if "MapWorker" in " ".join(process.cmdline()) or "_Worker" in process.name():
                    os.kill(process.pid, signal.SIGKILL)
                    killed.append(process.pid)
                    return

    on_ray(folder, out=tmp_path / "ray", emit=kill, all_classes=True)

    assert killed, "no worker was there to be killed"
    ours, count = read(tmp_path / "local.parquet")
    theirs, other_count = read(tmp_path / "ray")
    assert count == other_count == 6000
    same(ours, theirs)


@needs_ray
def test_storage_that_is_named_by_a_uri_is_read(tmp_path, pictures, run, on_ray):
    run(pictures, out=str(tmp_path / "local.parquet"), all_classes=True)

    on_ray(pictures.as_uri(), out=tmp_path / "ray", all_classes=True)

    ours, _ = read(tmp_path / "local.parquet")
    theirs, _ = read(tmp_path / "ray")
    assert sorted(path.removeprefix("file://") for path in theirs) == sorted(ours)


@needs_ray
def test_what_a_cluster_cannot_do_is_said_before_it_starts(tmp_path, pictures, on_ray):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("")
    with pytest.raises(UsageError, match="exists already"):
        on_ray(pictures, out=tmp_path / "full")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="There are no images"):
        on_ray(tmp_path / "empty", out=tmp_path / "ray")


def test_without_ray_it_is_said_what_to_install(tmp_path, pictures, on_ray, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"pip install 'pigeonhole-images\[cluster\]'"):
        on_ray(pictures, out=tmp_path / "ray")


@needs_ray
def test_what_is_unlike_the_training_images_is_told_as_the_local_engine_tells_it(tmp_path, run, write_model):
    from engine.batch.ray_engine import RayParams, classify_on_ray

    model = write_model(tmp_path / "own" / "model.onnx", classes=("dark", "grey", "light"))
    assert taught(model, greys(80, 0), greys(200, 1)) is not None
    pictures = tmp_path / "some"
    pictures.mkdir()
    for number, pixels in enumerate([*coloured(3), *greys(4, 5)]):
        Image.fromarray(pixels).save(pictures / f"{number}.png")
    local = run(pictures, model=str(model), out=str(tmp_path / "local.parquet"))
    params = RayParams(str(model), (str(pictures),), str(tmp_path / "ray"), workers=1)
    result = classify_on_ray(params, emit=lambda event: None, cancel=Cancel())
    assert result["unlike"] == local["unlike"] == 3
    ours, theirs = read(tmp_path / "local.parquet")[0], read(tmp_path / "ray")[0]
    assert {path for path, row in theirs.items() if row["unlike"]} == {
        path for path, row in ours.items() if row["unlike"]
    }
    for path, row in theirs.items():
        assert row["novelty"] == pytest.approx(ours[path]["novelty"], rel=1e-4)
