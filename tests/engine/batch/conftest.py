"""A model and some pictures whose classes are known, and a batch in one line."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.batch.classify import classify
from engine.batch.params import ClassifyParams
from engine.jobs.job import Cancel


@pytest.fixture
def model(tmp_path, write_model):
    return write_model(tmp_path / "model.onnx", classes=("dark", "grey", "light"))


@pytest.fixture
def pictures(tmp_path):
    """Sixty pictures from black to white in nested folders."""
    folder = tmp_path / "pictures"
    for number, value in enumerate(np.linspace(0, 255, 60).astype(int)):
        path = folder / f"part {number % 3}" / "déjà vu 鳩" / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (12, 9), (int(value),) * 3).save(path)
    return folder


@pytest.fixture
def run(model):
    """Classifies with the model; gives the result."""

    def classified(*sources, emit=lambda event: None, cancel=None, standard_input=None, **params):
        chosen = ClassifyParams(**{"model": str(model), "sources": tuple(map(str, sources)), **params})
        return classify(chosen, emit=emit, cancel=cancel or Cancel(), standard_input=standard_input)

    return classified


@pytest.fixture
def rows_of():
    def rows(path):
        with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            return list(csv.DictReader(file))

    return rows


@pytest.fixture
def contents():
    """Every file below some folders by contents, so that nothing lost or doubled goes unseen."""

    def found(*folders):
        files = [p for folder in folders for p in Path(folder).rglob("*") if p.suffix in {".png", ".jpg"}]
        return sorted(p.read_bytes() for p in files if p.is_file())

    return found
