"""Pictures inside archives, read one after the other without unpacking anything to disk."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import IO

from engine.batch.items import Item
from engine.errors import SourceError
from engine.imaging.decode import IMAGE_SUFFIXES
from engine.imaging.signatures import SIGNATURE_BYTES, is_picture
from engine.jobs.job import Cancel

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
LARGEST_MEMBER = 512 * 2**20  # bytes; a picture that is larger unpacked is taken for a bomb
_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError)
_ENCRYPTED = 0x1
_TRUNCATED = "truncated: the archive "
_LOCKED = "cannot be read: it is encrypted in its archive"
_BROKEN = "damaged: it cannot be unpacked from its archive"
_HUGE = f"too large: over {LARGEST_MEMBER // 2**20} MB unpacked"


def is_archive(source: str) -> bool:
    return source.lower().endswith(ARCHIVE_SUFFIXES)


def archive_among(sources: Sequence[str], path: str) -> str | None:
    """The one of the sources in which a picture of that name lies, if it is an archive."""
    return next((s for s in sources if is_archive(s) and path.startswith(f"{s}/")), None)


def stays_inside(problem: str) -> bool:
    """Whether this is the problem of an archive, or of a picture that cannot be taken out of one: then there is no file
    that could be copied. (A picture that comes out and is damaged is a file like any other.)
    """
    return problem.startswith((_TRUNCATED, _LOCKED, _BROKEN, _HUGE))


def members(archive: str, *, contents: bool, cancel: Cancel) -> Iterator[Item]:
    """The pictures in an archive in its own order, named `archive/path/in/it`; without `contents`, without bytes.

    A member that cannot be read is an item with a problem; so is an archive that ends too early.

    Raises:
        SourceError: the file is no archive or cannot be opened.
        JobCancelled: `cancel` was set.
    """
    opened = _zipped if archive.lower().endswith(".zip") else _tarred
    yield from opened(archive, contents, cancel)


def _zipped(archive: str, contents: bool, cancel: Cancel) -> Iterator[Item]:
    try:
        file = zipfile.ZipFile(archive)
    except _DAMAGE as error:
        raise SourceError(_cannot_open(archive, error)) from None
    with file:
        for member in file.infolist():
            cancel.check()
            shown = False if member.is_dir() else _is_picture(member.filename)
            if shown is False or (shown is None and not is_picture(_zip_head(file, member))):
                continue
            path = f"{archive}/{member.filename}"
            if not contents:
                yield Item(path)
            elif member.flag_bits & _ENCRYPTED:
                yield Item(path, problem=_LOCKED)
            elif member.file_size > LARGEST_MEMBER:
                yield Item(path, problem=_HUGE)
            else:
                yield _zip_member(file, member, path)


def _zip_head(file: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The first bytes; none of a member that cannot be read, whose kind nobody can tell."""
    try:
        with file.open(member) as stream:
            return stream.read(SIGNATURE_BYTES)
    except (*_DAMAGE, RuntimeError):
        return b""


def _zip_member(file: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> Item:
    try:
        with file.open(member) as stream:
            return _read(stream, path)
    except (*_DAMAGE, RuntimeError) as error:
        return Item(path, problem=f"{_BROKEN} ({_words(error)})")


def _tarred(archive: str, contents: bool, cancel: Cancel) -> Iterator[Item]:
    try:
        file = tarfile.open(archive, "r|*")  # noqa: SIM115  # a stream: each byte is unpacked once
    except _DAMAGE as error:
        raise SourceError(_cannot_open(archive, error)) from None
    with file:
        while True:
            cancel.check()
            try:
                member = file.next()
                if member is None:
                    if contents and not _has_end(file):
                        yield Item(archive, problem=f"{_TRUNCATED}has no end; pictures may be missing")
                    return
                item = _tar_member(file, member, f"{archive}/{member.name}", contents)
            except _DAMAGE as error:
                if contents:
                    yield Item(archive, problem=f"{_TRUNCATED}cannot be read further ({_words(error)})")
                return
            vars(file)["members"] = []  # else it remembers all that it has passed
            if item is not None:
                yield item


def _has_end(file: tarfile.TarFile) -> bool:
    """Whether the reading ended at the empty block that ends a tar archive: one that is cut behind a picture, or in
    the header of the next, ends for `tarfile` like a whole one.
    """
    return file.fileobj is not None and file.fileobj.tell() >= file.offset + tarfile.BLOCKSIZE


def _tar_member(file: tarfile.TarFile, member: tarfile.TarInfo, path: str, contents: bool) -> Item | None:
    """Links and devices in archives are passed over: nothing outside the archive is ever read through it."""
    shown = _is_picture(member.name) if member.isfile() else False
    if shown is False:
        return None
    stream = file.extractfile(member)
    assert stream is not None, "a regular member has contents"
    with stream:
        head = stream.read(SIGNATURE_BYTES) if shown is None else b""  # these bytes do not come again
        if shown is None and not is_picture(head):
            return None
        if not contents:
            return Item(path)
        if member.size > LARGEST_MEMBER:
            return Item(path, problem=_HUGE)
        return _read(stream, path, head)


def _read(stream: IO[bytes], path: str, head: bytes = b"") -> Item:
    data = head + stream.read(LARGEST_MEMBER + 1 - len(head))
    return Item(path, problem=_HUGE) if len(data) > LARGEST_MEMBER else Item(path, data)


def _is_picture(name: str) -> bool | None:
    """By its suffix; None where it has none: its first bytes tell, as those of files in folders do."""
    path = PurePosixPath(name)
    if any((part.startswith(".") and part not in {".", ".."}) or part == "__MACOSX" for part in path.parts):
        return False
    return path.suffix.lower() in IMAGE_SUFFIXES if path.suffix else None


def _cannot_open(archive: str, error: Exception) -> str:
    return f"The archive {archive} cannot be opened ({_words(error)}); expected a .zip or .tar file that is whole."


def _words(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).strip().rstrip(".").lower()
