"""Learning while a person labels: accuracy by number of labels, features, and how long answers take.
`python -m tests.benchmarks.learning [--draws 5]`.

160 photographs of each of five kinds of flowers, and 200 of cats and of dogs (../shared/data), features of the built-in
base. Accuracy is that of the images without a label, mean of some draws of so many labels a class. "Spreading" is the
regression together with labels that spread along neighbours, which is what the window suggests.
"""

from __future__ import annotations

import argparse
import tarfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.figures import percent
from tests.benchmarks.material import take_out
from tests.benchmarks.measure import milliseconds, print_report, seconds, workspace
from tests.benchmarks.recipes import SHARED

COUNTS = (2, 5, 10, 20, 50, 100)
ASKED = (25, 50, 75, 100, 150)
THRESHOLDS = (0.8, 0.9, 0.95)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--draws", type=int, default=5)
    chosen = options.parse_args()
    command = f"uv run python -m {__spec__.name}"
    with workspace() as folder:
        sets = {"flowers": flowers(folder / "flowers"), "cats and dogs": pets(folder / "pets")}
        speed, features = [], {}
        for name, (files, _) in sets.items():
            features[name], rows = computed(files)
            speed += [[name, *row] for row in rows]
        head = ("pictures", "what", "pictures/s", "processor ms a picture", "of the slower", "of both in turn")
        print_report(command, speed, head)
        accuracy = [
            row for name, (_, labels) in sets.items() for row in accuracies(name, features[name], labels, chosen.draws)
        ]
        print_report(command, accuracy, ("pictures", "classifier", *(f"{n} a class" for n in COUNTS)))
        rare = rare_classes(features["flowers"], sets["flowers"][1], chosen.draws)
        print_report(command, rare, ("flowers", "all that are left", "of the rare classes"))
        order = asked_for(features["flowers"], sets["flowers"][1], chosen.draws)
        print_report(command, order, ("flowers, labels in all", *(str(n) for n in ASKED)))
        wrong = [
            row for name, (_, labels) in sets.items() for row in accepted(name, features[name], labels, chosen.draws)
        ]
        head = ("pictures, 30 labels a class", "at least", "accepted", "wrong expected", "wrong", "in the interval")
        print_report(command, wrong, head)
        alike = [row for name, (_, labels) in sets.items() for row in agreement(name, features[name], labels)]
        print_report(command, alike, ("pictures", "look-alikes", "the same by all features", "of one class", "by all"))
        print_report(command, [row for n in (10_000, 100_000) for row in answers(n)], ("images", "what", "time"))


def flowers(folder: Path) -> tuple[list[Path], NDArray[np.int64]]:
    with tarfile.open(SHARED / "flower_photos-mini.tgz") as archive:
        take_out(archive, folder)
    return by_class(sorted(folder.rglob("*.jpg")), lambda file: file.parent.name)


def pets(folder: Path) -> tuple[list[Path], NDArray[np.int64]]:
    with zipfile.ZipFile(SHARED / "dogs-vs-cats-mini.zip") as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith("train/")])
    return by_class(sorted(folder.rglob("*.jpg")), lambda file: file.name.split(".")[0])


def by_class(files: list[Path], name: Callable[[Path], str]) -> tuple[list[Path], NDArray[np.int64]]:
    _, labels = np.unique([name(file) for file in files], return_inverse=True)
    return files, labels.astype(np.int64)


