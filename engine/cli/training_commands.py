"""The subcommands of training: recipes and options, runs, what they make of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from engine.cli.app import Json, Project, app
from engine.cli.console import Console, duration, run
from engine.cli.layout import facts, table
from engine.cli.option_flags import Assignments, WithOptionFlags, assigned
from engine.errors import UsageError
from engine.events import Log
from engine.figures import accuracy as accuracy_of
from engine.figures import interval_words, percent
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, plural
from engine.records import narrowed

if TYPE_CHECKING:
    from engine.training.runs.records import RunFacts

R = TypeVar("R", bound=Result)


@app.command()
def recipes(json: Json = False) -> int:
    """List the recipes: complete ways to train."""
    return run(_recipes, None, Console(as_json=json), _recipes_text)


@dataclass(frozen=True, slots=True)
class ListedRecipe:
    name: str
    summary: str


@dataclass(frozen=True, slots=True, eq=False)
class ListedRecipes(Result):
    recipes: list[ListedRecipe]


def _recipes(params: None, *, emit: Emit, cancel: Cancel) -> ListedRecipes:  # noqa: ARG001  # shape of a job
    from engine.training.recipes.registry import recipes

    return ListedRecipes([ListedRecipe(recipe.name, recipe.summary) for recipe in recipes().values()])


def _recipes_text(result: Mapping[str, Any]) -> str:
    return facts((r["name"], _(r["summary"])) for r in result["recipes"])


@app.command(cls=WithOptionFlags, epilog="What no flag says is as the recipe has it.")
def train(
    project: Project,
    recipe: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="As `pigeonhole recipes` lists them; without it the pictures decide."),
    ] = None,
    set_: Assignments = None,
    take_longer: Annotated[
        bool,
        typer.Option(
            "--take-longer",
            help="Without --recipe: train another network after the suggested recipes, and try the mean of both; "
            "whatever is best stays. What was trained so already is not trained again.",
        ),
    ] = False,
    folds: Annotated[
        int,
        typer.Option(
            metavar="K",
            show_default=False,
            help="Train K runs, each validated on another part of the images; once more goes on where it was cut off.",
        ),
    ] = 0,
    resume: Annotated[str | None, typer.Option(metavar="RUN", help="Go on with a run that was interrupted.")] = None,
    repeat: Annotated[
        str | None, typer.Option(metavar="RUN", help="Train anew as a run, or a run.json, says it was trained.")
    ] = None,
    fixes: Annotated[
        bool, typer.Option("--fixes", help="With --repeat: the current labels, on the split of that run.")
    ] = False,
    json: Json = False,
) -> int:
    """Train a classifier on a project's labelled images: without a recipe a usable one at once, then a better one."""
    chosen_options = overrides(set_ or [])
    _check_what_to_train(recipe, resume, repeat, folds)
    if take_longer and not (recipe is None and resume is None and repeat is None):
        raise UsageError(
            _("--take-longer goes on from what the pictures choose; leave out --recipe, --resume and --repeat.")
        )
    if fixes and repeat is None:
        raise UsageError(_("--fixes needs the run whose split is kept; name it with --repeat."))
    if recipe is None and resume is None and repeat is None:
        from engine.training.automatic.job import train_automatically
        from engine.training.automatic.plan import AutomaticParams, check_free

        automatic = AutomaticParams(project, check_free(chosen_options), take_longer=take_longer)
        automatically = _setting_aside(train_automatically, None, automatic.overrides)
        return run(automatically, automatic, Console(as_json=json), _trained_automatically)
    from engine.training.kfold import train_folds
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    chosen: dict[str, Any] = {} if recipe is None else {"recipe": recipe}
    params = TrainParams(
        project=project, overrides=chosen_options, resume=resume, repeat=repeat, folds=folds, fixes=fixes, **chosen
    )
    if folds:
        return run(train_folds, params, Console(as_json=json), _trained_folds)
    work = train if resume or repeat else _setting_aside(train, params.recipe, chosen_options)
    return run(work, params, Console(as_json=json), _trained)


def _setting_aside(work: Callable[..., R], recipe: str | None, options: Mapping[str, Any]) -> Callable[..., R]:
    """Return the training, before which labels without a split get one that stays."""

    def job(params: Any, *, emit: Emit, cancel: Cancel) -> R:
        from engine.training.setting_aside import set_aside_in

        done = set_aside_in(Path(params.project), recipe, options)
        if done is not None:
            emit(Log(_("{done}, from now on.").format(done=done.name)))
        return work(params, emit=emit, cancel=cancel)

    return job


