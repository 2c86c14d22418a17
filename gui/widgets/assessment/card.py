"""One card: how good a run is, its weakest class, and a button for what helps most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from gui import theme
from gui.widgets.assessment import words
from gui.widgets.labels import text
from gui.widgets.layouts import aligned, column, fill, row

if TYPE_CHECKING:
    from engine.review.assessment import Assessment

SIGNS = {  # the icon and the token of the theme, by whether it can be used
    True: ("check", "positive"),
    False: ("info", "muted"),
    None: ("warning", "warning"),
}


class AssessmentCard(QFrame):
    """Hidden until there is something to say; its place is kept while that is sought, so that nothing below moves."""

    step_wanted = Signal(object, str)  # the `NextStep` that the person wants to take, and the name of the run
    rounds_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("assessment_card")
        self.setProperty("role", "well")
        self.found: Assessment | None = None
        self._sign = QLabel()
        self.quality = text("", "heading")
        self.figures = text("", wrap=True)
        self.before = text("", wrap=True)
        self.rounds = QPushButton(self.tr("All rounds"))
        self.rounds.setObjectName("rounds_button")
        self.rounds.setProperty("kind", "link")
        self.rounds.setAccessibleName(self.rounds.text())
        self.rounds.setToolTip(self.tr("Every round on the same check images, over time"))
        self.rounds.clicked.connect(self.rounds_wanted)
        self.weakest = text("", "muted", wrap=True)
        self.why = text("", "small", wrap=True)
        self.button = QPushButton()
        self.button.setObjectName("next_step_button")
        self.button.setProperty("kind", "primary")
        self.button.setAccessibleName(self.tr("The next step"))
        self.button.clicked.connect(self._on_clicked)
        self.anyway = QPushButton(self.tr("Use it as it is"))
        self.anyway.setObjectName("use_anyway_button")
        self.anyway.setProperty("kind", "link")
        self.anyway.setAccessibleName(self.anyway.text())
        self.anyway.clicked.connect(self._use_it)
        gap = theme.current()
        head = row(self._sign, fill(self.quality), spacing=gap.S)
        beside = row(fill(self.before), aligned(self.rounds, Qt.AlignmentFlag.AlignTop), spacing=gap.S)
        said = column(head, self.figures, beside, self.weakest, spacing=gap.XS)
        next_step = QWidget()
        next_step.setFixedWidth(STEP_WIDTH)
        column(self.button, self.why, self.anyway, on=next_step, spacing=gap.XS)
        row(
            fill(said),
            aligned(next_step, Qt.AlignmentFlag.AlignVCenter),
            on=self,
            margins=(gap.L, gap.M, gap.L, gap.M),
            spacing=gap.L,
        )
        self.hide()

    def wait(self) -> None:
        """Keep the place of the answer that is to come."""
        self.found = None
        self.quality.setText(self.tr("Looking at how good it is…"))
        self.figures.setText("")
        self.why.setText("")
        for part in (self._sign, self.before, self.rounds, self.weakest, self.button, self.anyway):
            part.hide()
        self.setAccessibleName(self.quality.text())
        self.setMinimumHeight(self._height_of_an_answer())
        self.show()

    def _height_of_an_answer(self) -> int:
        """As high as nearly every answer is, in the fonts and with the style sheet of now, in pixels."""
        from engine.review.assessment import Action, NextStep

        gap = theme.current()
        self.why.setText(words.why(NextStep(Action.LABEL_CLASS, 20, "roses", 3, 0.06)))
        step = (self.button, self.why, self.anyway)
        said = (self.quality, self.figures, self.rounds, self.weakest)
        high = [sum(_height(part, STEP_WIDTH) for part in step) + 2 * gap.XS]
        high.append(sum(_height(part) for part in said) + 3 * gap.XS)
        self.why.setText("")
        return max(high) + 2 * gap.M + 2 * self.frameWidth()

    def show_assessment(self, found: Assessment | None) -> None:
        """Show the assessment of a run; None hides the card."""
        self.found = found
        self.setVisible(found is not None)
        if found is None:
            return
        from engine.review.assessment import Action

        usable = True if found.next.action is Action.USE_IT else False if found.is_usable else None
        usable = usable if found.has_few_look_alikes else None
        for part in (self._sign, self.button):
            part.show()
        theme.set_icon(self._sign, *SIGNS[usable], 20)
        self.quality.setText(words.quality(found))
        self.figures.setText(words.figures(found))
        self.figures.setToolTip(words.details(found))
        self.before.setText(words.before(found.before) if found.before is not None else "")
        for part in (self.before, self.rounds):
            part.setVisible(found.before is not None)
        self.weakest.setText(words.weakest(found.weakest) if found.weakest is not None else "")
        self.weakest.setVisible(found.weakest is not None)
        self.button.setText(words.step(found.next))
        self.why.setText(words.why(found.next, found.quality))
        self.anyway.setVisible(found.is_usable and found.next.action is not Action.USE_IT)
        self.button.setAccessibleName(self.button.text())
        self.button.setAccessibleDescription(self.why.text())
        said = (self.quality, self.figures, self.before, self.weakest)
        self.setAccessibleName(" ".join(part.text() for part in said if part.text()))

    def _on_clicked(self) -> None:
        if self.found is not None:
            self.step_wanted.emit(self.found.next, self.found.run)

    def _use_it(self) -> None:
        """Who needs no better model need not label more."""
        from engine.review.assessment import Action, NextStep

        if self.found is not None:
            self.step_wanted.emit(NextStep(Action.USE_IT), self.found.run)


STEP_WIDTH = 250  # pixels, of the button with its sentence


def _height(part: QWidget, width: int | None = None) -> int:
    part.ensurePolished()
    if width is not None and part.hasHeightForWidth():
        return part.heightForWidth(width)
    return part.sizeHint().height()
