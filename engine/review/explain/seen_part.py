"""The part of a picture that a model sees."""

from __future__ import annotations

from engine.imaging.resize import Method, fit

Place = tuple[float, float, float, float]  # left, top, width, height, as shares of the picture's sides


def seen_part(size: tuple[int, int], into: tuple[int, int], method: Method) -> Place:
    """The place of what `resize` makes of a picture of `size` for an input of `into`, both (width, height).

    All of the picture for "stretch", its middle for "crop"; for "letterbox" more than the picture, with the borders.
    """
    if method == "crop":
        scale = min(size[0] / into[0], size[1] / into[1])
        width, height = into[0] * scale / size[0], into[1] * scale / size[1]
        return (1 - width) / 2, (1 - height) / 2, width, height
    if method == "letterbox":
        inner = fit(size, into)
        left, top = ((into[i] - inner[i]) // 2 for i in (0, 1))
        return -left / inner[0], -top / inner[1], into[0] / inner[0], into[1] / inner[1]
    return 0.0, 0.0, 1.0, 1.0
