"""A project that is labelled in a random order, with mistakes, in rounds: for tests of what is set aside to check.

Features are the pixels of scikit-learn's handwritten digits, so that nothing has to be computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.similarity.classifier import fit_classifier
from engine.statistics import wilson

CLASSES = 10
_WRONG = 0.14  # of what is accepted in bulk, as a person measured it


def make_digits(folder: Path, count: int) -> Path:
    """Return a project of so many pictures without a label, in the order of the set."""
    pictures = folder / "digits"
    pictures.mkdir()
    for number, pixels in enumerate(load_digits().images[:count]):
        Image.fromarray((pixels * 15).astype(np.uint8)).save(pictures / f"{number:04d}.png", compress_level=1)
    params = ImportParams(str(folder / "digits"), (str(pictures),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(folder / "digits.pigeonhole") as project:
        for name in range(CLASSES):
            edits.add_class(project, f"digit {name}")
    return folder / "digits.pigeonhole"


@dataclass(frozen=True)
class Labelled:
    """`moved` counts check images that stopped being ones, and others that became ones later than with their label;
    `unseen` check images that nobody had looked at, over all rounds. At the end the classifier has `right` of
    `check_images`, an interval from `low` to `high`, and is right about `truth` (0 to 1) of what nobody labelled.
    """

    moved: int
    unseen: int
    right: int
    check_images: int
    low: float
    high: float
    truth: float


def label_in_rounds(folder: Path, seed: int, rounds: int, most: int) -> Labelled:
    """Label up to `most` pictures a round, one by one or many at once; accept some unseen, look at some of these; take
    some labels away and give them again; undo and redo. Then train on what is for training.
    """
    random = np.random.default_rng(seed)
    truth = load_digits().target
    moved = unseen = 0
    before: dict[int, Split] = {}
    with Project.open(folder) as project:
        classes = [cls.id for cls in query.classes(project)]
        place = {image.id: int(Path(image.path).stem) for image in query.images(project, _ids(project))}
        for _ in range(rounds):
            open_ = [image.id for image in query.images(project, _ids(project)) if image.class_id is None]
            some = random.permutation(open_)[: random.integers(most // 2, most)].tolist()
            labels = {image: classes[truth[place[image]]] for image in some}
            own, accepted = some[: len(some) * 3 // 4], some[len(some) * 3 // 4 :]
            for image in own[:3]:
                edits.set_label(project, [image], labels[image])
            edits.set_labels(project, {image: labels[image] for image in own[3:]})
            guessed = {
                i: classes[random.integers(CLASSES)] if random.random() < _WRONG else labels[i] for i in accepted
            }
            edits.accept_unseen(project, guessed)
            edits.undo(project)
            edits.redo(project)
            looked_at = accepted[: len(accepted) // 3]
            edits.look_at(project, looked_at)
            edits.set_labels(project, {image: labels[image] for image in looked_at})
            again = random.permutation(own)[:2].tolist()
            edits.set_label(project, again, None)
            edits.set_labels(project, {image: labels[image] for image in again})
            images = query.images(project, _ids(project))
            now = {i.id: i.split for i in images if i.class_id is not None and not i.unseen}
            moved += sum(now[image] is not split for image, split in before.items())
            unseen += sum(image.unseen and image.split is Split.VALIDATION for image in images)
            before = now
        points = load_digits().data.astype(np.float32) / 16
        training = [i for i in images if i.class_id is not None and i.split is not Split.VALIDATION]
        fitted = fit_classifier(points[[place[i.id] for i in training]], np.array([i.class_id for i in training]))
        answers = np.array(fitted.classes)[(points @ fitted.weights + fitted.offsets).argmax(axis=1)]
        is_right = answers == np.array(classes)[truth]
        check = [place[image] for image, split in now.items() if split is Split.VALIDATION]
        rest = [place[i.id] for i in images if i.class_id is None]
    low, high = wilson(is_right[check].sum(), len(check)).tolist()
    return Labelled(moved, unseen, int(is_right[check].sum()), len(check), low, high, float(is_right[rest].mean()))


def _ids(project: Project) -> list[int]:
    return query.image_ids(project, query.Filter())
