"""Tables that a job of Review writes for a spreadsheet."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.errors import UsageError
from engine.files import reason_of
from engine.language import _


def check_place(path: str | None, what: str) -> None:
    """Check before any work that a file may be written to `path`, if there is one to write. Changes nothing.

    Raises:
        UsageError: it may not; `what` names its content.
    """
    if path is None:
        return
    place, folder = Path(path), Path(path).absolute().parent
    if place.is_dir():
        raise _unwritable(what, path, _("there is a folder of that name"))
    if not folder.is_dir():
        raise _unwritable(what, path, _("its folder does not exist"))
    if not os.access(place if place.exists() else folder, os.W_OK):
        raise _unwritable(what, path, _("permission denied"))


def _unwritable(what: str, path: Path | str, reason: str) -> UsageError:
    return UsageError(
        _("The {what} cannot be written to {path}: {why}; choose another place.").format(
            what=_(what), path=path, why=reason
        )
    )


def write_csv(path: Path, what: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; file names that are not valid Unicode come out as the bytes that they are.

    Raises:
        UsageError: the file cannot be written there; `what` names its content.
    """
    try:
        with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)
    except OSError as error:
        reason = reason_of(error)
        raise _unwritable(what, path, reason) from error
