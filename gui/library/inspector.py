"""The right of the Library: the current image large, its label, and what is known of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from engine.library.records import Flag, ImageRecord, Split
from gui import actions, theme
from gui.library.key_chips import KeyChips, with_keys
from gui.session import Session
from gui.widgets import wording
from gui.widgets.controls import Combo
from gui.widgets.keycap import paint_keycap
from gui.widgets.labels import ElidedLabel, elided
from gui.widgets.layouts import column, fill, holder, line, row
from gui.widgets.pictures.image_view import ImageView


class LabelButton(QPushButton):
    """`show_label(name, colour)`; without a colour there is no one label."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._colour: QColor | None = None
        self.choose: QAction | None = None  # opens the list of classes too
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, theme.Theme.CONTROL + 4)

    def show_label(self, name: str, colour: str | None) -> None:
        self._name = name
        self._colour = QColor(colour) if colour else None
        self.setAccessibleName(self.tr("Label: {0}").format(name))
        tip = self.tr("{0}\nChoose a class by name").format(name)
        self.setToolTip(tip if self.choose is None else actions.with_key(tip, self.choose))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)  # the frame, by the style sheet
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        if self._colour is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
        else:
            painter.setPen(QPen(colours.muted, 1.4, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(11, middle - 5, 10, 10))
        right = self.width() - 8.0
        if self.choose is not None:
            key = actions.key_text(self.choose)
            right = paint_keycap(painter, self.font(), key, self.width() - 6, middle).left() - 8
        painter.setFont(self.font())
        painter.setPen(colours.text if self._colour is not None and self.isEnabled() else colours.muted)
        area = QRectF(30, 0, right - 30, self.height())
        name = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)


class Marks(QWidget):
    """Two switches, a field, and a line about labels accepted unseen; each speaks for all selected images."""

    flag_wanted = Signal(object, bool)  # a `Flag`, on or off
    note_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.unsure = self._switch(self.tr("Unsure"), self.tr("Look at it again later"), Flag.UNSURE)
        self.excluded = self._switch(
            self.tr("Excluded"), self.tr("Leave it out of training and of scores"), Flag.EXCLUDED
        )
        self.note = QLineEdit()
        self.note_hint = self.tr("Note")
        self.note.setPlaceholderText(self.note_hint)
        self.note.setAccessibleName(self.tr("Note"))
        self.note.editingFinished.connect(self._note_typed)
        self._shown_note = ""
        self.looked_at = QPushButton(self.tr("Looked at"))
        self.looked_at.setAccessibleName(self.looked_at.text())
        self.looked_at.setToolTip(self.tr("The label is right: let it check the model too"))
        self.looked_at.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.looked_at.clicked.connect(lambda: self.flag_wanted.emit(Flag.UNSEEN, False))
        self.unseen = elided("")
        self._unseen_line = holder(row(fill(self.unseen), self.looked_at, spacing=theme.Theme.S))
        switches = row(fill(self.unsure), fill(self.excluded), spacing=6)
        column(self._unseen_line, switches, self.note, on=self, spacing=theme.Theme.S)

    def _switch(self, text: str, tip: str, flag: Flag) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda on: self.flag_wanted.emit(flag, on))
        return button

    def show_records(self, records: Sequence[ImageRecord]) -> None:
        """A switch is on when all of them have the mark; notes that differ are not shown."""
        self.unsure.setChecked(bool(records) and all(r.unsure for r in records))
        self.excluded.setChecked(bool(records) and all(r.excluded for r in records))
        unseen = sum(r.unseen for r in records)
        self._unseen_line.setVisible(unseen > 0)
        some = self.tr("%Ln were accepted unseen", None, unseen)
        self.unseen.setText(self.tr("Accepted unseen") if len(records) == 1 else some)
        notes = {r.note for r in records}
        note = notes.pop() if len(notes) == 1 else ""
        if note != self._shown_note or not self.note.hasFocus():
            self._shown_note = note
            self.note.setText(note)
            self.note.setCursorPosition(0)
            self.note.setToolTip(note)
        self.note.setPlaceholderText(self.tr("Several notes") if notes else self.note_hint)

    def edit_note(self) -> None:
        self.note.setFocus()
        self.note.selectAll()

    def _note_typed(self) -> None:
        typed = self.note.text().strip()
        if typed != self._shown_note:
            self._shown_note = typed
            self.note_wanted.emit(typed)


