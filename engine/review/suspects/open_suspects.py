"""The suspects that nobody has decided on yet, as they are looked through one by one.

Loads without NumPy, so that the window can name these types.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ImageRecord
    from engine.review.suspects.by_features import LabelJudge
    from engine.review.suspects.ranking import Judged, Suspect

MORE = 200  # suspects beyond the probable ones that can be shown
_AGREES = 0.5  # quality of a label from which on no other class is more probable


@dataclass(frozen=True, slots=True, eq=False)
class OpenSuspects:
    """The most doubtful of the labels that were judged; the first `probable` of them are probably wrong.

    `ids` are the classes by name; `records` are the images by id, and `rows` where each stands in `evaluation`.
    `unready` counts labelled images that were not judged as they have no features yet.
    """

    evaluation: Judged
    suspects: list[Suspect]
    probable: int
    ids: dict[str, int]
    records: dict[int, ImageRecord]
    rows: dict[int, int]
    unready: int = 0

    @property
    def judged(self) -> int:
        return len(self.evaluation.files)

    def top(self, image_id: int, count: int) -> list[tuple[str, int, float]]:
        """Return name, id and probability of the most probable classes of an image, highest first."""
        from engine.review.evaluation import most_probable

        e = self.evaluation
        best = most_probable(e.probabilities[self.rows[image_id]], count)
        return [(e.classes[c], e.class_ids[c], share) for c, share in best]

    def is_open(self, suspect: Suspect) -> bool:
        """Return whether nobody has decided on it: the label is as it was judged, and no mark is on the image."""
        record = self.records.get(suspect.image_id)
        return (
            record is not None
            and record.class_id == self.ids[suspect.label]
            and not (record.confirmed or record.unsure or record.excluded)
        )


def read_open_suspects(project: Project, run_name: str, source: str) -> OpenSuspects | str:
    """Return the open suspects of a run, or one sentence why there are none; `source` as `judged_before` takes it."""
    from engine.review.suspects.job import judged_before
    from engine.training.runs.records import find_run

    try:
        return _open(project, judged_before(project, find_run(project.folder, run_name), source))
    except EngineError as error:
        return str(error)


def judge_open_suspects(project: Project, judge: LabelJudge) -> OpenSuspects | str:
    """The same of all current labels, judged by the features that are ready."""
    try:
        judged = judge.judge(project)
        return replace(_open(project, judged), unready=judged.unready)
    except EngineError as error:
        return str(error)


def _open(project: Project, evaluation: Judged) -> OpenSuspects:
    from engine.library import query
    from engine.review.suspects.job import decided
    from engine.review.suspects.ranking import suspects, wrong_labels

    probable = wrong_labels(evaluation.labels, evaluation.probabilities)
    ranked = suspects(evaluation, most=probable + MORE)
    but = decided(project)
    doubtful = {s.image_id for s in ranked[:probable]}
    found = [s for s in ranked if s.image_id not in but and s.label != s.suggested and s.quality < _AGREES]
    return OpenSuspects(
        evaluation=evaluation,
        suspects=found,
        probable=sum(s.image_id in doubtful for s in found),
        ids=dict(zip(evaluation.classes, evaluation.class_ids, strict=True)),
        records={image.id: image for image in query.images(project, [s.image_id for s in found])},
        rows={image_id: row for row, image_id in enumerate(evaluation.image_ids.tolist())},
    )


def has_folds(folder: Path) -> bool:
    """Return whether every labelled image was judged for the run in `folder`."""
    from engine.training.runs.records import FOLD_PREDICTIONS

    return (folder / FOLD_PREDICTIONS).is_file()
