"""The network of a training and a traced step of it, made before anybody asks for that training, in its process.

Keras is loaded where a network is built. One network at most is kept; it goes to the first training that asks for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.events import Event
from engine.jobs.job import Cancel, Emit
from engine.language import marked
from engine.libraries import loading
from engine.library.project import Project
from engine.library.records import Split
from engine.training.data.shared import Shared
from engine.training.machine.backend import load_keras, use_backend
from engine.training.plan import TrainingPlan, TrainParams, make_plan
from engine.training.recipes.bases import has_base
from engine.training.recipes.registry import recipe
from engine.training.runs.records import CHECKPOINT

if TYPE_CHECKING:
    from engine.training.fit import Fit

_ready: list[tuple[TrainingPlan, Fit]] = []


def prepare(params: TrainParams) -> bool:
    """Build the network of a training with these `params` and trace a step of it; return whether that was done.

    It is not where there is little to win: a network on a pretrained base first sees features of it, and its weights
    may not be on this machine; a run that goes on brings its own network.

    Raises:
        EngineError: such a training cannot begin.
    """
    _ready.clear()
    if params.resume or params.repeat:
        return False
    with Project.open(Path(params.project), read_only=True) as project:
        plan = make_plan(project, params, recipe(params.recipe), _quiet)
    if plan.recipe.on_features or has_base(plan.recipe) or plan.start is not None:
        return False
    use_backend(plan.options.backend, export=plan.export)
    fit = built(plan, emit=_quiet, cancel=Cancel())
    trace(plan, fit)
    _ready.append((plan, fit))
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
    if ready is not None and _is_of(plan, ready[0]):
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


def _is_of(plan: TrainingPlan, ready: TrainingPlan) -> bool:
    """Return whether both have the same network, before its first step."""
    alike = (plan.recipe, plan.options, plan.frozen.classes) == (ready.recipe, ready.options, ready.frozen.classes)
    return alike and plan.run is None and plan.start is None


def trace(plan: TrainingPlan, fit: Fit) -> None:
    """Trace a step of the training on its device."""
    from engine.training.machine import device as devices

    labels = [image.label for image in plan.frozen.images if image.split is Split.TRAINING]
    with devices.scope(plan.options):
        fit.trace_ahead(np.array(labels, np.int64))


def _quiet(_: Event) -> None:
    """What is only prepared says nothing."""
