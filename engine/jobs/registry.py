"""The registry of jobs, by the name under which a child process is asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from inspect import signature
from pkgutil import resolve_name
from typing import Any, get_type_hints

from engine.errors import UsageError
from engine.jobs.job import Job
from engine.language import _

JOBS: dict[str, str] = {
    "import": "engine.library.scan:import_sources",
    "train": "engine.training.trainer:train",
    "train_automatically": "engine.training.automatic.job:train_automatically",
    "plan_training": "engine.training.automatic.outlook:plan_training",
    "train_folds": "engine.training.kfold:train_folds",
    "summary": "engine.training.summary:summarise",
    "leakage": "engine.training.leaks:find_leaks",
    "ensemble": "engine.training.results.ensemble:ensemble",
    "export": "engine.training.results.export:export",
    "evaluate": "engine.review.evaluate:evaluate",
    "predict_more": "engine.review.predict_more:predict_more",
    "suspects": "engine.review.suspects.job:find_suspects",
    "duplicates": "engine.review.duplicates:find_duplicates",
    "features": "engine.similarity.feature_job:compute_features",
    "bases": "engine.training.base_choice:bases",
    "near_groups": "engine.similarity.groups:near_groups",
    "explain": "engine.review.explain.job:explain_images",
    "rounds": "engine.review.rounds:rounds",
    "assess": "engine.review.assessment:assess",
    "compare": "engine.review.compare:compare",
    "map": "engine.review.layout:lay_out",
    "neighbours": "engine.review.nearest_training:prepare",
    "calibrate": "engine.review.confidence.calibrate:calibrate",
    "classify": "engine.batch.classify:classify",
}


def job(name: str) -> Job[Any]:
    """The job of that name, or of that "module:function"; loads its module.

    Raises:
        UsageError: there is none.
    """
    place = JOBS.get(name, name)
    if ":" not in place:
        raise UsageError(_("There is no job {name!r}; known are {jobs}.").format(name=name, jobs=", ".join(JOBS)))
    found: Job[Any] = resolve_name(place)
    return found


def to_data(params: object) -> dict[str, Any]:
    """The params of a job as plain data for JSON."""
    if not is_dataclass(params) or isinstance(params, type):
        raise TypeError(f"expected the params of a job, found {params!r}")
    return asdict(params)


def params_of(function: Job[Any], data: Mapping[str, Any]) -> Any:
    """The params that `to_data` took apart, as the class that the job's first parameter is annotated with.

    Raises:
        UsageError: a value is missing or unknown.
    """
    first = next(iter(signature(function).parameters))
    cls = get_type_hints(function)[first]
    unknown = set(data) - {f.name for f in fields(cls)}
    if unknown:
        raise UsageError(
            _("{name} does not know {unknown}.").format(name=cls.__name__, unknown=", ".join(sorted(unknown)))
        )
    try:
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in data.items()})  # JSON has no tuples
    except TypeError as error:
        raise UsageError(str(error)) from None
