"""What is said where a library is missing."""

from __future__ import annotations

import pytest

from engine.errors import MissingLibrary
from engine.libraries import PACK_MEGABYTES, require
from engine.version import VERSION


def test_the_frozen_program_names_the_package_that_has_training_and_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingLibrary, match="`pip install not_there`, in a checkout with `uv sync`"):
        require("Training", ("not_there",))
    monkeypatch.setattr("sys.frozen", True, raising=False)
    with pytest.raises(MissingLibrary) as said:
        require("Training", ("not_there",))
    packed, unpacked = PACK_MEGABYTES
    assert f"Install the package pigeonhole-training {VERSION}" in str(said.value)
    assert f"({packed:,} MB to download, {unpacked:,} MB on the disk)" in str(said.value)
