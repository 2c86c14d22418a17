"""The subcommands of Review beside `evaluate` and `mistakes`: what is wrong in the data, and what a model goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, RunName, app
from engine.cli.console import Console, duration, run, table
from engine.errors import UsageError
from engine.figures import accuracy as accuracy_of
from engine.figures import confidence, percent
from engine.language import _

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
    total = f"{result['suspects']:,} of {result['images']:,} labels are doubtful ({_by(result)})."
    return _listed(rows, ["Image", "Label", "Suggested", "Probability"], result, total)


def _by(result: Mapping[str, Any]) -> str:
    return f"run {result['run']}" if result["run"] is not None else f"by the features of {result['base']}"


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
        [r["path"], str(r["group"]), r["kind"], f"{r['similarity']:.2f}", r["split"], r["label"]]
        for r in result["rows"][:SHOWN]
    ]
    if not result["groups"]:
        total = f"No two of {result['looked_at']:,} images show the same; {duration(result['seconds'])}."
        return _listed(rows, [], result, total)
    groups = "1 group" if result["groups"] == 1 else f"{result['groups']:,} groups"
    total = (
        f"{groups} with {result['images']:,} of {result['looked_at']:,} images, "
        f"{result['across_splits']:,} across splits, {result['labels_differ']:,} with different labels; "
        f"{duration(result['seconds'])}." + (f"\nDone: {result['edit']}." if result["edit"] else "")
    )
    return _listed(rows, ["Image", "Group", "Kind", "Similarity", "Split", "Label"], result, total)


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
    several = len(shown) > len({path for path, _ in shown})
    note = "9 speaks for the class the most, -9 against it" + (
        "; for this class rather than the other classes explained for the same image." if several else "."
    )
    return "\n\n".join([*blocks, note]) + (f"\nTable: {result['csv']}" if result["csv"] else "")


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
    "better": "the second is better",
    "worse": "the second is worse",
    "can't tell": "can't tell which is better",
}


def _compared(result: Mapping[str, Any]) -> str:
    rows = [
        [c["name"], f"{c['images']:,}", percent(c["before"] / c["images"]), percent(c["after"] / c["images"])]
        for c in result["classes"]
    ]
    total = (
        f"{result['before']} -> {result['after']} on {result['images']:,} images ({result['split']}): accuracy "
        f"{accuracy_of(result['accuracy_before'], result['images'], 2)} -> "
        f"{accuracy_of(result['accuracy_after'], result['images'], 2)}.\n"
        f"Mistakes fixed {result['fixed']:,}, made {result['made']:,}, kept {result['kept']:,}; "
        f"McNemar's exact test p = {result['p_value']:.3g}: {_TRENDS[result['trend']]}."
    )
    return _listed(rows, ["Class", "Images", "Before", "After"], result, total)


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
            f"{percent(r['low'])} to {percent(r['high'])}",
            f"{r['learnt']:,}",
            r["trend"] or "",
        ]
        for r in result["rounds"]
    ]
    head = ["Run", "Right", "Accuracy", "95 % interval", "Learnt from", "Compared with before"]
    lines = [table(rows, head=head), f"All on the same {result['check_images']:,} check images."]
    if not result["enough"]:
        lines.append("These are few: label more to know better.")
    if result["left_out"]:
        lines.append(f"Left out, as they had other check images: {', '.join(result['left_out'])}.")
    return "\n".join(lines)


@app.command()
def assess(project: Project, run_name: RunName = None, json: Json = False) -> int:
    """Say how good a run is, which class is its weakest and why, and what to do next."""
    from engine.review.assessment import AssessParams, assess

    return run(assess, AssessParams(project, run_name), Console(as_json=json), _assessed_text)


def _assessed_text(result: Mapping[str, Any]) -> str:
    span = f"{percent(result['low'])} to {percent(result['high'])}"
    lines = [
        f"{result['run']}: {result['quality']}; {result['right']:,} of {result['images']:,} images right, "
        f"{percent(result['accuracy'])} (95 % interval {span})."
    ]
    if result["expected"] != result["accuracy"]:
        lines.append(
            f"Of new pictures {percent(result['expected_low'])} to {percent(result['expected_high'])} are expected to "
            "be right: those without a label are not as easy or as hard as the check images."
        )
    if result["look_alikes"]:
        lines.append(
            f"{result['look_alikes']:,} of {result['images']:,} check images have look-alikes among those learnt from: "
            "the figure may be too good. leaks --mend keeps these on one side; then train again."
        )
    weak, step = result["weakest"], result["next"]
    if weak is not None:
        lines.append(
            f"Weakest class: {weak['name']}, {weak['right']:,} of {weak['images']:,} right, "
            f"{weak['confused']:,} taken for {weak['confused_with']}; training images: {weak['training']:,}, "
            f"doubtful labels: {weak['suspects']:,} ({weak['why']})."
        )
    of = f" ({step['class_name']})" if step["class_name"] else ""
    count = f": {step['count']:,}" if step["count"] else ""
    gain = "" if step["gain"] is None else f"; about {100 * step['gain']:.0f} in 100 of them more are then recognised"
    there = f"; about {step['likely']:,} are likely among" if step["likely"] is not None else "; there are"
    left = f"{there} {step['left']:,} without a label" if step["left"] is not None else ""
    lines.append(f"Next: {step['action']}{of}{count}{left}{gain}.")
    return "\n".join(lines)


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
    lines = [
        f"{result['run']}: temperature {result['temperature']:.3f}; expected calibration error "
        f"{result['error_before']:.4f} -> {result['error_after']:.4f} on {result['images']:,} images "
        f"({result['measured_on']}).",
        f"No threshold gives {percent(result['accuracy'])} accuracy."
        if result["threshold"] is None
        else f"{percent(result['accuracy'])} accuracy from confidence {result['threshold']:.4f} up, which leaves "
        f"{percent(result['coverage'])} of the images answered.",
    ]
    return "\n".join([*lines, *([f"Table: {result['csv']}"] if result["csv"] else [])])


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
    unreadable = f"; {result['problems']:,} cannot be read" if result["problems"] else ""
    total = f"{result['images']:,} images laid out by {result['method']} ({_by(result)}){unreadable}."
    return f"{total}\nTable: {result['csv']}" if result["csv"] else f"{total} --csv writes the places."


def _listed(rows: list[list[str]], head: list[str], result: Mapping[str, Any], total: str) -> str:
    """The first rows and the total; with a table on disk the total alone."""
    if result["csv"]:
        return f"{total}\nTable: {result['csv']}"
    left = len(result["rows"]) - len(rows) if len(rows) == SHOWN else 0
    more = f"\n... and {left:,} more; --csv writes all of them." if left else ""
    return (f"{table(rows, head=head)}{more}\n\n" if rows else "") + total
