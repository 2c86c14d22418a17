"""The options form: complete, marked where it differs from the recipe, and read back as overrides."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.training.options import TrainOptions, specs, with_overrides
from gui.widgets.training.option_editors import NumberBox, choice_words
from gui.widgets.training.options_form import OptionsForm
from tests.gui.hosting import shown


@pytest.fixture
def form(qtbot: QtBot) -> OptionsForm:
    form = shown(qtbot, OptionsForm(), 340, 900)
    form.set_defaults(TrainOptions(rotation=10.0, learning_rate=3e-4, epochs=30))
    return form


def editor(form: OptionsForm, name: str) -> QWidget:
    found = form.findChild(QWidget, f"option_{name}")
    assert found is not None
    return found


def test_every_option_has_an_editor_with_a_name_and_help(form: OptionsForm):
    for spec in specs():
        widget = editor(form, spec.name)
        assert widget.accessibleName() == spec.label
        assert widget.toolTip() == spec.help


def test_a_recipes_own_values_are_no_overrides(form: OptionsForm):
    assert form.overrides() == {}
    assert form.value("rotation") == 10
    assert form.value("learning_rate") == 3e-4


def test_all_values_survive_the_way_through_the_form(form: OptionsForm):
    changed = {
        "epochs": 3,
        "zoom": 0.15,
        "flip": True,
        "optimizer": "sgd",
        "decay": 1e-5,
        "learning_rate": 2.5e-4,
        "seed": 7,
    }
    form.set_overrides(changed)
    assert form.overrides() == changed
    assert with_overrides(TrainOptions(), form.overrides()).decay == 1e-5


def test_a_value_that_the_box_cannot_show_whole_comes_back_whole(form: OptionsForm):
    form.set_defaults(TrainOptions(decay=2 / 30_000))
    assert form.overrides() == {}
    form.set_overrides({"decay": 1 / 30_000})
    assert form.overrides() == {"decay": 1 / 30_000}
    form.reset()
    assert form.value("decay") == 2 / 30_000


def test_a_changed_value_is_marked_and_can_be_taken_back(form: OptionsForm, qtbot: QtBot):
    box = editor(form, "epochs")
    assert isinstance(box, QSpinBox)
    reset = form.findChild(QToolButton, "reset_epochs")
    assert reset is not None
    assert reset.isHidden()
    with qtbot.waitSignal(form.changed):
        box.setValue(5)
    assert not reset.isHidden()
    assert any(label.text() == "• Epochs" for label in form.findChildren(QLabel))
    assert "30" in reset.toolTip()
    reset.click()
    assert form.overrides() == {}
    assert reset.isHidden()


def test_another_recipe_brings_its_own_values(form: OptionsForm):
    form.set_overrides({"epochs": 3})
    form.set_defaults(TrainOptions(epochs=15))
    assert form.overrides() == {}
    assert form.value("epochs") == 15


def test_values_are_words_that_a_person_reads(form: OptionsForm):
    stop, colours = editor(form, "early_stop"), editor(form, "channels")
    assert isinstance(stop, QSpinBox)
    assert isinstance(colours, QComboBox)
    assert stop.text() == "never"
    stop.setValue(3)
    assert stop.text() == "3 epochs"
    assert {colours.itemText(i) for i in range(colours.count())} == {"Colour", "Grey"}
    assert colours.currentData() == "rgb"
    assert editor(form, "flip").text() == ""  # type: ignore[attr-defined]
    assert [choice_words(c) for c in ("inverse-time", "sgd", "MobileNetV2")] == ["Inverse time", "SGD", "MobileNetV2"]


def test_advanced_options_are_folded_until_asked_for(form: OptionsForm):
    more = form._more
    assert editor(form, "seed").isHidden()
    form.set_overrides({"seed": 7})
    assert "1 changed" in more.text()
    more.click()
    assert not editor(form, "seed").isHidden()
    more.click()
    assert editor(form, "seed").isHidden()


def test_the_wheel_scrolls_the_form_and_changes_no_value(form: OptionsForm, qapp):
    box = editor(form, "epochs")
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    qapp.sendEvent(box, turn)
    assert form.value("epochs") == 30


def test_the_learning_rate_steps_through_one_two_five(form: OptionsForm):
    box = editor(form, "learning_rate")
    assert isinstance(box, QDoubleSpinBox)
    box.setValue(1e-3)
    box.stepBy(1)
    assert form.value("learning_rate") == 2e-3
    box.stepBy(-2)
    assert form.value("learning_rate") == 5e-4


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("1e-4", QValidator.State.Acceptable),
        ("1e-", QValidator.State.Intermediate),
        ("0,5", QValidator.State.Acceptable),
        ("7", QValidator.State.Intermediate),
        ("fast", QValidator.State.Invalid),
    ],
)
def test_numbers_are_typed_as_they_are_written(qtbot: QtBot, typed: str, state: QValidator.State):
    parent = QWidget()
    qtbot.addWidget(parent)
    box = NumberBox(parent)
    box.setRange(0, 1)
    assert box.validate(typed, len(typed))[0] == state
