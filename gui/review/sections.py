"""Which sections the Review page has, in the order of their tabs; each is imported and made when it is first shown."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QVBoxLayout

from engine.review.reviewed import Reviewed
from gui.jobs import JobRunner
from gui.review.retrain_line import TrainAgain
from gui.review.section import Section
from gui.session import Session


@dataclass(frozen=True, slots=True)
class Kind:
    """A section that is not made yet: the name of its class, where that is, and what stands on its tab."""

    name: str
    module: str
    title: str
    icon: str
    needs_run: bool = True


class Later(Section):
    """Stands on its tab for a section that is made, in here, when it is first shown.

    It is imported in one turn of the event loop and made in the next: together they would hold up a key.
    """

    def __init__(self, kind: Kind, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self.name, self.title, self.icon, self.needs_run = kind.name, kind.title, kind.icon, kind.needs_run
        self._kind, self._session, self._jobs = kind, session, jobs
        self._section: Section | None = None
        self._loaded = False
        self._waiting: tuple[Reviewed | None] | None = None  # what the section is shown once it is there
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def prepare(self) -> None:
        if self._section is None:
            QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        if self._loaded:
            self.made()
        else:
            importlib.import_module(f"gui.review.{self._kind.module}")
            self._loaded = True
            QTimer.singleShot(0, self, self._go_on)

    def made(self) -> Section:
        """The section itself."""
        if self._section is None:
            module = importlib.import_module(f"gui.review.{self._kind.module}")
            made: Section = getattr(module, self._kind.name)(self._session, self._jobs)
            self._section = made
            for own, outer in (
                (made.gallery_wanted, self.gallery_wanted),
                (made.page_wanted, self.page_wanted),
                (made.reload_wanted, self.reload_wanted),
                (made.run_wanted, self.run_wanted),
                (made.section_wanted, self.section_wanted),
            ):
                own.connect(outer)
            self._column.addWidget(made)
            waiting, self._waiting = self._waiting, None
            if waiting is not None:
                made.show_reviewed(*waiting)
        return self._section

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        if self._section is not None:
            self._section.show_reviewed(reviewed)
        else:
            self._waiting = (reviewed,)
            self.prepare()

    def stop(self) -> None:
        self._waiting = None
        if self._section is not None:
            self._section.stop()


def sections(session: Session, jobs: JobRunner) -> list[Section]:
    """The first one has the gallery: `gallery_wanted` of the others leads to it."""

    def tr(words: str) -> str:
        return QCoreApplication.translate("Sections", words)

    kinds = (
        Kind("Mistakes", "mistakes_section", tr("Mistakes"), "review"),
        Kind("ScoresSection", "scores_section", tr("Scores"), "stats"),
        Kind("Suspects", "suspects_section", tr("Suspects"), "tag"),
        Kind("Duplicates", "duplicates_section", tr("Duplicates"), "copy", needs_run=False),
        Kind("MapPane", "map.map_section", tr("Map"), "scatter"),
        Kind("Confidence", "confidence_section", tr("Confidence"), "stats"),
        Kind("Comparison", "comparison_section", tr("Compare"), "split"),
    )
    return [Later(kind, session, jobs) for kind in kinds]


def lines(session: Session, jobs: JobRunner) -> list[Section]:
    """What stands under the head of the page whatever section is shown, such as "train again with the fixes".

    Each hides itself as long as it has nothing to say.
    """
    return [TrainAgain(session, jobs)]
