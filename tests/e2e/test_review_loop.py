"""The loop in the real window: train on wrong labels, find them, fix them by keys, train again: it is better.

Here `instant` trains, from the features of the images; `tests/stress` goes the same way with a network that TensorFlow
trains, and with the folds trained from the window too, which takes one process more.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox, QTabBar

import main
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.review.evaluate import EvaluateParams, evaluate
from engine.review.suspects.job import SuspectsParams, find_suspects
from engine.training.plan import TrainParams
from engine.training.runs.records import list_runs
from engine.training.trainer import train
from gui.review.comparison_section import ComparisonSection
from gui.review.suspects_section import FOLDS as BY_FOLDS
from gui.review.suspects_section import SuspectsSection
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from tests.digits import write_digits
from tests.e2e.person import Condition, Person, use

pytestmark = pytest.mark.slow

LEARNT = 150  # pictures; the stress test takes twice as many
TESTED, FLIPPED = 2 / 3, 3 / 10  # of so many
FOLDS = 2
REVIEW = 2


def make_flipped(
    folder: Path, recipe: str, *, learnt: int = LEARNT, one_of: int = 4, **options: int
) -> tuple[Path, dict[int, int]]:
    """A project of digits in which three labels of ten that are learnt are wrong, with a run; and the true classes."""
    digits = write_digits(folder, one_of)
    project = folder / "digits.pigeonhole"
    import_sources(ImportParams(str(project), (str(digits.pictures),)), emit=lambda _: None, cancel=Cancel())
    dice = random.Random(0)
    with Project.open(project) as opened:
        images = query.labelled_images(opened)
        dice.shuffle(images)
        training, rest = images[:learnt], images[learnt:]
        tested, others = rest[: round(TESTED * learnt)], rest[round(TESTED * learnt) :]
        edits.set_label(opened, [image.id for image in others], None)
        edits.set_split(opened, [image.id for image in training], Split.TRAINING)
        edits.set_split(opened, [image.id for image in tested], Split.TEST)
        truth = {image.id: image.class_id for image in training + tested if image.class_id is not None}
        classes = [c.id for c in query.classes(opened)]
        flipped = dice.sample(training, round(FLIPPED * learnt))
        wrong = {i.id: dice.choice([c for c in classes if c != i.class_id]) for i in flipped}
        edits.set_labels(opened, dict(wrong))
    train(TrainParams(str(project), recipe, options), emit=lambda _: None, cancel=Cancel())
    return project, truth


def accuracy(project: Path, run: str) -> float:
    """On the test split, whose labels nobody touched."""
    found = evaluate(EvaluateParams(str(project), run, "test"), emit=lambda _: None, cancel=Cancel())
    return float(found["accuracy"])


def wrong_labels(project: Path, truth: dict[int, int]) -> int:
    with Project.open(project, read_only=True) as opened:
        return sum(image.class_id != truth[image.id] for image in query.images(opened, list(truth)))


def test_wrong_labels_are_found_fixed_by_keys_and_training_again_is_better(qapp: object, tmp_path: Path) -> None:
    project, truth = make_flipped(tmp_path, "instant")
    find_suspects(SuspectsParams(str(project), folds=FOLDS, most=1), emit=lambda _: None, cancel=Cancel())
    go_round(project, truth, LEARNT, judged=True)


def go_round(project: Path, truth: dict[int, int], learnt: int, *, judged: bool) -> None:
    """The loop; without `judged` every image is judged from the window first."""
    (before,) = list_runs(project)
    flipped = round(FLIPPED * learnt)
    assert wrong_labels(project, truth) == flipped

    def script(person: Person) -> Generator[Condition, None, None]:
        yield lambda: person.window.session.runs()
        person.go_to(REVIEW + 1)
        yield lambda: person.window.page(REVIEW) is not None  # which is made in later turns of the event loop
        page = person.window.page(REVIEW)
        yield lambda: page.reviewed is not None

        # Find: every image is judged by a network that did not learn from it.
        tabs = person.find(QTabBar, "review_tabs")
        suspects = page.sections.section(SuspectsSection)
        tabs.setCurrentIndex(page.sections.place("SuspectsSection"))
        if not judged:
            suspects.judge.box.setCurrentIndex(BY_FOLDS)
            suspects.judge.box.activated.emit(BY_FOLDS)
            yield lambda: person.can_press(QPushButton, "judge_all_button")
            suspects.findChild(QSpinBox).setValue(FOLDS)
            person.click(QPushButton, "judge_all_button")
        assert suspects.judge.box.currentIndex() == BY_FOLDS, "what is there is shown"
        grid = person.find(ThumbnailGrid, "suspects_grid")
        yield lambda: grid.count() > flipped // 4

        # Fix by keys, as one who sees what the pictures show: T where the suggestion is right, K where the label is,
        # else the key of the class.
        session = person.window.session
        grid.setFocus()
        while suspects.shown:
            suspect = suspects.shown[0]
            true = session.class_of(truth[suspect.image_id])
            key = {suspect.suggested: "T", suspect.label: "K"}.get(true.name, true.key)
            same = [
                place
                for place, s in enumerate(suspects.shown)
                if {s.suggested: "T", s.label: "K"}.get(session.class_of(truth[s.image_id]).name, "") == key
            ]
            grid.select(same or [0], 0)
            left = len(suspects.shown)
            person.press(grid, getattr(Qt.Key, f"Key_{key}"))
            yield lambda left=left: len(suspects.shown) < left
        assert wrong_labels(project, truth) < flipped * 0.75

        # Train again: the same recipe on the same test split.
        yield lambda: person.can_press(QPushButton, "train_again_button")
        person.click(QPushButton, "train_again_button")
        assert person.window.stack.currentWidget() is person.window.page(1), "the Train page shows how it goes"
        yield lambda: len(list_runs(project)) == 2
        yield lambda: all(run.state == "finished" for run in list_runs(project))

        # Before and after, side by side.
        person.go_to(REVIEW + 1)
        comparison = page.sections.section(ComparisonSection)
        yield lambda: page.sections.all[tabs.currentIndex()].made() is comparison and comparison.found is not None
        found = comparison.found
        assert found.before.name == before.name
        assert found.images == round(TESTED * learnt)
        assert found.accuracy_after > found.accuracy_before
        assert person.find(QComboBox, "before_box").currentData() == before.name

    assert use(main.main, [str(project)], script, patience=400) == 0
    after = list_runs(project)[0]
    assert after.options == before.options
    assert accuracy(project, after.name) > accuracy(project, before.name)
