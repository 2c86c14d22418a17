"""A project in a notebook: its pictures and labels as tables, its runs, and what they got wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import JobCancelled
from engine.events import EpochEnded
from engine.jobs.job import Cancel, Emit
from engine.library import edits, query
from engine.library.filters import Filter
from engine.library.finding import find_class, find_images
from engine.library.project import Project as Store
from engine.library.project import is_project, project_for_pictures, with_suffix
from engine.library.scan import Imported, ImportParams, import_sources
from engine.review.evaluate import MistakesParams, find_mistakes
from engine.review.evaluation import Evaluation
from engine.review.intervals import intervals
from engine.review.new_predictions import evaluated
from engine.training.runs.records import RunRecord, find_run, list_runs
from engine.training.runs.records import history as epochs_of
from pigeonhole.models import Model
from pigeonhole.running import Path_, Progress, paths_of, run

if TYPE_CHECKING:
    import pandas as pd


def open_project(place: Path_, *, project: Path_ | None = None, progress: Progress = True, **how: Any) -> Project:
    """Open a project, or make one of pictures.

    Args:
        place: a project (`NAME.pigeonhole`), or a folder or an archive of pictures. What the classes are is found as
            in the window: by folders, file names, a table beside the pictures.
        project: where the project of such pictures goes; by default beside them, as in the window. If it is there
            already, it is opened as it is.
        how: fields of `engine.library.scan.ImportParams` that say how to read the pictures, such as `csv="labels.csv"`,
            `labels="folders"`, `test_fraction=0.2`.

    Raises:
        pigeonhole.Error: there is nothing of the kind, or the pictures cannot be imported.
    """
    found = Path(fspath(place))
    if is_project(with_suffix(found)):
        return Project(with_suffix(found))
    folder = project_for_pictures(found.resolve()) if project is None else with_suffix(Path(fspath(project)))
    opened = Project(folder)
    if not is_project(folder):
        opened.add(found, progress=progress, **how)
    return opened


class Project:
    """A project at `folder`, locked only while something is written here. While the window has it open everything that
    changes no label, class or split works: reading, training, scoring; what would change one raises `pigeonhole.Error`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        with self._read() as project:
            found = query.summary(project)
        return f"<Project {self.folder}: {found.images:,} images>"

    def add(self, *sources: Path_, progress: Progress = True, **how: Any) -> Imported:
        """Add folders, archives or pictures, with their labels and splits; `how` as in `pigeonhole.open`.

        Returns:
            How many `images` were added, `classes` with their numbers, and the `notes` of what might surprise.

        Raises:
            pigeonhole.Error: a source cannot be used; nothing was added then.
        """
        params = ImportParams(str(self.folder), tuple(fspath(source) for source in sources), **how)
        return run(import_sources, params, progress)

    def images(self) -> pd.DataFrame:
        """Return all images: `path`, `class` (None without a label), `split`, `width` and `height` in pixels (missing
        until the file was looked at), `unsure`, `excluded`, `accepted_unseen`, `note` and `problem`.
        """
        import pandas as pd

        with self._read() as project:
            names: dict[int | None, str] = {cls.id: cls.name for cls in query.classes(project)}
            records = query.images(project, query.image_ids(project, Filter()))
        return pd.DataFrame(
            {
                "path": [str(image.file) for image in records],
                "class": pd.Series([names.get(image.class_id) for image in records], dtype=object),  # with None
                "split": [image.split.value for image in records],
                "width": pd.array([image.width for image in records], dtype="Int64"),
                "height": pd.array([image.height for image in records], dtype="Int64"),
                "unsure": [image.unsure for image in records],
                "excluded": [image.excluded for image in records],
                "accepted_unseen": [image.unseen for image in records],
                "note": [image.note for image in records],
                "problem": pd.Series([image.problem for image in records], dtype=object),
            }
        )

    def classes(self) -> pd.DataFrame:
        """Return how many labelled, usable images each class has: `training`, `validation`, `test`, `unassigned`."""
        import pandas as pd

        with self._read() as project:
            counts = query.class_counts(project)
        parts = ("training", "validation", "test", "unassigned")
        rows = [[count.cls.name, *(getattr(count, part) for part in parts)] for count in counts]
        return pd.DataFrame(rows, columns=["class", *parts]).set_index("class")

    def label(self, class_name: str | None, images: Path_ | Sequence[Path_] | Any, *, new: bool = False) -> str:
        """Give images a class (None takes their label away), in one step that `undo` takes back.

        Args:
            images: a path, a list of paths, or a table with a column `path`.
            new: make the class if there is none of that name.

        Returns:
            The name of the step, as the history shows it.

        Raises:
            pigeonhole.Error: there is no such class or image, or another program is writing to the project.
        """
        with Store.open(self.folder) as project:
            ids = find_images(project, paths_of(images))
            if class_name is None:
                return edits.set_label(project, ids, None).name
            if new and class_name not in [cls.name for cls in query.classes(project)]:
                return edits.make_class(project, ids, class_name).name
            return edits.set_label(project, ids, find_class(project, class_name).id).name

    def rename(self, names: Mapping[str, str]) -> None:
        """Give classes other names: `{"0": "T-shirt", "1": "Trouser"}`.

        Raises:
            pigeonhole.Error: there is no such class, or one of the new name; those before it have been renamed.
        """
        with Store.open(self.folder) as project:
            for before, name in names.items():
                edits.rename_class(project, find_class(project, before).id, name)

    def undo(self) -> str | None:
        """Take back the newest step, also one of the window; returns its name, None where there is none."""
        with Store.open(self.folder) as project:
            undone = edits.undo(project)
        return None if undone is None else undone.name

    def suggest(self, *, progress: Progress = True) -> pd.DataFrame:
        """Suggest a class for each image without a label, learnt from the labels so far; no training is needed.

        Returns:
            `path`, `class`, `probability` (0 to 1) and `unlike` (unlike everything that has a label), the least sure
            first.

        Raises:
            pigeonhole.Error: fewer than two classes have labels.
        """
        import pandas as pd

        from engine.review.suggest import SuggestParams, suggest

        rows = run(suggest, SuggestParams(str(self.folder)), progress).rows
        return pd.DataFrame(
            [(row.path, row.suggested, row.probability, row.unlike) for row in rows],
            columns=["path", "class", "probability", "unlike"],
        )

    def train(self, recipe: str | None = None, *, progress: Progress = True, **options: Any) -> Run:
        """Train a classifier on the labelled images. Interrupted, it keeps the best epoch so far.

        Args:
            recipe: a name as in `pigeonhole recipes`; None lets the pictures choose: a usable model at once, then a
                better one, of which the better on the check images is the result.
            options: of the training, as `pigeonhole options` lists them, such as `epochs=8`.

        Raises:
            pigeonhole.Error: there are too few labels, an option is unknown or out of range, or the recipe needs the
                libraries of training and they are not installed.
        """
        from engine.training.automatic.job import train_automatically
        from engine.training.automatic.plan import AutomaticParams, check_free
        from engine.training.plan import TrainParams
        from engine.training.setting_aside import set_aside_in
        from engine.training.trainer import train

        folder = str(self.folder)
        set_aside_in(self.folder, recipe, options)
        try:
            if recipe is None:
                name = run(train_automatically, AutomaticParams(folder, check_free(options)), progress).run
            else:
                name = run(train, TrainParams(folder, recipe, options), progress).run
        except JobCancelled as cancelled:
            if not cancelled.result.get("run"):
                raise KeyboardInterrupt from None
            name = str(cancelled.result["run"])
        return self.run(name)

    def ensemble(self, runs: Sequence[Run], *, progress: Progress = True) -> Run:
        """Make one run of several: the mean of their probabilities, in one model file.

        Raises:
            pigeonhole.Error: there are fewer than two, or they see their pictures differently.
        """
        from engine.training.results.ensemble import EnsembleParams, ensemble

        params = EnsembleParams(str(self.folder), tuple(member.name for member in runs))
        return self.run(run(ensemble, params, progress).run)

    def run(self, name: str | None = None) -> Run:
        """Return a run by its name, of which the beginning is enough; None: the newest finished one.

        Raises:
            pigeonhole.Error: there is none.
        """
        return Run(self, find_run(self.folder, name))

    def runs(self) -> pd.DataFrame:
        """Return all runs, the newest first: `run`, `recipe`, `state`, `epochs`, `validation_accuracy` (0 to 1),
        `validation_images`, `seconds` and `created`.
        """
        import pandas as pd

        head = ["name", "recipe", "state", "epochs", "validation_accuracy", "validation_images", "seconds", "created"]
        rows = [[getattr(found, part) for part in head] for found in list_runs(self.folder)]
        return pd.DataFrame(rows, columns=["run", *head[1:]])

    def _read(self) -> Store:
        return Store.open(self.folder, read_only=True)


