"""Learning while a person labels: suggestions, what to label next, what is unlike all labelled images.

A `Learner` holds the images of a project as points and answers in fractions of a second. It is no model of its own on
disk: labels and features make it anew. Not safe to use from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.library.splits import connected, stratified_folds
from engine.similarity.classifier import Classifier, Floats, fit_classifier, fit_temperature, softmax
from engine.similarity.graph import graph_of, nearest_neighbours, spread_labels, unit_points
from engine.statistics import wilson

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FEWEST_FOR_ESTIMATE = 30  # labelled images below which no accuracy is estimated
_FOLDS = 5
_UNKNOWN = 1e-3  # what the graph says of a class that no path leads to: not impossible, as paths may be missing
_MOST_LABELLED = 4_000  # labelled images that a fit after each label learns from, evenly of all classes
_UNUSUAL = 0.05  # of labelled images, the share that is farther from all others than "unlike everything" begins
_LEAST = -2.0  # below any cosine


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the learner thinks of each image: `probabilities` (n, classes) for `classes`, ids in the order of columns.

    `image_ids` (n,) are all images that have features, labelled ones too.
    """

    image_ids: NDArray[np.int64]
    classes: tuple[int, ...]
    probabilities: Floats

    def best(self) -> tuple[NDArray[np.int64], Floats]:
        """Return the class id of each image (n,), and how sure that is, 0 to 1."""
        columns = self.probabilities.argmax(axis=1)
        rows = np.arange(len(columns))
        return np.array(self.classes, np.int64)[columns], self.probabilities[rows, columns]


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many of the images without a label are suggested rightly: `accuracy` with its 95 % interval, by
    cross-validation on `images` labelled ones. `enough` is False below 30 of them.

    `sure` (images,) is how probable the class was that was suggested for each while it was held out, `right` (images,)
    whether it was its label.
    """

    accuracy: float
    low: float
    high: float
    images: int
    sure: Floats = field(default_factory=lambda: np.empty(0, np.float32), compare=False, repr=False)
    right: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool), compare=False, repr=False)

    @classmethod
    def of(cls, sure: Floats, right: NDArray[np.bool_]) -> Estimate | None:
        """Return the estimate from held-out images; None without any. The interval is Wilson's."""
        if not len(right):
            return None
        low, high = wilson(int(right.sum()), len(right)).tolist()
        return cls(float(right.mean()), low, high, len(right), sure, right)

    def at_least(self, least: float) -> Estimate | None:
        """Return the same for suggestions that are at least so probable; None where no held-out image had one."""
        return self.of(self.sure[self.sure >= least], self.right[self.sure >= least])

    @property
    def enough(self) -> bool:
        return self.images >= FEWEST_FOR_ESTIMATE


