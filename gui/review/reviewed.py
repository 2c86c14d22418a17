"""What the Review page shows of one run, as columns of arrays. Knows no Qt; made in the thread for questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import DataError, EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.library.project import Project
    from engine.library.records import ImageRecord
    from engine.review.evaluation import Evaluation
    from engine.review.metrics import Scores
    from engine.training.runs.records import RunRecord

TEST, VALIDATION, ALL, FILTER = "test", "validation", "all", "filter"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many images were asked for and are not scored, by reason; `unpredicted` could be, by their ids."""

    learnt: int = 0
    unlabelled: int = 0
    excluded: int = 0
    unpredicted: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        return self.learnt + self.unlabelled + self.excluded + len(self.unpredicted)


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """The labelled images of `scope` that the run did not learn from, n of them, over k classes.

    `scope` is "test", "validation", "all" (both) or "filter" (those that the Library's filter lets through); `scopes`
    are those that can be chosen. `labels` and `predicted` index `classes`. `probabilities[rows[i]]` are those of image
    `i`: the large matrix is shared by all that is ever shown of a run and never copied.
    """

    run: str
    folder: Path  # of the run
    scope: str
    scopes: tuple[str, ...]
    classes: tuple[str, ...]
    class_ids: tuple[int, ...]
    image_ids: NDArray[np.int64]  # (n,)
    labels: NDArray[np.int64]  # (n,)
    predicted: NDArray[np.int64]  # (n,)
    confidence: NDArray[np.float32]  # (n,), 0 to 1, of the predicted class
    label_confidence: NDArray[np.float32]  # (n,), 0 to 1, of the label
    confirmed: NDArray[np.bool_]  # (n,): a person keeps the label
    unsure: NDArray[np.bool_]  # (n,)
    rows: NDArray[np.int64]  # (n,)
    shares: NDArray[np.float32]  # (at least n, k)
    all_files: Sequence[Path]  # as `shares`
    counts: NDArray[np.int64]  # (k, k), rows by label
    left_out: LeftOut = LeftOut()
    _scores: list[Scores] = field(default_factory=list, init=False, repr=False)

    @property
    def scores(self) -> Scores:
        """Computed when they are first asked for: of a thousand classes they take longer than all else of an edit."""
        from engine.review.metrics import scores_of

        if not self._scores:
            self._scores.append(scores_of(self.counts, self.classes))
        return self._scores[0]

    @property
    def accuracy(self) -> float:
        """The share of images that were recognised."""
        return (len(self.labels) - self.mistakes) / len(self.labels)

    @property
    def split(self) -> str:
        """As jobs are asked for it: "test", "validation" or "all"."""
        return ALL if self.scope == FILTER else self.scope

    @property
    def mistakes(self) -> int:
        return int((self.labels != self.predicted).sum())

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """(n, k); a copy unless all images are shown."""
        found: NDArray[np.float32] = self.shares if len(self.rows) == len(self.shares) else self.shares[self.rows]
        return found

    def file(self, row: int) -> Path:
        return self.all_files[int(self.rows[row])]

    def top(self, row: int, count: int) -> list[tuple[int, float]]:
        """The classes that the model thought of first, with their probabilities."""
        import numpy as np

        shares = self.shares[self.rows[row]]
        some = np.argpartition(-shares, min(count, len(shares)) - 1)[:count]
        return sorted(((int(c), float(shares[c])) for c in some), key=lambda pair: (-pair[1], pair[0]))

    def places(self, image_ids: Iterable[int]) -> NDArray[np.int64]:
        """Of each of the images its row, -1 for those that are not reviewed."""
        import numpy as np

        wanted = np.fromiter(image_ids, np.int64)
        if not len(self.image_ids):
            return np.full(len(wanted), -1, np.int64)
        order = np.argsort(self.image_ids, kind="stable")
        found = np.searchsorted(self.image_ids, wanted, sorter=order).clip(0, len(order) - 1)
        rows: NDArray[np.int64] = np.where(self.image_ids[order[found]] == wanted, order[found], -1)
        return rows


