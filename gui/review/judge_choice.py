"""The choice of what judges the labels: a run on held-out images or by folds, or the features of the images."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget

from gui import theme
from gui.widgets.controls import Combo, pad_number
from gui.widgets.labels import text
from gui.widgets.layouts import holder, row, stretch

HELD_OUT, FOLDS, FEATURES = range(3)
SOURCES = ("all", "folds", "features")


class JudgeChoice(QWidget):
    """A box for the choice; `folds_row`, which stands elsewhere, is shown where folds judge."""

    def __init__(self) -> None:
        super().__init__()
        self.box = Combo()
        self.box.addItems(
            [
                self.tr("Validation and test images"),
                self.tr("All labelled images, by training anew"),
                self.tr("All labelled images, by their features"),
            ]
        )
        self.box.setAccessibleName(self.tr("Images to judge"))
        self.folds = QSpinBox()
        pad_number(self.folds)
        self.folds.setRange(2, 20)
        self.folds.setValue(4)
        self.folds.setSuffix(self.tr(" parts"))
        self.folds.setAccessibleName(
            self.tr("Parts of the images, each judged by a network that did not learn from it")
        )
        self.train = QPushButton()
        self.train.setObjectName("judge_all_button")
        gap = theme.current()
        row(text(self.tr("Judged"), "muted"), self.box, on=self, spacing=gap.S)
        self.folds_row = holder(row(stretch(), self.folds, self.train, spacing=gap.S))

    @property
    def source(self) -> str:
        """Return one of `SOURCES`."""
        return SOURCES[self.box.currentIndex()]

    def choose(self, index: int) -> None:
        self.box.setCurrentIndex(index)

    def update_controls(self, *, enabled: bool, has_judged: bool) -> None:
        """Enable the controls; `has_judged` tells whether folds have judged the labels before."""
        self.folds_row.setVisible(self.source == "folds")
        self.train.setText(self.tr("Judge again") if has_judged else self.tr("Judge all images"))
        self.train.setAccessibleName(self.train.text())
        for control in (self.folds, self.train, self.box):
            control.setEnabled(enabled)
