"""An archive that was made to do harm is classified as far as it goes, in time and in memory, with the same limits as
an import's.
"""

import gzip
import io
import lzma
import os
import struct
import tarfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.batch import pipeline
from engine.batch.items import Item
from engine.batch.sources.archives import members, stays_inside
from engine.errors import EngineError, SourceError
from engine.jobs.job import Cancel
from engine.library.importers.detect import detect
from engine.library.packed import members as packed
from engine.models.predictor import Answers
from tests.long_forms import examples

PACK = struct.Struct(">q").pack
ZEROS = 2**20 * b"\0"


def png(value):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (value, value, value)).save(buffer, "PNG")
    return buffer.getvalue()


def header(name, size, kind=tarfile.REGTYPE):
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def read(archive, *, contents=True):
    """All items of an archive, within ten seconds."""
    began = time.monotonic()
    found = list(members(str(archive), contents=contents, cancel=Cancel()))
    assert time.monotonic() - began < 10
    return found


@pytest.mark.parametrize("name", ["bomb.png", "notes.txt"])
@pytest.mark.parametrize("suffix", ["txz", "tgz"])
def test_a_compressed_tar_that_grows_for_ever_is_left_at_the_limit(tmp_path, name, suffix):
    archive = tmp_path / f"x.{suffix}"
    with lzma.open(archive, "wb", preset=0) if suffix == "txz" else gzip.open(archive, "wb", 1) as out:
        out.write(header("1.png", len(png(9))) + png(9).ljust(512, b"\0"))
        out.write(header(name, 2 * packed.RATIO_FROM))
        for _ in range(2 * packed.RATIO_FROM // len(ZEROS)):
            out.write(ZEROS)

    first, last = read(archive)

    assert (first.path, first.problem) == (f"{archive}/1.png", None)
    assert last.path == str(archive)
    assert "grows to over 200 times its size" in last.problem
    assert stays_inside(last.problem)
    assert [item.path for item in read(archive, contents=False)] == [f"{archive}/1.png"]


def test_an_import_refuses_the_same_archive_for_the_same_reason(tmp_path):
    archive = tmp_path / "x.txz"
    with lzma.open(archive, "wb", preset=0) as out:
        out.write(header("bomb.png", 2 * packed.RATIO_FROM))
        for _ in range(2 * packed.RATIO_FROM // len(ZEROS)):
            out.write(ZEROS)

    (item,) = read(archive)
    with pytest.raises(SourceError, match="grows to over 200 times its size") as refused:
        detect(archive)
    assert str(refused.value).split(": ", 1)[1].split(";")[0] in item.problem


def test_a_zip_of_pictures_that_grow_is_left_at_the_limit(tmp_path):
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(6):
            file.writestr(f"{number}.png", 30 * ZEROS)

    *_, last = read(archive)

    assert "grows to over 200 times its size" in last.problem


def test_entries_that_share_their_bytes_are_refused(tmp_path):
    """As in David Fifield's bomb: one file of the archive is listed many times."""
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("0.png", ZEROS)
        (only,) = file.infolist()
        for number in range(1, 2000):
            again = zipfile.ZipInfo(f"{number}.png")
            for field in ("header_offset", "file_size", "compress_size", "CRC", "compress_type"):
                setattr(again, field, getattr(only, field))
            file.filelist.append(again)

    for look in (lambda: read(archive), lambda: detect(archive)):
        with pytest.raises(SourceError, match="its files overlap"):
            look()


def test_eight_gigabytes_of_zeros_take_neither_time_nor_memory(tmp_path):
    whole, one = tmp_path / "zeros.tar", tmp_path / "one.tar"
    with whole.open("wb") as file:
        file.truncate(8 * 2**30)
    with one.open("wb") as file:
        file.write(header("zeros.png", 8 * 2**30 - 1))  # the most that the old form of a header can say
        file.truncate(512 + 8 * 2**30 + 1024)

    assert read(whole) == []
    (item,) = read(one)
    assert "over 512 MB unpacked" in item.problem


class NoModel:
    """Takes no pixels, so that pictures cost nothing but the memory that they wait in."""

    views, classes = (), ("a",)

    def answer(self, _arrays):
        return Answers(np.zeros((1, 1), np.float32), None)


def test_large_members_wait_in_memory_some_at_a_time(monkeypatch):
    monkeypatch.setattr(pipeline, "workers", lambda: 4)
    monkeypatch.setattr(pipeline, "BYTES_PER_CHUNK", 1000)
    pulled = received = most = 0

    def items():
        nonlocal pulled
        for number in range(60):
            pulled += 1
            yield Item(f"x.tar/{number}.png", bytes(10_000))

    for chunk in pipeline.predicted(items(), NoModel(), batch_size=8, cancel=Cancel()):
        most = max(most, pulled - received)
        received += len(chunk.items)

    assert received == 60
    assert most * 10_000 <= 2 * 4 * 1000 + 10_000


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_name_of_gigabytes_is_not_read(tmp_path, kind):
    archive = tmp_path / "x.tar"
    with archive.open("wb") as file:
        file.write(header("long", 4 * 2**30, kind))
        file.truncate(5 * 2**30)

    for look in (lambda: read(archive), lambda: detect(archive)):
        with pytest.raises(SourceError, match="impossible sizes"):
            look()


@pytest.mark.parametrize("size", [-512, -1024, -(2**62)])
def test_a_size_below_nothing_leads_into_no_circle(tmp_path, size):
    archive = tmp_path / "x.tar"
    number = (b"\xff" + size.to_bytes(11, "big", signed=True))[-12:]
    block = bytearray(header("1.png", 0))
    block[124:136] = number
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    archive.write_bytes(header("0.png", 0) + bytes(block) + bytes(4096))

    with suppress(SourceError):
        assert len(read(archive)) <= 3
    with suppress(SourceError):
        detect(archive)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.txz"])
def test_a_pipe_in_the_place_of_an_archive_is_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)

    with pytest.raises(SourceError, match="is a pipe, not a file"):
        read(tmp_path / name)


def test_pipes_devices_and_links_in_an_archive_are_passed_over(tmp_path):
    archive = tmp_path / "x.tar"
    kinds = [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE]
    with tarfile.open(archive, "w") as file:
        for number, kind in enumerate(kinds):
            info = tarfile.TarInfo(f"{number}.png")
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
        info = tarfile.TarInfo("real.png")
        info.size = len(png(9))
        file.addfile(info, io.BytesIO(png(9)))

    assert [item.path for item in read(archive)] == [f"{archive}/real.png"]


def test_too_many_members_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "MOST_MEMBERS", 100)
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for number in range(200):
            file.writestr(f"{number}.png", b"x")

    *some, last = read(archive)
    assert len(some) == 100
    assert "over 100 files" in last.problem
    with pytest.raises(SourceError, match="over 100 files"):
        detect(archive)


