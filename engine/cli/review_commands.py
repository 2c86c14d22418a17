"""The subcommands of Review beside `evaluate` and `mistakes`: what is wrong in the data, and what a model goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, RunName, app
from engine.cli.console import Console, duration, run
from engine.cli.layout import table
from engine.errors import UsageError
from engine.figures import accuracy as accuracy_of
from engine.figures import confidence, in_percent, interval_words, percent
from engine.language import _, marked, plural

CsvOut = Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write a table; - is standard output.")]
SplitOrAll = Annotated[
    Literal["test", "validation", "all"] | None,
    typer.Option(help="The images that count; without it test if there are any, else validation."),
]
Features = Annotated[
    bool,
    typer.Option("--features", help="Ask no run, but the features that suggestions are made of; so it is without one."),
]
SHOWN = 50  # rows in a terminal; a table has all


@app.command()
def suspects(
    project: Project,
    run_name: RunName = None,
    split: Annotated[
        Literal["test", "validation", "all"] | None,
        typer.Option(help="Held-out images to judge; without it all of them, or every image of an earlier --folds."),
    ] = None,
    folds: Annotated[
        int, typer.Option(metavar="K", min=0, help="Train K times to judge every labelled image; takes its time.")
    ] = 0,
    most: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="List the N most doubtful instead of the probable ones.")
    ] = None,
    features: Features = False,
    csv: CsvOut = None,
    json: Json = False,
) -> int:
    """List images whose label is probably wrong, the most doubtful first, with the class they seem to be of."""
    from engine.review.suspects.job import SuspectsParams, find_suspects

    if folds and split:
        raise UsageError(_("--folds judges every labelled image; leave --split out."))
    if features and (folds or split or run_name):
        raise UsageError(
            _("--features judges every labelled image without a run; leave --run, --split and --folds out.")
        )
    return run(
        find_suspects,
        SuspectsParams(project, run_name, split, folds, most, csv, features),
        Console(as_json=json),
        _suspects_text,
        texts=("csv",),
    )


def _suspects_text(result: Mapping[str, Any]) -> str:
    rows = [
        [r["path"], r["label"], r["suggested"], confidence(r["suggested_probability"])] for r in result["rows"][:SHOWN]
    ]
    total = _("{suspects:,} of {labels} are doubtful ({by}).").format(
        suspects=result["suspects"], labels=plural("{count} label", "{count} labels", result["images"]), by=_by(result)
    )
    return _listed(rows, [_("Image"), _("Label"), _("Suggested"), _("Probability")], result, total)


def _by(result: Mapping[str, Any]) -> str:
    if result["run"] is not None:
        return _("run {run}").format(run=result["run"])
    return _("by the features of {base}").format(base=result["base"])


@app.command()
def duplicates(
    project: Project,
    similarity: Annotated[
        float, typer.Option(metavar="S", help="Least similarity, up to 1; 0.7 also finds frames of one scene.")
    ] = 0.8,
    exact: Annotated[bool, typer.Option("--exact", help="Only files with the same content.")] = False,
    resolve: Annotated[
        Literal["exclude", "together"] | None,
        typer.Option(help="Exclude all but one of each group, or bring each group into one split: one edit."),
    ] = None,
    run_name: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="Also what this run's model sees alike.")
    ] = None,
    features: Annotated[
        bool, typer.Option("--features", help="Also what is alike by the features that suggestions are made of.")
    ] = False,
    csv: CsvOut = None,
    json: Json = False,
) -> int:
    """List pictures that are there more than once, those first that are in different splits."""
    from engine.review.duplicates import DuplicatesParams, find_duplicates

    if features and (run_name is not None or exact):
        raise UsageError(_("--features takes the place of --run, and --exact looks at no features; name one of them."))
    params = DuplicatesParams(project, similarity, exact, resolve or "", csv, run_name, features)
    return run(find_duplicates, params, Console(as_json=json), _duplicates_text, texts=("csv",))


def _duplicates_text(result: Mapping[str, Any]) -> str:
    rows = [
        [r["path"], str(r["group"]), _(r["kind"]), f"{r['similarity']:.2f}", _(r["split"]), r["label"]]
        for r in result["rows"][:SHOWN]
    ]
    time = duration(result["seconds"])
    if not result["groups"]:
        sentence = _("No two of {images:,} images show the same; {time}.")
        return _listed(rows, [], result, sentence.format(images=result["looked_at"], time=time))
    total = plural(
        "{count} group with {images:,} of {looked_at:,} images, {across:,} across splits, {differ:,} with different "
        "labels; {time}.",
        "{count} groups with {images:,} of {looked_at:,} images, {across:,} across splits, {differ:,} with different "
        "labels; {time}.",
        result["groups"],
    ).format(
        images=result["images"],
        looked_at=result["looked_at"],
        across=result["across_splits"],
        differ=result["labels_differ"],
        time=time,
    )
    if result["edit"]:
        total = "\n".join((total, _("Done: {edit}.").format(edit=result["edit"])))
    head = [_("Image"), _("Group"), _("Kind"), _("Similarity"), _("Split"), _("Label")]
    return _listed(rows, head, result, total)


@app.command()
def explain(
    project: Project,
    images: Annotated[list[str], typer.Argument(metavar="IMAGE", help="Files, or parts of paths in the project.")],
    run_name: RunName = None,
    classes: Annotated[
        list[str] | None, typer.Option("--class", metavar="NAME", help="A class to explain; may be repeated.")
    ] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="FOLDER", help="Write each picture with its map.")] = None,
    csv: CsvOut = None,
    json: Json = False,
) -> int:
    """Show what a model goes by in a picture, for the predicted class and for the label."""
    from engine.review.explain.job import ExplainParams, explain_images

    params = ExplainParams(project, tuple(images), run_name, tuple(classes or ()), out=out, csv=csv)
    return run(explain_images, params, Console(as_json=json), _explained, texts=("csv",))


def _explained(result: Mapping[str, Any]) -> str:
    blocks = []
    for row in result["rows"]:
        cells = [
            " ".join(f"{round(9 * value):>2}" if abs(value) >= 0.1 else " ." for value in line) for line in row["map"]
        ]
        head = f"{row['path']}: {row['class']} {confidence(row['probability'])}"
        blocks.append("\n".join([head, *cells, *([row["file"]] if row["file"] else [])]))
    shown = {(row["path"], row["class"]) for row in result["rows"]}
    several = len(shown) > len({path for path, _class in shown})
    note = (
        _(
            "9 speaks for the class the most, -9 against it; for this class rather than the other classes explained "
            "for the same image."
        )
        if several
        else _("9 speaks for the class the most, -9 against it.")
    )
    return "\n".join(["\n\n".join([*blocks, note]), *_written(result)])


def _written(result: Mapping[str, Any]) -> list[str]:
    """The line about the table that was written; none where there is none."""
    return [_("Table: {place}").format(place=result["csv"])] if result["csv"] else []


@app.command()
def compare(
    project: Project,
    before: Annotated[str | None, typer.Option(metavar="RUN", help="Without it the run before the other one.")] = None,
    after: Annotated[str | None, typer.Option(metavar="RUN", help="Without it the newest finished run.")] = None,
    split: SplitOrAll = None,
    csv: CsvOut = None,
    json: Json = False,
) -> int:
    """Set two runs side by side: mistakes fixed, made and kept, and which classes gained."""
    from engine.review.compare import CompareParams, compare

    params = CompareParams(project, before, after, split, csv)
    return run(compare, params, Console(as_json=json), _compared, texts=("csv",))


_TRENDS = {
    "better": marked("the second is better"),
    "worse": marked("the second is worse"),
    "can't tell": marked("can't tell which is better"),
}


def _compared(result: Mapping[str, Any]) -> str:
    rows = [
        [c["name"], f"{c['images']:,}", percent(c["before"] / c["images"]), percent(c["after"] / c["images"])]
        for c in result["classes"]
    ]
    figures = _("{before} -> {after} on {images} ({split}): accuracy {old} -> {new}.").format(
        before=result["before"],
        after=result["after"],
        images=plural("{count} image", "{count} images", result["images"]),
        split=_(result["split"]),
        old=accuracy_of(result["accuracy_before"], result["images"], 2),
        new=accuracy_of(result["accuracy_after"], result["images"], 2),
    )
    mistakes = _(
        "Mistakes fixed {fixed:,}, made {made:,}, kept {kept:,}; McNemar's exact test p = {p:.3g}: {trend}."
    ).format(
        fixed=result["fixed"],
        made=result["made"],
        kept=result["kept"],
        p=result["p_value"],
        trend=_(_TRENDS[result["trend"]]),
    )
    return _listed(rows, [_("Class"), _("Images"), _("Before"), _("After")], result, f"{figures}\n{mistakes}")


@app.command()
def rounds(project: Project, json: Json = False) -> int:
    """List the runs over time, all on the same check images, and whether each is better than the one before."""
    from engine.review.rounds import RoundsParams, rounds

    return run(rounds, RoundsParams(project), Console(as_json=json), _rounds_text)


def _rounds_text(result: Mapping[str, Any]) -> str:
    rows = [
        [
            r["run"],
            f"{r['right']:,}",
            percent(r["accuracy"]),
            _("{low} to {high}").format(low=in_percent(r["low"]), high=percent(r["high"])),
            f"{r['learnt']:,}",
            _(r["trend"]) if r["trend"] else "",
        ]
        for r in result["rounds"]
    ]
    head = [_("Run"), _("Right"), _("Accuracy"), _("95 % interval"), _("Learnt from"), _("Compared with before")]
    same = plural(
        "All on the same {count} check image.", "All on the same {count} check images.", result["check_images"]
    )
    lines = [table(rows, head=head), same]
    if not result["enough"]:
        lines.append(_("These are few: label more to know better."))
    if result["left_out"]:
        sentence = _("Left out, as they had other check images: {runs}.")
        lines.append(sentence.format(runs=", ".join(result["left_out"])))
    return "\n".join(lines)


@app.command()
def assess(project: Project, run_name: RunName = None, json: Json = False) -> int:
    """Say how good a run is, which class is its weakest and why, and what to do next."""
    from engine.review.assessment import AssessParams, assess

    return run(assess, AssessParams(project, run_name), Console(as_json=json), _assessed_text)


_UNLIKE = marked(
    "How many of new pictures will be right cannot be told yet: the pictures with a label are not like those without."
)
_NOT_SHOWN = marked("How many of new pictures will be right cannot be told yet: no picture of {classes} has a label.")
_EXPECTED = {  # by whether the check images are easier than the pictures without a label
    True: marked(
        "Of new pictures {low} to {high} are expected to be right: those without a label are harder than the check "
        "images."
    ),
    False: marked(
        "Of new pictures {low} to {high} are expected to be right: those without a label are easier than the check "
        "images."
    ),
}


def _assessed_text(result: Mapping[str, Any]) -> str:
    lines = [
        _("{run}: {quality}; {right:,} of {images} right, {accuracy} ({interval}).").format(
            run=result["run"],
            quality=_(result["quality"]),
            right=result["right"],
            images=plural("{count} image", "{count} images", result["images"]),
            accuracy=percent(result["accuracy"]),
            interval=interval_words(result["low"], result["high"]),
        )
    ]
    if not result["can_promise"] and not result["look_alikes"]:
        classes = ", ".join(result["not_shown"][:SHOWN])
        lines.append(_(_NOT_SHOWN).format(classes=classes) if classes else _(_UNLIKE))
    elif result["are_easy"] is not None:
        low, high = in_percent(result["expected_low"]), percent(result["expected_high"])
        lines.append(_(_EXPECTED[result["are_easy"]]).format(low=low, high=high))
    if result["look_alikes"]:
        sentence = _(
            "{alike:,} of {images:,} check images have look-alikes among those learnt from: the figure may be too "
            "good. leaks --mend keeps these on one side; then train again."
        )
        lines.append(sentence.format(alike=result["look_alikes"], images=result["images"]))
    weak = result["weakest"]
    if weak is not None:
        sentence = _(
            "Weakest class: {name}, {right:,} of {images:,} right, {confused:,} taken for {other}; training images: "
            "{training:,}, doubtful labels: {suspects:,} ({why})."
        )
        said = {key: weak[key] for key in ("name", "right", "images", "confused", "training", "suspects")}
        lines.append(sentence.format(**said, other=weak["confused_with"], why=_(weak["why"])))
    return "\n".join([*lines, _next_text(result["next"])])


def _next_text(step: Mapping[str, Any]) -> str:
    action = _(step["action"])
    if step["class_name"]:
        action = _("{action} ({name})").format(action=action, name=step["class_name"])
    parts = [f"{action}: {step['count']:,}" if step["count"] else action]
    if step["left"] is not None:
        sentence = (
            plural("there is {count} without a label", "there are {count} without a label", step["left"])
            if step["likely"] is None
            else plural(
                "about {likely:,} are likely among {count} without a label",
                "about {likely:,} are likely among {count} without a label",
                step["left"],
            )
        )
        parts.append(sentence.format(likely=step["likely"]))
    if step["gain"] is not None:
        gain = _("about {gain:.0f} in 100 of them more are then recognised")
        parts.append(gain.format(gain=100 * step["gain"]))
    return _("Next: {what}.").format(what="; ".join(parts))


@app.command()
def calibrate(
    project: Project,
    run_name: RunName = None,
    accuracy: Annotated[
        float, typer.Option(metavar="A", help="Tell the threshold above which this share is right, such as 0.99.")
    ] = 0.99,
    keep: Annotated[
        bool, typer.Option("--keep", help="Store that threshold in the model: below it an answer is unsure.")
    ] = False,
    csv: CsvOut = None,
    json: Json = False,
) -> int:
    """Calibrate the confidence of a model: fit its temperature on validation and store it in its model.onnx."""
    from engine.review.confidence.calibrate import CalibrateParams, calibrate

    params = CalibrateParams(project, run_name, accuracy, csv, keep)
    return run(calibrate, params, Console(as_json=json), _calibrated, texts=("csv",))


def _calibrated(result: Mapping[str, Any]) -> str:
    sentence = _(
        "{run}: temperature {temperature:.3f}; expected calibration error {before:.4f} -> {after:.4f} on {images} "
        "({measured_on})."
    )
    fitted = sentence.format(
        run=result["run"],
        temperature=result["temperature"],
        before=result["error_before"],
        after=result["error_after"],
        images=plural("{count} image", "{count} images", result["images"]),
        measured_on=_(result["measured_on"]),
    )
    wanted = percent(result["accuracy"])
    if result["threshold"] is None:
        threshold = _("No threshold gives {accuracy} accuracy.").format(accuracy=wanted)
    else:
        threshold = _(
            "{accuracy} accuracy from confidence {threshold:.4f} up, which leaves {coverage} of the images answered."
        ).format(accuracy=wanted, threshold=result["threshold"], coverage=percent(result["coverage"]))
    return "\n".join([fitted, threshold, *_written(result)])


@app.command("map")
def map_(
    project: Project,
    run_name: RunName = None,
    method: Annotated[
        Literal["pca", "tsne"], typer.Option(help="pca takes a moment; tsne shows groups and takes minutes.")
    ] = "pca",
    seed: Annotated[int, typer.Option(metavar="N", help="Of t-SNE: the same map for the same seed.")] = 42,
    features: Features = False,
    csv: CsvOut = None,
    json: Json = False,
) -> int:
    """Lay images out by what a model, or without a run the base, sees in them: what it sees alike lies together."""
    from engine.review.layout import MapParams, lay_out

    if features and run_name:
        raise UsageError(_("--features lays images out without a run; leave --run out."))
    params = MapParams(project, run_name, method, seed=seed, csv=csv, features=features)
    return run(lay_out, params, Console(as_json=json), _mapped, texts=("csv",))


def _mapped(result: Mapping[str, Any]) -> str:
    images = plural("{count} image", "{count} images", result["images"])
    sentence = _("{images} laid out by {method} ({by}).")
    if result["problems"]:
        sentence = _("{images} laid out by {method} ({by}); {problems:,} cannot be read.")
    total = sentence.format(images=images, method=result["method"], by=_by(result), problems=result["problems"])
    written = _written(result)
    return "\n".join([total, *written]) if written else f"{total} {_('--csv writes the places.')}"


def _listed(rows: list[list[str]], head: list[str], result: Mapping[str, Any], total: str) -> str:
    """The first rows and the total; with a table on disk the total alone."""
    if result["csv"]:
        return "\n".join([total, *_written(result)])
    lines = [table(rows, head=head)] if rows else []
    left = len(result["rows"]) - len(rows) if len(rows) == SHOWN else 0
    if left:
        lines.append(_("... and {count:,} more; --csv writes all of them.").format(count=left))
    return "\n".join([*lines, "", total]) if lines else total
