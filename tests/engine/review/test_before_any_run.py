"""Suspects, the map and duplicates without a run: by the features of the built-in base."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cli.main import main
from engine.errors import DataError
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag
from engine.library.scan import ImportParams, import_sources
from engine.library.splits import stratified_folds
from engine.review.duplicates import DuplicatesParams, find_duplicates
from engine.review.layout import MapParams, lay_out
from engine.review.suspects.by_features import FOLDS, LabelJudge, held_out
from engine.review.suspects.job import SuspectsParams, find_suspects
from engine.review.suspects.open_suspects import OpenSuspects, judge_open_suspects
from engine.similarity.bases import chosen_base
from engine.similarity.feature_job import store_of
from engine.similarity.feature_store import FeatureStore
from tests.flowers import write_photographs

KINDS = ("daisy", "roses", "sunflowers", "tulips")
OF_EACH = 30
PLANTED = 6  # 5 % of the pictures


@pytest.fixture(scope="module")
def flowers(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flowers") / "flowers"
    return write_photographs(folder, shared_data, dict.fromkeys(KINDS, OF_EACH))


@pytest.fixture
def project(flowers: Path, tmp_path: Path) -> Path:
    params = ImportParams(str(tmp_path / "flowers"), (str(flowers),))
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    return tmp_path / "flowers.pigeonhole"


def plant(project: Project) -> dict[int, int]:
    """Give one picture in twenty another class, at random; return what they really are."""
    truth = {r.id: r.class_id for r in query.labelled(project)}
    random = np.random.default_rng(0)
    wrong = random.choice(sorted(truth), PLANTED, replace=False).tolist()
    classes = sorted(set(truth.values()))
    edits.set_labels(project, {i: int(random.choice([c for c in classes if c != truth[i]])) for i in wrong})
    return {i: truth[i] for i in wrong}


def test_planted_wrong_labels_are_found_before_any_run_and_ranked_again_after_each_correction(project: Path) -> None:
    with Project.open(project) as opened:
        truth = plant(opened)
    result = find_suspects(SuspectsParams(str(project)), emit=lambda event: None, cancel=Cancel())
    assert (result["run"], result["from"], result["base"]) == (None, "features", chosen_base().name)
    assert result["images"] == len(KINDS) * OF_EACH
    listed = [row["image_id"] for row in result["rows"]]
    assert len(set(listed) & truth.keys()) >= PLANTED - 1
    assert len(set(listed[:PLANTED]) & truth.keys()) >= PLANTED // 2
    with Project.open(project) as opened:
        judge = LabelJudge(store_of(chosen_base()))
        before = judge_open_suspects(opened, judge)
        assert isinstance(before, OpenSuspects)
        assert [s.image_id for s in before.suspects[: before.probable]] == listed
        worst = next(s for s in before.suspects if s.image_id in truth)
        edits.set_label(opened, [worst.image_id], truth[worst.image_id])
        after = judge_open_suspects(opened, judge)
        assert isinstance(after, OpenSuspects)
        assert worst.image_id not in [s.image_id for s in after.suspects[: after.probable]]
        qualities = {s.image_id: s.quality for s in before.suspects}
        assert any(s.quality != qualities[s.image_id] for s in after.suspects if s.image_id in qualities), (
            "the others are judged by what the correction taught"
        )


def test_the_map_and_duplicates_need_no_run_either(project: Path) -> None:
    found = lay_out(MapParams(str(project)), emit=lambda event: None, cancel=Cancel())
    assert (found["run"], found["base"], found["images"]) == (None, chosen_base().name, len(KINDS) * OF_EACH)
    places = np.column_stack([found["x"], found["y"]])
    assert np.isfinite(places).all()
    with Project.open(project, read_only=True) as opened:
        classes = {r.id: r.class_id for r in query.labelled(opened)}
    labels = np.array([classes[i] for i in found["image_ids"]])
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    neighbours = labels[apart.argsort(axis=1)[:, :5]]
    assert (neighbours == labels[:, None]).mean() > 0.4, "of four kinds, chance would be 0.25"
    params = DuplicatesParams(str(project), features=True)
    assert find_duplicates(params, emit=lambda event: None, cancel=Cancel())["looked_at"] == len(KINDS) * OF_EACH


def test_the_command_line_says_what_judged(project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["suspects", str(project), "--csv", str(tmp_path / "suspects.csv")]) == 0
    assert f"by the features of {chosen_base().name}" in capsys.readouterr().out
    assert main(["suspects", str(project), "--json", "--features"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["run"], result["from"]) == (None, "features")
    assert main(["map", str(project)]) == 0
    assert f"by the features of {chosen_base().name}" in capsys.readouterr().out
    assert main(["duplicates", str(project), "--features"]) == 0
    for words in (["suspects", "--features", "--folds", "3"], ["map", "--features", "--run", "a"]):
        assert main([words[0], str(project), *words[1:]]) == 2
    assert main(["duplicates", str(project), "--features", "--exact"]) == 2
    assert main(["suspects", str(project), "--folds", "3"]) == 1, "that needs a run, and there is none"


def test_nothing_of_tensorflow_is_loaded(project: Path) -> None:
    code = (
        "import sys; from engine.cli.main import main;"
        f"status = main(['suspects', {str(project)!r}, '--json']) or main(['map', {str(project)!r}, '--json']);"
        "heavy = {'tensorflow', 'keras', 'torch', 'jax'} & set(sys.modules);"
        "sys.exit(status or (3 if heavy else 0))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


# What a person decided, and what is not ready


@pytest.fixture
def small(tmp_path: Path, empty_home: Path) -> Iterator[tuple[Project, FeatureStore]]:
    """Twelve pictures each of two classes, whose features are made up: one of each class lies among the other's."""
    from PIL import Image

    for number in range(24):
        file = tmp_path / "pictures" / "ab"[number % 2] / f"{number:02}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (number, 0, 0)).save(file)
    params = ImportParams(str(tmp_path / "some"), (str(tmp_path / "pictures"),))
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    store = FeatureStore("test", 16)
    with Project.open(tmp_path / "some.pigeonhole") as opened:
        yield opened, store
    store.close()


