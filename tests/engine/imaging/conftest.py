"""Files that hold what their names say, made with Pillow."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Save a Pillow image under a name; returns the file."""

    def _save(image: Image.Image, name: str = "picture.png", **options) -> Path:
        path = tmp_path / name
        image.save(path, **options)
        return path

    return _save


@pytest.fixture
def arrow() -> Image.Image:
    """4 wide, 3 high, with a red corner at the top left and a blue one at the bottom right: shows how it is turned."""
    image = Image.new("RGB", (40, 30), "white")
    image.paste("red", (0, 0, 20, 15))
    image.paste("blue", (20, 15, 40, 30))
    return image


@pytest.fixture(scope="session")
def trouble(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The odd, broken and hostile files of `../shared/data/trouble.zip`."""
    folder = tmp_path_factory.mktemp("trouble")
    with zipfile.ZipFile(shared_data / "trouble.zip") as archive:
        archive.extractall(folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())
