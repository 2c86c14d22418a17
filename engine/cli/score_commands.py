"""The subcommands that score a run on images that it never trained on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, RunName, app
from engine.cli.console import Console, run
from engine.cli.layout import table
from engine.figures import interval_words, percent
from engine.language import _, plural

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
    head = [_("Class"), _("Precision"), _("Recall"), _("F1"), _("Images"), _("Most confused with")]
    sentence = _(
        "Accuracy {accuracy} ({interval}), top 3 {top_3}, balanced {balanced}, macro F1 {macro_f1:.4f} on {images}; "
        "{mistakes:,} misclassified."
    ).format(
        accuracy=percent(result["accuracy"], 2),
        interval=interval_words(*result["accuracy_interval"]),
        top_3=percent(result["top_3"], 2),
        balanced=percent(result["balanced_accuracy"], 2),
        macro_f1=result["macro_f1"],
        images=_scored(result),
        mistakes=result["mistakes"],
    )
    lines = [f"{table(rows, head=head)}\n", sentence]
    if "report" in result:
        lines.append(_("Report: {place}").format(place=result["report"]))
    if "csv" in result:
        lines.append(_("Table: {place}").format(place=result["csv"]))
    return "\n".join(lines)


def _scored(result: Mapping[str, Any]) -> str:
    """Return which images were scored, in words."""
    if result["split"] == "all":
        return plural(
            "the {count} image that the run did not learn from",
            "all {count} images that the run did not learn from",
            result["images"],
        )
    sentence = plural("{count} image of the {split} split", "{count} images of the {split} split", result["images"])
    return sentence.format(split=_(result["split"]))


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
    total = _("{mistakes:,} of {images} are misclassified.").format(mistakes=result["mistakes"], images=_scored(result))
    if result["csv"]:
        return "\n".join((total, _("Table: {place}").format(place=result["csv"])))
    rows = [[r["path"], r["label"], r["predicted"], percent(r["confidence"])] for r in result["rows"]]
    head = [_("Image"), _("Label"), _("Predicted"), _("Confidence")]
    return f"{table(rows, head=head)}\n\n{total}" if rows else total
