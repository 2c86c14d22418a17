"""Results that the window keeps: read again a block at a time, corrected, saved, sorted, added to a project."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.batch.params import AdoptParams, ClassifyParams, DeviceParams, SaveParams, SortParams
from engine.batch.saved_results.about import about_device
from engine.batch.saved_results.adopting import adopt
from engine.batch.saved_results.folder import (
    COMPLETE,
    MOST_KEPT,
    SavedResults,
    add_labels,
    begin,
    ended,
    read_labels,
    recent,
    recent_journals,
)
from engine.batch.saved_results.outputs import save_results, sort_results
from engine.batch.saved_results.stored import PROBLEM, read_block, read_rows, superseded
from engine.batch.saved_results.whereabouts import Whereabouts, moved
from engine.batch.sorting.undo import UndoSortParams, undo_sort
from engine.errors import EngineError, JobCancelled, SourceError, UsageError
from engine.events import ImagesAdded
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project

CLASSES = ("ant", "bee")


@pytest.fixture
def kept(tmp_path) -> SavedResults:
    """Four pictures and one that is none: ant 0.9, bee 0.8, ant 0.4, a problem, bee 0.7."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(5):
        Image.new("RGB", (6, 6), (50 * number, 0, 0)).save(folder / f"{number}.png")
    (folder / "3.png").write_bytes(b"no picture")
    kept = begin(tmp_path / "kept", ClassifyParams("m.onnx", (str(folder),), ""), CLASSES)
    found = [("ant", 0.9), ("bee", 0.8), ("ant", 0.4), None, ("bee", 0.7)]
    with kept.rows.open("w") as file:
        for number, row in enumerate(found):
            record: dict[str, object] = {"path": str(folder / f"{number}.png"), "model": "run@123"}
            if row is None:
                record |= {"problem": "damaged"}
            else:
                name, share = row
                other = CLASSES[1 - CLASSES.index(name)]
                record |= {"class": name, "confidence": share, "top": [[name, share], [other, round(1 - share, 6)]]}
            file.write(json.dumps(record) + "\n")
    return kept


def save(kept: SavedResults, out: Path, form: str = "csv", cancel: Cancel | None = None) -> dict[str, object]:
    params = SaveParams(str(kept.folder), str(out), form, CLASSES, kept.request.sources, 2, 0.5)
    return save_results(params, emit=lambda _: None, cancel=cancel or Cancel())


def sort(kept: SavedResults, target: Path, **changes) -> dict[str, object]:
    journals = str(kept.folder.parent / "sorted.json")
    params = SortParams(str(kept.folder), str(target), "move", CLASSES, kept.request.sources, 0.5, journals, 5)
    return sort_results(replace(params, **changes), emit=lambda _: None, cancel=Cancel())


def names(folder: Path) -> list[str]:
    return sorted(f"{p.parent.name}/{p.name}" for p in folder.glob("*/*"))


def test_what_the_window_imports_for_it_loads_no_numpy():
    names = (
        "params",
        "results",
        "saved_results.pictures",
        "saved_results.folder",
        "saved_results.stored",
        "saved_results.about",
        "sorting.undo",
    )
    code = "import sys, " + ", ".join(f"engine.batch.{name}" for name in names)
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('numpy' in sys.modules)"], capture_output=True, text=True
    )
    assert done.stdout.strip() == "False", done.stderr


def test_rows_are_read_a_block_at_a_time_and_a_torn_one_waits(kept):
    with kept.rows.open("a") as file:
        file.write('{"path": "half a li')
    first = read_block(kept.rows, 0, CLASSES, most=3)
    assert (list(first.classes), first.last, first.problems) == ([0, 1, 0], False, [])
    second = read_block(kept.rows, first.end, CLASSES, most=3)
    assert (list(second.classes), second.last) == ([PROBLEM, 1], True)
    assert second.problems == [(0, str(Path(kept.request.sources[0]) / "3.png"), "damaged")]
    assert second.end < kept.rows.stat().st_size
    assert [Path(row.path).name for row in read_rows(kept.rows, list(first.places)[::-1])] == [
        "2.png",
        "1.png",
        "0.png",
    ]


