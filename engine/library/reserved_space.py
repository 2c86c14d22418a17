"""Disk space: checked before an import, and some of it reserved so that the import can be taken back on a full disk."""

from __future__ import annotations

import errno
import io
import os
import shutil
from pathlib import Path

from engine.errors import ProjectError
from engine.files import create_file, reason_of
from engine.language import _

RESERVE_NAME = "import.reserve"
_BYTES_PER_IMAGE = 700  # in the store and its journal, measured at 335 and rounded up well
_LEAST, _MOST = 256 * 1024, 16 * 1024 * 1024


def reserve_space(folder: Path, images: int) -> Path:
    """A file that holds some room in a project's folder while `images` are added; deleting it gives the room back.

    Raises:
        ProjectError: the disk has no room for that many images, or cannot be written.
    """
    needed = _LEAST + images * _BYTES_PER_IMAGE
    reserve = folder / RESERVE_NAME
    name = folder.stem
    try:
        free = shutil.disk_usage(folder).free
        size = min(needed, _MOST)
        if free < needed + size:
            raise ProjectError(
                _(
                    "The disk is full: adding {images:,} images to {name} takes about {needed} MB and {free} MB are "
                    "free; free some space and try again."
                ).format(images=images, name=name, needed=_megabytes(needed + size), free=_megabytes(free))
            )
        _occupy(reserve, size)
    except OSError as error:
        reserve.unlink(missing_ok=True)
        raise ProjectError(_("{name} cannot be written: {why}.").format(name=name, why=reason_of(error))) from error
    return reserve


def _occupy(file: Path, size: int) -> None:
    """Without writing it where the system can: sixteen megabytes take a tenth of a second."""
    with io.BufferedWriter(create_file(file)) as stream:
        try:
            os.posix_fallocate(stream.fileno(), 0, size)
        except (
            AttributeError,
            OSError,
        ) as error:  # Windows and macOS have none; some file systems and libraries refuse
            if isinstance(error, OSError) and error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
                raise
            stream.write(bytes(size))


def release_space(folder: Path) -> None:
    """Give back what an import that was killed had kept."""
    (folder / RESERVE_NAME).unlink(missing_ok=True)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"
