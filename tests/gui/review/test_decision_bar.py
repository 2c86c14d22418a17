"""The bar of decisions: a button for each, with the words, the key and the icon of its action."""

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui import actions
from gui.review.decision_bar import Decision, DecisionBar
from gui.widgets.layouts import column, holder


@pytest.fixture
def taken() -> list[str]:
    return []


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def decisions(owner: QWidget, taken: list[str]) -> list[Decision]:

    def decision(name: str, key: str) -> Decision:
        action = actions.add(owner, f"Do {name}", lambda: taken.append(name), key, "check")
        return Decision(name, name.title(), f"What {name} does", action)

    return [decision("take", "T"), decision("keep", "K"), decision("unsure", "U"), decision("exclude", "X")]


def test_only_what_is_possible_can_be_pressed_and_does_what_its_action_does(
    qtbot: QtBot, decisions: list[Decision], taken: list[str]
):
    bar = DecisionBar(decisions, "some")
    qtbot.addWidget(bar)
    assert not any(button.isEnabled() for button in bar.buttons.values())
    bar.enable({"keep"})
    assert [name for name, button in bar.buttons.items() if button.isEnabled()] == ["keep"]
    for button in bar.buttons.values():
        button.click()
    assert taken == ["keep"]
    assert bar.buttons["keep"].objectName() == "some_keep"
    assert bar.buttons["keep"].accessibleName() == "Do keep"


def test_the_tip_has_the_key_of_the_action_or_says_why_nothing_can_be_decided(qtbot: QtBot, decisions: list[Decision]):
    decisions[0].action.setShortcut(QKeySequence("Ctrl+Y"))
    bar = DecisionBar(decisions, "some")
    qtbot.addWidget(bar)
    bar.enable(bar.buttons)
    assert bar.buttons["take"].toolTip() == "What take does  (Ctrl+Y)"
    bar.enable(bar.buttons, "This project is read-only.")
    assert bar.buttons["take"].toolTip() == "This project is read-only."
    assert not bar.buttons["take"].isEnabled()


def test_a_bar_that_wraps_stands_in_two_columns_where_it_is_narrow(qtbot: QtBot, decisions: list[Decision]):
    bar = DecisionBar(decisions, "some", wraps=True)
    page = holder(column(bar))
    qtbot.addWidget(page)
    page.resize(900, 100)
    page.show()
    places = [button.geometry().topLeft() for button in bar.buttons.values()]
    assert len({place.y() for place in places}) == 1
    page.resize(page.minimumSizeHint())
    qtbot.waitUntil(lambda: len({button.y() for button in bar.buttons.values()}) == 2)
