"""The line that tells how far a long job is."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from engine.events import Progress
from gui.widgets.progress_strip import ProgressStrip


def test_a_job_that_counts_nothing_is_told_by_its_name_alone(qtbot: QtBot) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    strip.start("Making a model…")
    strip.show_progress(Progress("Fitting", 0, None))
    assert strip.bar.accessibleDescription().strip() == "Fitting"
    strip.show_progress(Progress("Looking at the pictures", 0, 800))
    assert strip.bar.accessibleDescription().strip() == "Looking at the pictures · 0 of 800"
    strip.show_progress(Progress("Listing", 40, None))
    assert strip.bar.accessibleDescription().strip() == "Listing · 40"