def computed(files: list[Path]) -> tuple[NDArray[np.float16], list[list[str]]]:
    """The features of files, and how fast: decoding alone, the network alone, and the job that does both.

    Both need a core: where there is nothing else, the job has no more than one after the other takes on all cores.
    """
    import os
    import shutil
    import tempfile
    from concurrent.futures import ThreadPoolExecutor

    from engine.imaging.pixels import load_each
    from engine.jobs.job import Cancel
    from engine.library import query
    from engine.library.project import Project
    from engine.library.scan import ImportParams, import_sources
    from engine.similarity.bases import built_in_base
    from engine.similarity.feature_job import AT_ONCE, FeatureParams, compute_features, store_of

    base, cores = built_in_base(), os.cpu_count() or 1
    size, run = (base.input_size, base.input_size), base.open(threads=1)
    groups = [files[i : i + AT_ONCE] for i in range(0, len(files), AT_ONCE)]

    def decode(some: list[Path]) -> NDArray[np.uint8]:
        return np.stack([p for p in load_each(some, size=size, method=base.resize) if isinstance(p, np.ndarray)])

    def each(work: Callable[[object], object], what: list[object]) -> list[object]:
        with ThreadPoolExecutor(cores) as pool:
            return list(pool.map(work, what))

    pixels: list[object] = []
    rows, rates = [], []
    with tempfile.TemporaryDirectory() as place:
        folder, project = Path(place) / "pictures", Path(place) / "some.pigeonhole"
        folder.mkdir()
        for number, file in enumerate(files):
            shutil.copyfile(file, folder / f"{number:06}{file.suffix}")
        params = ImportParams(str(project), (str(folder),), labels="none")
        import_sources(params, emit=lambda event: None, cancel=Cancel())
        for name, work in (
            ("decoding alone", lambda: pixels.extend(each(decode, groups))),  # type: ignore[arg-type]
            ("network alone", lambda: each(run, pixels)),  # type: ignore[arg-type]
            (
                "features, as `pigeonhole features` computes them",
                lambda: compute_features(FeatureParams(str(project)), emit=lambda event: None, cancel=Cancel()),
            ),
        ):
            before = time.process_time()
            took = seconds(work)
            own = 1000 * (time.process_time() - before) / len(files)  # decoders have processes of their own
            rates.append(len(files) / took)
            rows.append([name, f"{rates[-1]:,.0f}", f"{own:.1f}", "", ""])
        decoding, network, job = rates
        rows[-1][-2:] = percent(job / min(decoding, network), 0), percent(job * (1 / decoding + 1 / network), 0)
        with Project.open(project) as opened, closing(store_of(base)) as store:
            images = query.images(opened, query.image_ids(opened, query.Filter()))
            good, features = store.read(images)
    assert len(images) == len(files)
    assert good.all()
    return features, rows


def accuracies(name: str, features: NDArray[np.float16], labels: NDArray[np.int64], draws: int) -> list[list[str]]:
    from sklearn.linear_model import LogisticRegression

    from engine.similarity.classifier import fit_classifier, fit_projection
    from engine.similarity.learner import Learner
    from engine.training.instant import COMPONENTS, fit_calibrated

    points, raw = fit_projection(features).apply(features), features.astype(np.float32)
    ids = np.arange(len(labels))
    learner = Learner(ids, points)
    learner.link()

    def reference(some: NDArray[np.int64], rest: NDArray[np.int64]) -> float:
        return float(LogisticRegression(max_iter=2000).fit(raw[some], labels[some]).score(raw[rest], labels[rest]))

    def regression(some: NDArray[np.int64], rest: NDArray[np.int64]) -> float:
        found = fit_classifier(points[some], labels[some]).probabilities(points[rest])
        return float((found.argmax(axis=1) == labels[rest]).mean())

    def instant(some: NDArray[np.int64], rest: NDArray[np.int64]) -> float:
        projection = fit_projection(features[some], COMPONENTS, by_length=False)
        points = projection.apply(features[some])
        found = fit_calibrated(points, labels[some], [None] * len(some), np.ones(len(some), bool), 0)
        return float((found.probabilities(projection.apply(features[rest])).argmax(axis=1) == labels[rest]).mean())

    def spreading(some: NDArray[np.int64], rest: NDArray[np.int64]) -> float:
        learner.label({int(i): int(labels[i]) for i in some})
        return right(learner, labels, rest)

    rows = []
    for words, measured in (
        ("scikit-learn, all 1,280 features", reference),
        ("regression on 128 components", regression),
        ("a model of instant", instant),
        ("regression and spreading", spreading),
    ):
        means = []
        for count in COUNTS:
            found = []
            for seed in range(draws):
                random = np.random.default_rng(seed)
                some = np.concatenate(
                    [random.permutation(np.flatnonzero(labels == cls))[:count] for cls in np.unique(labels)]
                )
                found.append(measured(some, np.setdiff1d(ids, some)))
            means.append(percent(float(np.mean(found))))
        rows.append([name, words, *means])
    return rows


