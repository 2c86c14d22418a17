"""A model file in a notebook: pictures in, a table of classes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.batch.ensemble import Ensemble
from engine.batch.items import ImageResult
from engine.batch.params import check_threshold
from engine.batch.pipeline import predicted, rows_of
from engine.batch.sources.stream import Sources
from engine.batch.target import model_file
from engine.events import Progress as Step
from engine.jobs.job import Cancel, Emit
from engine.jobs.throttle import Throttle
from pigeonhole.running import Path_, Progress, paths_of, run

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 32


def load(model: Path_) -> Model:
    """Return the model in a `model.onnx` of ours, in the folder of a run, or of the newest run of a project.

    Raises:
        pigeonhole.Error: there is none, or it is no model of ours.
    """
    return Model(model_file(fspath(model)))


class Model:
    """A trained classifier. `file` is its `model.onnx`; `classes` are its classes in the order of its answers."""

    def __init__(self, file: Path) -> None:
        self._opened: Ensemble | None = None
        self.file = file

    def __repr__(self) -> str:
        return f"<Model of {len(self.classes)} classes, {self.file}>"

    @property
    def classes(self) -> tuple[str, ...]:
        return self._ensemble.classes

    @property
    def image_size(self) -> tuple[int, int]:
        """Width and height in pixels to which every picture is brought."""
        view = self._ensemble.views[0]
        return view.width, view.height

    def predict(
        self,
        pictures: Path_ | Sequence[Path_] | Any,
        *,
        top: int = 1,
        all_classes: bool = False,
        threshold: float | None = None,
        progress: Progress = True,
    ) -> pd.DataFrame:
        """Classify pictures.

        Args:
            pictures: a folder of any size, a picture, an archive, a pattern such as `"in/**/*.jpg"`, a list of such, or
                a table with a column `path`.
            top: how many classes to name for each picture, the most probable first (`class_2`, `confidence_2` ...).
            all_classes: a further column with the probability of each class (`p(daisy)` ...).
            threshold: a picture is unsure if no class is at least this probable, 0 to 1.

        Returns:
            A row for each picture in the order of the sources: `path`, `class` and `confidence` (0 to 1); `unsure`
            where a threshold is given; `novelty`, above 1 for a picture unlike anything the model was trained on, where
            the model tells it; `problem`, why a picture cannot be used, else None.

        Raises:
            pigeonhole.Error: a source does not exist, the model cannot be used, or the threshold is no probability.
        """
        import pandas as pd

        check_threshold(threshold)
        found = run(self._predicted, (paths_of(pictures), top, threshold), progress)
        columns: dict[str, Any] = {"path": [row.path for row in found]}
        for place in range(max(1, min(top, len(self.classes)))):
            suffix = f"_{place + 1}" if place else ""
            tops = [row.top[place] if place < len(row.top) else (None, None) for row in found]
            columns[f"class{suffix}"] = pd.Series([name for name, _ in tops], dtype=object)  # else None becomes NaN
            columns[f"confidence{suffix}"] = [share for _, share in tops]
        if threshold is not None:
            columns["unsure"] = [row.unsure for row in found]
        if self._ensemble.tells_novelty:
            columns["novelty"] = [row.novelty for row in found]
        if all_classes:
            for place, name in enumerate(self.classes):
                columns[f"p({name})"] = [
                    None if row.probabilities is None else float(row.probabilities[place]) for row in found
                ]
        columns["problem"] = pd.Series([row.problem for row in found], dtype=object)
        return pd.DataFrame(columns)

    @property
    def _ensemble(self) -> Ensemble:
        if self._opened is None:
            self._opened = Ensemble([self.file], threads=1)
        return self._opened

    def _predicted(
        self, asked: tuple[list[str], int, float | None], *, emit: Emit, cancel: Cancel
    ) -> list[ImageResult]:
        names, top, threshold = asked
        ensemble, throttle = self._ensemble, Throttle()
        found: list[ImageResult] = []
        items = Sources(names).items(cancel=cancel)
        for chunk in predicted(items, ensemble, batch_size=_AT_ONCE, cancel=cancel):
            rows = rows_of(chunk, ensemble.classes, top=max(1, top), threshold=threshold)
            found += [replace(row, item=None) for row in rows]  # an item may hold the whole file
            if throttle.is_due():
                emit(Step("Classifying", len(found)))
        return found
