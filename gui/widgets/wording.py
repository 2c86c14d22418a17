"""Words for numbers of things, spans of time, rates, dates and names in the interface."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from engine import figures
from engine.figures import interval, percent
from engine.places import expanded
from engine.problems import ProblemKind


def _tr(text: str) -> str:
    return QCoreApplication.translate("Wording", text)


def plural(count: int, one: str, many: str) -> str:
    """`one` of a single thing, else `many`; both are translated by the caller, and `{0}` in them is the number."""
    return (one if count == 1 else many).replace("{0}", f"{count:,}")


def confidence(share: float, digits: int = 1) -> str:
    """How sure a model is; never 100 %."""
    return figures.confidence(share, digits, _tr("over {0}"))


def how_sure(share: float) -> str:
    """How sure a suggestion is, in words and as a share."""
    if share >= 0.99:
        words = _tr("almost certain ({0})")
    elif share >= 0.95:
        words = _tr("very sure ({0})")
    elif share >= 0.85:
        words = _tr("sure ({0})")
    elif share >= 0.7:
        words = _tr("fairly sure ({0})")
    else:
        words = _tr("unsure ({0})")
    return words.format(confidence(share, 0))


def accuracy(share: float, images: int | None, digits: int = 1) -> str:
    """An accuracy with the number of images that it was counted on and its 95 % interval, where that is known."""
    shown, ends = percent(share, digits), interval(share, images)
    return _tr("{0} of {1} ({2})").format(shown, f"{images:,}", ends) if ends else shown


def interval_of(share: float, images: int | None) -> str:
    """The number of images that an accuracy was counted on, and its 95 % interval; empty where it is not known."""
    ends = interval(share, images)
    return _tr("of {0}: {1}").format(f"{images:,}", ends) if ends else ""


def recipe(name: str) -> str:
    """The one name that a recipe has in the window; that of an unknown recipe stays as it is."""
    if name == "ensemble":  # made of runs, not trained by a recipe
        return _tr("Ensemble")
    from engine.errors import UsageError
    from engine.training.recipes.registry import recipe as find

    try:
        return QCoreApplication.translate("Recipes", find(name).title)
    except UsageError:
        return name


def problem(kind: ProblemKind) -> str:
    """Return what a kind of problem is called in a list."""
    return QCoreApplication.translate("Problem", kind) if kind else _tr("another reason")


def duration(seconds: float) -> str:
    """`75` as `1 min 15 s`; `4000` as `1 h 07 min`; under ten seconds with one decimal."""
    if not math.isfinite(seconds) or seconds < 0:
        return "–"
    if seconds < 9.95:
        return _tr("{0} s").format(f"{seconds:.1f}")
    whole = round(seconds)
    if whole < 60:
        return _tr("{0} s").format(whole)
    if whole < 3600:
        return _tr("{0} min {1} s").format(whole // 60, f"{whole % 60:02d}")
    return _tr("{0} h {1} min").format(whole // 3600, f"{whole % 3600 // 60:02d}")


def remaining(seconds: float | None) -> str:
    """A coarse span, so that the text does not flicker: seconds below a minute, then minutes, then hours."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    if seconds < 5:
        return _tr("a few seconds")
    if seconds < 60:
        return _tr("{0} s").format(5 * max(1, round(seconds / 5)))
    if seconds < 3600:
        return _tr("{0} min").format(round(seconds / 60))
    return _tr("{0} h {1} min").format(int(seconds // 3600), f"{int(seconds % 3600 // 60):02d}")


def rough_duration(seconds: float) -> str:
    """How long something takes, as one says it beforehand: `3 minutes`, `1 hour 20 minutes`."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return plural(minutes, _tr("1 minute"), _tr("{0} minutes"))
    hours, rest = divmod(5 * round(minutes / 5), 60)
    whole = plural(hours, _tr("1 hour"), _tr("{0} hours"))
    return _tr("{0} {1} minutes").format(whole, rest) if rest else whole


def time_left(seconds: float | None) -> str:
    """The same as a clause of its own: `15 s left`."""
    span = remaining(seconds)
    return _tr("{0} left").format(span) if span else ""


def images_rate(per_second: float | None) -> str:
    """`2514.3` as `2,514 images/s`; small rates keep a decimal."""
    if per_second is None or not math.isfinite(per_second):
        return ""
    return _tr("{0} images/s").format(f"{per_second:,.0f}" if per_second >= 20 else f"{per_second:.1f}")


def images(count: int) -> str:
    return plural(count, _tr("1 image"), _tr("{0} images"))


def of_images(part: int, count: int) -> str:
    """`3 of 12 images`."""
    return plural(count, _tr("{1} of 1 image"), _tr("{1} of {0} images")).replace("{1}", f"{part:,}")


def classes(count: int) -> str:
    return plural(count, _tr("1 class"), _tr("{0} classes"))


def epochs(count: int) -> str:
    return plural(count, _tr("1 epoch"), _tr("{0} epochs"))


def unreadable(count: int) -> str:
    return plural(count, _tr("1 file cannot be read"), _tr("{0} files cannot be read"))


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
        return _tr("today {0}").format(clock)
    day = QLocale().toString(
        QDateTime.fromSecsSinceEpoch(int(moment.timestamp())).date(), QLocale.FormatType.ShortFormat
    )
    return f"{day} {clock}"
