"""The grid of suspects: which are shown, their words, and the edits of those that are selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from engine.library import edits
from engine.library.records import Flag
from engine.review.suspects.open_suspects import OpenSuspects
from gui.review.id_grid import IdGrid
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import export, scales
from gui.widgets.pictures.large_view import Guess

if TYPE_CHECKING:
    from engine.library.records import ImageRecord
    from engine.review.suspects.ranking import Suspect

TOP = 3  # guesses of the model beside a large picture


class SuspectsGrid(IdGrid):
    """Shows those of the most doubtful labels that nobody has decided on."""

    def __init__(self, session: Session, cover: QWidget) -> None:
        super().__init__(session, self._caption, self._large_facts)
        self.cover = cover
        self._found: OpenSuspects | None = None
        self._shown: list[Suspect] = []
        self.setObjectName("suspects_grid")
        self.setAccessibleName(self.tr("Images whose label is probably wrong"))
        self.set_tip(self._tip)
        export.offer(self, "suspects", rows=self.rows)

    @property
    def shown(self) -> list[Suspect]:
        """The suspects of the grid, in its order."""
        return self._shown

    def show_suspects(self, found: OpenSuspects, limit: int, *, current: int | None = None) -> None:
        """Show those of the `limit` most doubtful that are open, and select the one at `current`."""
        self._found = found
        self._shown = [suspect for suspect in found.suspects[:limit] if found.is_open(suspect)]
        self.show_ids([suspect.image_id for suspect in self._shown], current=current)

    def clear(self) -> None:
        self._found, self._shown = None, []
        self.show_ids([])

    def chosen(self) -> list[Suspect]:
        """Return the suspects that are selected."""
        return [self._shown[index] for index in self.selected() if index < len(self._shown)]

    def current_id(self) -> int | None:
        """Return the id of the image that has the keys."""
        current = self.current()
        return None if current is None or current >= len(self._shown) else self._shown[current].image_id

    # Decisions

    def take_suggestions(self) -> None:
        """Give the selected images the class that is suggested for each, in one edit."""
        if self._found is not None:
            class_ids = self._found.ids
            labels = {suspect.image_id: class_ids[suspect.suggested] for suspect in self.chosen()}
            self._session.set_labels(labels, edits.TAKE_SUGGESTION)

    def set_flag(self, flag: Flag) -> None:
        """Set a flag of the selected images; one whose label is confirmed is not asked about again."""
        self._session.edit(edits.set_flag, [suspect.image_id for suspect in self.chosen()], flag, True)

    def label_by_key(self, key: str) -> None:
        """Give the selected images the class that has this key; confirm the label of those that have it already."""
        cls, found = self._session.class_with_key(key), self._found
        if cls is None or found is None:
            return
        chosen = self.chosen()
        same = [suspect.image_id for suspect in chosen if found.ids[suspect.label] == cls.id]
        other = [suspect.image_id for suspect in chosen if found.ids[suspect.label] != cls.id]
        self._session.edit(edits.set_flag, same, Flag.CONFIRMED, True)
        self._session.set_label(other, cls.id)

    # Words

    def sentence(self, suspect: Suspect) -> str:
        """Return label and suggestion with their probabilities."""
        return self.tr("Labelled {0} ({1}), looks like {2} ({3})").format(
            suspect.label,
            wording.confidence(suspect.label_probability),
            suspect.suggested,
            wording.confidence(suspect.suggested_probability),
        )

    def rows(self) -> list[list[object]]:
        """Return what is shown as a table."""
        head: list[object] = ["path", "label", "suggested", "quality", "label probability", "suggested probability"]
        numbers = ("quality", "label_probability", "suggested_probability")
        return [
            head,
            *([str(s.file), s.label, s.suggested, *(round(getattr(s, n), 6) for n in numbers)] for s in self._shown),
        ]

    def _caption(self, _record: ImageRecord, index: int) -> tuple[str, str]:
        suspect = self._shown[index]
        sure = wording.confidence(suspect.suggested_probability, 0)  # it stands behind the name of what is suggested
        return self.pair(suspect.label, suspect.suggested, self.tr("{0} sure").format(sure) if self.short else sure)

    def _tip(self, index: int) -> str:
        if index >= len(self._shown):
            return ""
        suspect = self._shown[index]
        quality = self.tr("Quality of the label {0}; 100 % is a label that the model is sure of")
        return "\n".join([self.sentence(suspect), quality.format(scales.percent(suspect.quality)), str(suspect.file)])

    def _large_facts(
        self, _record: ImageRecord, index: int
    ) -> tuple[str, tuple[tuple[str, str], ...], tuple[Guess, ...]]:
        suspect, found = self._shown[index], self._found
        assert found is not None
        guesses = []
        for name, class_id, share in found.top(suspect.image_id, TOP):
            cls = self._session.class_of(class_id)
            guesses.append(Guess(name, share, QColor(cls.colour) if cls else None))
        facts = (
            (self.tr("Label"), f"{suspect.label}  ·  {wording.confidence(suspect.label_probability)}"),
            (self.tr("Suggested"), f"{suspect.suggested}  ·  {wording.confidence(suspect.suggested_probability)}"),
            (self.tr("Quality"), scales.percent(suspect.quality)),
        )
        return self.tr("Labelled {0}, looks like {1}").format(suspect.label, suspect.suggested), facts, tuple(guesses)
