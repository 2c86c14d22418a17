"""Check images of 200 projects that are labelled in random orders: they stay, and tell the truth."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.engine.library.labelling_in_rounds import label_in_rounds, make_digits


def test_of_200_projects_check_images_stay_and_intervals_hold_the_truth_in_95_of_100(tmp_path: Path) -> None:
    made = make_digits(tmp_path, 1797)
    found = []
    for seed in range(200):
        copy = shutil.copytree(made, tmp_path / "copy.pigeonhole")
        found.append(label_in_rounds(copy, seed, rounds=5, most=120))
        shutil.rmtree(copy)
    assert sum(f.moved for f in found) == 0
    assert sum(f.unseen for f in found) == 0
    covered = sum(f.low <= f.truth <= f.high for f in found) / len(found)
    print(f"covered {covered:.3f}, {sum(f.check_images for f in found) / len(found):.0f} check images in the mean")
    assert 0.93 <= covered <= 0.97