def _check_what_to_train(recipe: str | None, resume: str | None, repeat: str | None, folds: int) -> None:
    if recipe is not None and resume is not None:
        raise UsageError(_("A run goes on with its own recipe; leave out --recipe or --resume."))
    if repeat is not None and (recipe is not None or resume is not None):
        raise UsageError(_("--repeat takes recipe and options of a run; leave out --recipe and --resume."))
    if folds and recipe is None:
        raise UsageError(_("--folds needs a recipe; name one with --recipe."))
    if folds:
        from engine.library.splits import check_folds

        check_folds(folds)


def overrides(assignments: list[str]) -> dict[str, Any]:
    """Return the options that the person chose, checked before anything heavy is loaded."""
    from engine.training.options import TrainOptions, with_overrides

    chosen: dict[str, Any] = dict(map(assigned, assignments))
    with_overrides(TrainOptions(), chosen)
    return chosen


def _trained(result: Mapping[str, Any]) -> str:
    accuracy = result["validation_accuracy"]
    sentence = (
        plural(
            "{run}: trained on everything after {count} epoch, {time}, {rate}.",
            "{run}: trained on everything after {count} epochs, {time}, {rate}.",
            result["epochs"],
        )
        if accuracy is None
        else plural(
            "{run}: {accuracy} validation accuracy after {count} epoch, {time}, {rate}.",
            "{run}: {accuracy} validation accuracy after {count} epochs, {time}, {rate}.",
            result["epochs"],
        )
    )
    return sentence.format(
        run=result["run"],
        accuracy="" if accuracy is None else accuracy_of(accuracy, result["validation_images"], 2),
        time=duration(result["seconds"]),
        rate=_("{rate:,.0f} images/s").format(rate=result["images_per_second"]),
    )


def _trained_automatically(result: Mapping[str, Any]) -> str:
    name, images = f"{result['run']} ({result['recipe']})", result["check_images"]
    time = duration(result["seconds"])
    if not images:
        return _("{run}: trained after {time}; no image was held out to check it.").format(run=name, time=time)
    sentence = plural(
        "{run}: {right:,} of {count} check image right, {accuracy} ({interval}), after {time}.",
        "{run}: {right:,} of {count} check images right, {accuracy} ({interval}), after {time}.",
        images,
    ).format(
        run=name,
        right=result["right"],
        accuracy=percent(result["validation_accuracy"]),
        interval=interval_words(result["low"], result["high"]),
        time=time,
    )
    return sentence if result["enough"] else f"{sentence} {_('These are few; label more to know better.')}"


def _trained_folds(result: Mapping[str, Any]) -> str:
    counts = result["validation_images"]
    figures = [accuracy_of(value, n, 2) for value, n in zip(result["validation_accuracies"], counts, strict=True)]
    rows = [list(row) for row in zip(result["runs"], figures, strict=True)]
    sentence = _(
        "{accuracy} ± {deviation} validation accuracy over {folds} folds of {images:,} images together, {time}."
    ).format(
        accuracy=percent(result["validation_accuracy"], 2),
        deviation=percent(result["deviation"], 2),
        folds=len(rows),
        images=sum(counts),
        time=duration(result["seconds"]),
    )
    return f"{table(rows, head=[_('Run'), _('Validation')])}\n\n{sentence}"


@app.command()
def options(json: Json = False) -> int:
    """List the options of a training, with their ranges; each recipe has its own defaults."""
    return run(_train_options, None, Console(as_json=json), _options_text)


@dataclass(frozen=True, slots=True)
class ListedOption:
    """`choices` is empty, and `range` has None for a bound, where an option has none."""

    name: str
    help: str
    kind: str
    choices: tuple[str, ...]
    range: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class ListedOptions(Result):
    options: list[ListedOption]


def _train_options(params: None, *, emit: Emit, cancel: Cancel) -> ListedOptions:  # noqa: ARG001  # shape of a job
    from engine.training.options import specs

    return ListedOptions([ListedOption(s.name, s.help, s.kind, s.choices, (s.minimum, s.maximum)) for s in specs()])


def _options_text(result: Mapping[str, Any]) -> str:
    def values(option: Mapping[str, Any]) -> str:
        low, high = option["range"]
        words = {"bool": "true|false", "text": _("text")}
        said = "|".join(option["choices"]) or words.get(option["kind"])
        return said or _("{least:.10g} to {most:.10g}{unit}").format(least=low, most=high, unit="")

    # The values last: some are a long list, behind whose column every sentence would leave the terminal.
    return facts((o["name"], f"{_(o['help'])} [{values(o)}]") for o in result["options"])


