"""The range of values from which to which deep pictures (over 8 bits, or of other bands than red, green, blue) go to
black and white.

One range for each source, so that its pictures can be compared. It stands in the project, and a process knows it once
it has opened that; why: `docs/decisions/0018-one-range-for-the-deep-pictures-of-a-source.md`. Loads without numpy.
"""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from engine.language import _
from engine.records import build, parse

Bands = tuple[int, int, int]
MOST_BANDS = 1000
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class PixelRange:
    """`low` becomes black and `high` white. `bands` are shown as red, green and blue, from 1; None: the usual ones.
    `page` is the one that is shown of files with several, from 1; None: the first.
    """

    low: float
    high: float
    bands: Bands | None = None
    page: int | None = None

    def __str__(self) -> str:
        """Return the range for people, such as "290.25 to 303.6, bands 4, 3, 2"."""
        shown = [_("{low:.6g} to {high:.6g}").format(low=self.low, high=self.high)]
        if self.bands is not None:
            shown.append(_("bands {bands}").format(bands=", ".join(map(str, self.bands))))
        if self.page is not None:
            shown.append(_("page {page}").format(page=self.page))
        return ", ".join(shown)

    def to_text(self) -> str:
        """Return the range as the store and model files have it; `from_text` reads it."""
        page = [] if self.page is None else [self.page]  # older programs know three values
        return json.dumps([self.low, self.high, self.bands, *page])


def from_text(text: str | None) -> PixelRange | None:
    """Return the range that `to_text` wrote; None for anything else."""
    try:
        found = parse(text or "")
        if isinstance(found, list) and len(found) == 4:
            return checked(*build(tuple[float, float, Bands | None, int], found))
        return checked(*build(tuple[float, float, Bands | None], found))
    except ValueError:
        return None


def checked(low: float, high: float, bands: object = None, page: int | None = None) -> PixelRange:
    """Raise ValueError where these are no range."""
    low, high = float(low), float(high)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"expected a lower and a higher number, found {low:g} and {high:g}")
    if page is not None and not 1 <= page <= MOST_PAGES:
        raise ValueError(f"expected a page from 1 to {MOST_PAGES:,}, found {page:,}")
    if bands is None:
        return PixelRange(low, high, page=page)
    if not isinstance(bands, list | tuple) or len(bands) != 3 or not all(_is_band(band) for band in bands):
        raise ValueError(f"expected three bands such as 3, 2, 1, found {bands!r}")
    red, green, blue = bands
    return PixelRange(low, high, (red, green, blue), page)


def _is_band(band: object) -> bool:
    return isinstance(band, int) and not isinstance(band, bool) and 1 <= band <= MOST_BANDS


def know(found: Mapping[str, PixelRange | None]) -> None:
    """Decode what lies in these folders (absolute paths) by these ranges from now on, in the whole process.

    Of two projects with the same folder the one that was opened last says how.
    """
    with _lock:
        _known.update({f"{folder.rstrip(os.sep)}{os.sep}": pixel_range for folder, pixel_range in found.items()})
        places = ((folder, pixel_range) for folder, pixel_range in _known.items() if pixel_range is not None)
        _innermost_first[:] = sorted(places, key=lambda place: -len(place[0]))


def range_of(file: str) -> PixelRange | None:
    """The range of the innermost source that holds the file at an absolute path; None where none has a range."""
    return next((found for folder, found in _innermost_first if file.startswith(folder)), None)


_lock = threading.Lock()
_known: dict[str, PixelRange | None] = {}
_innermost_first: list[tuple[str, PixelRange]] = []
