"""A training takes the network that was built and traced before it was asked for, and learns the same with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import pytest

from engine.errors import DataError
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.training.ahead import prepare
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.runs.records import find_run, history
from engine.training.trainer import train
from tests.engine.training.conftest import build_project, network_of
from tests.engine.training.test_trainer import build_small

COUNTS = {name: {Split.TRAINING: 12, Split.VALIDATION: 4} for name in ("bright", "dark")}
traced: list[keras.Model] = []  # with each call of a layer's Python code in training
networks: list[keras.Model] = []


@pytest.fixture(autouse=True, scope="module")
def small_network() -> Iterator[None]:
    def build(options: TrainOptions, classes: int) -> Any:
        model = build_small(options, classes)
        layer = model.layers[1]
        call = layer.call

        def counted(inputs: Any, *rest: Any, **how: Any) -> Any:
            traced.append(model)
            return call(inputs, *rest, **how)

        layer.call = counted
        networks.append(model)
        return model

    with network_of("fashion-cnn", build):
        yield


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> TrainParams:
    folder = build_project(tmp_path_factory.mktemp("project"), COUNTS)
    return TrainParams(str(folder), "fashion-cnn", {"epochs": 2, "batch_size": 8, "rotation": 10}, export=False)


def losses(params: TrainParams) -> list[tuple[float, float]]:
    networks.clear()
    run = train(params, emit=lambda event: None, cancel=Cancel())["run"]
    rows = history(find_run(Path(params.project), run, with_model=False))
    return [(row.loss, row.validation_loss) for row in rows]


def test_a_prepared_network_learns_what_a_new_one_does_and_is_not_built_or_traced_again(params: TrainParams) -> None:
    expected = losses(params)
    (model,) = networks
    whole = traced.count(model)
    assert prepare(params)
    model = networks[-1]
    ahead = traced.count(model)
    assert ahead > 0
    assert losses(params) == expected
    assert networks == []
    assert traced.count(model) == whole, "once in all"
    assert traced.count(model) > ahead, "validation is traced when it comes"


def test_another_choice_has_a_network_of_its_own_and_nothing_is_left_of_the_prepared_one(
    params: TrainParams, untraced: None
) -> None:
    expected = losses(params)
    other = replace(params, overrides=params.overrides | {"seed": 5})
    assert prepare(other)
    assert losses(params) == expected
    assert len(networks) == 1
    losses(other)
    assert len(networks) == 1


def test_other_numbers_of_labels_have_a_network_of_their_own_where_an_epoch_has_more_or_fewer_steps(
    tmp_path: Path, untraced: None
) -> None:
    folder = build_project(tmp_path, COUNTS)
    params = TrainParams(str(folder), "fashion-cnn", {"epochs": 1, "batch_size": 8}, export=False)
    with Project.open(folder) as project:
        some = [r.id for r in query.labelled_images(project) if r.split is Split.TRAINING][::2]

    def move(split: Split) -> None:
        with Project.open(folder) as project:
            edits.set_split(project, some, split)

    assert prepare(params)
    move(Split.VALIDATION)
    losses(params)
    assert len(networks) == 1
    assert prepare(params)
    move(Split.TRAINING)
    many = losses(params)
    assert len(networks) == 1
    assert losses(params) == many
    assert prepare(params)
    losses(replace(params, folds=2, fold=1))
    assert len(networks) == 1, "which learns from half of them"


def test_the_newest_choice_is_kept(params: TrainParams, untraced: None) -> None:
    other = replace(params, overrides=params.overrides | {"seed": 5})
    assert prepare(other)
    assert prepare(params)
    assert len(losses(params)) == 2
    assert networks == []


def test_nothing_is_prepared_where_features_come_first_or_a_run_goes_on(params: TrainParams) -> None:
    for chosen in (
        replace(params, recipe="transfer", overrides={}),  # whose weights may have to be downloaded
        replace(params, recipe="instant", overrides={}),
        replace(params, resume="20260101-000000-quick"),
        replace(params, repeat="20260101-000000-quick"),
    ):
        networks.clear()
        assert not prepare(chosen)
        assert networks == []


def test_nothing_is_prepared_that_would_hold_the_memory_of_a_graphics_card_or_that_takes_long_to_plan(
    params: TrainParams, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks.clear()
    with monkeypatch.context() as patch:
        patch.setattr("engine.training.ahead.trains_on_card", lambda options: True)
        assert not prepare(params)
    with monkeypatch.context() as patch:
        patch.setattr("engine.training.ahead._MOST", 3)
        assert not prepare(params)
    assert networks == []


def test_a_choice_that_cannot_be_trained_is_refused_as_the_training_would(tmp_path: Path) -> None:
    folder = build_project(tmp_path, {"bright": {Split.TRAINING: 4}})
    with pytest.raises(DataError):
        prepare(TrainParams(str(folder), "fashion-cnn"))