@app.command()
def runs(
    project: Project,
    compare: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="Show in which options two runs differ.")
    ] = None,
    trash: Annotated[bool, typer.Option("--trash", help="List those in the trash instead.")] = False,
    empty_trash: Annotated[bool, typer.Option("--empty-trash", help="Delete those in the trash for good.")] = False,
    json: Json = False,
) -> int:
    """List a project's runs, the newest first."""
    if (compare is not None) + trash + empty_trash > 1:
        raise UsageError(_("--compare, --trash and --empty-trash are three different questions; ask one at a time."))
    if compare is not None:
        return run(_compare, (project, *compare), Console(as_json=json), _compare_text)
    if empty_trash:
        return run(_empty_trash, project, Console(as_json=json), _empty_trash_text)
    return run(_runs, (project, trash), Console(as_json=json), _runs_text)


@dataclass(frozen=True, slots=True, eq=False)
class EmptiedTrash(Result):
    deleted: int


def _empty_trash(folder: str, *, emit: Emit, cancel: Cancel) -> EmptiedTrash:  # noqa: ARG001  # shape of a job
    from engine.library.project import Project
    from engine.training.runs.notes_and_trash import empty_trash

    with Project.open(Path(folder), read_only=True) as project:
        return EmptiedTrash(empty_trash(project.folder))


def _empty_trash_text(result: Mapping[str, Any]) -> str:
    return plural("Deleted {count} run.", "Deleted {count} runs.", result["deleted"])


@dataclass(frozen=True, slots=True, eq=False)
class ListedRuns(Result):
    """The runs of a project, or with `trash` those in its trash."""

    runs: list[RunFacts]
    trash: bool


def _runs(params: tuple[str, bool], *, emit: Emit, cancel: Cancel) -> ListedRuns:  # noqa: ARG001  # shape of a job
    from engine.library.project import Project
    from engine.training.runs.notes_and_trash import discarded
    from engine.training.runs.records import RunFacts, list_runs

    folder, trash = params
    with Project.open(Path(folder), read_only=True) as project:
        found = discarded(project.folder) if trash else list_runs(project.folder)
    return ListedRuns([narrowed(RunFacts, record) for record in found], trash)


def with_fold(name: str, fold: Sequence[int] | None) -> str:
    """Return what a run is called, with which fold of a k-fold training it is."""
    return _("{name}, fold {fold} of {folds}").format(name=name, fold=fold[0], folds=fold[1]) if fold else name


def _validation(of_run: Mapping[str, Any]) -> str:
    value = of_run["validation_accuracy"]
    return "" if value is None else accuracy_of(value, of_run["validation_images"], 2)


def _runs_text(result: Mapping[str, Any]) -> str:
    if not result["runs"]:
        return _("The trash is empty.") if result["trash"] else _("No runs yet; start one with `pigeonhole train`.")

    def named(r: Mapping[str, Any]) -> str:
        star, title = "* " if r["starred"] else "", f": {r['title']}" if r["title"] else ""
        return f"{star}{with_fold(r['name'] + title, r['fold'])}"

    rows = [[named(r), _(r["state"]), str(r["epochs"]), _validation(r), duration(r["seconds"])] for r in result["runs"]]
    return table(rows, head=[_("Run"), _("State"), _("Epochs"), _("Validation"), _("Time")])


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """`backend` is its name with its version."""

    name: str
    recipe: str
    state: str
    epochs: int
    best_epoch: int | None
    validation_accuracy: float | None
    validation_loss: float | None
    validation_images: int | None
    seconds: float
    validated_on: str
    device: str | None
    backend: str | None


