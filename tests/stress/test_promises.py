"""What is promised of new pictures, in many projects that are labelled in seven ways (docs/benchmarks.md)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from engine.similarity.feature_job import FeatureParams, base_of, compute_features, store_of
from tests.benchmarks.material import FASHION, fashion
from tests.engine.similarity.labelling_ways import ALIKE, UNLIKE, Promised, holds, promised
from tests.flowers import write_photographs

KINDS = ("daisy", "dandelion", "roses", "sunflowers", "tulips")
Set = tuple[str, NDArray[np.floating], NDArray[np.int64], int]  # name, features, classes, images of a project
DRAWS, LABELS = 8, (60, 160)


def sets(folder: Path, shared_data: Path) -> Iterator[Set]:
    digits = load_digits()
    yield "digits", (digits.data / 16).astype(np.float32), digits.target, 500
    if FASHION.is_dir():
        _, pixels, classes = fashion(12_000, FASHION)
        quarter = np.asarray(pixels, np.float32).reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196) / 255
        yield "clothes", quarter, np.asarray(classes, np.int64), 500
    if shared_data.is_dir():
        yield "flowers", *flowers(folder, shared_data), 400


def flowers(folder: Path, shared_data: Path) -> tuple[NDArray[np.floating], NDArray[np.int64]]:
    """Return the features by the base, and the classes, of all photographs."""
    pictures = write_photographs(folder / "flowers", shared_data, dict.fromkeys(KINDS, 160))
    project = folder / "some.pigeonhole"
    import_sources(ImportParams(str(project), (str(pictures),)), emit=lambda event: None, cancel=Cancel())
    compute_features(FeatureParams(str(project)), emit=lambda event: None, cancel=Cancel())
    with Project.open(project, read_only=True) as opened, closing(store_of(base_of(None))) as store:
        images = query.labelled_images(opened)
        good, features = store.read(images)
    assert good.all()
    return features, np.array([image.class_id for image in images], np.int64)


def told(name: str, found: list[Promised], of: str) -> list[bool]:
    """Print how many projects something is promised in, and how well that holds; return for these whether it does."""
    pairs = [(interval, f.truth) for f in found if (interval := getattr(f, of)) is not None]
    held = [holds(interval, truth) for interval, truth in pairs]
    if pairs:
        bias, width = (np.mean(values) for values in zip(*((i[0] - t, i[2] - i[1]) for i, t in pairs), strict=True))
        print(
            f"{name:45} {of:10} promised in {len(pairs)} of {len(found)}, holds in {100 * np.mean(held):5.1f} %, "
            f"bias {100 * bias:+5.1f}, width {100 * width:4.1f}"
        )
    else:
        print(f"{name:45} {of:10} promised in none of {len(found)}")
    return held


def test_promises_hold_in_93_of_100_projects_and_none_is_made_where_labels_tell_nothing(
    tmp_path: Path, shared_data: Path, empty_home: Path
) -> None:
    found: dict[str, list[Promised]] = {way.__name__: [] for way in (*ALIKE, *UNLIKE)}
    for name, features, classes, images in sets(tmp_path, shared_data):
        for way in (*ALIKE, *UNLIKE):
            of_set = [
                promised(way, features, classes, images=images, labels=labels, seed=1000 * seed + labels)
                for labels in LABELS
                for seed in range(DRAWS)
            ]
            told(f"{name}, {way.__name__}", of_set, "first_look")
            found[way.__name__] += of_set
    shares = {}
    for way in (*ALIKE, *UNLIKE):
        for of in ("before", "first_look", "checked"):
            shares[way.__name__, of] = told(way.__name__, found[way.__name__], of)
    for of in ("first_look", "checked"):
        every = [held for way in (*ALIKE, *UNLIKE) for held in shares[way.__name__, of]]
        assert np.mean(every) >= 0.93
        for way in ALIKE:
            assert len(shares[way.__name__, of]) >= 0.75 * len(found[way.__name__]), "something is promised"
        for way in UNLIKE:
            assert len(shares[way.__name__, of]) <= 0.4 * len(found[way.__name__]), "too unlike to promise anything"
