"""The notebook's network on each base has as many parameters as the notebook's own code gives it; the quick ones are in
tests/engine/training/test_bases.py.
"""

from __future__ import annotations

import pytest

from tests.engine.training.test_bases import PARAMETERS, QUICK, check_the_network_is_the_notebooks

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name not in QUICK])
def test_the_recipe_is_the_notebooks_network_on_each_base(name: str) -> None:
    check_the_network_is_the_notebooks(name)
