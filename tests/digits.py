"""Scikit-learn's handwritten digits as picture files: many small pictures that are learnt in seconds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 32
_UNLABELLED_PER_CLASS = 10
_TEST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Digits:
    """Where they are: `pictures` holds `train/` and `test/` with class folders, `unlabelled` 100 other pictures."""

    pictures: Path
    unlabelled: Path


def write_digits(folder: Path, one_of: int = 1) -> Digits:
    """Write grey PNG files of 32 × 32 pixels, 1,697 or one of so many of them in each class and split, and 100 more."""
    from sklearn.datasets import load_digits

    digits, written = load_digits(), Digits(folder / "digits", folder / "to classify")
    written.unlabelled.mkdir(parents=True)
    by_class: dict[int, list[Image.Image]] = defaultdict(list)
    for pixels, digit in zip(digits.images, digits.target, strict=True):
        small = Image.fromarray(np.round(pixels * 255 / 16).astype(np.uint8))
        by_class[int(digit)].append(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    for digit, pictures in sorted(by_class.items()):
        for number, image in enumerate(pictures[:_UNLABELLED_PER_CLASS]):
            image.save(written.unlabelled / f"{(digit * _UNLABELLED_PER_CLASS + number) * 37 % 100:03d}.png")
        rest = pictures[_UNLABELLED_PER_CLASS:]
        held_out = round(len(rest) * _TEST_SHARE)
        for part, images in (("test", rest[:held_out]), ("train", rest[held_out:])):
            target = written.pictures / part / str(digit)
            target.mkdir(parents=True)
            for place in range(0, len(images), one_of):
                images[place].save(target / f"{place:03d}.png")
    return written
