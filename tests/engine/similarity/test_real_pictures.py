"""Learning while labelling on real pictures with the built-in base, through the engine as the window does it.

Photographs, traffic signs and handwritten digits; a collection with rare classes, one of 60 classes, and one of many
frames of few things.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.similarity.bases import built_in_base
from engine.similarity.feature_job import FeatureParams, compute_features, store_of
from engine.similarity.groups import GroupParams, near_groups
from engine.similarity.leaks import MANY, look_alike_share
from engine.similarity.project_learner import ProjectLearner
from engine.statistics import wilson
from tests.long_forms import LONG

FRAMES = 40 if LONG else 20  # of each thing

Pictures = Mapping[str, Sequence[bytes]]


@dataclass
class Labelling:
    """A project whose features are ready, and what its images really are: names of classes by image id."""

    project: Project
    learner: ProjectLearner
    truth: dict[int, str]

    def label(self, ids: Iterable[int]) -> None:
        """Label these images with what they are, and learn."""
        classes = {cls.name: cls.id for cls in query.classes(self.project)}
        edits.set_labels(self.project, {image: classes[self.truth[image]] for image in ids})
        self.learner.learn(self.project)

    def some_of_each(self, count: int) -> list[int]:
        """So many images of each class, by chance."""
        of_class = defaultdict(list)
        for image in np.random.default_rng(0).permutation(sorted(self.truth)).tolist():
            of_class[self.truth[image]].append(image)
        return [image for images in of_class.values() for image in images[:count]]

    def found(self) -> dict[int, tuple[str, float]]:
        """The class that is suggested for each image without a label, and how sure that is."""
        names = {cls.id: cls.name for cls in query.classes(self.project)}
        snapshot = self.learner.snapshot()
        assert snapshot is not None
        said = {image: snapshot.of(image) for image in self.truth}
        return {image: (names[it[0]], it[1]) for image, it in said.items() if it is not None}

    def right(self, classes: Iterable[str] | None = None) -> float:
        """The share of suggestions that are right, of images of some classes."""
        wanted = set(self.truth.values() if classes is None else classes)
        return float(np.mean([cls == self.truth[i] for i, (cls, _) in self.found().items() if self.truth[i] in wanted]))


Begin = Callable[[Pictures], Labelling]


@pytest.fixture
def begin(tmp_path: Path, empty_home: Path) -> Iterator[Begin]:
    """A function from pictures (files' bytes by class) to a project without labels whose features are ready."""
    opened: list[Project] = []

    def make(pictures: Pictures) -> Labelling:
        folder = tmp_path / "collection.pigeonhole"
        for name, files in pictures.items():
            (tmp_path / "pictures" / name).mkdir(parents=True)
            for number, content in enumerate(files):
                (tmp_path / "pictures" / name / f"{number:03}.png").write_bytes(content)
        assert main(["import", str(folder), str(tmp_path / "pictures"), "--labels", "none"]) == 0
        result = compute_features(FeatureParams(str(folder)), emit=lambda _: None, cancel=Cancel())
        assert result["ready"] == sum(map(len, pictures.values()))
        project = Project.open(folder)
        opened.append(project)
        for name in pictures:
            edits.add_class(project, name)
        images = query.images(project, query.image_ids(project, query.Filter()))
        learner = ProjectLearner(store_of(built_in_base()))
        assert learner.load(project)
        learner.link()
        return Labelling(project, learner, {image.id: image.path.split("/")[0] for image in images})

    yield make
    for project in opened:
        project.close()


def flowers(shared_data: Path, counts: Sequence[int]) -> dict[str, list[bytes]]:
    """So many photographs of each of five kinds."""
    found: dict[str, list[bytes]] = defaultdict(list)
    with tarfile.open(shared_data / "flower_photos-mini.tgz") as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            if member.name.endswith(".jpg"):
                found[member.name.split("/")[-2]].append(archive.extractfile(member).read())
    return {name: files[:count] for (name, files), count in zip(sorted(found.items()), counts, strict=True)}


def signs(shared_data: Path, classes: int, count: int) -> dict[str, list[bytes]]:
    """So many frames of each sign, half of each of its two tracks."""
    with zipfile.ZipFile(shared_data / "gtsrb-mini.zip") as archive:
        names = sorted(n for n in archive.namelist() if "Train/" in n and n.endswith(".png"))
        of_class: dict[str, list[str]] = defaultdict(list)
        for name in names:
            of_class[name.split("/")[-2]].append(name)
        return {
            f"sign {cls}": [archive.read(name) for name in [*files[: count // 2], *files[-(count - count // 2) :]]]
            for cls, files in sorted(of_class.items())[:classes]
        }


def digits(count: int) -> dict[str, list[bytes]]:
    from sklearn.datasets import load_digits

    data = load_digits()
    return {
        f"digit {number}": [
            png(Image.fromarray((15 * pixels).astype(np.uint8)).resize((64, 64), Image.Resampling.BICUBIC))
            for pixels in data.images[data.target == number][:count]
        ]
        for number in range(10)
    }


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(("what", "least"), [("flowers", 0.65), ("signs", 0.75), ("digits", 0.7)])
def test_a_few_labels_give_mostly_right_suggestions_and_an_honest_estimate(
    what: str, least: float, begin: Begin, shared_data: Path
) -> None:
    pictures = {
        "flowers": lambda: flowers(shared_data, [24] * 5),
        "signs": lambda: signs(shared_data, 8, 16),
        "digits": lambda: digits(16),
    }
    it = begin(pictures[what]())

    it.label(it.some_of_each(5))
    few = it.right()
    it.label(it.some_of_each(8))
    estimate, more = it.learner.estimate(), it.right()

    assert few >= least
    assert more >= least + 0.05
    assert estimate.enough
    assert estimate.low - 0.05 <= more <= estimate.high + 0.05
    sure = [cls == it.truth[image] for image, (cls, how) in it.found().items() if how >= 0.9]
    assert np.mean(sure) >= 0.85, "those that are called sure are right"


@pytest.mark.parametrize("what", ["signs", "flowers"])
def test_frames_of_a_sign_on_both_sides_are_known_by_the_features_and_photographs_are_none(
    what: str, begin: Begin, shared_data: Path
) -> None:
    pictures = signs(shared_data, 6, 20) if what == "signs" else flowers(shared_data, [20] * 5)
    it = begin(pictures)
    images = query.images(it.project, sorted(it.truth))
    good, features = store_of(built_in_base()).read(images)
    assert good.all()
    labels = np.unique([it.truth[image.id] for image in images], return_inverse=True)[1].astype(np.int64)
    frames = np.array([int(Path(image.path).stem) for image in images])

    def share(checks: np.ndarray) -> float:
        return look_alike_share(features, labels, np.flatnonzero(~checks), np.flatnonzero(checks))

    assert (share(frames % 4 == 1) >= MANY) == (what == "signs")
    assert share(frames >= 10) < MANY, "each track on one side"
    assert look_alike_share(features[:0], labels[:0], labels[:0], labels[:0]) == 0


def test_two_rare_classes_are_found_and_not_drowned_by_the_others(begin: Begin, shared_data: Path) -> None:
    pictures = flowers(shared_data, [45, 12, 45, 12, 45])
    rare = {name for name, files in pictures.items() if len(files) == 12}
    it = begin(pictures)

    asked: list[int] = []
    for _ in range(8):
        asked += it.learner.learner.what_next(5).tolist()
        it.label(asked)
    assert {it.truth[image] for image in asked} == set(pictures), "40 labels that were asked for meet all classes"
    edits.set_labels(it.project, dict.fromkeys(asked))
    by_chance = np.random.default_rng(0).permutation(sorted(it.truth))[:40].tolist()
    it.label([*by_chance, *it.some_of_each(3)])

    assert it.right(rare) >= 0.4
    assert it.right() >= 0.65
    open_, said = [it.truth[image] for image in it.found()], [cls for cls, _ in it.found().values()]
    assert sum(cls in rare for cls in said) <= 2 * sum(cls in rare for cls in open_), "nor do they take the others"


def test_sixty_classes_are_told_apart_by_two_labels_each(begin: Begin, shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "dogs-vs-cats-mini.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("train/") and name.endswith(".jpg"))
        pets = {kind: [archive.read(n) for n in names if n.startswith(f"train/{kind}.")][:5] for kind in ("cat", "dog")}
    pictures = signs(shared_data, 43, 5) | flowers(shared_data, [5] * 5) | pets | digits(5)
    assert len(pictures) == 60
    it = begin(pictures)

    it.label(it.some_of_each(2))

    assert it.right() >= 0.5
    kinds = [cls.split()[0] == it.truth[image].split()[0] for image, (cls, _) in it.found().items()]
    assert np.mean(kinds) >= 0.9
    estimate = it.learner.estimate()
    assert estimate.low <= it.right() + 0.1


def frames(photograph: bytes, count: int, seed: int) -> list[bytes]:
    """One thing again and again: the camera moves a little, and the light changes."""
    random, image = np.random.default_rng(seed), Image.open(io.BytesIO(photograph)).convert("RGB")
    found = []
    for _ in range(count):
        left, top = random.integers(0, 9, 2).tolist()
        frame = image.crop((left, top, image.width - 8 + left, image.height - 8 + top)).resize((160, 160))
        light = random.uniform(0.9, 1.1)
        found.append(png(Image.fromarray(np.clip(np.asarray(frame) * light, 0, 255).astype(np.uint8))))
    return found


@pytest.mark.stress
def test_frames_of_each_thing_make_no_estimate_too_good_once_they_are_grouped(begin: Begin, shared_data: Path) -> None:
    """What counts is a new thing: other photographs are not told apart as well as frames of the same five."""
    _, _, roses, _, tulips = flowers(shared_data, [35] * 5).values()
    photographs = {"roses": roses, "tulips": tulips}
    things = {
        name: [frame for i, photo in enumerate(files[:5]) for frame in frames(photo, FRAMES, i)]
        for name, files in photographs.items()
    }
    it = begin({name: things[name] + list(files[5:]) for name, files in photographs.items()})
    ids = sorted(it.truth)
    seen = [image for cls in things for image in [i for i in ids if it.truth[i] == cls][: 5 * FRAMES]]

    it.label(seen)
    new_things, flattered = it.right(), it.learner.estimate()
    groups = near_groups(GroupParams(str(it.project.folder)), emit=lambda _: None, cancel=Cancel(), project=it.project)[
        "groups"
    ]
    edits.set_grouping(it.project, {image: f"thing {n}" for n, group in enumerate(groups) for image in group})
    it.learner.learn(it.project)
    honest = it.learner.estimate()

    assert 8 <= sum(len(group) >= 0.75 * FRAMES for group in groups) <= 10, "the frames of each thing are found"
    low, high = wilson(round(60 * new_things), 60)
    assert high < flattered.low, "frames of the same things have told nothing of others"
    assert honest.low <= high
    assert low <= honest.high
    assert honest.high - honest.low > 0.3, "ten things tell little"
