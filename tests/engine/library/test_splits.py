"""Splits are stratified, seeded, and keep groups together."""

from collections import Counter, defaultdict

import pytest
from PIL import Image

from engine.jobs.job import Cancel
from engine.library import split_choices
from engine.library.adding import forecast
from engine.library.importers.detect import detect
from engine.library.importers.rows import Row, Rows
from engine.library.project import Project
from engine.library.query import class_counts
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.library.split_choices import split_options
from engine.library.splits import Forecast, joined, stratified

FIFTH = {Split.VALIDATION: 0.2}


def counts(classes, splits):
    return Counter(zip(classes, splits, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_each_class_is_divided_by_the_fractions(seed):
    classes = ["a"] * 100 + ["b"] * 50 + ["c"] * 10

    found = counts(classes, stratified(classes, {Split.VALIDATION: 0.2, Split.TEST: 0.1}, seed))

    assert found == {
        **{("a", Split.TRAINING): 70, ("a", Split.VALIDATION): 20, ("a", Split.TEST): 10},
        **{("b", Split.TRAINING): 35, ("b", Split.VALIDATION): 10, ("b", Split.TEST): 5},
        **{("c", Split.TRAINING): 7, ("c", Split.VALIDATION): 2, ("c", Split.TEST): 1},
    }


def test_the_seed_decides():
    classes = ["a", "b"] * 50

    assert stratified(classes, FIFTH, 1) == stratified(classes, FIFTH, 1)
    assert stratified(classes, FIFTH, 1) != stratified(classes, FIFTH, 2)


@pytest.mark.parametrize(("images", "held_out"), [(1, 0), (2, 1), (3, 1), (4, 1), (5, 1), (8, 2)])
def test_small_classes_hold_one_out_but_never_the_last(images, held_out):
    splits = stratified(["a"] * images, FIFTH, 42)

    assert splits.count(Split.VALIDATION) == held_out
    assert Split.TRAINING in splits


def test_groups_stay_together():
    classes = [c for c in "abc" for _ in range(60)]
    groups = [(c, n // 6) for c in "abc" for n in range(60)]

    splits = stratified(classes, {Split.VALIDATION: 0.2, Split.TEST: 0.2}, 7, groups)

    sides = defaultdict(set)
    for group, split in zip(groups, splits, strict=True):
        sides[group].add(split)
    assert all(len(side) == 1 for side in sides.values())
    assert set(counts(classes, splits).values()) == {36, 12}


def test_groups_of_uneven_size_come_as_near_to_the_fraction_as_whole_groups_can():
    groups = ["big"] * 80 + ["x"] * 5 + ["y"] * 5 + ["z"] * 10

    for seed in range(20):
        held = stratified(["a"] * 100, FIFTH, seed, groups).count(Split.VALIDATION)
        assert 5 <= held <= 85
        assert held < 100


def test_images_without_a_group_are_drawn_one_by_one():
    splits = stratified(["a"] * 10, FIFTH, 42, [None] * 10)

    assert splits.count(Split.VALIDATION) == 2


def test_a_group_of_several_classes_is_on_one_side():
    classes, groups = ["a", "b"] * 20, [n // 2 for n in range(40)]

    splits = stratified(classes, FIFTH, 3, groups)

    assert all(splits[n] == splits[n + 1] for n in range(0, 40, 2))


@pytest.mark.parametrize("fractions", [{Split.VALIDATION: 1.0}, {Split.VALIDATION: -0.1}, {Split.TEST: 1.2}])
def test_impossible_fractions_are_refused(fractions):
    with pytest.raises(ValueError, match="expected fractions"):
        stratified(["a"], fractions, 1)


def test_as_many_groups_as_images_are_expected():
    with pytest.raises(ValueError, match="expected 2 groups, found 1"):
        stratified(["a", "b"], FIFTH, 1, ["g"])


def test_nothing_is_divided_into_nothing():
    assert stratified([], FIFTH, 1) == []


def test_groupings_are_joined_where_they_overlap():
    by_name = ["a", "a", "b", None, None, "c"]
    by_look = [None, 1, 1, 2, 2, None]

    assert joined([by_name, by_look]) == [0, 0, 0, 3, 3, None]
    assert joined([by_look]) == [None, 1, 1, 3, 3, None]
    assert joined([]) == []


TREES = {
    "folders of classes": ([f"{name}/{n}.jpg" for name in "ab" for n in range(8)], {}),
    "a table called train beside test pictures": (
        [f"train/{n}.jpg" for n in range(12)] + [f"test/{n}.jpg" for n in range(12, 17)],
        {"train.csv": "id,label\n" + "".join(f"train/{n}.jpg,{'xyz'[n % 3]}\n" for n in range(12))},
    ),
    "folders of splits": ([f"{s}/{name}/{n}.jpg" for s in ("train", "test") for name in "ab" for n in range(6)], {}),
    "tracks that stay together": (
        [f"{name}/{track:05}_{n:05}.jpg" for name in "ab" for track in range(2) for n in range(6)],
        {},
    ),
    "a table of patients": (
        [f"{n}.jpg" for n in range(24)],
        {"t.csv": "file,label,patient\n" + "".join(f"{n}.jpg,{'ab'[n % 2]},{n // 6}\n" for n in range(24))},
    ),
    "folders of all splits": ([f"{s}/{name}/{n}.jpg" for s in ("train", "val") for name in "ab" for n in range(4)], {}),
}


CHOICES = [{"split": split} for split in ("auto", "named", "training", "test")]
CHOICES += [{"group_by": "none"}, {"group_by": r"(\d)\."}]


@pytest.mark.parametrize("chosen", CHOICES, ids=lambda chosen: "-".join(chosen.values()))
@pytest.mark.parametrize("tree", TREES)
def test_the_forecast_of_splits_is_what_the_import_then_does(tree, chosen, tmp_path):
    pictures, tables = TREES[tree]
    root = tmp_path / "set"
    for path in pictures:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (2, 2)).save(root / path)
    for name, text in tables.items():
        (root / name).write_text(text)
    found = detect(root)

    params = ImportParams(str(tmp_path / "p.pigeonhole"), (str(root),), **chosen)

    told = forecast(found.rows, split_options(params.choices))

    import_sources(params, emit=lambda _: None, cancel=Cancel())
    with Project.open(tmp_path / "p.pigeonhole", read_only=True) as project:
        counts = class_counts(project)
    came = [sum(getattr(c, s.value) for c in counts) for s in Split]
    assert [getattr(told, s.value) for s in Split] == came


def test_a_forecast_says_why_pictures_are_set_aside_or_when_they_will_be():
    def told(rows, **chosen):
        return str(forecast(Rows(rows), split_options(ImportParams("", (), **chosen).choices)))

    bare = [Row(f"{n}.jpg", "a", None) for n in range(24)]
    for_training = [row._replace(split=Split.TRAINING) for row in bare]

    assert str(Forecast(24, 6)) == "24 to learn from, 6 set aside for checking"
    assert told(bare) == "19 to learn from, 5 set aside for checking (chosen at random)"
    assert told(for_training) == (
        "19 to learn from, 5 set aside for checking (chosen at random). All are said to be for training, so some "
        "of them are set aside."
    )
    assert "training does that when it starts" in told(bare, split="training")


@pytest.mark.parametrize(
    "kept", ['{"group_by": "a{99999999999999999999}"}', '{"seed": 1e999}', '{"test_fraction": 1}', "[" * 99, "[]"]
)
def test_choices_of_a_project_from_a_stranger_that_are_none_divide_by_default(kept: str) -> None:
    assert split_choices.from_text(kept) == split_choices.SplitChoices()


def test_an_expression_that_is_refused_by_now_costs_a_source_none_of_its_other_choices() -> None:
    kept = split_choices.SplitChoices(split="test", seed=7, group_by=r"scene(?:_\d+)*")
    found = split_choices.from_text(kept.to_text())
    assert (found.split, found.seed, found.group_by) == ("test", 7, split_choices.SplitChoices().group_by)


def test_a_forecast_says_why_more_is_set_aside_where_groups_are_kept_whole():
    def told(groups):
        rows = Rows(Row(f"{n}.jpg", "ab"[n % 2], None, group=f"g{n % groups}") for n in range(48))
        return str(forecast(rows, split_options(ImportParams("", ()).choices)))

    assert told(3) == (
        "32 to learn from, 16 set aside for checking (chosen at random). Pictures that belong together are not "
        "divided: with 1 of 3 such groups, one at least for each class, more than 20 % are set aside."
    )
    assert told(24).endswith("(chosen at random)")


def test_a_forecast_names_the_classes_that_cannot_be_learnt():
    def loss(*rows, **chosen):
        return forecast(Rows(rows), split_options(ImportParams("", (), **chosen).choices)).loss

    learnt = [Row(f"{n}.jpg", "a", Split.TRAINING) for n in range(8)]
    tested = [Row(f"t{n}.jpg", f"c{n}", Split.TEST) for n in range(8)]
    checked = Row("v.jpg", "v", Split.VALIDATION)

    assert loss(*learnt) == ""
    assert loss(*learnt, tested[0]) == "1 class has pictures in the test only and cannot be learnt: c0."
    assert loss(*learnt, *tested) == (
        "8 classes have pictures in the test only and cannot be learnt: c0, c1, c2, c3, c4, c5, 2 more."
    )
    assert loss(*learnt, tested[0], checked) == (
        "2 classes have all their pictures set aside and cannot be learnt: c0, v."
    )
    braces = Row("b.jpg", "{count}", Split.TEST)
    assert loss(*learnt, braces) == "1 class has pictures in the test only and cannot be learnt: {count}."
    assert loss(*learnt, *tested, split="test") == "", "a set for the test alone is no mistake"


@pytest.mark.parametrize("seed", range(8))
def test_a_group_with_all_pictures_of_a_class_is_not_held_out(seed):
    """Two frames of one video show nothing: a class that is learnt, or else not known at all."""
    groups = [n // 4 for n in range(40)]
    names = ["fox" if n != 38 else "nothing" for n in range(40)]
    splits = stratified(names, {Split.VALIDATION: 0.5}, seed, groups)
    assert splits[38] is Split.TRAINING
    assert splits.count(Split.VALIDATION) == 20
