"""Suggestions for images without a label, learnt from the labels so far or a run's; a person accepts or corrects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from engine.events import Classified, Event, Failed, Outcome, Progress
from engine.library import edits, query
from engine.library.query import Filter
from engine.library.records import ClassRecord
from gui.jobs import JobRunner, OwnedJob
from gui.library.learning import Learning
from gui.session import Session
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.similarity.acceptance import Acceptance
    from engine.similarity.learner import Estimate
    from engine.similarity.project_learner import Snapshot
    from engine.training.runs.records import RunRecord

MOST = 20_000  # images that are asked about, or gone through, at once; the next ones when these are labelled
SHOW_MS = 200


class Suggestion(NamedTuple):
    """A class and how sure the run is of it, 0 to 1."""

    class_name: str
    share: float


class Suggesting(QObject):
    """Shows what is learnt from the labels as soon as two classes have one; `toggle` hides that and shows it again.

    `start` lets the newest run look at the unlabelled images instead, in a process of its own. `changed` tells of any
    new answer.
    """

    changed = Signal()
    said = Signal(str)

    def __init__(self, session: Session, jobs: JobRunner, learning: Learning, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.jobs = jobs
        self.learning = learning
        self._hidden = False  # by the person, until the next project
        self._job = OwnedJob(self)
        self._by_file: dict[str, int] = {}
        self._found: dict[int, Suggestion] = {}
        self._open: set[int] = set()  # of `_found`, those that have no label
        self.run: RunRecord | None = None
        self.by = ""  # who made them, in words; empty while there are none
        self._estimate_of_run: Estimate | None = None
        self.progress: Progress | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOW_MS)
        self._timer.timeout.connect(self.changed)
        session.project_changed.connect(self._show_again)
        learning.renewed.connect(self._take_learnt)
        session.suggestions_offered.connect(self.take)
        session.images_changed.connect(lambda _: self._look_again())

    @property
    def active(self) -> bool:
        """Return whether suggestions are shown or being made."""
        return bool(self.by)

    @property
    def learnt(self) -> Snapshot | None:
        """Return what is shown of what was learnt from the labels; None while a run suggests, or nothing is shown."""
        return self.learning.snapshot if self.active and self.run is None and not self._found else None

    @property
    def estimate(self) -> Estimate | None:
        """Return how good they are; None where that is not known."""
        return self.learning.estimate if self.learnt is not None else self._estimate_of_run

    @property
    def estimating(self) -> bool:
        """Return whether that is being counted."""
        return self.learnt is not None and self.learning.estimating

    @property
    def running(self) -> bool:
        return self._job.running

    def toggle(self) -> None:
        """Hide the suggestions, or show them: those that were learnt, or where there are none yet the newest run's."""
        if self.active:
            if self._found and self.run is None:
                self._session.ask(_forget, lambda _: None)
            self.stop()
            self._hidden = True
            return
        self._hidden = False
        self._take_learnt()
        if not self.active:
            self.start()

    @property
    def not_shown(self) -> list[ClassRecord]:
        """Return the classes of which no image has a label, while the labels suggest: how sure that seems says nothing
        then.
        """
        found = (self._session.class_of(i) for i in (self.learnt.not_shown if self.learnt is not None else ()))
        return [cls for cls in found if cls is not None]

    def of(self, image_id: int) -> tuple[ClassRecord, float | None] | None:
        """The suggestion for an image, as long as it has no label and the class is there, and how sure it is, None
        where that says nothing.
        """
        learnt = self.learnt
        if learnt is not None:
            suggested = learnt.of(image_id)
            cls = None if suggested is None else self._session.class_of(suggested[0])
            return None if suggested is None or cls is None else (cls, suggested[1])
        found = self._found.get(image_id)
        if found is None or image_id not in self._open:
            return None
        cls = self._session.class_named(found.class_name)
        return None if cls is None else (cls, found.share)

    # Making them

    def _show_again(self) -> None:
        """Show suggestions anew, first those that came with images some time: another project is open, or none."""
        self._hidden = False
        self.stop()
        if self._session.project is not None:
            self._session.ask(_saved, self._take_saved, key="saved suggestions")

    def _take_saved(self, saved: tuple[dict[int, Suggestion], set[int]]) -> None:
        found, still_open = saved
        if still_open and self.run is None and not self._hidden:
            self._found, self._open, self.by = found, still_open, self.tr("Classify")
            self.changed.emit()

    def _take_learnt(self) -> None:
        """Labels or features are new: what was learnt takes the place of nothing, never that of a run's suggestions."""
        if self._hidden or self.run is not None or self._found:
            return
        snapshot = self.learning.snapshot
        enough = snapshot is not None and snapshot.is_a_choice and bool(snapshot.open.any())
        self.by = self.tr("your labels") if enough else ""
        self.changed.emit()

    def start(self) -> None:
        """Ask the best run of the newest training that left a model."""
        from engine.training.runs.records import best_of_newest

        run = best_of_newest([r for r in self._session.runs() if r.has_model and r.state in ("finished", "stopped")])
        if run is None:
            self.said.emit(self.tr("No run has left a model yet. Train one; then it suggests labels here."))
            return
        self.stop()
        self.run, self.by = run, run.recipe
        self._session.ask(lambda project: _unlabelled(project, MOST), self._begin, key="suggest")
        self._session.ask(lambda project: _estimate(project, run), self._estimated, key="estimate of a run")
        self.changed.emit()

    def take(self, suggestions: Mapping[str, tuple[str, float]], by: str) -> None:
        """Show suggestions that were made elsewhere, `by` whom: for each file a class and how sure it is."""

        def arrived(files: dict[str, int]) -> None:
            for file, image_id in files.items():
                if file in suggestions:
                    self._found[image_id] = Suggestion(*suggestions[file])
            self._open = set(self._found)
            saved = dict(self._found)
            self._session.ask(lambda project: _save(project, saved), lambda _: None)
            self.changed.emit()

        self.stop()
        self.by = by
        self._session.ask(lambda project: _unlabelled(project, None), arrived, key="suggest")

    def _begin(self, files: dict[str, int]) -> None:
        if self.run is None:
            return
        if not files:
            self.said.emit(self.tr("Every image here has a label; there is nothing to suggest."))
            self.stop()
            return
        from engine.batch.params import ClassifyParams

        self._by_file = files
        params = ClassifyParams(str(self.run.folder), tuple(files))
        job = self.jobs.start("classify", params, words=self.tr("Suggesting classes"))
        self._job.follow(job, self._ended, self._happened)
        self.changed.emit()

    def _estimated(self, answer: tuple[RunRecord, Estimate | None]) -> None:
        run, estimate = answer
        if run is self.run:
            self._estimate_of_run = estimate
            self.changed.emit()

    def _happened(self, event: Event) -> None:
        if isinstance(event, Classified):
            for path, name, share in event.rows:
                image_id = self._by_file.get(path)
                if image_id is not None:
                    self._found[image_id] = Suggestion(name, share)
                    self._open.add(image_id)
        elif isinstance(event, Progress):
            self.progress = event
        if not self._timer.isActive():
            self._timer.start()

    def _ended(self, outcome: Outcome) -> None:
        self.progress = None
        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
            if not self._found:
                self.stop()
        self._look_again()
        self.changed.emit()

    def stop(self) -> None:
        """Show no suggestions any more."""
        self._job.drop()
        self._timer.stop()
        self.run = self.progress = self._estimate_of_run = None
        self.by = ""
        self._by_file, self._found, self._open = {}, {}, set()
        self.changed.emit()

    def _look_again(self) -> None:
        """Look again: some images may have got a label, or lost it by undo."""
        if self._found:
            filter_ = Filter(labelled=False, among=tuple(self._found), sort="given")
            self._session.ask(lambda project: set(query.image_ids(project, filter_)), self._know_open, key="suggested")

    def _know_open(self, ids: set[int]) -> None:
        if ids != self._open:
            self._open = ids & set(self._found)
            self.changed.emit()

    # Using them

    def proposal(self, least: float, *, with_unlike: bool = False) -> Acceptance:
        """Return what accepting all that are at least so sure would do, but for those unlike everything labelled."""
        import numpy as np

        from engine.similarity.acceptance import acceptance

        missing = self.learning.missing
        if self.learnt is not None:
            learnt = self.learnt.of_open()
            not_shown = self.learnt.not_shown
            return acceptance(least, learnt, self.estimate, missing, with_unlike=with_unlike, not_shown=not_shown)
        found = [
            (i, suggested[0].id, suggested[1]) for i in sorted(self._open) if (suggested := self.of(i)) is not None
        ]
        ids, classes, sure = zip(*found, strict=True) if found else ((), (), ())
        arrays = np.array(ids, np.int64), np.array(classes, np.int64), np.array(sure, np.float32)
        return acceptance(least, arrays, self.estimate, missing, with_unlike=with_unlike)

    @property
    def may_accept_unseen(self) -> bool:
        """Return whether several may be accepted at once."""
        if self.learnt is None:
            return True
        from engine.similarity.acceptance import may_accept_unseen

        return may_accept_unseen(self.learnt.not_shown)

    def count(self) -> int:
        """Return how many suggestions there are; quick for any number of images."""
        return self.learnt.count() if self.learnt is not None else sum(self.of(i) is not None for i in self._open)

    def least_sure_first(self) -> list[int]:
        """The images with a suggestion, those first of which it is least sure; 20,000 at most of what was learnt."""
        if self.learnt is not None:
            return self.learnt.least_sure_first(MOST)
        return sorted(self._open, key=lambda i: self._found[i].share)

    def accept(self, image_ids: Iterable[int]) -> bool:
        """Label these images as suggested; False if there is no suggestion among them.

        Who accepts a single one has looked at it; several are accepted unseen, but not while a class has no label: one
        key would give all of its images another one.
        """
        labels = {i: found[0].id for i in image_ids if (found := self.of(i)) is not None}
        if len(labels) > 1 and not self.may_accept_unseen:
            not_shown = [cls.name for cls in self.not_shown]
            words = self.tr("No picture of {0} has a label yet, so nothing was accepted: press the key of a class.")
            self.said.emit(words.format(wording.names(not_shown)))
        elif len(labels) > 1:
            self._session.edit(edits.accept_unseen, labels)
        elif labels:
            self._session.set_labels(labels, edits.ACCEPT_SUGGESTIONS)
        return bool(labels)


