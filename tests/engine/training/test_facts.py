"""What recipes read from a project, and what they make of it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.events import Event, Log
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.training.facts import ProjectFacts, mirrored, read_facts
from engine.training.options import TrainOptions, with_overrides
from engine.training.plan import TrainParams, make_plan
from engine.training.recipes.choices import completed_reason, for_project
from engine.training.recipes.registry import recipe
from tests.engine.training.conftest import MakeProject
from tests.unchecked import forget_looks


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
    assert "on features that MobileNetV2 computes once; then its upper layers train too, 50 % of its work" in why


def test_a_rare_class_is_shown_more_often(make_project: MakeProject) -> None:
    folder = make_project({"a": {Split.TRAINING: 42}, "b": {Split.TRAINING: 2}})
    with Project.open(folder, read_only=True) as project:
        options, why = recipe("accurate").adapt(recipe("accurate").options, project)  # type: ignore[misc]
    assert options.imbalance == "oversample"
    assert "the largest is 21 times the smallest" in why


def for_facts(
    name: str, monkeypatch: pytest.MonkeyPatch, overrides: dict[str, Any] | None = None, *, card: bool, **facts: Any
) -> tuple[TrainOptions, str]:
    """What a recipe makes of a project of which it reads these facts, on a machine with or without a graphics card."""
    read = ProjectFacts(
        **{"images": 40, "classes": 4, "side": 32, "imbalance": 1.0, "grey": False, "mirror_pair": None}
        | {"directed": False}
        | facts
    )
    monkeypatch.setattr("engine.training.facts.read_facts", lambda project: read)
    on_card = "engine.training.machine.device.trains_on_card"
    monkeypatch.setattr(on_card, lambda options: card and options.device != "cpu")
    return for_project(recipe(name), None, overrides or {})  # type: ignore[arg-type]  # nobody reads it


@pytest.mark.parametrize(
    ("name", "facts", "processor", "card"),
    [
        ("quick", {"images": 40}, 32, 32),
        ("quick", {"images": 2000}, 64, 128),
        ("quick", {"images": 30_000}, 128, 256),
        ("accurate", {"images": 60_000}, 128, 512),
        ("transfer", {"images": 640, "side": 224}, 16, 16),
        ("transfer", {"images": 4000, "side": 224}, 16, 32),
        ("transfer", {"images": 4000, "side": 128}, 32, 64),
    ],
)
def test_a_graphics_card_gets_larger_batches_and_mixed_precision_and_is_told(
    name: str, facts: dict[str, int], processor: int, card: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    without, why = for_facts(name, monkeypatch, card=False, **facts)
    assert (without.batch_size, without.mixed_precision) == (processor, False)
    assert "graphics card" not in why
    with_card, why = for_facts(name, monkeypatch, card=True, **facts)
    assert (with_card.batch_size, with_card.mixed_precision) == (card, True)
    assert f"batches of {card} at" in why
    assert "trains on the graphics card: in mixed precision, and in batches as large as so many pictures allow" in why
    scaled = (card / processor) ** 0.5 if name != "transfer" else 1
    assert with_card.learning_rate == pytest.approx(without.learning_rate * scaled)
    assert (with_card.epochs, with_card.image_size) == (without.epochs, without.image_size)


def test_who_chooses_the_processor_gets_what_suits_it(monkeypatch: pytest.MonkeyPatch) -> None:
    options, why = for_facts("quick", monkeypatch, {" device ": "cpu", "epochs": 3}, card=True, images=30_000)
    assert (options.batch_size, options.mixed_precision) == (128, False)
    assert "graphics card" not in why
    assert (options.device, options.epochs) == ("auto", 12)  # the person's choices come later, all at once


def test_what_is_said_of_the_card_and_of_flips_is_completed_by_what_the_person_chose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options, why = for_facts("quick", monkeypatch, card=True, mirror_pair=("left", "right"))
    chosen = with_overrides(options, {"flip": True, "mixed_precision": False})
    assert ", never mirrored, as 'left' mirrored looks like 'right'. It trains on the graphics card: " in why
    assert completed_reason(why, options, chosen) == f"{why} Chosen instead: mirrored at random, full precision."

    options, why = for_facts("quick", monkeypatch, card=False)
    assert why.endswith(", mirrored at random, as no class is another's mirror image.")
    chosen = with_overrides(options, {"flip": False, "mixed_precision": True})  # which changes nothing on a processor
    assert completed_reason(why, options, chosen) == f"{why} Chosen instead: never mirrored."
    assert completed_reason(why, options, options) == why


def test_thousands_of_pictures_of_a_class_are_varied_little(monkeypatch: pytest.MonkeyPatch) -> None:
    few, why = for_facts("accurate", monkeypatch, card=False, images=11_999, side=28)
    assert all((few.rotation, few.erasing, few.label_smoothing))
    assert "none is turned" not in why
    many, why = for_facts("accurate", monkeypatch, card=False, images=12_000, side=28)
    kinds = many.rotation, many.zoom, many.shear, many.erasing, many.brightness, many.label_smoothing
    assert not any(kinds)
    assert many.shift == few.shift > 0
    assert many.epochs > few.epochs
    assert why.endswith("With so many of each class none is turned, stretched, recoloured or covered.")


def test_two_columns_see_fewer_images_as_each_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = for_facts("accurate", monkeypatch, card=False, images=30_000, classes=43, side=36)
    two, _ = for_facts("accurate", monkeypatch, card=False, images=30_000, classes=43, side=37)
    assert [(found.image_size, found.epochs) for found in (one, two)] == [(32, 20), (48, 17)]


def test_sizes_are_found_out_while_an_import_has_not_looked_at_the_images(make_project: MakeProject) -> None:
    """A training that begins then gets its pictures in their own size, not in the smallest that there is."""
    folder = forget_looks(make_project({"a": {Split.TRAINING: 5}, "b": {Split.TRAINING: 5}}))
    with Project.open(folder, read_only=True) as project:
        assert query.summary(project).unchecked == 10
        options, why = recipe("quick").adapt(recipe("quick").options, project)  # type: ignore[misc]
    assert options.image_size == 24
    assert "pictures of 24 px" in why


def test_pictures_of_which_none_can_be_read_have_no_size_of_0_px(make_project: MakeProject) -> None:
    folder = forget_looks(make_project({"a": {Split.TRAINING: 5}, "b": {Split.TRAINING: 5}}))
    for file in (folder.parent / "pictures").rglob("*.png"):
        file.write_bytes(b"no picture")
    with Project.open(folder, read_only=True) as project:
        options, why = recipe("quick").adapt(recipe("quick").options, project)  # type: ignore[misc]
    assert options.image_size == recipe("quick").options.image_size
    assert "pictures of unknown size" in why
