"""Runs on disk: what was trained, how it went, what it left. Reading them needs nothing but the files."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from engine.errors import RunError, UnknownRun, UsageError
from engine.events import EpochEnded
from engine.files import open_regular_text, reason_of
from engine.language import _, marked
from engine.library.records import Split
from engine.records import Loss, RecordError, build, read, read_json

RECORD, SPLIT, HISTORY, LOCK, NOTES = "run.json", "split.csv", "history.csv", "run.lock", "notes.json"
FOLD_PREDICTIONS = "folds.npz"  # of every labelled image, each by a model that did not train on it
STATES = {  # of a run, as a person calls them
    "running": marked("running"),
    "finished": marked("finished"),
    "stopped": marked("stopped"),
    "failed": marked("failed"),
    "interrupted": marked("interrupted"),
}
CHECKPOINT_STATE = "state.json"  # in the checkpoint; written last, it makes an epoch complete
CHECKPOINT, KERAS_MODEL, MODEL, PREDICTIONS, REPORT = (
    "checkpoint",
    "model.keras",
    "model.onnx",
    "predictions.npz",
    "report.json",
)
FORMAT_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a list of runs tells of each.

    `state` is "running", "finished", "stopped" (by a person), "failed" or "interrupted" (its process is gone without
    having said how it ended). `created` is UTC in ISO form; `best_epoch`, `validation_accuracy` and `validation_loss`
    are those of the epoch that the model was taken from, None before the first one and where no image was held out to
    validate on. `validated_on` says what the figures of its history are of: "validation" images, the "training" images
    themselves, or, of an ensemble, "test" where that is all that its members held out together; `validation_images` is
    how many it was validated on, None where an earlier version did not say. `error` is one sentence. `title`, `note`
    and `starred` are a person's (`notes_and_trash.annotate`). `fold` is its number and of how many, where it is one of
    a k-fold training.
    """

    name: str
    recipe: str
    state: str
    created: str
    epochs: int
    best_epoch: int | None
    validation_accuracy: float | None
    validation_loss: float | None
    validation_images: int | None = None
    seconds: float
    images_per_second: float
    has_model: bool
    error: str | None
    title: str = ""
    note: str = ""
    starred: bool = False
    validated_on: str = Split.VALIDATION.value
    fold: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetails(RunFacts):
    """With what was trained. `outdone_by` names the run that did better on the same check images in a training that
    tried several recipes.
    """

    options: dict[str, Any]
    classes: tuple[str, ...]
    outdone_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord(RunDetails):
    """A training as it stands on disk, in its folder. `checked_with` is a fingerprint of its check images, None where
    there are none and where an earlier version wrote none.
    """

    folder: Path
    checked_with: str | None = None

    @property
    def can_resume(self) -> bool:
        return self.state in {"stopped", "failed", "interrupted"}

    def is_trained_as(self, other: RunRecord) -> bool:
        """Return whether this is the same state of the same training, whatever a person wrote about it since."""
        own, its = (replace(run, title="", note="", starred=False, outdone_by=None) for run in (self, other))
        return own == its

    def is_older_than(self, other: RunRecord) -> bool:
        """Return whether it was begun before the other run; of two in the same second the name decides."""
        return (self.created, self.name) < (other.created, other.name)