def test_paths_that_lead_out_are_names_and_nothing_more(tmp_path):
    archive = tmp_path / "x.tar"
    names = ["../../up.png", "/root.png", "C:\\drive.png", "a\\..\\..\\b.png"]
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as file:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(png(9))
            file.addfile(info, io.BytesIO(png(9)))

    assert [item.path for item in read(archive)] == [f"{archive}/{name}" for name in names]
    assert [path.name for path in tmp_path.iterdir()] == ["x.tar"]


@pytest.fixture(scope="module")
def wholes():
    """A small archive of each form, as bytes."""
    found = {}
    for suffix, mode in {"tar": "w", "tgz": "w:gz", "tbz2": "w:bz2", "txz": "w:xz"}.items():
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as file:
            for name in ("a/1.png", "x" * 150 + ".png", "notes.txt", "b/2"):
                info = tarfile.TarInfo(name)
                info.size = len(png(9))
                file.addfile(info, io.BytesIO(png(9)))
        found[suffix] = buffer.getvalue()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("a/1.png", "notes.txt", "b/2"):
            file.writestr(name, png(9))
    found["zip"] = buffer.getvalue()
    return found


@examples(60)
@given(data=st.data())
def test_any_damage_gives_items_or_a_sentence(tmp_path_factory, wholes, data):
    suffix = data.draw(st.sampled_from(sorted(wholes)))
    whole = bytearray(wholes[suffix])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        new = data.draw(
            st.binary(min_size=1, max_size=12) | st.integers(-(2**40), 2**40).map(lambda n: struct.pack(">q", n))
        )
        whole[place : place + len(new)] = new
    archive = tmp_path_factory.mktemp("damage") / f"x.{suffix}"
    archive.write_bytes(whole[: data.draw(st.integers(0, 2 * len(whole)))])

    for contents in (True, False):
        with suppress(EngineError):
            assert all(item.path.startswith(str(archive)) for item in read(archive, contents=contents))
    with suppress(EngineError):
        detect(Path(archive))
