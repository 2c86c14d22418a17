"""A run in words: for lists, boxes and headings of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gui.widgets import wording

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord


def state_words(state: str) -> tuple[str, str, str]:
    """The sign, the word and the theme's token of a run's state."""
    words = {
        "running": ("●", QCoreApplication.translate("Runs", "running"), "accent"),
        "paused": (
            "‖",
            QCoreApplication.translate("Runs", "paused"),
            "accent",
        ),  # in this window; on disk it is running
        "finished": ("✓", QCoreApplication.translate("Runs", "finished"), "positive"),
        "stopped": ("■", QCoreApplication.translate("Runs", "stopped"), "muted"),
        "interrupted": ("!", QCoreApplication.translate("Runs", "interrupted"), "warning"),
        "failed": ("✕", QCoreApplication.translate("Runs", "failed"), "negative"),
    }
    return words.get(state, ("", state, "muted"))


def run_title(run: RunRecord) -> str:
    """Return what a person called the run; else its recipe, and which fold it is."""
    if run.title or run.fold is None:
        return run.title or wording.recipe(run.recipe)
    return QCoreApplication.translate("Runs", "{0}, fold {1} of {2}").format(wording.recipe(run.recipe), *run.fold)


def accuracy_words(run: RunRecord, digits: int = 1) -> str:
    """The validation accuracy of a run with its number of images and its interval; empty where nothing was held out."""
    share = run.validation_accuracy
    return "" if share is None else wording.accuracy(share, run.validation_images, digits)


def run_words(run: RunRecord) -> str:
    """A run in one line, for boxes in which a person chooses one."""
    accuracy = "" if run.validation_accuracy is None else f"  ·  {accuracy_words(run)}"
    return f"{run_title(run)}  ·  {wording.when(run.created)}{accuracy}"


def run_details(run: RunRecord, *, state: bool = True) -> str:
    """State, time, epochs and duration of a run, in one line."""
    parts = [
        state_words(run.state)[1] if state else "",
        wording.when(run.created),
        wording.epochs(run.epochs) if run.recipe != "ensemble" else "",
        wording.duration(run.seconds) if run.seconds else "",
        QCoreApplication.translate("Runs", "nothing held out") if run.validated_on == "training" else "",
    ]
    return "  ·  ".join(part for part in parts if part)
