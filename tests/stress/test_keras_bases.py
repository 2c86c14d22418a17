"""Every network of `keras.applications` becomes a base; those that are quick are in tests/engine."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.training.recipes.bases import BASES
from tests.engine.training.test_keras_bases import QUICK, check_the_base_gives_what_keras_does, pytestmark

__all__ = ["pytestmark"]


@pytest.fixture
def process() -> Iterator[ProcessPoolExecutor]:
    """A process for one network: TensorFlow keeps some 0.4 GB of each, and all of them together end pytest."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


def check(name: str, folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        check_the_base_gives_what_keras_does(name, folder, patch)


@pytest.mark.parametrize("name", [name for name in BASES if name not in (*QUICK, "MobileNetV2")])
def test_a_base_of_keras_gives_the_features_of_keras(name: str, tmp_path: Path, process: ProcessPoolExecutor) -> None:
    try:
        process.submit(check, name, tmp_path).result()
    except ModelError as error:
        if "GB are free" not in str(error):
            raise
        pytest.skip(str(error))  # 22 GB are told for ConvNeXtLarge, 39 for ConvNeXtXLarge
