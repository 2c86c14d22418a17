"""What a person decides of mistakes: four buttons, each with a key, and the edits that follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from engine.library import edits
from engine.library.records import Flag
from gui import theme
from gui.session import Session

if TYPE_CHECKING:
    from gui.review.gallery.mistake_gallery import MistakeGallery

TAKE, KEEP, UNSURE, EXCLUDE = "take", "keep", "unsure", "exclude"
KEYS = {TAKE: "T", KEEP: "K", UNSURE: "U", EXCLUDE: "X"}
ICONS = {TAKE: "check", KEEP: "lock", UNSURE: "info", EXCLUDE: "minus"}


class DecisionButtons(QWidget):
    """`chosen` tells which one, by its name above."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, columns: int = 4) -> None:
        super().__init__(parent)
        words = self.words()
        self._tips = {
            TAKE: self.tr("The selected images get the class that was predicted for them"),
            KEEP: self.tr("The label is right and the model is wrong: not asked again"),
            UNSURE: self.tr("Look at it again later; once more, and it is sure again"),
            EXCLUDE: self.tr("Leave it out of training and of scores"),
        }
        self.buttons: dict[str, QPushButton] = {}
        self._wanted = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.current().S)
        for name, short in words.items():
            button = self.buttons[name] = QPushButton(short)
            button.setAccessibleName(self.names()[name])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            theme.set_icon(button, ICONS[name])
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
        self._arrange(columns)
        self.enable((), "")

    def _arrange(self, columns: int) -> None:
        self._columns = columns
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // columns, place % columns)
        self._grid.setColumnStretch(len(self.buttons), int(columns == len(self.buttons)))

    def minimumSizeHint(self) -> QSize:
        """Return the size of two by two buttons, for narrow windows."""
        two = 2 * max(button.sizeHint().width() for button in self.buttons.values()) + self._grid.spacing()
        return QSize(two, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        gaps = self._grid.spacing() * (len(self.buttons) - 1)
        fits = self.width() >= sum(button.sizeHint().width() for button in self.buttons.values()) + gaps
        columns = self._wanted if fits else 2
        if columns != self._columns:
            self._arrange(columns)

    def words(self) -> dict[str, str]:
        """Return the words on the buttons."""
        return {
            TAKE: self.tr("Take prediction"),
            KEEP: self.tr("Keep label"),
            UNSURE: self.tr("Unsure"),
            EXCLUDE: self.tr("Exclude"),
        }

    def names(self) -> dict[str, str]:
        """Return the words in full, as the command palette lists them."""
        return {
            TAKE: self.tr("Take prediction as label"),
            KEEP: self.tr("Keep label: confirm it"),
            UNSURE: self.tr("Mark as unsure, or as sure"),
            EXCLUDE: self.tr("Exclude from training and scores"),
        }

    def enable(self, possible: Collection[str], reason: str) -> None:
        """Offer these; `reason` says why none can be taken, "" where they can."""
        for name, button in self.buttons.items():
            button.setEnabled(name in possible and not reason)
            button.setToolTip(reason or f"{self._tips[name]}  ({KEYS[name]})")


class DecisionEdits(QObject):
    """Changes the selected images as a person decides. Every decision is one edit, so that one Ctrl+Z takes it back."""

    def __init__(self, session: Session, gallery: MistakeGallery) -> None:
        super().__init__(gallery)
        self._session, self._gallery = session, gallery
        self._asked: set[int] = set()  # ids of the images that the last decision is about, while it is being saved
        self.done: set[int] = set()  # of those about which one is saved, and from which the list has not gone on yet

    def possible(self) -> tuple[set[str], str]:
        """Return what can be decided of the selection, and why nothing can."""
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
            self._session.set_labels(wanted, edits.TAKE_PREDICTION)

    def _keep(self) -> None:
        gallery = self._gallery
        selected = zip(gallery.selected_ids(), (gallery.rows[i] for i in gallery.grid.selected()), strict=True)
        wrong = [image_id for image_id, row in selected if row >= 0 and self._wrong(row)]
        self._session.edit(edits.set_flag, wrong, Flag.CONFIRMED, True)

    def _unsure(self) -> None:
        """Mark them as unsure, or as sure where all of them are unsure already."""
        gallery = self._gallery
        records = [gallery.record(i) for i in gallery.grid.selected()]
        on = not all(record is not None and record.unsure for record in records)
        self._session.edit(edits.set_flag, gallery.selected_ids(), Flag.UNSURE, on)

    def _exclude(self) -> None:
        gallery = self._gallery
        records = [gallery.record(i) for i in gallery.grid.selected()]
        on = not all(record is not None and record.excluded for record in records)
        self._session.edit(edits.set_flag, gallery.selected_ids(), Flag.EXCLUDED, on)

    def saved(self, image_ids: Iterable[int]) -> None:
        """Take note of an edit: what the last decision was about among its images is decided."""
        found = self._asked.intersection(image_ids)
        self._asked -= found
        self.done |= found
