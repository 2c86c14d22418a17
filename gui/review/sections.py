"""The sections of the Review page and their tabs; each section is imported and made when it is first shown."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QTabBar, QVBoxLayout, QWidget

from engine.review.reviewed import Reviewed
from gui import actions
from gui.jobs import JobRunner
from gui.review.retrain_line import RetrainLine
from gui.review.section import Section
from gui.session import Session

if TYPE_CHECKING:
    from gui.review.mistakes_section import MistakesSection
    from gui.review.suspects_section import SuspectsSection

S = TypeVar("S", bound=Section)
DIGITS = "1234567890"  # with Alt, the keys of the first sections


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A section that is not made yet: the name of its class, the module of that, and what stands on its tab."""

    name: str
    module: str
    title: str
    icon: str
    needs_run: bool = True


SECTIONS = (
    SectionKind(
        "MistakesSection", "gui.review.mistakes_section", str(QT_TRANSLATE_NOOP("Sections", "Mistakes")), "review"
    ),
    SectionKind("ScoresSection", "gui.review.scores_section", str(QT_TRANSLATE_NOOP("Sections", "Scores")), "stats"),
    SectionKind(
        "SuspectsSection",
        "gui.review.suspects_section",
        str(QT_TRANSLATE_NOOP("Sections", "Suspects")),
        "tag",
        needs_run=False,
    ),
    SectionKind(
        "DuplicatesSection",
        "gui.review.duplicates_section",
        str(QT_TRANSLATE_NOOP("Sections", "Duplicates")),
        "copy",
        needs_run=False,
    ),
    SectionKind(
        "MapSection",
        "gui.review.map.map_section",
        str(QT_TRANSLATE_NOOP("Sections", "Map")),
        "scatter",
        needs_run=False,
    ),
    SectionKind(
        "ConfidenceSection", "gui.review.confidence_section", str(QT_TRANSLATE_NOOP("Sections", "Confidence")), "stats"
    ),
    SectionKind(
        "ComparisonSection", "gui.review.comparison_section", str(QT_TRANSLATE_NOOP("Sections", "Compare")), "split"
    ),
    SectionKind("RoundsSection", "gui.review.rounds_section", str(QT_TRANSLATE_NOOP("Sections", "Rounds")), "clock"),
)


class LazySection(Section):
    """Stands on its tab for a section that is made, in here, when it is first shown.

    It is imported in one turn of the event loop and made in the next: together they would hold up a key.
    """

    def __init__(self, kind: SectionKind, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self.name, self.icon, self.needs_run = kind.name, kind.icon, kind.needs_run
        self.title = QCoreApplication.translate("Sections", kind.title)
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
            importlib.import_module(self._kind.module)
            self._loaded = True
            QTimer.singleShot(0, self, self._go_on)

    @property
    def is_made(self) -> bool:
        return self._section is not None

    def made(self) -> Section:
        """Return the section itself, made now if it is not there yet."""
        if self._section is None:
            module = importlib.import_module(self._kind.module)
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


class Sections(QWidget):
    """Shows the section whose tab is chosen. `tabs` and `banners` are for the page to put where they belong.

    `banners` are hints above every section; each hides itself as long as it has nothing to say.
    """

    chosen = Signal()  # another tab
    page_wanted = Signal(str)
    reload_wanted = Signal()
    run_wanted = Signal(str)

    def __init__(self, sections: Sequence[Section], banners: Sequence[Section]) -> None:
        """The first of `sections` has the gallery, to which the others lead."""
        super().__init__()
        self.all, self.banners = list(sections), list(banners)
        self._shown: dict[Section, Reviewed | None] = {}  # what each of them shows
        self.tabs = QTabBar()
        self.tabs.setObjectName("review_tabs")
        self.tabs.setAccessibleName(self.tr("Ways of looking at the run"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self._stack = QStackedLayout(self)
        for section in self.all:
            self.tabs.addTab(section.title)
            self._stack.addWidget(section)
        for section in [*self.all, *self.banners]:
            section.gallery_wanted.connect(self._show_in_gallery)
            section.section_wanted.connect(self.show_section)
            section.page_wanted.connect(self.page_wanted)
            section.reload_wanted.connect(self.reload_wanted)
            section.run_wanted.connect(self.run_wanted)
        self.tabs.currentChanged.connect(lambda _: self.chosen.emit())

    def add_actions(self, page: QWidget) -> None:
        """Give each section a key that works everywhere on the page."""
        add = partial(actions.add, page, everywhere=True)
        for index, section in enumerate(self.all):
            key = f"Alt+{DIGITS[index]}" if index < len(DIGITS) else ""
            show = partial(self.tabs.setCurrentIndex, index)
            action = add(self.tr("Review: {0}").format(section.title), show, key, section.icon)
            self.tabs.setTabToolTip(index, actions.with_key(section.title, action))
        add(self.tr("Next tab"), partial(self._step, 1), "Ctrl+PgDown", "chevron-right")
        add(self.tr("Previous tab"), partial(self._step, -1), "Ctrl+PgUp", "chevron-left")

    def _step(self, by: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % len(self.all))

    @property
    def current(self) -> Section:
        return self.all[self.tabs.currentIndex()]

    def place(self, name: str) -> int:
        """Return on which tab the section is whose class has that name."""
        return next(index for index, section in enumerate(self.all) if section.name == name)

    def show_section(self, name: str) -> None:
        """Show the section whose class has that name."""
        self.tabs.setCurrentIndex(self.place(name))

    def show_suspects_by_features(self) -> None:
        """Show the labels that look wrong by the features of all labelled images."""
        self.show_section("SuspectsSection")
        self.suspects.judge_by_features()

    def section(self, kind: type[S]) -> S:
        """Return the section of that class; it is made if it was never shown."""
        found = self.all[self.place(kind.__name__)].made()
        assert isinstance(found, kind)
        return found

    def begin(self) -> None:
        """Stop what the sections do: another project is open."""
        self._shown.clear()
        for section in [*self.all, *self.banners]:
            section.stop()

    def show_reviewed(self, reviewed: Reviewed | None, *, opened: bool, usable: bool) -> None:
        """Show the chosen section, and tell it what is reviewed where it does not know yet.

        `opened` tells whether there is a project, `usable` whether the section has anything to show.
        """
        section = self.current
        self.tabs.setVisible(reviewed is not None or (opened and any(not s.needs_run for s in self.all)))
        self._stack.setCurrentWidget(section)
        for part in [*self.banners, *([section] if usable else [])]:
            if part not in self._shown or self._shown[part] is not reviewed:
                self._shown[part] = reviewed
                part.show_reviewed(reviewed)

    def lead_to(self, *, with_run: bool) -> None:
        """Show a section that has something to show: the first of all, or the first that needs no run."""
        index = next((n for n, section in enumerate(self.all) if with_run or not section.needs_run), 0)
        self.tabs.setCurrentIndex(index)

    @property
    def mistakes(self) -> MistakesSection:
        """The section that has the gallery."""
        return cast("MistakesSection", self.all[0].made())

    @property
    def suspects(self) -> SuspectsSection:
        return cast("SuspectsSection", self.all[self.place("SuspectsSection")].made())

    def _show_in_gallery(self, image_ids: list[int], sentence: str) -> None:
        self.tabs.setCurrentIndex(0)
        self.mistakes.show_images(image_ids, sentence)


def all_sections(session: Session, jobs: JobRunner) -> Sections:
    """Return the sections in the order of their tabs, and the banners."""
    return Sections([LazySection(kind, session, jobs) for kind in SECTIONS], [RetrainLine(session, jobs)])
