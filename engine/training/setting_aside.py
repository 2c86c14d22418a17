"""Check images of labels that have no split yet, drawn when a training is about to begin and kept from then on.

Each training would draw them by itself (`frozen.freeze`), and with each new label otherwise: rounds would be checked on
other images. Who may write to the project, which a training only reads, keeps the draw before it starts one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.events import Event
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Edit
from engine.training import frozen
from engine.training.option_rules import FIRST
from engine.training.options import with_overrides
from engine.training.plan import TrainParams, make_plan
from engine.training.recipes.registry import recipe

NOTHING = Edit(0, "", (), False)


def set_aside(project: Project, recipe_name: str | None, overrides: Mapping[str, Any]) -> Edit | None:
    """Give each labelled image without a split the one that a training by a recipe would draw, in one edit; None where
    all have one, or the training holds out nothing. Without a recipe that is what the pictures choose.

    Images that have a split keep it, except that training images are divided where none of any class checks.

    Raises:
        EngineError: the labelled images cannot be trained on, or an option is none.
    """
    options = with_overrides(recipe(recipe_name or FIRST).options, overrides)
    if options.train_on_everything:
        return None
    before = {record.id: record.split for record in query.labelled_images(project)}
    frozen.freeze(project, options, _quiet)  # nothing is changed for a training that cannot begin
    drawn = frozen.assigned(query.labelled_images(project), options)
    splits = {record.id: record.split for record in drawn if record.split is not before[record.id]}
    return edits.set_splits(project, splits, edits.SET_ASIDE) if splits else None


def set_aside_in(folder: Path, recipe_name: str | None, overrides: Mapping[str, Any]) -> Edit | None:
    """Do so in the project of a folder. Nothing is changed where the training cannot begin, which it says itself, nor
    where another process writes to the project: a window that is open does this before it starts a training.
    """
    try:
        with Project.open(folder) as project:
            params = TrainParams(str(folder), recipe_name or FIRST, dict(overrides))
            make_plan(project, params, recipe(params.recipe), _quiet)
            return set_aside(project, recipe_name, overrides)
    except EngineError:
        return None


def _quiet(_: Event) -> None:
    """What a split leaves out is told by the training itself."""
