"""Folders of small pictures, and projects made of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.events import Event
from engine.jobs.job import Cancel
from engine.library.project import Project
from engine.library.query import Filter, classes, image_ids, images
from engine.library.scan import ImportParams, import_sources


@pytest.fixture
def nothing_writable(monkeypatch: pytest.MonkeyPatch, empty_home: Path) -> None:
    """Only what the program keeps for itself, and the documents, can be written."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).is_relative_to(empty_home))


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[..., Path]:
    """Write a small PNG at each of the paths, below a folder called `pictures`; returns that folder."""

    def _pictures(*paths: str, root: str = "pictures") -> Path:
        folder = tmp_path / root
        folder.mkdir(exist_ok=True)
        for number, path in enumerate(paths):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 6), (number * 7 % 256, 90, 30)).save(file, "PNG")
        return folder

    return _pictures


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "work") as opened:
        yield opened


@pytest.fixture
def add(project: Project) -> Callable[..., dict[str, Any]]:
    """Import a folder into `project`; `events`, a list, receives what the job says."""

    def _add(*sources: Path, events: list[Event] | None = None, cancel: Cancel | None = None, **options: Any):
        params = ImportParams(project=str(project.folder), sources=tuple(map(str, sources)), **options)
        emit = events.append if events is not None else lambda _: None
        return import_sources(params, emit=emit, cancel=cancel or Cancel(), project=project)

    return _add


def labels_of(project: Project) -> dict[str, str | None]:
    """The class of each usable image by its path."""
    names: dict[int | None, str | None] = {cls.id: cls.name for cls in classes(project)}
    return {image.path: names.get(image.class_id) for image in images(project, image_ids(project, Filter()))}


def splits_of(project: Project) -> dict[str, str]:
    """The split of each usable image by its path."""
    return {image.path: image.split.value for image in images(project, image_ids(project, Filter()))}


def contents(project: Project) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a person would miss: the rows of images, classes and sources that are in sight."""
    with project.store.read() as db:
        return {
            "images": db.execute(
                "SELECT id, source_id, path, class_id, split, size_bytes, problem, grouping, unsure, excluded,"
                " note, confirmed, unseen"
                " FROM images"
                " WHERE state >= 0 ORDER BY id"
            ).fetchall(),
            "classes": db.execute(
                "SELECT id, name, colour, key, position FROM classes WHERE gone = 0 ORDER BY id"
            ).fetchall(),
        }
