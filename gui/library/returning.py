"""What is chosen in the Library, and how a new window comes back to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from gui.library.browser import Browser
from gui.library.saved_filters import SavedFilter
from gui.session import Session


@dataclass(frozen=True, slots=True)
class LibraryPlace:
    filter: SavedFilter
    selected: Sequence[int]  # ids of images
    current: int | None


def place_in(browser: Browser) -> LibraryPlace:
    row = browser.grid.current()
    current = browser.images.id_at(row) if row is not None else None
    return LibraryPlace(browser.filters.chosen(), list(browser.selected_ids()), current)


class Returning(QObject):
    """Chooses the filter of a place, then its images, as soon as the project and its list are read; then it is done."""

    def __init__(self, session: Session, browser: Browser, place: LibraryPlace) -> None:
        super().__init__(browser)
        self._session, self._browser, self._place = session, browser, place
        self._filtered = False
        session.overview_changed.connect(self._go_on)
        browser.contents.filled.connect(self._go_on)

    def _go_on(self) -> None:
        browser, place = self._browser, self._place
        if self._session.overview.summary is None or not (self._filtered or len(browser.images)):
            return
        if not self._filtered:
            self._filtered = True
            if browser.filters.chosen() != place.filter:
                browser.filters.choose(place.filter)  # the list is read anew
                return
        browser.contents.filled.disconnect(self._go_on)
        self._session.overview_changed.disconnect(self._go_on)
        rows = browser.images.rows_of(place.selected)
        row = browser.images.row_of(place.current) if place.current is not None else None
        if rows:
            browser.grid.select(rows, row)
        if row is not None:
            browser.grid.ensure_visible(row)
        self.deleteLater()
