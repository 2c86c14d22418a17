"""The runs that have predictions to choose images by."""

from __future__ import annotations

from pathlib import Path

from engine.training.runs.records import PREDICTIONS, RunRecord, list_runs


def with_predictions(project_folder: Path) -> list[RunRecord]:
    """The runs that have predictions, newest first."""
    return [run for run in list_runs(project_folder) if (run.folder / PREDICTIONS).is_file()]
