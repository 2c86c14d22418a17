"""Which recipe suits the images of a project in which nothing was trained yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.library.project import Project

SMALL = 96  # pixels of the longer side up to which pictures are signs, symbols and thumbnails rather than photographs
SAMPLED, OPENED = 64, 12  # images of which the size is asked for, and of which the pixels are read


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`kind` is what the images are: "grey", "colour" (both small) or "photos"."""

    recipe: str
    kind: str


def suggestion(project: Project) -> Suggestion | None:
    """Return a recipe that suits the sizes and the colours of some images; None where no image can be read.

    Reads files: not in a slot of the window.
    """
    from engine.library import query
    from engine.training.facts import sizes

    ids = query.image_ids(project, query.Filter(labelled=True)) or query.image_ids(project, query.Filter())
    step = max(1, len(ids) // SAMPLED)
    records = query.images(project, ids[::step][:SAMPLED])
    sides = [max(size) for size in sizes(records)]
    if not sides:
        return None
    if median(sides) > SMALL:
        return Suggestion("transfer", "photos")
    some = records[:: max(1, len(records) // OPENED)][:OPENED]
    grey = [found for found in (_is_grey(record.file) for record in some) if found is not None]
    if grey and all(grey):
        return Suggestion("quick", "grey")
    return Suggestion("quick", "colour")


def _is_grey(file: Path) -> bool | None:
    """Whether all pixels are shades of grey; None where the file cannot be read."""
    from PIL import ImageChops

    from engine.errors import ImageProblem
    from engine.imaging.decode import decode

    try:
        red, green, blue = decode(file, at_least=64).split()
    except ImageProblem:
        return None
    return not ImageChops.difference(red, green).getbbox() and not ImageChops.difference(green, blue).getbbox()
