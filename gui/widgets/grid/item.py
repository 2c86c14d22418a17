"""Content of a cell of the thumbnail grid."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class GridItem:
    """A cell. `badge` is the colour of the class or None; `mark` is "", "correct", "wrong" or "problem".

    `signs` are drawn on the picture: "u" accepted unseen, "?" unsure, "-" excluded from training, "n" has a note.
    `ghost` is a suggested label in place of the caption, with how sure it is (0 to 1) in `ghost_share`. `bars` are
    shares (0 to 1) by name, for painters that show them.
    """

    key: Hashable
    file: Path
    size_bytes: int
    modified_ns: int
    caption: str
    sub: str = ""
    badge: QColor | None = None
    mark: str = ""
    signs: str = ""
    ghost: str = ""
    ghost_share: float = 0.0
    bars: tuple[tuple[str, float, QColor | None], ...] = ()
