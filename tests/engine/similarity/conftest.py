"""A project of small pictures that were made for the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main

MakeProject = Callable[[int], Path]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """A function from a number of pictures to a project of so many, no two alike."""

    def make(count: int) -> Path:
        pictures, random = tmp_path / "pictures", np.random.default_rng(0)
        pictures.mkdir()
        for number in range(count):
            pixels = random.integers(0, 256, (6, 8, 3), np.uint8)
            Image.fromarray(pixels).resize((80, 60)).save(pictures / f"{number:03}.png")
        folder = tmp_path / "test.pigeonhole"
        assert main(["import", str(folder), str(pictures), "--labels", "none"]) == 0
        return folder

    return make
