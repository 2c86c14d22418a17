"""The plan of a training, made before a pixel is read: recipe, options, frozen split, and the run that goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from engine.errors import EngineError, RunError, UsageError
from engine.events import Event, Log
from engine.files import reason_of
from engine.jobs.job import Emit
from engine.jobs.result import Result
from engine.language import _
from engine.library.project import Project
from engine.library.records import Split
from engine.records import Loss, RecordError
from engine.training import frozen as split
from engine.training.frozen import FrozenImage, FrozenSplit, fold_of_split
from engine.training.option_rules import check_effects
from engine.training.options import TrainOptions, with_overrides
from engine.training.recipes.choices import completed_reason, for_project
from engine.training.recipes.recipe import Recipe
from engine.training.recipes.registry import recipe
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import KERAS_MODEL, RECORD, RunRecord, find_run, read_options, read_record
from engine.training.runs.retrain import with_current_labels

# What may be changed when a run is resumed: the rest is built into its network, its split or its batches.
_RESUMABLE = frozenset({"epochs", "early_stop", "plateau", "plateau_factor", "minimum_rate"})


@dataclass(frozen=True, slots=True)
class TrainParams:
    """`project` is the project's folder; `overrides` are values of `TrainOptions` that differ from the recipe's.

    With `resume`, the name of a run, its recipe, options and split are taken up again; only how long it trains may be
    overridden then; with `folds` too it is one of these. With `repeat`, a run's name or a `run.json`, a new run gets
    that one's recipe and options. With `fixes` it has the labels that the project holds now instead of those of then,
    on the same split. With `same_split` it has that run's split also where its seed is another. With `folds`, all
    images but the test images are validated on by turns (`train_folds`), here on fold `fold` from 1. `series` is what
    the runs of one such training have in common. Without `export` a run leaves its predictions of the validation images
    and no model file. `with_test_images` divides all labelled images anew, whatever split they are in. `most` is how
    many training images are taken at most, evenly of all classes, and a quarter as many check images, of each class its
    share; 0 for all.
    `runs_folder` is where the run goes, "" for that of the project.
    """

    project: str
    recipe: str = "fashion-cnn"
    overrides: dict[str, Any] = field(default_factory=dict)
    resume: str | None = None
    repeat: str | None = None
    folds: int = 0
    fold: int = 1
    series: str = ""
    fixes: bool = False
    same_split: bool = False
    export: bool = True
    with_test_images: bool = False
    most: int = 0
    runs_folder: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Trained(Result):
    """Result of a training, left in `run`: what is of validation is None where no image was held out, `difference` (of
    the model file to the network, in the self-test) where no file was written.
    """

    run: str
    epochs: int
    best_epoch: int | None
    validation_accuracy: float | None
    validation_loss: Loss | None
    seconds: float
    images_per_second: float
    parameters: int | None
    state: str
    difference: float | None
    classes: list[str]
    validation_images: int | None = None

    @classmethod
    def of_run(cls, record: Mapping[str, Any], name: str) -> Trained:
        """Return what `run.json` says of the run called `name`."""
        known = (f.name for f in fields(cls) if f.name not in ("run", "classes"))
        return cls.of(
            {"run": name, "classes": [c["name"] for c in record["classes"]], **{key: record.get(key) for key in known}}
        )


@dataclass(frozen=True, slots=True, eq=False)
class TrainedFolds(Result):
    """The runs of a k-fold training, of which `run` is the best. `validation_accuracy` is the mean of theirs,
    `deviation` the sample standard deviation, `validation_images` how many each was measured on; `epochs` and `seconds`
    are those of all.
    """

    runs: list[str]
    run: str
    folds: int
    validation_accuracies: list[float]
    validation_accuracy: float
    deviation: float
    epochs: int
    seconds: float
    images_per_second: float
    classes: list[str]
    state: str
    validation_images: list[int]

    @property
    def images(self) -> int | None:
        """How many images the folds were measured on together, each once; None where that is not known."""
        return sum(self.validation_images) or None


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """The plan of a training. `run` is None for a new one; `facts` go into `run.json`; `start` is a network's file;
    with `export` it leaves a model file. `changed`: the run has been given other options than it had. `together` are
    the images that all folds of the same training take, in the order of the store; empty where it is no fold.
    """

    recipe: Recipe
    options: TrainOptions
    frozen: FrozenSplit
    runs_folder: Path
    run: RunFolder | None = None
    start: Path | None = None
    facts: Mapping[str, Any] | None = None
    export: bool = True
    changed: bool = False
    together: tuple[FrozenImage, ...] = ()

    def all_facts(self) -> dict[str, Any]:
        """Return the facts with the check images that were planned: one that cannot be read makes no other ones."""
        return {"checked_with": self.frozen.checked_with(), **(self.facts or {})}


def make_plan(project: Project, params: TrainParams, chosen: Recipe | None, emit: Emit) -> TrainingPlan:
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
    check_effects(chosen, fitting, options)
    if params.folds and options.train_on_everything:
        raise UsageError(
            _("In folds each image is held out once; leave out --folds, or set train_on_everything to false.")
        )
    options, start = _start(project, options)
    why = completed_reason(why, fitting, options)
    if why:
        emit(Log(why))
    frozen = whole = _whole(project, params, options, emit)
    facts: dict[str, Any] = {"why": why} if why else {}
    if params.folds:
        frozen = fold_of_split(whole, project, params.fold, params.folds, options.seed)
        facts["fold"] = {"number": params.fold, "of": params.folds}
        facts |= {"series": params.series, "planned": frozen.fingerprint()} if params.series else {}
    if options.train_on_everything:
        frozen = split.everything(frozen)
    runs_folder = Path(params.runs_folder) if params.runs_folder else project.runs_folder
    together = _together(whole) if params.folds else ()
    return TrainingPlan(
        chosen, options, frozen, runs_folder, start=start, facts=facts, export=params.export, together=together
    )


def _whole(project: Project, params: TrainParams, options: TrainOptions, emit: Emit) -> FrozenSplit:
    """The split of all images that a training takes, before it is divided into folds."""
    frozen = split.freeze(project, options, emit, with_test_images=params.with_test_images)
    return split.at_most(frozen, params.most) if params.most else frozen


def _together(whole: FrozenSplit) -> tuple[FrozenImage, ...]:
    """The images that folds of this split take, each of them all or most."""
    return tuple(m for m in whole.images if m.split is not Split.TEST)


def check(chosen: Recipe, options: TrainOptions) -> None:
    """Raise UsageError where the network of a recipe cannot have these options."""
    if options.image_size < chosen.smallest:
        raise UsageError(
            _("{recipe} needs images of at least {smallest} px, found image_size {size}.").format(
                recipe=chosen.name, smallest=chosen.smallest, size=options.image_size
            )
        )
    if chosen.check is not None:
        chosen.check(options)


def backend_of(params: TrainParams) -> str:
    """The backend that a training with these params asks for: theirs, or that of the run that they take up.

    "auto" where both leave it open, and where there is no such run, of which the training itself will tell.
    """
    taken_up = params.resume or params.repeat
    chosen: dict[str, Any] = {}
    if taken_up:
        try:
            with Project.open(Path(params.project), read_only=True) as project:
                chosen = _record(project, taken_up)[0]["options"]
        except (EngineError, KeyError):
            chosen = {}
    named = {name.strip(): value for name, value in params.overrides.items()}
    return str(named.get("backend") or chosen.get("backend") or "auto")


def _start(project: Project, options: TrainOptions) -> tuple[TrainOptions, Path | None]:
    """The network of the run that the options start from, and the options with that run's whole name."""
    if not options.start_from:
        return options, None
    run = find_run(project.folder, options.start_from)
    file = run.folder / KERAS_MODEL
    if not file.is_file():
        if read_record(run.folder).get("members"):
            raise RunError(
                _("The run {run} is an ensemble, which has no network to start from; take one of its runs.").format(
                    run=run.name
                )
            )
        raise RunError(
            _("The run {run} has no {file}; resume it to have it written again.").format(run=run.name, file=KERAS_MODEL)
        )
    return replace(options, start_from=run.name), file


