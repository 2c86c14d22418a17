"""An ensemble: one model or several as one, with the mean of their probabilities, of an image and, if wanted, of its
mirror image, and the mean of their novelty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from engine.batch.mirrored import learned_mirrored
from engine.errors import ModelError, UsageError
from engine.files import open_regular
from engine.imaging.decode import Mode
from engine.imaging.ranges import PixelRange
from engine.imaging.resize import Method
from engine.jobs.job import Cancel
from engine.language import _
from engine.models.bundle import ModelInfo
from engine.models.predictor import Answers, Predictor
from engine.models.providers import Device

_SHOWN = 5  # classes that a sentence names


class View(NamedTuple):
    """The form in which a model takes an image. Models that want the same share its pixels."""

    width: int
    height: int
    channels: Mode
    resize: Method
    pixel_range: PixelRange | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.height, self.width, 1 if self.channels == "grey" else 3


class Ensemble:
    """Models with the same classes, used as one. Safe to use from several threads.

    `views` are the different ways in which they want to see an image; `classes` those of the first model, in order;
    `name` tells which models these are, by run and contents; `tells_novelty`: at least one knows what is unlike its
    training images.
    """

    def __init__(
        self,
        files: Sequence[Path],
        *,
        flips: bool = False,
        threads: int | None = None,
        device: Device = "auto",
        cancel: Cancel | None = None,
    ) -> None:
        """Open the models at `files`; `threads` for one prediction of one model, `device`, `cancel` as in `Predictor`.

        Raises:
            ModelError: one cannot be opened, or they do not know the same classes.
            UsageError: `flips`, and a model never learned from mirrored images.
            JobCancelled: `cancel` was set.
        """
        self._predictors = [Predictor(file, threads=threads, device=device, cancel=cancel) for file in files]
        infos = [predictor.info for predictor in self._predictors]
        self.classes = infos[0].classes
        self._orders = [_order(self.classes, info, file) for info, file in zip(infos, files, strict=True)]
        if flips:
            for file, info in zip(files, infos, strict=True):
                _check_flips(file, info)
        self._flips = flips
        of_each = [view(info) for info in infos]
        self.views = tuple(dict.fromkeys(of_each))
        self._places = [self.views.index(v) for v in of_each]
        self.tells_novelty = any(info.novelty is not None for info in infos)
        self.name = " + ".join(_name(file, info) for file, info in zip(files, infos, strict=True))

    @property
    def device(self) -> str:
        """The device that the models compute on, such as "CPU" or "CUDA"."""
        return " + ".join(dict.fromkeys(predictor.device for predictor in self._predictors))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that say why that is not the graphics card; empty where there is none or it is used."""
        return tuple(dict.fromkeys(p.note for p in self._predictors if p.note is not None))

    def predict(self, pixels: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Probabilities float32 (n, classes) of n images, given as uint8 (n, height, width, channels) for each view."""
        return self.answer(pixels).probabilities

    def answer(self, pixels: Sequence[NDArray[np.uint8]]) -> Answers:
        """Return all that the models say of n images, given as for `predict`. Their novelty is the mean of those that
        tell it, of the images themselves and not of their mirror images, for which no limit was found.
        """
        total = np.zeros((len(pixels[0]), len(self.classes)), np.float32)
        novelties: list[NDArray[np.float32]] = []
        for predictor, order, place in zip(self._predictors, self._orders, self._places, strict=True):
            found = predictor.answer(pixels[place])
            total += found.probabilities[:, order]
            novelties += [] if found.novelty is None else [found.novelty]
            if self._flips:
                total += predictor.predict(pixels[place][:, :, ::-1])[:, order]
        shares = len(self._predictors) * (2 if self._flips else 1)
        novelty: NDArray[np.float32] | None = np.mean(novelties, axis=0, dtype=np.float32) if novelties else None
        return Answers(total / np.float32(shares) if shares > 1 else total, novelty)


def view(info: ModelInfo) -> View:
    return View(info.width, info.height, cast(Mode, info.channels), cast(Method, info.resize), info.deep_range)


def _order(classes: tuple[str, ...], info: ModelInfo, file: Path) -> NDArray[np.int64] | slice:
    """Return where each of `classes` stands among a model's own."""
    if info.classes == classes:
        return slice(None)
    if sorted(info.classes) != sorted(classes):
        odd = sorted(set(info.classes) ^ set(classes))
        shown = odd if len(odd) <= _SHOWN else [*odd[:_SHOWN], "..."]
        raise ModelError(
            _(
                "Several models are used together only if they know the same classes; {file} differs from the first in "
                "{classes}."
            ).format(file=file, classes=", ".join(shown))
        )
    return np.array([info.classes.index(name) for name in classes])


def _check_flips(file: Path, info: ModelInfo) -> None:
    if not learned_mirrored(file, info):
        raise UsageError(
            _(
                "Averaging over flips needs models that learned from mirrored images; {run} ({recipe}) did not, and a "
                "mirrored sign or letter is another one."
            ).format(run=info.run or file, recipe=info.recipe)
        )


def _name(file: Path, info: ModelInfo) -> str:
    """The run and the beginning of the file's SHA-256."""
    with open_regular(file) as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()[:12]
    return f"{info.run or file.stem}@{digest}"
