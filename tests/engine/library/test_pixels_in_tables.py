"""Pictures in cells of tables, `.npy`, Parquet and MATLAB files come in with their values, classes and splits."""

import io
import json
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.errors import SourceError
from engine.events import Log, ProblemFound
from engine.imaging.decode import decode_array
from engine.library.importers.detect import detect
from engine.library.query import Filter, image_ids, images
from tests.engine.library.conftest import labels_of, splits_of

RNG = np.random.default_rng(5)
CASE = "29-archives-and-arrays-refused"


def pixels(count, *shape):
    return RNG.integers(0, 256, (count, *shape), dtype=np.uint8)


def smooth(count, side):
    """Colour pictures whose neighbouring pixels are alike, as those of the world are."""
    y, x = np.mgrid[0:side, 0:side] * (200 / side)
    planes = [np.stack([y + n, x + n, 200 - (x + y) / 2 + n], axis=-1) for n in range(count)]
    return np.stack(planes).astype(np.uint8)


def stored(project, mode="grey"):
    found = images(project, image_ids(project, Filter(problems=None)))
    return np.stack([decode_array(i.file, mode=mode) for i in sorted(found, key=lambda i: i.file.name)])


def table(file, rows, names=None):
    lines = ([",".join(names)] if names else []) + [",".join(map(str, row)) for row in rows]
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("label_first", [True, False])
def test_rows_of_pixels_keep_their_values_with_and_without_a_head(tmp_path, project, add, names, label_first):
    values, labels = pixels(6, 9, 9), [3, 7, 3, 7, 3, 7]
    values[:, 0, 0], values[:, -1, -1] = 0, 0  # what stands in the corners of digits
    names = [f"pixel{n}" for n in range(81)] if names else []
    head = ["label", *names] if label_first else [*names, "label"]
    rows = [[n, *row.ravel()] if label_first else [*row.ravel(), n] for n, row in zip(labels, values, strict=True)]
    file = table(tmp_path / "digits_train.csv", rows, head if names else None)

    assert detect(file).classes == {"3": 3, "7": 3}
    add(file, split="named")

    assert np.array_equal(stored(project)[..., 0], values)
    assert set(splits_of(project).values()) == {"training"}


def test_a_table_of_pixels_without_labels_is_imported_without_labels(tmp_path, project, add):
    table(tmp_path / "test.csv", pixels(3, 64), [f"pixel{n}" for n in range(64)])

    add(tmp_path / "test.csv")

    assert set(labels_of(project).values()) == {None}


def test_the_levels_of_a_small_scale_are_spread_from_black_to_white(tmp_path, project, add):
    values = RNG.integers(0, 17, (4, 64))
    values[:, 0], values[0, 1] = 0, 16

    add(table(tmp_path / "optdigits.csv", [[*row, n % 2] for n, row in enumerate(values)]))

    assert np.array_equal(stored(project)[..., 0].reshape(4, 64), np.rint(values * 255 / 16))


@pytest.mark.parametrize("planes", [True, False])
def test_the_order_of_colours_is_told_by_what_neighbours_look_like(tmp_path, project, add, planes):
    values, events = smooth(5, 16), []
    rows = values.transpose(0, 3, 1, 2) if planes else values
    rows = [[n % 2, *row.ravel()] for n, row in enumerate(rows)]

    add(table(tmp_path / "hmnist.csv", rows, ["label", *(f"pixel{n}" for n in range(768))]), events=events)

    assert np.array_equal(stored(project, "rgb"), values)
    assert any(("planes" if planes else "together") in event.message for event in events if isinstance(event, Log))


def test_a_column_with_all_pixels_and_a_usage_gives_classes_and_splits(tmp_path, project, add):
    values = pixels(6, 12, 12)
    usage = ["Training", "PublicTest", "PrivateTest"] * 2
    rows = [
        [n % 2, f'"{" ".join(map(str, row.ravel()))}"', u] for n, (row, u) in enumerate(zip(values, usage, strict=True))
    ]

    add(table(tmp_path / "faces.csv", rows, ["emotion", " pixels", "Usage"]), split="named")

    assert sorted(splits_of(project).values()) == ["test"] * 2 + ["training"] * 2 + ["validation"] * 2
    assert sorted(labels_of(project).values()) == ["0"] * 3 + ["1"] * 3
    order = [0, 3, 1, 4, 2, 5]  # split by split
    assert np.array_equal(stored(project)[..., 0], values[order])


