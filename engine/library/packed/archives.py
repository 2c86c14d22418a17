"""Archives unpacked so that nothing is written outside the target: `members` reads them.

Only files that an import reads are written: pictures, tables, labels, arrays. Links are never made.
"""

from __future__ import annotations

import errno
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import JobCancelled, SourceError, UsageError
from engine.events import Progress
from engine.files import reason_of
from engine.imaging.signatures import IMAGE_SUFFIXES, SIGNATURE_BYTES, is_picture
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library.listing import LABEL_SUFFIXES, SKIPPED_FOLDERS, Listed, natural_key
from engine.library.packed.member_names import Naming
from engine.library.packed.members import PIECE, SUFFIXES, ArchiveCut, Kind, Member, members

MOST_BYTES = 100 * 10**9
_LARGEST_TABLE = 64 * 2**20
_SAMPLES, _FIRST_SAMPLES = 4, 40  # pictures of each folder, and of all, that a preview may show
_SAMPLE_BYTES = 64 * 2**20
_TABLES = LABEL_SUFFIXES
_ARRAYS = frozenset({".npz", ".npy", ".parquet", ".mat", ".bin", ".gz", ""})
_BAD_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTDIR, errno.EISDIR, errno.EEXIST)
_REASONS = {
    Kind.LINK: marked("a link; links in archives are not followed"),
    Kind.OTHER: marked("not a file"),
    Kind.ARCHIVE: marked("an archive in an archive in this one; unpack it yourself"),
}

