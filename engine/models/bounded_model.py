"""A model from a stranger at work: in a process of its own, with bounds on its memory and its time.

`BoundedSession` stands where a session of ONNX Runtime would, and `main` is its process. Whatever the network does
there, the answer comes within the bounds or is one sentence. Pixels and probabilities travel through pipes, some calls
at the same time, so that a batch keeps its rate.

On Linux the system itself bounds the memory (`RLIMIT_DATA`); everywhere the memory that the process holds is looked at
while an answer is waited for, and with each answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import JobCancelled, ModelError
from engine.jobs import processes
from engine.jobs.job import Cancel
from engine.jobs.memory import resident
from engine.language import _, marked
from engine.places import BUILT_IN_BASE
from engine.records import build, parse

_START_SECONDS = 120.0  # until Python and ONNX Runtime are loaded, which is no work of the model
_MEMORY_OF_A_CORE = 16 * 2**20  # the stacks and buffers of a thread
_POLL_SECONDS = 0.05
_TOO_LARGE = marked(
    "{path} was stopped: it took more than {size:.1f} GB of memory, far more than an ordinary network; it is damaged "
    "or made to do so."
)
_TO_START = marked(
    "{path} was stopped: it took more than {seconds:.0f} seconds to start its process, far more than an ordinary "
    "network; it is damaged or made to do so."
)
_FOR_FIRST = marked(
    "{path} was stopped: it took more than {seconds:.0f} seconds for its first image, far more than an ordinary "
    "network; it is damaged or made to do so."
)
_FOR_IMAGES = marked(
    "{path} was stopped: it took more than {seconds:.0f} seconds for {images} images, far more than an ordinary "
    "network; it is damaged or made to do so."
)
_IMAGE_OF_THE_BASE = (224, 224, 3)
_LONGEST_HEADER = 2**16


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds on what a stranger's network may take.

    To open it and predict one image: at least `seconds`, or `bases` times what one image takes of the built-in base,
    a network that we trust, on this machine at that moment (0.6 GFLOP; the largest networks of Keras need 75). For a
    batch also `slower` times what one image took, for each of them. Memory: `memory` bytes, four times the file, and
    `bytes_of_a_pixel` for each pixel of a batch, but at most this `share` of what the machine has.
    """

    seconds: float = 20.0
    bases: int = 500
    slower: float = 20.0
    memory: int = 2 * 2**30
    bytes_of_a_pixel: int = 1024
    share: float = 0.75


@dataclass(frozen=True, slots=True)
class _Ready:
    """The first line of the process: how long one image of the built-in base took there."""

    base: float


