"""What is said where a library is missing."""

from __future__ import annotations

import pytest

from engine.errors import MissingLibrary
from engine.libraries import require


def test_the_frozen_program_names_the_installation_that_has_training(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingLibrary, match="`pip install not_there`, in a checkout with `uv sync`"):
        require("Training", ("not_there",))
    monkeypatch.setattr("sys.frozen", True, raising=False)
    with pytest.raises(MissingLibrary, match="This package has none of them; `uv tool install pigeonhole-images`"):
        require("Training", ("not_there",))
