"""The subcommands of learning from labels and features: suggestions and look-alikes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from engine.cli.app import Json, Project, app
from engine.cli.console import Console, run, table
from engine.cli.editing import counted
from engine.cli.review_commands import SHOWN, CsvOut
from engine.figures import confidence, percent


@app.command()
def suggest(
    project: Project,
    accept: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            min=0.0,
            max=1.0,
            help="Label those of which it is at least so sure, such as 0.95; they are marked as accepted unseen.",
        ),
    ] = None,
    with_unlike: Annotated[
        bool,
        typer.Option("--with-unlike", help="Accept also for images that are unlike everything that has a label."),
    ] = False,
    csv: CsvOut = None,
    json: Json = False,
) -> int:
    """Suggest a class for each image without a label, learnt from the labels so far; no training is needed."""
    from engine.review.suggest import SuggestParams
    from engine.review.suggest import suggest as job

    params = SuggestParams(project, accept, csv, with_unlike)
    return run(job, params, Console(as_json=json), _suggest_text, texts=("csv",))


def _suggest_text(result: Mapping[str, Any]) -> str:
    accepted = result["accepted"]
    if accepted is not None:
        return _accepted_text(accepted, result["not_shown"])
    rows = [[r["path"], r["suggested"], confidence(r["probability"])] for r in result["rows"][:SHOWN]]
    shown = table(rows, head=["Image", "Suggested", "Probability"]) + "\n\n" if rows else ""
    more = len(result["rows"]) - len(rows)
    rest = f"... and {more:,} more, which are surer; --csv writes all.\n" if more > 0 else ""
    total = (
        f"{counted(result['images'], 'suggestion')} from {counted(result['labelled'], 'label')} of "
        f"{result['classes']:,} classes."
    )
    if result["not_shown"]:
        return f"{shown}{rest}{total} {_not_shown_text(result['not_shown'])}"
    if result["accuracy"] is None:
        return f"{shown}{rest}{total} Label more of each class to learn how many are right."
    interval = f"95 % interval {percent(result['low'])} to {percent(result['high'])}"
    return (
        f"{shown}{rest}{total} About {percent(result['accuracy'])} are right ({interval}), counted on "
        f"{counted(result['estimated_on'], 'labelled image')} that were left out in turn."
    )


def _not_shown_text(names: Sequence[str]) -> str:
    return (
        f"No image of {', '.join(names[:SHOWN])} has a label to learn from: how sure suggestions are says nothing "
        "until one of each class has one."
    )


def _accepted_text(accepted: Mapping[str, Any], not_shown: Sequence[str]) -> str:
    sure, unlike = percent(accepted["least"]), _unlike_text(accepted["unlike"])
    if not accepted["images"]:
        return f"No suggestion is at least {sure} sure{' and taken' if unlike else ''}; nothing was labelled.{unlike}"
    rows = [[name, f"{count:,}"] for name, count in accepted["classes"].items()]
    wrong = _not_shown_text(not_shown) if not_shown else _wrong_text(accepted)
    return (
        f"{table(rows, head=['Class', 'Accepted'])}\n\n"
        f"{counted(accepted['images'], 'image')} labelled as suggested, at least {sure} sure. {wrong}"
        f"{unlike}\n"
        "They are marked as accepted unseen and not used to check a model until you have looked at them "
        "(`flags --looked-at`); `undo` takes them back."
    )


def _wrong_text(accepted: Mapping[str, Any]) -> str:
    """Say how many are wrong, and what that rests on."""
    checked = counted(accepted["checked_on"], "labelled image")
    if accepted["wrong"] is None:
        return f"How many are wrong is not known: it would be counted on labelled images as sure, and {checked} " + (
            "is too few." if accepted["checked_on"] == 1 else "are too few."
        )
    interval = f"95 % interval {percent(accepted['wrong_low'])} to {percent(accepted['wrong_high'])}"
    known = (
        f"About {percent(accepted['wrong'])} are expected to be wrong ({interval}), counted on {checked} "
        "of which suggestions were as sure. "
    )
    if accepted["wrong_at_most"] is None:
        return f"{known}Pictures of a class that is not made yet come on top."
    most = percent(accepted["wrong_at_most"])
    return f"{known}With pictures of classes that are not made yet it may be up to {most}."


def _unlike_text(unlike: int) -> str:
    if not unlike:
        return ""
    are = (
        "is unlike everything that has a label and was"
        if unlike == 1
        else "are unlike everything that has a label and were"
    )
    return (
        f"\n{counted(unlike, 'image')} as sure {are} left out: look there first, as a class may be missing "
        "(`suggest --csv` marks them as unlike); --with-unlike accepts them too."
    )


@app.command()
def similar(
    project: Project,
    image: Annotated[str, typer.Argument(metavar="IMAGE|FILE", help="An image of the project, or any picture.")],
    most: Annotated[int, typer.Option(metavar="N", min=1, help="How many to list.")] = 20,
    json: Json = False,
) -> int:
    """List the images that look most like one of the project, or like any picture."""
    from engine.review.suggest import SimilarParams
    from engine.review.suggest import similar as job

    return run(job, SimilarParams(project, image, most), Console(as_json=json), _similar_text)


def _similar_text(result: Mapping[str, Any]) -> str:
    rows = [[r["path"], f"{r['similarity']:.3f}", r["label"]] for r in result["rows"]]
    return table(rows, head=["Image", "Similarity", "Label"])