def _estimate(project: Project, run: RunRecord) -> tuple[RunRecord, Estimate | None]:
    """Return what `run` says of its check images; in a thread, as the module loads NumPy."""
    from engine.review.run_estimate import estimate_of_run

    return run, estimate_of_run(project, run)


def _save(project: Project, found: Mapping[int, Suggestion]) -> None:
    """In a thread, as the disk is slow."""
    from engine.batch.saved_results.offered import save_offered

    if not project.read_only:
        save_offered(project.folder, found)


def _saved(project: Project) -> tuple[dict[int, Suggestion], set[int]]:
    """Return the saved suggestions, and of which images, as they have no label yet."""
    from engine.batch.saved_results.offered import saved_offered

    found = {image: Suggestion(*told) for image, told in saved_offered(project.folder).items()}
    ids = query.image_ids(project, Filter(labelled=False, among=tuple(found), sort="given")) if found else ()
    return found, set(ids)


def _forget(project: Project) -> None:
    from engine.batch.saved_results.offered import forget_offered

    if not project.read_only:
        forget_offered(project.folder)


def _unlabelled(project: Project, most: int | None) -> dict[str, int]:
    """Ids of unlabelled images by their file, at most so many."""
    ids = query.image_ids(project, Filter(labelled=False))[:most]
    return {str(record.file): record.id for record in query.images(project, ids)}
