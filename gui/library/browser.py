"""The Library with a project open: classes at the left, the grid with its filter in the middle, the inspector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSlider, QSplitter, QWidget

from engine.library.records import ClassRecord, Flag, Split
from gui import actions, theme
from gui.library.class_panel import ClassPanel
from gui.library.conditions import Conditions
from gui.library.empty_grid import EmptyGrid
from gui.library.filter_bar import FilterBar
from gui.library.filter_controls import FilterControls
from gui.library.finding import Finding, Mode
from gui.library.finding_bar import FindingBar
from gui.library.goal import GoalBar
from gui.library.grid_contents import GridContents
from gui.library.image_list import ImageList
from gui.library.inspector import Inspector
from gui.library.labelling import Labelling
from gui.library.labelling_rate import LabellingRate
from gui.library.side_panel import SidePanel
from gui.library.strips import CheckBar, ProblemBar, SourceNotice, SuggestionBar, UnseenBar
from gui.library.suggesting import Suggesting
from gui.library.viewer import Viewer
from gui.session import Session
from gui.widgets import wording
from gui.widgets.grid.thumbnail_grid import LARGEST, SMALLEST, ThumbnailGrid
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, holder, row, stretch

MOST_INSPECTED = 500  # records that the inspector looks at when more images are selected


class Browser(QWidget):
    """Browse and label. All changes go through the session; this widget shows what it then says."""

    said = Signal(str)

    def __init__(self, session: Session, suggesting: Suggesting) -> None:
        super().__init__()
        self._session = session
        self.suggesting = suggesting
        self._menu_actions: list[QAction | None] = []
        self.images = ImageList(session, self)
        self.classes = ClassPanel(session)
        self.filters = FilterControls(session, self.images, self.classes.list, self)
        self.suggestion_bar = SuggestionBar(suggesting)
        self.unseen_bar = UnseenBar(session)
        self.problem_bar = ProblemBar(session)
        self.check_bar = CheckBar(session)
        self.source_notice = SourceNotice(session)
        self.grid = ThumbnailGrid()
        self.grid.setObjectName("grid")
        self.contents = GridContents(session, self.images, self.grid, suggesting, self)
        self.empty_grid = EmptyGrid(session, self.grid, self.filters.restrict)
        self.side = SidePanel(session)
        self.finding = Finding(session, suggesting, self.images, self.grid, self.filters, self)
        self.finding_bar = FindingBar(session, self.finding)
        self.goal = GoalBar(session)
        self.labelling = Labelling(session, self.images, self.grid, self)
        self.labelling_rate = LabellingRate()
        self.viewer = Viewer(session, self.images, self.grid, suggesting, self)
        self.count_label = text("", "muted")
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(SMALLEST, LARGEST)
        self.size_slider.setValue(self.grid.thumb_size())
        self.size_slider.setFixedWidth(120)
        self.size_slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # by the mouse the grid keeps the arrow keys
        self.size_slider.setAccessibleName(self.tr("Size of the pictures"))
        self.splitter = QSplitter()
        self._build()
        self._connect()

    def ids_on_screen(self) -> tuple[int, ...]:
        """The images that are on screen now."""
        return tuple(self.images.ids(self.grid.visible_indices()))

    @property
    def session(self) -> Session:
        """The session whose images are listed."""
        return self._session

    @property
    def filter_bar(self) -> FilterBar:
        return self.filters.bar

    @property
    def conditions(self) -> Conditions:
        return self.filters.conditions

    @property
    def inspector(self) -> Inspector:
        return self.side.inspector

    def _build(self) -> None:
        self._suggestions = holder(column(self.suggestion_bar, self.unseen_bar, spacing=theme.Theme.S))
        bars = (self.goal, self._suggestions, self.finding_bar, self.problem_bar, self.check_bar)
        notices = (self.source_notice, self.conditions, *bars)
        footer = (self.count_label, stretch(), self.labelling_rate, theme.Theme.L, self.size_slider)
        middle = holder(
            column(
                row(self.filter_bar, margins=(16, 12, 16, 4)),
                column(*notices, margins=(16, 4, 16, 4), spacing=theme.Theme.S),
                fill(self.grid),
                row(*footer, margins=(16, 6, 16, 8)),
                spacing=0,
            )
        )
        self.classes.setMinimumWidth(184)
        middle.setMinimumWidth(371)
        self.side.setMinimumWidth(234)
        for index, widget in enumerate((self.classes, middle, self.side)):
            self.splitter.addWidget(widget)
            self.splitter.setCollapsible(index, False)
            self.splitter.setStretchFactor(index, 1 if index == 1 else 0)
        self.splitter.setSizes([232, 700, 312])
        row(self.splitter, on=self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.fit(self.width())

    def _connect(self) -> None:
        session, images, grid = self._session, self.images, self.grid
        images.refused.connect(self.said)
        self.contents.filled.connect(self._filled)
        self.contents.selected_changed.connect(self._show_selected)
        grid.selection_changed.connect(lambda _: self._show_selected())
        grid.current_changed.connect(lambda _: self._show_selected())
        grid.activated.connect(self._activated)
        grid.thumb_size_changed.connect(self.size_slider.setValue)
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._menu)
        self.size_slider.valueChanged.connect(grid.set_thumb_size)
        self.filters.said.connect(self.said)
        self.filter_bar.changed.connect(self._show_bars)
        self.filter_bar.left.connect(self._leave_search)
        self.filter_bar.more.toggled.connect(lambda shown: None if shown else grid.setFocus())
        self.problem_bar.chosen.connect(lambda ids: images.set_filter(among=ids))
        labelling, inspector = self.labelling, self.inspector
        self.classes.label_wanted.connect(labelling.label)
        self.viewer.label_wanted.connect(labelling.label)
        self.classes.class_added.connect(self._class_added)
        self.classes.naming_ended.connect(self.grid.setFocus)
        inspector.label_wanted.connect(labelling.label)
        inspector.choose_wanted.connect(labelling.choose)
        inspector.split_wanted.connect(labelling.set_split)
        inspector.marks.flag_wanted.connect(labelling.set_flag)
        inspector.marks.note_wanted.connect(labelling.set_note)
        labelling.said.connect(self.said)
        session.labelled.connect(self.labelling_rate.add)
        session.project_changed.connect(self.labelling_rate.forget)
        session.overview_changed.connect(self._counted)
        self.suggesting.said.connect(self.said)
        self.suggesting.changed.connect(self._show_suggestion)
        self.finding.said.connect(self.said)
        self.finding.came.connect(labelling.other_images_came)
        self.finding.changed.connect(lambda: self._suggestions.setVisible(not self.finding.active))
        self.finding_bar.class_wanted.connect(labelling.choose)
        self.finding_bar.exclude_wanted.connect(lambda: labelling.set_flag(Flag.EXCLUDED, True))
        self.classes.like_wanted.connect(self.finding.like_class)
        self.suggestion_bar.check_wanted.connect(self.check_suggestions)
        self.suggestion_bar.hide_wanted.connect(self.toggle_suggestions)
        self.suggestion_bar.accept_wanted.connect(self.accept_suggestions)
        self.unseen_bar.show_wanted.connect(self.filter_bar.show_unseen)

    # What the grid shows

    def _show_bars(self, fields: Mapping[str, Any]) -> None:
        """Show the bar of what the filter is about."""
        self.problem_bar.set_shown(fields["problems"] is True)
        self.check_bar.set_shown(fields["splits"] == frozenset({Split.VALIDATION}))
        self.unseen_bar.look.setHidden(fields["flags"] == frozenset({Flag.UNSEEN}))  # they are shown already

    def show_all(self) -> None:
        """Show every image, also where an order by similarity was looked at: it would end what is asked for next."""
        self.finding.stop()
        self.filters.clear()

    def show_check_images(self) -> None:
        """Show those that are set aside to check."""
        self.show_all()
        self.filter_bar.show_split(Split.VALIDATION)

    def _filled(self) -> None:
        self.empty_grid.tell()
        self.finding.listed()
        self._show_selected()

    def _counted(self) -> None:
        self.labelling_rate.show_summary(self._session.overview.summary)
        self._show_count()
        self.empty_grid.tell()

    def _leave_search(self) -> None:
        """Leave the search by Return or by Esc, which empties it: then what was selected stays so among all that comes
        back.
        """
        self.grid.setFocus()
        if not self.filter_bar.search.text() and self.images.filter.text:
            self.contents.follow_next_list()
            self.images.end_search()

    def step_back(self) -> None:
        """Leave the picture, or the field for a new class, or else the filter, or else the selection."""
        if self.viewer.isVisible():
            self.viewer.close_overlay()
        elif self.classes.name_field.isVisible():
            self.classes.name_field.hide()
            self.grid.setFocus()
        elif self.finding.active:
            self.finding.stop()
        elif self.filters.restrict():
            self.filters.clear()
        else:
            self.grid.select([])

    def _show_count(self) -> None:
        total, chosen = len(self.images), len(self.grid.selected())
        words = wording.images(total)
        if chosen > 1:
            words = self.tr("{0} of {1} images selected").format(wording.number(chosen), wording.number(total))
        self.count_label.setText(words)

    def _show_selected(self) -> None:
        rows = self.grid.selected()
        current = self.grid.current()
        seen = current if current in rows else rows[0] if rows else None
        known = [r for r in map(self.images.record, rows[:MOST_INSPECTED]) if r is not None]
        record = self.images.record(seen) if seen is not None else None
        self.inspector.show_images(known, len(rows), current=record)
        self._show_suggestion()
        self._show_count()

    def _show_suggestion(self) -> None:
        record = self.inspector.record() if len(self.grid.selected()) == 1 else None
        found = self.suggesting.of(record.id) if record is not None and record.class_id is None else None
        words = self.tr("Suggested: {0}, {1}")
        self.inspector.show_suggestion(words.format(found[0].name, wording.how_sure(found[1])) if found else "")

    # Suggestions

    def toggle_suggestions(self) -> None:
        """Show suggestions, or none any more."""
        if self.suggesting.active:
            self.images.set_filter(among=None, sort=self.filter_bar.fields()["sort"])
        self.suggesting.toggle()

    def teach(self) -> None:
        """Show the images without a label, those that teach most first."""
        self.show_all()
        self.filter_bar.show_unlabelled()  # also where nothing has been learnt yet
        self.finding.teach()

    def check_suggestions(self) -> None:
        """Go through the images with a suggestion, one by one."""
        if self._has_suggestions():
            self.finding.check(self.suggesting.least_sure_first())
            self.grid.setFocus()

    def accept_suggestions(self) -> None:
        """Show what accepting many of them at once would do."""
        if not self._has_suggestions():
            return
        from gui.library.accept_dialog import AcceptDialog

        dialog = AcceptDialog(self._session, self.suggesting, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.unlike_wanted.connect(lambda: self.finding.next_group(Mode.UNLIKE))
        dialog.open()

    def _has_suggestions(self) -> bool:
        """Return whether there are any; says how they come where there are none."""
        found = self.suggesting.count() > 0
        if not found:
            self.said.emit(self.tr("There are no suggestions. Label some images of two classes; then they come."))
        return found

    def _activated(self, _row: int) -> None:
        """Return: accept what is suggested for the selected images and go on, or else look at them closely."""
        if self.labelling.is_too_early():
            return
        rows = self.grid.selected()
        if len(rows) > 1 and self.finding.suggested is not None and self.finding.unselect_others():
            self.labelling.label(self.finding.suggested)  # all of a group that is in sight
        elif not self.suggesting.accept(self.images.ids(rows)):
            self.viewer.look()
        elif len(rows) == 1 and rows[0] + 1 < len(self.images):
            self.grid.set_current(rows[0] + 1)

    # Labels

    def selected_ids(self) -> Sequence[int]:
        return self.labelling.ids()

    def classes_of_project(self) -> Sequence[ClassRecord]:
        return self._session.overview.classes

    def _class_added(self, cls: ClassRecord) -> None:
        words = self.tr("Class {0} added, key {1}") if cls.key else self.tr("Class {0} added")
        self.said.emit(words.format(cls.name, cls.key))

    def _menu(self, place: QPoint) -> None:
        """Build the menu of the selected images."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions.fill(menu, self._menu_actions)
        menu.popup(self.grid.viewport().mapToGlobal(place))

    def set_menu(self, wanted: list[QAction | None]) -> None:
        """The context menu of the grid; None is a line between."""
        self._menu_actions = wanted
