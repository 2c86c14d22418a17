"""The subcommands around a training: what is kept with a run, its network before it starts, near-duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.app import Json, Project, app
from engine.cli.console import Console, duration, run
from engine.cli.layout import table
from engine.cli.option_flags import Assignments, WithOptionFlags
from engine.errors import UsageError
from engine.figures import accuracy as accuracy_of
from engine.figures import percent
from engine.jobs.job import Cancel, Emit
from engine.language import _, plural

if TYPE_CHECKING:
    from engine.training.leaks import LeakReport
    from engine.training.runs.shown import ShownRun


@app.command(name="run")
def run_(
    project: Project,
    name: Annotated[str, typer.Argument(metavar="RUN", help="A run of the project; its beginning is enough.")],
    title: Annotated[str | None, typer.Option(metavar="WORDS", help='Call it so; "" for its recipe\'s name.')] = None,
    note: Annotated[str | None, typer.Option(metavar="WORDS", help='Keep a note with it; "" for none.')] = None,
    star: Annotated[bool | None, typer.Option("--star/--no-star", help="Star it, or take the star away.")] = None,
    trash: Annotated[bool, typer.Option("--trash", help="Move it to the trash of the project.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Take it back from the trash.")] = False,
    json: Json = False,
) -> int:
    """Show a run and what changed in the project since; or name, star, note it, put it away, take it back."""
    changes = {"title": title, "note": note, "starred": star}
    if trash and restore:
        raise UsageError(_("A run goes to the trash or comes back from it; leave out --trash or --restore."))
    if (trash or restore) and any(value is not None for value in changes.values()):
        raise UsageError(_("--trash and --restore stand alone; name, star or note the run before or after."))
    return run(_run, (project, name, changes, trash, restore), Console(as_json=json), _run_text)


def _run(
    params: tuple[str, str, dict[str, Any], bool, bool],
    *,
    emit: Emit,  # noqa: ARG001  # shape of a job
    cancel: Cancel,  # noqa: ARG001
) -> ShownRun:
    from engine.library import query
    from engine.library.project import Project
    from engine.training.runs.changes import changes_since
    from engine.training.runs.notes_and_trash import annotate, discard, take_back
    from engine.training.runs.records import find_run, read_run
    from engine.training.runs.shown import ShownRun

    folder, name, changes, trash, restore = params
    with Project.open(Path(folder), read_only=True) as project:
        if restore:
            return ShownRun.from_record(read_run(take_back(project.folder, name)), trash=False)
        found = find_run(project.folder, name, with_model=False)
        if trash:
            return ShownRun.from_record(read_run(discard(project.folder, found.name)), trash=True)
        if any(value is not None for value in changes.values()):
            found = annotate(found.folder, **changes)
        since: dict[str, int] = {}
        if found.recipe != "ensemble":
            since = asdict(changes_since(found, query.labelled_images(project), query.classes(project)))
    return ShownRun.from_record(found, trash=False, since=since)


def _run_text(result: Mapping[str, Any]) -> str:
    if result["trash"]:
        return _("{run} is in the trash; take it back with --restore.").format(run=result["name"])
    accuracy, best = result["validation_accuracy"], result["best_epoch"]
    from engine.cli.training_commands import with_fold

    star = "* " if result["starred"] else ""
    lines = [f"{star}{with_fold(result['title'] or result['recipe'], result['fold'])}  ({result['name']})"]
    epochs = plural("{count} epoch", "{count} epochs", result["epochs"])
    lines.append(f"{_(result['state'])}, {epochs}, {duration(result['seconds'])}")
    if accuracy is not None:
        sentence = _("validation accuracy {accuracy} at epoch {epoch}") if best else _("validation accuracy {accuracy}")
        shown = accuracy_of(accuracy, result["validation_images"], 2)
        lines.append(sentence.format(accuracy=shown, epoch=best))
    if result["validated_on"] == "training":
        lines.append(_("trained on everything: no image was held out to measure it on"))
    lines += [line for line in (result["error"], result["note"]) if line]
    words = {
        "relabelled": _("{count:,} relabelled"),
        "added": _("{count:,} added"),
        "removed": _("{count:,} removed"),
        "moved": _("{count:,} in another split"),
    }
    changed = result.get("since", {})
    since = [word.format(count=changed[what]) for what, word in words.items() if changed.get(what)]
    if since:
        lines.append(_("images since this run: {changes}").format(changes=", ".join(since)))
    return "\n".join(lines)


@app.command(cls=WithOptionFlags)
def network(
    project: Project,
    recipe: Annotated[str, typer.Option(metavar="NAME", help="As `pigeonhole recipes` lists them.")],
    set_: Assignments = None,
    json: Json = False,
) -> int:
    """Show the network that a training would have: layers, output shapes, parameters. Nothing is trained."""
    from engine.cli.training_commands import overrides
    from engine.training.plan import TrainParams
    from engine.training.summary import summarise

    params = TrainParams(project=project, recipe=recipe, overrides=overrides(set_ or []))
    return run(summarise, params, Console(as_json=json), _network_text)


def _network_text(result: Mapping[str, Any]) -> str:
    rows = [
        [
            f"{'  ' * layer['depth']}{layer['name']}",
            layer["kind"],
            " x ".join("?" if side is None else str(side) for side in layer["shape"]),
            f"{layer['parameters']:,}",
        ]
        for layer in result["layers"]
    ]
    layers = table(rows, head=[_("Layer"), _("Kind"), _("Output"), _("Parameters")])
    end = plural(
        "{parameters:,} parameters, {trained:,} of them trained, {count} class.",
        "{parameters:,} parameters, {trained:,} of them trained, {count} classes.",
        result["classes"],
    ).format(parameters=result["parameters"], trained=result["trainable"])
    return "\n".join(filter(None, (f"{layers}\n", end, result["why"])))


@app.command()
def leaks(
    project: Project,
    mend: Annotated[
        bool, typer.Option("--mend", help="Make groups of near-duplicates and divide training and validation by them.")
    ] = False,
    validation: Annotated[
        float, typer.Option(metavar="SHARE", help="Share for validation, where the project has no validation split.")
    ] = 0.2,
    seed: Annotated[int, typer.Option(metavar="N", help="Decides which groups validate.")] = 42,
    json: Json = False,
) -> int:
    """Tell how many validation images look almost like one that is trained on; --mend keeps those on one side."""
    if not 0.05 <= validation <= 0.5:
        raise UsageError(
            _("The share for validation is 0.05 to 0.5, found {validation:g}.").format(validation=validation)
        )
    return run(_leaks, (project, mend, validation, seed), Console(as_json=json), _leaks_text)


def _leaks(params: tuple[str, bool, float, int], *, emit: Emit, cancel: Cancel) -> LeakReport:
    from engine.library import edits
    from engine.library.project import Project
    from engine.library.records import Split
    from engine.training.leaks import LeakParams, find_leaks

    folder, mend, validation, seed = params
    found = find_leaks(LeakParams(folder, validation, seed), emit=emit, cancel=cancel)
    mended = mend and bool(found.grouping)
    if mended:
        with Project.open(Path(folder)) as project:
            groups, splits = dict(found.grouping), {image: Split(split) for image, split in found.splits}
            if splits:
                edits.set_splits(project, splits, groups=groups)
            else:
                edits.set_grouping(project, groups)
    return replace(found, mended=mended)


def _leaks_text(result: Mapping[str, Any]) -> str:
    sentence = _("{share} of the validation images look almost like one that is trained on.")
    share = sentence.format(share=percent(result["share"], 0))
    after = percent(result["share_after"], 0)
    if result["mended"]:
        changed = plural("{count} image changed its split", "{count} images changed their split", len(result["splits"]))
        kept = plural(
            "{count} group of near-duplicates is kept together now; {changed}: {share} would.",
            "{count} groups of near-duplicates are kept together now; {changed}: {share} would.",
            result["groups"],
        )
        return f"{share}\n{kept.format(changed=changed, share=after)}"
    if not result["leaks"]:
        return share
    could = plural(
        "{count} group of near-duplicates could be kept together by --mend: {share} would.",
        "{count} groups of near-duplicates could be kept together by --mend: {share} would.",
        result["groups"],
    )
    return f"{share}\n{could.format(share=after)}"
