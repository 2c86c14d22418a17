"""The files in a `.zip`, a `.tar` or a compressed tar, one after the other, within limits: whoever made the archive.

One reader for imports and for classification. Nothing is written here. Sizes are counted as bytes come out, whatever
the archive says of itself; a tar archive is read forward only and in pieces, so that no header leads in circles.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Any, Protocol

from engine.errors import JobCancelled, SourceError
from engine.files import open_regular, reason_of
from engine.jobs.job import Cancel
from engine.language import _, marked
from engine.library.packed.member_names import Naming, guess

SUFFIXES = (".zip", ".tm", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
MOST_RATIO = 200  # unpacked to packed; pictures hardly get smaller by packing
RATIO_FROM = 100 * 10**6  # bytes; below this no ratio does harm
MOST_MEMBERS = 5_000_000
PIECE = 2**20
_LARGEST_HEADER = 16 * 2**20  # bytes of a header with all that belongs to it, such as a long name
_ENCRYPTED, _IS_UTF8 = 0x1, 0x800
_COMPRESSIONS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"\x5d\0\0": lzma.LZMAFile,
}


class ArchiveError(SourceError):
    """An archive cannot be opened or read further; `why` in a few words for another sentence."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(_("{file} is damaged or no archive: {why}.").format(file=file.name, why=why))
        self.why = why


class ArchiveTooLarge(ArchiveError):
    """An archive holds more than is unpacked."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(file, why)
        sentence = _("{file} is not unpacked: {why}; unpack it yourself if you trust it.")
        self.args = (sentence.format(file=file.name, why=why),)


class ArchiveCut(ArchiveError):
    """All of an archive was read, but its mark of the end is missing: files may be."""


class Kind(Enum):
    FILE = marked("a file")
    LINK = marked("a link")
    OTHER = marked("a device, a pipe or the like")
    ENCRYPTED = marked("an encrypted file")
    ARCHIVE = marked("an archive too deep in others")


class Content(Protocol):
    """What is in a member, to be read in pieces."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of an archive: its name and its size in bytes as the archive says.

    `opened` gives its content, before the next member is asked for. What that raises concerns this member alone, apart
    from ArchiveError and JobCancelled.
    """

    name: str
    size: int
    kind: Kind
    opened: Callable[[], AbstractContextManager[Content]]


def members(
    file: Path,
    *,
    wanted: Callable[[str], bool],
    cancel: Cancel,
    most: int | None = None,
    naming: Naming | None = None,
) -> Iterator[Member]:
    """The entries that are no folders and whose names are wanted, in the order of the archive.

    `naming` says how names are encoded where the archive does not, and hears how they were read.

    Raises:
        ArchiveError: it is damaged, or no archive.
        ArchiveCut: after the last entry; it may have had more.
        ArchiveTooLarge: it holds more than `most` bytes of these, or a multiple of its size that only bombs reach.
        SourceError: it cannot be read.
        JobCancelled: `cancel` was set.
    """
    with _explained(file), open_regular(file) as opened:
        limits = Limits(file, os.fstat(opened.fileno()).st_size, most)
        read = _of_zip if _is_zip(opened) else _of_tar
        for member in read(opened, limits, naming or Naming(), cancel):
            cancel.check()
            limits.member()
            if wanted(member.name):
                limits.announced(member.size)
                yield member


@contextmanager
def zip_archive(file: IO[bytes], naming: Naming | None = None) -> Iterator[zipfile.ZipFile]:
    """A zip archive whose files do not overlap.

    Names that are not marked as UTF-8 mostly are: so write macOS and most programs for Linux. Others are read as
    `naming` says, or by a guess.
    """
    with _named(file, naming or Naming()) as archive:
        _check_overlaps(archive)
        yield archive


def _named(file: IO[bytes], naming: Naming) -> zipfile.ZipFile:
    """Raises SourceError where names are not in the encoding that was asked for."""
    try:
        archive = zipfile.ZipFile(file, metadata_encoding=naming.wanted or "utf-8")
    except UnicodeDecodeError as error:
        if naming.wanted is not None:
            raise SourceError(
                _(
                    "The names in this archive are not in {wanted} ({why}); tell another encoding, or none to have it "
                    "guessed."
                ).format(wanted=naming.wanted, why=error.reason)
            ) from None
        archive = zipfile.ZipFile(file)
        naming.used, naming.guessed = guess([name.encode("cp437") for name in _unmarked(archive)]), True
        if naming.used != "cp437":
            archive = zipfile.ZipFile(file, metadata_encoding=naming.used)
    if naming.wanted is not None and any(not name.isascii() for name in _unmarked(archive)):
        naming.used = naming.wanted
    return archive


def _unmarked(archive: zipfile.ZipFile) -> Iterator[str]:
    return (info.orig_filename for info in archive.infolist() if not info.flag_bits & _IS_UTF8)


class Limits:
    """Counts what comes out of a packed file, and stops it in time: each method raises ArchiveTooLarge."""

    def __init__(self, file: Path, packed: int, most: int | None = None) -> None:
        self.file, self._packed, self._most = file, packed, most
        self._said = self._read = self._passed = self._members = 0

    def member(self) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise ArchiveTooLarge(self.file, _("it holds over {most:,} files").format(most=MOST_MEMBERS))

    def announced(self, size: int) -> None:
        self._said += size
        self._check(self._said)

    def read(self, size: int) -> None:
        self._read += size
        self._check(self._read)

    def passed(self, size: int) -> None:
        """Of a compressed tar everything is unpacked, also what nobody wants."""
        self._passed += size
        self._check_ratio(self._passed)

    def _check(self, size: int) -> None:
        if self._most is not None and size > self._most:
            why = _("it holds over {most} GB, which is the limit").format(most=self._most // 10**9)
            raise ArchiveTooLarge(self.file, why)
        self._check_ratio(size)

    def _check_ratio(self, size: int) -> None:
        if size > RATIO_FROM and size > MOST_RATIO * self._packed:
            why = _("it grows to over {most} times its size, as only archives made to do harm do")
            raise ArchiveTooLarge(self.file, why.format(most=MOST_RATIO))


def _is_zip(file: IO[bytes]) -> bool:
    """By its beginning first: a tar archive may end with a file that is a zip archive."""
    head = file.read(tarfile.BLOCKSIZE)
    file.seek(0)
    if head[257:262] == b"ustar" or head.startswith(tuple(_COMPRESSIONS)):
        return False
    found = zipfile.is_zipfile(file)
    file.seek(0)
    return found


def _of_zip(file: IO[bytes], limits: Limits, naming: Naming, _cancel: Cancel) -> Iterator[Member]:
    with zip_archive(file, naming) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            kind = Kind.LINK if stat.S_ISLNK(info.external_attr >> 16) else Kind.FILE
            if info.flag_bits & _ENCRYPTED:
                kind = Kind.ENCRYPTED
            yield Member(info.filename, info.file_size, kind, lambda info=info: _counted(archive.open(info), limits))  # type: ignore[misc]


def _check_overlaps(archive: zipfile.ZipFile) -> None:
    """Raise BadZipFile where files share their bytes: so a small archive holds any amount of data."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise zipfile.BadZipFile("its files overlap")
        end = info.header_offset + zipfile.sizeFileHeader + len(info.orig_filename) + info.compress_size  # type: ignore[attr-defined]


