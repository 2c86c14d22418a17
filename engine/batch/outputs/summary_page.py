"""A page to look over a batch: how the predictions are distributed, and a sheet of sample images for each class."""

from __future__ import annotations

import base64
import heapq
import io
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.batch.items import ImageResult
from engine.colours import DARK, LIGHT, css
from engine.errors import EngineError, ImageProblem, UsageError
from engine.figures import confidence
from engine.files import system_reason
from engine.imaging.decode import decode
from engine.language import _
from engine.models.atomic import write_text

_TILES = 600  # on the whole page, so that a thousand classes do not make it unreadable
_MOST, _FEWEST = 12, 3  # images on the sheet of a class
_DOUBTFUL = 24
_PROBLEMS = 50
_SIDE = 128  # pixels
_BINS = 20


@dataclass(frozen=True, slots=True, order=True)
class _Tile:
    """An image on a sheet; `order` decides which stay."""

    order: float
    name: str = field(compare=False)
    caption: str = field(compare=False)
    picture: str = field(compare=False)  # a data URI, or nothing


class SummaryPage:
    """Collects while a batch runs: a fixed number of tiles, whatever the number of images."""

    def __init__(self, path: Path, classes: Sequence[str]) -> None:
        self.path = path
        self._each = max(_FEWEST, min(_MOST, _TILES // max(1, len(classes))))
        self._random = random.Random(0)  # noqa: S311  # the same sheets for the same input
        self._samples: dict[str, list[_Tile]] = {}
        self._doubtful: list[_Tile] = []
        self._problems: list[tuple[str, str]] = []
        self._classes = tuple(classes)
        self._unsure: Counter[str] = Counter()
        self._unlike: Counter[str] = Counter()
        self._bins = [0] * _BINS

    def add(self, rows: Sequence[ImageResult]) -> None:
        for row in rows:
            if row.problem is not None:
                if len(self._problems) < _PROBLEMS:
                    self._problems.append((row.path, row.problem))
                continue
            self._count(row)
            self._keep(row)

    def resumed(self, row: ImageResult) -> None:
        """Count a row from before: it counts, and is on no sheet."""
        if row.problem is None:
            self._count(row)

    def write(self, counts: Mapping[str, Any], model: str, sources: Sequence[str]) -> None:
        """Write the page.

        Raises:
            EngineError: the place cannot be written.
        """
        from jinja2 import Environment, FileSystemLoader

        folder = Path(__file__).parent.parent / "templates"
        page = Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)
        most = max(counts["classes"].values(), default=1)
        classes = [
            {
                "name": name,
                "count": count,
                "share": count / max(1, counts["images"]),
                "width": 100 * count / most,
                "unsure": self._unsure[name],
                "unlike": self._unlike[name],
                "tiles": sorted(self._samples.get(name, []), key=lambda tile: tile.name),
            }
            for name, count in counts["classes"].items()
        ]
        page.globals |= {"css": css, "light": LIGHT, "dark": DARK}
        text = page.get_template("summary.html").render(
            counts=counts,
            classes=classes,
            absent=[name for name in self._classes if name not in counts["classes"]],
            doubtful=sorted(self._doubtful, reverse=True),
            problems=self._problems,
            bins=[
                {"low": i / _BINS, "count": n, "height": 100 * n / max(1, *self._bins)}
                for i, n in enumerate(self._bins)
            ],
            model=model,
            sources=sources,
        )
        try:
            write_text(self.path, text)
        except OSError as error:
            raise EngineError(
                _("The page {path} cannot be written: {why}.").format(path=self.path, why=system_reason(error))
            ) from error

    def _count(self, row: ImageResult) -> None:
        self._bins[min(_BINS - 1, int(row.confidence * _BINS))] += 1
        self._unsure[row.class_name] += row.unsure
        self._unlike[row.class_name] += row.unlike

    def _keep(self, row: ImageResult) -> None:
        """A fair sample of each class, and the least confident of all: those with the highest `order` stay."""
        lot = self._random.random()
        sheet = self._samples.setdefault(row.class_name, [])
        sampled = len(sheet) < self._each or lot > sheet[0].order
        doubtful = len(self._doubtful) < _DOUBTFUL or -row.confidence > self._doubtful[0].order
        if not sampled and not doubtful:
            return
        caption = f"{row.class_name} {confidence(row.confidence)}"
        tile = _Tile(lot, row.path, caption, _picture(row))
        if sampled:
            _push(sheet, tile, self._each)
        if doubtful:
            _push(self._doubtful, _Tile(-row.confidence, row.path, caption, tile.picture), _DOUBTFUL)


def check_page(page: str, sources: Sequence[str]) -> Path:
    """Return where the page goes.

    Raises:
        UsageError: it is no HTML file, or its folder does not exist.
    """
    path = Path(page)
    if path.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(
            _("The summary is a page; choose a name that ends in .html, found {path}.").format(path=path.name)
        )
    if not path.absolute().parent.is_dir() or page in sources:
        raise UsageError(
            _("{page} cannot be written: its folder does not exist; choose another place.").format(page=page)
        )
    return path


def _push(heap: list[_Tile], tile: _Tile, size: int) -> None:
    if len(heap) < size:
        heapq.heappush(heap, tile)
    else:
        heapq.heapreplace(heap, tile)


def _picture(row: ImageResult) -> str:
    assert row.item is not None, "rows of this batch know their item"
    source = row.item.data if row.item.data is not None else Path(row.item.path)  # where it is by now
    try:
        image = decode(source, at_least=_SIDE)
    except ImageProblem:  # gone or changed since it was classified
        return ""
    image.thumbnail((_SIDE, _SIDE))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"
