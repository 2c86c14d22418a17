"""Learning while a person labels: suggestions, what to label next, what is unlike all labelled images.

A `Learner` holds the images of a project as points and answers in fractions of a second. It is no model of its own on
disk: labels and features make it anew. Not safe to use from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.figures import FEWEST
from engine.library.splits import stratified_folds
from engine.similarity.boundary import KNOWN, LOOSER, STEP
from engine.similarity.classifier import (
    Classifier,
    Floats,
    equal_share,
    evenly,
    fit_classifier,
    fit_temperature,
    softmax,
)
from engine.similarity.graph import graph_of, nearest_neighbours, spread_labels, unit_points
from engine.similarity.label_groups import NOT_TRUSTED, Group, biggest_groups, usual_boundary
from engine.similarity.points import Points, blocks
from engine.similarity.threads import one_thread
from engine.similarity.unlike import Collection, Missing, Unlike, noticed_share, unlike_of
from engine.statistics import wilson

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FEWEST_FOR_ESTIMATE = FEWEST  # labelled images below which no accuracy is estimated
_FOLDS = 5
_PENALTY = 0.03  # of many classes more would make each too cautious (figures in docs/decisions/0030)
_UNKNOWN = 1e-3  # what the graph says of a class that no path leads to: not impossible, as paths may be missing
_MOST_LABELLED = 4_000  # labelled images that a fit after each label learns from, evenly of all classes
_FOLDS_OF_UNLIKE = 20  # with fewer the limit of what is unlike everything would be that of fewer labels
_MOST_LEFT_OUT = 1_000  # labelled images by which it is told how often images of a missing class are noticed
_MOST_STOOD_FOR = 4_000  # images without a label that held-out ones are weighted by
_STAND_IN, _AS_SURE = 5, 0.01  # held-out images, and how far apart suggestions are that count as equally sure
# Of sqrt(1/n + 1/m): less says nothing. Chance alone makes 0.84 of it on average, so that also at random the interval
# is up to 3 points wider (docs/decisions/0049).
_BY_CHANCE = 0.7
_MOST_UNLIKE = 0.1  # of all images: beyond that no figure is honest (docs/decisions/0049)
_TRUSTED = 0.6  # probability from which on a suggestion says what belongs together
MOST_LINKED = 200_000  # images of which the nearest neighbours are sought
_MOST_GROUPED = 200_000  # images among which groups are looked for
_LEAST = -2.0  # below any cosine


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the learner thinks of each image: the likeliest of `classes`, by its column (n,), and how `sure` that is
    (n,), 0 to 1. `Learner.probabilities` has those of the other classes: of a million images they are not held.

    `image_ids` (n,) are all images that have features, labelled ones too.
    """

    image_ids: NDArray[np.int64]
    classes: tuple[int, ...]
    columns: NDArray[np.int32]
    sure: Floats

    def best(self) -> tuple[NDArray[np.int64], Floats]:
        """Return the class id of each image (n,), and how sure that is, 0 to 1."""
        return np.array(self.classes, np.int64)[self.columns], self.sure


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """What labels say of images: a classifier, and with a graph what spreads along it from each label (n, classes),
    together as a product of experts.
    """

    classifier: Classifier
    points: Points
    spread: Floats | None

    def logits(self, some: slice | NDArray[np.int64]) -> Floats:
        """Return the logarithms of the probabilities of some images (m, classes), but for a constant of each."""
        logits = self.points.times(self.classifier.weights, some)
        logits += self.classifier.offsets
        if self.spread is None:
            return logits
        each = self.spread[some]
        totals = each.sum(axis=1, keepdims=True)
        shares = np.divide(each, totals, out=np.full_like(each, 1 / each.shape[1]), where=totals > 0)
        together: Floats = np.log(softmax(logits) + np.float32(1e-12)) + np.log(shares + np.float32(_UNKNOWN))
        return together


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many of the images without a label are suggested rightly: `accuracy` with its 95 % interval, by
    cross-validation on `images` labelled ones. `enough` is False below 30 of them.

    `sure` (images,) is how probable the class was that was suggested for each while it was held out, `right` (images,)
    whether it was its label, `things` (images,) the number of the group that it is of, `stands_for` (images,) how many
    images without a label it is counted for. `unlike` is the share of all images that these may not stand for, by which
    the interval of an estimate for all of them is widened.
    """

    accuracy: float
    low: float
    high: float
    images: int
    sure: Floats = field(default_factory=lambda: np.empty(0, np.float32), compare=False, repr=False)
    right: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool), compare=False, repr=False)
    things: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64), compare=False, repr=False)
    stands_for: NDArray[np.float64] = field(default_factory=lambda: np.empty(0), compare=False, repr=False)
    unlike: float = 0.0

    @classmethod
    def of(
        cls,
        sure: Floats,
        right: NDArray[np.bool_],
        things: NDArray[np.int64] | None = None,
        stands_for: NDArray[np.float64] | None = None,
    ) -> Estimate | None:
        """Return the estimate from held-out images; None without any. Without `things` each is one of its own, without
        `stands_for`, or where no image is stood for, all count alike.

        The interval is Wilson's, for so many images as tell as much as these do: images of one thing are right or wrong
        together, so that forty frames of it are one, and few images that stand for most tell little (effective sample
        size: Kish 1965, Survey Sampling).
        """
        if not len(right):
            return None
        things = np.arange(len(right)) if things is None else things
        if stands_for is None or not stands_for.any():
            stands_for = np.ones(len(right))
        accuracy = min(1.0, float((stands_for * right).sum() / stands_for.sum()))
        sizes = np.bincount(np.unique(things, return_inverse=True)[1].ravel(), stands_for)
        tells = stands_for.sum() ** 2 / (sizes**2).sum()
        low, high = wilson(accuracy * tells, tells).tolist()
        return cls(accuracy, low, high, len(right), sure, right, things, stands_for)

    def at_least(self, least: float) -> Estimate | None:
        """Return the same for suggestions that are at least so probable; None where no held-out image had one."""
        some = self.sure >= least
        return self.of(self.sure[some], self.right[some], self.things[some], self.stands_for[some])

    def of_all(self) -> Estimate:
        """Return the same for all images of the collection, as if each were a new one: a labelled one also stands for
        itself. Its interval is widened by what these images tell nothing of.
        """
        found = self.of(self.sure, self.right, self.things, self.stands_for + 1) if len(self.right) else self
        assert found is not None
        return found.widened(self.unlike)

    @classmethod
    def of_everything(
        cls,
        sure: Floats,
        right: NDArray[np.bool_],
        things: NDArray[np.int64],
        *,
        open_sure: Floats,
        open_images: float,
        labelled: float,
    ) -> Estimate | None:
        """Return the same for all pictures, as if each were a new one: each held-out image counts for as many of the
        `open_images` without a label as a classifier is as sure of, and for its share of those that are `labelled`.

        Args:
            open_sure: (m,) of some of those without a label, by the classifiers that tell how sure held-out ones are.
        """
        stands_for = stands_for_open(sure, open_sure) * (open_images / len(open_sure)) + labelled / len(right)
        return cls.of(sure, right, things, stands_for)

    def widened(self, unlike: float) -> Estimate:
        """Return the same where the images tell nothing of a share, 0 to 1, of those that they are to stand for."""
        return replace(self, low=max(0.0, self.low - unlike), high=min(1.0, self.high + unlike), unlike=unlike)

    @property
    def enough(self) -> bool:
        return self.images >= FEWEST_FOR_ESTIMATE

    @property
    def stands(self) -> bool:
        """Whether these images are enough like those that they are to stand for: else no figure is honest."""
        return self.unlike <= _MOST_UNLIKE


class Learner:
    """Learns from labels on points; `label` and `link` change what it knows, the rest asks."""

    def __init__(self, image_ids: Sequence[int] | NDArray[np.int64], points: Points | Floats) -> None:
        """`points` (n, k) of a `Projection`, of the images with these ids, in the same order."""
        self.image_ids = np.asarray(image_ids, np.int64)
        self._points = points if isinstance(points, Points) else Points.of(points)
        self._units = self._points.units
        self._by_id = np.argsort(self.image_ids, kind="stable")
        self._graph: csr_array | None = None
        self._density: Floats | None = None  # mean cosine to the nearest neighbours
        self._labelled = np.empty(0, np.int64)  # places
        self._labels = np.empty(0, np.int64)  # class ids
        self._closed = np.empty(0, np.int64)  # places of others that wait for no label
        self._groups: Mapping[int, object] = {}
        self._suggested: Suggestions | None = None  # of the current labels
        self._boundary: float | None = None
        self._collection: Collection | None = None
        self._unlike: tuple[Unlike | None] | None = None  # of the current labels
        self._classifier: Classifier | None = None
        self._said: _Said | None = None  # by the current labels
        self._spread: tuple[tuple[int, ...], Floats] | None = None
        self._temperature = 1.0
        self._nearest_label = np.full(len(self.image_ids), _LEAST, np.float32)  # highest cosine to a labelled image
        self._compared = np.empty(0, np.int64)  # places of the labelled images that this is so of

    def _places(self, image_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the place of each image (n,), -1 for one without features."""
        if not len(self.image_ids):
            return np.full(len(image_ids), -1)
        at = np.minimum(np.searchsorted(self.image_ids, image_ids, sorter=self._by_id), len(self.image_ids) - 1)
        found = self._by_id[at]
        return np.where(self.image_ids[found] == image_ids, found, -1)

    # What it knows

    def link(self, *, check: Callable[[], None] = lambda: None) -> None:
        """Find the nearest neighbours of all images, unless they are too many; labels spread from then on. That takes
        seconds for a hundred thousand.

        Args:
            check: called now and then; may raise to stop.
        """
        if not self.links:
            return
        neighbours, cosines = nearest_neighbours(self._units, check=check)
        self._density = np.maximum(cosines.mean(axis=1), np.float32(0.01))
        self._graph = graph_of(neighbours, cosines)
        self._suggested = self._said = None

    @property
    def links(self) -> bool:
        """Whether labels spread along neighbours, which takes too long among very many images (decision 48)."""
        return len(self.image_ids) <= MOST_LINKED

    @property
    def linked(self) -> bool:
        return self._graph is not None

    @one_thread()
    def label(
        self, labels: Mapping[int, int], groups: Mapping[int, object] | None = None, closed: Iterable[int] = ()
    ) -> None:
        """Learn from these labels, class ids by image id, and from no others; images without features are passed over.

        `groups` are images of one thing, which the estimate keeps together. `closed` are images that nothing is to be
        learnt from and that wait for no label, such as excluded ones; nothing is suggested for them.
        """
        self._suggested = self._said = self._unlike = None
        others = self._places(np.fromiter(closed, np.int64))
        self._closed = others[others >= 0]
        places = self._places(np.fromiter(labels.keys(), np.int64, len(labels)))
        known = places >= 0
        places, classes = places[known], np.fromiter(labels.values(), np.int64, len(labels))[known]
        self._labelled, self._labels, self._groups = places, classes, groups or {}
        self._classifier = self._fitted(self._labelled, self._labels, self._classifier)

    def _fitted(
        self, places: NDArray[np.int64], labels: NDArray[np.int64], start: Classifier | None
    ) -> Classifier | None:
        if not len(places):
            return None
        chosen = evenly(labels, _MOST_LABELLED)
        return fit_classifier(self._points.at(places[chosen]), labels[chosen], start=start, penalty=_PENALTY)

    @one_thread()
    def _nearest(self) -> Floats:
        """Return the highest cosine of each image to a labelled one (n,); found when it is asked for, not per label."""
        new = np.setdiff1d(self._labelled, self._compared)
        if len(np.setdiff1d(self._compared, self._labelled)):  # taken back: the highest cosines are found anew
            self._nearest_label[:] = _LEAST
            new = self._labelled
        for some in blocks(len(new), 256):
            told = self._units[new[some]].T
            for rows in blocks(len(self._units)):
                near = self._nearest_label[rows]
                np.maximum(near, (self._units[rows] @ told).max(axis=1), out=near)
        self._compared = self._labelled
        return self._nearest_label

    @property
    def learnt_from(self) -> int:
        """How many images have a label that this learns from."""
        return len(self._labelled)

    def is_open(self) -> NDArray[np.bool_]:
        """Return for each image whether it waits for a label (n,)."""
        found = np.ones(len(self.image_ids), bool)
        found[self._labelled] = found[self._closed] = False
        return found

    # Suggestions

    @one_thread()
    def suggestions(self) -> Suggestions | None:
        """Return what the labels say of all images; None before the first label."""
        if self._classifier is None:
            return None
        if self._suggested is None:
            said, heat = self._what_labels_say(), np.float32(1 / self._temperature)
            columns = np.empty(len(self.image_ids), np.int32)
            sure = np.empty(len(self.image_ids), np.float32)
            for some in blocks(len(columns)):
                logits = said.logits(some)
                columns[some] = logits.argmax(axis=1)
                logits -= np.take_along_axis(logits, columns[some, None], axis=1)
                logits *= heat
                sure[some] = 1 / np.exp(logits, out=logits).sum(axis=1)
            self._suggested = Suggestions(self.image_ids, self._classifier.classes, columns, sure)
        return self._suggested

    @one_thread()
    def probabilities(self, some: slice | NDArray[np.int64] = slice(None)) -> Floats:
        """Return the probabilities of the classes of `suggestions` (m, classes), of the images at some places; after
        the first label.
        """
        return softmax(self._what_labels_say().logits(some) / np.float32(self._temperature))

    def _what_labels_say(self) -> _Said:
        assert self._classifier is not None
        if self._said is None:
            self._said = self._heard(self._classifier, self._labelled, self._labels, keep=True)
        return self._said

    def _heard(
        self, classifier: Classifier, places: NDArray[np.int64], labels: NDArray[np.int64], *, keep: bool = False
    ) -> _Said:
        """Return what classifier and graph say from these labels.

        Neither lets a class of many labels drown one of few: what spreads from each label is divided by how many its
        class has.
        """
        columns = np.searchsorted(np.array(classifier.classes), labels)
        counts: Floats = np.bincount(columns, minlength=len(classifier.classes)).astype(np.float32)
        most = np.float32(equal_share(labels, _MOST_LABELLED) if len(labels) > _MOST_LABELLED else np.inf)
        adjusted = classifier.adjusted(np.minimum(counts, most))  # by what it was fitted on
        if self._graph is None or len(classifier.classes) < 2:
            return _Said(adjusted, self._points, None)
        start = self._spread[1] if self._spread is not None and self._spread[0] == classifier.classes else None
        spread = spread_labels(self._graph, places, columns, len(classifier.classes), start)
        if keep:
            self._spread = classifier.classes, spread
        each: Floats = spread / counts
        return _Said(adjusted, self._points, each)

    @one_thread()
    def estimate(self, *, check: Callable[[], None] = lambda: None) -> Estimate | None:
        """Return how good suggestions are, from labelled images held out in turn, and calibrate them by it.

        What a person has labelled may be harder than the rest, where it was asked for to teach most, or easier, where
        it lay in groups. So an image without a label counts as the labelled ones do whose suggestion, while they were
        held out, was as sure (figures in docs/decisions/0041).

        None where there are fewer than two classes with two images each.

        Args:
            check: called before each fold; may raise to stop.
        """
        classes, counts = np.unique(self._labels, return_counts=True)
        if (counts >= 2).sum() < 2:
            return None
        groups = [self._groups.get(image) for image in self.image_ids[self._labelled].tolist()]
        folds = np.array(stratified_folds(self._labels.tolist(), groups, _FOLDS, 0))
        logits = np.full((len(self._labels), len(classes)), -30, np.float32)
        waiting = np.flatnonzero(self.is_open())
        some = waiting[:: max(1, len(waiting) // _MOST_STOOD_FOR)]
        others: list[Floats] = []
        for fold in np.unique(folds):
            check()
            learnt, held_out = folds != fold, folds == fold
            found = self._fitted(self._labelled[learnt], self._labels[learnt], self._classifier)
            if found is None:
                return None
            columns = np.searchsorted(classes, np.array(found.classes))
            said = self._heard(found, self._labelled[learnt], self._labels[learnt])
            logits[np.ix_(held_out, columns)] = said.logits(self._labelled[held_out])
            others.append(said.logits(some))
        targets = np.searchsorted(classes, self._labels)
        self._temperature = fit_temperature(logits, targets)
        self._suggested = None
        sure = softmax(logits / np.float32(self._temperature)).max(axis=1)
        open_sure = np.concatenate([softmax(of / np.float32(self._temperature)).max(axis=1) for of in others])
        stands_for = stands_for_open(sure, open_sure) * (len(waiting) / max(len(open_sure), 1))
        things = numbered(groups)
        unlike = unlike_share(sure, things, open_sure, len(some), len(waiting) / (len(waiting) + len(targets)))
        estimate = Estimate.of(sure, logits.argmax(axis=1) == targets, things, stands_for)
        return None if estimate is None else replace(estimate, unlike=unlike)

    # Order

    @one_thread()
    def what_next(self, count: int) -> NDArray[np.int64]:
        """Return the ids of up to `count` images without a label whose labels would teach most, best first.

        Of images that lie far from all labelled ones the typical are asked for, those with many near neighbours; the
        more is labelled, the more it is those between classes (Hacohen et al. 2022, Active Learning on a Budget).
        Neighbours of an image that was chosen are not asked for too.
        """
        open_ = self.is_open()
        if not open_.any():
            return np.empty(0, np.int64)
        value = self._value()
        value[~open_] = -np.inf
        chosen: list[int] = []
        near = self._nearest().copy()
        for _ in range(min(count, int(open_.sum()))):
            place = int(np.argmax(value * np.maximum(1 - near, 1e-3) if np.isfinite(value).any() else value))
            if not np.isfinite(value[place]):
                break
            chosen.append(place)
            value[place] = -np.inf
            np.maximum(near, self._units @ self._units[place], out=near)
        return self.image_ids[chosen]

    def teaching_order(self, first: int) -> NDArray[np.int64]:
        """Return the ids of all images without a label: `first` by `what_next`, then those with the least sure
        suggestion first.
        """
        chosen = self.what_next(first)
        found = self.suggestions()
        rest = self.is_open() & ~np.isin(self.image_ids, chosen)
        places = np.flatnonzero(rest)
        if found is not None:
            places = places[np.argsort(found.best()[1][places], kind="stable")]
        return np.concatenate([chosen, self.image_ids[places]])

    def _value(self) -> Floats:
        """Return what a label of each image is worth (n,), above 0: density, times uncertainty."""
        density = np.ones(len(self.image_ids), np.float32) if self._density is None else self._density.copy()
        found = self.suggestions()
        if found is None or len(found.classes) < 2:
            return density
        for some in blocks(len(density)):
            top = np.partition(self.probabilities(some), -2, axis=1)[:, -2:]
            density[some] *= 1 - (top[:, 1] - top[:, 0]) + np.float32(0.02)
        return density

    # Likeness

    def nearest(self, to: int | Floats, count: int, *, least: float = -1.0) -> list[tuple[int, float]]:
        """Return the images most like one of them (its id) or like a point (k,): ids and cosines, nearest first.

        Args:
            least: the cosine from which on images count.
        """
        own = int(self._places(np.array([to]))[0]) if isinstance(to, int) else None
        if own == -1:
            return []
        unit = self._units[own] if own is not None else unit_points(np.asarray(to, np.float32).reshape(1, -1))[0]
        cosines = self._units @ unit
        if own is not None:
            cosines[own] = _LEAST
        wanted = min(count, len(cosines))
        best = np.argpartition(-cosines, wanted - 1)[:wanted] if wanted else np.empty(0, np.int64)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [(int(self.image_ids[i]), float(cosines[i])) for i in best if cosines[i] >= least]

    def like_class(self, class_id: int, count: int) -> list[tuple[int, float]]:
        """Return the images without a label that are most like a class: ids and how much, the most alike first; none
        where the class has no labelled image.

        By their probability of the class: of 240 photographs of flowers with 80 labels 19 of the first 20 are of it,
        14 by the cosine to the nearest labelled image of the class. That counts where no other class has a label.
        """
        found = self.suggestions()
        if found is None or class_id not in found.classes:
            return []
        places = np.flatnonzero(self.is_open())
        if len(found.classes) > 1:
            column = found.classes.index(class_id)
            parts = [self.probabilities(places[some])[:, column] for some in blocks(len(places))]
            alike = np.concatenate(parts) if parts else np.empty(0, np.float32)
        else:
            alike = self._nearest()[places]
        best = np.argsort(-alike, kind="stable")[:count]
        return list(zip(self.image_ids[places[best]].tolist(), alike[best].tolist(), strict=True))

    def groups(
        self,
        step: int = 0,
        *,
        count: int = 1,
        most: int = 60,
        skipped: Sequence[int] = (),
        unlike: bool = False,
        trusting: bool = True,
    ) -> list[Group]:
        """Return groups of look-alikes among the images without a label, the biggest first.

        Images with a suggestion that can be trusted are grouped with others of the same one, the least sure first.

        Args:
            step: how much closer (below 0) or wider than usual the boundary is, CLOSEST to WIDEST of `boundary`.
            most: images in a group, at most.
            skipped: ids of images to leave out.
            unlike: of images that are unlike all labelled ones only, by their similarity alone; those that resemble
                nothing at all are the last group.
            trusting: whether suggestions say what belongs together; else similarity alone does.
        """
        wanted = np.isin(self.image_ids, self.unlike_all()) if unlike else self.is_open()
        wanted &= ~np.isin(self.image_ids, np.asarray(skipped, np.int64))
        places = np.flatnonzero(wanted)
        if len(places) > _MOST_GROUPED:
            places = places[np.linspace(0, len(places) - 1, _MOST_GROUPED).astype(np.int64)]
        if self._boundary is None:
            self._boundary = usual_boundary(self._units)
        suggested = None if unlike or not trusting else self._trusted(self._boundary - KNOWN)
        kinds = np.full(len(places), NOT_TRUSTED) if suggested is None else suggested[places]
        strict = self._boundary - step * STEP
        loose = strict - LOOSER
        found = biggest_groups(self._units[places], kinds, strict, loose, count=count, most=most)
        if unlike and len(found) < count:
            alone = np.setdiff1d(np.arange(len(places)), np.concatenate([[], *found]))[:most]
            found += [alone.astype(np.int64)] if len(alone) else []
        return [self._group(places[members], int(kinds[members[0]])) for members in found]

    def _trusted(self, known: float) -> NDArray[np.int64] | None:
        """Return the class that each image is suggested (n,), NOT_TRUSTED where that says little, such as where no
        labelled image is `known` near; None without any suggestion.
        """
        found = self.suggestions()
        if found is None or len(found.classes) < 2:
            return None
        classes, sure = found.best()
        return np.where((sure >= _TRUSTED) & (self._nearest() >= known), classes, NOT_TRUSTED)

    def _group(self, places: NDArray[np.int64], kind: int) -> Group:
        found = self.suggestions()
        if kind == NOT_TRUSTED or found is None:
            return Group(tuple(self.image_ids[places].tolist()))
        places = places[np.argsort(found.best()[1][places], kind="stable")]
        return Group(tuple(self.image_ids[places].tolist()), kind)

    @one_thread()
    def unlike_all(self) -> NDArray[np.int64]:
        """Return the ids of images without a label that are unlike all labelled ones, the most unlike first.

        Of labelled images that are held out 5 of 100 would be told. None are told from fewer than 20 labels.
        """
        unlike = self._told_unlike()
        if unlike is None:
            return np.empty(0, np.int64)
        places = np.flatnonzero(self.is_open() & unlike.told)
        return self.image_ids[places[np.argsort(-unlike.values[places], kind="stable")]]

    @one_thread()
    def missing(self, *, check: Callable[[], None] = lambda: None) -> Missing | None:
        """Return what tells of classes that are not made yet; None where that cannot be told.

        Args:
            check: called every some thousand images; may raise to stop.
        """
        unlike = self._told_unlike(check)
        if unlike is None:
            return None
        open_ = self.is_open()
        noticed = noticed_share(self._all(), *self._to_hold_out(_MOST_LEFT_OUT), check=check)
        return Missing(self.image_ids[open_ & unlike.told], int(open_.sum()), unlike.checked, unlike.mistaken, noticed)

    def _told_unlike(self, check: Callable[[], None] = lambda: None) -> Unlike | None:
        """Return which images are unlike the labelled ones; None where that cannot be told."""
        if self._unlike is None:
            self._unlike = (unlike_of(self._all(), *self._to_hold_out(_MOST_LABELLED), check=check),)
        return self._unlike[0]

    def _all(self) -> Collection:
        if self._collection is None:
            self._collection = Collection(self._points)
        return self._collection

    def _to_hold_out(self, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return places, classes and folds (l,) of labelled images, evenly of all classes where there are more."""
        chosen = evenly(self._labels, most)
        places, labels = self._labelled[chosen], self._labels[chosen]
        groups = [self._groups.get(image) for image in self.image_ids[places].tolist()]
        folds = np.array(stratified_folds(labels.tolist(), groups, _FOLDS_OF_UNLIKE, 0), np.int64)
        return places, labels, folds


def stands_for_open(sure: Floats, open_sure: Floats) -> NDArray[np.float64]:
    """Return for each held-out image (n,) how many of those without a label (m,) it stands for, by how sure the same
    classifiers are of each: each is divided among the held-out images that are as sure, five at least (decision 41).
    """
    order = np.argsort(sure, kind="stable")
    known, count = sure[order], min(_STAND_IN, len(sure))
    first = np.clip(np.searchsorted(known, open_sure) - count // 2, 0, len(known) - count)
    last = np.maximum(first + count, np.searchsorted(known, open_sure + _AS_SURE, side="right"))
    first = np.minimum(first, np.searchsorted(known, open_sure - _AS_SURE))
    shares = 1 / (last - first)
    changes = np.bincount(first, shares, len(known) + 1) - np.bincount(last, shares, len(known) + 1)
    found = np.empty(len(known))
    found[order] = np.maximum(np.cumsum(changes)[:-1], 0)
    return found


def unlike_share(
    sure: Floats, things: NDArray[np.int64], open_sure: Floats, open_images: int, open_share: float
) -> float:
    """Return about which share of all images, 0 to 1, the labelled ones do not stand for.

    However it was labelled, at random a classifier is as sure of held-out images as of those without a label. As far as
    the distributions of both are apart (the distance of Kolmogorov and Smirnov, without what chance alone makes of it),
    nothing is known of those without a label, which are `open_share` of all.

    Args:
        sure: (n,) of labelled images while they were held out.
        things: (n,) the number of the group that each is of, since images of one thing are sure together.
        open_sure: (m,) of images without a label, by the same classifiers, each of which may tell of the same ones.
        open_images: how many of these there are.
    """
    if not len(sure) or not len(open_sure):
        return 0.0
    known, others = np.sort(sure), np.sort(open_sure)
    values = np.concatenate([known, others])
    below = (np.searchsorted(found, values, side="right") / len(found) for found in (known, others))
    distance = float(np.abs(np.subtract(*below)).max())
    by_chance = _BY_CHANCE * (1 / len(np.unique(things)) + 1 / open_images) ** 0.5
    return open_share * max(0.0, distance - float(by_chance))


def numbered(groups: Sequence[object]) -> NDArray[np.int64]:
    """Return a number for each image (n,), the same for those of one group; None is no group."""
    numbers: dict[object, int] = {}
    return np.array(
        [numbers.setdefault(i if g is None else (g,), len(numbers)) for i, g in enumerate(groups)], np.int64
    )
