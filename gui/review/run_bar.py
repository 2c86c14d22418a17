"""The bar that says which run is reviewed, and which of its images; how many of these are left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from engine.review.reviewed import Reviewed
from engine.training.runs.records import best_of_newest
from gui import theme
from gui.review import words
from gui.widgets.controls import Combo
from gui.widgets.labels import text
from gui.widgets.layouts import row
from gui.widgets.run_words import run_words

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord


class RunBar(QWidget):
    """Shows the best run of the newest training until the person chooses one. `run_changed` also tells that there is
    none any more.
    """

    run_changed = Signal()
    scope_chosen = Signal()
    predict_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._runs: Sequence[RunRecord] = ()
        self._newest = True
        self.run_box, self.scope_box = Combo(), Combo()
        self.left_out = text("", "small")
        self.predict = QPushButton(self.tr("Predict them"))
        self._name_parts()
        row(self.run_box, self.scope_box, self.left_out, self.predict, on=self, spacing=theme.current().M)
        self.run_box.activated.connect(self._on_activated)
        self.scope_box.activated.connect(lambda _: self.scope_chosen.emit())
        self.predict.clicked.connect(self.predict_wanted)

    def _name_parts(self) -> None:
        self.run_box.setObjectName("run_box")
        self.run_box.setAccessibleName(self.tr("Run"))
        self.run_box.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self.run_box.setMinimumWidth(240)
        self.scope_box.setObjectName("split_box")
        self.scope_box.setAccessibleName(self.tr("What is reviewed"))
        self.scope_box.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self.scope_box.setMinimumWidth(150)
        self.predict.setProperty("kind", "link")
        self.predict.setObjectName("predict_button")
        self.predict.setAccessibleName(self.tr("Predict the images that have no prediction yet"))

    def run(self) -> RunRecord | None:
        """Return the chosen run."""
        name = self.run_box.currentData()
        return next((run for run in self._runs if run.name == name), None)

    def scope(self) -> str | None:
        """Return the chosen scope, None as long as none is known."""
        scope: str | None = self.scope_box.currentData()
        return scope

    def begin(self) -> None:
        """Forget all runs: another project is open."""
        self._newest = True
        self.run_box.clear()
        self.scope_box.clear()

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Offer these, the newest first."""
        before, chosen = self.run_box.currentData(), self.run()
        self._runs = runs
        names = [run.name for run in runs]
        items = [(run_words(run, runs), run.name) for run in runs]
        box = self.run_box
        if items != [(box.itemText(i), box.itemData(i)) for i in range(box.count())]:
            box.clear()
            for item in items:
                box.addItem(*item)
            stays, best = not self._newest and before in names, best_of_newest(runs)
            box.setCurrentIndex(names.index(before) if stays else names.index(best.name) if best is not None else -1)
        now = self.run()
        if now is None or now.name != before or (chosen is not None and not now.is_trained_as(chosen)):
            self.run_changed.emit()

    def choose_run(self, name: str) -> None:
        """Choose the run of that name; nothing where there is none, or it is chosen already."""
        index = self.run_box.findData(name)
        if index >= 0 and index != self.run_box.currentIndex():
            self.run_box.setCurrentIndex(index)
            self._on_activated(index)

    def _on_activated(self, index: int) -> None:
        best = best_of_newest(self._runs)
        self._newest = best is not None and best.name == self.run_box.itemData(index)
        self.run_changed.emit()

    def set_usable(self, *, shown: bool, enabled: bool) -> None:
        """Show and enable the choice of run and scope."""
        for box in (self.run_box, self.scope_box):
            box.setVisible(shown)
            box.setEnabled(enabled)

    def show_reviewed(self, found: Reviewed | None) -> None:
        """Show the scopes of what is reviewed, and what is left out of it."""
        left_out = None if found is None else found.left_out
        self.left_out.setText(words.left_out(left_out) if left_out else "")
        self.predict.setVisible(left_out is not None and bool(left_out.unpredicted))
        if found is None:
            return
        self.left_out.setToolTip(words.left_out_reasons(found.left_out))
        if [self.scope_box.itemData(i) for i in range(self.scope_box.count())] != list(found.scopes):
            self.scope_box.clear()
            for scope in found.scopes:
                self.scope_box.addItem(words.scope(scope), scope)
        self.scope_box.setCurrentIndex(found.scopes.index(found.scope))
