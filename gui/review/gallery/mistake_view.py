"""A mistake, large: the picture, what the model thought of it, and what a person can decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from engine.review.reviewed import Reviewed
from gui.jobs import JobRunner
from gui.review.decision_bar import Decision, DecisionBar
from gui.review.gallery.explanation_map import ExplanationMap
from gui.review.gallery.nearest_images import NearestImages
from gui.review.gallery.run_model import OpenedModel
from gui.session import Session
from gui.widgets import wording
from gui.widgets.pictures.large_view import Guess, LargeItem, LargeView

if TYPE_CHECKING:
    from engine.library.records import ImageRecord

TOP = 3  # classes that are shown for a prediction


class MistakeView(LargeView):
    """A large picture of a mistake, with the map of what the model goes by, and what is nearest in training."""

    def __init__(self, session: Session, jobs: JobRunner, decisions: Sequence[Decision], parent: QWidget) -> None:
        self.decisions = DecisionBar(decisions, "large", columns=2)
        super().__init__(parent, self.decisions)
        self._session = session
        self._models = OpenedModel()
        self._shown: LargeItem | None = None
        self.explaining = ExplanationMap(jobs, self._models)
        self.nearest = NearestImages(session, jobs, self._models)
        self.words_column.insertWidget(self.words_column.indexOf(self.guesses) + 1, self.explaining)
        self.picture_column.addWidget(self.nearest)
        self.explaining.cover_changed.connect(self.image.set_cover)
        self.explaining.add_actions(self)
        self.nearest.gallery_wanted.connect(lambda *_: self.close_overlay())
        self.nearest.left.connect(self.setFocus)

    def show_mistake(self, reviewed: Reviewed, row: int, record: ImageRecord, place: str) -> None:
        """Show an image; `row` is its place in what is reviewed, -1 where it is not."""
        item = self._item(reviewed, row, record)
        if item != self._shown:  # else its zoom and its map stay
            self._shown = item
            self.show_item(item, place)
        self.place.setText(place)
        self.explaining.show_image(reviewed, row, record)
        self.nearest.show_image(reviewed, row, record)

    def close_overlay(self) -> None:
        super().close_overlay()
        self.stop()

    def stop(self) -> None:
        """Stop what is being computed for the picture."""
        self._shown = None
        self.explaining.stop()
        self.nearest.stop()
        self._models.forget()

    def _item(self, reviewed: Reviewed, row: int, record: ImageRecord) -> LargeItem:
        pixels = f"{record.width} × {record.height}" if record.width and record.height else "–"
        facts = [
            (self.tr("File"), record.file.name),
            (self.tr("Folder"), str(record.file.parent)),
            (self.tr("Pixels"), pixels),
        ]
        guesses: tuple[Guess, ...] = ()
        if row < 0:
            cls = self._session.class_of(record.class_id)
            title, mark = cls.name if cls else self.tr("Not labelled"), ""
        else:
            true, predicted = int(reviewed.labels[row]), int(reviewed.predicted[row])
            names = reviewed.classes[true], reviewed.classes[predicted]
            right = true == predicted
            title = (self.tr("{0}, recognised") if right else self.tr("Labelled {0}, predicted {1}")).format(*names)
            mark = "correct" if right else "wrong"
            guesses = tuple(
                Guess(reviewed.classes[cls], share, self._colour(reviewed.class_ids[cls]))
                for cls, share in reviewed.top(row, TOP)
            )
            facts = [
                (self.tr("Label"), f"{names[0]}  ·  {wording.confidence(reviewed.label_confidence[row])}"),
                (self.tr("Predicted"), f"{names[1]}  ·  {wording.confidence(reviewed.confidence[row])}"),
                *facts,
                (self.tr("Split"), self.tr("{0}, unseen in training").format(wording.split(record.split))),
            ]
        return LargeItem(
            file=record.file,
            size=QSize(record.width or 0, record.height or 0),
            modified_ns=record.modified_ns,
            title=title,
            facts=(*facts, (self.tr("Run"), reviewed.run)),
            guesses=guesses,
            mark=mark,
        )

    def _colour(self, class_id: int) -> QColor | None:
        cls = self._session.class_of(class_id)
        return QColor(cls.colour) if cls else None
