"""`.zip`, `.tar`, `.tgz` and their like, unpacked so that nothing is written outside the target.

Only files that an import reads are written: pictures, tables, labels, arrays. Links are never made. Sizes are counted
while writing, whatever the archive says of itself.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.errors import SourceError
from engine.events import Progress
from engine.imaging.decode import IMAGE_SUFFIXES
from engine.imaging.signatures import SIGNATURE_BYTES, is_picture
from engine.jobs.job import Cancel, Emit
from engine.library.listing import SKIPPED_FOLDERS, Listed, natural_key

SUFFIXES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
MOST_BYTES = 100 * 10**9
MOST_RATIO = 200  # unpacked to packed; pictures hardly get smaller by packing
_RATIO_FROM = 100 * 10**6  # below this no ratio does harm
_LARGEST_TABLE = 64 * 2**20
_TABLES = frozenset({".csv", ".tsv", ".json", ".jsonl", ".txt"})
_ARRAYS = frozenset({".npz", ".bin", ".gz", ""})
_PIECE = 2**20
_BAD_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTDIR, errno.EISDIR, errno.EEXIST)

Problem = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive: its safe parts, its size as announced, why it is passed over, how it is opened."""

    parts: tuple[str, ...]
    size: int
    problem: str | None
    open: Callable[[], IO[bytes]]

    @property
    def path(self) -> str:
        return "/".join(self.parts)

    @property
    def suffix(self) -> str:
        name = self.parts[-1]
        return name[name.rfind(".") :].lower() if "." in name else ""


def is_archive(file: Path) -> bool:
    """True if a file of that name should be an archive."""
    return file.name.lower().endswith(SUFFIXES)


def contents(file: Path, tables_into: Path, *, cancel: Cancel) -> tuple[list[Listed], int]:
    """The pictures in the archive as if it were unpacked, and their bytes; its tables are written to `tables_into`.

    Raises:
        SourceError: it is damaged, encrypted, too large, or holds a path that leads out of it.
        JobCancelled: `cancel` was set.
    """
    folders: dict[str, list[str]] = defaultdict(list)
    total = 0
    guard = _Guard(file)
    for member in _members(file):
        cancel.check()
        guard.announced(member.size)
        if member.problem is not None:
            continue
        total += member.size
        if member.suffix in IMAGE_SUFFIXES or (not member.suffix and _shows_picture(member)):
            folders["/".join(member.parts[:-1])].append(member.parts[-1])
        elif member.suffix in _TABLES and member.size <= _LARGEST_TABLE:
            with suppress(_DamagedError):
                _write(member, tables_into, guard)
    ordered = sorted(folders, key=natural_key)
    return [Listed(folder, tuple(sorted(set(folders[folder])))) for folder in ordered], total


def _shows_picture(member: _Member) -> bool:
    """Whether the first bytes are those of a picture; what cannot be read is told when it is unpacked."""
    try:
        with member.open() as stream:
            return is_picture(stream.read(SIGNATURE_BYTES))
    except Exception:  # damaged members make these modules raise anything
        return False


def unpack(file: Path, into: Path, *, emit: Emit, cancel: Cancel, problem: Problem) -> None:
    """Write the pictures, tables and arrays of the archive below `into`. `problem` hears what is passed over, and why.

    Raises:
        SourceError: as `contents`; what was written until then is left for the caller to remove.
        JobCancelled: `cancel` was set; it is asked before each file.
    """
    guard = _Guard(file)
    for number, member in enumerate(_members(file)):
        cancel.check()
        if member.problem is not None:
            problem(f"{file}/{member.path}", member.problem)
            continue
        try:
            _write(member, into, guard)
        except _DamagedError as error:
            problem(f"{file}/{member.path}", f"damaged: {error}")
        if number % 200 == 0:
            emit(Progress("Unpacking", number))


class _DamagedError(Exception):
    """One file of an archive cannot be read; the others can."""


