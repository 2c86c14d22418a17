"""The records of images that the pages show: read once in the background, the same for all of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import Edit, ImageRecord
    from gui.editing import Editing

MOST = 20_000  # records that are kept
MANY = 20_000  # images of an edit after which all records are read again, instead of looking for those it changed


class Records(QObject):
    """`get(id)` answers None until the record was read; `want` says which a page has on screen.

    What an edit changes is renewed at once where it is on screen, and read again elsewhere when it comes there.
    """

    renewed = Signal(list)  # `ImageRecord`s that were read, or that an edit has changed

    def __init__(self, session: Editing) -> None:
        super().__init__(session)
        self._session = session
        self._known: OrderedDict[int, ImageRecord] = OrderedDict()
        self._old: set[int] = set()  # known, but perhaps out of date: shown until they are read again
        self._wanted: dict[object, Sequence[int]] = {}  # by page
        self._shown: frozenset[int] = frozenset()  # of all pages
        self._reading = self._again = False  # one reading at a time; a newer wish waits for its end
        self._edits = self._listings = 0  # what was read before one of them may be out of date
        session.records_changed.connect(self._edited)

    @property
    def reading(self) -> bool:
        return self._reading

    def get(self, image_id: int) -> ImageRecord | None:
        return self._known.get(image_id)

    def want(self, page: object, image_ids: Sequence[int]) -> None:
        """`page` shows these images and no others: read those that are not known, or may be out of date."""
        self._wanted[page] = image_ids
        self._show(frozenset().union(*self._wanted.values()))
        self._again = self._reading
        self._read_missing()

    def take(self, records: Iterable[ImageRecord]) -> None:
        """Keep records that were read for something else."""
        for record in records:
            self._known[record.id] = record
            self._known.move_to_end(record.id)
            self._old.discard(record.id)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def clear(self) -> None:
        """Another project is open, or none."""
        self._known.clear()
        self._old.clear()
        self._wanted.clear()
        self._show(frozenset())
        self._reading = self._again = False

    def listed(self) -> None:
        """Images were added or checked: sizes and problems may be new."""
        self._listings += 1
        self._old = set(self._known)

    def _show(self, image_ids: frozenset[int]) -> None:
        """An edit that is begun from now on brings the records of these with it."""
        self._shown = self._session.on_screen = image_ids

    def _read_missing(self) -> None:
        missing = [i for i in self._shown if i not in self._known or i in self._old]
        if missing and not self._reading:
            self._reading = True
            self._read(missing)

    def _read(self, ids: list[int]) -> None:
        """Read these; once more where an edit was saved meanwhile, which may not be in them.

        After a listing they are shown, and then read again: an import tells of listings faster than a slow disk reads.
        """

        def read(project: Project) -> tuple[int, int, list[ImageRecord]]:
            from engine.library import query

            try:
                return self._edits, self._listings, query.images(project, ids)
            except BaseException:  # which the session tells
                self._reading = False
                raise

        def arrived(answer: tuple[int, int, list[ImageRecord]]) -> None:
            edits, listings, records = answer
            if edits != self._edits:
                self._read(ids)
                return
            self._reading = False
            self.take(records)
            if listings != self._listings:
                self._old.update(ids)
            self.renewed.emit(records)
            if records or self._again:  # of images that are gone there never will be any
                self._again = False
                self._read_missing()

        self._session.ask(read, arrived, waited_for=True)

    def _edited(self, edit: Edit, records: list[ImageRecord]) -> None:
        self._edits += 1
        shown = self._shown
        fresh = {record.id for record in records}
        self.take(record for record in records if record.id in self._known or record.id in shown)
        # A large edit is compared with nothing here, in the thread of the window: all records are read again.
        changed = set(edit.image_ids) if len(edit.image_ids) <= MANY else None
        for image_id in [i for i in self._known if i not in fresh and (changed is None or i in changed)]:
            if image_id in shown:
                self._old.add(image_id)
            else:
                del self._known[image_id]
        self.renewed.emit(records)
        self._again = self._reading
        self._read_missing()
