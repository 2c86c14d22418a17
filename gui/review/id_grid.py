"""A grid of images by their ids, as sections of Review list them: records are read as they come on screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from gui.session import Session
from gui.widgets import wording
from gui.widgets.grid.item import GridItem, signs_of
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from gui.widgets.pictures.large_view import Guess, LargeItem, LargeView

if TYPE_CHECKING:
    from engine.library.records import ImageRecord

SIDE, WIDE = 120, 150  # pixels of a picture, and of one under which long names stand
ARROW = " → "


class IdGrid(ThumbnailGrid):
    """`show_ids` shows images; `words(record, index)` gives caption and second line of one of them.

    `large(record, index)` gives its title, facts and the model's guesses: with it Return shows the image large.
    """

    def __init__(
        self,
        session: Session,
        words: Callable[[ImageRecord, int], tuple[str, str]],
        large: Callable[[ImageRecord, int], tuple[str, tuple[tuple[str, str], ...], tuple[Guess, ...]]] | None = None,
    ) -> None:
        super().__init__()
        self._session, self._words, self._large_words = session, words, large
        self._ids: list[int] = []
        self.mark: Callable[[ImageRecord, int], str] = lambda _record, _place: ""
        self.large: LargeView | None = None
        self.cover: QWidget | None = None  # what a large picture lies over
        self.badges = True  # the colour of the label stands before the first words
        self.short = True  # names of classes are short enough for two in one line
        self.set_thumb_size(SIDE)
        self.viewed.connect(self._read)
        self.activated.connect(lambda _: self.open_large())
        self.current_changed.connect(lambda _: self._show_large())
        session.classes_changed.connect(self.refresh)
        session.records.renewed.connect(self._renewed)

    # What is shown

    def show_ids(
        self, ids: Sequence[int], *, sections: Sequence[tuple[str, int]] = (), current: int | None = None
    ) -> None:
        """Show these images, and select the one at `current` (the last one if there are fewer)."""
        scrolled = self.verticalScrollBar().value() if current is not None else 0
        self._ids = list(ids)
        self.set_items(len(self._ids), self.item, sections=sections)
        if current is not None and self._ids:
            self.verticalScrollBar().setValue(scrolled)
            self.set_current(min(current, len(self._ids) - 1))
        self._show_large()

    def fit_names(self, classes: Sequence[str]) -> None:
        """Larger pictures and a line for each name where two names do not fit beside each other."""
        metrics = QFontMetrics(self.font())
        longest = sorted(metrics.horizontalAdvance(name) for name in classes)[-2:]
        self.short = sum(longest) + metrics.horizontalAdvance(ARROW) <= SIDE - 15
        if self.thumb_size() in (SIDE, WIDE):
            self.set_thumb_size(SIDE if self.short else WIDE)

    def pair(self, before: str, after: str, end: str) -> tuple[str, str]:
        """`before → after` over `end`; where names are long each has a line of its own."""
        if self.short:
            return f"{before}{ARROW}{after}", end
        small = QFont(self.font())
        small.setPointSizeF(small.pointSizeF() * 0.88)  # as the grid paints its second line
        metrics = QFontMetrics(small)
        arrow, tail = ARROW.lstrip(), f"  {end}" if end else ""
        width = self.side() - metrics.horizontalAdvance(arrow + tail) - 2
        return before, f"{arrow}{metrics.elidedText(after, Qt.TextElideMode.ElideMiddle, width)}{tail}"

    def ids(self) -> list[int]:
        return self._ids

    def selected_ids(self) -> list[int]:
        return [self._ids[index] for index in self.selected()]

    def item(self, index: int) -> GridItem | None:
        record = self._session.records.get(self._ids[index])
        if record is None:
            return None
        caption, sub = self._words(record, index)
        cls = self._session.class_of(record.class_id)
        return GridItem.of(
            record,
            caption,
            sub=sub,
            badge=QColor(cls.colour) if cls and self.badges else None,
            mark="problem" if record.problem else self.mark(record, index),
            signs=signs_of(record),
        )

    # Records

    def _read(self, first: int, last: int) -> None:
        """Read what is on screen, and as much again after it."""
        self._session.records.want(self, self._ids[first : last + (last - first)])

    def _renewed(self, records: list[ImageRecord]) -> None:
        fresh = {record.id for record in records}
        places = [index for index in self.visible_indices() if self._ids[index] in fresh]
        if places:
            self.refresh(places)
            self._show_large()

    # One of them, large

    def open_large(self) -> None:
        """Show the current image large, with all that is known of it."""
        if self.current() is None or self._large_words is None or self.cover is None:
            return
        if self.large is None:
            self.large = LargeView(self.cover)
            self.large.stepped.connect(lambda step: self.set_current((self.current() or 0) + step))
        self.large.open()
        self._show_large()

    def _show_large(self) -> None:
        if self.large is None or self.large.isHidden() or self._large_words is None:
            return
        index = self.current()
        if index is None or index >= len(self._ids):
            self.large.close_overlay()
            return
        record = self._session.records.get(self._ids[index])
        if record is None:
            return
        title, facts, guesses = self._large_words(record, index)
        item = LargeItem(
            file=record.file,
            size=QSize(record.width or 0, record.height or 0),
            modified_ns=record.modified_ns,
            title=title,
            facts=(
                *facts,
                (self.tr("File"), record.file.name),
                (self.tr("Folder"), str(record.file.parent)),
                (self.tr("Split"), wording.split(record.split)),
            ),
            guesses=guesses,
            mark=self.mark(record, index),
        )
        self.large.show_item(
            item, self.tr("{0} of {1}").format(wording.number(index + 1), wording.number(len(self._ids)))
        )
