"""Says that the results on screen are not of the model that is chosen, and classifies again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from gui import theme
from gui.classify.model_box import ModelBox, model_words
from gui.widgets.labels import text
from gui.widgets.layouts import fill, row

if TYPE_CHECKING:
    from engine.batch.params import ClassifyParams


class OlderModel(QFrame):
    """A line between the model and the results; hidden while they belong together."""

    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("older_model")
        self.setProperty("role", "notice")
        self.words = text("", wrap=True)
        self.again = QPushButton(self.tr("Classify again"))
        self.again.setObjectName("classify_again_button")
        self.again.setAccessibleName(self.tr("Classify again with the chosen model"))
        self.again.clicked.connect(self.again_wanted)
        gap = theme.Theme
        row(fill(self.words), self.again, on=self, margins=(gap.M, 6, 6, 6), spacing=gap.S)
        self.hide()

    def show_for(self, request: ClassifyParams | None, chosen: Sequence[Path], box: ModelBox, *, ready: bool) -> None:
        """Compare the models of results, None where there are none to be told of, with those that are chosen."""
        words = "" if request is None else older_words(request, chosen, box)
        self.words.setText(words)
        self.setAccessibleName(words)
        self.again.setEnabled(ready)
        self.setVisible(bool(words))


def older_words(request: ClassifyParams, chosen: Sequence[Path], box: ModelBox) -> str:
    """Say which model gave results and which is chosen now; empty where they are the same, or none is chosen."""
    models = [Path(request.model), *map(Path, request.more_models)]
    if not chosen or set(models) == set(chosen):
        return ""
    words = QCoreApplication.translate("OlderModel", "These results are of “{0}”. Chosen now: “{1}”.")
    before, now = (" + ".join(model_words(box, file) for file in files) for files in (models, chosen))
    return words.format(before, now)
