"""Saved results: a folder for each batch, with its rows, what a person made of them, and its request.

```
classified/<UTC time>/
  batch.json      what was classified with what, and how far it came
  results.jsonl   the rows, as the job writes them
  labels.jsonl    what a person called images, in the order in which they did
  sorted.json     the journals of sortings of its files, the newest first
```
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from engine.batch.params import ClassifyParams
from engine.errors import EngineError
from engine.files import read_regular, reason_of
from engine.language import _
from engine.models.atomic import write_text
from engine.records import RecordError, build, parse, read

ROWS, LABELS, RECORD, SORTINGS = "results.jsonl", "labels.jsonl", "batch.json", "sorted.json"
MOST_KEPT = 20
RUNNING, STOPPED, COMPLETE = "running", "stopped", "complete"


@dataclass(frozen=True, slots=True)
class SavedResults:
    """A saved batch. `state` "running" of a batch that nobody runs: it was interrupted. Counts are those it
    ended with.
    """

    folder: Path
    request: ClassifyParams
    classes: tuple[str, ...]
    created: str  # ISO 8601, UTC
    state: str = RUNNING
    images: int = 0
    problems: int = 0
    device: str = ""

    @property
    def rows(self) -> Path:
        return self.folder / ROWS

    @property
    def labels(self) -> Path:
        return self.folder / LABELS

    @property
    def can_go_on(self) -> bool:
        return self.state != COMPLETE


def begin(root: Path, request: ClassifyParams, classes: Iterable[str]) -> SavedResults:
    """A new folder below `root` for a batch; `request.out` is set. The oldest of more than `MOST_KEPT` go; those that a
    person has corrected are counted apart, so that a few pasted pictures never push their work out.

    Raises:
        EngineError: that place cannot be written.
    """
    now = datetime.now(UTC)
    folder = root / f"{now:%Y%m%d-%H%M%S-%f}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise EngineError(
            _("Predictions cannot be saved in {root}: {why}.").format(root=root, why=reason_of(error))
        ) from None
    own_request = replace(request, out=str(folder / ROWS), resume=False)
    saved = SavedResults(folder, own_request, tuple(classes), now.isoformat(timespec="seconds"))
    save(saved)
    earlier = recent(root)
    worked_on = [batch.labels.is_file() for batch in earlier]
    for corrected in (False, True):
        alike = [batch for batch, own in zip(earlier, worked_on, strict=True) if own is corrected]
        for old in alike[MOST_KEPT:]:
            shutil.rmtree(old.folder, ignore_errors=True)
    return saved


def save(saved: SavedResults) -> None:
    """Write what is known of the batch.

    Raises:
        EngineError: its folder cannot be written.
    """
    record = asdict(saved) | {"folder": None}
    try:
        write_text(saved.folder / RECORD, json.dumps(record))
    except OSError as error:
        words = reason_of(error)
        raise EngineError(
            _("The predictions in {folder} cannot be kept: {why}.").format(folder=saved.folder, why=words)
        ) from None


def ended(saved: SavedResults, state: str, *, images: int, problems: int, device: str) -> SavedResults:
    """Note how the job ended, with its counts. Raises what `save` raises."""
    changed = replace(saved, state=state, images=images, problems=problems, device=device)
    save(changed)
    return changed


def recent(root: Path) -> list[SavedResults]:
    """The batches below `root`, newest first; folders that hold something else or damaged records are passed over."""
    found = []
    for folder in sorted(root.glob("*"), reverse=True) if root.is_dir() else []:
        saved = _read(folder)
        if saved is not None and saved.rows.is_file():
            found.append(saved)
    return found


@dataclass(frozen=True, slots=True)
class _BatchFile:
    """The content of `batch.json`: a batch without its place."""

    request: ClassifyParams
    classes: tuple[str, ...]
    created: str
    state: str
    images: int
    problems: int
    device: str


def _read(folder: Path) -> SavedResults | None:
    try:
        file = read(folder / RECORD, _BatchFile)
    except (OSError, RecordError):
        return None
    request = replace(file.request, out=str(folder / ROWS))
    return SavedResults(
        folder, request, file.classes, file.created, file.state, file.images, file.problems, file.device
    )


# What a person called images


def add_labels(saved: SavedResults, number: int, rows: Iterable[int], label: str | None) -> None:
    """Keep that these rows were called `label` (None: as predicted). Of several, the highest `number` counts.

    Raises:
        EngineError: it cannot be written.
    """
    # A line break in front: after a line that a kill or a full disk tore, the next one begins on a line of its own.
    line = "\n" + json.dumps({"number": number, "rows": list(rows), "label": label}) + "\n"
    try:
        with saved.labels.open("ab") as file:
            file.write(line.encode())
    except OSError as error:
        words = reason_of(error)
        raise EngineError(
            _("Corrections cannot be kept in {folder}: {why}.").format(folder=saved.folder, why=words)
        ) from None


@dataclass(frozen=True, slots=True)
class _Labelled:
    number: int
    rows: tuple[int, ...]
    label: str | None


def read_labels(path: Path) -> tuple[dict[int, str], int]:
    """Return what each row was called, and the highest number; a line that a kill tore is passed over."""
    found: list[_Labelled] = []
    try:
        lines = read_regular(path).splitlines()
    except OSError:
        lines = []
    for line in lines:
        try:
            found.append(build(_Labelled, parse(line)))
        except RecordError:
            continue
    labels: dict[int, str] = {}
    for entry in sorted(found, key=lambda entry: entry.number):
        for row in entry.rows:
            if entry.label is None:
                labels.pop(row, None)
            else:
                labels[row] = entry.label
    return labels, max((entry.number for entry in found), default=0)


# Where files were sorted to


@dataclass(frozen=True, slots=True)
class Sorted:
    """A sorting that can be undone: its journal, how files went and when (ISO 8601, UTC)."""

    journal: Path
    mode: str
    created: str


def remember_journal(file: Path, journal: Path) -> None:
    """Put a journal at the head of the list in `file`.

    Raises:
        EngineError: it cannot be written.
    """
    known = [str(entry) for entry in listed_journals(file) if entry != journal]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, json.dumps([str(journal), *known][:MOST_KEPT]))
    except OSError as error:
        words = reason_of(error)
        raise EngineError(
            _("The sorting cannot be remembered in {file}: {why}; nothing was sorted.").format(file=file, why=words)
        ) from None


def recent_journals(file: Path) -> list[Sorted]:
    """The sortings that are still there and not undone, newest first."""
    from engine.batch.sorting.journal import SortJournal
    from engine.errors import UsageError

    found = []
    for entry in listed_journals(file):
        try:
            journal = SortJournal.open(entry)
            if journal.is_undone():
                continue
        except (UsageError, OSError):  # the folder is gone, or on a disk that is not there now
            continue
        found.append(Sorted(journal.path, journal.mode, _created(journal.path)))
    return found


def _created(journal: Path) -> str:
    from engine.batch.sorting.journal import begun

    try:
        return datetime.strptime(begun(journal), "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC).isoformat(timespec="seconds")
    except ValueError:
        return ""


def listed_journals(file: Path) -> list[Path]:
    """Return all that `file` remembers, the newest first, whether they are still there or not."""
    try:
        return [Path(entry) for entry in read(file, tuple[str, ...])]
    except (OSError, RecordError):
        return []
