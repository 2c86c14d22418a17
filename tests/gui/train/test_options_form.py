"""The options form: complete, marked where it differs from the recipe, and read back as overrides."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.training.option_words import choice_words
from engine.training.options import TrainOptions, specs, with_overrides
from gui.train.option_editors import NumberBox
from gui.train.options_form import OptionsForm
from tests.gui.hosting import shown


@pytest.fixture
def form(qtbot: QtBot) -> OptionsForm:
    form = shown(qtbot, OptionsForm(), 340, 900)
    qtbot.waitUntil(lambda: form.is_complete)
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
        assert widget.toolTip().startswith(spec.help)


def test_values_are_known_before_anything_is_shown_and_shown_as_they_are_then(qtbot: QtBot):
    form = OptionsForm()
    form.offer("start_from", [("Photo, today", "20260101-000000-photo-cnn")])
    form.set_defaults(TrainOptions(epochs=15))
    form.set_overrides({"seed": 7, "decay": 1 / 30_000, "start_from": "20260101-000000-photo-cnn", "zoom": 9.0})
    form.leave_out(frozenset({"zoom"}))
    assert form.overrides() == {"seed": 7, "decay": 1 / 30_000, "start_from": "20260101-000000-photo-cnn"}
    assert form.findChild(QWidget, "option_seed") is None, "nobody looks"
    before = form.values()
    form = shown(qtbot, form, 340, 900)
    qtbot.waitUntil(lambda: form.is_complete)
    assert form.values() == before
    assert editor(form, "epochs").value() == 15  # type: ignore[attr-defined]
    assert editor(form, "start_from").currentText() == "Photo, today"  # type: ignore[attr-defined]
    assert editor(form, "seed").isVisible(), "what is changed must be seen"
    assert editor(form, "zoom").isHidden()
    assert [label.text() for label in form.findChildren(QLabel) if label.text().startswith("• S")] == [
        "• Start from run",
        "• Seed",
    ]


def test_the_tab_key_goes_through_the_options_in_their_order_and_on_to_what_follows(qtbot: QtBot):
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    form, after = OptionsForm(), QLineEdit()
    column.addWidget(form)
    column.addWidget(after)
    host.show()
    qtbot.waitUntil(lambda: form.is_complete)
    found, widget = [], form.search
    while widget is not after:
        widget = widget.nextInFocusChain()
        found.append(widget.objectName())
    named = [name for name in found if name.startswith("option_") and name != "option_search"]
    assert sorted(named) == sorted(f"option_{spec.name}" for spec in specs())
    assert named.index("option_epochs") < named.index("option_batch_size") < named.index("option_optimizer")


def test_a_value_out_of_bounds_is_held_at_them(form: OptionsForm):
    form.change("epochs", 10**9)
    assert form.value("epochs") == next(spec.maximum for spec in specs() if spec.name == "epochs")
    assert form.value("epochs") == editor(form, "epochs").value()  # type: ignore[attr-defined]
    form.set_overrides({"zoom": -3})
    assert form.value("zoom") == 0.0


def test_a_training_is_not_given_what_is_greyed_but_the_form_keeps_it(form: OptionsForm):
    form.change("weights", "weights.h5")
    assert form.orders() == {"weights": "weights.h5"}
    form.change("pretrained", "none")
    assert form.orders() == {"pretrained": "none"}
    form.change("pretrained", "imagenet")
    assert form.orders() == {"weights": "weights.h5"}


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
    assert {colours.itemText(i) for i in range(colours.count())} == {"Colour pictures", "Grey pictures"}
    assert colours.currentData() == "rgb"
    assert editor(form, "flip").text() == ""  # type: ignore[attr-defined]
    assert [choice_words(c) for c in ("inverse-time", "sgd", "MobileNetV2")] == ["Inverse time", "SGD", "MobileNetV2"]


def test_advanced_options_are_folded_until_asked_for_or_changed(form: OptionsForm):
    more = form.more
    assert editor(form, "seed").isHidden()
    more.click()
    assert not editor(form, "seed").isHidden()
    more.click()
    assert editor(form, "seed").isHidden()
    form.set_overrides({"seed": 7})
    assert not editor(form, "seed").isHidden(), "what is changed must be seen"
    form.reset()
    assert editor(form, "seed").isHidden()


def test_a_group_folds_and_says_how_many_of_its_options_are_changed(form: OptionsForm):
    head = form.findChild(QToolButton, "group_augmentation")
    assert head is not None
    form.set_overrides({"zoom": 0.3, "shift": 0.1})
    assert any(label.text() == "2 changed" and label.isVisible() for label in form.findChildren(QLabel))
    head.click()
    assert not editor(form, "zoom").isVisible()
    assert editor(form, "epochs").isVisible()
    assert "Unfold" in head.accessibleName()
    head.click()
    assert editor(form, "zoom").isVisible()


def test_a_search_finds_an_option_by_any_of_its_words_also_in_folded_groups(form: OptionsForm):
    form.findChild(QToolButton, "group_optimiser").click()  # type: ignore[union-attr]
    form.search.setText("smooth")
    assert editor(form, "label_smoothing").isVisible()
    assert not editor(form, "image_size").isVisible()
    form.search.setText("no such thing")
    assert form.nothing.isVisible()
    form.search.clear()
    assert not form.nothing.isVisible()
    assert not editor(form, "label_smoothing").isVisible()
    assert editor(form, "image_size").isVisible()


def test_an_option_that_means_nothing_now_is_off_and_says_what_it_needs(form: OptionsForm):
    assert not editor(form, "momentum").isEnabled()
    assert "Only with Optimiser: SGD." in editor(form, "momentum").toolTip()
    form.change("optimizer", "sgd")
    assert editor(form, "momentum").isEnabled()
    assert "Only with" not in editor(form, "momentum").toolTip()
    assert not editor(form, "decay").isEnabled(), "the rate of a constant schedule never falls by steps"
    form.change("schedule", "inverse-time")
    assert editor(form, "decay").isEnabled()
    assert not editor(form, "plateau_factor").isEnabled()
    form.change("plateau", 2)
    assert editor(form, "plateau_factor").isEnabled()
    assert editor(form, "fine_tune_share").isEnabled()
    form.change("freeze_base", True)
    assert not editor(form, "fine_tune_share").isEnabled(), "no part of a frozen base is fine-tuned"
    assert "Only without “Freeze the base”." in editor(form, "fine_tune_share").toolTip()
    form.change("head_epochs", 3)
    assert not editor(form, "fine_tune_rate").isEnabled(), "nor does it ever train at another rate"
    form.change("freeze_base", False)
    assert editor(form, "fine_tune_rate").isEnabled()
    form.change("head_epochs", 0)
    assert "Only with “Head first”." in editor(form, "fine_tune_rate").toolTip()


def test_options_that_a_recipe_has_no_use_for_are_not_there_and_not_changed(form: OptionsForm):
    form.set_overrides({"base": "Xception", "epochs": 3})
    form.leave_out(frozenset({"base"}))
    assert form.overrides() == {"epochs": 3}
    form.more.click()
    assert not editor(form, "base").isVisible()
    form.search.setText("pretrained network")
    assert not editor(form, "base").isVisible()


def test_values_that_a_recipe_reads_from_the_project_leave_what_the_person_changed(form: OptionsForm):
    form.set_overrides({"epochs": 3})
    form.set_new_defaults(TrainOptions(epochs=20, image_size=96))
    assert form.overrides() == {"epochs": 3}
    assert form.value("image_size") == 96


def test_runs_are_offered_to_start_from_and_one_that_is_gone_keeps_its_name(form: OptionsForm):
    form.offer("start_from", [("Photo, today", "20260101-000000-photo-cnn")])
    box = editor(form, "start_from")
    assert isinstance(box, QComboBox)
    assert [box.itemText(i) for i in range(box.count())] == ["None", "Photo, today"]
    form.change("start_from", "20250101-000000-gone")
    assert form.overrides() == {"start_from": "20250101-000000-gone"}
    form.offer("start_from", [])
    assert form.value("start_from") == "20250101-000000-gone"


def test_what_an_option_does_is_said_under_the_pointer(form: OptionsForm, qtbot: QtBot):
    with qtbot.waitSignal(form.explained) as said:
        editor(form, "epochs").setFocus()
    assert said.args[0] == "Epochs"
    assert "passes" in said.args[1]


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
