"""What a network sees of a file: the same pixels in training, validation, review and batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.imaging.decode import Mode, decode, to_array
from engine.imaging.resize import Method, resize

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def load(
    file: Path | bytes, *, size: tuple[int, int], channels: Mode = "rgb", method: Method = "stretch"
) -> npt.NDArray[np.uint8]:
    """The picture in `file` (a path, or its bytes) as uint8 (height, width, 3), or (height, width, 1) for "grey".

    `size` is (width, height).

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
    """
    # Twice the size leaves the filter something to average, so a drafted JPEG looks like a fully decoded one.
    image = decode(file, mode=channels, at_least=2 * max(size))
    return to_array(resize(image, size, method=method))
