"""What the Suspects section lists, read in the thread for questions. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ImageRecord
    from engine.review.evaluation import Evaluation
    from engine.review.suspects.ranking import Suspect

MORE = 200  # suspects beyond the probable ones that can be shown


@dataclass(frozen=True, slots=True, eq=False)
class Suspected:
    """The most doubtful labels of an evaluation; the first `probable` of them are probably wrong.

    `ids` are the classes by name; `records` are the images, by id.
    """

    run: str
    source: str  # "all" or "folds"
    evaluation: Evaluation
    suspects: list[Suspect]
    probable: int
    ids: dict[str, int]
    records: dict[int, ImageRecord]
    rows: dict[int, int] = field(default_factory=dict)  # of an image in the evaluation

    @property
    def judged(self) -> int:
        return len(self.evaluation.files)

    def top(self, image_id: int, count: int) -> list[tuple[str, int, float]]:
        """Name, id and probability of the classes that the model thought of first."""
        e = self.evaluation
        shares = e.probabilities[self.rows[image_id]]
        best = sorted(range(len(shares)), key=lambda c: (-shares[c], c))[:count]
        return [(e.classes[c], e.class_ids[c], float(shares[c])) for c in best]

    def open(self, suspect: Suspect) -> bool:
        """Whether nobody has decided on it yet: the label is as it was judged, and no mark is on the image."""
        record = self.records.get(suspect.image_id)
        if record is None or record.confirmed or record.unsure or record.excluded:
            return False
        return record.class_id == self.ids[suspect.label]


def read_suspected(project: Project, run_name: str, source: str) -> Suspected | str:
    """The suspects of a run, or one sentence why there are none to be told."""
    from engine.library import query
    from engine.library.records import Flag
    from engine.review.suspects.job import confirmed, judged_before
    from engine.review.suspects.ranking import suspects, wrong_labels
    from engine.training.runs.records import find_run

    try:
        run = find_run(project.folder, run_name)
        evaluation = judged_before(project, run, source)
        but = set(confirmed(project))
        for flag in (Flag.UNSURE, Flag.EXCLUDED):
            but |= set(query.image_ids(project, query.Filter(flags=frozenset({flag}))))
        probable = wrong_labels(evaluation.labels, evaluation.probabilities)
        doubtful = {s.image_id for s in suspects(evaluation, but=but)}
        found = suspects(evaluation, but=but, most=probable + MORE)
    except EngineError as error:
        return str(error)
    found = [s for s in found if s.label != s.suggested and s.quality < 0.5]  # else the model sees what the label says
    images = query.images(project, [s.image_id for s in found])
    return Suspected(
        run=run.name,
        source=source,
        evaluation=evaluation,
        suspects=found,
        probable=sum(s.image_id in doubtful for s in found),
        ids=dict(zip(evaluation.classes, evaluation.class_ids, strict=True)),
        records={image.id: image for image in images},
        rows={image_id: row for row, image_id in enumerate(evaluation.image_ids.tolist())},
    )


def has_folds(folder: Path) -> bool:
    """Whether every labelled image was judged for the run in `folder`."""
    from engine.review.suspects.job import FOLDS

    return (folder / FOLDS).is_file()