def test_training_and_test_tables_of_a_folder_come_together_also_in_an_archive(tmp_path, project, add):
    names = ["label", *(f"pixel{n}" for n in range(64))]
    (tmp_path / "signs").mkdir()
    for split, count in (("train", 4), ("test", 2)):
        rows = [[n % 2, *row] for n, row in enumerate(pixels(count, 64))]
        table(tmp_path / "signs" / f"sign_mnist_{split}.csv", rows, names)
    with zipfile.ZipFile(tmp_path / "signs.zip", "w") as archive:
        for file in (tmp_path / "signs").iterdir():
            archive.write(file, f"{file.stem}/{file.name}")

    found = detect(tmp_path / "signs")
    assert (found.images, found.splits) == (6, {"training": 4, "test": 2})
    assert detect(tmp_path / "signs.zip").images >= 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("label," + ",".join(f"pixel{n}" for n in range(64)) + "\n" + "1,2" + ",3" * 63 + "\n1,2,3\n", "line 3"),
        ("1" + ",3" * 64 + "\n1" + ",3" * 64 + "\n1" + ",3" * 64 + "\n1" + ",x" * 64 + "\n", "line 4"),
    ],
)
def test_a_damaged_row_is_told_with_its_line(tmp_path, add, text, told):
    (tmp_path / "broken.csv").write_text(text)

    with pytest.raises(SourceError, match=told):
        add(tmp_path / "broken.csv")


def test_a_line_that_never_ends_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.library.packed.pixel_table.LONGEST_LINE", 1000)
    file = table(tmp_path / "digits.csv", [[1, *row] for row in pixels(3, 64)])
    file.write_text(file.read_text() + "1," * 2000)

    with pytest.raises(SourceError, match="longer than"):
        detect(file)


def test_an_ordinary_table_is_no_table_of_pixels(tmp_path):
    file = table(tmp_path / "iris.csv", [[5.1, 3.5, 1.4, 0.2, "setosa"]] * 3, ["a", "b", "c", "d", "species"])

    with pytest.raises(SourceError):
        detect(file)


@settings(max_examples=60, deadline=None)
@given(st.integers(8, 12), st.integers(1, 5), st.sampled_from([",", ";", "\t"]), st.booleans(), st.binary(max_size=30))
def test_any_table_of_pixels_gives_its_rows_or_a_sentence(tmp_path_factory, side, count, separator, damaged, junk):
    folder = tmp_path_factory.mktemp("tables")
    rows = [separator.join(map(str, [n, *range(side * side)])) for n in range(count)]
    data = "\n".join(rows).encode()
    file = folder / "t.csv"
    file.write_bytes(data[: len(data) // 2] + junk + data[len(data) // 2 :] if damaged else data)

    try:
        found = detect(file)
    except SourceError:
        assert damaged
    else:
        assert damaged or found.images == count


def test_npy_files_that_belong_together_are_read_from_any_of_them(tmp_path, project, add):
    train, test = pixels(6, 8, 8, 3), pixels(2, 8, 8, 3)
    for name, array in (("x_train", train), ("y_train", [0, 1] * 3), ("x_test", test), ("y_test", [0, 1])):
        np.save(tmp_path / f"{name}.npy", array)

    assert detect(tmp_path).splits == detect(tmp_path / "x_train.npy").splits == {"training": 6, "test": 2}
    add(tmp_path / "x_train.npy")

    assert np.array_equal(stored(project, "rgb"), np.concatenate([test, train]))


@pytest.mark.parametrize("objects", [True, False])
def test_npy_files_that_cannot_be_read_are_told_and_nothing_is_unpickled(tmp_path, objects):
    np.save(tmp_path / "x_train.npy", np.array([{}], object) if objects else np.zeros((3, 8, 8)), allow_pickle=objects)
    if not objects:
        (tmp_path / "x_train.npy").write_bytes((tmp_path / "x_train.npy").read_bytes()[:40])

    with pytest.raises(SourceError, match=r"x_train\.npy|arrays"):
        detect(tmp_path / "x_train.npy")


@pytest.mark.parametrize(("low", "high", "dtype"), [(0, 4095, np.uint16), (-1, 1, np.float32), (-1000, 1000, np.int16)])
def test_arrays_of_deep_values_fill_the_range_from_black_to_white(tmp_path, project, add, low, high, dtype):
    values = np.linspace(low, high, 2 * 64).astype(dtype).reshape(2, 8, 8)
    np.save(tmp_path / "images.npy", values)

    add(tmp_path / "images.npy")

    found = stored(project)
    assert (found.min(), found.max(), len(np.unique(found)) > 100) == (0, 255, True)


@pytest.mark.parametrize("svhn", [True, False])
def test_matlab_arrays_come_with_pictures_last_as_svhn_has_them_or_first(tmp_path, project, add, svhn):
    import scipy.io

    values = pixels(5, 8, 8, 3)
    stored_as = {"X": values.transpose(1, 2, 3, 0), "y": np.array([[1], [10], [1], [10], [2]], np.uint8)}
    planes = {"data": values.transpose(0, 3, 1, 2).reshape(5, -1), "labels": np.array([[1], [0], [1], [0], [2]])}
    scipy.io.savemat(tmp_path / "train_32x32.mat", stored_as if svhn else planes, do_compression=True)

    found = detect(tmp_path)
    assert (found.classes, found.splits) == (
        {"1": 2, "2": 1, "10": 2} if svhn else {"0": 2, "1": 2, "2": 1},
        {"training": 5},
    )
    add(tmp_path / "train_32x32.mat")

    assert np.array_equal(stored(project, "rgb"), values)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 800), st.binary(min_size=1, max_size=6))
