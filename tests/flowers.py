"""Photographs of flowers from the data that tests share."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path


def photographs(shared_data: Path, counts: Mapping[str, int]) -> Iterator[tuple[str, int, bytes]]:
    """Yield kind, number and content of the first photographs of each kind, so many of it."""
    with tarfile.open(shared_data / "flower_photos-mini.tgz") as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        for kind, count in counts.items():
            members = [member for member in files if f"/{kind}/" in member.name][:count]
            for number, member in enumerate(members):
                opened = archive.extractfile(member)
                assert opened is not None
                yield kind, number, opened.read()


def write_photographs(folder: Path, shared_data: Path, counts: Mapping[str, int]) -> Path:
    """Write them as `folder/KIND/NUMBER.jpg`; return the folder."""
    for kind, number, content in photographs(shared_data, counts):
        file = folder / kind / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder
