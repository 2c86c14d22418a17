"""Names of what is reviewed: splits, filters, runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.figures import are_few, interval
from engine.figures import share as share_of
from engine.review.reviewed import ALL, FILTER, TEST, VALIDATION
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.figures import interval
from engine.review.reviewed import LeftOut, Reviewed
from gui.texts import Texts

ReviewWords = Texts("ReviewWords")


def scope(name: str) -> str:
    """Return a scope as the box of what is reviewed lists it."""
    return {
        TEST: ReviewWords.tr("Test split"),
        VALIDATION: ReviewWords.tr("Check images"),
        ALL: ReviewWords.tr("Validation and test"),
        FILTER: ReviewWords.tr("Filter of the Library"),
    }[name]


def summary(reviewed: Reviewed) -> str:
    """Return accuracy, images and mistakes in one line."""
    images, mistakes = len(reviewed.labels), reviewed.mistakes
    sentence = wording.of_images(images - mistakes, images)
    missed = ReviewWords.tr("{0} misclassified").format(wording.number(mistakes))
    if are_few(images):
        right = ReviewWords.tr("{0} right").format(sentence)
        return f"{right}  ·  {missed}"
    right = ReviewWords.tr("{0} right").format(share_of(reviewed.accuracy, images, 2))
    return f"{right} ({interval(reviewed.accuracy, images)})  ·  {sentence}  ·  {missed}"


def left_out(found: LeftOut) -> str:
    """Return how many were asked for and are not scored, and why in a word; "" for none."""
    if not found.total:
        return ""
    parts = (
        (found.learnt, ReviewWords.tr("{0} learnt from")),
        (found.unlabelled, ReviewWords.tr("{0} not labelled")),
        (found.excluded, ReviewWords.tr("{0} excluded")),
        (found.unseen, ReviewWords.tr("{0} accepted unseen")),
        (len(found.unpredicted), ReviewWords.tr("{0} not predicted")),
    )
    why = ", ".join(words.format(wording.number(count)) for count, words in parts if count)
    return ReviewWords.tr("Left out: {0}").format(why)


def left_out_reasons(found: LeftOut) -> str:
    """Return why images are left out, a line each."""
    reasons = (
        (found.learnt, ReviewWords.tr("the run learnt from them: they would flatter it")),
        (found.unlabelled, ReviewWords.tr("they have no label")),
        (found.excluded, ReviewWords.tr("they are excluded")),
        (found.unseen, ReviewWords.tr("nobody has looked at their labels yet")),
        (len(found.unpredicted), ReviewWords.tr("they have no prediction of this run yet")),
    )
    return "\n".join(f"{wording.images(count)}: {why}" for count, why in reasons if count)
