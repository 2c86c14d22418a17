"""How much memory learning holds of many images: `python -m tests.benchmarks.learning_memory [--images 100000]`.

Features of so many images that are made up (1,280 values, 300 clusters) are put into the store in a throw-away folder;
a process of its own reads them as the window does and learns from 500 labels. Its memory is told at each step.
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from tests.benchmarks.measure import memory, print_report, probe, workspace

DIMENSIONS, AT_ONCE = 1280, 4096


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
    print_report(f"uv run python -m {__spec__.name}", rows, (f"{chosen.images:,} images", "MB, now / at the peak"))


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
    import scipy.sparse.linalg  # with what a fit loads, so that only images are counted
    import scipy.spatial  # noqa: F401

    from engine.similarity.classifier import fit_projection
    from engine.similarity.feature_store import FeatureStore
    from engine.similarity.learner import Learner
    from tests.engine.similarity.test_feature_store import image

    told = {}

    def tell(what: str) -> None:
        told[what] = " / ".join(f"{value:.0f}" for value in memory())

    store = FeatureStore("made up", DIMENSIONS)
    tell("before")
    _, some = store.read([image(number) for number in range(0, count, max(1, count // 10_000))])
    projection = fit_projection(some)
    points = []
    for start in range(0, count, AT_ONCE):
        _, features = store.read([image(number) for number in range(start, min(count, start + AT_ONCE))])
        points.append(projection.apply(features))
    learner = Learner(np.arange(count), np.concatenate(points))
    del points, some
    learner.label({number: number % 10 for number in range(0, count, max(1, count // 500))})
    learner.suggestions()
    tell("with suggestions")
    learner.link()
    learner.suggestions()
    tell("with neighbours")
    return told


if __name__ == "__main__":
    main()
