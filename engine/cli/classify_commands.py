"""The subcommands that use a model away from where it was trained: classify, take a sorting back, look at a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.batch.outputs.tables import OUTPUT_SUFFIXES, OUTPUTS
from engine.cli.app import Address, Json, app, check_address
from engine.cli.console import STANDARD_OUTPUT, Console, duration, run
from engine.cli.layout import facts, table
from engine.errors import EngineError, UsageError
from engine.figures import confidence
from engine.jobs.job import Cancel, Emit
from engine.language import _, plural

if TYPE_CHECKING:
    from engine.batch.params import BatchResult, ClassifyParams
    from engine.models.inspection import ModelDescription

Model = Annotated[
    str, typer.Argument(metavar="MODEL_OR_RUN", help="A model.onnx, a run folder, or a project (its newest run).")
]
Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="Folders of any size, images, archives (.zip, .tar.gz ...), patterns such as 'in/**/*.jpg', or - for "
        "a list of paths on standard input.",
    ),
]
Watch = Annotated[
    bool,
    typer.Option(
        "--watch",
        help="Stay, and classify new files as they come, until Ctrl+C. A file that changes gets a further row; the "
        "last one counts.",
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(metavar="P", min=0, max=1, help="An image is unsure if no class is at least this probable."),
]


@app.command()
def classify(
    model: Model,
    sources: Sources,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help=f"Where the predictions go: {OUTPUT_SUFFIXES}; - is standard output. A single image needs none.",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(OUTPUTS),
            help="The form of FILE, if not by its suffix; submission: index, answer value.",
        ),
    ] = None,
    top: Annotated[int, typer.Option(metavar="K", min=1, help="How many classes to name for each image.")] = 1,
    all_classes: Annotated[bool, typer.Option("--all", help="Write the probability of every class.")] = False,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="MODEL", help="One more model with the same classes; the mean counts."),
    ] = None,
    flips: Annotated[
        bool, typer.Option("--flips", help="Look at mirror images too, if the model learned from such.")
    ] = False,
    threshold: Threshold = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on behind the last row of FILE's journal, FILE.rows.jsonl.")
    ] = False,
    into: Annotated[
        str | None,
        typer.Option(
            "--into",
            metavar="DIR",
            help="Sort the images into class folders, unsure/, unlike-anything/ and problems/ there.",
        ),
    ] = None,
    sort: Annotated[
        Literal["copy", "move", "hardlink", "symlink"], typer.Option("--by", help="How images get into DIR.")
    ] = "copy",
    summary: Annotated[
        str | None, typer.Option(metavar="FILE.html", help="Write a page with the distribution and sample images.")
    ] = None,
    watch: Watch = False,
    device: Annotated[
        Literal["auto", "cpu"],
        typer.Option(help="auto: a graphics card that ONNX Runtime drives here, if it answers as the CPU does."),
    ] = "auto",
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="ray: on a cluster, sources and FILE (a folder of Parquet files) may be URIs."),
    ] = "local",
    address: Address = None,
    json: Json = False,
) -> int:
    """Classify images; predictions go to a table, to class folders or both, problems to a second table beside."""
    check_address(engine, address)
    alone = out is None and into is None and summary is None and len(sources) == 1 and _is_picture(sources[0])
    if out is None and into is None and not alone:
        raise UsageError(
            _(
                "Missing option '--out': name a file for the predictions, - for standard output, or a folder to sort "
                "into with --into."
            )
        )
    chosen: dict[str, Any] = {"model": model, "sources": tuple(sources), "out": out, "top": top, "flips": flips}
    chosen |= {"more_models": tuple(with_ or ()), "all_classes": all_classes, "threshold": threshold}
    local = {"form": form, "resume": resume, "sort_into": into, "sort": sort, "summary": summary, "watch": watch}
    console = Console(as_json=json)
    if engine == "ray":  # a worker has one core and no card
        return _on_ray(chosen, local, address, console)
    return _here(chosen | local | {"device": device}, console, alone=alone)


def _here(chosen: dict[str, Any], console: Console, *, alone: bool) -> int:
    from engine.batch.params import ClassifyParams
    from engine.imaging.decoders import start_ahead

    params = ClassifyParams(**chosen)
    start_ahead()
    if alone:
        return run(_answer, params, console, _answered)
    if params.out != STANDARD_OUTPUT:
        from engine.batch.classify import classify

        return run(classify, params, console, classified)
    if console.as_json:
        raise UsageError(_("--json and --out - cannot both go to standard output; name a file."))
    console.writes_data = True
    return run(partial(_stream, console), replace(params, out=None), console, classified)


def _stream(console: Console, params: ClassifyParams, *, emit: Emit, cancel: Cancel) -> BatchResult:
    """Classify with the table on standard output, row by row as it comes."""
    from engine.batch.classify import classify

    result = classify(replace(params, out=STANDARD_OUTPUT), emit=emit, cancel=cancel, standard_output=console)
    return replace(result, out=_("standard output"))


def _is_picture(source: str) -> bool:
    """Return whether it is one file, and not one of many pictures."""
    from engine.batch.sources.archives import is_archive
    from engine.batch.sources.globs import has_pattern

    if source == STANDARD_OUTPUT or has_pattern(source):
        return False
    place = Path(source)
    return not place.is_dir() and not (is_archive(source) and place.exists())  # what is not there is told so


def _answer(params: ClassifyParams, *, emit: Emit, cancel: Cancel) -> BatchResult:
    """Classify one picture, without an output but with `top` in the result.

    Raises:
        EngineError: as `classify`, or the picture cannot be used.
    """
    import json
    from io import BytesIO

    from engine.batch.classify import classify

    rows = BytesIO()
    to_rows = replace(params, out=STANDARD_OUTPUT, form="jsonl")
    result = classify(to_rows, emit=emit, cancel=cancel, standard_output=rows)
    row = json.loads(rows.getvalue())
    if "problem" in row:
        raise EngineError(_("{path} cannot be classified: {why}.").format(path=row["path"], why=row["problem"]))
    return replace(result, out=None, top=row["top"])


def _answered(result: Mapping[str, Any]) -> str:
    unsure = _("(unlike anything it was trained on)") if result["unlike"] else _("(unsure)") if result["unsure"] else ""
    return facts((name, f"{confidence(p, 2)}  {unsure}".rstrip()) for name, p in result["top"])


def _on_ray(chosen: dict[str, Any], local: Mapping[str, Any], address: str | None, console: Console) -> int:
    if chosen["out"] is None or any(value not in (None, False, "copy") for value in local.values()):
        raise UsageError(_("--engine ray writes Parquet files to the folder named by --out, and nothing else."))
    from engine.batch.ray_engine import RayParams, classify_on_ray

    return run(classify_on_ray, RayParams(**chosen, address=address), console, classified)


def classified(result: Mapping[str, Any]) -> str:
    """The end of a batch in words."""
    rows = [[name, f"{count:,}"] for name, count in result["classes"].items()]
    listed = f"{table(rows, head=[_('Class'), _('Images')])}\n\n" if rows else ""
    parts = [
        plural("{count} image", "{count} images", result["images"]),
        plural("{count} problem", "{count} problems", result["problems"]),
    ]
    unsure, unlike, resumed = result["unsure"], result["unlike"], result.get("resumed")
    parts += [_("{count:,} unsure").format(count=unsure)] if unsure else []
    parts += [_("{count:,} unlike anything it was trained on").format(count=unlike)] if unlike else []
    parts += [_("{count:,} of them from before").format(count=resumed)] if resumed else []
    rate = _("{rate:,.0f} images/s").format(rate=result["images_per_second"])
    if "device" in result:
        rate = _("{rate} on {device}").format(rate=rate, device=result["device"])
    lines = [f"{listed}{', '.join((*parts, duration(result['seconds']), rate))}."]
    lines.append(_("Predictions: {place}").format(place=result["out"]))
    if "summary" in result:
        lines.append(_("Summary: {place}").format(place=result["summary"]))
    if "journal" in result:
        sentence = plural(
            "Sorted: {count} file; `pigeonhole undo {journal}` puts it back.",
            "Sorted: {count} files; `pigeonhole undo {journal}` puts them back.",
            result["sorted"],
        )
        lines.append(sentence.format(journal=result["journal"]))
    return "\n".join(lines)


@app.command()
def model(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A model file of any kind and from anybody, or a run.")],
    json: Json = False,
) -> int:
    """Tell what a model file is, without opening it: nothing in it is run."""
    return run(_describe, file, Console(as_json=json), _described)


def _describe(file: str, *, emit: Emit, cancel: Cancel) -> ModelDescription:  # noqa: ARG001  # shape of a job
    from engine.batch.target import model_file
    from engine.library.project import is_project, with_suffix
    from engine.models.inspection import describe

    path = Path(file)
    return describe(model_file(file) if is_project(with_suffix(path)) else path)


def _described(result: Mapping[str, Any]) -> str:
    said = [(_("File"), result["file"]), (_("Kind"), result["kind"])]
    if "sha256" in result:
        size = plural("{count} byte", "{count} bytes", result["bytes"])
        said += [(_("Size"), size), (_("SHA-256"), result["sha256"])]
    if "operators" in result:
        operators = ", ".join(f"{name} {count}" for name, count in list(result["operators"].items())[:12])
        said += [
            (_("Parameters"), f"{result['parameters']:,}"),
            (_("Opset"), str(result["opset"])),
            (_("Operators"), operators),
        ]
    info = result.get("info")
    if info is not None:
        names = ", ".join(info["classes"][:20]) + (" ..." if len(info["classes"]) > 20 else "")
        made_by = _("Pigeonhole, recipe {recipe}, run {run}")
        takes = _("{width} × {height} pixels, {channels}, {resize}")
        said += [
            (_("Made by"), made_by.format(recipe=info["recipe"], run=info["run"])),
            (_("Input"), takes.format(**{key: info[key] for key in ("width", "height", "channels", "resize")})),
            (_("Classes"), f"{len(info['classes'])}: {names}"),
            (_("Temperature"), f"{info['temperature']:g}"),
        ]
        tells = _("tells what is unlike anything it was trained on")
        tells_not = _("does not tell what is unlike anything it was trained on")
        said.append((_("Novelty"), tells_not if info["novelty"] is None else tells))
    usable = _("yes") if result["usable"] else _("no: {why}").format(why=result["why"])
    return facts([*said, (_("Usable"), usable)])


def undo_sorting(journal: str, json: bool) -> int:
    """Do what `pigeonhole undo` does with a journal; see `batch.undo`."""
    from engine.batch.sorting.undo import UndoSortParams, undo_sort

    return run(undo_sort, UndoSortParams(journal), Console(as_json=json), _undone)


def _undone(result: Mapping[str, Any]) -> str:
    done = {
        "move": plural("{count} file put back", "{count} files put back", result["restored"]),
        "copy": plural("{count} copy removed", "{count} copies removed", result["restored"]),
    }.get(result["mode"], plural("{count} link removed", "{count} links removed", result["restored"]))
    left = plural("{count} left where it is", "{count} left where they are", result["left"])
    return f"{done}, {left}." if result["left"] else f"{done}."
