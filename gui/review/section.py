"""Base of the sections of the Review page, each a way of looking at a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from engine.review.reviewed import Reviewed


class Section(QWidget):
    """The page shows one section at a time and tells it what is reviewed; a section off screen does no work.

    Its class is called with the `Session` and the `JobRunner`. `name`, `title` and `icon` come from its `SectionKind`
    (`gui/review/sections.py`). A section that needs other
    images, another run, section or page says so by a signal and a name; it imports none of them. With `needs_run`
    False it is shown, with None, also where there is a project but nothing to review.
    """

    name = ""
    title = ""
    icon = ""
    needs_run = True
    gallery_wanted = Signal(object, str)  # ids of images (list[int]) to look at in the gallery, and what they are
    page_wanted = Signal(str)
    reload_wanted = Signal()  # the run says other things than before, such as after a calibration
    run_wanted = Signal(str)  # the name of another run to review
    section_wanted = Signal(str)  # the name of another section's class

    def prepare(self) -> None:
        """Make the section soon, if it is not there yet."""

    @property
    def is_made(self) -> bool:
        """Whether it is there, and does not only wait on its tab."""
        return True

    def made(self) -> Section:
        """The section itself, which one that waits on its tab makes first."""
        return self

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        """Show this run and split from now on; None when there is nothing to review."""
        raise NotImplementedError

    def stacked(self, content: QWidget, empty: QWidget) -> QStackedWidget:
        """Return the body of a section: what there is to see, or what to do where there is nothing."""
        self._body = QStackedWidget()
        self._body.addWidget(content)
        self._body.addWidget(empty)
        return self._body

    @property
    def showing(self) -> int:
        """What the body shows now: 0 its content, 1 that there is none."""
        return self._body.currentIndex()

    def stop(self) -> None:
        """Stop the jobs that were started here; the project is being closed."""
