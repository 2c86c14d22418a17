"""Where an earlier batch stopped: its rows are followed along the input, and the first image without a row is next."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.batch.items import Item
from engine.batch.tables import Track, Written
from engine.errors import SourceError


def follow(items: Iterator[Item], tracks: Sequence[Track]) -> Iterator[tuple[Item, Written]]:
    """The images at the front of `items` that have a row already, with it; `items` then stands behind them.

    Rows of files that are gone meanwhile (moved by this very batch, or deleted) are passed over. At the end the tracks
    are finished: rows that were torn are cut off.

    Use `Behind` to have the first image without a row given back to the stream.

    Raises:
        SourceError: the rows are those of another input.
    """
    main = tracks[0] if tracks else None
    for item in items:
        for track in tracks:
            while track.row is not None and track.row.path != item.path and _gone(track.row.path):
                track.advance()
        found = next((t for t in tracks if t.row is not None and t.row.path in (None, item.path)), None)
        if found is None:
            if main is not None and main.row is not None:
                raise _other_input(main.row, item)
            if isinstance(items, Behind):
                items.give_back(item)
            break
        row = found.row
        assert row is not None
        found.advance()
        for track in tracks:  # a form without paths tells of a problem twice: by its number, and beside by its path
            if row.path is None and row.problem and track.row is not None and track.row.path == item.path:
                track.advance()
        yield item, row
    else:
        _all_gone(tracks)
    for track in tracks:
        track.finish()


class Behind(Iterator[Item]):
    """A stream to which one item can be given back."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._kept: list[Item] = []

    def give_back(self, item: Item) -> None:
        self._kept.append(item)

    def __next__(self) -> Item:
        return self._kept.pop() if self._kept else next(self._items)


def _all_gone(tracks: Sequence[Track]) -> None:
    """The input has ended: what rows are left must be of files that are gone."""
    for track in tracks:
        while track.row is not None and _gone(track.row.path):
            track.advance()
        if track.row is not None and track is tracks[0]:
            raise _other_input(track.row, None)


def _gone(path: str | None) -> bool:
    """Whether there is no such file any more; what stood in an archive is gone with the archive."""
    if path is None or os.path.lexists(path):
        return False
    return not any(parent.is_file() for parent in Path(path).parents)


def _other_input(row: Written, item: Item | None) -> SourceError:
    found = f"the input goes on with {item.path}" if item is not None else "the input has ended"
    row_words = f"its next row is of {row.path}" if row.path is not None else "it has more rows"
    return SourceError(
        f"This output cannot be resumed: {row_words}, where {found}. Name the same sources as before, or begin anew "
        f"without --resume."
    )
