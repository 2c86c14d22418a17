"""Content of a cell of the thumbnail grid."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from engine.library.records import ImageRecord


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
    ghost_share: float | None = None
    bars: tuple[tuple[str, float, QColor | None], ...] = ()

    @classmethod
    def of(cls, record: ImageRecord, caption: str, **more: Any) -> GridItem:
        """Return the cell of an image of the project; `more` are the fields from `sub` on."""
        return cls(record.id, record.file, record.size_bytes, record.modified_ns, caption, **more)


def signs_of(record: ImageRecord) -> str:
    """Return the signs of what is marked of an image."""
    signs = (("u", record.unseen), ("?", record.unsure), ("-", record.excluded), ("n", record.note))
    return "".join(sign for sign, on in signs if on)
