"""The one decode of the whole program: a file's bytes to upright 8-bit RGB or grey pixels.

The work is done in a process of its own within limits of time and memory (`decoders`), so that no picture can crash,
hang or fill this one. Loads without numpy, so that the window may show pictures before anything heavy is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from engine.errors import ImageProblem
from engine.imaging.codec import WHITE, Colour, Mode
from engine.imaging.decoders import ask, ask_each
from engine.imaging.question import Question, packed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.imaging.ranges import PixelRange
    from engine.jobs.job import Cancel

__all__ = ["WHITE", "Colour", "Mode", "decode", "decode_array", "measure", "measure_each", "to_array"]


def decode(
    data: bytes | Path,
    *,
    mode: Mode = "rgb",
    background: Colour = WHITE,
    at_least: int | None = None,
    within: int | None = None,
    pixel_range: PixelRange | None = None,
    cancel: Cancel | None = None,
) -> Image.Image:
    """The picture in `data` (a file, or the bytes of one) as a Pillow image of mode "RGB" or "L".

    The format is recognised by content. EXIF orientation is applied; CMYK and palettes are converted; more than 8 bits
    are scaled to 8 by the range of the source that holds the file, else by `pixel_range`, else by what the file
    declares; transparency is laid on `background`; of animations and pages the first is taken.
    With `at_least` a JPEG may be decoded smaller, with both its sides still at least that many pixels.
    `within`: fitted into so many pixels a side, never enlarged.

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
        JobCancelled: `cancel` was set.
    """
    question = Question("decode", mode, background, at_least, within=within, pixel_range=packed(pixel_range))
    answer = ask(question, data, cancel)
    return Image.frombytes("RGB" if mode == "rgb" else "L", answer.size, answer.content)


def measure(file: Path, *, cancel: Cancel | None = None) -> tuple[int, int]:
    """Width and height in pixels of the upright picture, after decoding all of it to be sure that it is whole.

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
        JobCancelled: `cancel` was set.
    """
    return ask(Question("measure"), file, cancel).size


class Measured(NamedTuple):
    """Width and height in pixels; `flat`: a picture of over 8 bits that has one colour, as it is scaled to 8."""

    width: int
    height: int
    flat: bool


def measure_each(files: Sequence[Path], *, cancel: Cancel | None = None) -> list[Measured | ImageProblem]:
    """Do what `measure` does for each file, faster where they are small; a problem in its place.

    Raises:
        JobCancelled: `cancel` was set.
    """
    found = ask_each(Question("measure"), files, cancel)
    return [
        answer if isinstance(answer, ImageProblem) else Measured(*answer.size, bool(answer.content)) for answer in found
    ]


def decode_array(file: Path, *, mode: Mode = "rgb") -> npt.NDArray[np.uint8]:
    """The picture in `file` as a uint8 array (height, width, 3), or (height, width, 1) when grey.

    Raises:
        ImageProblem: it cannot be used; the text is the reason.
    """
    return to_array(decode(file, mode=mode))


def to_array(image: Image.Image) -> npt.NDArray[np.uint8]:
    """A uint8 array (height, width, channels) of an image of mode "RGB" or "L"."""
    import numpy as np

    pixels = np.asarray(image, dtype=np.uint8)
    return pixels if pixels.ndim == 3 else pixels[:, :, np.newaxis]
