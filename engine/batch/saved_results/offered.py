"""Suggestions of images that were added to a project from Classify, saved beside them for the next start."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.models.atomic import write_json
from engine.records import RecordError, read

NAME = "suggestions.json"  # in the folder of the project
MOST_BYTES = 2**29

Offered = Mapping[int, tuple[str, float]]  # by the id of an image: the name of a class, and how sure, 0 to 1


@dataclass(frozen=True, slots=True)
class _OfferedFile:
    """`images`: id of the image, name of the class, how sure."""

    images: tuple[tuple[int, str, float], ...]


def save_offered(project: Path, offered: Offered) -> None:
    """Save the suggestions of a project in place of those before; where it cannot be written they last this session."""
    with suppress(OSError):
        write_json(project / NAME, {"images": [[i, name, share] for i, (name, share) in offered.items()]})


def saved_offered(project: Path) -> dict[int, tuple[str, float]]:
    """Return what was saved; nothing where no file can be read."""
    try:
        found = read(project / NAME, _OfferedFile, most=MOST_BYTES)
    except (OSError, RecordError):
        return {}
    return {image: (name, share) for image, name, share in found.images}


def forget_offered(project: Path) -> None:
    """Remove what was saved."""
    with suppress(OSError):
        (project / NAME).unlink(missing_ok=True)
