"""The subcommands that tell what a project holds, label and organise: each change is one edit, as in the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

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
    result_of,
    split_heads,
)
from engine.cli.layout import table
from engine.errors import UsageError
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked, plural

if TYPE_CHECKING:
    from engine.library.project import Project as OpenProject
    from engine.library.records import Edit


@app.command()
def info(project: Project, json: Json = False) -> int:
    """Show a project's images, classes with counts by split, labels accepted unseen, and problems."""
    return run(_info, project, Console(as_json=json), lambda result: _info_text(project, result))


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """Numbers of images of a class in each split, and of labels that were accepted unseen."""

    name: str
    training: int
    validation: int
    test: int
    unassigned: int
    unseen: int


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """`range` is that of its deep pictures from black to white, None where it has none."""

    folder: str
    range: str | None


@dataclass(frozen=True, slots=True, eq=False)
class ProjectInfo(Result):
    images: int
    classes: list[ClassInfo]
    problems: int
    unseen: int
    sources: list[SourceInfo]


def _info(folder: str, *, emit: Emit, cancel: Cancel) -> ProjectInfo:  # noqa: ARG001  # shape of a job
    from engine.library import project as library
    from engine.library import query

    with library.Project.open(Path(folder), read_only=True) as project:
        summary = query.summary(project)
        counts = query.class_counts(project)
        found = query.sources(project)
    classes = [ClassInfo(c.cls.name, c.training, c.validation, c.test, c.unassigned, c.accepted_unseen) for c in counts]
    sources = [SourceInfo(str(s.folder), None if s.pixel_range is None else str(s.pixel_range)) for s in found]
    return ProjectInfo(summary.images, classes, summary.problems, summary.unseen, sources)


def _info_text(project: str, result: Mapping[str, Any]) -> str:
    splits = ("training", "validation", "test", "unassigned")
    rows = [[c["name"], *(f"{c[s]:,}" for s in splits), f"{sum(c[s] for s in splits):,}"] for c in result["classes"]]
    head = _("{project}: {images}, {classes}, {problems}").format(
        project=project,
        images=plural("{count} image", "{count} images", result["images"]),
        classes=plural("{count} class", "{count} classes", len(rows)),
        problems=plural("{count} problem", "{count} problems", result["problems"]),
    )
    lines = [head]
    if result["unseen"]:
        sentence = plural(
            "{count} label was accepted unseen; it is not used to check a model until you have looked at it",
            "{count} labels were accepted unseen; they are not used to check a model until you have looked at them",
            result["unseen"],
        )
        lines.append(sentence)
    for source in result["sources"]:
        if source["range"]:
            values = _("{folder}: black to white over the values {range}")
            lines.append(values.format(folder=source["folder"], range=source["range"]))
    if not rows:
        return "\n".join(lines)
    total = [_("Total"), *(f"{sum(c[s] for c in result['classes']):,}" for s in splits)]
    total.append(f"{sum(c[s] for c in result['classes'] for s in splits):,}")
    listed = table([*rows, total], head=[_("Class"), *split_heads(), _("All")])
    return "\n".join([*lines, "", listed])


@app.command()
def label(
    project: Project,
    class_name: Annotated[str, typer.Argument(metavar="CLASS", help='The class, which must exist; "" for none.')],
    images: Images = None,
    of_class: OfClass = None,
    of_split: OfSplit = None,
    unlabelled: Unlabelled = False,
    all_: All = False,
    where: Where = None,
    new: Annotated[bool, typer.Option("--new", help="Make the class if there is none of that name.")] = False,
    json: Json = False,
) -> int:
    """Give images a class, or with "" take their label away."""

    def change(opened: OpenProject) -> EditResult:
        from engine.library import edits
        from engine.library.finding import find_class
        from engine.library.query import classes

        ids = chosen(opened, images, of_class, of_split, unlabelled, all_, where)
        if class_name and new and class_name not in [cls.name for cls in classes(opened)]:
            edits.add_class(opened, class_name)
        return result_of(edits.set_label(opened, ids, find_class(opened, class_name).id if class_name else None))

    return edit_project(project, change, json)


@app.command()
def classes(
    project: Project,
    action: Annotated[
        Literal["list", "add", "rename", "merge", "reorder", "delete", "colour", "key"],
        typer.Argument(
            help="add NAME, rename OLD NEW, merge NAME... INTO, reorder NAME..., delete NAME, colour NAME #rrggbb, "
            "key NAME KEY"
        ),
    ] = "list",
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="What the action takes.")] = None,
    json: Json = False,
) -> int:
    """List the classes, or change them."""
    if action == "list":
        return run(_listed, project, Console(as_json=json), _classes_text)
    return edit_project(project, lambda opened: result_of(_on_classes(opened, action, names or [])), json)


@dataclass(frozen=True, slots=True)
class ListedClass:
    name: str
    colour: str
    key: str | None
    images: int


@dataclass(frozen=True, slots=True, eq=False)
class ListedClasses(Result):
    classes: list[ListedClass]


def _listed(folder: str, *, emit: Emit, cancel: Cancel) -> ListedClasses:  # noqa: ARG001  # shape of a job
    from engine.library.project import Project
    from engine.library.query import class_counts

    with Project.open(Path(folder), read_only=True) as project:
        found = class_counts(project)
    return ListedClasses([ListedClass(c.cls.name, c.cls.colour, c.cls.key, c.labelled) for c in found])