def test_damaged_matlab_files_give_pictures_or_a_sentence(tmp_path_factory, place, junk):
    import scipy.io

    file = tmp_path_factory.mktemp("mat") / "set.mat"
    scipy.io.savemat(file, {"X": np.zeros((8, 8, 3, 4), np.uint8), "y": np.array([0, 1, 0, 1])})
    data = bytearray(file.read_bytes())
    data[place : place + len(junk)] = junk
    file.write_bytes(data)

    try:
        detect(file)
    except SourceError as error:
        assert str(error)  # noqa: PT017


def test_a_matlab_file_of_the_new_kind_is_told(tmp_path):
    (tmp_path / "x.mat").write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + b"\x89HDF\r\n\x1a\n")

    with pytest.raises(SourceError, match=r"7\.3"):
        detect(tmp_path / "x.mat")


def parquet(file, rows, names=None):
    pa = pytest.importorskip("pyarrow", reason="needs the extra package pyarrow")
    from pyarrow import parquet

    told = {"info": {"features": {"image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}}}
    made = pa.table({"image": [image for image, _ in rows], "label": [label for _, label in rows]})
    if names:
        made = made.replace_schema_metadata({"huggingface": json.dumps(told)})
    file.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(made, file)


def png(values):
    data = io.BytesIO()
    Image.fromarray(values).save(data, "PNG")
    return data.getvalue()


def test_pictures_in_parquet_files_keep_their_bytes_names_of_classes_and_splits(tmp_path, project, add):
    values, events = pixels(6, 8, 8, 3), []
    train = [({"bytes": png(v), "path": None if n else "a.png"}, n % 2) for n, v in enumerate(values[:4])]
    test = [({"bytes": png(values[4]), "path": "b.PNG"}, -1), ({"bytes": b"", "path": "c.jpg"}, 1)]
    parquet(tmp_path / "set" / "data" / "train-00000-of-00001.parquet", train, ["cat", "dog"])
    parquet(tmp_path / "set" / "data" / "test-00000-of-00001.parquet", test, ["cat", "dog"])

    add(tmp_path / "set", split="named", events=events)

    assert sorted(filter(None, labels_of(project).values())) == ["cat", "cat", "dog", "dog"]
    assert [e.reason for e in events if isinstance(e, ProblemFound)] == ["empty file"]
    files = sorted(project.folder.glob("unpacked/*/train/*/*.png"), key=lambda f: f.name)
    assert [file.read_bytes() for file in files] == [image["bytes"] for image, _ in train]


def test_a_parquet_file_without_pyarrow_is_told_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "train.parquet").write_bytes(b"PAR1")

    with pytest.raises(SourceError, match="pip install pyarrow"):
        detect(tmp_path)


def test_a_damaged_parquet_file_is_told(tmp_path):
    pytest.importorskip("pyarrow", reason="needs the extra package pyarrow")
    (tmp_path / "train.parquet").write_bytes(b"PAR1" * 9)

    with pytest.raises(SourceError, match="as Parquet"):
        detect(tmp_path)


@pytest.fixture
def case(shared_data, tmp_path):
    with zipfile.ZipFile(shared_data / "import-cases.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path / CASE


def test_the_arrays_and_tables_that_people_sent_are_read_or_told(case):
    assert detect(case / "65-npy" / "train-images.npy").classes == {"0": 12, "1": 12}
    assert detect(case / "67-mnist-csv" / "train.csv").images == 24
    assert len(detect(case / "67-mnist-csv" / "train.csv").classes) == 10
    with pytest.raises(SourceError, match=r"7-Zip archive; unpack it yourself"):
        detect(case / "63b.7z")


def test_the_parquet_files_that_people_sent_are_read(case):
    pytest.importorskip("pyarrow", reason="needs the extra package pyarrow")

    found = detect(case / "64-parquet")

    assert (found.classes, found.splits) == ({"cat": 16, "dog": 16}, {"test": 8, "training": 24})
