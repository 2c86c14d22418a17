from __future__ import annotations

from pathlib import Path

import pytest

from engine.models.atomic import replacing, write_json, write_text


def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    write_text(file, "old")

    def fill_the_disk() -> None:
        with replacing(file) as temporary:
            temporary.write_text("half of the n")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fill_the_disk()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_names_that_are_not_unicode_keep_their_bytes(tmp_path: Path) -> None:
    write_text(tmp_path / "split.csv", "caf\udce9.png")
    assert (tmp_path / "split.csv").read_bytes() == b"caf\xe9.png"


def test_json_may_hold_any_name(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"name": "\udce9 猫"})
    assert (tmp_path / "a.json").read_text("ascii").startswith("{")