@dataclass(frozen=True)
class Scores:
    """What a run gets right of `images` images that it never trained on, with the labels that the project has now.

    `accuracy` is a fraction, 0 to 1, `low` to `high` its 95 % interval (Wilson). `classes` has a row for each class:
    `precision`, `recall`, `f1` and `support`, its number of images. `confusion` has counts: a row is the label, a
    column the prediction.
    """

    run: str
    split: str
    images: int
    mistakes: int
    accuracy: float
    low: float
    high: float
    classes: pd.DataFrame
    confusion: pd.DataFrame


class Run:
    """A training and its model. `name` is its name, `record` what is written about it."""

    def __init__(self, project: Project, record: RunRecord) -> None:
        self.project, self.record = project, record

    @property
    def name(self) -> str:
        return self.record.name

    def __repr__(self) -> str:
        return f"<Run {self.name}: {self.record.recipe}, {self.record.state}>"

    @property
    def model(self) -> Model:
        """Its model, for pictures anywhere."""
        return Model(self.record.folder / "model.onnx")

    def history(self) -> pd.DataFrame:
        """Return a row for each epoch: loss and accuracy (0 to 1) on training and validation images, seconds ..."""
        import pandas as pd

        columns = [field.name for field in fields(EpochEnded)]
        rows = [asdict(epoch) for epoch in epochs_of(self.record)]
        return pd.DataFrame(rows, columns=columns).drop(columns="epochs").set_index("epoch")

    def tensorboard(self, folder: Path_) -> Path:
        """Write the history for TensorBoard, into a folder of the run's name in `folder`; return that.

        `tensorboard --logdir FOLDER` compares the runs in it.

        Raises:
            pigeonhole.Error: the run has no completed epoch, or is there already.
        """
        from engine.training.results.tensorboard import write_events

        return write_events(self.record, Path(fspath(folder)))

    def evaluate(self, split: str | None = None, *, progress: Progress = True) -> Scores:
        """Score the run on images that it never trained on.

        Args:
            split: `"test"`, `"validation"` or `"all"` of both; None takes test if there are any, else validation.

        Raises:
            pigeonhole.Error: there are no labelled images in that split.
        """
        import pandas as pd

        found = run(self._evaluated, split, progress)
        low, high = intervals(found.matrix).accuracy
        names = pd.Index(found.classes, name="label")
        classes = pd.DataFrame([asdict(of_class) for of_class in found.scores.per_class])
        confusion = pd.DataFrame(found.matrix, index=names, columns=pd.Index(found.classes, name="predicted"))
        return Scores(
            run=self.name,
            split=found.part,
            images=found.scores.images,
            mistakes=found.mistakes,
            accuracy=found.scores.accuracy,
            low=low,
            high=high,
            classes=classes.set_index("name")[["precision", "recall", "f1", "support"]].rename_axis("class"),
            confusion=confusion,
        )

    def mistakes(self, split: str | None = None, *, progress: Progress = True) -> pd.DataFrame:
        """Return the images whose label and prediction differ, the most confident first: `path`, `label`, `predicted`,
        `confidence` and `label_probability`, both 0 to 1. `split` as in `evaluate`.
        """
        import pandas as pd

        params = MistakesParams(str(self.project.folder), self.name, split)
        rows = run(find_mistakes, params, progress).rows
        columns = ["path", "label", "predicted", "confidence", "label_probability"]
        return pd.DataFrame([asdict(row) for row in rows], columns=columns)

    def predict(self, pictures: Path_ | Sequence[Path_] | Any, **how: Any) -> pd.DataFrame:
        """Classify pictures with its model; arguments and result as in `Model.predict`."""
        return self.model.predict(pictures, **how)

    def export(self, out: Path_, format: str = "onnx", *, progress: Progress = True) -> Path:
        """Write the model to a file or folder of its own, and compare it with the run.

        Args:
            out: a `.onnx` or `.keras` file, or a folder, which gets a `predict.py`.
            format: as in `pigeonhole export --help`: onnx, keras, savedmodel, litert ...

        Raises:
            pigeonhole.Error: the place cannot be written, or the format needs a library that is not installed.
        """
        from engine.models.targets import ExportParams
        from engine.training.results.export import export

        return Path(run(export, ExportParams(str(self.project.folder), self.name, format, fspath(out)), progress).out)

    def _evaluated(self, split: str | None, *, emit: Emit, cancel: Cancel) -> Evaluation:
        with Store.open(self.project.folder, read_only=True) as project:
            return evaluated(project, self.name, split, emit=emit, cancel=cancel)
