"""What a training without a chosen recipe would do now, before anybody starts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.events import TrainingPlanned
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.library.project import Project
from engine.training.automatic.plan import AutomaticParams, make_automatic_plan


@dataclass(frozen=True, slots=True, eq=False)
class Outlook(Result):
    """`plan` is what such a training would tell first."""

    plan: TrainingPlanned


def plan_training(params: AutomaticParams, *, emit: Emit, cancel: Cancel) -> Outlook:
    """Look at the pictures and say what a training would do; nothing is trained.

    Raises:
        EngineError: the labelled images cannot be trained on.
        JobCancelled: within some images of being cancelled.
    """
    with Project.open(Path(params.project), read_only=True) as project:
        plan = make_automatic_plan(project, params.overrides, take_longer=params.take_longer, emit=emit, cancel=cancel)
        return Outlook(plan.told)
