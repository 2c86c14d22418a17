"""What a round is called, what changed in it, and whether it is better than the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.statistics import Trend
from gui.widgets import wording
from gui.widgets.charts import scales

if TYPE_CHECKING:
    from engine.review.rounds import Round, Rounds


def _tr(text: str) -> str:
    return QCoreApplication.translate("Rounds", text)


def trend(found: Trend | None) -> str:
    """With a sign, so that colour alone tells nothing."""
    words = {Trend.BETTER: _tr("▲ better"), Trend.WORSE: _tr("▼ worse"), Trend.CANNOT_TELL: _tr("≈ can't tell")}
    return "" if found is None else words[found]


def interval(one: Round) -> str:
    return _tr("{0} to {1}").format(scales.percent(one.low), scales.percent(one.high))


def changed(one: Round) -> str:
    """What changed since the round before: labels, and what it was trained with; "" of the first."""
    if one.trend is None:
        return ""
    parts = [
        wording.plural(one.labelled, _tr("1 new picture"), _tr("{0} new pictures")) if one.labelled else "",
        wording.plural(one.relabelled, _tr("1 label changed"), _tr("{0} labels changed")) if one.relabelled else "",
    ]
    if "recipe" in one.options:
        parts.append(_tr("another recipe"))
    elif one.options:
        parts.append(_tr("other options"))
    return ", ".join(part for part in parts if part)


def summary(found: Rounds) -> str:
    """What the newest round is beside the one before, and how many images tell it."""
    newest = found.rounds[-1]
    told = {
        Trend.BETTER: _tr("The newest is better than the one before."),
        Trend.WORSE: _tr("The newest is worse than the one before."),
        Trend.CANNOT_TELL: _tr("Whether the newest is better than the one before can't be told."),
        None: _tr("Train again, and the change stands here."),
    }[newest.trend]
    on = _tr("All are scored on the same {0} check images, by their current labels.").format(f"{found.check_images:,}")
    if not found.enough:
        on = _tr("All on the same {0} check images, which are too few to tell much.").format(f"{found.check_images:,}")
    return f"{told} {on}"


def left_out(found: Rounds) -> str:
    """Which runs are not among them, and why; "" for none."""
    return (
        wording.plural(
            len(found.left_out),
            _tr("1 run is left out: it had other check images."),
            _tr("{0} runs are left out: they had other check images."),
        )
        if found.left_out
        else ""
    )
