"""What a recipe's augmentation does to one picture, as a sheet to look at. Loads no Keras."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import ImageProblem, SourceError, UsageError
from engine.imaging.decode import IMAGE_SUFFIXES
from engine.jobs.job import Cancel, Emit
from engine.training.feeding.preview_grid import preview_grid, usable
from engine.training.option_rules import check_effects
from engine.training.options import TrainOptions, with_overrides
from engine.training.recipes.registry import recipe

_GAP, _SHORTEST = 4, 96  # px; smaller pictures are enlarged so that a person sees them
_MIXED = {"cutmix": "CutMix", "mixup": "MixUp"}
_PARTNERS = 7  # as many as in the window


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

    CutMix and MixUp take their parts from the pictures beside it in its folder.

    Returns:
        "out", "pictures", "changes" (False where nothing on the sheet is changed), "left_out" (what the recipe does and
        the sheet cannot show, as no other picture is there).

    Raises:
        UsageError: an option would change nothing.
        SourceError: the picture cannot be used, or the file cannot be written.
    """
    from PIL import Image

    from engine.training.feeding.augment import Augmentation

    if Path(params.out).suffix.lower() != ".png":
        raise UsageError(f"The sheet is a PNG; name it so, found {params.out!r}.")
    chosen = recipe(params.recipe)
    options = with_overrides(chosen.options, params.overrides)
    check_effects(chosen, chosen.options, options)
    others = _beside(Path(params.picture), options)
    try:
        images = preview_grid(Path(params.picture), others, options, params.rows * params.columns, options.seed)
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
    asked = [words for name, words in _MIXED.items() if getattr(options, name)]
    return {
        "out": params.out,
        "pictures": len(images),
        "changes": Augmentation(options).active or bool(asked and others),
        "left_out": [] if others else asked,
    }


def _beside(picture: Path, options: TrainOptions) -> list[Path]:
    """Pictures that this one may be mixed with, the next ones by name; none where nothing is mixed."""
    if not (options.cutmix or options.mixup):
        return []
    try:
        names = sorted(file.name for file in picture.parent.iterdir() if file.suffix.lower() in IMAGE_SUFFIXES)
    except OSError:
        return []
    later = [name for name in names if name > picture.name]
    found: list[Path] = []
    for name in [*later, *(name for name in names if name < picture.name)]:
        if len(found) == _PARTNERS:
            break
        if len(usable([picture.parent / name], options)):
            found.append(picture.parent / name)
    return found
