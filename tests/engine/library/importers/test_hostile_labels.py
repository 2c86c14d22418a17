"""Files of labels that would end the process, or take it minutes or gigabytes, to look at."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.jobs.job import Cancel
from engine.library.importers import tree
from engine.library.importers.detect import detect
from engine.library.importers.json_records import parse
from engine.library.importers.note import NoteKind
from engine.library.importers.tree import Tree
from engine.library.listing import list_images
from engine.library.packed.arrays import read as read_arrays
from engine.library.packed.mat_elements import check_elements

MOST = 2**20
LONG = 100_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four pictures in two folders."""
    for name in ("cat/1.png", "cat/2.png", "dog/3.png", "dog/4.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("L", (4, 4)).save(tmp_path / name)
    return tmp_path


def element(kind: int, data: bytes) -> bytes:
    return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)


def start_of(kind: int, *shape: int, name: str = "") -> bytes:
    """Class, shape and name of an array."""
    axes = struct.pack(f"<{len(shape)}i", *shape)
    return element(6, struct.pack("<II", kind, 0)) + element(5, axes) + element(1, name.encode())


def mat_file(*arrays: bytes) -> bytes:
    return b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM" + b"".join(arrays)


def packed(array: bytes) -> bytes:
    data = zlib.compress(array, 9)
    return struct.pack("<II", 15, len(data)) + data


def cells_in_cells(depth: int, name: str = "labels", count: int = 1) -> bytes:
    """Cells that say how long they are, each with one in it."""
    whole, parts = 0, []
    for _ in range(depth):
        head = start_of(1, 1, 1)
        parts.append(struct.pack("<II", 14, len(head) + whole) + head)
        whole += len(head) + 8
    return element(14, start_of(1, 1, count, name=name) + b"".join(reversed(parts)))


def lying_cells(depth: int) -> bytes:
    """Cells in a row that SciPy takes for cells in each other, as each says that it has one and ends before it."""
    return element(14, start_of(1, 1, 1, name="labels") + element(14, start_of(1, 1, 1)) * depth)


@pytest.mark.parametrize("arrays", [cells_in_cells(50_000), packed(cells_in_cells(50_000)), lying_cells(50_000)])
def test_cells_in_cells_do_not_end_the_process(folder: Path, arrays: bytes) -> None:
    (folder / "labels.mat").write_bytes(mat_file(arrays))
    found = detect(folder)
    assert found.kind == "class-folders"
    assert NoteKind.DAMAGED in {note.kind for note in found.notes}


