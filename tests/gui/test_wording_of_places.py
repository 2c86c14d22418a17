"""Paths as people read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.widgets import wording


def test_a_place_in_the_persons_own_folder_begins_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert wording.place(tmp_path / "Pictures" / "signs") == str(Path("~", "Pictures", "signs"))
    assert wording.place(Path("/mnt/signs")) == str(Path("/mnt/signs"))
