"""The network of a training and a traced step of it, made before anybody asks for that training, in its process.

Keras is loaded where a network is built. One network at most is kept; it goes to the first training that asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.events import Event
from engine.jobs.job import Cancel, Emit
from engine.language import marked
from engine.libraries import loading
from engine.library import query
from engine.library.project import Project
from engine.library.records import Split
from engine.training.data.shared import Shared
from engine.training.machine.backend import load_keras, use_backend
from engine.training.machine.device import trains_on_card
from engine.training.options import TrainOptions
from engine.training.plan import TrainingPlan, TrainParams, make_plan
from engine.training.recipes.bases import has_base
from engine.training.recipes.recipe import Recipe
from engine.training.recipes.registry import recipe
from engine.training.runs.records import CHECKPOINT

if TYPE_CHECKING:
    from engine.training.fit import Fit

_MOST = 50_000  # labelled images: to plan a training of more takes seconds and memory, and the trace is little of it


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a network depends on before its first step."""

    recipe: Recipe
    options: TrainOptions
    classes: tuple[str, ...]
    batches_of_epoch: int  # by which the averages of batch normalisation look back


_ready: list[tuple[_Choice, Fit]] = []


def prepare(params: TrainParams) -> bool:
    """Build the network of a training with these `params` and trace a step of it; return whether that was done.

    It is not where there is little to win, or much to lose: a network on a pretrained base first sees features of it,
    and its weights may not be on this machine; a run that goes on brings its own network; the memory of a graphics card
    is for whoever computes on it now.

    Raises:
        EngineError: such a training cannot begin.
    """
    _ready.clear()
    if params.resume or params.repeat:
        return False
    with Project.open(Path(params.project), read_only=True) as project:
        if sum(count.total for count in query.class_counts(project)) > _MOST:
            return False
        plan = make_plan(project, params, recipe(params.recipe), _quiet)
    if plan.recipe.on_features or has_base(plan.recipe) or plan.start is not None or trains_on_card(plan.options):
        return False
    use_backend(plan.options.backend, export=plan.export)
    fit = built(plan, emit=_quiet, cancel=Cancel())
    trace(plan, fit)
    _ready.append((_choice(plan, fit), fit))
    return True


def built(plan: TrainingPlan, *, emit: Emit, cancel: Cancel, shared: Shared | None = None) -> Fit:
    """The network that was prepared for such a plan, else a new one: whatever does not fit is reported by now.

    Raises:
        EngineError: as `Fit` and the choice of its device do.
    """
    with loading(marked("Training")):
        load_keras()
        from engine.training import fit as fitting  # loads Keras: seconds, and never in the window
        from engine.training.machine import device as devices
        from engine.training.runs.checkpoint import Checkpoint

    devices.device(plan.options.device)
    ready = _ready.pop() if _ready else None
    if ready is not None and plan.run is None and plan.start is None and _choice(plan, ready[1]) == ready[0]:
        ready[1].begin(emit=emit, cancel=cancel, shared=shared)
        return ready[1]
    checkpoint = Checkpoint(plan.run.folder / CHECKPOINT if plan.run is not None else None)
    with devices.scope(plan.options):
        return fitting.Fit(
            *(plan.recipe, plan.options, plan.frozen.classes, checkpoint),
            emit=emit,
            cancel=cancel,
            start=plan.start,
            shared=shared,
        )


def _choice(plan: TrainingPlan, fit: Fit) -> _Choice:
    return _Choice(plan.recipe, plan.options, plan.frozen.classes, fit.epoch_of(_labels(plan))[1])


def _labels(plan: TrainingPlan) -> NDArray[np.int64]:
    """Return the labels of the training images."""
    return np.array([image.label for image in plan.frozen.images if image.split is Split.TRAINING], np.int64)


def trace(plan: TrainingPlan, fit: Fit) -> None:
    """Trace a step of the training on its device."""
    from engine.training.machine import device as devices

    with devices.scope(plan.options):
        fit.trace_ahead(_labels(plan))


def _quiet(_: Event) -> None:
    """What is only prepared says nothing."""
