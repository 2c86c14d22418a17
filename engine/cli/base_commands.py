"""The subcommands of learning without a training: bases, and the features of a project's images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, app
from engine.cli.console import Console, duration, run, table
from engine.errors import UsageError
from engine.jobs.job import Cancel, Emit


@app.command()
def features(
    project: Project,
    base: Annotated[
        str | None, typer.Option(metavar="NAME", help="A base; without it the one that was chosen (see `bases`).")
    ] = None,
    json: Json = False,
) -> int:
    """Compute the features of all images by the chosen base; suggestions and look-alikes are made of them."""
    from engine.similarity.feature_job import FeatureParams, compute_features

    return run(compute_features, FeatureParams(project, base=base), Console(as_json=json), _features_text)


def _features_text(result: Mapping[str, Any]) -> str:
    unreadable = f" {result['problems']:,} cannot be read." if result["problems"] else ""
    return (
        f"{result['ready']:,} of {result['images']:,} images have features by {result['base']}; "
        f"{result['computed']:,} were computed in {duration(result['seconds'])}.{unreadable}"
    )


@app.command()
def bases(
    action: Annotated[
        Literal["list", "choose", "add"],
        typer.Argument(help="list them; choose one for this machine; add an ONNX file from image to vector."),
    ] = "list",
    what: Annotated[
        str | None,
        typer.Argument(metavar="NAME|FILE", help="A base as it is listed, one of Keras, or an ONNX file."),
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Call an added base so.")] = None,
    size: Annotated[int | None, typer.Option(metavar="PX", help="Side of its pictures.")] = None,
    scaling: Annotated[
        Literal["imagenet", "clip", "-1..1", "0..1", "0..255"] | None,
        typer.Option(help="What it wants colours to be; without it as the file beside it says, else as of ImageNet."),
    ] = None,
    mean: Annotated[
        str | None, typer.Option(metavar="R,G,B", help="Mean of each colour from 0 to 1 that it was trained with.")
    ] = None,
    deviation: Annotated[str | None, typer.Option(metavar="R,G,B", help="Standard deviation of each.")] = None,
    resize: Annotated[
        Literal["crop", "stretch", "letterbox"] | None,
        typer.Option(help="How its pictures become square; without it as the file beside it says, else by cropping."),
    ] = None,
    licence: Annotated[str | None, typer.Option(metavar="NAME", help="Its licence.")] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="FILE", help="Weights of a base of Keras, so that nothing is downloaded.")
    ] = None,
    json: Json = False,
) -> int:
    """List the networks whose features can be used, choose one, or add one; MobileNetV2 is in the box.

    Choosing one of Keras that is not on this machine yet downloads its weights.
    """
    if (what is None) != (action == "list"):
        raise UsageError("`bases` lists them; `bases choose` and `bases add` want the name of a base or a file.")
    if scaling is not None and (mean or deviation):
        raise UsageError("Tell --scaling, or --mean and --deviation, not both.")
    given = {"name": name, "size": size, "scaling": scaling, "mean": mean, "deviation": deviation, "licence": licence}
    facts = {key: value for key, value in (given | {"resize": resize}).items() if value is not None}
    if action == "list" and (facts or weights):
        raise UsageError("Options of a base belong to `bases add FILE` and `bases choose NAME`.")
    return run(_bases, (action, what, facts, weights), Console(as_json=json), _bases_text)


def _bases(params: tuple[str, str | None, dict[str, Any], str | None], *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    from engine.similarity.bases import choose_base, chosen_base, known_bases
    from engine.training.recipes.bases import BASES

    action, what, facts, weights = params
    changed = None
    if what is not None:
        changed = _found(what, facts, weights, emit, cancel) if action == "choose" else _added(what, facts, weights)
        if action == "choose":
            choose_base(changed)
    known, chosen = known_bases(), chosen_base()
    rows = [{**asdict(base), "file": str(base.file), "chosen": base == chosen} for base in known]
    names = {base.name for base in known}
    more = [
        {"name": name, "input_size": base.size, "megabytes": base.megabytes, "licence": base.licence}
        for name, base in BASES.items()
        if name not in names and name != "MobileNetV2"
    ]
    return {"bases": rows, "more": more, "action": action, "base": changed and changed.name}


def _added(what: str, facts: dict[str, Any], weights: str | None) -> Any:
    from engine.similarity.bases import SCALINGS, Facts, add_base

    if weights:
        raise UsageError("--weights belongs to a base of Keras; an ONNX file has its weights in it.")
    mean, deviation = (_three(facts.get(key), f"--{key}") for key in ("mean", "deviation"))
    if "scaling" in facts:
        mean, deviation = SCALINGS[facts["scaling"]]
    of_its_own = (facts.get(key) for key in ("licence", "resize"))
    return add_base(Path(what), Facts(facts.get("name"), facts.get("size"), mean, deviation, *of_its_own))


def _found(what: str, facts: dict[str, Any], weights: str | None, emit: Emit, cancel: Cancel) -> Any:
    """A base that is known, a file that becomes one, or one of Keras, made now."""
    from engine.similarity.bases import named_base
    from engine.training.recipes.bases import BASES

    known = named_base(what) or (named_base("MobileNetV2 1.0") if what == "MobileNetV2" and not weights else None)
    if known is not None and not facts and not weights:
        return known
    if Path(what).is_file() or what.endswith(".onnx"):
        return _added(what, facts, weights)
    by_name = {name.casefold(): name for name in BASES}
    if what.casefold() not in by_name:
        raise UsageError(
            f"There is no base {what}; `pigeonhole bases` lists those of this machine and of Keras, "
            "`pigeonhole bases add FILE` takes an ONNX file."
        )
    from engine.similarity.bases import read_base
    from engine.training.keras_base import KerasBaseParams, make_base

    if set(facts) - {"size"}:
        raise UsageError("Of a base of Keras only --size and --weights can be told.")
    made = make_base(
        KerasBaseParams(by_name[what.casefold()], weights or "", facts.get("size")), emit=emit, cancel=cancel
    )
    return read_base(Path(made["file"]))


def _three(text: str | None, flag: str) -> tuple[float, float, float] | None:
    if text is None:
        return None
    try:
        first, second, third = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"{flag} wants three numbers, as 0.5,0.5,0.5; found {text}.") from None
    return first, second, third


def _bases_text(result: Mapping[str, Any]) -> str:
    rows = [
        [
            f"{'* ' if base['chosen'] else '  '}{base['name']}",
            f"{base['input_size']} px",
            f"{base['dimensions']:,}",
            base["scaling"],
            base["licence"],
        ]
        for base in result["bases"]
    ]
    lines = [table(rows, head=["  Base", "Pictures", "Features", "Scaling", "Licence"])]
    if result["more"]:
        rows = [
            [f"  {more['name']}", f"{more['input_size']} px", f"{more['megabytes']:,} MB", more["licence"]]
            for more in result["more"]
        ]
        head = ["  Of Keras, downloaded when chosen", "Pictures", "Download", "Licence"]
        lines.append(table(rows, head=head))
    said = {"choose": "{} is used from now on.", "add": "{} was added; `pigeonhole bases choose` takes it into use."}
    if result["base"]:
        lines.append(said[result["action"]].format(result["base"]))
    return "\n\n".join(lines)
