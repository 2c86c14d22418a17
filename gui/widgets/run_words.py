"""A run in words: for lists, boxes and headings of every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.figures import are_few
from engine.figures import share as share_of
from engine.training.runs.records import is_checked_otherwise, round_of
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


def checked_otherwise() -> str:
    """What stands in the place of an accuracy that cannot be compared with those beside it."""
    return QCoreApplication.translate("Runs", "other check images")


def share_words(run: RunRecord, runs: Sequence[RunRecord] = ()) -> str:
    """The validation accuracy of a run alone, of few images as `7 of 9`; beside `runs` that were checked with other
    images, that it was.
    """
    if is_checked_otherwise(run, runs):
        return checked_otherwise()
    share, images = run.validation_accuracy, run.validation_images
    if share is None:
        return ""
    if not are_few(images):
        return share_of(share, images)
    return QCoreApplication.translate("Runs", "{0} of {1}").format(share_of(share, images), wording.number(images))


def run_words(run: RunRecord, runs: Sequence[RunRecord] = ()) -> str:
    """A run in one line, for boxes in which a person chooses one of `runs`."""
    return f"{run_title(run)}  ·  {wording.when(run.created)}{_accuracy_beside(run, runs)}"


def _accuracy_beside(run: RunRecord, runs: Sequence[RunRecord]) -> str:
    if run.validation_accuracy is None:
        return ""
    return f"  ·  {checked_otherwise() if is_checked_otherwise(run, runs) else accuracy_words(run)}"


def round_words(run: RunRecord, runs: Sequence[RunRecord]) -> str:
    """A run with the number of its round among all `runs`, and which of several models of that it is."""
    number = round_of(run, runs)
    if number is None:
        return run_title(run)
    words = QCoreApplication.translate("Runs", "Round {0}: {1}")
    if run.outdone_by in {one.name for one in runs}:
        words = QCoreApplication.translate("Runs", "Round {0}: {1}, left behind")
    return words.format(wording.number(number), run_title(run))


def run_in_round(run: RunRecord, runs: Sequence[RunRecord]) -> str:
    """`run_words` with the number of its round."""
    return f"{round_words(run, runs)}  ·  {wording.when(run.created)}{_accuracy_beside(run, runs)}"


def better_words(run: RunRecord, runs: Sequence[RunRecord]) -> str:
    """Which of `runs` was kept instead of a run that was tried in the same training; "" where it was the best."""
    better = next((one for one in runs if one.name == run.outdone_by), None)
    words = QCoreApplication.translate("Runs", "“{0}” is used instead")
    return words.format(run_title(better)) if better is not None else ""


def run_details(run: RunRecord, *, state: bool = True, epochs: bool = True) -> str:
    """State, time, epochs and duration of a run, in one line."""
    parts = [
        state_words(run.state)[1] if state else "",
        wording.when(run.created),
        wording.epochs(run.epochs) if epochs and run.recipe != "ensemble" else "",
        wording.duration(run.seconds) if run.seconds else "",
        QCoreApplication.translate("Runs", "nothing held out") if run.validated_on == "training" else "",
    ]
    return "  ·  ".join(part for part in parts if part)