class Reviewer:
    """Reads a run once; after edits only what they changed. Used in the thread for questions alone."""

    def __init__(self) -> None:
        self._base: _Base | None = None
        self._scope: tuple[str | None, Sequence[int]] = None, ()
        self._inside: NDArray[np.bool_] | None = None  # of the images of the base, those of the scope, labelled or not
        self._left_out = LeftOut()
        self._last: Reviewed | None = None

    def read(self, project: Project, run: RunRecord, scope: str | None, listed: Sequence[int]) -> Reviewed | str:
        """The run with today's labels, or one sentence why there is nothing to review.

        `listed` are the images that the scope "filter" means.
        Without `scope`, or where the run has no predictions for it, test is taken if there is any, else validation.
        """
        self._base, self._scope = None, (scope, listed)
        try:
            self._base = _Base.read(project, run)
            return self._scoped(project)
        except EngineError as error:
            return str(error)

    def choose(
        self, project: Project, scope: str, listed: Sequence[int], changed: Collection[int] = ()
    ) -> Reviewed | str | None:
        """Another scope of the same run, with these images as they are now; None where all must be read again."""
        self._scope = scope, listed
        try:
            return self._scoped(project) if self._update(project, changed) else None
        except EngineError as error:
            return str(error)

    def after(self, project: Project, image_ids: Collection[int]) -> Reviewed | str | None:
        """The same with these images as they are now; None where all must be read again."""
        before, last = self._base, self._last
        if not self._update(project, image_ids):
            return None
        assert before is not None
        assert self._base is not None
        self._last = None  # its counts are not those of the new base, should nothing come of what follows
        try:
            if last is None or self._inside is None or last.scopes != self._base.scopes:
                return self._scoped(project)
            counts = self._base.recounted(before, self._inside, last.counts)
            return self._shown(last.scope, last.scopes, counts)
        except EngineError as error:
            return str(error)

    def _update(self, project: Project, image_ids: Collection[int]) -> bool:
        """Take these images as they are now; False where that needs what was not read."""
        from engine.library import query

        if self._base is not None and image_ids:
            self._base = self._base.updated(image_ids, query.images(project, list(image_ids)))
        return self._base is not None

    def _scoped(self, project: Project) -> Reviewed:
        """What is in the scope, and why other images are not."""
        assert self._base is not None
        base, (wanted, among) = self._base, self._scope
        self._last = None
        scopes = base.scopes
        scope = wanted if wanted in scopes else scopes[0]
        self._inside = base.inside(scope, among)
        self._left_out = _left_out(project, base, scope, among)
        return self._shown(scope, scopes, None)

    def _shown(self, scope: str, scopes: tuple[str, ...], counts: NDArray[np.int64] | None) -> Reviewed:
        assert self._base is not None
        assert self._inside is not None
        self._last = None
        self._last = self._base.reviewed(scope, scopes, self._inside, counts, self._left_out)
        return self._last


