"""Selection and order of the images that a gallery shows.

Loads without NumPy, as `engine.review.reviewed` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.review.reviewed import Reviewed

# Of a confusion matrix: some true classes and some predicted ones by their indices, None for all of them.
Area = tuple[tuple[int, ...] | None, tuple[int, ...] | None]
CONFIDENT, PAIRS, SUSPICIOUS, RANDOM = "confidence", "pairs", "suspicion", "random"
FIXED = (CONFIDENT, RANDOM)  # orders in which another label moves no mistake
MOST_HEADINGS = 1000
_MIXER = 2654435761  # odd, so that no two ids below 2**32 are mixed to the same number


def rows_of(reviewed: Reviewed, area: Area | None, *, decided: bool = False) -> NDArray[np.int64]:
    """Return the images of an area of the confusion matrix (None: all of it) that `belongs` lets through."""
    import numpy as np

    found = belongs(reviewed.labels, reviewed.predicted, reviewed.confirmed, area, decided=decided)
    rows: NDArray[np.int64] = np.flatnonzero(found)
    return rows


def belongs(
    labels: NDArray[np.int64],
    predicted: NDArray[np.int64],
    confirmed: NDArray[np.bool_],
    area: Area | None,
    *,
    decided: bool = False,
) -> NDArray[np.bool_]:
    """Return which images the gallery of an area shows: the mistakes in it, or of a single cell of the diagonal the
    images that were recognised.

    Args:
        labels: (n,) indices of classes; -1 for an image that does not count in scores.
        predicted: (n,) indices of classes.
        confirmed: (n,) whether a person keeps the label: such a mistake is shown with `decided` alone.
    """
    import numpy as np

    right = area is not None and is_right(area)
    found: NDArray[np.bool_] = ((labels == predicted) == right) & (labels >= 0)
    if not right and not decided:
        found &= ~confirmed
    if area is not None:
        for values, class_index in ((labels, area[0]), (predicted, area[1])):
            if class_index is not None:
                found &= np.isin(values, np.array(class_index, np.int64))
    return found


def confirmed_in(reviewed: Reviewed, area: Area | None) -> int:
    """Return the number of mistakes in the area whose label a person has confirmed."""
    rows = rows_of(reviewed, area, decided=True)
    return 0 if area is not None and is_right(area) else int(reviewed.confirmed[rows].sum())


def is_right(area: Area) -> bool:
    """Return whether it is one cell of the diagonal."""
    return area[0] is not None and area[0] == area[1] and len(area[0]) == 1


def ordered(reviewed: Reviewed, rows: NDArray[np.int64], order: str, seed: int = 0) -> NDArray[np.int64]:
    """Return the rows in an order such as `CONFIDENT`; images that were recognised come the least confident first.

    "random" is the same mixture for the same seed: pictures must not jump when one of them gets another label.
    """
    import numpy as np

    from engine.review.evaluation import most_confident_first

    if order == RANDOM:
        return rows[np.argsort((reviewed.image_ids[rows] + seed) * _MIXER % 2**32, kind="stable")]
    confidence, right = reviewed.confidence[rows], reviewed.labels[rows] == reviewed.predicted[rows]
    rows = rows[most_confident_first(np.where(right, -confidence, confidence), reviewed.image_ids[rows])]
    if order == PAIRS:
        pairs = reviewed.labels[rows] * len(reviewed.classes) + reviewed.predicted[rows]
        _, which, counts = np.unique(pairs, return_inverse=True, return_counts=True)
        rows = rows[np.lexsort((pairs, -counts[which]))]  # the last one counts first
    elif order == SUSPICIOUS:
        rows = rows[np.argsort(label_quality(reviewed, rows), kind="stable")]
    return rows


def followed(
    before: Reviewed, rows: Sequence[int], now: Reviewed, found: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """Return `rows` of what was reviewed before as rows of what is reviewed now, in the same order; None where they are
    other images than `found`. Within one run no sorting of tens of thousands is needed for that."""
    import numpy as np

    if before.shares is not now.shares or len(rows) != len(found):
        return None
    own = before.rows[np.array(rows, np.int64)]
    place = np.full(len(now.shares), -1, np.int64)
    place[now.rows[found]] = found
    same = place[own]
    return same if (same >= 0).all() else None


def label_quality(reviewed: Reviewed, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return `suspects.ranking.quality` of each label, low where it is probably wrong.

    Of a mistake the most probable other class is the predicted one, so all of its probabilities need not be looked at.
    """
    import numpy as np

    from engine.review.suspects.ranking import margin_quality, quality

    found = margin_quality(reviewed.label_confidence[rows], reviewed.confidence[rows])
    right = np.flatnonzero(reviewed.labels[rows] == reviewed.predicted[rows])
    if len(right):
        found[right] = quality(reviewed.labels[rows[right]], reviewed.shares[reviewed.rows[rows[right]]])
    return found


def headings(
    reviewed: Reviewed, rows: Sequence[int] | NDArray[np.int64], arrow: str, others: str
) -> list[tuple[str, int]]:
    """Return a heading for each pair of classes among rows in the order "pairs", with the place of its first image.

    The most frequent thousand have a heading of their own; those after them stand under `others`.
    """
    import numpy as np

    if not len(rows):
        return []
    some = np.asarray(rows)
    pairs = reviewed.labels[some] * len(reviewed.classes) + reviewed.predicted[some]
    starts = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])).tolist()
    names, labels, predicted = reviewed.classes, reviewed.labels[some], reviewed.predicted[some]
    found = [(f"{names[labels[at]]}{arrow}{names[predicted[at]]}", at) for at in starts[:MOST_HEADINGS]]
    return [*found, *((others, at) for at in starts[MOST_HEADINGS : MOST_HEADINGS + 1])]
