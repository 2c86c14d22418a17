"""The left of the Library: the classes, a way to add one, and what can be done with each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

from engine.library import edits
from engine.library.palette import KEYS
from engine.library.records import ClassRecord
from gui import actions, theme
from gui.library.class_list import MOVE_KEYS, ClassList
from gui.session import Session
from gui.widgets import wording
from gui.widgets.chooser import Chooser, ChooserEntry
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row, stretch


class ClassPanel(QWidget):
    """Shows the session's classes; adding, renaming and deleting go through the session."""

    filter_changed = Signal(object)  # frozenset of class ids
    label_wanted = Signal(int)  # label the selected images with this class
    class_added = Signal(object)  # a `ClassRecord`
    naming_ended = Signal()  # no more classes are named: the keyboard is free
    like_wanted = Signal(object)  # a `ClassRecord`: find pictures like it

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._chooser: Chooser | None = None
        self.list = ClassList()
        self.list.setObjectName("class_list")
        self.list.filter_changed.connect(self.filter_changed)
        self.list.menu_wanted.connect(self._menu)
        self.list.order_wanted.connect(lambda ids: session.edit(edits.reorder_classes, ids))
        self._heading = text(self.tr("Classes"), "heading")
        self._number = text("", "muted")
        self.add_button = QToolButton()
        theme.set_icon(self.add_button, "plus")
        self.add_button.setAccessibleName(self.tr("Add class"))
        self.add_button.clicked.connect(self.edit_new)
        self.name_field = QLineEdit()
        self.name_field.setPlaceholderText(self.tr("Name of the new class"))
        self.name_field.setAccessibleName(self.tr("Name of the new class"))
        self.name_field.returnPressed.connect(self._add)
        self.name_field.installEventFilter(self)
        self.name_field.hide()
        self._hint = QLabel(self.tr("No classes yet. Add one, then press its key to label the selected images."))
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._build()
        session.overview_changed.connect(self._show)
        session.project_changed.connect(self._show)
        self._show()

    def _build(self) -> None:
        top = row(self._heading, self._number, stretch(), self.add_button, margins=(16, 12, 10, 6), spacing=8)
        field = column(self.name_field, self._hint, margins=(14, 0, 14, 6))
        column(top, field, fill(self.list), on=self, margins=(0, 0, 0, 8), spacing=0)

    def _show(self) -> None:
        overview = self._session.overview
        self._number.setText(wording.number(len(overview.classes)) if overview.classes else "")
        self._hint.setVisible(not overview.classes and self._session.project is not None and overview.counted)
        self.add_button.setEnabled(self._session.project is not None and not self._session.read_only)
        self.list.show_counts(overview.counts)

    def edit_new(self) -> None:
        """Ask for the name of a new class, in place."""
        if self.add_button.isEnabled():
            self.name_field.clear()
            self.name_field.setPlaceholderText(self.tr("Name of the new class"))
            self.name_field.show()
            self.name_field.setFocus()

    def _add(self) -> None:
        """Add the class; the field stays for the next name until Return ends an empty one."""
        name = self.name_field.text().strip()
        if name:
            self._session.add_class(name, self.class_added.emit)
            self.name_field.setPlaceholderText(self.tr("Next class, or Enter to end"))
        else:
            self.naming_ended.emit()
        self.name_field.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field goes when the keyboard leaves it: `editingFinished` says nothing of a field nobody typed in."""
        if watched is self.name_field and event.type() == QEvent.Type.FocusOut:
            self.name_field.hide()
        return super().eventFilter(watched, event)

    # What can be done with a class

    def _menu(self, class_id: int, place: QPoint) -> None:
        cls = self._session.class_of(class_id)
        if cls is None:
            return
        session = self._session
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Label selected images as {0}").format(cls.name), lambda: self.label_wanted.emit(cls.id))
        menu.addAction(self.tr("Show only {0}").format(cls.name), lambda: self.list.choose([cls.id]))
        menu.addAction(self.tr("Find pictures like {0}").format(cls.name), lambda: self.like_wanted.emit(cls))
        menu.addSeparator()
        menu.addAction(self.tr("Rename…"), lambda: self.rename(cls))
        menu.addAction(self.tr("Colour…"), lambda: self._recolour(cls))
        self._add_keys(menu.addMenu(self.tr("Key")), cls)
        for step, words in ((-1, self.tr("Move up")), (1, self.tr("Move down"))):
            menu.addAction(actions.with_key(words, MOVE_KEYS[step]), partial(self._move, cls, step))
        menu.addAction(self.tr("Sort classes by name"), self._sort)
        menu.addSeparator()
        others = self.list.chosen() - {cls.id}
        if others and cls.id in self.list.chosen():
            words = self.tr("Merge the {0} chosen classes into {1}").format(len(others) + 1, cls.name)
            menu.addAction(words, lambda: session.edit(edits.merge_classes, others, cls.id))
        else:
            menu.addAction(self.tr("Merge into…"), lambda: self.merge(cls))
        menu.addAction(self.tr("Delete class"), lambda: self._session.edit(edits.delete_class, cls.id))
        if self._session.read_only:
            for action in menu.actions()[4:]:
                action.setEnabled(False)
        menu.popup(place)

    def _move(self, cls: ClassRecord, step: int) -> None:
        ids = [c.id for c in self._session.overview.classes]
        place = ids.index(cls.id)
        ids.insert(max(0, place + step), ids.pop(place))
        self._session.edit(edits.reorder_classes, ids)

    def _sort(self) -> None:
        from engine.library.listing import natural_key

        classes = sorted(self._session.overview.classes, key=lambda c: natural_key(c.name))
        self._session.edit(edits.reorder_classes, [c.id for c in classes])

    def merge(self, cls: ClassRecord) -> None:
        """Ask for the class that takes the images of `cls`."""
        if self._chooser is None:
            self._chooser = Chooser(self.window())
        entries = [
            ChooserEntry(
                c.name, partial(self._session.edit, edits.merge_classes, [cls.id], c.id), colour=QColor(c.colour)
            )
            for c in self._session.overview.classes
            if c.id != cls.id
        ]
        self._chooser.ask(self.tr("Merge {0} into…").format(cls.name), entries)

    def merge_current(self) -> None:
        """Merge the class that has the keyboard in the list."""
        cls = self._session.class_of(self.list.current_class())
        if cls is not None and not self._session.read_only:
            self.merge(cls)

    def _ask_key(self, cls: ClassRecord) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Key of a class"))
        dialog.setLabelText(self.tr("The key that labels as {0}, one letter or sign:").format(cls.name))
        dialog.setTextValue(cls.key or "")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(
            lambda key: self._session.edit(edits.set_class_key, cls.id, key.strip() or None)
        )
        dialog.open()

    def _add_keys(self, menu: QMenu, cls: ClassRecord) -> None:
        owners = {c.key: c.name for c in self._session.overview.classes if c.key}
        for key in KEYS:
            owner = owners.get(key)
            text = f"{key}  ({owner})" if owner and owner != cls.name else key
            action = menu.addAction(text, partial(self._session.edit, edits.set_class_key, cls.id, key))
            action.setCheckable(True)
            action.setChecked(cls.key == key)
        menu.addSeparator()
        menu.addAction(self.tr("Another key…"), lambda: self._ask_key(cls))
        menu.addAction(self.tr("No key"), lambda: self._session.edit(edits.set_class_key, cls.id, None))

    def rename(self, cls: ClassRecord) -> None:
        """Ask for another name."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Rename class"))
        dialog.setLabelText(self.tr("New name of {0}:").format(cls.name))
        dialog.setTextValue(cls.name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda name: self._session.edit(edits.rename_class, cls.id, name))
        dialog.open()

    def _recolour(self, cls: ClassRecord) -> None:
        dialog = QColorDialog(QColor(cls.colour), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self._session.edit(edits.recolour_class, cls.id, colour.name()))
        dialog.open()
