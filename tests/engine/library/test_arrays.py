"""Array files become class folders of PNG with exactly their values."""

import gzip
import io
import pickle
import struct
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.imaging.decode import decode_array
from engine.library.importers.detect import ImportOptions, detect
from engine.library.query import Filter, image_ids, images
from tests.engine.library.conftest import labels_of, splits_of

RNG = np.random.default_rng(3)


def pixels(count, *shape):
    return RNG.integers(0, 256, (count, *shape), dtype=np.uint8)


def stored(project, mode):
    """The pixels of all images in the order of the array."""
    found = images(project, image_ids(project, Filter(problems=None)))
    return np.stack([decode_array(i.file, mode=mode) for i in sorted(found, key=lambda i: i.file.name)])


def save(tmp_path, **arrays):
    np.savez_compressed(tmp_path / "set.npz", **arrays)
    return tmp_path / "set.npz"


def test_training_and_test_arrays_are_imported_with_their_values(tmp_path, project, add):
    train, test = pixels(12, 9, 7, 3), pixels(4, 9, 7, 3)
    file = save(tmp_path, x_train=train, y_train=np.arange(12) % 3, x_test=test, y_test=np.array([[0], [1], [2], [0]]))

    found = detect(file)

    assert (found.kind, found.images, found.splits) == ("packed-labels", 16, {"training": 12, "test": 4})
    assert found.classes == {"0": 6, "1": 5, "2": 5}
    assert add(file)["classes"] == found.classes
    assert np.array_equal(stored(project, "rgb"), np.concatenate([train, test]))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pixels(5, 8, 8), lambda a: a),
        (pixels(5, 8, 8, 1), lambda a: a[..., 0]),
        (pixels(5, 1, 8, 8), lambda a: a[:, 0]),
        (pixels(5, 64), lambda a: a.reshape(5, 8, 8)),
        (pixels(5, 8, 8) / 255.0, lambda a: np.rint(a * 255)),
        (pixels(5, 8, 8).astype(np.float32), lambda a: a),
        (pixels(5, 8, 8).astype(np.int64), lambda a: a),
        (pixels(5, 8, 8).astype(np.uint16) * 257, lambda a: a // 257),
        (pixels(5, 8, 8) > 99, lambda a: a * 255),
        (np.asfortranarray(pixels(5, 8, 8)), lambda a: a),
    ],
)
def test_grey_arrays_of_any_kind_keep_their_values(tmp_path, project, add, array, expected):
    add(save(tmp_path, images=array, labels=np.zeros(5, int)))

    assert np.array_equal(stored(project, "grey")[..., 0], expected(array))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pixels(3, 3, 8, 9), lambda a: a.transpose(0, 2, 3, 1)),
        (pixels(3, 3 * 64), lambda a: a.reshape(3, 3, 8, 8).transpose(0, 2, 3, 1)),
    ],
)
def test_planes_of_colour_are_put_together(tmp_path, project, add, array, expected):
    add(save(tmp_path, x=array, y=np.zeros(3, int)))

    assert np.array_equal(stored(project, "rgb"), expected(array))


@pytest.mark.parametrize(
    ("labels", "more", "expected"),
    [
        (np.array([0, 1, 1]), {}, {"0": 1, "1": 2}),
        (np.array([0.0, 1.0, 1.0]), {}, {"0": 1, "1": 2}),
        (np.eye(2)[[0, 1, 1]], {}, {"0": 1, "1": 2}),
        (np.array([True, False, False]), {}, {"0": 2, "1": 1}),
        (np.array(["cat", "dog", "dog"]), {}, {"cat": 1, "dog": 2}),
        (np.array([b"cat", b"dog", b"dog"]), {}, {"cat": 1, "dog": 2}),
        (np.array([0, 1, 1]), {"class_names": np.array(["cat", "a/b: test?"])}, {"a/b: test?": 2, "cat": 1}),
        (np.array([0, 1, 1]), {"class_names": np.array(["test", "Test"])}, {"test": 1, "Test": 2}),
    ],
)
def test_labels_of_any_kind_become_classes(tmp_path, project, add, labels, more, expected):
    file = save(tmp_path, images=pixels(3, 4, 4), labels=labels, **more)

    assert detect(file).classes == expected
    assert add(file)["classes"] == expected


