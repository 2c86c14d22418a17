"""Opening files that a stranger may have put there.

A pipe, a socket or a device in the place of a file would make a plain `open` or `read` wait for ever, or never end.
Looking at the name first leaves an instant in which it can be exchanged, so what was opened is looked at instead.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import Literal

from engine.errors import EngineError
from engine.language import _, marked

_DIGEST_BYTES = 16
# None of these says anything of a regular file. Windows has none of them; its pipes are no names in a folder.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_KINDS = (
    (stat.S_ISFIFO, marked("it is a pipe, not a file")),
    (stat.S_ISSOCK, marked("it is a socket, not a file")),
    (stat.S_ISCHR, marked("it is a device, not a file")),
    (stat.S_ISBLK, marked("it is a device, not a file")),
    (stat.S_ISDIR, marked("it is a folder, not a file")),
)
_NO_FILE = marked("it is something else, not a file")
# The commonest of what systems say; the rest is shown as the system says it.
_OF_SYSTEM = (
    marked("permission denied"),
    marked("operation not permitted"),
    marked("no such file or directory"),
    marked("not a directory"),
    marked("is a directory"),
    marked("file exists"),
    marked("directory not empty"),
    marked("no space left on device"),
    marked("disk quota exceeded"),
    marked("read-only file system"),
    marked("input/output error"),
    marked("file name too long"),
    marked("too many open files"),
    marked("device or resource busy"),
    marked("invalid argument"),
    marked("cannot allocate memory"),
    marked("stale file handle"),
    marked("no such device or address"),
)


class NotAFile(EngineError, OSError):
    """Something else stands where a file was expected. An OSError with `strerror`, as any other reason not to read."""

    def __init__(self, path: Path | str, mode: int) -> None:
        why = next((words for is_kind, words in _KINDS if is_kind(mode)), _NO_FILE)
        super().__init__(errno.EINVAL, why, str(path))

    def __str__(self) -> str:
        return _("{file} cannot be read: {why}.").format(file=self.filename, why=reason_of(self))


def open_regular(path: Path | str) -> io.BufferedReader:
    """Open the file at `path` for reading; also through links.

    Raises:
        NotAFile: it is a pipe, a socket or a device.
        IsADirectoryError: it is a folder.
        OSError: it is missing or cannot be read.
    """
    return open(path, "rb", opener=open_descriptor)


def open_regular_text(path: Path | str, *, errors: str | None = None, newline: str | None = None) -> io.TextIOWrapper:
    """As `open_regular`, for text."""
    return open(path, encoding="utf-8", errors=errors, newline=newline, opener=open_descriptor)


def create_file(path: Path | str) -> io.FileIO:
    """Create the file at `path`, in the place of whatever has that name; for reading and writing, without a buffer.

    For names that no person gave, such as that of a journal beside an output: what is written must not go where a link
    of that name leads, nor wait for somebody to read from a pipe.

    Raises:
        OSError: it cannot be created.
    """
    Path(path).unlink(missing_ok=True)
    return Path(path).open("xb+", buffering=0)


def continue_file(path: Path | str, mode: Literal["ab", "rb+"]) -> io.FileIO:
    """Open a file that `create_file` has created, to write behind its end, or to read and write.

    Raises:
        OSError: it is missing, a link, or what `open_regular` refuses.
    """
    no_links = getattr(os, "O_NOFOLLOW", 0)
    return open(path, mode, buffering=0, opener=lambda name, flags: open_descriptor(name, flags | no_links))


def read_regular(path: Path | str, *, most: int | None = None) -> bytes:
    """All bytes of the file at `path`.

    Raises:
        OSError: as `open_regular`; with the number EFBIG if there are over `most`.
    """
    with open_regular(path) as file:
        if most is None:
            return file.read()
        data = file.read(most + 1)  # not by its size: that may change, and some file systems tell none
    if len(data) > most:
        why = _("it is larger than {size:,.0f} MB").format(size=most / 2**20)
        raise OSError(errno.EFBIG, why, str(path))
    return data


def is_folder(path: Path | str) -> bool:
    """Whether a folder is there; False also for a name that no system takes, which `Path.is_dir` raises for."""
    return os.path.isdir(path)  # noqa: PTH112


def digest(path: Path) -> bytes | None:
    """Return 16 bytes that tell the content of a file from any other; None if it cannot be read."""
    import hashlib

    try:
        with open_regular(path) as stream:
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=_DIGEST_BYTES)).digest()
    except OSError:
        return None


def check_regular(path: Path | str) -> None:
    """Look at a file that a library will open by its name. Raises what `open_regular` raises, but for permissions."""
    mode = os.stat(path).st_mode  # noqa: PTH116
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise NotAFile(path, mode)


def open_descriptor(path: str, flags: int = os.O_RDONLY | getattr(os, "O_BINARY", 0)) -> int:
    """A descriptor of the file at `path`, as `opener` of `open`. Raises what `open_regular` raises."""
    try:
        descriptor = os.open(path, flags | _FLAGS)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.EOPNOTSUPP):  # a socket, or a device that is not there
            check_regular(path)
        raise
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    raise NotAFile(path, mode)


def sync_file(descriptor: int) -> None:
    """Bring a file to the disk, as `os.fsync`; devices that know no such thing are passed over."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise


def too_long_words(error: BaseException) -> str | None:
    """The sentence for a name that no system takes, wherever it was used first; None for other errors."""
    if not isinstance(error, OSError) or error.errno != errno.ENAMETOOLONG:
        return None
    sentence = _("This name is longer than the system takes: {name} …; use a shorter one.")
    return sentence.format(name=str(error.filename)[:100])


def system_reason(error: OSError) -> str:
    """Return the system's reason in a few words without a capital, as a part of a sentence, of what is written."""
    if isinstance(error, FileNotFoundError):
        return _("its folder does not exist")
    if isinstance(error, IsADirectoryError):
        return _("there is a folder of that name")
    return reason_of(error)


def reason_of(error: OSError) -> str:
    """Return the system's reason as it gives it, in a few words without a capital, as a part of a sentence."""
    said = error.strerror or str(error)
    small = said[:1].lower() + said[1:]
    return _(small)