def _classes_text(result: Mapping[str, Any]) -> str:
    rows = [[c["name"], c["key"] or "", c["colour"], f"{c['images']:,}"] for c in result["classes"]]
    head = [_("Class"), _("Key"), _("Colour"), _("Images")]
    return table(rows, head=head) if rows else _("There are no classes yet.")


_TAKES = {
    "add": (1, 1, marked("one name")),
    "rename": (2, 2, marked("the old and the new name")),
    "merge": (2, None, marked("at least two names; the last one stays")),
    "reorder": (1, None, marked("at least one name")),
    "delete": (1, 1, marked("one name")),
    "colour": (2, 2, marked("a name and a colour such as #3b82f6")),
    "key": (1, 2, marked("a name and a key; without a key it gets none")),
}


def _on_classes(project: OpenProject, action: str, names: list[str]) -> Edit:
    from engine.library import edits
    from engine.library.finding import find_class

    least, most, words = _TAKES[action]
    if len(names) < least or (most is not None and len(names) > most):
        raise UsageError(
            _("`classes {action}` takes {words}; found {names}.").format(
                action=action, words=_(words), names=len(names)
            )
        )
    if action == "add":
        return edits.add_class(project, names[0])
    if action in ("merge", "reorder"):
        ids = [find_class(project, name).id for name in names]
        return (
            edits.reorder_classes(project, ids)
            if action == "reorder"
            else edits.merge_classes(project, ids[:-1], ids[-1])
        )
    cls = find_class(project, names[0]).id
    changes: dict[str, Callable[[], Edit]] = {
        "rename": lambda: edits.rename_class(project, cls, names[1]),
        "delete": lambda: edits.delete_class(project, cls),
        "colour": lambda: edits.recolour_class(project, cls, names[1]),
        "key": lambda: edits.set_class_key(project, cls, names[1] if len(names) > 1 else None),
    }
    return changes[action]()


@app.command()
def flags(
    project: Project,
    images: Images = None,
    unsure: Annotated[bool | None, typer.Option("--unsure/--sure", help="Whether their label is in doubt.")] = None,
    exclude: Annotated[
        bool | None, typer.Option("--exclude/--include", help="Whether training leaves them out.")
    ] = None,
    confirm: Annotated[
        bool | None, typer.Option("--confirm/--no-confirm", help="Whether you keep their label against a model.")
    ] = None,
    looked_at: Annotated[
        bool | None,
        typer.Option(
            "--looked-at/--unseen", help="Whether you have looked at their label, where it was accepted unseen."
        ),
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help='Written on each of them; "" takes it away.')] = None,
    of_class: OfClass = None,
    of_split: OfSplit = None,
    unlabelled: Unlabelled = False,
    all_: All = False,
    where: Where = None,
    json: Json = False,
) -> int:
    """Mark images as unsure, exclude them from training, confirm their label, say that you have looked at it, write a
    note; without a mark list those that have one.
    """
    from engine.library.records import Flag

    unseen = None if looked_at is None else not looked_at
    marks = {Flag.UNSURE: unsure, Flag.EXCLUDED: exclude, Flag.CONFIRMED: confirm, Flag.UNSEEN: unseen}
    changes = {flag: on for flag, on in marks.items() if on is not None}
    if not changes and note is None:
        return run(_flagged, project, Console(as_json=json), _flagged_text)

    def change(opened: OpenProject) -> EditResult:
        from engine.library import edits

        ids = chosen(opened, images, of_class, of_split, unlabelled, all_, where)
        done = [edits.set_flag(opened, ids, flag, on) for flag, on in changes.items()]
        if note is not None:
            done.append(edits.set_note(opened, ids, note))
        changed = {image for edit in done for image in edit.image_ids}
        names = "; ".join(edit.name for edit in done if edit.id)
        return EditResult(max(edit.id for edit in done), names, len(changed))

    return edit_project(project, change, json)


@dataclass(frozen=True, slots=True)
class FlaggedImage:
    """An image with its flags, which have the names of `Flag`."""

    path: str
    unsure: bool
    excluded: bool
    confirmed: bool
    unseen: bool
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class FlaggedImages(Result):
    images: list[FlaggedImage]


def _flagged(folder: str, *, emit: Emit, cancel: Cancel) -> FlaggedImages:  # noqa: ARG001  # shape of a job
    from engine.library.project import Project
    from engine.library.query import Filter, image_ids, images
    from engine.library.records import Flag

    with Project.open(Path(folder), read_only=True) as project:
        marked = image_ids(project, Filter(flags=frozenset(Flag), problems=None))
        noted = image_ids(project, Filter(noted=True, problems=None))
        found = images(project, list(dict.fromkeys([*marked, *noted])))
    return FlaggedImages(
        [FlaggedImage(i.path, note=i.note, **{flag.value: i.has(flag) for flag in Flag}) for i in found]
    )


def _flagged_text(result: Mapping[str, Any]) -> str:
    from engine.library.records import Flag

    words = {flag.value: _(flag.value) for flag in Flag}
    rows = [[i["path"], *(said * i[word] for word, said in words.items()), i["note"]] for i in result["images"]]
    head = [_("Image"), *(said.capitalize() for said in words.values()), _("Note")]
    return table(rows, head=head) if rows else _("No image has a flag or a note.")
