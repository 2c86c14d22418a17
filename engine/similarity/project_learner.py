"""The learner of a project: it takes in features as they become ready, and the current labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.jobs.job import Cancel
from engine.language import _
from engine.library import query
from engine.library.records import Flag
from engine.similarity.acceptance import may_accept_unseen
from engine.similarity.boundary import WIDEST
from engine.similarity.classifier import Floats, Projection, fit_projection, sample
from engine.similarity.feature_job import features_of_file
from engine.similarity.feature_store import keys_of
from engine.similarity.label_groups import Group
from engine.similarity.learner import Estimate, Learner
from engine.similarity.points import Points, blocks
from engine.similarity.threads import one_thread
from engine.similarity.unlike import FEWEST_FOR_UNLIKE, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.library.project import Project
    from engine.similarity.bases import Base
    from engine.similarity.feature_store import FeatureStore

FEWEST_CLASSES = 2  # with a label, from which on suggestions say something
ROWS_AT_ONCE = 4_096
_COMPARED = 1_000  # images that are compared by all their features
MOST_ALIKE = 10_000  # images in an order that the learner gives: nobody looks at more
ASKED_AT_ONCE = 10  # images that are chosen to teach most, before the labels of these are learnt from


class ProjectLearner:
    """Holds a `Learner` over all images of a project that have features. For one thread at a time.

    Of each image its point is held, of many images in a mapped file; the features themselves stay in the store.
    """

    def __init__(self, store: FeatureStore) -> None:
        self._store = store
        self._ids = np.empty(0, np.int64)  # of the images that have features, rising
        self._keys = np.empty(0, np.uint64)  # of their content in the store
        self._points = Points.empty(0, 0)
        self._fitted_on = 0  # ready images when the projection was fitted
        self._learnt: tuple[list[tuple[int, int, str | None]], set[int]] | None = (
            None  # labelled images and closed ones
        )
        self._not_shown: tuple[int, ...] = ()  # classes of which no image has a label to learn from
        self.images = 0  # usable ones of the project when it was last loaded
        self.projection: Projection | None = None
        self.learner: Learner | None = None

    @property
    def ready(self) -> int:
        """Those of the images that have features."""
        return len(self._ids)

    def load(self, project: Project, *, check: Callable[[], None] = lambda: None) -> bool:
        """Take in the current images and the features that are ready; return whether the learner is a new one.

        A new learner knows no labels and is not linked. The projection is fitted anew when there are twice as many
        features as when it was fitted last.

        Args:
            check: called between some thousand images; may raise to stop.
        """
        ids, keys = self._ready(project, check)
        anew = self.projection is None or len(ids) >= 2 * self._fitted_on
        there = np.searchsorted(self._ids, ids)
        there[there == len(self._ids)] = 0
        stays = np.zeros(len(ids), bool)
        if len(self._ids):
            stays = (self._ids[there] == ids) & (self._keys[there] == keys)
        if not len(ids) or (stays.all() and len(ids) == len(self._ids)):
            return False
        if anew:
            _, features = self._store.read_keys(keys[sample(len(keys))])
            if not len(features):
                return False
            self.projection, self._fitted_on = fit_projection(features), len(ids)
            stays[:] = False
        assert self.projection is not None
        points = Points.empty(len(ids), self.projection.axes.shape[1])
        points.copy_from(self._points, np.flatnonzero(stays), there[stays])
        good, missing = stays.copy(), np.flatnonzero(~stays)
        for some in blocks(len(missing), ROWS_AT_ONCE):
            check()
            found, features = self._store.read_keys(keys[missing[some]])
            points.put(missing[some][found], self.projection.apply(features))
            good[missing[some][found]] = True
        if not good.all():  # deleted or damaged meanwhile
            kept, whole = np.flatnonzero(good), points
            points = Points.empty(len(kept), whole.units.shape[1])
            points.copy_from(whole, np.arange(len(kept)), kept)
            ids, keys = ids[kept], keys[kept]
        self._ids, self._keys, self._points = ids, keys, points
        self.learner, self._learnt = Learner(ids, points), None
        return True

    def _ready(self, project: Project, check: Callable[[], None]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return ids and keys of the images that have features, by id; a block of records at a time is in memory."""
        every = np.sort(np.asarray(query.image_ids(project, query.Filter()), np.int64))
        self.images = len(every)
        self._store.refresh()
        ids, keys = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
        for some in blocks(len(every), ROWS_AT_ONCE):
            check()
            records = query.images(project, every[some].tolist())
            found = keys_of(records)
            known = self._store.has(found)
            ids.append(np.array([record.id for record in records], np.int64)[known])
            keys.append(found[known])
        return np.concatenate(ids), np.concatenate(keys)

    def learn(self, project: Project) -> None:
        """Learn from the current labels that somebody has looked at, of images that are not excluded.

        What was accepted unseen is what this learner said itself: to learn from it would only make it surer, and an
        estimate that rests on it would flatter. Excluded images wait for no label.
        """
        if self.learner is None:
            return
        now = query.learnt(project), set(query.unlearnt(project))
        shown = {class_id for _, class_id, _ in now[0]}
        self._not_shown = tuple(cls.id for cls in query.classes(project) if cls.id not in shown)
        if now != self._learnt:
            self._learnt = now
            labels = {image: class_id for image, class_id, _ in now[0]}
            groups = {image: group for image, _, group in now[0] if group is not None}
            self.learner.label(labels, groups, closed=now[1])

    def link(self, *, check: Callable[[], None] = lambda: None) -> None:
        """Find the nearest neighbours of all images, unless that was done; labels spread along them from then on."""
        if self.learner is not None and not self.learner.linked:
            self.learner.link(check=check)

    def estimate(self, *, check: Callable[[], None] = lambda: None) -> Estimate | None:
        """Return how good suggestions are, and calibrate them; None where too little is labelled to say, or while a
        class has no label: how many of the images are of it, of which every suggestion is wrong, nothing tells.

        Args:
            check: called now and then; may raise to stop.
        """
        found = self.learner.estimate(check=check) if self.learner is not None else None
        return None if self._not_shown else found

    def missing(self, *, check: Callable[[], None] = lambda: None) -> Missing | None:
        """Return what tells of classes that are not made yet; None where that cannot be told. `check` as above."""
        return self.learner.missing(check=check) if self.learner is not None else None

    # Which images are shown in which order

    @one_thread()
    def nearest(self, to: int | NDArray[np.floating], count: int) -> list[tuple[int, float]]:
        """Return the images most like one of them (its id) or like one with these features (d,): ids and cosines of
        the angle between them, nearest first; none where the image has no features.

        The nearest thousand by their points are compared by all their features; those beyond follow in the order of
        their points (figures in docs/decisions/0029).
        """
        learner = self._asked()
        assert self.projection is not None
        if isinstance(to, int):
            own = self._ids[self._ids == to]
            _, stored = self._store.read_keys(self._keys[np.searchsorted(self._ids, own)])
            shown, found = self.projection.directions(stored), learner.nearest(to, max(count, _COMPARED))
        else:
            shown, point = self.projection.directions(to[None]), self.projection.apply(to[None])[0]
            found = learner.nearest(point, max(count, _COMPARED))
        if not found or not len(shown):
            return found[:count]
        ids = np.array([image for image, _ in found[:_COMPARED]], np.int64)
        known, others = self._store.read_keys(self._keys[np.searchsorted(self._ids, ids)])
        cosines = self.projection.directions(others) @ shown[0]
        order = np.argsort(-cosines, kind="stable")
        compared = list(zip(ids[known][order].tolist(), cosines[order].tolist(), strict=True))
        rest = [pair for pair, is_compared in zip(found, known.tolist(), strict=False) if not is_compared]
        return [*compared, *rest, *found[_COMPARED:]][:count]

    def like_image(self, image_id: int) -> list[int]:
        """Return the ids of an image and of those most like it, the most alike first.

        Raises:
            UsageError: its features are not there yet.
        """
        found = self.nearest(image_id, MOST_ALIKE)
        if not found:
            raise UsageError(
                _(
                    "This image was not looked at yet; {ready:,} of {images:,} were looked at, try again in a moment."
                ).format(ready=self.ready, images=self.images)
            )
        return [image_id, *(image for image, _like in found)]

    def like_picture(self, picture: Path | bytes, base: Base) -> list[int]:
        """Return the ids of the images most like a picture that may be in no project, the most alike first.

        Args:
            base: that of the features in the store.

        Raises:
            ImageProblem: the picture cannot be used.
            UsageError: no features are there yet.
        """
        self._asked()
        return [image for image, _ in self.nearest(features_of_file(base, picture, Cancel()), MOST_ALIKE)]

    def like_class(self, class_id: int) -> list[int]:
        """Return the ids of images without a label, those most like a class first.

        Raises:
            UsageError: no features are there yet, or no image has the class.
        """
        found = self._asked().like_class(class_id, MOST_ALIKE)
        if not found:
            raise UsageError(_("No image has this class yet, or none is left without a label."))
        return [image for image, _like in found]

    def teaching_order(self, project: Project) -> tuple[list[int], list[int]]:
        """Return the ids of some images whose labels would teach most, and those of others without a label, the least
        sure suggestions first; 10,000 in all. Those that a person has marked as unsure come last: to be asked for them
        again at once helps nobody.

        Raises:
            UsageError: no features are there yet.
        """
        unsure = set(query.image_ids(project, query.Filter(labelled=False, flags=frozenset({Flag.UNSURE}))))
        order = self._asked().teaching_order(ASKED_AT_ONCE + min(len(unsure), ASKED_AT_ONCE)).tolist()
        found = [*(i for i in order if i not in unsure), *(i for i in order if i in unsure)][:MOST_ALIKE]
        return found[:ASKED_AT_ONCE], found[ASKED_AT_ONCE:]

    def groups(
        self, step: int, *, most: int, skipped: Sequence[int] = (), unlike: bool = False
    ) -> tuple[int, Group | None]:
        """Return the biggest group of look-alikes without a label, as `Learner.groups` does, and its step.

        Where no images are so much alike the boundary is moved wider; the group is None where that does not help.

        Raises:
            UsageError: no features are there yet, or with `unlike` too few labels.
        """
        learner = self._asked()
        if unlike and learner.learnt_from < FEWEST_FOR_UNLIKE:
            raise UsageError(
                _(
                    "Label {needed} images first ({count:,} have a label): only then can it be told "
                    "which are unlike all of them."
                ).format(needed=FEWEST_FOR_UNLIKE, count=learner.learnt_from)
            )
        for wider in range(step, WIDEST + 1):
            found = learner.groups(
                wider, count=1, most=most, skipped=skipped, unlike=unlike, trusting=may_accept_unseen(self._not_shown)
            )
            if found:
                return wider, found[0]
        return step, None

    def _asked(self) -> Learner:
        if self.learner is None:
            raise UsageError(
                _(
                    "What the images show is not known yet; {ready:,} of {images:,} were looked at, try again in a "
                    "moment."
                ).format(ready=self.ready, images=self.images)
            )
        return self.learner

    def snapshot(self) -> Snapshot | None:
        """Return what is suggested now for each image without a label; None before the first label."""
        found = self.learner.suggestions() if self.learner is not None else None
        if found is None:
            return None
        assert self.learner is not None
        classes, sure = found.best()
        order = np.argsort(found.image_ids, kind="stable")
        return Snapshot(
            found.image_ids[order],
            classes[order],
            sure[order],
            self.learner.is_open()[order],
            found.classes,
            self.learner.learnt_from,
            self._not_shown,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Suggestions at one moment, of n images in the order of their ids. Nothing in it changes.

    `class_ids` (n,) is the likeliest of `classes`, `sure` (n,) its probability, `open` (n,) whether the image had no
    label. All of it is learnt from the labels of `learnt_from` images. `not_shown` are the classes of which none of
    these is: an image of one is suggested another class, and however sure that seems, it says nothing.
    """

    image_ids: NDArray[np.int64]
    class_ids: NDArray[np.int64]
    sure: Floats
    open: NDArray[np.bool_]
    classes: tuple[int, ...]
    learnt_from: int = 0
    not_shown: tuple[int, ...] = ()

    @property
    def is_a_choice(self) -> bool:
        """Whether it says something: of a single class, every suggestion is that class and sure."""
        return len(self.classes) >= FEWEST_CLASSES

    def of(self, image_id: int) -> tuple[int, float | None] | None:
        """Return class and probability for an image, None while a class is not shown; None where it has a label or no
        features.
        """
        row = int(np.searchsorted(self.image_ids, image_id))
        if row == len(self.image_ids) or self.image_ids[row] != image_id or not self.open[row]:
            return None
        return int(self.class_ids[row]), None if self.not_shown else float(self.sure[row])

    def of_open(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Return what is suggested for the images without a label: their ids, classes, probabilities."""
        return self.image_ids[self.open], self.class_ids[self.open], self.sure[self.open]

    def has_the_labels_of(self, other: Snapshot) -> bool:
        """Return whether the same images have a label in both, of the same classes, and as many of them taught."""
        same = self.classes == other.classes and self.learnt_from == other.learnt_from
        return same and self.not_shown == other.not_shown and bool(np.array_equal(self.open, other.open))

    def count(self) -> int:
        """Return how many images without a label have a suggestion."""
        return int(self.open.sum())

    def least_sure_first(self, most: int | None = None) -> list[int]:
        """Return the images without a label, those first whose suggestion is least probable; all, or `most` of them."""
        rows = np.flatnonzero(self.open)
        if most is not None and most < len(rows):
            rows = np.sort(rows[np.argpartition(self.sure[rows], most)[:most]])
        found: list[int] = self.image_ids[rows[np.argsort(self.sure[rows], kind="stable")]].tolist()
        return found