class _Guard:
    """Counts what comes out of an archive, and stops it in time."""

    def __init__(self, file: Path) -> None:
        self._name = file.name
        self._packed = file.stat().st_size
        self._said = self._written = 0

    def announced(self, size: int) -> None:
        self._said += size
        self._check(self._said)

    def wrote(self, size: int) -> None:
        self._written += size
        self._check(self._written)

    def _check(self, size: int) -> None:
        if size > MOST_BYTES:
            raise SourceError(
                f"{self._name} is not unpacked: it holds over {MOST_BYTES // 10**9} GB, which is the limit; "
                "unpack it yourself."
            )
        if size > _RATIO_FROM and size > MOST_RATIO * self._packed:
            raise SourceError(
                f"{self._name} is not unpacked: it grows to over {MOST_RATIO} times its size, as only archives made to "
                "do harm do; unpack it yourself if you trust it."
            )


def _write(member: _Member, into: Path, guard: _Guard) -> None:
    """Write one file; one that is there already stays, since names may differ by case alone."""
    target = into.joinpath(*member.parts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(error) from error
    try:
        with member.open() as stream, target.open("xb") as out:
            while piece := stream.read(_PIECE):
                guard.wrote(len(piece))
                out.write(piece)
    except FileExistsError:
        return
    except SourceError:
        raise
    except OSError as error:
        raise _not_writable(error) from error
    except Exception as error:  # damaged members make these modules raise anything
        target.unlink(missing_ok=True)
        raise _DamagedError(str(error).rstrip(".")) from error


def _not_writable(error: OSError) -> Exception:
    """A name that this disk cannot hold concerns one file; anything else, such as a full disk, concerns all."""
    if error.errno in _BAD_NAME:
        return _DamagedError(f"its name cannot be used here ({os.strerror(error.errno or 0).lower()})")
    return error


def _members(file: Path) -> Iterator[_Member]:
    """The files that an import may read, in the order of the archive. Raises SourceError as `contents`."""
    with _explained(file):
        found = _of_zip(file) if zipfile.is_zipfile(file) else _of_tar(file)
        for member in found:
            if member.parts and not _passed_over(member):
                yield member


def _passed_over(member: _Member) -> bool:
    if any(part.startswith(".") or part.lower() in SKIPPED_FOLDERS for part in member.parts):
        return True
    return member.suffix not in IMAGE_SUFFIXES | _TABLES | _ARRAYS


def _of_zip(file: Path) -> Iterator[_Member]:
    with _zip(file) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.flag_bits & 1:
                raise SourceError(f"{file.name} is encrypted; unpack it yourself and add the folder.")
            link = stat.S_ISLNK(info.external_attr >> 16)
            parts = _parts(file, info.filename)
            yield _Member(parts, info.file_size, _LINK if link else None, lambda info=info: archive.open(info))  # type: ignore[misc]


def _zip(file: Path) -> zipfile.ZipFile:
    """Names that are not marked as UTF-8 mostly are: so write macOS and most programs for Linux."""
    try:
        return zipfile.ZipFile(file, metadata_encoding="utf-8")
    except UnicodeDecodeError:
        return zipfile.ZipFile(file)


def _of_tar(file: Path) -> Iterator[_Member]:
    with tarfile.open(file) as archive:
        for info in archive:
            if info.isdir():
                continue
            problem = None if info.isreg() else _LINK if info.issym() or info.islnk() else "not a file"
            yield _Member(_parts(file, info.name), info.size, problem, lambda info=info: _opened(archive, info))  # type: ignore[misc]


def _opened(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(info)
    assert stream is not None
    return stream


_LINK = "a link; links in archives are not followed"


def _parts(file: Path, name: str) -> tuple[str, ...]:
    """The path of a member below the target.

    Raises:
        SourceError: it leads out of it.
    """
    plain = name.replace("\\", "/")
    parts = tuple(part for part in plain.split("/") if part not in ("", "."))
    if plain.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", plain):
        raise SourceError(
            f"{file.name} is not unpacked: it holds the path {name!r}, which leads out of its folder; "
            "unpack it yourself if you trust it."
        )
    return tuple(part.replace("\0", "") or "_" for part in parts)


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except SourceError:
        raise
    except FileNotFoundError as error:
        raise SourceError(f"{file} does not exist.") from error
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno is not None else str(error).rstrip(".")
        raise SourceError(f"{file.name} cannot be unpacked: {why}.") from error
    except Exception as error:  # damaged archives make these modules raise anything
        raise SourceError(f"{file.name} is damaged or no archive: {str(error).rstrip('.')}.") from error
