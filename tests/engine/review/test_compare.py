"""What a second run does better and worse than the first."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.errors import DataError, RunError, UsageError
from engine.jobs.job import Cancel
from engine.models.atomic import write_json
from engine.models.predictions import Predictions
from engine.review.compare import CompareParams, compare
from engine.statistics import Paired, Trend, mcnemar
from engine.training.runs.records import best_of_newest, list_runs, older_run, read_record, round_of


def run(params):
    return compare(params, emit=lambda event: None, cancel=Cancel())


@pytest.fixture
def two(setting):
    """A second run, an hour younger: it takes the light-looking dark picture for dark, and two others wrongly."""
    first = setting.run().folder
    second = first.with_name("29991231-000000-second")
    shutil.copytree(first, second)
    write_json(second / "run.json", {**read_record(first), "created": "2999-12-31T00:00:00+00:00"})
    predictions = Predictions.load(second / "predictions.npz")
    ids = setting.ids()
    place = {image: row for row, image in enumerate(predictions.image_ids.tolist())}
    for name, dark in {"test dark 2.png": 0.8, "test dark 0.png": 0.3, "test light 1.png": 0.6}.items():
        predictions.probabilities[place[ids[name]]] = dark, 1 - dark
    predictions.save(second / "predictions.npz")
    return setting, first.name, second.name


def test_the_newest_run_is_compared_with_the_one_before(two):
    setting, first, second = two

    result = run(CompareParams(str(setting.folder)))

    assert (result["before"], result["after"], result["split"]) == (first, second, "test")
    assert (result["images"], result["fixed"], result["made"], result["kept"]) == (6, 1, 2, 0)
    assert result["accuracy_before"] == pytest.approx(5 / 6)
    assert result["accuracy_after"] == pytest.approx(4 / 6)
    assert result["p_value"] == 1.0
    assert result["trend"] == "can't tell"
    changes = {Path(r["path"]).name: (r["change"], r["label"], r["before"], r["after"]) for r in result["rows"]}
    assert changes == {
        "test dark 2.png": ("fixed", "dark", "light", "dark"),
        "test dark 0.png": ("made", "dark", "dark", "light"),
        "test light 1.png": ("made", "light", "light", "dark"),
    }


def test_a_run_is_not_compared_with_one_that_it_outdid_in_the_same_training(two):
    setting, first, second = two
    runs = setting.folder / "runs"
    tried = runs / "29991230-000000-instant"
    shutil.copytree(runs / first, tried)
    write_json(
        tried / "run.json",
        {**read_record(tried), "created": "2999-12-30T00:00:00+00:00", "outdone_by": second},
    )
    assert run(CompareParams(str(setting.folder)))["before"] == first
    listed = list_runs(setting.folder)
    assert [round_of(one, listed) for one in listed] == [2, 2, 1]
    assert older_run(listed[2], listed) is None
    assert older_run(listed[1], listed).name == first, "nor is the one that was left behind compared with its better"
    assert best_of_newest(listed).name == second


def test_classes_are_listed_with_what_they_gained(two):
    setting, first, second = two

    forth = run(CompareParams(str(setting.folder), before=first, after=second))
    back = run(CompareParams(str(setting.folder), before=second, after=first))

    assert forth["classes"] == [
        {"name": "dark", "images": 3, "before": 2, "after": 2},
        {"name": "light", "images": 3, "before": 3, "after": 2},
    ]
    assert [c["name"] for c in back["classes"]] == ["light", "dark"]
    assert (back["fixed"], back["made"]) == (2, 1)


def test_a_mistake_of_both_is_kept(two):
    setting, first, _ = two

    runs = setting.folder / "runs"
    shutil.copytree(runs / first, runs / "29981231-000000-same")
    result = run(CompareParams(str(setting.folder), before=first, after="29981231-000000-same"))

    assert (result["fixed"], result["made"], result["kept"]) == (0, 0, 1)


def test_the_table_has_every_mistake_of_either(two, tmp_path):
    out = tmp_path / "compared.csv"

    run(CompareParams(str(two[0].folder), csv=str(out)))

    with out.open(newline="") as file:
        assert [row["change"] for row in csv.DictReader(file)] == ["made", "made", "fixed"]


def test_a_run_is_not_compared_with_itself(setting):
    name = setting.run().name
    with pytest.raises(UsageError, match=f"both are {name}"):
        run(CompareParams(str(setting.folder), name, name))


def test_a_single_run_has_nothing_to_be_compared_with(setting):
    with pytest.raises(RunError, match="no run with a model before"):
        run(CompareParams(str(setting.folder)))


def test_only_images_that_both_runs_were_not_trained_on_count(two):
    setting, _, second = two
    folder = setting.folder / "runs" / second
    predictions = Predictions.load(folder / "predictions.npz")
    kept = np.flatnonzero(predictions.splits == "validation")
    rows = (folder / "split.csv").read_text().replace(",test", ",training")
    (folder / "split.csv").write_text(rows)
    Predictions(
        predictions.image_ids[kept],
        predictions.splits[kept],
        predictions.labels[kept],
        predictions.probabilities[kept],
        predictions.classes,
        predictions.class_ids,
    ).save(folder / "predictions.npz")

    with pytest.raises(DataError):
        run(CompareParams(str(setting.folder), split="test"))
    assert run(CompareParams(str(setting.folder), split="all"))["images"] == 6


@pytest.mark.parametrize(("made", "fixed"), [(0, 0), (1, 9), (9, 1), (12, 12), (3, 40), (400, 520), (0, 5)])
def test_mcnemars_test_is_the_exact_binomial_one(made, fixed):
    from scipy.stats import binomtest

    expected = binomtest(made, made + fixed).pvalue if made + fixed else 1.0
    assert mcnemar(made, fixed) == pytest.approx(expected, rel=1e-9)


def test_mcnemars_test_takes_no_time_for_many_images():
    assert mcnemar(50_000, 50_400) == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize(
    ("fixed", "made", "trend"),
    [
        (0, 0, Trend.CANNOT_TELL),
        (5, 0, Trend.CANNOT_TELL),  # p = 0.0625
        (6, 0, Trend.BETTER),  # p = 0.031
        (0, 6, Trend.WORSE),
        (20, 19, Trend.CANNOT_TELL),
        (40, 15, Trend.BETTER),
    ],
)
def test_a_run_is_better_or_worse_only_where_the_exact_test_says_so(fixed, made, trend):
    before = np.array([False] * fixed + [True] * made + [True] * 10)
    after = np.array([True] * fixed + [False] * made + [True] * 10)
    found = Paired.of(before, after)
    assert (found.images, found.fixed, found.made, found.trend) == (fixed + made + 10, fixed, made, trend)
