"""Random trees, tables, exports and archives: no exception but an `EngineError`, and no file unaccounted for."""

import io
import json
import tempfile
import zipfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st
from PIL import Image

from engine.errors import EngineError, SourceError
from engine.jobs.job import Cancel
from engine.library.importers.detect import LABELS, ImportOptions, detect, import_rows
from engine.library.importers.labelme import flags
from engine.library.importers.tables import read_table
from engine.library.listing import Listed, list_images
from engine.library.project import Project
from engine.library.query import summary
from engine.library.scan import ImportParams, import_sources
from tests.long_forms import examples

# Damaged archives are not shrunk: that takes minutes and says no more.
few_examples = examples(12, phases=(Phase.explicit, Phase.generate))

# Names that mean something to an importer beside names that mean nothing.
words = st.sampled_from(
    ["train", "val", "valid", "test1", "unassigned", "cat", "dog", "0", "007", "IMG", "a b", "고양이", "😀", "%2F", "-"]
) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0\n\r"), min_size=1, max_size=6)
names = st.builds(lambda *parts: "".join(parts), words, st.sampled_from(["", "_", "."]), words).filter(
    lambda name: not name.startswith(".") and len(name.encode()) < 120
)
image_names = st.builds(lambda name, suffix: name + suffix, names, st.sampled_from([".png", ".JPG", ".tif"]))
folders = st.lists(names, max_size=3).map("/".join)
trees = st.dictionaries(folders, st.lists(image_names, min_size=1, max_size=6, unique=True), min_size=1, max_size=6)
listings = trees.map(lambda tree: [Listed(folder, tuple(sorted(files))) for folder, files in sorted(tree.items())])
cells = words | st.sampled_from(["path", "class", "label", "split", "file_name", "1.png", "cat/1.png", '"', "a,b", ""])
tables = st.lists(st.lists(cells, min_size=1, max_size=5), max_size=8).flatmap(
    lambda rows: st.sampled_from([",", ";", "\t", "|"]).map(lambda sep: "\n".join(sep.join(row) for row in rows))
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | cells,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["flags", "data", "annotations", "result", "value", "choices", "image", "choice", "label"])
            | words,
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@examples(60)
@given(st.binary(max_size=300) | tables.map(str.encode) | tables.map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_a_table_or_an_error(data):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.csv"
        file.write_bytes(data)
        with suppress(EngineError):
            table = read_table(file)
            assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\n" * 6_000_000, "it has over 5,000,000 rows"),
        ("a," * 1500 + "\n" + "b\n" * 30_000, "it has up to 30,002 rows of 1,501 cells"),
        ("," * 3000, "a row has 3,001 cells"),
    ],
)
def test_a_table_of_more_cells_than_memory_holds_is_told(tmp_path, text, sentence):
    (tmp_path / "t.csv").write_text(text)

    with pytest.raises(SourceError, match=sentence):
        read_table(tmp_path / "t.csv")


def test_a_table_of_gigabytes_is_told(tmp_path):
    with (tmp_path / "t.csv").open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(SourceError, match="it is larger than 256 MB"):
        read_table(tmp_path / "t.csv")


@examples(60)
@given(listings, st.sampled_from(LABELS), st.none() | st.sampled_from([r"^(\w+)", r"(?P<class>\d)", "(", r"/(.*)/"]))
def test_any_listing_gives_each_image_at_most_once(listing, labels, pattern):
    whole = Counter(f"{entry.folder}/{name}".lstrip("/") for entry in listing for name in entry.names)
    with suppress(EngineError):
        found = import_rows(Path("/nowhere"), listing, ImportOptions(labels=labels, pattern=pattern))
        rows = Counter(row.path for row in found.rows)
        assert rows == whole, "without a table every image is imported, once"
        assert {row.class_name for row in found.rows} - {None} == set(found.classes)


