"""The notice that says how many validation images look almost like one that is trained on, and offers to mend that."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from gui import actions, theme
from gui.widgets import wording
from gui.widgets.labels import text
from gui.widgets.layouts import aligned, column, fill, row


class NearDuplicatesNotice(QFrame):
    """Hidden until there is something to say."""

    together_asked = Signal()
    look_asked = Signal()
    label_asked = Signal(int, str)  # pictures of the class of this id and name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setObjectName("leakage_notice")
        self._sign = QLabel()
        self.words = text("", wrap=True)
        self.together = QPushButton(self.tr("Keep near-duplicates together"))
        self.together.setObjectName("keep_together_button")
        self.together.setAccessibleName(self.together.text())
        self.together.setToolTip(
            self.tr(
                "Near-duplicates become groups, and training and validation are divided anew by group. Undo: {0}"
            ).format(actions.key_text(actions.UNDO))
        )
        self.together.clicked.connect(self.together_asked)
        self.look = QPushButton(self.tr("Look for near-duplicates"))
        self.look.setObjectName("look_for_duplicates_button")
        self.look.setAccessibleName(self.look.text())
        self.look.clicked.connect(self.look_asked)
        gap = theme.current()
        self._apart: list[tuple[int, str]] = []
        self.warns = False  # of near-duplicates on both sides
        self.label = QPushButton()
        self.label.setObjectName("label_more_button")
        self.label.setAccessibleName(self.tr("Label more pictures"))
        self.label.clicked.connect(self._on_label)
        inner = column(self.words, self.together, self.label, self.look, spacing=gap.S)
        row(
            aligned(self._sign, Qt.AlignmentFlag.AlignTop),
            fill(inner),
            on=self,
            margins=(gap.M, gap.S, gap.M, gap.M),
            spacing=gap.S,
        )
        self.say_nothing()

    def say_nothing(self) -> None:
        self.warns = False
        self.hide()

    def warn(self, share: float, *, after: float, can_change: bool, apart: Sequence[tuple[int, str]] = ()) -> None:
        """`share` of the validation images look almost like one that is trained on; `after`: so many would by group.
        `apart` are the ids and names of classes that would have too few images to learn from, and stay as they are.
        """
        if not share:
            self.say_nothing()
            return
        words = self.tr(
            "About {0} % of the validation images look almost like one that is trained on: validation will promise "
            "more than new pictures hold."
        ).format(round(share * 100))
        if can_change:
            words += " " + self.tr("Kept together, {0} % would.").format(round(after * 100))
        if apart:
            words += " " + self._apart_words([name for _, name in apart])
        self._show(words, "warning", button=can_change)
        self._offer_labelling(apart)

    def _apart_words(self, names: Sequence[str]) -> str:
        if len(names) == 1:
            words = self.tr(
                "“{0}” stays as it is: its pictures are nearly all alike, and would leave one to learn from. "
                "Label others of it."
            )
        else:
            words = self.tr(
                "“{0}” and %Ln more class(es) stay as they are: their pictures are nearly all alike, and would leave "
                "one to learn from. Label others of them.",
                None,
                len(names) - 1,
            )
        return words.format(names[0])

    def _offer_labelling(self, apart: Sequence[tuple[int, str]]) -> None:
        """The way out of it: other pictures of the first of these classes."""
        self._apart = list(apart)
        self.label.setVisible(bool(apart))
        if apart:
            self.label.setText(self.tr("Label more of {0}").format(apart[0][1]))
            self.label.setAccessibleName(self.label.text())

    def _on_label(self) -> None:
        self.label_asked.emit(*self._apart[0])

    def offer(self) -> None:
        """So many images are not looked through unasked."""
        words = self.tr("It is not known yet whether near-duplicates stand on both sides of the split.")
        self._show(words, "info")
        self.look.show()

    def show_progress(self, done: int, total: int | None) -> None:
        of = (
            wording.number(done)
            if total is None
            else self.tr("{0} of {1}").format(wording.number(done), wording.number(total))
        )
        self._show(self.tr("Looking for near-duplicates: {0}").format(of), "info")

    def tell(self, words: str) -> None:
        """How it ended."""
        self._show(words, "info")

    def _show(self, words: str, icon: str, *, button: bool = False) -> None:
        self.warns = icon == "warning"
        self.words.setText(words)
        self.setAccessibleName(words)
        theme.set_icon(self._sign, icon, "warning" if icon == "warning" else "muted", 18)
        self.together.setVisible(button)
        self.look.hide()
        self.label.hide()
        self.show()
