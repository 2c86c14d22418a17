"""Array files that say more than they hold, or hold more than anybody needs, are told before anything is read."""

import gzip
import io
import os
import struct
import time
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib import format as npy

from engine.errors import EngineError, SourceError
from engine.library.importers.detect import detect
from engine.library.packed import arrays, parts
from tests.long_forms import examples


def refused(file, sentence):
    began = time.monotonic()
    with pytest.raises(SourceError, match=sentence) as caught:
        detect(file)
    assert time.monotonic() - began < 5
    assert "\n" not in str(caught.value)


def idx(folder, count, height, width, data=b"", *, zipped=False):
    file = folder / "train-images-idx3-ubyte"
    content = struct.pack(">HBBIII", 0, 8, 3, count, height, width) + data
    file.write_bytes(gzip.compress(content) if zipped else content)
    return file


def npz(folder, **members):
    """A file of members as bytes, which need be no arrays."""
    with zipfile.ZipFile(folder / "set.npz", "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return folder / "set.npz"


def array(shape, data=b"", *, kind="|u1", fortran=False):
    stream = io.BytesIO()
    npy.write_array_header_1_0(stream, {"descr": kind, "fortran_order": fortran, "shape": shape})
    return stream.getvalue() + data


@pytest.mark.parametrize("shape", [(10, 0, 0), (10, 0, 28), (2**32 - 1, 0, 0)])
@pytest.mark.parametrize("zipped", [False, True])
def test_pictures_without_a_size_are_refused(tmp_path, shape, zipped):
    refused(idx(tmp_path, *shape, zipped=zipped), "expected pictures × height × width")


def test_an_idx_file_that_says_more_than_it_holds_is_refused(tmp_path):
    refused(idx(tmp_path, 10**6, 28, 28, bytes(999)), "ends before its last picture")
    refused(idx(tmp_path, 2**32 - 1, 2**32 - 1, 2**32 - 1), "ends before its last picture|the limit")
    refused(idx(tmp_path, 10**6, 28, 28, bytes(999), zipped=True), "grows to over 200 times its size")


def test_labels_that_say_more_than_there_are_pictures_are_not_read(tmp_path):
    file = idx(tmp_path, 2, 2, 2, bytes(8))
    with (tmp_path / "train-labels-idx1-ubyte").open("wb") as labels:
        labels.write(struct.pack(">HBBI", 0, 8, 1, 2**32 - 1))
        labels.truncate(8 + 2**32)

    refused(file, "expected a label for each of 2 pictures, found 4,294,967,295 labels")


def test_millions_of_tiny_pictures_are_too_many(tmp_path):
    count = parts.MOST_PICTURES + 1
    refused(npz(tmp_path, images=array((count, 1, 1), bytes(count))), "images in set.npz holds 2,000,001 pictures")
    refused(idx(tmp_path, count, 1, 1, bytes(count)), "holds 2,000,001 pictures")


def test_several_arrays_are_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "MOST_PICTURES", 5)
    refused(npz(tmp_path, x_train=array((3, 2, 2), bytes(12)), x_test=array((3, 2, 2), bytes(12))), "holds 6 pictures")


def test_a_cifar_batch_is_read_in_pieces(tmp_path):
    with (tmp_path / "data_batch_1.bin").open("wb") as file:
        file.truncate(3073 * 100_000)  # 307 MB, nothing on the disk

    (part,) = arrays.read([tmp_path / "data_batch_1.bin"])

    assert (part.count, set(part.labels)) == (100_000, {"0"})
    with (tmp_path / "data_batch_1.bin").open("wb") as file:
        file.truncate(3073 * (parts.MOST_PICTURES + 1))
    refused(tmp_path / "data_batch_1.bin", "holds 2,000,001 pictures")


