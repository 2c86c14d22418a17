"""Every network of `keras.applications` becomes a base; those that are quick are in tests/engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.training.recipes.bases import BASES
from tests.engine.training.test_keras_bases import QUICK, check_the_base_gives_what_keras_does, pytestmark

__all__ = ["pytestmark"]


@pytest.mark.parametrize("name", [name for name in BASES if name not in (*QUICK, "MobileNetV2")])
def test_a_base_of_keras_gives_the_features_of_keras(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        check_the_base_gives_what_keras_does(name, tmp_path, monkeypatch)
    except ModelError as error:
        if "GB are free" not in str(error):
            raise
        pytest.skip(str(error))  # ConvNeXtLarge takes 18 GB, ConvNeXtXLarge 31
