"""How good a run is, which class is the weakest and why, and the one thing to do next that helps most: decided here.

Everything is a typed value; the window and the command line make the sentences.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, EngineError
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.library import query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.review.evaluation import Evaluation, evaluation_of, read_predictions, with_classes_of
from engine.review.rounds import RoundBefore, round_before
from engine.review.saved_duplicates import saved_duplicates
from engine.review.suspects.by_features import LabelJudge
from engine.review.suspects.job import decided
from engine.review.suspects.ranking import Suspect, suspects
from engine.similarity.classifier import evenly, fit_classifier, fit_projection, in_proportion
from engine.similarity.feature_job import base_of, store_of
from engine.similarity.leaks import MANY, look_alike_share
from engine.similarity.learner import FEWEST_FOR_ESTIMATE, Estimate, numbered
from engine.similarity.learning_curve import cross_validated, gain_of_class
from engine.similarity.waiting import features_of_waiting
from engine.statistics import wilson
from engine.training.option_rules import FIRST
from engine.training.runs.changes import Changes, changes_since
from engine.training.runs.records import RunRecord, find_run, list_runs, read_split

VERY_GOOD, GOOD, FAIR = 0.95, 0.85, 0.70  # least lower bounds of the interval of the accuracy
FEW_IMAGES = FEWEST_FOR_ESTIMATE  # below which no figure is told without saying so
MORE = 20  # pictures that a person labels in some minutes
_MANY_MORE = 2 * MORE  # labels of any class that are worth another training, whatever class was asked for
_FEW = 20  # training images of a class below which more of them help most
# Labels with a quality up to the first are evidently wrong, with one up to the second mostly (docs/benchmarks.md).
_EVIDENT, _LIKELY = 0.03, 0.1
_FEWEST_EVIDENT, _TIMES_EXPECTED = 3, 2  # from which on looking at them comes first
_UNSEEN_SHARE = 0.1  # of the training labels
_WORTH_IT = 0.02  # of the recall: two pictures of the class in a hundred
_HARDLY_BETTER = 0.01  # of the accuracy: below that more labels of a class alone make a fair model hardly better
_MANY_LEFT = 0.25  # pictures without a label for each with one, from which on those that teach most can still be among
_DIFFERS = 0.02  # of the accuracy: below that nobody minds whether check images are easier than new ones
_MOST_LEARNT = 4_000  # images that the expected gain is estimated from


class Quality(StrEnum):
    """How good a run is, by the lower bound of the interval of its accuracy: it is at least so good."""

    TOO_FEW = "too few check images"
    GUESSING = "no better than guessing"
    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"
    VERY_GOOD = "very good"


class Weakness(StrEnum):
    """Why a class is the weakest."""

    SUSPECT_LABELS = "suspect labels"
    FEW_PICTURES = "few pictures"
    CONFUSED = "confused with another class"


class Action(StrEnum):
    """What helps most."""

    LABEL_ANY = "label more pictures"
    LABEL_CLASS = "label more pictures of a class"
    LABEL_TEACHING = "label the pictures that teach most"
    ADD_ANY = "add more pictures"  # as all that there are have a label
    ADD_CLASS = "add more pictures of a class"
    KEEP_TOGETHER = "keep look-alikes on one side of the split"
    LOOK_AT_DUPLICATES = "look at duplicates between splits"
    LOOK_AT_UNSEEN = "look at labels that were accepted unseen"
    LOOK_AT_SUSPECTS = "look at suspect labels"
    TRAIN_AGAIN = "train again"  # what was asked for is done
    TRAIN_BETTER = "train in a better way"  # as only the fastest one was tried
    USE_IT = "use it"


@dataclass(frozen=True, slots=True)
class WeakClass:
    """The class of which the run recognises `right` of `images`, which is the least even where its interval is highest.

    `confused_with` is what most of its mistakes are taken for, `confused` how many; it has `training` images to learn
    from and `suspects` labels that are likely wrong.
    """

    name: str
    class_id: int
    images: int
    right: int
    low: float
    high: float
    why: Weakness
    confused_with: str
    confused: int
    training: int
    suspects: int


@dataclass(frozen=True, slots=True)
class NextStep:
    """`count` pictures or labels to go through; of the class of that name and id where it is about one. `image_ids` are
    those to open, where they are known. `gain` is by how much the recall of the class, 0 to 1, is expected to grow,
    None where that cannot be told. `left` images have no label yet, about `likely` of them of the class; None where
    there are enough of them, or nobody knows.
    """

    action: Action
    count: int = 0
    class_name: str | None = None
    class_id: int | None = None
    gain: float | None = None
    image_ids: tuple[int, ...] = ()
    left: int | None = None
    likely: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Assessment(Result):
    """Of a run on `images` of `split`, which it did not learn from: `right` of them, with the 95 % interval `low` to
    `high`. `expected`, from `expected_low` to `expected_high`, is what that promises for new pictures: those that have
    no label show whether the labelled ones are easier or harder (decision 45). `can_promise` is False where that is no
    figure to rely on (decision 49): a class has no label yet, which `not_shown` names, or else the labelled images are
    too unlike those without a label. `are_easy` is True where the check images are so much easier than those that a
    person would mind, False where they are harder, and None where neither is so, or nothing is promised. `weakest` is
    None where no class has a mistake. `look_alikes` of the images are duplicates or look-alikes of ones that it learnt
    from: as far as they go the figure promises too much. `before` is how the round before does on the same images.
    """

    run: str
    recipe: str
    split: str
    images: int
    right: int
    accuracy: float
    low: float
    high: float
    quality: Quality
    weakest: WeakClass | None
    next: NextStep
    expected: float
    expected_low: float
    expected_high: float
    can_promise: bool = True
    not_shown: tuple[str, ...] = ()
    are_easy: bool | None = None
    look_alikes: int = 0
    before: RoundBefore | None = None

    @property
    def has_few_look_alikes(self) -> bool:
        """Whether few enough of the images look like ones that it learnt from."""
        return self.look_alikes < MANY * self.images

    @property
    def is_usable(self) -> bool:
        """Whether it is at least fair: more often right than a person would mind."""
        return self.quality in (Quality.FAIR, Quality.GOOD, Quality.VERY_GOOD)


@dataclass(frozen=True, slots=True)
class AssessParams:
    """`run` None means the best of the newest training. With `ask_before` the model of the round before predicts those
    of the check images that came since, which may take seconds; else what it said already is compared.
    """

    project: str
    run: str | None = None
    ask_before: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decision goes by, for k classes: `matrix` (k, k) of check images, rows by label; `training` (k,) images.

    `suspects` are the open ones, the most doubtful first; of labels that are right about `sure_mistakes` would be
    evidently wrong to who judges them, as it is mistaken now and then, however sure. `unseen` training labels were
    accepted unseen; `leaking` check images have a duplicate in another split, about `look_alikes` look by their
    features like one that was learnt from, such as a frame of the same sequence. `unlabelled` images could still get a
    label, None where nobody counted them.

    What a training would find new: `given` (k,) labels that came since, `check_images` in all, None where they are
    those of the matrix, `relabelled` labels that are others or gone, `moved` images in another split.

    `low` is the lower bound of what is expected of new pictures, None where the check images alone tell it.
    `only_first` tells that nothing but the fastest recipe was trained on these labels.
    """

    classes: Sequence[str]
    class_ids: Sequence[int]
    matrix: NDArray[np.int64]
    training: NDArray[np.int64]
    suspects: Sequence[Suspect] = ()
    sure_mistakes: float = 0.0
    unseen: int = 0
    leaking: int = 0
    look_alikes: int = 0
    unlabelled: int | None = None
    given: NDArray[np.int64] | None = None
    check_images: int | None = None
    relabelled: int = 0
    moved: int = 0
    low: float | None = None
    only_first: bool = False

    @property
    def new(self) -> int:
        """All that a training would find new."""
        return self.relabelled + self.moved + (0 if self.given is None else int(self.given.sum()))


