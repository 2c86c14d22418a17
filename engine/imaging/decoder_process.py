"""The process that decodes pictures for another one: it may crash, hang or run out of memory without harm.

It asks the system for its own limits, so that they hold also when the process that started it has died.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

from PIL import Image

from engine.errors import ImageProblem
from engine.imaging.codec import TOO_MUCH_MEMORY, decode_here, measure_here
from engine.imaging.limits import CPU_SECONDS, MEMORY, MEMORY_AT_REST, REST_SECONDS
from engine.imaging.question import (
    ANSWER,
    LONGEST_PROBLEM,
    PICTURE,
    PROBLEM,
    QUESTION,
    READY,
    SIZE,
    VALUES,
    Question,
    decoded,
    unpacked,
)
from engine.imaging.resize import fit, resize
from engine.jobs.memory import resident

_QUICK_SECONDS = 0.02  # in which no picture fills much memory
_BAND = 8 * 2**20  # bytes of pixels that are packed for the pipe at once


def main(_: list[str]) -> None:
    """Answer questions from standard input until it ends."""
    try:
        _serve()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)


def _serve() -> None:
    questions = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a decoder prints must not stand among the answers
    _limit_memory()
    _write(answers, READY)
    while True:
        prefix = questions.read(QUESTION.size)
        if len(prefix) < QUESTION.size:
            return
        _limit_time()
        text, path, content = (questions.read(length) for length in QUESTION.unpack(prefix))
        began = time.monotonic()
        _answer(answers, decoded(text), Path(os.fsdecode(path)) if path else content)
        content = b""
        if time.monotonic() - began > _QUICK_SECONDS and _holds_much():
            return  # another process takes the next picture, which could miss that memory


def _holds_much() -> bool:
    """Return whether much memory is left behind by pictures: in cycles of errors, which are freed here, or in gaps of
    the heap.
    """
    if (resident(os.getpid()) or 0) <= MEMORY_AT_REST:
        return False
    gc.collect()
    return (resident(os.getpid()) or 0) > MEMORY_AT_REST


def _answer(answers: IO[bytes], question: Question, data: Path | bytes) -> None:
    try:
        if question.operation == "measure":
            size, flat = measure_here(data, unpacked(question))
            found: Image.Image | bytes = ANSWER.pack(SIZE, *size, int(flat)) + b"f" * flat
        elif question.operation in ("values", "statistics"):
            page = 1 if (known := unpacked(question)) is None else known.page or 1
            content = _values(data, page) if question.operation == "values" else _statistics(data, page)
            found = ANSWER.pack(VALUES, 0, 0, len(content)) + content
        else:
            found = _picture(question, data)
    except ImageProblem as problem:
        found = _problem(str(problem))
    except MemoryError:
        found = _problem(str(TOO_MUCH_MEMORY))
    if isinstance(found, bytes):
        _write(answers, found)
    else:
        _send(answers, found, question.channels)


def _picture(question: Question, data: Path | bytes) -> Image.Image:
    image = decode_here(
        data,
        mode=question.mode,
        background=question.background,
        at_least=question.at_least,
        pixel_range=unpacked(question),
    )
    within = question.within
    if question.size is not None:
        return resize(image, question.size, method=question.method)
    if within is not None and max(image.size) > within:
        return resize(image, fit(image.size, (within, within)))
    return image


def _values(data: Path | bytes, page: int) -> bytes:
    """The bytes of a `.npy` file, or none."""
    import io

    import numpy as np

    from engine.imaging.depth import values_here

    values = values_here(data, page) if isinstance(data, Path) else None
    if values is None:
        return b""
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=False)
    return stream.getvalue()


def _statistics(data: Path | bytes, page: int) -> bytes:
    from engine.imaging.depth import statistics_here

    return statistics_here(data, page) if isinstance(data, Path) else b""


def _problem(reason: str) -> bytes:
    text = reason.encode("utf-8", "replace")[:LONGEST_PROBLEM]
    return ANSWER.pack(PROBLEM, 0, 0, len(text)) + text


def _send(answers: IO[bytes], image: Image.Image, channels: int) -> None:
    width, height = image.size
    row = width * channels
    head = ANSWER.pack(PICTURE, width, height, row * height)
    if row * height <= _BAND:
        _write(answers, head + image.tobytes())
        return
    _write(answers, head)
    rows = max(1, _BAND // row)
    for top in range(0, height, rows):
        _write(answers, image.crop((0, top, width, min(top + rows, height))).tobytes())


def _write(stream: IO[bytes], data: bytes) -> None:
    """Write all of it: a pipe may take less at once."""
    view = memoryview(data)
    while view:
        view = view[stream.write(view) :]


def _limit_memory() -> None:
    """Bound the memory of this process where the system can; elsewhere the process that asks looks at how much memory
    this one holds.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(limit, (soft, hard))
        except (OSError, ValueError):  # macOS refuses some
            continue


def _limit_time() -> None:
    """Bound the time of a question: both timers end the process by a signal that nothing here handles, also in the
    middle of a decoder.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, REST_SECONDS)
