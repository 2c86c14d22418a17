"""The subcommand that writes a run's model for use elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, RunName, app
from engine.cli.console import Console, run
from engine.figures import accuracy, percent
from engine.jobs.job import Cancel, Emit
from engine.language import _, plural
from engine.models.targets import TARGETS, Exported, ExportParams

if TYPE_CHECKING:
    Format = str
else:
    Format = Literal[tuple(TARGETS)]  # of which Typer makes the choices


@app.command()
def export(
    project: Project,
    out: Annotated[
        str, typer.Option("--out", metavar="PLACE", help="A .onnx or .keras file, or a folder with a predict.py.")
    ],
    run_name: RunName = None,
    format: Annotated[
        Format,
        typer.Option(
            help=" ".join(f"{target.title}: {target.words}." for target in TARGETS.values()),
        ),
    ] = "onnx",
    json: Json = False,
) -> int:
    """Write a run's model to a file of its own."""
    params = ExportParams(project=project, run=run_name, format=format, out=out)
    return run(_export, params, Console(as_json=json), _exported)


def _exported(result: Mapping[str, Any]) -> str:
    text = _("Model: {place} ({size:,.1f} MB)").format(place=result["out"], size=result["bytes"] / 1e6)
    if not result.get("images"):
        return text
    change = result["accuracy"] - result["run_accuracy"]
    points = f"{'+' if change >= 0 else ''}{percent(change, 2)}"
    sentence = plural(
        "Compared on {count} validation image: largest difference {difference:.2g}, accuracy {accuracy} "
        "({points} against the run).",
        "Compared on {count} validation images: largest difference {difference:.2g}, accuracy {accuracy} "
        "({points} against the run).",
        result["images"],
    )
    shown = accuracy(result["accuracy"], result["images"], 2)
    return f"{text}\n{sentence.format(difference=result['difference'], accuracy=shown, points=points)}"


def _export(params: ExportParams, *, emit: Emit, cancel: Cancel) -> Exported:
    """Export a run; the project's name may lack its suffix, as in the other commands."""
    from engine.library.project import Project
    from engine.training.results.export import export

    with Project.open(Path(params.project), read_only=True) as project:
        return export(replace(params, project=str(project.folder)), emit=emit, cancel=cancel)
