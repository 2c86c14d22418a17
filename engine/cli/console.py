"""Output of the command line, and jobs in a terminal: events out, Ctrl+C in, one exit status at the end.

With `--json` standard output carries one event a line and the bare result last; all else goes to standard error.
Without it, standard error shows progress for a person and standard output the result to read.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from engine.cli.layout import columns, cut, padded, width
from engine.errors import UsageError
from engine.events import (
    BatchEnded,
    BetterModel,
    Cancelled,
    EpochEnded,
    Event,
    Failed,
    Log,
    Outcome,
    ProblemFound,
    Progress,
    RunStarted,
    Succeeded,
    TrainingPlanned,
    to_record,
)
from engine.figures import accuracy, in_percent, percent
from engine.files import open_regular
from engine.jobs.job import Cancel, Emit, Job, run_job
from engine.language import _, plural
from engine.places import log_folder, replaced
from engine.problems import Problem

SUCCESS, FAILURE, USAGE, INTERRUPTED = 0, 1, 2, 130
PROBLEMS_SHOWN = 10
STANDARD_OUTPUT = "-"
# Fields of params that name what a job writes, and the options that set them.
_OUTPUTS = {"out": "out", "csv": "csv", "report": "report", "summary": "summary", "sort_into": "into"}


class Console:
    """Shows events and results. One for each command. `live`: progress stands on one line that changes, as on a
    terminal; by default where `err` is one.
    """

    def __init__(
        self, *, as_json: bool, out: IO[str] | None = None, err: IO[str] | None = None, live: bool | None = None
    ) -> None:
        self.as_json = as_json
        self.out = out or sys.stdout
        self.err = err or sys.stderr
        self.writes_data = False  # on standard output: all that is for a person goes to standard error then
        self.delivers: Path | None = None  # a file to write there at the end
        self._live = self.err.isatty() if live is None else live
        self._line = 0  # length of the progress line that stands on the terminal
        self._phase = ""
        self._problems = 0
        self._held_out: int | None = None  # validation images; 0: what an epoch says of them is of what it learns from

    def show(self, event: Event) -> None:
        """Show an event of a job. Outcomes are left to `finish`."""
        if isinstance(event, Outcome):
            return
        if self.as_json:
            self._json(to_record(event))
        else:
            self._show(event)

    def result(self, result: Mapping[str, Any], text: str) -> None:
        """The end of a command that succeeded: the bare result for `--json`, else `text`."""
        if self.as_json:
            self._json(result)
            return
        self.clear()
        if text:
            text = text.replace(str(self.delivers), _("standard output")) if self.delivers else text
            print(text, file=self.err if self.writes_data else self.out, flush=True)

    def failure(self, failed: Failed) -> None:
        """The end of a job that failed: its record for `--json`, else one line for the person."""
        if self.as_json:
            self._json(to_record(failed))
            return
        self.clear()
        if failed.details:
            print(failed.details.rstrip(), file=self.err)
        self.note(f"pigeonhole: {failed.message}")

    def cancelled(self, outcome: Cancelled) -> None:
        """The end of a job that was interrupted."""
        if self.as_json:
            self._json(to_record(outcome))
        run, epochs = outcome.result.get("run"), outcome.result.get("epochs")
        if not run or not epochs:
            self.note(_("Cancelled."))
            return
        sentence = plural(
            "Stopped; its one epoch is kept in the run {run}.",
            "Stopped; the best of {count} epochs is kept in the run {run}.",
            epochs,
        )
        self.note(sentence.format(run=run))

    def note(self, line: str) -> None:
        """Print a line on standard error."""
        self.clear()
        print(line, file=self.err, flush=True)

    def deliver(self) -> None:
        """Write the file that was made for standard output."""
        if self.delivers is not None:
            with open_regular(self.delivers) as file:
                while block := file.read(1 << 20):
                    self.write(block)

    def write(self, data: bytes | memoryview) -> int:
        """Write bytes of what the command makes to standard output."""
        self.out.flush()
        raw = getattr(self.out, "buffer", None)
        if raw is None:
            self.out.write(bytes(data).decode("utf-8", "backslashreplace"))
        else:
            raw.write(data)
            raw.flush()
        return len(data)

    def _json(self, record: Mapping[str, Any]) -> None:
        print(json.dumps(record, ensure_ascii=True), file=self.out, flush=True)

    def _show(self, event: Event) -> None:
        match event:
            case Progress():
                self._progress(event)
            case BatchEnded() if self._live:
                self._overwrite(
                    _(
                        "  epoch {epoch}  batch {batch}/{batches}  loss {loss:.4f}  accuracy {accuracy}  "
                        "{rate:,.0f} images/s"
                    ).format(
                        epoch=event.epoch,
                        batch=event.batch,
                        batches=event.batches,
                        loss=event.loss,
                        accuracy=percent(event.accuracy, 2),
                        rate=event.images_per_second,
                    )
                    + left(event.seconds_left)
                )
            case EpochEnded():
                shown = accuracy(event.validation_accuracy, self._held_out, 2)
                validation = _("  validation {loss:.4f}  {accuracy}").format(loss=event.validation_loss, accuracy=shown)
                words = _("  epoch {epoch:>3}/{epochs}  loss {loss:.4f}  accuracy {accuracy}").format(
                    epoch=event.epoch,
                    epochs=event.epochs,
                    loss=event.loss,
                    accuracy=percent(event.accuracy, 2),
                )
                self.note(f"{words}{validation * (self._held_out != 0)}{'  *' * event.best}")
            case RunStarted():
                self._held_out = event.validation_images
                self.note(
                    _(
                        "Run {run}: {recipe} on {device}, {parameters:,} parameters, {training:,} training and "
                        "{validation:,} validation images"
                    ).format(
                        run=event.run,
                        recipe=event.recipe,
                        device=event.device,
                        parameters=event.parameters,
                        training=event.training_images,
                        validation=event.validation_images,
                    )
                )
            case TrainingPlanned():
                self.note(planned(event))
            case BetterModel() if event.images:
                sentence = _("Best so far: {run}, {right:,} of {images:,} check images right")
                self.note(sentence.format(run=event.run, right=event.right, images=event.images))
            case Log():
                warning = event.level == "warning"
                self.note(_("Warning: {message}").format(message=event.message) if warning else event.message)
            case ProblemFound():
                self._problem(event)

    def _problem(self, event: ProblemFound) -> None:
        self._problems += 1
        if self._problems <= PROBLEMS_SHOWN:
            words = Problem.read(event.reason).words()
            self.note(_("  problem: {path}: {why}").format(path=event.path, why=words))
        elif self._problems == PROBLEMS_SHOWN + 1:
            self.note(_("  further problems are counted, not shown"))

    def _progress(self, event: Progress) -> None:
        if self._live:
            done = f"{event.done:,}" + (f"/{event.total:,}" if event.total is not None else "")
            rate = f"  {event.rate:,.0f}/s" if event.rate else ""
            self._overwrite(f"{_(event.phase)}  {done}{rate}{left(event.seconds_left)}")
        elif event.phase != self._phase:
            print(f"{_(event.phase)} ...", file=self.err, flush=True)
        self._phase = event.phase

    def _overwrite(self, line: str) -> None:
        line = cut(line, columns() - 1)
        print(f"\r{padded(line, self._line)}", end="", file=self.err, flush=True)
        self._line = width(line)

    def clear(self) -> None:
        """Take the progress line off the terminal."""
        if self._line:
            print(f"\r{' ' * self._line}\r", end="", file=self.err, flush=True)
            self._line = 0


@contextmanager
def outputs_named(params: object, console: Console, texts: Collection[str]) -> Iterator[object]:
    """`params` with a file in the place of each `-`; `Console.deliver` writes what is in it to standard output."""
    dashes = [name for name in _OUTPUTS if getattr(params, name, None) == STANDARD_OUTPUT]
    if not dashes:
        yield params
        return
    name = dashes[0]
    flag = f"--{_OUTPUTS[name]}"
    if name not in texts:
        raise UsageError(_("{flag} makes no text for standard output; name a place for it.").format(flag=flag))
    if len(dashes) > 1:
        raise UsageError(
            _("{flag} and --{option} cannot both go to standard output; name a file.").format(
                flag=flag, option=_OUTPUTS[dashes[1]]
            )
        )
    if console.as_json:
        raise UsageError(_("--json and {flag} - cannot both go to standard output; name a file.").format(flag=flag))
    console.writes_data = True
    with TemporaryDirectory(prefix="pigeonhole-") as folder:
        console.delivers = Path(folder) / f"output.{'html' if name in ('report', 'summary') else 'csv'}"
        yield replace(cast(Any, params), **{name: str(console.delivers)})


def left(seconds: float | None) -> str:
    """Time that is left, in words, or nothing while it is unknown."""
    return _("  {time} left").format(time=duration(seconds)) if seconds is not None else ""


def duration(seconds: float) -> str:
    """A duration as a person says it: `4.2 s`, `12 s`, `3 min 05 s`, `2 h 10 min`."""
    if seconds < 10:
        return _("{seconds:.1f} s").format(seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 1:
        return _("{seconds} s").format(seconds=rest)
    if minutes < 60:
        return _("{minutes} min {seconds:02} s").format(minutes=minutes, seconds=rest)
    return _("{hours} h {minutes:02} min").format(hours=minutes // 60, minutes=minutes % 60)


def planned(plan: TrainingPlanned) -> str:
    """Return what a training without a chosen recipe will do, in a sentence."""
    training = plan.images - plan.check_images
    sentence = _("Learns from {training:,} pictures of {classes:,} classes and checks with {checks:,} others")
    parts = [sentence.format(training=training, classes=plan.classes, checks=plan.check_images)]
    if plan.seconds is not None:
        longer = plan.most_seconds is not None and plan.most_seconds > plan.seconds
        most = duration(plan.most_seconds or 0)
        time = _("about {time}, {most} at most") if longer else _("about {time}")
        parts.append(time.format(time=duration(plan.seconds), most=most))
    if plan.low is not None and plan.high is not None:
        right = _("{low} to {high} right, from a first look")
        parts.append(right.format(low=in_percent(plan.low, 0), high=percent(plan.high, 0)))
    elif plan.not_shown:
        unknown = _("no picture of {classes} has a label yet: it will take each of them for something else")
        parts.append(unknown.format(classes=", ".join(plan.not_shown)))
    elif plan.unlike:
        parts.append(
            _("how many will be right cannot be told yet: the pictures with a label are not like those without")
        )
    if plan.longer:
        parts.append(_("often some mistakes fewer by taking longer, and the best so far stays where not"))
    first, *others = plan.recipes
    others = [_("{recipe} with all pictures").format(recipe=name) if name == first else name for name in others]
    return _("{what}. Recipes: {recipes} (the pictures are {reason}).").format(
        what="; ".join(parts), recipes=_(", then ").join((first, *others, *plan.longer)), reason=_(plan.reason)
    )


def run(
    job: Job[Any],
    params: object,
    console: Console,
    text: Callable[[Mapping[str, Any]], str],
    *,
    texts: Collection[str] = (),
) -> int:
    """Run a job in this process, in sight of the person; Ctrl+C cancels it, a second one ends it at once.

    `texts` names the fields of `params` that are files of text: one of them may be `-`, standard output.
    Returns the exit status: 0, 1 when it failed, 2 when it was asked for wrongly, 130 when it was interrupted.

    Raises:
        UsageError: `-` stands where no text is written, or for two things at once.
    """
    with outputs_named(params, console, texts) as named:
        return _run(job, named, console, text)


def _run(job: Job[Any], params: object, console: Console, text: Callable[[Mapping[str, Any]], str]) -> int:
    cancel = Cancel()
    wrong_usage = False

    def watched(params: object, *, emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
        nonlocal wrong_usage
        try:
            return job(params, emit=emit, cancel=cancel)
        except UsageError:
            wrong_usage = True
            raise

    def emit(event: Event) -> None:
        try:
            console.show(event)
        except OSError:
            cancel.set()  # nobody reads any more, or the disk is full; writing the end will say so again

    with own_streams(console), interrupts_set(cancel, console):
        lost = replaced()
        if lost is not None:
            console.note(
                _(
                    "Warning: {folder} cannot be written; what Pigeonhole keeps for itself (caches, settings, logs, "
                    "results) goes to {other} instead and may be gone after a restart."
                ).format(folder=lost[0], other=lost[1])
            )
        outcome = run_job(watched, params, emit=emit, cancel=cancel)
        match outcome:
            case Succeeded(result):
                console.deliver()
                console.result(result, "" if console.as_json else text(result))
                return SUCCESS
            case Cancelled():
                console.cancelled(outcome)
                return INTERRUPTED
            case Failed():
                console.failure(outcome)
    return USAGE if wrong_usage else FAILURE


@contextmanager
def own_streams(console: Console) -> Iterator[None]:
    """Standard output and error are for `console` alone: what libraries print goes to a log file.

    TensorFlow writes about its own start whatever its log level is; nobody at a terminal can use that.
    """
    with _private_stream(1, console.out) as out, _private_stream(2, console.err) as err:
        before = console.out, console.err
        console.out, console.err = out, err
        try:
            yield
        finally:
            console.out, console.err = before


@contextmanager
def _private_stream(number: int, stream: IO[str]) -> Iterator[IO[str]]:
    """A copy of `stream` (file descriptor `number`) to write to, while the descriptor itself leads to the log."""
    if not _is_descriptor(stream, number):  # a test or another program holds it
        with redirect_stdout(sys.stderr) if number == 1 else nullcontext():
            yield stream
        return
    stream.flush()
    original = os.dup(number)
    log = _library_log(fresh=number == 1)
    os.dup2(log, number)
    os.close(log)
    try:
        with os.fdopen(original, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as own:
            yield own
    finally:
        stream.flush()
        os.dup2(original, number)
        os.close(original)


def _is_descriptor(stream: IO[str], number: int) -> bool:
    try:
        return stream.fileno() == number
    except (OSError, ValueError):
        return False


def _library_log(*, fresh: bool) -> int:
    """A file descriptor that takes what libraries print: `libraries.log` of this command, or nothing."""
    file = log_folder() / "libraries.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if fresh else 0))
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


@contextmanager
def interrupts_set(cancel: Cancel, console: Console) -> Iterator[None]:
    """Ctrl+C, or a request to end, sets `cancel`; a second one raises KeyboardInterrupt at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    stopping = _("Stopping; press Ctrl+C again to end at once.")

    def stop(*_args: object) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        words = f"\n{stopping}\n"
        try:
            os.write(console.err.fileno(), words.encode())  # not print: the signal may have come in the middle of one
        except (OSError, ValueError):
            console.err.write(words)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
