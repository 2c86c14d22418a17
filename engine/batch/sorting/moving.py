"""Moving, copying and linking single files so that nothing is overwritten and no contents are ever lost."""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
from pathlib import Path

from engine.files import sync_file

_NO_HARD_LINKS = {errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EACCES, errno.ENOSYS, errno.EINVAL}


def move(source: Path, target: Path, part: Path) -> None:
    """Move a file or symbolic link; at every instant its contents are at `source` or `target`, or at both.

    Within a file system it is linked anew and the old name taken away; across two it is copied to `part` beside the
    target, brought to disk and renamed before the old one goes.

    Raises:
        FileExistsError: there is something at `target`.
        OSError: it cannot be done; `source` is then as it was, and there is nothing at `target`.
    """
    if source.is_symlink():
        link(Path(os.path.realpath(source)), target)
    else:
        _take_name(source, target, part)
    try:
        source.unlink()
    except FileNotFoundError:
        return  # renamed
    except OSError:
        target.unlink()
        raise


def _take_name(source: Path, target: Path, part: Path) -> None:
    if _linked(source, target):
        return
    if _on_one_file_system(source, target.parent):
        _refuse_existing(target)
        source.rename(target)
    else:
        copy(source, target, part, durable=True)


def _linked(source: Path, target: Path) -> bool:
    """Make `target` a second name of a file; return False where there can be none."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        return False
    return True


def copy(source: Path | bytes, target: Path, part: Path, *, durable: bool = False) -> None:
    """Copy a file, with its times, or write bytes; at `target` it appears whole or not at all.

    Raises:
        FileExistsError: there is something at `target`.
        OSError: it cannot be done; there is nothing at `target`.
    """
    part.unlink(missing_ok=True)  # a kill may have left it as a second name of a file that is complete
    try:
        if isinstance(source, bytes):
            part.write_bytes(source)
        else:
            shutil.copy2(source, part)
        if durable:
            with part.open("rb+") as file:
                sync_file(file.fileno())
        _give_name(part, target)
    finally:
        part.unlink(missing_ok=True)


def _give_name(part: Path, target: Path) -> None:
    if not _linked(part, target):
        _refuse_existing(target)
        part.rename(target)


def link(source: Path, target: Path) -> None:
    """A symbolic link at `target` to `source`, which is absolute."""
    target.symlink_to(source)


def hard_link(source: Path, target: Path) -> None:
    """A second name for the same file; for what a symbolic link leads to, if `source` is one."""
    os.link(os.path.realpath(source), target)


def same(one: Path, other: Path) -> bool:
    """Return whether one of two names can go without a loss: both are links to one place, or files with
    equal contents.
    """
    try:
        if one.is_symlink() or other.is_symlink():
            return one.is_symlink() and other.is_symlink() and os.path.realpath(one) == os.path.realpath(other)
        return one.samefile(other) or filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _on_one_file_system(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
