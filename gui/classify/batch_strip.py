"""How far a batch is: a bar, and one line with the count, the rate and the time left, or how it ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar, QWidget

from engine.events import Cancelled, Failed, Outcome, Progress, Succeeded
from gui import theme
from gui.widgets import wording
from gui.widgets.labels import elided
from gui.widgets.layouts import column

if TYPE_CHECKING:
    from engine.batch.saved_results.folder import SavedResults


class BatchStrip(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the classification"))
        self.words = elided("", "small")
        column(self.bar, self.words, on=self, spacing=theme.current().XS + 2)

    def start(self) -> None:
        self.bar.setRange(0, 0)
        self.words.setText(self.tr("Starting…"))

    def show_progress(self, event: Progress, *, watching: bool) -> None:
        """While a folder is watched there is no end to count down to."""
        self.bar.setRange(0, event.total or 0)
        self.bar.setValue(event.done)
        if watching:
            words = self.tr("Watching; {0} so far. New files are classified as they come.")
            self.words.setText(words.format(wording.images(event.done)))
            return
        known = event.total is not None
        left = wording.time_left(event.seconds_left) if event.done != event.total else ""
        count = wording.of_images(event.done, event.total or 0) if known else wording.images(event.done)
        self._say(count, wording.images_rate(event.rate), left)

    def show_end(self, outcome: Outcome, images: int, problems: int, kept: SavedResults) -> None:
        """Say how the job ended, with the numbers that are there now."""
        done = self.tr("Stopped after {0}") if kept.can_go_on else self.tr("{0} classified")
        if isinstance(outcome, Failed):
            done = self.tr("Failed after {0}")
        result = outcome.result if isinstance(outcome, Succeeded | Cancelled) else {}
        parts = [done.format(wording.images(images))]
        if result.get("seconds"):
            parts.append(self.tr("in {0}").format(wording.duration(float(result["seconds"]))))
            parts.append(wording.images_rate(float(result.get("images_per_second", 0.0))) if images else "")
        if kept.device:
            parts.append(self.tr("on {0}").format(kept.device))
        self._say(*parts, wording.unreadable(problems) if problems else "")

    def show_saved(self, kept: SavedResults) -> None:
        """Say of what day the results are, and by which model."""
        when = self.tr("Classified {0}").format(wording.when(kept.created))
        model = Path(kept.request.model)
        name = model.parent.name if model.name == "model.onnx" else model.name
        stopped = self.tr("stopped before its end") if kept.can_go_on and not kept.request.watch else ""
        self._say(when, wording.images(kept.images) if kept.images else "", self.tr("by {0}").format(name), stopped)

    def _say(self, *parts: str) -> None:
        self.words.setText("  ·  ".join(part for part in parts if part))
