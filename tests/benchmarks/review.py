"""Review against its promises: `python -m tests.benchmarks.review`.

Suspects: a twentieth of the labels of handwritten digits and of GTSRB is flipped, and a k-fold of the recipe must
find them. Explanation: the time, and whether the map for a class lies on its half of a picture pasted from two classes.
Calibration: the error on held-out images before and after, also where there are enough of these to tell (12,000 of
Fashion-MNIST). Duplicates: the time for 100,000 pictures. Each can be run alone with `--only`.
"""

from __future__ import annotations

import argparse
import time
import zipfile
from pathlib import Path

from engine.figures import percent
from tests.benchmarks.material import FASHION, fashion, fashion_test, photographs, write_pictures
from tests.benchmarks.measure import memory, print_report, seconds, workspace

ROOT = Path(__file__).resolve().parents[2]
SIGNS = ROOT.parent / "shared" / "data" / "gtsrb-mini.zip"
PARTS = ("suspects", "explanation", "calibration", "duplicates")
CALIBRATED = ("model", "temperature", "calibration error", "measured on")
COMMAND = "uv run python -m tests.benchmarks.review"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pictures", type=int, default=100_000, help="number of pictures to look for duplicates in")
    options.add_argument("--folds", type=int, default=4)
    options.add_argument("--epochs", type=int, default=15)
    options.add_argument("--only", choices=PARTS, help="one part alone")
    chosen = options.parse_args()
    parts = [chosen.only] if chosen.only else PARTS
    with workspace() as folder:
        projects = []
        if {"suspects", "explanation"} & set(parts):
            projects.append(("digits, `fashion-cnn`", *sample(folder), "fashion-cnn"))
            if SIGNS.is_file():
                projects.append(("gtsrb-mini, `traffic-sign-cnn`", *signs(folder), "traffic-sign-cnn"))
        if "suspects" in parts:
            header = (
                "labels",
                "flipped",
                "precision and recall of as many",
                "probably wrong",
                "of these flipped",
                "time",
            )
            print_report(COMMAND, [suspects(*p, folds=chosen.folds, epochs=chosen.epochs) for p in projects], header)
        if "explanation" in parts:
            for _, project, _, recipe in projects:
                trained(project, recipe, chosen.epochs)
            header = (*CALIBRATED, "own half: where the class is seen in it", "least of five draws")
            header += ("own half: all, least", "one explanation")
            print_report(COMMAND, [[*confidence(p[0], p[1]), *explained(p[1], p[2])] for p in projects], header)
        if "calibration" in parts and FASHION.is_dir():
            print_report(COMMAND, [confidence("Fashion-MNIST, `fashion-cnn`", clothes(folder))], CALIBRATED)
        if "duplicates" in parts:
            print_report(COMMAND, duplicates(folder, chosen.pictures))


def sample(folder: Path) -> tuple[Path, Path]:
    from tests.digits import write_digits

    pictures = write_digits(folder).pictures
    return imported(folder / "digits.pigeonhole", pictures), pictures / "test"


def signs(folder: Path) -> tuple[Path, Path]:
    with zipfile.ZipFile(SIGNS) as archive:
        archive.extractall(folder / "signs")
    pictures = folder / "signs" / "Train"
    return imported(folder / "signs.pigeonhole", pictures), pictures


def imported(project: Path, pictures: Path) -> Path:
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources

    import_sources(ImportParams(str(project), (str(pictures),)), emit=lambda _: None, cancel=Cancel())
    return project


def suspects(name: str, project: Path, _: Path, recipe: str, *, folds: int, epochs: int) -> list[str]:
    """Flip labels, train once and then by folds, and count how many of the first are flipped; undo the flipping."""
    import numpy as np

    from engine.jobs.job import Cancel
    from engine.library import edits, query
    from engine.library.project import Project
    from engine.review.suspects.job import SuspectsParams, find_suspects
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    with Project.open(project) as opened:
        images = query.labelled_images(opened)
        classes = [c.id for c in query.classes(opened)]
        random = np.random.default_rng(7)
        flipped = random.choice(len(images), round(0.05 * len(images)), replace=False).tolist()
        wrong = {}
        for place in flipped:
            label = classes.index(images[place].class_id)
            wrong[images[place].id] = classes[(label + int(random.integers(1, len(classes)))) % len(classes)]
        edits.set_labels(opened, wrong)
    quiet = {"emit": lambda _: None, "cancel": Cancel()}
    options = {"epochs": epochs, "batch_size": 32}
    train(TrainParams(project=str(project), recipe=recipe, overrides=options), **quiet)
    start = time.perf_counter()
    ranked = find_suspects(SuspectsParams(str(project), folds=folds, most=len(flipped)), **quiet)
    spent = time.perf_counter() - start
    probable = find_suspects(SuspectsParams(str(project)), **quiet)
    first = np.mean([row["image_id"] in wrong for row in ranked["rows"]])
    among = np.mean([row["image_id"] in wrong for row in probable["rows"]])
    with Project.open(project) as opened:
        edits.undo(opened)
    return [
        name,
        f"{len(flipped)} of {len(images):,}",
        percent(first),
        f"{probable['suspects']}",
        percent(among),
        f"{spent:.0f} s for {folds} folds",
    ]


def trained(project: Path, recipe: str, epochs: int) -> None:
    """The newest run of the project is one that learnt from the true labels."""
    from engine.jobs.job import Cancel
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    params = TrainParams(project=str(project), recipe=recipe, overrides={"epochs": epochs, "batch_size": 32})
    train(params, emit=lambda _: None, cancel=Cancel())


