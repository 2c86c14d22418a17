"""K-fold validation: as many trainings as there are folds, each validated on another part of the labelled images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, stdev

from engine.errors import JobCancelled
from engine.events import Event, Log
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library.project import Project
from engine.library.splits import check_folds
from engine.training.data.shared import Shared
from engine.training.options import to_dict
from engine.training.plan import Trained, TrainedFolds, TrainParams, make_plan
from engine.training.recipes.registry import recipe
from engine.training.runs.records import RunRecord, list_runs, read_record
from engine.training.trainer import train

GO_ON = marked("train again with the same recipe, options and seed to go on there")


def train_folds(params: TrainParams, *, emit: Emit, cancel: Cancel) -> TrainedFolds:
    """Train `params.folds` runs, each validated on another fold.

    A training of the same folds with the same options that did not reach its end goes on: its finished runs are taken
    as they are, one that was cut off is resumed. Where model files are wanted a run without one is not taken. Pixels,
    and what the frozen layers of a base say of them, are read and computed once for all folds.

    Raises:
        JobCancelled: with the result of the runs that ended.
        EngineError: as `trainer.train` does.
    """
    check_folds(params.folds)
    series, there = _unfinished(params)
    shared = Shared()
    ended: list[Trained] = []
    try:
        for fold in range(1, params.folds + 1):
            emit(Log(_("Fold {fold} of {folds}").format(fold=fold, folds=params.folds)))
            run = there.get(fold)
            if run is not None and run.state == "finished":
                emit(
                    Log(
                        _(
                            "Its run {run} is there already; the training goes on from it. Another seed begins anew."
                        ).format(run=run.name)
                    )
                )
                ended.append(Trained.of_run(read_record(run.folder), run.name))
            elif run is not None:
                going_on = replace(params, resume=run.name, overrides={})
                ended.append(train(going_on, emit=emit, cancel=cancel, shared=shared))
            else:
                chosen = replace(params, fold=fold, series=series)
                ended.append(train(chosen, emit=emit, cancel=cancel, shared=shared))
    except JobCancelled as stop:
        if ended or stop.result:
            emit(
                Log(
                    _("Stopped in fold {fold} of {folds}; {go_on}.").format(
                        fold=len(ended) + 1, folds=params.folds, go_on=_(GO_ON)
                    )
                )
            )
        if ended:
            raise JobCancelled(_summary(ended, params.folds, "stopped")) from None
        raise stop
    return _summary(ended, params.folds, "finished")


def _unfinished(params: TrainParams) -> tuple[str, dict[int, RunRecord]]:
    """Return what the runs of this training have in common, and those that it has already, by fold.

    That is the newest training of the same folds with the same options on the same images, where it did not reach its
    end; else a new one.
    """
    new = datetime.now(UTC).isoformat()
    with Project.open(Path(params.project), read_only=True) as project:
        chosen = recipe(params.recipe)
        records = [(run, read_record(run.folder)) for run in list_runs(project.folder) if run.recipe == chosen.name]
        folds = [(run, r) for run, r in records if r.get("series") and r.get("fold", {}).get("of") == params.folds]
        if not folds:
            return new, {}
        options = to_dict(make_plan(project, params, chosen, _quiet).options)
        alike = [(run, record) for run, record in folds if run.options == options]
        series = max((record["series"] for _, record in alike), default=new)
        own = [(run, record) for run, record in reversed(alike) if record["series"] == series]
        runs = {record["fold"]["number"]: run for run, record in own}
        if params.export:
            runs = {number: run for number, run in runs.items() if run.has_model or run.state != "finished"}
        if len(runs) == params.folds and all(run.state == "finished" for run in runs.values()):
            return new, {}
        for _, record in own:  # images that could not be read are not in what was trained, but in what was planned
            fold = replace(params, fold=record["fold"]["number"])
            if record.get("planned") != make_plan(project, fold, chosen, _quiet).frozen.fingerprint():
                return new, {}
    return series, runs


def _quiet(_: Event) -> None:
    """A plan that is only looked at says nothing."""


def _summary(ended: Sequence[Trained], folds: int, state: str) -> TrainedFolds:
    accuracies = [trained.validation_accuracy or 0.0 for trained in ended]
    best = ended[accuracies.index(max(accuracies))]
    return TrainedFolds(
        runs=[trained.run for trained in ended],
        run=best.run,
        folds=folds,
        validation_accuracies=accuracies,
        validation_accuracy=mean(accuracies),
        deviation=stdev(accuracies) if len(accuracies) > 1 else 0.0,
        epochs=sum(trained.epochs for trained in ended),
        seconds=sum(trained.seconds for trained in ended),
        images_per_second=mean(trained.images_per_second for trained in ended),
        classes=best.classes,
        state=state,
        validation_images=[trained.validation_images or 0 for trained in ended],
    )
