"""Jobs in a process of their own: TensorFlow keeps GPU memory until its process ends, and can die natively.

The supervisor (`Child`) writes JSON lines to the child's stdin: `{"job": name, "params": {...}, "language": code}`,
`{"cancel": true}`, `{"pause": true}`, `{"prepare": {...}}` with the params of a training that is likely to follow.
The end of stdin tells the child that its supervisor is gone: it cancels, saves and ends, so there are no orphans.
The child writes events as JSON lines to what was its stdout; whatever a library prints goes to stderr instead.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from typing import IO, TYPE_CHECKING, Any, cast

from engine import language
from engine.errors import EngineError
from engine.events import Cancelled, EpochEnded, Event, Failed, Outcome, RunStarted, from_record, to_record
from engine.jobs import processes, registry
from engine.jobs.job import Cancel, Emit, run_job
from engine.language import _

if TYPE_CHECKING:
    from engine.training.plan import TrainParams

GRACE_SECONDS = 15.0  # for a job to save what it has once its supervisor is gone
_POLL_SECONDS = 0.05
_MOMENT_SECONDS = 0.5
_NICENESS = 5


class Child:
    """A child process that runs one job after another. Started at once; started anew by `run` if it has died."""

    def __init__(self, *, warm: bool = False) -> None:
        """`warm` loads Keras ahead, so that a training begins without waiting for it."""
        self._warm = warm
        self._closed = self._left = False
        self._busy = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, job: str, params: object, *, emit: Emit, cancel: Cancel) -> Outcome:
        """Run a job of `registry.JOBS` and block until it ends; exactly one outcome is emitted and returned.

        After `close` that is `Cancelled`, and nothing is started.
        """
        with self._busy:
            if self._closed:
                outcome: Outcome = Cancelled()
                emit(outcome)
                return outcome
            backend = _backend(params) or self._backend
            if self._process.poll() is not None:
                self._join()
                self._start(backend)
            elif backend != self._backend:
                self._hang_up()  # Keras has one backend for the whole life of a process
                self._process.wait(GRACE_SECONDS)
                self._join()
                self._start(backend)
            self._send({"job": job, "params": registry.to_data(params), "language": language.used()})
            outcome = self._follow(_ReportedResult(job, params), emit, cancel)
            emit(outcome)
            return outcome

    def prepare(self, params: TrainParams) -> None:
        """Let the process build and trace the network of a training that is likely to follow, once it has nothing else
        to do; what it prepared before is dropped. Only while nothing runs in it.
        """
        if _backend(params) == self._backend:
            self._send({"prepare": registry.to_data(params)})

    def leave(self) -> None:
        """Stop following the process, which cancels its job, saves what that has and ends by itself. Of any thread.

        `run` returns `Cancelled` within a moment, and `close` waits for nothing.
        """
        self._closed = self._left = True

    def close(self, timeout: float = GRACE_SECONDS + 5) -> None:
        """End the process: a running job is cancelled and saves; after `timeout` seconds it is killed."""
        self._closed = True
        self._hang_up()  # also where it was left just as its job ended, and nobody followed it any more
        if self._left:  # to close a pipe that a thread reads from would wait for its end
            threading.Thread(target=self._wait_for_end, name="child that was left", daemon=True).start()
            return
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._kill()
        self._join()

    def _wait_for_end(self) -> None:
        self._process.wait()
        self._join()

    def _start(self, backend: str = "") -> None:
        self._backend = backend or _default_backend()
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._errors: deque[str] = deque(maxlen=60)
        self._process = processes.start(
            "job",
            *(["--warm"] if self._warm else []),
            more={"KERAS_BACKEND": self._backend},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl+C in a terminal is for the supervisor, which then cancels in order
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
            | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._threads = [
            threading.Thread(target=_pump, args=(self._process.stdout, self._lines.put), name="child events"),
            threading.Thread(target=_pump, args=(self._process.stderr, self._keep_error), name="child errors"),
        ]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def _keep_error(self, line: str | None) -> None:
        if line is not None:
            self._errors.append(line)

    def _follow(self, watch: _ReportedResult, emit: Emit, cancel: Cancel) -> Outcome:
        was_cancelled = paused = begun = False
        while True:
            if self._left:
                self._hang_up()
                return Cancelled()
            if cancel.is_set() and not was_cancelled:
                self._send({"cancel": True})
                was_cancelled = True
                if not begun and self._is_silent():  # it still loads its libraries, and has nothing to save
                    self._kill()
                    self._join()
                    return Cancelled()
            if cancel.is_paused() != paused:
                paused = not paused
                self._send({"pause": paused})
            try:
                line = self._lines.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            event = _event(line)
            if event is None:
                return self._post_mortem(watch)
            if isinstance(event, Outcome):
                return event
            begun = True
            watch.see(event)
            emit(event)

    def _is_silent(self) -> bool:
        """Return whether no event of the job came within a moment of the cancel."""
        end = time.monotonic() + _MOMENT_SECONDS
        while self._lines.empty() and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
        return self._lines.empty()

    def _send(self, message: dict[str, Any]) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(message) + "\n")
            stdin.flush()
        except (OSError, ValueError):
            return  # it has died; its end of stdout tells `_follow` so

    def _post_mortem(self, watch: _ReportedResult) -> Failed:
        self._hang_up()
        try:
            status = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            status = self._kill()
        self._join()
        if status == -9:
            how = _("it was killed, often for lack of memory")
        else:
            how = _("signal {number}") if status < 0 else _("exit status {number}")
        if watch.trains:
            sentence = _("The training process ended unexpectedly ({how}); {left}.")
        else:
            sentence = _("The process of this job ended unexpectedly ({how}); {left}.")
        message = sentence.format(how=how.format(number=abs(status)), left=watch.left())
        return Failed(message, "".join(self._errors))

    def _hang_up(self) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:
            return  # a pipe to a process that is gone; closed all the same

    def _kill(self) -> int:
        if hasattr(os, "killpg"):
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return self._process.wait()
        else:
            self._process.kill()
        return self._process.wait()

    def _join(self) -> None:
        for thread in self._threads:
            thread.join(5)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._hang_up()


class _ReportedResult:
    """The result of a job as its events tell it, for a job whose process is killed."""

    def __init__(self, job: str, params: object) -> None:
        self._job, self._params = job, params
        self._started: RunStarted | None = None
        self._complete = False  # an epoch of the run that is trained now

    @property
    def trains(self) -> bool:
        return self._job in {"train", "train_folds"}

    def see(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._started, self._complete = event, event.first_epoch > 1
        elif isinstance(event, EpochEnded):
            self._complete = True

    def left(self) -> str:
        """Return the end of the sentence for the person."""
        if self._job == "ensemble":
            return _("the runs it was to be made of are as they were, and a part of it may be left beside them")
        if not self.trains:
            return _("the project is as it was")
        if self._started is None:
            resumed = getattr(self._params, "resume", None)
            if resumed:
                return _("the run {run} is as it was").format(run=resumed)
            return _("no run had begun, and the project is as it was")
        if self._job == "train_folds":
            from engine.training.kfold import GO_ON

            folds = getattr(self._params, "folds", 0)
            sentence = _("what was trained up to fold {fold} of {folds} is kept; {go_on}")
            return sentence.format(fold=self._started.fold, folds=folds, go_on=_(GO_ON))
        if self._complete:
            return _("the last complete epoch is kept and the run can be resumed")
        return _("no epoch was complete yet; the run can be resumed, and begins anew")


def _backend(params: object) -> str:
    """The backend that the params of a training ask for; "" for a job that needs none."""
    overrides = getattr(params, "overrides", None)
    if not isinstance(overrides, dict):
        return ""
    if getattr(params, "resume", None) or getattr(params, "repeat", None):
        from engine.training.plan import backend_of

        found = backend_of(cast("TrainParams", params))
    else:
        found = str(overrides.get("backend", "auto"))
    return _default_backend() if found == "auto" else found


def _default_backend() -> str:
    return os.environ.get("KERAS_BACKEND", "tensorflow")


def _pump(pipe: IO[str], put: Any) -> None:
    """Read a pipe to its end, so that the child never blocks on it; None marks the end."""
    for line in pipe:
        put(line)
    put(None)


def _event(line: str | None) -> Event | None:
    """Return the event of a line; None at the end of the stream, also where the last line was cut short by it."""
    if line is None:
        return None
    try:
        return from_record(json.loads(line))
    except ValueError:
        return None


class _Server:
    """The child's side: a thread reads stdin, the main thread runs the jobs (Keras wants one thread)."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._write = threading.Lock()
        self._requests: queue.SimpleQueue[tuple[dict[str, Any], Cancel | None] | None] = queue.SimpleQueue()
        self._cancel = Cancel()
        self._waiting = 0

    def read(self, stdin: IO[str]) -> None:
        for line in stdin:
            message = json.loads(line)
            if "job" in message:
                self._cancel = Cancel()
                self._count(+1)
                self._requests.put((message, self._cancel))
            elif "prepare" in message:
                self._requests.put((message, None))
            elif "cancel" in message:
                self._cancel.set()
            elif "pause" in message:
                self._cancel.pause() if message["pause"] else self._cancel.go_on()
        if self._waiting == 0:
            os._exit(0)  # nothing to save: also ends a warm start half-way
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # nobody reads what is said, and to say it would fail
        self._cancel.set()
        self._requests.put(None)
        threading.Event().wait(GRACE_SECONDS)
        os._exit(1)

    def serve(self) -> None:
        while (request := self._requests.get()) is not None:
            message, cancel = request
            if cancel is None:
                if self._requests.empty():  # else a job waits, or another choice
                    _prepare(message["prepare"])
                continue
            outcome = self._run(message, cancel)
            self.emit(outcome)
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._write:
            self._waiting += change

    def _run(self, message: dict[str, Any], cancel: Cancel) -> Outcome:
        try:
            language.use(message["language"])
            job = registry.job(message["job"])
            params = registry.params_of(job, message["params"])
        except EngineError as error:
            return Failed(str(error))
        return run_job(job, params, emit=self._emit_unless_outcome, cancel=cancel)

    def _emit_unless_outcome(self, event: Event) -> None:
        if not isinstance(event, Outcome):
            self.emit(event)

    def emit(self, event: Event) -> None:
        with self._write:
            try:
                self._out.write(json.dumps(to_record(event), default=_plain) + "\n")
                self._out.flush()
            except OSError:
                return  # the supervisor is gone; the job still saves what it has


