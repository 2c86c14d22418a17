"""Downloads of pretrained weights, reported and stopped like all long work. Loads Keras.

Keras fetches them by one function of its own module and draws a bar for a terminal, which nobody sees in a window. Here
another function stands in its place, which also leaves no half of a file where Keras would take it for a whole one, and
takes what another program has downloaded already.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from engine.events import Log, Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.throttle import Throttle
from engine.language import _, marked
from engine.models.atomic import replacing
from engine.training.recipes.bases import weights_folders

PHASE = marked("Downloading weights (kB)")
_PATIENCE = 30.0  # seconds without a byte until a network counts as none
_CHUNK = 1 << 16


@contextmanager
def reported(emit: Emit, cancel: Cancel) -> Iterator[None]:
    """Report what Keras downloads within this block as `Progress`; a cancel ends the download."""
    from keras.src.utils import file_utils

    def retrieve(origin: str, target: str, _bar: object = None) -> None:
        file = Path(target)
        found = weights_folders()[1] / file.name
        if found.is_file() and not file.exists():  # Keras finds one that exists wrong: then it is to be downloaded
            with replacing(file) as temporary:
                shutil.copyfile(found, temporary)
        else:
            download(origin, file, emit=emit, cancel=cancel)

    original, file_utils.urlretrieve = file_utils.urlretrieve, retrieve
    try:
        yield
    finally:
        file_utils.urlretrieve = original


def download(origin: str, target: Path, *, emit: Emit, cancel: Cancel) -> None:
    """Fetch a file. `target` is there as a whole or not at all.

    Raises:
        URLError: it cannot be fetched or written; its reason says why. Keras awaits this one.
        JobCancelled: `cancel` was set.
    """
    try:
        with urlopen(origin, timeout=_PATIENCE) as answer, replacing(target) as temporary:  # noqa: S310  # Keras' own
            emit(
                Log(
                    _("Downloading {origin}; it is kept in {folder} for the next time.").format(
                        origin=origin, folder=target.parent
                    )
                )
            )
            with temporary.open("wb") as file:
                _copy(answer, file, emit, cancel)
    except URLError:
        raise
    except (OSError, HTTPException) as error:
        raise URLError(getattr(error, "strerror", None) or str(error) or type(error).__name__) from error


def _copy(answer: HTTPResponse, file: IO[bytes], emit: Emit, cancel: Cancel) -> None:
    length = answer.headers.get("Content-Length")
    total = int(length) if length else None
    began, throttle = time.monotonic(), Throttle()
    done = 0
    emit(_progress(0, total, 0.0))
    while chunk := answer.read(_CHUNK):
        cancel.check()
        file.write(chunk)
        done += len(chunk)
        if throttle.is_due():
            emit(_progress(done, total, time.monotonic() - began))
    if total is not None and done < total:
        raise URLError(f"the connection ended after {done:,} of {total:,} bytes")
    emit(_progress(done, done, time.monotonic() - began))


def _progress(done: int, total: int | None, seconds: float) -> Progress:
    rate = done / seconds if done and seconds else None
    left = (total - done) / rate if rate and total is not None else None
    return Progress(PHASE, -(-done // 1024), total and -(-total // 1024), rate and rate / 1024, left)
