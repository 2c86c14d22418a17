"""The whole loop on pictures that need no network: what `make run` does where there is no screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.cli.console import STANDARD_OUTPUT, SUCCESS, Console, run
from engine.cli.layout import facts
from engine.errors import UsageError
from engine.figures import percent
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, plural

OpenWindow = Callable[[str | None], int]
RECIPE = "instant"  # a minute is enough for all, also without the libraries of training


def open_sample(out: str | None, console: Console, *, open_window: OpenWindow | None) -> int:
    """Write the sample to `out` and open it in the window; without one, do the whole job on it. Returns the status."""
    if out == STANDARD_OUTPUT:
        raise UsageError(_("--out makes no text for standard output; name a place for it."))
    if open_window is None:
        return run(whole_job, out, console, _text)
    status = run(prepare, out, console, lambda _result: "")
    if status != SUCCESS:
        return status
    from engine.library.sample import sample_in

    return open_window(str(sample_in(_folder(out)).project))


@dataclass(frozen=True, slots=True, eq=False)
class SamplePlaces(Result):
    """The project, the folder of its pictures, and that of pictures to classify."""

    project: str
    pictures: str
    unlabelled: str


@dataclass(frozen=True, slots=True, eq=False)
class SampleOutcome(SamplePlaces):
    """Results of the whole job: its files, the scores on `images` of a split, and how many were `classified`."""

    run: str
    model: str
    report: str
    results: str
    accuracy: float
    macro_f1: float
    mistakes: int
    split: str
    images: int
    classified: int


def prepare(out: str | None, *, emit: Emit, cancel: Cancel) -> SamplePlaces:
    """Write the sample's pictures and import them; what is there already is left as it is."""
    from engine.library.sample import prepare_sample

    sample = prepare_sample(_folder(out), emit=emit, cancel=cancel)
    return SamplePlaces(str(sample.project), str(sample.pictures), str(sample.unlabelled))


def whole_job(out: str | None, *, emit: Emit, cancel: Cancel) -> SampleOutcome:
    """Import, train, evaluate with a report, classify. Run again, it trains no second time and writes the rest anew."""
    from engine.batch.classify import classify
    from engine.batch.params import ClassifyParams
    from engine.review.evaluate import EvaluateParams, evaluate

    places = prepare(out, emit=emit, cancel=cancel)
    project = places.project
    run_name = _finished_run(project) or _train(project, emit, cancel)
    report, results = str(_folder(out) / "report.html"), str(_folder(out) / "classified.csv")
    scores = evaluate(EvaluateParams(project, run_name, None, report), emit=emit, cancel=cancel)
    model = str(Path(project) / "runs" / run_name)
    batch = classify(ClassifyParams(model, (places.unlabelled,), results), emit=emit, cancel=cancel)
    return SampleOutcome(
        project=project,
        pictures=places.pictures,
        unlabelled=places.unlabelled,
        run=run_name,
        model=f"{model}/model.onnx",
        report=report,
        results=results,
        accuracy=scores.accuracy,
        macro_f1=scores.macro_f1,
        mistakes=scores.mistakes,
        split=scores.split,
        images=scores.images,
        classified=batch.images,
    )


def _finished_run(project: str) -> str | None:
    from engine.training.runs.records import list_runs

    return next((r.name for r in list_runs(Path(project)) if r.state == "finished" and r.has_model), None)


def _train(project: str, emit: Emit, cancel: Cancel) -> str:
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    return train(TrainParams(project, RECIPE, {}), emit=emit, cancel=cancel).run


def _folder(out: str | None) -> Path:
    from engine.library.sample import default_folder

    return (Path(out) if out else default_folder()).absolute()


def _text(result: Mapping[str, Any]) -> str:
    classified = plural("{count} image", "{count} images", result["classified"])
    places = [
        (_("Pictures"), result["pictures"]),
        (_("Project"), result["project"]),
        (_("Model"), result["model"]),
        (_("Report"), result["report"]),
        (_("Predictions"), f"{result['results']} ({classified})"),
    ]
    sentence = _("Accuracy {accuracy} on {images} of the {split} split, {mistakes:,} misclassified.").format(
        accuracy=percent(result["accuracy"], 2),
        images=plural("{count} image", "{count} images", result["images"]),
        split=_(result["split"]),
        mistakes=result["mistakes"],
    )
    return f"{sentence}\n\n{facts(places)}"
