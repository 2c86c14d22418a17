"""Look-alikes are kept on one side of the split, but never so that a class has one picture left to learn from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.library import query
from engine.library.dividing import Division, counts_after, divide
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


@pytest.mark.parametrize("by", ["look-alikes", "names"])
def test_dividing_leaves_no_class_with_one_picture_to_learn_from_and_names_it(folder: Path, by: str) -> None:
    """Pictures of such a class are divided one by one, and stay in no new group."""
    everything = frozenset(Split)
    found = []
    with Project.open(folder, read_only=True) as project:
        ids = {c.name: c.id for c in query.classes(project)}
        series = [r for r in query.labelled_images(project) if r.class_id == ids["series"]]
        various = [r.id for r in query.labelled_images(project) if r.class_id == ids["various"]][:3]
        alike = [[r.id for r in series[1:]], various]
        names = "^(validation-0|training)" if by == "names" else None
        for seed in range(8):
            for share in (0.25, 0.75):
                wanted = Division(share, seed=seed, again=everything, group_by=names)
                done = divide(project, wanted if names else replace(wanted, together=alike))
                after = counts_after(project, done.splits)
                assert all(counts["training"] >= 2 for counts in after.values()), (seed, share, after)
                if done.apart:
                    assert by == "names" or done.apart == (ids["series"],)
                    assert by == "names" or list(map(list, done.together)) == [various]
                found.append(bool(done.apart))
    assert any(found)
    assert not all(found), "kept together where enough of it is left to learn from"


def test_the_command_says_which_class_was_divided_picture_by_picture(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = []
    for seed in range(4):
        command = ["split", str(folder), "--again", "training", "--again", "validation", "--validation", "0.75"]
        names = "^(validation-0|training)"
        assert main([*command, "--group-by", names, "--seed", str(seed), "--preview"]) == 0
        texts.append(capsys.readouterr().out)
    assert any("Divided picture by picture: series." in text and "label others" in text for text in texts), texts
