"""Questions to a decoder process, its answers, and how both travel through pipes.

A question: `QUESTION` (lengths of what follows), the question as JSON, the path of a file, the bytes of a picture; one
of the last two is empty. An answer: `ANSWER` (its kind, width, height, bytes that follow) and its content. Answers come
from a process that has read a stranger's file, so they are numbers, text and pixels: nothing in them is ever run.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from engine.imaging.codec import WHITE, Colour, Mode
from engine.imaging.ranges import PixelRange
from engine.imaging.resize import Method

QUESTION = struct.Struct("<IIQ")
ANSWER = struct.Struct("<cIIQ")

READY = b"+"  # said once, after the start
PICTURE, SIZE, VALUES, PROBLEM = b"p", b"s", b"v", b"!"
LONGEST_PROBLEM = 4096  # bytes


Packed = tuple[float, float, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a picture; `decode.decode` and `pixels.load` say what the fields mean."""

    operation: Literal["decode", "measure", "values", "statistics"]
    mode: Mode = "rgb"
    background: Colour = WHITE
    at_least: int | None = None
    within: int | None = None
    size: tuple[int, int] | None = None
    method: Method = "stretch"
    pixel_range: Packed | None = None

    @property
    def channels(self) -> int:
        return 3 if self.mode == "rgb" else 1


def packed(found: PixelRange | None) -> Packed | None:
    """A range as it travels: bands and page are 0 where there are none."""
    return None if found is None else (found.low, found.high, *(found.bands or (0, 0, 0)), found.page or 0)


def unpacked(question: Question) -> PixelRange | None:
    """The range of a question."""
    if question.pixel_range is None:
        return None
    low, high, red, green, blue, page = question.pixel_range
    return PixelRange(low, high, (red, green, blue) if red else None, page or None)


class Answer(NamedTuple):
    """The size of a picture (width, height), and its pixels row by row or the bytes of a `.npy` file."""

    size: tuple[int, int]
    content: bytearray


@lru_cache(256)
def encoded(question: Question) -> bytes:
    return json.dumps(asdict(question)).encode()


@lru_cache(256)
def decoded(text: bytes) -> Question:
    fields: dict[str, Any] = json.loads(text)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}  # no tuples in JSON
    return Question(**values)
