"""A model file at work, on ONNX Runtime: images to probabilities. Loads no TensorFlow."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem, JobCancelled, ModelError
from engine.imaging.decode import Mode
from engine.imaging.pixels import load
from engine.imaging.resize import Method
from engine.jobs.job import Cancel
from engine.language import _
from engine.models.inspection import check_model
from engine.models.own_models import is_own
from engine.models.providers import CPU, Device, Opened, one_line, open_session

_CHUNK = 128  # images through the network at once: bounds its memory


class Answers(NamedTuple):
    """Answers of a model for n images: `probabilities` float32 (n, classes), each row with sum 1, and `novelty` float32
    (n,), above 1 where an image is unlike anything the model was trained on; None where the model does not tell.
    """

    probabilities: NDArray[np.float32]
    novelty: NDArray[np.float32] | None


class Predictor:
    """A model that is ready to predict. Safe to use from several threads.

    `device` is what it computes on ("CPU", "CUDA", "DirectML" or "CoreML"); `note` says in one sentence why it is the
    CPU although there is a graphics card, else it is None. Both may change when a card fails in the middle.
    """

    def __init__(
        self, path: Path, *, threads: int | None = None, device: Device = "auto", cancel: Cancel | None = None
    ) -> None:
        """Open the model at `path`, whoever it is from: it is looked through first, and where this machine did not make
        it, it runs in a process of its own with bounds on memory and time.

        `threads` for one prediction on the CPU, by default as many as there are cores; `device` "cpu" leaves a
        graphics card alone. `cancel` ends the process of a stranger's model, whatever it does, now and later.

        Raises:
            ModelError: it is not a model of ours, it is damaged or hostile, or ONNX Runtime refuses it.
            JobCancelled: `cancel` was set; all methods raise it then.
        """
        self.path = path
        self.info = check_model(path)
        self._threads, self._device_choice, self._cancel = threads, device, cancel
        self._own = is_own(path)
        self._opened = self._open()
        self.device, self.note = self._opened.device, self._opened.note
        self._features: Opened | None = None  # a session of its own, made when it is asked for
        self._making = threading.Lock()

    def _open(self, data: bytes | None = None) -> Opened:
        """The model, or `data` that was made of it."""
        path, threads, info = self.path, self._threads, self.info
        if self._own:
            return open_session(path, threads=threads, data=data, device=self._device_choice)
        from engine.models.bounded_model import BoundedSession  # most models were made here

        shape = (info.height, info.width, 3 if info.channels == "rgb" else 1)
        session = BoundedSession(
            path, shape, batch=_CHUNK, threads=threads, device=self._device_choice, data=data, cancel=self._cancel
        )
        return Opened(session, session.device, session.note, nullcontext(), session.input)

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities float32 (n, classes) of uint8 images (n, height, width, channels), each row with sum 1."""
        return self.answer(images).probabilities

    def answer(self, images: NDArray[np.uint8]) -> Answers:
        """Return all that the model says of uint8 images (n, height, width, channels)."""
        novelty_info = self.info.novelty
        if not len(images):
            none = np.empty((0, len(self.info.classes)), np.float32)
            return Answers(none, None if novelty_info is None else np.empty(0, np.float32))
        chunks = (np.ascontiguousarray(images[i : i + _CHUNK]) for i in range(0, len(images), _CHUNK))
        parts = zip(*[self._run(chunk) for chunk in chunks], strict=True)
        found: list[NDArray[np.float32]] = [np.concatenate(of_all) for of_all in parts]
        if found[0].shape != (len(images), len(self.info.classes)) or not np.isfinite(found[0]).all():
            raise ModelError(
                _("{path} is damaged: it does not give a probability of each class for each image.").format(
                    path=self.path
                )
            )
        if novelty_info is None:
            return Answers(found[0], None)
        if len(found) != 2 or found[1].shape != (len(images),) or not np.isfinite(found[1]).all():
            raise ModelError(
                _("{path} is damaged: it does not tell for each image how unlike its own that is.").format(
                    path=self.path
                )
            )
        novelty: NDArray[np.float32] = found[1] / np.float32(novelty_info.limit)
        return Answers(found[0], novelty)

    def _run(self, images: NDArray[np.uint8], *, features: bool = False) -> list[NDArray[np.float32]]:
        """Return what the network gives: an array for each of its outputs."""
        opened = self._of_features() if features else self._opened
        try:
            with opened.turn:
                found: list[NDArray[np.float32]] = opened.session.run(None, {opened.input: images})
        except JobCancelled:
            raise
        except Exception as error:  # ONNX Runtime's own classes; a card may run out of memory or be unplugged
            if opened.device == CPU:
                raise
            self._leave(opened, error)
            return self._run(images, features=features)
        return found

    def _leave(self, failed: Opened, error: Exception) -> None:
        """Go on without the graphics card."""
        with self._making:
            if self._device_choice == "cpu":  # another thread has done so
                return
            self._device_choice, self._features, self.device = "cpu", None, CPU
            self._opened = self._open()
            sentence = _("{device} failed in the middle: {why}; the CPU does the rest.")
            self.note = sentence.format(device=failed.device, why=one_line(error))

    def _of_features(self) -> Opened:
        with self._making:
            if self._features is None:
                from engine.models.features import feature_model

                self._features = self._open(feature_model(self.path))
            return self._features

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the features of images, float32 (n, features): the input of its last weighted layer. Images as
        `predict`.

        Raises:
            ModelError: the network has no such layer.
        """
        chunks = (np.ascontiguousarray(images[i : i + _CHUNK]) for i in range(0, len(images), _CHUNK))
        found = [self._run(chunk, features=True)[0].reshape(len(chunk), -1) for chunk in chunks]
        return np.concatenate(found) if found else np.empty((0, 0), np.float32)

    def features_of_files(self, files: Sequence[Path]) -> tuple[NDArray[np.float32], dict[int, str]]:
        """Features of the image files that can be read, in order, and the problems of the others by index."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            loaded = list(pool.map(self._load, files))
        problems = {index: found for index, found in enumerate(loaded) if isinstance(found, str)}
        images = [found for found in loaded if not isinstance(found, str)]
        return (self.features(np.stack(images)) if images else np.empty((0, 0), np.float32)), problems

    def predict_files(self, files: Sequence[Path]) -> tuple[NDArray[np.float32], dict[int, str]]:
        """Probabilities float32 (n, classes) of image files, read in threads, and the problems by index.

        The row of a file that cannot be used holds NaN. All images are in memory at once: give some thousands at most.
        """
        probabilities = np.full((len(files), len(self.info.classes)), np.nan, np.float32)
        problems: dict[int, str] = {}
        images: list[NDArray[np.uint8]] = []
        good: list[int] = []
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for index, found in enumerate(pool.map(self._load, files)):
                if isinstance(found, str):
                    problems[index] = found
                else:
                    good.append(index)
                    images.append(found)
        if good:
            probabilities[good] = self.predict(np.stack(images))
        return probabilities, problems

    def _load(self, file: Path) -> NDArray[np.uint8] | str:
        info = self.info
        size, channels, method = (info.width, info.height), cast(Mode, info.channels), cast(Method, info.resize)
        try:
            return load(file, size=size, channels=channels, method=method, pixel_range=info.deep_range)
        except ImageProblem as problem:
            return str(problem)
