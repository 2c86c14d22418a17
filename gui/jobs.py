"""Long jobs for the window: each runs in a `QThread`, in this process or in a child that the thread supervises.

A job's events arrive as signals in the thread of the window, and `ended` follows exactly once.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from engine.events import Cancelled, Event, Failed, Outcome, Progress
from engine.jobs.job import Cancel, Emit, run_job

if TYPE_CHECKING:
    from engine.jobs.child import Child
    from engine.training.plan import TrainParams

Work = Callable[[Emit, Cancel], Outcome]
log = logging.getLogger("pigeonhole")


class JobWorker(QObject):
    """Lives in the job's thread; turns what the job emits into signals."""

    happened = Signal(object)
    ended = Signal(object)

    def __init__(self, work: Work, cancel: Cancel) -> None:
        super().__init__()
        self._work = work
        self._cancel = cancel

    @Slot()
    def run(self) -> None:
        try:
            outcome = self._work(self._emit, self._cancel)
        except Exception as error:  # the supervisor itself failed: the person must still hear of an end
            outcome = Failed(f"The job could not be run: {error}")
        self.ended.emit(outcome)

    def _emit(self, event: Event) -> None:
        if not isinstance(event, Outcome):
            self.happened.emit(event)


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far a job is: in words, with the share that is done (0 to 1) and the seconds that are left, where these are
    known.
    """

    words: str = ""
    share: float | None = None
    seconds_left: float | None = None


class MeasuredProgress:
    """What the progress of a job tells, with the time left by the rate at which it goes where the job tells none."""

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self._since, self._done = time.monotonic(), 0

    def take(self, progress: Progress) -> None:
        if self.progress is None or self.progress.phase != progress.phase or progress.done < self.progress.done:
            self._since, self._done = time.monotonic(), progress.done
        self.progress = progress

    @property
    def share(self) -> float | None:
        found = self.progress
        return found.done / found.total if found is not None and found.total else None

    @property
    def seconds_left(self) -> float | None:
        found, took = self.progress, time.monotonic() - self._since
        if found is None or found.seconds_left is not None or not found.total:
            return None if found is None else found.seconds_left
        done = found.done - self._done
        return took / done * (found.total - found.done) if done > 0 and took >= RATE_AFTER else None


class JobHandle(QObject):
    """One running job. Lives in the thread of the window, so lambdas may be connected to its signals.

    With `words` it is a long job that is listed for the person; it waits while another one of these words runs. `tells`
    says how far it is where its progress alone does not.
    """

    cancel_asked = Signal()
    event = Signal(object)  # type: ignore[assignment]  # Qt's own `event` is a method that nobody calls from Python
    ended = Signal(object)  # an `Outcome`

    def __init__(self, work: Work, parent: QObject | None = None, words: str = "") -> None:
        super().__init__(parent)
        self._cancel = Cancel()
        self.words = words
        self.waits = self.paused = False
        self.measured = MeasuredProgress()
        self.tells: Callable[[], HowFar] | None = None
        self.outcome: Outcome | None = None
        self.in_background = False
        self.processes: list[Child] = []  # the process in which it runs, once that is there
        self._thread = QThread()
        self._worker = JobWorker(work, self._cancel)
        self._worker.moveToThread(self._thread)
        self._thread.started.connect(self._worker.run)
        self._worker.happened.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._worker.ended.connect(self._end, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        return self.outcome is None

    @property
    def is_stopping(self) -> bool:
        return self._cancel.is_set()

    def start(self) -> None:
        self.waits = False
        self._thread.start()

    def cancel(self) -> None:
        """Ask the job to stop; it ends with `Cancelled` (or `Succeeded`, if it was just done)."""
        self._cancel.set()
        self.cancel_asked.emit()
        if self.waits:
            self.waits = False
            QTimer.singleShot(0, self, lambda: self._end(Cancelled()))

    def pause(self) -> None:
        """Ask the job to wait after its batch; jobs that cannot wait take no notice."""
        self.paused = True
        self._cancel.pause()

    def go_on(self) -> None:
        """End the pause. `cancel` ends it too."""
        self.paused = False
        self._cancel.go_on()

    def memory(self) -> int | None:
        """Bytes that the job's own process holds now; None where it has none, or the system does not say."""
        from engine.jobs.memory import resident

        return resident(self.processes[-1].pid) if self.processes and self.running else None

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the thread is gone, at most so long; whether it is. Only for the closing of the window."""
        self._thread.quit()
        return self._thread.wait() if seconds is None else self._thread.wait(round(max(seconds, 0) * 1000))

    def leave(self) -> None:
        """Let the job's own process, where it has one, save and end by itself: nobody waits for it any more."""
        for child in self.processes:
            child.leave()

    @Slot(object)
    def _pass_on(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.measured.take(event)
        self.event.emit(event)

    @Slot(object)
    def _end(self, outcome: Outcome) -> None:
        self._thread.quit()
        self._thread.wait()
        self.outcome = outcome
        self.ended.emit(outcome)


class OwnedJob(QObject):
    """The one job that its owner has at a time: the newest. What an earlier one says is not heard any more.

    It goes with its owner; a job that still runs then is heard by nobody.
    """

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._handle: JobHandle | None = None
        self._happened: Callable[[Event], object] | None = None
        self._ended: Callable[[Outcome], object] | None = None

    @property
    def running(self) -> bool:
        return self._handle is not None

    @property
    def handle(self) -> JobHandle | None:
        """The job while it runs."""
        return self._handle

    def follow(
        self,
        handle: JobHandle,
        ended: Callable[[Outcome], object],
        happened: Callable[[Event], object] | None = None,
        *,
        release: Callable[[], None] | None = None,
    ) -> None:
        """Take over a job that was just started; an earlier one is dropped.

        `release` gives back what the job holds, such as the files of a project. It is called when the job has ended,
        before `ended`, and also where the job was dropped.
        """
        self.drop()
        self._handle, self._ended, self._happened = handle, ended, happened
        if release is not None:
            handle.ended.connect(lambda _: release())
        handle.event.connect(self._on_event)
        handle.ended.connect(self._on_ended)

    def stop(self) -> None:
        """Ask the job to stop; how it ended is still told."""
        if self._handle is not None:
            self._handle.cancel()

    def drop(self) -> None:
        """Ask the job to stop, and hear nothing more of it."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.event.disconnect(self._on_event)
            handle.ended.disconnect(self._on_ended)
            handle.cancel()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if self._happened is not None:
            self._happened(event)

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        ended, self._handle, self._happened, self._ended = self._ended, None, None, None
        if ended is not None:
            ended(outcome)


RATE_AFTER = 1.0  # seconds of a phase from which on its rate tells the time left
NOTHING_TO_SAVE = 0.5  # seconds that a process without a job gets to end; it may be loading its libraries
CLOSING = 1.0  # seconds that a closing window waits for its jobs; their processes then end without it
PATIENCE = 20.0  # seconds that a training waits for the child that something short has borrowed
TRAINING = frozenset({"train", "train_folds", "train_automatically"})
BACKGROUND = frozenset({"features"})  # begun by themselves; whoever stops them loses nothing
SHORT = frozenset({"summary"})  # jobs that need Keras, too, but give their child back


class _Spare:
    """A child that was started ahead: taken by the first training, lent to short jobs before that. Of any thread."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._lent = self._closed = False
        self._filler: threading.Thread | None = None  # which starts one now, or tells it what to prepare
        self._wanted: Callable[[], TrainParams] | None = None  # of the training for which it is to prepare
        self._back = threading.Condition()

    def fill(self) -> None:
        """Have one soon. To start a process waits for the system, so a thread does it."""
        with self._back:
            if self._child is None:
                self._begin()

    def prepare(self, params: Callable[[], TrainParams]) -> None:
        """Let it make ready for a training with the params that a thread asks for; not while it is lent or taken."""
        with self._back:
            self._wanted = params
            self._begin()

    def _begin(self) -> None:
        if self._closed or self._lent or self._filler is not None:
            return
        child, self._child = self._child, None  # it is back when the thread ends
        self._filler = threading.Thread(target=self._fill, args=(child,), name="spare process")
        self._filler.start()

    def _fill(self, child: Child | None) -> None:
        try:
            child = child or _warm_child()
        except Exception:
            log.warning("no process could be started ahead", exc_info=True)  # the training tries again, and says so
        while True:
            with self._back:
                wanted, self._wanted = self._wanted, None
                kept = not self._closed
                if child is None or wanted is None or not kept:
                    self._filler = None
                    self._child = child if kept else None
                    self._back.notify_all()
                    break
            try:
                child.prepare(wanted())
            except Exception:
                log.warning("no training could be prepared", exc_info=True)  # which builds its network itself
        if child is not None and not kept:
            child.close(NOTHING_TO_SAVE)

    def _is_here(self) -> bool:
        return self._closed or (not self._lent and self._filler is None)

    def take(self) -> Child | None:
        """The child, when it is back; None where there is none. Not in a slot."""
        with self._back:
            self._back.wait_for(self._is_here, PATIENCE)
            child, self._child = self._child, None
            self._wanted = None
        return child

    def lend(self) -> Child:
        """The child, to be given back; a new one where there is none. Not in a slot."""
        with self._back:
            self._back.wait_for(self._is_here, PATIENCE)
            child, self._child = self._child, None
            self._lent = True
        return child or _warm_child()

    def give_back(self, child: Child) -> None:
        with self._back:
            self._lent = False
            kept = self._child is None and not self._closed
            if kept:
                self._child = child
            if self._wanted is not None:
                self._begin()
            self._back.notify_all()
        if not kept:
            child.close(NOTHING_TO_SAVE)

    def close(self) -> None:
        with self._back:
            self._closed = True
            child, self._child = self._child, None
            filler = self._filler
            self._back.notify_all()
        if filler is not None:
            filler.join()
        if child is not None:
            child.close(NOTHING_TO_SAVE)


def _warm_child() -> Child:
    from engine.jobs.child import Child

    return Child(warm=_is_prepared())


def _is_prepared() -> bool:
    """Return whether the libraries of training are loaded before one begins, which takes some hundred MB of memory."""
    return os.environ.get("PIGEONHOLE_PREPARE") != "off"


class JobRunner(QObject):
    """Starts jobs and knows those that run. Of long jobs of one kind, told by their words, one runs at a time; the next
    waits for it.
    """

    training_changed = Signal(bool)  # whether a training runs
    job_ended = Signal()
    listed_changed = Signal()  # a long job began, waits or ended

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handles: list[JobHandle] = []
        self._trainings = 0  # that run
        self.spare = _Spare()
        self._closed = False

    def start(
        self, job_name: str, params: object, *, child: bool = True, warm: bool = True, words: str = ""
    ) -> JobHandle:
        """Run a job of the registry, in a process of its own unless `child` is False; `words` as in `JobHandle`.

        A training gets a process with Keras loaded ahead; without `warm`, one that begins at once and has no Keras.

        `params` may be a function that makes them: it is called in the job's thread, where a module that loads slowly
        keeps nobody waiting.
        """
        if not child:
            return self._launch(_in_process(job_name, params), words)
        children: list[Child] = []
        handle = self._launch(self._in_child(job_name, params, children, warm=warm), words)
        handle.processes = children
        handle.in_background = job_name in BACKGROUND
        if job_name in TRAINING:
            self._count_trainings(1)
            handle.ended.connect(lambda _: self._count_trainings(-1))
        return handle

    def _count_trainings(self, more: int) -> None:
        self._trainings += more
        self.training_changed.emit(self._trainings > 0)

    @property
    def is_training(self) -> bool:
        """Whether a training runs, to which the processor is left."""
        return self._trainings > 0

    def start_callable(self, job: Callable[[Emit, Cancel], Mapping[str, Any]], words: str = "") -> JobHandle:
        """Run `job(emit, cancel)` in a thread of this process; `words` as in `JobHandle`."""
        return self._launch(
            lambda emit, cancel: run_job(lambda _, *, emit, cancel: job(emit, cancel), None, emit=emit, cancel=cancel),
            words,
        )

    @property
    def listed(self) -> Sequence[JobHandle]:
        """The long jobs that run or wait, in the order in which they were asked for."""
        return [handle for handle in self._handles if handle.words and handle.running]

    def warm(self) -> None:
        """Start the training process ahead, so that training begins without waiting for its libraries; not where that
        is switched off.
        """
        if not self._closed and _is_prepared():
            self.spare.fill()

    def prepare(self, params: Callable[[], TrainParams]) -> None:
        """Let the process that was started ahead build and trace the network of a training that is likely to follow;
        `params` is called in a thread. Not where that is switched off.
        """
        if not self._closed and _is_prepared():
            self.spare.prepare(params)

    @property
    def running(self) -> bool:
        return any(handle.running for handle in self._handles)

    @property
    def running_for_a_person(self) -> bool:
        """Whether a job runs that somebody began."""
        return any(handle.running and not handle.in_background for handle in self._handles)

    def close(self) -> None:
        """Cancel all jobs and wait for their end; none is begun after that.

        A process that has not ended within `CLOSING` seconds saves what it has and ends by itself.
        """
        self._closed = True
        for handle in self._handles:
            handle.cancel()
        self.spare.close()
        end = time.monotonic() + CLOSING
        late = [handle for handle in self._handles if not handle.wait(end - time.monotonic())]
        for handle in late:
            handle.leave()
        for handle in late:
            handle.wait()

    def _launch(self, work: Work, words: str) -> JobHandle:
        handle = JobHandle(work, self, words)
        handle.waits = bool(words) and any(other.words == words for other in self.listed)
        self._handles.append(handle)
        handle.ended.connect(self._forget)
        if not self._closed and not handle.waits:
            handle.start()
        if words:
            self.listed_changed.emit()
        return handle

    @Slot()
    def _forget(self) -> None:
        ended = [handle for handle in self._handles if not handle.running]
        for handle in ended:
            self._handles.remove(handle)
            handle.deleteLater()
        for handle in self.listed:
            if handle.waits and not self._closed and self._is_first_of_its_kind(handle):
                handle.start()
        if any(handle.words for handle in ended):
            self.listed_changed.emit()
        if not self._closed:
            self.job_ended.emit()

    def _is_first_of_its_kind(self, handle: JobHandle) -> bool:
        return next(other for other in self.listed if other.words == handle.words) is handle

    def _in_child(self, name: str, params: object, children: list[Child], *, warm: bool) -> Work:
        """`children` gets the process, for whoever wants to know how much memory it holds."""

        def work(emit: Emit, cancel: Cancel) -> Outcome:
            from engine.jobs.child import Child

            told = params() if callable(params) else params
            if cancel.is_set():  # no process is begun for it
                return Cancelled()
            if name in SHORT:
                child = self.spare.lend()
                children.append(child)
                try:
                    return child.run(name, told, emit=emit, cancel=cancel)
                finally:
                    self.spare.give_back(child)
            child = self.spare.take() or _warm_child() if name in TRAINING and warm else Child()
            children.append(child)
            try:
                return child.run(name, told, emit=emit, cancel=cancel)
            finally:
                child.close()  # the graphics card's memory comes back only with the end of the process

        return work


def _in_process(name: str, params: object) -> Work:
    def work(emit: Emit, cancel: Cancel) -> Outcome:
        from engine.jobs.registry import job

        return run_job(job(name), params() if callable(params) else params, emit=emit, cancel=cancel)

    return work
