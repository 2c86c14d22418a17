"""The part of a run's evaluation that is being reviewed, kept up to date with the labels: columns of arrays.

Loads without NumPy, so that the window can name these types before anything is reviewed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import DataError, EngineError
from engine.language import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.library.project import Project
    from engine.library.records import ImageRecord
    from engine.review.evaluation import Evaluation
    from engine.review.metrics import Scores
    from engine.training.runs.records import RunRecord

TEST, VALIDATION, ALL, FILTER = "test", "validation", "all", "filter"


def split_of(scope: str | None) -> str | None:
    """Return the split as `EvaluateParams` has it for a scope: a filter is over all that the run did not learn from."""
    return ALL if scope == FILTER else scope


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Numbers of images that were asked for and are not scored, by reason; `unpredicted` could be, by their ids."""

    learnt: int = 0
    unlabelled: int = 0
    excluded: int = 0
    unseen: int = 0  # labels that were accepted unseen
    unpredicted: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        return self.learnt + self.unlabelled + self.excluded + self.unseen + len(self.unpredicted)


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """The labelled images of `scope` that the run did not learn from, n of them, over k classes.

    `scope` is "test", "validation", "all" (both) or "filter" (those that the Library's filter lets through); `scopes`
    are those that can be chosen. `labels` and `predicted` index `classes`. `shares[rows[i]]` are the probabilities of
    image `i`: the large matrix is shared by all that is ever shown of a run and never copied.
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
    reading: int = 0  # another number wherever all was read again: other predictions, images or classes
    _scores: list[Scores] = field(default_factory=list, init=False, repr=False)

    @property
    def scores(self) -> Scores:
        """The scores, computed when they are first asked for: of a thousand classes they take longer than all else of
        an edit.
        """
        from engine.review.metrics import scores_of

        if not self._scores:
            self._scores.append(scores_of(self.counts, self.classes))
        return self._scores[0]

    @property
    def accuracy(self) -> float:
        """The share of images whose label is predicted (top-1 accuracy)."""
        return (len(self.labels) - self.mistakes) / len(self.labels)

    @property
    def filtered_ids(self) -> list[int] | None:
        """The images that a report is of where a filter is reviewed; None: those of a split."""
        ids: list[int] | None = self.image_ids.tolist() if self.scope == FILTER else None
        return ids

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
        """Return the most probable classes with their probabilities, highest first."""
        from engine.review.evaluation import most_probable

        return most_probable(self.shares[self.rows[row]], count)

    def places(self, image_ids: Iterable[int]) -> NDArray[np.int64]:
        """Return the row of each image, -1 for those that are not reviewed."""
        import numpy as np

        ids = np.fromiter(image_ids, np.int64)
        if not len(self.image_ids):
            return np.full(len(ids), -1, np.int64)
        order = np.argsort(self.image_ids, kind="stable")
        found = np.searchsorted(self.image_ids, ids, sorter=order).clip(0, len(order) - 1)
        rows: NDArray[np.int64] = np.where(self.image_ids[order[found]] == ids, order[found], -1)
        return rows


class Reviewer:
    """Reads a run once, and after edits only the images that they changed. For one thread.

    It holds the evaluation of all images that the run has predictions for, and beside it what edits change. The label
    is -1 for an image that has lost it since, or was excluded.
    """

    def __init__(self) -> None:
        self._evaluation: Evaluation | None = None
        self._readings = 0
        self._known: NDArray[np.int64]  # ids of all images with a prediction, labelled or not
        self._splits: dict[str, NDArray[np.bool_]]  # which images are in the test and in the validation split
        self._labels: NDArray[np.int64]
        self._label_confidence: NDArray[np.float32]  # probability of the label; anything where there is none
        self._confirmed: NDArray[np.bool_]
        self._unsure: NDArray[np.bool_]
        self._scope: tuple[str | None, Sequence[int]] = None, ()  # as it was asked for
        self._inside: NDArray[np.bool_]  # which images are in the scope, labelled or not
        self._left_out = LeftOut()
        self._last: Reviewed | None = None  # its counts are those of the columns above

    def read(self, project: Project, run: RunRecord, scope: str | None, listed: Sequence[int]) -> Reviewed | str:
        """Return the run with the current labels, or one sentence why there is nothing to review.

        Args:
            scope: None, or one that the run has no predictions for, takes test if there is any, else validation.
            listed: ids of the images that the scope "filter" means.
        """
        self._evaluation, self._last, self._scope = None, None, (scope, listed)
        self._readings += 1
        try:
            self._read(project, run)
            return self._scoped(project)
        except EngineError as error:
            return str(error)

    def choose(
        self, project: Project, scope: str, listed: Sequence[int], changed: Collection[int] = ()
    ) -> Reviewed | str | None:
        """Return another scope of the same run, with the `changed` images as they are now; None where all must be read
        again."""
        self._scope = scope, listed
        try:
            return self._scoped(project) if self._update(project, changed) else None
        except EngineError as error:
            return str(error)

    def after(self, project: Project, image_ids: Collection[int]) -> Reviewed | str | None:
        """Return the same with these images as they are now; None where all must be read again."""
        if self._evaluation is None:
            return None
        last, before = self._last, self._labels.copy()
        if not self._update(project, image_ids):
            return None
        try:
            scopes = self._scopes()
            if last is None or last.scopes != scopes:
                return self._scoped(project)
            return self._shown(last.scope, scopes, self._recounted(before, last.counts))
        except EngineError as error:
            return str(error)

    def left_out(self, project: Project) -> LeftOut | None:
        """Return what is left out of the scope now; None where nothing was read. `after` does not wait for this."""
        last = self._last
        if self._evaluation is None or last is None:
            return None
        self._count_left_out(project, last.scope)
        return self._left_out

    def _read(self, project: Project, run: RunRecord) -> None:
        import numpy as np

        from engine.library import query
        from engine.library.records import Flag
        from engine.review.evaluation import evaluation_of, with_classes_of
        from engine.review.predict_more import all_predictions

        predictions = with_classes_of(project, all_predictions(run))
        found = evaluation_of(project, run, predictions, None)

        def flagged(flag: Flag) -> NDArray[np.bool_]:
            ids = query.image_ids(project, query.Filter(flags=frozenset({flag})))
            return np.isin(found.image_ids, np.array(ids, np.int64))

        splits = np.asarray(predictions.splits).astype(str)[np.isin(predictions.image_ids, found.image_ids)]
        self._known = predictions.image_ids
        self._splits = {name: splits == name for name in (TEST, VALIDATION)}
        self._labels = found.labels.copy()
        self._label_confidence = found.probabilities[np.arange(len(found.labels)), self._labels]
        self._confirmed, self._unsure = flagged(Flag.CONFIRMED), flagged(Flag.UNSURE)
        self._evaluation = found

    def _update(self, project: Project, image_ids: Collection[int]) -> bool:
        """Take these images as they are now; False where that needs images or classes that were not read."""
        import numpy as np

        from engine.library import query

        found = self._evaluation
        if found is None or not image_ids:
            return found is not None
        self._last = None
        records = {record.id: record for record in query.images(project, list(image_ids))}
        places = {class_id: index for index, class_id in enumerate(found.class_ids)}
        rows = {found.image_ids[row]: row for row in np.flatnonzero(np.isin(found.image_ids, list(image_ids))).tolist()}
        for image_id in image_ids:
            record, row = records.get(image_id), rows.get(image_id)
            if row is None:
                if record is not None and record.class_id is not None and image_id in self._known:
                    return False
                continue
            if record is not None and record.is_scored and record.class_id not in places:
                return False
            self._labels[row] = -1 if record is None else label_of(record, places)
            self._label_confidence[row] = found.probabilities[row, self._labels[row]]
            self._confirmed[row] = record is not None and record.confirmed
            self._unsure[row] = record is not None and record.unsure
        return True

    def _scopes(self) -> tuple[str, ...]:
        """Return what can be reviewed: the splits with labelled images, both where there are two, the filter."""
        assert self._evaluation is not None
        there = [name for name, inside in self._splits.items() if (inside & (self._labels >= 0)).any()]
        if not there:
            raise DataError(
                _("Run {run} has no predictions for labelled images.").format(run=self._evaluation.run.name)
            )
        return (*there, *([ALL] if len(there) > 1 else []), FILTER)

    def _scoped(self, project: Project) -> Reviewed:
        """Return what is in the scope; find out why other images are not."""
        import numpy as np

        assert self._evaluation is not None
        self._last = None
        wanted, listed = self._scope
        scopes = self._scopes()
        scope = wanted if wanted in scopes else scopes[0]
        if scope == FILTER:
            self._inside = np.isin(self._evaluation.image_ids, np.array(listed, np.int64))
        else:
            splits = (TEST, VALIDATION) if scope == ALL else (scope,)
            self._inside = np.logical_or.reduce([self._splits[name] for name in splits])
        self._count_left_out(project, scope)
        return self._shown(scope, scopes, None)

    def _count_left_out(self, project: Project, scope: str) -> None:
        assert self._evaluation is not None
        scored, listed = self._evaluation.image_ids[self._labels >= 0], self._scope[1]
        self._left_out = _left_out(project, self._evaluation.run, self._known, scored, scope, listed)

    def _recounted(self, before: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the counts of the scope, from those `before` some labels changed: a thousand by a thousand are not
        counted anew for one of them."""
        import numpy as np

        assert self._evaluation is not None
        changed = np.flatnonzero((before != self._labels) & self._inside)
        if not len(changed):
            return counts
        counts, predicted = counts.copy(), self._evaluation.predicted
        for labels, step in ((before, -1), (self._labels, 1)):
            some = changed[labels[changed] >= 0]
            np.add.at(counts, (labels[some], predicted[some]), step)
        return counts

    def _shown(self, scope: str, scopes: tuple[str, ...], counts: NDArray[np.int64] | None) -> Reviewed:
        """Return the labelled images of the scope; `counts` are those of them, where they are known.

        Raises:
            DataError: there is none.
        """
        import numpy as np

        from engine.review.metrics import confusion

        found = self._evaluation
        assert found is not None
        rows = np.flatnonzero(self._inside & (self._labels >= 0))
        if not len(rows):
            raise DataError(
                _(
                    "Run {run} has no predictions for labelled images that the Library's filter lets through; change "
                    "the filter, or review another part."
                ).format(run=found.run.name)
            )
        labels, predicted = self._labels[rows], found.predicted[rows]
        self._last = Reviewed(
            run=found.run.name,
            folder=found.run.folder,
            scope=scope,
            scopes=scopes,
            classes=found.classes,
            class_ids=found.class_ids,
            image_ids=found.image_ids[rows],
            labels=labels,
            predicted=predicted,
            confidence=found.confidence[rows],
            label_confidence=self._label_confidence[rows],
            confirmed=self._confirmed[rows],
            unsure=self._unsure[rows],
            rows=rows,
            shares=found.probabilities,
            all_files=found.files,
            counts=confusion(labels, predicted, len(found.classes)) if counts is None else counts,
            left_out=self._left_out,
            reading=self._readings,
        )
        return self._last


