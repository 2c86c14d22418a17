"""What recipes read from a project, and what they make of it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.events import Event, Log
from engine.jobs.job import Cancel
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.training.facts import mirrored, read_facts
from engine.training.plan import make_plan
from engine.training.recipes.registry import recipe
from engine.training.trainer import TrainParams
from tests.engine.training.conftest import MakeProject


def arrows(towards: str, count: int = 8) -> np.ndarray:
    """Coloured pictures with something bright on one side, uint8 (count, 16, 16, 3)."""
    images = np.random.default_rng(0).integers(0, 60, (count, 16, 16, 3), np.uint8)
    where = {"left": np.s_[:, 4:12, :5], "right": np.s_[:, 4:12, 11:], "up": np.s_[:, :5, 4:12]}[towards]
    images[where] += 150
    return images


def test_two_classes_that_are_each_others_mirror_image_are_found() -> None:
    assert mirrored({1: arrows("left"), 2: arrows("right"), 3: arrows("up")})[0] in {(1, 2), (2, 1)}


def test_classes_that_keep_their_look_when_mirrored_are_no_pair() -> None:
    below = arrows("up")[:, ::-1]
    assert mirrored({1: arrows("up"), 2: below}) == (None, False)


def test_a_class_that_only_looks_like_another_when_mirrored_is_no_pair() -> None:
    """All shoes of a catalogue point left; mirrored they resemble bags, but bags are bags from both sides."""
    shoes, bags = arrows("left"), np.maximum(arrows("left"), arrows("right"))
    bags[:, 4:12, 8:] += 60
    pair, directed = mirrored({1: shoes, 2: bags, 3: arrows("up")})
    assert pair is None
    assert not directed


def test_letters_are_directed_though_no_two_are_a_pair() -> None:
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = (digits.images * 15).astype(np.uint8).repeat(2, 1).repeat(2, 2)[..., None].repeat(3, -1)
    assert mirrored({kind: pixels[digits.target == kind][:16] for kind in range(10)})[1]


def test_pictures_that_it_does_not_tell_apart_say_nothing() -> None:
    random = np.random.default_rng(0)
    noise = {kind: random.integers(0, 256, (8, 16, 16, 3), np.uint8) for kind in range(6)}
    assert mirrored(noise) == (None, False)
    assert mirrored({1: arrows("left")}) == (None, False)


def test_a_project_is_read_as_it_is(make_project: MakeProject) -> None:
    folder = make_project({"a": {Split.TRAINING: 30, Split.TEST: 5}, "b": {Split.TRAINING: 10}})
    with Project.open(folder, read_only=True) as project:
        facts = read_facts(project)
        options, why = recipe("quick").adapt(recipe("quick").options, project)  # type: ignore[misc]
    assert (facts.images, facts.classes, facts.side, facts.grey) == (40, 2, 24, True)
    assert facts.imbalance == pytest.approx(3)
    assert (options.channels, options.image_size, options.batch_size, options.epochs) == ("grey", 24, 32, 40)
    assert why.startswith("40 pictures of 24 px in 2 classes: 40 epochs of batches of 32 at 24 px in grey values")


def test_the_log_tells_what_the_person_chose_instead(make_project: MakeProject) -> None:
    folder = make_project({"a": {Split.TRAINING: 30}, "b": {Split.TRAINING: 10}})
    chosen = {"epochs": 3, "flip": True, "channels": "rgb", "batch_size": 32, "rotation": 5}
    told: list[Event] = []
    with Project.open(folder, read_only=True) as project:
        plan = make_plan(project, TrainParams(str(folder), "quick", chosen), recipe("quick"), told.append)
    (log,) = [event.message for event in told if isinstance(event, Log) and "pictures of" in event.message]
    assert "40 epochs of batches of 32" in log
    assert log.endswith(". Chosen instead: 3 epochs, colours.")
    assert plan.facts == {"why": log}


def test_traffic_signs_are_never_mirrored_and_the_reason_is_said(shared_data: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(shared_data / "gtsrb-mini.zip") as archive:
        archive.extractall(tmp_path, [n for n in archive.namelist() if n.startswith("Train/")])
    params = ImportParams(str(tmp_path / "signs"), (str(tmp_path / "Train"),))
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(tmp_path / "signs.pigeonhole", read_only=True) as project:
        for name, size in (("quick", 32), ("accurate", 48)):
            options, why = recipe(name).adapt(recipe(name).options, project)  # type: ignore[misc]
            assert not options.flip
            assert "never mirrored, as " in why
            assert (options.image_size, options.channels) == (size, "rgb")


def test_photographs_are_mirrored_at_the_size_of_the_base(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(5):
            pixels = random.integers(0, 256, (150, 200, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{number}.jpg")
    params = ImportParams(str(tmp_path / "p"), (str(tmp_path / "photos"),))
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(tmp_path / "p.pigeonhole", read_only=True) as project:
        options, why = recipe("transfer").adapt(recipe("transfer").options, project)  # type: ignore[misc]
    assert (options.image_size, options.flip) == (128, True)
    assert "on features that MobileNetV2 computes once" in why


def test_a_rare_class_is_shown_more_often(make_project: MakeProject) -> None:
    folder = make_project({"a": {Split.TRAINING: 42}, "b": {Split.TRAINING: 2}})
    with Project.open(folder, read_only=True) as project:
        options, why = recipe("accurate").adapt(recipe("accurate").options, project)  # type: ignore[misc]
    assert options.imbalance == "oversample"
    assert "the largest is 21 times the smallest" in why