def _of_tar(file: IO[bytes], limits: Limits, naming: Naming, cancel: Cancel) -> Iterator[Member]:
    stream = _Forward(file, limits, cancel)
    encoding = naming.wanted or "utf-8"
    with tarfile.open(fileobj=stream, mode="r:", encoding=encoding) as archive:  # type: ignore[call-overload]
        while (info := archive.next()) is not None:
            if not info.isdir():
                kind = Kind.FILE if info.isreg() else Kind.LINK if info.issym() or info.islnk() else Kind.OTHER
                name = info.name.replace("\0", "_")
                if naming.wanted is not None and not name.isascii():
                    naming.used = naming.wanted
                yield Member(name, info.size, kind, lambda info=info: _counted(archive.extractfile(info), limits))  # type: ignore[misc]
            vars(archive)["members"] = []  # else it remembers all that it has passed
        if stream.tell() < archive.offset + tarfile.BLOCKSIZE:
            # An archive that is cut behind a file, or in the header of the next, ends for `tarfile` like a whole one.
            raise ArchiveCut(limits.file, _("it has no end; files may be missing"))


class _Forward:
    """What `tarfile` reads from: the bytes of the archive, unpacked, forward only and in pieces of bounded size."""

    def __init__(self, file: IO[bytes], limits: Limits, cancel: Cancel) -> None:
        head = file.read(8)
        file.seek(0)
        unpacked = next((unpack for magic, unpack in _COMPRESSIONS.items() if head.startswith(magic)), None)
        self._stream = file if unpacked is None else unpacked(file)
        self._packed = unpacked is not None
        self._limits, self._cancel = limits, cancel
        self._place = 0
        self._last = b""  # the byte before, which `tarfile` looks at to see whether the file goes on
        self._behind = False

    def tell(self) -> int:
        return self._place - self._behind

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _LARGEST_HEADER:
            raise tarfile.ReadError("a header in it says impossible sizes")
        self._cancel.check()
        before, self._behind = self._last if self._behind and size else b"", self._behind and not size
        data: bytes = self._stream.read(size - len(before))
        self._place += len(data)
        self._last = data[-1:] or self._last
        if self._packed:
            self._limits.passed(len(data))
        return before + data

    def seek(self, place: int, _whence: int = 0) -> None:
        if place == self._place - 1 and self._last:
            self._behind = True
            return
        self._behind = False
        if place < self._place:
            raise tarfile.ReadError("its files lie one in another")
        if not self._packed:
            self._stream.seek(place)
            self._place = place
        while self._place < place and self.read(min(PIECE, place - self._place)):
            pass


@contextmanager
def _counted(stream: IO[bytes], limits: Limits) -> Iterator[Content]:
    with stream:
        yield _Counted(stream, limits)


class _Counted:
    def __init__(self, stream: IO[bytes], limits: Limits) -> None:
        self._stream, self._limits = stream, limits

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(min(size, PIECE))
        self._limits.read(len(data))
        return data


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except (SourceError, JobCancelled):
        raise
    except FileNotFoundError as error:
        raise SourceError(_("{file} does not exist.").format(file=file)) from error
    except OSError as error:
        raise ArchiveError(file, reason_of(error).rstrip(".") or type(error).__name__) from error
    except Exception as error:  # damaged archives make these modules raise anything
        raise ArchiveError(file, str(error).strip().rstrip(".") or type(error).__name__) from error
