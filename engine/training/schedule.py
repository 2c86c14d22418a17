"""When the rate falls, when training stops, which epoch is the best: plain numbers, kept over a restart.

`EarlyStopping(patience)` on the validation loss and `ReduceLROnPlateau(patience, factor, min_lr, min_delta=1e-4)` on
the validation accuracy, as Keras has them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from engine.training.options import TrainOptions

_LEAST_GAIN = 1e-4  # Keras' `min_delta` of ReduceLROnPlateau


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an epoch. `lowered` is the new rate where it was lowered."""

    best: bool
    lowered: float | None


@dataclass(slots=True)
class Schedule:
    """Changes with every epoch; `to_dict` and `from_dict` carry it over a restart."""

    rate: float  # before decay
    best_epoch: int = 0
    best_loss: float = float("inf")
    best_accuracy: float = -1.0
    lowest_loss: float = float("inf")
    without_lower_loss: int = 0
    plateau_accuracy: float = float("-inf")
    on_plateau: int = 0

    def record(self, options: TrainOptions, epoch: int, loss: float, accuracy: float) -> Verdict:
        """Take note of an epoch's validation loss and accuracy."""
        best = self._is_best(options, loss, accuracy)
        if best:
            self.best_epoch, self.best_loss, self.best_accuracy = epoch, loss, accuracy
        self._count(loss)
        return Verdict(best, self._lower(options, accuracy))

    def is_enough(self, options: TrainOptions) -> bool:
        """Whether the validation loss has not fallen for as many epochs as the options wait."""
        return 0 < options.early_stop <= self.without_lower_loss

    def _is_best(self, options: TrainOptions, loss: float, accuracy: float) -> bool:
        if self.best_epoch == 0:
            return True
        if options.best_by == "accuracy":
            return (accuracy, -loss) > (self.best_accuracy, -self.best_loss)
        return (-loss, accuracy) > (-self.best_loss, self.best_accuracy)

    def _count(self, loss: float) -> None:
        if loss < self.lowest_loss:
            self.lowest_loss, self.without_lower_loss = loss, 0
        else:
            self.without_lower_loss += 1

    def _lower(self, options: TrainOptions, accuracy: float) -> float | None:
        if accuracy > self.plateau_accuracy + _LEAST_GAIN:
            self.plateau_accuracy, self.on_plateau = accuracy, 0
            return None
        self.on_plateau += 1
        if not 0 < options.plateau <= self.on_plateau:
            return None
        if self.rate <= options.minimum_rate:
            return None
        self.rate, self.on_plateau = max(self.rate * options.plateau_factor, options.minimum_rate), 0
        return self.rate

    def rate_at(self, options: TrainOptions, step: int) -> float:
        """The learning rate of a step, counted from 0 over the whole run: rate / (1 + decay step)."""
        return self.rate / (1 + options.decay * step)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Schedule:
        return cls(**data)
