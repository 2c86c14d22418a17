"""What a network sees of a file: the same pixels in training, validation, review and batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.imaging.codec import Mode
from engine.imaging.decoders import ask
from engine.imaging.question import Question
from engine.imaging.resize import Method

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.jobs.job import Cancel


def load(
    file: Path | bytes,
    *,
    size: tuple[int, int],
    channels: Mode = "rgb",
    method: Method = "stretch",
    cancel: Cancel | None = None,
) -> npt.NDArray[np.uint8]:
    """The picture in `file` (a path, or its bytes) as uint8 (height, width, 3), or (height, width, 1) for "grey".

    `size` is (width, height).

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
        JobCancelled: `cancel` was set.
    """
    import numpy as np

    # Twice the size leaves the filter something to average, so a drafted JPEG looks like a fully decoded one.
    question = Question("decode", channels, at_least=2 * max(size), size=size, method=method)
    content = ask(question, file, cancel).content
    return np.frombuffer(content, np.uint8).reshape(size[1], size[0], question.channels)
