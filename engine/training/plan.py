"""What will be trained, decided before a pixel is read: recipe, options, frozen split, and the run that goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import RunError, UsageError
from engine.events import Log
from engine.jobs.job import Emit
from engine.library.project import Project
from engine.training import frozen as split
from engine.training.folds import fold_of_split
from engine.training.frozen import FrozenSplit
from engine.training.options import TrainOptions, with_overrides
from engine.training.recipes.choices import for_project, told
from engine.training.recipes.recipe import Recipe
from engine.training.recipes.registry import recipe
from engine.training.runs.fixes import with_fixes
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import KERAS_MODEL, RECORD, RunRecord, as_of_now, find_run, read_record

if TYPE_CHECKING:
    from engine.training.trainer import TrainParams

# What may be changed when a run is resumed: the rest is built into its network, its split or its batches.
_RESUMABLE = frozenset({"epochs", "early_stop", "plateau", "plateau_factor", "minimum_rate"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be trained. `run` is None for a new one; `facts` go into `run.json`; `start` is a network's file; with
    `export` it leaves a model file."""

    recipe: Recipe
    options: TrainOptions
    frozen: FrozenSplit
    runs_folder: Path
    run: RunFolder | None = None
    start: Path | None = None
    facts: Mapping[str, Any] | None = None
    export: bool = True


def make_plan(project: Project, params: TrainParams, chosen: Recipe | None, emit: Emit) -> Plan:
    """The plan that `params` ask for; `chosen` is their recipe, None where they take up a run.

    Raises:
        EngineError: they do not fit each other, the project or the disk.
    """
    if params.resume:
        return _resumed(project, params, emit)
    if params.repeat:
        return _repeated(project, params, emit)
    assert chosen is not None
    fitting, why = for_project(chosen, project, params.overrides)
    options = with_overrides(fitting, params.overrides)
    check(chosen, options)
    why = told(why, fitting, options)
    if why:
        emit(Log(why))
    frozen = split.freeze(project, options, emit)
    facts: dict[str, Any] = {"why": why} if why else {}
    if params.folds:
        frozen = fold_of_split(frozen, project, params.fold, params.folds, options.seed)
        facts["fold"] = {"number": params.fold, "of": params.folds}
    if options.train_on_everything:
        frozen = split.everything(frozen)
    start = _start(project, options)
    return Plan(chosen, options, frozen, project.runs_folder, start=start, facts=facts, export=params.export)


def check(chosen: Recipe, options: TrainOptions) -> None:
    """Raise UsageError where the network of a recipe cannot have these options."""
    if options.image_size < chosen.smallest:
        raise UsageError(
            f"{chosen.name} needs images of at least {chosen.smallest} px, found image_size {options.image_size}."
        )
    if chosen.check is not None:
        chosen.check(options)


def _start(project: Project, options: TrainOptions) -> Path | None:
    """The network of the run that the options start from."""
    if not options.start_from:
        return None
    file = find_run(project.folder, options.start_from).folder / KERAS_MODEL
    if not file.is_file():
        raise RunError(f"The run {options.start_from} has no {KERAS_MODEL}; resume it to have it written again.")
    return file


def _repeated(project: Project, params: TrainParams, emit: Emit) -> Plan:
    """A new run with the recipe and the options of an earlier one; with its split too, where its images are here.

    With `params.fixes` the labels are those of now.
    """
    path = Path(params.repeat or "")
    if path.name == RECORD or path.suffix == ".json":
        record, run = _record_of_file(path), None
    else:
        run = find_run(project.folder, params.repeat, with_model=False)
        record = read_record(run.folder)
    chosen = recipe(str(record.get("recipe")))
    options = with_overrides(with_overrides(TrainOptions(), record.get("options", {})), params.overrides)
    check(chosen, options)
    same_split = run is not None and not {"seed", "validation_fraction", "train_on_everything"} & set(params.overrides)
    if run is not None and params.fixes:
        frozen = with_fixes(project, run, options, emit)
        frozen = split.everything(frozen) if options.train_on_everything else frozen
    elif run is not None and same_split:
        frozen = split.thaw(project, run, [c["id"] for c in record["classes"]], emit)
    else:
        frozen = split.freeze(project, options, emit)
        frozen = split.everything(frozen) if options.train_on_everything else frozen
    facts = {"repeats": run.name if run is not None else str(path), **({"fixes": True} if params.fixes else {})}
    return Plan(chosen, options, frozen, project.runs_folder, start=_start(project, options), facts=facts)


def _record_of_file(path: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if not isinstance(record["recipe"], str) or not isinstance(record["options"], dict):
            raise TypeError("no recipe and options")
        record = as_of_now(record)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is not the {RECORD} of a run: {error}.") from None
    return record


def _resumed(project: Project, params: TrainParams, emit: Emit) -> Plan:
    record = find_run(project.folder, params.resume, with_model=False)
    fixed = {name.strip().replace("-", "_") for name in params.overrides} - _RESUMABLE
    if fixed:
        allowed = ", ".join(sorted(_RESUMABLE))
        raise UsageError(f"{', '.join(sorted(fixed))} cannot change when a run is resumed; allowed are {allowed}.")
    _check_resumable(record, params.overrides)
    options = with_overrides(with_overrides(TrainOptions(), record.options), params.overrides)
    run = RunFolder.reopen(record.folder)
    frozen = split.thaw(project, record, [c["id"] for c in run.record["classes"]], emit)
    start = None if record.epochs else _start(project, options)
    return Plan(recipe(record.recipe), options, frozen, project.runs_folder, run, start)


def _check_resumable(record: RunRecord, overrides: Mapping[str, Any]) -> None:
    if record.state == "running":
        raise RunError(f"The run {record.name} is being trained by another window or command.")
    if record.state == "finished" and not overrides:
        raise RunError(f"The run {record.name} is finished; to train it further give it more epochs.")