HUGE = 10**18


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (array((HUGE, 1, 1)), "pictures; at most"),
        (array((2, 10**6, 10**6)), "the limit is 178 megapixels"),
        (array((-5, 8, 8)), "expected pictures × height × width"),
        (array((5, 8, -8)), "expected pictures × height × width"),
        (array((5, 0, 8)), "expected pictures × height × width"),
        (array((HUGE,) * 30), "expected pictures × height × width"),
        (array((10**6, 90, 90)), "grows to over 200 times its size"),
        (array((10**6, 50, 50), fortran=True), "larger than 2 GB and in Fortran's order|over 200 times"),
        (array((2, 4, 4), b"\x80\x04K\x01.", kind="|O"), "Python objects, which are never loaded"),
        (array((2, 4, 4), kind="<U9"), "expected numbers, found <U9"),
        (array((2, 4, 4), kind="<M8[s]"), "expected numbers, found datetime64"),
        (array((2, 4, 4), kind="<c16"), "expected numbers, found complex128"),
        (array((2, 4, 4), kind=[("a", "<f4"), ("b", "|O")]), "Python objects"),
        (b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1) + bytes(10**6), "its header is too long"),
        (b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"(" * 9000, "cannot be read as arrays"),
        (b"\x93NUMPY\x09\x00" + bytes(100), "cannot be read as arrays"),
    ],
)
def test_arrays_that_cannot_be_are_refused_before_they_are_read(tmp_path, images, sentence):
    refused(npz(tmp_path, images=images, labels=array((2,), bytes(2))), sentence)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (array((HUGE,)), "expected a label for each of 2 pictures"),
        (array((2, HUGE)), "takes over 1 GB"),
        (array((2,), kind="<U2000000000"), "takes over 1 GB|cannot be read as arrays"),
        (array((2,), kind="|O"), "Python objects"),
    ],
)
def test_labels_that_cannot_be_are_refused_before_they_are_read(tmp_path, labels, sentence):
    refused(npz(tmp_path, images=array((2, 2, 2), bytes(8)), labels=labels), sentence)


def test_a_bomb_of_zeros_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "set.npz", "w", zipfile.ZIP_DEFLATED) as file, file.open("images.npy", "w") as out:
        out.write(array((1000, 400, 400)))
        for _ in range(160):
            out.write(bytes(10**6))

    refused(tmp_path / "set.npz", "grows to over 200 times its size")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
@pytest.mark.parametrize("name", ["set.npz", "data_batch_1.bin", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_a_pipe_in_the_place_of_an_array_is_not_waited_for(tmp_path, name):
    if "labels" in name:
        idx(tmp_path, 2, 2, 2, bytes(8))
    os.mkfifo(tmp_path / name)

    refused(tmp_path, "it is a pipe, not a file|no binary batch of CIFAR")


@examples(80)
@given(
    st.lists(st.integers(-2, 5) | st.integers(-(2**63), 2**63 - 1), max_size=5).map(tuple),
    st.sampled_from(["|u1", "|b1", "<f8", "<f2", ">i4", "<U3", "|O", "<c8", "|V4", "|S0"]),
    st.booleans(),
    st.binary(max_size=200),
)
def test_any_array_is_pictures_or_a_sentence(tmp_path_factory, shape, kind, fortran, data):
    folder = tmp_path_factory.mktemp("array")
    file = npz(folder, images=array(shape, data, kind=kind, fortran=fortran))
    try:
        (part,) = arrays.read([file])
        with np.errstate(all="ignore"):
            assert sum(len(chunk) for chunk in part.chunks()) == part.count
    except EngineError as error:
        assert "\n" not in str(error)  # noqa: PT017


@examples(80)
@given(
    st.tuples(*[st.integers(0, 6) | st.integers(0, 2**32 - 1)] * 3),
    st.binary(max_size=200),
    st.booleans(),
    st.binary(max_size=12),
)
def test_any_idx_file_is_pictures_or_a_sentence(tmp_path_factory, shape, data, zipped, labels):
    folder = tmp_path_factory.mktemp("idx")
    file = idx(folder, *shape, data, zipped=zipped)
    (folder / "train-labels-idx1-ubyte").write_bytes(labels) if labels else None
    try:
        (part,) = arrays.read([file])
        assert sum(len(chunk) for chunk in part.chunks()) == part.count
    except EngineError as error:
        assert "\n" not in str(error)  # noqa: PT017