def clothes(folder: Path) -> Path:
    """A project with a run that learnt from 12,000 pictures of Fashion-MNIST, and 5,000 others to measure on."""
    from engine.jobs.job import Cancel
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    _, images, labels = fashion(12_000)
    others, true = fashion_test()
    pictures = write_pictures(folder / "clothes", images, labels)
    write_pictures(folder / "others", others[:5_000], true[:5_000])
    (folder / "others" / "train").rename(pictures / "test")
    project = imported(folder / "clothes.pigeonhole", pictures)
    params = TrainParams(project=str(project), recipe="fashion-cnn", overrides={"epochs": 12})
    train(params, emit=lambda _: None, cancel=Cancel())
    return project


def confidence(name: str, project: Path) -> list[str]:
    from engine.jobs.job import Cancel
    from engine.review.confidence.calibrate import CalibrateParams, calibrate

    found = calibrate(CalibrateParams(str(project)), emit=lambda _: None, cancel=Cancel())
    return [
        name,
        f"{found['temperature']:.2f}",
        f"{found['error_before']:.4f} -> {found['error_after']:.4f}",
        f"{found['images']} images ({found['measured_on']})",
    ]


def explained(project: Path, pictures: Path) -> list[str]:
    """Where the maps of the newest model lie, and what one costs."""
    model = sorted(project.glob("runs/*/model.onnx"))[-1]
    draws = [halves(model, pictures, seed=seed) for seed in range(5)]
    seen, own, spent = ([draw[place] for draw in draws] for place in range(3))
    return [
        percent(sum(seen) / len(seen)),
        percent(min(seen)),
        f"{percent(sum(own) / len(own))}, {percent(min(own))}",
        f"{sum(spent) / len(spent):.2f} s of a core",
    ]


def halves(model: Path, pictures: Path, pairs: int = 50, seed: int = 1) -> tuple[float, float, float]:
    """How often the map for a class lies on its own half of a picture pasted from two, and the seconds of a core for
    one explanation. First of those halves which alone (the other in its mean colour) are to the model more of their
    class than the other half alone: of a digit that is cut in the middle not every half is, and then a map that lies
    elsewhere tells the truth. Then of all.
    """
    import numpy as np

    from engine.imaging.pixels import load
    from engine.jobs.job import Cancel
    from engine.models.predictor import Predictor
    from engine.review.explain.rise import explain

    predictor = Predictor(model)
    info, random = predictor.info, np.random.default_rng(seed)
    known: dict[int, list] = {}
    for place, cls in enumerate(info.classes):
        files = sorted((pictures / cls).iterdir())
        some = [files[i] for i in random.permutation(len(files))[:12]]
        size = (info.width, info.height)
        pixels = np.stack([load(f, size=size, channels=info.channels, method=info.resize) for f in some])
        right = predictor.predict(pixels).argmax(axis=1) == place
        if right.any():
            known[place] = list(pixels[right])
    own, seen, spent, middle = [], [], 0.0, info.width // 2

    def without(picture: np.ndarray, half: slice) -> np.ndarray:
        rest = picture.copy()
        rest[:, half] = picture.mean(axis=(0, 1)).round()
        return predictor.predict(rest[None])[0]

    for _ in range(pairs):
        classes = random.choice(list(known), 2, replace=False).tolist()
        one, other = (known[c][random.integers(len(known[c]))] for c in classes)
        both = np.concatenate([one[:, :middle], other[:, middle:]], axis=1)
        start = time.process_time()
        maps = explain(predictor, both, classes, cancel=Cancel()).maps.clip(0)
        spent += time.process_time() - start
        left, right = maps[:, :, :middle].sum(axis=(1, 2)), maps[:, :, middle:].sum(axis=(1, 2))
        own += [left[0] > right[0], right[1] > left[1]]
        by_left, by_right = without(both, slice(middle, None)), without(both, slice(middle))
        seen += [by_left[classes[0]] > by_right[classes[0]], by_right[classes[1]] > by_left[classes[1]]]
    return float(np.mean(np.array(own)[seen])), float(np.mean(own)), spent / pairs


def duplicates(folder: Path, count: int) -> list[list[str]]:
    """All pictures differ, so that none is spared; two fifths are photographs, the others 28 px that look alike."""
    from engine.jobs.job import Cancel
    from engine.review.duplicates import DuplicatesParams, find_duplicates

    name, images, labels = fashion(3 * count // 5)
    write_pictures(folder / "many", images, labels)
    photographs(folder / "many", count - len(images))
    project = imported(folder / "many.pigeonhole", folder / "many" / "train")
    found: dict = {}
    job = lambda: found.update(  # noqa: E731
        find_duplicates(DuplicatesParams(str(project)), emit=lambda _: None, cancel=Cancel())
    )
    cpu = time.process_time()
    spent = seconds(job)
    cpu = time.process_time() - cpu
    what = f"{found['looked_at']:,} pictures ({len(images):,} of {name}, the others photographs of 320x240)"
    return [
        [f"duplicates among {what}", f"{spent:.0f} s, {found['looked_at'] / spent:,.0f} a second"],
        ["time of cores", f"{cpu:.0f} s, {1000 * cpu / found['looked_at']:.2f} ms a picture"],
        ["peak memory of the process, making the pictures included", f"{memory()[1]:.0f} MB"],
        ["groups, images in them", f"{found['groups']:,}, {found['images']:,}"],
    ]


if __name__ == "__main__":
    main()
