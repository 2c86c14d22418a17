"""Near-duplicates across the split, on made pictures and on frames of real traffic signs."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from engine.events import Event, Log
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.similarity.leaks import PATTERNS, leaking_share, warn_of_leaks
from engine.training.data.loading import load_images
from engine.training.frozen import freeze
from engine.training.leaks import LeakParams, find_leaks
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.trainer import train
from tests.digits import write_digits
from tests.engine.training.conftest import network_of

pytestmark = pytest.mark.slow


def scenes(count: int, seed: int) -> np.ndarray:
    """Different pictures: coarse noise, uint8 (count, 32, 32, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 3), np.uint8)
    return coarse.repeat(4, axis=1).repeat(4, axis=2)


def test_different_pictures_are_no_twins_and_darker_or_noisy_copies_are() -> None:
    random = np.random.default_rng(0)
    training, other = scenes(40, 1), scenes(20, 2)
    copies = (training[:20] * 0.7 + random.normal(10, 3, training[:20].shape)).clip(0, 255).astype(np.uint8)
    images = np.concatenate([training, other, copies])
    labels = np.zeros(80, np.int64)
    assert leaking_share(images, labels, np.arange(40), np.arange(40, 60)) == 0
    assert leaking_share(images, labels, np.arange(40), np.arange(60, 80)) == 1
    assert leaking_share(images, labels, np.arange(40), np.arange(40, 80)) == pytest.approx(0.5, abs=0.05)
    labels[60:] = 1  # alike but of another class: a matter for Suspects, not for the split
    assert leaking_share(images, labels, np.arange(40), np.arange(60, 80)) == 0


def test_classes_whose_pictures_are_all_alike_are_no_leaking_share() -> None:
    """Digits and clothes: the most similar picture is close and stands anywhere."""
    random = np.random.default_rng(0)
    images = scenes(1, 1).astype(float) + scenes(300, 2) * (60 / 255) + random.normal(0, 8, (300, 32, 32, 3))
    places = random.permutation(300)
    found = leaking_share(images.clip(0, 255).astype(np.uint8), np.zeros(300, np.int64), places[:240], places[240:])
    assert found < 0.1


def test_frames_that_follow_each_other_are_twins_when_they_change_slowly() -> None:
    """Thirty films of ten frames, each frame a tenth further to another picture."""
    ends = scenes(60, 1).astype(float).reshape(30, 2, 32, 32, 3)
    steps = np.linspace(0, 1, 10)[None, :, None, None, None]
    images = (ends[:, :1] * (1 - steps) + ends[:, 1:] * steps).reshape(300, 32, 32, 3).astype(np.uint8)
    places = np.random.default_rng(0).permutation(300)
    labels = np.zeros(300, np.int64)
    assert leaking_share(images, labels, np.sort(places[:200]), np.sort(places[200:])) > 0.8
    assert leaking_share(images, labels, np.arange(200), np.arange(200, 300)) < 0.1


def test_nothing_to_compare_is_no_twin() -> None:
    assert leaking_share(scenes(4, 0), np.arange(4), np.arange(0), np.arange(4)) == 0


