"""Tables whose rows are pictures: a column for each pixel, or one with all pixels of a picture between blanks."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.errors import SourceError
from engine.files import open_regular, reason_of
from engine.language import _
from engine.library.packed.parts import CHUNK_BYTES, Array, EightBits, Part, Pixels, check_count, picture_shape
from engine.library.packed.pixel_header import LONGEST_LINE, PixelHeader, pixel_header, side_and_channels
from engine.library.packed.split_words import split_folder

_SAMPLE = 50  # pictures from which the order of colours is found


class _PixelRow(NamedTuple):
    number: int  # of its line
    label: str
    folder: str
    values: str


def read(file: Path) -> list[Part]:
    """The pictures in the table, by split.

    Raises:
        SourceError: it is damaged, or holds no pictures.
    """
    header = pixel_header(file)
    if header is None:
        raise SourceError(
            _(
                "{file} is no table of pixels; expected a column for each pixel of square pictures, or one called "
                "pixels with all of them."
            ).format(file=file.name)
        )
    found: dict[str, list[str]] = {}
    for row in _rows(file, header):
        labels = found.setdefault(row.folder, [])
        labels.append(row.label)
        check_count(len(labels), file.name)
    if not found:
        raise SourceError(_("{file} holds no rows below its head.").format(file=file.name))
    sample = [row for row, _number in zip(_rows(file, header), range(_SAMPLE), strict=False)]
    length = len(_values(file, header, sample[0]))
    picture_shape((1, length), file.name)
    arrange, note = _arrangement(np.stack([_values(file, header, row, length) for row in sample]))
    return [
        Part(
            folder,
            len(labels),
            None if header.label is None else labels,
            _reader(file, header, folder, length, arrange),
            notes=(f"{file.name}: {note}",) if note else (),
        )
        for folder, labels in found.items()
    ]


def _reader(
    file: Path, header: PixelHeader, folder: str, length: int, arrange: Callable[[Array], Array]
) -> Callable[[], Iterator[Pixels]]:
    def chunks() -> Iterator[Pixels]:
        bits = EightBits()
        at_once = max(1, CHUNK_BYTES // (4 * length))
        waiting: list[Array] = []
        for row in _rows(file, header):
            if row.folder == folder:
                waiting.append(_values(file, header, row, length))
            if len(waiting) == at_once:
                yield bits(arrange(np.stack(waiting)))
                waiting = []
        if waiting:
            yield bits(arrange(np.stack(waiting)))

    return chunks


def _rows(file: Path, header: PixelHeader) -> Iterator[_PixelRow]:
    """All rows; of the cells of pixels nothing is looked at."""
    of_file = split_folder(file.stem)
    number = 0
    try:
        with open_regular(file) as stream:
            while line := stream.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise SourceError(
                        _("{file}: line {number:,} is longer than {size} MB.").format(
                            file=file.name, number=number, size=LONGEST_LINE // 2**20
                        )
                    )
                text = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip("\r\n")
                if not text.strip() or (number == 1 and header.has_names):
                    continue
                before, values, after = _cells(text, header, file, number)
                cells = [*before, *[""] * (header.end - header.first), *after]
                label = "" if header.label is None else _label(cells[header.label])
                split = "" if header.split is None else split_folder(cells[header.split])
                yield _PixelRow(number, label, split or of_file, values)
    except OSError as error:
        raise SourceError(_("{file} cannot be read: {why}.").format(file=file, why=reason_of(error))) from error


def _cells(text: str, header: PixelHeader, file: Path, number: int) -> tuple[list[str], str, list[str]]:
    """The cells before those of the pixels, these as one text, and the cells behind."""
    after = header.columns - header.end
    if header.as_text:
        try:
            cells = next(csv.reader([text], delimiter=header.separator))
        except csv.Error as error:
            raise SourceError(
                _("{file}: line {number:,} cannot be read: {why}.").format(file=file.name, number=number, why=error)
            ) from None
        if len(cells) == header.columns:
            return cells[: header.first], cells[header.first], cells[header.end :]
    elif text.count(header.separator) == header.columns - 1:
        plain = text.replace('"', "")
        *before, rest = plain.split(header.separator, header.first)
        values, *behind = rest.rsplit(header.separator, after) if after else [rest]
        return before, values, behind
    raise SourceError(
        _("{file}: line {number:,} has other columns than the first; expected {columns:,}.").format(
            file=file.name, number=number, columns=header.columns
        )
    )


def _label(text: str) -> str:
    """Numbers of a table that was written by pandas may end in `.0`."""
    text = text.strip()
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else "" if text.lower() == "nan" else text


def _values(file: Path, header: PixelHeader, row: _PixelRow, length: int | None = None) -> Array:
    separator = " " if header.as_text else header.separator
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # else text among the numbers ends the row without a word
            values = np.fromstring(row.values, np.float32, sep=separator)
    except (ValueError, DeprecationWarning):
        values = np.empty(0, np.float32)
    if not values.size or (length is not None and len(values) != length) or not np.isfinite(values).all():
        if length is None:
            sentence = _("{file}: line {number:,}: expected numbers as pixels, found something else.")
        else:
            sentence = _("{file}: line {number:,}: expected {length:,} numbers as pixels, found something else.")
        raise SourceError(sentence.format(file=file.name, number=row.number, length=length))
    return values


def _arrangement(sample: Array) -> tuple[Callable[[Array], Array], str]:
    """How rows become pictures (n, side, side) or (n, side, side, 3), and what to say about it.

    The three colours of a pixel stand together (as in HAM10000) or in planes (as in CIFAR): whichever makes the pixel
    below look more like the one above.
    """
    found = side_and_channels(sample.shape[1])
    if found is None:
        raise SourceError(
            _("Rows of {shape:,} values are no square pictures of one or three channels.").format(shape=sample.shape[1])
        )
    side, channels = found
    whole = _of_whole_numbers(sample)
    if channels == 1:
        return lambda rows: whole(rows).reshape(-1, side, side), ""
    planes = np.abs(sample[:, side:] - sample[:, :-side]).mean()
    together = np.abs(sample[:, 3 * side :] - sample[:, : -3 * side]).mean()
    if planes < together:
        note = _("its colours stand in planes: all of red, then green, then blue.")
        return lambda rows: whole(rows).reshape(-1, 3, side, side).transpose(0, 2, 3, 1), note
    note = _("the red, green and blue of each pixel stand together.")
    return lambda rows: whole(rows).reshape(-1, side, side, 3), note


def _of_whole_numbers(sample: Array) -> Callable[[Array], Array]:
    """Whole numbers are one kind of scale, fractions another; see `EightBits`."""
    if (sample == np.rint(sample)).all() and sample.max() > 1:
        return lambda rows: rows.astype(np.int32)
    return lambda rows: rows
