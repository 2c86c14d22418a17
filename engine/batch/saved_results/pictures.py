"""Rows in full with the files of their pictures, which are unpacked out of archives to be seen: a grid shows files."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.batch.items import Item
from engine.batch.outputs.journal import StoredRow
from engine.batch.saved_results.stored import read_rows
from engine.batch.saved_results.whereabouts import moved
from engine.batch.sources.archives import LARGEST_MEMBER, is_archive, members
from engine.errors import SourceError
from engine.files import open_regular
from engine.jobs.job import Cancel
from engine.library.packed.members import zip_archive

_GONE = 0, 0  # size and time of a file that is not there
_DAMAGE = (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError)


def archive_of(path: str) -> str | None:
    """Return the archive that the picture `path` lies in, None for a file of its own."""
    place = Path(path)
    found = next((parent for parent in place.parents if is_archive(parent.name) and parent.is_file()), None)
    return None if found is None or not path.startswith(str(found)) else str(found)


class Unpacker:
    """Unpacks pictures of archives; used by one thread at a time.

    A zip archive gives any picture at once. A tar archive is read from its beginning to what is wanted, and goes on
    from there, so that scrolling down a large one unpacks each of its bytes once.
    """

    def __init__(self) -> None:
        self._archive = ""
        self._passing: Iterator[Item] = iter(())

    def unpack(self, pictures: Mapping[str, Path], cancel: Cancel) -> None:
        """Write the pictures named by the keys to the values; what cannot be unpacked is left out.

        Raises:
            JobCancelled: `cancel` was set.
        """
        lots: dict[str, dict[str, Path]] = {}
        for path, out in pictures.items():
            archive = archive_of(path)
            if archive is not None and not out.exists():
                lots.setdefault(archive, {})[path] = out
        for archive, lot in lots.items():
            if archive.lower().endswith(".zip"):
                _unzip(archive, lot, cancel)
            else:
                self._pass(archive, lot, cancel)

    def _pass(self, archive: str, lot: dict[str, Path], cancel: Cancel) -> None:
        """Go on from where the last pass has ended; once more from the beginning for what lies before that."""
        is_same_archive = archive == self._archive
        if not is_same_archive:
            self._begin(archive)
        self._take(lot, cancel)
        if lot and is_same_archive:
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
        with open_regular(archive) as opened, zip_archive(opened) as file:
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


class Detail(NamedTuple):
    """A row in full: `place` is where the picture is by now, `file` where it can be seen, also out of an archive.

    `packed`: it is in an archive, from which it was not taken yet.
    """

    seen: StoredRow
    place: Path
    file: Path
    size_bytes: int
    modified_ns: int
    packed: bool = False


def look_up(file: Path, places: Sequence[int]) -> list[Detail]:
    """Return the rows that begin at `places`, with their files; those that were sorted are found where they are now."""
    rows = read_rows(file, places)
    moves = moved(file.parent, (seen.path for seen in rows))
    found = []
    for seen in rows:
        here = moves.get(seen.path) or Path(seen.path)
        facts = _facts(here)
        packed = facts == _GONE and seen.problem is None and archive_of(seen.path) is not None
        found.append(Detail(seen, here, here, *facts, packed))
    return found


def unpack(
    details: Mapping[int, Detail], folder: Path, unpacker: Unpacker, cancel: Cancel, *, sweep: bool = False
) -> dict[int, Detail]:
    """Return these rows with their pictures, which are unpacked into `folder`; one that cannot be is never tried again.

    With `sweep` all others in `folder` go first: scrolling through a large archive does not fill the disk.

    Raises:
        JobCancelled: `cancel` was set.
    """
    outs = {row: folder / f"{row}{detail.place.suffix}" for row, detail in details.items()}
    for old in set(folder.iterdir()) - set(outs.values()) if sweep else ():
        old.unlink(missing_ok=True)
    unpacker.unpack({details[row].seen.path: out for row, out in outs.items()}, cancel)
    found = {}
    for row, detail in details.items():
        file = outs[row] if outs[row].is_file() else detail.place
        found[row] = Detail(detail.seen, detail.place, file, *_facts(file))
    return found


def _facts(picture: Path) -> tuple[int, int]:
    """Return size in bytes and time of change; zeros where it is gone: the grid shows that there is no picture."""
    try:
        facts = picture.stat()
    except OSError:
        return _GONE
    return facts.st_size, facts.st_mtime_ns
