"""Words of the Library where the grid has no image to show."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt

from gui import actions
from gui.session import Session
from gui.widgets import wording
from gui.widgets.empty_page import EmptyPage
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid

WIDTH = 320  # of the words: the grid can be little wider


class EmptyGrid(EmptyPage):
    """Lies over the empty grid, with a button, where an import was undone; anything else the grid says itself."""

    def __init__(self, session: Session, grid: ThumbnailGrid, restricted: Callable[[], bool]) -> None:
        super().__init__("undo", "", "", grid.viewport())
        self._session, self._grid, self._restricted = session, grid, restricted
        self.redo = self.add_button(self.tr("Redo"), "redo_import_button", session.redo)
        self.redo.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # it goes when it was pressed; the keyboard stays at the grid
        column = self.words.parentWidget()
        assert column is not None
        column.setFixedWidth(WIDTH)
        self.title.setText(self.tr("There are no images here"))
        self.hide()
        grid.viewport().installEventFilter(self)
        session.history_changed.connect(self.tell)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._grid.viewport().rect())
        return False

    def tell(self) -> None:
        """Say why there is nothing, as far as it is known by now."""
        overview = self._session.overview
        empty = overview.summary is not None and overview.summary.images == 0 and self._grid.count() == 0
        undone = overview.redo_images if empty and not self._session.read_only else None
        self._grid.set_empty_text(self._why(empty=empty) if undone is None else "")
        if undone is not None:
            words = self.tr("The import of {0} was undone. {1} brings it back.")
            self.words.setText(words.format(wording.images(undone), actions.key_text(actions.REDO)))
            self.setGeometry(self._grid.viewport().rect())
        self.setVisible(undone is not None)

    def _why(self, *, empty: bool) -> str:
        summary = self._session.overview.summary
        if self._restricted() and not empty:
            words = self.tr("No image fits the filter. {0} shows all of them again.")
            return words.format(actions.key_text(actions.SHOW_ALL))
        if summary is None or summary.images > summary.problems:
            return self.tr("Reading the list of images…")
        if summary.problems:
            return self.tr("None of the images can be used. Choose “Problems” above to see why.")
        return self.tr("There are no images here yet.")
