"""The minimum of a convex function, as SciPy finds it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from engine.similarity.minimise import Values, minimise


@pytest.mark.parametrize("narrow", [1.0, 1e4])
def test_it_finds_the_minimum_that_scipy_finds_in_about_as_many_steps(narrow: float) -> None:
    random = np.random.default_rng(0)
    scales = np.geomspace(1, narrow, 30)
    middle = random.normal(size=30)
    asked = [0, 0]

    def function(at: Values, who: int) -> tuple[float, Values]:
        asked[who] += 1
        away = at - middle
        return float(np.log(np.cosh(away)).sum() + (scales * away**2).sum() / 2), np.tanh(away) + scales * away

    found = minimise(lambda at: function(at, 0), np.zeros(30), most=500, tolerance=1e-6)
    minimize(lambda at: function(at, 1), np.zeros(30), jac=True, method="L-BFGS-B", options={"gtol": 1e-6, "ftol": 0})

    np.testing.assert_allclose(found, middle, atol=1e-5)
    assert asked[0] <= 1.5 * asked[1] + 5


def test_it_ends_where_it_is_when_nothing_is_better_and_after_as_many_steps_as_are_allowed() -> None:
    start = np.full(3, 1e-3)

    def noisy(at: Values) -> tuple[float, Values]:
        return 0.0 if np.array_equal(at, start) else 1.0, 2 * at  # rounding hides every fall

    assert np.array_equal(minimise(noisy, start, most=50, tolerance=1e-9), start)
    assert np.array_equal(minimise(lambda at: (0.0, np.zeros(3)), start, most=50, tolerance=1e-9), start)
    steps: list[float] = []

    def steep(at: Values) -> tuple[float, Values]:
        steps.append(float(at[0]))
        return float((at**4).sum()), 4 * at**3

    minimise(steep, np.full(1, 9.0), most=2, tolerance=0)
    assert len(steps) < 20
