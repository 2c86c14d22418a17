"""Judging all labels by the features of the images, in a thread, and again after each change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.events import Failed, Outcome, Succeeded
from engine.review.suspects.open_suspects import OpenSuspects, judge_open_suspects
from gui.jobs import JobRunner, OwnedJob
from gui.session import Session

if TYPE_CHECKING:
    from engine.review.suspects.by_features import LabelJudge

DELAY_MS = 150  # after a correction, until the other labels are judged again: several keys in a row are one


@dataclass(frozen=True, slots=True)
class Judgement:
    """The suspects, or the sentence why there are none; the number of images whose features are still `missing`."""

    found: OpenSuspects | str
    missing: int = 0


class LabelJudging(QObject):
    """Judges the current labels by `judge`, those of a moment later by `judge_soon`; changes meanwhile, after that."""

    judged = Signal(object)  # Judgement

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._job, self._judge, self._is_stale = OwnedJob(self), _Judge(), False
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self.judge)

    @property
    def is_waiting(self) -> bool:
        """Return whether labels are going to be judged in a moment."""
        return self._timer.isActive()

    def judge_soon(self) -> None:
        self._timer.start()

    def judge(self) -> None:
        project, own = self._session.project, self._judge
        if project is None:
            return
        if self._job.running:
            self._is_stale = True
            return
        self._is_stale = False

        def work(_emit: object, _cancel: object) -> dict[str, Any]:
            return {"judgement": Judgement(judge_open_suspects(project, own.judge), own.judge.unready)}

        job = self._jobs.start_callable(work, words=self.tr("Judging the labels"))
        self._job.follow(job, self._ended, release=self._session.hold())

    def stop(self) -> None:
        """Judge nothing more until `judge` is called."""
        self._job.drop()
        self._timer.stop()

    def forget(self) -> None:
        """Stop, and forget what was learnt from the labels of this project."""
        self.stop()
        self._judge = _Judge()

    def _ended(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self.judged.emit(Judgement(outcome.message))
        if not isinstance(outcome, Succeeded):
            return
        self.judged.emit(outcome.result["judgement"])
        if self._is_stale:
            self.judge()


class _Judge:
    """The judge of the labels of one project; made in the thread, as the base's file is read for it."""

    def __init__(self) -> None:
        self._made: LabelJudge | None = None

    @property
    def judge(self) -> LabelJudge:
        if self._made is None:
            from engine.review.suspects.by_features import LabelJudge
            from engine.similarity.bases import chosen_base
            from engine.similarity.feature_job import store_of

            self._made = LabelJudge(store_of(chosen_base()))
        return self._made