def quality_of(matrix: NDArray[np.int64], expected_low: float | None = None) -> Quality:
    """Return how good a run is by its confusion matrix (rows by label), and by the lower bound of what is expected of
    new pictures, where that is known better than from the matrix.
    """
    images, right = int(matrix.sum()), int(matrix.diagonal().sum())
    if images < FEWEST_FOR_ESTIMATE:
        return Quality.TOO_FEW
    low = float(wilson(right, images)[0])
    if low <= matrix.sum(axis=1).max() / images:  # whoever always says the commonest class has as many right
        return Quality.GUESSING
    low = low if expected_low is None else expected_low
    if low >= VERY_GOOD:
        return Quality.VERY_GOOD
    return Quality.GOOD if low >= GOOD else Quality.FAIR if low >= FAIR else Quality.POOR


def weakest_of(facts: Evidence) -> WeakClass | None:
    """Return the class whose interval of recall ends the lowest: one unlucky picture makes no class the weakest."""
    support, right = facts.matrix.sum(axis=1), facts.matrix.diagonal()
    mistaken = np.flatnonzero(right < support)
    if not len(mistaken):
        return None
    bounds = wilson(right, support)
    place = int(mistaken[np.argmin(bounds[mistaken, 1])])
    confusions = facts.matrix[place].copy()
    confusions[place] = 0
    other = int(confusions.argmax())
    name = facts.classes[place]
    own = [suspect for suspect in facts.suspects if suspect.label == name]
    doubtful = len(_likely(own))
    training = int(facts.training[place])
    if _are_many(facts.suspects, facts.sure_mistakes) and _are_many(own):
        why = Weakness.SUSPECT_LABELS
    elif training < max(_FEW, float(np.median(facts.training)) / 2):
        why = Weakness.FEW_PICTURES
    else:
        why = Weakness.CONFUSED
    return WeakClass(
        name=name,
        class_id=facts.class_ids[place],
        images=int(support[place]),
        right=int(right[place]),
        low=float(bounds[place, 0]),
        high=float(bounds[place, 1]),
        why=why,
        confused_with=facts.classes[other],
        confused=int(confusions[other]),
        training=training,
        suspects=doubtful,
    )


