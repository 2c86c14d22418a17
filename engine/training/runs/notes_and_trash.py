"""Notes of a person on a run: a title, a note, a star; and the bin for runs that are no longer wanted.

These stand in `notes.json` beside `run.json`, which belongs to the training: both can be written at the same time. A
run that is put away moves to `trash/` of the project, whole, and can be taken back.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from engine.errors import RunError, UnknownRun
from engine.files import reason_of
from engine.language import _
from engine.models.atomic import write_json
from engine.training.runs.records import NOTES, RunRecord, find_run, is_alive, read_run, runs_in

TRASH = "trash"
_LONGEST = 200  # characters of a title


def annotate(
    folder: Path, *, title: str | None = None, note: str | None = None, starred: bool | None = None
) -> RunRecord:
    """Change title, note or star of the run in `folder`; None leaves a value as it is. Returns the run.

    A run with a title is shown by it; its folder keeps its name.

    Raises:
        RunError: the folder holds no run, or it cannot be written.
    """
    run = read_run(folder)
    changed = replace(
        run,
        title=run.title if title is None else " ".join(title.split())[:_LONGEST],
        note=run.note if note is None else note.strip(),
        starred=run.starred if starred is None else starred,
    )
    try:
        if changed.title or changed.note or changed.starred:
            data = {"title": changed.title, "note": changed.note, "starred": changed.starred}
            write_json(folder / NOTES, data)
        else:
            (folder / NOTES).unlink(missing_ok=True)
    except OSError as error:
        raise RunError(
            _("The note of the run {run} cannot be written: {why}.").format(run=run.name, why=reason_of(error))
        ) from None
    return changed


def discard(project_folder: Path, name: str) -> Path:
    """Move a run to the project's trash; returns where it is now.

    Raises:
        RunError: there is no such run, it is being trained, or it cannot be moved.
    """
    run = find_run(project_folder, name, with_model=False)
    if is_alive(run.folder):
        raise RunError(_("The run {run} is being trained; stop it before it goes to the trash.").format(run=run.name))
    return _move(run.folder, project_folder / TRASH)


def take_back(project_folder: Path, name: str) -> Path:
    """Move a run from the trash to the runs; returns where it is now.

    Raises:
        RunError: it is not in the trash (`UnknownRun`), or it cannot be moved.
    """
    folder = project_folder / TRASH / Path(name).name
    if not folder.is_dir():
        raise UnknownRun(
            _("There is no run {name!r} in the trash of {folder}.").format(name=name, folder=project_folder)
        )
    return _move(folder, project_folder / "runs")


def discarded(project_folder: Path) -> list[RunRecord]:
    """The runs in the trash, newest first."""
    return runs_in(project_folder / TRASH)


def empty_trash(project_folder: Path) -> int:
    """Delete the runs in the trash for good; returns how many there were.

    Raises:
        RunError: one cannot be deleted; those before it are gone.
    """
    gone = 0
    for run in discarded(project_folder):
        try:
            shutil.rmtree(run.folder)
        except OSError as error:
            raise RunError(
                _("The run {run} cannot be deleted: {why}.").format(run=run.name, why=reason_of(error))
            ) from None
        gone += 1
    return gone


def _move(folder: Path, into: Path) -> Path:
    """Move a run; beside one of the same name it gets a number."""
    try:
        into.mkdir(exist_ok=True)
        target = into / folder.name
        number = 2
        while target.exists():
            target = into / f"{folder.name}-{number}"
            number += 1
        return folder.rename(target)
    except OSError as error:
        raise RunError(
            _("The run {folder} cannot be moved to {into}: {why}.").format(
                folder=folder.name, into=into, why=reason_of(error)
            )
        ) from None
