"""Says when near-duplicates stand on both sides of the split, and offers to keep them together."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.parts import text

MANY = 0.1  # share of validation images from which on it is said, as in the log of a training


class LeakageNotice(QFrame):
    """Hidden until there is something to say."""

    together_asked = Signal()

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
                "Near-duplicates become groups, and training and validation are divided anew by group. Undo: Ctrl+Z"
            )
        )
        self.together.clicked.connect(self.together_asked)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Looking for near-duplicates"))
        gap = theme.current()
        inner = QVBoxLayout()
        inner.setSpacing(gap.S)
        for widget in (self.words, self.progress, self.together):
            inner.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(gap.M, gap.S, gap.M, gap.M)
        row.setSpacing(gap.S)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(inner, 1)
        self.say_nothing()

    def say_nothing(self) -> None:
        self.hide()

    def warn(self, share: float, *, can_change: bool) -> None:
        """`share` of the validation images look almost like one that is trained on."""
        if share < MANY:
            self.say_nothing()
            return
        words = self.tr(
            "About {0} % of the validation images look almost like one that is trained on. Validation will promise "
            "more than new pictures hold."
        )
        self._show(words.format(round(share * 100)), "warning", button=can_change)

    def show_progress(self, done: int, total: int | None) -> None:
        self._show(self.tr("Looking for near-duplicates…"), "info", working=True)
        self.progress.setRange(0, total or 0)
        self.progress.setValue(done)

    def tell(self, words: str) -> None:
        """How the grouping ended."""
        self._show(words, "info")

    def _show(self, words: str, icon: str, *, button: bool = False, working: bool = False) -> None:
        self.words.setText(words)
        self.setAccessibleName(words)
        theme.set_icon(self._sign, icon, "warning" if icon == "warning" else "muted", 18)
        self.together.setVisible(button)
        self.progress.setVisible(working)
        self.show()
