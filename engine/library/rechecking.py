"""Looking at problems again, as a job: files that were mended, copied anew or downloaded to their end are usable then.

Not an edit: it changes what is known of files, never a label, a split or a flag, so there is nothing to undo.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.events import Log
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _
from engine.library.checking import look_at
from engine.library.project import Project
from engine.library.query import sources
from engine.library.rescan import facts_of, reachable
from engine.library.schema import PROBLEM
from engine.library.store import decode_path


@dataclass(frozen=True, slots=True)
class RecheckParams:
    """Which problems of which project; None for all. Ids of images that are no problems are passed over."""

    project: str
    image_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rechecked(Result):
    """Numbers of problems: `mended` can be used now, `problems` still cannot."""

    looked_at: int
    mended: int
    problems: int


def recheck(params: RecheckParams, *, emit: Emit, cancel: Cancel, project: Project | None = None) -> Rechecked:
    """Decode problems of the open `project`, or else of `params.project`, once more.

    Those in a source that cannot be reached stay as they are.

    Raises:
        ProjectError: the project cannot be opened or written.
        JobCancelled: `cancel` was set; what was found out until then stays.
    """
    if project is None:
        with Project.open(Path(params.project)) as opened:
            return recheck(params, emit=emit, cancel=cancel, project=opened)
    places = {source.id: source for source in sources(project)}
    present = {source for source, place in places.items() if reachable(place)}
    for source in sorted(places.keys() - present):
        emit(
            Log(
                _("{folder} cannot be reached; its images stay as they are.").format(folder=places[source].folder),
                "warning",
            )
        )
    among = "" if params.image_ids is None else " AND id IN (SELECT value FROM json_each(?))"
    values = [] if params.image_ids is None else [json.dumps(list(params.image_ids))]
    with project.store.read() as db:
        rows = db.execute(f"SELECT id, source_id, path FROM images WHERE state = {PROBLEM}{among} ORDER BY id", values)  # noqa: S608
        found = {image: (source, decode_path(path)) for image, source, path in rows if source in present}
    facts = [(facts_of(places[source].folder, path), image) for image, (source, path) in found.items()]
    problems = look_at(project, list(found), PROBLEM, emit=emit, cancel=cancel)
    _note(project, ((*fact, image) for fact, image in facts if fact is not None))
    return Rechecked(len(found), len(found) - problems, problems)


def _note(project: Project, facts: Iterable[tuple[int, int, int]]) -> None:
    """Size and time, by which the next rescan tells what has changed since. Taken before the look: what changes in
    between is looked at again.
    """
    with project.store.write() as db:
        db.executemany("UPDATE images SET size_bytes = ?, modified_ns = ? WHERE id = ?", facts)