def label_of(record: ImageRecord, places: Mapping[int, int]) -> int:
    """Return the label of an image as its place among the classes of a run, -1 where it does not count in scores."""
    return places.get(record.class_id, -1) if record.class_id is not None and record.is_scored else -1


def _left_out(
    project: Project,
    run: RunRecord,
    known: NDArray[np.int64],
    scored: NDArray[np.int64],
    scope: str,
    listed: Sequence[int],
) -> LeftOut:
    """Return why images that were asked for are not scored; `known` have a prediction, `scored` are scored."""
    import numpy as np

    from engine.library import query
    from engine.library.records import Flag, Split
    from engine.training.runs.records import read_split

    def ids(filter: query.Filter) -> NDArray[np.int64]:
        return np.array(query.image_ids(project, filter), np.int64)

    try:
        rows = read_split(run)
    except EngineError:  # a run that came from elsewhere has none
        rows = []
    if scope == FILTER:
        wanted = np.array(listed, np.int64)
    else:
        splits = (Split.TEST, Split.VALIDATION) if scope == ALL else (Split(scope),)
        wanted = ids(query.Filter(splits=frozenset(splits), labelled=True))
        drawn = np.array([row.image_id for row in rows if row.split in splits], np.int64)  # by the run itself
        drawn = drawn[~np.isin(drawn, known) & np.isin(drawn, ids(query.Filter(labelled=True)))]
        wanted = np.union1d(wanted, drawn)
    missing = wanted[~np.isin(wanted, scored)]
    trained = [row.image_id for row in rows if row.split is Split.TRAINING]
    learnt = np.isin(missing, np.array(trained, np.int64))
    missing, n_learnt = missing[~learnt], int(learnt.sum())
    excluded = np.isin(missing, ids(query.Filter(flags=frozenset({Flag.EXCLUDED}))))
    missing, n_excluded = missing[~excluded], int(excluded.sum())
    unseen = np.isin(missing, ids(query.Filter(flags=frozenset({Flag.UNSEEN}))))
    missing, n_unseen = missing[~unseen], int(unseen.sum())
    labelled = np.isin(missing, ids(query.Filter(labelled=True)))
    return LeftOut(n_learnt, int((~labelled).sum()), n_excluded, n_unseen, tuple(missing[labelled].tolist()))
