"""Decoder processes: each decodes one picture at a time for this process, and is replaced when it dies.

Whatever a picture does to its decoder, `ask` answers within bounds: with pixels, or with the reason why there are none.
There are as many processes as threads that ask at once; those at rest are kept for the next question.
"""

from __future__ import annotations

import atexit
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Literal, cast

from engine.errors import EngineError, ImageProblem, JobCancelled
from engine.files import reason_of
from engine.imaging.codec import TOO_MUCH_MEMORY
from engine.imaging.limits import MEMORY, PIXELS, START_SECONDS, WALL_SECONDS
from engine.imaging.question import (
    ANSWER,
    LONGEST_PROBLEM,
    PICTURE,
    PROBLEM,
    QUESTION,
    READY,
    SIZE,
    VALUES,
    Answer,
    Question,
    encoded,
    packed,
)
from engine.imaging.ranges import range_of
from engine.jobs import processes
from engine.jobs.job import Cancel
from engine.jobs.memory import resident
from engine.language import _, marked
from engine.problems import Problem, ProblemKind

_LOOK_SECONDS = 0.1
_END_SECONDS = 10  # that a busy system may take to end a process that has closed its pipe
_PIPE_BYTES = 2**20
_AT_ONCE = 2**15  # bytes of questions: any pipe takes so many, so that neither side waits for the other to read
_LARGEST_VALUE = 4 * 8  # bytes of a pixel: four channels of 64 bits
_NPY_HEADER = 4096  # bytes, at most

TOO_MUCH_TIME = Problem(ProblemKind.TOO_SLOW, marked("decoding it was stopped"))

Stop = Literal["time", "memory", "cancel"]


def ask(question: Question, data: bytes | Path, cancel: Cancel | None = None) -> Answer:
    """Have `data` (a file, or the bytes of one) decoded.

    Raises:
        ImageProblem: it cannot be used, or its decoder crashed, took too long or too much memory over it.
        JobCancelled: `cancel` was set meanwhile.
        EngineError: no decoder process can be started here.
    """
    (answer,) = ask_each(question, [data], cancel)
    if isinstance(answer, ImageProblem):
        raise answer
    return answer


def ask_each(
    question: Question, pictures: Sequence[bytes | Path], cancel: Cancel | None = None
) -> list[Answer | ImageProblem]:
    """Do what `ask` does for each of some pictures, in order. Of small ones several are on their way at once: alone,
    each would wait twice for the system to change from one process to the other, which takes longer than to decode it.
    """
    answers: list[Answer | ImageProblem] = []
    tried = -1  # the picture over which a decoder died before
    while len(answers) < len(pictures):
        decoder = _pool.take()
        try:
            decoder.ask_each(question, pictures, cancel, answers)
        except _Died as death:
            decoder.end()
            if death.stop == "cancel":
                raise JobCancelled from None
            # Once more: it may have ended for want of questions, or the system chose it to free memory.
            if death.stop is not None or tried == len(answers):
                answers.append(ImageProblem(*death.reason))
            else:
                tried = len(answers)
        except BaseException:
            decoder.end()
            raise
        else:
            _pool.give_back(decoder)
    return answers


def start_ahead(number: int = 1) -> None:
    """Start decoders, so many with those at rest, that the first pictures will find ready: this process still loads
    other things. There are at most as many as cores.
    """
    for _more in range(_pool.missing(number)):
        _pool.give_back(_Decoder())


class _Died(Exception):
    """A decoder ended before it answered."""

    def __init__(self, stop: Stop | None, status: int) -> None:
        self.stop = stop
        if stop == "time" or -status == getattr(signal, "SIGPROF", None):
            self.stop, self.reason = "time", TOO_MUCH_TIME
        elif stop == "memory":
            self.reason = TOO_MUCH_MEMORY
        else:
            how = _("signal {number}") if status < 0 else _("exit status {number}")
            detail = _("its decoder crashed ({how})").format(how=how.format(number=abs(status)))
            self.reason = Problem(ProblemKind.DAMAGED, detail)


