"""Pictures in archives are unpacked to be seen."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from engine.batch.saved_results import pictures
from engine.batch.saved_results.pictures import Unpacker, look_up, unpack
from engine.errors import JobCancelled
from engine.jobs.job import Cancel


def test_pictures_in_a_zip_archive_are_seen(tmp_path: Path):
    Image.new("RGB", (9, 9), (200, 0, 0)).save(tmp_path / "a.png")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.write(tmp_path / "a.png", "in/a.png")
    table = tmp_path / "rows.jsonl"
    lines = [json.dumps({"path": f"{tmp_path}/all.zip/in/{name}", "top": []}) + "\n" for name in ("a.png", "b.png")]
    table.write_text("".join(lines))
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    packed = dict(enumerate(look_up(table, [0, len(lines[0])])))
    assert packed[0].packed, "the row is there before its picture is"
    found, missing = unpack(packed, unpacked, Unpacker(), Cancel()).values()
    assert (found.packed, missing.packed) == (False, False)
    assert found.file.read_bytes() == (tmp_path / "a.png").read_bytes()
    assert (missing.size_bytes, missing.modified_ns) == (0, 0)


def test_pictures_in_a_tar_archive_are_seen_and_scrolling_down_reads_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    archive = tmp_path / "all.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        for number in range(4):
            member = tarfile.TarInfo(f"./in/{number}.png")
            member.size = 3
            file.addfile(member, io.BytesIO(f"{number}{number}{number}".encode()))
    begun = []
    members = pictures.members
    monkeypatch.setattr(pictures, "members", lambda *a, **k: begun.append(1) or members(*a, **k))
    passing, cancel = Unpacker(), Cancel()

    def unpack(*numbers: int) -> list[str]:
        outs = {f"{archive}/./in/{n}.png": tmp_path / f"{n}.png" for n in numbers}
        passing.unpack(outs, cancel)
        return [out.read_text() for out in outs.values() if out.exists()]

    assert unpack(0, 1) == ["000", "111"]
    assert unpack(3) == ["333"]
    assert len(begun) == 1
    assert unpack(2, 9) == ["222"], "back to what was passed; one that is not there is left out"
    assert len(begun) == 2
    cancel.set()
    with pytest.raises(JobCancelled):
        unpack(8)


def test_a_damaged_archive_shows_no_pictures_and_stops_nothing(tmp_path: Path):
    for name in ("a.zip", "a.tar"):
        (tmp_path / name).write_bytes(b"no archive" * 100)
        Unpacker().unpack({f"{tmp_path / name}/x.png": tmp_path / "x.png"}, Cancel())
    assert not (tmp_path / "x.png").exists()
