"""The confusion matrix with its switches: units, order of the classes, only the confused ones, zoom."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QToolButton, QWidget

from engine.review.reviewed import Reviewed
from gui import actions, theme
from gui.review.matrix.confusion_view import ConfusionView
from gui.review.matrix.counts import COUNTS, OF_PREDICTED, OF_TRUE
from gui.session import Session
from gui.widgets.charts import export
from gui.widgets.controls import Combo
from gui.widgets.layouts import column, fill, row

MANY = 20  # classes from which on the matrix is worth zooming
GIVEN, SIMILAR, ERRORS = "given", "similar", "errors"


class MatrixPanel(QWidget):
    """`area_chosen` tells the `Area` whose images are wanted, None for all mistakes."""

    area_chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._reviewed: Reviewed | None = None
        self.view = ConfusionView()
        self.view.setObjectName("confusion_view")
        self.units, self.order = Combo(), Combo()
        for name, words in (
            (COUNTS, self.tr("Counts")),
            (OF_TRUE, self.tr("% of true")),
            (OF_PREDICTED, self.tr("% of predicted")),
        ):
            self.units.addItem(words, name)
        orders = (
            (GIVEN, self.tr("Order as given")),
            (SIMILAR, self.tr("Similar together")),
            (ERRORS, self.tr("Most errors first")),
        )
        for name, words in orders:
            self.order.addItem(words, name)
        self.units.setAccessibleName(self.tr("What cells show"))
        self.units.setToolTip(self.tr("What cells show"))
        self.order.setAccessibleName(self.tr("Order of the classes"))
        self.order.setToolTip(self.tr("Order of the classes"))
        self.confused = QPushButton(self.tr("Confused only"))
        self.confused.setCheckable(True)
        self.confused.setAccessibleName(self.tr("Show only classes that are confused"))
        self.confused.setToolTip(self.tr("Show only classes with at least one mistake"))
        self._build()
        self.units.currentIndexChanged.connect(lambda _: self.view.set_units(self.units.currentData()))
        self.order.currentIndexChanged.connect(lambda _: self._arrange())
        self.confused.toggled.connect(lambda _: self._arrange())
        self.view.filter_changed.connect(self.area_chosen)

    def _build(self) -> None:
        gap = theme.current()
        self._switches = QGridLayout()
        self._switches.setSpacing(gap.S)
        self._switches.setColumnStretch(3, 1)
        for index, control in enumerate((self.units, self.order, self.confused)):
            self._switches.addWidget(control, 0, index)
        self._zooms = QWidget()
        line = row(on=self._zooms)
        for button in self._zoom_buttons():
            line.addWidget(button)
        column(self._switches, fill(self.view), on=self, margins=(0, 0, gap.L, 0), spacing=gap.S)
        self._place_zooms(wide=True)

    def _place_zooms(self, *, wide: bool) -> None:
        """Place the zoom buttons at the right of the switches, or below them where there is no room."""
        self._wide = wide
        side = Qt.AlignmentFlag.AlignRight if wide else Qt.AlignmentFlag.AlignLeft
        self._switches.addWidget(self._zooms, *((0, 4) if wide else (1, 0, 1, 4)), side)  # type: ignore[call-overload]

    def minimumSizeHint(self) -> QSize:
        controls = (self.units, self.order, self.confused)
        wide = sum(control.sizeHint().width() for control in controls) + 2 * theme.current().S + theme.current().L
        return QSize(wide, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= self.minimumSizeHint().width() + self._zooms.sizeHint().width() + theme.current().M
        if wide != self._wide:
            self._place_zooms(wide=wide)

    def _zoom_buttons(self) -> list[QToolButton]:
        view = self.view
        made = [
            actions.add(view, self.tr("Smaller matrix"), view.zoom_out, "Ctrl+-", "zoom-out"),
            actions.add(view, self.tr("Larger matrix"), view.zoom_in, "Ctrl++ Ctrl+=", "zoom-in"),
            actions.add(view, self.tr("Show the whole matrix"), view.fit, "Ctrl+0", "fit"),
        ]
        return [actions.button(action) for action in made]

    def show_reviewed(self, reviewed: Reviewed) -> None:
        """Show its counts. Classes keep their places after an edit, so that nothing jumps while a person corrects."""
        before, self._reviewed = self._reviewed, reviewed
        self.view.set_matrix(reviewed.classes, reviewed.counts)
        # A matrix of few classes is large enough as it is; its keys zoom it nevertheless.
        self._zooms.setVisible(len(reviewed.classes) > MANY)
        if before is None or (before.run, before.scope, before.classes) != (
            reviewed.run,
            reviewed.scope,
            reviewed.classes,
        ):
            self._arrange()

    def save_picture(self) -> None:
        """Ask where, and write what is shown as PNG or SVG."""
        view = self.view

        def picture(path: Path) -> bytes:
            return export.picture_bytes(view.paint_picture, view.size(), path.suffix.lower(), "confusion matrix")

        export.ask_and_write(self, "confusion matrix.png", "PNG (*.png);;SVG (*.svg)", picture)

    def save_table(self) -> None:
        """Ask where, and write what is shown as CSV."""
        rows = self.view.rows
        export.ask_and_write(self, "confusion matrix.csv", "CSV (*.csv)", lambda _path: export.table_bytes(rows()))

    def next_units(self) -> None:
        self.units.setCurrentIndex((self.units.currentIndex() + 1) % self.units.count())

    def next_order(self) -> None:
        self.order.setCurrentIndex((self.order.currentIndex() + 1) % self.order.count())

    def _arrange(self) -> None:
        """Put the classes in the chosen order; clustering takes a moment, so it happens in a thread."""
        reviewed, order, confused = self._reviewed, self.order.currentData(), self.confused.isChecked()
        if reviewed is None:
            return

        def arranged(found: list[int]) -> None:
            if self._reviewed is not None and len(self._reviewed.classes) == len(reviewed.classes):
                self.view.show_classes(found)

        if order == SIMILAR:
            self._session.ask(lambda _: _classes(reviewed, order, confused), arranged, key="class order")
        else:
            arranged(_classes(reviewed, order, confused))


def _classes(reviewed: Reviewed, order: str, confused: bool) -> list[int]:
    import numpy as np

    from engine.review.class_order import by_errors, by_similarity, errors_of

    orders = {GIVEN: lambda counts: np.arange(len(counts)), SIMILAR: by_similarity, ERRORS: by_errors}
    found = orders[order](reviewed.counts)
    if confused:
        found = found[errors_of(reviewed.counts)[found] > 0]
    return [int(c) for c in found]