class _Decoder:
    """A decoder process. Used by one thread at a time; `look` is for the watch."""

    def __init__(self) -> None:
        """Start the process. Raises EngineError where no process can be started."""
        self._process = _started()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions: IO[bytes] = self._process.stdin
        self._answers = io.BufferedReader(cast(io.FileIO, self._process.stdout), _PIPE_BYTES // 4)
        self._ready = False
        self._began = 0.0
        self._cancel: Cancel | None = None
        self._stop: Stop | None = None

    @property
    def usable(self) -> bool:
        return self._stop is None

    @property
    def is_alive(self) -> bool:
        """Return whether it runs: one that had no question for some minutes has ended."""
        return self._process.poll() is None

    def ask_each(
        self,
        question: Question,
        pictures: Sequence[bytes | Path],
        cancel: Cancel | None,
        answers: list[Answer | ImageProblem],
    ) -> None:
        """Add the answers that are still missing; those from before it died are kept.

        Raises:
            _Died: the process has ended.
            EngineError: it could not start.
        """
        self._began, self._cancel = time.monotonic(), cancel
        sent = len(answers)
        _supervisor.add(self)
        try:
            while len(answers) < len(pictures):
                if sent == len(answers):
                    sent = self._ask_some(question, pictures, sent)
                    self._wait_until_ready()
                answers.append(self._receive(question))
                self._began = time.monotonic()
        except (OSError, EOFError):
            status = self._status()
            if not self._ready and self._stop != "cancel":
                raise EngineError(
                    _(
                        "The process that decodes pictures does not start here (exit status {status}); install "
                        "Pigeonhole again, or free some memory."
                    ).format(status=status)
                ) from None
            raise _Died(self._stop, status) from None
        finally:
            _supervisor.remove(self)

    def _ask_some(self, question: Question, pictures: Sequence[bytes | Path], first: int) -> int:
        """Send the next question, and further ones as far as the pipe takes them without waiting; returns the place
        behind the last.
        """
        message, place = b"", first
        while place < len(pictures):
            picture = pictures[place]
            if isinstance(picture, bytes):
                path, content, text = b"", picture, encoded(question)
            else:
                file = os.path.abspath(picture)  # noqa: PTH100  # plain text is faster
                path, content, text = os.fsencode(file), b"", encoded(_ranged(question, file))
            size = QUESTION.size + len(text) + len(path) + len(content)
            if place > first and len(message) + size > _AT_ONCE:
                break
            message += QUESTION.pack(len(text), len(path), len(content)) + text + path + content
            place += 1
        self._send(message)
        return place

    def look(self, now: float) -> None:
        """Kill the process if it is over a limit, or nobody waits for it any more."""
        if self._stop is not None:
            return
        elapsed = now - self._began
        if self._cancel is not None and self._cancel.is_set() and elapsed > _LOOK_SECONDS:
            self._stop = "cancel"
        elif elapsed > (WALL_SECONDS if self._ready else START_SECONDS):
            self._stop = "time"
        elif elapsed > 2 * _LOOK_SECONDS and (resident(self._process.pid) or 0) > MEMORY:
            self._stop = "memory"
        if self._stop is not None:
            self._process.kill()

    def end(self) -> None:
        """Kill the process and wait for it."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        self._ask_no_more()

    def _ask_no_more(self) -> None:
        try:
            self._questions.close()
        except OSError:
            return  # closed all the same

    def _status(self) -> int:
        """Return how the process ended, which tells why: so it is not killed at once, and ends without questions."""
        self._ask_no_more()
        try:
            return self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _send(self, message: bytes) -> None:
        view = memoryview(message)
        while view:
            view = view[self._questions.write(view) :]

    def _wait_until_ready(self) -> None:
        if not self._ready:
            self._read(len(READY))
            self._began = time.monotonic()
            self._ready = True

    def _receive(self, question: Question) -> Answer | ImageProblem:
        kind, width, height, length = ANSWER.unpack(self._read(ANSWER.size))
        pixels = width * height
        expected = {"decode": (PICTURE, pixels * question.channels), "measure": (SIZE, min(length, 1))}
        expected |= {"values": (VALUES, length), "statistics": (VALUES, length)}
        if kind == PROBLEM and length <= LONGEST_PROBLEM:
            return ImageProblem.read(self._read(length).decode("utf-8", "replace"))
        if (kind, length) != expected[question.operation] or pixels > PIXELS or (kind != VALUES and not pixels):
            raise EOFError  # something has overwritten its memory: as bad as a crash
        if length > PIXELS * _LARGEST_VALUE + _NPY_HEADER:
            raise EOFError
        return Answer((width, height), self._read(length))

    def _read(self, length: int) -> bytearray:
        """Exactly so many bytes; raises EOFError where the process ends before."""
        content = bytearray(length)
        view = memoryview(content)
        while view:
            count = self._answers.readinto(view)
            if not count:
                raise EOFError
            view = view[count:]
        return content


class _Pool:
    """The processes at rest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._resting: list[_Decoder] = []
        self._owner = os.getpid()
        self._inherited: list[_Decoder] = []
        self._most = os.cpu_count() or 1

    def take(self) -> _Decoder:
        with self._lock:
            self._own()
            self._drop_ended()
            if self._resting:
                return self._resting.pop()
        return _Decoder()

    def missing(self, number: int) -> int:
        """Return how many fewer than `number` rest here, or than there are cores."""
        with self._lock:
            self._own()
            self._drop_ended()
            return max(0, min(number, self._most) - len(self._resting))

    def give_back(self, decoder: _Decoder) -> None:
        with self._lock:
            self._own()
            if decoder.usable and len(self._resting) < self._most:
                self._resting.append(decoder)
                return
        decoder.end()

    def _own(self) -> None:
        """After a fork those at rest are our parent's."""
        if self._owner != os.getpid():
            self._inherited, self._resting, self._owner = self._resting, [], os.getpid()

    def _drop_ended(self) -> None:
        ended = [decoder for decoder in self._resting if not decoder.is_alive]
        self._resting = [decoder for decoder in self._resting if decoder.is_alive]
        for decoder in ended:
            decoder.end()

    def close(self) -> None:
        with self._lock:
            resting, self._resting = self._resting, []
        if self._owner == os.getpid():
            for decoder in resting:
                decoder.end()


class _Supervisor:
    """A thread that looks at the decoders at work, as long as there are any."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy: set[_Decoder] = set()
        self._waits = False
        self._thread: threading.Thread | None = None

    def add(self, decoder: _Decoder) -> None:
        with self._changed:
            self._busy.add(decoder)
            if self._waits:
                self._changed.notify()
            elif self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="decoders", daemon=True)
                self._thread.start()

    def remove(self, decoder: _Decoder) -> None:
        with self._changed:
            self._busy.discard(decoder)

    def _run(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            with self._changed:
                self._waits = True
                self._changed.wait_for(lambda: self._busy)
                self._waits = False
                now = time.monotonic()
                for decoder in self._busy:
                    decoder.look(now)


def _ranged(question: Question, file: str) -> Question:
    """The question with the range of the source that holds the file, if it has one; but that by which one is sought."""
    found = range_of(file) if question.operation != "statistics" else None
    return question if found is None else replace(question, pixel_range=packed(found))


def _started() -> subprocess.Popen[bytes]:
    try:
        process: subprocess.Popen[bytes] = processes.start(
            "decode",
            more={"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},  # addresses that each thread would reserve
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries tell there of damaged files; the reason comes as an answer
            cwd=Path(__file__).anchor,  # a process at rest must not hold on to a folder of pictures
            start_new_session=True,  # Ctrl+C in a terminal is for the job, which ends its decoders
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise EngineError(
            _("No process can be started to decode pictures ({why}); close other programs and try again.").format(
                why=reason_of(error)
            )
        ) from error
    if sys.platform == "linux":
        _widen(process.stdout)
    return process


def _widen(pipe: IO[bytes] | None) -> None:
    """Room for a whole small picture, so that the process does not wait for us in the middle of it."""
    import fcntl

    assert pipe is not None
    try:
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:  # a bound for each user; it works without
        return


_pool = _Pool()
_supervisor = _Supervisor()
atexit.register(_pool.close)