def test_pictures_without_labels_and_validation_arrays_are_imported(tmp_path, project, add):
    add(save(tmp_path, train_images=pixels(2, 4, 4), train_labels=np.array([0, 1]), val_images=pixels(1, 4, 4)))

    assert sorted(splits_of(project).values()) == ["training", "training", "unassigned"]
    assert sorted(map(str, labels_of(project).values())) == ["0", "1", "None"]


class Evil:
    def __reduce__(self):
        return (pytest.fail, ("unpickled",))


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"images": np.array([Evil()], dtype=object)}, "it holds Python objects, which are never loaded"),
        ({"images": pixels(2, 4, 4), "labels": np.array([Evil(), 1], object)}, "holds Python objects"),
        ({"images": pixels(2, 4, 4), "labels": np.array([1, 2, 3])}, "a label for each of 2 pictures, found 3 labels"),
        ({"images": pixels(2, 4, 4), "labels": np.array([1.5, 2])}, "expected labels as whole numbers"),
        ({"images": pixels(2, 4, 4, 5, 6), "labels": np.zeros(2)}, "has the shape 2 × 4 × 4 × 5 × 6"),
        ({"images": pixels(2, 7)}, "has the shape 2 × 7"),
        ({"weights": pixels(2, 4, 4)}, "set.npz holds weights; expected arrays called x_train"),
        ({}, "holds no arrays"),
    ],
)
def test_an_npz_that_cannot_be_imported_says_why(tmp_path, add, arrays, sentence):
    np.savez(tmp_path / "set.npz", **arrays)

    for look in (detect, add):
        with pytest.raises(SourceError, match=sentence):
            look(tmp_path / "set.npz")


@pytest.mark.parametrize("cut", [0, 5, 300])
def test_a_truncated_npz_says_so(tmp_path, add, cut):
    file = save(tmp_path, images=pixels(5, 8, 8), labels=np.zeros(5))
    file.write_bytes(file.read_bytes()[:cut])

    with pytest.raises(SourceError, match=r"set.npz cannot be read as arrays"):
        add(file)


def test_an_array_that_ends_early_says_so_and_leaves_nothing(tmp_path, project, add):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (10, 8, 8)})
    with zipfile.ZipFile(tmp_path / "set.npz", "w") as archive:
        archive.writestr("images.npy", header.getvalue() + bytes(200))

    with pytest.raises(SourceError, match="the data end before the last picture"):
        add(tmp_path / "set.npz")
    assert not list(project.folder.glob("unpacked/*"))


def idx(folder, name, array, *, zipped=True):
    data = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()
    (folder / (name + ".gz" * zipped)).write_bytes(gzip.compress(data) if zipped else data)


@pytest.mark.parametrize("zipped", [True, False])
def test_idx_files_are_imported_as_mnist_comes(tmp_path, project, add, zipped):
    folder = tmp_path / "mnist"
    folder.mkdir()
    train, test = pixels(12, 5, 6), pixels(4, 5, 6)
    idx(folder, "train-images-idx3-ubyte", train, zipped=zipped)
    idx(folder, "train-labels-idx1-ubyte", np.arange(12, dtype=np.uint8) % 3, zipped=zipped)
    idx(folder, "t10k-images-idx3-ubyte", test, zipped=zipped)
    idx(folder, "t10k-labels-idx1-ubyte", np.arange(4, dtype=np.uint8) % 3, zipped=zipped)
    (folder / "names.csv").write_text("ClassId,Name\n0,zero\n1,one\n2,two\n")

    found = detect(folder, ImportOptions(names=str(folder / "names.csv")))

    assert (found.images, found.splits) == (16, {"test": 4, "training": 12})
    assert found.classes == {"zero": 6, "one": 5, "two": 5}
    assert detect(folder).classes == found.classes, "a table that names classes lies beside the arrays"
    assert add(folder)["classes"] == found.classes
    assert np.array_equal(stored(project, "grey")[..., 0], np.concatenate([test, train])), "t10k comes before train"


