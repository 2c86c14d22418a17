"""Thumbnails, made in threads: newest request first, dropped when it is no longer wanted, kept in a bounded cache."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QImage, QPainter

from engine.errors import ImageProblem, JobCancelled
from engine.jobs.job import Cancel

if TYPE_CHECKING:
    from PIL.Image import Image

LINGER = 0.5  # seconds that a thread without work waits for more
BUCKETS = (256, 512, 1024)  # sides that the engine keeps on disk; the exact size is made from the next larger one


@dataclass(frozen=True, slots=True)
class Request:
    """A picture of `file`, fitted into a square of `side` device pixels."""

    file: Path
    size_bytes: int
    modified_ns: int
    side: int


class _Relay(QObject):
    """Carries results to the loader; threads hold it, so that it outlives a loader that goes while they work."""

    made = Signal(object, object)


class ThumbnailLoader(QObject):
    """`get` answers from memory at once; `want` says what is to be made, in order of importance.

    Threads wait a moment for more work before they end: the window waits for each that it starts until that one runs.
    """

    loaded = Signal(object)  # a `Request` that `get` now answers

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        memory: int = 160_000_000,
        make: Callable[[Request, Cancel], QImage | None] | None = None,
        most_threads: int = max(2, min(8, (os.cpu_count() or 2) - 1)),
    ) -> None:
        super().__init__(parent)
        self._cancel = Cancel()  # of the pictures under way
        self.make = make or made_thumbnail
        self._memory = memory
        self._used = 0
        self._cache: OrderedDict[Request, QImage | None] = OrderedDict()
        self._changed = threading.Condition()
        self.waiting: list[Request] = []
        self._idle = 0  # threads that wait for work
        self._closing = False
        self.busy: set[Request] = set()
        self.threads: set[threading.Thread] = set()  # those that look for work
        self.started: list[threading.Thread] = []  # and those that are about to end, which still hold Qt objects
        self._most_threads = most_threads
        self._relay = _Relay()
        self._relay.made.connect(self._store, Qt.ConnectionType.QueuedConnection)

    def get(self, request: Request) -> QImage | None:
        """The picture, or None when it is not there (yet)."""
        if request not in self._cache:
            return None
        self._cache.move_to_end(request)
        return self._cache[request]

    def failed(self, request: Request) -> bool:
        """Return whether the file was tried and cannot be shown."""
        return request in self._cache and self._cache[request] is None

    def want(self, requests: list[Request]) -> None:
        """Make these next, the first one first; whatever waited before and is not among them is forgotten."""
        missing = [r for r in requests if r not in self._cache]
        with self._changed:
            self.waiting = [r for r in reversed(missing) if r not in self.busy]
            more = max(0, min(len(self.waiting) - self._idle, self._most_threads - len(self.threads)))
            fresh = [threading.Thread(target=self._work, name="thumbnails", daemon=True) for _ in range(more)]
            self.threads.update(fresh)
            self._changed.notify(len(self.waiting))
        if not fresh:
            return
        self.started = [thread for thread in self.started if thread.is_alive()] + fresh
        for thread in fresh:
            thread.start()

    def close(self) -> None:
        """Forget what waits, stop what is under way and let the threads end."""
        with self._changed:
            self.waiting, self._closing = [], True
            self._cancel.set()
            self._changed.notify_all()
        for thread in self.started:
            thread.join()
        self._closing, self._cancel = False, Cancel()

    def _work(self) -> None:
        relay = self._relay
        while True:
            with self._changed:
                if not self.waiting and not self._closing:
                    self._idle += 1
                    self._changed.wait_for(lambda: self.waiting or self._closing, LINGER)
                    self._idle -= 1
                if not self.waiting:
                    self.threads.discard(threading.current_thread())
                    return
                request = self.waiting.pop()
                self.busy.add(request)
            try:
                relay.made.emit(request, self.make(request, self._cancel))
            except JobCancelled:
                with self._changed:
                    self.busy.discard(request)

    @Slot(object, object)
    def _store(self, request: Request, image: QImage | None) -> None:
        with self._changed:
            self.busy.discard(request)
        if request not in self._cache:
            self._cache[request] = image
            self._used += image.sizeInBytes() if image is not None else 0
        while self._used > self._memory and len(self._cache) > 1:
            _, old = self._cache.popitem(last=False)
            self._used -= old.sizeInBytes() if old is not None else 0
        self.loaded.emit(request)


def made_thumbnail(request: Request, cancel: Cancel) -> QImage | None:
    """Return the thumbnail; None when the file cannot be shown."""
    from engine.imaging.thumbnails import thumbnail

    bucket = next((b for b in BUCKETS if b >= request.side), BUCKETS[-1])
    try:
        image = thumbnail(
            request.file, side=bucket, size_bytes=request.size_bytes, modified_ns=request.modified_ns, cancel=cancel
        )
        return rounded(fitted(image, request.side), min(request.side / 32, 10))
    except ImageProblem:
        return None


def fitted(image: Image, side: int) -> QImage:
    """`image` scaled, up or down, to fit a square of `side` pixels."""
    from PIL import Image as Pillow

    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Pillow.Resampling.BICUBIC, reducing_gap=2.0)
    return to_qimage(image)


def to_qimage(image: Image) -> QImage:
    """A Qt image with pixels of its own."""
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    data = rgb.tobytes()
    return QImage(data, rgb.width, rgb.height, 3 * rgb.width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


def rounded(image: QImage, radius: float) -> QImage:
    """`image` with round corners, ready to be drawn without clipping."""
    shaped = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    shaped.fill(Qt.GlobalColor.transparent)
    painter = QPainter(shaped)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(image))
    painter.drawRoundedRect(shaped.rect(), radius, radius)
    painter.end()
    return shaped
