"""Mirrored images in the training of a model: where it learned from such, the mirror image of a picture may be asked
too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.models.bundle import ModelInfo
from engine.records import RecordError, read


@dataclass(frozen=True, slots=True)
class _Options:
    flip: bool


@dataclass(frozen=True, slots=True)
class _Run:
    options: _Options


def learned_mirrored(file: Path, info: ModelInfo) -> bool:
    """Return whether the model learned from mirrored images: as the run's own options say, if it lies beside the model;
    else as its recipe does by default.
    """
    try:
        return read(file.parent / "run.json", _Run).options.flip
    except (OSError, RecordError):
        from engine.training.recipes.registry import recipes  # only here, as a prediction should come at once

        recipe = recipes().get(info.recipe)
        return recipe is not None and recipe.options.flip
