"""The values of a file with more than 8 bits, to be read off under the mouse, never to train on.

Everything else in the program sees the 8-bit pixels of `decode`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from engine.errors import ImageProblem
from engine.files import open_regular
from engine.imaging.codec import deep_of, has_deep_colours, is_deep, open_picture
from engine.imaging.decoders import ask
from engine.imaging.question import Question
from engine.imaging.signatures import SIGNATURE_BYTES
from engine.jobs.job import Cancel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.imaging.rendering import Deep

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


def values_here(file: Path, page: int = 1) -> Values | None:
    """Do what `deep_values` says, in this process and without limits: for `decoder_process`."""
    deep = deep_here(file, page)
    return None if deep is None else deep.values


def statistics_here(file: Path, page: int = 1) -> bytes:
    """Return the statistics that the range of a source is found by, as JSON (`rendering.Statistics`); nothing for
    pictures of 8 bits.
    """
    import json

    from engine.imaging.rendering import statistics

    deep = deep_here(file, page)
    found = None if deep is None else statistics(deep)
    return b"" if found is None else json.dumps(found).encode()


def deep_here(file: Path, page: int = 1) -> Deep | None:
    """The upright picture with its numbers, of files with several pages this one; None where it has no more than 8
    bits, or cannot be read.
    """
    from engine.imaging.rendering import Deep, deep_colours

    try:
        if file.stat().st_size > _LARGEST:
            return None
        # A stream, not a path: of a path Pillow maps the pixels and forgets to turn them.
        with open_regular(file) as stream, open_picture(stream, stream.read(SIGNATURE_BYTES), page) as found:
            if isinstance(found, Deep):
                return found
            if has_deep_colours(found):
                stream.seek(0)
                values = deep_colours(stream.read(), found.tell() + 1)
                return None if values is None else Deep(_upright(values, found), 65535.0)
            if not is_deep(found):
                return None
            found.load()  # before its size and its tag are asked for: Pillow turns TIFF files as it loads them
            deep = deep_of(found)
            return deep._replace(values=_upright(deep.values, found))
    except Exception:  # hostile files make decoders raise anything
        return None


def _upright(values: Values, image: Image.Image) -> Values:
    """Turn pixels as the EXIF tag says: the numbers are those of `decode`'s transpositions."""
    import numpy as np

    orientation = int(image.getexif().get(_ORIENTATION_TAG, 1))
    flipped = {2: np.fliplr, 4: np.flipud, 5: lambda v: np.swapaxes(v, 0, 1), 7: lambda v: np.rot90(np.fliplr(v))}
    turn = flipped.get(orientation) or (lambda v: np.rot90(v, _QUARTERS.get(orientation, 0)))
    turned: Values = turn(values)
    return turned