def test_idx_files_that_do_not_fit_say_so(tmp_path, add):
    idx(tmp_path, "train-images-idx3-ubyte", pixels(3, 4, 4))
    idx(tmp_path, "train-labels-idx1-ubyte", np.zeros(2, np.uint8))
    with pytest.raises(SourceError, match="a label for each of 3 pictures, found 2"):
        add(tmp_path / "train-images-idx3-ubyte.gz")

    (tmp_path / "train-labels-idx1-ubyte.gz").unlink()
    whole = gzip.compress(struct.pack(">BBBBIII", 0, 0, 8, 3, 9, 4, 4) + bytes(20))
    for data, sentence in (
        (whole, "ends before its last picture"),
        (whole[:30], "cannot be read"),
        (b"x", "is no IDX"),
    ):
        (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(data)
        with pytest.raises(SourceError, match=sentence):
            add(tmp_path / "train-images-idx3-ubyte.gz")


def batch(labels, planes):
    return b"".join(bytes([label]) + plane.tobytes() for label, plane in zip(labels, planes, strict=True))


def test_binary_batches_of_cifar_are_imported_with_their_names(tmp_path, project, add):
    planes = pixels(5, 3, 32, 32)
    files = {
        "data_batch_1.bin": batch([0, 1], planes[:2]),
        "data_batch_2.bin": batch([1, 0], planes[2:4]),
        "test_batch.bin": batch([1], planes[4:]),
        "batches.meta.txt": b"airplane\nautomobile\n\n",
    }
    with tarfile.open(tmp_path / "cifar-10-binary.tar.gz", "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))

    found = detect(tmp_path / "cifar-10-binary.tar.gz")

    assert (found.classes, found.splits) == ({"airplane": 2, "automobile": 3}, {"training": 4, "test": 1})
    assert add(tmp_path / "cifar-10-binary.tar.gz")["classes"] == found.classes
    assert np.array_equal(stored(project, "rgb"), planes.transpose(0, 2, 3, 1))
    assert list(project.folder.glob("unpacked/*/**/*.bin")) == [], "the batches themselves are not kept"


def test_cifar_100_counts_by_its_fine_classes(tmp_path, project, add):
    planes = pixels(2, 3, 32, 32)
    data = b"".join(bytes([9, label]) + plane.tobytes() for label, plane in zip((1, 0), planes, strict=True))
    (tmp_path / "train.bin").write_bytes(data)
    (tmp_path / "fine_label_names.txt").write_text("apple\nbear\n")

    assert add(tmp_path)["classes"] == {"apple": 1, "bear": 1}


def test_a_batch_of_another_size_says_so(tmp_path, add):
    (tmp_path / "data_batch_1.bin").write_bytes(bytes(5000))

    with pytest.raises(SourceError, match=r"data_batch_1.bin is no binary batch of CIFAR: its 5,000 bytes"):
        add(tmp_path)


def test_pickled_batches_are_never_opened(tmp_path, add):
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps(Evil()))

    with pytest.raises(SourceError, match="There are no images in"):
        add(tmp_path)


def test_an_array_file_beside_pictures_is_imported_as_the_preview_says(tmp_path, project, add):
    for name in ("cat", "dog"):
        (tmp_path / "set" / name).mkdir(parents=True)
        Image.new("RGB", (8, 8)).save(tmp_path / "set" / name / "1.png")
    save(tmp_path / "set", images=pixels(5, 8, 8), labels=np.arange(5))

    assert detect(tmp_path / "set").images == add(tmp_path / "set")["images"] == 2
