"""What a round is called, what changed in it, and whether it is better than the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.figures import in_percent
from engine.statistics import Trend
from gui.texts import Texts
from gui.widgets import wording
from gui.widgets.charts import scales

RoundsWords = Texts("RoundsWords")

if TYPE_CHECKING:
    from engine.review.rounds import Round, Rounds


def trend(found: Trend | None) -> str:
    """With a sign, so that colour alone tells nothing."""
    words = {
        Trend.BETTER: RoundsWords.tr("▲ better"),
        Trend.WORSE: RoundsWords.tr("▼ worse"),
        Trend.CANNOT_TELL: RoundsWords.tr("≈ can't tell"),
    }
    return "" if found is None else words[found]


def interval(one: Round) -> str:
    return RoundsWords.tr("{0} to {1}").format(in_percent(one.low), scales.percent(one.high))


def changed(one: Round) -> str:
    """What changed since the round before: labels, and what it was trained with; "" of the first."""
    if one.trend is None:
        return ""
    parts = [
        RoundsWords.tr("%Ln new picture(s)", None, one.labelled) if one.labelled else "",
        RoundsWords.tr("%Ln label(s) changed", None, one.relabelled) if one.relabelled else "",
    ]
    if "recipe" in one.options:
        parts.append(RoundsWords.tr("another recipe"))
    elif one.options:
        parts.append(RoundsWords.tr("other options"))
    return ", ".join(part for part in parts if part)


def summary(found: Rounds) -> str:
    """What the newest round is beside the one before, and how many images tell it."""
    newest = found.rounds[-1]
    told = {
        Trend.BETTER: RoundsWords.tr("The newest is better than the one before."),
        Trend.WORSE: RoundsWords.tr("The newest is worse than the one before."),
        Trend.CANNOT_TELL: RoundsWords.tr("Whether the newest is better than the one before can't be told."),
        None: RoundsWords.tr("Train again, and the change stands here."),
    }[newest.trend]
    on = RoundsWords.tr("All are scored on the same {0} check images, by their current labels.").format(
        wording.number(found.check_images)
    )
    if not found.enough:
        on = RoundsWords.tr("All on the same {0} check images, which are too few to tell much.").format(
            wording.number(found.check_images)
        )
    return f"{told} {on}"


def left_out(found: Rounds) -> str:
    """Which runs are not among them, and why; "" for none."""
    return (
        RoundsWords.tr("%Ln run(s) are left out: they had other check images.", None, len(found.left_out))
        if found.left_out
        else ""
    )