def _repeated(project: Project, params: TrainParams, emit: Emit) -> TrainingPlan:
    """A new run with the recipe and the options of an earlier one; with its split too, where its images are here.

    With `params.fixes` the labels are the current ones. A fold is repeated as that fold.
    """
    record, run = _record(project, params.repeat or "")
    name = run.name if run is not None else str(params.repeat)
    _check_no_ensemble(name, record)
    chosen = recipe(str(record.get("recipe")))
    own = with_overrides(TrainOptions(), record.get("options", {}))
    options = with_overrides(own, params.overrides)
    check(chosen, options)
    check_effects(chosen, own, options)
    options, start = _start(project, options)
    fold = record.get("fold") if not options.train_on_everything else None
    redrawn = {"seed", "validation_fraction", "train_on_everything"} & set(params.overrides)
    same_split = run is not None and (params.same_split or not redrawn)
    if run is not None and params.fixes:
        frozen = with_current_labels(project, run, options, emit)
    elif run is not None and same_split:
        frozen = split.thaw(project, run, [c["id"] for c in record["classes"]], emit)
    else:
        frozen = split.freeze(project, options, emit, with_test_images=params.with_test_images)
        if fold:
            frozen = fold_of_split(frozen, project, int(fold["number"]), int(fold["of"]), options.seed)
    if options.train_on_everything:
        frozen = split.everything(frozen)
    facts = {"repeats": name, **({"fixes": True} if params.fixes else {}), **({"fold": fold} if fold else {})}
    return TrainingPlan(chosen, options, frozen, project.runs_folder, start=start, facts=facts, export=params.export)