def next_step(
    facts: Evidence,
    weakest: WeakClass | None,
    gain: Callable[[int, int], float | None],
    likely: Callable[[int], float | None] = lambda _class_id: None,
) -> NextStep:
    """Return what helps most. First what makes the figures untrue, then wrong labels, then more pictures, else use it.

    What a person has done since the training counts: less is left to do, and then it is to train again.

    Args:
        gain: expected growth of the recall of a class, by its id (first), by so many (second) more labels of it; None
            where it cannot be estimated. Asked for the weakest class alone.
        likely: how many images without a label are of a class, by its id; None where that cannot be estimated.
    """
    images = int(facts.matrix.sum())
    training = int(facts.training.sum())
    if images < FEWEST_FOR_ESTIMATE:
        return _enough_to_check(facts, images, training)
    if facts.moved >= MANY * images:
        return NextStep(Action.TRAIN_AGAIN, facts.new)
    if facts.look_alikes >= MANY * images:
        return NextStep(Action.KEEP_TOGETHER, facts.look_alikes)
    if facts.leaking >= MANY * images:
        return NextStep(Action.LOOK_AT_DUPLICATES, facts.leaking)
    if facts.unseen > _UNSEEN_SHARE * training:
        return NextStep(Action.LOOK_AT_UNSEEN, facts.unseen)
    if _are_many(facts.suspects, facts.sure_mistakes):
        suspect_ids = tuple(suspect.image_id for suspect in _likely(facts.suspects))
        return NextStep(Action.LOOK_AT_SUSPECTS, len(suspect_ids), image_ids=suspect_ids)
    quality = quality_of(facts.matrix, facts.low)
    if facts.relabelled >= _FEWEST_EVIDENT or facts.new >= _MANY_MORE:
        return NextStep(Action.TRAIN_AGAIN, facts.new)
    if quality is Quality.VERY_GOOD:
        return NextStep(Action.USE_IT)
    if weakest is None:
        found = NextStep(Action.USE_IT) if quality is Quality.GOOD else _good_enough(facts)
    else:
        found = _more_of(facts, weakest, quality, gain, likely)
    # That more labels hardly help says nothing of another recipe: on photographs Transfer is some points better.
    return NextStep(Action.TRAIN_BETTER) if found.action is Action.USE_IT and facts.only_first else found