def _plain(value: Any) -> Any:
    """A NumPy number as Python's, a path as text."""
    return value.item() if hasattr(value, "item") else str(value)


def _protocol_stream() -> IO[str]:
    """Return a stream to what was stdout, for events alone; file descriptor 1 leads to stderr from here on."""
    sys.stdout.flush()
    stream = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    os.dup2(2, 1)
    return stream


def _step_back() -> None:
    """Let the window go first where both want the processor; alone, a child is as fast as ever."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _load_ahead() -> None:
    """Load what a training needs. A failure here is reported by the training itself."""
    import importlib

    try:
        importlib.import_module("engine.training.machine.backend").load_keras()
        importlib.import_module("engine.training.fit")
    except Exception:
        import traceback

        traceback.print_exc()


def _prepare(params: dict[str, Any]) -> None:
    """Prepare a training. A failure here is reported by the training itself."""
    from engine.training.ahead import prepare
    from engine.training.plan import TrainParams

    try:
        prepare(TrainParams(**params))
    except EngineError:
        return  # it cannot begin as things are
    except Exception:
        import traceback

        traceback.print_exc()


def main(arguments: list[str]) -> None:
    """The child process. Ends by `_exit`: TensorFlow's own teardown may hang, and nothing is left to save."""
    _step_back()
    server = _Server(_protocol_stream())
    threading.Thread(target=server.read, args=(sys.stdin,), name="stdin", daemon=True).start()
    if "--warm" in arguments:
        _load_ahead()
    server.serve()
    sys.stderr.flush()
    os._exit(0)
