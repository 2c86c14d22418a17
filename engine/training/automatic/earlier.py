"""Runs that are there already: a training that goes on takes them as they are."""

from __future__ import annotations

from engine.errors import EngineError
from engine.events import Event
from engine.library.project import Project
from engine.training.options import to_dict
from engine.training.plan import TrainParams, make_plan
from engine.training.recipes.registry import recipe
from engine.training.runs.records import RunRecord, list_runs, read_record


def earlier_run(project: Project, params: TrainParams) -> RunRecord | None:
    """Return the newest run that finished with a model and was trained as `params` would train: by the same options on
    the same images with the same labels in the same split; None where there is none.
    """
    runs = [run for run in list_runs(project.folder) if run.state == "finished" and run.has_model]
    if not any(run.recipe == params.recipe for run in runs):
        return None
    plan = make_plan(project, params, None if params.repeat else recipe(params.recipe), _quiet)
    options, fingerprint = to_dict(plan.options), plan.frozen.fingerprint()
    alike = (run for run in runs if run.recipe == plan.recipe.name and run.options == options)
    return next((run for run in alike if _fingerprint(run) == fingerprint), None)


def earlier_ensemble(project: Project, members: tuple[str, ...]) -> RunRecord | None:
    """Return the newest finished ensemble of just these runs, None where there is none."""
    runs = (run for run in list_runs(project.folder) if run.state == "finished" and run.has_model)
    return next((run for run in runs if tuple(read_record(run.folder).get("members") or ()) == members), None)


def _fingerprint(run: RunRecord) -> str | None:
    try:
        found = read_record(run.folder).get("dataset", {}).get("fingerprint")
    except EngineError:
        return None
    return None if found is None else str(found)


def _quiet(_: Event) -> None:
    """A plan that is only looked at says nothing."""
