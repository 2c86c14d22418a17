"""The strip above the grid while suggestions are shown: whose they are, how many, and what can be done with them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QToolButton, QWidget

from gui import theme
from gui.library.suggesting import Suggesting
from gui.widgets.labels import ElidedLabel, text
from gui.widgets.layouts import column, fill, row


class SuggestionBar(QFrame):
    """Hidden unless there is a run that suggests."""

    order_wanted = Signal()
    accept_wanted = Signal()

    def __init__(self, suggesting: Suggesting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggesting = suggesting
        self.setProperty("role", "well")
        self.words = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.quality = text("", "muted")
        self.accept = QPushButton(self.tr("Accept suggestions…"))
        self.accept.setAccessibleName(self.tr("Accept suggestions"))
        self.accept.setToolTip(self.tr("Accept many at once, of which you see first what that would do"))
        self.accept.setProperty("kind", "primary")
        self.accept.clicked.connect(self.accept_wanted)
        self.order = QPushButton(self.tr("Least sure first"))
        self.order.setAccessibleName(self.order.text())
        self.order.setToolTip(self.tr("Show these images in the order in which a label teaches most"))
        self.order.clicked.connect(self.order_wanted)
        self.close_button = QToolButton()
        theme.set_icon(self.close_button, "close")
        self.close_button.setAccessibleName(self.tr("Hide the suggestions"))
        self.close_button.setToolTip(self.tr("Hide the suggestions"))
        self.close_button.clicked.connect(suggesting.stop)
        controls = (self.accept, self.order, self.close_button)
        told = column(self.words, self.quality, spacing=0)
        row(fill(told), *controls, on=self, margins=(theme.Theme.M, 6, 6, 6), spacing=theme.Theme.S)
        suggesting.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        suggesting = self._suggesting
        self.setVisible(suggesting.active)
        if not suggesting.active:
            return
        total = suggesting.count()
        if suggesting.running and suggesting.progress is not None and suggesting.progress.total:
            done = suggesting.progress.done / suggesting.progress.total
            self.words.setText(self.tr("{0} is looking: {1} %").format(suggesting.by, round(100 * done)))
        elif suggesting.running or not total:
            words = self.tr("{0} is looking at the unlabelled images…") if suggesting.running else self.tr("All done")
            self.words.setText(words.format(suggesting.by))
        else:
            self.words.setText(self.tr("{0} suggestions").format(f"{total:,}"))
        tip = self.tr("Suggested by {0}. Enter accepts the one of the current image.")
        self.words.setToolTip(tip.format(suggesting.by if suggesting.run is None else suggesting.run.name))
        if suggesting.learnt is not None:
            self.words.setToolTip(
                self.tr("Learnt from your labels so far. Enter accepts the suggestion for the current image.")
            )
        self._show_quality()
        self.accept.setEnabled(total > 0)
        self.order.setEnabled(total > 0)

    def _show_quality(self) -> None:
        """How many of what was learnt from labels is right; nothing where too few labels tell."""
        estimate = self._suggesting.learning.estimate if self._suggesting.learnt is not None else None
        known = estimate is not None and estimate.enough
        self.quality.setVisible(known)
        if estimate is None or not known:
            return
        accuracy, low, high = (round(100 * share) for share in (estimate.accuracy, estimate.low, estimate.high))
        self.quality.setText(self.tr("about {0} of 100 right").format(accuracy))
        words = self.tr("Between {0} and {1} of 100, counted on your {2} labelled images, each left out once.")
        self.quality.setToolTip(words.format(low, high, f"{estimate.images:,}"))
