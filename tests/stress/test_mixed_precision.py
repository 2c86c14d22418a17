"""Our own networks in mixed precision. The short form is tests/engine/training/test_mixed_precision.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine.training.conftest import build_project
from tests.engine.training.test_mixed_precision import ACCURATE, COUNTS, QUICK, check_mixed_precision


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")
@pytest.mark.parametrize(("name", "options"), [("quick", QUICK), ("accurate", ACCURATE)])
def test_a_run_in_mixed_precision_leaves_a_model_in_full_precision_that_agrees_with_its_file(
    name: str, options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_mixed_precision(name, options, build_project(tmp_path, COUNTS), monkeypatch)
