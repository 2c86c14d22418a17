"""The bar of a job: rounded at both ends at any width, however little is done, and whole while it goes to and fro."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.colours import DARK, LIGHT
from gui import theme
from gui.widgets.progress_bar import TO_AND_FRO_S, ProgressBar
from tests.gui.hosting import shown


@pytest.mark.parametrize("width", [40, 160, 901])
def test_what_is_filled_lies_within_the_bar_as_one_piece(qtbot: QtBot, width: int) -> None:
    bar = shown(qtbot, ProgressBar("Progress"), width, 6)
    whole = QRectF(bar.rect())
    bar.setRange(0, 0)
    pieces = [bar.piece(TO_AND_FRO_S * step / 40) for step in range(41)]
    assert all(whole.contains(piece) for piece in pieces)
    assert {round(piece.width(), 3) for piece in pieces} == {round(pieces[0].width(), 3)}, "no part comes in behind"
    bar.setRange(0, 1000)
    for value in (1, 500, 1000):
        bar.setValue(value)
        assert whole.contains(bar.piece())
        assert bar.piece().width() >= bar.height(), "room for two round ends"
    bar.setValue(0)
    assert not bar.piece().width()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_bar_that_must_not_move_shows_one_whole_piece_in_its_middle(
    qtbot: QtBot, qapp: QApplication, scheme: str
) -> None:
    accent = QColor((DARK if scheme == "dark" else LIGHT).accent)
    theme.apply(qapp, scheme)
    theme.reduce_motion(qapp, True)
    try:
        bar = shown(qtbot, ProgressBar("Progress"), 160, 6)
        bar.setRange(0, 0)
        picture = bar.grab().toImage()
    finally:
        theme.reduce_motion(qapp, False)
        theme.apply(qapp, "light")
    filled = [x for x in range(160) if picture.pixelColor(x, bar.height() // 2) == accent]
    assert filled == list(range(filled[0], filled[-1] + 1)), "in one piece"
    assert abs(filled[0] + filled[-1] - 159) <= 2, "as far from both ends"
