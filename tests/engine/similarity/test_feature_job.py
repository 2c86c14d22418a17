"""Features of a project's images: those that are missing, the wanted ones first, and no work lost by a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.errors import JobCancelled, UsageError
from engine.events import Event, FeaturesReady, Log, ProblemFound
from engine.imaging.pixels import load
from engine.jobs import processes
from engine.jobs.child import Child
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord
from engine.similarity import feature_job
from engine.similarity.bases import Base, Run, built_in_base
from engine.similarity.feature_job import FeatureParams, compute_features, store_of
from engine.similarity.feature_store import store_folder
from tests.engine.similarity.conftest import MakeProject


def images_of(folder: Path) -> list[ImageRecord]:
    with Project.open(folder, read_only=True) as project:
        return query.images(project, query.image_ids(project, query.Filter()))


def known(folder: Path) -> list[bool]:
    return store_of(built_in_base()).known(images_of(folder)).tolist()


def compute(folder: Path, **more: object) -> tuple[dict[str, object], list[Event]]:
    events: list[Event] = []
    return compute_features(FeatureParams(str(folder), **more), emit=events.append, cancel=Cancel()), events


def test_every_image_gets_what_the_base_says_of_its_pixels(make_project: MakeProject) -> None:
    folder, base = make_project(20), built_in_base()

    result, events = compute(folder)

    assert {k: result[k] for k in ("base", "images", "ready", "computed", "problems")} == {
        "base": "MobileNetV2 1.0",
        "images": 20,
        "ready": 20,
        "computed": 20,
        "problems": 0,
    }
    assert events[-1] == FeaturesReady(20, 20, base.key)
    images = images_of(folder)
    pixels = [load(image.file, size=(224, 224), method=base.resize) for image in images]
    mask, found = store_of(base).read(images)
    assert mask.all()
    np.testing.assert_allclose(found, base.open()(np.stack(pixels)), rtol=1e-3, atol=1e-3)


def test_what_is_known_is_not_computed_again(make_project: MakeProject) -> None:
    folder = make_project(10)
    compute(folder)
    result, events = compute(folder)
    assert (result["ready"], result["computed"]) == (10, 0)
    assert [e for e in events if isinstance(e, FeaturesReady)] == [FeaturesReady(10, 10, result["key"])]


def listed_again(folder: Path) -> None:
    assert main(["rescan", str(folder)]) == 0


def test_a_folder_that_was_moved_and_files_that_were_renamed_keep_their_features(
    make_project: MakeProject, tmp_path: Path
) -> None:
    folder = make_project(6)
    compute(folder)
    (tmp_path / "pictures").rename(tmp_path / "moved")
    (tmp_path / "moved" / "003.png").rename(tmp_path / "moved" / "another name.png")
    assert main(["locate", str(folder), "pictures", str(tmp_path / "moved")]) == 0
    assert {image.file.parent for image in images_of(folder)} == {tmp_path / "moved"}

    result, _ = compute(folder)

    assert (result["ready"], result["computed"]) == (6, 0)


def test_a_copy_in_another_project_has_the_same_features(make_project: MakeProject, tmp_path: Path) -> None:
    first = make_project(6)
    compute(first)
    shutil.copytree(tmp_path / "pictures", tmp_path / "copies", copy_function=shutil.copyfile)  # of today's date
    second = tmp_path / "second.pigeonhole"
    assert main(["import", str(second), str(tmp_path / "copies"), "--labels", "none"]) == 0

    result, _ = compute(second)

    assert (result["ready"], result["computed"]) == (6, 0)
    store = store_of(built_in_base())
    np.testing.assert_array_equal(store.read(images_of(second))[1], store.read(images_of(first))[1])


def test_another_picture_of_the_same_name_size_and_date_has_features_of_its_own(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """As with pictures without compression, which other programs write again with their old date."""
    first = make_project(3)
    file = tmp_path / "pictures" / "plain.bmp"
    Image.new("RGB", (80, 60), "red").save(file)
    listed_again(first)
    compute(first)
    facts = file.stat()
    Image.new("RGB", (80, 60), "green").save(file)
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    second = tmp_path / "second.pigeonhole"
    assert main(["import", str(second), str(tmp_path / "pictures"), "--labels", "none"]) == 0

    result, _ = compute(second)

    assert (result["images"], result["computed"]) == (4, 1)


def test_a_file_that_has_changed_since_it_was_listed_has_no_features_until_it_is_looked_at_again(
    make_project: MakeProject,
) -> None:
    folder = make_project(4)
    touched, changed, *_ = images_of(folder)
    os.utime(touched.file, (1, 1))  # another date, the same picture
    Image.new("RGB", (80, 60), "red").save(changed.file)

    result, events = compute(folder)

    assert (result["ready"], result["problems"]) == (3, 1)
    (problem,) = [event for event in events if isinstance(event, ProblemFound)]
    assert problem.path == str(changed.file)
    assert "rescan" in problem.reason
    assert not store_of(built_in_base()).known([changed]).any()
    listed_again(folder)
    assert compute(folder)[0]["computed"] == 1


def test_images_on_screen_come_first(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_job, "SECONDS_IN_MEMORY", 0.0)
    monkeypatch.setattr(feature_job, "AT_ONCE", 4)
    folder = make_project(60)
    first = [image.id for image in images_of(folder)[40:44]]
    seen: list[list[bool]] = []

    def emit(event: Event) -> None:
        if isinstance(event, FeaturesReady) and event.ready and not seen:
            seen.append(known(folder))

    compute_features(FeatureParams(str(folder), first=(*first, 10**9)), emit=emit, cancel=Cancel())

    assert seen[0] == [40 <= place < 44 for place in range(60)]
    assert all(known(folder))


def test_a_picture_that_cannot_be_read_is_told_and_the_others_have_features(make_project: MakeProject) -> None:
    folder = make_project(10)
    images_of(folder)[3].file.write_bytes(b"broken")
    result, events = compute(folder)
    assert (result["ready"], result["problems"]) == (9, 1)
    assert [e.path for e in events if isinstance(e, ProblemFound)] == [str(images_of(folder)[3].file)]


def test_a_cancel_keeps_what_was_computed(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_job, "SECONDS_IN_MEMORY", 0.0)
    folder, cancel = make_project(80), Cancel()

    def emit(event: Event) -> None:
        if isinstance(event, FeaturesReady) and event.ready:
            cancel.set()

    with pytest.raises(JobCancelled):
        compute_features(FeatureParams(str(folder)), emit=emit, cancel=cancel)

    assert 0 < sum(known(folder)) < 80
    assert compute(folder)[0]["ready"] == 80


def test_a_paused_job_waits_and_goes_on(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_job, "SECONDS_IN_MEMORY", 0.0)
    folder, cancel, results = make_project(80), Cancel(), []
    rests = threading.Event()

    def emit(event: Event) -> None:
        if isinstance(event, FeaturesReady) and event.ready:
            if cancel.is_paused():
                rests.set()
            elif not rests.is_set():
                cancel.pause()

    def run() -> None:
        results.append(compute_features(FeatureParams(str(folder)), emit=emit, cancel=cancel))

    thread = threading.Thread(target=run)
    thread.start()
    assert rests.wait(60)
    thread.join(0.5)
    assert thread.is_alive()
    before = sum(known(folder))
    assert 0 < before < 80
    cancel.go_on()
    thread.join(60)
    assert results[0]["ready"] == 80
    assert results[0]["computed"] == 80


def test_it_waits_while_memory_is_short(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    free = iter([10**6, 10**6])
    monkeypatch.setattr("engine.jobs.memory.available", lambda: next(free, 10**10))
    monkeypatch.setattr(feature_job, "SECONDS_SHORT", 0.0)
    result, events = compute(make_project(10))
    assert result["ready"] == 10
    assert [e.message for e in events if isinstance(e, Log)] == [
        "Memory is short: features are computed when there is more."
    ]


def test_no_network_is_held_while_memory_is_short(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    networks: list[weakref.ref[Run]] = []
    free, held, opened = [10**10], [], Base.open

    def opening(base: Base, **options: int) -> Run:
        run = opened(base, **options)
        networks.append(weakref.ref(run))
        return run

    def emit(event: Event) -> None:
        if isinstance(event, FeaturesReady) and event.ready and not held:
            free[0] = 10**6
        elif isinstance(event, Log):
            held.append(networks[-1]())
            free[0] = 10**10

    monkeypatch.setattr(Base, "open", opening)
    monkeypatch.setattr("engine.jobs.memory.available", lambda: free[0])
    monkeypatch.setattr(feature_job, "SECONDS_SHORT", 0.0)
    monkeypatch.setattr(feature_job, "SECONDS_IN_MEMORY", 0.0)

    result = compute_features(FeatureParams(str(make_project(80))), emit=emit, cancel=Cancel())

    assert result["ready"] == 80
    assert held == [None]
    assert len(networks) == 2


def test_a_job_that_waits_for_memory_can_be_cancelled(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = Cancel()
    monkeypatch.setattr("engine.jobs.memory.available", lambda: 10**6)
    monkeypatch.setattr(feature_job, "SECONDS_SHORT", 0.01)
    with pytest.raises(JobCancelled):
        compute_features(
            FeatureParams(str(make_project(5))),
            emit=lambda event: cancel.set() if isinstance(event, Log) else None,
            cancel=cancel,
        )


@pytest.mark.skipif(os.name != "posix", reason="a kill that cannot be caught is one of POSIX")
def test_after_a_kill_only_what_is_missing_is_computed(make_project: MakeProject) -> None:
    folder = make_project(300)
    code = "import sys, main; sys.exit(main.main(sys.argv[1:]))"
    program = subprocess.Popen(
        [sys.executable, "-c", code, "features", str(folder), "--json"],
        env=processes.environment(),
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    for line in program.stdout:
        event = json.loads(line)
        if event.get("event") == "features_ready" and event["ready"]:
            break
    os.killpg(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()

    before = sum(known(folder))
    result, _ = compute(folder)

    assert 0 < before < 300
    assert result["computed"] == 300 - before
    mask, found = store_of(built_in_base()).read(images_of(folder))
    assert mask.all()
    assert np.isfinite(found).all()


def test_damaged_features_are_computed_again(make_project: MakeProject) -> None:
    folder = make_project(10)
    compute(folder)
    expected = store_of(built_in_base()).read(images_of(folder))[1]
    (rows,) = store_folder().glob("*/*.rows")
    rows.write_bytes(bytes(len(rows.read_bytes())))

    assert compute(folder)[0]["computed"] == 10

    np.testing.assert_array_equal(store_of(built_in_base()).read(images_of(folder))[1], expected)


def test_two_processes_at_once_share_the_images(make_project: MakeProject) -> None:
    folder = make_project(200)
    code = (
        "import sys, main; from engine.similarity import feature_job; feature_job._BLOCK = 16; "
        "sys.exit(main.main(sys.argv[1:]))"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", code, "features", str(folder), "--json"],
            env=processes.environment(),
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    results = [json.loads(program.communicate()[0].splitlines()[-1]) for program in programs]

    assert [result["ready"] for result in results] == [200, 200]
    assert sum(result["computed"] for result in results) < 375, "both have computed all"
    assert all(known(folder))


def test_features_that_cannot_be_kept_are_told_once(make_project: MakeProject) -> None:
    folder = make_project(30)
    store_folder().parent.mkdir(parents=True, exist_ok=True)
    store_folder().write_bytes(b"in the way")
    result, events = compute(folder)
    assert result["ready"] == 30
    (log,) = [event.message for event in events if isinstance(event, Log)]
    assert log.startswith(f"Features cannot be kept in {store_folder()}")


def test_the_job_runs_in_a_child_process(make_project: MakeProject) -> None:
    folder, events, child = make_project(5), [], Child()
    try:
        child.run("features", FeatureParams(str(folder), first=(2,)), emit=events.append, cancel=Cancel())
    finally:
        child.close()
    assert events[-1].result["ready"] == 5
    assert any(isinstance(event, FeaturesReady) for event in events)


def test_an_unknown_base_is_wrong_usage(make_project: MakeProject) -> None:
    with pytest.raises(UsageError, match="no base Nonsense"):
        compute(make_project(1), base="Nonsense")


def test_the_command_says_how_many_are_ready(make_project: MakeProject, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_project(5)
    capsys.readouterr()
    assert main(["features", str(folder)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("5 of 5 images have features by MobileNetV2 1.0; 5 were computed in ")
    assert main(["features", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["computed"] == 0
