"""The images of an evaluation, or of one cell of its confusion matrix, as pictures that can be given another label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.session import Session
from gui.widgets import export, scales
from gui.widgets.confusion_paint import Cell
from gui.widgets.parts import elided
from gui.widgets.reviewed import Reviewed
from gui.widgets.thumbnail_grid import GridItem, ThumbnailGrid

if TYPE_CHECKING:
    from engine.library.records import ImageRecord

ARROW = " → "


class MistakeGallery(QWidget):
    """`all_asked` wants the filter gone. Labels are changed through the session; the page shows what came of it."""

    all_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reviewed: Reviewed | None = None
        self._cell: Cell | None = None
        self._rows: list[int] = []
        self._records: dict[int, ImageRecord] = {}
        self.title = elided("", "heading")
        self.show_all = QPushButton(self.tr("Show all mistakes"))
        self.show_all.setProperty("kind", "link")
        self.show_all.setAccessibleName(self.show_all.text())
        self.take = QPushButton(self.tr("Take prediction as label"))
        self.take.setObjectName("take_prediction_button")
        self.take.setAccessibleName(self.take.text())
        self.take.setToolTip(self.tr("The selected images get the class that was predicted for them (Return)"))
        theme.set_icon(self.take, "check")
        self.hint = elided("", "small")
        self.grid = ThumbnailGrid()
        self.grid.setObjectName("mistakes_grid")
        self.grid.setAccessibleName(self.tr("Misclassified images"))
        self.grid.set_thumb_size(120)
        self._build()
        self.show_all.clicked.connect(self.all_asked)
        self.take.clicked.connect(self.take_predictions)
        self.grid.selection_changed.connect(lambda _: self._update_actions())
        self.grid.activated.connect(lambda _: self.take_predictions())
        self.grid.viewed.connect(self._read)
        session.classes_changed.connect(self.grid.refresh)
        export.offer(self.grid, "misclassified", rows=self.rows)
        self._update_actions()

    def _build(self) -> None:
        gap = theme.current()
        head = QHBoxLayout()
        head.addStrut(gap.CONTROL)  # in line with the switches over the matrix
        head.addWidget(self.title, 1)
        head.addWidget(self.show_all)
        actions = QHBoxLayout()
        actions.setSpacing(gap.M)
        actions.addWidget(self.take)
        actions.addWidget(self.hint, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap.S)
        column.addLayout(head)
        column.addWidget(self.grid, 1)
        column.addLayout(actions)

    def show_cell(self, reviewed: Reviewed, cell: Cell | None) -> None:
        """Show the images of `cell`, None for all mistakes. The place in the same list is kept as far as it goes."""
        same = self._reviewed is not None and (self._reviewed.run, self._reviewed.split, self._cell) == (
            reviewed.run,
            reviewed.split,
            cell,
        )
        current = self.grid.current() if same else None
        scrolled = self.grid.verticalScrollBar().value() if same else 0
        if not same or self._reviewed is not reviewed:
            self._records.clear()
        self._reviewed, self._cell, self._rows = reviewed, cell, reviewed.rows(cell)
        self.title.setText(self._title(reviewed, cell))
        self.show_all.setVisible(cell is not None)
        self.grid.set_empty_text(self.tr("Nothing here: the model made no such mistake."))
        self.grid.set_items(len(self._rows), self._item)
        if current is not None and self._rows:
            self.grid.set_current(min(current, len(self._rows) - 1))
            self.grid.verticalScrollBar().setValue(scrolled)
        self._update_actions()

    def _title(self, reviewed: Reviewed, cell: Cell | None) -> str:
        count = f"{len(self._rows):,}"
        if cell is None:
            return self.tr("{0} misclassified").format(count)
        true, predicted = (None if i is None else reviewed.classes[i] for i in cell)
        if true is not None and true == predicted:
            return self.tr("{0} recognised as {1}").format(count, true)
        if predicted is None:
            return self.tr("{0} labelled {1}, misclassified").format(count, true)
        if true is None:
            return self.tr("{0} wrongly predicted {1}").format(count, predicted)
        return self.tr("{0} labelled {1}, predicted {2}").format(count, true, predicted)

    def _item(self, index: int) -> GridItem | None:
        reviewed = self._reviewed
        if reviewed is None:
            return None
        row = self._rows[index]
        record = self._records.get(reviewed.image_ids[row])
        if record is None:
            return None
        true, predicted = reviewed.labels[row], reviewed.predicted[row]
        cls = self._session.class_of(reviewed.class_ids[true])
        return GridItem(
            key=record.id,
            file=record.file,
            size_bytes=record.size_bytes,
            modified_ns=record.modified_ns,
            caption=self._pair(reviewed.classes[true], reviewed.classes[predicted]),
            sub=self.tr("{0} sure").format(scales.percent(reviewed.confidence[row])),
            badge=QColor(cls.colour) if cls else None,
            mark="correct" if true == predicted else "wrong",
        )

    def _pair(self, true: str, predicted: str) -> str:
        """`true → predicted`, both cut alike where they are too long for one line under the picture."""
        metrics = QFontMetrics(self.grid.font())
        room = self.grid.thumb_size() - 15 - metrics.horizontalAdvance(ARROW)
        widths = [metrics.horizontalAdvance(true), metrics.horizontalAdvance(predicted)]
        if sum(widths) > room:
            half = room // 2
            first = max(half, room - widths[1])
            true = metrics.elidedText(true, Qt.TextElideMode.ElideRight, first)
            second = room - metrics.horizontalAdvance(true)
            predicted = metrics.elidedText(predicted, Qt.TextElideMode.ElideRight, second)
        return f"{true}{ARROW}{predicted}"

    def _read(self, first: int, last: int) -> None:
        """Read what is on screen, and as much again after it."""
        reviewed = self._reviewed
        if reviewed is None:
            return
        rows = self._rows[first : last + (last - first)]
        missing = [i for i in (reviewed.image_ids[row] for row in rows) if i not in self._records]
        if missing:
            self._session.images(missing, self._arrived)

    def _arrived(self, records: list[ImageRecord]) -> None:
        self._records.update((record.id, record) for record in records)
        if records:
            self.grid.refresh()

    # Labels

    def selected_ids(self) -> list[int]:
        reviewed = self._reviewed
        return [] if reviewed is None else [reviewed.image_ids[self._rows[i]] for i in self.grid.selected()]

    def take_predictions(self) -> None:
        """Give each selected image the class that was predicted for it: one edit for each class."""
        reviewed = self._reviewed
        if reviewed is None:
            return
        wanted: dict[int, list[int]] = {}
        for index in self.grid.selected():
            row = self._rows[index]
            if reviewed.labels[row] != reviewed.predicted[row]:
                wanted.setdefault(reviewed.class_ids[reviewed.predicted[row]], []).append(reviewed.image_ids[row])
        for class_id, image_ids in wanted.items():
            self._session.set_label(image_ids, class_id)

    def label_by_key(self, key: str) -> None:
        """Give the selected images the class that has this key."""
        cls = self._session.class_with_key(key)
        if cls is not None and self.grid.selected():
            self._session.set_label(self.selected_ids(), cls.id)

    def _update_actions(self) -> None:
        count = len(self.grid.selected())
        reviewed = self._reviewed
        wrong = reviewed is not None and any(
            reviewed.labels[self._rows[i]] != reviewed.predicted[self._rows[i]] for i in self.grid.selected()
        )
        self.take.setEnabled(wrong)
        if count == 0 or reviewed is None:
            self.hint.setText(self.tr("Select images; a class's key corrects their label"))
        elif count == 1:
            self.hint.setText(self._words(reviewed, self._rows[self.grid.selected()[0]]))
        else:
            self.hint.setText(self.tr("{0} selected; a class's key gives them that label").format(f"{count:,}"))

    def _words(self, reviewed: Reviewed, row: int) -> str:
        return self.tr("Labelled {0} ({1}), predicted {2} ({3})").format(
            reviewed.classes[reviewed.labels[row]],
            scales.percent(reviewed.label_confidence[row]),
            reviewed.classes[reviewed.predicted[row]],
            scales.percent(reviewed.confidence[row]),
        )

    def rows(self) -> list[list[object]]:
        """What is shown, as a table."""
        head: list[object] = ["path", "label", "predicted", "confidence", "label probability"]
        r = self._reviewed
        if r is None:
            return [head]
        body: list[list[object]] = [
            [
                str(r.files[i]),
                r.classes[r.labels[i]],
                r.classes[r.predicted[i]],
                round(r.confidence[i], 6),
                round(r.label_confidence[i], 6),
            ]
            for i in self._rows
        ]
        return [head, *body]