@dataclass(frozen=True, slots=True)
class _Opened:
    """The second line: what the model is computed on and how long its first image took, or why it cannot be used."""

    device: str = ""
    note: str | None = None
    input: str = ""
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """The head of an answer to the call `id`; the float32 values of arrays of these `shapes` follow it."""

    id: int
    shapes: tuple[tuple[int, ...], ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _ModelRequest:
    """The model to open: the file at `path`, or what follows in `size` bytes; one image has this `shape`."""

    path: str
    size: int
    shape: tuple[int, int, int]
    threads: int | None
    device: str
    memory: int


@dataclass(frozen=True, slots=True)
class _PredictionCall:
    id: int
    shape: tuple[int, int, int, int]


class BoundedSession:
    """A model of which one image has been predicted already. Several threads may `run` it at once.

    `device` and `note` are those of `providers.Opened`, `input` is the name of its input; `memory` is how many bytes
    its process may hold.
    """

    def __init__(
        self,
        path: Path,
        shape: tuple[int, int, int],
        *,
        batch: int,
        threads: int | None,
        device: str,
        data: bytes | None = None,
        bounds: Bounds = Bounds(),  # frozen
        cancel: Cancel | None = None,
    ) -> None:
        """Open the model at `path`, or `data` that was made of it, for batches of at most `batch` images of `shape`.

        `cancel` ends the process, also later: whoever waits for it then gets a JobCancelled.

        Raises:
            ModelError: it cannot be used, or took more memory or time than an ordinary network would.
            JobCancelled: `cancel` was set.
        """
        self._path, self._cancel = path, cancel or Cancel()
        size = path.stat().st_size if data is None else len(data)
        self._bounds, self.memory = bounds, _memory(bounds, size, batch * shape[0] * shape[1])
        self._process: subprocess.Popen[bytes] = processes.start(
            "predict",
            more={"OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).anchor,  # it must not hold on to a folder of pictures
            start_new_session=True,  # Ctrl+C in a terminal is for the job, which ends it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._answers = _Answers(self._process)
        self._numbers, self._writing, self._why = count(), threading.Lock(), ""
        self._end = weakref.finalize(self, _end, self._process, self._answers)
        try:
            ready = build(_Ready, parse(self._wait(self._answers.first, _START_SECONDS, _TO_START)))
            self._seconds = max(bounds.seconds, bounds.bases * ready.base)
            request = _ModelRequest(str(path.absolute()), len(data or b""), shape, threads, device, self.memory)
            self._send(request, data or b"")
            opened = build(_Opened, parse(self._wait(self._answers.second, self._seconds, _FOR_FIRST)))
        except ValueError as error:
            self.close()
            raise self._refusal(str(error)) from None
        except (ModelError, JobCancelled):
            self.close()
            raise
        if opened.error is not None:
            self.close()
            raise self._refusal(opened.error)
        self.device, self.note, self.input = opened.device, opened.note, opened.input
        self._of_one = opened.seconds

    def run(self, _none: None, given: dict[str, NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        """Run the model on one input, as a session's `run` does.

        Raises:
            ModelError: the process ended, or was ended for its memory or time.
            JobCancelled: the `cancel` of this session was set.
        """
        (images,) = given.values()
        number = next(self._numbers)
        answer = self._answers.expect(number)
        self._send(_PredictionCall(number, images.shape), np.ascontiguousarray(images).data)
        seconds = self._seconds + self._bounds.slower * self._of_one * len(images) * self._answers.waiting
        found: list[NDArray[np.float32]] | str = self._wait(answer, seconds, _FOR_IMAGES, len(images))
        if isinstance(found, str):
            raise self._refusal(found)
        return found

    def close(self) -> None:
        """End the process; this happens by itself when nobody uses the session any more."""
        self._end()

    def _send(self, head: object, data: bytes | memoryview) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        with (
            suppress(OSError, ValueError),
            self._writing,
        ):  # it has ended, and whoever waits for the answer gets an error
            stdin.write(_line(head))
            stdin.write(data)
            stdin.flush()

    def _wait(self, answer: Future[Any], seconds: float, slow: str, images: int = 1) -> Any:
        """Wait for an answer; `slow` is the sentence where it takes too long."""
        end = time.monotonic() + seconds
        while True:
            with suppress(TimeoutError):
                answer.result(_POLL_SECONDS)
            if (resident(self._process.pid) or 0) > self.memory:
                raise self._stop(_(_TOO_LARGE), size=self.memory / 2**30)
            if answer.done():
                found = answer.result()
                if found is None:
                    self._cancel.check()  # by which another thread has ended the process
                    raise ModelError(self._why or self._post_mortem())
                return found
            if self._cancel.is_set():
                self.close()
                raise JobCancelled
            if time.monotonic() > end:
                raise self._stop(_(slow), seconds=seconds, images=images)

    def _stop(self, sentence: str, **facts: float) -> ModelError:
        self._why = self._why or sentence.format(path=self._path, **facts)
        self._process.kill()
        return ModelError(self._why)

    def _post_mortem(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        return _(
            "{path} cannot be used as a model: the process that ran it ended unexpectedly (status {status})."
        ).format(path=self._path, status=self._process.poll())

    def _refusal(self, reason: str) -> ModelError:
        return ModelError(_("{path} cannot be used as a model: {why}").format(path=self._path, why=reason))


class _Answers:
    """Answers of the process, read in a thread of its own; None to all who wait once it has ended."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.first: Future[bytes | None] = Future()
        self.second: Future[bytes | None] = Future()
        self._expected: dict[int, Future[list[NDArray[np.float32]] | str | None]] = {}
        self._changing, self._ended = threading.Lock(), False
        assert process.stdout is not None
        self.thread = threading.Thread(target=self._read, args=(process.stdout,), name="model answers", daemon=True)
        self.thread.start()

    @property
    def waiting(self) -> int:
        return max(1, len(self._expected))

    def expect(self, number: int) -> Future[list[NDArray[np.float32]] | str | None]:
        """The answer to the call of that number, as it will come: an array for each output, or why there are none."""
        answer: Future[list[NDArray[np.float32]] | str | None] = Future()
        with self._changing:
            if self._ended:
                answer.set_result(None)
            else:
                self._expected[number] = answer
        return answer

    def _read(self, out: IO[bytes]) -> None:
        with suppress(OSError, ValueError):  # killed in the middle of an answer
            for future in (self.first, self.second):
                line = out.readline(_LONGEST_HEADER)
                if not line:
                    break
                future.set_result(line)
            while head := out.readline(_LONGEST_HEADER):
                answer = build(_Answer, parse(head))
                found = answer.error or [_array(out, shape) for shape in answer.shapes]
                with self._changing:
                    self._expected.pop(answer.id).set_result(found)
        with self._changing:
            self._ended = True
            for line_of in (self.first, self.second):
                if not line_of.done():
                    line_of.set_result(None)
            for answer_of in self._expected.values():
                answer_of.set_result(None)
            self._expected.clear()


def _array(out: IO[bytes], shape: tuple[int, ...]) -> NDArray[np.float32]:
    found = np.empty(shape, np.float32)
    _fill(found, out)
    return found


def _fill(array: NDArray[Any], file: Any) -> None:
    """Read the values of an array. Raise ValueError where the stream ends before."""
    view = array.reshape(-1).view(np.uint8).data
    while len(view):
        read = file.readinto(view)
        if not read:
            raise ValueError("cut short")
        view = view[read:]


def _line(head: object) -> bytes:
    from dataclasses import asdict

    return json.dumps(asdict(head)).encode("ascii") + b"\n"  # type: ignore[call-overload]


def _end(process: subprocess.Popen[bytes], answers: _Answers) -> None:
    """Let the process end: it does when its standard input ends, and is killed where it does not at once."""
    process.kill()
    process.wait()
    answers.thread.join(5)
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            pipe and pipe.close()


def _memory(bounds: Bounds, size: int, pixels: int) -> int:
    """The bytes that a model may take whose file has this `size`, for a batch of that many pixels."""
    limit = bounds.memory + 4 * size + bounds.bytes_of_a_pixel * pixels + _MEMORY_OF_A_CORE * (os.cpu_count() or 1)
    if not hasattr(os, "sysconf"):
        return limit
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(bounds.memory, min(limit, int(bounds.share * machine)))


# The process


def main(_: list[str]) -> None:
    """The process: opens one model and answers calls until its standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes elsewhere
    stdin = sys.stdin.buffer
    _say(out, _Ready(_time_the_base()))
    request = build(_ModelRequest, parse(stdin.readline(_LONGEST_HEADER)))
    data = stdin.read(request.size) if request.size else None
    session = _open(request, data, out)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        writing = threading.Lock()
        while head := stdin.readline(_LONGEST_HEADER):
            call = build(_PredictionCall, parse(head))
            images = np.empty(call.shape, np.uint8)
            try:
                _fill(images, stdin)
            except ValueError:
                break
            pool.submit(_answer, session, call.id, images, out, writing)
        os._exit(0)  # whoever asked is gone; a network that runs for ever must not stay


def _time_the_base() -> float:
    """Seconds that one image of the built-in base takes on the processor: how fast this machine is now."""
    from engine.models.providers import open_session

    opened = open_session(BUILT_IN_BASE, device="cpu")
    image = {opened.input: np.zeros((1, *_IMAGE_OF_THE_BASE), np.uint8)}
    opened.session.run(None, image)  # the first one also gets its memory
    began = time.perf_counter()
    opened.session.run(None, image)
    return time.perf_counter() - began


def _open(request: _ModelRequest, data: bytes | None, out: IO[bytes]) -> Any:
    """The session, after one image went through it; else say why not, and end."""
    from engine.models import providers

    try:
        if not providers.has_card() or request.device == "cpu":  # drivers of cards reserve memory without end
            _bound_memory(request.memory)
        chosen: providers.Device = "cpu" if request.device == "cpu" else "auto"
        opened = providers.open_session(Path(request.path), threads=request.threads, data=data, device=chosen)
        began = time.perf_counter()
        found = opened.session.run(None, {opened.input: np.zeros((1, *request.shape), np.uint8)})
        seconds = time.perf_counter() - began
        _checked(found, 1)
    except MemoryError:
        _say(out, _Opened(error=_("it takes more memory than an ordinary network.")))
        os._exit(1)
    except Exception as error:
        reason = str(error) if isinstance(error, ModelError) else f"{providers.one_line(error)}."
        beginning = _("{path} cannot be used as a model: {why}").format(path=request.path, why="")
        _say(out, _Opened(error=reason.removeprefix(beginning)))
        os._exit(1)
    _say(out, _Opened(opened.device, opened.note, opened.input, seconds))
    return opened


def _answer(opened: Any, number: int, images: NDArray[np.uint8], out: IO[bytes], writing: threading.Lock) -> None:
    from engine.models.providers import one_line

    values: list[NDArray[np.float32]] = []
    try:
        with opened.turn:
            values = _checked(opened.session.run(None, {opened.input: images}), len(images))
        head = _Answer(number, tuple(found.shape for found in values))
    except MemoryError:
        head = _Answer(number, error=_("it takes more memory than an ordinary network."))
    except Exception as error:  # ONNX Runtime's own classes
        head = _Answer(number, error=f"{one_line(error)}.")
    with writing:
        out.write(_line(head))
        for found in values if head.error is None else ():
            out.write(np.ascontiguousarray(found).data)
        out.flush()


def _checked(found: list[Any], images: int) -> list[NDArray[np.float32]]:
    for values in found:
        if not isinstance(values, np.ndarray) or values.dtype != np.float32 or values.shape[:1] != (images,):
            raise ModelError(_("it does not give numbers for each image."))
    return found


def _bound_memory(most: int) -> None:
    """Bound the memory of this process on Linux; elsewhere whoever waits for an answer looks."""
    if sys.platform != "linux":
        return
    import resource

    for kind, value in ((resource.RLIMIT_DATA, most), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (limit, hard))


def _say(out: IO[bytes], head: object) -> None:
    out.write(_line(head))
    out.flush()
