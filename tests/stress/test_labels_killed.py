"""Two hundred kills of the window at random instants while it labels by itself."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.labels_killed import kill_again_and_again, make_project

KILLS = 200


def test_no_label_that_was_shown_is_lost_in_two_hundred_kills(tmp_path: Path, empty_home: Path, capsys) -> None:
    tally = kill_again_and_again(make_project(tmp_path), empty_home, kills=KILLS, seed=1)
    with capsys.disabled():
        print(f"\n{tally}")
    assert tally.kills == KILLS
    assert tally.shown > 5 * KILLS, "too little was shown between start and kill to prove anything"
    assert tally.undone > KILLS
