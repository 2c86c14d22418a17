"""What a training is measured on: the validation split, a share of the training images, parts by turns, or nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSpinBox, QWidget

from gui import theme
from gui.language import percent_form
from gui.train.option_editors import leave_the_wheel
from gui.widgets.controls import Combo
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row

HELD_OUT, FOLDS, EVERYTHING = "held out", "folds", "everything"
FEWEST_PERCENT, MOST_PERCENT = 5, 50  # as the option allows
FEWEST_FOLDS, MOST_FOLDS = 2, 20


class ValidationChoice(QWidget):
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_split = False
        self._folds, self._percent = 5, 20
        self.box = Combo()
        self.box.setObjectName("validation_box")
        self.box.setAccessibleName(self.tr("Validate on"))
        self.box.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for data in (HELD_OUT, FOLDS, EVERYTHING):
            self.box.addItem("", data)
        self.number = QSpinBox()
        leave_the_wheel(self.number)
        self.number.setObjectName("validation_number")
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)  # as the numbers of the options below
        self.words = text("", "small", wrap=True)
        gap = theme.current().S
        column(row(fill(self.box), self.number, spacing=gap), self.words, on=self, spacing=gap)
        self._show()
        self.box.currentIndexChanged.connect(self._on_choice)
        self.number.valueChanged.connect(self._on_number)

    @property
    def kind(self) -> str:
        return str(self.box.currentData())

    @property
    def folds(self) -> int:
        """How many parts are validated on by turns; 0 where they are not."""
        return self._folds if self.kind == FOLDS else 0

    @property
    def fraction(self) -> float:
        return self._percent / 100

    @property
    def sentence(self) -> str:
        """What to know of the choice before a training starts."""
        if self.kind == FOLDS:
            words = self.tr("{0} runs are trained, each validated on another part of the images that are not for test.")
            return words.format(self._folds)
        if self.kind == EVERYTHING:
            return self.tr("The validation images are trained on too: their accuracy then promises nothing.")
        return ""

    def show_split(self, validation_images: int) -> None:
        """Whether the project says itself what validates."""
        self._has_split = validation_images > 0
        self._show()

    def show_options(self, fraction: float, everything: bool) -> None:
        """Follow the form, whose options these are too."""
        self.blockSignals(True)
        self._percent = round(fraction * 100)
        if everything != (self.kind == EVERYTHING):
            self.box.setCurrentIndex(self.box.findData(EVERYTHING if everything else HELD_OUT))
        self.blockSignals(False)
        self._show()

    def show_folds(self, folds: int) -> None:
        """Parts by turns, so many; with 0 what is held out, where it was parts by turns."""
        self.blockSignals(True)
        if folds:
            self._folds = folds
            self.box.setCurrentIndex(self.box.findData(FOLDS))
        elif self.kind == FOLDS:
            self.box.setCurrentIndex(self.box.findData(HELD_OUT))
        self.blockSignals(False)
        self._show()

    def _on_choice(self) -> None:
        self._show()
        self.changed.emit()

    def _on_number(self, value: int) -> None:
        if self.kind == FOLDS:
            self._folds = value
        else:
            self._percent = value
        self._show_sentence()
        self.changed.emit()

    def _show_sentence(self) -> None:
        self.words.setText(self.sentence)
        self.words.setVisible(bool(self.sentence))

    def _show(self) -> None:
        self._show_sentence()
        held_out = self.tr("The validation split") if self._has_split else self.tr("A share, at random")
        words = {
            HELD_OUT: held_out,
            FOLDS: self.tr("Parts by turns (k-fold)"),
            EVERYTHING: self.tr("Nothing, train on everything"),
        }
        for index, word in enumerate(words.values()):
            self.box.setItemText(index, word)
        folds = self.kind == FOLDS
        self.number.setVisible(folds or (self.kind == HELD_OUT and not self._has_split))
        self.number.blockSignals(True)
        if folds:
            self.number.setRange(FEWEST_FOLDS, MOST_FOLDS)
            self.number.setSuffix("")
            self.number.setValue(self._folds)
            self.number.setAccessibleName(self.tr("Number of parts"))
        else:
            self.number.setRange(FEWEST_PERCENT, MOST_PERCENT)
            self.number.setSuffix(percent_form().format(""))
            self.number.setValue(self._percent)
            self.number.setAccessibleName(self.tr("Share held out for validation"))
        self.number.blockSignals(False)
