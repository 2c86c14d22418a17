"""The window: the rail, the four pages, and what is the same on all of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFrame,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import actions, language, theme
from gui.error_dialog import ErrorDialog
from gui.jobs import JobRunner
from gui.jobs_area import JobsArea
from gui.next_steps import NextSteps
from gui.outside_changes import OutsideChanges
from gui.rail import Rail
from gui.session import Session
from gui.settings import Settings
from gui.widgets import file_dialogs, wording
from gui.widgets.chooser import Chooser, ChooserEntry
from gui.widgets.controls import icon_button
from gui.widgets.drop_zone import dropped_folder
from gui.widgets.grid.thumbnail_loader import ThumbnailLoader
from gui.widgets.layouts import fill, row
from gui.widgets.pictures.image_view import ImageView
from gui.widgets.pictures.overlay import Toast

if TYPE_CHECKING:
    from gui.guide.keys import KeyLine
    from gui.library.returning import LibraryPlace


class Notice(QFrame):
    """A bar above the page that says what holds for the whole window, with one thing to do about it."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        icon = QLabel()
        theme.set_icon(icon, "lock", "warning", 18)
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._button = QPushButton()
        self._button.clicked.connect(self.chosen)
        row(icon, fill(self._label), self._button, on=self, margins=(16, 8, 12, 8), spacing=10)
        self.setAccessibleName(self.tr("Notice"))
        self.hide()

    def show_text(self, text: str, button: str) -> None:
        self._label.setText(text)
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self.setAccessibleDescription(text)
        self.show()

    def text(self) -> str:
        return self._label.text()