@examples(60)
@given(listings, tables, st.sampled_from(["labels.csv", "labels.tsv", "metadata.csv", "classes.csv"]), json_values)
def test_tables_and_exports_beside_the_images_never_break_the_import(listing, table, name, record):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / name).write_text(table, encoding="utf-8")
        (folder / "export.json").write_text(json.dumps(record), encoding="utf-8")
        whole = {f"{entry.folder}/{file}".lstrip("/") for entry in listing for file in entry.names}
        for labels in ("auto", "csv", "imagefolder", "label-studio", "labelme"):
            with suppress(EngineError):
                rows = Counter(row.path for row in import_rows(folder, listing, ImportOptions(labels=labels)).rows)
                assert rows.keys() <= whole
                assert not rows or max(rows.values()) == 1


@examples(60)
@given(json_values)
def test_any_annotation_has_flags_or_none(record):
    assert all(isinstance(flag, str) for flag in (flags(record) if isinstance(record, dict) else []))


def picture():
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(buffer, "PNG")
    return buffer.getvalue()


@few_examples
@given(trees, st.lists(st.booleans() | st.binary(max_size=20), min_size=1, max_size=5))
def test_imported_and_problems_are_all_files_that_were_seen(tree, contents):
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "pictures"
        number = 0
        for folder, files in tree.items():
            for name in files:
                with suppress(OSError):  # a file where another tree has a folder
                    (root / folder).mkdir(parents=True, exist_ok=True)
                    content = contents[number % len(contents)]
                    (root / folder / name).write_bytes(content if isinstance(content, bytes) else picture())
                    number += 1
        try:
            seen = sum(len(entry.names) for entry in list_images(root, cancel=Cancel()))
        except EngineError:
            seen = 0
        try:
            params = ImportParams(str(Path(place) / "p"), (str(root),))
            result = import_sources(params, emit=lambda _: None, cancel=Cancel())
        except EngineError:
            assert seen == 0
            return
        with Project.open(Path(place) / "p", read_only=True) as project:
            counts = summary(project)
        assert (result["images"], counts.images, counts.unchecked) == (seen, seen, 0)
        assert result["problems"] == counts.problems


@few_examples
@given(
    st.lists(st.tuples(folders, image_names, st.booleans()), min_size=1, max_size=5),
    st.none() | st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)),
    st.none() | st.floats(0, 1),
)
def test_archives_that_were_damaged_give_an_error_or_less(members, change, cut):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, suppress(UserWarning):
        for folder, name, good in members:
            if f"{folder}/{name}" not in archive.namelist():
                archive.writestr(f"{folder}/{name}", picture() if good else b"bad")
    data = bytearray(buffer.getvalue())
    if change is not None:
        place = int(change[0] * (len(data) - 1))
        data[place : place + len(change[1])] = change[1]
    if cut is not None:
        data = data[: int(cut * len(data))]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "set.zip"
        file.write_bytes(data)
        with suppress(EngineError):
            detect(file)
        with suppress(EngineError):
            params = ImportParams(str(Path(folder) / "p"), (str(file),))
            result = import_sources(params, emit=lambda _: None, cancel=Cancel())
            assert result["images"] <= len(members)
        assert {entry.name for entry in Path(folder).iterdir()} <= {"set.zip", "p.pigeonhole"}


@examples(60)
@given(st.floats(0, 1), st.binary(min_size=1, max_size=6), st.sampled_from(["x_train", "images", "labels", "y"]))
def test_array_files_that_were_damaged_give_an_error_or_pictures(place, change, key):
    buffer = io.BytesIO()
    np.savez(buffer, **{key: np.zeros((3, 4, 4), np.uint8), "y_train": np.arange(3)})
    data = bytearray(buffer.getvalue())
    start = int(place * (len(data) - 1))
    data[start : start + len(change)] = change
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "set.npz").write_bytes(data)
        with suppress(EngineError):
            assert detect(Path(folder) / "set.npz").images == 3


@pytest.mark.parametrize("labels", LABELS)
def test_a_tree_without_images_is_an_error_whatever_is_asked(labels, tmp_path):
    with pytest.raises(EngineError):
        detect(tmp_path, ImportOptions(labels=labels))
