"""The strip above the grid while it shows look-alikes, or what teaches most: what it is, and what can be done now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QSlider, QToolButton, QWidget

from engine.similarity.boundary import CLOSEST, WIDEST
from gui import actions, theme
from gui.library.finding import GROUPED, Finding, Mode
from gui.library.strips import not_shown_words
from gui.session import Session
from gui.widgets import wording
from gui.widgets.flow import FlowLayout
from gui.widgets.labels import ElidedLabel, text
from gui.widgets.layouts import column, fill, holder, row


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
        self.later = self._button(self.tr("Next group"), self.tr("Leave this group for later"))
        self.later.clicked.connect(lambda: finding.next_group(finding.mode))
        self.close_button = QToolButton()
        theme.set_icon(self.close_button, "close")
        self.close_button.setAccessibleName(self.tr("Show all images again"))
        self.close_button.setToolTip(actions.with_key(self.close_button.accessibleName(), Qt.Key.Key_Escape))
        self.close_button.clicked.connect(finding.stop)
        self._controls = QWidget()
        flow = FlowLayout(self._controls)
        flow.setContentsMargins(0, 6, 0, 2)
        flow.setSpacing(theme.Theme.S)
        for widget in (self.later, self.new_class, self.none, self._reach):
            flow.addWidget(widget)
        top = row(fill(self.words), self.close_button, spacing=theme.Theme.S)
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

    def show_keys(self, *, closer: QAction, wider: QAction, label: QAction, exclude: QAction) -> None:
        """Write the keys of these actions where they are done by mouse too."""
        words = self.tr("More alike: {0}   Less alike: {1}")
        self.boundary.setToolTip(words.format(actions.key_text(closer), actions.key_text(wider)))
        actions.show_key(self.new_class, label)
        actions.show_key(self.none, exclude)

    def _show(self) -> None:
        finding = self._finding
        self.setVisible(finding.active)
        if not finding.active:
            return
        grouped = finding.mode in GROUPED
        self._controls.setVisible(grouped)
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
        accuracy, low, high = (round(100 * share) for share in (every.accuracy, every.low, every.high))
        if accuracy == 100:  # of so many images; no model is certain
            words = self.tr("A model of your {1} labels has {0} or more of 100 such pictures right.")
            return words.format(low, wording.number(estimate.images))
        words = self.tr("A model of your {2} labels has about {0} of 100 such pictures right (± {1}).")
        return words.format(accuracy, max(accuracy - low, high - accuracy), wording.number(estimate.images))
