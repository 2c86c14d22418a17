"""The last complete epoch and the best one, on disk. `state.json` names the files that belong together."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras

from engine.errors import ModelError, RunError, UsageError
from engine.events import EpochEnded
from engine.files import reason_of
from engine.language import _
from engine.models.atomic import replacing, write_json
from engine.models.keras_file import check_keras_file
from engine.records import RecordError, read
from engine.training.runs.records import CHECKPOINT_STATE
from engine.training.schedule import Schedule


@dataclass(slots=True)
class State:
    """State of a training after its last complete epoch. `seconds` counts over all sittings."""

    schedule: Schedule
    history: list[EpochEnded]
    seconds: float = 0.0
    images: int = 0  # seen in training, over all epochs
    training_seconds: float = 0.0

    @property
    def epoch(self) -> int:
        return len(self.history)


@dataclass(frozen=True, slots=True)
class _StateFile:
    """The content of `state.json`: two files beside it, and the parts of `State`."""

    latest: str
    best: str
    schedule: Schedule
    history: tuple[EpochEnded, ...]
    seconds: float
    images: int
    training_seconds: float

    def __post_init__(self) -> None:
        for name in (self.latest, self.best):
            if name != Path(name).name:
                raise UsageError(_("A network lies beside the state of its run, found {name}.").format(name=name))


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
        return self.folder / self._read().best

    def save(self, model: keras.Model, state: State) -> None:
        """Keep `model` with its optimiser's state as the last epoch; also as the best one where it is that.

        Raises:
            OSError: the disk is full or read-only; the epoch before stays.
        """
        self.folder.mkdir(exist_ok=True)
        latest = f"epoch-{state.epoch:05d}.keras"
        with replacing(self.folder / latest) as temporary:
            model.save(temporary)
        best = latest if state.schedule.best_epoch == state.epoch else self._read().best
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
        write_json(self.folder / CHECKPOINT_STATE, asdict(replace(self._read(), schedule=schedule)))

    def load(self) -> tuple[keras.Model, State] | None:
        """The last complete epoch; None where none was.

        Raises:
            RunError: the files are damaged.
        """
        if self._folder is None or not (self.folder / CHECKPOINT_STATE).is_file():
            return None
        file = self._read()
        state = State(file.schedule, list(file.history), file.seconds, file.images, file.training_seconds)
        return load_model(self.folder / file.latest, compile=True), state

    def _read(self) -> _StateFile:
        try:
            return read(self.folder / CHECKPOINT_STATE, _StateFile)
        except OSError as error:
            raise RunError(
                _("The checkpoint in {folder} cannot be read: {why}.").format(folder=self.folder, why=reason_of(error))
            ) from None
        except RecordError as error:
            raise RunError(
                _("The checkpoint in {folder} is damaged: in {file}, {why}.").format(
                    folder=self.folder, file=CHECKPOINT_STATE, why=error
                )
            ) from None


def load_model(path: Path, *, compile: bool = False) -> keras.Model:
    """A `.keras` file, without ever running code from it.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        check_keras_file(path)
        return keras.saving.load_model(path, compile=compile, safe_mode=True)
    except (OSError, ModelError) as error:
        raise RunError(_("The network in {path} cannot be read: {why}").format(path=path, why=error)) from None
    except Exception as error:  # whatever Keras stumbles over in a file that somebody else may have made
        raise RunError(
            _("The network in {path} cannot be read: {name}: {why}").format(
                path=path, name=type(error).__name__, why=error
            )
        ) from None
