"""No label that was shown is lost when the window is killed. `make stress` does this two hundred times."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.labels_killed import kill_again_and_again, make_project


def test_labels_that_were_shown_survive_kills_of_the_window(tmp_path: Path, empty_home: Path) -> None:
    tally = kill_again_and_again(make_project(tmp_path), empty_home, kills=3, seed=7)
    assert tally.kills == 3
    assert tally.shown > 0, "it never got as far as to show a label"
    assert tally.undone > 0
