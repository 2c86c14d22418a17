"""Pictures over the whole page: the current one, or two to four that are selected side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.library.records import ImageRecord
from gui import actions, theme
from gui.language import percent_form
from gui.library.image_list import ImageList
from gui.library.key_chips import KeyChips, with_keys
from gui.library.suggesting import Suggesting
from gui.session import Session
from gui.widgets import wording
from gui.widgets.controls import icon_button
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from gui.widgets.labels import ElidedLabel, text
from gui.widgets.layouts import column, fill, row, stretch
from gui.widgets.pictures.image_view import ImageView
from gui.widgets.pictures.overlay import Overlay

MOST = 4
LOOK_MS = 300  # on screen, after which a picture counts as looked at


class Frame(QWidget):
    """A picture with its name, label and size below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ImageView()
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words = ElidedLabel()
        self.pixel = text("", "muted")
        self.view.pointed.connect(self._point)
        below = row(fill(self.words), self.pixel)
        column(fill(self.view), below, on=self, spacing=theme.Theme.S)

    def _point(self, x: int, y: int, numbers: Sequence[float] | None) -> None:
        zoom = percent_form().format(f"{self.view.zoom() * 100:.0f}")
        if numbers is None:
            self.pixel.setText(zoom)
        else:
            values = " ".join(f"{n:.6g}" if isinstance(n, float) else str(n) for n in numbers)
            self.pixel.setText(f"{x}, {y}:  {values}   {zoom}")


class Viewer(Overlay):
    """Follows the grid: arrows move there, digits label there. Escape, Space or Return go back."""

    label_wanted = Signal(object)  # the id of the class for what is shown

    def __init__(
        self, session: Session, images: ImageList, grid: ThumbnailGrid, suggesting: Suggesting, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._images = images
        self._grid = grid
        self._suggesting = suggesting
        self._linking = False
        self._on_screen: Sequence[int] = ()  # the images on screen
        self._since = QElapsedTimer()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Picture view"))
        self.frames = [Frame(self) for _ in range(MOST)]
        self.place = text("", "muted")
        self.chips = KeyChips(fills=True)
        self.chips.chosen.connect(self.label_wanted)
        self._build()
        for frame in self.frames:
            frame.view.zoom_changed.connect(partial(self._zoomed, frame))
        changes = (grid.current_changed, grid.selection_changed, images.rows_changed, images.reset, suggesting.changed)
        for signal in changes:
            signal.connect(self._follow)

    def _build(self) -> None:
        words = self.tr("Back to the grid")
        back = icon_button("close", words, self.close_overlay, tip=actions.with_key(words, Qt.Key.Key_Escape))
        back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hint = text(self.tr("Arrows: previous and next · wheel: zoom · double click: single pixels"), "muted")
        top = row(self.place, stretch(), hint, back)
        self._cells = QGridLayout()
        self._cells.setSpacing(theme.Theme.M)
        column(top, fill(self._cells), self.chips, on=self, margins=(20, 12, 16, 16), spacing=theme.Theme.M)

    def look(self) -> None:
        """Show what is selected."""
        if self._grid.current() is None and not self._grid.selected():
            return
        self.open()
        self.setFocus()
        self._follow()

    def toggle(self) -> None:
        if self.isVisible():
            self.close_overlay()
        else:
            self.look()

    def close_overlay(self) -> None:
        self._look_at(())
        super().close_overlay()
        self._grid.setFocus()

    def _look_at(self, image_ids: Sequence[int]) -> None:
        """Show other images: those before have been looked at.

        Not before they are left: in a list of the labels that nobody has looked at, a picture would go from under the
        eyes of the person, and the next one after it.
        """
        if image_ids == self._on_screen:
            return
        left, self._on_screen = self._on_screen, image_ids
        unseen = [i for i in left if (record := self._session.records.get(i)) is not None and record.unseen]
        if unseen and self._since.elapsed() >= LOOK_MS:
            self._session.look_at(unseen)
        self._since.start()

    def _rows(self) -> Sequence[int]:
        selected = self._grid.selected()
        current = self._grid.current()
        if 2 <= len(selected) <= MOST:
            return selected
        return [current] if current is not None else selected[:1]

    def _follow(self, *_: object) -> None:
        if not self.isVisible():
            return
        rows = self._rows()
        if not rows or not len(self._images):  # another list, or the last image has left it
            self.close_overlay()
            return
        columns = 1 if len(rows) < 2 else 2 if len(rows) in (2, 4) else 3
        for number, frame in enumerate(self.frames):
            self._cells.removeWidget(frame)
            frame.setVisible(number < len(rows))
            if number < len(rows):
                self._cells.addWidget(frame, number // columns, number % columns)
                self._show(frame, rows[number])
        self._preload(rows)
        self._look_at(list(self._images.ids(rows)))
        total = wording.number(len(self._images))
        here = ", ".join(wording.number(row + 1) for row in rows)
        self.place.setText(self.tr("{0} of {1}").format(here, total))
        self._show_keys(rows)
        self.update()

    def _show_keys(self, rows: Sequence[int]) -> None:
        """The classes with their keys; the label of what is shown is marked where it is one."""
        labels = {record.class_id for row in rows if (record := self._images.record(row)) is not None}
        keyed = with_keys(self._session.overview.classes)
        self.chips.show_classes(keyed, labels.pop() if len(labels) == 1 else None)
        self.chips.setEnabled(not self._session.read_only)
        self.chips.setVisible(bool(keyed))

    def _show(self, frame: Frame, row: int) -> None:
        record = self._images.record(row)
        if record is None:
            self._images.read_rows(row, row + 1)
            return
        size = QSize(record.width or 0, record.height or 0)
        frame.view.show_file(
            record.file, size=size, modified_ns=record.modified_ns, reason=wording.reason(record.problem or "")
        )
        frame.words.setText(self._words(record))

    def _words(self, record: ImageRecord) -> str:
        cls = self._session.class_of(record.class_id)
        parts = [cls.name if cls is not None else self.tr("Not labelled"), Path(record.path).name]
        suggested = self._suggesting.of(record.id) if cls is None else None
        if suggested is not None:
            words = self.tr("Not labelled; suggested: {0}, {1}")
            parts[0] = words.format(suggested[0].name, wording.how_sure(suggested[1]))
        if record.width:
            parts.append(f"{wording.number(record.width)} × {wording.number(record.height)}")
        if record.unseen:
            parts.append(self.tr("accepted unseen"))
        if record.unsure:
            parts.append(self.tr("unsure"))
        if record.excluded:
            parts.append(self.tr("excluded"))
        return "  ·  ".join([*parts, record.note] if record.note else parts)

    def _preload(self, rows: Sequence[int]) -> None:
        if len(rows) == 1:
            near = (self._images.record(row) for row in (rows[0] + 1, rows[0] - 1) if row >= 0)
            files = [(r.file, r.modified_ns) for r in near if r is not None and r.problem is None]
            self.frames[0].view.preload(files)

    def _zoomed(self, source: Frame, zoom: float) -> None:
        """Side by side, all pictures zoom together."""
        if self._linking or len(self._rows()) < 2:
            return
        self._linking = True
        for frame in self.frames:
            if frame is not source and frame.isVisible():
                frame.view.set_zoom(zoom)
        self._linking = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        views = [frame.view for frame in self.frames if frame.isVisible()]
        if key in steps:
            here = self._grid.current() or 0
            self._grid.set_current(max(0, min(len(self._images) - 1, here + steps[key])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_overlay()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            views[0].zoom_in()
        elif key == Qt.Key.Key_Minus:
            views[0].zoom_out()
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().surface)
        painter.end()