def test_a_class_that_was_not_known_follows_the_known_ones(kept):
    assert read_block(kept.rows, 0, ("bee",)).names == ("bee", "ant")


def test_the_newest_of_corrections_counts_whatever_the_order_on_disk(kept):
    add_labels(kept, 2, [0, 1], "bee")
    add_labels(kept, 1, [0], "ant")
    add_labels(kept, 3, [1], None)
    with kept.labels.open("a") as file:
        file.write('{"number": 9, "ro')
    assert read_labels(kept.labels) == ({0: "bee"}, 3)


def test_a_correction_after_a_torn_line_is_kept(kept):
    kept.labels.write_text('{"number": 1, "ro')
    add_labels(kept, 2, [0], "bee")
    add_labels(kept, 3, [1], "ant")
    assert read_labels(kept.labels) == ({0: "bee", 1: "ant"}, 3)


def test_batches_that_a_person_has_corrected_outlive_many_that_nobody_has(kept, tmp_path):
    root = tmp_path / "kept"
    add_labels(kept, 1, [0], "bee")
    for _ in range(MOST_KEPT + 3):
        begin(root, kept.request, CLASSES).rows.touch()
    assert read_labels(kept.labels) == ({0: "bee"}, 1)
    assert len(recent(root)) <= MOST_KEPT + 2
    for _ in range(MOST_KEPT + 3):
        later = begin(root, kept.request, CLASSES)
        later.rows.touch()
        add_labels(later, 1, [0], "bee")
    assert not kept.folder.exists(), "but not for ever"


def test_results_that_a_power_cut_damaged_are_saved_up_to_there(kept, tmp_path):
    with kept.rows.open("ab") as file:
        file.write(b"\0\0\0\n")
    assert save(kept, tmp_path / "out.csv")["images"] == 4
    assert sort(kept, tmp_path / "sorted")["sorted"] == 5


def test_another_form_of_the_same_name_leaves_the_problems_of_the_table(kept, tmp_path):
    save(kept, tmp_path / "out.csv")
    save(kept, tmp_path / "out.jsonl", "jsonl")
    assert "damaged" in (tmp_path / "out.problems.csv").read_text()


def test_batches_are_found_again_with_how_they_ended_and_the_oldest_go(kept, tmp_path):
    root = tmp_path / "kept"
    assert recent(root)[0].can_go_on, "a kill leaves it as it runs"
    ended(kept, COMPLETE, images=4, problems=1, device="CPU")
    (found,) = recent(root)
    assert (found.images, found.problems, found.device, found.can_go_on) == (4, 1, "CPU", False)
    assert found.request == kept.request
    (root / "somebody's").mkdir()
    (root / "somebody's" / "batch.json").write_text("[]")
    for _ in range(MOST_KEPT + 2):
        begin(root, kept.request, CLASSES).rows.touch()
    assert len(recent(root)) <= MOST_KEPT + 1
    assert not kept.folder.exists()


def test_a_table_says_what_a_person_called_an_image(kept, tmp_path):
    add_labels(kept, 1, [2], "bee")
    assert save(kept, tmp_path / "out.csv") == {"out": str(tmp_path / "out.csv"), "images": 4, "problems": 1}
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {r["model"] for r in rows} == {"run@123"}
    assert [(r["class"], r["unsure"], r["label"]) for r in rows] == [
        ("ant", "no", ""),
        ("bee", "no", ""),
        ("ant", "no", "bee"),
        ("bee", "no", ""),
    ]
    assert "damaged" in (tmp_path / "out.problems.csv").read_text()
    assert not list(tmp_path.glob(".*"))


def test_more_classes_than_there_are_cannot_be_named(kept, tmp_path):
    params = SaveParams(str(kept.folder), str(tmp_path / "out.csv"), "csv", CLASSES, kept.request.sources, 9, 0.5)
    save_results(params, emit=lambda _: None, cancel=Cancel())
    rows = [line.split(",") for line in (tmp_path / "out.csv").read_text().splitlines()]
    assert {len(row) for row in rows} == {len(rows[0])}


def test_without_corrections_a_table_has_no_column_for_them(kept, tmp_path):
    save(kept, tmp_path / "out.csv")
    assert "label" not in (tmp_path / "out.csv").read_text().splitlines()[0].split(",")


