"""What the features of the built-in base tell before and after a run: pictures unlike anything a model was
trained on, and labels that are probably wrong. `python -m tests.benchmarks.novelty [--draws 3]`.

A regression learns four of five kinds of flowers, each kind left out in turn: 60 % of them are trained on, 20 % are
check images, 20 % others. AUROC is that of these others against the pictures of a line. Suspects: one flower in twenty
gets another class at random.
"""

from __future__ import annotations

import argparse
import time
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.figures import percent
from tests.benchmarks.learning import computed, flowers, pets
from tests.benchmarks.measure import print_report, workspace
from tests.benchmarks.recipes import SHARED

Features = NDArray[np.float16]
FIFTH, MISTAKES = "the fifth kind of flowers", "others of the four kinds, told by mistake"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--draws", type=int, default=3)
    draws = options.parse_args().draws
    command = f"uv run python -m {__spec__.name}"
    with workspace() as folder:
        files, labels = flowers(folder / "flowers")
        others = {"pets": pets(folder / "pets")[0][::2], "traffic signs": signs(folder), "digits": digits(folder)}
        known = computed(files)[0]
        told = unlike(known, labels, {name: computed(some)[0] for name, some in others.items()}, draws)
        head = ("pictures", "AUROC", "told", "least and most", "AUROC of confidence")
        print_report(command, told, head)
        print_report(command, planted(folder, draws + 2), ("flowers", "mean", "least and most"))


def signs(folder: Path) -> list[Path]:
    with zipfile.ZipFile(SHARED / "gtsrb-mini.zip") as archive:
        names = sorted(name for name in archive.namelist() if "Train/" in name and name.endswith(".png"))[::4]
        archive.extractall(folder / "signs", names)
    return [folder / "signs" / name for name in names]


def digits(folder: Path) -> list[Path]:
    from PIL import Image
    from sklearn.datasets import load_digits

    files = [folder / "digits" / f"{number}.png" for number in range(200)]
    files[0].parent.mkdir()
    for file, picture in zip(files, load_digits().images, strict=False):
        Image.fromarray((picture * 15.9).astype(np.uint8)).resize((64, 64)).save(file)
    return files


def unlike(known: Features, labels: NDArray[np.int64], others: dict[str, Features], draws: int) -> list[list[str]]:
    from sklearn.metrics import roc_auc_score

    from engine.similarity.classifier import fit_classifier, fit_projection
    from engine.similarity.novelty import limit_of, training_space

    def apart(usual: NDArray[np.floating], odd: NDArray[np.floating]) -> float:
        return float(roc_auc_score([0] * len(usual) + [1] * len(odd), np.concatenate([usual, odd])))

    found: dict[str, list[tuple[float, float, float]]] = {}
    for kind in np.unique(labels):
        for seed in range(draws):
            four = np.random.default_rng(seed).permutation(np.flatnonzero(labels != kind))
            training, check, rest = np.split(four, [int(0.6 * len(four)), int(0.8 * len(four))])
            projection = fit_projection(known[training], 256)
            classifier = fit_classifier(projection.apply(known[training]), labels[training])
            space = training_space(known[training], labels[training])
            novelty = limit_of(space, known[check])
            assert novelty is not None

            def doubt(features: Features) -> NDArray[np.float32]:
                return 1 - classifier.probabilities(projection.apply(features)).max(axis=1)  # noqa: B023  # used at once

            usual = space.distances(known[rest])
            found.setdefault(MISTAKES, []).append((np.nan, float((usual > novelty.limit).mean()), np.nan))
            for name, some in {FIFTH: known[labels == kind], **others}.items():
                odd = space.distances(some)
                share = float((odd > novelty.limit).mean())
                found.setdefault(name, []).append((apart(usual, odd), share, apart(doubt(known[rest]), doubt(some))))
    return [_row(name, np.array(rows)) for name, rows in found.items()]


def _row(name: str, rows: NDArray[np.float64]) -> list[str]:
    own, told, doubted = rows.mean(axis=0).tolist()
    least, most = rows[:, 1].min(), rows[:, 1].max()
    figures = ["" if np.isnan(value) else f"{value:.3f}" for value in (own, doubted)]
    return [name, figures[0], percent(told, 1), f"{percent(least, 0)}, {percent(most, 0)}", figures[1]]


def planted(folder: Path, draws: int) -> list[list[str]]:
    from engine.jobs.job import Cancel
    from engine.library import edits, query
    from engine.library.project import Project
    from engine.library.scan import ImportParams, import_sources
    from engine.review.suspects.by_features import LabelJudge
    from engine.review.suspects.job import SuspectsParams, find_suspects
    from engine.review.suspects.ranking import suspects, wrong_labels
    from engine.similarity.bases import chosen_base
    from engine.similarity.feature_job import store_of

    place = folder / "flowers.pigeonhole"
    import_sources(ImportParams(str(place), (str(folder / "flowers"),)), emit=lambda _: None, cancel=Cancel())
    find_suspects(SuspectsParams(str(place)), emit=lambda _: None, cancel=Cancel())  # computes the features
    rows, first, again = [], [], []
    with Project.open(place) as project:
        truth = {r.id: r.class_id for r in query.labelled(project)}
        classes = sorted(set(truth.values()))
        for seed in range(draws):
            random, judge = np.random.default_rng(seed), LabelJudge(store_of(chosen_base()))
            wrong = {int(i) for i in random.choice(sorted(truth), len(truth) // 20, replace=False)}
            edits.set_labels(project, {i: int(random.choice([c for c in classes if c != truth[i]])) for i in wrong})
            began = time.process_time()
            found = judge.judge(project)
            first.append(time.process_time() - began)
            began = time.process_time()
            judge.judge(project)
            again.append(time.process_time() - began)
            listed = wrong_labels(found.labels, found.probabilities)
            order = [suspect.image_id in wrong for suspect in suspects(found, most=200)]
            shares = (np.mean(order[:20]), np.mean(order[: len(wrong)]))
            rows.append((*shares, sum(order[:listed]) / len(wrong), sum(order[: 2 * len(wrong)]) / len(wrong)))
            edits.set_labels(project, {i: truth[i] for i in wrong})
    words = (
        "precision among the first 20",
        f"precision among the first {len(wrong)}",
        "planted labels among those listed",
        f"planted labels among the first {2 * len(wrong)}",
    )
    table = [
        [name, percent(np.mean(values), 0), f"{percent(min(values), 0)}, {percent(max(values), 0)}"]
        for name, values in zip(words, zip(*rows, strict=True), strict=True)
    ]
    for name, took in (("first judgement, seconds of a core", first), ("after a correction", again)):
        table.append([name, f"{np.mean(took):.2f}", f"{min(took):.2f}, {max(took):.2f}"])
    return table


if __name__ == "__main__":
    main()
