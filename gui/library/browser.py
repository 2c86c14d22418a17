"""The Library with a project open: classes at the left, the grid with its filter in the middle, the inspector."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QSplitter, QVBoxLayout, QWidget

from engine.library.records import ClassRecord, Edit
from gui import theme
from gui.library.class_panel import ClassPanel
from gui.library.conditions import Conditions
from gui.library.empty_grid import EmptyGrid
from gui.library.filter_bar import FilterBar
from gui.library.grid_cells import GridCells
from gui.library.image_list import ImageList
from gui.library.labelling import Labelling
from gui.library.labelling_rate import LabellingRate
from gui.library.problem_bar import ProblemBar
from gui.library.saved_filters import SavedFilters
from gui.library.side_panel import SidePanel
from gui.library.source_notice import SourceNotice
from gui.library.suggesting import Suggesting
from gui.library.suggestion_bar import SuggestionBar
from gui.library.viewer import Viewer
from gui.session import Session
from gui.settings import Settings
from gui.widgets import wording
from gui.widgets.grid.rows import Rows
from gui.widgets.grid.thumbnail_grid import LARGEST, SMALLEST, ThumbnailGrid

MOST_INSPECTED = 500  # records that the inspector looks at when more images are selected
NO_CLASS = 0  # ids of classes begin at 1
ROOM_FOR_THREE = 860  # narrower than this the side panel makes room for the pictures until it is asked for


class Browser(QWidget):
    """Browse and label. All changes go through the session; this widget shows what it then says."""

    said = Signal(str)

    def __init__(self, session: Session, suggesting: Suggesting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.suggesting = suggesting
        self._follow_edit = self._follow_list = False
        self._fresh = True
        self._narrow = self._made_room = False
        self._shown_ids: Sequence[int] = ()
        self._menu_actions: list[QAction | None] = []
        self.images = ImageList(session, self)
        self._cells = GridCells(session, self.images, suggesting)
        self.classes = ClassPanel(session)
        self.filter_bar = FilterBar()
        self.conditions = Conditions(session)
        self._saved = SavedFilters(Settings())
        self.suggestion_bar = SuggestionBar(suggesting)
        self.problem_bar = ProblemBar(session)
        self.source_notice = SourceNotice(session)
        self.grid = ThumbnailGrid()
        self.grid.setObjectName("grid")
        self.empty_grid = EmptyGrid(session, self.grid, self.restricted)
        self.side = SidePanel(session)
        self.inspector = self.side.inspector
        self.labelling = Labelling(session, self.images, self.grid, self)
        self.labelling_rate = LabellingRate()
        self.viewer = Viewer(session, self.images, self.grid, self)
        self.count_label = QLabel()
        self.count_label.setProperty("role", "muted")
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(SMALLEST, LARGEST)
        self.size_slider.setValue(self.grid.thumb_size())
        self.size_slider.setFixedWidth(120)
        self.size_slider.setAccessibleName(self.tr("Size of the pictures"))
        self.splitter = QSplitter()
        self._build()
        self._connect()

    def _build(self) -> None:
        footer = QHBoxLayout()
        footer.setContentsMargins(16, 6, 16, 8)
        footer.addWidget(self.count_label)
        footer.addStretch()
        footer.addWidget(self.labelling_rate)
        footer.addSpacing(theme.Theme.L)
        footer.addWidget(self.size_slider)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 12, 16, 4)
        bar.addWidget(self.filter_bar)
        column.addLayout(bar)
        strip = QVBoxLayout()
        strip.setContentsMargins(16, 4, 16, 4)
        for line in (self.source_notice, self.conditions, self.suggestion_bar, self.problem_bar):
            strip.addWidget(line)
        column.addLayout(strip)
        column.addWidget(self.grid, 1)
        column.addLayout(footer)
        self.classes.setMinimumWidth(184)
        middle.setMinimumWidth(371)
        self.side.setMinimumWidth(234)
        for index, widget in enumerate((self.classes, middle, self.side)):
            self.splitter.addWidget(widget)
            self.splitter.setCollapsible(index, False)
            self.splitter.setStretchFactor(index, 1 if index == 1 else 0)
        self.splitter.setSizes([232, 700, 312])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < ROOM_FOR_THREE
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if narrow and not self.side.isHidden():
            self._made_room = True
            self.side.hide()
        elif not narrow and self._made_room:
            self._made_room = False
            self.side.show()

    def _connect(self) -> None:
        self.images.reset.connect(self._listed)
        self.images.rows_changed.connect(self._rows_changed)
        self.grid.viewed.connect(self.images.wanted)
        self.grid.selection_changed.connect(lambda _: self._show_selected())
        self.grid.current_changed.connect(lambda _: self._show_selected())
        self.grid.thumb_size_changed.connect(self.size_slider.setValue)
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.customContextMenuRequested.connect(self._menu)
        self.size_slider.valueChanged.connect(self.grid.set_thumb_size)
        self.filter_bar.changed.connect(self._bar_changed)
        self.problem_bar.chosen.connect(lambda ids: self.images.set_filter(among=ids))
        self.filter_bar.more.toggled.connect(self._show_conditions)
        self.conditions.changed.connect(lambda: self.images.set_filter(**self.conditions.fields()))
        self.conditions.said.connect(self.said)
        self.images.refused.connect(self.said)
        self.filter_bar.group_changed.connect(self.images.set_group)
        self.filter_bar.left.connect(self._leave_search)
        view, saved = self.filter_bar.view, self._saved
        view.names = lambda: list(saved.all())
        view.save_wanted.connect(lambda name: saved.save(name, self._filter_state()))
        view.forget_wanted.connect(saved.forget)
        view.filter_wanted.connect(lambda name: self._apply_filter(saved.all().get(name, {}), name))
        self.classes.filter_changed.connect(lambda ids: self.images.set_filter(class_ids=ids))
        labelling, inspector = self.labelling, self.inspector
        self.classes.label_wanted.connect(labelling.label)
        self.classes.class_added.connect(self._class_added)
        inspector.label_wanted.connect(labelling.label)
        inspector.choose_wanted.connect(labelling.choose)
        inspector.split_wanted.connect(labelling.set_split)
        inspector.marks.flag_wanted.connect(labelling.set_flag)
        inspector.marks.note_wanted.connect(labelling.set_note)
        labelling.said.connect(self.said)
        self._session.labelled.connect(self.labelling_rate.add)
        self.suggesting.changed.connect(self._make_again)
        self.suggesting.said.connect(self.said)
        self.suggestion_bar.order_wanted.connect(self._least_sure_first)
        self.grid.activated.connect(self._activated)
        self._session.images_changed.connect(self._edited)
        self._session.project_changed.connect(self._project_changed)
        self._session.classes_changed.connect(self._make_again)
        self._session.overview_changed.connect(self._counted)

    # What the grid shows

    def _listed(self, other: bool) -> None:
        """The list is new: keep what was selected, as far as it is still there."""
        chosen: Sequence[int] = () if other else self._keys_at(self.grid.selected())
        everything = 0 < len(self.grid.selected()) == len(self._shown_ids)
        current = None if other else self.grid.current()
        keys = self._key_at(current), None if other else self._key_at(self.grid.anchor())
        self._shown_ids = self.images.snapshot()
        sections = [(self._title(heading.title), heading.start) for heading in self.images.headings]
        self._cells.forget()  # another run may be asked
        self.grid.set_items(len(self.images), self._cells.item, keep=not other, sections=sections)
        self.empty_grid.tell()
        follow, self._follow_list = self._follow_list, False
        if not other:
            self._select_again(chosen, keys, current, everything and len(chosen) == len(self.images))
            if follow and (here := self.grid.current()) is not None:
                self.grid.ensure_visible(here)
        elif self._fresh and len(self.images):  # a project was opened: the keyboard can begin at once
            self._fresh = False
            self.grid.set_current(0)
        self._show_count()
        self._show_selected()

    def _title(self, title: str) -> str:
        splits = {
            "training": self.tr("Training"),
            "validation": self.tr("Validation"),
            "test": self.tr("Test"),
            "unassigned": self.tr("Unassigned"),
        }
        if self.images.group == "split":
            return splits.get(title, title)
        return title or (self.tr("Not labelled") if self.images.group == "class" else self.tr("Top folder"))

    def _key_at(self, row: int | None) -> int | None:
        return self._shown_ids[row] if row is not None and row < len(self._shown_ids) else None

    def _keys_at(self, rows: Rows) -> Sequence[int]:
        """The ids that were shown there."""
        found = array("q")
        for part in rows.ranges:
            found += array("q", self._shown_ids[part.start : part.stop])
        return found

    def _select_again(
        self, chosen: Sequence[int], keys: tuple[int | None, int | None], current: int | None, everything: bool
    ) -> None:
        """Select the images with these ids; `keys` are those where the keyboard is and where a range began."""
        rows = Rows.of(range(len(self.images))) if everything else self.images.rows_of(chosen)  # in any order
        if chosen and not rows and current is not None and len(self.images):
            self.grid.set_current(min(current, len(self.images) - 1))
            return
        here, anchor = (None if key is None else self.images.row_of(key) for key in keys)
        self.grid.select(rows, here, anchor)

    def restricted(self) -> bool:
        bars = self.filter_bar.restricts() or self.conditions.restricts()
        return bars or bool(self.images.filter.class_ids) or self.images.filter.among is not None

    def _filter_state(self) -> dict[str, Any]:
        """The filter as it can be kept; classes by name, so that it fits other projects."""
        chosen = self.classes.list.chosen()
        names = [c.name for c in self._session.overview.classes if c.id in chosen]
        return {**self.filter_bar.chosen(), "classes": names, "conditions": self.conditions.chosen()}

    def _apply_filter(self, state: dict[str, Any], name: str = "") -> None:
        ids = {c.name: c.id for c in self._session.overview.classes}
        names = list(state.get("classes", ()))
        here = [ids[name] for name in names if name in ids]
        self.classes.list.choose(here)
        # The list tells nothing where it had nothing chosen before either; and no class at all lets everything through.
        self.images.set_filter(class_ids=frozenset(here if here or not names else {NO_CLASS}))
        self.filter_bar.choose(state)
        conditions = state.get("conditions")
        self.conditions.choose(conditions if isinstance(conditions, dict) else {}, name)
        if gone := [other for other in names if other not in ids]:
            self._tell_gone(name, gone, all_of_them=len(gone) == len(names))

    def _tell_gone(self, name: str, gone: list[str], *, all_of_them: bool) -> None:
        """Classes of a saved filter were deleted, merged or renamed, or belong to another project."""
        if all_of_them:
            words = self.tr("The filter {0} asks for classes that this project does not have ({1}); no image fits it.")
        else:
            words = self.tr(
                "The filter {0} asks for classes that this project does not have ({1}); the others are shown."
            )
        self.said.emit(words.format(f"“{name}”", ", ".join(gone)))

    def _leave_search(self) -> None:
        """By Return or by Esc, which empties it: then what was selected stays so among all that comes back."""
        self.grid.setFocus()
        if not self.filter_bar.search.text() and self.images.filter.text:
            self._follow_list = True
            self.images.end_search()

    def clear_filter(self) -> None:
        self.classes.list.clearSelection()
        self.images.set_filter(among=None, class_ids=frozenset())
        self.filter_bar.clear()
        self.conditions.clear()

    def _bar_changed(self, fields: dict[str, Any]) -> None:
        self.images.set_filter(**fields)
        self.problem_bar.set_shown(fields["problems"] is True)

    def _show_conditions(self, shown: bool) -> None:
        self.conditions.set_open(shown)
        if not shown:
            self.grid.setFocus()

    def step_back(self) -> None:
        """Leave the picture, or the field for a new class, or else the filter, or else the selection."""
        if self.viewer.isVisible():
            self.viewer.close_overlay()
        elif self.classes.name_field.isVisible():
            self.classes.name_field.hide()
            self.grid.setFocus()
        elif self.restricted():
            self.clear_filter()
        else:
            self.grid.select([])

    def _rows_changed(self, rows: list[int]) -> None:
        ids = [image_id for row in rows if (image_id := self.images.id_at(row)) is not None]
        known = self._cells.forget(ids)
        self.grid.refresh(rows if known else None)  # what was not known yet needs its picture too
        if not known or any(self.grid.is_selected(row) for row in rows):
            self._show_selected()

    def _counted(self) -> None:
        self.labelling_rate.show_summary(self._session.overview.summary)
        self._show_count()
        self.empty_grid.tell()

    def _project_changed(self) -> None:
        self._fresh = True
        self.labelling_rate.forget()
        self._cells.forget()
        self.filter_bar.forget_confidence()

    def _make_again(self) -> None:
        self._cells.forget()
        self.grid.refresh(None)

    # Suggestions

    def toggle_suggestions(self) -> None:
        """Let the newest run suggest labels, or show none any more."""
        if self.suggesting.active:
            self.suggesting.stop()
            self.images.set_filter(among=None, sort=self.filter_bar.fields()["sort"])
        else:
            self.suggesting.start()

    def _least_sure_first(self) -> None:
        self.images.set_filter(among=tuple(self.suggesting.least_sure_first()), sort="given")

    def _activated(self, _row: int) -> None:
        """Return: accept what is suggested for the selected images and go on, or else look at them closely."""
        rows = self.grid.selected()
        if not self.suggesting.accept(self.images.ids(rows)):
            self.viewer.look()
        elif len(rows) == 1 and rows[0] + 1 < len(self.images):
            self.grid.set_current(rows[0] + 1)

    def _show_count(self) -> None:
        total, chosen = len(self.images), len(self.grid.selected())
        words = wording.images(total)
        if chosen > 1:
            words = self.tr("{0} of {1} images selected").format(f"{chosen:,}", f"{total:,}")
        self.count_label.setText(words)

    def _show_selected(self) -> None:
        rows = self.grid.selected()
        current = self.grid.current()
        seen = current if current in rows else rows[0] if rows else None
        known = [r for r in map(self.images.record, rows[:MOST_INSPECTED]) if r is not None]
        record = self.images.record(seen) if seen is not None else None
        self.inspector.show_images(known, len(rows), current=record)
        self._show_count()

    # Labels

    def selected_ids(self) -> Sequence[int]:
        return self.labelling.ids()

    def has_key(self, key: str) -> bool:
        """Whether the key belongs to a class."""
        return bool(key) and self._session.class_with_key(key) is not None

    def follow_next_edit(self) -> None:
        """Go to the image that the next edit changes: undo shows what it did."""
        self._follow_edit = True

    def _edited(self, edit: Edit) -> None:
        follow, self._follow_edit = self._follow_edit, False
        if follow and len(edit.image_ids) == 1:
            row = self.images.row_of(edit.image_ids[0])
            if row is not None:
                self.grid.set_current(row)

    def _class_added(self, cls: ClassRecord) -> None:
        key = self.tr(", key {0}").format(cls.key) if cls.key else ""
        self.said.emit(self.tr("Class {0} added{1}").format(cls.name, key))
        self.grid.setFocus()

    def _menu(self, place: QPoint) -> None:
        """What can be done with the selected images."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._menu_actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        menu.popup(self.grid.viewport().mapToGlobal(place))

    def set_menu(self, actions: list[QAction | None]) -> None:
        """The context menu of the grid; None is a line between."""
        self._menu_actions = actions