PAGES = (  # module and class, imported when first shown
    ("library", "gui.library.page", "LibraryPage"),
    ("train", "gui.train.page", "TrainPage"),
    ("review", "gui.review.page", "ReviewPage"),
    ("classify", "gui.classify.page", "ClassifyPage"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a person sees in a window."""

    page: int
    project: Path | None
    library: LibraryPlace | None


RELEASES = "https://github.com/pigeonhole-images/pigeonhole/releases"
TOUR = "tour"  # the setting that says whether it was seen
FRAME = QSize(16, 40)  # about what window managers draw around a window


class MainWindow(QMainWindow):
    """Owns the session and the jobs; pages are made when they are first shown."""

    language_chosen = Signal()  # in the settings; a window keeps the language in which it was made
    freed = Signal()  # the dialog that lay over it was closed

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.session = Session(self)
        self.jobs = JobRunner(self)
        self.outside = OutsideChanges(self.session, self)
        self._pages: dict[int, QWidget] = {}
        self._awaited = 0  # the page that was chosen last
        self._shown = 0  # the page that is on screen, or was until another one is made
        self.rail = Rail()
        self.stack = QStackedWidget()
        self._in_between = QWidget()  # shown while a page is made
        self._in_between.setProperty("role", "page")
        self._in_between.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.notice = Notice()
        self.jobs_area = JobsArea(self.jobs)
        self._chooser: Chooser | None = None
        self._tour_asked = False
        self._sure = False  # it closes whatever is lost by that
        self.setWindowTitle("Pigeonhole")
        self.setWindowIcon(theme.app_icon())
        self.setAcceptDrops(True)
        self._build()
        self._add_actions()
        self.toast = Toast(self._central)
        self._connect()
        self.show_page(0)
        self._restore()

    def _build(self) -> None:
        for (icon, _, _), name in zip(PAGES, self._page_names(), strict=True):
            self.rail.add(icon, name, "")
        self.menu_button = icon_button("menu", self.tr("Menu"))
        self.menu_button.setIconSize(QSize(20, 20))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        central = self._central = QWidget()
        central.setObjectName("central")
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        self.stack.addWidget(self._in_between)
        column.addWidget(self.stack, 1)
        column.addWidget(self.jobs_area)
        row(self.rail, fill(column), on=central, spacing=0)
        self.setCentralWidget(central)
        self.setMinimumSize(880, 560)

    def _page_names(self) -> tuple[str, ...]:
        return self.tr("Library"), self.tr("Train"), self.tr("Review"), self.tr("Classify")

    def _add_actions(self) -> None:
        add = partial(actions.add, self, everywhere=True)
        self.open_folder = add(self.tr("Open folder or project…"), self.choose_folder, "Ctrl+O", "folder-open")
        recent = add(self.tr("Open recent…"), self.choose_recent, "Ctrl+R", "clock")
        self.close_project = add(self.tr("Close project"), self.session.close_project, "Ctrl+W", "close")
        self.undo = add(self.tr("Undo"), self._undo, actions.UNDO, "undo")
        self.redo = add(self.tr("Redo"), self._redo, f"{actions.REDO} Ctrl+Y", "redo")
        self.palette_action = add(self.tr("All commands…"), self.open_palette, "Ctrl+K", "search")
        self.palette_action.setProperty("hidden", True)
        pages = [
            add(name, partial(self.choose_page, index), f"Ctrl+{index + 1}", PAGES[index][0])
            for index, name in enumerate(self._page_names())
        ]
        schemes = [
            add(
                self.tr("Light or dark as the system has it"),
                lambda: self.set_scheme("system"),
                "Ctrl+Alt+S",
                "system",
            ),
            add(self.tr("Light"), lambda: self.set_scheme("light"), "Ctrl+Alt+L", "sun"),
            add(self.tr("Dark"), lambda: self.set_scheme("dark"), "Ctrl+Alt+D", "moon"),
        ]
        self.high_contrast: QAction = add(
            self.tr("High contrast"),
            lambda: self.set_high_contrast(self.high_contrast.isChecked()),
            "Ctrl+Alt+C",
            "eye",
            also=self.tr("Colours that can be read more easily"),
        )
        self.high_contrast.setCheckable(True)
        self.high_contrast.setChecked(self._settings.high_contrast)
        self.languages = self._add_languages(add)
        self.learn = add(self.tr("Learn while labelling"), self._switch_learning, "Ctrl+Alt+G", "sample")
        self.learn.setCheckable(True)
        base = add(self.tr("Network for suggestions…"), self._choose_base, "Ctrl+Alt+N", "sample")
        helping, trouble = self.tr("Help"), self.tr("Help with a problem or an error")
        self.guide = add(
            self.tr("Guide"), self.show_guide, "F1", "info", also=self.tr("Help: how it goes, keys, words")
        )
        self.tour_action = add(self.tr("Take the tour on the sample"), self.ask_tour, "Ctrl+F1", "play", also=helping)
        logs = add(self.tr("Show the log folder"), self._show_logs, "Ctrl+Shift+L", "info", also=trouble)
        self.full_screen = add(self.tr("Full screen"), self._switch_full_screen, "F11", "fit")
        newer = add(self.tr("Check for a newer version"), self._show_releases, "Ctrl+Alt+V", "refresh")
        about = add(self.tr("About Pigeonhole"), self._show_about, "Shift+F1", "info", also=helping)
        quit_action = add(self.tr("Quit"), self.close, "Ctrl+Q", "export")
        menu = QMenu(self)
        for group in ([self.open_folder, recent, self.close_project], [self.undo, self.redo], [self.palette_action]):
            menu.addActions(group)
            menu.addSeparator()
        theme_menu = menu.addMenu(self.tr("Colours"))
        theme_menu.addActions([*schemes, self.high_contrast])
        language_menu = menu.addMenu(self.tr("Language"))
        language_menu.addActions(self.languages)
        menu.addActions([self.learn, base])
        menu.addAction(self.full_screen)
        menu.addSeparator()
        help_menu = menu.addMenu(helping)
        help_menu.addActions([self.guide, self.tour_action])
        help_menu.addSeparator()
        help_menu.addActions([logs, newer, about])
        menu.addSeparator()
        menu.addAction(quit_action)
        self.menu_button.setMenu(menu)
        for action in (self.undo, self.redo, self.palette_action):
            button = actions.button(action)
            button.setProperty("kind", "rail")
            self.rail.add_below(button)
        self.rail.add_below(self.menu_button)
        for index, action in enumerate(pages):
            self.rail.button(index).setToolTip(actions.with_key(action.text(), action))

    def _add_languages(self, add: Callable[..., QAction]) -> list[QAction]:
        """One action for each language, named in itself so that everyone finds theirs, and one for the system's."""
        also = "Language 언어"
        found = [add(self.tr("Language of the system"), partial(self.set_language, ""), "Ctrl+Alt+0", also=also)]
        for index, (code, name) in enumerate(language.languages().items()):
            key = f"Ctrl+Alt+{index + 1}"
            found.append(add(name, partial(self.set_language, code), key, also=also))
        group = QActionGroup(self)
        for action, code in zip(found, ("", *language.languages()), strict=True):
            action.setCheckable(True)
            action.setChecked(code == self._settings.language)
            group.addAction(action)
        return found

    def _connect(self) -> None:
        session = self.session
        self.rail.chosen.connect(self.choose_page)
        self.jobs.job_ended.connect(self._follow_language)
        session.project_changed.connect(self._project_changed)
        session.history_changed.connect(self._show_undo)
        session.message.connect(lambda text: self.toast.say(text) if text else None)
        session.edited.connect(self._edited)
        session.failed.connect(self._failed)
        self.stack.currentChanged.connect(lambda _: self._show_undo())
        self.toast.button.clicked.connect(self._undo_edit)
        self.notice.chosen.connect(self._reopen)
        self.next_steps = NextSteps(session, self._show_named, self)
        self._show_undo()

    # Pages

    def choose_page(self, index: int) -> None:
        """Show a page as soon as it is there: a new one is imported in one turn of the event loop, made in the next and
        shown in a third, as together they would hold up a key. Keys that are pressed meanwhile reach no page: the one
        that was left must not take them. Where it cannot be made the one that was shown before comes back.
        """
        self._awaited = index
        if index in self._pages:
            self.show_page(index)
            return

        def go_on(steps: list[Callable[[], object]]) -> None:
            if self._awaited != index:  # another one was chosen meanwhile
                return
            try:
                steps.pop(0)()
            except Exception:
                self.show_page(self._shown)
                raise
            if steps:
                QTimer.singleShot(0, self, lambda: go_on(steps))

        load, make = partial(importlib.import_module, PAGES[index][1]), partial(self.made_page, index)
        self.stack.setCurrentWidget(self._in_between)
        self.rail.choose(index)
        QTimer.singleShot(0, self, lambda: go_on([load, make, partial(self.show_page, index)]))

    def show_page(self, index: int) -> QWidget:
        """Show a page now."""
        self._awaited = index
        page = self.made_page(index)
        self.stack.setCurrentWidget(page)
        self.rail.choose(index)
        self._shown = index
        return page

    def made_page(self, index: int) -> QWidget:
        """The page, made where it was not shown yet: its module is imported the first time."""
        page = self._pages.get(index)
        if page is None:
            _, module, name = PAGES[index]
            # Made in its place: Qt styles a widget and all below it anew whenever it gets another parent.
            page = getattr(importlib.import_module(module), name)(self.session, self.jobs, self.stack)
            page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            self._pages[index] = page
            self.stack.addWidget(page)
            self._follow_page(page)
            if index == 0:
                page.restore(self._settings)
                images = page.browser.images
                self.session.listed = images.snapshot
                page.stack.currentChanged.connect(lambda _: self._face_changed())
                self.learn.setChecked(page.learning.is_on)
                page.learning.switched.connect(self.learn.setChecked)
        return page

    def _follow_page(self, page: QWidget) -> None:
        """Empty pages lead on: to a folder that is to be opened, or to the page where the work starts."""
        if hasattr(page, "open_wanted"):
            page.open_wanted.connect(self.choose_folder)
        if hasattr(page, "undo_changed"):
            page.undo_changed.connect(self._show_undo)
        if hasattr(page, "page_wanted"):
            page.page_wanted.connect(self._show_named)
        if hasattr(page, "training"):
            page.training.begun.connect(self._pages[0].browser.goal.training_begun)  # type: ignore[attr-defined]

    def _show_named(self, name: str) -> QWidget:
        return self.show_page([n for n, _, _ in PAGES].index(name))

    def page(self, index: int) -> QWidget | None:
        """The page, if it was shown already."""
        return self._pages.get(index)

    # Projects

    def open_path(self, path: Path | str) -> None:
        """Open a project, or the project of a folder of pictures, in the Library."""
        self.show_page(0)
        self.session.open_path(path)

    def choose_folder(self) -> None:
        file_dialogs.open_pictures(self, self.tr("Open a folder of pictures or a project"), self.open_path)

    def choose_recent(self) -> None:
        recent = self._settings.recent()
        if not recent:
            self.toast.say(self.tr("No project was open before."))
            return
        entries = [
            ChooserEntry(
                path.name.removesuffix(".pigeonhole"),
                partial(self.open_path, path),
                icon=theme.icon("folder"),
                detail=wording.place(path.parent),
            )
            for path in recent
        ]
        self._ask(self.tr("Open recent project…"), entries)

    def _project_changed(self) -> None:
        project = self.session.project
        self.setWindowTitle(f"{project.name} – Pigeonhole" if project is not None else "Pigeonhole")
        self.close_project.setEnabled(project is not None)
        self.notice.hide()
        self.toast.hide()
        if project is None:
            return
        self._settings.add_recent(project.folder)
        self._offer_tour(project.folder)
        if project.read_only:
            self.notice.show_text(
                self.tr("You can look, but not change labels: {0}.").format(self.session.read_only_cause.rstrip(".")),
                self.tr("Try again"),
            )

    def _reopen(self) -> None:
        if self.session.project is not None:
            self.session.open_project(self.session.project.folder)

    # Undo

    def _undo(self) -> None:
        own = self._own_undo()
        if own is not None:
            own[1]()
        else:
            self._undo_edit()

    def _undo_edit(self) -> None:
        if not self._previewing():
            self._follow()
            self.session.undo()

    def _own_undo(self) -> tuple[str, Callable[[], object]] | None:
        """What the page undoes before any edit of the project: words and work."""
        own: Callable[[], tuple[str, Callable[[], object]] | None] | None
        own = getattr(self.stack.currentWidget(), "own_undo", None)
        return None if own is None else own()

    def _redo(self) -> None:
        self._follow()
        self.session.redo()

    def _follow(self) -> None:
        browser = getattr(self._pages.get(0), "browser", None)
        if browser is not None:
            browser.contents.follow_next_edit()

    def _edited(self, name: str) -> None:
        self.toast.say(self.tr("Done: {0}").format(name), button="" if self._previewing() else self.tr("Undo"))

    def _face_changed(self) -> None:
        """The Library shows something else: what was said of the project before, with its `Undo`, has had its time."""
        if self._previewing():
            self.toast.hide()
        self._show_undo()

    def _previewing(self) -> bool:
        """Whether an import is prepared in place of the project: nobody would see what undo and redo change."""
        page = self.stack.currentWidget()
        return page is self._pages.get(0) and bool(getattr(page, "previewing", False))

    def _show_undo(self) -> None:
        """Undo and redo are for the project that is seen; undo is first for what the page has done itself."""
        overview, own = self.session.overview, self._own_undo()
        usable = not self.session.read_only and not self._previewing()
        for action, word, name in (
            (self.undo, self.tr("Undo"), overview.undo_name if own is None else own[0]),
            (self.redo, self.tr("Redo"), overview.redo_name),
        ):
            action.setEnabled(name is not None and (usable or (own is not None and action is self.undo)))
            action.setToolTip(actions.with_key(f"{word}: {name}" if name else word, action))

    # Commands, colours, messages

    def open_palette(self) -> None:
        """Offer every action that can be used now."""
        entries = [
            ChooserEntry(
                action.text().rstrip("…"),
                action.trigger,
                also=actions.also(action),
                key=actions.key_text(action),
                icon=action.icon() if not action.icon().isNull() else None,
            )
            for action in actions.listed(self)
        ]
        self._ask(self.tr("Type a command…"), entries)

    @property
    def asking(self) -> bool:
        """Whether the palette, or another chooser, is open over the window."""
        return self._chooser is not None and self._chooser.isVisible()

    def _ask(self, prompt: str, entries: list[ChooserEntry]) -> None:
        if self._chooser is None:
            self._chooser = Chooser(self)
        self._chooser.ask(prompt, entries)

    # The guide

    def show_guide(self) -> None:
        """Show the guide, at most once."""
        from gui.guide.dialog import GuideDialog

        shown = self.findChild(GuideDialog)
        if shown is None:
            shown = GuideDialog(self.key_groups, self)
            shown.tour_wanted.connect(self.ask_tour)
        shown.show()
        shown.activateWindow()

    def key_groups(self) -> Iterator[tuple[str, list[KeyLine]] | None]:
        """Yield the keys of the window and of each page, and None where there are none yet: pages and sections that
        were not shown yet are made for it, at most one between two that are yielded, so that others may go on then.
        """
        from gui.guide.keys import fixed_lines, lines_of

        yield self.tr("Everywhere"), [*fixed_lines(), *lines_of(self, within=False)]
        for index, name in enumerate(self._page_names()):
            if index not in self._pages:
                importlib.import_module(PAGES[index][1])
                yield None
            page = self.made_page(index)
            for make in getattr(page, "unmade_sections", list)():
                yield None
                make()
            yield name, lines_of(page)

    def ask_tour(self) -> None:
        """Take the tour: on the sample, which is opened first."""
        from engine.library.sample import is_sample

        project = self.session.project
        if project is not None and is_sample(project.folder):
            self.show_page(0)
            self._take_tour()
        else:
            self._tour_asked = True
            self.show_page(0).importing.prepare_sample()  # type: ignore[attr-defined]

    def _offer_tour(self, project: Path) -> None:
        """Begin the tour with the first sight of the sample; later only when somebody asks for it."""
        from engine.library.sample import is_sample

        if is_sample(project) and (self._tour_asked or not self._settings.text(TOUR)):
            QTimer.singleShot(0, self, self._take_tour)

    def _take_tour(self) -> None:
        from gui.guide.tour import Tour

        self._tour_asked = False
        self._settings.set_text(TOUR, "seen")
        if self.findChild(Tour) is None:
            Tour(self)

    def _switch_learning(self) -> None:
        on = self.learn.isChecked()
        self.show_page(0).learning.set_on(on)  # type: ignore[attr-defined]
        words = self.tr("The program learns while you label.") if on else self.tr("Nothing is learnt while you label.")
        self.toast.say(words)

    def _choose_base(self) -> None:
        from gui.library.base_dialog import BaseDialog

        dialog = BaseDialog(self.jobs, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.changed.connect(self.show_page(0).learning.begin_anew)  # type: ignore[attr-defined]
        dialog.open()

    def set_scheme(self, scheme: str) -> None:
        """Follow the system, or stay light or dark."""
        self._settings.scheme = scheme
        self._show_colours()

    def set_high_contrast(self, on: bool) -> None:
        """Show colours of high contrast always, or only where the system asks for them."""
        self._settings.high_contrast = on
        self._show_colours()

    def _show_colours(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, self._settings.scheme, high_contrast=self._settings.high_contrast)

    def set_language(self, code: str) -> None:
        """Show the window in another language, in that of the system where `code` is empty."""
        self._settings.language = code
        self._settings.save()
        if self._follow_language():
            return
        if language.chosen(code) != language.used():
            self.toast.say(self.tr("The language changes as soon as the work that is going on has ended."))

    @property
    def language_is_due(self) -> bool:
        """Whether another language was chosen, and nothing is lost by another window: no job runs that somebody began,
        and no dialog is open.
        """
        other = language.chosen(self._settings.language) != language.used()
        return other and not self.jobs.running_for_a_person and QApplication.activeModalWidget() is None

    def _follow_language(self) -> bool:
        """Ask for a window in the chosen language where that is due; return whether it asks."""
        due = self.language_is_due
        if due:
            self.language_chosen.emit()
        return due

    def event(self, event: QEvent) -> bool:
        """The last dialog was closed: what waited for it goes on."""
        if event.type() == QEvent.Type.WindowUnblocked:
            self._follow_language()
            self.freed.emit()
        return super().event(event)

    def place(self) -> Place:
        """Where the person is, for the window that takes the place of this one."""
        from gui.library.returning import place_in

        project = self.session.project
        page: Any = self._pages[0]
        library = place_in(page.browser) if project is not None else None
        return Place(self._awaited, None if project is None else project.folder, library)

    def return_to(self, place: Place) -> None:
        """Open the project of a place, and show its page, filter and images."""
        if place.project is not None:
            page: Any = self._pages[0]
            page.return_to(place.library)
            self.session.open_project(place.project)
        self.show_page(place.page)

    def _failed(self, sentence: str, details: str) -> None:
        if details:
            ErrorDialog.show_details(self, sentence, details)
        else:
            self.toast.say(sentence, milliseconds=9000)

    def say_replaced(self, wanted: Path, instead: Path) -> None:
        """Say that settings and results cannot be kept where they belong."""
        sentence = self.tr("{0} cannot be written: settings and results are in {1} until the machine restarts.")
        self.toast.say(sentence.format(wanted, instead), milliseconds=15000)

    def _switch_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _show_about(self) -> None:
        from gui.about import AboutDialog

        AboutDialog(self).open()

    def _show_releases(self) -> None:
        """Open the page that tells which version is the newest; nothing is asked by the program itself."""
        QDesktopServices.openUrl(QUrl(RELEASES))

    def _show_logs(self) -> None:
        from engine.places import log_folder

        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, as Space does; Qt leaves that to dialogs."""
        button = self.focusWidget()
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        if is_enter and isinstance(button, QAbstractButton) and not isinstance(button, QCheckBox | QRadioButton):
            button.click()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._library_takes(event) or dropped_folder(event) is not None:
            event.acceptProposedAction()

    def _library_takes(self, event: QDropEvent) -> bool:
        """Whether what is dropped, on whatever page, is for the open project."""
        return self._pages[0].takes(event.mimeData())  # type: ignore[attr-defined, no-any-return]

    def dropEvent(self, event: QDropEvent) -> None:
        folder = dropped_folder(event)
        if self._library_takes(event):
            event.acceptProposedAction()
            self.show_page(0).use_dropped(event.mimeData())  # type: ignore[attr-defined]
        elif folder is not None:
            event.acceptProposedAction()
            self.open_path(folder)

    def _restore(self) -> None:
        room = self.screen().availableGeometry().size() - FRAME
        self.resize(QSize(1280, 800).boundedTo(room))
        self.restoreGeometry(self._settings.state("window"))

    def close_now(self) -> None:
        """Close without a question: the person has answered it, or the system wants an end."""
        self._sure = True
        self.close()

    def _asks(self) -> bool:
        """Whether a person must be asked first, as a training would end; the question is on screen."""
        training = getattr(self._pages.get(1), "training", None)
        if self._sure or training is None or not training.running or training.live.stopping:
            return False
        from gui.train.close_question import CloseQuestion

        if self.findChild(CloseQuestion) is None:
            question = CloseQuestion(training, self)
            question.sure.connect(self.close_now, Qt.ConnectionType.QueuedConnection)
            question.open()
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Jobs save what they have and end; nothing is lost, or it is asked."""
        if self._asks():
            event.ignore()
            return
        self._settings.set_state("window", self.saveGeometry())
        page = self._pages.get(0)
        if page is not None:
            page.keep(self._settings)  # type: ignore[attr-defined]
        self._settings.save()
        self.hide()
        self.jobs.close()
        for view in self.findChildren(ImageView):
            view.close_loader()
        for loader in self.findChildren(ThumbnailLoader):  # grids, the card over the map, ...
            loader.close()
        for page in self._pages.values():
            if (learning := getattr(page, "learning", None)) is not None:
                learning.close()
        self.session.shut_down()
        event.accept()
