"""The actions that find images by what they look like, with their keys, and the button that offers them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from gui import actions, theme
from gui.library.finding import Mode
from gui.library.finding_bar import FindingActions
from gui.texts import Texts
from gui.widgets.chooser import Chooser, ChooserEntry
from gui.widgets.pasted import files_in, picture_in

FindingWords = Texts("FindingWords")

if TYPE_CHECKING:
    from gui.library.browser import Browser


def add_finding_actions(page: QWidget, browser: Browser, *more: QAction | None) -> FindingActions:
    """Add the actions to the page; `more` follow in the menu of the button."""
    finding = browser.finding

    def add(text: str, slot: object, keys: str, icon: str) -> QAction:
        return actions.add(page, text, slot, keys, icon, also=FindingWords.tr("Help me label"))  # type: ignore[arg-type]

    groups = add(FindingWords.tr("Label groups of look-alikes"), lambda: finding.next_group(Mode.GROUPS), "J", "grid")
    teach = add(FindingWords.tr("Label what teaches most"), finding.teach, "T", "train")
    unlike = add(
        FindingWords.tr("Show what is unlike everything"), lambda: finding.next_group(Mode.UNLIKE), "W", "scatter"
    )
    like_this = add(FindingWords.tr("Find pictures like this"), partial(_like_current, browser), "S", "search")
    like_class = add(FindingWords.tr("Find pictures like a class…"), _ClassQuestion(browser).ask, "Shift+S", "tag")
    like_copied = add(
        FindingWords.tr("Find pictures like the copied one"), partial(_like_copied, browser), "Ctrl+V", "paste"
    )
    back = add(FindingWords.tr("Go back to what was shown before"), finding.go_back, "Shift+J", "chevron-left")
    closer = add(FindingWords.tr("Group only what is more alike"), finding.closer, "Alt+Left", "zoom-in")
    wider = add(FindingWords.tr("Group what is less alike too"), finding.wider, "Alt+Right", "zoom-out")
    menu = (groups, teach, unlike, None, like_this, like_class, like_copied, None, *more)
    return FindingActions(like_this, back, closer, wider, menu)


def help_button(found: FindingActions) -> QToolButton:
    """The button in plain sight that offers them."""
    button = QToolButton()
    button.setObjectName("help_button")
    button.setText(" " + FindingWords.tr("Help me label"))
    button.setAccessibleName(FindingWords.tr("Help me label"))
    button.setToolTip(FindingWords.tr("Groups of look-alikes, what to label next, pictures like this one"))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    theme.set_icon(button, "sample")
    menu = QMenu(button)
    actions.fill(menu, found.menu)
    button.setMenu(menu)
    return button


def _like_current(browser: Browser) -> None:
    row = browser.grid.current()
    record = browser.images.record(row) if row is not None else None
    if record is None:
        browser.said.emit(FindingWords.tr("Choose an image first; then this finds those that look like it."))
    else:
        browser.finding.like_image(record)


def _like_copied(browser: Browser) -> None:
    data = QApplication.clipboard().mimeData()
    files, picture = files_in(data), picture_in(data)
    if files:
        browser.finding.like_picture(files[0])
    elif picture is not None:
        browser.finding.like_picture(picture)
    else:
        browser.said.emit(FindingWords.tr("Copy a picture or its file first; then this finds those that look like it."))


class _ClassQuestion:
    """Asks for a class by a few letters of its name."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._chooser: Chooser | None = None

    def ask(self) -> None:
        browser, classes = self._browser, self._browser.classes_of_project()
        if not classes:
            browser.said.emit(
                FindingWords.tr("There is no class yet; {0} adds one.").format(actions.key_text(actions.NEW_CLASS))
            )
            return
        self._chooser = self._chooser or Chooser(browser.window())
        entries = [
            ChooserEntry(c.name, partial(browser.finding.like_class, c), key=c.key or "", colour=QColor(c.colour))
            for c in classes
        ]
        self._chooser.ask(FindingWords.tr("Find pictures like the class…"), entries)
