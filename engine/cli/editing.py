"""Functions that the commands which edit share: choosing images, making an edit, wording its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.console import Console, run
from engine.errors import UsageError
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _
from engine.library.filters import ConditionKind, FilterField, conditions, with_conditions
from engine.library.records import Split

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import Edit


def condition_help(field: FilterField) -> str:
    """Return how `--help` writes a condition: `split=training|validation`."""
    values = {
        ConditionKind.CHOICE: "|".join(choice.text for choice in field.choices),
        ConditionKind.RANGE: f"FROM..TO ({field.unit})",
        ConditionKind.TEXT: "TEXT",
        ConditionKind.FOLDER: "FOLDER",
        ConditionKind.CLASS_ID: "CLASS",
        ConditionKind.CLASS_NAME: "CLASS",
        ConditionKind.RUN: "RUN",
    }
    return f"{field.name}={values[field.kind]}"


Images = Annotated[
    list[str] | None,
    typer.Argument(metavar="[IMAGE...]", help="Paths as the project has them, files, or patterns with *."),
]
OfClass = Annotated[
    list[str] | None, typer.Option("--of-class", metavar="NAME", help="All images of a class; may be repeated.")
]
OfSplit = Annotated[
    Split | None,
    typer.Option("--of-split", help="All images of a split."),
]
Unlabelled = Annotated[bool, typer.Option("--unlabelled", help="All images without a label.")]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="NAME=VALUE",
        help=f"All images of which that is true; may be repeated. {'; '.join(map(condition_help, conditions()))}.",
    ),
]
All = Annotated[bool, typer.Option("--all", help="All images.")]


def chosen(
    project: Project,
    words: list[str] | None,
    of_class: list[str] | None,
    of_split: Split | None,
    unlabelled: bool,
    all_: bool,
    where: list[str] | None,
) -> list[int]:
    """Return the images that are named, or those that satisfy all conditions; all together narrow each other."""
    from engine.library.finding import find_class, find_images
    from engine.library.query import Filter, image_ids

    named = find_images(project, words) if words else None
    if not (named is not None or of_class or of_split or unlabelled or all_ or where):
        raise UsageError(
            _("Name the images: paths, patterns like 'cats/*', --of-class, --of-split, --unlabelled, --where or --all.")
        )
    filter_ = Filter(
        class_ids=frozenset(find_class(project, name).id for name in of_class or []),
        splits=frozenset({of_split}) if of_split else frozenset(),
        labelled=False if unlabelled else None,
        problems=None,
        among=named,
    )
    filter_ = with_conditions(filter_, where or (), lambda name: find_class(project, name).id)
    if filter_.needs_run:
        from engine.review.run_predictions import RunPredictionReader, filter_by_ids

        filter_ = filter_by_ids(project, RunPredictionReader().read(project, filter_.run), filter_)
    return list(image_ids(project, filter_))


def edit_project(
    folder: str,
    change: Callable[[Project], Result],
    json: bool,
    text: Callable[[Mapping[str, Any]], str] | None = None,
) -> int:
    """Open the project for writing, make the change, close it."""

    def job(folder: str, *, emit: Emit, cancel: Cancel) -> Result:  # noqa: ARG001  # shape of a job
        from engine.library import project as library

        with library.Project.open(Path(folder)) as project:
            return change(project)

    return run(job, folder, Console(as_json=json), text or edit_text)


@dataclass(frozen=True, slots=True, eq=False)
class EditResult(Result):
    """An edit with the number of images that it changed; `edit` is 0 where nothing had to be changed."""

    edit: int
    name: str
    images: int


def result_of(edit: Edit) -> EditResult:
    """Return the result of a command that made this edit."""
    return EditResult(edit.id, edit.name, len(edit.image_ids))


def split_heads() -> list[str]:
    """Return the heads of columns with a number for each split."""
    return [_(split.value).capitalize() for split in Split]


def edit_text(result: Mapping[str, Any]) -> str:
    """Return the result of an edit for a person."""
    return f"{result['name']}." if result["edit"] else _("Nothing to change.")
