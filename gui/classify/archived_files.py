"""Pictures out of archives, unpacked as they come on the screen: a grid shows files."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.batch.items import Item
from engine.batch.sources.archives import LARGEST_MEMBER, is_archive, members
from engine.errors import SourceError
from engine.jobs.job import Cancel

_DAMAGE = (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError)


def archive_of(path: str) -> str | None:
    """The archive that the picture `path` lies in, if it is named as one out of an archive."""
    place = Path(path)
    found = next((parent for parent in place.parents if is_archive(parent.name) and parent.is_file()), None)
    return None if found is None or not path.startswith(str(found)) else str(found)


class Archived:
    """Unpacks pictures of archives; used by one thread at a time.

    A zip archive gives any picture at once. A tar archive is read from its beginning to what is wanted, and goes on
    from there, so that scrolling down a large one unpacks each of its bytes once.
    """

    def __init__(self) -> None:
        self._archive = ""
        self._passing: Iterator[Item] = iter(())

    def unpack(self, wanted: Mapping[str, Path], cancel: Cancel) -> None:
        """Write the pictures named by the keys to the values; what cannot be unpacked is left out.

        Raises:
            JobCancelled: `cancel` was set.
        """
        lots: dict[str, dict[str, Path]] = {}
        for path, out in wanted.items():
            archive = archive_of(path)
            if archive is not None and not out.exists():
                lots.setdefault(archive, {})[path] = out
        for archive, lot in lots.items():
            if archive.lower().endswith(".zip"):
                _unzip(archive, lot, cancel)
            else:
                self._pass(archive, lot, cancel)

    def _pass(self, archive: str, lot: dict[str, Path], cancel: Cancel) -> None:
        """On from where the last pass has ended; once more from the beginning for what lies before that."""
        again = archive == self._archive
        if not again:
            self._begin(archive)
        self._take(lot, cancel)
        if lot and again:
            self._begin(archive)
            self._take(lot, cancel)

    def _begin(self, archive: str) -> None:
        self._archive = archive
        self._passing = members(archive, contents=True, cancel=Cancel())

    def _take(self, lot: dict[str, Path], cancel: Cancel) -> None:
        try:
            while lot:
                cancel.check()
                item = next(self._passing, None)
                if item is None:
                    return
                out = lot.pop(item.path, None)
                if out is not None and item.data is not None:
                    out.write_bytes(item.data)
        except (SourceError, OSError, tarfile.TarError):  # gone, damaged, or the disk is full: no picture is shown
            return


def _unzip(archive: str, lot: Mapping[str, Path], cancel: Cancel) -> None:
    try:
        with zipfile.ZipFile(archive) as file:
            for path, out in lot.items():
                cancel.check()
                try:
                    name = path[len(archive) + 1 :]  # as text: a path object would take a `./` out of it
                    if file.getinfo(name).file_size <= LARGEST_MEMBER:
                        out.write_bytes(file.read(name))
                except _DAMAGE:
                    continue
    except _DAMAGE:
        return
