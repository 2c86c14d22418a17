"""What a person decides of the selected mistakes, as edits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.library.records import Flag
from gui.review.gallery.decisions import EXCLUDE, KEEP, TAKE, UNSURE
from gui.session import Session

if TYPE_CHECKING:
    from gui.review.gallery.mistake_gallery import MistakeGallery


class Deciding(QObject):
    """Every decision is one edit, so that one Ctrl+Z takes it back."""

    def __init__(self, session: Session, gallery: MistakeGallery) -> None:
        super().__init__(gallery)
        self._session, self._gallery = session, gallery
        self._asked: set[int] = set()  # ids of the images that the last decision is about, while it is being saved
        self.done: set[int] = set()  # of those about which one is saved, and from which the list has not gone on yet

    def possible(self) -> tuple[set[str], str]:
        """What can be decided of the selection, and why nothing can."""
        if self._session.read_only:
            reason = self._session.read_only_reason
            return set(), self.tr("Labels cannot be changed: {0}").format(reason)
        gallery = self._gallery
        if gallery.reviewed is None or not gallery.grid.selected():
            return set(), ""
        found = {UNSURE, EXCLUDE}
        if any(self._wrong(row) for row in gallery.selected_rows()):
            found |= {TAKE, KEEP}
        return found, ""

    def _wrong(self, row: int) -> bool:
        reviewed = self._gallery.reviewed
        return reviewed is not None and bool(reviewed.labels[row] != reviewed.predicted[row])

    def decide(self, what: str) -> None:
        """Take, keep, unsure or exclude the selected images."""
        possible, reason = self.possible()
        if reason:
            self._session.message.emit(reason)
        elif what in possible:
            self._asked = set(self._gallery.selected_ids())
            {TAKE: self._take, KEEP: self._keep, UNSURE: self._unsure, EXCLUDE: self._exclude}[what]()

    def label(self, class_id: int) -> None:
        """Give the selected images that class."""
        ids = self._gallery.selected_ids()
        self._asked = set(ids)
        self._session.set_label(ids, class_id)

    def _take(self) -> None:
        gallery, reviewed = self._gallery, self._gallery.reviewed
        assert reviewed is not None
        selected = zip(gallery.selected_ids(), (gallery.rows[i] for i in gallery.grid.selected()), strict=True)
        wanted = {
            image_id: reviewed.class_ids[reviewed.predicted[row]]
            for image_id, row in selected
            if row >= 0 and self._wrong(row)
        }
        if len(wanted) == 1:
            self._session.set_label(list(wanted), next(iter(wanted.values())))
        else:
            self._session.set_labels(wanted, self.tr("Take the prediction as label of "))

    def _keep(self) -> None:
        gallery = self._gallery
        selected = zip(gallery.selected_ids(), (gallery.rows[i] for i in gallery.grid.selected()), strict=True)
        wrong = [image_id for image_id, row in selected if row >= 0 and self._wrong(row)]
        self._session.set_flag(wrong, Flag.CONFIRMED, True)

    def _unsure(self) -> None:
        """On; off where all of them are unsure already."""
        gallery = self._gallery
        records = [gallery.record(i) for i in gallery.grid.selected()]
        on = not all(record is not None and record.unsure for record in records)
        self._session.set_flag(gallery.selected_ids(), Flag.UNSURE, on)

    def _exclude(self) -> None:
        gallery = self._gallery
        records = [gallery.record(i) for i in gallery.grid.selected()]
        on = not all(record is not None and record.excluded for record in records)
        self._session.set_flag(gallery.selected_ids(), Flag.EXCLUDED, on)

    def saved(self, image_ids: Iterable[int]) -> None:
        """Take note of an edit: what the last decision was about among its images is decided."""
        found = self._asked.intersection(image_ids)
        self._asked -= found
        self.done |= found
