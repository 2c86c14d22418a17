"""A hot folder: files are classified as they come, once they are no longer being written."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.batch.items import Item
from engine.batch.sources.stream import Sources
from engine.errors import UsageError
from engine.files import digest
from engine.jobs.job import Cancel
from engine.language import _

SECONDS_BETWEEN_LOOKS = 1.0
_SHARE_OF_TIME = 0.1  # spent on looking, at most, however large the folder
LOOKS_REMEMBERED = 60  # of a file that is gone: a network folder may be away for a while
_Facts = tuple[int, int]  # size in bytes, time of change in ns


class _Taken(NamedTuple):
    facts: _Facts
    content: bytes | None = None  # its digest; None where it is not known


class HotFolder:
    """The new files in some folders. A file is taken when two looks in a row find it unchanged, and again if its
    content changes: another time alone, or being away for some looks, makes it no other picture.

    Looking is by listing: it works on every file system, network folders too. Memory: one entry for each file that
    lies in the folders or was moved out of them lately.
    """

    def __init__(
        self, sources: Sources, *, seconds: float = SECONDS_BETWEEN_LOOKS, remembered: int = LOOKS_REMEMBERED
    ) -> None:
        """`remembered`: for how many looks a file that is gone is still known; 0 where taking a file moves it away.

        Raises UsageError if one of the sources is no folder.
        """
        check_folders(sources.sources)
        self._sources, self._seconds, self._remembered = sources, seconds, remembered
        self._taken: dict[str, _Taken] = {}
        self._gone: dict[str, int] = {}  # for how many looks
        self._waiting: dict[str, _Facts] = {}

    def know(self, path: str) -> None:
        """Take no notice of a file as it is now: it has its row from before."""
        facts = _facts(path)
        if facts is not None:
            self._taken[path] = _Taken(facts)

    def look(self, cancel: Cancel) -> list[Item]:
        """The files that have come, or changed, and are settled.

        Raises:
            SourceError: a folder cannot be listed now; what is known stays.
            JobCancelled: `cancel` was set.
        """
        ready: list[Item] = []
        taken: dict[str, _Taken] = {}
        waiting: dict[str, _Facts] = {}
        for item in self._sources.items(cancel=cancel):
            facts = _facts(item.path) if item.problem is None else None
            if facts is None:
                continue
            known = self._taken.get(item.path)
            if known is not None:
                taken[item.path] = known
                if known.facts == facts:
                    continue
            content = digest(Path(item.path)) if self._waiting.get(item.path) == facts else None
            if self._waiting.get(item.path) != facts or _facts(item.path) != facts:
                waiting[item.path] = facts
                continue
            taken[item.path] = _Taken(facts, content)
            if known is None or content is None or content != known.content:
                ready.append(item)
        self._remember(taken)
        self._taken, self._waiting = taken, waiting
        return ready

    def _remember(self, taken: dict[str, _Taken]) -> None:
        """Put those that this look has not found to `taken`, unless they have been gone for long."""
        gone: dict[str, int] = {}
        for path in self._taken:
            looks = self._gone.get(path, 0) + 1
            if path not in taken and looks <= self._remembered:
                gone[path] = looks
        taken.update((path, self._taken[path]) for path in gone)
        self._gone = gone

    def looks(self, cancel: Cancel) -> Iterator[list[Item]]:
        """Look again and again, until `cancel` is set."""
        while not cancel.is_set():
            began = time.monotonic()
            found = self.look(cancel)
            spent = time.monotonic() - began
            yield found
            cancel.wait(max(self._seconds, spent / _SHARE_OF_TIME))


def check_folders(sources: Sequence[str]) -> None:
    """Raise UsageError if one of the sources is no folder: only those can be watched."""
    for source in sources:
        if not Path(source).is_dir():
            raise UsageError(_("Only folders can be watched, found {source}.").format(source=source))


def _facts(path: str) -> _Facts | None:
    try:
        facts = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns
