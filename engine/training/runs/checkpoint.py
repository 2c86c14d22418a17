"""The last complete epoch and the best one, on disk. `state.json` names the files that belong together."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras

from engine.errors import RunError
from engine.events import EpochEnded
from engine.files import check_regular, read_regular
from engine.models.atomic import replacing, write_json
from engine.training.runs.records import CHECKPOINT_STATE
from engine.training.schedule import Schedule


@dataclass(slots=True)
class State:
    """Where a training stands after its last complete epoch. `seconds` counts over all sittings."""

    schedule: Schedule
    history: list[EpochEnded]
    seconds: float = 0.0
    images: int = 0  # seen in training, over all epochs
    training_seconds: float = 0.0

    @property
    def epoch(self) -> int:
        return len(self.history)


class Checkpoint:
    """`checkpoint/` of a run: written after each epoch, committed by replacing `state.json`."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` is None of a run that has none yet; it is set before the first epoch ends."""
        self._folder = folder

    @property
    def folder(self) -> Path:
        assert self._folder is not None
        return self._folder

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._folder = folder

    @property
    def best(self) -> Path:
        return self.folder / str(self._names()["best"])

    def save(self, model: keras.Model, state: State) -> None:
        """Keep `model` with its optimiser's state as the last epoch; also as the best one where it is that.

        Raises:
            OSError: the disk is full or read-only; the epoch before stays.
        """
        self.folder.mkdir(exist_ok=True)
        latest = f"epoch-{state.epoch:05d}.keras"
        with replacing(self.folder / latest) as temporary:
            model.save(temporary)
        best = latest if state.schedule.best_epoch == state.epoch else self._names()["best"]
        data = {
            "latest": latest,
            "best": best,
            "schedule": state.schedule.to_dict(),
            "history": [asdict(epoch) for epoch in state.history],
            "seconds": state.seconds,
            "images": state.images,
            "training_seconds": state.training_seconds,
        }
        write_json(self.folder / CHECKPOINT_STATE, data)
        for path in self.folder.glob("*.keras"):
            if path.name not in {latest, best}:
                path.unlink(missing_ok=True)

    def keep(self, schedule: Schedule) -> None:
        """Replace what is kept of the schedule after the last complete epoch.

        Raises:
            OSError: the disk is full or read-only; what was kept stays.
        """
        write_json(self.folder / CHECKPOINT_STATE, {**self._names(), "schedule": schedule.to_dict()})

    def load(self) -> tuple[keras.Model, State] | None:
        """The last complete epoch; None where none was.

        Raises:
            RunError: the files are damaged.
        """
        if self._folder is None or not (self.folder / CHECKPOINT_STATE).is_file():
            return None
        data = self._names()
        try:
            state = State(
                schedule=Schedule.from_dict(data["schedule"]),
                history=[EpochEnded(**epoch) for epoch in data["history"]],
                seconds=float(data["seconds"]),
                images=int(data["images"]),
                training_seconds=float(data["training_seconds"]),
            )
            return load_model(self.folder / data["latest"], compile=True), state
        except (KeyError, TypeError, ValueError) as error:
            raise RunError(f"The checkpoint in {self.folder} is damaged: {error}.") from None

    def _names(self) -> dict[str, Any]:
        try:
            data: dict[str, Any] = json.loads(read_regular(self.folder / CHECKPOINT_STATE))
        except (OSError, ValueError) as error:
            raise RunError(f"The checkpoint in {self.folder} cannot be read: {error}.") from None
        return data


def load_model(path: Path, *, compile: bool = False) -> keras.Model:
    """A `.keras` file, without ever running code from it.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        check_regular(path)
        return keras.saving.load_model(path, compile=compile, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"The network in {path} cannot be read: {error}") from None
