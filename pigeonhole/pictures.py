"""The pictures of a table, side by side in a notebook."""

from __future__ import annotations

import base64
import io
from html import escape
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ImageProblem, UsageError
from engine.imaging.thumbnails import thumbnail

if TYPE_CHECKING:
    import pandas as pd

SIDE = 144  # pixels
# Columns of the tables of this package that say something about a picture, in the order in which they stand below it.
_TOLD = ("label", "predicted", "class", "confidence", "probability", "problem")


class Pictures:
    """Shown by a notebook as pictures with their names and classes. They are inside the page: nothing is loaded."""

    def __init__(self, rows: list[dict[str, Any]], left_out: int) -> None:
        self._rows, self._left_out = rows, left_out

    def __repr__(self) -> str:
        return f"<{len(self._rows)} pictures>"

    def _repr_html_(self) -> str:
        more = f"<p>and {self._left_out:,} more</p>" if self._left_out else ""
        return f'<div style="display:flex;flex-wrap:wrap;gap:12px">{"".join(map(_figure, self._rows))}</div>{more}'


def show(table: pd.DataFrame, most: int = 24) -> Pictures:
    """Show the pictures of a table with a column `path`, such as those that `mistakes`, `predict` or `images` return.

    Args:
        most: how many of them, from the first row on.

    Raises:
        pigeonhole.Error: there is no column `path`.
    """
    if "path" not in table.columns:
        names = ", ".join(map(str, table.columns))
        raise UsageError(f"Expected a table with a column path, found the columns {names}.")
    rows: list[Any] = table.head(most).to_dict("records")
    return Pictures(rows, len(table) - len(rows))


def _figure(row: dict[str, Any]) -> str:
    path = Path(str(row["path"]))
    told = "<br>".join(escape(_words(name, row[name])) for name in _TOLD if _is_told(row.get(name)))
    caption = f'<div style="font-size:12px;overflow-wrap:anywhere"><b>{escape(path.name)}</b><br>{told}</div>'
    return f'<div style="width:{SIDE}px" title="{escape(str(path))}">{_picture(path)}{caption}</div>'


def _picture(path: Path) -> str:
    try:
        facts = path.stat()
        image = thumbnail(path, side=SIDE, size_bytes=facts.st_size, modified_ns=facts.st_mtime_ns)
    except (OSError, ImageProblem) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return f'<div style="height:{SIDE}px;font-size:12px">{escape(reason or "cannot be read")}</div>'
    data = io.BytesIO()
    image.save(data, "PNG")
    encoded = base64.b64encode(data.getvalue()).decode("ascii")
    return f'<img style="height:{SIDE}px;object-fit:contain" alt="" src="data:image/png;base64,{encoded}">'


def _is_told(value: Any) -> bool:
    """Whether it is neither None nor empty nor what pandas has in the place of a missing number."""
    return value is not None and value != "" and not (isinstance(value, float) and isnan(value))


def _words(name: str, value: Any) -> str:
    return f"{name} {value:.1%}" if isinstance(value, float) else f"{name} {value}"
