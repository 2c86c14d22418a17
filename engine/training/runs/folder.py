"""The folder of a run while it is being written. Whatever instant it is killed at, it can be read and resumed."""

from __future__ import annotations

import csv
import io
import platform
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.errors import RunError
from engine.events import EpochEnded
from engine.language import _
from engine.library.records import Split
from engine.models.atomic import write_json, write_text
from engine.training.frozen import FrozenSplit
from engine.training.options import TrainOptions, to_dict
from engine.training.runs.records import (
    CHECKPOINT,
    CHECKPOINT_STATE,
    FORMAT_VERSION,
    HISTORY,
    LOCK,
    RECORD,
    SPLIT,
    read_record,
)

_LIBRARIES = ("pigeonhole", "keras", "tensorflow", "numpy", "pillow", "opencv-python-headless")
_LOCK_SECONDS = 5.0  # a list of the runs may hold the lock for an instant


class RunFolder:
    """A run that is open for writing; `record` is what `run.json` holds."""

    def __init__(self, folder: Path, record: dict[str, Any]) -> None:
        self.folder = folder
        self.record = record
        self._lock = FileLock(folder / LOCK, timeout=_LOCK_SECONDS)

    @property
    def name(self) -> str:
        return self.folder.name

    @classmethod
    def create(
        cls,
        runs_folder: Path,
        recipe: str,
        options: TrainOptions,
        frozen: FrozenSplit,
        facts: Mapping[str, Any] | None = None,
    ) -> RunFolder:
        """A new folder with the frozen split in it; `facts` are more entries of `run.json`.

        It is locked before `run.json` is there, so that nobody sees a run that begins as one that was interrupted.

        Raises:
            OSError: the project's folder cannot be written; nothing is left behind.
        """
        now = datetime.now(UTC)
        folder = _new_folder(runs_folder, f"{now:%Y%m%d-%H%M%S}-{re.sub(r'[^A-Za-z0-9._-]+', '-', recipe)}")
        try:
            write_text(folder / SPLIT, frozen.to_csv())
            run = cls(folder, _first_record(now, recipe, options, frozen) | dict(facts or {}))
            run._lock.acquire()
            run.update()
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return run

    @classmethod
    def reopen(cls, folder: Path) -> RunFolder:
        """An earlier run, to be resumed.

        Raises:
            RunError: its `run.json` cannot be read.
        """
        return cls(folder, read_record(folder))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock by which others see that this run is alive.

        Raises:
            RunError: another process trains this very run.
        """
        try:
            if not self._lock.is_locked:
                self._lock.acquire()
        except Timeout:
            raise RunError(
                _("The run {name} is being trained by another window or command.").format(name=self.name)
            ) from None
        try:
            yield
        finally:
            self._lock.release()

    def has_checkpoint(self) -> bool:
        """A complete epoch is kept, from which the run can be resumed."""
        return (self.folder / CHECKPOINT / CHECKPOINT_STATE).is_file()

    def discard(self) -> None:
        """Remove the run with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def update(self, **changes: Any) -> None:
        """Change some values of `run.json`."""
        self.record.update(changes)
        write_json(self.folder / RECORD, self.record)

    def write_history(self, epochs: Iterable[EpochEnded]) -> None:
        """Replace `history.csv`."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, [f.name for f in fields(EpochEnded)])
        writer.writeheader()
        writer.writerows(asdict(epoch) for epoch in epochs)
        write_text(self.folder / HISTORY, text.getvalue())


def _new_folder(runs_folder: Path, name: str) -> Path:
    runs_folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        folder = runs_folder / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise RunError(
        _("There are already a thousand runs named {name} in {folder}.").format(name=name, folder=runs_folder)
    )


def _first_record(now: datetime, recipe: str, options: TrainOptions, frozen: FrozenSplit) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "recipe": recipe,
        "state": "running",
        "created": now.isoformat(timespec="seconds"),
        "options": to_dict(options),
        "seed": options.seed,
        "classes": [{"id": i, "name": n} for i, n in zip(frozen.class_ids, frozen.classes, strict=True)],
        "dataset": {"images": len(frozen.images), "fingerprint": frozen.fingerprint()},
        "versions": {"python": platform.python_version(), "system": platform.platform(), **versions(*_LIBRARIES)},
        "device": None,
        "backend": None,
        "parameters": None,
        "epochs": 0,
        "best_epoch": None,
        "validation_accuracy": None,
        "validation_loss": None,
        "validation_images": None,
        "checked_with": frozen.checked_with(),
        "validated_on": (Split.TRAINING if options.train_on_everything else Split.VALIDATION).value,
        "seconds": 0.0,
        "images_per_second": 0.0,
        "difference": None,
        "error": None,
    }


def versions(*libraries: str) -> dict[str, str]:
    """The versions of those of the libraries that are installed."""
    found = {}
    for name in libraries:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
