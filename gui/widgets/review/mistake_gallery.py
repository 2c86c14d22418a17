"""The images of an evaluation, or of one cell of its confusion matrix, as pictures that can be given another label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets.charts import export, scales
from gui.widgets.grid.thumbnail_grid import GridItem
from gui.widgets.grid.tipped_grid import TippedGrid
from gui.widgets.parts import elided
from gui.widgets.pictures.large_view import Guess, LargeItem, LargeView
from gui.widgets.review.confusion_paint import Area
from gui.widgets.review.gallery_rows import CONFIDENT, is_right, ordered, rows_of
from gui.widgets.review.reviewed import Reviewed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.library.records import ImageRecord

SIDE, WIDE = 120, 150  # pixels of a picture, and of one under which long names stand
ARROW = " → "
TOP = 3  # classes that are told of a prediction


class MistakeGallery(QWidget):
    """`all_asked` wants the filter gone. Labels are changed through the session; the page shows what came of it."""

    all_asked = Signal()

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._given = ""  # the title of images that another section sent
        self.large: LargeView | None = None
        self._short = True  # names of classes are short enough for one line
        self._reviewed: Reviewed | None = None
        self._area: Area | None = None
        self._ids: list[int] = []
        self._rows: list[int] = []  # in what is reviewed, -1 for an image that is not
        self._records: dict[int, ImageRecord] = {}
        self.title = elided("", "heading")
        self.show_all = QPushButton(self.tr("Show all mistakes"))
        self.show_all.setProperty("kind", "link")
        self.show_all.setAccessibleName(self.show_all.text())
        self.take = QPushButton(self.tr("Take prediction as label"))
        self.take.setObjectName("take_prediction_button")
        self.take.setAccessibleName(self.take.text())
        theme.set_icon(self.take, "check")
        self._take_large = QPushButton(self.take.text())  # the same, on the large picture
        self._take_large.setAccessibleName(self.take.text())
        self._take_large.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_icon(self._take_large, "check")
        self.hint = elided("", "small")
        self.grid = TippedGrid()
        self.grid.set_tip(self._tip)
        self.grid.setObjectName("mistakes_grid")
        self.grid.setAccessibleName(self.tr("Misclassified images"))
        self.grid.set_thumb_size(SIDE)
        self._build()
        self.show_all.clicked.connect(self.ask_all)
        self.take.clicked.connect(self.take_predictions)
        self._take_large.clicked.connect(self.take_predictions)
        self.grid.selection_changed.connect(lambda _: self._update_actions())
        self.grid.current_changed.connect(lambda _: self._show_large())
        self.grid.activated.connect(lambda _: self.open_large())
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

    def show_area(self, reviewed: Reviewed, area: Area | None) -> None:
        """Show the images of an area of the matrix, None for all mistakes. The place in the same list is kept as far
        as it goes."""
        rows = ordered(reviewed, rows_of(reviewed, area), CONFIDENT)
        self._show(reviewed, area, reviewed.image_ids[rows], rows, self._title(reviewed, area, len(rows)))

    def show_images(self, image_ids: Sequence[int], words: str) -> None:
        """Show these images, reviewed or not, under the title `words`."""
        reviewed = self._reviewed
        if reviewed is None:
            return
        import numpy as np

        ids = np.array(image_ids, np.int64)
        self._given = words
        self._show(reviewed, None, ids, reviewed.places(ids), words)
        self.show_all.show()

    def ask_all(self) -> None:
        """Want all mistakes again."""
        self._given = ""
        if self._reviewed is not None:
            self.show_area(self._reviewed, None)
        self.all_asked.emit()

    def _show(
        self, reviewed: Reviewed, area: Area | None, ids: NDArray[np.int64], rows: NDArray[np.int64], title: str
    ) -> None:
        before = self._reviewed
        same = before is not None and (before.run, before.scope, self._area) == (reviewed.run, reviewed.scope, area)
        current = self.grid.current() if same else None
        scrolled = self.grid.verticalScrollBar().value() if same else 0
        if not same or before is not reviewed:
            self._records.clear()
        self._reviewed, self._area, self._ids, self._rows = reviewed, area, ids.tolist(), rows.tolist()
        self._short = self._fits(reviewed.classes)
        if not self._short and self.grid.thumb_size() == SIDE:
            self.grid.set_thumb_size(WIDE)
        self.title.setText(title)
        self.show_all.setVisible(area is not None or bool(self._given))
        self.grid.set_empty_text(self.tr("Nothing here: the model made no such mistake."))
        self.grid.set_items(len(self._rows), self._item)
        if current is not None and self._rows:
            self.grid.set_current(min(current, len(self._rows) - 1))
            self.grid.verticalScrollBar().setValue(scrolled)
        self._update_actions()
        self._show_large()

    def _title(self, reviewed: Reviewed, area: Area | None, number: int) -> str:
        count = f"{number:,}"
        if area is None:
            return self.tr("{0} misclassified").format(count)
        true, predicted = (self._names(reviewed, some) for some in area)
        if is_right(area):
            return self.tr("{0} recognised as {1}").format(count, true)
        if area[1] is None:
            return self.tr("{0} labelled {1}, misclassified").format(count, true)
        if area[0] is None:
            return self.tr("{0} wrongly predicted {1}").format(count, predicted)
        return self.tr("{0} labelled {1}, predicted {2}").format(count, true, predicted)

    def _names(self, reviewed: Reviewed, some: Sequence[int] | None) -> str:
        return "" if some is None else ", ".join(reviewed.classes[i] for i in some)

    def _item(self, index: int) -> GridItem | None:
        reviewed = self._reviewed
        if reviewed is None:
            return None
        row = self._rows[index]
        record = self._records.get(self._ids[index])
        if record is None:
            return None
        if row < 0:
            return self._plain_item(record)
        true, predicted = reviewed.labels[row], reviewed.predicted[row]
        caption, sub = self._texts(reviewed, row)
        return GridItem(
            key=record.id,
            file=record.file,
            size_bytes=record.size_bytes,
            modified_ns=record.modified_ns,
            caption=caption,
            sub=sub,
            badge=self._colour(reviewed.class_ids[true]),
            mark="correct" if true == predicted else "wrong",
        )

    def _plain_item(self, record: ImageRecord) -> GridItem:
        """An image that has no prediction here, such as one that the run learnt from."""
        cls = self._session.class_of(record.class_id)
        return GridItem(
            key=record.id,
            file=record.file,
            size_bytes=record.size_bytes,
            modified_ns=record.modified_ns,
            caption=cls.name if cls else self.tr("Not labelled"),
            sub=record.file.name,
            badge=QColor(cls.colour) if cls else None,
        )

    def _texts(self, reviewed: Reviewed, row: int) -> tuple[str, str]:
        """`true → predicted` and how sure in two lines; where names are long each has a line of its own."""
        true, predicted = reviewed.classes[reviewed.labels[row]], reviewed.classes[reviewed.predicted[row]]
        if self._short:
            sure = scales.percent(reviewed.confidence[row])
            return f"{true}{ARROW}{predicted}", self.tr("{0} sure").format(sure)
        small = QFont(self.grid.font())
        small.setPointSizeF(small.pointSizeF() * 0.88)  # as the grid paints its second line
        metrics = QFontMetrics(small)
        before, after = ARROW.lstrip(), f"  {scales.percent(reviewed.confidence[row], 0)}"
        room = self.grid.side() - metrics.horizontalAdvance(before + after) - 2
        return true, f"{before}{metrics.elidedText(predicted, Qt.TextElideMode.ElideMiddle, room)}{after}"

    def _fits(self, classes: Sequence[str]) -> bool:
        """Whether the two longest names stand in one line under a picture."""
        metrics = QFontMetrics(self.grid.font())
        longest = sorted(metrics.horizontalAdvance(name) for name in classes)[-2:]
        return sum(longest) + metrics.horizontalAdvance(ARROW) <= SIDE - 15

    def _tip(self, index: int) -> str:
        reviewed = self._reviewed
        if reviewed is None or index >= len(self._rows):
            return ""
        row = self._rows[index]
        return f"{self._words(reviewed, row)}\n{reviewed.file(row)}" if row >= 0 else ""

    # One of them, large

    def open_large(self) -> None:
        """Show the current image large, with all that is known of it."""
        if self.grid.current() is None:
            return
        if self.large is None:
            self.large = LargeView(self._page(), self._take_large)
            self.large.stepped.connect(lambda step: self.grid.set_current((self.grid.current() or 0) + step))
        self.large.open()
        self._show_large()

    def _page(self) -> QWidget:
        """What a large picture lies over."""
        widget: QWidget = self
        while (above := widget.parentWidget()) is not None and widget.property("role") != "page":
            widget = above
        return widget

    def _show_large(self) -> None:
        if self.large is None or self.large.isHidden():
            return
        index, item = self.grid.current(), self._large_item()
        if index is None or not self._rows:
            self.large.close_overlay()
        elif item is not None:
            place = self.tr("{0} of {1}").format(f"{index + 1:,}", f"{len(self._rows):,}")
            self.large.show_item(item, place)

    def _large_item(self) -> LargeItem | None:
        reviewed, index = self._reviewed, self.grid.current()
        if reviewed is None or index is None or index >= len(self._rows):
            return None
        row = self._rows[index]
        record = self._records.get(self._ids[index])
        if record is None or row < 0:
            return None
        true, predicted = reviewed.labels[row], reviewed.predicted[row]
        right = true == predicted
        words = self.tr("{0}, recognised") if right else self.tr("Labelled {0}, predicted {1}")
        guesses = [
            Guess(reviewed.classes[cls], share, self._colour(reviewed.class_ids[cls]))
            for cls, share in reviewed.top(row, TOP)
        ]
        pixels = f"{record.width} × {record.height}" if record.width and record.height else "–"
        facts = (
            (self.tr("Label"), f"{reviewed.classes[true]}  ·  {scales.percent(reviewed.label_confidence[row])}"),
            (self.tr("Predicted"), f"{reviewed.classes[predicted]}  ·  {scales.percent(reviewed.confidence[row])}"),
            (self.tr("File"), record.file.name),
            (self.tr("Folder"), str(record.file.parent)),
            (self.tr("Pixels"), pixels),
            (self.tr("Split"), self.tr("{0}, unseen in training").format(reviewed.split)),
            (self.tr("Run"), reviewed.run),
        )
        return LargeItem(
            file=record.file,
            size=QSize(record.width or 0, record.height or 0),
            modified_ns=record.modified_ns,
            title=words.format(reviewed.classes[true], reviewed.classes[predicted]),
            facts=facts,
            guesses=tuple(guesses),
            mark="correct" if right else "wrong",
        )

    def _colour(self, class_id: int) -> QColor | None:
        cls = self._session.class_of(class_id)
        return QColor(cls.colour) if cls else None

    def _read(self, first: int, last: int) -> None:
        """Read what is on screen, and as much again after it."""
        reviewed = self._reviewed
        if reviewed is None:
            return
        some = self._ids[first : last + (last - first)]
        missing = [i for i in some if i not in self._records]
        if missing:
            self._session.images(missing, self._arrived)

    def _arrived(self, records: list[ImageRecord]) -> None:
        self._records.update((record.id, record) for record in records)
        if records:
            self.grid.refresh()
            self._show_large()

    # Labels

    def selected_ids(self) -> list[int]:
        return [self._ids[i] for i in self.grid.selected()]

    def take_predictions(self) -> None:
        """Give each selected image the class that was predicted for it: one edit for each class."""
        reviewed = self._reviewed
        if reviewed is None:
            return
        wanted: dict[int, list[int]] = {}
        for index in self.grid.selected():
            row = self._rows[index]
            if row >= 0 and reviewed.labels[row] != reviewed.predicted[row]:
                wanted.setdefault(reviewed.class_ids[reviewed.predicted[row]], []).append(self._ids[index])
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
            reviewed.labels[row] != reviewed.predicted[row] for row in self._selected_rows()
        )
        tip = self.tr("The selected images get the class that was predicted for them  (Ctrl+Return)")
        if self._session.read_only:
            tip = self.tr("Labels cannot be changed: {0}").format(self._session.read_only_reason)
        for button in (self.take, self._take_large):
            button.setEnabled(wrong and not self._session.read_only)
            button.setToolTip(tip)
        if count == 0 or reviewed is None:
            self.hint.setText(self.tr("Return shows an image large; a class's key corrects its label"))
        elif count == 1:
            rows = self._selected_rows()
            self.hint.setText(self._words(reviewed, rows[0]) if rows else "")
        else:
            self.hint.setText(self.tr("{0} selected; a class's key gives them that label").format(f"{count:,}"))

    def _selected_rows(self) -> list[int]:
        rows = (self._rows[i] for i in self.grid.selected())
        return [row for row in rows if row >= 0]

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
                str(r.file(i)),
                r.classes[r.labels[i]],
                r.classes[r.predicted[i]],
                round(float(r.confidence[i]), 6),
                round(float(r.label_confidence[i]), 6),
            ]
            for i in self._rows
            if i >= 0
        ]
        return [head, *body]
