"""Preview of a picture as training sees it: augmented, and mixed with others, as the window shows it. Loads
no Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.errors import ImageProblem, SourceError, UsageError
from engine.files import reason_of
from engine.imaging.decode import Mode
from engine.imaging.pixels import load
from engine.imaging.resize import Method
from engine.imaging.signatures import IMAGE_SUFFIXES
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _
from engine.training.data.mixing import mix, one_hot
from engine.training.option_rules import check_effects
from engine.training.options import TrainOptions, with_overrides
from engine.training.recipes.registry import recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, eq=False)
class AugmentationSheet(Result):
    """The PNG that was written, with its number of pictures.

    `changes` is False where nothing on it is changed; `left_out` is what the recipe does and the sheet cannot show, as
    no other picture is there.
    """

    out: str
    pictures: int
    changes: bool
    left_out: list[str]


def sheet(params: SheetParams, *, emit: Emit, cancel: Cancel) -> AugmentationSheet:  # noqa: ARG001  # shape of a job
    """Write the picture and what becomes of it, `rows` times `columns`, to one PNG.

    CutMix and MixUp take their parts from the pictures beside it in its folder.

    Raises:
        UsageError: an option would change nothing.
        SourceError: the picture cannot be used, or the file cannot be written.
    """
    from PIL import Image

    from engine.training.data.augment import Augmentation

    if Path(params.out).suffix.lower() != ".png":
        raise UsageError(_("The sheet is a PNG; name it so, found {out!r}.").format(out=params.out))
    chosen = recipe(params.recipe)
    options = with_overrides(chosen.options, params.overrides)
    check_effects(chosen, chosen.options, options)
    others = _beside(Path(params.picture), options)
    try:
        images = preview_grid(Path(params.picture), others, options, params.rows * params.columns, options.seed)
    except ImageProblem as problem:
        raise SourceError(_("{picture} cannot be used: {why}.").format(picture=params.picture, why=problem)) from None
    side = max(_SHORTEST, options.image_size)
    page = Image.new("RGB", (params.columns * (side + _GAP) + _GAP, params.rows * (side + _GAP) + _GAP), "white")
    for number, pixels in enumerate(images):
        row, column = divmod(number, params.columns)
        one = Image.fromarray(pixels.squeeze()).convert("RGB").resize((side, side), Image.Resampling.NEAREST)
        page.paste(one, (_GAP + column * (side + _GAP), _GAP + row * (side + _GAP)))
    try:
        page.save(params.out)
    except OSError as error:
        raise SourceError(
            _("The sheet cannot be written to {out}: {why}.").format(out=params.out, why=reason_of(error))
        ) from None
    mixed = [words for name, words in _MIXED.items() if getattr(options, name)]
    return AugmentationSheet(
        out=params.out,
        pictures=len(images),
        changes=Augmentation(options).active or bool(mixed and others),
        left_out=[] if others else mixed,
    )


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


def preview_grid(
    picture: Path, others: Sequence[Path], options: TrainOptions, count: int, seed: int
) -> NDArray[np.uint8]:
    """The picture as a training sees it, uint8 (count, height, width, channels): unchanged first, then changed.

    CutMix and MixUp take their parts from `others`, of which unreadable ones are passed over. The same seed gives the
    same pictures, so that moving one option shows what that option does.

    Raises:
        ImageProblem: the picture cannot be used.
    """
    import numpy as np

    from engine.training.data.augment import Augmentation

    images = np.repeat(_load(picture, options)[None], count, axis=0)
    augmentation = Augmentation(options)
    if augmentation.active and count > 1:
        images[1:] = augmentation.apply(images[1:], np.random.default_rng(seed))
    if options.cutmix or options.mixup:
        partners = usable(others, options)
        if len(partners):
            for index in range(1, count):
                images[index] = _mixed(images[index], partners, options, augmentation, seed + index)
    return images


def changes_pictures(options: TrainOptions) -> bool:
    """Return whether training sees its pictures any different from what they are."""
    from engine.training.data.augment import Augmentation

    return bool(Augmentation(options).active or options.cutmix or options.mixup)


def _load(file: Path, options: TrainOptions) -> NDArray[np.uint8]:
    size = (options.image_size, options.image_size)
    return load(file, size=size, channels=cast(Mode, options.channels), method=cast(Method, options.resize))


def usable(files: Sequence[Path], options: TrainOptions) -> NDArray[np.uint8]:
    """Return those of the files that are pictures, as a training sees them, uint8 (n, height, width, channels)."""
    import numpy as np

    found = []
    for file in files:
        try:
            found.append(_load(file, options))
        except ImageProblem:
            continue
    return np.array(found, np.uint8)


def _mixed(
    image: NDArray[np.uint8],
    partners: NDArray[np.uint8],
    options: TrainOptions,
    augmentation: object,
    seed: int,
) -> NDArray[np.uint8]:
    """The image as the first of a small batch, mixed as the batches of a training are."""
    import numpy as np

    from engine.training.data.augment import Augmentation

    assert isinstance(augmentation, Augmentation)
    random = np.random.default_rng(seed)
    changed = augmentation.apply(partners, random) if augmentation.active else partners
    batch = np.concatenate([image[None], changed])
    mixed, _ = mix(batch, one_hot(np.zeros(len(batch), np.int64), 1), options, random)
    return np.asarray(mixed[0], np.uint8)