def _record(project: Project, named: str) -> tuple[dict[str, Any], RunRecord | None]:
    """The `run.json` that is meant by a run's name or a file, and its run where it is one of this project."""
    path = Path(named)
    if path.name != RECORD and path.suffix != ".json":
        run = find_run(project.folder, named, with_model=False)
        return read_record(run.folder), run
    if path.name == RECORD and path.absolute().parent.parent.resolve() == project.runs_folder.resolve():
        run = find_run(project.folder, path.absolute().parent.name, with_model=False)
        return read_record(run.folder), run
    return _record_of_file(path), None


def _check_no_ensemble(name: str, record: Mapping[str, Any]) -> None:
    members = record.get("members")
    if members:
        of = ", ".join(str(member) for member in members)
        raise UsageError(
            _(
                "{name} is an ensemble and was not trained; train its runs ({of}) and join them by `pigeonhole "
                "ensemble`."
            ).format(name=name, of=of)
        )


def _record_of_file(path: Path) -> dict[str, Any]:
    try:
        return read_options(path)
    except OSError as error:
        raise RunError(
            _("{path} cannot be read as the {file} of a run: {why}.").format(
                path=path, file=RECORD, why=reason_of(error)
            )
        ) from None
    except RecordError as error:
        raise RunError(
            _("{path} is not the {file} of a run: {why}.").format(path=path, file=RECORD, why=error)
        ) from None


def _resumed(project: Project, params: TrainParams, emit: Emit) -> TrainingPlan:
    record = find_run(project.folder, params.resume, with_model=False)
    fixed = {name.strip().replace("-", "_") for name in params.overrides} - _RESUMABLE
    if fixed:
        allowed = ", ".join(sorted(_RESUMABLE))
        raise UsageError(
            _("{options} cannot change when a run is resumed; allowed are {allowed}.").format(
                options=", ".join(sorted(fixed)), allowed=allowed
            )
        )
    run = RunFolder.reopen(record.folder)
    _check_no_ensemble(record.name, run.record)
    own = with_overrides(TrainOptions(), record.options)
    options = with_overrides(own, params.overrides)
    chosen = recipe(record.recipe)
    check_effects(chosen, own, options)
    _check_resumable(record, own, options, has_changes=bool(params.overrides))
    frozen = split.thaw(project, record, [c["id"] for c in run.record["classes"]], emit)
    start = None if record.epochs else _start(project, options)[1]
    changed = options != own or record.state == "finished"
    together = _together(_whole(project, params, options, _quiet)) if params.folds else ()
    return TrainingPlan(
        *(chosen, options, frozen, project.runs_folder, run, start),
        export=params.export,
        changed=changed,
        together=together,
    )


def _quiet(_: Event) -> None:
    """What the whole says of itself was said when the first fold began."""


def _check_resumable(record: RunRecord, own: TrainOptions, options: TrainOptions, *, has_changes: bool) -> None:
    """Raise where nothing would be trained; a run that was cut off after its last epoch still leaves its model."""
    if record.state == "running":
        raise RunError(_("The run {run} is being trained by another window or command.").format(run=record.name))
    finished = record.state == "finished"
    if finished and not has_changes:
        raise RunError(_("The run {run} is finished; to train it further give it more epochs.").format(run=record.name))
    if options.epochs <= record.epochs and (finished or options.epochs != own.epochs):
        raise UsageError(
            _(
                "The run {run} has trained {epochs} epochs already, and {asked} were asked for; give it more than "
                "{epochs} to train it further."
            ).format(run=record.name, epochs=record.epochs, asked=options.epochs)
        )
