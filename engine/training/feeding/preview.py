"""What a recipe's augmentation does to one picture, as a sheet to look at. Loads no Keras."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.errors import ImageProblem, SourceError, UsageError
from engine.imaging.decode import Mode
from engine.imaging.pixels import load
from engine.imaging.resize import Method
from engine.jobs.job import Cancel, Emit
from engine.training.options import TrainOptions, with_overrides
from engine.training.recipes.registry import recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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


def preview(picture: Path, options: TrainOptions, count: int) -> NDArray[np.uint8]:
    """The picture as a training sees it, uint8 (count, height, width, channels): unchanged first, then changed.

    CutMix and MixUp need other pictures and are left out.

    Raises:
        ImageProblem: the picture cannot be used.
    """
    import numpy as np

    from engine.training.feeding.augment import Augmentation

    size = (options.image_size, options.image_size)
    pixels = load(picture, size=size, channels=cast(Mode, options.channels), method=cast(Method, options.resize))
    images = np.repeat(pixels[None], count, axis=0)
    augmentation = Augmentation(options)
    if augmentation.active:
        images[1:] = augmentation.apply(images[1:], np.random.default_rng(options.seed))
    return images


def sheet(params: SheetParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:  # noqa: ARG001  # shape of a job
    """Write the picture and what becomes of it, `rows` times `columns`, to one PNG.

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
        images = preview(Path(params.picture), options, params.rows * params.columns)
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
