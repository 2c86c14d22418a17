"""An image in a batch, before and after a model has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Item(NamedTuple):
    """An image of a source. `path` names it in all results.

    `data` holds its bytes if it came out of an archive; `problem` says why it cannot even be read.
    """

    path: str
    data: bytes | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ImageResult:
    """The result for one image: a problem, or probabilities.

    `top` are its most probable classes with their probabilities, highest first; `probabilities` float32 (classes,) in
    the order of the model's classes. `unsure`: the highest stays below the threshold that was asked for, and the image
    is not `unlike` the others. `label` is the class that a person gave it who looked at the result. `novelty` is above
    1 where the image is unlike anything the model was trained on; None where the model does not tell.
    """

    path: str
    top: tuple[tuple[str, float], ...] = ()
    probabilities: NDArray[np.float32] | None = None
    unsure: bool = False
    problem: str | None = None
    item: Item | None = None
    label: str | None = None
    novelty: float | None = None

    @property
    def unlike(self) -> bool:
        """Return whether it is unlike anything that the model was trained on, and no person has said what it is."""
        return self.novelty is not None and self.novelty > 1 and self.label is None

    @property
    def class_name(self) -> str:
        return self.top[0][0] if self.top else ""

    @property
    def confidence(self) -> float:
        return self.top[0][1] if self.top else 0.0
