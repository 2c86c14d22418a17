"""What a job says while it runs: frozen dataclasses, the same for the window, the command line and the child process.

A job emits any number of events and then exactly one outcome (`Succeeded`, `Cancelled` or `Failed`).
Every event is plain data: it survives `to_record`, JSON and `from_record` unchanged.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.records import Loss, build


@dataclass(frozen=True, slots=True)
class Event:
    """Base of everything a job emits."""


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """How far a job is. `total` is None while it is unknown; `rate` is in units of `done` per second."""

    phase: str
    done: int
    total: int | None = None
    rate: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Log(Event):
    """One line for the person who watches. Lines with the same `about` say the same thing, perhaps in other figures."""

    message: str
    level: str = "info"  # "info" or "warning"
    about: str = ""


@dataclass(frozen=True, slots=True)
class ProblemFound(Event):
    """A file that cannot be used, and why. It never stops a job."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImagesAdded(Event):
    """So many images are now in the project (total of this import so far)."""

    images: int


@dataclass(frozen=True, slots=True)
class FeaturesReady(Event):
    """So many of the `images` of a project have features by the base of this key, which can be read now."""

    ready: int
    images: int
    base: str


@dataclass(frozen=True, slots=True)
class TrainingPlanned(Event):
    """What a training without a chosen recipe will do, before it does it: what a sentence beside its button tells.

    `recipes` are tried in this order; `reason` (a `Reason` of `engine.training.automatic.choice`) is why the second was
    chosen; a third follows only where the second stays behind what is expected of it. `longer` are the recipes that
    follow on these where more time is taken, the last an ensemble. `images` are trained on or checked with,
    `check_images` of them the latter. `seconds` are expected of the first two and of `longer`, `most_seconds` of all;
    None where that is not known of this machine; `each` has them of each of these recipes. `accuracy`, 0 to 1, is what
    the first model is expected to reach, with its 95 % interval `low` to `high`, by cross-validation on `looked_at`
    images; None where these were too few, where classes have no label yet, which `not_shown` names, or where the
    labelled images are `unlike` those without a label, so that they tell nothing of new ones.
    """

    images: int
    classes: int
    check_images: int
    recipes: tuple[str, ...]
    reason: str
    seconds: float | None = None
    most_seconds: float | None = None
    accuracy: float | None = None
    low: float | None = None
    high: float | None = None
    looked_at: int = 0
    longer: tuple[str, ...] = ()
    each: tuple[float | None, ...] = ()
    not_shown: tuple[str, ...] = ()
    unlike: bool = False

    @property
    def chosen(self) -> str:
        """The recipe that the pictures chose; the first is always the one that is there at once."""
        return self.recipes[1]


@dataclass(frozen=True, slots=True)
class BetterModel(Event):
    """From now on the best model of a training without a chosen recipe is that of this run: `right` of `images` check
    images (`images` 0 where none is held out).
    """

    run: str
    recipe: str
    right: int
    images: int


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """Training is about to see its first batch.

    `validation_images` is 0 where none are held out: the figures of validation are then of some training images.
    `fold` is that of a k-fold training, from 1; 0 without. `images_per_epoch` is what rates count: other than the
    training images where rare classes are shown more often or others less; 0 where it is the same. `finishing` seconds
    follow on the last epoch, in which the model is proved and written, by earlier trainings here; None where that is no
    matter of seconds.
    """

    run: str
    recipe: str
    device: str
    epochs: int
    batches_per_epoch: int
    training_images: int
    validation_images: int
    parameters: int
    first_epoch: int = 1
    classes: tuple[str, ...] = ()
    fold: int = 0
    images_per_epoch: int = 0
    finishing: float | None = None


@dataclass(frozen=True, slots=True)
class BatchEnded(Event):
    """Running means of the current epoch; at most about ten of these a second are emitted. Counts from 1."""

    epoch: int
    batch: int
    batches: int
    loss: Loss
    accuracy: float
    images_per_second: float
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class EpochEnded(Event):
    """One row of `history.csv`. Accuracies are fractions (0 to 1), counts are from 1."""

    epoch: int
    epochs: int
    loss: Loss
    accuracy: float
    validation_loss: Loss
    validation_accuracy: float
    learning_rate: float
    seconds: float
    images_per_second: float
    best: bool


@dataclass(frozen=True, slots=True)
class ClassesMeasured(Event):
    """After the epoch that it follows: the validation accuracy (0 to 1) of each class of the run, in their order.

    None where no image of the class validates; `images` are how many do.
    """

    epoch: int
    accuracies: tuple[float | None, ...]
    images: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrainingEnds(Event):
    """No further epoch of this run is trained; its model is proved and written now."""

    run: str


@dataclass(frozen=True, slots=True)
class Classified(Event):
    """Results of a batch classification, some rows at a time, in the order of the input.

    Each row: (path, predicted class, confidence 0 to 1).
    """

    rows: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Outcome(Event):
    """How a job ended. `result` is what the last line of `--json` shows."""


@dataclass(frozen=True, slots=True)
class Succeeded(Outcome):
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancelled(Outcome):
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed(Outcome):
    """`message` is one clear sentence; `details` (a traceback) only where the failure was not foreseen."""

    message: str
    details: str = ""


def all_events(base: type[Event] = Event) -> dict[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    for cls in base.__subclasses__():
        found[_name(cls)] = cls
        found.update(all_events(cls))
    return found


def _name(cls: type[Event]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def to_record(event: Event) -> dict[str, Any]:
    """The event as plain data for JSON; `"event"` holds its name in snake case (`epoch_ended`)."""
    return {"event": _name(type(event)), **asdict(event)}


def from_record(record: dict[str, Any]) -> Event:
    """The event that `to_record` wrote.

    Raises:
        ValueError: the record names no known event, or a value is missing or of another type.
    """
    cls = all_events().get(str(record.get("event")))
    if cls is None:
        raise ValueError(f"expected the name of an event, found {record.get('event')!r}")
    return build(cls, record, ours=True)
