"""The line under the Train button: what will happen, how long it takes here, and what to expect."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from engine.events import TrainingPlanned
from gui import theme
from gui.widgets import wording
from gui.widgets.labels import text
from gui.widgets.layouts import column

translate = QCoreApplication.translate


class LastTraining(Enum):
    """What was trained before on what a training would learn from now."""

    NOTHING = auto()
    UNKNOWN = auto()  # something, and whether its labels are the current ones is still looked for
    OTHER_LABELS = auto()
    THE_SAME = auto()


def plan_words(plan: TrainingPlanned, look_alikes: float = 0.0, trained: LastTraining = LastTraining.NOTHING) -> str:
    """What a training that the pictures choose will do here, in sentences; `look_alikes` is the share of the images
    that check which look like ones that are learnt from, where it is large. Once there is a model, its own figure says
    how good it is, and one of a first look is that of the next.
    """
    parts = [learns_words(plan.images - plan.check_images, plan.classes, plan.check_images), _time_words(plan.seconds)]
    if plan.seconds is not None and plan.most_seconds is not None and plan.most_seconds > max(plan.seconds, 90):
        longer = translate("Plan", "Up to {0} where a second way promises more.")
        parts.append(longer.format(wording.rough_duration(plan.most_seconds)))
    if trained is LastTraining.THE_SAME:
        parts.append(translate("Plan", "No label has changed since the last training."))
    elif plan.not_shown:
        words = translate("Plan", "No picture of {0} has a label yet: it will take each of them for something else.")
        parts.append(words.format(wording.names(plan.not_shown)))
    elif plan.low is not None and plan.high is not None:
        low, high = round(plan.low * 100), round(plan.high * 100)
        expected = translate("Plan", "From a first look, {0} to {1} of 100 should be right.")
        if low == high:
            expected = translate("Plan", "From a first look, about {0} of 100 should be right.")
        if trained is not LastTraining.NOTHING:
            expected = translate("Plan", "Of the next model, from a first look, {0} to {1} of 100 should be right.")
        parts.append(expected.format(low, high))
        if look_alikes:
            doubt = translate(
                "Plan",
                "But about {0} % of the images that check have look-alikes among those learnt from: the figure may be "
                "too good.",
            )
            parts.append(doubt.format(round(look_alikes * 100)))
    elif plan.unlike:
        words = translate(
            "Plan",
            "How many it will get right cannot be told yet: the pictures with a label are not like those without.",
        )
        parts.append(words)
    else:
        parts.append(translate("Plan", "They are too few to say how many it will get right."))
    if plan.longer:
        parts.append(translate("Plan", "Taking longer often gets a few more right; Stop keeps the best so far."))
    return " ".join(parts)


def suits_words(reason: str) -> str:
    """Why the recipe suits the pictures, by a `Reason` of the engine."""
    from engine.training.automatic.choice import Reason

    words = {
        Reason.SMALL_GREY: translate("Plan", "Suggested, as the images are small and grey."),
        Reason.SMALL_COLOUR: translate("Plan", "Suggested, as the images are small and coloured."),
        Reason.PHOTOGRAPHS: translate("Plan", "Suggested, as the images are as large as photographs."),
    }
    return words[Reason(reason)]


def learns_words(training: int, classes: int, check: int) -> str:
    """`Learns from 1,358 pictures of 7 classes, and checks with 340 others.`"""
    words = translate("Plan", "Learns from {0} pictures of {1} classes, and checks with {2} others.")
    if not check:
        words = translate("Plan", "Learns from {0} pictures of {1} classes.")
    return words.format(wording.number(training), wording.number(classes), wording.number(check))


def _time_words(seconds: float | None) -> str:
    if seconds is None:
        return translate("Plan", "A first model is there within seconds.")
    if seconds < 30:
        return translate("Plan", "Takes less than half a minute.")
    if seconds < 90:
        return translate("Plan", "Takes about a minute; a first model is there within seconds.")
    words = translate("Plan", "Takes about {0}; a first model is there within seconds.")
    return words.format(wording.rough_duration(seconds))


class PlanLine(QWidget):
    """Says one thing at a time; where a person has chosen a recipe it offers to let the pictures choose again, and else
    to take longer.
    """

    automatic_asked = Signal()
    longer_asked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = text("", wrap=True)
        self.words.setObjectName("plan_words")
        self.automatic = QPushButton(self.tr("Let the pictures choose"))
        self.automatic.setObjectName("automatic_button")
        self.automatic.setProperty("kind", "link")
        self.automatic.setAccessibleName(self.automatic.text())
        self.automatic.clicked.connect(self.automatic_asked)
        self.longer = QCheckBox(self.tr("Take longer"))
        self.longer.setObjectName("take_longer")
        self.longer.setAccessibleName(self.longer.text())
        tip = self.tr(
            "Trains another network after the suggested way, and tries both together. The better model takes over; "
            "what was trained so already is not trained again."
        )
        self.longer.setToolTip(tip)
        self.longer.setAccessibleDescription(tip)
        self.longer.toggled.connect(self.longer_asked)
        column(self.words, self.automatic, self.longer, on=self, spacing=theme.current().XS)
        self.say("")

    def say(self, words: str) -> None:
        """Say nothing of a recipe: it is not known yet, or what stands in the way is said elsewhere."""
        self._show(words, by_person=False)

    def show_plan(
        self, plan: TrainingPlanned, look_alikes: float = 0.0, trained: LastTraining = LastTraining.NOTHING
    ) -> None:
        """Say what the engine has planned, and how far its figure can be believed."""
        self._show(plan_words(plan, look_alikes, trained), by_person=False)

    def show_choice(self, recipe: str, changed: int) -> None:
        """Say what a person has chosen: a recipe, by its title, and so many options that differ from its own."""
        words = self.tr("Trains “{0}”, as you chose.").format(recipe)
        if changed:
            words = self.tr("Trains “{0}” with %Ln option(s) changed.", None, changed).format(recipe)
        self._show(words, by_person=True)

    def _show(self, words: str, *, by_person: bool) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.automatic.setVisible(by_person)
        self.longer.setVisible(not by_person)
        self.setAccessibleDescription(words)
