"""The pixels of a file as a network sees them: the same pixels in training, validation, review and batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ImageProblem
from engine.imaging.codec import Mode
from engine.imaging.decoders import ask_each
from engine.imaging.question import Question, packed
from engine.imaging.resize import Method

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.imaging.ranges import PixelRange
    from engine.jobs.job import Cancel


def load(
    file: Path | bytes,
    *,
    size: tuple[int, int],
    channels: Mode = "rgb",
    method: Method = "stretch",
    pixel_range: PixelRange | None = None,
    cancel: Cancel | None = None,
) -> npt.NDArray[np.uint8]:
    """The picture in `file` (a path, or its bytes) as uint8 (height, width, 3), or (height, width, 1) for "grey".

    `size` is (width, height). `pixel_range` is that of deep pictures in no source that has one of its own.

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
        JobCancelled: `cancel` was set.
    """
    (found,) = load_each([file], size=size, channels=channels, method=method, pixel_range=pixel_range, cancel=cancel)
    if isinstance(found, ImageProblem):
        raise found
    return found


def load_each(
    files: Sequence[Path | bytes],
    *,
    size: tuple[int, int],
    channels: Mode = "rgb",
    method: Method = "stretch",
    pixel_range: PixelRange | None = None,
    cancel: Cancel | None = None,
) -> list[npt.NDArray[np.uint8] | ImageProblem]:
    """Do what `load` does for each picture, faster where they are small; a problem in its place.

    Raises:
        JobCancelled: `cancel` was set.
    """
    import numpy as np

    # Twice the size leaves the filter something to average, so a drafted JPEG looks like a fully decoded one.
    question = Question(
        "decode", channels, at_least=2 * max(size), size=size, method=method, pixel_range=packed(pixel_range)
    )
    shape = (size[1], size[0], question.channels)
    return [
        answer if isinstance(answer, ImageProblem) else np.frombuffer(answer.content, np.uint8).reshape(shape)
        for answer in ask_each(question, files, cancel)
    ]
