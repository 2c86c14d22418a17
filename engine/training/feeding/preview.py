"""What a recipe's augmentation does to one picture, as a sheet to look at. Loads no Keras."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import ImageProblem, SourceError, UsageError
from engine.jobs.job import Cancel, Emit
from engine.training.feeding.preview_grid import preview_grid
from engine.training.options import with_overrides
from engine.training.recipes.registry import recipe

_GAP, _SHORTEST = 4, 96  # px; smaller pictures are enlarged so that a person sees them


@dataclass(frozen=True, slots=True)
class SheetParams:
    """`picture` is an image file, `out` the PNG to write; `overrides` as in `TrainParams`."""

    picture: str
    recipe: str
    out: str
    overrides: dict[str, Any] = field(default_factory=dict)
    rows: int = 4
    columns: int = 6


def sheet(params: SheetParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:  # noqa: ARG001  # shape of a job
    """Write the picture and what becomes of it, `rows` times `columns`, to one PNG.

    CutMix and MixUp need other pictures and are left out.

    Returns:
        "out", "pictures", "changes" (False where the recipe changes nothing).

    Raises:
        SourceError: the picture cannot be used, or the file cannot be written.
    """
    from PIL import Image

    from engine.training.feeding.augment import Augmentation

    if Path(params.out).suffix.lower() != ".png":
        raise UsageError(f"The sheet is a PNG; name it so, found {params.out!r}.")
    options = with_overrides(recipe(params.recipe).options, params.overrides)
    try:
        images = preview_grid(Path(params.picture), (), options, params.rows * params.columns, options.seed)
    except ImageProblem as problem:
        raise SourceError(f"{params.picture} cannot be used: {problem}.") from None
    side = max(_SHORTEST, options.image_size)
    page = Image.new("RGB", (params.columns * (side + _GAP) + _GAP, params.rows * (side + _GAP) + _GAP), "white")
    for number, pixels in enumerate(images):
        row, column = divmod(number, params.columns)
        one = Image.fromarray(pixels.squeeze()).convert("RGB").resize((side, side), Image.Resampling.NEAREST)
        page.paste(one, (_GAP + column * (side + _GAP), _GAP + row * (side + _GAP)))
    try:
        page.save(params.out)
    except OSError as error:
        raise SourceError(f"The sheet cannot be written to {params.out}: {error.strerror or error}.") from None
    return {"out": params.out, "pictures": len(images), "changes": Augmentation(options).active}
