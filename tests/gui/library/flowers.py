"""Photographs of flowers without labels, in a project of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from tests.flowers import photographs

FLOWERS = ("daisy", "roses")
OF_EACH = 12


def make_flowers(folder: Path, shared_data: Path, *, boards: int = 0, rare: Mapping[str, int] | None = None) -> Path:
    """The project `folder/flowers.pigeonhole`; the kind is in the name of each file, and there are classes for both.

    `rare` are more kinds, with how many pictures of each. `boards` pictures of chess boards, `00 board` and so on, are
    like no flower.
    """
    kinds = dict.fromkeys(FLOWERS, OF_EACH) | dict(rare or {})
    pictures = folder / "flowers"
    pictures.mkdir()
    for kind, number, content in photographs(shared_data, kinds):
        (pictures / f"{number:02} {kind}.jpg").write_bytes(content)
    for number in range(boards):
        squares = np.kron(np.indices((8, 8)).sum(axis=0) % 2, np.ones((24 + number, 24 + number)))
        Image.fromarray((255 * squares).astype(np.uint8)).save(pictures / f"{number:02} board.png")
    project = folder / "flowers.pigeonhole"
    params = ImportParams(str(project), (str(pictures),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(project) as opened_project:
        for kind in kinds:
            edits.add_class(opened_project, kind)
    return project
