"""What training would make of one picture with given options, mixing with other pictures included. Loads no Keras."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from engine.errors import ImageProblem
from engine.imaging.decode import Mode
from engine.imaging.pixels import load
from engine.imaging.resize import Method
from engine.training.feeding.mixing import mix, one_hot
from engine.training.options import TrainOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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

    from engine.training.feeding.augment import Augmentation

    images = np.repeat(_load(picture, options)[None], count, axis=0)
    augmentation = Augmentation(options)
    if augmentation.active and count > 1:
        images[1:] = augmentation.apply(images[1:], np.random.default_rng(seed))
    if options.cutmix or options.mixup:
        partners = usable(others, options)
        if len(partners):
            for place in range(1, count):
                images[place] = _mixed(images[place], partners, options, augmentation, seed + place)
    return images


def changes_pictures(options: TrainOptions) -> bool:
    """Whether training sees its pictures any different from what they are."""
    from engine.training.feeding.augment import Augmentation

    return bool(Augmentation(options).active or options.cutmix or options.mixup)


def _load(file: Path, options: TrainOptions) -> NDArray[np.uint8]:
    size = (options.image_size, options.image_size)
    return load(file, size=size, channels=cast(Mode, options.channels), method=cast(Method, options.resize))


def usable(files: Sequence[Path], options: TrainOptions) -> NDArray[np.uint8]:
    """Those of the files that are pictures, as a training sees them, uint8 (n, height, width, channels)."""
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

    from engine.training.feeding.augment import Augmentation

    assert isinstance(augmentation, Augmentation)
    random = np.random.default_rng(seed)
    changed = augmentation.apply(partners, random) if augmentation.active else partners
    batch = np.concatenate([image[None], changed])
    mixed, _ = mix(batch, one_hot(np.zeros(len(batch), np.int64), 1), options, random)
    return np.asarray(mixed[0], np.uint8)
