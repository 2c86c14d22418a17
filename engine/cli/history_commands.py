"""The subcommands of the history of edits: list, undo, redo, go to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.app import Json, Project, app
from engine.cli.classify_commands import undo_sorting
from engine.cli.console import Console, run
from engine.cli.editing import EditResult, edit_project, result_of
from engine.cli.layout import table
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, plural

if TYPE_CHECKING:
    from engine.library.project import Project as OpenProject
    from engine.library.records import Edit


@app.command()
def history(
    project: Project,
    newest: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only the last N edits.")] = None,
    to: Annotated[
        int | None, typer.Option("--to", metavar="EDIT", help="Undo or redo until this edit is the last; 0 undoes all.")
    ] = None,
    json: Json = False,
) -> int:
    """List every edit by name, or go back and forth to one of them."""
    if to is None:
        return run(_past, (project, newest), Console(as_json=json), _past_text)
    target = to

    def jump(opened: OpenProject) -> EditResult:
        from engine.library.timeline import jump_to

        return result_of(jump_to(opened, target))

    return edit_project(project, jump, json, _jump_text)


def _jump_text(result: Mapping[str, Any]) -> str:
    sentence = plural("{name}: {count} image changed.", "{name}: {count} images changed.", result["images"])
    return sentence.format(name=result["name"])


@dataclass(frozen=True, slots=True)
class ListedEdit:
    edit: int
    name: str
    created: str
    done: bool


@dataclass(frozen=True, slots=True, eq=False)
class ListedEdits(Result):
    edits: list[ListedEdit]


def _past(what: tuple[str, int | None], *, emit: Emit, cancel: Cancel) -> ListedEdits:  # noqa: ARG001  # shape of a job
    from engine.library.project import Project
    from engine.library.timeline import history

    with Project.open(Path(what[0]), read_only=True) as project:
        found = history(project, what[1])
    return ListedEdits([ListedEdit(edit.id, edit.name, edit.created, edit.done) for edit in found])


def _past_text(result: Mapping[str, Any]) -> str:
    def named(edit: Mapping[str, Any]) -> str:
        name: str = edit["name"]
        return name if edit["done"] else _("{name} (undone)").format(name=name)

    rows = [[named(e), e["created"][:19].replace("T", " "), str(e["edit"])] for e in result["edits"]]
    return table(rows, head=[_("Edit"), _("When (UTC)"), _("Number")]) if rows else _("Nothing was changed yet.")


Steps = Annotated[int, typer.Option(metavar="N", min=1, help="How many edits.")]


@app.command()
def undo(
    project: Annotated[
        str,
        typer.Argument(
            metavar="PROJECT_OR_SORTED",
            help="A project, a folder into which files were sorted, or the journal that lies in there, hidden.",
        ),
    ],
    steps: Steps = 1,
    json: Json = False,
) -> int:
    """Take back the newest edit, also one of another day or of the window; or put sorted files back."""
    if _is_sorting(Path(project)):
        return undo_sorting(project, json)

    def change(opened: OpenProject) -> TakenSteps:
        from engine.library import edits

        return _steps(lambda: edits.undo(opened), steps)

    return edit_project(project, change, json, lambda result: _steps_text(_("Undone: {name}"), result))


def _is_sorting(place: Path) -> bool:
    """Return whether files were sorted here, or this is the journal of that."""
    from engine.batch.sorting.journal import SortJournal
    from engine.library.project import is_project

    return place.is_file() or (
        place.is_dir() and not is_project(place) and SortJournal.newest_to_undo(place) is not None
    )


@app.command()
def redo(project: Project, steps: Steps = 1, json: Json = False) -> int:
    """Do again what was undone last."""

    def change(opened: OpenProject) -> TakenSteps:
        from engine.library import edits

        return _steps(lambda: edits.redo(opened), steps)

    return edit_project(project, change, json, lambda result: _steps_text(_("Done again: {name}"), result))


@dataclass(frozen=True, slots=True)
class TakenStep:
    edit: int
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class TakenSteps(Result):
    """Edits that were undone or done again, and the number of images that they changed."""

    edits: list[TakenStep]
    images: int


def _steps(step: Callable[[], Edit | None], count: int) -> TakenSteps:
    done: list[Edit] = []
    while len(done) < count and (edit := step()) is not None:
        done.append(edit)
    changed = {image for edit in done for image in edit.image_ids}
    return TakenSteps([TakenStep(edit.id, edit.name) for edit in done], len(changed))


def _steps_text(sentence: str, result: Mapping[str, Any]) -> str:
    return "\n".join(sentence.format(name=edit["name"]) for edit in result["edits"]) or _("There was nothing to do.")
