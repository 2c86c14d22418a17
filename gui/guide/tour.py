"""A tour of the window on the sample: a few words beside what they are about. It goes along to any page that a person
chooses, and Escape leaves it at any step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QStackedWidget, QWidget

from gui import actions, theme
from gui.rail import Rail
from gui.widgets.labels import text
from gui.widgets.layouts import column, row, stretch

WIDE, GAP, EDGE = 340, 14, 12


class TourWindow(Protocol):
    """What a tour needs of the window that it leads through."""

    rail: Rail
    stack: QStackedWidget
    undo: QAction
    guide: QAction

    @property
    def asking(self) -> bool: ...

    def centralWidget(self) -> QWidget | None: ...

    def show_page(self, index: int) -> QWidget: ...

    def page(self, index: int) -> QWidget | None: ...

    def made_page(self, index: int) -> QWidget: ...


@dataclass(frozen=True, slots=True)
class TourStep:
    """What is said on a page, beside the widget that `about` finds."""

    page: int
    about: Callable[[], QWidget]
    title: str
    words: str


class _Ring(QWidget):
    """A line around what a step is about; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().accent, 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 9, 9)


class Tour(QFrame):
    """One step at a time; `ended` when it was left or is over."""

    ended = Signal()

    def __init__(self, window: TourWindow) -> None:
        over = window.centralWidget()
        assert over is not None, "the window is built"
        self._over: QWidget = over
        super().__init__(over)
        self.setObjectName("tour")
        self.setProperty("role", "popup")
        self.setAccessibleName(self.tr("Tour"))
        self._window, self._place_in_tour = window, 0
        self.ring = _Ring(self._over)
        self.title, self.words = text("", "heading"), text("", wrap=True)
        self.count = text("", "small")
        self.leave_button = QPushButton(self.tr("Leave the tour"))
        self.leave_button.setProperty("kind", "quiet")
        self.leave_button.setToolTip(actions.with_key(self.leave_button.text(), Qt.Key.Key_Escape))
        self.leave_button.clicked.connect(self.leave)
        self.back_button = QPushButton(self.tr("Back"))
        self.back_button.clicked.connect(lambda: self._go(self._place_in_tour - 1))
        self.next_button = QPushButton()
        self.next_button.setProperty("kind", "primary")
        self.next_button.clicked.connect(lambda: self._go(self._place_in_tour + 1))
        buttons = row(self.leave_button, stretch(), self.back_button, self.next_button, spacing=theme.Theme.S)
        column(self.count, self.title, self.words, 4, buttons, on=self, margins=(20, 16, 16, 14), spacing=6)
        self.steps = self._steps()
        self._over.installEventFilter(self)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        theme.notifier().changed.connect(self.ring.update)
        self._places = {
            step.page: place for place, step in reversed(list(enumerate(self.steps)))
        }  # seen last of a page
        self._go(self._places[self._page_on_screen() or 0])
        window.stack.currentChanged.connect(self._follow)

    def _steps(self) -> list[TourStep]:
        window = self._window
        browser = window.made_page(0).browser  # type: ignore[attr-defined]
        bar = browser.suggestion_bar

        def rail(page: int) -> Callable[[], QWidget]:
            return lambda: window.rail.button(page)

        return [
            TourStep(
                0,
                lambda: browser.grid,
                self.tr("Drawings to sort"),
                self.tr("Most of them have a class already, such as fruit or insects. The first ones have none yet."),
            ),
            TourStep(
                0,
                lambda: browser.classes,
                self.tr("Each class has a key"),
                self.tr("Click a picture and press a key: it has its label and is saved. {0} takes it back.").format(
                    actions.key_text(window.undo)
                ),
            ),
            TourStep(
                0,
                lambda: bar if bar.isVisible() else browser.grid,
                self.tr("It learns while you label"),
                self.tr("After a few seconds every picture without a label has a suggestion. You only check them."),
            ),
            TourStep(
                1,
                lambda: window.made_page(1).setup,  # type: ignore[attr-defined]
                self.tr("Train makes a model"),
                self.tr(
                    "Press Train: a first model is there within seconds, then better ones. You can stop at any time."
                ),
            ),
            TourStep(
                2,
                rail(2),
                self.tr("Review shows what it got wrong"),
                self.tr(
                    "After a training, look at each mistake here. Where the label was wrong, mend it and train again."
                ),
            ),
            TourStep(
                3,
                rail(3),
                self.tr("Classify sorts new pictures"),
                self.tr(
                    "Drop the folder “To classify” of the sample here. {0} opens the guide whenever you want it."
                ).format(actions.key_text(window.guide)),
            ),
        ]

    def _page_on_screen(self) -> int | None:
        """The page that is shown; None in the moment in which one is made."""
        shown = self._window.stack.currentWidget()
        return next((step.page for step in self.steps if self._window.page(step.page) is shown), None)

    def _follow(self) -> None:
        """A person has chosen another page: go along, and leave the keyboard where it is."""
        page = self._page_on_screen()
        if page is not None and page != self.steps[self._place_in_tour].page:
            self._say(self._places[page])

    def _go(self, place: int) -> None:
        """Show a step and its page; behind the last one the tour is over, and the page stays."""
        if place >= len(self.steps):
            self.leave()
            return
        self._say(place)
        self._window.show_page(self.steps[place].page)
        self.next_button.setFocus()

    def _say(self, place: int) -> None:
        self._place_in_tour = place
        step = self.steps[place]
        self._places[step.page] = place
        last = place == len(self.steps) - 1
        self.count.setText(self.tr("{0} of {1}").format(place + 1, len(self.steps)))
        self.title.setText(step.title)
        self.words.setText(step.words)
        self.setAccessibleDescription(f"{step.title}. {step.words}")
        self.back_button.setEnabled(place > 0)
        self.next_button.setText(self.tr("Done") if last else self.tr("Next"))
        for button in (self.leave_button, self.back_button, self.next_button):
            button.setAccessibleName(button.text())
        self.show()
        QTimer.singleShot(0, self, self._place)  # once the page is laid out

    def _place(self) -> None:
        """Beside what the step is about where there is room, else within it."""
        about = self.steps[self._place_in_tour].about()
        box = QRect(about.mapTo(self._over, QPoint()), about.size())
        self.ring.setGeometry(box.adjusted(-3, -3, 3, 3).intersected(self._over.rect()))
        self.ring.setVisible(about.isVisible())
        self.ring.raise_()
        inner = WIDE - 36
        self.words.setFixedHeight(self.words.heightForWidth(inner))
        self.setFixedWidth(WIDE)
        self.adjustSize()
        room = self._over.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
        for corner in (
            QPoint(box.right() + GAP, box.top()),
            QPoint(box.left() - GAP - self.width(), box.top()),
            QPoint(box.left(), box.bottom() + GAP),
            QPoint(box.left(), box.top() - GAP - self.height()),
        ):
            if room.contains(QRect(corner, self.size())):
                break
        else:
            corner = QPoint(box.center().x() - self.width() // 2, box.bottom() - self.height() - 3 * GAP)
            corner.setX(max(room.left(), min(corner.x(), room.right() - self.width())))
            corner.setY(max(room.top(), min(corner.y(), room.bottom() - self.height())))
        self.move(corner)
        self.raise_()

    def leave(self) -> None:
        """End the tour; what it showed stays as it is. The keyboard is at the pictures then, where they are shown."""
        focus, grid = QApplication.focusWidget(), self.steps[0].about()
        if focus is not None and self.isAncestorOf(focus) and grid.isVisible():
            grid.setFocus()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._over.removeEventFilter(self)
        self.ring.deleteLater()
        self.hide()
        self.deleteLater()
        self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._place)
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self._is_ours():
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # the page has something else for the key
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.leave()
                return True
        return super().eventFilter(watched, event)

    def _is_ours(self) -> bool:
        """Whether keys go to the window itself: a dialog or the palette over it takes Escape for its own."""
        focus = QApplication.focusWidget()
        popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        return popup is None and focus is not None and focus.window() is self._over.window() and not self._window.asking
