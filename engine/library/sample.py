"""The built-in sample: scikit-learn's handwritten digits as picture files. Needs no network.

The table is read straight from scikit-learn's folder: importing the package takes seconds and the window never does.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

from engine.errors import SourceError

SIDE = 32
_TABLE_SIDE, _TABLE_MAXIMUM = 8, 16
_UNLABELLED_PER_CLASS = 10
_TEST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Sample:
    """Where it is: `pictures` holds `train/` and `test/` with class folders, `unlabelled` 100 other pictures."""

    pictures: Path
    unlabelled: Path


def write_sample(folder: Path) -> Sample:
    """Write 1,797 grey PNG files of 32 × 32 pixels below `folder`; nothing is done when they are there already.

    Raises:
        SourceError: scikit-learn's table is missing, or the folder cannot be written.
    """
    sample = Sample(folder / "digits", folder / "to classify")
    if sample.pictures.is_dir() and sample.unlabelled.is_dir():
        return sample
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".sample-") as temporary:
            whole = Sample(Path(temporary) / "digits", Path(temporary) / "to classify")
            _write(whole)
            for made, wanted in ((whole.unlabelled, sample.unlabelled), (whole.pictures, sample.pictures)):
                if wanted.is_dir():
                    shutil.rmtree(made)
                else:
                    made.rename(wanted)  # whole or not at all
    except OSError as error:
        raise SourceError(f"The sample cannot be written to {folder}: {error.strerror or error}.") from error
    return sample


def _write(sample: Sample) -> None:
    sample.unlabelled.mkdir(parents=True)
    by_class: dict[str, list[Image.Image]] = defaultdict(list)
    for digit, image in _digits():
        by_class[digit].append(image)
    number = 0
    for digit, pictures in sorted(by_class.items()):
        for image in pictures[:_UNLABELLED_PER_CLASS]:
            # Numbered in an order that does not give the class away.
            image.save(sample.unlabelled / f"{(number * 37) % 100:03d}.png")
            number += 1
        rest = pictures[_UNLABELLED_PER_CLASS:]
        held_out = round(len(rest) * _TEST_SHARE)
        for part, images in (("test", rest[:held_out]), ("train", rest[held_out:])):
            target = sample.pictures / part / digit
            target.mkdir(parents=True)
            for place, image in enumerate(images):
                image.save(target / f"{place:03d}.png")


def _digits() -> list[tuple[str, Image.Image]]:
    """Digit and picture of each row of the table: 64 values from 0 (paper) to 16 (ink), then the digit."""
    spec = find_spec("sklearn")
    places = list(spec.submodule_search_locations or ()) if spec else []
    table = Path(places[0], "datasets", "data", "digits.csv.gz") if places else None
    if table is None or not table.is_file():
        raise SourceError("The sample needs scikit-learn's table of digits; install scikit-learn.")
    found = []
    for line in gzip.decompress(table.read_bytes()).decode("ascii").split():
        *values, digit = line.split(",")
        pixels = bytes(round(float(value) * 255 / _TABLE_MAXIMUM) for value in values)
        image = Image.frombytes("L", (_TABLE_SIDE, _TABLE_SIDE), pixels)
        found.append((str(int(float(digit))), image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)))
    return found
