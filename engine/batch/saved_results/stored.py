"""Rows of saved results, read a block at a time: the window shows a million of them without holding them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from engine.batch.items import ImageResult
from engine.batch.outputs.journal import StoredRow, parse_row
from engine.files import open_regular
from engine.records import RecordError

BLOCK = 2000  # rows
PROBLEM = -1  # in place of a class


@dataclass(slots=True)
class Block:
    """A block of consecutive rows: where each begins in the file, its class (as `names`, or `PROBLEM`), its confidence.

    `end` is where the next block begins; `last` tells that there are no more complete rows for now.
    """

    places: array[int] = field(default_factory=lambda: array("q"))
    classes: array[int] = field(default_factory=lambda: array("i"))
    confidence: array[float] = field(default_factory=lambda: array("f"))
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # row within the block, path, reason
    unlike: list[int] = field(default_factory=list)  # rows within the block that are unlike the training images
    paths: array[int] = field(default_factory=lambda: array("q"))  # hashes, to tell a file from others
    names: tuple[str, ...] = ()
    end: int = 0
    last: bool = True


def read_block(path: Path, start: int, names: Sequence[str], most: int = BLOCK) -> Block:
    """Return at most so many rows from the byte `start` on. `names` are the classes known so far; new ones
    follow them.
    """
    known = {name: place for place, name in enumerate(names)}
    block = Block(end=start)
    for place, line in _lines(path, start):
        if len(block.places) == most:
            block.last = False
            break
        try:
            seen = parse_row(line)
        except RecordError:  # zero bytes that a power cut left: going on with the batch writes the rest anew
            break
        block.end = place + len(line)
        if seen.problem is not None:
            block.problems.append((len(block.places), seen.path, seen.problem))
            block.classes.append(PROBLEM)
            block.confidence.append(0.0)
        else:
            block.classes.append(known.setdefault(seen.class_name, len(known)))
            block.confidence.append(seen.confidence)
            if seen.novelty is not None and seen.novelty > 1:
                block.unlike.append(len(block.places))
        block.places.append(place)
        block.paths.append(hash(seen.path))
    block.names = tuple(known)
    return block


def _lines(path: Path, start: int) -> Iterator[tuple[int, bytes]]:
    """The complete lines from the byte `start`, each with its place. A file that is not there yet has none."""
    try:
        file = open_regular(path)
    except FileNotFoundError:
        return
    with file:
        file.seek(start)
        place = start
        for line in file:
            if not line.endswith(b"\n"):
                return
            yield place, line
            place += len(line)


def read_rows(path: Path, places: Sequence[int]) -> list[StoredRow]:
    """The rows that begin at these places."""
    with open_regular(path) as file:
        found = []
        for place in places:
            file.seek(place)
            found.append(parse_row(file.readline()))
    return found


def rows(
    path: Path, labels: Mapping[int, str], threshold: float, only: Sequence[int] | None = None
) -> Iterator[tuple[int, ImageResult]]:
    """Yield all rows with their numbers, or those numbered in `only`, as a batch makes them: unsure below `threshold`,
    and with the `labels` that a person gave. What has a label is never unsure. They end where `read_block` ends, at
    damage.
    """
    chosen = None if only is None else set(only)
    for number, (_, line) in enumerate(_lines(path, 0)):
        if chosen is not None and number not in chosen:
            continue
        try:
            seen, label = parse_row(line), labels.get(number)
        except RecordError:
            return
        row = ImageResult(seen.path, seen.top, problem=seen.problem, label=label, novelty=seen.novelty)
        unsure = label is None and bool(seen.top) and seen.top[0][1] < threshold and not row.unlike
        yield number, replace(row, unsure=unsure)


def superseded(path: Path) -> frozenset[int]:
    """The rows whose file has a later one: it changed while it was watched, or lies in two sources."""
    hashes = array("q", (hash(_path_of(line)) for _, line in _lines(path, 0)))
    twice = {one for one, next_one in pairwise(sorted(hashes)) if one == next_one}
    last = {one: index for index, one in enumerate(hashes) if one in twice}
    return frozenset(index for index, one in enumerate(hashes) if one in twice and last[one] != index)


def _path_of(line: bytes) -> bytes:
    """The path of a row as it is written there, without parsing the row: a quotation mark in it is escaped."""
    return line.removeprefix(b'{"path": "').partition(b'", "')[0]


def model_of(path: Path) -> str:
    """Return which model the rows are from, as they themselves say; empty where there is none yet."""
    for _, line in _lines(path, 0):
        try:
            return parse_row(line).model
        except RecordError:
            break
    return ""


def tells_novelty(path: Path) -> bool:
    """Return whether the model of the rows knows what is unlike its training images, as the first image tells."""
    for _, line in _lines(path, 0):
        try:
            seen = parse_row(line)
        except RecordError:
            break
        if seen.problem is None:
            return seen.novelty is not None
    return False