def test_a_submission_counts_the_correction_as_the_answer(kept, tmp_path):
    add_labels(kept, 1, [2], "bee")
    save(kept, tmp_path / "out.csv", "submission")
    assert (tmp_path / "out.csv").read_text().split() == ["index,answer", "value", "0,0", "1,1", "2,1", "3,", "4,1"]
    add_labels(kept, 2, [2], "wasp")
    assert save(kept, tmp_path / "out.csv", "submission")["unanswered"] == 1
    assert "2,\n" in (tmp_path / "out.csv").read_text()


def test_json_lines_and_the_page_are_written(kept, tmp_path):
    add_labels(kept, 1, [2], "wasp")
    save(kept, tmp_path / "out.jsonl", "jsonl")
    assert [json.loads(line).get("label") for line in (tmp_path / "out.jsonl").read_text().splitlines()][2] == "wasp"
    save(kept, tmp_path / "page.html", "page")
    page = (tmp_path / "page.html").read_text()
    assert "wasp" in page
    assert page.count("data:image/jpeg") >= 4


def test_a_stopped_save_leaves_nothing_and_an_earlier_table_stays(kept, tmp_path):
    (tmp_path / "out.csv").write_text("earlier")
    cancel = Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        save(kept, tmp_path / "out.csv", cancel=cancel)
    assert (tmp_path / "out.csv").read_text() == "earlier"
    assert not list(tmp_path.glob(".*"))


def test_files_are_sorted_as_they_were_called_and_come_back(kept, tmp_path):
    add_labels(kept, 1, [2], "wasp")
    target, pictures = tmp_path / "sorted", Path(kept.request.sources[0])
    before = {p.name: p.read_bytes() for p in pictures.iterdir()}
    result = sort(kept, target)
    assert (result["sorted"], result["not_sorted"]) == (5, 0)
    assert names(target) == ["ant/0.png", "bee/1.png", "bee/4.png", "problems/3.png", "wasp/2.png"]
    (journal,) = recent_journals(kept.folder.parent / "sorted.json")
    assert (str(journal.journal), journal.mode) == (result["journal"], "move")
    undo_sort(UndoSortParams(str(journal.journal)), emit=lambda _: None, cancel=Cancel())
    assert {p.name: p.read_bytes() for p in pictures.iterdir()} == before
    assert recent_journals(kept.folder.parent / "sorted.json") == []


def test_what_is_below_the_threshold_goes_to_unsure_and_only_chosen_rows_go(kept, tmp_path):
    sort(kept, tmp_path / "sorted", mode="copy", threshold=0.75, only=(0, 2, 4))
    assert names(tmp_path / "sorted") == ["ant/0.png", "unsure/2.png", "unsure/4.png"]


def test_pictures_in_an_archive_are_copied_out_of_it(kept, tmp_path):
    import zipfile

    archive, pictures = tmp_path / "pictures.zip", Path(kept.request.sources[0])
    with zipfile.ZipFile(archive, "w") as file:
        for number in range(5):
            file.write(pictures / f"{number}.png", f"in/{number}.png")
    text = kept.rows.read_text().replace(json.dumps(str(pictures))[1:-1] + "/", json.dumps(f"{archive}/in/")[1:-1])
    kept.rows.write_text(text)
    sort(kept, tmp_path / "sorted", mode="copy", sources=(str(archive),))
    assert names(tmp_path / "sorted") == ["ant/0.png", "bee/1.png", "bee/4.png", "problems/3.png", "unsure/2.png"]
    assert (tmp_path / "sorted" / "bee" / "4.png").read_bytes() == (pictures / "4.png").read_bytes()
    with pytest.raises(UsageError):
        sort(kept, tmp_path / "moved", sources=(str(archive),))
    params = SaveParams(str(kept.folder), str(tmp_path / "page.html"), "page", CLASSES, (str(archive),), 2, 0.5)
    save_results(params, emit=lambda _: None, cancel=Cancel())
    assert (tmp_path / "page.html").read_text().count("data:image/jpeg") >= 4, "the page shows them too"


