"""The images of an evaluation, or of an area of its confusion matrix, as pictures about which a person decides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from engine.review.gallery import (
    CONFIDENT,
    FIXED,
    PAIRS,
    RANDOM,
    SUSPICIOUS,
    Area,
    belongs,
    confirmed_in,
    followed,
    headings,
    ordered,
    rows_of,
)
from engine.review.reviewed import Reviewed
from gui import theme
from gui.jobs import JobRunner
from gui.review.decision_bar import DecisionBar
from gui.review.gallery import captions
from gui.review.gallery.decisions import DecisionEdits
from gui.review.gallery.mistake_cells import CellCache, MistakeGrid
from gui.review.gallery.mistake_view import MistakeView
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import export
from gui.widgets.controls import Combo
from gui.widgets.grid.item import GridItem
from gui.widgets.labels import elided
from gui.widgets.layouts import column, fill, row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.library.records import Edit, ImageRecord

_FEW = 8  # images that are looked up one by one; for more a table of a hundred thousand is worth its making


class ListPosition(NamedTuple):
    """Indices in a list: of the keyboard, of what is selected, and of where a range begins that Shift extends."""

    current: int
    selected: list[int]
    anchor: int


def moved(
    before: Sequence[int],
    place: tuple[int, Collection[int], int | None],
    after: Sequence[int],
    decided: Collection[int],
) -> ListPosition:
    """Return the place in `after` for a place (current, selected, anchor) in `before`; both are ids of images.

    Who is at an image that has been `decided` about, or that is gone, goes on to the next of those that followed it;
    where none is left of these, at the same image, or the nearest before it. `after` has at least one image.
    """
    current, selected, anchor = place
    find = _finder(after, len(selected))
    here = find(before[current]) if current < len(before) else None
    if here is not None and before[current] not in decided:
        selected_now = [at for at in (find(before[i]) for i in selected if i < len(before)) if at is not None]
        begin = find(before[anchor]) if anchor is not None and anchor < len(before) else None
        return ListPosition(here, selected_now, here if begin is None else begin)
    found = _first(find, (i for i in before[current + 1 :] if i not in decided))
    if found is None:
        found = here
    if found is None:
        found = _first(find, reversed(before[:current]))
    there = min(current, len(after) - 1) if found is None else found
    return ListPosition(there, [there], there)


def _finder(ids: Sequence[int], times: int) -> Callable[[int], int | None]:
    """Return a function from an id to its index, None for none, that is called so many times."""
    if times > _FEW:
        return {image_id: at for at, image_id in enumerate(ids)}.get

    def find(image_id: int) -> int | None:
        try:
            return ids.index(image_id)
        except ValueError:
            return None

    return find


def _first(find: Callable[[int], int | None], ids: Iterable[int]) -> int | None:
    return next((at for at in map(find, ids) if at is not None), None)


SIDE = 140  # pixels of a picture


class MistakeGallery(QWidget):
    """`all_asked` wants the filter gone. What is decided goes to the session; the page shows what came of it."""

    all_asked = Signal()

    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session, self._jobs = session, jobs
        self.large: MistakeView | None = None
        self.reviewed: Reviewed | None = None
        self._area: Area | None = None
        self._given: tuple[list[int], str] | None = None  # ids that another section sent, and what they are
        self._seed = 0  # of the random order
        self.ids: list[int] = []
        self._listed: NDArray[np.int64]  # the same ids, where they are those of an area
        self.rows: list[int] = []  # in what is reviewed, -1 for an image that is not
        self.cells = CellCache(session)
        self.title = elided("", "heading")
        self.show_all = QPushButton(self.tr("Show all"))
        self.order = Combo()
        self.confirmed = QPushButton()
        self.edits = DecisionEdits(session, self, self)
        self._decisions = self.edits.decisions()
        self.decisions = DecisionBar(self._decisions, "mistake", wraps=True)
        self.hint = elided("", "small")
        self.grid = MistakeGrid()
        self._name_parts()
        self._build()
        self._connect()

    def _name_parts(self) -> None:
        self.show_all.setProperty("kind", "link")
        self.show_all.setAccessibleName(self.tr("Show all mistakes"))
        orders = (
            (CONFIDENT, self.tr("Most confident")),
            (PAIRS, self.tr("By pair")),
            (SUSPICIOUS, self.tr("Most suspicious label")),
            (RANDOM, self.tr("Random")),
        )
        for name, words in orders:
            self.order.addItem(words, name)
        self.order.setAccessibleName(self.tr("Order of the images"))
        self.order.setToolTip(self.tr("Order of the images"))
        self.confirmed.setCheckable(True)
        self.confirmed.setProperty("kind", "quiet")
        self.confirmed.setAccessibleName(self.tr("Show confirmed mistakes too"))
        self.confirmed.setToolTip(self.tr("Also show mistakes whose label you confirmed"))
        self.grid.set_tip(self._tip)
        self.grid.setObjectName("mistakes_grid")
        self.grid.setAccessibleName(self.tr("Misclassified images"))
        self.grid.set_thumb_size(SIDE)

    def _build(self) -> None:
        gap = theme.current()
        head = row(fill(self.title), self.show_all, self.confirmed, self.order, spacing=gap.S)
        head.addStrut(gap.CONTROL)  # in line with the switches over the matrix
        column(head, fill(self.grid), self.hint, self.decisions, on=self, spacing=gap.S)

    def _connect(self) -> None:
        self.show_all.clicked.connect(self.ask_all)
        self.order.activated.connect(lambda _: self._on_order())
        self.confirmed.toggled.connect(lambda _: self._renew())
        self.grid.selection_changed.connect(lambda _: self.update_decisions())
        self.grid.current_changed.connect(lambda _: self._show_large())
        self.grid.activated.connect(lambda _: self.open_large())
        self.grid.viewed.connect(self._read)
        self._session.classes_changed.connect(self._on_classes)
        self._session.records.renewed.connect(self._renewed)
        self._session.records_changed.connect(self._edited)
        export.offer(self.grid, "misclassified", rows=self.table)
        self.update_decisions()

    def _on_classes(self) -> None:
        self.cells.clear()
        self.grid.refresh()

    # What is shown

    def show_reviewed(self, reviewed: Reviewed, area: Area | None) -> None:
        """Show the same of what is reviewed now: images that were sent here stay as long as the run does."""
        if self._given is not None and self.reviewed is not None and self.reviewed.run == reviewed.run:
            self._take(reviewed)
            self._renew()
        else:
            self.show_area(reviewed, area)

    def _take(self, reviewed: Reviewed) -> None:
        self.reviewed = reviewed
        self.cells.show(reviewed)

    def show_area(self, reviewed: Reviewed, area: Area | None) -> None:
        """Show the images of an area of the matrix, None for all mistakes. The place in the same list is kept as far
        as it goes."""
        before = self.reviewed
        same = before is not None and self._given is None
        same = same and (before.run, before.scope, self._area) == (reviewed.run, reviewed.scope, area)  # type: ignore[union-attr]
        self._given = None
        self._area = area
        self._take(reviewed)
        self._fill(keep=same, before=before)

    def show_images(self, image_ids: Sequence[int], words: str) -> None:
        """Show these images in this order, reviewed or not, under the title `words`."""
        if self.reviewed is not None:
            self._given, self._area = (list(image_ids), words), None
            self._fill(keep=False)

    def ask_all(self) -> None:
        """Want all mistakes again."""
        if self.reviewed is not None:
            self.show_area(self.reviewed, None)
        self.all_asked.emit()

    def _on_order(self) -> None:
        self._seed += 1  # "random" chosen again is another mixture
        self._fill(keep=False)

    def next_order(self) -> None:
        self.order.setCurrentIndex((self.order.currentIndex() + 1) % self.order.count())
        self._on_order()

    def _renew(self) -> None:
        self._fill(keep=True)

    def _fill(self, *, keep: bool, before: Reviewed | None = None) -> None:
        """Show what is to be seen of what is reviewed; `before` is what `rows` were rows of."""
        reviewed = self.reviewed
        if reviewed is None:
            return
        shown = self.ids if keep else None
        if self._given is not None:
            self.ids, self.rows = self._given[0], reviewed.places(self._given[0]).tolist()
            self._show_list(shown)
            return
        order = self.order.currentData()
        found = rows_of(reviewed, self._area, decided=self.confirmed.isChecked())
        if keep and before is not None and order in FIXED and len(found) and not self.edits.done:
            rows = followed(before, self.rows, reviewed, found)
            if rows is not None:  # as it mostly is after `_settle`
                self.rows = rows.tolist()
                self._show_head(reviewed)
                self.update_decisions()
                self._show_large()
                return
        rows = ordered(reviewed, found, order, self._seed)
        self._listed = reviewed.image_ids[rows]
        self.ids, self.rows = self._listed.tolist(), rows.tolist()
        self._show_list(shown)

    def _show_list(self, shown: list[int] | None, *, counted: bool = True) -> None:
        """Show what `ids` and `rows` are now. The place in the list that was `shown` is kept as far as it goes."""
        reviewed = self.reviewed
        assert reviewed is not None
        sections: list[tuple[str, int]] = []
        if self._given is None and self.order.currentData() == PAIRS:
            sections = headings(reviewed, self.rows, " → ", self.tr("Other pairs"))
        self._show_head(reviewed, counted=counted)
        current = self.grid.current()
        place = None
        if shown is not None and current is not None and self.ids:
            place = moved(shown, (current, self.grid.selected(), self.grid.anchor()), self.ids, self.edits.done)
        self.edits.done.clear()
        self.grid.set_empty_text(captions.empty_words(reviewed, self._area))
        self.grid.set_items(len(self.ids), self._item, keep=place is not None, sections=sections)
        if place is not None:
            self.grid.select(place.selected, place.current, place.anchor)
            self.grid.ensure_visible(place.current)
        self.update_decisions()
        self._show_large()

    def _show_head(self, reviewed: Reviewed, *, counted: bool = True) -> None:
        given = self._given
        self.title.setText(given[1] if given else captions.title(reviewed, self._area, len(self.ids)))
        self.show_all.setVisible(given is not None or self._area is not None)
        self.order.setEnabled(given is None)
        if not counted:
            return
        number = 0 if given else confirmed_in(reviewed, self._area)
        self.confirmed.setVisible(number > 0 or self.confirmed.isChecked())
        self.confirmed.setText(self.tr("{0} confirmed").format(wording.number(number)))
        self.confirmed.setAccessibleName(self.tr("Show confirmed mistakes too"))

    # One cell

    def record(self, index: int) -> ImageRecord | None:
        return self._session.records.get(self.ids[index]) if 0 <= index < len(self.ids) else None

    def _item(self, index: int) -> GridItem | None:
        record = self.record(index)
        return None if record is None else self.cells.item(self.rows[index], record)

    def _tip(self, index: int) -> str:
        reviewed = self.reviewed
        if reviewed is None or index >= len(self.rows) or self.rows[index] < 0:
            return ""
        row = self.rows[index]
        return f"{captions.sentence(reviewed, row)}\n{reviewed.file(row)}"

    def _read(self, first: int, last: int) -> None:
        """Read what is on screen, and as much again after it."""
        self._session.records.want(self, self.ids[first : last + (last - first)])

    def _renewed(self, records: list[ImageRecord]) -> None:
        if records:
            self.cells.forget([record.id for record in records])
            self._repaint({record.id for record in records})
            self._show_large()

    def _repaint(self, image_ids: Collection[int]) -> None:
        """Paint those of these images that are on screen, and no others."""
        self.grid.take(index for index in self.grid.visible_indices() if self.ids[index] in image_ids)

    def _edited(self, edit: Edit, records: list[ImageRecord]) -> None:
        """Records of changed images come with small edits; those of large ones are read again when they are seen."""
        self.cells.forget(edit.image_ids)
        self.edits.saved(edit.image_ids)
        if not records:
            self.grid.refresh()
        elif len(records) < len(edit.image_ids) or not self._settle(records):
            self._repaint(set(edit.image_ids))

    def _settle(self, records: list[ImageRecord]) -> bool:
        """Let images go that are no mistakes any more, and go on to the next: a person waits for that, and not for the
        counts of a hundred thousand, which follow. False where it has to wait for them."""
        import numpy as np

        reviewed = self.reviewed
        if reviewed is None or self._given is not None or not self.ids or not self.isVisible():
            return False
        places = np.flatnonzero(np.isin(self._listed, [record.id for record in records]))
        known = {record.id: record for record in records}
        changed = [known[self.ids[at]] for at in places.tolist()]
        labels = np.array([self.cells.label(record) for record in changed], np.int64)
        predicted = reviewed.predicted[[self.rows[at] for at in places.tolist()]]
        confirmed = np.array([record.confirmed for record in changed], bool)
        stays = belongs(labels, predicted, confirmed, self._area, decided=self.confirmed.isChecked())
        gone = places[~stays].tolist()
        if len(gone) == len(self.ids) or not (gone or self.edits.done):
            return False
        shown, self._listed = self.ids.copy(), np.delete(self._listed, gone)
        for at in reversed(gone):
            del self.ids[at], self.rows[at]
        self._show_list(shown, counted=False)
        return True

    # One of them, large

    def open_large(self) -> None:
        """Show the current image large, with all that is known of it."""
        if self.grid.current() is None:
            return
        if self.large is None:
            self.large = MistakeView(self._session, self._jobs, self._decisions, self._page())
            self.large.stepped.connect(lambda step: self.grid.set_current((self.grid.current() or 0) + step))
            self.large.nearest.gallery_wanted.connect(self.show_images)
        self.large.open()
        self.update_decisions()
        self._show_large()

    def stop(self) -> None:
        """Stop what is being computed; the project is being closed."""
        if self.large is not None:
            self.large.close_overlay()
            self.large.stop()

    def _page(self) -> QWidget:
        """Return the widget that a large picture lies over."""
        widget: QWidget = self
        while (above := widget.parentWidget()) is not None and widget.property("role") != "page":
            widget = above
        return widget

    def _show_large(self) -> None:
        if self.large is None or self.large.isHidden():
            return
        index = self.grid.current()
        if index is None or not self.ids or self.reviewed is None:
            self.large.close_overlay()
        elif (record := self.record(index)) is not None:
            place = self.tr("{0} of {1}").format(wording.number(index + 1), wording.number(len(self.ids)))
            self.large.show_mistake(self.reviewed, self.rows[index], record, place)

    # What can be decided

    def selected_ids(self) -> list[int]:
        return [self.ids[i] for i in self.grid.selected()]

    def selected_rows(self) -> list[int]:
        return [self.rows[i] for i in self.grid.selected()]

    def selected_records(self) -> list[ImageRecord | None]:
        return [self.record(i) for i in self.grid.selected()]

    def label_by_key(self, key: str) -> None:
        """Give the selected images the class that has this key."""
        cls = self._session.class_with_key(key)
        if cls is not None:
            self.edits.label(cls.id)

    def update_decisions(self) -> None:
        count, reviewed, rows = len(self.grid.selected()), self.reviewed, self.selected_rows()
        possible, reason = self.edits.possible()
        for decisions in (self.decisions, *([self.large.decisions] if self.large else [])):
            decisions.enable(possible, reason)
        if count == 0 or reviewed is None:
            self.hint.setText(self.tr("Return shows an image large; a class's key corrects its label"))
        elif count == 1:
            self.hint.setText(captions.sentence(reviewed, rows[0]) if rows[0] >= 0 else "")
        else:
            self.hint.setText(
                self.tr("{0} selected; a class's key gives them that label").format(wording.number(count))
            )

    def table(self) -> list[list[object]]:
        """Return what is shown as a table."""
        return captions.table(self.reviewed, [row for row in self.rows if row >= 0])

    def save_table(self) -> None:
        """Ask where, and write what is shown as CSV."""
        export.ask_and_write(self, "misclassified.csv", "CSV (*.csv)", lambda _path: export.table_bytes(self.table()))