def right(learner: object, labels: NDArray[np.int64], rest: NDArray[np.int64]) -> float:
    found = learner.suggestions()  # type: ignore[attr-defined]
    suggested = dict(zip(found.image_ids.tolist(), found.best()[0].tolist(), strict=True))
    return float(np.mean([suggested[int(i)] == labels[i] for i in rest]))


def rare_classes(features: NDArray[np.float16], labels: NDArray[np.int64], draws: int) -> list[list[str]]:
    """Two of five classes have 20 images and 3 labels, the others 120 and 20: right suggestions for what is left."""
    from engine.similarity.classifier import fit_classifier, fit_projection
    from engine.similarity.learner import Learner

    found: dict[str, list[tuple[float, float]]] = {"regression alone": [], "what the window suggests": []}
    for seed in range(draws):
        random = np.random.default_rng(seed)
        classes = random.permutation(np.unique(labels))
        sizes = dict(zip(classes.tolist(), ((120, 20), (120, 20), (120, 20), (20, 3), (20, 3)), strict=True))
        images, given = [], []
        for cls, (count, labelled) in sizes.items():
            some = random.permutation(np.flatnonzero(labels == cls))[:count]
            images += some.tolist()
            given += some[:labelled].tolist()
        points = fit_projection(features[images]).apply(features[images])
        place = {image: row for row, image in enumerate(images)}
        rest = [image for image in images if image not in set(given)]
        truth = labels[rest]
        rare = np.isin(truth, classes[3:])
        rows = [place[image] for image in given]
        alone = fit_classifier(points[rows], labels[given])
        said = np.array(alone.classes)[alone.probabilities(points[[place[i] for i in rest]]).argmax(axis=1)]
        found["regression alone"].append(((said == truth).mean(), (said == truth)[rare].mean()))
        learner = Learner(images, points)
        learner.link()
        learner.label({image: int(labels[image]) for image in given})
        best = learner.suggestions().best()[0]  # type: ignore[union-attr]
        said = best[[place[image] for image in rest]]
        found["what the window suggests"].append(((said == truth).mean(), (said == truth)[rare].mean()))
    return [[name, *(percent(float(share)) for share in np.mean(shares, axis=0))] for name, shares in found.items()]