def features_of(images) -> np.ndarray:
    """Those of `00.png` and `01.png` are exchanged."""
    centres = np.abs(np.random.default_rng(0).normal(size=(2, 16)))
    kinds = [int(image.path[-6:-4]) for image in images]
    places = [(kind + (kind < 2)) % 2 for kind in kinds]
    noise = [0.2 * np.abs(np.random.default_rng(kind).normal(size=16)) for kind in kinds]
    return np.stack([centres[place] + some for place, some in zip(places, noise, strict=True)])


def test_images_without_features_wait_and_decided_ones_are_not_asked_about(small: tuple[Project, FeatureStore]) -> None:
    project, store = small
    judge = LabelJudge(store)
    assert isinstance(judge_open_suspects(project, judge), str)
    with pytest.raises(DataError, match="two classes with two labelled images"):
        judge.judge(project)
    images = query.labelled_images(project)
    store.add(images[:20], features_of(images[:20]))
    found = judge_open_suspects(project, judge)
    assert isinstance(found, OpenSuspects)
    assert (found.judged, found.unready) == (20, 4)
    store.add(images[20:], features_of(images[20:]))
    found = judge_open_suspects(project, judge)
    assert isinstance(found, OpenSuspects)
    assert (found.judged, found.unready) == (24, 0)
    assert {s.file.name for s in found.suspects[: found.probable]} == {"00.png", "01.png"}
    edits.set_flag(project, [found.suspects[0].image_id], Flag.CONFIRMED, True)
    left = judge_open_suspects(project, judge)
    assert isinstance(left, OpenSuspects)
    assert {s.image_id for s in left.suspects[: left.probable]} == {found.suspects[1].image_id}


def test_an_image_alone_in_its_class_is_not_judged(small: tuple[Project, FeatureStore]) -> None:
    project, store = small
    images = query.labelled_images(project)
    store.add(images, features_of(images))
    edits.add_class(project, "alone")
    alone = next(c.id for c in query.classes(project) if c.name == "alone")
    edits.set_label(project, [images[5].id], alone)
    judged = LabelJudge(store).judge(project)
    assert len(judged.image_ids) == 23
    assert images[5].id not in judged.image_ids.tolist()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**16),
    st.integers(1, 60),
    st.sampled_from(["random", "one class", "one image a class", "two of hundreds"]),
    st.booleans(),
)
def test_judging_gives_probabilities_whatever_the_labels_are(seed: int, count: int, kind: str, same: bool) -> None:
    random = np.random.default_rng(seed)
    if kind == "two of hundreds":
        count = 2 * (100 + count)
    points = np.repeat(random.normal(size=(1, 8)), count, axis=0) if same else random.normal(size=(count, 8))
    labels = {
        "random": random.integers(0, 4, count),
        "one class": np.zeros(count, np.int64),
        "one image a class": np.arange(count),
        "two of hundreds": np.arange(count) // 2,
    }[kind]
    columns = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    folds = np.array(stratified_folds(columns.tolist(), [None] * count, FOLDS, 0))
    learnt: dict = {}
    for _ in range(2):  # the second time from what was learnt the first time
        found, known = held_out(points.astype(np.float32), columns, folds, np.ones(count, bool), learnt)
        assert np.isfinite(found).all()
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-4)
        assert found.shape == (count, columns.max() + 1)
        alone = np.bincount(columns)[columns] == 1
        assert not (known & alone).any()
