"""Where an earlier batch stopped: its rows are followed along the input, and the first image without a row is next."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.batch.items import Item
from engine.batch.tables.lines import Track, Written
from engine.errors import SourceError


def follow(items: Iterator[Item], tracks: Sequence[Track]) -> Iterator[tuple[Item | None, Written]]:
    """The rows that there are, each with the image at the front of `items` that it tells of.

    Rows of files that are gone meanwhile (moved by this very batch, or deleted) come without one. At the end `items`
    stands behind the last image with a row, and the tracks are finished: rows that were torn are cut off.

    Use `Behind` to have the first image without a row given back to the stream.

    Raises:
        SourceError: the rows are those of another input.
    """
    main = tracks[0] if tracks else None
    for item in items:
        yield from _gone_rows(tracks, item.path)
        found = next((t for t in tracks if _tells_of(t, item) and not t.follows), None)
        if found is None:
            if main is not None and main.row is not None:
                raise _other_input(main.row, item)
            if isinstance(items, Behind):
                items.give_back(item)
            break
        row = found.row
        assert row is not None
        found.advance()
        for track in tracks:
            if track.follows and _tells_of(track, item):
                track.advance()
        yield item, row
    else:
        yield from _gone_rows(tracks, None)
        if main is not None and main.row is not None:
            raise _other_input(main.row, None)
    for track in tracks:
        track.finish()


def _tells_of(track: Track, item: Item) -> bool:
    return track.row is not None and track.row.path in (None, item.path)


class Behind(Iterator[Item]):
    """A stream to which one item can be given back."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._kept: list[Item] = []

    def give_back(self, item: Item) -> None:
        self._kept.append(item)

    def __next__(self) -> Item:
        return self._kept.pop() if self._kept else next(self._items)


def _gone_rows(tracks: Sequence[Track], path: str | None) -> Iterator[tuple[None, Written]]:
    """The next rows that are neither of `path` nor of any other file that there is."""
    for track in tracks:
        while track.row is not None and track.row.path != path and _gone(track.row.path):
            row = track.row
            track.advance()
            if not track.follows:
                yield None, row


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
