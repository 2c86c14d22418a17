"""Nothing that a person does holds the window up: a session in the real window, in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import slots

LONGEST = 0.1  # seconds of the window's own processor time, on a machine that does `unit` in so many:
UNIT = 0.012
TRIES = 4  # what is too long is so every time; what another program or a full cache has slowed down is not
IMAGES = 1_000

pytestmark = pytest.mark.slow


def test_no_step_of_a_session_holds_the_window_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "")  # the first process may have to compile our modules
    monkeypatch.setenv("PIGEONHOLE_LEARN", "off")
    project = slots.make_project(tmp_path, IMAGES)
    best: dict[str, float] = {}
    for _ in range(TRIES):
        found = slots.measured(project)
        slower = max(1.0, found.pop(slots.UNIT) / UNIT)
        assert len(found) > 30
        best = {step: min(seconds / slower, best.get(step, seconds)) for step, seconds in found.items()}
        if max(best.values()) <= LONGEST:
            break
    too_long = {step: f"{1000 * seconds:.0f} ms" for step, seconds in best.items() if seconds > LONGEST}
    assert not too_long
