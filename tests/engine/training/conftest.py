"""Small projects of real files that a tiny network can learn within seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.training.options import TrainOptions
from engine.training.recipes.registry import RECIPES

Counts = Mapping[str, Mapping[Split, int]]
MakeProject = Callable[[Counts], Path]
SIDE = 24


@contextmanager
def network_of(name: str, build: Callable[[TrainOptions, int], Any]) -> Iterator[pytest.MonkeyPatch]:
    """Let the recipe of that name have another network meanwhile; give the patch, for what else is to be undone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RECIPES, name, replace(RECIPES[name], build=build))
        yield patch


@contextmanager
def steps_as_written() -> Iterator[None]:
    """Steps are not traced meanwhile, and give the same numbers: tracing takes most of the time of a tiny training.

    For what a run does around its steps; other tests trace them.
    """
    import tensorflow

    tensorflow.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tensorflow.config.run_functions_eagerly(False)


@pytest.fixture
def untraced() -> Iterator[None]:
    with steps_as_written():
        yield


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    return lambda counts: build_project(tmp_path, counts)


def build_project(folder: Path, counts: Counts) -> Path:
    """A project whose classes differ in brightness; returns its folder. Files are `pictures/CLASS/SPLIT-N.png`."""
    random = np.random.default_rng(0)
    levels = np.linspace(40, 215, max(len(counts), 2))
    for level, (name, splits) in zip(levels, counts.items(), strict=False):
        (folder / "pictures" / name).mkdir(parents=True)
        for split, count in splits.items():
            for number in range(count):
                pixels = np.clip(random.normal(level, 25, (SIDE, SIDE)), 0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / "pictures" / name / f"{split}-{number}.png")
    return import_pictures(folder)


def import_pictures(folder: Path) -> Path:
    """Import what `build_project` wrote, each file into the split of its name; returns the project's folder."""
    params = ImportParams(str(folder / "some"), (str(folder / "pictures"),), labels="folders")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(folder / "some.pigeonhole") as project:
        for split in Split:
            ids = [r.id for r in query.labelled_images(project) if r.file.name.startswith(f"{split}-")]
            edits.set_split(project, ids, split)
        return project.folder


def remove_and_add_anew(folder: Path) -> None:
    """The source goes from the project with its images and comes back: all get other ids."""
    with Project.open(folder) as project:
        while edits.undo(project):
            pass
    import_pictures(folder.parent)