def _enough_to_check(facts: Evidence, images: int, training: int) -> NextStep:
    """Return what leads to enough check images: of what is labelled the same share becomes one."""
    now = images if facts.check_images is None or not facts.new else max(images, facts.check_images)
    if now >= FEWEST_FOR_ESTIMATE:
        return NextStep(Action.TRAIN_AGAIN, facts.new)
    share = images / (images + training) if images and training else 0.2
    count = math.ceil((FEWEST_FOR_ESTIMATE - now) / share)
    if facts.unlabelled == 0:
        return NextStep(Action.ADD_ANY, count)
    if facts.unlabelled is not None and facts.unlabelled < count:
        return NextStep(Action.LABEL_ANY, facts.unlabelled, left=facts.unlabelled)
    return NextStep(Action.LABEL_ANY, count)


def _more_of(
    facts: Evidence,
    weakest: WeakClass,
    quality: Quality,
    gain: Callable[[int, int], float | None],
    likely: Callable[[int], float | None],
) -> NextStep:
    """Return whether more of the weakest class help, as far as there are any, or else what teaches most."""
    name, class_id = weakest.name, weakest.class_id
    given = 0 if facts.given is None else int(facts.given[facts.class_ids.index(class_id)])
    if given >= MORE:
        return NextStep(Action.TRAIN_AGAIN, facts.new)
    expected = gain(class_id, MORE)
    worth_it = expected is not None and expected >= _WORTH_IT
    if quality is Quality.GOOD and not worth_it:
        return NextStep(Action.USE_IT) if weakest.high >= GOOD else _good_enough(facts)
    there = likely(class_id) if facts.unlabelled else None
    few = None if there is None or round(there) >= MORE - given else round(there)
    if few is not None:
        expected = gain(class_id, max(few, 1))
    share = weakest.images / int(facts.matrix.sum())
    if quality is Quality.FAIR and expected is not None and expected * share < _HARDLY_BETTER:
        return _good_enough(facts)
    if facts.unlabelled == 0 or few == 0:
        if facts.new >= MORE:
            return NextStep(Action.TRAIN_AGAIN, facts.new)
        return NextStep(Action.ADD_CLASS, MORE - given, name, class_id, expected, left=facts.unlabelled)
    if few is not None:
        return NextStep(Action.LABEL_CLASS, few, name, class_id, expected, left=facts.unlabelled, likely=few)
    return NextStep(Action.LABEL_CLASS, MORE - given, name, class_id, expected)


def _good_enough(facts: Evidence) -> NextStep:
    """Return to use it, but where many pictures have no label to label those that teach most: what more labels would
    bring is told by the labels that there are, and what these are not like it cannot know. Whether these are many is
    told as it was at the training: what was asked for is not taken back while a person does it.
    """
    labelled = int(facts.matrix.sum() + facts.training.sum())
    given = 0 if facts.given is None else int(facts.given.sum())
    if facts.unlabelled is None or facts.unlabelled + given < max(MORE, _MANY_LEFT * labelled):
        return NextStep(Action.USE_IT)
    if facts.unlabelled == 0:
        return NextStep(Action.TRAIN_AGAIN, facts.new)
    return NextStep(Action.LABEL_TEACHING, min(_MANY_MORE - facts.new, facts.unlabelled), left=facts.unlabelled)