@pytest.fixture(scope="module")
def signs(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signs")
    with zipfile.ZipFile(shared_data / "gtsrb-mini.zip") as archive:
        archive.extractall(folder, [n for n in archive.namelist() if n.startswith("Train/")])
    return folder


def share(folder: Path, name: str, group_by: str | None) -> tuple[float, list[str]]:
    """How many validation images have a twin, and what a person is told."""
    params = ImportParams(str(folder / name), (str(folder / "Train"),), group_by=group_by, validation_fraction=0.5)
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    return measured(folder / f"{name}.pigeonhole", TrainOptions(image_size=30))


def measured(folder: Path, options: TrainOptions) -> tuple[float, list[str]]:
    events = []
    with Project.open(folder, read_only=True) as project:
        frozen = freeze(project, options, lambda event: None)
    images, _ = load_images([m.file for m in frozen.images], options, emit=lambda event: None, cancel=Cancel())
    labels = np.array([m.label for m in frozen.images])
    splits = np.array([m.split.value for m in frozen.images])
    places = [np.flatnonzero(splits == s) for s in (Split.TRAINING, Split.VALIDATION)]

    def emit(event: Event) -> None:
        events.append(event)

    warn_of_leaks(images, labels, *places, emit)
    return leaking_share(images, labels, *places), [e.message for e in events if isinstance(e, Log)]


def test_frames_of_one_sign_on_both_sides_are_told_and_a_grouped_split_is_not(signs: Path) -> None:
    random, told = share(signs, "random", "none")
    grouped, silent = share(signs, "grouped", r"^(\d+_\d+)_")
    assert random > 0.4
    assert grouped < 0.02
    assert "split by group" in told[0]
    assert silent == []


def test_digits_are_not_taken_for_films(tmp_path: Path) -> None:
    """One person after the other wrote several of each digit: alike, side by side, and yet different pictures."""
    pictures = write_digits(tmp_path).pictures
    params = ImportParams(str(tmp_path / "digits"), (str(pictures),))
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    for side in (16, 28):
        found, told = measured(tmp_path / "digits.pigeonhole", TrainOptions(image_size=side, channels="grey"))
        assert found < 0.05
        assert told == []
    offered = find_leaks(LeakParams(str(params.project)), emit=lambda event: None, cancel=Cancel())
    assert not offered["leaks"]
    assert len(offered["grouping"]) < 100  # of 1,358: digits that are all but the same


def test_photos_saved_anew_brighter_and_smaller_are_told(shared_data: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(shared_data / "dogs-vs-cats-mini.zip") as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".jpg"))[:120]
        photos = [Image.open(archive.open(name)).convert("RGB") for name in names]
    changed = []
    for number, photo in enumerate(photos[:30]):
        if number % 3 == 0:
            changed.append(saved_anew(photo))
        elif number % 3 == 1:
            changed.append(ImageEnhance.Brightness(photo).enhance(1.15))
        else:
            changed.append(photo.resize((photo.width // 3, photo.height // 3)))
    images = np.stack([np.asarray(p.resize((64, 64), Image.Resampling.BOX)) for p in [*photos, *changed]])
    labels = np.zeros(len(images), np.int64)
    assert leaking_share(images, labels, np.arange(90), np.arange(120, 150)) > 0.9
    assert leaking_share(images, labels, np.arange(90), np.arange(90, 120)) == 0


def saved_anew(photo: Image.Image) -> Image.Image:
    data = io.BytesIO()
    photo.save(data, "JPEG", quality=40)
    return Image.open(data).convert("RGB")


def looked_for(folder: Path, sources: Path, **options: Any) -> dict[str, Any]:
    params = ImportParams(str(folder), (str(sources),), validation_fraction=0.5, group_by="none", **options)
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    found = find_leaks(LeakParams(str(folder), validation_fraction=0.5), emit=lambda event: None, cancel=Cancel())
    return json.loads(json.dumps(dict(found)))  # as it comes from the child


def test_the_groups_of_film_frames_are_found_from_their_names_and_end_the_leak(signs: Path) -> None:
    folder = signs / "offered.pigeonhole"
    found = looked_for(folder, signs / "Train")
    assert found["leaks"]
    assert found["share"] > 0.4
    assert found["pattern"] == PATTERNS[0]
    assert found["groups"] == 86  # two signs of each of 43 kinds
    assert found["share_after"] < 0.02
    with Project.open(folder) as project:
        edits.set_grouping(project, dict(found["grouping"]))
        edits.set_splits(project, {image: Split(split) for image, split in found["splits"]})
    again = find_leaks(LeakParams(str(folder)), emit=lambda event: None, cancel=Cancel())
    assert (again["share"], again["leaks"]) == (pytest.approx(found["share_after"], abs=1e-9), False)


def sides(folder: Path) -> Counter[Split]:
    with Project.open(folder, read_only=True) as project:
        return Counter(r.split for r in query.labelled_images(project))


def films(folder: Path, of_class: int = 10, frames: int = 4) -> Path:
    """Two classes of films whose frames are all but the same."""
    for number, pixels in enumerate(scenes(2 * of_class, 3)):
        for frame in range(frames):
            file = folder / "films" / "ab"[number % 2] / f"film{number}_{frame}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((pixels * (1 - frame / 100)).astype(np.uint8)).save(file)
    return folder / "films"


@pytest.mark.parametrize("divided", [True, False])
def test_about_as_many_images_validate_after_near_duplicates_are_kept_together(tmp_path: Path, divided: bool) -> None:
    """Whatever the options say, where the project is divided; and no image is left without a split where it is not."""
    folder = tmp_path / "some.pigeonhole"
    import_sources(
        ImportParams(str(folder), (str(films(tmp_path)),), validation_fraction=0.3, group_by="none"),
        emit=lambda event: None,
        cancel=Cancel(),
    )
    if not divided:
        with Project.open(folder) as project:
            edits.set_split(project, [r.id for r in query.labelled_images(project)], Split.UNASSIGNED)
    found = find_leaks(
        LeakParams(str(folder), validation_fraction=0.1 if divided else 0.3),
        emit=lambda event: None,
        cancel=Cancel(),
    )
    assert found["leaks"]
    with Project.open(folder) as project:
        edits.set_splits(project, {image: Split(s) for image, s in found["splits"]}, groups=dict(found["grouping"]))
    assert sides(folder) == {Split.TRAINING: 56, Split.VALIDATION: 24}


def test_copies_with_names_that_say_nothing_are_grouped_by_their_pixels(tmp_path: Path) -> None:
    random, names = np.random.default_rng(0), iter(np.random.default_rng(1).permutation(1000))
    for number, pixels in enumerate(scenes(40, 1)):
        for _ in range(2 if number % 2 else 1):
            noisy = (pixels * 0.9 + random.normal(5, 3, pixels.shape)).clip(0, 255).astype(np.uint8)
            file = tmp_path / "pictures" / "ab"[number % 4 // 2] / f"{chr(97 + random.integers(26))}{next(names)}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(noisy).save(file)
    found = looked_for(tmp_path / "some.pigeonhole", tmp_path / "pictures")
    assert (found["pattern"], found["groups"]) == ("", 20)
    assert found["leaks"]
    assert found["share_after"] < 0.02
    groups = Counter(group for _, group in found["grouping"])
    assert set(groups.values()) == {2}


def test_a_project_without_near_duplicates_gets_no_groups(tmp_path: Path) -> None:
    for number, pixels in enumerate(scenes(40, 1)):
        file = tmp_path / "pictures" / "ab"[number % 2] / f"photo_{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(file)
    found = looked_for(tmp_path / "some.pigeonhole", tmp_path / "pictures")
    assert (found["leaks"], found["groups"], found["grouping"]) == (False, 0, [])


def build_small(options: TrainOptions, classes: int) -> Any:
    """Enough to tell the signs apart that it was shown."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((options.image_size, options.image_size, 3), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False),
            layers.Conv2D(16, 3, strides=2, activation="relu"),
            layers.Conv2D(32, 3, strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")
def test_validation_promises_more_on_a_random_split_than_on_a_grouped_one(signs: Path) -> None:
    """Two signs of each kind: with one of them never seen, the figure is that of new signs."""
    accuracy = {}
    overrides = {"epochs": 5, "batch_size": 32, "image_size": 16}
    for name, group_by in (("random", "none"), ("grouped", r"^(\d+_\d+)_")):
        folder = signs / f"train-{name}.pigeonhole"
        sources = (str(signs / "Train"),)
        imported = ImportParams(str(folder), sources, group_by=group_by, validation_fraction=0.5)
        import_sources(imported, emit=lambda event: None, cancel=Cancel())
        with network_of("quick", build_small):
            params = TrainParams(str(folder), "quick", overrides, export=False)
            accuracy[name] = train(params, emit=lambda event: None, cancel=Cancel())["validation_accuracy"]
    assert accuracy["random"] > accuracy["grouped"] + 0.1
