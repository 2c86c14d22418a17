"""Accepting many suggestions at once: what it would do is seen first, and single pictures are left out by a key."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QPushButton, QSlider, QWidget

from engine.figures import Certainty, certainty
from engine.library import edits
from gui import actions, theme
from gui.library.suggesting import Suggesting
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts.bars import Bar, BarList
from gui.widgets.grid.item import GridItem
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, holder, row

if TYPE_CHECKING:
    from engine.library.records import ImageRecord
    from engine.similarity.acceptance import Acceptance

LEAST, MOST, USUAL = 50, 99, 95  # per cent
SHEET = 200  # pictures that are shown, the least sure ones
SIDE = 104
SOON_MS = 60  # after the last change, before it is counted again


class SuggestionSheet(ThumbnailGrid):
    """The least sure pictures. Space or Delete leaves the selected ones out, or takes them in again."""

    def __init__(self, leave_out: QPushButton) -> None:
        super().__init__()
        self._leave_out = leave_out
        self.set_thumb_size(SIDE)
        self.setMinimumHeight(2 * SIDE)
        self.setAccessibleName(self.tr("The least sure suggestions"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._leave_out.click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()  # for the buttons of the dialog
        else:
            super().keyPressEvent(event)


class AcceptDialog(QDialog):
    """`Accept` makes one edit, which can be undone; the labels are marked as accepted unseen.

    `unlike_wanted` asks for the images that are unlike everything that has a label, before anything is accepted.
    """

    unlike_wanted = Signal()

    def __init__(self, session: Session, suggesting: Suggesting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._suggesting = session, suggesting
        self._found: Acceptance | None = None
        self._without: set[int] = set()  # left out by the person
        self.shown: list[int] = []  # images of the sheet
        self._suggested: dict[int, tuple[int, float]] = {}  # class and how sure, of these
        self._listed: list[int] = []  # classes of the bars
        self.setWindowTitle(self.tr("Accept suggestions"))
        self.setAccessibleName(self.windowTitle())
        self.resize(920, 660)
        self.least = QSlider(Qt.Orientation.Horizontal)
        self.least.setRange(LEAST, MOST)
        self.least.setValue(USUAL)
        self.least.setAccessibleName(self.tr("How sure a suggestion must be"))
        self.how_sure = QLabel()
        self.count = text("", "heading", wrap=True)
        self.wrong = text("", wrap=True)
        self.leave_unlike = QCheckBox()
        self.leave_unlike.setChecked(True)
        self.look_first = QPushButton(self.tr("Look at them first"))
        self.look_first.setAccessibleName(self.tr("Look first at those that are unlike everything that has a label"))
        self.look_first.setAutoDefault(False)
        self.bars = BarList(self.tr("Labels by class"))
        self.sheet_title = text("", "section")
        self.leave_out = QPushButton()
        self.sheet = SuggestionSheet(self.leave_out)
        self.note = text("", "muted", wrap=True)
        self.accept_button = QPushButton()
        self.accept_button.setProperty("kind", "primary")
        self.accept_button.setDefault(True)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.cancel_button.text())
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._build()
        self._connect()

    def _build(self) -> None:
        gap = theme.Theme
        slide = row(text(self.tr("How sure at least"), "muted"), fill(self.least), self.how_sure, spacing=gap.M)
        by_class_title = text(self.tr("What each class would get"), "section")
        for title in (by_class_title, self.sheet_title):
            title.setMinimumHeight(gap.CONTROL)
        by_class = column(by_class_title, fill(self.bars), spacing=gap.S)
        head = row(fill(self.sheet_title), self.leave_out, spacing=gap.S)
        pictures = column(head, fill(self.sheet), spacing=gap.S)
        side = holder(by_class)
        side.setFixedWidth(250)
        self._unlike_row = holder(row(fill(self.leave_unlike), self.look_first, spacing=gap.S))
        column(
            slide,
            column(self.count, self.wrong, self._unlike_row, spacing=gap.XS),
            fill(row(side, fill(pictures), spacing=gap.L)),
            row(fill(self.note), self.cancel_button, self.accept_button, spacing=gap.S),
            on=self,
            margins=(20, 20, 20, 16),
            spacing=gap.L,
        )
        self.how_sure.setMinimumWidth(self.how_sure.fontMetrics().horizontalAdvance(f"{self._words(99)}  "))
        words = self.tr(
            "They are marked as accepted unseen. Until you have looked at them, they are not used to check a model."
        )
        self.note.setText(words)

    def _connect(self) -> None:
        session = self._session
        self.least.valueChanged.connect(lambda _: self._soon.start())
        self.least.valueChanged.connect(lambda value: self.how_sure.setText(self._words(value)))
        self.how_sure.setText(self._words(self.least.value()))
        self._soon.timeout.connect(self._propose)
        self.leave_unlike.toggled.connect(lambda _: self._propose())
        self.look_first.clicked.connect(self._look_first)
        self._suggesting.changed.connect(self._soon.start)
        self.bars.chosen.connect(lambda _: self._show_sheet())
        self.sheet.selection_changed.connect(lambda _: self._show_leave_out())
        self.sheet.viewed.connect(self._read)
        self.sheet.set_tip(self._tip)
        self.leave_out.clicked.connect(self._toggle)
        self.cancel_button.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self.accept)
        session.records.renewed.connect(self._renewed)
        session.project_changed.connect(self.reject)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._propose()
        self.sheet.setFocus()

    def done(self, result: int) -> None:
        self._session.records.want(self, ())
        self.sheet.close_loader()
        super().done(result)

    # What it would do

    def _propose(self) -> None:
        """Count again: the threshold is another one, or suggestions are new."""
        with_unlike = not self.leave_unlike.isChecked()
        self._found = self._suggesting.proposal(self.least.value() / 100, with_unlike=with_unlike)
        self._show_counts()
        self._show_sheet()

    def _show_counts(self) -> None:
        counts = self._found.counts(self._without) if self._found is not None else Counter[int]()
        total = sum(counts.values())
        words = self.tr("{0} of {1} suggestions would become labels.")
        self.count.setText(words.format(wording.number(total), wording.number(self._suggesting.count())))
        self.wrong.setText(self._quality())
        self._show_unlike()
        known = [cls for cls in self._session.overview.classes if counts[cls.id]]
        self._listed = [cls.id for cls in known]
        self.bars.set_bars([Bar(cls.name, counts[cls.id], QColor(cls.colour)) for cls in known])
        self.accept_button.setText(self.tr("Accept {0}").format(wording.number(total)))
        self.accept_button.setAccessibleName(self.accept_button.text())
        self.accept_button.setEnabled(total > 0 and not self._session.read_only)

    def _quality(self) -> str:
        """Return how many of them are expected to be wrong, and what that rests on; or why none can be accepted."""
        if not self._suggesting.may_accept_unseen:
            words = self.tr("No picture of {0} has a label yet, so none can be accepted: label one of each first.")
            return words.format(wording.names([cls.name for cls in self._suggesting.not_shown]))
        found = self._found
        if found is None or not len(found.image_ids):
            return self.tr("No suggestion is this sure. Move the slider to the left, or label more images.")
        checked = found.checked.images if found.checked is not None else 0
        basis = self._basis(checked)
        if found.wrong is None:
            if self._suggesting.estimating:
                return self.tr("How many of them will be wrong is being counted…")
            return self.tr(
                "How many of them will be wrong is not known: it is counted on {0}, and 30 are needed."
            ).format(basis)
        share, low, high = (round(100 * number) for number in found.wrong)
        if found.at_worst is None:
            words = self.tr(
                "About {0} of 100 will be wrong (between {1} and {2}), counted on {3}. Pictures of a class that you "
                "have not made yet come on top."
            )
            return words.format(share, low, high, basis)
        words = self.tr(
            "About {0} of 100 will be wrong (between {1} and {2}), counted on {3}. With pictures of classes that you "
            "have not made yet, up to {4} of 100."
        )
        return words.format(share, low, high, basis, math.ceil(100 * found.at_worst))

    def _show_unlike(self) -> None:
        """Those that are unlike everything that has a label, which are left out; nothing where there are none."""
        unlike = len(self._found.unlike_ids) if self._found is not None else 0
        self._unlike_row.setVisible(unlike > 0)
        self.leave_unlike.setText(self.tr("Leave out %Ln that are unlike everything that has a label", None, unlike))
        self.leave_unlike.setToolTip(self.tr("Their class may not be made yet: no suggestion can be right then."))

    def _look_first(self) -> None:
        self.reject()
        self.unlike_wanted.emit()

    def _basis(self, checked: int) -> str:
        """The images on which it was counted."""
        if self._suggesting.run is not None:
            return self.tr("%Ln check image(s) of which the run is as sure", None, checked)
        return self.tr("%Ln image(s) that you labelled and whose suggestions are as sure", None, checked)

    def _words(self, least: int) -> str:
        words = {
            Certainty.ALMOST_CERTAIN: self.tr("Almost certain: {0} % or more"),
            Certainty.VERY_SURE: self.tr("Very sure: {0} % or more"),
            Certainty.SURE: self.tr("Sure: {0} % or more"),
            Certainty.FAIRLY_SURE: self.tr("Fairly sure: {0} % or more"),
            Certainty.UNSURE: self.tr("Unsure, too: {0} % or more"),
        }
        return words[certainty(least / 100)].format(least)

    # The least sure ones

    def _show_sheet(self) -> None:
        found, bar = self._found, self.bars.selected()
        if found is None:
            return
        only = self._listed[bar] if bar is not None else None
        self._suggested = {image: (class_id, sure) for image, class_id, sure in found.least_sure(SHEET, only)}
        ids = list(self._suggested)
        keep = ids == self.shown
        self.shown = ids
        if only is None:
            self.sheet_title.setText(self.tr("The least sure ones first. Space leaves one out."))
        else:
            cls = self._session.class_of(only)
            self.sheet_title.setText(
                self.tr("The least sure ones of {0} first. Space leaves one out.").format(cls.name if cls else "")
            )
        self.sheet.set_items(len(ids), self.item, keep=keep)
        if ids and not keep:
            self.sheet.set_current(0)
        self._show_leave_out()

    def _read(self, first: int, last: int) -> None:
        self._session.records.want(self, self.shown[first : last + (last - first)])

    def _renewed(self, _records: object) -> None:
        self.sheet.refresh()

    def _record(self, index: int) -> ImageRecord | None:
        return self._session.records.get(self.shown[index]) if index < len(self.shown) else None

    def item(self, index: int) -> GridItem | None:
        record = self._record(index)
        if record is None:
            return None
        class_id, sure = self._suggested[record.id]
        cls, out = self._session.class_of(class_id), record.id in self._without
        return GridItem.of(
            record,
            self.tr("Left out") if out else cls.name if cls is not None else "",
            sub=self.tr("{0} sure").format(wording.confidence(sure, 0)),
            badge=QColor(cls.colour) if cls is not None and not out else None,
            mark="wrong" if out else "",
        )

    def _tip(self, index: int) -> str:
        record = self._record(index)
        if record is None:
            return ""
        class_id, sure = self._suggested[record.id]
        cls = self._session.class_of(class_id)
        words = self.tr("{0}: {1} sure").format(cls.name if cls is not None else "", wording.confidence(sure))
        return f"{words}\n{Path(record.path).name}"

    def _chosen(self) -> list[int]:
        return [self.shown[index] for index in self.sheet.selected() if index < len(self.shown)]

    def _toggle(self) -> None:
        """Leave the selected pictures out, or take them in again where all of them are out; then go on to the next."""
        chosen = self._chosen()
        if not chosen:
            return
        if self._without.issuperset(chosen):
            self._without.difference_update(chosen)
        else:
            self._without.update(chosen)
        here = self.sheet.current()
        self.sheet.refresh()
        if len(chosen) == 1 and here is not None and here + 1 < len(self.shown):
            self.sheet.set_current(here + 1)
        self._show_counts()
        self._show_leave_out()

    def _show_leave_out(self) -> None:
        chosen = self._chosen()
        back = bool(chosen) and self._without.issuperset(chosen)
        self.leave_out.setText(self.tr("Take in again") if back else self.tr("Leave out"))
        self.leave_out.setAccessibleName(self.leave_out.text())
        self.leave_out.setToolTip(actions.with_key(self.leave_out.text(), Qt.Key.Key_Space))
        self.leave_out.setEnabled(bool(chosen))

    # Doing it

    def accept(self) -> None:
        if self._found is not None:
            self._session.edit(edits.accept_unseen, self._found.labels(self._without))
        super().accept()
