"""A number with its note below."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.widgets.metrics import Metric
from tests.gui.hosting import shown


def test_a_note_that_would_be_cut_gives_way_to_the_short_one(qtbot: QtBot) -> None:
    long, short = "of 160: 89.7–97.0 %  ·  at epoch 16, the kept one", "of 160: 89.7–97.0 %"
    tile = shown(qtbot, Metric("Validation accuracy"), 500, 90)
    tile.show_value("94.38 %", long, short)
    assert tile.note.text() == long
    tile.resize(190, 90)
    assert tile.note.text() == short
    assert tile.accessibleDescription() == long
    tile.resize(500, 90)
    assert tile.note.text() == long
