"""The built-in sample with fewer pictures: what a test shows of it does not depend on how many there are."""

from __future__ import annotations

from pathlib import Path

from engine.library.sample import Sample, write_sample


def write_some(folder: Path, one_of: int) -> Sample:
    """Write the sample, with one of so many pictures in each class and split."""
    sample = write_sample(folder)
    for pictures in sample.pictures.glob("*/*"):
        for number, file in enumerate(sorted(pictures.iterdir())):
            if number % one_of:
                file.unlink()
    return sample
