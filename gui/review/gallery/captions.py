"""Words of the gallery of Review for its images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.review.gallery import is_right
from gui.texts import Texts
from gui.widgets import wording

Gallery = Texts("Gallery")

if TYPE_CHECKING:
    from engine.review.gallery import Area
    from engine.review.reviewed import Reviewed

NAMED = 2  # classes that are named in a title; more are counted


def title(reviewed: Reviewed, area: Area | None, number: int) -> str:
    """Return what an area of the matrix holds, None for all of it."""
    count = wording.number(number)
    if area is None:
        return Gallery.tr("{0} misclassified").format(count)
    true, predicted = (_names(reviewed, some) for some in area)
    if is_right(area):
        return Gallery.tr("{0} recognised as {1}").format(count, true)
    if area[1] is None:
        return Gallery.tr("{0} labelled {1}, misclassified").format(count, true)
    if area[0] is None:
        return Gallery.tr("{0} wrongly predicted {1}").format(count, predicted)
    return Gallery.tr("{0} labelled {1}, predicted {2}").format(count, true, predicted)


def _names(reviewed: Reviewed, some: Sequence[int] | None) -> str:
    if some is None:
        return ""
    return ", ".join(reviewed.classes[i] for i in some) if len(some) <= NAMED else wording.classes(len(some))


def empty_words(reviewed: Reviewed, area: Area | None) -> str:
    """Return why there is no image to show."""
    if area is not None:
        return Gallery.tr("Nothing here: the model made no such mistake.")
    if reviewed.mistakes:
        return Gallery.tr("All mistakes are looked through: you confirmed the labels of those that are left.")
    if len(reviewed.labels) == 1:
        return Gallery.tr("Congratulations: the only image is recognised. More images make a surer test.")
    return Gallery.tr("Congratulations: all {0} are recognised.").format(wording.images(len(reviewed.labels)))


def guess(reviewed: Reviewed, row: int) -> str:
    """Return what was predicted, and how sure the model is."""
    sure = wording.confidence(reviewed.confidence[row])
    return Gallery.tr("predicted {0}, {1} sure").format(reviewed.classes[reviewed.predicted[row]], sure)


def sentence(reviewed: Reviewed, row: int) -> str:
    return Gallery.tr("Labelled {0} ({1}), predicted {2} ({3})").format(
        reviewed.classes[reviewed.labels[row]],
        wording.confidence(reviewed.label_confidence[row]),
        reviewed.classes[reviewed.predicted[row]],
        wording.confidence(reviewed.confidence[row]),
    )


def table(reviewed: Reviewed | None, rows: Sequence[int]) -> list[list[object]]:
    """Return the images as a table."""
    head: list[object] = ["path", "label", "predicted", "confidence", "label probability", "confirmed", "unsure"]
    if reviewed is None:
        return [head]
    body: list[list[object]] = [
        [
            str(reviewed.file(row)),
            reviewed.classes[reviewed.labels[row]],
            reviewed.classes[reviewed.predicted[row]],
            round(float(reviewed.confidence[row]), 6),
            round(float(reviewed.label_confidence[row]), 6),
            int(reviewed.confirmed[row]),
            int(reviewed.unsure[row]),
        ]
        for row in rows
    ]
    return [head, *body]