class Inspector(QWidget):
    """`show_images` with the selected records; says what the person wants done with them."""

    label_wanted = Signal(object)  # a class id, or None
    choose_wanted = Signal()
    split_wanted = Signal(object)  # a `Split`
    folder_wanted = Signal(Path)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._record: ImageRecord | None = None
        self._records: list[ImageRecord] = []
        self._total = 0
        self.view = ImageView()
        self.view.set_hint(self.tr("Choose an image to see it here.\nDigit keys label it, arrow keys move."))
        self.title = elided("", "heading", Qt.TextElideMode.ElideMiddle)
        self.label_button = LabelButton()
        self.label_button.clicked.connect(self.choose_wanted)
        self.suggestion = elided("", "muted")
        self.suggestion.setAccessibleName(self.tr("Suggestion"))
        self.chips = KeyChips()
        self.chips.chosen.connect(self.label_wanted)
        self.marks = Marks()
        self.split = Combo()
        self.split.setAccessibleName(self.tr("Split"))
        for text, value in (
            (self.tr("Training"), Split.TRAINING),
            (self.tr("Check image"), Split.VALIDATION),
            (self.tr("Test"), Split.TEST),
            (self.tr("None yet"), Split.UNASSIGNED),
        ):
            self.split.addItem(text, value)
        self.split.activated.connect(lambda _: self.split_wanted.emit(Split(self.split.currentData())))
        self.facts: dict[str, ElidedLabel] = {}
        self._build()
        session.classes_changed.connect(self._show_label)
        self.show_images([], 0)
        self.show_suggestion("")

    def _build(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(theme.Theme.L)
        form.setVerticalSpacing(6)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        split_label = self._muted(self.tr("Split"))
        split_label.setMinimumHeight(theme.Theme.CONTROL)
        form.addRow(split_label, self.split)
        for name, text in (
            ("size", self.tr("Pixels")),
            ("bytes", self.tr("File size")),
            ("folder", self.tr("Folder")),
            ("source", self.tr("Source")),
        ):
            self.facts[name] = ElidedLabel()
            form.addRow(self._muted(text), self.facts[name])
        parts = (self.label_button, self.suggestion, self.chips, self.marks, line(), form)
        self._details = holder(column(*parts, spacing=theme.Theme.M))
        scroll_bar = (0, 0, 8, 0)  # one may stand beside it
        column(fill(self.view), self.title, self._details, on=self, margins=scroll_bar, spacing=theme.Theme.M)

    def show_keys(
        self, *, label: QAction, unsure: QAction, excluded: QAction, note: QAction, looked_at: QAction
    ) -> None:
        """Write the keys of these actions where they are done by mouse too."""
        self.label_button.choose = label
        actions.show_key(self.marks.unsure, unsure)
        actions.show_key(self.marks.excluded, excluded)
        actions.show_key(self.marks.looked_at, looked_at)
        self.marks.note_hint = actions.with_key(self.marks.note_hint, note)

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "muted")
        return label

    def show_images(self, records: list[ImageRecord], total: int, *, current: ImageRecord | None = None) -> None:
        """Show the selected images: `records` are those of the `total` that are known, `current` the one to see."""
        before = self._record
        self._records, self._total = records, total
        self._record = current or (records[0] if records else None)
        record = self._record
        if record is None:
            self.view.show_file(None, size=QSize())
            self.title.setText("")
            self._details.hide()
            return
        if before is None or _picture(before) != _picture(record):
            self.view.show_file(
                record.file,
                size=QSize(record.width or 0, record.height or 0),
                modified_ns=record.modified_ns,
                reason=wording.reason(record.problem or ""),
            )
        self._details.show()
        name = Path(record.path).name
        self.title.setText(name if total <= 1 else self.tr("{0} images selected").format(wording.number(total)))
        self.marks.show_records(records)
        self.marks.setEnabled(not self._session.read_only)
        self._show_facts(record, total)
        self._show_label()

    def show_suggestion(self, words: str) -> None:
        """What is suggested for the current image, and how sure that is; empty for nothing."""
        self.suggestion.setText(words)
        self.suggestion.setVisible(bool(words))

    def _show_facts(self, record: ImageRecord, total: int) -> None:
        locale = QLocale()
        known = record.width is not None and record.height is not None
        facts = (
            self._totals(total)
            if total > 1
            else {
                "size": f"{wording.number(record.width)} × {wording.number(record.height)}" if known else "–",
                "bytes": locale.formattedDataSize(
                    record.size_bytes, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat
                ),
                "folder": _folder(record),
                "source": _source(record),
            }
        )
        for name, label in self.facts.items():
            label.setText(facts[name])
        splits = {r.split for r in self._records}
        self.split.setCurrentIndex(self.split.findData(record.split) if len(splits) == 1 else -1)
        self.split.setPlaceholderText(self.tr("Several"))
        self.split.setEnabled(not self._session.read_only)

    def _totals(self, total: int) -> dict[str, str]:
        """Show what is true of all selected images: ranges and sums over those that are known."""
        records = self._records
        sizes = [(r.width, r.height) for r in records if r.width is not None and r.height is not None]
        few, many = min(sizes, default=None, key=_area), max(sizes, default=None, key=_area)
        span = [
            f"{wording.number(w)} × {wording.number(h)}"
            for w, h in dict.fromkeys(s for s in (few, many) if s is not None)
        ]
        total_bytes = QLocale().formattedDataSize(
            sum(r.size_bytes for r in records), 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat
        )
        folders = {_folder(r) for r in records}
        sources = {_source(r) for r in records}
        return {
            "size": self.tr("{0} to {1}").format(*span) if len(span) > 1 else "".join(span) or "–",
            "bytes": self.tr("{0} in all").format(total_bytes)
            if len(records) == total
            else self.tr("more than {0}").format(total_bytes),
            "folder": folders.pop() if len(folders) == 1 else self.tr("%Ln folder(s)", None, len(folders)),
            "source": sources.pop() if len(sources) == 1 else self.tr("%Ln source(s)", None, len(sources)),
        }

    def _show_label(self) -> None:
        record = self._record
        if record is None:
            return
        classes = self._session.overview.classes
        counts = Counter(r.class_id for r in self._records)
        button = self.label_button
        button.setEnabled(not self._session.read_only)
        if len(counts) > 1:
            button.show_label(self.tr("Several labels"), None)
        else:
            cls = self._session.class_of(record.class_id)
            button.show_label(cls.name if cls else self.tr("Not labelled"), cls.colour if cls else None)
        self.chips.show_classes(with_keys(classes), record.class_id if len(counts) == 1 else None)
        self.chips.setEnabled(not self._session.read_only)

    def record(self) -> ImageRecord | None:
        return self._record


def _picture(record: ImageRecord) -> tuple[object, ...]:
    """Return what distinguishes a picture from others, also under the same name."""
    return record.id, record.problem, record.width, record.height, record.modified_ns


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]


def _folder(record: ImageRecord) -> str:
    """Return the folder of an image within its source."""
    folder = Path(record.path).parent
    return str(folder) if folder != Path() else "–"


def _source(record: ImageRecord) -> str:
    return wording.place(Path(str(record.file)[: -len(record.path)]))
