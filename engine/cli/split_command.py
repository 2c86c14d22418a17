"""The subcommand that divides images into splits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.app import Json, Project, app
from engine.cli.console import Console, run
from engine.cli.editing import (
    All,
    EditResult,
    Images,
    OfClass,
    OfSplit,
    Unlabelled,
    Where,
    chosen,
    edit_project,
    edit_text,
    result_of,
    split_heads,
)
from engine.cli.layout import table
from engine.errors import UsageError
from engine.events import Log
from engine.jobs.job import Cancel, Emit
from engine.language import _, plural
from engine.library.records import Split

if TYPE_CHECKING:
    from engine.library.dividing import Division
    from engine.library.project import Project as OpenProject

NEAR_DUPLICATES = "near-duplicates"


@app.command()
def split(
    project: Project,
    images: Images = None,
    to: Annotated[Split | None, typer.Option("--to", help="Put the images into this split, by hand.")] = None,
    of_class: OfClass = None,
    of_split: OfSplit = None,
    unlabelled: Unlabelled = False,
    all_: All = False,
    where: Where = None,
    validation: Annotated[float, typer.Option(metavar="SHARE", help="Share of each class to validate on.")] = 0.2,
    test: Annotated[float, typer.Option(metavar="SHARE", help="Share of each class to test on.")] = 0.0,
    group_by: Annotated[
        str | None,
        typer.Option(
            metavar="REGEX",
            help=f"Images whose file names match alike stay together; {NEAR_DUPLICATES} looks at the pictures instead.",
        ),
    ] = None,
    by_folder: Annotated[bool, typer.Option("--by-folder", help="Folders named after splits decide.")] = False,
    again: Annotated[
        list[Split] | None, typer.Option(help="Divide images of this split anew; may be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Decides which images are held out.")] = 42,
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be, change nothing.")] = False,
    json: Json = False,
) -> int:
    """Divide labelled images that have no split yet, class by class; or put chosen images into one with --to.

    Labels that are given one by one have theirs already: of each class one of five checks.
    """
    if to is not None:
        target = to

        def by_hand(opened: OpenProject) -> EditResult:
            from engine.library.edits import set_split

            return result_of(
                set_split(opened, chosen(opened, images, of_class, of_split, unlabelled, all_, where), target)
            )

        return edit_project(project, by_hand, json)
    if images or of_class or of_split or unlabelled or all_ or where:
        raise UsageError(_("Name with --to which split the chosen images go to."))

    from engine.library.dividing import Division

    near = group_by == NEAR_DUPLICATES
    drawn = frozenset(again or [Split.UNASSIGNED])
    division = Division(validation, test, seed, None if near else group_by, by_folder, drawn)

    def job(folder: str, *, emit: Emit, cancel: Cancel) -> DividedImages:
        from engine.library import project as library

        with library.Project.open(Path(folder), read_only=preview) as opened:
            groups = _near_groups(opened, emit, cancel) if near else []
            return _divide(opened, replace(division, together=groups), preview)

    return run(job, project, Console(as_json=json), _split_text)


def _near_groups(project: OpenProject, emit: Emit, cancel: Cancel) -> list[list[int]]:
    from engine.similarity.groups import GroupParams, near_groups

    found = near_groups(GroupParams(str(project.folder)), emit=emit, cancel=cancel, project=project)
    groups = found["groups"]
    if groups:
        if found["sequences"]:
            sentence = _("{images} in {groups} stay together ({sequences} of frames, by their names).")
        else:
            sentence = _("{images} in {groups} stay together.")
        facts = {
            "images": plural("{count} image", "{count} images", found["images"]),
            "groups": plural("{count} group", "{count} groups", len(groups)),
            "sequences": plural("{count} sequence", "{count} sequences", found["sequences"]),
        }
        emit(Log(sentence.format(**facts)))
    else:
        emit(Log(_("No two images are near-duplicates.")))
    return list(groups)


@dataclass(frozen=True, slots=True, eq=False)
class DividedImages(EditResult):
    """The number of `groups` that stayed together; of each class how many images are in each split now. `apart` names
    classes whose pictures were divided one by one: kept together they would leave at most one to learn from.

    With `preview` nothing was changed, and these are the numbers that there would be.
    """

    preview: bool
    groups: int
    classes: dict[str, dict[str, int]]
    apart: list[str]


def _divide(project: OpenProject, division: Division, preview: bool) -> DividedImages:
    from engine.library.dividing import counts_after, divide
    from engine.library.edits import set_splits
    from engine.library.query import class_names
    from engine.similarity.groups import merged_groups

    found = divide(project, division)
    splits = found.splits
    names = class_names(project)
    after = {names[class_id]: counts for class_id, counts in counts_after(project, splits).items()}
    done = EditResult(0, "", len(splits))
    if not preview:
        done = result_of(set_splits(project, splits, groups=merged_groups(project, found.together)))
    apart = [names[class_id] for class_id in found.apart]
    return DividedImages(done.edit, done.name, done.images, preview, len(found.together), after, apart)


def _split_text(result: Mapping[str, Any]) -> str:
    rows = [[name, *(f"{n:,}" for n in counts.values())] for name, counts in result["classes"].items()]
    shown = f"{table(rows, head=[_('Class'), *split_heads()])}\n\n" if rows else ""
    moved = plural("{count} image would move.", "{count} images would move.", result["images"])
    done = [moved if result["preview"] else edit_text(result)]
    if not result["images"] and not any(counts["unassigned"] for counts in result["classes"].values()):
        done.append(_("All labelled images have a split; divide them anew with --again training --again validation."))
    if result["apart"]:
        sentence = _(
            "Divided picture by picture: {classes}. Their pictures are nearly all alike, and kept together would leave "
            "one to learn from; label others of them."
        )
        done.append(sentence.format(classes=", ".join(result["apart"])))
    return shown + " ".join(done)
