"""The one range of a source's deep pictures: found once from a sample, kept with the source, changed by its owner."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import ImageProblem, UsageError
from engine.files import open_regular
from engine.imaging import ranges
from engine.imaging.ranges import PixelRange
from engine.imaging.tiff_pages import tiff_pages
from engine.language import _
from engine.library.importers.note import Note, NoteKind
from engine.library.listing import Listed

if TYPE_CHECKING:
    from engine.jobs.job import Cancel

_SAMPLE = 48  # pictures
_MAY_BE_DEEP = (".tif", ".tiff", ".png", ".apng", ".pgm", ".ppm", ".pnm", ".jp2", ".j2k", ".jpx", ".dcm")
_ENOUGH = 0.25  # of the usual scale: who uses as much keeps it
_TAIL = 0.001  # of the values at either end may be clipped
_PNG, _PNG_BITS = b"\x89PNG\r\n\x1a\n", 24  # its signature, and where its depth stands


class Sampled(NamedTuple):
    """What a sample of deep pictures holds: `used` from its lowest to its highest value, `declared` the scale of their
    files where these tell one; `bands` the most of any.
    """

    used: tuple[float, float]
    declared: float | None
    whole: bool
    bands: int


def sampled(source: Path, listing: Sequence[Listed], page: int | None = None, *, cancel: Cancel) -> Sampled | None:
    """Look into some pictures of a source, evenly chosen, at this page of files with several; None where none is deep.

    Raises:
        JobCancelled: `cancel` was set.
    """
    files = [file for file in _chosen(source, listing) if _may_be_deep(file)]
    if not files:
        return None
    from engine.imaging.decoders import ask_each
    from engine.imaging.question import Question, packed

    of_page = None if page is None else PixelRange(0.0, 1.0, page=page)
    answers = ask_each(Question("statistics", pixel_range=packed(of_page)), files, cancel)
    found = [json.loads(a.content) for a in answers if not isinstance(a, ImageProblem) and a.content]
    if not found:
        return None
    values = sorted(value for quantiles, *_ in found for value in quantiles)
    tail = int(len(values) * _TAIL)
    tops = [top for _, top, _, _ in found]
    declared = None if None in tops else max(tops)
    used = values[tail], values[len(values) - 1 - tail]
    return Sampled(used, declared, all(whole for _, _, whole, _ in found), max(bands for *_, bands in found))


def found_range(sample: Sampled) -> PixelRange:
    """From 0 to the top of the scale, where the pictures use a good part of that; else what they use."""
    from engine.imaging.rendering import usual_bands, usual_top

    low, high = sample.used
    bands = usual_bands(sample.bands) if sample.bands not in (1, 3) else None
    top = sample.declared if sample.declared is not None else usual_top(high, whole=sample.whole)
    if low >= 0 and high - low >= _ENOUGH * top and top > 0:
        return PixelRange(0.0, top, bands)
    return PixelRange(low, high if high > low else low + 1.0, bands)


class Paged(NamedTuple):
    """Of a sample of TIFF files: how many have several pages or planes, the name of one, and the most that one has."""

    files: int = 0
    example: str = ""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class PixelLook:
    """How the pictures of a source are shown: by `pixel_range`, None as their files say. `deep` tells that this is one
    of values; `bands` is the number of bands where other ones than red, green and blue can be shown, else 0; `paged`
    the files with several pages.
    """

    pixel_range: PixelRange | None = None
    deep: bool = False
    bands: int = 0
    paged: Paged = field(default_factory=Paged)

    def notes(self) -> list[Note]:
        """What an import says about it."""
        found = []
        if self.deep and self.pixel_range is not None:
            values = replace(self.pixel_range, page=None)
            found.append(Note(NoteKind.PIXEL_RANGE, example=str(values)))
        if self.paged.files:
            page = str(1 if self.pixel_range is None else self.pixel_range.page or 1)
            example = _("{name} has {pages:,}").format(name=self.paged.example, pages=self.paged.pages)
            found.append(Note(NoteKind.PAGES, self.paged.files, example, page))
        return found


def look_at_pixels(
    source: Path,
    listing: Sequence[Listed],
    *,
    values: tuple[float, float] | None = None,
    bands: Sequence[int] | None = None,
    page: int | None = None,
    cancel: Cancel,
) -> PixelLook:
    """How the owner of a source wants its pictures shown, by `values`, `bands` and `page`; the rest is found in a
    sample of them.

    Raises:
        UsageError: what is wanted is no range, or no picture of the source has over 8 bits or these bands or pages.
        JobCancelled: `cancel` was set.
    """
    several = paged(source, listing)
    if page is not None and not 1 <= page <= max(several.pages, 1):
        if several.files:
            sentence = _(
                "The pictures in {source} that were looked into have at most {pages:,} pages, "
                "so there is no page {page}."
            )
        else:
            sentence = _(
                "The pictures in {source} that were looked into have one page each, so there is no page {page}."
            )
        raise UsageError(sentence.format(source=source, pages=several.pages, page=page))
    page = page if several.files else None
    sample = sampled(source, listing, page, cancel=cancel)
    if sample is None:
        if values is not None or bands is not None:
            looked = len(list(_chosen(source, listing)))
            raise UsageError(
                _(
                    "A range or bands were given, but of {looked:,} pictures of {source} none has more than 8 bits or "
                    "other bands than red, green and blue; leave them out."
                ).format(looked=looked, source=source)
            )
        return PixelLook(None if page is None else PixelRange(0.0, 255.0, page=page), paged=several)
    found = found_range(sample)
    if bands is not None and max(bands, default=0) > sample.bands:
        told = ", ".join(map(str, bands))
        raise UsageError(
            _("The pictures in {source} have {bands} bands, so there are no bands {told}.").format(
                source=source, bands=sample.bands, told=told
            )
        )
    try:
        low, high = values or (found.low, found.high)
        shown = ranges.checked(low, high, found.bands if bands is None else tuple(bands), page)
    except ValueError as error:
        raise UsageError(_("A range is LOW HIGH, bands are three numbers from 1: {why}.").format(why=error)) from None
    return PixelLook(shown, True, 0 if sample.bands in (1, 3) else sample.bands, several)


def paged(source: Path, listing: Sequence[Listed]) -> Paged:
    """Look into some TIFF files of a source, evenly chosen."""
    found = [(file, tiff_pages(file)) for file in _chosen(source, listing) if file.suffix.lower() in (".tif", ".tiff")]
    several = [(file, pages) for file, pages in found if pages > 1]
    if not several:
        return Paged()
    file, most = max(several, key=lambda each: each[1])
    return Paged(len(several), file.name, most)


def _chosen(source: Path, listing: Sequence[Listed]) -> Iterable[Path]:
    total = sum(len(entry.names) for entry in listing)
    step = max(1, total // _SAMPLE)
    start = 0
    for entry in listing:
        for place in range(-start % step, len(entry.names), step):
            yield source / entry.folder / entry.names[place]
        start += len(entry.names)


def _may_be_deep(file: Path) -> bool:
    """False for most pictures without asking a decoder: by the name, and by the first bytes of a PNG."""
    if file.suffix and not file.name.lower().endswith(_MAY_BE_DEEP):
        return False
    try:
        with open_regular(file) as stream:
            head = stream.read(_PNG_BITS + 1)
    except OSError:
        return False
    return not head.startswith(_PNG) or head[_PNG_BITS:] == b"\x10"