@dataclass(frozen=True, slots=True)
class _Class:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class _Fold:
    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise UsageError(
                _("A fold has a number from 1 to {of}, found {number}.").format(of=self.of, number=self.number)
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The types of what a run is done again by."""

    recipe: str
    options: dict[str, Any]
    format_version: int = 1
    fold: _Fold | None = None
    members: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunFile(_Asked):
    """The types of what stands in `run.json`; what has a default may be missing in that of an earlier version."""

    state: Literal["running", "finished", "stopped", "failed", "interrupted"]
    created: str
    epochs: int
    best_epoch: int | None
    validation_accuracy: float | None
    validation_loss: Loss | None
    seconds: float
    images_per_second: float
    classes: tuple[_Class, ...]
    error: str | None
    validated_on: Literal["training", "validation", "test"] | None = None
    validation_images: int | None = None
    checked_with: str | None = None
    dataset: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    device: str | None = None
    backend: str | None = None
    parameters: int | None = None
    difference: float | None = None
    series: str | None = None
    planned: str | None = None
    repeats: str | None = None
    why: str | None = None
    outdone_by: str | None = None


@dataclass(frozen=True, slots=True)
class _Note:
    title: str
    note: str
    starred: bool


@dataclass(frozen=True, slots=True)
class SplitRow:
    """An image of a run's frozen split. (`source_id`, `path`) names it; a path alone may occur in two sources.

    `file` is where it was at the time: it tells the image again when its source was removed and added anew.
    """

    image_id: int
    source_id: int
    path: str
    class_name: str
    split: Split
    file: str = ""


def list_runs(project_folder: Path) -> list[RunRecord]:
    """Return all runs of a project, newest first. A folder that holds no readable `run.json` is left out."""
    return runs_in(project_folder / "runs")


def runs_in(folder: Path) -> list[RunRecord]:
    """The runs in a folder of runs, newest first."""
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        try:
            found.append(read_run(path))
        except RunError:
            continue
    return sorted(found, key=lambda run: (run.created, run.name), reverse=True)


def best_of_each_training(runs: Sequence[RunRecord]) -> list[RunRecord]:
    """Return those of the runs that are rounds, in their order: no folds, and of one training the best."""
    return list(_rounds(runs))


def _rounds(runs: Sequence[RunRecord]) -> Iterator[RunRecord]:
    """Yield `best_of_each_training` one by one; each row that is painted wants the first alone."""
    names = {run.name for run in runs}
    return (run for run in runs if run.fold is None and run.outdone_by not in names)


def best_of_newest(runs: Sequence[RunRecord]) -> RunRecord | None:
    """Return which of the runs, newest first, is shown and used where nobody chose one: the best of the newest
    training; the newest fold where there is nothing else.
    """
    return next(iter([*best_of_each_training(runs), *runs]), None)


def older_run(run: RunRecord, others: Sequence[RunRecord]) -> RunRecord | None:
    """Return with which of the others, which come newest first, a run is compared: the best of the training before its
    own; where there is none, the newest that is older.
    """
    own = _kept_of(run, others)
    rounds = [other for other in best_of_each_training([run, *others]) if other.name != own.name]
    older = [other for other in [*rounds, *others] if other.is_older_than(run)]
    return older[0] if older else None


def is_checked_otherwise(run: RunRecord, runs: Sequence[RunRecord]) -> bool:
    """Return whether the accuracy of a run is of other check images than that of the newest of `runs`, which come
    newest first. Such figures are not to be set beside each other; `review.rounds` asks both models about the same
    images.
    """
    newest = next((one for one in _rounds(runs) if one.validation_accuracy is not None), None)
    return newest is not None and run.validation_accuracy is not None and _differ_in_images(run, newest)


def are_checked_otherwise(runs: Sequence[RunRecord]) -> bool:
    """Return whether any two of these runs, in any order, folds among them, have figures of other check images."""
    checked = [run for run in runs if run.validation_accuracy is not None]
    return any(_differ_in_images(one, other) for one, other in combinations(checked, 2))


def _differ_in_images(run: RunRecord, other: RunRecord) -> bool:
    """Return whether two runs have other check images. Of a run of an earlier version, which did not say which they
    are, their number tells.
    """
    for own, others in ((run.checked_with, other.checked_with), (run.validation_images, other.validation_images)):
        if own is not None and others is not None:
            return own != others
    return False


def _kept_of(run: RunRecord, runs: Sequence[RunRecord]) -> RunRecord:
    """Return the best run of the training of a run, among all `runs`."""
    by_name = {one.name: one for one in runs}
    while run.outdone_by in by_name:
        run = by_name[run.outdone_by]
    return run


def round_of(run: RunRecord, runs: Sequence[RunRecord]) -> int | None:
    """Return the number of the round, from 1 on, in which a run was trained, of all `runs`, which come newest first;
    None of a fold.
    """
    name, names = _kept_of(run, runs).name, [one.name for one in reversed(best_of_each_training(runs))]
    return names.index(name) + 1 if name in names else None


def find_run(project_folder: Path, name: str | None, *, with_model: bool = True) -> RunRecord:
    """The run of that name, or of that unique beginning; without one, the newest that finished and was not outdone.

    A run that a person stopped counts as finished where no other has a model.

    Raises:
        UnknownRun: none has that name, or several begin so.
        RunError: there is none at all, or (`with_model`) it left no model.
    """
    runs = list_runs(project_folder)
    if not runs:
        missing = RunError if name is None else UnknownRun
        raise missing(_("There are no runs in {folder}; train first.").format(folder=project_folder))
    run = _newest(runs, with_model=with_model) if name is None else _named(runs, name)
    if with_model and not run.has_model:
        raise RunError(
            _("The run {run} ({state}) left no model; resume it or choose another run.").format(
                run=run.name, state=_(STATES.get(run.state, run.state))
            )
        )
    return run


def has_model(project_folder: Path) -> bool:
    """Return whether any run of the project has left a model."""
    return any(run.has_model for run in list_runs(project_folder))


def _newest(runs: list[RunRecord], *, with_model: bool) -> RunRecord:
    usable = [run for run in runs if run.has_model] if with_model else runs
    finished = [run for run in usable if run.state == "finished"]
    candidates = finished or usable or runs
    names = {run.name for run in usable}
    return next((run for run in candidates if run.outdone_by not in names), candidates[0])


def _named(runs: list[RunRecord], name: str) -> RunRecord:
    folder_name = Path(name).name
    matches = [run for run in runs if run.name == folder_name] or [
        run for run in runs if run.name.startswith(folder_name)
    ]
    if len(matches) == 1:
        return matches[0]
    if matches:
        sentence = _("Expected the name of a run, but several runs begin with {name!r}; known are {runs}.")
    else:
        sentence = _("Expected the name of a run, but there is no run {name!r}; known are {runs}.")
    raise UnknownRun(sentence.format(name=name, runs=", ".join(r.name for r in runs)))


def read_run(folder: Path) -> RunRecord:
    """The run in `folder`.

    Raises:
        RunError: it holds no readable `run.json`.
    """
    data = read_record(folder)
    if data.get("state") == "running" and not is_alive(folder):
        data = read_record(folder)  # it may have ended, in order, between the first look and that at the lock
        data["state"] = "interrupted" if data.get("state") == "running" else data.get("state")
    title, note, starred = read_note(folder)
    file = build(_RunFile, data)
    validated_on = _validated_on(file)
    held_out = validated_on == Split.VALIDATION
    return RunRecord(
        name=folder.name,
        folder=folder,
        recipe=file.recipe,
        state=file.state,
        created=file.created,
        options=file.options,
        epochs=file.epochs,
        best_epoch=file.best_epoch,
        validation_accuracy=file.validation_accuracy if held_out else None,
        validation_loss=file.validation_loss if held_out else None,
        seconds=file.seconds,
        images_per_second=file.images_per_second,
        classes=tuple(c.name for c in file.classes),
        error=file.error,
        has_model=(folder / MODEL).is_file(),
        title=title,
        note=note,
        starred=starred,
        validated_on=validated_on,
        fold=(file.fold.number, file.fold.of) if file.fold else None,
        outdone_by=file.outdone_by,
        validation_images=file.validation_images if held_out else None,
        checked_with=file.checked_with if held_out else None,
    )


def _validated_on(file: _RunFile) -> str:
    """Return what the figures of validation in a `run.json` are of; those of earlier versions did not say so."""
    everything = file.options.get("train_on_everything")
    of_everything = Split.TEST if file.members else Split.TRAINING  # an ensemble has its first run's options
    return file.validated_on or (of_everything if everything else Split.VALIDATION).value


def read_record(folder: Path) -> dict[str, Any]:
    """The whole of `run.json` as plain data, that of an earlier version as if it had been written now.

    All values that this version knows are of the types that `_RunFile` says.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        data = read_json(folder / RECORD)
        build(_RunFile, data)
        return as_of_now(data)
    except OSError as error:
        raise RunError(
            _("{folder} is not a run: {file} cannot be read ({why}).").format(
                folder=folder, file=RECORD, why=reason_of(error)
            )
        ) from None
    except RecordError as error:
        raise RunError(
            _("The run {folder} is damaged: in {file}, {why}.").format(folder=folder.name, file=RECORD, why=error)
        ) from None


def read_options(path: Path) -> dict[str, Any]:
    """Recipe and options out of a `run.json` wherever it lies, with what else it holds.

    Raises:
        OSError: it cannot be read.
        RecordError: it has no recipe and options.
    """
    data = read_json(path)
    build(_Asked, data)
    return as_of_now(data)


def as_of_now(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a `run.json` of any version says, in the words of the present version.

    A decay was once of the constant schedule too, and a weights file without pretrained weights was left unread.
    """
    options = data.get("options")
    if data.get("format_version", 1) != 1 or not isinstance(options, dict):
        return data
    changed = dict(options)
    if options.get("decay") and options.get("schedule", "constant") == "constant":
        changed["schedule"] = "inverse-time"
    if options.get("weights") and options.get("pretrained") == "none":
        changed["weights"] = ""
    return {**data, "options": changed}


def read_note(folder: Path) -> tuple[str, str, bool]:
    """Title, note and star that a person gave the run in `folder`; nothing where the file is missing or damaged."""
    try:
        note = read(folder / NOTES, _Note)
    except (OSError, RecordError):
        return "", "", False
    return note.title, note.note, note.starred


def is_alive(folder: Path) -> bool:
    """Return whether the process that trains in `folder` still lives: it holds a lock that ends with it.

    Looking takes a shared lock for an instant, so that two who look at once do not take each other for a training.
    """
    try:
        file = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False  # no lock; or a place that cannot be written, which cannot be trained in either
    try:
        import fcntl
    except ImportError:  # Windows
        return _is_held(folder / LOCK)
    else:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False
    finally:
        os.close(file)


def _is_held(path: Path) -> bool:
    """Return, where locks cannot be shared, whether the lock is taken each time of a few, as a look lasts an instant
    only.
    """
    from filelock import FileLock, Timeout

    for _attempt in range(5):
        try:
            with FileLock(path, blocking=False):
                return False
        except Timeout:
            time.sleep(0.02)
        except OSError:
            return False
    return True


def history(run: RunRecord) -> list[EpochEnded]:
    """The epochs of a run, first to last; empty where none was completed."""
    try:
        with open_regular_text(run.folder / HISTORY, newline="") as file:
            return [_epoch(row) for row in csv.DictReader(file)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise RunError(
            _("The history of the run {run} cannot be read: {why}.").format(run=run.name, why=error)
        ) from None


def _epoch(row: dict[str, str]) -> EpochEnded:
    values: dict[str, Any] = {}
    for f in fields(EpochEnded):
        text = row[f.name]
        values[f.name] = text == "True" if f.name == "best" else int(text) if f.type == "int" else float(text)
    return EpochEnded(**values)


def read_split(run: RunRecord) -> list[SplitRow]:
    """The frozen split of a run: every image that it was trained, validated or tested on, in the order of the store.

    Raises:
        RunError: `split.csv` is missing or damaged.
    """
    try:
        path = run.folder / SPLIT
        with open_regular_text(path, errors="surrogateescape", newline="") as file:
            return [_split_row(row) for row in csv.DictReader(file)]
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        raise RunError(_("The split of the run {run} cannot be read: {why}.").format(run=run.name, why=error)) from None


def _split_row(row: dict[str, Any]) -> SplitRow:
    ids = {name: int(row[name]) for name in ("image_id", "source_id")}
    texts = {"path": row["path"], "class_name": row["class"], "split": row["split"], "file": row.get("file") or ""}
    return build(SplitRow, ids | texts)
