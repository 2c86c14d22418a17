"""The image files under some folders, streamed in a fixed order."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

from engine.errors import JobCancelled, SourceError
from engine.jobs.job import Cancel
from engine.library.listing import natural_key, walk


def check_sources(sources: Sequence[str]) -> None:
    """Raises SourceError if one of the sources does not exist or there is none."""
    if not sources:
        raise SourceError("There is nothing to classify; name at least one folder or image.")
    for source in sources:
        if not Path(source).exists():
            raise SourceError(f"There is no folder or file {source}; check the path.")


def image_files(
    sources: Sequence[str], *, cancel: Cancel, unreadable: Callable[[str, str], None] | None = None
) -> Iterator[str]:
    """Paths of the images, in the order of the sources; a folder's files before its subfolders, in natural order.

    Paths begin with their source as it was given. In folders, files count as for an import; a file that is named
    itself always counts. `unreadable` hears of each subfolder that cannot be listed, and why.

    Raises:
        SourceError: a source cannot be read.
        JobCancelled: `cancel` was set.
    """
    for source in sources:
        if not Path(source).is_dir():
            yield source
            continue
        for folder, names in walk(Path(source), cancel=cancel, unreadable=unreadable):
            place = os.path.join(source, folder) if folder else source  # noqa: PTH118  # plain text is much faster
            names.sort()
            names.sort(key=natural_key)
            for name in names:
                yield os.path.join(place, name)  # noqa: PTH118


class Count:
    """Counts the images of some sources in a thread beside the work. `total` is None until it is known."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.total: int | None = None
        self._sources = sources
        self._left = Cancel()
        self._thread = threading.Thread(target=self._count, name="count", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._thread.join()

    def _count(self) -> None:
        count = 0
        try:
            for _ in image_files(self._sources, cancel=self._left):
                count += 1
                if count % 1000 == 0:
                    self._left.check()
        except (JobCancelled, SourceError):  # the work itself meets the same and says so
            return
        self.total = count