def test_results_become_images_with_labels_where_sure_and_suggestions_elsewhere(kept, tmp_path):
    add_labels(kept, 1, [4], "wasp")
    params = AdoptParams(str(kept.folder), CLASSES, kept.request.sources, True, 0.85, 5)
    with Project.open_or_create(tmp_path / "new.pigeonhole") as project:
        result = adopt(params, emit=lambda _: None, cancel=Cancel(), project=project)
        assert (result["images"], result["labelled"], result["left_out"]) == (4, 2, 0)
        classes = {c.id: c.name for c in query.classes(project)}
        assert list(classes.values()) == ["ant", "bee", "wasp"]
        records = query.images(project, query.image_ids(project, query.Filter()))
        found = {r.path: classes.get(r.class_id) for r in records}
        assert found == {"0.png": "ant", "1.png": None, "2.png": None, "4.png": "wasp"}
        assert {Path(p).name: s for p, s in result["suggestions"].items()} == {
            "1.png": ("bee", 0.8),
            "2.png": ("ant", 0.4),
        }
        edits.undo(project)
        assert query.summary(project).images == 0


def test_with_suggestions_only_no_prediction_becomes_a_label(kept, tmp_path):
    params = AdoptParams(str(kept.folder), CLASSES, kept.request.sources, False, 0.0, 5, only=(0, 3))
    with Project.open_or_create(tmp_path / "new.pigeonhole") as project:
        result = adopt(params, emit=lambda _: None, cancel=Cancel(), project=project)
        assert (result["images"], result["labelled"], list(result["suggestions"].values())) == (1, 0, [("ant", 0.9)])
        with pytest.raises(SourceError):
            adopt(replace(params, only=(3,)), emit=lambda _: None, cancel=Cancel(), project=project)


def test_labels_that_the_project_keeps_over_those_that_come_are_counted(kept, tmp_path):
    params = AdoptParams(str(kept.folder), CLASSES, kept.request.sources, True, 0.85, 5)
    with Project.open_or_create(tmp_path / "new.pigeonhole") as project:
        first = adopt(params, emit=lambda _: None, cancel=Cancel(), project=project)
        assert (first["labelled"], first["kept"]) == (1, 0)
        add_labels(kept, 1, [0, 4], "wasp")

        again = adopt(params, emit=lambda _: None, cancel=Cancel(), project=project)

        assert (again["images"], again["labelled"], again["kept"]) == (0, 1, 1)
        classes = {c.id: c.name for c in query.classes(project)}
        records = query.images(project, query.image_ids(project, query.Filter()))
        found = {r.path: classes.get(r.class_id) for r in records}
        assert found == {"0.png": "ant", "1.png": None, "2.png": None, "4.png": "wasp"}


@pytest.mark.parametrize("worked", [True, False])
def test_what_a_person_labelled_while_results_were_added_stays_after_a_stop(kept, tmp_path, worked):
    params = AdoptParams(str(kept.folder), CLASSES, kept.request.sources, False, 0.9, 4)
    cancel = Cancel()
    with Project.open_or_create(tmp_path / "new.pigeonhole") as project:

        def emit(event):
            if isinstance(event, ImagesAdded) and event.images:
                if worked:
                    edits.set_note(project, query.image_ids(project, query.Filter())[:1], "mine")
                cancel.set()

        with pytest.raises(JobCancelled) as stop:
            adopt(params, emit=emit, cancel=cancel, project=project)

        counts = {"images": 4, "labelled": 0, "kept": 0, "left_out": 0, "suggestions": {}}  # told as those of the end
        assert stop.value.result == (counts if worked else {})
        records = query.images(project, query.image_ids(project, query.Filter()))
        assert [record.note for record in records] == (["mine", "", "", ""] if worked else [])


def test_what_models_run_on_is_told_by_a_job_of_its_own():
    found = about_device(DeviceParams(), emit=lambda _: None, cancel=Cancel())
    assert found["device"]
    assert "ONNX Runtime" in found["runtime"]