def asked_for(features: NDArray[np.float16], labels: NDArray[np.int64], draws: int) -> list[list[str]]:
    """Accuracy on a quarter of the images, of which none is ever asked for."""
    from engine.similarity.classifier import fit_projection
    from engine.similarity.learner import Learner

    points, count = fit_projection(features).apply(features), len(labels)
    found: dict[str, dict[int, list[float]]] = {"at random": {}, "what next, five at a time": {}}
    for seed in range(draws):
        order = np.random.default_rng(seed).permutation(count)
        held_out, open_ = order[: count // 4], order[count // 4 :]
        asking, learner = Learner(open_, points[open_]), Learner(order, points[order])
        asking.link()
        learner.link()
        asked: dict[int, int] = {}
        for total in range(5, max(ASKED) + 1, 5):
            asked |= {int(i): int(labels[i]) for i in asking.what_next(5)}
            asking.label(asked)
            if total in ASKED:
                learner.label(asked)
                found["what next, five at a time"].setdefault(total, []).append(right(learner, labels, held_out))
        for total in ASKED:
            learner.label({int(i): int(labels[i]) for i in open_[:total]})
            found["at random"].setdefault(total, []).append(right(learner, labels, held_out))
    return [[name, *(percent(float(np.mean(by[n]))) for n in ASKED)] for name, by in found.items()]


def accepted(name: str, features: NDArray[np.float16], labels: NDArray[np.int64], draws: int) -> list[list[str]]:
    """Suggestions accepted in bulk: the share that is expected to be wrong, and that which is."""
    from engine.similarity.acceptance import acceptance
    from engine.similarity.classifier import fit_projection
    from engine.similarity.learner import Learner

    found: dict[float, list[tuple[float, float, float, float]]] = {least: [] for least in THRESHOLDS}
    learner = Learner(np.arange(len(labels)), fit_projection(features).apply(features))
    learner.link()
    for seed in range(4 * draws):  # of few images that are wrong
        random = np.random.default_rng(seed)
        some = np.concatenate([random.permutation(np.flatnonzero(labels == cls))[:30] for cls in np.unique(labels)])
        learner.label({int(i): int(labels[i]) for i in some})
        estimate, said = learner.estimate(), learner.suggestions()
        open_, (classes, sure) = learner.is_open(), said.best()  # type: ignore[union-attr]
        for least in THRESHOLDS:
            what = acceptance(least, (np.flatnonzero(open_), classes[open_], sure[open_]), estimate)
            if what.wrong is None or not len(what.image_ids):
                continue
            wrong = float((what.class_ids != labels[what.image_ids]).mean())
            share, low, high = what.wrong
            found[least].append((len(what.image_ids) / open_.sum(), share, wrong, low <= wrong <= high))
    return [
        [
            name,
            percent(least, 0),
            *map(percent, np.mean(rows, axis=0)[:3].tolist()),
            f"{sum(r[3] for r in rows):.0f} of {len(rows)}",
        ]
        for least, rows in found.items()
        if rows
    ]


def agreement(name: str, features: NDArray[np.float16], labels: NDArray[np.int64]) -> list[list[str]]:
    """How many look-alikes of each image, found on its 128 components, are those that all its features find; and how
    many are of its own class, by the one and by the other.
    """
    from engine.similarity.classifier import fit_projection
    from engine.similarity.graph import unit_points

    roots = np.sqrt(np.maximum(features.astype(np.float32), 0))
    roots /= np.linalg.norm(roots, axis=1, keepdims=True)

    def nearest(points: NDArray[np.float32]) -> NDArray[np.int64]:
        units = unit_points(points)
        cosines = units @ units.T
        np.fill_diagonal(cosines, -2)
        return np.argsort(-cosines, axis=1)

    by_points, by_all = nearest(fit_projection(features).apply(features)), nearest(roots - roots.mean(axis=0))
    rows = []
    for count in (10, 50):
        same = np.mean(
            [len(np.intersect1d(a[:count], b[:count])) / count for a, b in zip(by_points, by_all, strict=True)]
        )
        own = [percent(float((labels[found[:, :count]] == labels[:, None]).mean())) for found in (by_points, by_all)]
        rows.append([name, str(count), percent(float(same)), *own])
    return rows


def answers(count: int) -> list[list[str]]:
    """How long a label takes until suggestions are new, and look-alikes, among made points in 300 clusters."""
    from engine.similarity.learner import Learner

    random = np.random.default_rng(0)
    centres = random.normal(size=(300, 128))
    cluster = random.integers(0, 300, count)
    points = (centres[cluster] + random.normal(size=(count, 128))).astype(np.float32)
    learner = Learner(np.arange(count), points)
    linked = seconds(learner.link)
    labels = {int(i): int(cluster[i] % 10) for i in random.choice(count, 500, replace=False)}
    learner.label(labels)
    learner.suggestions()
    renewed, near = [], []
    for image in random.choice(count, 30, replace=False).tolist():
        labels[image] = int(cluster[image] % 10)
        renewed.append(seconds(lambda: (learner.label(labels), learner.suggestions())))
        near.append(seconds(lambda image=image: learner.nearest(image, 50)))
    return [
        [f"{count:,}", "neighbours found, once", f"{linked:.1f} s"],
        [f"{count:,}", "label to suggestions, of 10 classes (median / 99 % / worst)", milliseconds(renewed)],
        [f"{count:,}", "50 look-alikes of an image (median / 99 % / worst)", milliseconds(near)],
    ]


if __name__ == "__main__":
    main()
