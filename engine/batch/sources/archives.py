"""Pictures inside archives, read one after the other without unpacking anything to disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from engine.batch.items import Item
from engine.errors import JobCancelled, SourceError
from engine.imaging.signatures import IMAGE_SUFFIXES, SIGNATURE_BYTES, is_picture
from engine.jobs.job import Cancel
from engine.language import _
from engine.library.packed import members as packed
from engine.library.packed.members import PIECE, SUFFIXES, ArchiveError, ArchiveTooLarge, Kind, Member
from engine.problems import Problem, ProblemKind

LARGEST_MEMBER = 512 * 2**20  # bytes; a picture that is larger unpacked is taken for a bomb


def is_archive(source: str) -> bool:
    return source.lower().endswith(SUFFIXES)


def archive_among(sources: Sequence[str], path: str) -> str | None:
    """The one of the sources in which a picture of that name lies, if it is an archive."""
    return next((s for s in sources if is_archive(s) and path.startswith(f"{s}/")), None)


def stays_inside(problem: str) -> bool:
    """Return whether this is the problem of an archive, or of a picture that cannot be taken out of one: then there is
    no file that could be copied. (A picture that comes out and is damaged is a file like any other.)
    """
    return Problem.read(problem).kind is ProblemKind.IN_ARCHIVE


def members(archive: str, *, contents: bool, cancel: Cancel) -> Iterator[Item]:
    """The pictures in an archive in its own order, named `archive/path/in/it`; without `contents`, without bytes.

    A member that cannot be read is an item with a problem; so is an archive that ends too early, or that holds more
    than an import would unpack.

    Raises:
        SourceError: the file is no archive or cannot be opened.
        JobCancelled: `cancel` was set.
    """
    begun = False
    try:
        for member in packed.members(Path(archive), wanted=_may_be_picture, cancel=cancel):
            begun = True
            item = _item(member, f"{archive}/{member.name}", contents)
            if item is not None:
                yield item
    except ArchiveTooLarge as error:
        if contents:
            yield _stuck(archive, _("the archive is not read further, {why}").format(why=error.why))
    except ArchiveError as error:
        if not begun:
            raise SourceError(
                _("The archive {archive} cannot be opened ({why}); expected a .zip or .tar file that is whole.").format(
                    archive=archive, why=error.why
                )
            ) from None
        if contents:
            yield _stuck(archive, _("the archive cannot be read further ({why})").format(why=error.why))


def _item(member: Member, path: str, contents: bool) -> Item | None:
    """A picture; None for what is none. Links and devices in archives are passed over: nothing outside the archive is
    ever read through it.
    """
    sure = bool(PurePosixPath(member.name).suffix)
    if member.kind not in (Kind.FILE, Kind.ENCRYPTED) or (member.kind is Kind.ENCRYPTED and not sure):
        return None
    if sure and not contents:
        return Item(path)
    if member.kind is Kind.ENCRYPTED:
        return _stuck(path, _("it is encrypted in its archive"))
    if sure and member.size > LARGEST_MEMBER:
        return _huge(path)
    try:
        with member.opened() as stream:
            data = bytearray(stream.read(PIECE if sure else SIGNATURE_BYTES))
            if not sure and not is_picture(bytes(data)):
                return None
            if not contents:
                return Item(path)
            while len(data) <= LARGEST_MEMBER and (piece := stream.read(PIECE)):
                data += piece
    except (SourceError, JobCancelled):
        raise
    except Exception as error:  # damaged members make these modules raise anything
        return _stuck(path, _("its archive is damaged there ({why})").format(why=_words(error))) if sure else None
    return _huge(path) if len(data) > LARGEST_MEMBER else Item(path, bytes(data))


def _huge(path: str) -> Item:
    return _stuck(path, _("over {size} MB unpacked").format(size=LARGEST_MEMBER // 2**20))


def _stuck(path: str, why: str) -> Item:
    return Item(path, problem=str(Problem(ProblemKind.IN_ARCHIVE, why)))


def _may_be_picture(name: str) -> bool:
    """Return whether a member may be a picture: by its suffix; where it has none, its first bytes tell, as those of
    files in folders do.
    """
    path = PurePosixPath(name)
    if any((part.startswith(".") and part not in {".", ".."}) or part == "__MACOSX" for part in path.parts):
        return False
    return not path.suffix or path.suffix.lower() in IMAGE_SUFFIXES


def _words(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).strip().rstrip(".").lower()
