"""The numbers that a file really holds where they are more than 8 bits: to be read off, never to train on.

Everything else in the program sees the 8-bit pixels of `decode`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.errors import ImageProblem
from engine.files import open_regular, read_regular
from engine.imaging.decoders import ask
from engine.imaging.limits import PIXELS
from engine.imaging.question import Question
from engine.jobs.job import Cancel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Values = npt.NDArray[np.generic]

_ORIENTATION_TAG = 0x0112
_QUARTERS = {3: 2, 6: 3, 8: 1}  # against the clock
_LARGEST = 2**30  # bytes of a file that is read a second time for this


def deep_values(file: Path, *, cancel: Cancel | None = None) -> Values | None:
    """Height × width, or height × width × channels (red first), of the upright picture in `file`, in its own numbers.

    None where it has no more than 8 bits, or cannot be read; `decode` tells why.

    Raises:
        JobCancelled: `cancel` was set.
    """
    import io

    import numpy as np

    try:
        content = ask(Question("values"), file, cancel).content
        return np.load(io.BytesIO(content), allow_pickle=False) if content else None
    except (ImageProblem, ValueError):
        return None


def values_here(file: Path) -> Values | None:
    """What `deep_values` says, in this process and without limits: for `decoder_process`."""
    try:
        # A stream, not a path: of a path Pillow maps the pixels and forgets to turn them.
        with open_regular(file) as stream, Image.open(stream) as image:
            if not _is_deep(image) or image.width * image.height > PIXELS or file.stat().st_size > _LARGEST:
                return None
            if not image.mode.startswith(("I", "F")):
                return _upright(_colours(file), image)
            image.load()  # before its size and its tag are asked for: Pillow turns TIFF files as it loads them
            return _upright(_one_channel(image), image)
    except Exception:  # hostile files make decoders raise anything
        return None


def _is_deep(image: Image.Image) -> bool:
    """By the mode, or by how the file's pixels are packed: Pillow opens 16-bit colours as 8-bit ones."""
    tiles = getattr(image, "tile", None)
    packed = tiles[0].args if tiles else ""
    words = packed if isinstance(packed, str) else str(packed[0]) if isinstance(packed, tuple) and packed else ""
    return image.mode.startswith(("I", "F")) or ";16" in words


def _one_channel(image: Image.Image) -> Values:
    import numpy as np

    return np.array(image)


def _colours(file: Path) -> Values | None:
    """By OpenCV, which keeps 16 bits of each colour; its own order is blue, green, red."""
    import cv2
    import numpy as np

    found: Any = cv2.imdecode(np.frombuffer(read_regular(file), np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.dtype == np.uint8:
        return None
    values: Values = found
    if found.ndim == 3 and found.shape[2] >= 3:
        values = found[:, :, [2, 1, 0, *range(3, found.shape[2])]]
    return values


def _upright(values: Values | None, image: Image.Image) -> Values | None:
    """As the EXIF tag says: the numbers are those of `decode`'s transpositions."""
    import numpy as np

    if values is None:
        return None
    orientation = int(image.getexif().get(_ORIENTATION_TAG, 1))
    flipped = {2: np.fliplr, 4: np.flipud, 5: lambda v: np.swapaxes(v, 0, 1), 7: lambda v: np.rot90(np.fliplr(v))}
    turn = flipped.get(orientation) or (lambda v: np.rot90(v, _QUARTERS.get(orientation, 0)))
    turned: Values = turn(values)
    return turned
