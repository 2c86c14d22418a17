"""Look-alikes are kept on one side of the split, but never so that a class has one picture left to learn from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.training.leaks import kept_together
from tests.engine.training.conftest import MakeProject

COUNTS = {
    "series": {Split.TRAINING: 5, Split.VALIDATION: 2},
    "various": {Split.TRAINING: 16, Split.VALIDATION: 4},
}


@pytest.fixture
def folder(make_project: MakeProject) -> Path:
    return make_project(COUNTS)


def records_of(folder: Path) -> tuple[list[ImageRecord], dict[str, int]]:
    with Project.open(folder, read_only=True) as project:
        return query.labelled_images(project), {c.name: c.id for c in query.classes(project)}


@pytest.mark.parametrize("seed", range(8))
def test_no_class_is_left_with_one_picture_to_learn_from(folder: Path, seed: int) -> None:
    records, ids = records_of(folder)
    series = [r.id for r in records if r.class_id == ids["series"]]
    groups = dict.fromkeys(series, "alike 1") | {series[0]: "alike 2"}
    various = [r.id for r in records if r.class_id == ids["various"]]
    groups |= dict.fromkeys(various[:2], "alike 3")
    splits, kept, apart = kept_together(records, groups, 0.25, seed)
    learnt = Counter(r.class_id for r in records if splits[r.id] is Split.TRAINING)
    assert min(learnt[i] for i in ids.values()) >= 2
    assert splits[various[0]] is splits[various[1]]
    before = {r.id: r.split for r in records}
    if apart:
        assert apart == {ids["series"]}
        assert all(splits[i] is before[i] for i in series), "it stays as it is"
        assert not set(kept) & set(series)
    else:
        assert len({splits[i] for i in series[1:]}) == 1


def test_a_class_whose_pictures_are_nearly_all_alike_is_told(folder: Path) -> None:
    records, ids = records_of(folder)
    series = [r.id for r in records if r.class_id == ids["series"]]
    groups = dict.fromkeys(series, "alike 1") | {series[0]: "alike 2"}
    found = [(f, seed, kept_together(records, groups, f, seed)[2]) for f in (0.25, 0.5, 0.75) for seed in range(4)]
    assert any(apart == {ids["series"]} for _, _, apart in found), found
