"""The images to classify, streamed in the order in which it was named: folders, files, globs, archives, lists."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Self

from engine.batch.items import Item
from engine.batch.sources.archives import is_archive, members
from engine.batch.sources.globs import has_pattern, matches
from engine.errors import JobCancelled, SourceError
from engine.jobs.job import Cancel
from engine.language import _
from engine.library.listing import natural_key, walk
from engine.suggestions import did_you_mean_beside

STANDARD_INPUT = "-"
_BLOCK = 1 << 16


def check_sources(sources: Sequence[str]) -> None:
    """Raise SourceError if one of the sources does not exist or there is none."""
    if not sources:
        raise SourceError(_("There is nothing to classify; name at least one folder or image."))
    if sources.count(STANDARD_INPUT) > 1:
        raise SourceError(_("Standard input can be read once only; name - a single time."))
    for source in sources:
        if source != STANDARD_INPUT and not has_pattern(source) and not Path(source).exists():
            sentence = _("There is no folder or file {source}; check the path.")
            raise SourceError(sentence.format(source=source) + did_you_mean_beside(Path(source)))


class Sources:
    """The images of some sources, as a stream that can be begun any number of times.

    A source is a folder, a file, an archive (.zip, .tar and its compressed forms), a pattern with `*`, `?` or `[...]`
    (`**` for any depth), or `-` for paths on standard input, one a line or ended by zero bytes. `left_out` names
    folders that are passed over wherever they turn up, such as the target of sorting.
    """

    def __init__(
        self, sources: Sequence[str], *, left_out: Iterable[Path] = (), standard_input: IO[bytes] | None = None
    ) -> None:
        """Raise SourceError if one of the sources does not exist or there is none."""
        check_sources(sources)
        self.sources = tuple(sources)
        self._left_out = frozenset(os.path.realpath(folder) for folder in left_out)
        self._standard_input = standard_input

    @property
    def countable(self) -> bool:
        """Return whether the images can be counted ahead: not if standard input names them."""
        return STANDARD_INPUT not in self.sources

    def items(self, *, cancel: Cancel, contents: bool = True) -> Iterator[Item]:
        """The images in the order of the sources; a folder's files before its subfolders, in natural order.

        Paths begin with their source as it was given. In folders and archives, files count as for an import; a file
        that is named itself always counts. A subfolder that cannot be listed is an item with a problem. Without
        `contents`, members of archives come without their bytes.

        Raises:
            SourceError: a source cannot be read, or has gone meanwhile.
            JobCancelled: `cancel` was set.
        """
        for source in self._expanded():
            cancel.check()
            if Path(source).is_dir():
                yield from self._folder(source, cancel)
            elif is_archive(source):
                yield from members(source, contents=contents, cancel=cancel)
            else:
                yield Item(source)

    def count(self, *, cancel: Cancel) -> int:
        """Return how many images `items` would give; for folders without the time to put them in order.

        Raises:
            As `items`.
        """
        total, closed = 0, list[Item]()
        for source in self._expanded():
            cancel.check()
            if Path(source).is_dir():
                total += sum(len(names) for _, names in self._folders(source, cancel, closed.append))
            elif is_archive(source):
                for _ in members(source, contents=False, cancel=cancel):
                    total += 1
                    if total % 1000 == 0:
                        cancel.check()
            else:
                total += 1
        return total + len(closed)

    def _expanded(self) -> Iterator[str]:
        for source in self.sources:
            if source == STANDARD_INPUT:
                yield from _lines(self._standard_input or sys.stdin.buffer)
            elif has_pattern(source) and not Path(source).exists():
                yield from matches(source)
            else:
                yield source

    def _folder(self, source: str, cancel: Cancel) -> Iterator[Item]:
        closed: list[Item] = []
        for folder, names in self._folders(source, cancel, closed.append):
            yield from closed
            closed.clear()
            place = os.path.join(source, folder) if folder else source  # noqa: PTH118  # plain text is much faster
            names.sort()
            names.sort(key=natural_key)
            for name in names:
                yield Item(os.path.join(place, name))  # noqa: PTH118
        yield from closed

    def _folders(self, source: str, cancel: Cancel, closed: Callable[[Item], None]) -> Iterator[tuple[str, list[str]]]:
        """Yield each folder below a source that is not left out, with the names of its images in no order."""
        real = os.path.realpath(source)
        for folder, names in walk(
            Path(source), cancel=cancel, unreadable=lambda place, why: closed(Item(place, problem=why))
        ):
            if not (self._left_out and self._is_left_out(real, folder)):
                yield folder, names

    def _is_left_out(self, real: str, folder: str) -> bool:
        place = os.path.realpath(os.path.join(real, folder))  # noqa: PTH118
        return any(place == out or place.startswith(out + os.sep) for out in self._left_out)


class Count:
    """Counts the images of some sources in a thread beside the work. `total` is None until it is known."""

    def __init__(self, sources: Sources) -> None:
        self.total: int | None = None
        self._sources = sources
        self._left = Cancel()
        self._thread = threading.Thread(target=self._count, name="count", daemon=True)

    def __enter__(self) -> Self:
        if self._sources.countable:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _count(self) -> None:
        try:
            self.total = self._sources.count(cancel=self._left)
        except (JobCancelled, SourceError):  # the work itself meets the same and says so
            return


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Paths from a list: one a line, or ended by zero bytes if there is one in the first block (`find -print0`)."""
    block = stream.read1(_BLOCK) if hasattr(stream, "read1") else stream.read(_BLOCK)
    ending = b"\0" if b"\0" in block else b"\n"
    rest = b""
    while block:
        *lines, rest = (rest + block).split(ending)
        yield from (os.fsdecode(line) for line in map(_bare, lines) if line)
        block = stream.read1(_BLOCK) if hasattr(stream, "read1") else stream.read(_BLOCK)
    if _bare(rest):
        yield os.fsdecode(_bare(rest))


def _bare(line: bytes) -> bytes:
    return line.removesuffix(b"\r")