def test_moved_files_are_known_again_and_sorted_and_added_from_where_they_are(kept, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    path = f"{kept.request.sources[0]}/0.png"
    assert moved(kept.folder, [path]) == {}
    sort(kept, first, only=(0, 1))
    assert moved(kept.folder, [path]) == {path: first / "ant" / "0.png"}
    add_labels(kept, 1, [0], "bee")
    result = sort(kept, second)
    assert (result["sorted"], result["not_sorted"]) == (5, 0)
    assert moved(kept.folder, [path]) == {path: second / "bee" / "0.png"}
    assert names(second) == ["bee/0.png", "bee/1.png", "bee/4.png", "problems/3.png", "unsure/2.png"]
    save(kept, tmp_path / "page.html", "page")
    assert (tmp_path / "page.html").read_text().count("data:image/jpeg") >= 4
    with Project.create(tmp_path / "new.pigeonhole") as project:
        params = AdoptParams(str(kept.folder), CLASSES, kept.request.sources, False, 0.9, 4)
        result = adopt(params, emit=lambda _: None, cancel=Cancel(), project=project)
    assert (result["images"], result["left_out"]) == (4, 0)
    for journal in recent_journals(kept.folder.parent / "sorted.json"):
        undo_sort(UndoSortParams(str(journal.journal)), emit=lambda _: None, cancel=Cancel())
    assert moved(kept.folder, [path]) == {}
    assert Path(path).is_file()


def test_a_sorting_that_cannot_be_remembered_moves_nothing(kept, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="nothing was sorted"):
        sort(kept, tmp_path / "sorted", journals=str(tmp_path / "file" / "sorted.json"))
    assert names(tmp_path / "sorted") == []


def test_a_file_that_was_seen_twice_goes_once_as_it_was_seen_last(kept, tmp_path):
    path = f"{kept.request.sources[0]}/0.png"
    with kept.rows.open("a") as file:
        file.write(json.dumps({"path": path, "class": "bee", "confidence": 0.95, "top": [["bee", 0.95]]}) + "\n")
    assert superseded(kept.rows) == {0}
    with Project.create(tmp_path / "new.pigeonhole") as project:
        params = AdoptParams(str(kept.folder), CLASSES, kept.request.sources, True, 0.92, 5)
        result = adopt(params, emit=lambda _: None, cancel=Cancel(), project=project)
    assert (result["images"], result["labelled"]) == (4, 1)
    result = sort(kept, tmp_path / "sorted")
    assert (result["sorted"], result["not_sorted"]) == (5, 0)
    assert names(tmp_path / "sorted") == ["bee/0.png", "bee/1.png", "bee/4.png", "problems/3.png", "unsure/2.png"]
    undone = undo_sort(UndoSortParams(str(result["journal"])), emit=lambda _: None, cancel=Cancel())
    assert (undone["restored"], undone["left"]) == (5, 0)


def test_copies_do_not_stand_for_files_that_are_gone(kept, tmp_path):
    path = f"{kept.request.sources[0]}/0.png"
    sort(kept, tmp_path / "sorted", mode="copy")
    Path(path).unlink()
    assert moved(kept.folder, [path]) == {}
    assert Whereabouts(kept.folder).of(path) == path


def test_what_cannot_be_taken_out_of_an_archive_is_told_and_the_archive_is_no_picture(kept, tmp_path):
    archive, pictures = tmp_path / "pictures.tar", Path(kept.request.sources[0])
    with tarfile.open(archive, "w") as file:
        file.add(pictures / "0.png", "0.png")
        file.add(pictures / "1.png", "1.png")
    with kept.rows.open("w") as file:
        for record in (
            {"path": f"{archive}/0.png", "class": "ant", "confidence": 0.9, "top": [["ant", 0.9]]},
            {"path": str(archive), "problem": "cannot be unpacked: the archive cannot be read further"},
        ):
            file.write(json.dumps(record) + "\n")
    told = []
    journals = str(kept.folder.parent / "sorted.json")
    params = SortParams(str(kept.folder), str(tmp_path / "sorted"), "copy", CLASSES, (str(archive),), 0.5, journals, 2)
    result = sort_results(params, emit=told.append, cancel=Cancel())
    assert names(tmp_path / "sorted") == ["ant/0.png"]
    assert (result["sorted"], result["not_sorted"]) == (1, 1)
    assert [(event.path, event.reason) for event in told] == [
        (str(archive), "cannot be unpacked: the archive cannot be read further")
    ]
