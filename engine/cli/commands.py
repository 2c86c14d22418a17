"""The subcommands: each parses its arguments, calls one function of the engine, and words the result for a person.

Everything heavy is imported inside the commands, so that help and the first prediction come at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, RunName, app
from engine.cli.console import Console, duration, run, table
from engine.errors import UsageError
from engine.figures import accuracy, percent
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.library.importers.registry import LABELS
from engine.models.targets import TARGETS, Exported, ExportParams
from engine.version import VERSION

# What Typer makes the choices of.
if TYPE_CHECKING:
    Format = str
    Form = str
else:
    Format = Literal[tuple(TARGETS)]
    Form = Literal[LABELS]
Scored = Annotated[
    Literal["test", "validation", "all"] | None,
    typer.Option(help="The images to score; without it test if there are any, else validation; all is both."),
]


@app.callback(invoke_without_command=False)
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=lambda v: _version(v)),
    ] = False,
) -> None:
    """Options before the command."""


def _version(value: bool) -> None:
    if value:
        typer.echo(f"pigeonhole {VERSION}")
        raise typer.Exit


@app.command("import")
def import_(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project; it is made where there is none.")],
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Folders of images, archives, or single pictures.")
    ],
    labels: Annotated[
        Form,
        typer.Option(
            help="Where the labels are: class folders, file names (dog.12.jpg, 12_dog.jpg), a table, ...",
        ),
    ] = "auto",
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="A table of paths and classes, or a JSON export.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(metavar="REGEX", help="Finds the class in the file name: its first group.")
    ] = None,
    path_column: Annotated[str | None, typer.Option(metavar="C", help="The table's column of paths.")] = None,
    class_column: Annotated[str | None, typer.Option(metavar="C", help="The table's column of classes.")] = None,
    split_column: Annotated[str | None, typer.Option(metavar="C", help="The table's column of splits.")] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="E", help="Of the table, and of names in an archive, such as cp949.")
    ] = None,
    separator: Annotated[str | None, typer.Option(metavar="S", help="What separates its cells; tab for tabs.")] = None,
    names: Annotated[str | None, typer.Option(metavar="FILE", help="A table that names the classes.")] = None,
    split: Annotated[
        Literal["training", "validation", "test", "unassigned", "named", "auto"],
        typer.Option(
            help="The split of all images; auto goes by folder names, else holds out a fifth to validate; "
            "named goes by these alone."
        ),
    ] = "auto",
    test_fraction: Annotated[float, typer.Option(metavar="SHARE", help="Share that auto holds out to test.")] = 0.0,
    group_by: Annotated[
        str | None,
        typer.Option(
            metavar="REGEX",
            help="Images whose file names match alike stay in one split; without it, evident sequences do; "
            "none: no images.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Decides which images are held out.")] = 42,
    value_range: Annotated[
        tuple[float, float] | None,
        typer.Option("--range", metavar="LOW HIGH", help="Values of 16-bit and float pictures, black to white."),
    ] = None,
    bands: Annotated[
        str | None, typer.Option(metavar="R,G,B", help="Bands that are shown as red, green and blue, such as 4,3,2.")
    ] = None,
    replace_labels: Annotated[
        bool, typer.Option("--replace-labels", help="Give images of the project the labels of this import.")
    ] = False,
    json: Json = False,
) -> int:
    """Add images, labels and splits to a project; --range and --bands also change those of a source that is in it."""
    from engine.library.scan import ImportParams, import_sources

    params = ImportParams(
        project=project,
        sources=tuple(sources),
        labels=labels,
        csv=csv,
        path_column=path_column,
        class_column=class_column,
        names=names,
        pattern=pattern,
        split_column=split_column,
        encoding=encoding,
        separator=separator,
        split=split,
        test_fraction=test_fraction,
        group_by=group_by,
        seed=seed,
        value_range=value_range,
        bands=None if bands is None else _three(bands),
        replace_labels=replace_labels,
    )
    return run(import_sources, params, Console(as_json=json), _imported)


def _three(text: str) -> tuple[int, int, int]:
    try:
        red, green, blue = (int(band) for band in text.split(","))
    except ValueError:
        raise UsageError(f"--bands takes three numbers such as 4,3,2; found {text!r}.") from None
    return red, green, blue


def _imported(result: Mapping[str, Any]) -> str:
    return (
        f"Added {result['images']:,} images in {len(result['classes']):,} classes ({result['kind']}), "
        f"{result['problems']:,} problems, {duration(result['seconds'])}."
    )


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
    head = f"{project}: {result['images']:,} images, {len(rows):,} classes, {result['problems']:,} problems"
    if result["unseen"]:
        head += f"\n{result['unseen']:,} labels were accepted unseen; "
        head += "they are not used to check a model until you have looked at them"
    for source in result["sources"]:
        if source["range"]:
            head += f"\n{source['folder']}: black to white over the values {source['range']}"
    if not rows:
        return head
    total = ["Total", *(f"{sum(c[s] for c in result['classes']):,}" for s in splits)]
    total.append(f"{sum(c[s] for c in result['classes'] for s in splits):,}")
    return f"{head}\n\n" + table([*rows, total], head=["Class", "Training", "Validation", "Test", "Unassigned", "All"])


@app.command()
def evaluate(
    project: Project,
    run_name: RunName = None,
    split: Scored = None,
    report: Annotated[
        str | None,
        typer.Option(metavar="FILE.html", help="Write a report, complete in one file; - is standard output."),
    ] = None,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="Write the classes to a table; - is standard output.")
    ] = None,
    json: Json = False,
) -> int:
    """Score a run on images that it never trained on."""
    from engine.review.evaluate import EvaluateParams, evaluate

    params = EvaluateParams(project, run_name, split, report, csv=csv)
    return run(evaluate, params, Console(as_json=json), _evaluated, texts=("report", "csv"))


def _evaluated(result: Mapping[str, Any]) -> str:
    rows = [
        [
            *(c["name"], f"{c['precision']:.3f}", f"{c['recall']:.3f}", f"{c['f1']:.3f}", f"{c['support']:,}"),
            f"{c['confused_with']} ({c['confused']:,})" if c["confused"] else "",
        ]
        for c in result["classes"]
    ]
    text = (
        f"{table(rows, head=['Class', 'Precision', 'Recall', 'F1', 'Images', 'Most confused with'])}\n\n"
        f"Accuracy {percent(result['accuracy'], 2)} (95 % interval {_span(result['accuracy_interval'])}), top 3 "
        f"{percent(result['top_3'], 2)}, balanced {percent(result['balanced_accuracy'], 2)}, macro F1 "
        f"{result['macro_f1']:.4f} on {_scored(result)}; {result['mistakes']:,} misclassified."
    )
    written = [f"\n{name}: {result[key]}" for name, key in (("Report", "report"), ("Table", "csv")) if key in result]
    return "".join([text, *written])


def _scored(result: Mapping[str, Any]) -> str:
    """Return which images were scored, in words."""
    if result["split"] == "all":
        return f"all {result['images']:,} images that the run did not learn from"
    return f"{result['images']:,} images of the {result['split']} split"


def _span(interval: Sequence[float]) -> str:
    return f"{percent(interval[0])} to {percent(interval[1])}"


@app.command()
def mistakes(
    project: Project,
    run_name: RunName = None,
    split: Scored = None,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="Write them to a table; - is standard output.")
    ] = None,
    json: Json = False,
) -> int:
    """List the images whose label and prediction differ, the most confident first."""
    from engine.review.evaluate import MistakesParams, find_mistakes

    params = MistakesParams(project, run_name, split, csv)
    return run(find_mistakes, params, Console(as_json=json), _mistakes_text, texts=("csv",))


def _mistakes_text(result: Mapping[str, Any]) -> str:
    total = f"{result['mistakes']:,} of {result['images']:,} images of the {result['split']} split are misclassified."
    if result["csv"]:
        return f"{total}\nTable: {result['csv']}"
    rows = [[r["path"], r["label"], r["predicted"], percent(r["confidence"])] for r in result["rows"]]
    listed = table(rows, head=["Image", "Label", "Predicted", "Confidence"]) + "\n\n" if rows else ""
    return listed + total


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
    text = f"Model: {result['out']} ({result['bytes'] / 1e6:,.1f} MB)"
    if not result.get("images"):
        return text
    change = result["accuracy"] - result["run_accuracy"]
    points = f"{'+' if change >= 0 else ''}{percent(change, 2)}"
    return (
        f"{text}\nCompared on {result['images']:,} validation images: largest difference {result['difference']:.2g}, "
        f"accuracy {accuracy(result['accuracy'], result['images'], 2)} ({points} against the run)."
    )


def _export(params: ExportParams, *, emit: Emit, cancel: Cancel) -> Exported:
    """Export a run; the project's name may lack its suffix, as in the other commands."""
    from engine.library.project import Project
    from engine.training.results.export import export

    with Project.open(Path(params.project), read_only=True) as project:
        return export(replace(params, project=str(project.folder)), emit=emit, cancel=cancel)


@app.command()
def sample(
    context: typer.Context,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="Where it goes; without it your documents.")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Do the whole job without a window.")] = False,
    json: Json = False,
) -> int:
    """Write the built-in sample (handwritten digits) and open it; without a screen do the whole job on it."""
    from engine.cli.sample import open_sample

    console = Console(as_json=json)
    window = None if headless else context.obj
    reason = window.why_not() if window is not None else ""
    if reason:
        console.note(f"{reason} The whole job is done without a window.")
    return open_sample(out, console, open_window=None if reason or window is None else window.open)


# These register their commands after those above, in the order in which help lists them.
from engine.cli import training_commands, run_commands  # noqa: E402, F401, I001
from engine.cli import library_commands, split_command, history_commands  # noqa: E402, F401
from engine.cli import source_commands, base_commands, review_commands, learning_commands, classify_commands  # noqa: E402, F401
from engine.cli import system_commands  # noqa: E402, F401
