"""Which images a person wants to see by what a run predicted of them. Plain data: the window makes it without numpy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.training.runs.records import PREDICTIONS, RunRecord, list_runs


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Images by what a run predicted of them; only those that it did not learn from have a prediction.

    `run` is a name, "" for the newest run that has predictions. `predicted` is the name of a class, "" for any.
    `mistake`: True where the label differs from the prediction, False where they agree, None for both and for images
    without a label. The confidence lies from `least` to `most`, 0 to 1.
    """

    run: str = ""
    predicted: str = ""
    mistake: bool | None = None
    least: float = 0.0
    most: float = 1.0


def with_predictions(project_folder: Path) -> list[RunRecord]:
    """The runs that have predictions, newest first."""
    return [run for run in list_runs(project_folder) if (run.folder / PREDICTIONS).is_file()]
