"""The subcommands of learning without a training: bases, and the features of a project's images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from engine.cli.app import Address, Json, Project, app, check_address
from engine.cli.console import Console, duration, run
from engine.cli.layout import table
from engine.errors import UsageError
from engine.language import _


@app.command()
def features(
    project: Project,
    base: Annotated[
        str | None, typer.Option(metavar="NAME", help="A base; without it the one that was chosen (see `bases`).")
    ] = None,
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="ray: on a cluster, whose machines find the pictures at the same place as this one."),
    ] = "local",
    address: Address = None,
    json: Json = False,
) -> int:
    """Compute the features of all images by the chosen base; suggestions and look-alikes are made of them."""
    check_address(engine, address)
    if engine == "ray":
        from engine.batch.ray_features import RayFeatureParams, features_on_ray

        return run(features_on_ray, RayFeatureParams(project, base, address), Console(as_json=json), _features_text)
    from engine.similarity.feature_job import FeatureParams, compute_features

    return run(compute_features, FeatureParams(project, base=base), Console(as_json=json), _features_text)


def _features_text(result: Mapping[str, Any]) -> str:
    sentence = _(
        "{ready:,} of {images:,} images have features by {base}; {computed:,} were computed in {time}."
    ).format(
        ready=result["ready"],
        images=result["images"],
        base=result["base"],
        computed=result["computed"],
        time=duration(result["seconds"]),
    )
    if not result["problems"]:
        return sentence
    return " ".join((sentence, _("{count:,} cannot be read.").format(count=result["problems"])))


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
    """List the networks whose features can be used, choose one, or add one; MobileNetV2 is built in.

    Choosing one of Keras that is not on this machine yet downloads its weights.
    """
    from engine.training.base_choice import BaseParams
    from engine.training.base_choice import bases as job

    params = BaseParams(
        action,
        what or "",
        name,
        size,
        scaling,
        _three(mean, "--mean"),
        _three(deviation, "--deviation"),
        resize,
        licence,
        weights or "",
    )
    return run(job, params, Console(as_json=json), _bases_text)


def _three(text: str | None, flag: str) -> tuple[float, float, float] | None:
    if text is None:
        return None
    try:
        first, second, third = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            _("{flag} wants three numbers, as 0.5,0.5,0.5; found {text}.").format(flag=flag, text=text)
        ) from None
    return first, second, third


def _bases_text(result: Mapping[str, Any]) -> str:
    rows = [
        [
            f"{'* ' if base['chosen'] else '  '}{base['name']}",
            f"{base['input_size']} px",
            f"{base['dimensions']:,}",
            _(base["scaling"]),
            _(base["licence"]),
        ]
        for base in result["bases"]
    ]
    pictures, licence = _("Pictures"), _("Licence")
    lines = [table(rows, head=[f"  {_('Base')}", pictures, _("Features"), _("Scaling"), licence])]
    if result["more"]:
        rows = [
            [f"  {more['name']}", f"{more['input_size']} px", f"{more['megabytes']:,} MB", more["licence"]]
            for more in result["more"]
        ]
        head = [f"  {_('Of Keras, downloaded when chosen')}", pictures, _("Download"), licence]
        lines.append(table(rows, head=head))
    sentences = {
        "choose": _("{base} is used from now on."),
        "add": _("{base} was added; `pigeonhole bases choose` takes it into use."),
    }
    if result["base"]:
        lines.append(sentences[result["action"]].format(base=result["base"]))
    return "\n\n".join(lines)
