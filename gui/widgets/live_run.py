"""What is known of a training while it runs: its events folded into one picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from engine.events import BatchEnded, EpochEnded, Event, Log, ProblemFound, Progress, RunStarted

MOST_LINES = 2000  # of the log; older ones are dropped


def _tr(words: str) -> str:
    return QCoreApplication.translate("TrainingLog", words)


def _epoch_line(e: EpochEnded) -> str:
    words = _tr("Epoch {0}/{1}: loss {2}, accuracy {3}, validation loss {4}, validation accuracy {5}, rate {6}, {7} s")
    line = words.format(
        e.epoch,
        e.epochs,
        f"{e.loss:.4f}",
        f"{e.accuracy:.4f}",
        f"{e.validation_loss:.4f}",
        f"{e.validation_accuracy:.4f}",
        f"{e.learning_rate:.2g}",
        f"{e.seconds:.1f}",
    )
    return f"{line} ★" if e.best else line


@dataclass(slots=True)
class LiveRun:
    recipe: str
    planned: int
    phase: Progress | None = None
    started: RunStarted | None = None
    batch: BatchEnded | None = None
    history: list[EpochEnded] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    stopping: bool = False

    def take(self, event: Event) -> str | None:
        """Fold `event` in. Returns the line for the log, where the event is worth one."""
        line = self._take(event)
        if line is not None:
            self.log.append(line)
            del self.log[:-MOST_LINES]
        return line

    def _take(self, event: Event) -> str | None:
        match event:
            case Progress():
                self.phase = event
            case RunStarted():
                self.started, self.planned = event, event.epochs
                return _tr("{0}: {1} on {2}, {3} training and {4} validation images, {5} parameters").format(
                    event.run,
                    event.recipe,
                    event.device,
                    f"{event.training_images:,}",
                    f"{event.validation_images:,}",
                    f"{event.parameters:,}",
                )
            case BatchEnded():
                self.batch = event
            case EpochEnded():
                self.batch, self.planned = None, event.epochs
                self.history = [e for e in self.history if e.epoch < event.epoch] + [event]
                return _epoch_line(event)
            case Log():
                return f"! {event.message}" if event.level == "warning" else event.message
            case ProblemFound():
                return f"! {event.path}: {event.reason}"
        return None

    @property
    def best(self) -> EpochEnded | None:
        return next((e for e in reversed(self.history) if e.best), None)

    @property
    def epoch(self) -> int:
        """The epoch that runs now, from 1."""
        if self.batch is not None:
            return self.batch.epoch
        first = self.started.first_epoch if self.started else 1
        return self.history[-1].epoch + 1 if self.history else first

    @property
    def epoch_share(self) -> float:
        """How much of the running epoch is done, 0 to 1."""
        return self.batch.batch / max(self.batch.batches, 1) if self.batch else 0.0

    @property
    def rate(self) -> float | None:
        if self.batch is not None:
            return self.batch.images_per_second
        return self.history[-1].images_per_second if self.history else None

    @property
    def seconds_left(self) -> float | None:
        if self.batch is not None:
            return self.batch.seconds_left
        if not self.history:
            return None
        last = self.history[-1]
        return (self.planned - last.epoch) * last.seconds
