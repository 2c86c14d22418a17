"""Learning while a person labels: features in a process of their own, suggestions in a thread, renewed after each edit.

Nothing here waits: `renewed` follows within fractions of a second after a label is saved, and again as features come.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.events import Event, Failed, FeaturesReady, Outcome
from gui.background import Background
from gui.jobs import JobRunner, OwnedJob
from gui.session import Session

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.similarity.feature_job import FeatureParams
    from engine.similarity.learner import Estimate
    from engine.similarity.project_learner import ProjectLearner, Snapshot

T = TypeVar("T")

REST_MS = 1_500  # after a project was opened or images were listed: what a person waits for comes first
RENEW_MS = 1_000  # between two looks at features that came
ESTIMATE_MS = 2_000  # without a label, after which the accuracy is estimated


class Learning(QObject):
    """Follows the open project. `snapshot` holds what is suggested now, None while nothing can be."""

    renewed = Signal()

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._job = OwnedJob(self)
        self._thread = Background("learning", self._failed, self)
        self._own: _OwnLearner | None = None
        self._asked: dict[str, bool] = {}  # what the thread was asked, and whether it is to be asked once more
        self._listed_again = False  # while features are computed
        self._unchecked = -1  # images that an import had not looked at when this looked last
        self._is_training = False
        self._is_off = os.environ.get("PIGEONHOLE_LEARN") == "off"
        self.snapshot: Snapshot | None = None
        self.estimate: Estimate | None = None
        self.ready = self.images = 0
        self.wanted_first: Callable[[], tuple[int, ...]] = tuple  # ids of the images on screen
        self._rest = self._timer(REST_MS, self._compute)
        self._features_came = self._timer(RENEW_MS, self._load)
        self._quiet = self._timer(ESTIMATE_MS, self._estimate)
        session.project_changed.connect(self._begin)
        session.listing_changed.connect(self._listed)
        session.images_changed.connect(lambda _: self._learn())
        jobs.training_changed.connect(self._pause)

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self, interval=interval, singleShot=True)
        timer.timeout.connect(slot)
        return timer

    @property
    def busy(self) -> bool:
        """Whether features are being computed, or the thread has something to answer."""
        return self._job.running or bool(self._asked)

    @property
    def estimating(self) -> bool:
        """Whether the accuracy is to be estimated from the labels of now."""
        return self._quiet.isActive() or "estimate" in self._asked

    def close(self) -> None:
        """End the thread; nothing is learnt any more."""
        self._stop()
        self._thread.close()

    def _pause(self, is_training: bool) -> None:
        """Compute no features while a training needs the machine."""
        self._is_training = is_training
        handle = self._job.handle
        if handle is not None:
            if is_training:
                handle.pause()
            else:
                handle.go_on()

    # Features

    def _begin(self) -> None:
        """Another project is open, or none."""
        self._stop()
        self._own = self.snapshot = self.estimate = None
        self._asked = {}
        self.ready = self.images = 0
        self._unchecked = -1
        self.renewed.emit()
        if self._session.project is not None and not self._is_off:
            self._rest.start()

    def _stop(self) -> None:
        self._job.drop()
        for timer in (self._rest, self._features_came, self._quiet):
            timer.stop()

    def _listed(self) -> None:
        if self._job.running:
            self._listed_again = True
        elif self._session.project is not None and not self._is_off:
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
        self._job.follow(self._jobs.start("features", params), self._ended, self._happened)
        self._pause(self._is_training)

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
        self._ask("link", _link, self._take)
        if self._listed_again:
            self._rest.start()

    # Learning

    def _load(self) -> None:
        self._ask("load", _load, self._take)

    def _learn(self) -> None:
        if self._own is not None:
            self._ask("learn", _learn, self._take)

    def _estimate(self) -> None:
        def arrived(estimate: Estimate | None) -> None:
            self.estimate = estimate
            self._learn()  # suggestions are calibrated by it

        self._ask("estimate", lambda _, own: own.learner.estimate(), arrived)

    def _take(self, snapshot: Snapshot | None) -> None:
        if snapshot is None or self.snapshot is None or not snapshot.has_the_labels_of(self.snapshot):
            self._quiet.start()
        self.snapshot = snapshot
        self.renewed.emit()

    def _ask(self, what: str, work: Callable[[Project, _OwnLearner], T], then: Callable[[T], None]) -> None:
        """Let the thread work on the open project; answers about another one are dropped.

        What is asked for while the same is under way is asked once more when that has ended.
        """
        project = self._session.project
        if project is None:
            return
        if what in self._asked:
            self._asked[what] = True
            return
        own = self._own = self._own or _OwnLearner()
        self._asked[what] = False
        release = self._session.hold()

        def ended() -> bool:
            release()
            if self._own is not own:
                return False
            if self._asked.pop(what):
                self._ask(what, work, then)
            return True

        def answer(result: T) -> None:
            if ended():
                then(result)

        def failed(error: Exception) -> None:
            if ended():
                self._failed(error)

        self._thread.submit(lambda: work(project, own), answer, failed=failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, EngineError):
            raise error
        self._session.failed.emit(str(error), "")


class _OwnLearner:
    """The learner of one project; made in the thread, as the base's file is read for it."""

    def __init__(self) -> None:
        self._made: ProjectLearner | None = None

    @property
    def learner(self) -> ProjectLearner:
        if self._made is None:
            from engine.similarity.bases import chosen_base
            from engine.similarity.feature_job import store_of
            from engine.similarity.project_learner import ProjectLearner

            self._made = ProjectLearner(store_of(chosen_base()))
        return self._made


def _params(folder: str, first: tuple[int, ...]) -> FeatureParams:
    """Return the parameters of the job; in its thread, as the module loads NumPy."""
    from engine.similarity.feature_job import FeatureParams

    return FeatureParams(folder, first)


def _load(project: Project, own: _OwnLearner) -> Snapshot | None:
    own.learner.load(project)
    return _learn(project, own)


def _learn(project: Project, own: _OwnLearner) -> Snapshot | None:
    own.learner.learn(project)
    return own.learner.snapshot()


def _link(project: Project, own: _OwnLearner) -> Snapshot | None:
    own.learner.link()
    return _learn(project, own)
