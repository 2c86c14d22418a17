"""A model file at work, on ONNX Runtime: images to probabilities. Loads no TensorFlow."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import ImageProblem, ModelError
from engine.imaging.decode import Mode
from engine.imaging.pixels import load
from engine.imaging.resize import Method
from engine.models.bundle import read_info

_CHUNK = 128  # images through the network at once: bounds its memory


class Predictor:
    """One model, ready to predict. Safe to use from several threads."""

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        """Open the model at `path`; `threads` for one prediction, by default as many as there are cores.

        Raises:
            ModelError: it is not a model of ours, or ONNX Runtime refuses it.
        """
        self.path = path
        self.info = read_info(path)
        self._threads = threads
        self._session = _session(path, threads)
        self._features: Any = None  # a session of its own, made when it is asked for
        self._making = threading.Lock()
        self._input = self._session.get_inputs()[0].name
        self._check()

    def _check(self) -> None:
        info = self.info
        expected = [info.height, info.width, 3 if info.channels == "rgb" else 1]
        found, outputs = self._session.get_inputs()[0], self._session.get_outputs()[0].shape
        if found.type != "tensor(uint8)" or list(found.shape[1:]) != expected or outputs[-1] != len(info.classes):
            raise ModelError(f"{self.path} is damaged: what it says of its input and classes does not fit its network.")

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities float32 (n, classes) of uint8 images (n, height, width, channels), each row with sum 1."""
        if not len(images):
            return np.empty((0, len(self.info.classes)), np.float32)
        chunks = (np.ascontiguousarray(images[i : i + _CHUNK]) for i in range(0, len(images), _CHUNK))
        return np.concatenate([self._session.run(None, {self._input: chunk})[0] for chunk in chunks])

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the network goes by, float32 (n, features): the input of its last weighted layer. Images as `predict`.

        Raises:
            ModelError: the network has no such layer.
        """
        with self._making:
            if self._features is None:
                from engine.models.features import feature_model

                self._features = _session(self.path, self._threads, feature_model(self.path))
        session, found = self._features, []
        for start in range(0, len(images), _CHUNK):
            chunk = np.ascontiguousarray(images[start : start + _CHUNK])
            found.append(session.run(None, {self._input: chunk})[0].reshape(len(chunk), -1))
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
            return load(file, size=size, channels=channels, method=method)
        except ImageProblem as problem:
            return str(problem)


def _session(path: Path, threads: int | None, data: bytes | None = None) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if threads is not None:
        options.intra_op_num_threads = threads
    try:
        return onnxruntime.InferenceSession(data or str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own classes share no public base
        reason = str(error).strip().splitlines()[0][:200]
        raise ModelError(f"{path} cannot be used as a model: {reason}") from None
