"""How much memory learning holds of many images: `python -m tests.benchmarks.learning_memory [--images 100000]`.

Features of so many images that are made up (1,280 values, 300 clusters) are put into the store in a throw-away folder;
a process of its own takes them in as the window does, but for the list of images, which no project has, and learns from
500 labels of ten classes. Its memory is told at each step, and how long it takes to find look-alikes: beside them, how
many of the 50 nearest by all features are among those that are found.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.figures import percent
from tests.benchmarks.measure import milliseconds, print_report, probe, seconds, workspace

DIMENSIONS, AT_ONCE, NEAREST = 1280, 4096, 50


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--images", type=int, default=100_000)
    options.add_argument("--learn", action="store_true", help="in the process that is measured")
    chosen = options.parse_args()
    if chosen.learn:
        print(json.dumps(learn(chosen.images)), flush=True)
        return
    with workspace():
        write(chosen.images)
        found = probe("-m", "tests.benchmarks.learning_memory", "--images", str(chosen.images), "--learn")
    rows = [[what, figure] for what, figure in found.items() if what not in ("seconds", "cpu")]
    print_report(f"uv run python -m {__spec__.name}", rows, (f"{chosen.images:,} images", "figure"))


def write(count: int) -> None:
    from engine.similarity.feature_store import FeatureStore
    from tests.engine.similarity.test_feature_store import image

    random = np.random.default_rng(0)
    middles = np.maximum(random.normal(size=(300, DIMENSIONS)), 0)
    store = FeatureStore("made up", DIMENSIONS)
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(count, start + AT_ONCE))
        rows = middles[random.integers(0, 300, len(numbers))] + random.normal(0, 0.5, (len(numbers), DIMENSIONS))
        store.add([image(number) for number in numbers], np.maximum(rows, 0).astype(np.float16))
    store.close()


def learn(count: int) -> dict[str, str]:
    import threadpoolctl  # type: ignore[import-untyped]  # noqa: F401

    from engine.similarity.feature_store import FeatureStore, keys_of
    from engine.similarity.project_learner import ProjectLearner
    from tests.engine.similarity.test_feature_store import image

    class WithoutProject(ProjectLearner):
        def _ready(self, project: object, check: object) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
            starts = range(0, count, AT_ONCE)
            keys = [keys_of([image(n) for n in range(start, min(count, start + AT_ONCE))]) for start in starts]
            return np.arange(count), np.concatenate(keys)

    told = {}

    def tell(what: str) -> None:
        lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
        parts = (int(lines[name].split()[0]) // 1024 for name in ("VmRSS", "RssAnon", "VmHWM"))
        told[f"{what}: MB resident / without what is mapped / resident at the peak"] = " / ".join(map(str, parts))

    store = FeatureStore("made up", DIMENSIONS)
    tell("before")
    own = WithoutProject(store)
    told["points taken in"] = f"{seconds(lambda: own.load(None)):.1f} s"  # type: ignore[arg-type]
    tell("with points")
    learner = own.learner
    assert learner is not None
    learner.label({number: number % 10 for number in range(0, count, max(1, count // 500))})
    learner.suggestions()
    tell("with suggestions")
    told["neighbours found"] = f"{seconds(learner.link):.1f} s"
    learner.suggestions()
    tell("with neighbours")
    found: dict[int, list[tuple[int, float]]] = {}
    some = np.random.default_rng(1).choice(count, 30, replace=False).tolist()
    times = [seconds(lambda image=image: found.update({image: own.nearest(image, NEAREST)})) for image in some]
    told[f"{NEAREST} look-alikes of an image (median / 99 % / worst)"] = milliseconds(times)
    told[f"of the {NEAREST} nearest by all features, found"] = percent(recall(own, store, count, found))
    tell("with look-alikes")
    return told


def recall(own: Any, store: Any, count: int, found: dict[int, list[tuple[int, float]]]) -> float:
    """The share of the nearest by all features that were found."""
    from engine.similarity.feature_store import keys_of
    from tests.engine.similarity.test_feature_store import image

    asked = own.projection.directions(store.read([image(number) for number in found])[1])
    cosines = []
    for start in range(0, count, AT_ONCE):
        _, features = store.read_keys(keys_of([image(n) for n in range(start, min(count, start + AT_ONCE))]))
        cosines.append(asked @ own.projection.directions(features).T)
    every = np.concatenate(cosines, axis=1)
    every[np.arange(len(found)), list(found)] = -2
    nearest = np.argpartition(-every, NEAREST, axis=1)[:, :NEAREST].tolist()
    return float(
        np.mean([len({i for i, _ in f} & set(n)) / NEAREST for f, n in zip(found.values(), nearest, strict=True)])
    )


if __name__ == "__main__":
    main()
