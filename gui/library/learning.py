"""Learning while a person labels: features in a process of their own, suggestions in a thread, renewed after each edit.

Nothing here waits: `renewed` follows within fractions of a second after a label is saved, and again as features come.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError, JobCancelled
from engine.events import Event, Failed, FeaturesReady, Outcome
from engine.jobs.job import Cancel
from gui.background import Background
from gui.jobs import JobRunner, OwnedJob
from gui.session import Session
from gui.settings import Settings

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.similarity.bases import Base
    from engine.similarity.feature_job import FeatureParams
    from engine.similarity.learner import Estimate
    from engine.similarity.project_learner import ProjectLearner, Snapshot
    from engine.similarity.unlike import Missing

T = TypeVar("T")

REST_MS = 1_500  # after a project was opened or images were listed: what a person waits for comes first
RENEW_MS = 1_000  # between two looks at features that came
ESTIMATE_MS = 2_000  # without a label, after which the accuracy is estimated
ESTIMATED = frozenset({"estimate", "missing"})  # what the thread is asked then


class Learning(QObject):
    """Follows the open project. `snapshot` holds what is suggested now, None while nothing can be."""

    renewed = Signal()
    switched = Signal(bool)  # whether anything is learnt from now on

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._job = OwnedJob(self)
        self._thread = Background("learning", self._failed, self)
        self._own: OwnLearner | None = None
        self._estimate_cancel = Cancel()  # what is estimated gives way to what a person waits for
        self._pending: dict[str, bool] = {}  # what the thread was asked, and whether it is to be asked once more
        self._listed_again = False  # while features are computed
        self._unchecked = -1  # images that an import had not looked at when this looked last
        self._is_on = os.environ.get("PIGEONHOLE_LEARN") != "off" and Settings().learning
        self.snapshot: Snapshot | None = None
        self.estimate: Estimate | None = None
        self.missing: Missing | None = None  # what tells of classes that are not made yet
        self.ready = self.images = 0
        self.wanted_first: Callable[[], tuple[int, ...]] = tuple  # ids of the images on screen
        self._rest = self._timer(REST_MS, self._compute)
        self._features_came = self._timer(RENEW_MS, self._load)
        self._quiet = self._timer(ESTIMATE_MS, self._estimate)
        session.project_changed.connect(self._begin)
        session.listing_changed.connect(self._listed)
        session.images_changed.connect(lambda _: self._learn_anew())
        session.classes_changed.connect(self._learn_anew)  # of a new one nothing is known yet
        jobs.training_changed.connect(lambda _: self._pause())

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self, interval=interval, singleShot=True)
        timer.timeout.connect(slot)
        return timer

    @property
    def busy(self) -> bool:
        """Return whether features are being computed, or the thread has something to answer."""
        return self._job.running or bool(self._pending)

    @property
    def estimating(self) -> bool:
        """Return whether the accuracy is to be estimated from the current labels."""
        return self._quiet.isActive() or not self._pending.keys().isdisjoint(ESTIMATED)

    @property
    def is_on(self) -> bool:
        """Return whether features are computed and suggestions learnt."""
        return self._is_on

    def set_on(self, on: bool) -> None:
        """Learn while the person labels, or compute and suggest nothing; remembered."""
        if on != self._is_on:
            self._is_on = Settings().learning = on
            self._begin()
            self.switched.emit(on)

    def begin_anew(self) -> None:
        """Learn from the features of another base."""
        self._begin()

    def close(self) -> None:
        """End the thread; nothing is learnt any more."""
        self._stop()
        self._thread.close()

    def _pause(self) -> None:
        """Compute no features while a training needs the machine."""
        handle = self._job.handle
        if handle is not None:
            if self._jobs.is_training:
                handle.pause()
            else:
                handle.go_on()

    # Features

    def _begin(self) -> None:
        """Begin anew: another project is open, or none."""
        self._stop()
        self._own = self.snapshot = self.estimate = self.missing = None
        self._pending = {}
        self.ready = self.images = 0
        self._unchecked = -1
        self.renewed.emit()
        if self._session.project is not None and self._is_on:
            self._rest.start()

    def _stop(self) -> None:
        self._job.drop()
        self._estimate_cancel.set()
        if self._own is not None:
            self._own.cancel.set()
        for timer in (self._rest, self._features_came, self._quiet):
            timer.stop()

    def _listed(self) -> None:
        if self._job.running:
            self._listed_again = True
        elif self._session.project is not None and self._is_on:
            self._rest.start()

    def _compute(self) -> None:
        project, summary = self._session.project, self._session.overview.summary
        if project is None or self._job.running:
            return
        if summary is None or summary.unchecked not in (0, self._unchecked):  # an import looks at its images now
            self._unchecked = summary.unchecked if summary is not None else -1
            self._rest.start()
            return
        if not summary.images:
            return
        self._listed_again = False
        params = partial(_params, str(project.folder), self.wanted_first())
        started = self._jobs.start("features", params, words=self.tr("Looking at every picture"))
        self._job.follow(started, self._ended, self._happened)
        self._pause()

    def _happened(self, event: Event) -> None:
        if isinstance(event, FeaturesReady):
            self.ready, self.images = event.ready, event.images
            if not self._features_came.isActive():  # a list of a hundred thousand images is not read every second
                self._features_came.start(max(RENEW_MS, event.images // 10))

    def _ended(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
            return
        self._features_came.stop()
        self._load()
        self._ask("link", _link, self._linked)
        if self._listed_again:
            self._rest.start()

    # Learning

    def _load(self) -> None:
        self._ask("load", _load, self._take)

    def _learn_anew(self) -> None:
        """Labels or classes are others: what is estimated from those before gives way."""
        self._estimate_cancel.set()
        self._learn()

    def _learn(self) -> None:
        if self._own is not None:
            self._ask("learn", _learn, self._take)

    def _estimate(self) -> None:
        def arrived(estimate: Estimate | None) -> None:
            self.estimate = estimate
            self._learn()  # suggestions are calibrated by it

        def told(missing: Missing | None) -> None:
            self.missing = missing
            self.renewed.emit()

        if not self._pending.keys().isdisjoint(ESTIMATED):  # which must be able to give way: anew once it has ended
            self._quiet.start()
            return
        cancel = self._estimate_cancel = Cancel()
        self._ask("estimate", lambda _, own: own.learner.estimate(check=cancel.check), arrived)
        self._ask("missing", lambda _, own: own.learner.missing(check=cancel.check), told)

    def _take(self, snapshot: Snapshot | None) -> None:
        if snapshot is None or self.snapshot is None or not snapshot.has_the_labels_of(self.snapshot):
            self._quiet.start()
        self.snapshot = snapshot
        self.renewed.emit()

    def _linked(self, snapshot: Snapshot | None) -> None:
        """Labels spread along neighbours now: what was estimated and calibrated without them is so no more."""
        self._take(snapshot)
        self._quiet.start()

    def _ask(self, what: str, work: Callable[[Project, OwnLearner], T], then: Callable[[T], None]) -> None:
        """Let the thread work on the open project; answers about another one are dropped.

        What is asked for while the same is under way is asked once more when that has ended.
        """
        project = self._session.project
        if project is None:
            return
        if what in self._pending:
            self._pending[what] = True
            return
        own = self._own = self._own or OwnLearner()
        self._pending[what] = False
        release = self._session.hold()

        def ended() -> bool:
            release()
            if self._own is not own:
                return False
            if self._pending.pop(what):
                self._ask(what, work, then)
            return True

        def answer(result: T) -> None:
            if ended():
                then(result)

        def failed(error: Exception) -> None:
            if not ended():
                return
            if isinstance(error, JobCancelled):  # it gave way; once nobody labels it is estimated
                self._quiet.start()
            else:
                self._failed(error)

        self._thread.submit(lambda: work(project, own), answer, failed=failed)

    def ask(
        self, question: Callable[[OwnLearner], T], then: Callable[[T], None], failed: Callable[[str], None]
    ) -> bool:
        """Put a question to the learner of the open project, in its thread, after the current labels were learnt.

        `then` gets the answer, `failed` a sentence that says why there is none. Returns whether it was asked; where
        nothing is learnt, `failed` is emitted at once.
        """
        project = self._session.project
        if project is None:
            return False
        if not self._is_on:
            failed(self.tr("Learning while labelling is switched off; the menu at the lower left switches it on."))
            return False
        own = self._own = self._own or OwnLearner()
        self._estimate_cancel.set()
        release = self._session.hold()

        def work() -> T:
            if own.learner.learner is None:
                own.learner.load(project, check=own.cancel.check)
            own.learner.learn(project)
            return question(own)

        def answer(result: T) -> None:
            release()
            if self._own is own:
                then(result)

        def refused(error: Exception) -> None:
            release()
            if isinstance(error, JobCancelled):  # another project is open by now
                return
            if not isinstance(error, EngineError):
                raise error
            if self._own is own:
                failed(str(error))

        self._thread.submit(work, answer, failed=refused)
        return True

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, EngineError):
            raise error
        self._session.failed.emit(str(error), "")


class OwnLearner:
    """The learner of one project and its base; made in the thread, as the base's file is read for it."""

    def __init__(self) -> None:
        self._made: tuple[Base, ProjectLearner] | None = None
        self.cancel = Cancel()  # set once nothing is wanted of it any more

    @property
    def learner(self) -> ProjectLearner:
        return self._both()[1]

    @property
    def base(self) -> Base:
        return self._both()[0]

    def _both(self) -> tuple[Base, ProjectLearner]:
        if self._made is None:
            from engine.similarity.bases import chosen_base
            from engine.similarity.feature_job import store_of
            from engine.similarity.project_learner import ProjectLearner

            base = chosen_base()
            self._made = base, ProjectLearner(store_of(base))
        return self._made


def _params(folder: str, first: tuple[int, ...]) -> FeatureParams:
    """Return the parameters of the job; in its thread, as the module loads NumPy."""
    from engine.similarity.feature_job import FeatureParams

    return FeatureParams(folder, first)


def _load(project: Project, own: OwnLearner) -> Snapshot | None:
    own.learner.load(project, check=own.cancel.check)
    return _learn(project, own)


def _learn(project: Project, own: OwnLearner) -> Snapshot | None:
    own.learner.learn(project)
    return own.learner.snapshot()


def _link(project: Project, own: OwnLearner) -> Snapshot | None:
    own.learner.link()
    return _learn(project, own)