@dataclass(frozen=True, slots=True)
class OptionDifference:
    option: str
    values: tuple[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class ComparedRuns(Result):
    """Two runs and the options in which they differ."""

    runs: list[ComparedRun]
    differences: list[OptionDifference]


def _compare(params: tuple[str, str, str], *, emit: Emit, cancel: Cancel) -> ComparedRuns:  # noqa: ARG001
    from engine.library.project import Project
    from engine.training.runs.changes import differences
    from engine.training.runs.records import find_run, read_record

    folder, *names = params
    with Project.open(Path(folder), read_only=True) as project:
        first, second = (find_run(project.folder, name, with_model=False) for name in names)
    found = []
    for run_ in (first, second):
        record = read_record(run_.folder)
        backend = record.get("backend")
        library = f"{backend} {record.get('versions', {}).get(backend, '')}".strip() if backend else None
        found.append(narrowed(ComparedRun, run_, device=record.get("device"), backend=library))
    differing = [OptionDifference(d.name, (d.first, d.second)) for d in differences(first, second)]
    return ComparedRuns(found, differing)


def _compare_text(result: Mapping[str, Any]) -> str:
    one, other = result["runs"]

    def shown(value: Any) -> str:
        return "" if value is None else percent(value, 2) if isinstance(value, float) else str(value)

    epochs = {"epochs": _("epochs"), "best_epoch": _("best epoch")}
    machine = {"device": _("device"), "backend": _("backend")}
    rows = [[_("validation accuracy"), _validation(one), _validation(other)]]
    rows += [[words, shown(one[name]), shown(other[name])] for name, words in epochs.items()]
    rows.append([_("time"), duration(one["seconds"]), duration(other["seconds"])])
    rows += [[words, shown(one.get(name)), shown(other.get(name))] for name, words in machine.items()]
    rows += [[d["option"], *("" if v is None else str(v) for v in d["values"])] for d in result["differences"]]
    return table(rows, head=["", one["name"], other["name"]])


@app.command()
def ensemble(
    project: Project,
    runs: Annotated[list[str], typer.Option("--runs", metavar="RUN...", help="Runs of the project, at least two.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="[RUN]...", help="Further runs.")] = None,
    json: Json = False,
) -> int:
    """Make one run of several: the mean of their probabilities, in one model file."""
    from engine.training.results.ensemble import EnsembleParams, ensemble

    params = EnsembleParams(project=project, runs=(*runs, *(more or ())))
    return run(ensemble, params, Console(as_json=json), _ensemble_text)


def _ensemble_text(result: Mapping[str, Any]) -> str:
    scores = [result["test_accuracy"], result["validation_accuracy"]]
    score = next((s for s in scores if s is not None), None)
    if score is None:
        made = _("{run}: made of {runs} runs; no image was held out by all of them.")
        return made.format(run=result["run"], runs=len(result["members"]))
    images = result["counted_on"]
    rows = [[m, accuracy_of(a, images, 2)] for m, a in zip(result["members"], result["members_accuracy"], strict=True)]
    rows.append([result["run"], accuracy_of(score, images, 2)])
    return table(rows, head=[_("Run"), _("Accuracy")])


@app.command(cls=WithOptionFlags)
def augment(
    picture: Annotated[str, typer.Argument(metavar="PICTURE", help="An image file.")],
    recipe: Annotated[str, typer.Option(metavar="NAME", help="As `pigeonhole recipes` lists them.")],
    out: Annotated[str, typer.Option("--out", metavar="SHEET.png", help="Where the sheet goes.")],
    set_: Assignments = None,
    json: Json = False,
) -> int:
    """Show what a recipe's augmentation makes of a picture: the picture first, then changed ones."""
    from engine.training.data.preview import SheetParams, sheet

    params = SheetParams(picture=picture, recipe=recipe, out=out, overrides=overrides(set_ or []))
    return run(sheet, params, Console(as_json=json), _sheet_text)


def _sheet_text(result: Mapping[str, Any]) -> str:
    left_out = _(" and ").join(result["left_out"])
    if left_out:
        sentence = _("Sheet: {place} ({changes} left out: no other picture is beside this one to mix with)")
        return sentence.format(place=result["out"], changes=left_out)
    sentence = _("Sheet: {place}") if result["changes"] else _("Sheet: {place} (this recipe changes nothing)")
    return sentence.format(place=result["out"])


@app.command()
def devices(json: Json = False) -> int:
    """List what this machine has to train and predict on."""
    from engine.training.machine.device import devices

    return run(devices, None, Console(as_json=json), _devices_text)


def _devices_text(result: Mapping[str, Any]) -> str:
    rows = [[d["name"], d["detail"]] for d in result["devices"]]
    predictions = result["predictions"]
    by = _("Predictions: {device}, by {runtime}")
    lines = [f"{table(rows, head=[_('Device'), ''])}\n"]
    lines.append(_("Backends: {backends}").format(backends=", ".join(result["backends"]) or _("none")))
    lines.append(by.format(device=predictions["device"], runtime=predictions["runtime"]))
    return "\n".join(filter(None, (*lines, predictions["note"])))
