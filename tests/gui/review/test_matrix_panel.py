"""The switches over the confusion matrix: its order, only the confused classes, and what cells show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.review.class_order import errors_of
from engine.review.reviewed import Reviewed
from gui.review.matrix.counts import COUNTS, OF_PREDICTED, OF_TRUE
from gui.review.matrix.panel import ERRORS, GIVEN, SIMILAR, MatrixPanel
from tests.engine.review.reviewed import made
from tests.gui.hosting import shown

NAMES = ("ant", "bee", "cat", "dog", "eel")
COUNT = np.array([[9, 0, 1, 0, 0], [0, 10, 0, 0, 0], [2, 0, 8, 0, 0], [0, 0, 0, 10, 0], [0, 0, 5, 0, 5]])


class Asked:
    """A session whose questions are answered at once."""

    def ask(self, question: Callable[[object], object], then: Callable[[object], None], key: str = "") -> None:
        then(question(None))


@pytest.fixture
def reviewed() -> Reviewed:
    return replace(made(NAMES, images=10), counts=COUNT)


@pytest.fixture
def panel(qtbot: QtBot, reviewed: Reviewed) -> MatrixPanel:
    panel = shown(qtbot, MatrixPanel(Asked()), 700, 600)  # type: ignore[arg-type]
    panel.show_reviewed(reviewed)
    return panel


def test_only_the_confused_classes_are_shown_when_asked_for(panel: MatrixPanel):
    panel.confused.setChecked(True)
    assert [NAMES[c] for c in panel.view.order] == ["ant", "cat", "eel"]
    panel.confused.setChecked(False)
    assert panel.view.order == [0, 1, 2, 3, 4]


def test_the_order_is_as_given_by_similarity_or_by_errors(panel: MatrixPanel):
    panel.order.setCurrentIndex(panel.order.findData(ERRORS))
    errors = errors_of(COUNT)[panel.view.order]
    assert list(errors) == sorted(errors, reverse=True)
    assert NAMES[panel.view.order[0]] == "cat"
    panel.order.setCurrentIndex(panel.order.findData(SIMILAR))
    place = {NAMES[c]: at for at, c in enumerate(panel.view.order)}
    assert abs(place["cat"] - place["eel"]) == 1, "who is confused stands together"
    for _ in range(2):
        panel.next_order()
    assert (panel.order.currentData(), panel.view.order) == (GIVEN, [0, 1, 2, 3, 4])


def test_cells_show_what_is_chosen(panel: MatrixPanel):
    seen = [panel.view.units]
    for _ in range(2):
        panel.next_units()
        seen.append(panel.view.units)
    assert seen == [COUNTS, OF_TRUE, OF_PREDICTED]


def test_an_edit_moves_no_class_and_another_run_is_put_in_order(panel: MatrixPanel, reviewed: Reviewed):
    panel.order.setCurrentIndex(panel.order.findData(ERRORS))
    before = panel.view.order
    mended = COUNT.copy()
    mended[4] = 0, 0, 0, 0, 10
    panel.show_reviewed(replace(reviewed, counts=mended))
    assert panel.view.order == before
    panel.show_reviewed(replace(reviewed, counts=mended, run="another"))
    assert panel.view.order != before
