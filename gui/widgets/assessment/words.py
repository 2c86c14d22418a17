"""The engine's assessment of a run in sentences; all decisions in it are the engine's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.figures import in_percent
from engine.figures import share as share_of
from gui import actions
from gui.texts import Texts
from gui.widgets import wording

AssessmentWords = Texts("AssessmentWords")

if TYPE_CHECKING:
    from engine.review.assessment import Assessment, NextStep, Quality, WeakClass
    from engine.review.rounds import RoundBefore


def quality(found: Assessment) -> str:
    """How good the run is, in a few words."""
    from engine.review.assessment import Quality

    if not found.has_few_look_alikes and found.quality is not Quality.TOO_FEW:
        return AssessmentWords.tr("Not known yet: it was checked with pictures like those it learnt from")
    return {
        Quality.TOO_FEW: AssessmentWords.tr("Too few check images to say how good it is"),
        Quality.GUESSING: AssessmentWords.tr("No better than guessing"),
        Quality.POOR: AssessmentWords.tr("Not good yet"),
        Quality.FAIR: AssessmentWords.tr("Fair"),
        Quality.GOOD: AssessmentWords.tr("Good"),
        Quality.VERY_GOOD: AssessmentWords.tr("Very good"),
    }[found.quality]


def figures(found: Assessment) -> str:
    """How many of the check images are right, and what that promises for new pictures."""
    from engine.review.assessment import Quality

    right, images = wording.number(found.right), wording.number(found.images)
    if found.quality is Quality.TOO_FEW:
        return AssessmentWords.tr("{0} of {1} check images are right; from so few no figure can be told.").format(
            right, images
        )
    if found.look_alikes:
        words = AssessmentWords.tr(
            "{0} of {1} check images are right, but {2} have look-alikes among those learnt from: the figure may be "
            "too good."
        )
        return words.format(right, images, wording.number(found.look_alikes))
    if found.not_shown:
        words = AssessmentWords.tr(
            "{0} of {1} check images are right. How many new ones will be cannot be told yet: no picture of {2} has a "
            "label."
        )
        return words.format(right, images, wording.names(found.not_shown))
    if not found.can_promise:
        words = AssessmentWords.tr(
            "{0} of {1} check images are right. How many new ones will be cannot be told yet: the pictures with a "
            "label are not like those without."
        )
        return words.format(right, images)
    words = {
        None: AssessmentWords.tr(
            "{0} of {1} check images are right. Of 100 new pictures expect {2} to {3} to be right."
        ),
        True: AssessmentWords.tr(
            "{0} of {1} check images are right. They are easier than the pictures without a label: of 100 new ones "
            "expect {2} to {3} to be right."
        ),
        False: AssessmentWords.tr(
            "{0} of {1} check images are right. They are harder than the pictures without a label: of 100 new ones "
            "expect {2} to {3} to be right."
        ),
    }[found.are_easy]
    return words.format(right, images, round(found.expected_low * 100), round(found.expected_high * 100))


def details(found: Assessment) -> str:
    """The figures as an expert wants them."""
    from gui.widgets.charts import scales

    words = AssessmentWords.tr("Accuracy {0} on {1}, 95 % interval {2} to {3} (Wilson)")
    if found.are_easy is not None:
        words = AssessmentWords.tr(
            "Accuracy {0} on {1}, 95 % interval {2} to {3} (Wilson). For what is expected of new pictures each check "
            "image counts for as many pictures without a label as a model is as sure of."
        )
    return words.format(
        share_of(found.accuracy, found.images, 2),
        wording.images(found.images),
        in_percent(found.low),
        scales.percent(found.high),
    )


def before(found: RoundBefore) -> str:
    """Whether the run is better than the round before, on the same check images."""
    from engine.statistics import Trend

    words = {
        Trend.BETTER: AssessmentWords.tr(
            "Better than the round before: {1} of the same {0} check images are right, {2} were."
        ),
        Trend.WORSE: AssessmentWords.tr(
            "Worse than the round before: {1} of the same {0} check images are right, {2} were."
        ),
        Trend.CANNOT_TELL: AssessmentWords.tr(
            "Too close to the round before to tell which is better: {1} of the same {0} check images are right, {2} "
            "were."
        ),
    }[found.trend]
    return words.format(*map(wording.number, (found.images, found.right_now, found.right)))


def weakest(found: WeakClass) -> str:
    """The weakest class and why it is that."""
    from engine.review.assessment import FEW_IMAGES, Weakness

    told = AssessmentWords.tr("Weakest class: {0}, {1} of {2} right")
    if found.images < FEW_IMAGES:
        told = AssessmentWords.tr("Weakest class, as far as few check images tell: {0}, {1} of {2} right")
    why = {
        Weakness.FEW_PICTURES: AssessmentWords.tr("it has only %Ln picture(s) to learn from", None, found.training),
        Weakness.CONFUSED: AssessmentWords.tr("{0} taken for {1}").format(
            wording.number(found.confused), found.confused_with
        ),
        Weakness.SUSPECT_LABELS: AssessmentWords.tr("{0} of its labels look wrong").format(
            wording.number(found.suspects)
        ),
    }[found.why]
    return AssessmentWords.tr("{0}: {1}.").format(
        told.format(found.name, wording.number(found.right), wording.number(found.images)), why
    )


def step(found: NextStep) -> str:
    """What the button says that takes the next step."""
    from engine.review.assessment import Action

    name, count = found.class_name or "", found.count
    return {
        Action.LABEL_ANY: AssessmentWords.tr("Label %Ln more picture(s)", None, count),
        Action.LABEL_CLASS: AssessmentWords.tr("Label %Ln more picture(s) of {0}", None, count),
        Action.LABEL_TEACHING: AssessmentWords.tr("Label %Ln picture(s) that teach most", None, count),
        Action.ADD_ANY: AssessmentWords.tr("Add pictures…"),
        Action.ADD_CLASS: AssessmentWords.tr("Add pictures of {0}…"),
        Action.KEEP_TOGETHER: AssessmentWords.tr("Keep look-alikes together"),
        Action.LOOK_AT_DUPLICATES: AssessmentWords.tr("Look at the duplicates"),
        Action.LOOK_AT_UNSEEN: AssessmentWords.tr("Look at these labels"),
        Action.LOOK_AT_SUSPECTS: AssessmentWords.tr("Look at %Ln suspect label(s)", None, count),
        Action.TRAIN_AGAIN: AssessmentWords.tr("Train again"),
        Action.TRAIN_BETTER: AssessmentWords.tr("Train a better model"),
        Action.USE_IT: AssessmentWords.tr("Use it"),
    }[found.action].format(name)


def why(found: NextStep, quality: Quality | None = None) -> str:
    """Why this step helps a run of that quality most, and what comes of it where that is known."""
    from engine.review.assessment import Action, Quality

    name, count = found.class_name or "", found.count
    gain = "" if found.gain is None or round(100 * found.gain) < 1 else wording.number(round(100 * found.gain))
    match found.action:
        case Action.LABEL_ANY:
            words = AssessmentWords.tr("Then there are enough check images to tell how good it is.")
            if found.left is not None:
                words = AssessmentWords.tr(
                    "They are all that is left without a label; it may take more to tell how good it is."
                )
        case Action.LABEL_CLASS:
            words = _more_of(found, gain)
        case Action.LABEL_TEACHING:
            words = AssessmentWords.tr(
                "%Ln picture(s) have no label yet: those that teach most can make it better.", None, found.left or 0
            )
        case Action.ADD_ANY:
            words = AssessmentWords.tr(
                "All pictures have a label: about %Ln more picture(s) are needed to tell how good it is.", None, count
            )
        case Action.ADD_CLASS:
            words = AssessmentWords.tr(
                "All pictures have a label: about %Ln more picture(s) of {0} would help most.", None, count
            )
            if found.left:
                words = AssessmentWords.tr(
                    "Hardly any of the %Ln picture(s) without a label are of {0}: add some.", None, found.left
                )
            elif gain:
                words = AssessmentWords.tr(
                    "All pictures have a label. With %Ln more picture(s) of {0}, it would recognise about {1} more of "
                    "100 such pictures.",
                    None,
                    count,
                )
        case Action.KEEP_TOGETHER:
            words = AssessmentWords.tr("Divides them anew, each thing on one side. Then train again. Undo: {3}.")
        case Action.LOOK_AT_DUPLICATES:
            words = AssessmentWords.tr(
                "%Ln check image(s) are duplicates of ones it learnt from: the figure promises too much.", None, count
            )
        case Action.LOOK_AT_UNSEEN:
            words = AssessmentWords.tr(
                "It learnt from %Ln label(s) that were accepted unseen; wrong ones harm it.", None, count
            )
        case Action.LOOK_AT_SUSPECTS:
            words = AssessmentWords.tr("Wrong labels harm a model more than anything else.")
        case Action.TRAIN_AGAIN:
            words = AssessmentWords.tr("%Ln label(s) came or changed since this training.", None, count)
        case Action.TRAIN_BETTER:
            words = AssessmentWords.tr(
                "More labels would hardly make it better, but only the fastest training was tried: a longer one may."
            )
        case Action.USE_IT:
            words = AssessmentWords.tr("More labels would hardly make it better: sort your folders with it.")
            if quality is Quality.FAIR:
                words = AssessmentWords.tr(
                    "With the pictures that are here it gets hardly better: sort your folders with it, and look "
                    "through the pictures that it is unsure of."
                )
    return words.format(name, gain, wording.number(found.left or 0), actions.key_text(actions.UNDO))


def _more_of(found: NextStep, gain: str) -> str:
    """Why more labels of a class help most: `gain` more of 100 of its pictures are recognised then; "" where that is
    not known.
    """
    if found.likely is not None:
        if not gain:
            return AssessmentWords.tr(
                "About %Ln picture(s) of {0} are likely among the {2} without a label.", None, found.likely
            )
        return AssessmentWords.tr(
            "About %Ln picture(s) of {0} are likely among the {2} without a label. With them, it would recognise about "
            "{1} more of 100 such pictures.",
            None,
            found.likely,
        )
    if gain:
        return AssessmentWords.tr(
            "With %Ln more picture(s) of {0} to learn from, it would recognise about {1} more of 100 such pictures.",
            None,
            found.count,
        )
    return AssessmentWords.tr("More pictures of the weakest class help most.")
