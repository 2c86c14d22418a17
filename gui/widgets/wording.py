"""Words for numbers of things, spans of time, rates, dates and names in the interface."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale

from engine import figures
from engine import language as engine_language
from engine.figures import Certainty, interval
from engine.figures import share as share_of
from engine.library.records import Split
from engine.places import expanded
from engine.problems import Problem, ProblemKind
from gui.texts import Texts

Wording = Texts("Wording")


def number(count: int | None) -> str:
    """Return a whole number as the language of the window groups its digits; a dash where it is not known."""
    return "–" if count is None else QLocale().toString(int(count))


def decimal(value: float, digits: int = 0) -> str:
    """Return a number with so many decimals, as the language of the window writes it."""
    return QLocale().toString(float(value), "f", digits)


def split(kind: Split) -> str:
    """Return what an image of a split is for, in the words of the window."""
    return {
        Split.TRAINING: Wording.tr("training"),
        Split.VALIDATION: Wording.tr("check image"),
        Split.TEST: Wording.tr("test"),
        Split.UNASSIGNED: Wording.tr("none yet"),
    }[kind]


def confidence(share: float, digits: int = 1) -> str:
    """How sure a model is; never 100 %."""
    return figures.confidence(share, digits, Wording.tr("over {0}"))


def how_sure(share: float | None) -> str:
    """How sure a suggestion is, in words and as a share."""
    if share is None:
        return Wording.tr("how sure is not known yet")
    words = {
        Certainty.ALMOST_CERTAIN: Wording.tr("almost certain ({0})"),
        Certainty.VERY_SURE: Wording.tr("very sure ({0})"),
        Certainty.SURE: Wording.tr("sure ({0})"),
        Certainty.FAIRLY_SURE: Wording.tr("fairly sure ({0})"),
        Certainty.UNSURE: Wording.tr("unsure ({0})"),
    }
    return words[figures.certainty(share)].format(confidence(share, 0))


def accuracy(share: float, images: int | None, digits: int = 1) -> str:
    """An accuracy with the number of images that it was counted on and its 95 % interval, where that is known."""
    shown, ends = share_of(share, images, digits), interval(share, images)
    return Wording.tr("{0} of {1} ({2})").format(shown, number(images), ends) if ends else shown


def interval_of(share: float, images: int | None) -> str:
    """The number of images that an accuracy was counted on, and its 95 % interval; empty where it is not known."""
    ends = interval(share, images)
    return Wording.tr("of {0}: {1}").format(number(images), ends) if ends else ""


def recipe(name: str) -> str:
    """The one name that a recipe has in the window."""
    from engine.training.recipes.registry import title_of

    return title_of(name)


def problem(kind: ProblemKind) -> str:
    """Return what a kind of problem is called in a list."""
    return Problem(kind).words() or Wording.tr("another reason")


def reason(text: str) -> str:
    """Return why a file cannot be used, as the store and results have it, in the language of the window."""
    return Problem.read(text).words()


def phase(name: str) -> str:
    """Return what a job says it does, which it reports in English."""
    return engine_language._(name)


def duration(seconds: float) -> str:
    """`75` as `1 min 15 s`; `4000` as `1 h 07 min`; under ten seconds with one decimal."""
    if not math.isfinite(seconds) or seconds < 0:
        return "–"
    if seconds < 9.95:
        return Wording.tr("{0} s").format(decimal(seconds, 1))
    whole = round(seconds)
    if whole < 60:
        return Wording.tr("{0} s").format(whole)
    if whole < 3600:
        return Wording.tr("{0} min {1} s").format(whole // 60, f"{whole % 60:02d}")
    return Wording.tr("{0} h {1} min").format(whole // 3600, f"{whole % 3600 // 60:02d}")


def remaining(seconds: float | None) -> str:
    """A coarse span, so that the text does not flicker: seconds below a minute, then minutes, then hours."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    if seconds < 5:
        return Wording.tr("a few seconds")
    if seconds < 60:
        return Wording.tr("{0} s").format(5 * max(1, round(seconds / 5)))
    if seconds < 3600:
        return Wording.tr("{0} min").format(round(seconds / 60))
    return Wording.tr("{0} h {1} min").format(int(seconds // 3600), f"{int(seconds % 3600 // 60):02d}")


def rough_duration(seconds: float) -> str:
    """How long something takes, as one says it beforehand: `3 minutes`, `1 hour 20 minutes`."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return Wording.tr("%Ln minute(s)", None, minutes)
    hours, rest = divmod(5 * round(minutes / 5), 60)
    whole = Wording.tr("%Ln hour(s)", None, hours)
    return Wording.tr("{0} %Ln minute(s)", None, rest).format(whole) if rest else whole


def time_left(seconds: float | None) -> str:
    """The same as a clause of its own: `15 s left`."""
    span = remaining(seconds)
    return Wording.tr("{0} left").format(span) if span else ""


def images_rate(per_second: float | None) -> str:
    """`2514.3` as `2,514 images/s`; small rates keep a decimal."""
    if per_second is None or not math.isfinite(per_second):
        return ""
    return Wording.tr("{0} images/s").format(decimal(per_second, 0 if per_second >= 20 else 1))


def images(count: int) -> str:
    return Wording.tr("%Ln image(s)", None, count)


def of_images(part: int, count: int) -> str:
    """`3 of 12 images`."""
    return Wording.tr("{0} of %Ln image(s)", None, count).format(number(part))


def classes(count: int) -> str:
    return Wording.tr("%Ln class(es)", None, count)


def names(many: Sequence[str]) -> str:
    """Names in a sentence, of many the first three and how many more."""
    shown = ", ".join(many[:3])
    return shown if len(many) <= 3 else Wording.tr("{0} and {1} more").format(shown, number(len(many) - 3))


def epochs(count: int) -> str:
    return Wording.tr("%Ln epoch(s)", None, count)


def files(count: int) -> str:
    return Wording.tr("%Ln file(s)", None, count)


def unreadable(count: int) -> str:
    return Wording.tr("%Ln file(s) cannot be read", None, count)


def place(path: Path) -> str:
    """A path as people read it: from `~` where it is in their own folder."""
    home = expanded("~")
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


def when(iso_utc: str) -> str:
    """A UTC time as the person's own: today `14:05`, other days with the date."""
    try:
        moment = datetime.fromisoformat(iso_utc)
    except ValueError:
        return iso_utc
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    local = moment.astimezone()
    clock = local.strftime("%H:%M")
    if local.date() == datetime.now().astimezone().date():
        return Wording.tr("today {0}").format(clock)
    day = QLocale().toString(
        QDateTime.fromSecsSinceEpoch(int(moment.timestamp())).date(), QLocale.FormatType.ShortFormat
    )
    return f"{day} {clock}"
