"""Writing a file so that a kill at any instant leaves either the old one or the new one."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, with the same suffix; takes its place when the block ends well.

    Raises:
        OSError: the place cannot be written; `path` is then as it was.
    """
    temporary = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text`. Names of files that are not valid Unicode are written as the bytes that they were."""
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode("utf-8", "surrogateescape"))


def write_json(path: Path, data: Any) -> None:
    """Replace `path` by `data` as indented JSON (in ASCII: file names may hold any code unit)."""
    write_text(path, json.dumps(data, indent=1) + "\n")