class Learner:
    """Learns from labels on points; `label` and `link` change what it knows, the rest asks."""

    def __init__(self, image_ids: Sequence[int] | NDArray[np.int64], points: Floats) -> None:
        """`points` (n, k) of a `Projection`, of the images with these ids, in the same order."""
        self.image_ids = np.asarray(image_ids, np.int64)
        self._points = points
        self._units = unit_points(points)
        self._place = {image: place for place, image in enumerate(self.image_ids.tolist())}
        self._graph: csr_array | None = None
        self._neighbours: NDArray[np.int32] | None = None
        self._cosines: Floats | None = None
        self._labelled = np.empty(0, np.int64)  # places
        self._labels = np.empty(0, np.int64)  # class ids
        self._closed = np.empty(0, np.int64)  # places of others that have a label
        self._groups: list[object] = []
        self._classifier: Classifier | None = None
        self._spread: tuple[tuple[int, ...], Floats] | None = None
        self._temperature = 1.0
        self._nearest_label = np.full(len(self.image_ids), _LEAST, np.float32)  # highest cosine to a labelled image

    # What it knows

    def link(self, *, check: Callable[[], None] = lambda: None) -> None:
        """Find the nearest neighbours of all images, which takes seconds for ten thousand; labels spread from then on.

        Args:
            check: called now and then; may raise to stop.
        """
        self._neighbours, self._cosines = nearest_neighbours(self._units, check=check)
        self._graph = graph_of(self._neighbours, self._cosines)

    @property
    def linked(self) -> bool:
        return self._graph is not None

    def label(
        self, labels: Mapping[int, int], groups: Mapping[int, object] | None = None, closed: Iterable[int] = ()
    ) -> None:
        """Learn from these labels, class ids by image id, and from no others; images without features are passed over.

        `groups` are images of one thing, which the estimate keeps together. `closed` are images that have a label which
        nothing is to be learnt from, such as excluded ones; nothing is suggested for them.
        """
        self._closed = np.array([self._place[image] for image in closed if image in self._place], np.int64)
        known = [(self._place[image], label, image) for image, label in labels.items() if image in self._place]
        places = np.array([place for place, _, _ in known], np.int64)
        new = np.setdiff1d(places, self._labelled)
        if len(np.setdiff1d(self._labelled, places)):  # taken back: the highest cosines are found anew
            self._nearest_label[:] = _LEAST
            new = places
        self._labelled, self._labels = places, np.array([label for _, label, _ in known], np.int64)
        self._groups = [(groups or {}).get(image) for _, _, image in known]
        for start in range(0, len(new), 256):
            some = self._units[new[start : start + 256]]
            np.maximum(self._nearest_label, (self._units @ some.T).max(axis=1), out=self._nearest_label)
        self._classifier = self._fitted(self._labelled, self._labels, self._classifier)

    def _fitted(
        self, places: NDArray[np.int64], labels: NDArray[np.int64], start: Classifier | None
    ) -> Classifier | None:
        if not len(places):
            return None
        if len(places) > _MOST_LABELLED:
            chosen = _evenly(labels, _MOST_LABELLED)
            places, labels = places[chosen], labels[chosen]
        return fit_classifier(self._points[places], labels, start=start)

    @property
    def learnt_from(self) -> int:
        """How many images have a label that this learns from."""
        return len(self._labelled)

    def is_open(self) -> NDArray[np.bool_]:
        """Return for each image whether it has no label (n,)."""
        found = np.ones(len(self.image_ids), bool)
        found[self._labelled] = found[self._closed] = False
        return found

    # Suggestions

    def suggestions(self) -> Suggestions | None:
        """Return what the labels say of all images; None before the first label."""
        if self._classifier is None:
            return None
        logits = self._logits(self._classifier, self._labelled, self._labels, keep=True)
        return Suggestions(self.image_ids, self._classifier.classes, softmax(logits / np.float32(self._temperature)))

    def _logits(
        self, classifier: Classifier, places: NDArray[np.int64], labels: NDArray[np.int64], *, keep: bool = False
    ) -> Floats:
        """Return the logarithms of what classifier and graph say together, as a product of experts (n, classes)."""
        logits: Floats = self._points @ classifier.weights + classifier.offsets
        if self._graph is None or len(classifier.classes) < 2:
            return logits
        columns = np.searchsorted(np.array(classifier.classes), labels)
        start = self._spread[1] if self._spread is not None and self._spread[0] == classifier.classes else None
        said = spread_labels(self._graph, places, columns, len(classifier.classes), start)
        if keep:
            self._spread = classifier.classes, said
        totals = said.sum(axis=1, keepdims=True)
        shares = np.divide(said, totals, out=np.full_like(said, 1 / said.shape[1]), where=totals > 0)
        together: Floats = np.log(softmax(logits) + np.float32(1e-12)) + np.log(shares + np.float32(_UNKNOWN))
        return together

    def estimate(self) -> Estimate | None:
        """Return how good suggestions are, from labelled images held out in turn, and calibrate them by it.

        None where there are fewer than two classes with two images each. The interval is Wilson's.
        """
        classes, counts = np.unique(self._labels, return_counts=True)
        if (counts >= 2).sum() < 2:
            return None
        folds = np.array(stratified_folds(self._labels.tolist(), self._groups, _FOLDS, 0))
        logits = np.full((len(self._labels), len(classes)), -30, np.float32)
        for fold in np.unique(folds):
            learnt, held_out = folds != fold, folds == fold
            found = self._fitted(self._labelled[learnt], self._labels[learnt], self._classifier)
            if found is None:
                return None
            columns = np.searchsorted(classes, np.array(found.classes))
            said = self._logits(found, self._labelled[learnt], self._labels[learnt])[self._labelled[held_out]]
            logits[np.ix_(held_out, columns)] = said
        targets = np.searchsorted(classes, self._labels)
        self._temperature = fit_temperature(logits, targets)
        sure = softmax(logits / np.float32(self._temperature)).max(axis=1)
        return Estimate.of(sure, logits.argmax(axis=1) == targets)

    # Order

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
        near = self._nearest_label.copy()
        for _ in range(min(count, int(open_.sum()))):
            place = int(np.argmax(value * np.maximum(1 - near, 1e-3) if np.isfinite(value).any() else value))
            if not np.isfinite(value[place]):
                break
            chosen.append(place)
            value[place] = -np.inf
            np.maximum(near, self._units @ self._units[place], out=near)
        return self.image_ids[chosen]

    def _value(self) -> Floats:
        """Return what a label of each image is worth (n,), above 0: density, times uncertainty."""
        density = np.ones(len(self.image_ids), np.float32)
        if self._cosines is not None:
            density = np.maximum(self._cosines.mean(axis=1), 0.01)
        found = self.suggestions()
        if found is None or len(found.classes) < 2:
            return density
        top = np.partition(found.probabilities, -2, axis=1)[:, -2:]
        return (density * (1 - (top[:, 1] - top[:, 0]) + np.float32(0.02))).astype(np.float32)

    # Likeness

    def nearest(self, to: int | Floats, count: int, *, least: float = -1.0) -> list[tuple[int, float]]:
        """Return the images most like one of them (its id) or like a point (k,): ids and cosines, nearest first.

        Args:
            least: the cosine from which on images count.
        """
        own = self._place.get(to) if isinstance(to, int) else None
        if isinstance(to, int) and own is None:
            return []
        unit = self._units[own] if own is not None else unit_points(np.asarray(to, np.float32).reshape(1, -1))[0]
        cosines = self._units @ unit
        if own is not None:
            cosines[own] = _LEAST
        wanted = min(count, len(cosines))
        best = np.argpartition(-cosines, wanted - 1)[:wanted] if wanted else np.empty(0, np.int64)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [(int(self.image_ids[i]), float(cosines[i])) for i in best if cosines[i] >= least]

    def groups(self, likeness: float, among: Sequence[int] | None = None) -> list[list[int]]:
        """Return groups of two and more images (ids) that are connected by neighbours of at least this cosine.

        The biggest come first, and in each the image with the most near neighbours first.

        Args:
            among: ids of the images to group, such as those without a label; all if not given.
        """
        if self._neighbours is None or self._cosines is None:
            self.link()
        assert self._neighbours is not None and self._cosines is not None  # noqa: PT018  # both come from `link`
        wanted = np.ones(len(self.image_ids), bool)
        if among is not None:
            wanted[:] = False
            wanted[[self._place[image] for image in among if image in self._place]] = True
        rows, columns = np.nonzero(self._cosines >= likeness)
        others = self._neighbours[rows, columns]
        both = wanted[rows] & wanted[others]
        first = np.array(connected(len(wanted), np.stack([rows[both], others[both]], axis=1)))
        density = self._cosines.mean(axis=1)
        members: dict[int, list[int]] = {}
        for place in np.flatnonzero(wanted)[np.argsort(-density[wanted], kind="stable")].tolist():
            members.setdefault(int(first[place]), []).append(place)
        groups = sorted((group for group in members.values() if len(group) > 1), key=lambda g: (-len(g), g[0]))
        return [self.image_ids[group].tolist() for group in groups]

    def unlike_all(self) -> NDArray[np.int64]:
        """Return the ids of images without a label that are unlike all labelled ones, the most unlike first.

        That is farther from the nearest labelled image than 95 of 100 labelled images are from the nearest other one.
        None are told from fewer than 20 labels.
        """
        if len(self._labelled) < 20:
            return np.empty(0, np.int64)
        own = self._units[self._labelled]
        among = own @ own.T
        np.fill_diagonal(among, _LEAST)
        limit = float(np.quantile(among.max(axis=1), _UNUSUAL))
        open_ = self.is_open()
        places = np.flatnonzero(open_ & (self._nearest_label < limit))
        return self.image_ids[places[np.argsort(self._nearest_label[places], kind="stable")]]


def _evenly(labels: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return places of at most `most` labels, as many of each class as there are, up to an equal share."""
    random = np.random.default_rng(0)
    _, of = np.unique(labels, return_inverse=True)
    share = max(1, most // (int(of.max()) + 1))
    return np.concatenate([random.permutation(np.flatnonzero(of == cls))[:share] for cls in range(int(of.max()) + 1)])
