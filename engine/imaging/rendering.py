"""Deep values to 8 bits: by the range of their source, or by the one that the file itself shows.

`models/templates/predict.py.txt` does the same for exported models, value by value.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.imaging.ranges import Bands, PixelRange

Values = npt.NDArray[Any]
_ROWS_BYTES = 2**24  # of values that are scaled at once
_SAMPLE = 2**16  # values of a picture
_QUANTILES = 1025
_FLOAT_TOPS = (1.0, 255.0, 65535.0)
_HUGE = 1e30  # such as the lowest number of 32 bits, which stands for no data
_SENTINEL_2 = (12, 13)


class Deep(NamedTuple):
    """The numbers of a picture: height × width, or height × width × bands. `top` is the highest that its file declares,
    None where it declares none; `no_data` stands for no value; in pictures of `white_is_zero` the lowest is white.
    """

    values: Values
    top: float | None = None
    no_data: float | None = None
    white_is_zero: bool = False


def deep_colours(data: bytes, page: int = 1) -> Values | None:
    """Height × width × channels by OpenCV, which keeps 16 bits of each; its own order is blue, green, red. Of a file
    with several pages the one with this number.
    """
    import cv2

    how, buffer = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION, np.frombuffer(data, np.uint8)
    pages: Any = cv2.imdecodemulti(buffer, how, range=(page - 1, page))[1] if page > 1 else [cv2.imdecode(buffer, how)]
    values: Any = pages[0] if len(pages) == 1 else None
    if values is None or values.dtype == np.uint8:
        return None
    if values.ndim == 3 and values.shape[2] >= 3:
        values = values[:, :, [2, 1, 0, *range(3, values.shape[2])]]
    found: Values = values
    return found


def rendered(deep: Deep, pixel_range: PixelRange | None) -> Image.Image:
    """The picture as mode "L" or "RGB". Values without data, and those that are no numbers, are black."""
    values = shown(deep.values, None if pixel_range is None else pixel_range.bands)
    low, high = (
        (pixel_range.low, pixel_range.high) if pixel_range is not None else _own_range(deep._replace(values=values))
    )
    out = np.empty(values.shape, np.uint8)
    rows = max(1, _ROWS_BYTES // max(1, 4 * values[:1].size))
    for start in range(0, len(values), rows):
        some = values[start : start + rows]
        out[start : start + rows] = _scaled(some, low, high, deep)
    return Image.fromarray(out)


def _scaled(values: Values, low: float, high: float, deep: Deep) -> npt.NDArray[np.uint8]:
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = (values.astype(np.float64) - low) * (255.0 / (high - low))
        scaled = np.clip(np.floor(scaled + 0.5), 0, 255)
        if deep.white_is_zero:
            scaled = 255 - scaled
        scaled[~has_data(values, deep.no_data)] = 0
    return scaled.astype(np.uint8)


def has_data(values: Values, no_data: float | None) -> npt.NDArray[np.bool_]:
    found = np.isfinite(values) & (np.abs(values) < _HUGE) if values.dtype.kind == "f" else np.ones(values.shape, bool)
    if no_data is not None:
        found &= values != no_data
    return found


def shown(values: Values, bands: Bands | None) -> Values:
    """The three bands that are shown, height × width × 3; a single band as it is."""
    count = 1 if values.ndim == 2 else values.shape[2]
    if count == 1:
        return values.reshape(values.shape[:2])
    chosen = bands if bands is not None and max(bands) <= count else usual_bands(count)
    return values[:, :, [band - 1 for band in chosen]]


def usual_bands(count: int) -> Bands:
    """Return the bands to show: of two the second in the middle; of the 12 or 13 of Sentinel-2 its red, green and blue;
    else the first three.
    """
    if count == 2:
        return (1, 2, 1)
    return (4, 3, 2) if count in _SENTINEL_2 else (1, 2, 3)


def _own_range(deep: Deep) -> tuple[float, float]:
    """Return the range that the file declares, so that all of a set are scaled alike; else the next usual top, or what
    is used.
    """
    if deep.top is not None:
        return 0.0, deep.top
    data = deep.values[has_data(deep.values, deep.no_data)]
    low, high = (float(data.min()), float(data.max())) if data.size else (0.0, 0.0)
    if low >= 0:
        low, high = 0.0, usual_top(high, whole=deep.values.dtype.kind != "f")
    return (low, high) if high > low else (low, low + 1.0)


def usual_top(high: float, *, whole: bool) -> float:
    """The highest value of the scale that numbers from 0 to `high` are mostly on."""
    return next((top for top in _FLOAT_TOPS[1 if whole else 0 :] if high <= top), high)


class Statistics(NamedTuple):
    """The values of a picture that serve to find the range of its source: values in order, evenly chosen."""

    quantiles: list[float]
    top: float | None
    whole: bool
    bands: int


def statistics(deep: Deep) -> Statistics | None:
    """Return statistics of the values; None where the picture has no data."""
    bands = 1 if deep.values.ndim == 2 else deep.values.shape[2]
    values = shown(deep.values, None).reshape(-1)
    values = values[:: max(1, values.size // _SAMPLE)]
    data = _without_far_lowest(values[has_data(values, deep.no_data)].astype(np.float64))
    if not data.size:
        return None
    found = np.quantile(data, np.linspace(0, 1, min(_QUANTILES, data.size)))
    return Statistics([float(value) for value in found], deep.top, deep.values.dtype.kind != "f", bands)


def _without_far_lowest(data: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the values without a lowest value, such as -9999, that is further from all others than these are from each
    other.
    """
    rest = data[data > data.min()] if data.size else data
    if rest.size and data.min() < 0 and rest.min() - data.min() > 2 * (rest.max() - rest.min()) + 1:
        return rest
    return data
