"""Suggestions that came with images from Classify are there at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.batch.saved_results.offered import NAME, forget_offered, save_offered, saved_offered

OFFERED = {3: ("bee", 0.875), 7: ("ünter", 1.0)}


def test_what_is_saved_is_read_again_until_it_is_forgotten(tmp_path: Path) -> None:
    assert saved_offered(tmp_path) == {}
    save_offered(tmp_path, OFFERED)
    assert saved_offered(tmp_path) == OFFERED
    save_offered(tmp_path, {9: ("ant", 0.5)})
    assert saved_offered(tmp_path) == {9: ("ant", 0.5)}, "in place of those before"
    forget_offered(tmp_path)
    assert saved_offered(tmp_path) == {}
    forget_offered(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"images": [[1]]}', '{"images": [["a", "b", 1]]}'])
def test_a_damaged_file_holds_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert saved_offered(tmp_path) == {}
