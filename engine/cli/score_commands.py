"""The subcommands that score a run on images that it never trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, RunName, app
from engine.cli.console import Console, run, table
from engine.figures import percent

Scored = Annotated[
    Literal["test", "validation", "all"] | None,
    typer.Option(help="The images to score; without it test if there are any, else validation; all is both."),
]


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
