"""How the grid is put in order beside its sorting: headings, the other way round, and filters by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from gui import theme


class ViewMenu(QToolButton):
    """A button with a menu; `names` answers which filters are saved when it opens."""

    group_chosen = Signal(str)  # "class", "split", "folder" or ""
    turned = Signal(bool)
    save_wanted = Signal(str)
    filter_wanted = Signal(str)
    forget_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: Callable[[], list[str]] = list
        theme.set_icon(self, "sort")
        self.setAccessibleName(self.tr("View"))
        self.setToolTip(self.tr("Headings, order and saved filters"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._groups = QActionGroup(self)
        for words, value in (
            (self.tr("No headings"), ""),
            (self.tr("Headings by class"), "class"),
            (self.tr("Headings by split"), "split"),
            (self.tr("Headings by folder"), "folder"),
        ):
            action = self._groups.addAction(menu.addAction(words))
            action.setCheckable(True)
            action.setChecked(not value)
            action.setData(value)
        self._groups.triggered.connect(lambda action: self.group_chosen.emit(action.data()))
        menu.addSeparator()
        self.turn = menu.addAction(self.tr("Reverse the order"))
        self.turn.setCheckable(True)
        self.turn.toggled.connect(self.turned)
        menu.addSeparator()
        self._filters = menu.addMenu(self.tr("Saved filters"))
        self._filters.aboutToShow.connect(self.fill)
        self.setMenu(menu)

    def headings(self) -> str:
        checked = self._groups.checkedAction()
        return str(checked.data()) if checked is not None else ""

    def choose_group(self, value: str) -> None:
        for action in self._groups.actions():
            if action.data() == value and not action.isChecked():
                action.setChecked(True)
                self.group_chosen.emit(value)

    def fill(self) -> QMenu:
        """The saved filters as they are now."""
        menu, names = self._filters, self.names()
        menu.clear()
        for name in names:
            menu.addAction(name, partial(self.filter_wanted.emit, name))
        if names:
            menu.addSeparator()
        menu.addAction(self.tr("Save this filter…"), self.ask_name)
        if names:
            forget = menu.addMenu(self.tr("Forget"))
            for name in names:
                forget.addAction(name, partial(self.forget_wanted.emit, name))
        return menu

    def ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Save this filter"))
        dialog.setLabelText(self.tr("Name of the filter:"))
        dialog.textValueSelected.connect(lambda name: self.save_wanted.emit(name.strip()) if name.strip() else None)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