def test_labels_of_an_array_file_that_are_cells_in_cells_are_refused(tmp_path: Path) -> None:
    import scipy.io as matlab

    pictures = io.BytesIO()
    matlab.savemat(pictures, {"X": np.zeros((8, 8, 3, 4), np.uint8)})
    (tmp_path / "train.mat").write_bytes(pictures.getvalue() + cells_in_cells(50_000, "y", 4))
    with pytest.raises(SourceError, match="found cells"):
        read_arrays([tmp_path / "train.mat"])


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (element(14, start_of(4, 1, 400_000_000, name="labels") + element(4, b"")), "more values"),
        (element(14, start_of(1, 1, 400_000_000, name="labels")), "more values"),
        (packed(element(14, start_of(9, 1, 2 * MOST, name="x") + element(2, bytes(2 * MOST)))), "unpacks to more"),
        (element(14, start_of(16, 1, 1, name="x") + element(2, b"")), "functions"),
        (element(14, start_of(9, 1, 1, name="x"))[:-3], "too early"),
    ],
)
def test_what_a_matlab_file_says_of_itself_is_checked(array: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_elements(mat_file(array), MOST)


@pytest.mark.parametrize("is_packed", [False, True])
def test_matlab_files_of_all_sorts_pass(is_packed: bool) -> None:
    import scipy.io as matlab
    import scipy.sparse as sparse

    records = np.zeros((1, 6), [("class", object), ("fname", object)])
    values: dict[str, Any] = {
        "numbers": np.zeros((3, 4)),
        "none": np.zeros((0, 0)),
        "complex": 1 + 2j,
        "sparse": sparse.eye(3).tocsc(),
    }
    values |= {"cells": np.array(["x", "yy", np.zeros((0, 0))], object), "records": records, "text": "abc", "no": ""}
    values |= {"texts": ["abc", "de"], "inner": {"a": {"b": [1, 2]}}, "small": np.array([[1, 2]], np.uint8)}
    file = io.BytesIO()
    matlab.savemat(file, values, do_compression=is_packed)
    check_elements(file.getvalue(), MOST)


def test_numbers_of_matlab_are_floats_and_others_are_no_number(folder: Path) -> None:
    import scipy.io as matlab

    matlab.savemat(folder / "imagelabels.mat", {"labels": np.array([[1.0, 1.0, 2.0, 2.0]])})
    matlab.savemat(folder / "setid.mat", {"trnid": np.array([[1.0, 3.5]]), "tstid": np.array([["\u00b2"]])})
    matlab.savemat(folder / "names.mat", {"class_names": np.array(["fox", "owl"], object)})
    found = detect(folder)
    assert "matlab-lists" in {found.kind, *(other.kind for other in found.others)}
    assert {"fox": 2, "owl": 2} in [found.classes, *(other.classes for other in found.others)]


@pytest.mark.parametrize(
    "text",
    [
        "<annotations>" + "<image " * LONG,
        "<annotations>" + '<image name="a">' * LONG,
        "<annotations>" + '<image name="a" ' * LONG,
        '<annotations><image name="a">' + "<tag " * LONG + "</image>",
        '<annotations><image name="a">' + '<tag label="' * LONG + "</image>",
    ],
)
def test_an_export_of_cvat_takes_no_longer_than_it_is_long(folder: Path, text: str) -> None:
    (folder / "annotations.xml").write_text(text)
    assert seconds(lambda: detect(folder)) < 10


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("classes.txt", "a" + " " * LONG + "x"),
        ("classes.txt", "a" + " :" * LONG + " 1"),
        ("labels.csv", "path,label\n" + "\n".join(f"cat/{n}.png," + "a" * LONG + "1" for n in (1, 2))),
        ("labels.csv", "path,label\n" + "\n".join(f"cat/{n}.png,." + "1" * LONG + "x" for n in (1, 2))),
    ],
)
def test_long_lines_and_cells_take_no_longer_than_they_are_long(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    (folder / "cat").rename(folder / "0")
    (folder / "dog").rename(folder / "1")
    assert seconds(lambda: detect(folder)) < 10


def test_records_of_json_with_more_values_than_memory_may_hold_are_refused(folder: Path) -> None:
    wide = [{"file": "1.png", **{f"k{place // 2}-{n}": "a" for n in range(199)}} for place in range(50)]
    finder = Tree(folder, list_images(folder, cancel=Cancel())).finder
    with pytest.raises(SourceError, match="too much"):
        parse(Path("a.json"), wide + [{"file": "2.png"}] * 10_000, finder)


def seconds(done: Callable[[], object]) -> float:
    """Processor time; what these tests are about took minutes to hours."""
    start = time.process_time()
    done()
    return time.process_time() - start


def test_json_files_are_kept_in_memory_up_to_a_bound_for_all_of_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file above it is not even opened; it is told, and others are still read."""
    with (folder / "a_huge.json").open("wb") as huge:
        huge.truncate(2**31)
    labels = '{"1.png": "cat", "2.png": "cat", "3.png": "dog", "4.png": "dog"}'
    (folder / "labels.json").write_text(labels)
    begin = time.process_time()

    found = detect(folder)

    assert time.process_time() - begin < 2
    assert dict(found.classes) == {"cat": 2, "dog": 2}
    assert any("a_huge.json is not read: it has 2,147 MB" in str(note) for note in found.notes)

    (folder / "a_huge.json").write_text(labels.replace("1.png", "9.png"))
    monkeypatch.setattr(tree, "LARGEST_JSON", 3 * len(labels) // 2)
    assert any("labels.json is not read" in str(note) for note in detect(folder).notes)


def test_a_list_of_splits_with_a_line_of_blanks_is_read_at_once(folder: Path) -> None:
    (folder / "train.txt").write_text(f"cat/1.png\ndog/3.png\ncat{' ' * LONG}x\n")
    (folder / "test.txt").write_text("cat/2.png  0\ndog/4.png 1\n")
    found = []
    assert seconds(lambda: found.append(detect(folder))) < 5
    assert dict(found[0].splits) == {"training": 2, "test": 2}


def test_metadata_of_which_each_line_has_another_key_takes_no_gigabytes(folder: Path) -> None:
    rows = "\n".join(f'{{"key {n}": 1}}' for n in range(20_000))
    (folder / "metadata.jsonl").write_text(rows)
    found = []
    assert seconds(lambda: found.append(detect(folder))) < 5
    assert any("metadata.jsonl has 20,000 records of 20,000 fields" in str(note) for note in found[0].notes)
