"""Paths as people read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gui.widgets import wording


def test_a_place_in_the_persons_own_folder_begins_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(tmp_path))
    assert wording.place(tmp_path / "Pictures" / "signs") == str(Path("~", "Pictures", "signs"))
    assert wording.place(Path("/mnt/signs")) == str(Path("/mnt/signs"))


def test_without_a_home_that_is_known_a_place_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert wording.place(Path("/mnt/signs")) == str(Path("/mnt/signs"))
