"""The subcommands of learning from labels and features: suggestions and look-alikes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from engine.cli.app import Json, Project, app
from engine.cli.console import Console, run
from engine.cli.layout import table
from engine.cli.review_commands import SHOWN, CsvOut
from engine.figures import confidence, interval_words, percent
from engine.language import _, plural


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
    lines = [table(rows, head=[_("Image"), _("Suggested"), _("Probability")]) + "\n"] if rows else []
    more = len(result["rows"]) - len(rows)
    if more > 0:
        lines.append(_("... and {count:,} more, which are surer; --csv writes all.").format(count=more))
    total = _("{suggestions} from {labels} of {classes}.").format(
        suggestions=plural("{count} suggestion", "{count} suggestions", result["images"]),
        labels=plural("{count} label", "{count} labels", result["labelled"]),
        classes=plural("{count} class", "{count} classes", result["classes"]),
    )
    if result["not_shown"]:
        known = _(
            "No image of {classes} has a label to learn from: how sure suggestions are says nothing until one of each "
            "class has one."
        ).format(classes=", ".join(result["not_shown"][:SHOWN]))
    elif result["accuracy"] is None:
        known = _("Label more of each class to learn how many are right.")
    else:
        known = plural(
            "About {share} are right ({interval}), counted on {count} labelled image that was left out.",
            "About {share} are right ({interval}), counted on {count} labelled images that were left out in turn.",
            result["estimated_on"],
        ).format(share=percent(result["accuracy"]), interval=interval_words(result["low"], result["high"]))
    return "\n".join([*lines, f"{total} {known}"])


def _accepted_text(accepted: Mapping[str, Any], not_shown: Sequence[str]) -> str:
    sure, unlike = percent(accepted["least"]), _unlike_text(accepted["unlike"])
    if not_shown:
        sentence = _(
            "Nothing was labelled: no image of {classes} has a label to learn from; label one of each class first."
        )
        return sentence.format(classes=", ".join(not_shown[:SHOWN]))
    if not accepted["images"]:
        none = (
            _("No suggestion is at least {sure} sure and taken; nothing was labelled.")
            if unlike
            else _("No suggestion is at least {sure} sure; nothing was labelled.")
        )
        return "\n".join([none.format(sure=sure), *unlike])
    rows = [[name, f"{count:,}"] for name, count in accepted["classes"].items()]
    done = plural(
        "{count} image labelled as suggested, at least {sure} sure.",
        "{count} images labelled as suggested, at least {sure} sure.",
        accepted["images"],
    )
    marks = _(
        "They are marked as accepted unseen and not used to check a model until you have looked at them "
        "(`flags --looked-at`); `undo` takes them back."
    )
    listed = table(rows, head=[_("Class"), _("Accepted")])
    return "\n".join([f"{listed}\n", f"{done.format(sure=sure)} {_wrong_text(accepted)}", *unlike, marks])


def _wrong_text(accepted: Mapping[str, Any]) -> str:
    """Say how many are wrong, and what that rests on."""
    checked = accepted["checked_on"]
    if accepted["wrong"] is None:
        return plural(
            "How many are wrong is not known: it would be counted on labelled images as sure, and {count} labelled "
            "image is too few.",
            "How many are wrong is not known: it would be counted on labelled images as sure, and {count} labelled "
            "images are too few.",
            checked,
        )
    known = plural(
        "About {share} are expected to be wrong ({interval}), counted on {count} labelled image of which suggestions "
        "were as sure.",
        "About {share} are expected to be wrong ({interval}), counted on {count} labelled images of which suggestions "
        "were as sure.",
        checked,
    ).format(share=percent(accepted["wrong"]), interval=interval_words(accepted["wrong_low"], accepted["wrong_high"]))
    more = (
        _("Pictures of a class that is not made yet come on top.")
        if accepted["wrong_at_most"] is None
        else _("With pictures of classes that are not made yet it may be up to {most}.").format(
            most=percent(accepted["wrong_at_most"])
        )
    )
    return f"{known} {more}"


def _unlike_text(unlike: int) -> list[str]:
    """The line about images that were left out; none where there are none."""
    if not unlike:
        return []
    return [
        plural(
            "{count} image as sure is unlike everything that has a label and was left out: look there first, as a "
            "class may be missing (`suggest --csv` marks them as unlike); --with-unlike accepts them too.",
            "{count} images as sure are unlike everything that has a label and were left out: look there first, as a "
            "class may be missing (`suggest --csv` marks them as unlike); --with-unlike accepts them too.",
            unlike,
        )
    ]


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
    return table(rows, head=[_("Image"), _("Similarity"), _("Label")])
