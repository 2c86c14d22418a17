"""Schedules: when the rate falls, when training stops, which epoch is the best; plain numbers, kept over a restart.

`EarlyStopping(patience)` and `ReduceLROnPlateau(patience, factor, min_lr, min_delta)` as Keras has them, each on the
validation loss or the validation accuracy, and the rate of each step: constant, inverse time, cosine, one-cycle.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from engine.records import Loss
from engine.training.options import TrainOptions

# One-cycle after Smith, "Super-Convergence" (2018), with the proportions of PyTorch's `OneCycleLR` but a shorter rise.
_RISE, _FIRST, _LAST = 0.2, 1 / 25, 1e-3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Consequences of an epoch. `lowered` is the new rate where it was lowered."""

    best: bool
    lowered: float | None


@dataclass(slots=True)
class Schedule:
    """Changes with every epoch; `to_dict` carries it over a restart.

    A score is an accuracy or a loss with its sign turned: more is better.
    """

    rate: float  # before decay
    best_epoch: int = 0
    best_loss: Loss = float("inf")
    best_accuracy: float = -1.0
    stop_score: Loss = float("-inf")
    without_gain: int = 0
    plateau_score: Loss = float("-inf")
    on_plateau: int = 0

    def record(self, options: TrainOptions, epoch: int, loss: float, accuracy: float) -> Verdict:
        """Take note of an epoch's validation loss and accuracy."""
        best = self._is_best(options, loss, accuracy)
        if best:
            self.best_epoch, self.best_loss, self.best_accuracy = epoch, loss, accuracy
        self._count(_score(options.early_stop_by, loss, accuracy))
        return Verdict(best, self._lower(options, _score(options.plateau_by, loss, accuracy)))

    def is_enough(self, options: TrainOptions) -> bool:
        """Return whether what the options watch has not gained for as many epochs as they wait."""
        return 0 < options.early_stop <= self.without_gain

    def begin_again(self, rate: float) -> None:
        """Forget the waiting, at another rate: what is trained has changed. The best epoch stays."""
        self.rate = rate
        self.stop_score = self.plateau_score = float("-inf")
        self.without_gain = self.on_plateau = 0

    def _is_best(self, options: TrainOptions, loss: float, accuracy: float) -> bool:
        if self.best_epoch == 0 or options.train_on_everything:  # nothing is held out that could tell
            return True
        if options.best_by == "accuracy":
            return (accuracy, -loss) > (self.best_accuracy, -self.best_loss)
        return (-loss, accuracy) > (-self.best_loss, self.best_accuracy)

    def _count(self, score: float) -> None:
        if score > self.stop_score:
            self.stop_score, self.without_gain = score, 0
        else:
            self.without_gain += 1

    def _lower(self, options: TrainOptions, score: float) -> float | None:
        if score > self.plateau_score + options.plateau_gain:
            self.plateau_score, self.on_plateau = score, 0
            return None
        self.on_plateau += 1
        if not 0 < options.plateau <= self.on_plateau:
            return None
        if self.rate <= options.minimum_rate:
            return None
        self.rate, self.on_plateau = max(self.rate * options.plateau_factor, options.minimum_rate), 0
        return self.rate

    def rate_at(self, options: TrainOptions, step: int, steps: int = 0) -> float:
        """The learning rate of a step, counted from 0 over the whole run, which has `steps` of them."""
        done = min(step / steps, 1.0) if steps else 0.0
        if options.schedule == "cosine":
            return self.rate * _cosine(done)
        if options.schedule == "one-cycle":
            if done < _RISE:
                return self.rate * (1 - (1 - _FIRST) * _cosine(done / _RISE))
            return self.rate * (_LAST + (1 - _LAST) * _cosine((done - _RISE) / (1 - _RISE)))
        if options.schedule == "inverse-time":
            decay = options.decay or options.learning_rate / options.epochs
            return self.rate / (1 + decay * step)
        return self.rate

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def _score(what: str, loss: float, accuracy: float) -> float:
    return accuracy if what == "accuracy" else -loss


def _cosine(done: float) -> float:
    """Return 1 to 0 along half a cosine wave."""
    return (1 + math.cos(math.pi * done)) / 2