def _are_many(doubtful: Sequence[Suspect], sure_mistakes: float = 0.0) -> bool:
    """Return whether so many labels are evidently wrong that looking at them helps more than anything else."""
    evident = sum(suspect.quality <= _EVIDENT for suspect in doubtful)
    return evident >= max(_FEWEST_EVIDENT, _TIMES_EXPECTED * sure_mistakes)


def _likely(doubtful: Sequence[Suspect]) -> list[Suspect]:
    """Return those of which most are wrong; of the others a person would confirm nearly all."""
    return [suspect for suspect in doubtful if suspect.quality <= _LIKELY]


def assess(params: AssessParams, *, emit: Emit, cancel: Cancel) -> Assessment:
    """Say how good a run is, what its weakest class is, and what to do next. Reads features that are there, makes none.

    Raises:
        EngineError: there is no such run, or it has no predictions for images that it did not learn from.
        JobCancelled: `cancel` was set.
    """
    with Project.open(Path(params.project), read_only=True) as project:
        run = find_run(project.folder, params.run)
        return _assessed(project, run, ask_before=params.ask_before, emit=emit, cancel=cancel)


def _assessed(project: Project, run: RunRecord, *, ask_before: bool, emit: Emit, cancel: Cancel) -> Assessment:
    predictions = with_classes_of(project, read_predictions(run))
    try:
        found = evaluation_of(project, run, predictions, Split.VALIDATION)
    except DataError:
        found = evaluation_of(project, run, predictions, None)
    images = query.labelled_images(project)
    there = {image.id for image in images}
    if not there.issuperset(found.image_ids.tolist()):  # a label was taken back in between
        found = evaluation_of(project, run, predictions, found.split, among=there)
    with closing(store_of(base_of(None))) as store:
        good, features = store.read(images)
        doubtful, mistakes = _suspects(project, LabelJudge(store), cancel, complete=bool(good.all()))
    waiting = _waiting(project, found, images, features, cancel) if good.all() else None
    right, count = int(found.matrix.diagonal().sum()), int(found.matrix.sum())
    low, high = wilson(right, count).tolist()
    promised = _promised(found, waiting, images) if waiting is not None else None
    facts = _facts(project, found, images, doubtful, mistakes, features if good.all() else None, promised)

    def gain(class_id: int, more: int) -> float | None:
        if not good.all():
            return None
        learnt = np.flatnonzero([not i.unseen and i.split is not Split.TEST for i in images])
        labels = np.array([images[i].class_id for i in learnt], np.int64)
        some = np.sort(evenly(labels, _MOST_LEARNT))
        learnt, labels = learnt[some], labels[some]
        points = fit_projection(features[learnt]).apply(features[learnt])
        groups = [images[i].group for i in learnt.tolist()]
        return gain_of_class(points, labels, groups, class_id, more, check=cancel.check)

    def likely(class_id: int) -> float | None:
        return None if waiting is None else float((waiting.classes == class_id).mean()) * waiting.images

    weakest = weakest_of(facts)
    quality = quality_of(found.matrix, facts.low)
    look_alikes = max(facts.leaking, facts.look_alikes)
    expected = right / count if promised is None else promised.accuracy
    told = None if promised is None or waiting is None else promised.widened(waiting.unlike)
    labelled = {image.class_id for image in images}
    not_shown = tuple(cls.name for cls in query.classes(project) if cls.id not in labelled)
    can_promise = not not_shown and (told is None or told.stands)
    can_tell = can_promise and quality is not Quality.TOO_FEW and not look_alikes
    return Assessment(
        run=run.name,
        recipe=run.recipe,
        split=found.part,
        images=count,
        right=right,
        accuracy=right / count,
        low=low,
        high=high,
        quality=quality,
        weakest=weakest,
        next=next_step(facts, weakest, gain, likely),
        expected=expected,
        expected_low=low if told is None else told.low,
        expected_high=high if told is None else told.high,
        can_promise=can_promise,
        not_shown=not_shown,
        are_easy=right / count > expected if can_tell and abs(right / count - expected) >= _DIFFERS else None,
        look_alikes=look_alikes,
        before=round_before(project, run, ask=ask_before, emit=emit, cancel=cancel)
        if found.split is Split.VALIDATION
        else None,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """What a classifier on features says that learnt from all labels but those of the n check images: how `sure` (m,)
    it is of the `classes` (m,) of some of the `images` that have no label, and how sure of the check images (n,).
    `unlike` is the share of all images that those with a label do not stand for, told by cross-validation on all of
    these, as check images are few.
    """

    images: int
    classes: NDArray[np.int64]
    sure: NDArray[np.floating]
    sure_of_checked: NDArray[np.floating]
    unlike: float


def _waiting(
    project: Project, found: Evaluation, images: Sequence[ImageRecord], features: NDArray[np.floating], cancel: Cancel
) -> _Waiting | None:
    """Return what is learnt from the `features` (n, d) of `images`, which have a label, of those that have none; None
    where there are none of these, where some have no features yet, or where too little is labelled.
    """
    with closing(store_of(base_of(None))) as store:
        others, count = features_of_waiting(project, store, _MOST_LEARNT)
    checked = set(found.image_ids.tolist())
    known = np.flatnonzero([not i.unseen and i.split is not Split.TEST for i in images])
    labels = np.array([images[i].class_id for i in known.tolist()], np.int64)
    is_learnt = np.array([images[i].id not in checked for i in known.tolist()], bool)
    if not len(others) or len(set(labels[is_learnt].tolist())) < 2:
        return None
    some = np.sort(in_proportion(labels, _MOST_LEARNT))
    learnt = np.flatnonzero(is_learnt)
    learnt = learnt[np.sort(evenly(labels[learnt], _MOST_LEARNT))]
    projection = fit_projection(features[known[learnt]])
    cancel.check()
    classifier = fit_classifier(projection.apply(features[known[learnt]]), labels[learnt])
    of_both = fit_projection(np.concatenate([features[known[some]], others]))
    tried = cross_validated(
        of_both.apply(features[known[some]]),
        labels[some],
        [images[i].group for i in known[some].tolist()],
        parts=(4,),
        waiting=of_both.apply(others),
        waiting_share=count / len(others) * len(some) / len(known),
        check=cancel.check,
    )
    said = classifier.probabilities(projection.apply(others))
    place_of = {image.id: place for place, image in enumerate(images)}
    of_checked = features[[place_of[i] for i in found.image_ids.tolist()]]
    return _Waiting(
        images=count,
        classes=np.array(classifier.classes)[said.argmax(axis=1)],
        sure=said.max(axis=1),
        sure_of_checked=classifier.probabilities(projection.apply(of_checked)).max(axis=1),
        unlike=0.0 if tried is None else tried.of_all.unlike,
    )


def _promised(found: Evaluation, waiting: _Waiting, images: Sequence[ImageRecord]) -> Estimate | None:
    """Return how many of all pictures, the `images` with a label and those that wait for one, the run would have right:
    each check image counts for as many of the latter as a classifier is as sure of, and for its share of the former.
    """
    groups = {image.id: image.group for image in images}
    return Estimate.of_everything(
        waiting.sure_of_checked,
        found.labels == found.predicted,
        numbered([groups[i] for i in found.image_ids.tolist()]),
        open_sure=waiting.sure,
        open_images=waiting.images,
        labelled=len(images),
    )


def _suspects(project: Project, judge: LabelJudge, cancel: Cancel, *, complete: bool) -> tuple[list[Suspect], float]:
    """Return the labels that are probably wrong by the features, but those that a person decided on, and
    `sure_mistakes` as in `Facts`; none where features are missing yet.
    """
    if not complete:
        return [], 0.0
    try:
        found = judge.judge(project, check=cancel.check)
    except DataError:
        return [], 0.0
    surest = found.probabilities.max(axis=1)
    return suspects(found, but=decided(project)), float((1 - surest[surest >= 1 - _EVIDENT]).sum())


def _facts(
    project: Project,
    found: Evaluation,
    images: Sequence[ImageRecord],
    doubtful: Sequence[Suspect],
    sure_mistakes: float,
    features: NDArray[np.floating] | None,
    promised: Estimate | None,
) -> Evidence:
    rows = [row for row in read_split(found.run) if row.split is Split.TRAINING]
    counts = Counter(row.class_name for row in rows)
    learnt = {row.image_id for row in rows}
    by_id: Mapping[int, ImageRecord] = {image.id: image for image in images}
    checked = set(found.image_ids.tolist())
    saved = saved_duplicates(project.folder, by_id)
    summary = query.summary(project)
    across = [group for group in saved.groups if group.across_splits] if saved else []
    changes, given = _changes(project, _newest(project, found.run), images)
    return Evidence(
        classes=found.classes,
        class_ids=found.class_ids,
        matrix=found.matrix,
        training=np.array(
            [counts[name] for name in found.run.classes] + [0] * (len(found.classes) - len(found.run.classes))
        ),
        suspects=doubtful,
        sure_mistakes=sure_mistakes,
        unseen=sum(image.unseen for image in images if image.id in learnt),
        leaking=len({image.id for group in across for image in group.images} & checked),
        look_alikes=0 if features is None else _look_alikes(images, features, learnt, checked),
        unlabelled=summary.to_label,
        given=np.array([given[class_id] for class_id in found.class_ids]),
        check_images=len(checked | {i.id for i in images if i.split is Split.VALIDATION and i.id not in learnt}),
        relabelled=changes.relabelled + changes.removed,
        moved=changes.moved,
        low=None if promised is None else promised.low,
        only_first=_is_only_first(project, found.run),
    )


def _is_only_first(project: Project, run: RunRecord) -> bool:
    """Return whether `run` is of the fastest recipe and no other was trained beside it or since."""
    if run.recipe != FIRST:
        return False
    others = (r for r in list_runs(project.folder) if r.recipe != FIRST and r.state == "finished" and r.has_model)
    return all(other.is_older_than(run) and other.outdone_by != run.name for other in others)


def _newest(project: Project, run: RunRecord) -> RunRecord:
    """Return the run by which it is told what is new: the one that is looked at, or one that came after it."""
    newest = find_run(project.folder, None)
    return newest if run.is_older_than(newest) else run


def _changes(project: Project, run: RunRecord, images: Sequence[ImageRecord]) -> tuple[Changes, Counter[int | None]]:
    """Return what a training would find other than `run` did, and how many images of each class came since."""
    try:
        known = {row.image_id for row in read_split(run)}
        found = changes_since(run, images, query.classes(project))
    except EngineError:  # its files are damaged
        return Changes(), Counter()
    return found, Counter(image.class_id for image in images if image.id not in known)


def _look_alikes(
    images: Sequence[ImageRecord], features: NDArray[np.floating], learnt: set[int], checked: set[int]
) -> int:
    """Return about how many check images look like one that was learnt from; 0 where it is no more than chance."""
    labels = np.array([image.class_id for image in images], np.int64)
    training, validation = (np.flatnonzero([image.id in ids for image in images]) for ids in (learnt, checked))
    share = look_alike_share(features, labels, training, validation)
    return round(share * len(validation)) if share >= MANY else 0
