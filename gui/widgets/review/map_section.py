"""Map: made when it is first shown, because its arithmetic loads numpy, which no page loads before it must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets.review.section import Section

if TYPE_CHECKING:
    from gui.widgets.review.map_pane import MapPane
    from gui.widgets.review.reviewed import Reviewed


class MapSection(Section):
    icon = "scatter"

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Map")
        self._session, self._jobs = session, jobs
        self.pane: MapPane | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        if self.pane is None and reviewed is not None:
            from gui.widgets.review.map_pane import MapPane

            self.pane = MapPane(self._session, self._jobs)
            self.pane.gallery_wanted.connect(self.gallery_wanted)
            self._column.addWidget(self.pane)
        if self.pane is not None:
            self.pane.show_reviewed(reviewed)

    def stop(self) -> None:
        if self.pane is not None:
            self.pane.stop()
