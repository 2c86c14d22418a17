"""The counts of a confusion matrix, what of them is shown, and as a picture where its cells are too small to be drawn
one by one. Loads without numpy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QImage

from engine.figures import in_percent
from gui.theme import Theme, mix
from gui.widgets import wording

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COUNTS, OF_TRUE, OF_PREDICTED = "counts", "true", "predicted"
_STRONGEST = 0.95  # of a colour, in a cell that holds all of its class
_SHADES = 256


class Matrix:
    """`names` and `counts` (rows by true class) as given. `order` are the classes that are shown, in their order; rows
    and columns of the picture are places in it."""

    def __init__(self, names: Sequence[str] = (), counts: object = ()) -> None:
        self.names = list(names)
        self.units = COUNTS
        self.order: list[int] = list(range(len(self.names)))
        self.place: dict[int, int] = {c: c for c in self.order}
        self.largest = self.right = 0
        self.true_totals: list[int] = []
        self.predicted_totals: list[int] = []
        self._pictures: dict[tuple[bool, bool, int], QImage] = {}
        if not self.names:
            return
        import numpy as np

        self.counts: NDArray[np.int64] = np.asarray(counts, np.int64)
        self.true_totals = self.counts.sum(axis=1).tolist()
        self.predicted_totals = self.counts.sum(axis=0).tolist()
        self.largest, self.right = int(self.counts.max()), int(self.counts.trace())

    def __len__(self) -> int:
        """Return how many classes are shown."""
        return len(self.order)

    def show_classes(self, order: Sequence[int]) -> None:
        """Show these classes in this order."""
        self.order = [int(c) for c in order]
        self.place = {c: at for at, c in enumerate(self.order)}
        self._pictures.clear()

    def set_units(self, units: str) -> None:
        self.units = units
        self._pictures.clear()

    def count(self, row: int, column: int) -> int:
        return int(self.counts[row, column])

    def total(self, row: int, column: int) -> int:
        """Return the images of which a cell is a share: those of its true class, or of the predicted one."""
        return self.predicted_totals[column] if self.units == OF_PREDICTED else self.true_totals[row]

    def share(self, row: int, column: int) -> float:
        """Return the share of a cell, 0 to 1."""
        total = self.total(row, column)
        return self.count(row, column) / total if total else 0.0

    def text(self, row: int, column: int) -> str:
        count = self.count(row, column)
        if not count:
            return ""
        if self.units == COUNTS:
            return wording.number(count)
        share = self.share(row, column)
        return in_percent(share, 0 if share >= 0.1 else 1)

    def widest(self) -> str:
        """The longest text that a cell can have."""
        if self.units == COUNTS:
            return wording.number(self.largest)
        return "99.9" if len(self.names) > 1 else "100"

    def rows(self, corner: str) -> list[list[object]]:
        """Return what is shown as a table with names in its first row and column: counts, or shares from 0 to 1."""
        names = [self.names[c] for c in self.order]
        head: list[object] = [corner, *names]
        shown = self._shown().tolist() if self.names else []
        return [head, *([name, *line] for name, line in zip(names, shown, strict=True))]

    def _shown(self) -> NDArray[np.int64] | NDArray[np.float64]:
        """The classes that are shown: their counts, or shares rounded to six digits."""
        import numpy as np

        some = np.array(self.order, np.int64)
        counts = self.counts[np.ix_(some, some)]
        return counts if self.units == COUNTS else self._shares().astype(np.float64).round(6)

    def _shares(self) -> NDArray[np.float32]:
        import numpy as np

        if self.units == OF_PREDICTED:
            totals = np.array(self.predicted_totals, np.float32)[None, :]
        else:
            totals = np.array(self.true_totals, np.float32)[:, None]
        shares = np.divide(self.counts, np.maximum(totals, 1), dtype=np.float32)
        if self.order == list(range(len(self.names))):
            return shares
        some = np.array(self.order, np.int64)
        return shares[some[:, None], some]

    def fill(self, theme: Theme, row: int, column: int) -> QColor:
        """The surface tinted with right (diagonal) or wrong; the root makes rare mistakes visible."""
        if not self.counts[row, column]:
            return empty(theme)
        strength = self.share(row, column) ** 0.5
        return mix(theme.surface, theme.accent if row == column else theme.negative, strength * _STRONGEST)

    def picture(self, theme: Theme, block: int) -> QImage:
        """A pixel for each cell, or for each `block` by `block` cells: the strongest of them."""
        key = (theme.dark, theme.high_contrast, block)
        if key not in self._pictures:
            self._pictures[key] = self._made(theme, block)
        return self._pictures[key]

    def _made(self, theme: Theme, block: int) -> QImage:
        """Return the shares in single precision and with as few passes as there can be: this happens while a person
        waits for a frame.
        """
        import numpy as np

        shares = self._shares()
        right, n = shares.diagonal().copy(), len(shares)
        np.fill_diagonal(shares, 0)
        if block > 1:
            over = -n % block
            right = np.pad(right, (0, over)).reshape(-1, block).max(axis=1)
            shares = np.pad(shares, ((0, over), (0, over))) if over else shares
            shares = np.maximum.reduce([shares[i::block] for i in range(block)])
            shares = np.maximum.reduce([shares[:, i::block] for i in range(block)])
        pixels = _ramp(theme, theme.negative)[_shades(shares)]
        own = np.arange(len(shares))
        shown = right >= shares[own, own]
        pixels[own[shown], own[shown]] = _ramp(theme, theme.accent)[_shades(right)][shown]
        side = len(pixels)
        return QImage(pixels.tobytes(), side, side, 4 * side, QImage.Format.Format_RGB32).copy()


def empty(theme: Theme) -> QColor:
    """The colour of a cell without an image."""
    return mix(theme.surface, theme.grid, 1.0 if theme.high_contrast else 0.4)


def _shades(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    """0 for none, from 1 on for the root of the share."""
    import numpy as np

    shades: NDArray[np.uint8] = np.ceil(np.sqrt(shares) * np.float32(_SHADES - 1)).astype(np.uint8)
    return shades


def _ramp(theme: Theme, colour: QColor) -> NDArray[np.uint32]:
    """The colour of each shade, as Qt keeps it."""
    return _ramp_of(theme.surface.rgb(), empty(theme).rgb(), colour.rgb())


@lru_cache(maxsize=8)
def _ramp_of(surface: int, empty_colour: int, colour: int) -> NDArray[np.uint32]:
    """Kept: mixing the shades takes longer than all else of a picture of a thousand classes."""
    import numpy as np

    ground, full = QColor.fromRgb(surface), QColor.fromRgb(colour)
    tints = (mix(ground, full, (i - 1) / (_SHADES - 2) * _STRONGEST) for i in range(1, _SHADES))
    return np.array([empty_colour, *(tint.rgb() for tint in tints)], np.uint32)
