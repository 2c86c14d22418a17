"""The strip above the grid while it shows look-alikes, or what teaches most: what it is, and what can be done now."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QSlider, QWidget

from engine.similarity.boundary import CLOSEST, WIDEST
from gui import actions, theme
from gui.library.finding import GROUPED, Finding, Mode
from gui.library.strips import not_shown_words
from gui.session import Session
from gui.widgets import wording
from gui.widgets.controls import icon_button
from gui.widgets.flow import FlowLayout
from gui.widgets.labels import ElidedLabel, text
from gui.widgets.layouts import column, fill, holder, row


@dataclass(frozen=True, slots=True)
class FindingActions:
    """The actions that find images. `menu` are those of the button, None for a line between."""

    like_this: QAction
    back: QAction
    closer: QAction
    wider: QAction
    menu: tuple[QAction | None, ...]


class FindingBar(QFrame):
    """The bar of a mode, hidden while the grid shows what the filter says."""

    class_wanted = Signal()
    exclude_wanted = Signal()

    def __init__(self, session: Session, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._finding = session, finding
        self.setProperty("role", "well")
        self.words = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.hint = text("", "muted", wrap=True)
        self.boundary = QSlider(Qt.Orientation.Horizontal)
        self.boundary.setRange(CLOSEST, WIDEST)
        self.boundary.setPageStep(1)
        self.boundary.setFixedWidth(88)
        self.boundary.setAccessibleName(self.tr("How far a group reaches"))
        self.boundary.valueChanged.connect(finding.move_boundary)
        ends = text(self.tr("more alike"), "muted"), text(self.tr("less alike"), "muted")
        self._reach = holder(row(ends[0], self.boundary, ends[1], spacing=theme.Theme.XS))
        self.new_class = self._button(self.tr("New class…"), self.tr("Give these images a class of their own"))
        self.new_class.clicked.connect(self.class_wanted)
        self.none = self._button(self.tr("None of these"), self.tr("They belong to no class: leave them out"))
        self.none.clicked.connect(self.exclude_wanted)
        self.back = self._button(self.tr("Back"), self.tr("Show again what was shown before this"))
        self.back.clicked.connect(finding.go_back)
        self.later = self._button(self.tr("Next group"), self.tr("Leave this group for later"))
        self.later.clicked.connect(lambda: finding.next_group(finding.mode))
        words = self.tr("Show all images again")
        self.close_button = icon_button("close", words, finding.stop, tip=actions.with_key(words, Qt.Key.Key_Escape))
        self._controls = QWidget()
        flow = FlowLayout(self._controls)
        flow.setContentsMargins(0, 6, 0, 2)
        flow.setSpacing(theme.Theme.S)
        for widget in (self.later, self.new_class, self.none, self._reach):
            flow.addWidget(widget)
        top = row(fill(self.words), self.back, self.close_button, spacing=theme.Theme.S)
        column(top, self.hint, self._controls, on=self, margins=(theme.Theme.M, 6, 6, 6), spacing=0)
        finding.changed.connect(self._show)
        finding.learning.renewed.connect(self._show)
        self._show()

    def _button(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words.rstrip("…"))
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def show_keys(self, *, found: FindingActions, label: QAction, exclude: QAction) -> None:
        """Write the keys of these actions where they are done by mouse too."""
        words = self.tr("More alike: {0}   Less alike: {1}")
        self.boundary.setToolTip(words.format(actions.key_text(found.closer), actions.key_text(found.wider)))
        actions.show_key(self.back, found.back)
        actions.show_key(self.new_class, label)
        actions.show_key(self.none, exclude)

    def _show(self) -> None:
        finding = self._finding
        self.setVisible(finding.active)
        if not finding.active:
            return
        grouped = finding.mode in GROUPED
        self._controls.setVisible(grouped)
        self.back.setEnabled(finding.has_earlier)
        self.new_class.setVisible(finding.mode is Mode.UNLIKE)
        self.none.setVisible(finding.mode is Mode.UNLIKE)
        for button in (self.new_class, self.none):
            button.setEnabled(not self._session.read_only)
        self.boundary.blockSignals(True)
        self.boundary.setValue(finding.step)
        self.boundary.blockSignals(False)
        words, hint = self._sentences()
        self.words.setText(self.tr("Looking…") if finding.is_looking and not words else words)
        self.hint.setText(hint)
        self.setAccessibleName(words)
        self.setAccessibleDescription(hint)

    def _sentences(self) -> tuple[str, str]:
        """Return what is shown, and what can be done with it."""
        finding, group = self._finding, self._finding.group
        if finding.mode is Mode.LIKE:
            return finding.like_what, self.tr("The most alike come first.")
        if finding.mode is Mode.CHECKING:
            hint = self.tr("Enter accepts the suggestion of the current image, the key of a class corrects it.")
            return self.tr("Suggestions, the least sure first"), hint
        if finding.mode is Mode.TEACHING:
            words = self.tr("The labels of these teach most: {0} left, then the next ones come")
            return words.format(len(finding.rest)), self._quality()
        if group is None:
            return "", ""
        if not finding.rest:
            words = self.tr("{0} that look alike, none left to label").format(wording.images(len(group.image_ids)))
            hint = self.tr("Choose those with a wrong label and press the key of their class. “Next group” goes on.")
            return words, hint
        number = wording.images(len(finding.together))
        if finding.mode is Mode.UNLIKE:
            hint = self.tr("Give them a class of their own, the key of a class, or none.")
            return self.tr("{0} unlike everything that has a label").format(number), hint
        first = []
        if finding.below:
            first.append(self.tr("%Ln of them are further down: scroll to see them.", None, finding.below))
        if finding.left_out:
            first.append(self.tr("%Ln image(s) left out: suggested as another class by now.", None, finding.left_out))
        cls = self._session.class_of(finding.suggested)
        if len(finding.together) == 1:
            words, hint = self.tr("One more image of this group"), self.tr("The key of a class labels it.")
            if cls is not None:
                words = self.tr("One more image of this group, suggested: {0}").format(cls.name)
                hint = self.tr("Enter or the key of a class labels it.")
            return words, " ".join([*first, hint])
        if cls is None:
            hint = self.tr("The key of a class labels them all. To give one another label, go to it first.")
            return self.tr("{0} that look alike").format(number), " ".join([*first, hint])
        hint = self.tr(
            "Enter or a key labels them all. To give one another label, go to it first; least sure come first."
        )
        words = self.tr("{0} that look alike, suggested: {1}").format(number, cls.name)
        return words, " ".join([*first, hint])

    def _quality(self) -> str:
        """Return how good a model of the current labels is, whether one was just trained or not."""
        not_shown = self._finding.not_shown
        if not_shown:
            return not_shown_words(not_shown)
        estimate = self._finding.learning.estimate
        if estimate is None or not estimate.enough:
            return self.tr("Too few images have a label to say how good a model of them would be.")
        every = estimate.of_all()  # what teaches most is harder than the rest, and goes on being asked for
        if not every.stands:
            return self.tr(
                "How good a model of your labels is cannot be told yet: the pictures with a label are not like those "
                "without."
            )
        accuracy, low, high = (round(100 * share) for share in (every.accuracy, every.low, every.high))
        if accuracy == 100:  # of so many images; no model is certain
            words = self.tr("A model of your {1} labels has {0} or more of 100 such pictures right.")
            return words.format(low, wording.number(estimate.images))
        words = self.tr("A model of your {2} labels has about {0} of 100 such pictures right (± {1}).")
        return words.format(accuracy, max(accuracy - low, high - accuracy), wording.number(estimate.images))