Problem = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A member with the parts of its path below the target."""

    parts: tuple[str, ...]
    member: Member

    @property
    def path(self) -> str:
        return "/".join(self.parts)

    @property
    def suffix(self) -> str:
        return _suffix(self.parts[-1])


def is_archive(file: Path) -> bool:
    """True if a file of that name should be an archive."""
    return file.name.lower().endswith(SUFFIXES)


def contents(
    file: Path, tables_into: Path, naming: Naming, *, cancel: Cancel, samples_into: Path | None = None
) -> tuple[list[Listed], int]:
    """The pictures in the archive as if it were unpacked, and their bytes; its tables are written to `tables_into`, and
    a few pictures of each folder to `samples_into`.

    Archives in it count as folders of their names, one level deep.

    Raises:
        SourceError: it is damaged, encrypted, too large, or holds a path that leads out of it.
        JobCancelled: `cancel` was set.
    """
    folders: dict[str, list[str]] = defaultdict(list)
    total = taken = pictures = 0
    with suppress(ArchiveCut):  # told when it is unpacked
        for entry in _entries(file, tables_into.parent, naming, cancel):
            if entry.member.kind is not Kind.FILE:
                continue
            total += entry.member.size
            if entry.suffix in IMAGE_SUFFIXES or (not entry.suffix and _shows_picture(entry.member)):
                names = folders["/".join(entry.parts[:-1])]
                names.append(entry.parts[-1])
                pictures += 1
                wanted = len(names) <= _SAMPLES or pictures <= _FIRST_SAMPLES
                if samples_into is not None and wanted and taken + entry.member.size <= _SAMPLE_BYTES:
                    taken += entry.member.size
                    with suppress(_DamagedError):
                        _write(entry, samples_into)
            elif entry.suffix in _TABLES and entry.member.size <= _LARGEST_TABLE:
                with suppress(_DamagedError):
                    _write(entry, tables_into)
    ordered = sorted(folders, key=natural_key)
    return [Listed(folder, tuple(sorted(set(folders[folder])))) for folder in ordered], total


def _shows_picture(member: Member) -> bool:
    """Whether the first bytes are those of a picture; what cannot be read is reported when it is unpacked."""
    try:
        with member.opened() as stream:
            return is_picture(stream.read(SIGNATURE_BYTES))
    except (SourceError, JobCancelled):
        raise
    except Exception:  # damaged members make these modules raise anything
        return False


def unpack(file: Path, into: Path, naming: Naming, *, emit: Emit, cancel: Cancel, problem: Problem) -> None:
    """Write the pictures, tables and arrays of the archive below `into`. `problem` hears what is passed over, and why.

    Raises:
        SourceError: as `contents`; what was written until then is left for the caller to remove.
        JobCancelled: `cancel` was set; it is asked before each file.
    """
    try:
        for number, entry in enumerate(_entries(file, into.parent, naming, cancel)):
            if entry.member.kind is not Kind.FILE:
                problem(f"{file}/{entry.path}", _(_REASONS[entry.member.kind]))
                continue
            try:
                _write(entry, into)
            except _DamagedError as error:
                problem(f"{file}/{entry.path}", f"damaged: {error}")
            if number % 200 == 0:
                emit(Progress(marked("Unpacking"), number))
    except ArchiveCut as error:
        problem(str(file), f"truncated: {error.why}")


class _DamagedError(Exception):
    """One file of an archive cannot be read; the others can."""


def _write(entry: _Entry, into: Path) -> None:
    """Write one file; one that is there already stays, since names may differ by case alone."""
    target = into.joinpath(*entry.parts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(error) from error
    try:
        with entry.member.opened() as stream, target.open("xb") as out:
            while piece := stream.read(PIECE):
                out.write(piece)
    except FileExistsError:
        return
    except (SourceError, JobCancelled):
        raise
    except OSError as error:
        raise _not_writable(error) from error
    except Exception as error:  # damaged members make these modules raise anything
        target.unlink(missing_ok=True)
        raise _DamagedError(str(error).rstrip(".")) from error


def _not_writable(error: OSError) -> Exception:
    """A name that this disk cannot hold concerns one file; anything else, such as a full disk, concerns all."""
    if error.errno in _BAD_NAME:
        return _DamagedError(_("its name cannot be used here ({why})").format(why=reason_of(error)))
    return error


def _entries(file: Path, scratch: Path, naming: Naming, cancel: Cancel) -> Iterator[_Entry]:
    """The files that an import may read, in the order of the archive; of archives in it, those in these.

    `scratch` is a folder for an archive in it while that is read.

    Raises:
        SourceError: as `contents`.
        UsageError: the encoding that was asked for changes nothing.
    """
    left = MOST_BYTES
    tables = False
    for entry in _members(file, left, naming, cancel):
        tables = tables or entry.suffix in _TABLES
        if entry.member.kind is not Kind.FILE or not is_archive(Path(entry.parts[-1])):
            yield entry
            continue
        with tempfile.TemporaryDirectory(dir=scratch, prefix="inner-") as folder:
            inner = _Entry(entry.parts[-1:], entry.member)
            try:
                _write(inner, Path(folder))
            except _DamagedError as error:
                raise SourceError(
                    _("{path} in {file} is damaged: {why}.").format(path=inner.path, file=file.name, why=error)
                ) from None
            names = Naming(naming.wanted)
            for found in _members(Path(folder, inner.path), left, names, cancel):
                left -= found.member.size
                member = found.member
                if is_archive(Path(found.parts[-1])):
                    member = replace(member, kind=Kind.ARCHIVE)
                yield _Entry(_below(entry.parts, found.parts), member)
            naming.used, naming.guessed = naming.used or names.used, naming.guessed or names.guessed
    if naming.wanted is not None and naming.used is None and not tables and not naming.for_table:
        raise UsageError(
            _(
                "The encoding {wanted} changes nothing: all names in {file} say how they are encoded, and it holds no "
                "table; leave it out."
            ).format(wanted=naming.wanted, file=file.name)
        )


def _below(archive: tuple[str, ...], parts: tuple[str, ...]) -> tuple[str, ...]:
    """`train.zip` may hold a folder `train`, or what belongs into it."""
    name = archive[-1].lower()
    suffix = max((suffix for suffix in SUFFIXES if name.endswith(suffix)), key=len)
    stem = archive[-1][: -len(suffix)]
    return (*archive[:-1], *parts) if parts[0] == stem or not stem else (*archive[:-1], stem, *parts)


def _members(file: Path, most: int, naming: Naming, cancel: Cancel) -> Iterator[_Entry]:
    def wanted(name: str) -> bool:
        return not _passed_over(_plain(name))

    for member in members(file, wanted=wanted, most=most, naming=naming, cancel=cancel):
        if member.kind is Kind.ENCRYPTED:
            raise SourceError(_("{file} is encrypted; unpack it yourself and add the folder.").format(file=file.name))
        yield _Entry(_inside(file, member.name), member)


def _plain(name: str) -> tuple[str, ...]:
    """The parts of a path in an archive."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))


def _passed_over(parts: tuple[str, ...]) -> bool:
    if not parts or any((part.startswith(".") and part != "..") or part.lower() in SKIPPED_FOLDERS for part in parts):
        return True
    return _suffix(parts[-1]) not in IMAGE_SUFFIXES | _TABLES | _ARRAYS and not is_archive(Path(parts[-1]))


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""


def _inside(file: Path, name: str) -> tuple[str, ...]:
    """The path of a member below the target.

    Raises:
        SourceError: it leads out of it.
    """
    parts = _plain(name)
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise SourceError(
            _(
                "{file} is not unpacked: it holds the path {name!r}, which leads out of its folder; unpack it yourself "
                "if you trust it."
            ).format(file=file.name, name=name)
        )
    return parts
