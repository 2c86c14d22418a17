"""The options of a batch: mirror images too, the threshold, how many classes to name, watching for new files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QSpinBox, QWidget

from engine.batch.results import USUAL_THRESHOLD
from gui import theme
from gui.language import percent_form
from gui.widgets.charts import scales
from gui.widgets.controls import pad_number
from gui.widgets.labels import text
from gui.widgets.layouts import row, stretch

if TYPE_CHECKING:
    from engine.batch.saved_results.about import About
    from engine.models.threshold import Threshold

USUAL_TOP = 3


class OptionsBar(QWidget):
    threshold_changed = Signal(int)  # per cent
    watch_changed = Signal(bool)
    watch_asked = Signal(bool)  # by the person, not by results of an earlier day

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored: Threshold | None = None
        self._wanted_flips: bool | None = None  # until it is known whether the models that are being looked at allow it
        self._wanted_top: int | None = None  # until the models are known that have so many classes
        self._own = False  # the person has set a threshold, which another model does not change
        self.flips = QCheckBox(self.tr("Mirror images too"))
        self.flips.setObjectName("flips_box")
        self.threshold = QSpinBox()
        self.threshold.setObjectName("threshold_box")
        self.threshold.setRange(0, 100)
        self.threshold.setValue(USUAL_THRESHOLD)
        self.threshold.setSuffix(percent_form().format(""))
        self.threshold.setAccessibleName(self.tr("Unsure below"))
        self.threshold.setToolTip(self.tr("An image is unsure if no class is as likely as this"))
        self.stored_button = QPushButton()
        self.stored_button.setObjectName("stored_threshold_button")
        self.stored_button.setProperty("kind", "link")
        self.stored_button.setAccessibleName(self.tr("Threshold from Review"))
        self.top = QSpinBox()
        self.top.setObjectName("top_box")
        self.top.setRange(1, 1000)
        self.top.setValue(USUAL_TOP)
        self.top.setAccessibleName(self.tr("Classes to name for each image"))
        self.top.setToolTip(self.tr("How many of the likeliest classes each image gets, with their probabilities"))
        self.watch = QCheckBox(self.tr("Watch for new files"))
        self.watch.setObjectName("watch_box")
        self.watch.setToolTip(
            self.tr("Begins at once, stays, and classifies new files of the folders as they come, until you stop")
        )
        for box in (self.flips, self.watch):
            box.setAccessibleName(box.text())
        self._build()
        self.threshold.valueChanged.connect(self._set)
        self.stored_button.clicked.connect(self._use_stored)
        self.watch.toggled.connect(self.watch_changed)
        self.watch.clicked.connect(self.watch_asked)
        self.know([])

    def _build(self) -> None:
        gap = theme.current()
        for box in (self.threshold, self.top):
            box.setFixedWidth(self.fontMetrics().horizontalAdvance("100 %") + 50)
            pad_number(box)
        row(
            text(self.tr("Unsure below"), "muted"),
            self.threshold,
            self.stored_button,
            gap.M,
            text(self.tr("Top"), "muted"),
            self.top,
            gap.M,
            self.flips,
            stretch(),
            self.watch,
            on=self,
            spacing=gap.S,
        )

    def know(self, models: Sequence[About]) -> None:
        """Offer the options that the models allow, and the threshold that Review stored in the first."""
        allowed = bool(models) and all(about.mirrored for about in models)
        self.flips.setEnabled(allowed)
        if not allowed:
            self.flips.setChecked(False)
        elif self._wanted_flips is not None:
            self.flips.setChecked(self._wanted_flips)
        yes = self.tr("The mean over each image and its mirror image: often a little better, half as fast")
        no = self.tr("The model did not learn from mirrored images; a mirrored sign or letter is another one")
        self.flips.setToolTip(yes if allowed or not models else no)
        if models:
            self.top.setMaximum(len(models[0].info.classes))
            if self._wanted_top is not None:
                self.top.setValue(self._wanted_top)
            self._wanted_flips = self._wanted_top = None
        # A threshold was measured for one model as it is; the mean of several is another model.
        self._stored = models[0].threshold if len(models) == 1 else None
        if not self._own:
            self._show(USUAL_THRESHOLD if self._stored is None else _percent(self._stored))
        self._say()

    def want_flips(self, on: bool) -> None:
        """Tick mirror images or not, as soon as models are known that allow them."""
        self._wanted_flips = on
        self.flips.setChecked(on and self.flips.isEnabled())

    def want_top(self, number: int) -> None:
        """Name so many classes, also where the models that are known so far have fewer."""
        self._wanted_top = number
        self.top.setValue(number)

    def options(self) -> tuple[bool, int, bool]:
        """Return whether mirror images count, how many classes to name, and whether to watch."""
        return self.flips.isChecked(), self.top.value(), self.watch.isChecked()

    def set_running(self, running: bool) -> None:
        """Follow a batch: while it runs, only the threshold, which is not part of it, can be changed, and a watch can
        be ended.
        """
        self.top.setEnabled(not running)
        self.watch.setEnabled(not running or self.watch.isChecked())
        self.flips.setEnabled(not running and self.flips.isEnabled())

    def _show(self, percent: int) -> None:
        own = self._own
        self.threshold.setValue(percent)
        self._own = own

    def _set(self, percent: int) -> None:
        self._own = True
        self._say()
        self.threshold_changed.emit(percent)

    def _use_stored(self) -> None:
        if self._stored is not None:
            self._show(_percent(self._stored))
            self._own = False
            self._say()

    def _say(self) -> None:
        """Say where the threshold comes from, if Review has measured one."""
        stored = self._stored
        self.stored_button.setVisible(stored is not None)
        if stored is None:
            return
        same = self.threshold.value() == _percent(stored)
        words = self.tr("from Review") if same else self.tr("Review says {0} %").format(_percent(stored))
        self.stored_button.setText(words)
        self.stored_button.setEnabled(not same)
        right = self.tr("Chosen in Review: from {0} on, {1} of the answers were right, and {2} of the images had one")
        shares = (scales.percent(share) for share in (stored.confidence, stored.accuracy, stored.coverage))
        self.stored_button.setToolTip(right.format(*shares))
        self.stored_button.setAccessibleName(words)


def _percent(stored: Threshold) -> int:
    return round(stored.confidence * 100)
