"""Effects of keys and clicks on the selected images: labels, splits, flags, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from PySide6.QtCore import QElapsedTimer, QObject, Signal
from PySide6.QtGui import QColor

from engine.library import edits, query
from engine.library.records import ClassRecord, Flag, ImageRecord, Split
from gui import actions, theme
from gui.library.image_list import ImageList
from gui.session import Session
from gui.widgets.chooser import Chooser, ChooserEntry
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid

LOOKED_AHEAD = 200
LOOK_MS = 600  # before which nobody has seen other pictures and pressed a key for them
MOST_LOOKED_AT = 1000  # of the selected images, to tell whether all have a mark


class Labelling(QObject):
    """Changes go through the session; what cannot be done is `said` in a line."""

    said = Signal(str)

    def __init__(self, session: Session, images: ImageList, grid: ThumbnailGrid, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._images = images
        self._grid = grid
        self._chooser: Chooser | None = None
        self._last: int | None = None
        self._came = QElapsedTimer()
        session.project_changed.connect(self._forget)

    def _forget(self) -> None:
        self._last = None

    def other_images_came(self) -> None:
        """Other images have come by themselves: a key that is pressed just now is meant for those before."""
        self._came.start()

    def is_too_early(self) -> bool:
        """Return whether nobody can have looked at the images yet that a key would label now, and say so."""
        if not self._came.isValid() or self._came.elapsed() >= LOOK_MS:
            return False
        self.said.emit(self.tr("Other pictures have just come; look at them, then press the key again."))
        return True

    def ids(self) -> Sequence[int]:
        """The selected images."""
        return self._images.ids(self._grid.selected())

    def _records(self) -> list[ImageRecord]:
        return [r for r in map(self._images.record, self._grid.selected()[:MOST_LOOKED_AT]) if r is not None]

    # Labels

    def label(self, class_id: int | None, *, by_key: bool = False) -> None:
        """Label the selected images; go on when it was a single one, from one without a label to the next of these.

        Of a single image labelled by a key nothing is said: a person who labels quickly sees it in the grid.
        """
        rows = self._grid.selected()
        if not rows:
            self.said.emit(self.tr("Select images first, then press the key of their class."))
            return
        after = self._after(rows[0])
        self._session.set_label(self._images.ids(rows), class_id, quiet=by_key and len(rows) == 1)
        if class_id is not None:
            self._last = class_id
        self._go_on(len(rows), after)

    def make_class(self, name: str) -> None:
        """Make the selected images a new class, and go on as after any label."""
        rows = self._grid.selected()
        after = self._after(rows[0]) if rows else 0
        self._session.make_class(self._images.ids(rows), name, self._remember)
        self._go_on(len(rows), after)

    def _remember(self, cls: ClassRecord) -> None:
        self._last = cls.id

    def _go_on(self, labelled: int, after: int) -> None:
        if labelled == 1 and after < len(self._images) and not self._session.read_only:
            self._grid.set_current(after)

    def _after(self, row: int) -> int:
        """The next row, or past images that have their label or want none, as far as they are known: the next key waits
        for nothing.
        Who goes over labels again goes on to the next of any kind.
        """
        labelled = self._images.record(row)
        if labelled is not None and labelled.class_id is None:
            for other in range(row + 1, min(len(self._images), row + LOOKED_AHEAD)):
                record = self._images.record(other)
                if record is None or (record.class_id is None and not record.excluded):
                    return other
        return row + 1

    def label_by_key(self, key: str) -> None:
        if self.is_too_early():
            return
        cls = self._session.class_with_key(key)
        if cls is not None:
            self.label(cls.id, by_key=True)
        else:
            adds = actions.key_text(actions.NEW_CLASS)
            self.said.emit(self.tr("No class has the key {0}; {1} adds a class.").format(key, adds))

    def same_as_last(self) -> None:
        """Label the selected images as the ones before."""
        if self.is_too_early():
            return
        if self._session.class_of(self._last) is not None:
            self.label(self._last, by_key=True)
        else:
            self.said.emit(self.tr("Label an image first; then this key gives the same label again."))

    def choose(self) -> None:
        """Label by typing a few letters of the name of a class, or the name of a new one."""
        if self._session.read_only:
            self._session.set_label(self.ids(), None)  # says why this cannot be done here
            return
        number = len(self._grid.selected())
        if not number:
            self.said.emit(self.tr("Select images first, then choose their class."))
            return
        if self._chooser is None:
            self._chooser = Chooser(self._grid.window())
        entries = [
            ChooserEntry(c.name, partial(self.label, c.id), key=c.key or "", colour=QColor(c.colour))
            for c in self._session.overview.classes
        ]
        self._chooser.ask(self.tr("Label %Ln image(s) as…", None, number), entries, create=self._entry_for_new)

    def _entry_for_new(self, name: str) -> ChooserEntry:
        return ChooserEntry(
            self.tr("Add class “{0}”").format(name), partial(self.make_class, name), icon=theme.icon("plus")
        )

    def next_unlabelled(self) -> None:
        """Go to the next image without a label, from the current one on and then from the beginning."""
        here, listed = self._grid.current(), self._images.snapshot()
        bare = replace(self._images.filter.without_run(), class_ids=frozenset(), labelled=False, problems=False)

        def found(image_id: int | None) -> None:
            if image_id is None:
                self.said.emit(self.tr("Every image here has a label."))
                return
            row = self._images.row_of(image_id)  # the list may be a longer one by now
            if row is not None:
                self._grid.set_current(row)

        self._session.ask(
            lambda project: _next(query.image_ids(project, bare), listed, here),
            found,
            key="unlabelled",
            waited_for=True,
        )

    # Splits, flags, notes

    def set_split(self, split: Split) -> None:
        self._session.edit(edits.set_split, self.ids(), split)

    def set_flag(self, flag: Flag, on: bool) -> None:
        """Mark the selected images, or take the mark away. Go on from a single one that is left out, as after a label:
        nothing is left to say of it, and the next key is meant for the next image.
        """
        rows = self._grid.selected()
        after = self._after(rows[0]) if rows else 0
        self._session.edit(edits.set_flag, self.ids(), flag, on)
        if flag is Flag.EXCLUDED and on:
            self._go_on(len(rows), after)

    def toggle_flag(self, flag: Flag) -> None:
        """Mark the selected images, or take the mark away when all that are known have it."""
        if self.is_too_early():
            return
        if not self._grid.selected():
            self.said.emit(self.tr("Select images first, then mark them."))
            return
        records = self._records()  # none is known yet where the key came right after the list
        self.set_flag(flag, not records or not all(record.has(flag) for record in records))

    def looked_at(self) -> None:
        """Say of the selected images that their labels, which were accepted unseen, are looked at."""
        rows = self._grid.selected()
        if not rows or (len(rows) <= MOST_LOOKED_AT and not any(record.unseen for record in self._records())):
            self.said.emit(self.tr("Select images whose label was accepted unseen first."))
            return
        self.set_flag(Flag.UNSEEN, False)

    def take_back_unseen(self) -> None:
        """Take away all labels that were accepted unseen and that nobody has looked at since."""
        summary = self._session.overview.summary
        if summary is None or not summary.unseen:
            self.said.emit(self.tr("There is no label that was accepted unseen."))
            return
        self._session.edit(edits.take_back_unseen)

    def set_note(self, note: str) -> None:
        self._session.edit(edits.set_note, self.ids(), note)


def _next(ids: Sequence[int], listed: Sequence[int], here: int | None) -> int | None:
    """The first image of `listed` after row `here` that is among `ids`, or else the first of all."""
    candidates = set(ids)
    start = -1 if here is None else here
    rows = chain(range(start + 1, len(listed)), range(start + 1))
    return next((listed[row] for row in rows if listed[row] in candidates), None)