@dataclass(frozen=True, slots=True, eq=False)
class _Base:
    """All images that a run has predictions for and that had a label when they were read; -1 is the label of one that
    has lost it since, or was excluded."""

    evaluation: Evaluation
    known: NDArray[np.int64]  # ids of all images with a prediction, labelled or not
    parts: dict[str, NDArray[np.bool_]]  # the images of the test and of the validation split
    labels: NDArray[np.int64]
    label_confidence: NDArray[np.float32]  # of the label; anything where there is none
    confirmed: NDArray[np.bool_]
    unsure: NDArray[np.bool_]

    @classmethod
    def read(cls, project: Project, run: RunRecord) -> _Base:
        import numpy as np

        from engine.library import query
        from engine.library.records import Flag
        from engine.review.evaluation import evaluation_of, with_classes_of
        from engine.review.predict_more import all_predictions

        predictions = with_classes_of(project, all_predictions(run))
        evaluation = evaluation_of(project, run, predictions, None)

        def flagged(name: str) -> NDArray[np.bool_]:
            if name not in list(Flag):
                return np.zeros(len(evaluation.image_ids), bool)
            ids = query.image_ids(project, query.Filter(flags=frozenset({Flag(name)})))
            return np.isin(evaluation.image_ids, np.array(ids, np.int64))

        labels = np.where(flagged("excluded"), -1, evaluation.labels)
        known = np.isin(predictions.image_ids, evaluation.image_ids)
        splits = np.asarray(predictions.splits).astype(str)[known]
        parts = {name: splits == name for name in (TEST, VALIDATION)}
        own = evaluation.probabilities[np.arange(len(labels)), labels]
        return cls(evaluation, predictions.image_ids, parts, labels, own, flagged("confirmed"), flagged("unsure"))

    @property
    def scopes(self) -> tuple[str, ...]:
        there = [name for name, inside in self.parts.items() if (inside & (self.labels >= 0)).any()]
        if not there:
            raise DataError(f"Run {self.evaluation.run.name} has no predictions for labelled images.")
        return (*there, *([ALL] if len(there) > 1 else []), FILTER)

    def inside(self, scope: str, among: Sequence[int]) -> NDArray[np.bool_]:
        """Which images are in a scope, for "filter" among these ids; some of them may have no label."""
        import numpy as np

        if scope == FILTER:
            return np.isin(self.evaluation.image_ids, np.array(among, np.int64))
        return self.parts[TEST] | self.parts[VALIDATION] if scope == ALL else self.parts[scope]

    def updated(self, image_ids: Collection[int], records: Iterable[ImageRecord]) -> _Base | None:
        """With these images as they are now, None where that needs images or classes that were not read."""
        import numpy as np

        own = self.evaluation.image_ids
        place = dict(zip(own.tolist(), range(len(own)), strict=True)) if len(image_ids) > 64 else None
        classes = {class_id: i for i, class_id in enumerate(self.evaluation.class_ids)}
        labels, confidence = self.labels.copy(), self.label_confidence.copy()
        confirmed, unsure = self.confirmed.copy(), self.unsure.copy()
        found = {record.id: record for record in records}
        for image_id in image_ids:
            at = place.get(image_id) if place is not None else next(iter(np.flatnonzero(own == image_id)), None)
            record = found.get(image_id)
            if at is None:
                if record is not None and record.class_id is not None and image_id in self.known:
                    return None
                continue
            counts = record is not None and record.problem is None and not record.excluded
            class_id = record.class_id if record is not None and counts else None
            if class_id is not None and class_id not in classes:
                return None
            labels[at] = -1 if class_id is None else classes[class_id]
            confidence[at] = self.evaluation.probabilities[at, labels[at]]
            confirmed[at] = bool(getattr(record, "confirmed", False))
            unsure[at] = record is not None and record.unsure
        return replace(self, labels=labels, label_confidence=confidence, confirmed=confirmed, unsure=unsure)

    def recounted(self, before: _Base, inside: NDArray[np.bool_], counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """The counts of a scope, from those before some labels changed: a thousand by a thousand are not counted
        anew for one of them."""
        import numpy as np

        changed = np.flatnonzero((before.labels != self.labels) & inside)
        if not len(changed):
            return counts
        counts, predicted = counts.copy(), self.evaluation.predicted
        for labels, step in ((before.labels, -1), (self.labels, 1)):
            some = changed[labels[changed] >= 0]
            np.add.at(counts, (labels[some], predicted[some]), step)
        return counts

    def reviewed(
        self,
        scope: str,
        scopes: tuple[str, ...],
        inside: NDArray[np.bool_],
        counts: NDArray[np.int64] | None,
        left_out: LeftOut,
    ) -> Reviewed:
        """The labelled images that are `inside`; `counts` are those of them, where they are known.

        Raises:
            DataError: there is none.
        """
        import numpy as np

        from engine.review.metrics import confusion

        e = self.evaluation
        rows = np.flatnonzero(inside & (self.labels >= 0))
        if not len(rows):
            raise DataError(
                f"Run {e.run.name} has no predictions for labelled images that the Library's filter lets through; "
                "change the filter, or review another part."
            )
        labels, predicted = self.labels[rows], e.predicted[rows]
        return Reviewed(
            run=e.run.name,
            folder=e.run.folder,
            scope=scope,
            scopes=scopes,
            classes=e.classes,
            class_ids=e.class_ids,
            image_ids=e.image_ids[rows],
            labels=labels,
            predicted=predicted,
            confidence=e.confidence[rows],
            label_confidence=self.label_confidence[rows],
            confirmed=self.confirmed[rows],
            unsure=self.unsure[rows],
            rows=rows,
            shares=e.probabilities,
            all_files=e.files,
            counts=confusion(labels, predicted, len(e.classes)) if counts is None else counts,
            left_out=left_out,
        )


def _left_out(project: Project, base: _Base, scope: str, among: Sequence[int]) -> LeftOut:
    """Why images that were asked for are not scored."""
    import numpy as np

    from engine.library import query
    from engine.library.records import Flag, Split
    from engine.training.runs.records import read_split

    def ids(filter: query.Filter) -> NDArray[np.int64]:
        return np.array(query.image_ids(project, filter), np.int64)

    try:
        rows = read_split(base.evaluation.run)
    except EngineError:  # a run that came from elsewhere has none
        rows = []
    if scope == FILTER:
        wanted = np.array(among, np.int64)
    else:
        splits = (Split.TEST, Split.VALIDATION) if scope == ALL else (Split(scope),)
        wanted = ids(query.Filter(splits=frozenset(splits), labelled=True))
        drawn = np.array([row.image_id for row in rows if row.split in splits], np.int64)  # by the run itself
        drawn = drawn[~np.isin(drawn, base.known) & np.isin(drawn, ids(query.Filter(labelled=True)))]
        wanted = np.union1d(wanted, drawn)
    missing = wanted[~np.isin(wanted, base.evaluation.image_ids[base.labels >= 0])]
    trained = [row.image_id for row in rows if row.split is Split.TRAINING]
    learnt = np.isin(missing, np.array(trained, np.int64))
    missing, n_learnt = missing[~learnt], int(learnt.sum())
    excluded = np.isin(missing, ids(query.Filter(flags=frozenset({Flag.EXCLUDED}))))
    missing, n_excluded = missing[~excluded], int(excluded.sum())
    labelled = np.isin(missing, ids(query.Filter(labelled=True)))
    return LeftOut(n_learnt, int((~labelled).sum()), n_excluded, tuple(missing[labelled].tolist()))
