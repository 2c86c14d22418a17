"""Decisions on mistakes, and the edits that follow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.library import edits
from engine.library.records import Flag
from gui import actions
from gui.review.decision_bar import Decision
from gui.session import Session

if TYPE_CHECKING:
    from engine.library.records import ImageRecord
    from engine.review.reviewed import Reviewed

TAKE, KEEP, UNSURE, EXCLUDE = "take", "keep", "unsure", "exclude"


class SelectedImages(Protocol):
    """The selected images of what is reviewed, side by side: ids, rows (-1: not reviewed), records (None: not read)."""

    reviewed: Reviewed | None

    def selected_ids(self) -> list[int]: ...

    def selected_rows(self) -> list[int]: ...

    def selected_records(self) -> list[ImageRecord | None]: ...


class DecisionEdits(QObject):
    """Changes the selected images as a person decides. Every decision is one edit, so that one Ctrl+Z takes it back."""

    def __init__(self, session: Session, selection: SelectedImages, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._selection, self._parent = session, selection, parent
        self._saving: set[int] = set()  # ids of the images that the last decision is about, while it is being saved
        self.done: set[int] = set()  # of those about which one is saved, and from which the list has not gone on yet

    def decisions(self) -> list[Decision]:
        """Make the decisions; their keys work on the whole page, also over the large picture that lies over it."""

        def decision(name: str, words: str, title: str, tip: str, keys: str, icon: str) -> Decision:
            slot = partial(self.decide, name)
            action = actions.add(self._parent, title, slot, keys, icon, everywhere=True)
            return Decision(name, words, tip, action)

        return [
            decision(
                TAKE,
                self.tr("Take prediction"),
                self.tr("Take prediction as label"),
                self.tr("The selected images get the class that was predicted for them"),
                "T Ctrl+Return",
                "check",
            ),
            decision(
                KEEP,
                self.tr("Keep label"),
                self.tr("Keep label: confirm it"),
                self.tr("The label is right and the model is wrong: not asked again"),
                "K",
                "lock",
            ),
            decision(
                UNSURE,
                self.tr("Unsure"),
                self.tr("Mark as unsure, or as sure"),
                self.tr("Look at it again later; once more, and it is sure again"),
                "U",
                "info",
            ),
            decision(
                EXCLUDE,
                self.tr("Exclude"),
                self.tr("Exclude from training and scores"),
                self.tr("Leave it out of training and of scores"),
                "X",
                "minus",
            ),
        ]

    def possible(self) -> tuple[set[str], str]:
        """Return what can be decided of the selection, and why nothing can."""
        if self._session.read_only:
            reason = self._session.read_only_reason
            return set(), self.tr("Labels cannot be changed: {0}").format(reason)
        if self._selection.reviewed is None or not self._selection.selected_ids():
            return set(), ""
        found = {UNSURE, EXCLUDE}
        if self._wrong():
            found |= {TAKE, KEEP}
        return found, ""

    def _wrong(self) -> dict[int, int]:
        """Return the selected mistakes: the row of each by the id of its image."""
        reviewed = self._selection.reviewed
        if reviewed is None:
            return {}
        selected = zip(self._selection.selected_ids(), self._selection.selected_rows(), strict=True)
        return {image: row for image, row in selected if row >= 0 and reviewed.labels[row] != reviewed.predicted[row]}

    def decide(self, what: str) -> None:
        """Take, keep, unsure or exclude the selected images."""
        possible, reason = self.possible()
        if reason:
            self._session.message.emit(reason)
        elif what in possible:
            self._saving = set(self._selection.selected_ids())
            {TAKE: self._take, KEEP: self._confirm, UNSURE: self._unsure, EXCLUDE: self._exclude}[what]()

    def label(self, class_id: int) -> None:
        """Give the selected images that class."""
        ids = self._selection.selected_ids()
        self._saving = set(ids)
        self._session.set_label(ids, class_id)

    def _take(self) -> None:
        reviewed = self._selection.reviewed
        assert reviewed is not None
        labels = {image: reviewed.class_ids[reviewed.predicted[row]] for image, row in self._wrong().items()}
        if len(labels) == 1:
            self._session.set_label(list(labels), next(iter(labels.values())))
        else:
            self._session.set_labels(labels, edits.TAKE_PREDICTION)

    def _confirm(self) -> None:
        self._session.edit(edits.set_flag, list(self._wrong()), Flag.CONFIRMED, True)

    def _unsure(self) -> None:
        """Mark them as unsure, or as sure where all of them are unsure already."""
        on = not all(record is not None and record.unsure for record in self._selection.selected_records())
        self._session.edit(edits.set_flag, self._selection.selected_ids(), Flag.UNSURE, on)

    def _exclude(self) -> None:
        on = not all(record is not None and record.excluded for record in self._selection.selected_records())
        self._session.edit(edits.set_flag, self._selection.selected_ids(), Flag.EXCLUDED, on)

    def saved(self, image_ids: Iterable[int]) -> None:
        """Take note of an edit: what the last decision was about among its images is decided."""
        found = self._saving.intersection(image_ids)
        self._saving -= found
        self.done |= found
